package plumb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
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

// mostRounds bounds how often a design is repaired.
const mostRounds = 3

// Verify simulates the design under the scenarios that it should survive, repairs it
// where an objective falls, and adds what was shown: to each objective what is
// predicted of it, to the whole how each scenario went and what was changed for it.
//
// It is a loop: simulate the normal load and the peak, turn what fails there into
// evidence, decide again with the evidence, simulate again, until nothing more can be
// answered or the rounds are used up; then the faults. The work is bounded by events
// and never by time, so that the result is the same everywhere. When ctx ends, the
// design is as it was.
func (d *Design) Verify(ctx context.Context, e Effort) error {
	shown, err := remember(d, "simulations", d.simulated(), func() (simulations, error) { return d.simulations(ctx, e) })
	if err != nil {
		return err
	}
	again, err := d.with(shown.Evidence)
	if err != nil {
		return err
	}
	again.Arch = verified(again.Arch, &shown)
	*d = again
	return nil
}

// Repair is as much of Verify as what-if questions and simulations need: the design is
// decided again with what its normal load and its peak show, and says nothing of that.
func (d *Design) Repair(ctx context.Context, e Effort) error {
	evidence, err := remember(d, "repairs", d.simulated(), func() ([]decide.Evidence, error) {
		l := d.loop(ctx, e)
		_, err := l.steady()
		return l.evidence, err
	})
	if err != nil {
		return err
	}
	again, err := d.with(evidence)
	if err == nil {
		*d = again
	}
	return err
}

// simulated is what simulations of a design depend on, beside its plan. Decisions follow
// from the plan, and protocols are not simulated. The lock is the one that comes out, not
// the one that went in: a lock that this design has written changes nothing in the next
// one.
func (d *Design) simulated() any {
	a := *d.Arch
	a.Decisions, a.Protocols = nil, nil
	return []any{&a, d.LockText()}
}

// with is the design decided again with evidence.
func (d *Design) with(evidence []decide.Evidence) (Design, error) {
	l := loop{at: *d}
	if len(evidence) > 0 && !l.decideAgain(evidence) {
		return *d, errors.New("what simulations showed gives no design, and gave one before")
	}
	return l.at, nil
}

// simulations is what simulating a design showed: the evidence with which it is to be
// decided again, and what was seen of the design that this gives.
type simulations struct {
	Evidence     []decide.Evidence
	Verification arch.Verification
	// Predictions and Facts are as of [sim.Verified].
	Predictions map[arch.ObjectiveID]arch.Prediction
	Facts       []fact.Fact
}

func (d *Design) simulations(ctx context.Context, e Effort) (simulations, error) {
	l := d.loop(ctx, e)
	v, err := l.steady()
	if err != nil {
		return simulations{}, err
	}
	_, _ = remember(d, "repairs", d.simulated(), func() ([]decide.Evidence, error) { return l.evidence, nil })
	l.effort.Known, l.effort.Spent = v, l.spent
	if v, err = sim.Verify(ctx, l.at.Arch, l.effort); err != nil {
		return simulations{}, err
	}
	v.Verification.Repairs = l.repairs
	return simulations{l.evidence, v.Verification, v.Predictions, v.Facts}, nil
}

// loop is the work in progress of a verification.
type loop struct {
	ctx      context.Context
	effort   sim.Effort
	at       Design // as it is now
	evidence []decide.Evidence
	repairs  []arch.Repair
	spent    int
}

func (d *Design) loop(ctx context.Context, e Effort) *loop {
	return &loop{ctx: ctx, effort: sim.Effort{Seed: designSeed, Workers: e.Workers, Progress: e.Progress}, at: *d}
}

// steady simulates what has no faults and repairs the design until nothing more can
// be answered.
func (l *loop) steady() (*sim.Verified, error) {
	effort := l.effort
	effort.Steady = true
	v, err := sim.Verify(l.ctx, l.at.Arch, effort)
	if err != nil {
		return nil, err
	}
	for round := 1; ; round++ {
		l.spent = v.Verification.Events
		shown, of := evidenceOf(l.at.Arch, v)
		if len(shown) == 0 || round > mostRounds {
			return v, nil
		}
		before := l.at.Arch
		if !l.decideAgain(shown) {
			return v, nil
		}
		effort.Spent = l.spent
		after, err := sim.Verify(l.ctx, l.at.Arch, effort)
		if err != nil {
			return nil, err
		}
		l.note(round, before, shown, of, after)
		v = after
	}
}

