package sim

import "plumb.dev/plumb/sim/des"

// linkState is what a link's policies remember, shared by the replicas of the
// caller.
type linkState struct {
	timeouts    *des.Timers
	placeTimers *des.Timers
	breaker     breaker
	allowance   allowance
	throttle    bucket
	placed      int // calls that hold a place of the bulkhead
	inFlight    int // attempts
	retries     int // attempts that are retries
	places      des.FIFO[des.Ref]
	admitting   bool
	// cutThere and cutBack count the partitions in which requests and answers are
	// lost; lost are the visits to which it happened.
	cutThere, cutBack int
	lost              des.FIFO[des.Ref]
}

func (l *linkState) reset(s *link) {
	l.timeouts.Reset()
	l.placeTimers.Reset()
	l.places.Reset()
	l.breaker.reset(&s.breaker)
	l.allowance = allowance{tokens: s.budget.most}
	l.throttle = bucket{tokens: max(s.throttle.burst, 1)}
	l.placed, l.inFlight, l.retries = 0, 0, 0
	l.cutThere, l.cutBack = 0, 0
	l.lost.Reset()
}

// place makes a call: the budget learns of it, and its first attempt starts.
func (e *engine) place(ref des.Ref) {
	c := e.calls.Get(ref)
	l := &e.links[c.link]
	l.allowance.started(&e.net.links[c.link].budget, e.clock.Now())
	e.tally.links[c.link].Calls++
	e.attempt(ref)
}

// attempt takes a call past its breaker, throttle and bulkhead, in that order, as
// libraries nest them within a retry.
func (e *engine) attempt(ref des.Ref) {
	c := e.calls.Get(ref)
	s, l := &e.net.links[c.link], &e.links[c.link]
	now := e.clock.Now()
	c.attempts++
	if now >= c.deadline {
		e.tally.links[c.link].Ended[expired]++
		e.finish(ref, expired)
		return
	}
	if s.breaker.window != noBreaker {
		if !l.breaker.admits(&s.breaker, now) {
			e.tally.links[c.link].Ended[circuitOpen]++
			e.finish(ref, circuitOpen)
			return
		}
		c.generation, c.admitted = l.breaker.generation, true
	}
	if !l.throttle.take(&s.throttle, now) {
		e.ended(ref, throttled)
		return
	}
	if most := s.bulkhead.most; most > 0 && l.placed >= most {
		if s.bulkhead.wait > 0 {
			l.places.Push(ref)
			l.placeTimers.Set(e.clock, ref)
			return
		}
		e.ended(ref, noPlace)
		return
	}
	e.send(ref)
}

// send starts the attempt of a call that nothing held back.
func (e *engine) send(ref des.Ref) {
	vref, v := e.visits.Add()
	c := e.calls.Get(ref)
	if v == nil {
		e.ended(ref, overflowed)
		return
	}
	s, l := &e.net.links[c.link], &e.links[c.link]
	now := e.clock.Now()
	c.placed, c.visit = true, vref
	l.placed++
	l.inFlight++
	n := &e.tally.links[c.link]
	n.Attempts++
	if c.attempts > 1 {
		l.retries++
		n.Retries++
		e.tally.retried(now)
	}
	v.call, v.waiting, v.sent = ref, true, now
	v.link, v.program, v.station = c.link, c.program, int32(s.station)
	v.draws = c.draws.At(uint64(c.attempts))
	v.deadline = des.Forever
	if s.timeout > 0 {
		end := now + s.timeout
		if s.deadline {
			v.deadline = min(end, c.deadline)
		}
		if c.deadline < end {
			e.clock.At(c.deadline, eventDeadline, vref)
		} else {
			l.timeouts.Set(e.clock, vref)
		}
	} else if c.deadline < des.Forever {
		v.deadline = c.deadline
		e.clock.At(c.deadline, eventDeadline, vref)
	}
	if l.cutThere > 0 {
		e.lose(l, vref, v)
		return
	}
	if s.delayed {
		e.clock.After(s.delay.Sample(&v.draws), eventReach, vref)
		return
	}
	e.reach(vref)
}

// reply sends the answer of a visit back, if somebody waits for it. The visit ends
// with its arrival.
func (e *engine) reply(ref des.Ref, o outcome) {
	v := e.visits.Get(ref)
	if !v.waiting {
		e.visits.End(ref)
		return
	}
	v.outcome, v.replying = o, true
	if l := &e.links[v.link]; l.cutBack > 0 {
		e.lose(l, ref, v)
		return
	}
	if s := &e.net.links[v.link]; s.delayed {
		e.clock.After(s.delay.Sample(&v.draws), eventReply, ref)
		return
	}
	e.deliverReply(ref)
}

// deliverReply hands an answer to the call that waits for it.
func (e *engine) deliverReply(ref des.Ref) {
	v := e.visits.Get(ref)
	c, o, waiting, sent, link := v.call, v.outcome, v.waiting, v.sent, v.link
	e.visits.End(ref)
	if waiting {
		if o == answered {
			e.tally.links[link].roundTrip(e.clock.Now() - sent)
		}
		e.ended(c, o)
	}
}

