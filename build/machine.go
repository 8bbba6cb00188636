package build

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// machines are the lifecycles, each transition with what performs it, who may
// trigger that, and the timer that does it otherwise.
func (b *builder) machines() {
	for _, a := range b.m.Aggregates {
		if a.States != nil && b.owner[a] != nil {
			b.a.Machines = append(b.a.Machines, b.machine(a))
		}
	}
}

func (b *builder) machine(a *model.Aggregate) arch.StateMachine {
	l := a.States
	out := arch.StateMachine{
		ID: fact.Kebab(a.Name), Of: a.Path, Context: b.owner[a].ID,
		Initial: l.Initial, States: l.States, Final: l.Final,
	}
	for _, mv := range l.Moves {
		t := arch.Transition{From: mv.From, To: mv.To}
		for _, u := range mv.By {
			t.By = append(t.By, u.Path)
			for _, who := range triggers(u) {
				if id := arch.ActorID(who.Name); !slices.Contains(t.Actors, id) {
					t.Actors = append(t.Actors, id)
				}
			}
			if t.Event == "" {
				t.Event = b.toldOf(u, a)
			}
		}
		slices.Sort(t.Actors)
		out.Moves = append(out.Moves, t)
	}
	for _, timer := range l.Timers {
		i := slices.IndexFunc(out.Moves, func(t arch.Transition) bool { return t.From == timer.State && t.To == timer.To })
		if i < 0 {
			out.Moves = append(out.Moves, arch.Transition{From: timer.State, To: timer.To})
			i = len(out.Moves) - 1
		}
		out.Moves[i].After = value(fact.Duration, timer.After)
	}
	return out
}

// triggers are the actors who can set a use case off: those who ask for it, or for
// a use case of which it is a step.
func triggers(u *model.UseCase) []*model.Actor {
	out := slices.Clone(u.By)
	for _, f := range u.FollowsUp {
		out = append(out, f.By...)
	}
	return out
}

// toldOf is the event about the aggregate that a use case tells.
func (b *builder) toldOf(u *model.UseCase, a *model.Aggregate) arch.EventID {
	for _, e := range u.Emits {
		if id := arch.EventID(fact.Pascal(e.Name)); e.Of == a && b.event(id) != nil {
			return id
		}
	}
	return ""
}
