package sim

import "plumb.dev/plumb/sim/des"

// linkState is what a link's policies remember, shared by the replicas of the
// caller.
type linkState struct {
	spec        *link
	n           linkTally
	timeouts    *des.Timers
	placeTimers *des.Timers
	hedges      *des.Timers
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
	guarded           bool // something may hold a call back
	watched           bool // something learns from the end of each attempt
	shedder           shedder
	limiter           limiter
}

func (l *linkState) reset(s *link) {
	l.spec, l.n = s, linkTally{}
	l.timeouts.Reset()
	l.placeTimers.Reset()
	l.places.Reset()
	l.breaker.reset(&s.breaker)
	l.allowance = allowance{tokens: s.budget.most}
	l.throttle = bucket{tokens: max(s.throttle.burst, 1)}
	l.placed, l.inFlight, l.retries = 0, 0, 0
	l.cutThere, l.cutBack = 0, 0
	l.lost.Reset()
	l.hedges.Reset()
	l.shedder = shedder{}
	l.limiter.reset(&s.limiter)
	l.watched = s.hedge.most > 1 || s.shedding.rule != 0 || s.limiter.rule != noLimiter
	l.guarded = s.breaker.window != noBreaker || s.throttle.rate > 0 || s.bulkhead.most > 0 || s.shedding.rule != 0 || s.limiter.rule != noLimiter
}

// place makes a call: the budget learns of it, and its first attempt starts.
func (e *engine) place(ref des.Ref, c *call) {
	l := &e.links[c.link]
	if l.spec.budget.kind == perCall {
		l.allowance.started(&l.spec.budget, e.clock.Now())
	}
	l.n.Calls++
	e.attempt(ref, c, l)
}

// attempt takes a call past what its caller holds against it, unless its deadline has
// passed.
func (e *engine) attempt(ref des.Ref, c *call, l *linkState) {
	c.attempts++
	if c.deadline <= e.clock.Now() {
		l.n.Ended[expired]++
		e.finish(ref, c, expired)
		return
	}
	if !l.guarded || e.passes(ref, c, l) {
		e.send(ref, c, l)
	}
}

// passes takes a call past its breaker, throttles, limit and bulkhead, in that order,
// as libraries nest them within a retry. One that does not pass has ended, or waits for
// its token or a place.
func (e *engine) passes(ref des.Ref, c *call, l *linkState) bool {
	s, now := l.spec, e.clock.Now()
	if s.breaker.window != noBreaker {
		if !l.breaker.admits(&s.breaker, now) {
			l.n.Ended[circuitOpen]++
			e.finish(ref, c, circuitOpen)
			return false
		}
		c.generation, c.admitted = l.breaker.generation, true
	}
	if s.throttle.rate > 0 && !(s.queued && c.attempts == 1) {
		wait, ok := l.throttle.reserve(&s.throttle, now, s.patience)
		if !ok {
			e.ended(ref, c, throttled)
			return false
		}
		if wait > 0 {
			e.clock.After(wait, eventToken, ref)
			return false
		}
	}
	return e.fits(ref, c, l)
}

// itsTurn is the time of the token that a call has waited for.
func (e *engine) itsTurn(ref des.Ref, c *call) {
	if c.deadline <= e.clock.Now() {
		e.ended(ref, c, expired)
		return
	}
	if l := &e.links[c.link]; e.fits(ref, c, l) {
		e.send(ref, c, l)
	}
}

// fits takes a call that has its token past client throttling, limit and bulkhead.
func (e *engine) fits(ref des.Ref, c *call, l *linkState) bool {
	s, now := l.spec, e.clock.Now()
	if s.shedding.rule != 0 && !l.shedder.admits(&s.shedding, now, c.draws.Own(ownShedding+uint64(c.attempts))) {
		e.ended(ref, c, throttled)
		return false
	}
	if s.limiter.rule != noLimiter && l.limiter.full(l.inFlight) {
		e.ended(ref, c, noPlace)
		return false
	}
	if most := s.bulkhead.most; most > 0 && l.placed >= most {
		if s.bulkhead.wait > 0 {
			l.places.Push(ref)
			l.placeTimers.Set(e.clock, ref)
			return false
		}
		e.ended(ref, c, noPlace)
		return false
	}
	return true
}

