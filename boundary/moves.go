package boundary

import (
	"cmp"
	"slices"
)

// moves lists what each single move of one aggregate would change: to every
// other context and to one of its own. In large systems only the moves that
// gain most affinity are counted out.
func (e *explainer) moves() []Counterfactual {
	type move struct {
		node, to int
		gain     float64
	}
	var todo []move
	var out []Counterfactual
	a := &e.worth.fine.aim // good enough to choose by
	for v, home := range e.cut {
		if f, bound := e.boundTo(v); bound {
			for _, m := range e.nodes[v] {
				out = append(out, Counterfactual{Aggregate: e.aggs[m].ID, From: e.names[home], Forbidden: f})
			}
			continue
		}
		to := make([]float64, e.k)
		for _, x := range e.graph.adj[v] {
			to[e.cut[x.to]] += x.w
		}
		degree := a.degree[v]
		stay := to[home] - a.chance*degree*(e.load[home]-degree)
		for h := range e.k {
			if h != home {
				todo = append(todo, move{v, h, to[h] - a.chance*degree*e.load[h] - stay})
			}
		}
		if e.size[home] > 1 {
			todo = append(todo, move{v, e.k, -stay})
		}
	}
	slices.SortStableFunc(todo, func(x, y move) int { return cmp.Compare(y.gain, x.gain) })
	if len(todo) > e.budget {
		todo = todo[:max(e.budget, 0)]
		e.work.Truncated = append(e.work.Truncated, "moves: only those that gain most affinity are counted out")
	}
	for _, m := range todo {
		out = append(out, e.move(m.node, m.to))
	}
	slices.SortStableFunc(out, func(x, y Counterfactual) int {
		return cmp.Or(cmp.Compare(x.Aggregate, y.Aggregate), cmp.Compare(x.To, y.To))
	})
	return out
}

// merges lists what merging each pair of contexts would change: those across a
// boundary that is explained, then the others as far as the work allows.
func (e *explainer) merges(boundaries []Boundary) []Counterfactual {
	var out []Counterfactual
	known := map[[2]string]bool{}
	for i := range boundaries {
		m := boundaries[i].Merge
		out = append(out, m)
		known[[2]string{m.From, m.To}] = true
	}
	left := e.budget / 2
	for g := range e.k {
		for h := g + 1; h < e.k; h++ {
			pair := [2]string{min(e.names[g], e.names[h]), max(e.names[g], e.names[h])}
			if left--; left >= 0 && !known[pair] {
				out = append(out, e.merge(g, h))
			}
		}
	}
	if left < 0 {
		e.work.Truncated = append(e.work.Truncated, "merges: not every pair of unrelated contexts is counted out")
	}
	slices.SortFunc(out, func(x, y Counterfactual) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	return out
}

// allMerges lists what merging each pair of contexts would change, as far as the
// work allows.
func (e *explainer) allMerges() []Counterfactual {
	var out []Counterfactual
	for g := range e.k {
		for h := g + 1; h < e.k && e.budget > 0; h++ {
			out = append(out, e.merge(g, h))
		}
	}
	return out
}

// boundTo returns the constraint that keeps a node from moving by itself.
func (e *explainer) boundTo(v int) (Forced, bool) {
	if s := e.service[v]; s != "" {
		return Forced{"content of the existing service " + s, []string{e.serviceRef[v]}}, true
	}
	if len(e.nodes[v]) > 1 {
		m := e.musts[e.mustsOf[e.nodes[v][0]][0]]
		return Forced{m.what, m.refs}, true
	}
	return Forced{}, false
}

// move is the counterfactual of moving a node to another context, or to one of
// its own where to is past the last.
func (e *explainer) move(v, to int) Counterfactual {
	cf := Counterfactual{Aggregate: e.aggs[e.nodes[v][0]].ID, From: e.names[e.cut[v]]}
	if to < e.k {
		cf.To = e.names[to]
		for w, h := range e.cut {
			if h != to {
				continue
			}
			if f, apart := e.between(v, w); apart {
				cf.Forbidden = f
				return cf
			}
		}
	}
	moved := slices.Clone(e.cut)
	moved[v] = to
	return e.with(normal(moved), cf)
}
