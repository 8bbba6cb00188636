package sim

import (
	"math"
	"math/bits"

	"plumb.dev/plumb/sim/des"
)

// stationState is a station during a run.
type stationState struct {
	spec     *station
	n        stationTally
	replicas []replica
	up       []int32 // replicas that are up
	turn     int     // of round robin
	limit    bucket
	guarded  bool // a limit may turn requests away
	uneven   bool // replicas differ in their speed or their errors
	scaled   bool // its replicas change
	scaler   scaler
	slow     float64 // factor on service times
	errors   float64 // share of errors
	stalled  int     // faults under which nothing is begun
	down     int     // faults under which everything is turned away
	busy     des.Level
	waiting  des.Level
}

// replica of a station.
type replica struct {
	up      bool
	off     bool // not deployed, by the autoscaler
	busy    int
	queue   des.FIFO[des.Ref]
	running []des.Ref // where workers are limited
	control delayControl
	limiter limiter
	slow    float64 // factor on its service times
	errors  float64 // share of errors of its own
	outlier outlier
	// dispatching keeps a service that ends at once from going through the queue
	// within the one that goes through it already.
	dispatching bool
}

func (s *stationState) reset(spec *station) {
	if s.replicas == nil {
		s.replicas = make([]replica, max(spec.replicas, spec.scaling.most, 1))
	}
	s.up = s.up[:0]
	for i := range s.replicas {
		r := &s.replicas[i]
		r.queue.Reset()
		*r = replica{up: true, queue: r.queue, running: r.running[:0], limiter: r.limiter, slow: 1}
		r.limiter.reset(&spec.limiter)
		s.up = append(s.up, int32(i))
	}
	*s = stationState{
		spec: spec, replicas: s.replicas, up: s.up, scaler: s.scaler, slow: 1, errors: spec.errors,
		limit: bucket{tokens: math.Max(spec.limit.burst, 1)}, guarded: spec.limit.rate > 0 || spec.limiter.rule != noLimiter,
	}
	if spec.scaling.most > 0 {
		s.scaled = true
		s.deploy(spec)
	}
}

// reach is a request at its station's door.
func (e *engine) reach(ref des.Ref, v *visit) {
	st := &e.stations[v.station]
	spec, now := st.spec, e.clock.Now()
	st.n.Arrived++
	switch {
	case st.down > 0 || len(st.up) == 0:
		st.n.turnedAway(unreachable)
		e.reply(ref, v, unreachable)
		return
	case st.guarded && !st.limit.take(&spec.limit, now):
		st.n.turnedAway(limited)
		e.reply(ref, v, limited)
		return
	}
	at := v.replica
	if !v.pinned {
		at = choose(st, v)
	} else if !st.replicas[at].up {
		st.n.turnedAway(unreachable)
		e.reply(ref, v, unreachable)
		return
	}
	r := &st.replicas[at]
	v.replica, v.arrived, v.reached = at, now, true
	if st.guarded && spec.limiter.rule != noLimiter && r.limiter.full(r.load()) {
		st.n.turnedAway(limited)
		e.reply(ref, v, limited)
		return
	}
	if st.stalled == 0 && (spec.workers == 0 || r.busy < spec.workers) {
		e.serve(ref, v, st, r)
		return
	}
	if spec.queue >= 0 && r.queue.Len() >= spec.queue {
		st.n.turnedAway(refused)
		e.reply(ref, v, refused)
		return
	}
	v.queued = true
	r.queue.Push(ref)
	st.waiting.Add(now, 1)
}

// choose balances the load over the replicas that are up.
func choose(st *stationState, v *visit) int32 {
	n := len(st.up)
	if n == 1 {
		return st.up[0]
	}
	switch st.spec.balance {
	case leastRequests:
		best := st.up[st.turn%n]
		for i := range n {
			if at := st.up[(st.turn+i)%n]; st.replicas[at].load() < st.replicas[best].load() {
				best = at
			}
		}
		st.turn = (st.turn + 1) % n
		return best
	case twoChoices:
		first, rest := bits.Mul64(v.draws.Own(ownReplica), uint64(n))
		second, _ := bits.Mul64(rest, uint64(n-1))
		_, before := bits.Sub64(second, first, 0)
		second += 1 - before // the one drawn first is left out
		// Which one has less to do cannot be predicted, so nothing but the choice hangs on it.
		one, other := st.up[first], st.up[second]
		if st.replicas[other].load() < st.replicas[one].load() {
			one = other
		}
		return one
	case randomly:
		first, _ := bits.Mul64(v.draws.Own(ownReplica), uint64(n))
		return st.up[first]
	}
	st.turn = (st.turn + 1) % n
	return st.up[st.turn]
}

