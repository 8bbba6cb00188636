package boundary

import (
	"cmp"
	"slices"
)

// problem is the input by index, in canonical order, with the hard constraints
// folded in: what the searches work on. It is read-only once made.
type problem struct {
	in  *Input
	opt Options

	aggs []Aggregate // canonical order
	uses []use       // canonical order
	refs [][2]int    // aggregate indices, from and to

	teamSize map[TeamID]int
	external map[ExternalID]External

	writers   []int   // aggregate to the number of use cases that write it
	touching  [][]int // aggregate to the use cases that touch it
	reference []bool  // aggregate is reference data; set once, by findReference
	named     []int   // node to the user's own context that names it, -1 if none does
	own       []int   // the same, with what the own cut leaves out where plumb put it
	graph     *graph  // affinity as it was weighed for this run
	changed   [][]int // node to the later ones that some use case changes with it

	rules
}

// use is a use case by index. The lists are sorted and disjoint: what is
// written is not listed as read.
type use struct {
	*UseCase
	reads, writes []int
	creates       []int // of what it writes
	then          []follow
	kin           []int // what it follows and what follows it
	fellows       []int // by aggregate, the use cases of the same actor that write it
}

type follow struct {
	use     int
	byEvent bool
}

// strong reports whether all writes of the use case must be visible at once.
func (u *use) strong() bool {
	return u.Consistency != Eventual && len(u.writes) > 1
}

// newProblem indexes a checked input.
func newProblem(in *Input, opt Options) *problem {
	p := &problem{in: in, opt: opt, teamSize: map[TeamID]int{}, external: map[ExternalID]External{}}
	for _, t := range in.Teams {
		p.teamSize[t.ID] = t.Size
	}
	for _, e := range in.Externals {
		p.external[e.ID] = e
	}
	aggOrder, useOrder := canonical(in)
	byAgg := make(map[AggregateID]int, len(in.Aggregates))
	for _, i := range aggOrder {
		byAgg[in.Aggregates[i].ID] = len(p.aggs)
		p.aggs = append(p.aggs, in.Aggregates[i])
	}
	byUse := make(map[UseCaseID]int, len(in.UseCases))
	for k, i := range useOrder {
		byUse[in.UseCases[i].ID] = k
	}
	for _, i := range useOrder {
		p.uses = append(p.uses, newUse(&in.UseCases[i], byAgg, byUse))
	}
	fellows := map[string][]int{}
	for i := range p.uses {
		u := &p.uses[i]
		if fellows[u.Actor] == nil {
			fellows[u.Actor] = make([]int, len(p.aggs))
		}
		u.fellows = fellows[u.Actor]
		for _, a := range u.writes {
			u.fellows[a]++
		}
		for _, f := range u.then {
			u.kin = append(u.kin, f.use)
			p.uses[f.use].kin = append(p.uses[f.use].kin, i)
		}
	}
	for _, r := range in.References {
		if a, b := byAgg[r.From], byAgg[r.To]; a != b {
			p.refs = append(p.refs, [2]int{a, b})
		}
	}
	p.writers, p.touching, p.reference = make([]int, len(p.aggs)), make([][]int, len(p.aggs)), make([]bool, len(p.aggs))
	for i := range p.uses {
		for _, a := range p.uses[i].writes {
			p.writers[a]++
			p.touching[a] = append(p.touching[a], i)
		}
		for _, a := range p.uses[i].reads {
			p.touching[a] = append(p.touching[a], i)
		}
	}
	slices.SortFunc(p.refs, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	p.refs = slices.Compact(p.refs)
	return p
}

func newUse(uc *UseCase, byAgg map[AggregateID]int, byUse map[UseCaseID]int) use {
	u := use{UseCase: uc}
	for _, id := range slices.Concat(uc.Writes, uc.Creates) {
		u.writes = append(u.writes, byAgg[id])
	}
	slices.Sort(u.writes)
	u.writes = slices.Compact(u.writes)
	for _, id := range uc.Creates {
		u.creates = append(u.creates, byAgg[id])
	}
	slices.Sort(u.creates)
	u.creates = slices.Compact(u.creates)
	for _, id := range uc.Reads {
		if a := byAgg[id]; !slices.Contains(u.writes, a) {
			u.reads = append(u.reads, a)
		}
	}
	slices.Sort(u.reads)
	u.reads = slices.Compact(u.reads)
	for _, f := range uc.Then {
		u.then = append(u.then, follow{byUse[f.UseCase], f.ByEvent})
	}
	slices.SortFunc(u.then, func(a, b follow) int {
		return cmp.Or(cmp.Compare(a.use, b.use), compareBool(a.byEvent, b.byEvent))
	})
	return u
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
