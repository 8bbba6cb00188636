package boundary

import "slices"

// proposal is a cut with the methods that arrived at it.
type proposal struct {
	cut
	methods []Method
	worth   float64 // by the aims of all levels
}

// proposals collects cuts, each once, in the order in which they were found.
type proposals struct {
	found []proposal
	index map[string]int
	// broken lists cuts that a rule forbids, by method.
	broken []Elimination
	breaks []Break // what the user's own cut breaks
}

func (ps *proposals) add(m Method, c cut, work *Work) {
	work.Proposed++
	k := c.key()
	i, known := ps.index[k]
	if !known {
		i = len(ps.found)
		ps.index[k] = i
		ps.found = append(ps.found, proposal{cut: c})
	}
	if !slices.Contains(ps.found[i].methods, m) {
		ps.found[i].methods = append(ps.found[i].methods, m)
	}
}

// addRepaired adds a cut that was made without regard to the rules. If one is
// broken, that is noted, and the nearest cut that obeys is added instead.
func (ps *proposals) addRepaired(p *problem, m Method, c cut, work *Work) {
	if broken, ok := p.obeys(c); !ok {
		ps.broken = append(ps.broken, Elimination{Method: m, Contexts: c.groups(), Constraint: broken.Constraint, Refs: broken.Refs, DominatedBy: -1})
		c = p.repair(c)
	}
	ps.add(m, c, work)
}

// scales are the multiples of today's threshold that are tried, from splitting
// hairs to merging all that is related.
var scales = [...]float64{6, 4, 2.8, 2, 1.7, 1.45, 1.2, 1, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1, 0}

// resolutions are those at which plain modularity is tried.
var resolutions = [...]float64{0.5, 0.8, 1, 1.3, 1.7, 2.5}

// propose runs every method, and returns what cuts are worth. Each cut it proposes
// obeys the rules.
func (p *problem) propose(t *testimony, a aim, work *Work) (*proposals, levels) {
	ps := &proposals{index: map[string]int{}}
	n := len(p.nodes)
	for _, by := range []float64{1, 0.5, 2} {
		b := a.scaled(by)
		if c, ok := p.exact(&b, work); ok {
			ps.add(MethodExact, c, work)
		}
	}
	last := p.climb(a, finest(n), work)
	ps.add(MethodCorrelation, last, work)
	last = finest(n)
	for _, by := range scales {
		if work.spent() {
			break
		}
		last = p.climb(a.scaled(by), last, work)
		ps.add(MethodCorrelation, last, work)
	}
	for _, r := range resolutions {
		if work.spent() {
			break
		}
		ps.add(MethodModularity, p.climb(aim{a.g, a.g.degrees(0), r}, finest(n), work), work)
	}
	if n <= mostLinked {
		for _, c := range thinned(p.linkage(a.g, work)) {
			ps.add(MethodLinkage, c, work)
		}
	} else {
		work.Truncated = append(work.Truncated, "average linkage: more aggregates than it is tried for")
	}
	for _, m := range p.groupings() {
		ps.addRepaired(p, m.method, m.cut, work)
	}
	if len(p.in.Own) > 0 {
		if ps.breaks = p.ownBreaks(); len(ps.breaks) > 0 {
			b := ps.breaks[0]
			ps.broken = append(ps.broken, Elimination{Method: MethodOwn, Contexts: len(p.in.Own), Constraint: b.Constraint, Refs: b.Refs, DominatedBy: -1})
		}
		ps.add(MethodOwn, p.ownCut(a, work), work)
	}
	ps.polish(p, a, work)
	ls := ps.rise(p, t, a, work)
	for i := range ps.found {
		ps.found[i].worth = ls.score(ps.found[i].cut)
	}
	return ps, ls
}

// rise takes the groups that are worth most so far for one thing each, cuts these,
// and proposes the best of that with two of its contexts as one.
func (ps *proposals) rise(p *problem, t *testimony, a aim, work *Work) levels {
	fine := level{p, t, a}
	ls := fine.above(ps.best(a), p.opt.Weights, asIs())
	if ls.coarse == nil {
		ps.merge(&fine, ls.of, func(c cut) cut { return c }, work)
		return ls
	}
	top := ls.coarse
	last := finest(len(top.nodes))
	best := top.climb(top.aim, last, work)
	if c, ok := top.exact(&top.aim, work); ok {
		best = c
	}
	ps.add(MethodCorrelation, ls.lift(best), work)
	for _, by := range scales {
		if work.spent() {
			break
		}
		last = top.climb(top.aim.scaled(by), last, work)
		ps.add(MethodCorrelation, ls.lift(last), work)
		if top.aim.score(last) > top.aim.score(best)+slack {
			best = last
		}
	}
	ps.merge(top, best, ls.lift, work)
	return ls
}

