package model

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/fact"
)

// timerAgainstSteps finds states that time out before what must happen within them
// can be done: a step that may come later than the timer, a call that takes longer,
// a notice that reaches people after the deadline it is for.
func (r *reconciler) timerAgainstSteps() {
	for _, a := range r.m.Aggregates {
		if a.States == nil {
			continue
		}
		for _, t := range a.States.Timers {
			for _, u := range r.m.UseCases {
				if enters(u, a, t.State) {
					r.stepsWithin(a, t, u, u)
					for _, e := range u.Emits {
						for _, v := range e.Starts {
							r.stepsWithin(a, t, u, v)
						}
					}
				}
				if leaves(u, a, t.State) && u != t.Does {
					r.callsWithin(a, t, u)
				}
			}
		}
	}
}

// enters reports whether a use case brings instances into a state.
func enters(u *UseCase, a *Aggregate, state string) bool {
	if a.States.Initial == state && slices.Contains(u.Creates, a) {
		return true
	}
	return slices.ContainsFunc(u.Moves, func(p Performed) bool { return p.Aggregate == a && p.To == state })
}

func leaves(u *UseCase, a *Aggregate, state string) bool {
	return slices.ContainsFunc(u.Moves, func(p Performed) bool { return p.Aggregate == a && p.From == state })
}

// stepsWithin looks at the later steps of v, which runs when u has brought an
// instance into the state.
func (r *reconciler) stepsWithin(a *Aggregate, t Timer, u, v *UseCase) {
	check := func(s *Step, name string) {
		if !s.Later || !s.Within.Known() || s.Within.N < t.After.N {
			return
		}
		r.ask(v.Path, 0.5*importance(v),
			fmt.Sprintf("What if %s has not happened when %s leaves %s?", name, a.Name, t.State),
			fmt.Sprintf("%s may take %s after %s; %s stays %s for %s at most, then becomes %s", name, durationText(s.Within.N), u.Name, a.Name, t.State, durationText(t.After.N), t.To),
			[]fact.ID{s.Within.Fact, t.After.Fact},
			Answer{"the step is hurried", fmt.Sprintf("it gets %s; later it is no longer tried", durationText(t.After.N/2))},
			Answer{"the state waits", fmt.Sprintf("the timer of %s is longer than %s", t.State, durationText(s.Within.N))},
			Answer{"it does not matter", "the step is done or dropped whatever the state has become"})
	}
	for i := range v.Calls {
		check(&v.Calls[i].Step, v.Name+" calling "+v.Calls[i].External.Name)
	}
	for i := range v.Then {
		check(&v.Then[i].Step, v.Then[i].UseCase.Name)
	}
}

// callsWithin compares the slowest calls of what leaves a state with its timer.
func (r *reconciler) callsWithin(a *Aggregate, t Timer, u *UseCase) {
	total := 0.0
	facts := []fact.ID{t.After.Fact}
	for _, c := range hardCalls(u) {
		total += c.Latency.P99.N * c.times
		facts = append(facts, c.Latency.P99.Fact)
	}
	if total == 0 || total < t.After.N {
		return
	}
	r.ask(u.Path, 0.5*importance(u),
		fmt.Sprintf("Which wins when %s is slow: %s or the timer of %s?", u.Name, u.Name, t.State),
		fmt.Sprintf("its calls take up to %s (p99); %s leaves %s after %s by itself", durationText(total), a.Name, t.State, durationText(t.After.N)),
		facts,
		Answer{"the timer; a late success is undone", fmt.Sprintf("%s checks the state when its calls are back", u.Name)},
		Answer{"the use case; the timer waits for it", fmt.Sprintf("at least %s for %s", durationText(total*2), t.State)})
}

