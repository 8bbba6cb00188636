package decide

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// Calls of externals and of other deployables: whether somebody waits for them,
// what takes their place when they fail.

var callQuestion = question{"call", "resilience", "Calling %s",
	innerFirst, fillCall,
	"Asked of each call of an external and of another deployable, whether somebody waits for it or it leaves from the outbox. Options: direct (called at once, under time limit, retry, breaker and bulkhead), fallback (direct, and what was said to take its place), queued (a queue of its own before the adapter, worked off at the other's pace), cached (the last answer). A limit below the peak rate, hours in which the other is closed and 'later' rule waiting out; an answer that needs the result rules the queue out. Parameters: timeout, deadline (s), attempts, backoff-base, backoff-max (s), backoff-factor, retry-budget, breaker-window, breaker-open (s), breaker-calls, breaker-threshold, breaker-probes, bulkhead, bulkhead-wait (s), throttle (1/s), throttle-burst, throttle-wait, late, drain (s); words hard, fallback, retry-on, jitter, unknown, failure, and no-breaker where calls come too rarely for one to judge by."}

// innerFirst are the calls, those that others wait inside of first: what a call may
// take rests on what the calls inside it may.
func innerFirst(p *Plan) []Subject {
	depth := map[*model.UseCase]int{}
	var of func(u *model.UseCase) int
	of = func(u *model.UseCase) int {
		d, known := depth[u]
		if !known {
			depth[u] = 0 // a circle is a problem of the model
			for i := range u.Then {
				d = max(d, 1+of(u.Then[i].UseCase))
			}
			depth[u] = d
		}
		return d
	}
	list := each(p.Links, p.called, ofLink)
	slices.SortStableFunc(list, func(x, y Subject) int { return cmp.Compare(inside(x.Link, of), inside(y.Link, of)) })
	return list
}

// inside is how many calls deep a link may lead.
func inside(l *Link, depth func(*model.UseCase) int) int {
	if l.Follow == nil {
		return 0
	}
	return 1 + depth(l.Target)
}

// called reports whether a link is a call with a policy: of an external, or of
// another deployable, at once or from the outbox.
func (p *Plan) called(l *Link) bool {
	if l.Kind == LinkCall {
		return true
	}
	style := p.Choice(arch.DecisionID(l.Name + ".style"))
	return l.Crosses && l.To != nil && (style == "sync" || style == "event" && l.Kind != LinkEvent)
}

// fromOutbox reports whether a link is noted with the change that calls for it and
// called until it is done, rather than called at once.
func (p *Plan) fromOutbox(l *Link) bool {
	return l.Kind != LinkCall && p.Choice(arch.DecisionID(l.Name+".style")) == "event"
}

var (
	directDays   = &assumption{"decide.call-days", fact.Days, 1, 0.5, 2, "building a remote call's adapter with its limits and their test, person-days"}
	fallbackDays = &assumption{"decide.fallback-days", fact.Days, 0.7, 0.3, 2, "building and testing what takes the place of a failed call, person-days"}
	queuedDays   = &assumption{"decide.queued-call-days", fact.Days, 3, 1.5, 6, "building a queue before an adapter, its worker, its view and its test, person-days"}
	askedApart   = &assumption{"decide.different-questions", fact.Count, 1000, 50, 100e3, "different questions asked of an external, equally often"}
	cachedDays   = &assumption{"decide.cached-call-days", fact.Days, 1.5, 0.5, 3, "building a copy of another's answers with its lifetime and its test, person-days"}
)

