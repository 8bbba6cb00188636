package boundary

import (
	"cmp"
	"slices"
)

// option is a proposal that was laid out and costed.
type option struct {
	proposal
	layout *layout
	cost   Cost
}

// evaluate lays out and costs every cut that was proposed.
func (p *problem) evaluate(ps *proposals) []option {
	out := make([]option, len(ps.found))
	for i, f := range ps.found {
		l := p.layOut(f.cut)
		out[i] = option{f, l, p.cost(l)}
	}
	return out
}

// front splits the options into those that no other one dominates and the rest.
func front(options []option) (best, dominated []option) {
	for i := range options {
		if slices.ContainsFunc(options, func(o option) bool { return o.cost.dominates(options[i].cost) }) {
			dominated = append(dominated, options[i])
		} else {
			best = append(best, options[i])
		}
	}
	byWorth := func(a, b option) int {
		if d := b.worth - a.worth; d > slack || d < -slack {
			return cmp.Compare(b.worth, a.worth)
		}
		return cmp.Or(cmp.Compare(a.layout.units, b.layout.units), cmp.Compare(a.layout.k, b.layout.k), slices.Compare(a.cut, b.cut))
	}
	slices.SortStableFunc(best, byWorth)
	slices.SortStableFunc(dominated, byWorth)
	return best, dominated
}

// show picks the options to be shown: of the front the one that is worth most,
// the user's own cut whatever it is, and then those that say something else: the
// best finer and the best coarser cut, one service, and whatever is farthest
// from all that is shown.
func (p *problem) show(best, dominated []option) []option {
	shown := []option{best[0]}
	add := func(o option) {
		if len(shown) < p.opt.Shown && !slices.ContainsFunc(shown, func(s option) bool { return slices.Equal(s.cut, o.cut) }) {
			shown = append(shown, o)
		}
	}
	has := func(m Method) func(option) bool {
		return func(o option) bool { return slices.Contains(o.methods, m) }
	}
	addFirst := func(from []option, fits func(option) bool) {
		if i := slices.IndexFunc(from, fits); i >= 0 {
			add(from[i])
		}
	}
	addFirst(slices.Concat(best, dominated), has(MethodOwn))
	addFirst(best, func(o option) bool { return o.layout.k > best[0].layout.k })
	addFirst(best, func(o option) bool { return o.layout.k < best[0].layout.k })
	addFirst(best, has(MethodOne))
	for len(shown) < p.opt.Shown {
		i := farthest(best, shown)
		if i < 0 {
			break
		}
		add(best[i])
	}
	slices.SortStableFunc(shown[1:], func(a, b option) int { return cmp.Compare(b.worth, a.worth) })
	if len(shown) > 2 {
		slices.SortStableFunc(shown[2:], func(a, b option) int { return cmp.Compare(a.layout.k, b.layout.k) })
	}
	return shown
}

// farthest returns the option whose nearest shown one is farthest away, -1 if
// all are shown.
func farthest(options, shown []option) int {
	best, most := -1, 0
	for i := range options {
		nearest := int(^uint(0) >> 1)
		for j := range shown {
			nearest = min(nearest, distance(options[i].cut, shown[j].cut))
		}
		if nearest > most {
			best, most = i, nearest
		}
	}
	return best
}

// distance is the number of pairs of nodes on which two cuts disagree.
func distance(a, b cut) int {
	pairs := func(n int) int { return n * (n - 1) / 2 }
	inA, inB := make([]int, a.groups()), make([]int, b.groups())
	both := map[[2]int]int{}
	for v := range a {
		inA[a[v]]++
		inB[b[v]]++
		both[[2]int{a[v], b[v]}]++
	}
	d := 0
	for _, n := range inA {
		d += pairs(n)
	}
	for _, n := range inB {
		d += pairs(n)
	}
	for _, n := range both {
		d -= 2 * pairs(n)
	}
	return d
}

// eliminations says what became of the cuts that people would have thought of
// and that are not shown.
func (ps *proposals) eliminations(rest []option, shown []option) []Elimination {
	out := ps.broken
	for _, m := range []Method{MethodOwn, MethodOne, MethodFinest, MethodOwners, MethodSubdomains, MethodWrites, MethodModularity} {
		for i := range rest {
			o := &rest[i]
			if !slices.Contains(o.methods, m) || slices.ContainsFunc(shown, func(s option) bool { return slices.Equal(s.cut, o.cut) }) {
				continue
			}
			e := Elimination{Method: m, Contexts: o.layout.k, DominatedBy: -1}
			e.DominatedBy = slices.IndexFunc(shown, func(s option) bool { return s.cost.dominates(o.cost) })
			out = append(out, e)
			break
		}
	}
	return out
}
