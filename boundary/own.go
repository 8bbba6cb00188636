package boundary

import (
	"cmp"
	"fmt"
	"slices"
)

// readOwn maps nodes to the user's own contexts.
func (p *problem) readOwn() {
	at := p.ownOf()
	p.own = make([]int, len(p.nodes))
	for v, members := range p.nodes {
		p.own[v] = -1
		for _, m := range members {
			if at[m] >= 0 {
				p.own[v] = at[m]
				break
			}
		}
	}
	p.named = slices.Clone(p.own)
}

// ownOf returns, by aggregate, the user's own context that names it, -1 for none.
func (p *problem) ownOf() []int {
	named := map[AggregateID]int{}
	for i, o := range p.in.Own {
		for _, id := range o.Aggregates {
			named[id] = i
		}
	}
	at := make([]int, len(p.aggs))
	for a := range p.aggs {
		at[a] = -1
		if i, ok := named[p.aggs[a].ID]; ok {
			at[a] = i
		}
	}
	return at
}

// ownBreaks lists the hard constraints that the user's own cut breaks: aggregates
// held together that it has in two contexts, then those kept apart that it has in
// one. Each constraint is listed once for each of the user's contexts.
func (p *problem) ownBreaks() []Break {
	at := p.ownOf()
	var out []Break
	for _, members := range p.nodes {
		named := slices.DeleteFunc(slices.Clone(members), func(a int) bool { return at[a] < 0 })
		torn := map[int]bool{}
		for _, b := range named {
			if a := named[0]; at[a] != at[b] && !torn[at[b]] {
				torn[at[b]] = true
				out = append(out, p.broken(a, b, at, p.holding(a, b)))
			}
		}
	}
	inside := map[int][]int{}
	var order []int // the user's contexts by their first aggregate
	for a, o := range at {
		if o >= 0 {
			if inside[o] == nil {
				order = append(order, o)
			}
			inside[o] = append(inside[o], a)
		}
	}
	for _, o := range order {
		members := inside[o]
		var found []Break
		for i, a := range members {
			for _, b := range members[i+1:] {
				f, apart := p.between(p.node[a], p.node[b])
				if p.node[a] == p.node[b] || !apart || len(out)+len(found) >= maxConflicts {
					continue
				}
				if !slices.ContainsFunc(found, func(x Break) bool { return x.Constraint == f.Constraint }) {
					found = append(found, p.broken(a, b, at, f))
				}
			}
		}
		out = append(out, found...)
	}
	return out
}

// holding returns the constraints that hold two aggregates of a node together: the
// fewest that do, as one.
func (p *problem) holding(a, b int) Forced {
	_, _, chain := p.chain(a, func(x int) bool { return x == b })
	var f Forced
	for i, m := range chain {
		if i > 0 {
			f.Constraint += ", "
		}
		f.Constraint += p.musts[m].what
		f.Refs = append(f.Refs, p.musts[m].refs...)
	}
	return f
}

// broken describes a constraint on two aggregates that the user's own cut breaks.
func (p *problem) broken(a, b int, at []int, f Forced) Break {
	x := Break{A: p.aggs[a].ID, B: p.aggs[b].ID, Together: at[a] != at[b], Constraint: f.Constraint}
	for _, o := range []int{at[a], at[b]} {
		if own := p.in.Own[o]; !slices.Contains(x.Contexts, own.Name) {
			x.Contexts, x.Refs = append(x.Contexts, own.Name), append(x.Refs, own.Ref)
		}
	}
	for _, r := range f.Refs {
		if r != "" && !slices.Contains(x.Refs, r) {
			x.Refs = append(x.Refs, r)
		}
	}
	return x
}

// ownCut is the user's own cut, or the nearest one that obeys the rules. What it
// leaves out joins the context where it is worth most, or stays alone.
func (p *problem) ownCut(a aim, work *Work) cut {
	of := finest(len(p.nodes))
	first := map[int]int{}
	var open []int
	for v, o := range p.own {
		if o < 0 {
			open = append(open, v)
			continue
		}
		if _, ok := first[o]; !ok {
			first[o] = v
		}
		of[v] = first[o]
	}
	of = normal(of)
	if _, ok := p.obeys(of); !ok {
		of = p.repair(of)
	}
	c := p.newClimber(a, of, work)
	for range maxPasses {
		moved := false
		for _, v := range open {
			if h := c.bestHome(v); h != c.of[v] {
				c.shift(v, h)
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	at := map[int]int{}
	for v, o := range p.own {
		if o >= 0 {
			at[c.of[v]] = o
		}
	}
	for _, v := range open {
		if o, ok := at[c.of[v]]; ok {
			p.own[v] = o // so that the context keeps its name
		}
	}
	return normal(c.of)
}

// mostImproved bounds the changes shown of the user's own cut.
const mostImproved = 5

// judge says what the counts say of the user's own cut.
func (p *problem) judge(own *option, at int, computed *option, breaks []Break, improve func() *explainer) *Judgement {
	j := &Judgement{Candidate: at, Breaks: breaks}
	names := own.layout.names(own.layout.lead())
	for v, o := range p.named {
		if o >= 0 {
			continue
		}
		for _, a := range p.nodes[v] {
			j.Placed = append(j.Placed, Placement{p.aggs[a].ID, names[own.cut[v]]})
		}
	}
	slices.SortFunc(j.Placed, func(a, b Placement) int { return cmp.Compare(a.Aggregate, b.Aggregate) })
	j.Better, j.Worse = own.cost.Against(computed.cost)
	if p.opt.Plain {
		return j
	}
	e := improve()
	e.budget = max(leastEvaluations, e.budget/4) // the best of the moves are enough here
	e.work = new(Work)
	for _, cf := range slices.Concat(e.moves(), e.allMerges()) {
		if cf.Allowed && (cf.Affinity > slack || improves(cf.Changes)) {
			j.Moves = append(j.Moves, cf)
		}
	}
	slices.SortStableFunc(j.Moves, func(a, b Counterfactual) int { return cmp.Compare(b.Affinity, a.Affinity) })
	j.Moves = j.Moves[:min(len(j.Moves), mostImproved)]
	return j
}

// improves reports whether changes make no compared measure worse and one better.
func improves(changes []Change) bool {
	better := false
	for _, c := range changes {
		if !c.Dimension.Compared() {
			continue
		}
		if c.To > c.From {
			return false
		}
		better = true
	}
	return better
}

// ids names the candidates.
func (r *Result) ids(own int, mended bool) {
	same := map[int]int{}
	for i := range r.Candidates {
		c := &r.Candidates[i]
		if i == own {
			c.ID = OwnID
			if mended {
				c.ID = MendedID
			}
			continue
		}
		k := len(c.Contexts)
		if c.ID = fmt.Sprintf("%d-contexts", k); k == 1 {
			c.ID = "1-context"
		}
		if same[k]++; same[k] > 1 {
			c.ID += fmt.Sprintf("-%d", same[k])
		}
	}
}
