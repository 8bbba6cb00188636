package plumb_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
)

// kiosk has one of everything a scenario can name: two contexts with a channel between
// them, an external, stores, a cache.
const kiosk = `system: Kiosk
context: {teams: {sales: 6, stock: 6}}
actors: {buyer: {channels: [web], guest: yes}}
externals:
  bank: {latency: p99 500ms, availability: 99.9%, limit: 50/s}
domain:
  Item: {fields: {name: text}, volume: 5k}
  Order: {fields: {item: -> Item}, volume: 2k/day}
  Parcel: {fields: {order: -> Order}, volume: 2k/day}
events:
  OrderPlaced: {of: Order, fields: {order: -> Order}}
use_cases:
  ListItems: {by: buyer, reads: [Item], result: list, peak: 200/s, stale: 1min, latency: p99 300ms}
  PlaceOrder: {by: buyer, reads: [Item], creates: Order, calls: [bank], emits: OrderPlaced, peak: 20/s, available: 99.9%}
  PackParcel: {on: OrderPlaced, creates: Parcel}
scenarios:
`

// scenarioTexts are sections that the fuzzer begins with: what the language offers, and
// what a hand has found to be read wrongly.
func scenarioTexts(f *testing.F) (out []string) {
	f.Helper()
	out = []string{
		"  calm: {load: normal, for: 5s}\n",
		"  rush:\n    load: 2x\n    shape: [burst 5x at 10s for 5s, ramp to 3x over 20s, bursty 5x for 2s 10%, batches of 20]\n    holds: [ListItems.latency p99 < 800ms, errors < 1%, all objectives]\n",
		"  day: {shape: [daily 0.2x over 1min], seed: 7, rates: {PlaceOrder: 300/s}}\n",
		"  a: {faults: [down bank at 10s for 20s], holds: [recovers within 30s, no dead letters, no stuck sagas, no missed objectives]}\n",
		"  b: {load: 1e300x, for: 1ns, shape: [2x at 1s, 2x at 99999999d], holds: ['< 3', .latency p99 < 3s]}\n",
		"  c: {for: 99999d, holds: [recovers within 99999d], faults: [down bank at 1s for 1s]}\n",
		"  d: {rates: {PlaceOrder: 99999999999999/s}, faults: [poison kiosk.order.order.v1 99999999999, slow bank 1e300x, kill kiosk 5/3, slow bank NaNx]}\n",
		"  e: {faults: [flush list-items, failover kiosk-db, partition kiosk bank one-way at 1s for 2s, hang bank for 1s, zone at 2s for 3s, slow kiosk 4x on 1/3, errors bank 20% for 1min]}\n",
	}
	for _, fault := range plumb.FaultExamples() {
		out = append(out, "  f: {faults: ["+fault+"]}\n")
	}
	text, err := os.ReadFile("testdata/broken/sim-scenarios.yaml")
	if err != nil {
		f.Fatal(err)
	}
	if _, section, ok := strings.Cut(string(text), "scenarios:\n"); ok {
		out = append(out, section)
	}
	return out
}

// Whatever the scenarios of an input say, from its text to the end of their runs: each
// problem has a place in the text, a reason and, where it is an error of the simulator, a
// remedy; what is checked without an error is run, within its bound of events, to a result
// that can be written down, with a verdict for each claim.
func FuzzScenarios(f *testing.F) {
	for _, s := range scenarioTexts(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, section string) {
		if len(section) > 1500 {
			t.Skip("longer than anything new")
		}
		text := kiosk + section
		d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: []byte(text), Quick: true})
		lines := strings.Count(text, "\n") + 1
		for _, p := range d.Problems {
			if p.Message == "" || strings.Contains(p.Message+p.Hint, "%!") || strings.HasPrefix(string(p.Code), "sim.") && (p.Span.Start.Line < 1 || p.Span.Start.Line > lines) {
				t.Errorf("%s at %v: %q, %q", p.Code, p.Span, p.Message, p.Hint)
			}
			if p.Severity == diag.Error && strings.HasPrefix(string(p.Code), "sim.") && p.Hint == "" && !strings.Contains(p.Message, "write") && !strings.Contains(p.Message, "such as") && !strings.Contains(p.Message, "outside") && !strings.Contains(p.Message, "longer than") {
				t.Errorf("%s has no remedy: %s", p.Code, p.Message)
			}
		}
		if d.Problems.HasErrors() || d.Arch == nil {
			return
		}
		given := map[string]bool{}
		for i := range d.Arch.Scenarios {
			given[d.Arch.Scenarios[i].Name] = true
		}
		for i, s := range d.Scenarios() {
			if !given[s.Name] || i >= 3 {
				continue
			}
			s.Replications, s.Workers, s.Events = 2, 1, 20_000
			r, list := d.Simulate(context.Background(), s)
			if list.HasErrors() {
				if !slices.ContainsFunc(d.Problems, func(p diag.Problem) bool { return p.Code == "sim.unknown-element" }) && list[0].Code != "sim.no-load" {
					t.Errorf("checked and refused: %v", list)
				}
				continue
			}
			if r.Events > 2*20_000+100 {
				t.Errorf("%d events are made, beyond the bound", r.Events)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("the result cannot be written: %v", err)
			}
			for _, c := range r.Claims {
				if !slices.Contains([]string{"met", "missed", "close", "unknown"}, c.Verdict) {
					t.Errorf("the verdict on %q is %q", c.Claim, c.Verdict)
				}
			}
		}
	})
}
