package judge

import (
	"math"
	"os"
	"testing"
)

// The expected figures are worked out by hand in the comments.
func TestMetricsAgainstHandComputedValues(t *testing.T) {
	threePairs := Grouping{0, 0, 1, 1, 2, 2}
	twoTriples := Grouping{0, 0, 0, 1, 1, 1}
	one, apart := Grouping{0, 0, 0, 0}, Grouping{0, 1, 2, 3}
	for _, c := range []struct {
		name               string
		computed, accepted Grouping
		ari, mojo, f1      float64
	}{
		{"equal under other numbers", Grouping{5, 5, 2, 2, 9, 9}, threePairs, 1, 100, 1},
		// Pairs together: 2 in both, 6 computed, 3 accepted, 15 in all.
		// ARI = (2 - 6*3/15) / (4.5 - 6*3/15) = 0.8/3.3.
		// Two elements move, nothing joins; the worst needs 6-2 = 4: 1 - 2/4.
		// Precision 2/6, recall 2/3.
		{"triples for pairs", twoTriples, threePairs, 0.8 / 3.3, 50, 4.0 / 9},
		// The same pairs, but the accepted sizes are 3, 3: the worst needs 6-2.
		// Each pair overlaps one triple most, the middle one either: 1 moves and
		// one of three groups joins.
		{"pairs for triples", threePairs, twoTriples, 0.8 / 3.3, 50, 4.0 / 9},
		// Degenerate for ARI: chance expects just what is there.
		{"one for singletons", one, apart, 0, 0, 0},
		{"singletons for one", apart, one, 0, 0, 0},
		{"one for one", one, one, 1, 100, 1},
		{"singletons for singletons", apart, Grouping{3, 2, 1, 0}, 1, 100, 1},
		// One of three joined wrongly: ARI is 0 all the same, MoJoFM sees that one
		// move of at most three remains.
		{"nearly singletons", Grouping{0, 0, 1, 2}, apart, 0, 100 * (1 - 1.0/3), 0},
	} {
		if got := ARI(c.computed, c.accepted); math.Abs(got-c.ari) > 1e-12 {
			t.Errorf("%s: ARI = %v, want %v", c.name, got, c.ari)
		}
		if got := MoJoFM(c.computed, c.accepted); math.Abs(got-c.mojo) > 1e-12 {
			t.Errorf("%s: MoJoFM = %v, want %v", c.name, got, c.mojo)
		}
		if _, _, got := PairF1(c.computed, c.accepted); math.Abs(got-c.f1) > 1e-12 {
			t.Errorf("%s: F1 = %v, want %v", c.name, got, c.f1)
		}
	}
}

func TestPrecisionFallsByMergingAndRecallBySplitting(t *testing.T) {
	accepted := Grouping{0, 0, 1, 1}
	if p, r, _ := PairF1(Grouping{0, 0, 0, 0}, accepted); p != 2.0/6 || r != 1 {
		t.Errorf("merged: precision %v, recall %v, want 1/3 and 1", p, r)
	}
	if p, r, _ := PairF1(Grouping{0, 0, 1, 2}, accepted); p != 1 || r != 0.5 {
		t.Errorf("split: precision %v, recall %v, want 1 and 1/2", p, r)
	}
}

func TestBaselinesFindObviousGroups(t *testing.T) {
	blocks := newMatrix(6)
	for _, pair := range [][2]int{{0, 1}, {1, 2}, {0, 2}, {3, 4}, {4, 5}, {3, 5}} {
		blocks.add(pair[0], pair[1], 10)
	}
	blocks.add(2, 3, 1)
	want := Grouping{0, 0, 0, 1, 1, 1}
	if got := louvain(blocks); ARI(got, want) != 1 {
		t.Errorf("Louvain finds %v", got)
	}
	if got := markov(blocks); ARI(got, want) != 1 {
		t.Errorf("Markov clustering finds %v", got)
	}
}

func TestMarkovIgnoresNegativeScores(t *testing.T) {
	m := newMatrix(2)
	m.add(0, 1, -10)
	if got := markov(m); got[0] == got[1] {
		t.Error("two elements that repel each other share a group")
	}
}

func TestCasesLoadWhole(t *testing.T) {
	for file, want := range map[string]int{"boundaries.yaml": 8, "systems.yaml": 9, "held-out.yaml": 5, "large.yaml": 2} {
		text, err := os.ReadFile("../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		cases, err := Load(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(cases) != want {
			t.Errorf("%s: %d cases, want %d", file, len(cases), want)
		}
	}
}

func TestLoadRefusesGroupingsThatDoNotFit(t *testing.T) {
	for name, text := range map[string]string{
		"unknown member": "cases: [{id: x, aggregates: [{name: A}], accepted: [{name: g, groups: {G: [A, B]}}]}]",
		"left out":       "cases: [{id: x, aggregates: [{name: A}, {name: B}], accepted: [{name: g, groups: {G: [A]}}]}]",
		"constraint":     "cases: [{id: x, aggregates: [{name: A}], constraints: [{kind: odd, aggregates: [A]}]}]",
		"no mapping":     "cases: 3",
	} {
		if _, err := Load([]byte(text)); err == nil {
			t.Errorf("%s: loaded without an error", name)
		}
	}
}
