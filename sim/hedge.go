package sim

import "plumb.dev/plumb/sim/des"

// hedge sends further attempts of a call while the first is still out, and takes the
// first answer (gRPC A6, Envoy, failsafe-go). The zero hedge sends none.
type hedge struct {
	delay des.Time // after which the next attempt is sent
	most  int      // attempts in all, with the first; at most five, as in gRPC
	// cancels ends the losers at the server, where they run and before their turn.
	cancels bool
}

// mostHedged bounds the attempts of a call that are out at a time.
const mostHedged = 5

// hedged tells a call that follows the policy of hedging of the end of one of its
// attempts, and answers whether that ends them all: an answer and the timeout do. An
// error sends the next attempt at once, as gRPC does.
func (e *engine) hedged(ref des.Ref, v *visit, cref des.Ref, c *call, o outcome) bool {
	l, attempts := &e.links[c.link], c.attempts
	if c.visit == ref {
		c.visit = 0
	} else {
		e.unhedge(c, l, ref, v)
	}
	if o == answered || o == timedOut {
		e.dropAttempts(c)
		return true
	}
	l.n.Ended[o]++
	e.hedge(cref, c)
	// The attempt just sent may have failed already, and the call with it.
	if e.calls.Get(cref) != c || !c.placed || c.attempts != attempts || c.visit != 0 || c.hedges != 0 {
		return false
	}
	l.n.Ended[o]-- // counted with the end of them all
	return true
}

// hedge sends a further attempt, if there may be one more and the budget pays for it.
func (e *engine) hedge(ref des.Ref, c *call) {
	l := &e.links[c.link]
	s := l.spec
	if int(c.hedged)+1 >= min(s.hedge.most, mostHedged) {
		return
	}
	if !l.allowance.allows(&s.budget, l.retries, l.inFlight) {
		l.n.Denied++
		return
	}
	vref, v := e.visits.Add()
	if v == nil {
		return
	}
	now := e.clock.Now()
	c.hedged++
	l.inFlight++
	l.retries++
	l.n.Attempts++
	l.n.Hedges++
	v.call, v.waiting, v.sent = ref, true, now
	v.next, c.hedges = c.hedges, vref
	v.link, v.program, v.station = c.link, c.program, int32(s.station)
	v.draws = c.draws.At(ownAttempt + uint64(c.attempts) | uint64(c.hedged)<<32)
	v.deadline = c.deadline
	if s.deadline {
		v.deadline = c.until
	}
	if c.until < des.Forever {
		e.clock.At(c.until, eventDeadline, vref)
	}
	e.transmit(vref, v, l)
}

// hedgeNow sends the next attempt of the call whose first is still out when its
// delay is over.
func (e *engine) hedgeNow(vref des.Ref) {
	v := e.visits.Get(vref)
	ref := v.call
	c := e.calls.Get(ref)
	link, most := c.link, e.net.links[c.link].hedge.most
	e.hedge(ref, c)
	if e.waits(vref) && int(c.hedged)+1 < most {
		e.links[link].hedges.Set(e.clock, vref)
	}
}

// unhedge takes a further attempt out of those of its call.
func (e *engine) unhedge(c *call, l *linkState, ref des.Ref, v *visit) {
	l.inFlight--
	l.retries--
	if c.hedges == ref {
		c.hedges = v.next
		return
	}
	for at := c.hedges; at != 0; {
		other := e.visits.Get(at)
		if other.next == ref {
			other.next = v.next
			return
		}
		at = other.next
	}
}

// dropAttempts gives up all attempts of a call that are still out. Nobody waits for any
// of them before the first is ended, since the end of one may start another.
func (e *engine) dropAttempts(c *call) {
	l := &e.links[c.link]
	s := l.spec
	var out [mostHedged]des.Ref
	n := 0
	add := func(ref des.Ref, v *visit) {
		v.waiting, v.call, v.cancelled = false, 0, s.hedge.cancels
		out[n] = ref
		n++
	}
	if c.visit != 0 {
		add(c.visit, e.visits.Get(c.visit))
	}
	for at := c.hedges; at != 0; {
		v := e.visits.Get(at)
		l.inFlight--
		l.retries--
		add(at, v)
		at = v.next
	}
	c.visit, c.hedges = 0, 0
	for _, ref := range out[:n] {
		if v := e.visits.Get(ref); v != nil {
			e.abandon(ref, v)
		}
	}
}
