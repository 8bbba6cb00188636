package queueing_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// reference is one case of testdata/queueing.yaml.
type reference struct {
	ID        string             `yaml:"id"`
	Model     string             `yaml:"model"`
	Kind      string             `yaml:"kind"`
	Inputs    given              `yaml:"inputs"`
	Expect    map[string]any     `yaml:"expect"`
	Tolerance map[string]float64 `yaml:"-"`
	Bounds    map[string]any     `yaml:"tolerance"`
}

// given are a case's inputs.
type given map[string]any

func (g given) num(key string) float64 {
	v, ok := number(g[key])
	if !ok {
		panic(fmt.Sprintf("input %q is %v", key, g[key]))
	}
	return v
}

func (g given) int(key string) int { return int(g.num(key)) }

func (g given) nums(key string) []float64 {
	var out []float64
	for _, v := range g[key].([]any) {
		f, _ := number(v)
		out = append(out, f)
	}
	return out
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

func references(t *testing.T) []reference {
	t.Helper()
	text, err := os.ReadFile("testdata/queueing.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []reference
	if err := yaml.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for i := range cases {
		cases[i].Inputs["model"] = cases[i].Model // some say only there what is meant
		cases[i].Tolerance = map[string]float64{}
		for k, v := range cases[i].Bounds {
			cases[i].Tolerance[k], _ = number(v)
		}
	}
	return cases
}

// margin is the allowed deviation from want. Figures are printed with eight
// significant digits, so half a unit of the eighth is always allowed. A case
// without an analytic bound states what is asked of a simulation, which an
// exact solution meets as well.
func (r reference) margin(want float64) float64 {
	printed := 0.0
	if want != 0 {
		printed = 0.5 * math.Pow(10, math.Floor(math.Log10(math.Abs(want)))-7)
	}
	switch t := r.Tolerance; {
	case r.has("analytic_rel"):
		return t["analytic_rel"]*math.Abs(want) + printed
	case r.has("sim_abs"):
		return t["sim_abs"]
	default:
		return t["sim_rel_mean"] * math.Abs(want)
	}
}

func (r reference) has(bound string) bool {
	_, ok := r.Tolerance[bound]
	return ok
}

// compare holds what was computed against every expectation of the case.
func (r reference) compare(t *testing.T, prefix string, expect map[string]any, got answers) {
	t.Helper()
	for key, v := range expect {
		key = prefix + key
		switch v := v.(type) {
		case map[string]any:
			r.compare(t, key+".", v, got)
			continue
		case []any:
			for i, item := range v {
				r.compare(t, "", map[string]any{fmt.Sprintf("%s[%d]", key, i): item}, got)
			}
			continue
		}
		want, ok := number(v)
		if !ok || slices.Contains(notComputed, key) {
			continue
		}
		value, ok := got[key]
		switch {
		case !ok:
			t.Errorf("%s is not computed", key)
		case !(math.Abs(value-want) <= r.margin(want)):
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

// analytic are the kinds whose every case has to be computed.
var analytic = []string{"exact", "derived", "approximation"}

func TestClosedFormsAgreeWithReferenceCases(t *testing.T) {
	exercised := map[string]int{}
	left := map[string]int{}
	for _, r := range references(t) {
		compute := familyOf(r.Model)
		if compute == nil {
			excused := false
			for _, s := range simulated {
				excused = excused || strings.HasPrefix(r.Model, s.model)
			}
			if !excused || slices.Contains(analytic, r.Kind) {
				t.Errorf("%s: no formula for %q", r.ID, r.Model)
			}
			left[r.Kind]++
			continue
		}
		exercised[r.Kind]++
		t.Run(r.ID, func(t *testing.T) { r.compare(t, "", r.Expect, compute(r.Inputs)) })
	}
	// Counted, so that a case cannot drop out unseen.
	want := map[string]int{"exact": 152, "derived": 19, "approximation": 3, "reference_sim": 8, "published_tool": 3}
	for kind, n := range want {
		if exercised[kind] != n {
			t.Errorf("%d cases of kind %s exercised, want %d", exercised[kind], kind, n)
		}
	}
	t.Logf("exercised %v, left to the simulator %v", exercised, left)
}
