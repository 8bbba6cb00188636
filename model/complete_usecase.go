package model

import (
	"slices"

	"plumb.dev/plumb/fact"
)

// useCaseWords settles what kind of answer and which consistency is meant.
func (c *completion) useCaseWords(i int) {
	u, in := c.m.UseCases[i], &c.b.useCases[i]
	result, why := assumedResult(u)
	u.Result = c.word(&in.result, result, fact.Derived, why)
	u.Consistency.Stated = in.consistency.said
	if !u.writesAny() && !in.consistency.said {
		// Nothing changes: what a read may see is said by stale.
		u.Consistency.Kind = c.word(&in.consistency, "read-your-writes", fact.Assumed, "it changes nothing; whoever changed something sees it")
	} else if len(u.Writes()) > 1 || len(u.Then) > 0 {
		u.Consistency.Kind = c.word(&in.consistency, "eventual", fact.Assumed, "it changes several aggregates, and nothing says that they must agree at once")
	} else {
		u.Consistency.Kind = c.word(&in.consistency, "atomic", fact.Assumed, "it changes one aggregate")
	}
	if _, overridden := c.over[in.consistency.id]; overridden {
		u.Consistency.Stated = true
	}
	if u.Consistency.Kind == "eventual" {
		u.Consistency.Within = c.shared(&in.within, eventualWithin)
	}
}

// assumedResult says what comes back when nothing was said.
func assumedResult(u *UseCase) (result, why string) {
	switch {
	case len(u.Filter)+len(u.Sort) > 0:
		return "list", "it filters or sorts"
	case !u.Asked():
		return "none", "nobody waits for an answer"
	case len(u.Creates)+len(u.Changes) > 0, len(u.Gives) > 0, len(u.Reads) > 0:
		return "one", "an answer about a single thing"
	}
	return "none", "there is nothing to answer with"
}

// useCase fills the rest, now that loads are known.
func (c *completion) useCase(i int) {
	u, in := c.m.UseCases[i], &c.b.useCases[i]
	u.Latency = c.latency(&in.latency)
	if u.Asked() {
		u.Available = c.shared(&in.available, usualAvailability)
	} else {
		u.Available = c.optional(&in.available)
	}
	c.stale(u, in)
	c.itemsAndBytes(u, in)
	c.work(u, in)
	c.connections(u, in)
	u.Importance = c.importance(u, in)
	u.Per = c.optional(&in.per)
	for j := range u.Reads {
		c.step(&u.Reads[j].Step, &in.reads[j])
		if !u.Reads[j].Stale.Known() {
			u.Reads[j].Stale = u.Stale
		}
	}
	for j := range u.Calls {
		c.step(&u.Calls[j].Step, &in.calls[j])
		u.Calls[j].Latency = u.Calls[j].External.Latency
		if in.calls[j].latency.said() {
			u.Calls[j].Latency = c.distribution(&in.calls[j].latency)
		}
	}
	for j := range u.Then {
		s := &u.Then[j].Step
		c.step(s, &in.then[j])
		if !s.LaterStated {
			s.Later = c.mayFollow(u)
		}
		if s.Later && !s.Within.Known() {
			s.Within = u.Consistency.Within
		}
	}
}

// mayFollow reports whether the steps of a promise may happen after its answer: the
// input allows a time for them that is longer than the answer may take.
func (c *completion) mayFollow(u *UseCase) bool {
	if !u.Consistency.Stated || u.Consistency.Kind != "eventual" {
		return false
	}
	return u.Consistency.Within.N > u.Latency.P99.Or(c.m.Context.Patience.N)
}

// step fills the conditions of a step.
func (c *completion) step(s *Step, in *stepInput) {
	s.Chance, s.Times = c.stepNumber(&in.chance, stepChance), c.stepNumber(&in.times, stepTimes)
	s.Within, s.Stale = c.optional(&in.within), c.optional(&in.stale)
	s.Later, s.LaterStated = in.later, in.laterSaid
}

// stepNumber is written for one step, or the same for all: steps are many and most
// of them are plain, so the common value has no fact of its own per step.
func (c *completion) stepNumber(w *written, s shared) fact.Number {
	if n, ok := c.stated(w); ok {
		return n
	}
	return c.share(s)
}

