package sim

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// SweepPoint is a load and what came of it, over all flows that users wait for.
type SweepPoint struct {
	Load    float64 `json:"load"` // factor of the scenario's
	Offered float64 `json:"offered"`
	Goodput float64 `json:"goodput"`
	// All is the 99th percentile of all requests together, nil when the sample does not
	// carry it.
	All *Interval `json:"p99_all,omitempty"`
	// P99 is that of the flow whose latency is the largest share of its objective, nil
	// when no flow has an objective that the sample carries; Flow is its id.
	P99  *Interval   `json:"p99,omitempty"`
	Flow arch.FlowID `json:"flow,omitempty"`
	// Missed are the objectives missed.
	Missed []arch.ObjectiveID `json:"missed,omitempty"`
	// Knee marks the highest load of the sweep up to which 99 % come through and no
	// objective is missed that is not missed at the lowest load, too.
	Knee   bool   `json:"knee,omitempty"`
	Events uint64 `json:"events"`
}

// kept is the share of what is offered that must come through at a load that a
// system carries.
const kept = 0.99

// sweepLoads are the loads of a sweep that chooses them; beyond is how many of them are
// made after the first that the system does not carry, to show how it fails.
var sweepLoads = []float64{0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64}

const beyond = 2

// Sweep runs a scenario at multiples of its load, with the same random numbers. Without
// loads it chooses them: from a quarter to where the system no longer keeps up, at most
// 64 times the load. When ctx ends, the points are those that were done.
func Sweep(ctx context.Context, a *arch.Arch, s Scenario, loads []float64) ([]SweepPoint, diag.List) {
	var out []SweepPoint
	base := s.Scale
	if base == 0 {
		base = 1
	}
	if s.Replications == 0 {
		s.Replications = tuned
	}
	chosen := len(loads) == 0
	if chosen {
		loads = sweepLoads
	}
	knee, failed := -1, 0
	var first []arch.ObjectiveID
	for _, load := range loads {
		s.Scale = base * load
		r, list := Run(ctx, a, s)
		if list.HasErrors() || r.Interrupted {
			return marked(out, knee), list
		}
		p := r.point(load)
		if len(out) == 0 {
			first = p.Missed
		}
		carried := p.Goodput >= kept*p.Offered && !slices.ContainsFunc(p.Missed, func(id arch.ObjectiveID) bool { return !slices.Contains(first, id) })
		if carried && knee == len(out)-1 {
			knee = len(out)
		}
		out = append(out, p)
		if p.Goodput < kept*p.Offered {
			failed++
		}
		if chosen && failed > beyond {
			break
		}
	}
	return marked(out, knee), nil
}

func marked(points []SweepPoint, knee int) []SweepPoint {
	if knee >= 0 {
		points[knee].Knee = true
	}
	return points
}

func (r *Result) point(load float64) SweepPoint {
	p := SweepPoint{Load: load, Events: r.Events}
	if r.Total != nil {
		p.All = r.Total.P99
	}
	worst := math.Inf(-1)
	for i := range r.UseCases {
		u := &r.UseCases[i]
		if u.Starts == "request" {
			p.Offered += u.Offered
			p.Goodput += u.Goodput.Estimate
		}
	}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if v.Verdict == "missed" {
			p.Missed = append(p.Missed, v.Objective)
		}
		if used := v.Predicted.Estimate / v.Target; v.Kind == "latency" && v.Measure == "p99" && v.Verdict != "unknown" && used > worst {
			worst = used
			p.P99 = &v.Predicted
			p.Flow = arch.FlowID(arch.Short(v.UseCase))
		}
	}
	return p
}

// Break is the edge up to which a system holds.
type Break struct {
	// Of is load (a factor of the scenario's), outage (seconds) or capacity (the share of
	// Element's that is lost).
	Of      string `json:"of"`
	Element string `json:"element,omitempty"`
	// Holds is the largest value tried that the system survives, Breaks the smallest
	// that it does not; 0 when none of those tried.
	Holds  float64 `json:"holds"`
	Breaks float64 `json:"breaks"`
	// First are the objectives missed at Breaks.
	First []arch.ObjectiveID `json:"first,omitempty"`
}

// Bounds of the search for a break.
const (
	highestLoad   = 64
	longestOutage = 15 * time.Minute
	halvings      = 5
	// tuned is how many replications each of the many runs of a search has when nothing
	// is said.
	tuned = 5
)

