package boundary

import (
	"cmp"
	"math"
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
// the user's own cut whatever it is, and then those that together come nearest to
// whatever else may be wanted.
func (p *problem) show(best, dominated []option) []option {
	shown := []option{best[0]}
	add := func(o option) bool {
		if len(shown) < p.opt.Shown && !slices.ContainsFunc(shown, func(s option) bool { return slices.Equal(s.cut, o.cut) }) {
			shown = append(shown, o)
		}
		return len(shown) == p.opt.Shown
	}
	all := slices.Concat(best, dominated)
	if i := slices.IndexFunc(all, func(o option) bool { return slices.Contains(o.methods, MethodOwn) }); i >= 0 {
		add(all[i])
	}
	cover(best, shown, add)
	slices.SortStableFunc(shown[1:], func(a, b option) int { return cmp.Compare(b.worth, a.worth) })
	if len(shown) > 2 {
		slices.SortStableFunc(shown[2:], func(a, b option) int { return cmp.Compare(a.layout.k, b.layout.k) })
	}
	return shown
}

// unlikely is how much less a cut is worth that is taken to be e times less
// likely than another: as much as two aggregates that are only ever used
// together. Between a fifth of it and one and a half of it the published systems
// cannot tell a difference.
const unlikely = 1

// Likelihood is how likely a candidate is taken to be the one that is wanted, over
// how likely the computed one is: 1 for that, and less for what is worth less.
func (r *Result) Likelihood(c *Candidate) float64 {
	return min(1, math.Exp((c.Affinity-r.Candidates[r.Computed].Affinity)/unlikely))
}

// mostCompared bounds the options that are compared pair by pair.
const mostCompared = 64

// cover picks the options that leave least to be wished for: shown are those for
// which the cut that is really wanted, which is any of the options, the more
// likely the more it is worth, is expected to be nearest to one that is shown.
// Each step adds the one that helps most (Nemhauser, Wolsey and Fisher 1978: such
// a choice reaches 63 % of the best possible).
func cover(options []option, shown []option, add func(option) (full bool)) {
	options = options[:min(len(options), mostCompared)]
	likely, miss := make([]float64, len(options)), make([]float64, len(options))
	apart := make([][]float64, len(options))
	var room []int
	for i := range options {
		likely[i], miss[i] = math.Exp((options[i].worth-options[0].worth)/unlikely), math.Inf(1)
		for j := range shown {
			miss[i] = min(miss[i], float64(distance(options[i].cut, shown[j].cut, &room)))
		}
		apart[i] = make([]float64, len(options))
		for j := range i {
			apart[i][j] = float64(distance(options[i].cut, options[j].cut, &room))
			apart[j][i] = apart[i][j]
		}
	}
	for {
		best, most := -1, 0.0
		for i := range options {
			gain := 0.0
			for j := range options {
				gain += likely[j] * max(0, miss[j]-apart[i][j])
			}
			if gain > most*(1+slack) {
				best, most = i, gain
			}
		}
		if best < 0 || add(options[best]) {
			return
		}
		for j := range options {
			miss[j] = min(miss[j], apart[best][j])
		}
	}
}

// distance is the number of pairs of nodes on which two cuts disagree. It counts in a
// room, which it makes larger as it needs.
func distance(a, b cut, room *[]int) int {
	pairs := func(n int) int { return n * (n - 1) / 2 }
	groupsA, groupsB := a.groups(), b.groups()
	counts := slices.Grow((*room)[:0], groupsA+groupsB+groupsA*groupsB)[:groupsA+groupsB+groupsA*groupsB]
	clear(counts)
	*room = counts
	inA, inB, both := counts[:groupsA], counts[groupsA:groupsA+groupsB], counts[groupsA+groupsB:]
	for v := range a {
		inA[a[v]]++
		inB[b[v]]++
		both[a[v]*groupsB+b[v]]++
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
