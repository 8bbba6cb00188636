package sim_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// On one machine no standby takes over: what is simulated is the machine lost for as long
// as a restore takes.
func TestALostMachineIsAwayUntilItIsRestored(t *testing.T) {
	a := archtest.Harbour()
	a.Placement.Strategy, a.Placement.Zones.N = "one-machine", 1
	for i := range a.Stores {
		a.Stores[i].Replicas.N = 1
	}
	a.Facts = append(a.Facts, fact.Fact{ID: "decisions.backup.time", Value: fact.Quantity{Kind: fact.Duration, N: 900}})
	slices.SortFunc(a.Facts, func(x, y fact.Fact) int { return cmp.Compare(x.ID, y.ID) })
	chosen := sim.Chosen(a)
	at := slices.IndexFunc(chosen, func(s sim.Scenario) bool { return s.Name == "machine-lost" })
	if at < 0 {
		t.Fatal("no scenario loses the machine")
	}
	if f := chosen[at].Faults; len(f) != 1 || f[0].Kind != sim.Zone || f[0].For != 15*time.Minute {
		t.Errorf("the machine is lost by %+v", f)
	}
	for _, s := range chosen {
		if s.Name == "zone-lost" || slices.ContainsFunc(s.Faults, func(f sim.Fault) bool { return f.Kind == sim.Failover }) {
			t.Errorf("%s counts on what stands by", s.Name)
		}
	}
	if slices.ContainsFunc(sim.Chosen(archtest.Harbour()), func(s sim.Scenario) bool { return s.Name == "machine-lost" }) {
		t.Error("a design with zones loses a machine")
	}
}
