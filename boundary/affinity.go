package boundary

import (
	"cmp"
	"slices"
)

// graph holds the affinity of nodes: how much of what they take part in is
// shared, 0 for most pairs and about 1 for two that are only ever used together.
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
	bothWrittenLater   // both written with eventual consistency
	writtenReadCarried // what is read, the event that is reacted to can carry
	bothReadCarried
	followed // one written by a use case that waits for the use case that writes the other
	refers
)

// evidence is one use case's (or reference's) say on one pair of nodes, a < b.
type evidence struct {
	a, b  int
	use   int // -1 for a reference
	kind  sharing
	share float64 // of a reference: one over the number of nodes that refer to the same one; else 1
}

// widest is the largest number of nodes for which a use case still says which
// of them belong together. A report over more than that says nothing, and its
// pairs would be quadratic.
const widest = 40

// mostEvidence bounds the pairs that are kept: where there would be more, the
// widest use cases are not heard.
const mostEvidence = 1_000_000

// heard returns the width up to which use cases are heard.
func (t *testimony) heard() int {
	pairs := make([]int, widest+1) // by width
	for i := range t.written {
		if n := len(t.written[i]) + len(t.read[i]); n <= widest {
			pairs[n] += n * (n - 1) / 2
		}
	}
	sum := 0
	for n, more := range pairs {
		if sum += more; sum > mostEvidence {
			return n - 1
		}
	}
	return widest
}

// testimony lists all evidence by pair, then use case, and per use case which
// nodes it touches. It is gathered once; weighing it is cheap and repeated.
type testimony struct {
	n       int
	pairs   []evidence
	written [][]int // use case to nodes written
	read    [][]int // use case to nodes only read
	byEvent []bool  // use case reacts to an event
}

