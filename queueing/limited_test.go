package queueing_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"plumb.dev/plumb/queueing"
)

// The quantiles of sums with limited calls are those of draws, whether hardly anything or
// every tenth call is given up, made again, left out or side by side.
func TestSumsWithLimitsAreThoseOfDraws(t *testing.T) {
	slow, own := queueing.LogNormalFromP50P99(0.06, 0.9), queueing.LogNormalFromP50P99(0.01, 0.08)
	for name, c := range map[string]struct {
		rest  *queueing.LogNormal
		calls []queueing.Limited
	}{
		"one":          {&own, []queueing.Limited{{Time: slow, Limit: 0.3, Chance: 1}}},
		"two":          {&own, []queueing.Limited{{Time: slow, Limit: 0.3, Chance: 1}, {Time: slow, Limit: 0.2, Chance: 1}}},
		"seldom made":  {&own, []queueing.Limited{{Time: slow, Limit: 0.3, Chance: 0.1}}},
		"made again":   {&own, []queueing.Limited{{Time: slow, Limit: 0.15, Attempts: 2, Base: 0.05, Chance: 1}}},
		"needed":       {&own, []queueing.Limited{{Time: slow, Limit: 0.15, Attempts: 2, Base: 0.05, Chance: 1, Answered: true}}},
		"side by side": {&own, []queueing.Limited{{Time: slow, Limit: 0.3, Chance: 1, Beside: 3}}},
		"alone":        {nil, []queueing.Limited{{Time: slow, Limit: 5, Chance: 1}}},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		draw := func(d queueing.LogNormal) float64 { return math.Exp(d.Mu + d.Sigma*r.NormFloat64()) }
		var all []float64
		for len(all) < 200000 {
			sum, failed := 0.0, false
			if c.rest != nil {
				sum = draw(*c.rest)
			}
			for _, x := range c.calls {
				if r.Float64() > x.Chance {
					continue
				}
				longest := 0.0
				for range max(x.Beside, 1) {
					took := 0.0
					for n := range max(x.Attempts, 1) {
						if n > 0 {
							took += r.Float64() * x.Base * math.Pow(2, float64(n-1))
						}
						d := draw(x.Time)
						took += math.Min(d, x.Limit)
						if d <= x.Limit {
							break
						}
						failed = failed || x.Answered && n+1 >= x.Attempts
					}
					longest = math.Max(longest, took)
				}
				sum += longest
			}
			if !failed {
				all = append(all, sum)
			}
		}
		slices.Sort(all)
		for _, p := range []float64{0.5, 0.9, 0.99} {
			got, want := queueing.SumWithLimits(c.rest, c.calls, p), all[int(p*float64(len(all)))]
			if math.Abs(got-want) > 0.03*want+0.0005 {
				t.Errorf("%s: the %g quantile is %.4g, of draws %.4g", name, p, got, want)
			}
		}
	}
}

// One place less turns away more than may be turned away, and the places do not.
func TestPlacesTurnAwayAsFewAsSaid(t *testing.T) {
	for _, rate := range []float64{0.5, 25, 400, 20000} {
		for _, refused := range []float64{1e-2, 1e-4, 1e-6} {
			n := queueing.Places(rate, 0.004, refused)
			if got := queueing.ErlangB(n, rate*0.004); got > refused {
				t.Errorf("%d places turn away %.3g of %g/s, and %g may be", n, got, rate, refused)
			}
			if n > 1 && queueing.ErlangB(n-1, rate*0.004) <= refused {
				t.Errorf("%d places would do for %g/s and %g", n-1, rate, refused)
			}
		}
	}
}
