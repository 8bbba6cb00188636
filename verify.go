package plumb

import (
	"cmp"
	"context"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// designSeed chooses the random numbers of the simulations that belong to a design.
const designSeed = 1

// Effort says how a design is verified.
type Effort struct {
	// Workers is how many processors may be used; the result does not depend on it.
	Workers int
	// Progress, unless nil, is told which scenario is how far.
	Progress func(scenario string, done, all int)
}

// Verify simulates the design under the scenarios that it should survive and adds
// what they show: to each objective what is predicted of it, to the whole how each
// scenario went. The work is bounded by events and never by time, so that the result
// is the same everywhere. When ctx ends, the design is as it was.
func (d *Design) Verify(ctx context.Context, e Effort) error {
	v, err := sim.Verify(ctx, d.Arch, sim.Effort{Seed: designSeed, Workers: e.Workers, Progress: e.Progress})
	if err != nil {
		return err
	}
	d.Arch = verified(d.Arch, v)
	return nil
}

// verified is a system with what a simulation showed of it.
func verified(a *arch.Arch, v *sim.Verified) *arch.Arch {
	out := *a
	out.Verification = &v.Verification
	out.Objectives = slices.Clone(a.Objectives)
	for i := range out.Objectives {
		if p, ok := v.Predictions[out.Objectives[i].ID]; ok {
			out.Objectives[i].Simulated = &p
		}
	}
	out.Facts = slices.Concat(a.Facts, v.Facts)
	slices.SortFunc(out.Facts, func(x, y fact.Fact) int { return cmp.Compare(x.ID, y.ID) })
	return &out
}