func (r *replica) load() int { return r.busy + r.queue.Len() }

// serve gives a worker to a visit and begins its program.
func (e *engine) serve(ref des.Ref, v *visit, st *stationState, r *replica) {
	now := e.clock.Now()
	v.queued, v.serving = false, true
	r.busy++
	st.busy.Add(now, 1)
	if st.spec.workers > 0 {
		v.slot = int32(len(r.running))
		r.running = append(r.running, ref)
	}
	st.n.waited(now - v.arrived)
	e.step(ref, v)
}

// release takes the worker back from a visit and gives it to the next in the queue.
func (e *engine) release(v *visit) {
	st := &e.stations[v.station]
	spec, now := st.spec, e.clock.Now()
	at := v.replica
	r := &st.replicas[at]
	v.serving = false
	if v.working {
		e.idles(v)
	}
	r.busy--
	st.busy.Add(now, -1)
	if spec.workers > 0 {
		last := len(r.running) - 1
		if moved := r.running[last]; int(v.slot) != last {
			r.running[v.slot] = moved
			e.visits.Get(moved).slot = v.slot
		}
		r.running = r.running[:last]
	}
	if r.queue.Len() > 0 {
		e.dispatch(st, r)
	}
}

// dispatch begins what waits at a replica, as far as there are workers.
func (e *engine) dispatch(st *stationState, r *replica) {
	if r.dispatching {
		return
	}
	r.dispatching = true
	defer func() { r.dispatching = false }()
	spec, now := st.spec, e.clock.Now()
	for st.stalled == 0 && (r.up || r.off) && (spec.workers == 0 || r.busy < spec.workers) {
		var ref des.Ref
		var ok bool
		if spec.order == lastInFirstOut || spec.order == adaptiveLast && r.queue.Len() > spec.workers {
			ref, ok = r.queue.PopBack()
		} else {
			ref, ok = r.queue.Pop()
		}
		if !ok {
			return
		}
		st.waiting.Add(now, -1)
		v := e.visits.Get(ref)
		if !e.worthwhile(v, spec, r, now) {
			v.queued = false
			st.n.turnedAway(dropped)
			st.n.stayed(now - v.arrived)
			e.reply(ref, v, dropped)
			continue
		}
		e.serve(ref, v, st, r)
	}
}

// worthwhile reports whether a request whose turn has come is still to be served.
func (e *engine) worthwhile(v *visit, spec *station, r *replica, now des.Time) bool {
	if v.cancelled || e.net.links[v.link].abandoned != continues && (!v.waiting || now >= v.deadline) {
		return false
	}
	waited := now - v.arrived
	if spec.impatient {
		if own := v.draws.At(ownPatience); waited > spec.patience.Sample(&own) {
			return false
		}
	}
	return !r.control.drop(&spec.codel, now, waited, r.queue.Len())
}

