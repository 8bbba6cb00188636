package boundary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// rules are the hard constraints by index. Aggregates that must share a
// context are one node; every search works on nodes, so nothing can separate
// them.
type rules struct {
	node  []int   // aggregate to node
	nodes [][]int // node to its aggregates

	zone       []int    // node to zone, -1 when free
	zoneRef    []string // node to the line that puts it there
	zones      []ZoneID
	isolated   []bool   // by zone
	isolation  []string // by zone: the line that describes it
	service    []string // node to its existing service, "" when new
	serviceRef []string // node to the line that fixed it
	apart      [][]int  // node to the nodes it must not join, sorted
	owner      []TeamID // node to the team that owns all of it; nil unless owners keep apart
	ownerRef   []string // node to the line of the first aggregate that the team owns

	musts   []must
	mustsOf [][]int // aggregate to its musts
	cannots []cannot
}

// must is one constraint that holds aggregates together.
type must struct {
	members []int
	what    string
	refs    []string
}

// cannot is one constraint that keeps two aggregates apart.
type cannot struct {
	a, b     int
	what     string
	refs     []string
	deployed bool // apart in deployables as well
}

// fold derives the rules from the input and returns the contradictions.
func (p *problem) fold() []Conflict {
	byID := make(map[AggregateID]int, len(p.aggs))
	for i, a := range p.aggs {
		byID[a.ID] = i
	}
	p.collect(byID)
	p.contract()
	conflicts := p.zonesOfNodes()
	conflicts = append(conflicts, p.servicesOfNodes(byID)...)
	p.apart = make([][]int, len(p.nodes))
	for _, c := range p.cannots {
		a, b := p.node[c.a], p.node[c.b]
		if a == b {
			_, _, chain := p.chain(c.a, func(x int) bool { return x == c.b })
			conflicts = append(conflicts, p.contradiction(c.a, c.b, chain, c.what, c.refs))
			continue
		}
		p.apart[a] = append(p.apart[a], b)
		p.apart[b] = append(p.apart[b], a)
	}
	if p.opt.OwnersApart {
		p.separateOwners()
	}
	for v := range p.apart {
		slices.Sort(p.apart[v])
		p.apart[v] = slices.Compact(p.apart[v])
	}
	return conflicts
}

// separateOwners keeps nodes apart that different teams own. A node that several
// teams own by some other rule, or nobody, may join any.
func (p *problem) separateOwners() {
	p.owner, p.ownerRef = make([]TeamID, len(p.nodes)), make([]string, len(p.nodes))
	for v, members := range p.nodes {
		p.owner[v], p.ownerRef[v] = p.aggs[members[0]].Owner, p.aggs[members[0]].Ref
		for _, m := range members {
			if p.aggs[m].Owner != p.owner[v] {
				p.owner[v] = ""
			}
		}
	}
	for v, mine := range p.owner {
		for w, other := range p.owner {
			if mine != "" && other != "" && mine != other {
				p.apart[v] = append(p.apart[v], w)
			}
		}
	}
}

func (p *problem) collect(byID map[AggregateID]int) {
	index := func(ids []AggregateID) []int {
		var out []int
		for _, id := range ids {
			out = append(out, byID[id])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for _, v := range p.in.Invariants {
		if m := index(v.Aggregates); v.Atomic && len(m) > 1 {
			p.musts = append(p.musts, must{m, strings.TrimSpace("atomic invariant " + v.Name), []string{v.Ref}})
		}
	}
	for _, pin := range p.in.Pins {
		m := index(pin.Aggregates)
		switch pin.Kind {
		case Together, Fixed:
			what := "pinned together"
			if pin.Kind == Fixed {
				what = "content of the existing service " + pin.Service
			}
			if len(m) > 1 {
				p.musts = append(p.musts, must{m, what, []string{pin.Ref}})
			}
		case Apart, ApartDeployed:
			for i, a := range m {
				for _, b := range m[i+1:] {
					p.cannots = append(p.cannots, cannot{a, b, "pinned apart", []string{pin.Ref}, pin.Kind == ApartDeployed})
				}
			}
		}
	}
	slices.SortStableFunc(p.musts, func(a, b must) int {
		return cmp.Or(slices.Compare(a.members, b.members), cmp.Compare(a.what, b.what), slices.Compare(a.refs, b.refs))
	})
	p.mustsOf = make([][]int, len(p.aggs))
	for i, m := range p.musts {
		for _, a := range m.members {
			p.mustsOf[a] = append(p.mustsOf[a], i)
		}
	}
	slices.SortStableFunc(p.cannots, func(a, b cannot) int {
		return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b), -compareBool(a.deployed, b.deployed), slices.Compare(a.refs, b.refs))
	})
}