// timerAgainstTimer finds an instance that times out while another that belongs to
// it still waits: an order cancelled under a ticket that can yet be accepted.
func (r *reconciler) timerAgainstTimer() {
	for _, part := range r.m.Aggregates {
		waits, ok := firstTimer(part)
		if !ok {
			continue
		}
		for _, f := range part.Fields {
			if f.Ref == nil || f.List || f.Ref == part {
				continue
			}
			whole, ok := firstTimer(f.Ref)
			if !ok || whole.After.N > waits.After.N {
				continue
			}
			r.ask(part.Path, 0.4,
				fmt.Sprintf("What becomes of a %s whose %s has timed out?", part.Name, f.Ref.Name),
				fmt.Sprintf("%s leaves %s after %s, while its %s may stay %s for %s", f.Ref.Name, whole.State, durationText(whole.After.N), part.Name, waits.State, durationText(waits.After.N)),
				[]fact.ID{whole.After.Fact, waits.After.Fact},
				Answer{"it is withdrawn with it", fmt.Sprintf("whatever makes %s %s also ends the %s", f.Ref.Name, whole.To, part.Name)},
				Answer{"it should time out first", fmt.Sprintf("a timer of less than %s for %s", durationText(whole.After.N), part.Name)})
		}
	}
}

// firstTimer is the timer of the state an aggregate starts in.
func firstTimer(a *Aggregate) (Timer, bool) {
	if a.States == nil {
		return Timer{}, false
	}
	i := slices.IndexFunc(a.States.Timers, func(t Timer) bool { return t.State == a.States.Initial })
	if i < 0 {
		return Timer{}, false
	}
	return a.States.Timers[i], true
}

// holdAgainstState finds a promise of an external that can expire while the state
// that rests on it is still open: an authorisation, a reserved slot.
func (r *reconciler) holdAgainstState() {
	for _, u := range r.m.UseCases {
		for i := range u.Calls {
			x := u.Calls[i].External
			if !x.HoldsFor.Known() {
				continue
			}
			for _, a := range unique(append(movedBy(u), u.Creates...)) {
				if a.States != nil {
					r.holdOf(u, x, a)
				}
			}
		}
	}
}

func (r *reconciler) holdOf(u *UseCase, x *External, a *Aggregate) {
	state := restsIn(u, a)
	if slices.Contains(a.States.Final, state) || !r.usedAgain(u, x, a, state) || r.consumes(u, x, a) {
		return
	}
	i := slices.IndexFunc(a.States.Timers, func(t Timer) bool { return t.State == state })
	facts := []fact.ID{x.HoldsFor.Fact}
	open := "nothing ends that state by time"
	if i >= 0 {
		t := a.States.Timers[i]
		if t.After.N < x.HoldsFor.N {
			return
		}
		facts = append(facts, t.After.Fact)
		open = fmt.Sprintf("the state may last %s", durationText(t.After.N))
	}
	r.ask(a.Path, 0.25*importance(u),
		fmt.Sprintf("What becomes of a %s that is still %s when %s no longer keeps its promise?", a.Name, state, x.Name),
		fmt.Sprintf("%s keeps what it promised to %s for %s; %s", x.Name, u.Name, durationText(x.HoldsFor.N), open),
		facts,
		Answer{"it is renewed or released before", fmt.Sprintf("a timer of %s on %s, and a person who sees what it could not settle", durationText(x.HoldsFor.N*0.8), state)},
		Answer{"it cannot take that long", fmt.Sprintf("write the timer of %s that makes it so", state)})
}

// consumes reports whether u itself redeems a promise that another use case got
// from the external: what follows no longer rests on it.
func (r *reconciler) consumes(u *UseCase, x *External, a *Aggregate) bool {
	for _, p := range u.Moves {
		if p.Aggregate != a {
			continue
		}
		for _, v := range r.m.UseCases {
			if v != u && enters(v, a, p.From) && slices.ContainsFunc(v.Calls, func(c Call) bool { return c.External == x }) && restsIn(v, a) == p.From {
				return true
			}
		}
	}
	return false
}

// restsIn is the state in which a use case leaves an instance on success: the
// target of its first move, else the initial state.
func restsIn(u *UseCase, a *Aggregate) string {
	for _, p := range u.Moves {
		if p.Aggregate == a {
			return p.To
		}
	}
	return a.States.Initial
}

// usedAgain reports whether another use case takes an instance out of the state by
// calling the same external: the promise is then what it rests on.
func (r *reconciler) usedAgain(u *UseCase, x *External, a *Aggregate, state string) bool {
	for _, v := range r.m.UseCases {
		if v != u && leaves(v, a, state) && slices.ContainsFunc(v.Calls, func(c Call) bool { return c.External == x }) {
			return true
		}
	}
	return false
}
