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

// mostRounds bounds how often a design is repaired for what its loads show.
const mostRounds = 3

// Verify simulates the design under the scenarios that it should survive and those of
// its input, repairs it where something falls, and adds what was shown: to each
// objective what is predicted of it, to the whole how each scenario went, what was
// changed for it and what was tried in vain.
//
// It is two loops. Under the normal load and the peak, what fails becomes numbers that
// formulas give (steady). What faults and the scenarios of the input show is searched
// for: each remedy for its cause is tried, the cheapest first, until one mends it
// (mend). The work is bounded by events and never by time, so that the result is the
// same everywhere. When ctx ends, the design is as it was.
func (d *Design) Verify(ctx context.Context, e Effort) error {
	shown, again, err := d.shown(ctx, e)
	if err != nil {
		return err
	}
	again.Arch = verified(again.Arch, &shown)
	met, err := remember(d, "nearest", []any{d.simulated(), shown.Evidence}, func() ([]arch.ObjectiveID, error) { return again.nearestMet(ctx, e, &shown) })
	if err != nil {
		return err
	}
	for i := range again.Arch.Objectives {
		o := &again.Arch.Objectives[i]
		o.NearestMet = slices.Contains(met, o.ID)
	}
	*d = again
	return nil
}

// Repair is as much of Verify as what-if questions and simulations need: the design is
// decided again with what its simulations show, and says nothing of them.
func (d *Design) Repair(ctx context.Context, e Effort) error {
	_, again, err := d.shown(ctx, e)
	if err == nil {
		*d = again
	}
	return err
}

// shown is what simulations show, and the design that is decided again with it.
func (d *Design) shown(ctx context.Context, e Effort) (simulations, Design, error) {
	shown, err := remember(d, "simulations", d.simulated(), func() (simulations, error) { return d.simulations(ctx, e) })
	if err != nil || len(shown.Evidence) == len(d.Plan.Evidence) {
		return shown, *d, err
	}
	again, ok := decided(*d, shown.Evidence)
	if !ok {
		return shown, *d, errors.New("what simulations showed gives no design, and gave one before")
	}
	again.Arch.Protocols = d.Arch.Protocols // numbers of policies change nothing in them
	if d.Arch.Protocols != nil && choices(d.Arch) != choices(again.Arch) {
		again.mend()
	}
	again.sequence()
	return shown, again, nil
}

// decided is a design planned and built with evidence; false when that gives none.
func decided(d Design, evidence []decide.Evidence) (Design, bool) {
	var problems diag.List
	d.Plan, problems = decide.Run(decide.Input{Model: d.Model, Catalog: d.Plan.Catalog, Cut: &d.Plan.Cut, Evidence: evidence})
	return d, !problems.HasErrors() && !d.make().HasErrors()
}

// choices are all that was chosen, to tell whether anything else is.
func choices(a *arch.Arch) (out string) {
	for i := range a.Decisions {
		out += string(a.Decisions[i].ID) + "=" + string(a.Decisions[i].Choice) + ";"
	}
	return out
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
	l := &loop{ctx: ctx, effort: sim.Effort{Seed: designSeed, Workers: e.Workers, Progress: e.Progress}, at: *d, evidence: d.Plan.Evidence}
	l.at.in.Quick = true // tipping points are for the design that is kept
	if err := l.steady(); err != nil {
		return simulations{}, err
	}
	all := l.effort
	all.Known, all.Spent = l.v, l.spent
	v, err := sim.Verify(ctx, l.at.Arch, all)
	if err != nil {
		return simulations{}, err
	}
	l.v, l.spent = v, v.Verification.Events
	if err := l.mend(); err != nil {
		return simulations{}, err
	}
	l.v.Verification.Repairs = l.repairs
	return simulations{l.evidence, l.v.Verification, l.v.Predictions, l.v.Facts}, nil
}

// loop is the work in progress of a verification.
type loop struct {
	ctx      context.Context
	effort   sim.Effort
	at       Design // as it is now
	v        *sim.Verified
	evidence []decide.Evidence
	repairs  []arch.Repair
	spent    int // events
	round    int // simulations that something was changed for
}

