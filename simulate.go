package plumb

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
	"plumb.dev/plumb/sim/page"
)

// What a simulation is asked and answers; see package sim.
type (
	Scenario    = sim.Scenario
	PageContent = page.Content
	Fault       = sim.Fault
	Change      = sim.Change
	Point       = sim.Point
	Claim       = sim.Claim
	Held        = sim.Held
	Simulation  = sim.Result
	SweepPoint  = sim.SweepPoint
	Break       = sim.Break

	Metastability      = sim.Metastability
	MetastabilityTrial = sim.Trial
	Version            = sim.Version
	LoadComparison     = sim.Comparison
	LoadDifference     = sim.Difference
	Drift              = sim.Drift
	ElementLoad        = sim.Element
	UseCaseLoad        = sim.UseCase
	Verdict            = sim.Verdict
	Interval           = sim.Interval
	Cause              = sim.Cause
	Slice              = sim.Slice
)

// ParseFault reads a fault as a person writes it: kill order 1/3 at 30s for 60s.
func ParseFault(text string) (Fault, error) { return sim.ParseFault(text) }

// FaultExamples are faults of every kind as a person writes them.
func FaultExamples() []string { return sim.FaultExamples() }

// ParseChange reads a policy made otherwise: retry-budget maps 10%.
func ParseChange(text string) (Change, error) { return sim.ParseChange(text) }

// ChangeExamples are changes of every policy as a person writes them.
func ChangeExamples() []string { return sim.ChangeExamples() }

// ParseLoad reads the load of a scenario: normal, peak, horizon, 2x, 1.5x horizon.
func ParseLoad(text string) (load string, scale float64, err error) { return sim.ParseLoad(text) }

// ParseShape reads how a load changes, burst 5x at 1min for 30s, and adds it to the
// shapes before it.
func ParseShape(points []Point, text string) ([]Point, error) { return sim.ParseShape(points, text) }

// ParseClaim reads what must hold under a scenario: PlaceOrder.latency p99 < 800ms.
func ParseClaim(text string) (Claim, error) { return sim.ParseClaim(text) }

// Scenarios are those that the input asks for and those the design should survive
// anyway; one of the input takes the place of another with its name.
func (d *Design) Scenarios() []Scenario {
	out, _ := sim.Given(d.Arch) // Run has reported what is wrong with them
	for _, s := range sim.Chosen(d.Arch) {
		if !slices.ContainsFunc(out, func(given Scenario) bool { return given.Name == s.Name }) {
			out = append(out, s)
		}
	}
	return out
}

// PolicyFindings are what is wrong with the design's policies before anything is
// simulated.
func (d *Design) PolicyFindings() diag.List {
	list := sim.Findings(d.Arch)
	for i := range list {
		list[i].Span = d.Model.SpanOf(fact.ID(d.origin(list[i].Path)))
	}
	return list
}

// origin is the element of the input that one of the design derives from: of an edge what
// uses it, of a channel its event, of a process what it serves.
func (d *Design) origin(path string) arch.Path {
	kind, id, _ := strings.Cut(path, ".")
	switch kind {
	case "edges":
		for i := range d.Arch.Edges {
			if e := &d.Arch.Edges[i]; string(e.ID) == id && len(e.Use) > 0 {
				return e.Use[0]
			}
		}
	case "channels":
		for i := range d.Arch.Channels {
			if ch := &d.Arch.Channels[i]; string(ch.ID) == id && len(ch.Events) > 0 {
				return arch.Path("events." + ch.Events[0])
			}
		}
	case "objectives":
		for i := range d.Arch.Objectives {
			if o := &d.Arch.Objectives[i]; string(o.ID) == id {
				return o.UseCase
			}
		}
	case "deployables":
		for i := range d.Arch.Deployables {
			dep := &d.Arch.Deployables[i]
			for k := range dep.Roles {
				if r := &dep.Roles[k]; string(dep.ID)+"."+r.Name == id && len(r.Flows) > 0 {
					return arch.Path("use_cases." + r.Flows[0])
				}
			}
		}
	}
	return arch.Path(path)
}

