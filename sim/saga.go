package sim

import "plumb.dev/plumb/sim/des"

// saga keeps a promise over several transactions: what has been done before its pivot
// is undone when a later step fails, and what comes after it is tried until it is done.
type saga struct {
	name    string
	timeout des.Time
	// pause is the wait before a step is tried again; it doubles up to sixty-fold.
	pause des.Time
	undo  int // the program that takes the steps back, the last one first
}

// sagaRun is a saga that has begun and is not settled.
type sagaRun struct {
	saga     int32
	tries    int32
	effects  uint32 // a bit for each step that may have left something to undo
	began    des.Time
	deadline des.Time
	passed   bool // the pivot is done: it can only go forward
	undoing  bool
}

// sagaPause doubles up to a minute, as the pauses between deliveries of a message do.
const sagaPause = des.Second

// wait is the pause after so many tries.
func (s *saga) wait(tries int32) des.Time { return min(s.pause<<min(tries, 6), 60*s.pause) }

// enterSaga is a step from which on something may be left to undo, or after which the
// saga can only go forward.
func (e *engine) enterSaga(v *visit, s *step) {
	run := e.sagas.Get(v.saga)
	if run == nil {
		if v.saga, run = e.sagas.Add(); run == nil {
			return
		}
		now := e.clock.Now()
		run.saga, run.began, run.deadline = int32(s.saga), now, des.Forever
		if t := e.net.sagas[s.saga].timeout; t > 0 {
			run.deadline = now + t
		}
		e.tally.sagas[s.saga].Begun++
		e.unsettled[s.saga].Add(now, 1)
	}
	if s.kind == pass {
		run.passed = true
	} else {
		run.effects |= 1 << s.to
	}
}

// owes reports whether a step of a saga is to be undone.
func (e *engine) owes(v *visit, s *step) bool {
	run := e.sagas.Get(v.saga)
	return run != nil && run.effects>>s.saga&1 == 1
}

// settled ends a saga that has come to its end.
func (e *engine) settled(v *visit) {
	run := e.sagas.Get(v.saga)
	if run == nil {
		return
	}
	n, took := e.end(run)
	if run.undoing {
		n.Compensated++
		n.undone.Record(took)
	} else {
		n.Completed++
		n.settled.Record(took)
	}
	e.sagas.End(v.saga)
	v.saga = 0
}

// end notes how long a saga was open.
func (e *engine) end(run *sagaRun) (*sagaTally, des.Time) {
	n, now := &e.tally.sagas[run.saga], e.clock.Now()
	n.stays += now - run.began
	e.unsettled[run.saga].Add(now, -1)
	return n, now - run.began
}

// stuck ends a saga whose time is over: a person has to look at it.
func (e *engine) stuck(v *visit) {
	if run := e.sagas.Get(v.saga); run != nil {
		n, _ := e.end(run)
		n.Stuck++
		e.sagas.End(v.saga)
	}
	v.saga = 0
}

// leaves is the end of a visit that ran a saga. One that fails after the pivot, or at a
// step that may be done later, goes on without the visit, and its caller is told that it
// will be done.
func (e *engine) leaves(v *visit, o outcome) outcome {
	if o == answered {
		e.settled(v)
		return o
	}
	steps := e.net.programs[v.program].steps
	if !e.takeOver(v, int(v.at) < len(steps) && steps[v.at].pends) {
		return o
	}
	if c := e.calls.Get(v.call); c != nil && c.source >= 0 {
		e.promise(v.call)
	}
	return answered
}

// takeOver lets a saga go on without the visit that ran it: forward from where it is
// when its pivot is done or it pends, back otherwise. It answers whether it goes forward.
func (e *engine) takeOver(v *visit, pends bool) bool {
	ref := v.saga
	run := e.sagas.Get(ref)
	v.saga = 0
	if run == nil {
		return false
	}
	rest, r := e.visits.Add()
	if r == nil {
		v.saga = ref
		e.stuck(v)
		return false
	}
	*r = visit{
		link: v.link, program: v.program, at: v.at, station: v.station, replica: v.replica, loops: v.loops,
		draws: v.draws.At(1 << 40), deadline: des.Forever, detached: true, saga: ref,
	}
	if run.passed || pends {
		r.again(e.net.programs[r.program].steps)
		e.pause(rest, run)
		return true
	}
	e.turn(rest, r, run)
	return false
}

// again puts a visit back to the step whose calls failed.
func (v *visit) again(steps []step) {
	if int(v.at) >= len(steps) {
		return
	}
	if steps[v.at].kind == invoke {
		v.loops++
	}
	for first := v.at - 1; first >= 0 && first >= v.at-unrolled; first-- {
		if s := &steps[first]; s.kind == fork && first+int32(s.to) == v.at {
			v.at, v.loops = first, 0
			return
		}
	}
}

// turn makes a saga go back.
func (e *engine) turn(ref des.Ref, v *visit, run *sagaRun) {
	spec := &e.net.sagas[run.saga]
	now := e.clock.Now()
	run.undoing, run.tries, run.deadline = true, 0, des.Forever
	if spec.timeout > 0 {
		run.deadline = now + spec.timeout
	}
	v.program, v.at, v.loops, v.outcome = int32(spec.undo), 0, 0, answered
	v.draws = v.draws.At(1 << 42)
	e.clock.After(0, eventPersist, ref)
}

// pause lets a visit try its step again later.
func (e *engine) pause(ref des.Ref, run *sagaRun) {
	e.clock.After(e.net.sagas[run.saga].wait(run.tries), eventPersist, ref)
	run.tries++
	e.tally.sagas[run.saga].Repeats++
}

// persist is a failed step of a saga that nobody waits for: it is tried again until the
// saga's time is over. Then it is undone, when it still can be, or stuck.
func (e *engine) persist(ref des.Ref, v *visit) {
	run := e.sagas.Get(v.saga)
	v.outcome = answered
	if run == nil {
		e.visits.End(ref)
		return
	}
	switch {
	case e.clock.Now()+e.net.sagas[run.saga].wait(run.tries) < run.deadline:
		v.again(e.net.programs[v.program].steps)
		v.draws = v.draws.At(1<<41 + uint64(run.tries))
		e.pause(ref, run)
	case !run.passed && !run.undoing:
		e.turn(ref, v, run)
	default:
		e.stuck(v)
		e.visits.End(ref)
	}
}