func fillCall(s *sheet) {
	l, u := s.Link, s.UseCase
	s.chosen(arch.DecisionID(l.Name + ".style"))
	dep := s.dependency(l)
	root, deferred := s.waiter(l)
	rate := s.n(l.Rate)
	wait, lost := 0.0, 0.0
	if root != nil {
		s.paced(root)
	}
	if root != nil && !deferred {
		wait = dep.time.Quantile(0.99)
		lost = (1 - dep.up*(1-dep.closed)) * dep.chance * monthSeconds
	}
	unclear := s.n(u.Load.Average) * dep.chance * monthSeconds * (1 - dep.up)
	if dep.known() {
		unclear = 0
	}

	direct := s.option("direct", "called at once, under limits")
	if dep.fallback != "" {
		direct.out(l.Path, "it was said what takes the place of %s: %s", dep.name, dep.fallback)
	}
	s.ruleWaitingOut(direct, dep, rate)
	direct.score(critLatency, wait, "p99 of %s while %s waits", dep.name, s.whoWaits(root)).
		score(critDowntime, lost, "%s away for %s of the time", dep.name, pct(1-dep.up*(1-dep.closed))).
		score(critStaleness, 0, "as of now").score(critBuild, s.k(directDays), "an adapter with limits").
		score(critLoss, unclear, "%s calls a month with an outcome nobody knows", num(unclear))

	instead := "called at once; something else when it fails"
	if dep.fallback != "" {
		instead = "called at once; " + dep.fallback + " when it fails"
	}
	other := s.option("fallback", instead)
	other.outIf(dep.fallback == "", l.Path, "nothing was said that could take the place of %s", dep.name)
	s.ruleWaitingOut(other, dep, rate)
	other.score(critLatency, wait, "p99 of %s while %s waits", dep.name, s.whoWaits(root)).
		score(critDowntime, 0, "a failure degrades the answer").score(critStaleness, 0, "as of now").
		score(critBuild, s.k(directDays)+s.k(fallbackDays), "an adapter with limits, and what takes its place").
		score(critLoss, unclear, "%s calls a month with an outcome nobody knows", num(unclear))

	queue := s.option("queued", "a queue of its own before the adapter")
	queue.outIf(root != nil && !deferred && !dep.later, l.Path, "the answer of %s needs what %s says", s.whoWaits(root), dep.name)
	queue.outIf(s.plan.fromOutbox(l), l.Path, "the outbox keeps it until it is done, and a queue would keep it twice")
	queue.score(critLatency, 0, "nobody waits").score(critDowntime, 0, "%s is taken in while %s is away", u.Name, dep.name).
		score(critStaleness, dep.time.Quantile(0.99)+s.k(relayLag), "through the queue, nothing down").
		score(critBuild, s.k(queuedDays), "queue, worker, view and test").score(critLoss, unclear, "%s calls a month with an outcome nobody knows", num(unclear))

	cache := s.option("cached", "the last answer, asked again after its lifetime")
	cache.outIf(alters(u) || dep.stale <= 0, l.Path, "%s needs the answer of %s as it is now", u.Name, dep.name)
	hit := queueing.TTLHit(rate/s.k(askedApart), dep.stale)
	cache.score(critLatency, wait*(1-hit), "%s of the questions were asked before", pct(hit)).score(critDowntime, lost*(1-hit), "the rest fails with %s", dep.name).
		score(critStaleness, dep.stale, "as old as was allowed").score(critBuild, s.k(directDays)+s.k(cachedDays), "adapter and copy").
		score(critLoss, unclear, "%s calls a month with an outcome nobody knows", num(unclear))

	s.concrete(func(o option) { s.callPolicy(o, l, root, deferred) })
	s.undo(3)
	s.requires(l.Path)
	s.say("%s asks %s %s; it takes p99 %s and is away %s a month", u.Name, dep.asked(l), ps(rate), sec(dep.time.Quantile(0.99)), sec((1-dep.up*(1-dep.closed))*monthSeconds))
	if dep.limit > 0 && rate*s.growth() > dep.limit && rate <= dep.limit {
		s.con("at the horizon %s asks %s, above the limit of %s: a higher one must be agreed before", u.Name, ps(rate*s.growth()), ps(dep.limit))
	}
	s.test("%s answers slowly, wrongly and not at all, for a minute each: %s keeps its target or degrades as said, and no more than the calls in flight wait", dep.asked(l), u.Name)
}

