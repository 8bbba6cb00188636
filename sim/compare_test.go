package sim_test

import (
	"context"
	"testing"
	"time"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/sim"
)

func difference(t *testing.T, c *sim.Comparison, flow, measure string) sim.Difference {
	t.Helper()
	for _, u := range c.UseCases {
		for _, d := range u.Pairs {
			if string(u.Flow) == flow && d.Measure == measure {
				return d
			}
		}
	}
	t.Fatalf("nothing is said of %s of %s", measure, flow)
	return sim.Difference{}
}

// A server that is a hundredth slower is told from its better in a few replications,
// because both meet the same requests; alone, the two intervals overlap by far.
func TestTheSameRandomNumbersTellASmallDifference(t *testing.T) {
	slower := mongo(0.6, 495)
	slower.Flows[0].Workload.Peak.N = 0.6 * 500
	c, list := sim.Compare(context.Background(), sim.Version{Arch: mongo(0.6, 500)}, sim.Version{Arch: slower},
		sim.Scenario{Seed: 1, Workers: 2, WarmUp: 5 * time.Second, For: time.Minute, Replications: 8})
	if len(list)+len(c.Refused) > 0 {
		t.Fatal(list, c.Refused)
	}
	p50 := difference(t, &c, "Write", "p50")
	if p50.Better != "first" || p50.Change.Low <= 0 {
		t.Errorf("the median changes by %+v", p50)
	}
	first, second := useCase(t, &c.First, "Write"), useCase(t, &c.Second, "Write")
	if first.P99.High < second.P99.Low {
		t.Errorf("the intervals of p99 tell them apart anyway: %v and %v", first.P99, second.P99)
	}
	if g := difference(t, &c, "Write", "goodput"); g.Better != "" {
		t.Errorf("the goodput of two that keep up is told apart: %+v", g)
	}
}

func TestADesignComparedWithItselfIsTheSame(t *testing.T) {
	a := archtest.Harbour()
	c, list := sim.Compare(context.Background(), sim.Version{Arch: a}, sim.Version{Arch: a}, short("peak"))
	if len(list)+len(c.Refused) > 0 {
		t.Fatal(list, c.Refused)
	}
	for _, u := range c.UseCases {
		for _, d := range u.Pairs {
			if d.Change != (sim.Interval{}) || d.Better != "" {
				t.Errorf("%s of %s: %+v", d.Measure, u.Flow, d)
			}
		}
	}
	for _, o := range c.Objectives {
		if o.First != o.Second || o.Better != "" {
			t.Errorf("%+v", o)
		}
	}
}

// What a policy is worth under a fault, and what the other design lacks.
func TestVersionsDifferByTheirPoliciesAndElements(t *testing.T) {
	a, other := mongo(0.5, 500), mongo(0.5, 500)
	s := sim.Scenario{
		Seed: 1, Workers: 2, WarmUp: 2 * time.Second, For: 40 * time.Second, Replications: 3, Patience: time.Minute,
		Faults: []sim.Fault{{Kind: sim.Hang, Element: "mongo", At: 5 * time.Second, For: 8 * time.Second}},
	}
	c, list := sim.Compare(context.Background(), sim.Version{Arch: a}, sim.Version{Arch: a, Changes: []sim.Change{{Policy: sim.RetryAttempts, Of: "Write/mongo", Value: 1}}}, s)
	if len(list)+len(c.Refused) > 0 {
		t.Fatal(list, c.Refused)
	}
	if d := difference(t, &c, "Write", "goodput"); d.Better != "second" || d.Second < 2*d.First {
		t.Errorf("without retries, which keep it down: %+v", d)
	}
	other.Deployables[1].ID, other.Edges[0].To, other.Flows[0].Steps[0].Target = "primary", "primary", "primary"
	c, list = sim.Compare(context.Background(), sim.Version{Arch: a}, sim.Version{Arch: other}, s)
	if len(list) > 0 || len(c.Refused) != 1 || c.Refused[0].Code != "sim.unknown-element" {
		t.Errorf("a design without the fault's element: %v, %v", list, c.Refused)
	}
}