// steady simulates what has no faults and repairs the design by the numbers that
// formulas give, until nothing more can be answered. What does not bring its objective
// nearer is undone.
func (l *loop) steady() (err error) {
	effort := l.effort
	effort.Steady = true
	if l.v, err = sim.Verify(l.ctx, l.at.Arch, effort); err != nil {
		return err
	}
	l.spent = l.v.Verification.Events
	for l.round < mostRounds {
		found := l.formulas()
		if len(found) == 0 {
			return nil
		}
		if done, err := l.answer(effort, found); done || err != nil {
			return err
		}
	}
	return nil
}

// formulas are the remedies whose size a formula gives, for the objectives that the
// loads show missed or close, without those that were undone before.
func (l *loop) formulas() (out []remedyFor) {
	calls := make([]*callTable, len(l.v.Results)) // made when first needed
	for i := range l.at.Arch.Objectives {
		m := aimOf(&l.at.Arch.Objectives[i])
		p, known := l.v.Predictions[m.objective]
		if !known || p.Verdict != "missed" && p.Verdict != "close" {
			continue
		}
		for k := range l.v.Results {
			r := &l.v.Results[k]
			if r.Scenario.Given || len(r.Scenario.Faults) > 0 {
				continue
			}
			if calls[k] == nil {
				calls[k] = callsOf(l.at.Arch, r)
			}
			for _, c := range diagnose(l.at.Arch, m, r, calls[k]).byFormula() {
				if !l.undone(c, m) {
					out = append(out, remedyFor{candidate: c, aim: m, round: l.round + 1})
				}
			}
		}
	}
	return out
}

// remedyFor is a remedy and what it is for.
type remedyFor struct {
	candidate
	aim   aim
	round int
}

// answer changes the design by what was found, simulates it and takes back what did
// not help; done tells that nothing came of it.
func (l *loop) answer(effort sim.Effort, found []remedyFor) (done bool, err error) {
	before := *l
	again, ok := l.with(evidenceIn(found))
	if !ok {
		return true, nil
	}
	l.round++
	effort.Spent = l.spent
	after, err := sim.Verify(l.ctx, again.Arch, effort)
	if err != nil {
		return false, err
	}
	l.spent = after.Verification.Events
	helps := func(r remedyFor) bool { return r.aim.nearer(before.v, after) }
	kept := slices.DeleteFunc(slices.Clone(found), func(r remedyFor) bool { return !helps(r) })
	switch {
	case len(kept) == 0:
		l.note(&before.at, &again, found, after, "undone")
		return true, nil
	case len(kept) < len(found):
		l.note(&before.at, &again, slices.DeleteFunc(found, helps), after, "undone")
		if again, ok = l.with(evidenceIn(kept)); !ok {
			return true, nil
		}
		effort.Spent = l.spent
		if after, err = sim.Verify(l.ctx, again.Arch, effort); err != nil {
			return false, err
		}
		l.spent = after.Verification.Events
	}
	l.note(&before.at, &again, kept, after, "")
	l.evidence = slices.Concat(l.evidence, evidenceIn(kept))
	l.at, l.v = again, after
	return false, nil
}

func evidenceIn(list []remedyFor) (out []decide.Evidence) {
	for _, r := range list {
		out = append(out, r.evidence...)
	}
	return out
}

// with is the design decided with more evidence; false when that gives none.
func (l *loop) with(more []decide.Evidence) (Design, bool) {
	return decided(l.at, slices.Concat(l.evidence, more))
}

// undone reports whether a remedy for an aim was taken back before.
func (l *loop) undone(c candidate, m aim) bool {
	return slices.ContainsFunc(l.repairs, func(r arch.Repair) bool {
		return r.Undone && r.Objective == m.objective && r.Claim == m.text && slices.ContainsFunc(c.evidence, func(e decide.Evidence) bool {
			return e.Decision == r.Decision && e.Parameter == r.Changed && e.Bound == r.To.N
		})
	})
}

