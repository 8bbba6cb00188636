package sim

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// script says where the steps of a saga are in the flow that runs it.
type script struct {
	saga  int                      // in the network
	steps map[*arch.Step]*sagaMark // of the flow
}

type sagaMark struct {
	bit   int  // -1 when nothing is left to undo
	pivot bool // with it the pivot is done and all that comes before it
}

// script finds the saga of a flow in its steps: each step of the saga is the call that
// has its use case done, the call of its external, or a write of the flow's own. It
// answers nil when the flow runs no saga, or none whose steps are there.
func (c *compiler) script(f *arch.Flow) *script {
	i := slices.IndexFunc(c.a.Sagas, func(g arch.Saga) bool { return g.UseCase == f.UseCase })
	if i < 0 {
		return nil
	}
	g := &c.a.Sagas[i]
	out := &script{saga: len(c.net.sagas), steps: map[*arch.Step]*sagaMark{}}
	type undoing struct {
		bit  int
		step *arch.SagaStep
		via  arch.EdgeID
	}
	var undo []undoing
	last := -1 // of those up to the pivot, in the flow's order
	for k := range g.Steps {
		st := &g.Steps[k]
		at := c.stepOf(f, st, out.steps)
		if at < 0 {
			continue
		}
		step := &f.Steps[at]
		m := &sagaMark{bit: -1}
		if k <= g.Pivot {
			last = max(last, at)
		}
		if st.Compensation != "" && k <= g.Pivot && len(undo) < 32 {
			m.bit = len(undo)
			undo = append(undo, undoing{m.bit, st, step.Edge})
		}
		out.steps[step] = m
	}
	if len(out.steps) == 0 {
		return nil
	}
	if last >= 0 {
		out.steps[&f.Steps[last]].pivot = true
	}
	// Taken back in the opposite order; each call may be left out.
	var back []step
	for _, u := range slices.Backward(undo) {
		if call, ok := c.compensation(f, u.step.Compensation, u.via); ok {
			back = append(back, step{kind: owed, saga: u.bit, to: len(back) + 2}, call)
		}
	}
	c.net.sagas = append(c.net.sagas, saga{name: g.ID, timeout: des.Seconds(g.Timeout.N), pause: sagaPause, undo: c.program("undo "+g.ID, back)})
	return out
}

// stepOf is the place of the step of a flow that does a step of its saga, -1 when there
// is none that is not another's.
func (c *compiler) stepOf(f *arch.Flow, st *arch.SagaStep, taken map[*arch.Step]*sagaMark) int {
	for i := range f.Steps {
		s := &f.Steps[i]
		if taken[s] != nil {
			continue
		}
		switch {
		case st.UseCase != f.UseCase:
			if s.Kind == "invoke" && fact.Kebab(s.Name) == fact.Kebab(arch.Short(st.UseCase)) {
				return i
			}
		case st.External != "":
			if s.Kind == "call" && s.Target == string(st.External) {
				return i
			}
		case s.Kind == "store" && s.Mode == "write", s.Kind == "invoke" && changes(s):
			return i
		}
	}
	return -1
}

// changes reports whether a call has nothing done but a change in another's store.
func changes(s *arch.Step) bool {
	return len(s.Steps) == 1 && s.Steps[0].Kind == "store" && s.Steps[0].Mode == "write"
}

// compensation is the call that takes a step back: of the flow of the compensating use
// case, over the edge that the step went over where that leads there.
func (c *compiler) compensation(f *arch.Flow, useCase arch.Path, via arch.EdgeID) (step, bool) {
	i := slices.IndexFunc(c.a.Flows, func(g arch.Flow) bool { return g.UseCase == useCase })
	if i < 0 {
		return step{}, false
	}
	g := &c.a.Flows[i]
	home := c.home(g.Entry, g.ID)
	leads := func(e *arch.Edge) bool { return e != nil && e.From == f.Entry && e.To == string(g.Entry) }
	if !leads(c.edges[via]) {
		via = ""
		if at := slices.IndexFunc(c.a.Edges, func(e arch.Edge) bool { return leads(&e) }); at >= 0 {
			via = c.a.Edges[at].ID
		}
	}
	w := writer{c: c, flow: g, unit: g.Entry, home: home}
	w.steps(g.Steps, 1, 1)
	w.rest(false)
	return step{kind: invoke, chance: 1, times: 1, link: c.link(via, home, arch.Demand{}), program: c.program("undo by "+string(g.ID), w.out)}, true
}

// marked writes a step of a saga's flow between its marks.
func (w *writer) marked(list []arch.Step, write func()) {
	if w.saga == nil {
		write()
		return
	}
	for i := range list {
		m := w.saga.steps[&list[i]]
		if m == nil {
			continue
		}
		// Nothing is promised of which the flow's own write has left no record.
		e := w.c.edges[list[i].Edge]
		w.kept, w.pends = true, list[i].Kind != "store" && (w.flow.Wait.Known() || e != nil && !e.Hard)
		if m.bit >= 0 {
			w.out = append(w.out, step{kind: mark, saga: w.saga.saga, to: m.bit})
		}
	}
	write()
	w.kept, w.pends = false, false
	for i := range list {
		if m := w.saga.steps[&list[i]]; m != nil && m.pivot {
			w.out = append(w.out, step{kind: pass, saga: w.saga.saga})
		}
	}
}

// keeps reports whether a step of a saga is needed though the design does not count its
// edge as hard: a call that may be made later has to be made.
func (w *writer) keeps(s *arch.Step) bool {
	e := w.c.edges[s.Edge]
	return w.kept && !s.Optional && s.Kind != "publish" && s.Kind != "cache" && e != nil && e.Fallback == ""
}