// send starts the attempt of a call that nothing held back.
func (e *engine) send(ref des.Ref, c *call, l *linkState) {
	vref, v := e.visits.Add()
	if v == nil {
		e.ended(ref, c, overflowed)
		return
	}
	s, now := l.spec, e.clock.Now()
	c.placed, c.visit = true, vref
	l.placed++
	l.inFlight++
	l.n.Attempts++
	v.call, v.waiting, v.sent = ref, true, now
	v.link, v.program, v.station = c.link, c.program, int32(s.station)
	v.draws = c.draws // those of the first attempt are the call's
	if c.attempts > 1 {
		l.retries++
		l.n.Retries++
		e.tally.retried(now)
		v.draws = c.draws.At(ownAttempt + uint64(c.attempts))
	}
	if c.message != 0 {
		v.replica, v.pinned = e.messages.Get(c.message).replica, true
	}
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
	if s.hedge.most > 1 {
		c.hedged, c.until = 0, c.deadline
		if s.timeout > 0 {
			c.until = min(now+s.timeout, c.deadline)
		}
		l.hedges.Set(e.clock, vref)
	}
	e.transmit(vref, v, l)
}

// transmit sends an attempt on its way to the server.
func (e *engine) transmit(vref des.Ref, v *visit, l *linkState) {
	if l.cutThere > 0 {
		e.lose(l, vref, v)
		return
	}
	if l.spec.delayed {
		e.clock.After(l.spec.delay.Sample(&v.draws), eventReach, vref)
		return
	}
	e.reach(vref, v)
}

// reply sends the answer of a visit back, if somebody waits for it. The visit ends
// with its arrival.
func (e *engine) reply(ref des.Ref, v *visit, o outcome) {
	if !v.waiting {
		e.visits.End(ref)
		return
	}
	v.outcome, v.replying = o, true
	l := &e.links[v.link]
	if l.cutBack > 0 {
		e.lose(l, ref, v)
		return
	}
	if l.spec.delayed {
		e.clock.After(l.spec.delay.Sample(&v.draws), eventReply, ref)
		return
	}
	e.deliverReply(ref, v, l)
}

// deliverReply hands an answer to the call that waits for it.
func (e *engine) deliverReply(ref des.Ref, v *visit, l *linkState) {
	cref, o := v.call, v.outcome
	e.visits.End(ref)
	if !v.waiting {
		return
	}
	if o == answered {
		l.n.roundTrip(e.clock.Now() - v.sent)
	}
	c := e.calls.Get(cref)
	if l.watched && !e.learns(ref, v, cref, c, o) {
		return
	}
	e.ended(cref, c, o)
}

// learns tells the policies that watch each attempt how it ended, and answers whether
// its call has ended with it.
func (e *engine) learns(ref des.Ref, v *visit, cref des.Ref, c *call, o outcome) bool {
	l := &e.links[v.link]
	s, now := l.spec, e.clock.Now()
	if e.net.stations[v.station].ejection.failures > 0 && v.reached {
		e.observe(int(v.station), v.replica, o)
	}
	if s.limiter.rule != noLimiter {
		l.limiter.ended(&s.limiter, now, now-v.sent, l.inFlight, tooMuch.has(o), &e.chance)
	}
	if s.shedding.rule != 0 {
		l.shedder.record(&s.shedding, now, o)
	}
	return s.hedge.most < 2 || e.hedged(ref, v, cref, c, o)
}

// giveUp ends the wait for an attempt and leaves the server to what its link says.
func (e *engine) giveUp(ref des.Ref, o outcome) {
	v := e.visits.Get(ref)
	cref := v.call
	c := e.calls.Get(cref)
	v.waiting, v.call = false, 0
	ends := !e.links[v.link].watched || e.learns(ref, v, cref, c, o)
	if e.visits.Get(ref) == v {
		e.abandon(ref, v)
	}
	if ends {
		e.ended(cref, c, o)
	}
}

// abandon makes a visit one that nobody waits for.
func (e *engine) abandon(ref des.Ref, v *visit) {
	v.waiting, v.call = false, 0
	if v.lost {
		e.visits.End(ref)
		return
	}
	if v.replying {
		return // its answer is under way and ends it
	}
	if v.serving && (v.cancelled || e.net.links[v.link].abandoned == aborts) {
		e.abort(ref)
	}
}