// ruleWaitingOut eliminates calling at once where it cannot work.
func (s *sheet) ruleWaitingOut(o option, dep dependency, rate float64) {
	l := s.Link
	if dep.limit > 0 && rate > dep.limit {
		o.out(dep.limitPath, "%s asks %s at peak, and %s takes %s", l.UseCase.Name, ps(rate), dep.name, ps(dep.limit))
	}
	if dep.later && !s.plan.fromOutbox(l) {
		o.out(l.Path, "it may happen after the answer, and must survive a crash in between")
	}
	if dep.closed > 0 && !l.UseCase.Asked() && l.UseCase.Every == nil && dep.fallback == "" {
		o.out(l.Path, "%s is closed for up to %s, and what %s then asks would be lost", dep.name, sec(dep.closedFor), l.UseCase.Name)
	}
}

// dependency is what a call depends on.
type dependency struct {
	name      string
	time      queueing.LogNormal
	up        float64 // availability while it is open
	closed    float64 // share of the time closed by plan
	closedFor float64 // longest such stretch, seconds
	chance    float64 // calls per request of the use case
	limit     float64 // calls a second it takes; 0 unlimited
	limitPath arch.Path
	fallback  string
	stale     float64 // age an answer may have, seconds
	later     bool
	question  bool // asking changes nothing there
	repeats   bool // a repeat has no second effect
	lookup    bool // the outcome can be asked for
}

// asked names what is asked, and for what.
func (d dependency) asked(l *Link) string {
	if l.Kind == LinkCall {
		return d.name
	}
	return d.name + " for " + l.Reaches()
}

// known reports whether the outcome of a call cut off can be found out.
func (d dependency) known() bool { return d.question || d.repeats || d.lookup }

func (s *sheet) dependency(l *Link) dependency {
	if l.Kind == LinkCall {
		return s.external(l)
	}
	d := dependency{name: l.To.Unit.Name, up: s.k(remoteUp), chance: 1, question: l.Kind == LinkRead, repeats: true}
	p50, p99 := s.reference("work.read-one-p50"), s.reference("work.read-one-p99")
	step := (*model.Step)(nil)
	switch {
	case l.Kind == LinkWrite:
		p50, p99 = s.reference("work.write-one-p50"), s.reference("work.write-one-p99")
	case l.Follow != nil:
		all := s.latency(waiting(l.Target))
		p50, p99, step = all.Quantile(0.5), all.Quantile(0.99), &l.Follow.Step
	case l.Read != nil:
		step = &l.Read.Step
	}
	if step != nil {
		s.step(&d, step)
	}
	hop := s.reference("network.rtt-zone") + s.reference("network.hop-overhead")
	d.time = queueing.LogNormalFromP50P99(p50+hop, math.Max(p99, p50*1.01)+2*hop)
	return d
}

func (s *sheet) external(l *Link) dependency {
	x := l.Call.External
	d := dependency{
		name: x.Name, up: s.n(x.Availability), chance: 1, limit: s.n(x.Limit), limitPath: x.Limit.Fact,
		question: len(l.UseCase.Writes()) == 0 && len(l.UseCase.Webhook) == 0 && l.UseCase.Asked() && !l.UseCase.ActsOutside(), repeats: x.Idempotent, lookup: x.Lookup,
		time: queueing.LogNormalFromP50P99(math.Max(1e-6, s.n(l.Call.Latency.P50)), math.Max(2e-6, s.n(l.Call.Latency.P99))),
	}
	d.closedFor, d.closed = x.Closed()
	s.step(&d, &l.Call.Step)
	if s.chosen(arch.DecisionID(l.UseCase.Name+".answer")) == "accepted" {
		d.later = true // its caller has had 202 and is gone
	}
	return d
}

// step takes over what was said about the step.
func (s *sheet) step(d *dependency, st *model.Step) {
	d.chance = st.Chance.Or(1) * st.Times.Or(1)
	d.fallback, d.later = st.Fallback, st.Later
	if d.fallback == "" && st.Optional {
		d.fallback = "going on without it"
	}
	d.stale = s.n(st.Stale)
}