// decideAgain plans and builds with all evidence so far; it reports whether that gave
// a design.
func (l *loop) decideAgain(more []decide.Evidence) bool {
	again := l.at
	evidence := slices.Concat(l.evidence, more)
	var problems diag.List
	again.Plan, problems = decide.Run(decide.Input{Model: again.Model, Catalog: again.Plan.Catalog, Cut: &again.Plan.Cut, Evidence: evidence})
	if problems.HasErrors() || again.make().HasErrors() {
		return false
	}
	again.Arch.Protocols = l.at.Arch.Protocols // numbers of policies change nothing in them
	l.evidence, l.at = evidence, again
	return true
}

// note records what one round changed, and what came of it.
func (l *loop) note(round int, before *arch.Arch, shown []decide.Evidence, of []arch.ObjectiveID, after *sim.Verified) {
	for i, e := range shown {
		r := arch.Repair{
			Round: round, Scenario: e.Scenario, Objective: of[i], Showed: e.Showed, Decision: e.Decision, Changed: e.Parameter,
			From: chosenNumber(before, e.Decision, e.Parameter), To: chosenNumber(l.at.Arch, e.Decision, e.Parameter),
		}
		if r.From.N == r.To.N || slices.ContainsFunc(l.repairs, func(x arch.Repair) bool { return x.Decision == r.Decision && x.Changed == r.Changed && x.To == r.To }) {
			continue // a requirement stands against it, or another objective asked for it, too
		}
		p := after.Predictions[r.Objective]
		r.Now, r.Helped = fmt.Sprintf("%s %s", r.Objective, p.Range()), p.Verdict == "met"
		r.From.Fact = "" // the number is no longer part of the design
		l.repairs = append(l.repairs, r)
	}
}

// chosenNumber is a parameter of the choice of a decision.
func chosenNumber(a *arch.Arch, id arch.DecisionID, name string) arch.Value {
	d := a.Decision(id)
	if d == nil {
		return arch.Value{}
	}
	if o := d.Option(d.Choice); o != nil {
		for _, p := range o.Parameters {
			if p.Name == name {
				return p.Value
			}
		}
	}
	return arch.Value{}
}

// verified is a system with what a simulation showed of it.
func verified(a *arch.Arch, v *simulations) *arch.Arch {
	out := *a
	out.Verification = &v.Verification
	out.Objectives = slices.Clone(a.Objectives)
	missed := 0
	out.Facts = slices.Concat(a.Facts, v.Facts)
	for i := range out.Objectives {
		o := &out.Objectives[i]
		p, ok := v.Predictions[o.ID]
		if !ok {
			continue
		}
		o.Simulated = &p
		if p.Verdict == "missed" && o.Verdict != "missed" {
			missed++
			o.Nearest = nearest(o, &p, &out.Facts)
		}
	}
	also := "by calculation and simulation"
	if missed > 0 {
		also = fmt.Sprintf("by calculation, %d missed in simulation", missed)
	}
	out.System.Summary = strings.Replace(a.System.Summary, "by calculation", also, 1)
	if all := out.Asserted(); len(all) > 0 {
		met := 0
		for i := range all {
			if all[i].Verdict == "met" {
				met++
			}
		}
		out.System.Summary = fmt.Sprintf("%s; %d of %s of its scenarios hold.", strings.TrimSuffix(out.System.Summary, "."), met, fact.AgreeInNumber(fmt.Sprintf("%d claims", len(all))))
	}
	slices.SortFunc(out.Facts, func(x, y fact.Fact) int { return cmp.Compare(x.ID, y.ID) })
	return &out
}

// nearest is the nearest target that the simulation would call met: the far end of
// its interval, rounded as a target is written.
func nearest(o *arch.Objective, p *arch.Prediction, facts *[]fact.Fact) arch.Value {
	end := p.Low
	if o.Kind == "latency" {
		end = p.High
		unit := math.Pow(10, math.Floor(math.Log10(math.Max(end.N, 1e-9)))-1)
		end.N = math.Ceil(end.N/unit-1e-9) * unit
	}
	f := fact.Fact{
		ID: fact.ID("simulation.objectives." + string(o.ID) + ".nearest"), Value: end.Quantity, Origin: fact.Derived,
		Rule: "the target that the simulation would call met: the far end of its interval", Inputs: []fact.ID{p.Predicted.Fact},
	}
	*facts = append(*facts, f)
	return arch.Value{Quantity: f.Value, Fact: f.ID}
}
