package boundary

import "slices"

// solve runs the stage on a problem without contradictions.
func (p *problem) solve() Result {
	var work Work
	t := p.testimony()
	p.findReference(t, &work)
	p.changed = t.changed()
	t.quiet(p)
	p.graph = t.weigh(p.opt.Weights, asIs())
	ps, ls := p.propose(t, newAim(p.graph, p.opt.Weights), &work)
	work.Distinct = len(ps.found)
	best, dominated := front(p.evaluate(ps))
	shown := p.show(best, dominated)
	res := Result{RunnerUp: -1, Eliminated: ps.eliminations(slices.Concat(best, dominated), shown)}
	for i := range shown {
		res.Candidates = append(res.Candidates, p.describe(&shown[i]))
	}
	res.label()
	if len(shown) > 1 {
		res.RunnerUp = 1
		res.Reason = p.reason(t, &ls, &shown[0], &shown[1], &work)
	}
	explainerOf := func(i int) *explainer {
		return p.newExplainer(&shown[i], &ls, t, slices.Concat(best, dominated), &work)
	}
	own := slices.IndexFunc(shown, func(o option) bool { return slices.Contains(o.methods, MethodOwn) })
	res.ids(own, len(ps.breaks) > 0)
	res.Chosen = max(0, slices.IndexFunc(res.Candidates, func(c Candidate) bool { return c.ID == p.opt.Choose }))
	explainerOf(res.Chosen).explain(&res)
	if own >= 0 {
		res.Own = p.judge(&shown[own], own, &shown[0], ps.breaks, func() *explainer { return explainerOf(own) })
	}
	res.Work = work
	return res
}

// explain fills in what is said about the chosen candidate.
func (e *explainer) explain(res *Result) {
	res.Reference = e.referenceData(e.layout, e.names)
	res.Map = e.contextMap()
	res.Deployment, res.Deploy = e.deployment(), e.opt.Deploy
	if e.opt.Deploy != DeployDriven {
		res.Driven = e.driven()
	}
	if e.opt.Plain {
		return
	}
	e.runs = e.disturb(e.testimony, e.worth, e.cut, e.work)
	e.runs.Threshold = e.worth.holds(e.option, e.options)
	e.runs.pairs(e.problem, e.cut)
	res.Boundaries = e.boundaries()
	res.Merges = e.merges(res.Boundaries)
	res.Moves = e.moves()
	e.flips(res.Boundaries, res.Candidates[res.Chosen].Contexts)
	res.Stability = e.runs.Stability
	res.Questions = e.questions()
}

// Answers reports whether the result is one of a run whose options choose the same:
// the empty id, and one that no candidate has, stand for the computed one.
func (r *Result) Answers(opt Options) bool {
	i := slices.IndexFunc(r.Candidates, func(c Candidate) bool { return c.ID == opt.Choose })
	return max(i, r.Computed) == r.Chosen && r.Deploy == opt.Deploy
}

// label notes what each candidate is best at among those shown.
func (r *Result) label() {
	for m := range measures {
		least, most := r.Candidates[0].Cost[m].Value, r.Candidates[0].Cost[m].Value
		for _, c := range r.Candidates {
			least, most = min(least, c.Cost[m].Value), max(most, c.Cost[m].Value)
		}
		for i := range r.Candidates {
			if c := &r.Candidates[i]; least < most && c.Cost[m].Value == least {
				c.Best = append(c.Best, c.Cost[m].Dimension)
			}
		}
	}
}
