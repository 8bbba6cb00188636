package plumb_test

import (
	"context"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/sim"
)

func simulated(t *testing.T, name string, workers int) *plumb.Design {
	t.Helper()
	d := design(t, example(t, name))
	if err := d.Verify(context.Background(), plumb.Effort{Workers: workers}); err != nil {
		t.Fatal(err)
	}
	return d
}

// Every objective of which a simulation can speak has its word, with an interval or a
// reason, and every number of it has an origin.
func TestObjectivesAreJudgedBySimulation(t *testing.T) {
	d := simulated(t, "petclinic", 2)
	judged := 0
	for _, o := range d.Arch.Objectives {
		switch p := o.Simulated; {
		case o.Kind != "latency" && o.Kind != "throughput" && o.Kind != "availability":
			if p != nil {
				t.Errorf("%s: no simulation speaks of %s", o.ID, o.Kind)
			}
		case p == nil:
			t.Errorf("%s is not judged", o.ID)
		case p.Verdict == "unknown":
			if p.Why == "" {
				t.Errorf("%s is unknown without a reason", o.ID)
			}
		default:
			judged++
			if p.Low.N > p.Predicted.N || p.High.N < p.Predicted.N {
				t.Errorf("%s: %v lies outside %v to %v", o.ID, p.Predicted, p.Low, p.High)
			}
			for _, v := range []arch.Value{p.Predicted, p.Low, p.High} {
				if f, found := d.Arch.FactOf(v.Fact); !found || f.Value.N != v.N {
					t.Errorf("%s: %v is of no fact", o.ID, v)
				}
			}
		}
	}
	if judged == 0 {
		t.Error("no objective was judged")
	}
}

// A lost zone takes the only deployable's store away: the requests of that time are
// lost, are held against the month's error budget, and all is well soon after.
func TestALostZoneIsPaidFromTheErrorBudget(t *testing.T) {
	d := simulated(t, "petclinic", 2)
	for _, trial := range d.Arch.Verification.Trials {
		if trial.ID != "zone-lost" {
			continue
		}
		if trial.Outcome != "recovers" || trial.During.N > 0.1 || trial.After.N < 0.99 || trial.Recovers.N > 10 {
			t.Errorf("a lost zone: %s, %v in it, %v after, back in %v", trial.Outcome, trial.During, trial.After, trial.Recovers)
		}
		if len(trial.Tolls) != 1 || trial.Tolls[0].Objective != "system.availability" {
			t.Fatalf("it costs %v", trial.Tolls)
		}
		toll := trial.Tolls[0]
		if toll.Outage.N < 110 || toll.Outage.N > 130 { // two zones take 120 s to agree who leads
			t.Errorf("an event costs %v", toll.Outage)
		}
		return
	}
	t.Error("no zone was lost")
}

func TestTheVerdictsDoNotDependOnTheMachine(t *testing.T) {
	one, many := simulated(t, "petclinic", 1), simulated(t, "petclinic", 7)
	if !reflect.DeepEqual(one.Arch, many.Arch) {
		t.Error("another number of workers gives another design")
	}
}

