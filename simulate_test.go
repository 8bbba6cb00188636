package plumb_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/internal/corpus"
)

func TestEachCodeOfAScenariosPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "sim.bad-", problemsOf)
	corpus.Pages(t, "sim.unknown-", problemsOf)
}

const clinic = `system: Clinic
domain:
  Pet: {fields: {name: text}, volume: 1k}
use_cases:
  AddPet: {by: vet, creates: Pet, peak: 5/s}
  FindPet: {by: vet, reads: [Pet], peak: 50/s}
`

func given(t *testing.T, scenarios string) *plumb.Design {
	t.Helper()
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: []byte(clinic + scenarios), Quick: true})
	if d.Arch == nil {
		t.Fatal(d.Problems)
	}
	return d
}

// What a person wrote reaches the simulator: each key changes what is simulated, and
// each claim is judged by what was measured.
func TestScenariosOfTheInputAreSimulated(t *testing.T) {
	d := given(t, `scenarios:
  outage:
    about: The database is away.
    load: 2x
    rates: {FindPet: 30/s}
    shape: [burst 3x at 70s for 20s]
    faults: [down clinic-db at 30s for 20s]
    for: 2min
    seed: 9
    holds: [errors < 1%, recovers within 20s, FindPet.goodput >= 10%, AddPet.latency p50 < 1us, clinic-db.utilisation < 99%]
`)
	list := d.Scenarios()
	if names := []string{list[0].Name, list[1].Name}; !slices.Equal(names, []string{"outage", "normal"}) {
		t.Fatalf("the scenarios begin with %v", names)
	}
	s := list[0]
	if s.Scale != 2 || s.Seed != 9 || s.For != 2*time.Minute || len(s.Faults) != 1 || len(s.Shape) != 4 || s.Mix["FindPet"] != 30 {
		t.Errorf("read as %+v", s)
	}
	s.Replications = 3
	r, problems := d.Simulate(context.Background(), s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var verdicts []string
	for _, c := range r.Claims {
		verdicts = append(verdicts, c.Verdict)
	}
	if want := []string{"missed", "met", "met", "missed", "met"}; !slices.Equal(verdicts, want) {
		t.Errorf("the claims are %v, want %v: %+v", verdicts, want, r.Claims)
	}
	for _, u := range r.UseCases {
		// 60/s, three times as many for 20 of the 105 seconds after the warm-up
		if want := 60 * (1 + 2*20/r.Scenario.For.Seconds()); u.Flow == "FindPet" && (u.Offered < 0.95*want || u.Offered > 1.05*want) {
			t.Errorf("%.4g a second are offered to FindPet, want about %.4g", u.Offered, want)
		}
	}
	if r.Recovery == nil || r.Recovery.High > 20 || r.Stuck > 0 {
		t.Errorf("recovered after %v, %d stuck", r.Recovery, r.Stuck)
	}
}

// The name decides: nobody runs two scenarios called peak.
func TestAScenarioOfTheInputTakesThePlaceOfAChosenOne(t *testing.T) {
	d := given(t, "scenarios: {peak: {load: 3x}}\n")
	found := 0
	for _, s := range d.Scenarios() {
		if s.Name == "peak" {
			found++
			if s.Scale != 3 || !s.Given {
				t.Errorf("peak is %+v", s)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d scenarios are called peak", found)
	}
}

// What a person says must hold is part of a design's verdicts, under the scenario's own
// name; it says nothing of objectives, which are promised for usual months.
func TestClaimsOfScenariosAreVerdictsOfTheDesign(t *testing.T) {
	const scenarios = `scenarios:
  peak: {load: 1.5x, holds: [errors < 1%]}
  outage: {faults: [down clinic-db at 20s for 20s], holds: [recovers within 20s, FindPet.goodput >= 99%]}
`
	plain, d := given(t, ""), given(t, scenarios)
	for _, d := range []*plumb.Design{plain, d} {
		if err := d.Verify(context.Background(), plumb.Effort{Workers: 2}); err != nil {
			t.Fatal(err)
		}
	}
	verdicts := map[string]string{}
	for _, c := range d.Arch.Asserted() {
		verdicts[c.Scenario+": "+c.Claim] = c.Verdict
		if f, known := d.Arch.FactOf(c.Measured.Fact); !known || f.Value.N != c.Measured.N || c.Low.N > c.Measured.N || c.High.N < c.Measured.N {
			t.Errorf("%s: %v (%v to %v) is of no fact", c.Claim, c.Measured, c.Low, c.High)
		}
		if c.Verdict == "missed" && !(c.Nearest.N > 0 && c.Nearest.N <= c.Low.N) {
			t.Errorf("%s: the nearest that is kept is %v of %v to %v", c.Claim, c.Nearest, c.Low, c.High)
		}
	}
	want := map[string]string{"scenarios.peak: errors < 1%": "met", "outage: recovers within 20s": "met", "outage: FindPet.goodput >= 99%": "missed"}
	if !maps.Equal(verdicts, want) {
		t.Errorf("the verdicts are %v, want %v", verdicts, want)
	}
	if !strings.Contains(d.Arch.System.Summary, "2 of 3 claims of its scenarios hold") {
		t.Errorf("the summary says: %s", d.Arch.System.Summary)
	}
	for i := range plain.Arch.Objectives {
		if before, after := plain.Arch.Objectives[i].Simulated, d.Arch.Objectives[i].Simulated; before != nil && *before != *after {
			t.Errorf("%s was %v and is %v with scenarios beside", plain.Arch.Objectives[i].ID, before, after)
		}
	}
}

// A scenario that does not fit into the work says so, with all that it would have held.
func TestClaimsThatWereNotSimulatedSaySo(t *testing.T) {
	d := given(t, "scenarios: {flood: {load: 1000x, for: 1h, holds: [errors < 1%]}}\n")
	if err := d.Verify(context.Background(), plumb.Effort{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	list := d.Arch.Asserted()
	if len(list) != 1 || list[0].Verdict != "unknown" || !strings.Contains(list[0].Why, "its share of the budget") {
		t.Errorf("%+v", list)
	}
	if v := d.Arch.Verification; v.Events > v.Budget {
		t.Errorf("%d events of %d", v.Events, v.Budget)
	}
}

// What is wrong with a policy points at the requirement that the policy is there for.
func TestPolicyFindingsPointAtTheInput(t *testing.T) {
	d := design(t, example(t, "harbour"))
	for i := range d.Arch.Edges {
		d.Arch.Edges[i].Timeout.N = 0
	}
	for i := range d.Arch.Externals {
		d.Arch.Externals[i].Limit.N = 1e-3
	}
	list := d.PolicyFindings()
	seen := map[string]bool{}
	for _, p := range list {
		kind, _, _ := strings.Cut(p.Path, ".")
		seen[kind] = true
		if !p.Span.Valid() {
			t.Errorf("%s at %s has no line", p.Code, p.Path)
		}
	}
	if !seen["edges"] || !seen["externals"] {
		t.Errorf("found %v", list)
	}
}

// Whose turn it is and limits that follow the times are decisions that a person can pin;
// the design has what was pinned, and is simulated so.
func TestPinsOnTheQueueAndOnSheddingAreSimulated(t *testing.T) {
	answered := map[string]float64{}
	for _, pin := range []string{"clinic.serve.queue: in-turn", "clinic.serve.queue: in-time", "clinic.serve.queue: newest-first", "shedding: adaptive"} {
		d := given(t, "pins:\n  "+pin+"\n")
		p := &d.Arch.Deployables[0].Roles[0]
		id, option, _ := strings.Cut(pin, ": ")
		if dec := d.Arch.Decision(arch.DecisionID(id)); dec == nil || string(dec.Choice) != option || dec.Pinned == nil {
			t.Fatalf("%s: decided %+v", pin, dec)
		}
		if p.Adaptive != (option == "adaptive") || id != "shedding" && p.Turn != option {
			t.Errorf("%s: the process has %q, %v", pin, p.Turn, p.Adaptive)
		}
		s := plumb.Scenario{
			Scale: 200, Patience: 500 * time.Millisecond, Replications: 2, WarmUp: 20 * time.Second, For: 10 * time.Second,
			Changes: []plumb.Change{{Policy: "queue", Of: "clinic.serve", Value: 1e6}, {Policy: "workers", Of: "clinic.serve", Value: 8}},
		}
		r, problems := d.Simulate(context.Background(), s)
		if problems.HasErrors() || r.Total == nil {
			t.Fatal(problems)
		}
		answered[option] = r.Total.Goodput.Estimate
	}
	if !(max(answered["in-turn"], answered["in-time"]) < 0.1*min(answered["newest-first"], answered["adaptive"])) { // what they begin is late
		t.Errorf("answered a second: %v", answered)
	}
}
