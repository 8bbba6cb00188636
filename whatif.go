package plumb

import (
	"slices"
	"sync"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/build"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
	"plumb.dev/plumb/lock"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/sensitivity"
	"plumb.dev/plumb/sim"
)

// Session asks one design what would change it. It keeps what all answers share, so
// that each takes milliseconds; it is frozen and safe for concurrent use.
type Session struct {
	design  *Design
	planner *sensitivity.Planner
	// before gives the problems of the design as it is.
	before func() diag.List
}

// Session starts asking about a design that came as far as a plan; nil for one that
// did not. A plan in which some question has no feasible option will do.
func (d *Design) Session() *Session {
	if d.Plan == nil {
		return nil
	}
	bound, problems := model.Bind(d.Doc)
	if problems.HasErrors() {
		return nil
	}
	var failed diag.List
	for _, p := range d.Problems {
		if p.Severity == diag.Error {
			failed = append(failed, p)
		}
	}
	before := sync.OnceValue(func() diag.List {
		if d.Arch == nil {
			return d.Problems
		}
		// Those of the policies may be others since the design was repaired.
		return slices.Concat(d.Problems, d.PolicyFindings())
	})
	return &Session{d, sensitivity.New(bound, d.Plan.Catalog, d.Plan, failed), before}
}

// Design is the design that is asked about.
func (s *Session) Design() *Design { return s.design }

// WhatIf is the answer to a what-if.
type WhatIf struct {
	// Asked repeats the question in full.
	Asked []sensitivity.Said `json:"asked"`
	// Problems of the other design that this one does not have; with an error among
	// them the other one is not feasible, and the changes go as far as its decisions
	// do.
	Problems diag.List     `json:"problems"`
	Changes  []diff.Change `json:"changes"`
	// Arch is the other design, nil when it is not feasible.
	Arch *arch.Arch `json:"-"`
}

// Feasible reports whether there is such a design.
func (w *WhatIf) Feasible() bool { return !w.Problems.HasErrors() }

// WhatIf answers a question in words, see [sensitivity.Planner.Wish]. The error says
// which word means nothing.
func (s *Session) WhatIf(words []string) (*WhatIf, error) {
	wish, err := s.planner.Wish(words)
	if err != nil {
		return nil, err
	}
	plan, problems := s.plan(wish)
	w := &WhatIf{Asked: wish.Said, Problems: newProblems(s.before(), problems)}
	if plan == nil {
		return w, nil
	}
	from := s.design.Arch
	if from == nil || problems.HasErrors() {
		w.Changes = diff.Between(&arch.Arch{Decisions: s.design.Plan.Decisions}, &arch.Arch{Decisions: plan.Decisions})
		return w, nil
	}
	w.Arch = build.Run(plan)
	if kept, _, unstable := lock.Apply(w.Arch, s.design.Lock, ""); !unstable.HasErrors() {
		w.Arch = kept
	}
	w.Changes = diff.Between(from, w.Arch)
	w.Problems = newProblems(s.before(), slices.Concat(problems, s.wrongWith(plan, w.Arch)))
	return w, nil
}

// wrongWith is what is found about another design once it is built, as [Run] finds it.
func (s *Session) wrongWith(plan *decide.Plan, a *arch.Arch) diag.List {
	_, scenarios := sim.Given(a)
	other := Design{Model: plan.Model, Arch: a}
	return model.Silence(s.design.Doc, slices.Concat(scenarios, other.PolicyFindings()))
}

// plan makes the plan a wish asks for; nil when the input without the teams taken
// away is refused.
func (s *Session) plan(w sensitivity.Wish) (*decide.Plan, diag.List) {
	if len(w.Without) == 0 {
		return s.planner.Full(w.Change)
	}
	bound, problems := model.Bind(sensitivity.Without(s.design.Doc, w.Without...))
	if problems.HasErrors() {
		return nil, problems
	}
	return sensitivity.New(bound, s.catalog(), nil, nil).Full(w.Change)
}

func (s *Session) catalog() *catalog.Catalog { return s.design.Plan.Catalog }

// newProblems leaves out those that were there before.
func newProblems(before, now diag.List) diag.List {
	known := map[string]bool{}
	for _, p := range before {
		known[string(p.Code)+p.Path+p.Message] = true
	}
	out := diag.List{}
	for _, p := range now {
		if !known[string(p.Code)+p.Path+p.Message] {
			out = append(out, p)
		}
	}
	return out.Sorted()
}
