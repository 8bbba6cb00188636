package sim_test

import (
	"context"
	"math"
	"testing"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

func rate(n float64) arch.Value { return arch.Value{Quantity: fact.Quantity{Kind: fact.Rate, N: n}} }
func secs(n float64) arch.Value {
	return arch.Value{Quantity: fact.Quantity{Kind: fact.Duration, N: n}}
}
func quantity(n float64) arch.Value {
	return arch.Value{Quantity: fact.Quantity{Kind: fact.Count, N: n}}
}

// mongo is the system of the published retry storms (Huang et al., OSDI 2022): clients
// that give up after 3 s and send four times again, and a primary that goes on with what
// nobody waits for. rho is its utilisation, mu what it serves a second.
func mongo(rho, mu float64) *arch.Arch {
	return &arch.Arch{
		Deployables: []arch.Deployable{
			{ID: "client", Roles: []arch.Process{{Name: "serve", Replicas: quantity(1)}}},
			{ID: "mongo", Roles: []arch.Process{{Name: "serve", Replicas: quantity(1), Workers: quantity(1)}}},
		},
		Edges: []arch.Edge{{
			ID: "Write/mongo", From: "client", To: "mongo", ToKind: "deployable", Style: "sync", Hard: true, Peak: rate(rho * mu), Timeout: secs(3),
			Retry: &arch.Retry{MaxAttempts: 5, Multiplier: 1},
		}},
		Flows: []arch.Flow{{
			ID: "Write", UseCase: "use_cases.Write", Entry: "client", Starts: "request", Workload: arch.Workload{Peak: rate(rho * mu)},
			Steps: []arch.Step{{
				Kind: "invoke", Name: "write", Target: "mongo", Edge: "Write/mongo", Chance: 1, Times: 1,
				Steps: []arch.Step{{Kind: "work", Name: "write", Chance: 1, Times: 1, Demand: arch.Demand{Shape: "exponential", P50: secs(math.Ln2 / mu), P99: secs(math.Log(100) / mu)}}},
			}},
		}},
	}
}

// The published system: stable at its load, vulnerable to its retries, and down for good
// after an outage that lasts longer than the closed form says. The cheapest change that
// ends it costs nothing: a budget that successes pay for.
func TestTheRetryStormIsReportedAsItWas(t *testing.T) {
	const rho, mu = 0.45, 500
	m, list := sim.FindMetastable(context.Background(), mongo(rho, mu), sim.Scenario{Seed: 3, Workers: 2, Patience: time.Minute})
	if len(list) > 0 {
		t.Fatal(list)
	}
	if len(m.Elements) != 1 || len(m.Trials) != 1 {
		t.Fatalf("%d elements and %d trials: %+v", len(m.Elements), len(m.Trials), m)
	}
	e, trial := m.Elements[0], m.Trials[0]
	if e.Element != "mongo.serve" || e.State != sim.Vulnerable || e.Amplification != 5 || math.Abs(e.Capacity/mu-1) > 0.05 || math.Abs(e.Hidden/(mu/5)-1) > 0.05 {
		t.Errorf("the element is %+v", e)
	}
	if len(e.Loop) != 1 || e.Loop[0] != (sim.LoopEdge{Edge: "Write/mongo", Attempts: 5, Timeout: 3, Amplification: 5}) {
		t.Errorf("the loop is %+v", e.Loop)
	}
	want := 3 * (1/rho - 1 + rho) // seconds
	if math.Abs(e.Fluid/want-1) > 0.05 || trial.Outage.Holds > want*1.1 || trial.Outage.Breaks < want*0.9 {
		t.Errorf("down from %.3g to %.3g s, by the closed form from %.3g s, want %.3g s", trial.Outage.Holds, trial.Outage.Breaks, e.Fluid, want)
	}
	if trial.Empty < 0.99 || trial.Full > 0.1 || !trial.Bistable {
		t.Errorf("goodput is %.2f from empty and %.2f from full", trial.Empty, trial.Full)
	}
	if trial.After.State != "down" || trial.After.Slope < 0 {
		t.Errorf("after the trigger it is %+v", trial.After)
	}
	if c := trial.Cure; c == nil || c.Change.Policy != sim.RetryBudget || c.Price != 0 || c.After.State == "down" {
		t.Errorf("the cure is %+v of %+v", trial.Cure, trial.Remedies)
	}
}

// The four published outcomes, by the report's own judgement: the scenario's fault is
// the trigger.
func TestTheReportTellsPublishedOutcomesApart(t *testing.T) {
	const rho, mu = 0.38, 1000
	outages := map[[2]float64]sim.Break{} // by what is left and the load
	for _, c := range []struct {
		name               string
		left, during, load float64
		stays              bool
	}{
		{"baseline", 0.225, 10, 1, false},
		{"metastable", 0.20, 10, 1, true},
		{"shorter trigger", 0.20, 9, 1, false},
		{"less load", 0.20, 10, 0.75, false},
	} {
		o, known := outages[[2]float64{c.left, c.load}]
		if !known {
			m, list := sim.FindMetastable(context.Background(), mongo(rho*c.load, mu), sim.Scenario{
				Seed: 3, Workers: 2, Patience: time.Minute, Faults: []sim.Fault{{Kind: sim.Slow, Element: "mongo", Factor: 1 / c.left}},
			})
			if len(list) > 0 || len(m.Trials) != 1 {
				t.Fatal(list, m)
			}
			o = m.Trials[0].Outage
			outages[[2]float64{c.left, c.load}] = o
		}
		// the closed form is within 6 %, and so is what is asked here
		if c.stays && o.Breaks > c.during*1.06 || !c.stays && o.Breaks > 0 && o.Breaks < c.during*0.94 {
			t.Errorf("%s: recovers from %.4g s and not from %.4g s; an outage of %g s stays: %v", c.name, o.Holds, o.Breaks, c.during, c.stays)
		}
	}
}

// A system with room for its retries is stable, and nothing is tried.
func TestARoomySystemIsStable(t *testing.T) {
	m, list := sim.FindMetastable(context.Background(), mongo(0.15, 500), sim.Scenario{Seed: 3, Workers: 2})
	if len(list) > 0 {
		t.Fatal(list)
	}
	if len(m.Trials) != 0 || len(m.Elements) != 1 || m.Elements[0].State != sim.Stable {
		t.Errorf("%+v", m)
	}
}

// Whose turn it is, as a design decides it, is what a storm ends by or does not: in turn it
// stays down, with the newest first it is over when its trigger is, and leaving out what
// has expired frees the server for what is about to.
func TestWhoseTurnItIsDecidesHowAStormEnds(t *testing.T) {
	const rho, mu = 0.8, 500
	after := map[string]float64{}
	for _, turn := range []string{"", "in-turn", "in-time", "newest-first"} {
		a := mongo(rho, mu)
		a.Deployables[1].Roles[0].Turn = turn
		r, list := sim.Run(context.Background(), a, sim.Scenario{
			Seed: 3, Workers: 2, Patience: time.Minute, Replications: 3, WarmUp: 60 * time.Second, For: 60 * time.Second,
			Faults: []sim.Fault{{Kind: sim.Hang, Element: "mongo", At: 10 * time.Second, For: 15 * time.Second}},
		})
		if len(list) > 0 || r.Total.Success == nil {
			t.Fatal(list, r.Total)
		}
		after[turn] = r.Total.Success.Estimate
	}
	if after[""] != after["in-turn"] || after["in-turn"] > 0.1 || after["newest-first"] < 0.99 || !(after["in-time"] > after["in-turn"]+0.2 && after["in-time"] < after["newest-first"]) {
		t.Errorf("half a minute after the outage comes through: %v", after)
	}
}

// A change that an option of a decision has is named with it, so that a person can pin it.
func TestACureNamesTheOptionThatHasIt(t *testing.T) {
	a := mongo(0.97, 2000)
	a.Edges[0].Retry = nil // nothing to set, and down for longer than is watched
	a.Edges[0].Timeout = secs(0.3)
	a.Decisions = []arch.Decision{{ID: "mongo.serve.queue", Question: "queue", Choice: "in-turn", Options: []arch.Option{{ID: "in-turn"}, {ID: "in-time"}, {ID: "newest-first"}}}}
	m, list := sim.FindMetastable(context.Background(), a, sim.Scenario{Seed: 3, Workers: 2, Patience: time.Minute, Faults: []sim.Fault{{Kind: sim.Hang, Element: "mongo"}}})
	if len(list) > 0 || len(m.Trials) != 1 {
		t.Fatal(list, m)
	}
	named := map[sim.Policy]arch.OptionID{}
	for _, r := range m.Trials[0].Remedies {
		if r.Option != "" && r.Decision != "mongo.serve.queue" {
			t.Errorf("%s is of %s", r.Says, r.Decision)
		}
		named[r.Change.Policy] = r.Option
	}
	if m.Trials[0].Cure == nil || m.Trials[0].Cure.Option == "" || named[sim.DropExpired] != "in-time" {
		t.Errorf("cured by %+v of %v: %+v", m.Trials[0].Cure, named, m.Trials[0])
	}
}

// A server near its capacity takes long to work off what gathered in an outage. It is
// watched for as long as that takes, and where the events of a run do not allow that, this
// is said.
func TestWhatComesBackSlowlyIsWatchedForAsLongAsItTakes(t *testing.T) {
	pushed := func(rho, mu float64) sim.Trial {
		a := mongo(rho, mu)
		a.Edges[0].Retry = nil // nothing keeps it down
		a.Edges[0].Timeout = secs(600)
		m, list := sim.FindMetastable(context.Background(), a, sim.Scenario{Seed: 3, Workers: 2, Replications: 1, Patience: 10 * time.Minute, Faults: []sim.Fault{{Kind: sim.Hang, Element: "mongo"}}})
		if len(list) > 0 || len(m.Trials) != 1 {
			t.Fatal(list, m)
		}
		return m.Trials[0]
	}
	const rho = 0.95
	x := pushed(rho, 20)
	if drained := x.At * rho / (1 - rho); x.Outage.Breaks != 0 || x.After.State != "recovered" || x.Watched < drained || x.Needed != 0 {
		t.Errorf("no retries and room to spare: %+v", x)
	}
	if x = pushed(rho, 1000); x.Needed <= x.Watched {
		t.Errorf("watched for %gs of %gs", x.Watched, x.Needed)
	}
}
