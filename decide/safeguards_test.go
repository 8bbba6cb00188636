package decide_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
)

// What exploring a design showed a protocol to lack becomes a decision: leaving it is
// out with the run that breaks, and of the ways to repair it the one that is least to
// build is taken.
func TestWhatAProtocolLacksIsDecided(t *testing.T) {
	m := understand(t, "cargo.yaml", inputs(t)["examples/cargo/plumb"])
	run := &arch.Counterexample{What: "a step acts twice", Lines: []arch.Line{{From: "order", To: "stock", Text: "take"}, {From: "stock", Text: "ends", Fault: true}}}
	lack := &decide.Lack{Protocol: "race/cargo", Of: "domain.Cargo", Repairs: [][]arch.Mechanism{
		{{Name: "semantic lock", How: "a mark", Without: run}},
		{{Name: "conditional confirm", How: "where state = 'x'", Without: run}},
	}}
	p, problems := decide.Run(decide.Input{Model: m, Catalog: catalog.Builtin(), Evidence: []decide.Evidence{{Lack: lack}}})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	d := p.Decision("race-cargo.safeguards")
	if d == nil || d.Choice != "conditional-confirm" || d.RunnerUp != "semantic-lock" || d.About != "domain.Cargo" {
		t.Fatalf("decided %+v", d)
	}
	if out := d.Option("as-is").Eliminated; len(out) != 1 || !strings.Contains(out[0].Reason.String(), "a step acts twice: order to stock: take; stock: ends") {
		t.Errorf("leaving it is out because of %v", out)
	}
	if got, asked := p.Safeguards("race/cargo"); !asked || !slices.Equal(got, []string{"conditional confirm"}) {
		t.Errorf("decided on %v", got)
	}
	if _, asked := p.Safeguards("race/invoice"); asked {
		t.Error("asked of a protocol that lacks nothing")
	}
}
