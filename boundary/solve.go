package boundary

func (p *problem) solve() Result {
	var work Work
	g := p.testimony().weigh(p.opt.Weights, -1)
	found := p.propose(g, &work)
	work.Distinct = len(found)
	a := correlation(g, p.opt.Weights.Threshold)
	best := 0
	for i := range found {
		if a.score(found[i].cut) > a.score(found[best].cut)+slack {
			best = i
		}
	}
	found[0], found[best] = found[best], found[0]
	res := Result{Work: work, RunnerUp: -1}
	for _, f := range found[:min(len(found), p.opt.Shown)] {
		res.Candidates = append(res.Candidates, p.describe(f, a))
	}
	return res
}

func (p *problem) describe(f proposal, a aim) Candidate {
	c := Candidate{Methods: f.methods, Affinity: a.score(f.cut), Contexts: make([]Context, f.groups())}
	for v, h := range f.cut {
		for _, m := range p.nodes[v] {
			c.Contexts[h].Aggregates = append(c.Contexts[h].Aggregates, p.aggs[m].ID)
		}
	}
	return c
}