// note records what one round changed, and what came of it; taken back, with a reason,
// where undone says so.
func (l *loop) note(before, now *Design, list []remedyFor, after *sim.Verified, undone string) {
	price := now.Plan.Says(now.Plan.Price(before.Plan))
	for _, x := range list {
		state := x.aim.state(after)
		for _, e := range x.evidence {
			r := arch.Repair{
				Round: x.round, Scenario: e.Scenario, Objective: x.aim.objective, Claim: x.aim.text, Showed: e.Showed, Mechanism: x.mechanism,
				Decision: e.Decision, Changed: cmp.Or(e.Parameter, "choice"), From: chosen(before.Arch, &e), To: chosen(now.Arch, &e),
				Price: price, Now: state.says + strings.TrimPrefix(undone, "undone"), Helped: state.met && undone == "", Undone: undone != "",
			}
			if r.From.Quantity == r.To.Quantity || slices.ContainsFunc(l.repairs, func(y arch.Repair) bool {
				return y.Decision == r.Decision && y.Changed == r.Changed && y.To == r.To && y.Undone == r.Undone
			}) {
				continue // a requirement stands against it, or another objective asked for it, too
			}
			r.From.Fact = "" // the number is no longer part of the design
			if r.Undone {
				r.To.Fact = ""
			}
			l.repairs = append(l.repairs, r)
		}
	}
}

// chosen is what a decision chose of what evidence is about: a number of its choice, or
// the choice itself.
func chosen(a *arch.Arch, e *decide.Evidence) arch.Value {
	d := a.Decision(e.Decision)
	if d == nil {
		return arch.Value{}
	}
	if e.Parameter == "" {
		return arch.Value{Quantity: fact.Quantity{Kind: fact.Text, Text: d.NameOf(d.Choice)}}
	}
	if e.Parameter == decide.Connections {
		for i := range a.Stores {
			if st := &a.Stores[i]; len(st.By) > 0 && st.By[0] == e.Decision {
				return st.Pool
			}
		}
	}
	if o := d.Option(d.Choice); o != nil {
		for _, p := range o.Parameters {
			if p.Name == e.Parameter {
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
		if p.Verdict != "missed" {
			continue
		}
		if o.Verdict != "missed" {
			missed++
		}
		if near := nearest(o, &p); o.Verdict != "missed" || !feasible(o, near) {
			f := fact.Fact{
				ID: fact.ID("simulation.objectives." + string(o.ID) + ".nearest"), Value: near, Origin: fact.Derived,
				Rule: "the target that the simulation would call met: the far end of its interval, for an availability a quarter of it beyond", Inputs: []fact.ID{p.Predicted.Fact},
			}
			out.Facts = append(out.Facts, f)
			o.Nearest = arch.Value{Quantity: f.Value, Fact: f.ID}
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
// its interval, rounded away from it as a target is written; of an availability a quarter
// of the interval beyond, as a design for that target meets other chances.
func nearest(o *arch.Objective, p *arch.Prediction) fact.Quantity {
	digits := func(x float64, to func(float64) float64) float64 {
		unit := math.Pow(10, math.Floor(math.Log10(math.Max(x, 1e-9)))-1)
		return to(x/unit) * unit
	}
	end := p.Low.Quantity
	switch o.Kind {
	case "latency", "staleness":
		end = p.High.Quantity
		end.N = digits(end.N, func(x float64) float64 { return math.Ceil(x - 1e-9) })
	case "availability":
		end.N = 1 - digits(1-end.N+(p.High.N-p.Low.N)/4, func(x float64) float64 { return math.Ceil(x - 1e-9) })
	default:
		end.N = digits(end.N, func(x float64) float64 { return math.Floor(x + 1e-9) })
	}
	return end
}

// feasible reports whether the nearest target by calculation is one that the simulation
// would call met, too.
func feasible(o *arch.Objective, simulated fact.Quantity) bool {
	if !o.Nearest.Known() {
		return false
	}
	if o.Kind == "latency" || o.Kind == "staleness" {
		return o.Nearest.N >= simulated.N
	}
	return o.Nearest.N <= simulated.N
}