// UntilBreaks finds by bisection what a scenario's load can be multiplied by until an
// objective that holds at one time the load is missed, or less than 99 % come
// through.
func UntilBreaks(ctx context.Context, a *arch.Arch, s Scenario) (Break, diag.List) {
	base := s.Scale
	if base == 0 {
		base = 1
	}
	if s.Replications == 0 {
		s.Replications = tuned
	}
	already := map[arch.ObjectiveID]bool{}
	broken := func(x float64) ([]arch.ObjectiveID, bool, diag.List) {
		s.Scale = base * x
		r, list := Run(ctx, a, s)
		if list.HasErrors() || r.Interrupted {
			return nil, true, list
		}
		p := r.point(x)
		var first []arch.ObjectiveID
		for _, id := range p.Missed {
			if !already[id] {
				first = append(first, id)
			}
		}
		return first, len(first) > 0 || p.Goodput < kept*p.Offered, nil
	}
	missed, _, list := broken(1)
	if list.HasErrors() {
		return Break{}, list
	}
	for _, id := range missed {
		already[id] = true
	}
	return bisect(ctx, "load", 1, highestLoad, broken)
}

// UntilStuck finds by bisection how long the first fault of a scenario may last for
// the system to recover by itself: nine tenths of its undisturbed goodput come through
// again, or what waits is on the way to nothing (see [Drift]), of the flows through the
// element of the fault.
func UntilStuck(ctx context.Context, a *arch.Arch, s Scenario) (Break, diag.List) {
	if len(s.Faults) == 0 {
		return Break{}, diag.List{{Code: "sim.bad-scenario", Severity: diag.Error, Path: "scenarios." + s.Name, Message: "there is no outage to lengthen", Hint: "give a fault"}}
	}
	if f := &s.Faults[0]; f.passes() {
		return Break{}, diag.List{{Code: "sim.bad-scenario", Severity: diag.Error, Path: "scenarios." + s.Name, Message: fmt.Sprintf("a %s ends by itself: it has no length to look for", f.Kind), Hint: "give a fault that lasts, as in: down ordering-db at 30s"}}
	}
	m := searcher{ctx: ctx, a: a, s: s}
	calm, list := m.survey()
	t := Trial{Outage: Break{Of: "outage"}}
	if list.HasErrors() || m.stopped() {
		return t.Outage, list
	}
	p := m.pushed(m.tried()[0], calm)
	p.most = longestOutage.Seconds()
	list = p.outage(&t, 0)
	return t.Outage, list
}

// UntilLost finds by bisection which share of an element's capacity may be lost for
// good until an objective that holds before is missed, or less than 99 % of what came
// through before do.
func UntilLost(ctx context.Context, a *arch.Arch, s Scenario, element string) (Break, diag.List) {
	b := Break{Of: "capacity", Element: element}
	s.Faults, s.WarmUp = nil, 0
	if s.Replications == 0 {
		s.Replications = tuned
	}
	before, list := Run(ctx, a, s)
	if list.HasErrors() || before.Interrupted {
		return b, list
	}
	whole := before.point(1)
	s.WarmUp, s.For = before.Scenario.WarmUp, before.Scenario.For
	for low, high, n := 0.0, 1.0, 0; n <= halvings && ctx.Err() == nil; n++ {
		lost := (low + high) / 2
		s.Faults = []Fault{{Kind: Slow, Element: element, Factor: 1 / (1 - lost)}}
		r, list := Run(ctx, a, s)
		if list.HasErrors() || r.Interrupted {
			return b, list
		}
		p := r.point(1)
		missed := slices.DeleteFunc(p.Missed, func(id arch.ObjectiveID) bool { return slices.Contains(whole.Missed, id) })
		if len(missed) > 0 || p.Goodput < kept*whole.Goodput {
			high, b.Breaks, b.First = lost, lost, missed
		} else {
			low, b.Holds = lost, lost
		}
	}
	return b, nil
}

// bisect doubles from the first value until it breaks and then halves the gap.
func bisect(ctx context.Context, of string, first, most float64, broken func(float64) ([]arch.ObjectiveID, bool, diag.List)) (Break, diag.List) {
	b := Break{Of: of}
	try := func(x float64) diag.List {
		names, is, list := broken(x)
		switch {
		case list.HasErrors() || ctx.Err() != nil:
		case is:
			b.Breaks, b.First = x, names
		default:
			b.Holds = x
		}
		return list
	}
	for x := first; x <= most && b.Breaks == 0 && ctx.Err() == nil; x *= 2 {
		if list := try(x); list.HasErrors() {
			return b, list
		}
	}
	for n := 0; n < halvings && b.Breaks > 0 && ctx.Err() == nil; n++ {
		if list := try((b.Holds + b.Breaks) / 2); list.HasErrors() {
			return b, list
		}
	}
	return b, nil
}