// giveUp ends the wait for an attempt and leaves the server to what its link says.
func (e *engine) giveUp(ref des.Ref, o outcome) {
	c := e.visits.Get(ref).call
	e.abandon(ref)
	e.ended(c, o)
}

// abandon makes a visit one that nobody waits for.
func (e *engine) abandon(ref des.Ref) {
	v := e.visits.Get(ref)
	v.waiting, v.call = false, 0
	if v.lost {
		e.visits.End(ref)
		return
	}
	if v.replying {
		return // its answer is under way and ends it
	}
	if e.net.links[v.link].abandoned == aborts && v.serving {
		e.abort(ref)
	}
}

// ended is the end of an attempt: places are given back, policies learn of it, and
// the call is retried or finished.
func (e *engine) ended(ref des.Ref, o outcome) {
	c := e.calls.Get(ref)
	s, l := &e.net.links[c.link], &e.links[c.link]
	now := e.clock.Now()
	link, placed := int(c.link), c.placed
	c.visit = 0
	if placed {
		c.placed = false
		l.placed--
		l.inFlight--
		if c.attempts > 1 {
			l.retries--
		}
		l.allowance.ended(&s.budget, o, c.attempts > 1)
	}
	if c.admitted {
		c.admitted = false
		l.breaker.record(&s.breaker, now, c.generation, o)
	}
	e.tally.links[link].Ended[o]++
	if o == answered || int(c.attempts) >= s.retry.attempts || !s.retry.on.has(o) {
		e.finish(ref, o)
	} else {
		e.again(ref, o)
	}
	if placed && l.places.Len() > 0 {
		e.admit(link)
	}
}

// again retries a call, at once or after a wait, unless budget or deadline forbid.
func (e *engine) again(ref des.Ref, o outcome) {
	c := e.calls.Get(ref)
	s, l := &e.net.links[c.link], &e.links[c.link]
	now := e.clock.Now()
	wait := s.retry.wait(int(c.attempts), &e.jitter)
	if c.deadline <= now+wait {
		e.finish(ref, o)
		return
	}
	if s.budget.kind != inFlight && !l.allowance.allows(&s.budget, l.retries, l.inFlight) {
		e.tally.links[c.link].Denied++
		e.finish(ref, o)
		return
	}
	if wait > 0 {
		e.clock.After(wait, eventRetry, ref)
		return
	}
	e.retryNow(ref)
}

// retryNow makes the retry whose wait is over. A budget of retries in flight is
// asked only now: those that wait are not in flight.
func (e *engine) retryNow(ref des.Ref) {
	c := e.calls.Get(ref)
	s, l := &e.net.links[c.link], &e.links[c.link]
	if s.budget.kind == inFlight && !l.allowance.allows(&s.budget, l.retries, l.inFlight) {
		e.tally.links[c.link].Denied++
		e.finish(ref, failed)
		return
	}
	e.attempt(ref)
}

// admit gives free places of a bulkhead to the calls that wait for one.
func (e *engine) admit(link int) {
	s, l := &e.net.links[link], &e.links[link]
	if l.admitting {
		return
	}
	l.admitting = true
	defer func() { l.admitting = false }()
	for l.placed < s.bulkhead.most {
		ref, ok := l.places.Pop()
		if !ok {
			return
		}
		if e.queueing(ref) {
			e.send(ref)
		}
	}
}

// finish ends a call with its last outcome and lets its maker go on.
func (e *engine) finish(ref des.Ref, o outcome) {
	c := *e.calls.Get(ref)
	e.calls.End(ref)
	switch {
	case c.parent != 0:
		e.childDone(ref, &c, o)
	case c.message != 0:
		e.consumed(c.message, o)
	default:
		if !c.answered {
			e.tally.ended(int(c.source), c.began, e.clock.Now(), o, c.degraded, false)
		}
		if s := &e.net.sources[c.source]; s.population > 0 {
			e.clock.After(s.gap.Sample(&e.sources[c.source].gaps), eventArrival, des.Ref(c.source))
		}
	}
}

// cancel ends a call whose maker was aborted.
func (e *engine) cancel(ref des.Ref) {
	c := e.calls.Get(ref)
	s, l := &e.net.links[c.link], &e.links[c.link]
	link, placed, v := int(c.link), c.placed, c.visit
	if placed {
		l.placed--
		l.inFlight--
		if c.attempts > 1 {
			l.retries--
		}
	}
	if c.admitted {
		l.breaker.record(&s.breaker, e.clock.Now(), c.generation, expired)
	}
	e.calls.End(ref)
	if v != 0 && e.visits.Alive(v) {
		e.abandon(v)
	}
	if placed && l.places.Len() > 0 {
		e.admit(link)
	}
}