// step does the present step of a visit's program and those that take no time.
func (e *engine) step(ref des.Ref, v *visit) {
	steps := e.net.programs[v.program].steps
	for int(v.at) < len(steps) {
		s := &steps[v.at]
		switch s.kind {
		case work:
			if v.loops == 0 {
				if s.chance >= 1 && s.times == 1 {
					v.loops = 1
				} else if !e.enters(v, s) {
					v.at++
					continue
				}
			}
			e.clock.After(e.service(v, s), eventServed, ref)
			return
		case invoke:
			if v.loops == 0 {
				if s.chance >= 1 && s.times == 1 {
					v.loops = 1
				} else if !e.enters(v, s) {
					v.at++
					continue
				}
			}
			v.loops--
			v.pending = 1
			e.call(ref, v, int(v.at))
			return
		case fork:
			if e.forks(ref, v, s.to) {
				return
			}
			v.at += int32(s.to) + 1
			continue
		case skip:
			if !v.draws.Chance(s.chance) {
				v.at = int32(s.to)
				continue
			}
		case respond:
			if int(v.at)+1 < len(steps) && !v.detached {
				rest, r := e.remainder(v)
				e.done(ref, v, answered)
				if r != nil {
					e.step(rest, r)
				}
				return
			}
		case deliver:
			e.publish(s.channel, v.draws.At(uint64(v.at)+1<<32), e.clock.Now(), false)
		case stash:
			if e.enters(v, s) {
				for ; v.loops > 0; v.loops-- {
					e.stash(s.relay, v.draws.At(uint64(v.at)|uint64(v.loops)<<16|1<<32))
				}
			}
		case leave:
			if e.enters(v, s) {
				for ; v.loops > 0; v.loops-- {
					e.publish(s.channel, v.draws.At(uint64(v.at)|uint64(v.loops)<<16|1<<32), e.clock.Now(), false)
				}
			}
		case carry:
			e.carry(s.relay)
		case mark, pass:
			e.enterSaga(v, s)
		case owed:
			if !e.owes(v, s) {
				v.at = int32(s.to)
				continue
			}
		case lookup:
			if e.lookup(ref, v, s) {
				return
			}
		case fill:
			e.fill(v, s)
		}
		v.at++
	}
	e.done(ref, v, v.outcome)
}

// enters decides whether and how often a step is done.
func (e *engine) enters(v *visit, s *step) bool {
	if s.chance < 1 && !v.draws.Chance(s.chance) {
		return false
	}
	v.loops = 1
	if s.times != 1 {
		whole := math.Floor(s.times)
		v.loops = int32(whole)
		if f := s.times - whole; f > 0 && v.draws.Chance(f) {
			v.loops++
		}
	}
	return v.loops > 0
}

// service draws the time of a step of work.
func (e *engine) service(v *visit, s *step) des.Time {
	t := s.time.Sample(&v.draws)
	st := &e.stations[v.station]
	if st.slow != 1 {
		t = des.Time(float64(t) * st.slow)
	}
	if st.scaled && !v.working {
		v.working = true
		st.scaler.working.Add(e.clock.Now(), 1)
	}
	if st.uneven {
		t = des.Time(float64(t) * st.replicas[v.replica].slow)
	}
	if c := st.spec.contention; c > 0 {
		t += c * des.Time(st.replicas[v.replica].busy)
	}
	return t
}

// idles notes that a visit no longer uses a processor.
func (e *engine) idles(v *visit) {
	v.working = false
	e.stations[v.station].scaler.working.Add(e.clock.Now(), -1)
}

// served is the end of a step of work.
func (e *engine) served(ref des.Ref) {
	v := e.visits.Get(ref)
	if v == nil || v.replying {
		return // it was cut short
	}
	if v.working {
		e.idles(v)
	}
	v.loops--
	if v.loops > 0 {
		s := &e.net.programs[v.program].steps[v.at]
		e.clock.After(e.service(v, s), eventServed, ref)
		return
	}
	v.at++
	e.step(ref, v)
}

// call makes the call of a step of a visit's program.
func (e *engine) call(parent des.Ref, v *visit, at int) {
	ref, c := e.calls.Add()
	if c == nil {
		v.pending--
		v.outcome = overflowed
		if v.pending == 0 {
			e.failOrGoOn(parent, v)
		}
		return
	}
	s := &e.net.programs[v.program].steps[at]
	c.parent, c.next, c.source = parent, v.children, -1
	v.children = ref
	c.link, c.program, c.soft = int32(s.link), int32(s.program), s.soft
	c.began, c.deadline = e.clock.Now(), des.Forever
	if e.net.links[s.link].deadline && !v.detached {
		c.deadline = v.deadline
	}
	c.draws = v.draws.At(uint64(at)<<16 | uint64(v.loops)&0xffff)
	e.place(ref, c)
}

// forks starts the n calls after a fork together. It answers false when none of
// them is to be made.
func (e *engine) forks(ref des.Ref, v *visit, n int) bool {
	first := int(v.at) + 1
	steps := e.net.programs[v.program].steps
	// The place of a sentinel keeps the visit from going on before all have started.
	v.pending = 1
	any := false
	for i := range n {
		if !e.enters(v, &steps[first+i]) {
			continue
		}
		for k := v.loops; k > 0; k-- {
			any = true
			v.loops = k
			v.pending++
			e.call(ref, v, first+i)
		}
	}
	v.loops = 0
	v.pending--
	if !any {
		return false
	}
	if v.pending == 0 {
		v.at += int32(n)
		e.failOrGoOn(ref, v)
	}
	return true
}

