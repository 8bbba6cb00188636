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
