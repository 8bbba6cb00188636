package sim

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/internal/refcase"
)

// The reference cases of package queueing, held against the engine: what has a
// closed form and what has none. A family is recognised by its model's words, so
// that further cases of a family need no code.

// full asks for as many customers as the extreme percentiles and the rare events
// of some cases need: go test -full -run ReferenceCases -timeout 30m.
var full = flag.Bool("full", false, "simulate the reference cases at full length")

// given are a case's inputs.
type given = *refcase.Inputs

// answers are simulated figures under the keys of the cases. With errorOf behind the key
// stands the standard error of the figure that the case itself gives, where it is one of
// few runs.
type answers map[string]float64

const errorOf = " +-"

// margin is the deviation a case allows from what it expects under a key.
func margin(r *refcase.Case, key string, want float64) (float64, bool) {
	bound := func(name string) (float64, bool) {
		f, ok := r.Tolerance[name]
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

// formulas are families whose cases state a bound for a simulation and that have nothing
// to simulate, with the reason.
var formulas = []struct{ model, reason string }{
	{"customers needed", "the length of a run; held against intervals by package des"},
}

// unobserved are figures of a case that a run does not show.
var unobserved = []string{
	"offered_erlangs", "erlang_B", // of the inputs alone
	"Nstar", "sum_of_p99_s", "p99_unhedged_s", "p999_unhedged_s", // of other systems than the one that runs
	"unthrottled", "random_mean_sojourn",
	"ps_W_s", "Wq_std_s", "wait_p50_s", "wait_p90_s", "wait_p95_s", "wait_p99_s", "wait_p999_s", // package des has them
	"P0", "p_wait_gt0", "p_wait", "sigma", "erlang_C", "mean_wait_s",
	"D_star_des_s", "runs", "bucket_limited",
	"p999_s", "p9999_s", // with -full
}

// rare is a share of which no run sees enough to tell it.
const rare = 1e-6

func TestSimulationAgreesWithReferenceCases(t *testing.T) {
	exercised := 0
	for _, r := range refcase.All(t) {
		if !r.Simulable() || slices.ContainsFunc(formulas, func(f struct{ model, reason string }) bool { return strings.HasPrefix(r.Model, f.model) }) {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			for _, f := range families {
				if strings.HasPrefix(r.Model, f.model) {
					exercised++
					compare(t, r, f.simulate(t, r.Inputs))
					r.Inputs.Complain(t)
					return
				}
			}
			t.Errorf("nothing simulates %s", r.Model)
		})
	}
	t.Logf("%d cases were simulated", exercised)
}

// compare holds what was simulated against what the case expects of a simulation. What
// no run shows is left out; a figure that one should show and did not is an error.
func compare(t *testing.T, r *refcase.Case, got answers) {
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
			want, ok := refcase.Number(v)
			if !ok {
				continue
			}
			value, simulated := got[name]
			margin, bounded := margin(r, key, want)
			switch {
			case !bounded:
			case !simulated && !slices.Contains(unobserved, key):
				t.Errorf("%s is not simulated", name)
			case !simulated || math.IsNaN(value): // too few customers for it, without -full
			case want > 0 && want < rare && !strings.HasSuffix(key, "_s"):
				compared++
				if value > 10*rare {
					t.Errorf("%s = %.6g, want %.6g", name, value, want)
				}
			default:
				compared++
				if !(math.Abs(value-want) <= margin+2*got[name+errorOf]+1e-12) {
					t.Errorf("%s = %.6g, want %.6g within %.2g", name, value, want, margin)
				}
			}
		}
	}
	if compared == 0 {
		t.Errorf("nothing was compared: expected %v, simulated %v", r.Expect, got)
	}
}
