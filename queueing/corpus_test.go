package queueing_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/internal/refcase"
)

// given are a case's inputs.
type given = *refcase.Inputs

// margin is the allowed deviation from want. Figures are printed with eight
// significant digits, so half a unit of the eighth is always allowed. A case
// without an analytic bound states what is asked of a simulation, which an
// exact solution meets as well.
func margin(r *refcase.Case, want float64) float64 {
	printed := 0.0
	if want != 0 {
		printed = 0.5 * math.Pow(10, math.Floor(math.Log10(math.Abs(want)))-7)
	}
	if rel, ok := r.Tolerance["analytic_rel"]; ok {
		return rel*math.Abs(want) + printed
	}
	if abs, ok := r.Tolerance["sim_abs"]; ok {
		return abs
	}
	return r.Tolerance["sim_rel_mean"] * math.Abs(want)
}

// compare holds what was computed against every expectation of the case.
func compare(t *testing.T, r *refcase.Case, prefix string, expect map[string]any, got answers) {
	t.Helper()
	for key, v := range expect {
		key = prefix + key
		switch v := v.(type) {
		case map[string]any:
			compare(t, r, key+".", v, got)
			continue
		case []any:
			for i, item := range v {
				compare(t, r, "", map[string]any{fmt.Sprintf("%s[%d]", key, i): item}, got)
			}
			continue
		}
		want, ok := refcase.Number(v)
		if !ok || slices.Contains(notComputed, key) {
			continue
		}
		value, ok := got[key]
		switch {
		case !ok:
			t.Errorf("%s is not computed", key)
		case !(math.Abs(value-want) <= margin(r, want)):
			t.Errorf("%s = %.10g, want %.10g", key, value, want)
		}
	}
}

// notComputed are figures of a case that are not the closed form's to give.
var notComputed = []string{
	"D_star_des_s", // what an event simulation found where D_star_s is the formula's
	"runs",         // number of simulated runs
}

// answers are computed values under the keys the cases use.
type answers map[string]float64

// simulated are the families that no closed form answers, with the reason.
var simulated = []struct{ model, reason string }{
	{"OSDI22 artifact", "an experiment on a real system; the outcome at the tipping point depends on the calibrated load"},
	{"M/M/1/K=100, mu=10/s, timeout 3 s", "escape times of a bistable queue with retries: a first passage of the whole history"},
	{"mbrooker/simulator_example", "a transient of a server whose latency depends on its concurrency"},
	{"mitigation matrix", "recovery of a transient under retries, budgets and queue limits"},
	{"as mitigation matrix", "the fixed point of retries against a server that drops expired work"},
}

// Every case is computed, or its family is one that only a simulation answers; there is
// no third way, so that none can drop out unseen.
func TestClosedFormsAgreeWithReferenceCases(t *testing.T) {
	exercised, left := map[string]int{}, map[string]int{}
	for _, r := range refcase.All(t) {
		t.Run(r.ID, func(t *testing.T) {
			compute := familyOf(r.Model)
			if compute == nil {
				for _, s := range simulated {
					if strings.HasPrefix(r.Model, s.model) && !r.Analytic() {
						left[r.Kind]++
						return
					}
				}
				t.Fatalf("no formula for a model that is %s: %s", r.Kind, r.Model)
			}
			exercised[r.Kind]++
			compare(t, r, "", r.Expect, compute(r.Inputs))
			r.Inputs.Complain(t)
		})
	}
	t.Logf("exercised %v, left to the simulator %v", exercised, left)
}
