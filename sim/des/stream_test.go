package des_test

import (
	"math"
	"slices"
	"testing"

	"plumb.dev/plumb/sim/des"
)

func TestSamplersFollowTheirDistributions(t *testing.T) {
	exp := func(x float64) float64 { return 1 - math.Exp(-max(0, x)) }
	norm := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	second := float64(des.Second)
	dist := func(d des.Dist) func(*des.Stream) float64 {
		return func(s *des.Stream) float64 { return float64(d.Sample(s)) / second }
	}
	p := (1 + math.Sqrt(3.0/5)) / 2
	for _, c := range []struct {
		name string
		draw func(*des.Stream) float64
		cdf  func(float64) float64
	}{
		{"uniform", func(s *des.Stream) float64 { return s.Float64() }, func(x float64) float64 { return min(max(x, 0), 1) }},
		{"exponential", func(s *des.Stream) float64 { return s.Exp() }, exp},
		{"normal", func(s *des.Stream) float64 { return s.Norm() }, norm},
		{"Exponential", dist(des.Exponential(2 * des.Second)), func(x float64) float64 { return exp(x / 2) }},
		{"Poisson", dist(des.Poisson(4)), func(x float64) float64 { return exp(4 * x) }},
		{"ShiftedExponential", dist(des.ShiftedExponential(des.Second, des.Second)), func(x float64) float64 { return exp(x - 1) }},
		{"Uniform", dist(des.Uniform(des.Second, 3*des.Second)), func(x float64) float64 { return min(max((x-1)/2, 0), 1) }},
		{"Erlang", dist(des.Erlang(3*des.Second, 3)), func(x float64) float64 { return 1 - math.Exp(-x)*(1+x+x*x/2) }},
		{"Hyperexponential", dist(des.Hyperexponential(des.Second, 4)), func(x float64) float64 { return p*exp(2*p*x) + (1-p)*exp(2*(1-p)*x) }},
		{"LogNormal", dist(des.LogNormal(des.Second, 0.7)), func(x float64) float64 { return norm(math.Log(x) / 0.7) }},
		{"scaled LogNormal", dist(des.LogNormal(des.Second, 0.7).Scaled(3)), func(x float64) float64 { return norm(math.Log(x/3) / 0.7) }},
		{"Empirical", dist(des.Empirical([]des.Time{4 * des.Second, 0, 2 * des.Second})), func(x float64) float64 { return min(max(x/4, 0), 1) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			const n = 200_000
			s := des.NewStream(11)
			draws := make([]float64, n)
			for i := range draws {
				draws[i] = c.draw(&s)
			}
			slices.Sort(draws)
			// Kolmogorov and Smirnov's distance; 1.95/sqrt(n) is exceeded
			// once in a thousand seeds.
			worst := 0.0
			for i, x := range draws {
				f := c.cdf(x)
				worst = max(worst, f-float64(i)/n, float64(i+1)/n-f)
			}
			if worst > 1.95/math.Sqrt(n) {
				t.Errorf("distance %.5f", worst)
			}
		})
	}
}

func TestTailsReachBeyondTheTables(t *testing.T) {
	// The ziggurats' base layers end at 7.7 and 3.65.
	const n = 20_000_000
	s := des.NewStream(12)
	exp, norm := 0, 0
	for range n {
		if s.Exp() > 9 {
			exp++
		}
		if math.Abs(s.Norm()) > 4 {
			norm++
		}
	}
	expWant, normWant := n*math.Exp(-9), n*math.Erfc(4/math.Sqrt2)
	if math.Abs(float64(exp)-expWant) > 4*math.Sqrt(expWant) {
		t.Errorf("%d exponentials above 9, want %.0f", exp, expWant)
	}
	if math.Abs(float64(norm)-normWant) > 4*math.Sqrt(normWant) {
		t.Errorf("%d normals beyond 4, want %.0f", norm, normWant)
	}
}

func TestSampleMeansMatchMean(t *testing.T) {
	for name, d := range map[string]des.Dist{
		"Constant":  des.Constant(des.Second),
		"Erlang":    des.Erlang(des.Second, 4),
		"H2":        des.Hyperexponential(des.Second, 3),
		"LogNormal": des.LogNormal(des.Second, 1),
		"Shifted":   des.ShiftedExponential(des.Second, des.Second),
		"Uniform":   des.Uniform(0, des.Second),
		"Empirical": des.Empirical([]des.Time{0, des.Second, 8 * des.Second}),
		"Scaled":    des.Uniform(des.Second, 2*des.Second).Scaled(0.25),
	} {
		s := des.NewStream(13)
		var m des.Mean
		for range 200_000 {
			m.Add(float64(d.Sample(&s)))
		}
		if i := m.Interval(0.999); math.Abs(m.Mean()-d.Mean()) > 1 && !i.Holds(d.Mean()) {
			t.Errorf("%s: mean %g, sampled %g", name, d.Mean(), m.Mean())
		}
	}
}