// childDone is the end of a call that a visit made.
func (e *engine) childDone(ref des.Ref, c *call, o outcome) {
	parent := c.parent
	v := e.visits.Get(parent)
	if v == nil {
		return
	}
	if v.children == ref {
		v.children = c.next
	} else {
		e.unlink(v, ref, c.next)
	}
	v.pending--
	if o != answered {
		switch {
		case c.soft:
			e.degrade(v)
			v.bypass = v.bypass || e.net.programs[v.program].steps[v.at].guards
		case v.outcome == answered:
			v.outcome = o
		}
	} else if c.degraded {
		e.degrade(v)
	}
	if v.pending > 0 {
		return
	}
	if s := &e.net.programs[v.program].steps[v.at]; s.kind == fork {
		v.at += int32(s.to)
		v.loops = 0
	}
	e.failOrGoOn(parent, v)
}

// degrade notes at the call of a visit that something it can do without failed.
func (e *engine) degrade(v *visit) {
	if v.call != 0 {
		if c := e.calls.Get(v.call); c != nil {
			c.degraded = true
		}
	}
}

// unlink takes a call that is not the first out of the list of a visit's open calls.
func (e *engine) unlink(v *visit, ref, next des.Ref) {
	for at := v.children; at != 0; {
		c := e.calls.Get(at)
		if c.next == ref {
			c.next = next
			return
		}
		at = c.next
	}
}

// failOrGoOn continues a visit after its calls: with the next step, or with its
// failure. What happens after the answer is tried to its end.
func (e *engine) failOrGoOn(ref des.Ref, v *visit) {
	if v.outcome != answered && !v.detached {
		e.done(ref, v, v.outcome)
		return
	}
	if v.outcome != answered && v.saga != 0 {
		e.persist(ref, v)
		return
	}
	v.outcome = answered
	if v.loops <= 0 {
		v.at++
	}
	e.step(ref, v)
}

// remainder is what a visit does after its answer, as a visit of its own without
// a caller and without a worker; nil when there is no room for it.
func (e *engine) remainder(v *visit) (des.Ref, *visit) {
	rest, r := e.visits.Add()
	if r != nil {
		*r = visit{
			link: v.link, program: v.program, at: v.at + 1, station: v.station, replica: v.replica,
			draws: v.draws.At(1 << 40), deadline: des.Forever, detached: true, saga: v.saga,
		}
		v.saga = 0
	}
	return rest, r
}

// done ends a visit's work.
func (e *engine) done(ref des.Ref, v *visit, o outcome) {
	if v.filling != 0 {
		e.forsake(v, o)
	}
	if v.saga != 0 {
		o = e.leaves(v, o)
	}
	if v.detached {
		e.visits.End(ref)
		return
	}
	st := &e.stations[v.station]
	if o == answered && st.errors > 0 && v.draws.Chance(st.errors) {
		o = failed
	}
	if o == answered && st.uneven && v.draws.Chance(st.replicas[v.replica].errors) {
		o = failed
	}
	stay := e.clock.Now() - v.arrived
	st.n.done(stay)
	if st.guarded && st.spec.limiter.rule != noLimiter {
		r := &st.replicas[v.replica]
		r.limiter.ended(&st.spec.limiter, e.clock.Now(), stay, r.load(), false, &e.chance)
	}
	e.release(v)
	e.reply(ref, v, o)
}

// abort ends a visit that runs, with the calls it waits for.
func (e *engine) abort(ref des.Ref) {
	e.cancelChildren(ref)
	v := e.visits.Get(ref)
	e.forsake(v, unreachable)
	if v.saga != 0 {
		e.takeOver(v, false)
	}
	n := &e.stations[v.station].n
	n.Aborted++
	n.stayed(e.clock.Now() - v.arrived)
	e.release(v)
	e.visits.End(ref)
}

func (e *engine) cancelChildren(ref des.Ref) {
	v := e.visits.Get(ref)
	at := v.children
	v.children, v.pending = 0, 0
	for at != 0 {
		next := e.calls.Get(at).next
		e.cancel(at)
		at = next
	}
}
