package build_test

import (
	"strings"
	"testing"
)

// Everything on one machine is away with the machine: there is one copy of each thing,
// no standby is counted on, and what that costs stands in the objective, in the
// walk-through and among the risks, with what more would cost.
func TestOneMachineIsToldWithItsPrice(t *testing.T) {
	a := built(t, `system: Guild
context: {budget: 40 USD/month, teams: {guild: 2}}
actors: {maker: {accounts: 400}}
domain:
  Piece: {fields: {title: text, price: money}, volume: 20/day}
use_cases:
  AddPiece: {by: maker, creates: Piece}
  ListPieces: {by: maker, reads: Piece, result: list, sort: [title], peak: 1/s}
`)
	if a.Placement.Strategy != "one-machine" || a.Placement.Zones.N != 1 {
		t.Fatalf("it is placed as %s in %s zones", a.Placement.Strategy, a.Placement.Zones)
	}
	for _, st := range a.Stores {
		if st.Replicas.N != 1 {
			t.Errorf("%s has %s copies", st.ID, st.Replicas)
		}
	}
	for _, d := range a.Deployables {
		for _, p := range d.Roles {
			if p.Replicas.N != 1 || p.Scale != nil {
				t.Errorf("%s %s has %s replicas", d.ID, p.Name, p.Replicas)
			}
		}
	}
	parts := ""
	for _, o := range a.Objectives {
		if o.ID == "system.availability" {
			for _, p := range o.Budget {
				parts += p.Name + ", "
			}
		}
		if o.ID == "system.cost" && o.Verdict == "missed" {
			t.Errorf("it costs %s of %s", o.Achieved, o.Target)
		}
	}
	if !strings.Contains(parts, "loss of the machine") || strings.Contains(parts, "-db") {
		t.Errorf("it is away by: %s", parts)
	}
	var lost, risk bool
	for _, f := range a.Failures {
		lost = lost || f.Kind == "the machine lost"
		if strings.Contains(f.Does, "Another takes over") {
			t.Errorf("a standby is counted on: %s", f.Does)
		}
	}
	for _, r := range a.Risks {
		risk = risk || strings.Contains(r.Risk, "one machine") && strings.Contains(r.Answer, "raise the budget")
	}
	if !lost || !risk {
		t.Errorf("walk-through tells of it: %v, risks: %v", lost, risk)
	}
}
