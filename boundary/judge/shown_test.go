package judge

import (
	"slices"
	"testing"

	"plumb.dev/plumb/boundary"
)

var small = []string{"boundaries.yaml", "systems.yaml", "held-out.yaml", "held-out-2.yaml", "held-out-3.yaml", "held-out-4.yaml", "held-out-5.yaml"}

// TestEveryMergeOfTheRecommendedCutIsWeighed holds that making one context of any
// two of the recommended cut is either shown, where all are, or beaten in
// everything by what is shown; up to nine contexts, of which all pairs are tried.
func TestEveryMergeOfTheRecommendedCutIsWeighed(t *testing.T) {
	merges := 0
	for _, c := range cases(t, small...) {
		res, conflicts := boundary.Run(c.Input, boundary.Options{Shown: 99})
		if conflicts != nil {
			t.Fatal(conflicts)
		}
		if len(res.Candidates[0].Contexts) > 9 {
			continue
		}
		for _, m := range res.Merges {
			if !m.Allowed {
				continue
			}
			merges++
			if cost := changed(res.Candidates[0].Cost, m.Changes); !slices.ContainsFunc(res.Candidates, func(x boundary.Candidate) bool { return covers(x.Cost, cost) }) {
				t.Errorf("%s: %s and %s as one is neither shown nor dominated", c.ID, m.From, m.To)
			}
		}
	}
	if merges < 100 {
		t.Errorf("only %d merges were tried", merges)
	}
}

func changed(c boundary.Cost, by []boundary.Change) boundary.Cost {
	c = slices.Clone(c)
	for _, x := range by {
		i := slices.IndexFunc(c, func(m boundary.Measure) bool { return m.Dimension == x.Dimension })
		c[i].Value = x.To
	}
	return c
}

// covers reports whether cost a is nowhere worse than b where they are compared.
func covers(a, b boundary.Cost) bool {
	for i := range a {
		if a[i].Compared && a[i].Value > b[i].Value {
			return false
		}
	}
	return true
}

// TestShownCutsLeaveLittleToBeWishedFor holds what showing six instead of all
// costs on the systems: at most a tenth of the index.
func TestShownCutsLeaveLittleToBeWishedFor(t *testing.T) {
	var six, all means
	for _, c := range cases(t, small...) {
		if len(c.Accepted) == 0 {
			continue
		}
		for _, x := range []struct {
			shown int
			best  *means
		}{{6, &six}, {99, &all}} {
			s, err := c.Shown(boundary.Options{Plain: true, Shown: x.shown})
			if err != nil {
				t.Fatal(err)
			}
			x.best.add(s.Best)
		}
	}
	if six.ari() < all.ari()-0.1 || six.ari() < 0.75 {
		t.Errorf("best of six: mean ARI %.3f; best of all that could be shown: %.3f", six.ari(), all.ari())
	}
}

func TestErrorOfAMean(t *testing.T) {
	xs := []float64{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}
	if got := Error(xs); got < 0.115 || got > 0.135 { // 1/2 over the root of 16 is 0.125
		t.Errorf("error %v", got)
	}
	if got := Error([]float64{3, 3, 3}); got != 0 {
		t.Errorf("error of a constant %v", got)
	}
}
