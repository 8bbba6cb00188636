package sim_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// needed makes steps such that nothing can be done without them.
func needed(steps []arch.Step) {
	for i := range steps {
		steps[i].Optional = false
		needed(steps[i].Steps)
	}
}

// serving is the first process of a deployable.
func serving(a *arch.Arch, id arch.DeployableID) *arch.Process {
	for i := range a.Deployables {
		if d := &a.Deployables[i]; d.ID == id {
			return &d.Roles[0]
		}
	}
	return &arch.Process{}
}

func found(a *arch.Arch, code diag.Code, path string) bool {
	for _, p := range sim.Findings(a) {
		if p.Code == code && p.Path == path {
			return true
		}
	}
	return false
}

// Each change makes one policy one that cannot work, and is found; without it, it is
// not.
func TestPoliciesThatCannotWorkAreFound(t *testing.T) {
	seconds := func(s float64) arch.Value { return arch.Value{Quantity: fact.Quantity{Kind: fact.Duration, N: s}} }
	for _, c := range []struct {
		code   diag.Code
		path   string
		change func(a *arch.Arch, e *arch.Edge)
	}{
		{"sim.no-timeout", "edges.PlaceOrder/fraud_screen", func(_ *arch.Arch, e *arch.Edge) { e.Timeout.N = 0 }},
		{"sim.unsafe-retry", "edges.PlaceOrder/card_processor", func(a *arch.Arch, e *arch.Edge) {
			e.Retry.Key = ""
			for i := range a.Externals {
				a.Externals[i].Idempotent, a.Externals[i].Lookup = false, false
			}
		}},
		{"sim.breaker-never-trips", "edges.PlaceOrder/fraud_screen", func(_ *arch.Arch, e *arch.Edge) { e.Breaker.Window = seconds(0.01) }},
		{"sim.small-bulkhead", "edges.PlaceOrder/card_processor", func(_ *arch.Arch, e *arch.Edge) { e.Bulkhead.MaxConcurrent = 50 }},
		{"sim.small-throttle", "edges.PlaceOrder/card_processor", func(_ *arch.Arch, e *arch.Edge) { e.RateLimit.Rate.N = 340 }},
		{"sim.timeout-inversion", "edges.PlaceOrder/ledger", func(_ *arch.Arch, e *arch.Edge) { e.Deadline = false }},
		{"sim.retries-stacked", "edges.PlaceOrder/ledger", func(_ *arch.Arch, e *arch.Edge) { e.Retry = &arch.Retry{MaxAttempts: 2} }},
		{"sim.budget-unstable", "edges.OfferDelivery/maps", func(a *arch.Arch, e *arch.Edge) {
			e.Retry.Budget.N = 0
			for i := range a.Externals {
				if a.Externals[i].ID == "maps" {
					a.Externals[i].Limit = arch.Value{Quantity: fact.Quantity{Kind: fact.Rate, N: 300}}
				}
			}
		}},
		{"sim.over-limit", "externals.maps", func(a *arch.Arch, _ *arch.Edge) {
			for i := range a.Externals {
				if a.Externals[i].ID == "maps" {
					a.Externals[i].Limit = arch.Value{Quantity: fact.Quantity{Kind: fact.Rate, N: 100}}
				}
			}
		}},
		{"sim.breaker-too-wide", "edges.PlaceOrder/ledger", func(a *arch.Arch, e *arch.Edge) {
			serving(a, "ledger").Replicas.N = 2
			e.Breaker = &arch.Breaker{Window: seconds(30), MinCalls: 20, Threshold: 0.4, Open: seconds(5), Probes: 1}
		}},
		{"sim.bulkhead-beyond-pool", "edges.PlaceOrder/card_processor", func(_ *arch.Arch, e *arch.Edge) { e.Bulkhead.MaxConcurrent = 1_000_000 }},
		{"sim.budget-unstable", "edges.PlaceOrder/ledger", func(a *arch.Arch, e *arch.Edge) {
			serving(a, "ledger").Utilised = arch.Value{Quantity: fact.Quantity{Kind: fact.Share, N: 0.95}}
			e.Retry = &arch.Retry{MaxAttempts: 2, Budget: arch.Value{Quantity: fact.Quantity{Kind: fact.Share, N: 0.1}}}
		}},
		{"sim.uneven-partitions", "channels.delivery.delivery.v1", func(a *arch.Arch, _ *arch.Edge) {
			for i := range a.Channels {
				a.Channels[i].Partitions.N = 8
			}
			for i := range a.Deployables {
				for k := range a.Deployables[i].Roles {
					if p := &a.Deployables[i].Roles[k]; p.Name == "worker" { // it consumes, and takes no requests
						p.Flows = append(p.Flows, "OpenDelivery")
						p.Replicas.N, p.Utilised = 7, arch.Value{Quantity: fact.Quantity{Kind: fact.Share, N: 0.9}}
					}
				}
			}
		}},
		{"sim.chain-misses-objective", "objectives.PlaceOrder.availability", func(a *arch.Arch, _ *arch.Edge) {
			target := arch.Value{Quantity: fact.Quantity{Kind: fact.Share, N: 0.9999}}
			a.Objectives = append(a.Objectives, arch.Objective{ID: "PlaceOrder.availability", Kind: "availability", UseCase: "use_cases.PlaceOrder", Target: target})
			for i := range a.Externals {
				a.Externals[i].Availability = arch.Value{Quantity: fact.Quantity{Kind: fact.Share, N: 0.999}}
			}
			for i := range a.Edges {
				if e := &a.Edges[i]; e.ToKind == "external" {
					e.Hard, e.Fallback = true, ""
				}
			}
			for i := range a.Flows {
				if f := &a.Flows[i]; f.UseCase == "use_cases.PlaceOrder" {
					f.Wait = arch.Value{}
					needed(f.Steps)
				}
			}
		}},
		{"sim.long-queue", "deployables.ledger.serve", func(a *arch.Arch, _ *arch.Edge) {
			for i := range a.Deployables {
				if d := &a.Deployables[i]; d.ID == "ledger" {
					d.Roles[0].Queue.N = 100_000
				}
			}
		}},
	} {
		a := archtest.Harbour()
		if found(a, c.code, c.path) {
			t.Errorf("%s is found at %s as it is", c.code, c.path)
		}
		var e *arch.Edge
		for i := range a.Edges {
			if "edges."+string(a.Edges[i].ID) == c.path {
				e = &a.Edges[i]
			}
		}
		c.change(a, e)
		if !found(a, c.code, c.path) {
			t.Errorf("%s is not found at %s: %v", c.code, c.path, sim.Findings(a))
		}
	}
}