func (p *problem) testimony() *testimony {
	t := &testimony{n: len(p.nodes), written: make([][]int, len(p.uses)), read: make([][]int, len(p.uses)), byEvent: make([]bool, len(p.uses))}
	for i := range p.uses {
		t.byEvent[i] = p.uses[i].ByEvent
		t.written[i] = p.nodesOf(p.uses[i].writes, nil)
		t.read[i] = p.nodesOf(p.uses[i].reads, t.written[i])
	}
	limit, carried := t.heard(), t.carried(p)
	for i := range p.uses {
		if len(t.written[i])+len(t.read[i]) <= limit {
			t.hear(i, &p.uses[i], carried[i])
		}
		for _, f := range p.uses[i].then {
			if !f.byEvent { // an event is how contexts talk, and says nothing
				t.follow(i, f.use)
			}
		}
	}
	t.refer(p)
	slices.SortStableFunc(t.pairs, func(x, y evidence) int {
		return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.use, y.use), cmp.Compare(x.kind, y.kind), cmp.Compare(x.share, y.share))
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

// carried returns, by use case, what of the nodes it reads the event that it
// reacts to can carry: what a use case touches that sets it off. What it reads
// otherwise has to be asked for, or copied beforehand, however late that may be.
func (t *testimony) carried(p *problem) [][]int {
	out := make([][]int, len(p.uses))
	for i := range p.uses {
		for _, f := range p.uses[i].then {
			if !f.byEvent || !t.byEvent[f.use] {
				continue
			}
			for _, v := range t.read[f.use] {
				if slices.Contains(t.written[i], v) || slices.Contains(t.read[i], v) {
					out[f.use] = append(out[f.use], v)
				}
			}
		}
	}
	return out
}

// hear notes what a use case says of the nodes it touches. Only writing can wait:
// with eventual consistency what it writes counts as asynchronous, and what it reads
// does if it is carried to it.
func (t *testimony) hear(use int, u *use, carried []int) {
	w, r := t.written[use], t.read[use]
	writing := bothWritten
	if u.Consistency == Eventual {
		writing = bothWrittenLater
	}
	for i, a := range w {
		for _, b := range w[i+1:] {
			t.add(a, b, use, writing)
		}
		for _, b := range r {
			kind := writtenRead
			if slices.Contains(carried, b) {
				kind = writtenReadCarried
			}
			t.add(a, b, use, kind)
		}
	}
	for i, a := range r {
		for _, b := range r[i+1:] {
			kind := bothRead
			if slices.Contains(carried, a) && slices.Contains(carried, b) {
				kind = bothReadCarried
			}
			t.add(a, b, use, kind)
		}
	}
}

func (t *testimony) follow(use, then int) {
	if len(t.written[use])+len(t.written[then]) > widest {
		return
	}
	for _, a := range t.written[use] {
		for _, b := range t.written[then] {
			t.add(a, b, use, followed)
		}
	}
}

// sources returns, by node that is only ever written in reaction to events, the
// nodes that the use cases write which set these reactions off: what it follows. A
// node that a reaction writes as well is no source of it.
func (t *testimony) sources(p *problem) [][]int {
	causes := make([][]int, len(p.uses)) // use case to those that set it off by event
	for i := range p.uses {
		for _, f := range p.uses[i].then {
			if f.byEvent && t.byEvent[f.use] {
				causes[f.use] = append(causes[f.use], i)
			}
		}
	}
	out, ownWill := make([][]int, t.n), make([]bool, t.n)
	for i, written := range t.written {
		for _, v := range written {
			ownWill[v] = ownWill[v] || len(causes[i]) == 0
			for _, c := range causes[i] {
				for _, source := range t.written[c] {
					if !slices.Contains(written, source) {
						out[v] = append(out[v], source)
					}
				}
			}
		}
	}
	for v := range out {
		if ownWill[v] {
			out[v] = nil
		}
	}
	return out
}

// refer adds the references. One that many refer to is nobody's in particular,
// so it shares its weight among them. One between a node that is only ever written
// in reaction to events and what it follows says nothing: it is kept so that the two
// can be apart.
func (t *testimony) refer(p *problem) {
	var links [][2]int
	for _, r := range p.refs {
		links = append(links, [2]int{p.node[r[0]], p.node[r[1]]})
	}
	slices.SortFunc(links, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	links = slices.Compact(links)
	referrers := make([]int, t.n)
	for _, l := range links {
		referrers[l[1]]++
	}
	sources := t.sources(p)
	for _, l := range links {
		if l[0] != l[1] && !slices.Contains(sources[l[0]], l[1]) && !slices.Contains(sources[l[1]], l[0]) {
			t.pairs = append(t.pairs, evidence{min(l[0], l[1]), max(l[0], l[1]), -1, refers, 1 / float64(referrers[l[1]])})
		}
	}
}

func (t *testimony) add(a, b, use int, kind sharing) {
	if a != b {
		t.pairs = append(t.pairs, evidence{min(a, b), max(a, b), use, kind, 1})
	}
}

// changed returns, by node, the later nodes that some use case touches and
// changes one of the two: those that it has reason to share a context with.
func (t *testimony) changed() [][]int {
	out := make([][]int, t.n)
	for _, e := range t.pairs {
		switch e.kind {
		case bothWritten, writtenRead, bothWrittenLater, writtenReadCarried:
			if n := len(out[e.a]); n == 0 || out[e.a][n-1] != e.b {
				out[e.a] = append(out[e.a], e.b)
			}
		}
	}
	return out
}

// disturbance is what is changed before weighing; -1 changes nothing.
type disturbance struct {
	without int // use case that is left out
	flipped int // use case whose consistency is the other one
}

func asIs() disturbance { return disturbance{-1, -1} }

// weigh makes the graph.
//
// Affinity is the shared work of two nodes over the work that the less busy
// one of them takes part in (the overlap coefficient of Szymkiewicz and
// Simpson). A node that does little by itself therefore follows whoever it does
// it with, and one that much else depends on is not thereby part of all of it.
func (t *testimony) weigh(w Weights, d disturbance) *graph {
	part := make([]float64, t.n)
	for i := range t.written {
		if i == d.without {
			continue
		}
		for _, v := range t.written[i] {
			part[v]++
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
			switch e := &t.pairs[i]; {
			case e.kind == refers:
				ref += w.Reference * e.share
			case e.use == d.flipped:
				shared += w.of(e.kind.flipped())
			case e.use != d.without:
				shared += w.of(e.kind)
			}
		}
		if less := min(part[a], part[b]); shared > 0 && less > 0 {
			shared /= less
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

// flipped returns the same access with the other consistency, which is one of
// what is written alone.
func (k sharing) flipped() sharing {
	switch k {
	case bothWritten:
		return bothWrittenLater
	case bothWrittenLater:
		return bothWritten
	}
	return k
}

func (w *Weights) of(k sharing) float64 {
	switch k {
	case bothWritten:
		return w.BothWritten
	case writtenRead:
		return w.WrittenRead
	case bothRead:
		return w.BothRead
	case bothWrittenLater:
		return w.BothWritten * w.Asynchronous
	case writtenReadCarried:
		return w.WrittenRead * w.Asynchronous
	case bothReadCarried:
		return w.BothRead * w.Asynchronous
	case followed:
		return w.FollowUp
	}
	return w.Reference
}
