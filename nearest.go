package plumb

import (
	"context"
	"maps"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/sim"
)

// nearestMet are the missed objectives whose nearest targets were seen to be met: the
// system is designed with all of them in place of what is asked for, by what simulations
// showed of this one, and simulated within a budget of its own. Another target gives other
// time limits and other replicas, so that what one design shows is not yet what the other
// one does. Those that this does not show to be met are left out.
func (d *Design) nearestMet(ctx context.Context, e Effort, shown *simulations) (met []arch.ObjectiveID, err error) {
	overrides, asked := maps.Clone(d.in.Overrides), []arch.ObjectiveID{}
	if overrides == nil {
		overrides = fact.Overrides{}
	}
	steady := true
	for i := range d.Arch.Objectives {
		o := &d.Arch.Objectives[i]
		if verdict, _ := o.Overall(); verdict != "missed" || o.Simulated == nil || !o.Nearest.Known() || o.Target.Fact == "" {
			continue
		}
		overrides[o.Target.Fact] = o.Nearest.Quantity
		asked = append(asked, o.ID)
		steady = steady && o.Kind != "availability" // which lost zones and outages are part of
	}
	if len(asked) == 0 {
		return nil, nil
	}
	other := *d
	other.in.Overrides, other.in.Quick = overrides, true
	m, problems := model.Check(d.Doc, overrides)
	if problems.HasErrors() {
		return nil, nil
	}
	other.Model = m
	other, ok := decided(other, shown.Evidence)
	if !ok {
		return nil, nil
	}
	v, err := sim.Verify(ctx, other.Arch, sim.Effort{Seed: designSeed, Workers: e.Workers, Progress: e.Progress, Steady: steady})
	if err != nil {
		return nil, err
	}
	for i := range other.Arch.Objectives {
		o := other.Arch.Objectives[i]
		p, simulated := v.Predictions[o.ID]
		if o.Simulated = &p; !simulated || p.Verdict == "unknown" || !slices.Contains(asked, o.ID) {
			continue
		}
		if verdict, _ := o.Overall(); verdict == "met" {
			met = append(met, o.ID)
		}
	}
	return met, nil
}
