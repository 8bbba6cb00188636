package sim

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The reference cases of package queueing, held against the engine: what has a
// closed form and what has none. A family is recognised by its model's words, so
// that further cases of a family need no code.

// full asks for as many customers as the extreme percentiles and the rare events
// of some cases need: go test -full -run ReferenceCases -timeout 30m.
var full = flag.Bool("full", false, "simulate the reference cases at full length")

type reference struct {
	ID        string         `yaml:"id"`
	Model     string         `yaml:"model"`
	Inputs    given          `yaml:"inputs"`
	Expect    map[string]any `yaml:"expect"`
	Tolerance map[string]any `yaml:"tolerance"`
}

type given map[string]any

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

// num is an input, 0 when it is not given.
func (g given) num(key string) float64 {
	f, _ := number(g[key])
	return f
}

func (g given) int(key string) int { return int(g.num(key)) }

func (g given) nums(key string) (out []float64) {
	for _, v := range g[key].([]any) {
		f, _ := number(v)
		out = append(out, f)
	}
	return out
}

// answers are simulated figures under the keys of the cases.
type answers map[string]float64

// margin is the deviation a case allows from what it expects under a key.
func (r *reference) margin(key string, want float64) (float64, bool) {
	bound := func(name string) (float64, bool) {
		f, ok := number(r.Tolerance[name])
		return f, ok
	}
	quantile := strings.HasPrefix(key, "p5") || strings.HasPrefix(key, "p9") || strings.Contains(key, "_p9") || strings.Contains(key, "_p5")
	if f, ok := bound("sim_rel_quantile"); ok && quantile {
		return f * want, true
	}
	if f, ok := bound("sim_abs_s"); ok && strings.HasSuffix(key, "_s") && strings.HasPrefix(key, "recovery") {
		return f, true
	}
	if f, ok := bound("sim_abs_probability"); ok && strings.HasPrefix(key, "p_") {
		return f, true
	}
	if _, yesOrNo := r.Expect[key].(bool); yesOrNo {
		return 0, true
	}
	for _, name := range []string{"sim_rel_mean", "sim_rel_mean_n100", "sim_rel"} {
		if f, ok := bound(name); ok {
			if want == 0 {
				return f, true // a share that should be nothing: the bound is one of the whole
			}
			return f * math.Abs(want), true
		}
	}
	return bound("sim_abs")
}

func TestSimulationAgreesWithReferenceCases(t *testing.T) {
	text, err := os.ReadFile("../queueing/testdata/queueing.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []reference
	if err := yaml.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	exercised := 0
	for _, r := range cases {
		for _, f := range families {
			if !strings.HasPrefix(r.Model, f.model) || !r.simulated() {
				continue
			}
			exercised++
			r.Inputs["model"] = r.Model // some say only there what is meant
			t.Run(r.ID, func(t *testing.T) { r.compare(t, f.simulate(t, r.Inputs)) })
			break
		}
	}
	// Counted, so that a case cannot drop out unseen.
	if exercised < 148 {
		t.Errorf("%d cases were simulated", exercised)
	}
}

// simulated reports whether a case says what it asks of a simulation.
func (r *reference) simulated() bool {
	for name := range r.Tolerance {
		if strings.HasPrefix(name, "sim_") || name == "boolean" {
			return true
		}
	}
	return false
}

func (r *reference) compare(t *testing.T, got answers) {
	t.Helper()
	compared := 0
	for key, v := range r.Expect {
		list, many := v.([]any)
		if !many {
			list = []any{v}
		}
		for i, v := range list {
			name := key
			if many {
				name = fmt.Sprintf("%s[%d]", key, i)
			}
			want, ok := number(v)
			value, simulated := got[name]
			if !ok || !simulated {
				continue
			}
			margin, ok := r.margin(key, want)
			if !ok {
				continue
			}
			compared++
			if !(math.Abs(value-want) <= margin+1e-12) {
				t.Errorf("%s = %.6g, want %.6g within %.2g", name, value, want, margin)
			}
		}
	}
	if compared == 0 {
		t.Errorf("nothing was compared: expected %v, simulated %v", r.Expect, got)
	}
}
