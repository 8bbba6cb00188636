package plumb

import (
	"context"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/sensitivity"
)

// Conflicts explains why no design serves every requirement: minimal sets of
// requirements that cannot hold together, each with its nearest relaxation.
func (s *Session) Conflicts(ctx context.Context) ([]sensitivity.Conflict, error) {
	return s.planner.Conflicts(ctx)
}

// Missed explains in the same way why an objective of the design is missed.
func (s *Session) Missed(ctx context.Context, id arch.ObjectiveID) ([]sensitivity.Conflict, error) {
	return s.planner.Missed(ctx, id)
}

// Explain returns the design's problems with those of an infeasible system told by
// minimal conflicts: in place of all the requirements that took part, the ones of
// which relaxing any is enough, and how far. Problems that no conflict explains stay
// as they are.
func (s *Session) Explain(ctx context.Context) (diag.List, error) {
	out := slices.Clone(s.design.Problems)
	sets, err := s.Conflicts(ctx)
	if err != nil {
		return out, err
	}
	for i := range out {
		p := &out[i]
		if p.Code != "decide.no-feasible-option" || len(sets) == 0 {
			continue
		}
		at := slices.IndexFunc(sets, func(c sensitivity.Conflict) bool { return concerns(c, p) })
		if at < 0 {
			continue
		}
		p.Related = sets[at].Related()
		p.Hint = "relax any one of these"
	}
	return out, nil
}

// concerns reports whether a conflict is about what a problem is about: a
// requirement that took part, or one of the element it names.
func concerns(c sensitivity.Conflict, p *diag.Problem) bool {
	return slices.ContainsFunc(c.Requirements, func(r sensitivity.Requirement) bool {
		id := string(r.Fact.ID)
		return slices.ContainsFunc(p.Related, func(rel diag.Related) bool { return rel.Path == id }) ||
			p.Path != "" && (strings.HasPrefix(id, p.Path+".") || strings.HasPrefix(p.Path, id+"."))
	})
}
