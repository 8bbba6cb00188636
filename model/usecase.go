package model

import (
	"cmp"
	"slices"
)

func (u *UseCase) writes() []*Aggregate {
	var out []*Aggregate
	out = append(append(append(out, u.Creates...), u.Changes...), u.Deletes...)
	return unique(out)
}

// writesAny reports whether it writes anything, without listing it.
func (u *UseCase) writesAny() bool { return len(u.Creates)+len(u.Changes)+len(u.Deletes) > 0 }

func (u *UseCase) touches() []*Aggregate {
	out := u.writes()
	for _, r := range u.Reads {
		out = append(out, r.Aggregate)
	}
	return unique(out)
}

func unique(list []*Aggregate) []*Aggregate {
	slices.SortFunc(list, func(a, b *Aggregate) int { return cmp.Compare(a.Name, b.Name) })
	return slices.Compact(list)
}

// Pending is a state in which what the use case makes can stand unfinished, with the
// name of the aggregate before it: the first state of what it creates, or the first step
// of what it moves, if something leads on from there or all that is left to do are steps
// of their own. It is "" where there is none.
func (u *UseCase) Pending() string {
	for _, a := range u.Creates {
		if a.States != nil && len(a.States.States) > 1 {
			return a.Name + " " + a.States.Initial
		}
	}
	waits := slices.ContainsFunc(u.Calls, func(c Call) bool { return !c.Optional && c.Fallback == "" })
	for _, mv := range u.Moves {
		if mv.Aggregate.States == nil || !leadsOn(mv.Aggregate.States, mv.To) {
			continue
		}
		if waits { // it gets there with the answer that is still out
			return mv.Aggregate.Name + " " + mv.From
		}
		return mv.Aggregate.Name + " " + mv.To
	}
	if len(u.Then) > 0 && len(u.Moves) > 0 && !waits {
		// Its own step stands; what follows it goes on by itself.
		return u.Moves[0].Aggregate.Name + " " + u.Moves[0].To
	}
	return ""
}

func leadsOn(l *Lifecycle, state string) bool {
	return slices.ContainsFunc(l.Moves, func(m Move) bool { return m.From == state })
}

// ActsOutside reports whether what a use case does, it has others do: it changes nothing
// of ours, and either its caller is shown and told nothing, or some of it comes after the
// answer. A call of it is no question, and a repeat of it has an effect there.
func (u *UseCase) ActsOutside() bool {
	if u.writesAny() || len(u.Calls) == 0 {
		return false
	}
	return len(u.Reads) == 0 && len(u.Gives) == 0 || slices.ContainsFunc(u.Calls, func(c Call) bool { return c.Later })
}

// MayBeRefused reports whether a change of an aggregate by the use case may find that
// what many contend for does not suffice: it takes, and does not give back.
func (u *UseCase) MayBeRefused(a *Aggregate) bool {
	return a.Contended != "" && len(u.Undoes) == 0 && slices.Contains(u.Changes, a)
}
