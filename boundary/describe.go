package boundary

import (
	"cmp"
	"slices"
)

// describe turns an option into the candidate that is returned: names for
// numbers, in the order of names.
func (p *problem) describe(o *option) Candidate {
	l := o.layout
	lead := l.lead()
	names := l.names(lead)
	c := Candidate{Methods: slices.Clone(o.methods), Cost: o.cost, Affinity: o.worth}
	slices.Sort(c.Methods)
	copies := p.copies(l)
	subdomains := l.subdomains()
	for g := range l.k {
		x := p.context(l, g, lead[g], copies)
		x.Name, x.Subdomain = names[g], subdomains[g]
		c.Contexts = append(c.Contexts, x)
	}
	slices.SortFunc(c.Contexts, func(a, b Context) int { return cmp.Compare(a.Name, b.Name) })
	for u := range l.units {
		c.Deployables = append(c.Deployables, l.describeUnit(u, names))
	}
	slices.SortStableFunc(c.Deployables[1:], func(a, b Deployable) int { return cmp.Compare(a.Name, b.Name) })
	c.Declined = name(l.declined, names)
	return c
}

func (p *problem) context(l *layout, g, lead int, copies map[int][]int) Context {
	c := Context{Lead: p.aggs[lead].ID, Owner: l.team[g]}
	for v, h := range l.cut {
		if h != g {
			continue
		}
		if p.service[v] != "" {
			c.Service = p.service[v]
		}
		if p.zone[v] >= 0 {
			c.Zone = p.zones[p.zone[v]]
		}
		for _, a := range p.nodes[v] {
			c.Aggregates = append(c.Aggregates, p.aggs[a].ID)
		}
	}
	for i := range p.uses {
		if l.home[i] == g {
			c.UseCases = append(c.UseCases, p.uses[i].ID)
		}
	}
	for a, readers := range copies {
		if slices.Contains(readers, g) {
			c.Replicates = append(c.Replicates, p.aggs[a].ID)
		}
	}
	slices.Sort(c.Aggregates)
	slices.Sort(c.UseCases)
	slices.Sort(c.Replicates)
	c.Coherence = p.coherence(l, g)
	return c
}

// mostTies bounds the reasons given for one context.
const mostTies = 12

// coherence lists what holds a context together: hard constraints first, then
// the strongest affinities with the use cases behind them.
func (p *problem) coherence(l *layout, g int) (out []Tie) {
	var ties []tie
	for _, m := range p.musts {
		if l.of[m.members[0]] == g {
			ties = append(ties, p.tie(m.members[0], m.members[1], m.what, m.refs))
		}
	}
	var soft []tie
	for v, h := range l.cut {
		if h != g {
			continue
		}
		for _, e := range p.graph.adj[v] {
			if e.to > v && l.cut[e.to] == g {
				t := p.tie(p.nodes[v][0], p.nodes[e.to][0], "", nil)
				t.Affinity = e.w
				soft = append(soft, t)
			}
		}
	}
	slices.SortStableFunc(soft, func(a, b tie) int {
		return cmp.Or(cmp.Compare(b.Affinity, a.Affinity), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	ties = append(ties, soft...)
	ties = ties[:min(len(ties), mostTies)]
	for i := range ties {
		ties[i].UseCases = p.shared(ties[i].a, ties[i].b)
		out = append(out, ties[i].Tie)
	}
	return out
}

// tie is a tie with its aggregates by number.
type tie struct {
	Tie
	a, b int
}

func (p *problem) tie(a, b int, constraint string, refs []string) tie {
	x, y := p.aggs[a].ID, p.aggs[b].ID
	return tie{Tie{A: min(x, y), B: max(x, y), Constraint: constraint, Refs: refs}, a, b}
}

// shared lists the use cases that touch both aggregates, those that write both
// first.
func (p *problem) shared(a, b int) []UseCaseID {
	var both, some []UseCaseID
	for _, i := range p.touching[a] {
		u := &p.uses[i]
		_, writesA := slices.BinarySearch(u.writes, a)
		_, writesB := slices.BinarySearch(u.writes, b)
		_, readsB := slices.BinarySearch(u.reads, b)
		switch {
		case writesA && writesB:
			both = append(both, u.ID)
		case writesB || readsB:
			some = append(some, u.ID)
		}
	}
	slices.Sort(both)
	slices.Sort(some)
	return slices.Concat(both, some)
}

func (l *layout) describeUnit(u int, names []string) Deployable {
	unit := &l.deployable[u]
	d := Deployable{Price: unit.price, Rate: unit.rate, Drivers: name(unit.drivers, names)}
	busiest := -1
	work := make([]int, l.k)
	for _, h := range l.home {
		if h >= 0 {
			work[h]++
		}
	}
	var teams []TeamID
	for c := range l.k {
		if l.unit[c] != u {
			continue
		}
		d.Contexts = append(d.Contexts, names[c])
		if busiest < 0 || work[c] > work[busiest] {
			busiest = c
		}
		if t := l.team[c]; t != "" {
			teams = append(teams, t)
		}
	}
	slices.Sort(d.Contexts)
	slices.Sort(teams)
	if teams = slices.Compact(teams); len(teams) == 1 {
		d.Owner = teams[0]
	}
	d.Name = names[busiest]
	for _, r := range unit.roles {
		d.Roles = append(d.Roles, Role{names[r.contexts[0]], []string{names[r.contexts[0]]}, name([]driver{r}, names)[0]})
	}
	slices.SortFunc(d.Roles, func(a, b Role) int { return cmp.Compare(a.Name, b.Name) })
	return d
}

// name puts names for the numbers of the contexts that drivers are about.
func name(drivers []driver, names []string) []Driver {
	var out []Driver
	for _, d := range drivers {
		for _, c := range d.contexts {
			d.Contexts = append(d.Contexts, names[c])
		}
		slices.Sort(d.Contexts)
		out = append(out, d.Driver)
	}
	slices.SortStableFunc(out, func(a, b Driver) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What), slices.Compare(a.Contexts, b.Contexts))
	})
	return out
}
