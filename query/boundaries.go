package query

import (
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
)

// ContextBoundaries is a context with what the cut says about it: the lines around it,
// what moving its aggregates or merging it would change, and where it is uncertain.
type ContextBoundaries struct {
	Context    *arch.Context      `json:"context"`
	Boundaries []arch.Boundary    `json:"boundaries,omitempty"`
	Moves      []arch.CutChange   `json:"moves,omitempty"`
	Merges     []arch.CutChange   `json:"merges,omitempty"`
	Uncertain  []arch.CutPair     `json:"uncertain,omitempty"`
	Questions  []arch.CutQuestion `json:"questions,omitempty"`
}

// Boundaries finds a context by its id or name, in whatever case, with its boundaries; nil
// when there is none, or the design says nothing about its cut.
func Boundaries(a *arch.Arch, name string) *ContextBoundaries {
	at := slices.IndexFunc(a.Contexts, func(c arch.Context) bool {
		return strings.EqualFold(string(c.ID), name) || strings.EqualFold(c.Name, name)
	})
	if at < 0 || a.Cut == nil {
		return nil
	}
	c := &a.Contexts[at]
	inside := func(p arch.Path) bool { return slices.Contains(c.Aggregates, p) }
	out := &ContextBoundaries{Context: c}
	out.Boundaries = only(a.Cut.Boundaries, func(b arch.Boundary) bool { return b.A == c.ID || b.B == c.ID })
	out.Moves = only(a.Cut.Moves, func(m arch.CutChange) bool { return inside(m.Aggregate) })
	out.Merges = only(a.Cut.Merges, func(m arch.CutChange) bool { return m.From == string(c.ID) || m.To == string(c.ID) })
	if s := a.Cut.Stability; s != nil {
		out.Uncertain = only(s.Uncertain, func(p arch.CutPair) bool { return inside(p.A) || inside(p.B) })
	}
	out.Questions = only(a.Cut.Questions, func(q arch.CutQuestion) bool { return slices.Contains(q.About, c.ID) })
	return out
}

func only[T any](list []T, keep func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return !keep(x) })
}
