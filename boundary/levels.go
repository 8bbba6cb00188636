package boundary

import "slices"

// level is one of the two levels on which a system is cut.
type level struct {
	*problem   // whose nodes are those of this level
	*testimony // of these nodes
	aim        aim
}

// levels are what a cut is worth. On the fine level aggregates are put together. On
// the coarse one the groups that were found are taken for one thing each and weighed
// anew: what a use case does inside one says nothing any more, what it does in two of
// them it says once, and the work of each is that of all use cases that touch it.
// Without that, a group repels what hangs on one of its members, because what holds
// the others together counts as if it were open to chance.
type levels struct {
	fine      level
	of        cut    // node to group
	coarse    *level // of the groups; nil where nothing was put together
	threshold float64
}

// above adds the coarse level to the fine one, over the groups of a cut.
func (l level) above(c cut, w Weights, d disturbance) levels {
	ls := levels{fine: l, of: c, threshold: w.Threshold}
	if c.groups() == len(c) {
		return ls
	}
	q := l.contracted(c)
	t := q.testimony()
	t.quiet(q)
	ls.coarse = &level{q, t, newAim(t.weigh(w, d), w)}
	return ls
}

// contracted is the problem with the groups of a cut that obeys the rules for nodes.
func (p *problem) contracted(c cut) *problem {
	q := *p
	k := c.groups()
	r := &q.rules
	r.node, r.nodes = make([]int, len(p.node)), make([][]int, k)
	r.zone, r.zoneRef = make([]int, k), make([]string, k)
	r.service, r.serviceRef = make([]string, k), make([]string, k)
	r.apart = make([][]int, k)
	if p.owner != nil {
		r.owner, r.ownerRef = make([]TeamID, k), make([]string, k)
	}
	for g := range k {
		r.zone[g] = -1
	}
	for a, v := range p.node {
		r.node[a] = c[v]
		r.nodes[c[v]] = append(r.nodes[c[v]], a)
	}
	for v, g := range c {
		if p.zone[v] >= 0 {
			r.zone[g], r.zoneRef[g] = p.zone[v], p.zoneRef[v]
		}
		if p.service[v] != "" {
			r.service[g], r.serviceRef[g] = p.service[v], p.serviceRef[v]
		}
		if p.owner != nil && p.owner[v] != "" {
			r.owner[g], r.ownerRef[g] = p.owner[v], p.ownerRef[v]
		}
		for _, w := range p.apart[v] {
			r.apart[g] = append(r.apart[g], c[w])
		}
	}
	for g := range r.apart {
		slices.Sort(r.apart[g])
		r.apart[g] = slices.Compact(r.apart[g])
	}
	return &q
}

// lift returns the cut of the nodes that a cut of the groups is.
func (ls *levels) lift(c cut) cut {
	out := make(cut, len(ls.of))
	for v, g := range ls.of {
		out[v] = c[g]
	}
	return normal(out)
}

// score returns the value of a cut: what it is worth on both levels.
func (ls *levels) score(c cut) float64 {
	shared, chance := ls.linear(c)
	return shared - ls.threshold*chance
}

// linear returns the two parts of the value of a cut: the affinity inside its
// contexts, and what each unit of the threshold takes off. On the fine level what
// counts is inside a group as well as inside a context. On the coarse one two groups
// count as far as the context has them: by the share of the pairs between them.
func (ls *levels) linear(c cut) (shared, chance float64) {
	a := &ls.fine.aim
	if ls.coarse == nil {
		return a.shared(c), a.expected(c) * diluted(len(c))
	}
	k := ls.of.groups()
	both, size := make([]int, len(c)), make([]float64, k)
	for v, g := range ls.of {
		both[v] = c[v]*k + g
		size[g]++
	}
	inside := normal(both)
	shared, chance = a.shared(inside), a.expected(inside)*diluted(len(c))

	a = &ls.coarse.aim
	share, found := make([]float64, k), make([]int, 0, k) // of each group, what one context has of it
	for _, members := range c.members() {
		for _, v := range members {
			g := ls.of[v]
			if share[g] == 0 {
				found = append(found, g)
			}
			share[g] += 1 / size[g]
		}
		load, own := 0.0, 0.0
		for _, g := range found {
			x := share[g] * a.degree[g]
			load, own = load+x, own+x*x
			for _, e := range a.g.adj[g] {
				if e.to < g {
					shared += share[g] * share[e.to] * e.w
				}
			}
		}
		chance += (load*load - own) / 2 * diluted(k)
		for _, g := range found {
			share[g] = 0
		}
		found = found[:0]
	}
	return shared, chance
}

// evenAt returns the threshold at which two cuts are worth the same, and whether
// the second one wins below it rather than above; not ok if there is none.
func (ls *levels) evenAt(first, second cut) (at float64, below, ok bool) {
	shared, chance := ls.linear(first)
	s, c := ls.linear(second)
	d := chance - c
	if d < slack && d > -slack {
		return 0, false, false
	}
	return (shared - s) / d, d < 0, true
}

// rerun cuts again under a disturbance, from nothing and from today's groups, and
// returns what cuts are worth then and the one that it ends with.
func (ls *levels) rerun(w Weights, d disturbance, work *Work) (levels, cut) {
	work.Reruns++
	l := ls.fine
	l.aim = newAim(l.weigh(w, d), w)
	c := l.climb(l.aim, finest(len(ls.of)), work)
	if ls.coarse != nil {
		if kept := l.climb(l.aim, ls.of, work); l.aim.score(kept) >= l.aim.score(c)-slack {
			c = kept
		}
	}
	again := ls.over(l, c, w, d)
	if top := again.coarse; top != nil {
		c = again.lift(top.climb(top.aim, finest(len(top.nodes)), work))
	}
	return again, c
}

// over is l.above(c), which need not hear again what is said of today's groups.
func (ls *levels) over(l level, c cut, w Weights, d disturbance) levels {
	if ls.coarse == nil || !slices.Equal(c, ls.of) {
		return l.above(c, w, d)
	}
	t := ls.coarse.testimony
	return levels{l, c, &level{ls.coarse.problem, t, newAim(t.weigh(w, d), w)}, w.Threshold}
}
