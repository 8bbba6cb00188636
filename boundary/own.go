package boundary

// readOwn maps nodes to the user's own contexts.
func (p *problem) readOwn() {
	at := map[AggregateID]int{}
	for i, o := range p.in.Own {
		for _, id := range o.Aggregates {
			at[id] = i
		}
	}
	p.own = make([]int, len(p.nodes))
	for v, members := range p.nodes {
		p.own[v] = -1
		for _, m := range members {
			if i, ok := at[p.aggs[m].ID]; ok {
				p.own[v] = i
				break
			}
		}
	}
}

// tornOwn reports an aggregate that the user's own cut puts apart from one that
// a hard constraint holds it together with.
func (p *problem) tornOwn() (Forced, bool) {
	at := map[AggregateID]int{}
	for i, o := range p.in.Own {
		for _, id := range o.Aggregates {
			at[id] = i + 1
		}
	}
	for _, m := range p.musts {
		first := at[p.aggs[m.members[0]].ID]
		for _, a := range m.members[1:] {
			if o := at[p.aggs[a].ID]; first > 0 && o > 0 && o != first {
				refs := append([]string{p.in.Own[first-1].Ref, p.in.Own[o-1].Ref}, m.refs...)
				return Forced{m.what, refs}, true
			}
		}
	}
	return Forced{}, false
}

// ownCut is the user's own cut. What it leaves out joins the context where it is
// worth most, or stays alone.
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
	if _, ok := p.obeys(normal(of)); !ok {
		return normal(of)
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
	return normal(c.of)
}