// outlives reports whether a call from the outbox comes after the answer, with
// nobody who waits for its outcome.
func (s *sheet) outlives(l *Link) bool {
	if !s.plan.fromOutbox(l) {
		return false
	}
	late := s.chosen(arch.DecisionID(l.UseCase.Name + ".answer"))
	return l.Kind == LinkWrite || late != "bounded" && late != "complete"
}

// waiter is the use case whose caller waits for the link, nil when nobody does;
// deferred tells that its answer does not need the outcome.
func (s *sheet) waiter(l *Link) (root *model.UseCase, deferred bool) {
	if l.Call != nil && l.Call.Later {
		return nil, false
	}
	if s.outlives(l) {
		return nil, false
	}
	deferred = true
	for _, u := range s.plan.waiters(l.UseCase) {
		late := s.chosen(arch.DecisionID(u.Name + ".answer"))
		put := late == "bounded" || late == "accepted"
		if root == nil || deferred && !put || deferred == put && s.target(u) < s.target(root) {
			root, deferred = u, put
		}
	}
	return root, deferred && root != nil
}

// target is the longest a caller of the use case should wait.
func (s *sheet) target(u *model.UseCase) float64 {
	if s.has(u.Latency.P99) {
		return s.n(u.Latency.P99)
	}
	return s.n(s.model.Context.Patience)
}

// waiters are the use cases somebody asks for that are done only when u is: u
// itself, and those of which it is a step that is part of the promise.
func (p *Plan) waiters(u *model.UseCase) []*model.UseCase {
	var out []*model.UseCase
	seen := map[*model.UseCase]bool{}
	var up func(u *model.UseCase)
	up = func(u *model.UseCase) {
		if seen[u] {
			return
		}
		seen[u] = true
		if u.Asked() {
			out = append(out, u)
		}
		for _, parent := range u.FollowsUp {
			for i := range parent.Then {
				if f := &parent.Then[i]; f.UseCase == u && !(f.Later && f.LaterStated) {
					up(parent)
				}
			}
		}
	}
	up(u)
	return out
}

// waitedFor marks the use cases with waiters, in one walk down from those that are
// asked for.
func waitedFor(m *model.Model) map[*model.UseCase]bool {
	out := map[*model.UseCase]bool{}
	var queue []*model.UseCase
	add := func(u *model.UseCase) {
		if !out[u] {
			out[u] = true
			queue = append(queue, u)
		}
	}
	for _, u := range m.UseCases {
		if u.Asked() {
			add(u)
		}
	}
	for len(queue) > 0 {
		u := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for i := range u.Then {
			if f := &u.Then[i]; !(f.Later && f.LaterStated) {
				add(f.UseCase)
			}
		}
	}
	return out
}

func (s *sheet) whoWaits(root *model.UseCase) string {
	if root == nil {
		return "nobody"
	}
	return root.Name
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// failure says what a caller sees when the call fails.
func (s *sheet) failure(o arch.OptionID, l *Link, dep dependency, root *model.UseCase, deferred bool) string {
	name := l.UseCase.Name
	switch {
	case o == "fallback":
		return fmt.Sprintf("%s goes on with %s", name, dep.fallback)
	case o == "queued":
		return fmt.Sprintf("%s waits in its queue until %s is back", name, dep.name)
	case o == "cached":
		return fmt.Sprintf("%s uses the last answer, up to %s old", name, sec(dep.stale))
	case root == nil && s.plan.fromOutbox(l):
		return fmt.Sprintf("%s is done; %s follows when %s is back, from the outbox", name, fact.Phrase(l.Reaches()), dep.name)
	case root == nil:
		return fmt.Sprintf("%s is repeated by what started it", name)
	case deferred:
		return fmt.Sprintf("%s stays unfinished and its step is repeated", root.Name)
	}
	return fmt.Sprintf("%s fails with 503 and Retry-After, %s a month", root.Name, sec((1-dep.up*(1-dep.closed))*dep.chance*monthSeconds))
}