// stale is how old what it reads may be.
func (c *completion) stale(u *UseCase, in *useCaseInput) {
	if u.writesAny() {
		u.Stale = c.shared(&in.stale, writeStale)
	} else {
		u.Stale = c.shared(&in.stale, readStale)
	}
}

// itemsAndBytes sizes a request and its answer from the fields they carry.
func (c *completion) itemsAndBytes(u *UseCase, in *useCaseInput) {
	if n, ok := c.stated(&in.items); ok {
		u.Items = n
	} else if u.Result == "list" {
		u.Items = c.shared(&in.items, listItems)
	}
	overhead, factor := c.share(requestOverhead), c.share(jsonFactor)
	sent := overhead.N + factor.N*in.sentBytes
	u.BytesIn = c.assume(&in.bytesIn, sent, sent/3, sent*3, "the fields it takes or sets, as JSON, and headers", in.byteFacts...)
	items := 1.0
	if u.Result == "list" {
		items = u.Items.N
	}
	back := overhead.N + factor.N*in.givenBytes*items
	u.BytesOut = c.assume(&in.bytesOut, back, back/3, back*3, "the fields it answers with, as JSON, and headers", in.byteFacts...)
}

// workOf picks the assumption for the computing a request takes.
func workOf(u *UseCase) shared {
	switch {
	case u.Result == "report":
		return workReport
	case u.Result == "stream" || u.Result == "upload" || u.Result == "conversation":
		return workMessage
	case u.writesAny():
		return workWrite
	case u.Result == "list":
		return workList
	}
	return workRead
}

// work is the time spent computing, waiting for no one else: by the kind of
// request; for a batch, per item.
func (c *completion) work(u *UseCase, in *useCaseInput) {
	w := c.latency(&in.work)
	tail := c.share(workTail)
	base := c.share(workOf(u))
	median, rule, inputs := base.N, "by the kind of request", sharedInputs[workOf(u)]
	if batch(u) && u.Items.Known() {
		each := c.share(workBatchItem)
		median, rule, inputs = base.N+each.N*u.Items.N, "by the kind of request, and per item", in.batchFacts
	}
	switch {
	case w.P50.Known() && !w.P99.Known():
		w.P99 = c.derive(&in.work.p99, max(w.P50.N*max(tail.N, 1), w.P90.N, w.P95.N), "median x tail", in.workFacts...)
	case !w.P50.Known() && w.P99.Known():
		w.P50 = c.derive(&in.work.p50, min(w.P99.N/max(tail.N, 1), lowest(w)), "99th percentile / tail", in.workFacts...)
	case !w.P50.Known():
		w.P50 = c.derive(&in.work.p50, min(median, lowest(w)), rule, inputs...)
		w.P99 = c.derive(&in.work.p99, max(w.P50.N*max(tail.N, 1), w.P90.N, w.P95.N), "median x tail", in.workFacts...)
	}
	u.Work = w
}

// batch reports whether one run handles many items by itself.
func batch(u *UseCase) bool {
	return u.Every != nil || u.Result == "long-running" || u.Result == "file" && u.writesAny()
}

// connections of a stream: as written, or as many as arrive while one lasts
// (Little's law), but never more than are online.
func (c *completion) connections(u *UseCase, in *useCaseInput) {
	streams := u.Result == "stream" || u.Result == "upload" || u.Result == "conversation"
	if !streams {
		u.Online, u.FanOut = c.optional(&in.online), c.optional(&in.fanOut)
		return
	}
	u.FanOut = c.shared(&in.fanOut, streamFanOut)
	session := c.share(sessionLength)
	open := u.Load.Peak.N * session.N
	online := 0.0
	for _, a := range u.By {
		online += a.Online.N
	}
	if online > 0 {
		open = min(open, online)
	}
	u.Online = c.derive(&in.online, open, "peak x time a stream stays open, at most all who are online", in.onlineFacts...)
}

// importance says what is shed last: changes of core data that somebody waits for.
func (c *completion) importance(u *UseCase, in *useCaseInput) string {
	core := slices.ContainsFunc(u.Creates, isCore) || slices.ContainsFunc(u.Changes, isCore)
	if u.Asked() && core {
		return c.word(&in.importance, "critical", fact.Assumed, "somebody waits while core data changes")
	}
	return c.word(&in.importance, "normal", fact.Assumed, "nothing says that it matters more or less than others")
}

func isCore(a *Aggregate) bool { return a.Kind == "core" }
