package plumb

import (
	"os"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/sim"
)

// What design may change for a simulation stands in the documentation, in the same words
// and the same order.
func TestTheDocumentationNamesEveryRemedy(t *testing.T) {
	text, err := os.ReadFile("docs/simulation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "| remedy | for | changes |")
	if !found {
		t.Fatal("there is no table of remedies")
	}
	seen := map[string]bool{}
	for _, r := range remedies {
		row := "\n| " + r.mechanism + " | "
		at := strings.Index(rest, row)
		switch {
		case at >= 0:
			rest = rest[at+1:]
		case !seen[r.mechanism]:
			t.Errorf("%s is not in the table, or not in this place", r.mechanism)
		}
		seen[r.mechanism] = true
	}
}

// A design that does not come back while processes turn requests away is offered another
// turn and limits that follow the times, the least first; one that misses a time is not.
func TestWhatStaysOverrunIsOfferedAnotherTurnAndAdaptiveLimits(t *testing.T) {
	d := Run(Input{File: "plumb.yaml", Quick: true, Text: []byte(`system: Clinic
domain: {Pet: {fields: {name: text}, volume: 1k}}
use_cases:
  AddPet: {by: vet, creates: Pet, peak: 5/s}
`)})
	if d.Arch == nil {
		t.Fatal(d.Problems)
	}
	r := sim.Result{Elements: []sim.Element{{Name: "clinic.serve", Kind: "process", Turned: []sim.Cause{{Cause: "queue full", Share: 0.4}}}}}
	offered := func(back bool) (out []string) {
		m := aim{scenario: "hung", back: back, allowed: usuallyAllowed}
		for _, c := range diagnose(d.Arch, m, &r, callsOf(d.Arch, &r)).candidates() {
			text := c.mechanism + ":"
			for _, e := range c.evidence {
				if e.Without != "" {
					text += " " + string(e.Decision) + " without " + string(e.Without)
				}
			}
			out = append(out, text)
		}
		return out
	}
	want := []string{
		"turn: clinic.serve.queue without in-turn",
		"turn: clinic.serve.queue without in-turn clinic.serve.queue without in-time",
		"adaptive limit: shedding without none shedding without by-importance",
	}
	got := slices.DeleteFunc(offered(true), func(s string) bool { return !strings.HasPrefix(s, "turn") && !strings.HasPrefix(s, "adaptive") })
	if !slices.Equal(got, want) {
		t.Errorf("offered %q, want %q", got, want)
	}
	for _, s := range offered(false) {
		if slices.Contains(want, s) {
			t.Errorf("offered %s for what comes back", s)
		}
	}
}