// ended is the end of an attempt: places are given back, policies learn of it, and
// the call is retried or finished.
func (e *engine) ended(ref des.Ref, c *call, o outcome) {
	l, placed := &e.links[c.link], c.placed
	c.visit = 0
	if placed {
		c.placed = false
		l.placed--
		l.inFlight--
		if c.attempts > 1 {
			l.retries--
		}
		if l.spec.budget.kind != unlimited {
			l.allowance.ended(&l.spec.budget, o, c.attempts > 1)
		}
	}
	if c.admitted {
		c.admitted = false
		l.breaker.record(&l.spec.breaker, e.clock.Now(), c.generation, o)
	}
	l.n.Ended[o]++
	if o == answered || int(c.attempts) >= l.spec.retry.attempts || !l.spec.retry.on.has(o) {
		e.finish(ref, c, o)
	} else {
		e.again(ref, c, o)
	}
	if placed && l.places.Len() > 0 {
		e.admit(l)
	}
}

// again retries a call, at once or after a wait, unless budget or deadline forbid.
func (e *engine) again(ref des.Ref, c *call, o outcome) {
	l := &e.links[c.link]
	own := c.draws.At(ownWait + uint64(c.attempts))
	wait := l.spec.retry.wait(int(c.attempts), &own)
	if c.deadline <= e.clock.Now()+wait {
		e.finish(ref, c, o)
		return
	}
	if l.spec.budget.kind != inFlight && !l.allowance.allows(&l.spec.budget, l.retries, l.inFlight) {
		l.n.Denied++
		e.finish(ref, c, o)
		return
	}
	if wait > 0 {
		e.clock.After(wait, eventRetry, ref)
		return
	}
	e.retryNow(ref, c)
}

// retryNow makes the retry whose wait is over. A budget of retries in flight is
// asked only now: those that wait are not in flight.
func (e *engine) retryNow(ref des.Ref, c *call) {
	l := &e.links[c.link]
	if l.spec.budget.kind == inFlight && !l.allowance.allows(&l.spec.budget, l.retries, l.inFlight) {
		l.n.Denied++
		e.finish(ref, c, failed)
		return
	}
	e.attempt(ref, c, l)
}

// admit gives free places of a bulkhead to the calls that wait for one.
func (e *engine) admit(l *linkState) {
	if l.admitting {
		return
	}
	l.admitting = true
	defer func() { l.admitting = false }()
	for l.placed < l.spec.bulkhead.most {
		ref, ok := l.places.Pop()
		if !ok {
			return
		}
		if e.queueing(ref) {
			e.send(ref, e.calls.Get(ref), l)
		}
	}
}

// finish ends a call with its last outcome and lets its maker go on. What is read of
// it after its end is read before another call can take its place.
func (e *engine) finish(ref des.Ref, c *call, o outcome) {
	e.calls.End(ref)
	switch {
	case c.parent != 0:
		e.childDone(ref, c, o)
	case c.message != 0:
		e.consumed(c.message, o)
	case c.relay != 0:
		e.carried(int(c.relay)-1, o)
	default:
		source := c.source
		if !c.answered {
			e.tally.ended(int(source), c.began, e.clock.Now(), o, c.degraded, false)
		}
		if s := &e.net.sources[source]; s.population > 0 {
			e.clock.After(s.gap.Sample(&e.sources[source].gaps), eventArrival, des.Ref(source))
		}
	}
}

// cancel ends a call whose maker was aborted.
func (e *engine) cancel(ref des.Ref) {
	c := e.calls.Get(ref)
	l := &e.links[c.link]
	if c.hedges != 0 {
		e.dropAttempts(c)
	}
	placed, vref := c.placed, c.visit
	if placed {
		l.placed--
		l.inFlight--
		if c.attempts > 1 {
			l.retries--
		}
	}
	if c.admitted {
		l.breaker.record(&l.spec.breaker, e.clock.Now(), c.generation, expired)
	}
	e.calls.End(ref)
	if v := e.visits.Get(vref); v != nil {
		e.abandon(vref, v)
	}
	if placed && l.places.Len() > 0 {
		e.admit(l)
	}
}