func TestEveryFindingNamesARemedy(t *testing.T) {
	a := archtest.Harbour()
	for i := range a.Edges {
		a.Edges[i].Timeout.N = 0
	}
	for _, p := range sim.Findings(a) {
		if p.Hint == "" || p.Path == "" || p.Severity != diag.Warning {
			t.Errorf("%+v", p)
		}
	}
}

// What is wrong at every edge is told once.
func TestFindingsAlikeAreToldOnce(t *testing.T) {
	a := archtest.Harbour()
	for len(a.Edges) < 1000 {
		e := a.Edges[0]
		e.ID += arch.EdgeID(fmt.Sprintf("-%d", len(a.Edges)))
		a.Edges = append(a.Edges, e)
	}
	edges := 0
	for i := range a.Edges {
		e := &a.Edges[i]
		e.Timeout.N = 0
		if e.Style == "sync" && (e.ToKind == "external" || e.ToKind == "deployable") {
			edges++
		}
	}
	told := 0
	for _, p := range sim.Findings(a) {
		if p.Code == "sim.no-timeout" {
			told++
			if want := fmt.Sprintf("%d more are like it, the next at edges.", edges-1); !strings.Contains(p.Message, want) {
				t.Errorf("of %d: %s", edges, p.Message)
			}
		}
	}
	if told != 1 || edges < 900 {
		t.Errorf("%d edges without a time limit are told %d times", edges, told)
	}
}

// Every code this package can report has a page, so that a person can ask for it.
func TestEveryReportedCodeHasAPage(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	// What follows one of these words is an assumption and no code.
	literal := regexp.MustCompile(`(ID: |ID == |assume\(|seconds\()?"(sim\.[a-z-]+)"`)
	reported := 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "" {
				continue
			}
			reported++
			if _, ok := diag.Page(diag.Code(m[2])); !ok {
				t.Errorf("%s has no page", m[2])
			}
		}
	}
	if reported < 14 {
		t.Errorf("only %d codes were found", reported)
	}
}
