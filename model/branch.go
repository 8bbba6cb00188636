package model

import "slices"

// exceptionsOf counts, for each step a use case performs in the lifecycle of an
// aggregate, how many transitions off the main path an instance must have taken
// when it takes that step. The main path leaves each state by the transition that
// was written first.
func exceptionsOf(a *Aggregate, u *UseCase) []int {
	reach := exceptionsTo(a.States)
	var out []int
	for _, p := range u.Moves {
		if p.Aggregate == a {
			out = append(out, reach[p.From]+exception(a.States, p.From, p.To))
		}
	}
	return out
}

// exception is 1 for a transition that is not the first out of its state.
func exception(l *Lifecycle, from, to string) int {
	first := slices.IndexFunc(l.Moves, func(m Move) bool { return m.From == from })
	if l.Moves[first].To == to {
		return 0
	}
	return 1
}

// exceptionsTo is the fewest exceptions on a way from the initial state to each.
func exceptionsTo(l *Lifecycle) map[string]int {
	out := map[string]int{l.Initial: 0}
	for range l.States {
		for _, m := range l.Moves {
			from, reached := out[m.From]
			if !reached {
				continue
			}
			n := from + exception(l, m.From, m.To)
			if old, known := out[m.To]; !known || n < old {
				out[m.To] = n
			}
		}
	}
	return out
}