// best returns the cut that an aim finds worth most of those that were found.
func (ps *proposals) best(a aim) cut {
	best, most := ps.found[0].cut, a.score(ps.found[0].cut)
	for i := range ps.found {
		if worth := a.score(ps.found[i].cut); worth > most+slack {
			best, most = ps.found[i].cut, worth
		}
	}
	return best
}

// polish climbs from every cut found so far, which gives the search more
// starting points than it could think of by itself.
func (ps *proposals) polish(p *problem, a aim, work *Work) {
	for _, f := range slices.Clone(ps.found) {
		if work.spent() {
			break
		}
		if c := p.climb(a, f.cut, work); c.key() != f.key() {
			ps.add(MethodPolish, c, work)
		}
	}
}

// mostMerged bounds the merges of two contexts that are proposed: all of them up
// to nine contexts.
const mostMerged = 36

// merge proposes the best cut of a level with two of its contexts as one, for each
// pair that may be one, those first that lose least: how fine a cut is, is what
// experts and searches disagree on most.
func (ps *proposals) merge(l *level, best cut, lift func(cut) cut, work *Work) {
	c, k := l.newClimber(l.aim, best, work), best.groups()
	members := best.members()
	var pairs []merger
	for g := range k {
		c.gather(members[g], g)
		for h := g + 1; h < k; h++ {
			pairs = append(pairs, merger{g, h, c.to[h] - l.aim.chance*c.load[g]*c.load[h]})
		}
		c.forget()
	}
	slices.SortFunc(pairs, mostGain)
	for _, m := range pairs[:min(len(pairs), mostMerged)] {
		if c.mergeable(m.a, members[m.b]) {
			ps.add(MethodMerge, lift(best.merged(m.a, m.b)), work)
		}
	}
}

// searchBudget is the number of affinities after which no further search is
// begun. Systems of 1,000 aggregates that are not too entangled stay below it.
const searchBudget = 60_000_000

// spent reports whether the searches have used up their work, and says so once.
func (w *Work) spent() bool {
	const note = "searches: not every method was tried at every setting"
	if w.Moves < searchBudget {
		return false
	}
	if !slices.Contains(w.Truncated, note) {
		w.Truncated = append(w.Truncated, note)
	}
	return true
}

// mostThinned is about how many of a series of merges are kept as candidates.
const mostThinned = 30

// thinned keeps the last merges of a series, and ever fewer of the earlier ones.
func thinned(cuts []cut) []cut {
	var out []cut
	step := 1.0
	for i := float64(len(cuts) - 1); i >= 0; i -= step {
		out = append(out, cuts[int(i)])
		if len(out) > mostThinned/2 {
			step *= 1.2
		}
	}
	return out
}

type grouping struct {
	method Method
	cut    cut
}

// groupings are the cuts that people would make without counting.
func (p *problem) groupings() []grouping {
	n := len(p.nodes)
	out := []grouping{
		{MethodOne, make(cut, n)},
		{MethodFinest, finest(n)},
	}
	if c, ok := p.groupBy(func(a *Aggregate) string { return string(a.Owner) }); ok {
		out = append(out, grouping{MethodOwners, c})
	}
	if c, ok := p.groupBy(func(a *Aggregate) string { return a.Subdomain }); ok {
		out = append(out, grouping{MethodSubdomains, c})
	}
	return append(out, grouping{MethodWrites, p.sources()})
}

// groupBy groups nodes by a name that their aggregates carry. Nodes without it
// stay alone; it is no grouping if there are fewer than two names.
func (p *problem) groupBy(name func(*Aggregate) string) (cut, bool) {
	number := map[string]int{}
	of := make([]int, len(p.nodes))
	for v, members := range p.nodes {
		of[v] = len(p.nodes) + v
		for _, m := range members {
			if s := name(&p.aggs[m]); s != "" {
				if _, ok := number[s]; !ok {
					number[s] = len(number)
				}
				of[v] = number[s]
				break
			}
		}
	}
	return normal(of), len(number) > 1
}

// sources groups nodes that some strong use case writes together: the coarsest
// cut without a distributed write that needs one is a union of these.
func (p *problem) sources() cut {
	of := finest(len(p.nodes))
	for i := range p.uses {
		u := &p.uses[i]
		if !u.strong() {
			continue
		}
		to := of[p.node[u.writes[0]]]
		for _, w := range u.writes[1:] {
			if from := of[p.node[w]]; from != to {
				for v := range of {
					if of[v] == from {
						of[v] = to
					}
				}
			}
		}
	}
	return normal(of)
}
