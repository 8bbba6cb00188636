package sim_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/sim"
)

func TestEveryChangeCanBeWrittenAndSaid(t *testing.T) {
	said := map[string]string{}
	for _, text := range sim.ChangeExamples() {
		c, err := sim.ParseChange(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if other := said[c.String()]; other != "" || !strings.Contains(c.String(), c.Of) {
			t.Errorf("%q is said as %q, as is %q", text, c, other)
		}
		said[c.String()] = text
	}
	for text, want := range map[string]string{
		"retry-budget maps 10%":   "a retry budget of 10% of the successes of maps",
		"retry-budget maps off":   "no retry budget for maps",
		"attempts maps 1":         "no retries of calls to maps",
		"timeout all 300ms":       "a timeout of 300ms for everything that is called",
		"lifo order.serve":        "the newest served first by order.serve",
		"drop-expired order off":  "expired work done all the same by order",
		"queue order.serve 50":    "at most 50 waiting at each replica of order.serve",
		"throttle maps 100/s":     "at most 100/s to maps",
		"breaker all off":         "no circuit breaker for everything that is called",
		"max-wait order.serve 1s": "what waited longer than 1s dropped by order.serve",
	} {
		if c, err := sim.ParseChange(text); err != nil || c.String() != want {
			t.Errorf("%q is %q, want %q: %v", text, c, want, err)
		}
	}
	for text, want := range map[string]string{
		"": "is written like", "retry-budgt maps 1%": "write retry-budget", "teleport maps": "there are attempts, retry-budget",
		"attempts maps": "not complete", "attempts maps 0": "1 to 100", "attempts maps 1.5": "whole number", "attempts maps off": "no value",
		"lifo order.serve 1": "no value", "retry-budget maps 120%": "is no value", "queue all 5": "does not say of which element",
	} {
		if _, err := sim.ParseChange(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestChangesActAsIfTheDesignHadThem(t *testing.T) {
	const edgeName = "PlaceOrder/fraud_screen"
	at := func(changes ...string) sim.Result {
		s := short("as if", sim.Fault{Kind: sim.Errors, Element: "fraud_screen", Factor: 0.3})
		for _, text := range changes {
			c, err := sim.ParseChange(text)
			if err != nil {
				t.Fatal(err)
			}
			s.Changes = append(s.Changes, c)
		}
		return run(t, archtest.Harbour(), s)
	}
	as, without, more := at(), at("attempts fraud_screen 1"), at("retry-budget fraud_screen off", "breaker fraud_screen off", "attempts fraud_screen 5")
	a, b, c := edge(t, &as, edgeName), edge(t, &without, edgeName), edge(t, &more, edgeName)
	if b.Retries != 0 || c.Retries <= a.Retries+0.1 {
		t.Errorf("%.3g retries per call as designed, %.3g with one attempt, %.3g with five", a.Retries, b.Retries, c.Retries)
	}
	hedged := at("hedge fraud_screen 50ms", "attempts fraud_screen 1")
	if h := edge(t, &hedged, edgeName); h.Hedges < 0.02 || h.Hedges > 0.12 {
		t.Errorf("%.3g further attempts per call with a budget of 10 %% of the successes", h.Hedges)
	}
	few := at("replicas harbour.serve 1", "workers harbour.serve 3", "queue harbour.serve 2")
	for _, e := range few.Elements {
		if e.Name == "harbour.serve" && (e.Replicas != 1 || e.Workers != 3 || e.Most > 2 || len(e.Turned) == 0) {
			t.Errorf("%d replicas of %d workers with at most %d waiting, turned away: %v", e.Replicas, e.Workers, e.Most, e.Turned)
		}
	}
}

// What the four kinds of budget let through when nothing succeeds: nothing after what was
// saved, a share of the calls, a share of what is in flight, nothing.
func TestBudgetsDifferWhenNothingSucceeds(t *testing.T) {
	retries := func(change string) float64 {
		s := short("down", sim.Fault{Kind: sim.Errors, Element: "fraud_screen", Factor: 1})
		s.For = 60 * time.Second
		for _, text := range []string{"attempts fraud_screen 5", "breaker fraud_screen off", "timeout fraud_screen 2s", change} {
			c, err := sim.ParseChange(text)
			if err != nil {
				t.Fatal(err)
			}
			s.Changes = append(s.Changes, c)
		}
		r := run(t, archtest.Harbour(), s)
		return edge(t, &r, "PlaceOrder/fraud_screen").Retries
	}
	free := retries("retry-budget fraud_screen off")
	success, calls, gate := retries("retry-budget fraud_screen 10%"), retries("call-budget fraud_screen 20%"), retries("retry-throttling fraud_screen 0.1")
	flight := retries("concurrent-retries fraud_screen 20%")
	if free < 3.9 || success > 0.1 || calls < 0.17 || calls > 0.24 || gate > 0.02 || flight < 0.02 || flight > 0.6 {
		t.Errorf("%.3g retries per call without a budget, %.3g paid by successes, %.3g by calls, %.3g of those in flight, %.3g with gRPC's gate", free, success, calls, flight, gate)
	}
}

// A replica that fails on its own takes its share of the requests, until somebody takes
// it out of the balancing.
func TestEjectionSavesARequestFromAReplicaThatFails(t *testing.T) {
	succeed := func(changes ...sim.Change) float64 {
		fault, err := sim.ParseFault("errors harbour.serve 100% on 1 at 2s")
		if err != nil {
			t.Fatal(err)
		}
		s := short("gray", fault)
		s.Changes = changes
		r := run(t, archtest.Harbour(), s)
		return useCase(t, &r, "SearchRestaurants").Success.Estimate
	}
	without, with := succeed(), succeed(sim.Change{Policy: sim.OutlierEjection, Of: "harbour.serve", Value: 5})
	if without > 0.95 || with < 0.99 {
		t.Errorf("with one replica failing, %.4g of the searches succeed, and %.4g with outlier ejection", without, with)
	}
}

func TestChangesOfNothingAreReported(t *testing.T) {
	for text, want := range map[string]string{
		"replicas harbor 3": "write harbour", "lifo nowhere-at-all": "no element", "attempts harbour 2": "nothing that attempts could be changed of",
	} {
		c, err := sim.ParseChange(text)
		if err != nil {
			t.Fatal(err)
		}
		s := short("wrong")
		s.Changes = []sim.Change{c}
		_, list := sim.Run(context.Background(), archtest.Harbour(), s)
		if !list.HasErrors() || !strings.Contains(list[0].Message+list[0].Hint, want) {
			t.Errorf("%s: %v, want %q", text, list, want)
		}
	}
}

func TestRemediesChangeSomethingAndRun(t *testing.T) {
	a := archtest.Harbour()
	list := sim.Remedies(a, "ledger")
	if len(list) < 3 || list[len(list)-1].Policy != sim.ReplicaCount {
		t.Errorf("remedies for the ledger are %v", list)
	}
	s := short("remedies")
	s.For, s.WarmUp, s.Replications = time.Second, time.Second, 1
	for _, c := range list {
		s.Changes = []sim.Change{c}
		run(t, a, s)
	}
	if all := sim.Remedies(a, ""); len(all) <= len(list) {
		t.Errorf("%d remedies for everything, %d for one", len(all), len(list))
	}
}

func TestEveryChangeIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/simulation.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range sim.ChangeExamples() {
		if !strings.Contains(string(text), "| `"+example+"` |") {
			t.Errorf("docs/simulation.md does not explain %q", example)
		}
	}
}
