package sensitivity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/fact"
)

// randomSystem writes a feasible system of use cases that ask externals while
// somebody waits, and the same one with a limit that one of them exceeds.
func randomSystem(random *rand.Rand) (feasible, planted string, limit fact.ID, load fact.ID) {
	n := 2 + random.IntN(6)
	victim := random.IntN(n)
	var before, after strings.Builder
	both := func(format string, args ...any) {
		fmt.Fprintf(&before, format, args...)
		fmt.Fprintf(&after, format, args...)
	}
	both("system: Random\nactors: {caller: {channels: [web], accounts: %dk}}\nexternals:\n", 1+random.IntN(50))
	peaks := make([]int, n)
	for i := range n {
		peaks[i] = 5 + random.IntN(100)
		both("  x%d: {latency: p50 10ms p99 60ms, availability: 99.99%%, idempotent: yes, limit: ", i)
		fmt.Fprintf(&before, "%d/s}\n", 100*peaks[i])
		if i == victim {
			fmt.Fprintf(&after, "%d/s}\n", max(1, peaks[i]/(2+random.IntN(3))))
		} else {
			fmt.Fprintf(&after, "%d/s}\n", 100*peaks[i])
		}
	}
	both("domain:\n")
	for i := range n {
		both("  A%d: {fields: {name: text, amount: money}, volume: %dk}\n", i, 1+random.IntN(90))
	}
	both("use_cases:\n")
	for i := range n {
		both("  Make%d: {by: caller, creates: A%d}\n", i, i)
		both("  Ask%d: {by: caller, reads: [A%d], calls: [x%d], gives: {total: money}, peak: %d/s, latency: p99 %dms}\n", i, random.IntN(n), i, peaks[i], 1000+random.IntN(2000))
	}
	return before.String(), after.String(), fact.ID(fmt.Sprintf("externals.x%d.limit", victim)), fact.ID(fmt.Sprintf("use_cases.Ask%d.peak", victim))
}

func TestPlantedContradictionsAreFoundMinimal(t *testing.T) {
	for i := range uint64(20) {
		feasible, planted, limit, load := randomSystem(rand.New(rand.NewPCG(i, 1)))
		if _, problems := planner(t, feasible).Base(); problems.HasErrors() {
			t.Fatalf("system %d is not feasible: %v\n%s", i, problems, feasible)
		}
		p := planner(t, planted)
		if _, problems := p.Base(); !problems.HasErrors() {
			t.Fatalf("system %d is feasible with a limit below its load\n%s", i, planted)
		}
		conflicts, err := p.Conflicts(t.Context())
		if err != nil || len(conflicts) != 1 {
			t.Fatalf("system %d: %d conflicts, %v", i, len(conflicts), err)
		}
		for _, id := range []fact.ID{limit, load} {
			if !slices.ContainsFunc(conflicts[0].Requirements, func(r Requirement) bool { return r.Fact.ID == id }) {
				t.Errorf("system %d: %s is not among %v", i, id, conflicts[0])
			}
		}
		isMinimal(t, p, conflicts[0])
	}
}

// isMinimal plans without everything that is not in the conflict, which must be
// infeasible, and without each member more, which must be feasible; and at each
// nearest relaxation.
func isMinimal(t *testing.T, p *Planner, c Conflict) {
	t.Helper()
	fails := func(change Change) bool { _, problems := p.At(change); return problems.HasErrors() }
	var set []demand
	for _, d := range p.demands() {
		if slices.ContainsFunc(c.Requirements, func(r Requirement) bool { return r.Fact.ID == d.fact.ID }) {
			set = append(set, d)
		}
	}
	rest := without(p.demands(), set)
	if !fails(given(rest)) {
		t.Errorf("%v do not conflict by themselves", c)
	}
	for i, d := range set {
		if fails(given(append(slices.Clone(rest), d))) {
			t.Errorf("without %s the others still conflict", d.fact.ID)
		}
		r := c.Requirements[slices.IndexFunc(c.Requirements, func(r Requirement) bool { return r.Fact.ID == set[i].fact.ID })]
		if !r.Fact.Span.Valid() {
			t.Errorf("%s has no place", r.Fact.ID)
		}
		if !r.Nearest.Known() {
			t.Errorf("%s has no relaxation", r.Fact.ID)
			continue
		}
		if fails(Change{Facts: fact.Overrides{r.Fact.ID: r.Nearest.Quantity}}) {
			t.Errorf("infeasible at %s of %s", r.Nearest, r.Fact.ID)
		}
	}
}

func TestAFeasibleSystemHasNoConflict(t *testing.T) {
	conflicts, err := example(t, "cargo").Conflicts(t.Context())
	if err != nil || len(conflicts) > 0 {
		t.Errorf("%v, %v", conflicts, err)
	}
}
