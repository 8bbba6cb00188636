package sim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// What a lost zone takes of a broker follows from its nodes: with others elsewhere
// messages wait for a failover, of 10 s here, and for as long as the zone with one alone.
func TestLostZoneTakesWhatTheDesignHasInIt(t *testing.T) {
	waited := func(nodes float64) (most int) {
		a := archtest.Harbour()
		for i := range a.Stores {
			a.Stores[i].Replicas, a.Stores[i].Failover = a.Broker[0].Nodes, a.Broker[0].Failover
			a.Stores[i].Replicas.N, a.Stores[i].Failover.N = 2, 1 // for orders to come through soon
		}
		a.Broker[0].Nodes.N = nodes
		a.Facts = slices.DeleteFunc(a.Facts, func(f fact.Fact) bool {
			return strings.HasPrefix(string(f.ID), "decide.") && strings.HasSuffix(string(f.ID), "-switch")
		})
		s := short("zone", sim.Fault{Kind: sim.Zone, At: 4 * time.Second, For: 40 * time.Second})
		s.For, s.Replications = 48*time.Second, 1
		r := run(t, a, s)
		for _, ch := range r.Channels {
			for _, o := range ch.Outboxes {
				if ch.Name == "ordering.order.v1" {
					most = max(most, int(o.Most))
				}
			}
		}
		return most
	}
	if next, alone := waited(3), waited(1); next < 500 || alone < 2*next {
		t.Errorf("%d messages waited for the next leader of a broker, %d for its only node", next, alone)
	}
}

// The time a store is away is the design's own, in the scenario as in the calculation.
func TestFailoversTakeTheTimeOfTheDesign(t *testing.T) {
	a := archtest.Harbour()
	i := slices.IndexFunc(a.Stores, func(s arch.Store) bool { return s.ID == "ordering-db" })
	for _, takes := range []float64{45, 75} {
		for k := range a.Stores {
			a.Stores[k].Failover = a.Stores[i].Failover
			a.Stores[k].Failover.N = takes
		}
		for _, s := range sim.Chosen(a) {
			if strings.HasSuffix(s.Name, "-failover") && s.Faults[0].For != time.Duration(takes)*time.Second {
				t.Errorf("%s lasts %s where the design says %g s", s.Name, s.Faults[0].For, takes)
			}
		}
	}
}

// An outage whose length nothing asks for is a short one where the budget is small, before
// it is left out.
func TestAChosenOutageIsShortBeforeItIsLeftOut(t *testing.T) {
	lengths := func(budget uint64) (long, short int) {
		v, err := sim.Verify(t.Context(), archtest.Harbour(), sim.Effort{Budget: budget, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, trial := range v.Verification.Trials {
			switch {
			case !strings.HasSuffix(trial.ID, "-slow") && !strings.HasSuffix(trial.ID, "-down"):
			case strings.HasSuffix(trial.About, "for 8s"):
				short++
			case strings.HasSuffix(trial.About, "for 20s"):
				long++
			default:
				t.Errorf("%s: %s", trial.ID, trial.About)
			}
		}
		return long, short
	}
	if long, short := lengths(16e6); long != 7 || short != 0 {
		t.Errorf("with all it takes %d outages are long and %d short, want 7 and none", long, short)
	}
	if _, short := lengths(4e6); short < 3 {
		t.Errorf("with a quarter of it %d outages are short", short)
	}
}