func TestStreamsDifferByEveryLabel(t *testing.T) {
	seen := map[uint64][]uint64{}
	for seed := range uint64(20) {
		for a := range uint64(20) {
			for b := range uint64(20) {
				for _, labels := range [][]uint64{{a}, {a, b}, {a, b, 0}} {
					s := des.NewStream(seed, labels...)
					x := s.Uint64()
					key := append([]uint64{seed}, labels...)
					if other, ok := seen[x]; ok && !slices.Equal(other, key) {
						t.Fatalf("%v and %v start alike", other, key)
					}
					seen[x] = key
				}
			}
		}
	}
}

func TestStreamsAreUncorrelated(t *testing.T) {
	// Between streams of neighbouring labels, between neighbouring requests of
	// one stream, and between a stream and its shifted self.
	const n = 200_000
	base := des.NewStream(1, 1)
	a, b := des.NewStream(1, 1), des.NewStream(1, 2)
	var across, within, lagged des.Mean
	last := 0.5
	for i := range uint64(n) {
		x, y := a.Float64(), b.Float64()
		across.Add((x - 0.5) * (y - 0.5))
		lagged.Add((x - 0.5) * (last - 0.5))
		last = x
		one, two := base.At(i), base.At(i+1)
		within.Add((one.Float64() - 0.5) * (two.Float64() - 0.5))
	}
	for name, m := range map[string]des.Mean{"streams": across, "requests": within, "lag 1": lagged} {
		if !m.Interval(0.9999).Holds(0) {
			t.Errorf("%s correlate: %g", name, m.Mean())
		}
	}
}

func TestRequestsKeepTheirNumbersWhateverElseIsDrawn(t *testing.T) {
	base := des.NewStream(5, 7)
	first := base.At(1000)
	want := []uint64{first.Uint64(), first.Uint64()}
	for i := range uint64(100) {
		other := base.At(i)
		other.Exp()
	}
	base.Uint64()
	again := base.At(1000)
	if got := []uint64{again.Uint64(), again.Uint64()}; !slices.Equal(got, want) {
		t.Error("a request's numbers changed")
	}
	sub := base.At(1)
	if a, b := sub.At(2), base.At(2); a == b {
		t.Error("a part of a request has the numbers of another request")
	}
}

func TestBelowCoversItsRangeEvenly(t *testing.T) {
	s := des.NewStream(6)
	counts := make([]int, 7)
	for range 70_000 {
		counts[s.Below(7)]++
	}
	for v, n := range counts {
		if n < 9600 || n > 10_400 {
			t.Errorf("%d came %d times of 70000", v, n)
		}
	}
	if s.Below(0) != 0 || s.Below(-3) != 0 {
		t.Error("a range without numbers gave one")
	}
}

func TestThinnedArrivalsFollowTheRate(t *testing.T) {
	s := des.NewStream(8)
	rate := func(t des.Time) float64 { // 100 a second, 300 in the second half
		if t < 500*des.Second {
			return 100
		}
		return 300
	}
	var early, late float64
	for now := des.NextArrival(&s, 0, 400, rate); now < 1000*des.Second; now = des.NextArrival(&s, now, 400, rate) {
		if now < 500*des.Second {
			early++
		} else {
			late++
		}
	}
	if math.Abs(early-50_000) > 4*math.Sqrt(50_000) || math.Abs(late-150_000) > 4*math.Sqrt(150_000) {
		t.Errorf("%v then %v arrivals", early, late)
	}
	if des.NextArrival(&s, 0, 0, rate) != des.Forever || des.NextArrival(&s, 0, 1e6, func(des.Time) float64 { return 0 }) != des.Forever {
		t.Error("nothing arrived")
	}
}

func TestSamplesStayInRange(t *testing.T) {
	s := des.NewStream(9)
	for _, d := range []des.Dist{
		des.Constant(-1), des.Exponential(-5), des.Exponential(des.Forever), des.Uniform(5, 1), des.Erlang(1, 0),
		des.Hyperexponential(1, 0.5), des.LogNormal(0, 1), des.LogNormal(1, math.Inf(1)), des.LogNormal(des.Forever, 300),
		des.Empirical(nil), des.Empirical([]des.Time{7}), {}, des.Poisson(0), des.Poisson(math.NaN()),
		des.Exponential(5).Scaled(math.Inf(1)), des.Exponential(5).Scaled(-1), des.LogNormal(1, 1).Scaled(math.MaxFloat64),
	} {
		for range 100 {
			if v := d.Sample(&s); v < 0 {
				t.Fatalf("%+v gave %d", d, v)
			}
		}
	}
}