// The work is bounded by events; what does not fit is named with the reason.
func TestTheBudgetOfEventsBoundsTheWork(t *testing.T) {
	a := design(t, example(t, "harbour")).Arch
	const budget = 600_000
	v, err := sim.Verify(context.Background(), a, sim.Effort{Budget: budget, Seed: 1, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if v.Verification.Events > 2*budget {
		t.Errorf("%d events were spent of %d", v.Verification.Events, budget)
	}
	if len(v.Verification.Omitted) == 0 {
		t.Fatal("all scenarios of harbour fit into 600,000 events")
	}
	for _, o := range v.Verification.Omitted {
		if o.Why == "" {
			t.Errorf("%s was left out without a reason", o.ID)
		}
	}
}

// Scenarios run side by side, and how often one is repeated depends on the events of
// those before it. With a budget that runs out on the way, what was begun too early must
// be made up or dropped.
func TestABudgetThatRunsOutDoesSoAlikeOnAnyMachine(t *testing.T) {
	for _, c := range []struct {
		example string
		budget  uint64
	}{{"harbour", 600_000}, {"petclinic", 2_440}, {"cargo", 86_658}} {
		a := design(t, example(t, c.example)).Arch
		var first *sim.Verified
		for _, workers := range []int{1, 2, 5} {
			v, err := sim.Verify(context.Background(), a, sim.Effort{Budget: c.budget, Seed: 1, Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = v
			}
			if !reflect.DeepEqual(v.Verification, first.Verification) || !reflect.DeepEqual(v.Predictions, first.Predictions) || !reflect.DeepEqual(v.Facts, first.Facts) {
				t.Errorf("%s with a budget of %d on %d workers: %+v and on one: %+v", c.example, c.budget, workers, v.Verification, first.Verification)
			}
		}
	}
}

func TestAStoppedSimulationLeavesTheDesignAsItWas(t *testing.T) {
	d := design(t, example(t, "petclinic"))
	before := d.Arch
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := d.Verify(ctx, plumb.Effort{Workers: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if d.Arch != before || d.Arch.Verification != nil {
		t.Error("a stopped simulation changed the design")
	}
}

// A bulkhead that is sized for calls that come one by one loses more than it may where
// they come together. The simulation shows it, the plan is made again with a wider one, and
// says why.
func TestADesignIsRepairedWhereAnObjectiveFalls(t *testing.T) {
	text, err := os.ReadFile("testdata/repair/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const decision = "ShowSeats>seats.call"
	d := design(t, plumb.Input{File: "plumb.yaml", Text: text, Quick: true})
	narrow := d.Plan.Parameter(decision, "bulkhead")
	if err := d.Verify(context.Background(), plumb.Effort{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	wide := d.Plan.Parameter(decision, "bulkhead")
	if wide.N <= narrow.N {
		t.Errorf("the bulkhead was %v and is %v", narrow, wide)
	}
	if i := slices.IndexFunc(d.Arch.Edges, func(e arch.Edge) bool { return e.ID == "ShowSeats/seats" }); d.Arch.Edges[i].Bulkhead.MaxConcurrent != int(wide.N) {
		t.Errorf("the edge allows %d, its decision says %v", d.Arch.Edges[i].Bulkhead.MaxConcurrent, wide)
	}
	forced := d.Arch.Decision(decision).Forced
	if len(forced) != 1 || forced[0].Parameter != "bulkhead" || forced[0].From.N != narrow.N || forced[0].To.N != wide.N || !strings.Contains(forced[0].Showed, "found its bulkhead of") {
		t.Errorf("the decision gives as its reason %+v", forced)
	}
	f, _ := d.Arch.FactOf(wide.Fact)
	if !slices.Contains(f.Inputs, forced[0].To.Fact) {
		t.Errorf("%s does not rest on the evidence: %v", f.ID, f.Inputs)
	}
	repaired := false
	for _, r := range d.Arch.Verification.Repairs {
		repaired = repaired || r.Decision == decision && r.Helped && r.Round == 1
	}
	if !repaired {
		t.Errorf("the repairs are %+v", d.Arch.Verification.Repairs)
	}
	for _, o := range d.Arch.Objectives {
		if verdict, _ := o.Overall(); o.ID == "ShowSeats.availability" && verdict != "met" {
			t.Errorf("%s is %s: %v", o.ID, verdict, o.Simulated)
		}
	}

	// What would change the design is asked of the repaired one.
	w, err := d.Session().WhatIf([]string{"ShowSeats.latency=p99:3s"})
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(w.Arch.Edges, func(e arch.Edge) bool { return e.ID == "ShowSeats/seats" }); w.Arch.Edges[i].Bulkhead.MaxConcurrent < int(wide.N) {
		t.Error("a what-if forgets what the simulation showed")
	}
}

// Where no number of ours helps, the nearest target that would be met is named.
func TestAnObjectiveOnlyTheSimulationMissesNamesTheNearestFeasible(t *testing.T) {
	text, err := os.ReadFile("testdata/repair/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// One answer in a thousand takes longer than anybody waits: no outage, and lost all the same.
	text = []byte(strings.Replace(string(text), "p99 200ms", "p99 800ms", 1))
	tight := strings.Replace(string(text), "available: 99.95%", "available: 99.991%", 1)
	d := design(t, plumb.Input{File: "plumb.yaml", Text: []byte(tight), Quick: true})
	if err := d.Verify(context.Background(), plumb.Effort{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	for _, o := range d.Arch.Objectives {
		if o.ID != "ShowSeats.availability" {
			continue
		}
		if o.Verdict != "met" || o.Simulated.Verdict != "missed" || o.Simulated.Disagrees == "" {
			t.Fatalf("calculated %s, simulated %v", o.Verdict, o.Simulated)
		}
		if o.Nearest.N > o.Simulated.Low.N || o.Nearest.N < o.Simulated.Low.N-0.0003 || o.Nearest.N >= o.Target.N {
			t.Errorf("the nearest feasible is %v of %v", o.Nearest, o.Simulated)
		}
		if !o.NearestMet {
			t.Errorf("%s was not simulated", o.Nearest)
		}
		again := strings.Replace(string(text), "available: 99.95%", "available: "+o.Nearest.String(), 1)
		for _, x := range repaired(t, []byte(again), 2).Objectives {
			if verdict, _ := x.Overall(); x.ID == o.ID && verdict != "met" {
				t.Errorf("with %s in the input it is %s: %v", o.Nearest, verdict, x.Simulated)
			}
		}
		if !strings.Contains(d.Arch.System.Summary, "1 missed in simulation") {
			t.Errorf("the summary says: %s", d.Arch.System.Summary)
		}
	}
}
