package explore

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
)

// Prober explores single protocols of a design with mechanisms taken away.
type Prober struct {
	x    *explorer
	list []*protocol
}

// Probe derives the protocols of a design.
func Probe(a *arch.Arch) *Prober {
	b := Default
	b.All = 1 << 30
	return &Prober{newExplorer(b), derive(a)}
}

// Without is what becomes of a protocol that lacks some of its mechanisms.
func (p *Prober) Without(id string, lacks ...string) arch.Exploration {
	q := p.list[slices.IndexFunc(p.list, func(q *protocol) bool { return q.ID == id })]
	has := q.has
	for _, name := range lacks {
		m, ok := named(name)
		if !ok {
			panic("no mechanism is called " + name)
		}
		has = has.without(m)
	}
	return p.x.told(q, p.x.explore(q, has))
}

// Shape is a saga put together at random, for properties of its search.
type Shape = saga

// Stage is one of its steps.
type Stage = stage

// NewShape makes a saga of steps.
func NewShape(steps []Stage, pivot int, rival bool, undoes, undoesToo uint) *Shape {
	g := &saga{steps: steps, pivot: pivot, confirm: pivot, rival: rival}
	if rival {
		g.rivalUndoes = undoes
	}
	if steps[0].undo {
		steps[0].undoesToo = undoesToo &^ 1
	}
	if steps[pivot].remote {
		g.confirm = len(steps)
	}
	return g
}

// Place is a step: where it runs and what the other side can do.
func Place(remote, external, free, fails, undo, key, lookup bool) Stage {
	return stage{remote: remote || external, external: external, free: free, fails: fails, undo: undo, key: key, lookup: lookup}
}

// Both searches a saga with a set of mechanisms, reduced and in full.
func Both(g *Shape, has uint32, b state.Bounds) (reduced, full state.Result) {
	reduced = state.Search(g.model(set(has)&g.candidates()), b)
	whole := *g
	whole.atOnce = true
	m := whole.model(set(has) & g.candidates())
	m.Same = nil
	return reduced, state.Search(m, b)
}

// Remote reports whether a step runs in another place.
func Remote(s Stage) bool { return s.remote }
