package query_test

import (
	"math"
	"slices"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/query"
)

func TestBoundariesOfAContext(t *testing.T) {
	a := design(t, "harbour")
	b := query.Boundaries(a, "ORDERING")
	if b == nil || b.Context.ID != "ordering" || len(b.Boundaries) < 3 {
		t.Fatalf("found %+v", b)
	}
	for _, x := range b.Boundaries {
		if x.A != "ordering" && x.B != "ordering" {
			t.Errorf("the boundary of %s and %s is none of ordering", x.A, x.B)
		}
		waits, reads, rate := 0, 0, 0.0
		for _, c := range x.Crossings {
			reads += len(c.Reads)
			if c.Waits {
				waits++
				rate += c.Rate.N
			}
		}
		if waits != x.SyncHops || reads != x.Reads || math.Abs(rate-x.SyncRate.N) > 1e-9 {
			t.Errorf("with %s%s: %d hops, %v/s, %d reads; what crosses has %d, %v/s, %d", x.A, x.B, x.SyncHops, x.SyncRate.N, x.Reads, waits, rate, reads)
		}
	}
	if query.Boundaries(a, "nobody") != nil {
		t.Error("a context that is not there has boundaries")
	}
}

// Each aggregate is told what each context would make of it, or which lines forbid it.
func TestMovesAreWhole(t *testing.T) {
	a := design(t, "harbour")
	type move struct {
		of arch.Path
		to string
	}
	told := map[move]bool{}
	bound := map[arch.Path]bool{} // held by a constraint: no single move at all
	for _, m := range a.Cut.Moves {
		told[move{m.Aggregate, m.To}] = true
		if m.Forbidden != nil && m.To == "" {
			bound[m.Aggregate] = true
		}
		switch {
		case m.Forbidden != nil && (m.Forbidden.Says == "" || len(m.Forbidden.Lines) == 0):
			t.Errorf("%s to %s is forbidden, but nobody says by what", m.Aggregate, m.To)
		case m.Forbidden == nil && len(m.Changes) == 0:
			t.Errorf("%s to %s changes nothing at all", m.Aggregate, m.To)
		}
	}
	for _, home := range a.Contexts {
		for _, p := range home.Aggregates {
			for _, c := range a.Contexts {
				if c.ID != home.ID && !told[move{p, string(c.ID)}] && !bound[p] {
					t.Errorf("nothing is said about %s in %s", p, c.ID)
				}
			}
		}
	}
	if len(a.Cut.Merges) < len(a.Cut.Boundaries) {
		t.Errorf("%d merges for %d boundaries", len(a.Cut.Merges), len(a.Cut.Boundaries))
	}
	if i := slices.IndexFunc(a.Cut.Candidates, func(c arch.CutCandidate) bool { return len(c.Counts) != len(a.Cut.Measures) }); i >= 0 {
		t.Errorf("%s lacks counts", a.Cut.Candidates[i].ID)
	}
}