// Simulate runs the design under a scenario.
func (d *Design) Simulate(ctx context.Context, s Scenario) (Simulation, diag.List) {
	return sim.Run(ctx, d.Arch, s)
}

// SimulationPage shows simulations as one HTML page that needs nothing else; see
// package page.
func SimulationPage(c PageContent) ([]byte, error) { return page.HTML(c) }

// PageUntouched reports whether data is such a page as plumb wrote it.
func PageUntouched(data []byte) bool { return page.Untouched(data) }

// Sweep runs the design at multiples of a scenario's load; without loads it chooses
// them, up to where the design no longer keeps up.
func (d *Design) Sweep(ctx context.Context, s Scenario, loads []float64) ([]SweepPoint, diag.List) {
	return sim.Sweep(ctx, d.Arch, s, loads)
}

// CompareUnder runs two systems under a scenario with the same random numbers.
func CompareUnder(ctx context.Context, first, second Version, s Scenario) (LoadComparison, diag.List) {
	return sim.Compare(ctx, first, second, s)
}

// UntilLost finds which share of an element's capacity may be lost until an objective
// falls.
func (d *Design) UntilLost(ctx context.Context, s Scenario, element string) (Break, diag.List) {
	return sim.UntilLost(ctx, d.Arch, s, element)
}

// UntilLostEach finds for one element after the other which share of its capacity may
// be lost: for that of the scenario's fault, or for the busiest, at most so many. What
// may lose least comes first. telling, unless nil, makes the progress of an element; when
// ctx ends, those found until then are returned.
func (d *Design) UntilLostEach(ctx context.Context, s Scenario, most int, telling func(element string) func(done, all int)) ([]Break, diag.List) {
	var names []string
	if len(s.Faults) > 0 {
		names, s.Faults = []string{s.Faults[0].Element}, nil
	} else {
		r, problems := d.Simulate(ctx, s)
		if problems.HasErrors() {
			return nil, problems
		}
		list := slices.DeleteFunc(r.Elements, func(e ElementLoad) bool { return e.Workers == 0 })
		slices.SortStableFunc(list, func(a, b ElementLoad) int { return cmp.Compare(b.Utilisation, a.Utilisation) })
		for _, e := range list[:min(len(list), most)] {
			names = append(names, e.Name)
		}
	}
	found := []Break{}
	for _, name := range names {
		if telling != nil {
			s.Progress = telling(name)
		}
		b, problems := d.UntilLost(ctx, s, name)
		if problems.HasErrors() {
			return nil, problems
		}
		if ctx.Err() != nil {
			break
		}
		found = append(found, b)
	}
	slices.SortStableFunc(found, func(a, b Break) int { return cmp.Compare(a.Holds, b.Holds) })
	return found, nil
}

// FindMetastable says whether the design comes back by itself once something pushes it
// over, what keeps it down and what would help.
func (d *Design) FindMetastable(ctx context.Context, s Scenario) (Metastability, diag.List) {
	return sim.FindMetastable(ctx, d.Arch, s)
}

// UntilOverload finds the multiple of the load at which an objective falls.
func (d *Design) UntilOverload(ctx context.Context, s Scenario) (Break, diag.List) {
	return sim.UntilBreaks(ctx, d.Arch, s)
}

// UntilStuck finds how long the first fault of a scenario may last for the design to
// recover by itself.
func (d *Design) UntilStuck(ctx context.Context, s Scenario) (Break, diag.List) {
	return sim.UntilStuck(ctx, d.Arch, s)
}

// UntilBreaks finds the load at which an objective falls, or, for a scenario with a
// fault, how long it may last for the design to recover by itself.
func (d *Design) UntilBreaks(ctx context.Context, s Scenario) (Break, diag.List) {
	if len(s.Faults) > 0 {
		return d.UntilStuck(ctx, s)
	}
	return d.UntilOverload(ctx, s)
}
