package boundary

import (
	"cmp"
	"math"
	"slices"
)

// graph holds the affinity of nodes: how much of what each takes part in is
// shared with the other, 0 for most pairs and about 1 for two that are only
// ever written together.
type graph struct {
	adj [][]arc // sorted by to
}

type arc struct {
	to int
	w  float64
}

// weight returns the affinity of two nodes.
func (g *graph) weight(a, b int) float64 {
	i, ok := slices.BinarySearchFunc(g.adj[a], b, func(e arc, to int) int { return cmp.Compare(e.to, to) })
	if !ok {
		return 0
	}
	return g.adj[a][i].w
}

// sharing is what kind of access two nodes have in common in one use case.
type sharing uint8

const (
	bothWritten sharing = iota
	writtenRead
	bothRead
	bothWrittenLater // by a use case and its follow-up, or asynchronously
	writtenReadLater
	bothReadLater
	refers
)

// evidence is one use case's (or reference's) say on one pair of nodes, a < b.
type evidence struct {
	a, b int
	use  int // -1 for a reference
	kind sharing
}

// widest is the largest number of nodes for which a use case still says which
// of them belong together. A report over more than that says nothing, and its
// pairs would be quadratic.
const widest = 40

// testimony lists all evidence by pair, then use case, and per use case which
// nodes it touches. It is gathered once; weighing it is cheap and repeated.
type testimony struct {
	n       int
	pairs   []evidence
	written [][]int // use case to nodes written
	read    [][]int // use case to nodes only read
	changed []bool  // node is written by some use case
}

func (p *problem) testimony() *testimony {
	t := &testimony{n: len(p.nodes), written: make([][]int, len(p.uses)), read: make([][]int, len(p.uses)), changed: make([]bool, len(p.nodes))}
	for i := range p.uses {
		t.written[i] = p.nodesOf(p.uses[i].writes, nil)
		t.read[i] = p.nodesOf(p.uses[i].reads, t.written[i])
		for _, v := range t.written[i] {
			t.changed[v] = true
		}
	}
	for i := range p.uses {
		t.hear(i, p.uses[i].async)
		for _, f := range p.uses[i].then {
			t.follow(i, f.use)
		}
	}
	for _, r := range p.refs {
		t.add(p.node[r[0]], p.node[r[1]], -1, refers)
	}
	slices.SortStableFunc(t.pairs, func(x, y evidence) int {
		return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.use, y.use), cmp.Compare(x.kind, y.kind))
	})
	t.pairs = slices.CompactFunc(t.pairs, func(x, y evidence) bool { return x == y })
	return t
}

// nodesOf maps aggregates to their nodes, each once, less those in except.
func (p *problem) nodesOf(aggs, except []int) []int {
	var out []int
	for _, a := range aggs {
		if v := p.node[a]; !slices.Contains(except, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t *testimony) hear(use int, async bool) {
	w, r := t.written[use], t.read[use]
	if len(w)+len(r) > widest {
		return
	}
	shift := sharing(0)
	if async {
		shift = bothWrittenLater
	}
	for i, a := range w {
		for _, b := range w[i+1:] {
			t.add(a, b, use, bothWritten+shift)
		}
		for _, b := range r {
			t.add(a, b, use, writtenRead+shift)
		}
	}
	for i, a := range r {
		for _, b := range r[i+1:] {
			t.add(a, b, use, bothRead+shift)
		}
	}
}

func (t *testimony) follow(use, then int) {
	if len(t.written[use])+len(t.written[then]) > widest {
		return
	}
	for _, a := range t.written[use] {
		for _, b := range t.written[then] {
			t.add(a, b, use, bothWrittenLater)
		}
	}
}

func (t *testimony) add(a, b, use int, kind sharing) {
	if a != b {
		t.pairs = append(t.pairs, evidence{min(a, b), max(a, b), use, kind})
	}
}

// weigh makes the graph. Use case without is left out; -1 leaves out none.
//
// Affinity is the shared work of two nodes over the geometric mean of the work
// each takes part in (the cosine of two incidence vectors, as in co-citation
// analysis). A node that no use case changes has no life of its own: it is
// measured by its own work alone, so that it follows whoever it is read with.
func (t *testimony) weigh(w Weights, without int) *graph {
	part := make([]float64, t.n)
	for i := range t.written {
		if i == without {
			continue
		}
		for _, v := range t.written[i] {
			part[v] += w.BothWritten
		}
		for _, v := range t.read[i] {
			part[v] += w.WrittenRead
		}
	}
	g := &graph{adj: make([][]arc, t.n)}
	for i := 0; i < len(t.pairs); {
		a, b := t.pairs[i].a, t.pairs[i].b
		shared, ref := 0.0, 0.0
		for ; i < len(t.pairs) && t.pairs[i].a == a && t.pairs[i].b == b; i++ {
			switch e := t.pairs[i]; {
			case e.kind == refers:
				ref = w.Reference
			case e.use != without:
				shared += w.of(e.kind)
			}
		}
		if shared > 0 {
			shared /= t.scale(part[a], part[b], t.changed[a], t.changed[b])
		}
		if s := shared + ref; s > 0 {
			g.adj[a] = append(g.adj[a], arc{b, s})
			g.adj[b] = append(g.adj[b], arc{a, s})
		}
	}
	for v := range g.adj {
		slices.SortFunc(g.adj[v], func(x, y arc) int { return cmp.Compare(x.to, y.to) })
	}
	return g
}

func (t *testimony) scale(pa, pb float64, changedA, changedB bool) float64 {
	switch {
	case changedA == changedB:
		return math.Sqrt(pa * pb)
	case changedB:
		return pa
	}
	return pb
}

func (w Weights) of(k sharing) float64 {
	switch k {
	case bothWritten:
		return w.BothWritten
	case writtenRead:
		return w.WrittenRead
	case bothRead:
		return w.BothRead
	case bothWrittenLater:
		return w.BothWritten * w.Asynchronous
	case writtenReadLater:
		return w.WrittenRead * w.Asynchronous
	case bothReadLater:
		return w.BothRead * w.Asynchronous
	}
	return w.Reference
}
