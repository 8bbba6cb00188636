package boundary

import (
	"cmp"
	"fmt"
	"slices"
)

// explainer explains one option of a run.
type explainer struct {
	*problem
	*layout
	testimony *testimony
	worth     *levels
	option    *option
	names     []string
	runs      *disturbed // nil when Options.Plain
	options   []option   // all that were proposed
	budget    int        // evaluations of cost that are left
	work      *Work

	across [][]arc   // context to contexts: affinity across, a < b
	load   []float64 // context to the degrees of its nodes
	size   []int     // context to its nodes
}

// evaluationBudget bounds the touches that counterfactuals may count in total.
const (
	evaluationBudget = 2_000_000
	leastEvaluations = 64
	mostBoundaries   = 200
)

func (p *problem) newExplainer(o *option, ls *levels, t *testimony, options []option, work *Work) *explainer {
	e := &explainer{problem: p, layout: o.layout, testimony: t, worth: ls, option: o, options: options, work: work}
	e.names = e.layout.names(e.layout.lead())
	touches := len(p.aggs) + 20*e.k // what a layout costs besides the use cases
	for i := range p.uses {
		touches += len(p.uses[i].reads) + len(p.uses[i].writes)
	}
	e.budget = max(leastEvaluations, evaluationBudget/touches)
	e.load, e.size = make([]float64, e.k), make([]int, e.k)
	sums := map[[2]int]float64{}
	var pairs [][2]int
	for v, g := range e.cut {
		e.load[g] += ls.fine.aim.degree[v]
		e.size[g]++
		for _, x := range p.graph.adj[v] {
			pair := [2]int{g, e.cut[x.to]}
			if pair[0] >= pair[1] {
				continue // the other end of the arc counts it
			}
			if _, ok := sums[pair]; !ok {
				pairs = append(pairs, pair)
			}
			sums[pair] += x.w
		}
	}
	e.across = make([][]arc, e.k)
	slices.SortFunc(pairs, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
	for _, pair := range pairs {
		e.across[pair[0]] = append(e.across[pair[0]], arc{pair[1], sums[pair]})
	}
	return e
}

// with returns the counterfactual of another cut.
func (e *explainer) with(c cut, cf Counterfactual) Counterfactual {
	e.budget--
	cf.Allowed = true
	cf.Changes = e.option.cost.changes(e.problem.cost(e.problem.layOut(c)))
	cf.Affinity = e.worth.score(c) - e.option.worth
	return cf
}

// merge is the counterfactual of making one context of two.
func (e *explainer) merge(g, h int) Counterfactual {
	cf := Counterfactual{From: min(e.names[g], e.names[h]), To: max(e.names[g], e.names[h])}
	if f := e.forced(g, h); len(f) > 0 {
		cf.Forbidden = f[0]
		return cf
	}
	return e.with(e.cut.merged(g, h), cf)
}

// forced lists the rules that keep two contexts apart, each once.
func (e *explainer) forced(g, h int) []Forced {
	var out []Forced
	for v, x := range e.cut {
		if x != g {
			continue
		}
		for w, y := range e.cut {
			if y != h {
				continue
			}
			f, apart := e.between(v, w)
			if apart && !slices.ContainsFunc(out, func(o Forced) bool { return o.Constraint == f.Constraint }) {
				out = append(out, f)
			}
		}
	}
	return out
}

// boundaries explains each line between two contexts that have to do with each
// other, the closest pairs first to be explained if there are too many.
func (e *explainer) boundaries() []Boundary {
	crossings := e.crossingsByPair()
	type line struct {
		g, h   int
		across float64
	}
	var lines []line
	for g, arcs := range e.across {
		for _, x := range arcs {
			lines = append(lines, line{g, x.to, x.w})
		}
	}
	for pair := range crossings {
		if !slices.ContainsFunc(e.across[pair[0]], func(x arc) bool { return x.to == pair[1] }) {
			lines = append(lines, line{pair[0], pair[1], 0})
		}
	}
	slices.SortFunc(lines, func(x, y line) int {
		return cmp.Or(cmp.Compare(y.across, x.across), cmp.Compare(x.g, y.g), cmp.Compare(x.h, y.h))
	})
	if most := min(mostBoundaries, max(e.budget/2, leastEvaluations/2)); len(lines) > most {
		lines = lines[:most]
		e.work.Truncated = append(e.work.Truncated, "boundaries: only those with most affinity across are explained")
	}
	var out []Boundary
	for _, l := range lines {
		out = append(out, e.boundary(l.g, l.h, l.across, crossings[[2]int{l.g, l.h}]))
	}
	slices.SortFunc(out, func(x, y Boundary) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return out
}

func (e *explainer) boundary(g, h int, across float64, crossings []Crossing) Boundary {
	b := Boundary{A: min(e.names[g], e.names[h]), B: max(e.names[g], e.names[h]), Crossings: crossings,
		Affinity: across / float64(e.size[g]*e.size[h]), Forced: e.forced(g, h), Merge: e.merge(g, h)}
	for i := range crossings {
		x := &crossings[i]
		switch {
		case x.Strong:
			b.Price.StrongWrites++
		case x.ByEvent:
			b.Price.Events++
		}
		if x.Waits {
			b.Price.SyncHops++
			b.Price.SyncRate += x.Rate
		}
		b.Price.Reads += len(x.Reads)
		b.Price.TwoTeams += boolInt(e.team[g] != "" && e.team[h] != "" && e.team[g] != e.team[h])
	}
	if len(b.Forced) > 0 {
		b.Stays = 1
		return b
	}
	now := e.opt.Weights.Threshold
	if at, _, ok := e.worth.evenAt(e.cut, e.cut.merged(g, h)); ok && at > 0 && at < now {
		b.Flips = append(b.Flips, Flip{Kind: FlipThreshold, At: at, Now: now, To: fmt.Sprintf("merge %s and %s", b.A, b.B)})
	}
	if e.runs != nil {
		b.Stays = e.runs.stays(e.graph, e.cut, g, h)
	}
	b.MergedBy = e.mergedBy(g, h)
	return b
}

// mergedBy lists the methods whose most valuable cut has most of the affinity
// across a line inside one context.
func (e *explainer) mergedBy(g, h int) []Method {
	var out []Method
	for _, m := range []Method{MethodExact, MethodCorrelation, MethodLinkage, MethodModularity, MethodOwn, MethodOwners, MethodSubdomains, MethodWrites} {
		best := -1
		for i := range e.options {
			if slices.Contains(e.options[i].methods, m) && (best < 0 || e.options[i].worth > e.options[best].worth+slack) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		d := disturbed{cuts: []cut{e.options[best].cut}}
		if d.stays(e.graph, e.cut, g, h) == 0 {
			out = append(out, m)
		}
	}
	return out
}

// crossingsByPair lists what crosses each line, by use case.
func (e *explainer) crossingsByPair() map[[2]int][]Crossing {
	out := map[[2]int][]Crossing{}
	for i := range e.uses {
		u := &e.uses[i]
		home := e.home[i]
		crossings := e.crossings[i]
		for j := range crossings {
			x := &crossings[j]
			c := Crossing{UseCase: u.ID, From: e.names[home], To: e.names[x.to], ByEvent: u.ByEvent || len(x.reads) == 0 && u.Consistency == Eventual,
				Strong: len(x.writes) > 0 && u.Consistency != Eventual, Waits: e.sync(x), Rate: u.Rate, Ref: u.Ref}
			for _, a := range x.reads {
				c.Reads = append(c.Reads, e.aggs[a].ID)
			}
			for _, a := range x.writes {
				c.Writes = append(c.Writes, e.aggs[a].ID)
			}
			slices.Sort(c.Reads)
			slices.Sort(c.Writes)
			pair := [2]int{min(home, x.to), max(home, x.to)}
			out[pair] = append(out[pair], c)
		}
		for _, f := range u.then {
			if to := e.home[f.use]; home >= 0 && to >= 0 && to != home {
				pair := [2]int{min(home, to), max(home, to)}
				out[pair] = append(out[pair], Crossing{UseCase: u.ID, Then: e.uses[f.use].ID, From: e.names[home], To: e.names[to],
					ByEvent: f.byEvent, Waits: !f.byEvent, Rate: u.Rate, Ref: u.Ref})
			}
		}
	}
	for pair := range out {
		slices.SortFunc(out[pair], func(x, y Crossing) int {
			return cmp.Or(cmp.Compare(x.UseCase, y.UseCase), cmp.Compare(x.Then, y.Then), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
		})
	}
	return out
}
