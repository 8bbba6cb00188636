package plumb

import (
	"context"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/sim"
)

// What a simulation is asked and answers; see package sim.
type (
	Scenario   = sim.Scenario
	Fault      = sim.Fault
	Change     = sim.Change
	Simulation = sim.Result
	SweepPoint = sim.SweepPoint
	Break      = sim.Break

	UseCaseLoad = sim.UseCase
	Verdict     = sim.Verdict
	Interval    = sim.Interval
	Cause       = sim.Cause
	Slice       = sim.Slice
)

// ParseFault reads a fault as a person writes it: kill order 1/3 at 30s for 60s.
func ParseFault(text string) (Fault, error) { return sim.ParseFault(text) }

// FaultExamples are faults of every kind as a person writes them.
func FaultExamples() []string { return sim.FaultExamples() }

// ParseChange reads a policy made otherwise: retry-budget maps 10%.
func ParseChange(text string) (Change, error) { return sim.ParseChange(text) }

// ChangeExamples are changes of every policy as a person writes them.
func ChangeExamples() []string { return sim.ChangeExamples() }

// Scenarios are those the design should survive.
func (d *Design) Scenarios() []Scenario { return sim.Chosen(d.Arch) }

// PolicyFindings are what is wrong with the design's policies before anything is
// simulated.
func (d *Design) PolicyFindings() diag.List { return sim.Findings(d.Arch) }

// Simulate runs the design under a scenario.
func (d *Design) Simulate(ctx context.Context, s Scenario) (Simulation, diag.List) {
	return sim.Run(ctx, d.Arch, s)
}

// Sweep runs the design at multiples of a scenario's load.
func (d *Design) Sweep(ctx context.Context, s Scenario, loads []float64) ([]SweepPoint, diag.List) {
	return sim.Sweep(ctx, d.Arch, s, loads)
}

// UntilBreaks finds the load at which an objective falls, or, for a scenario with a
// fault, how long it may last for the design to recover by itself.
func (d *Design) UntilBreaks(ctx context.Context, s Scenario) (Break, diag.List) {
	if len(s.Faults) > 0 {
		return sim.UntilStuck(ctx, d.Arch, s)
	}
	return sim.UntilBreaks(ctx, d.Arch, s)
}