// contract makes one node of all aggregates that some must holds together.
func (p *problem) contract() {
	root := make([]int, len(p.aggs))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, m := range p.musts {
		for _, a := range m.members[1:] {
			x, y := find(m.members[0]), find(a)
			root[max(x, y)] = min(x, y)
		}
	}
	p.node = make([]int, len(p.aggs))
	for i := range p.aggs {
		if r := find(i); r == i {
			p.node[i] = len(p.nodes)
			p.nodes = append(p.nodes, []int{i})
		} else {
			p.node[i] = p.node[r]
			p.nodes[p.node[r]] = append(p.nodes[p.node[r]], i)
		}
	}
}

// zonesOfNodes gives every node the zone of its members and reports nodes that
// would lie in two, or half inside an isolated one.
func (p *problem) zonesOfNodes() []Conflict {
	refs := map[ZoneID]string{}
	isolated := map[ZoneID]bool{}
	for _, z := range p.in.Zones {
		refs[z.ID], isolated[z.ID] = z.Ref, z.Isolated
	}
	number := map[ZoneID]int{}
	for _, a := range p.aggs {
		if _, ok := number[a.Zone]; !ok && a.Zone != "" {
			number[a.Zone] = len(p.zones)
			p.zones = append(p.zones, a.Zone)
			p.isolated = append(p.isolated, isolated[a.Zone])
			p.isolation = append(p.isolation, refs[a.Zone])
		}
	}
	var conflicts []Conflict
	p.zone = make([]int, len(p.nodes))
	p.zoneRef = make([]string, len(p.nodes))
	for v, members := range p.nodes {
		p.zone[v] = -1
		for _, m := range members {
			if z := p.aggs[m].Zone; z != "" {
				p.zone[v], p.zoneRef[v] = number[z], p.aggs[m].Ref
			}
		}
		if p.zone[v] < 0 {
			continue
		}
		for _, m := range members {
			clash := func(m, x int) bool {
				z, y := p.aggs[m].Zone, p.aggs[x].Zone
				return y != "" && y != z && (z != "" || isolated[y])
			}
			x, path, chain := p.chain(m, func(x int) bool { return clash(m, x) })
			// If somebody on the way clashes already, that is the conflict.
			if x >= 0 && !slices.ContainsFunc(path, func(via int) bool { return clash(via, x) || clash(via, m) }) {
				conflicts = append(conflicts, p.zoneConflict(m, x, chain, refs[p.aggs[x].Zone]))
			}
		}
	}
	return conflicts
}

// zoneConflict explains why m cannot be with x, whose zone is another one or
// isolated.
func (p *problem) zoneConflict(m, x int, chain []int, zoneRef string) Conflict {
	z, y := p.aggs[m].Zone, p.aggs[x].Zone
	if z == "" {
		return p.contradiction(x, m, chain, fmt.Sprintf("zone %s is isolated", y), []string{p.aggs[x].Ref, zoneRef})
	}
	refs := []string{p.aggs[m].Ref, p.aggs[x].Ref}
	slices.Sort(refs)
	return p.contradiction(min(m, x), max(m, x), chain, fmt.Sprintf("zones %s and %s", min(z, y), max(z, y)), refs)
}

// servicesOfNodes closes existing services and reports what would open them.
func (p *problem) servicesOfNodes(byID map[AggregateID]int) []Conflict {
	p.service = make([]string, len(p.nodes))
	p.serviceRef = make([]string, len(p.nodes))
	pins := slices.Clone(p.in.Pins)
	slices.SortFunc(pins, func(a, b Pin) int { return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Ref, b.Ref)) })
	var conflicts []Conflict
	for _, pin := range pins {
		if pin.Kind != Fixed || len(pin.Aggregates) == 0 {
			continue
		}
		inside := map[int]bool{}
		for _, id := range pin.Aggregates {
			inside[byID[id]] = true
		}
		name := cmp.Or(pin.Service, "existing")
		v := p.node[byID[pin.Aggregates[0]]]
		if old := p.service[v]; old != "" && old != name && len(inside) == len(p.nodes[v]) {
			conflicts = append(conflicts, Conflict{Kind: Contradiction, Aggregates: slices.Sorted(slices.Values(pin.Aggregates)),
				Message: fmt.Sprintf("%s cannot be the content of two existing services, %s and %s", pin.Aggregates[0], old, name),
				Refs:    []string{p.serviceRef[v], pin.Ref}})
		}
		p.service[v], p.serviceRef[v] = name, pin.Ref
		for _, m := range p.nodes[v] {
			if !inside[m] {
				x, _, chain := p.chain(m, func(x int) bool { return inside[x] })
				conflicts = append(conflicts, p.contradiction(x, m, chain, fmt.Sprintf("existing service %s is closed", name), []string{pin.Ref}))
			}
		}
	}
	return conflicts
}

// contradiction explains why a and b, which what keeps apart, are nevertheless
// held together by a chain of musts. The chain is a shortest one, so no link of
// it can be spared: two links that are not neighbours share no aggregate.
func (p *problem) contradiction(a, b int, chain []int, what string, refs []string) Conflict {
	c := Conflict{Kind: Contradiction, Aggregates: []AggregateID{p.aggs[a].ID, p.aggs[b].ID}, Refs: slices.Clone(refs)}
	slices.Sort(c.Aggregates)
	reasons := make([]string, len(chain))
	for i, m := range chain {
		reasons[i] = p.musts[m].what
		c.Refs = append(c.Refs, p.musts[m].refs...)
	}
	c.Message = fmt.Sprintf("%s and %s must be apart (%s) and together (%s)",
		c.Aggregates[0], c.Aggregates[1], what, strings.Join(reasons, ", "))
	return c
}

// chain returns the nearest aggregate that satisfies goal, the aggregates on the
// way to it from a, and the fewest musts that lead there; -1 if there is none.
func (p *problem) chain(a int, goal func(int) bool) (at int, path, chain []int) {
	via := map[int]int{} // aggregate to the must that reached it
	from := map[int]int{a: a}
	used := make([]bool, len(p.musts))
	for queue := []int{a}; len(queue) > 0; queue = queue[1:] {
		at = queue[0]
		if goal(at) {
			for b := at; b != a; b = from[b] {
				chain = append(chain, via[b])
				if from[b] != a {
					path = append(path, from[b])
				}
			}
			return at, path, chain
		}
		for _, m := range p.mustsOf[at] {
			if used[m] {
				continue
			}
			used[m] = true
			for _, next := range p.musts[m].members {
				if _, seen := from[next]; !seen {
					from[next], via[next] = at, m
					queue = append(queue, next)
				}
			}
		}
	}
	return -1, nil, nil
}

// minimal drops conflicts that say no more than another one does: those whose
// lines include all lines of it. The rest is in a fixed order.
func minimal(conflicts []Conflict) []Conflict {
	for i := range conflicts {
		refs := slices.DeleteFunc(conflicts[i].Refs, func(r string) bool { return r == "" })
		var once []string
		for _, r := range refs {
			if !slices.Contains(once, r) {
				once = append(once, r)
			}
		}
		conflicts[i].Refs = once
	}
	slices.SortFunc(conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(len(a.Refs), len(b.Refs)),
			cmp.Compare(a.Message, b.Message), slices.Compare(a.Refs, b.Refs))
	})
	var out []Conflict
	for _, c := range conflicts {
		if len(out) == maxConflicts {
			break
		}
		if !slices.ContainsFunc(out, func(o Conflict) bool { return o.covers(c) }) {
			out = append(out, c)
		}
	}
	return out
}

// maxConflicts bounds what is reported: past it nobody reads on.
const maxConflicts = 100

func (c Conflict) covers(d Conflict) bool {
	if c.Kind != d.Kind {
		return false
	}
	if len(c.Refs) == 0 || c.Kind != Contradiction {
		return c.Message == d.Message && slices.Equal(c.Refs, d.Refs)
	}
	for _, r := range c.Refs {
		if !slices.Contains(d.Refs, r) {
			return false
		}
	}
	return true
}
