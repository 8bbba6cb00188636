package des_test

import (
	"math"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// covered counts of 2000 samples how many intervals hold the truth.
func covered(trial func(s *des.Stream) (des.Interval, bool), truth float64) float64 {
	const trials = 2000
	hits := 0.0
	for i := range uint64(trials) {
		s := des.NewStream(21, i)
		if in, ok := trial(&s); ok && in.Holds(truth) {
			hits++
		}
	}
	return hits / trials
}

func TestIntervalsOfMeansCoverTheTruth(t *testing.T) {
	// Student's t is exact for normal observations, however few.
	for _, n := range []int{2, 3, 4, 5, 10, 30} {
		for _, confidence := range []float64{0.8, 0.95, 0.99} {
			got := covered(func(s *des.Stream) (des.Interval, bool) {
				var m des.Mean
				for range n {
					m.Add(3 + 2*s.Norm())
				}
				return m.Interval(confidence), true
			}, 3)
			if d := 4 * math.Sqrt(confidence*(1-confidence)/2000); math.Abs(got-confidence) > d {
				t.Errorf("%d observations: a %g interval covered %g", n, confidence, got)
			}
		}
	}
}

func TestIntervalsOfQuantilesCoverTheTruth(t *testing.T) {
	truth := -math.Log(0.01) * float64(des.Second)
	d := des.Exponential(des.Second)
	many := make([]*des.Histogram, 10)
	for i := range many {
		many[i] = &des.Histogram{}
	}
	replicated := covered(func(s *des.Stream) (des.Interval, bool) {
		for _, h := range many {
			h.Reset()
			for range 1500 {
				h.Record(d.Sample(s))
			}
		}
		return des.QuantileOf(many, 0.99, 0.95)
	}, truth)
	if replicated < 0.94 || replicated > 0.99 {
		t.Errorf("replications covered %g, want 0.95 or somewhat more", replicated)
	}
}

func TestQuantileOfReplicationsNeedsSeveralThatCarryIt(t *testing.T) {
	var large, small des.Histogram
	for range 10_000 {
		large.Record(1)
	}
	small.Record(1)
	if _, ok := des.QuantileOf([]*des.Histogram{&large}, 0.99, 0.95); ok {
		t.Error("one replication gave an interval")
	}
	if _, ok := des.QuantileOf([]*des.Histogram{&small, &small, &small}, 0.99, 0.95); ok {
		t.Error("three observations carried a p99")
	}
	if in, ok := des.QuantileOf([]*des.Histogram{&large, &large, &large}, 0.99, 0.95); !ok || !in.Holds(1) || in.High-in.Low > 1 {
		t.Errorf("what is always the same has the interval %v, %v", in, ok)
	}
	// Many observations, and yet but one excursion among four replications.
	var calm, busy des.Histogram
	for range 1000 {
		calm.Record(des.Millisecond)
		busy.Record(des.Millisecond)
	}
	for range 200 {
		busy.Record(des.Second)
	}
	if in, ok := des.QuantileOf([]*des.Histogram{&calm, &calm, &busy, &calm}, 0.99, 0.95); ok {
		t.Errorf("one excursion gave the interval %v", in)
	}
}

// tails are models whose 99th and 90th percentiles and medians are known: independent
// times, and sojourns in a queue that come in bursts.
var tails = []struct {
	name     string
	quantile func(p float64) float64 // seconds
	fill     func(s *des.Stream, n int, record func(seconds float64))
}{
	{"independent", func(p float64) float64 { return -math.Log(1 - p) }, func(s *des.Stream, n int, record func(float64)) {
		for range n {
			record(s.Exp())
		}
	}},
	{"heavy", func(p float64) float64 { return math.Exp(1.5 * math.Sqrt2 * math.Erfinv(2*p-1)) }, func(s *des.Stream, n int, record func(float64)) {
		for range n {
			record(math.Exp(1.5 * s.Norm()))
		}
	}},
	{"a queue at 0.5", func(p float64) float64 { return -math.Log(1-p) / 0.5 }, sojourns(0.5)},
	{"a queue at 0.8", func(p float64) float64 { return -math.Log(1-p) / 0.2 }, sojourns(0.8)},
	{"a queue at 0.95", func(p float64) float64 { return -math.Log(1-p) / 0.05 }, sojourns(0.95)},
}

// sojourns are those of an M/M/1 queue in its steady state, by Lindley's recursion.
func sojourns(rho float64) func(s *des.Stream, n int, record func(float64)) {
	return func(s *des.Stream, n int, record func(float64)) {
		wait := 0.0
		if s.Chance(rho) {
			wait = s.Exp() / (1 - rho)
		}
		for range n {
			served := wait + s.Exp()
			record(served)
			wait = math.Max(0, served-s.Exp()/rho)
		}
	}
}

// However short the replications and however few, a percentile's 99 % interval holds the
// truth for 97 of 100 seeds at least, or there is none for the sample.
func TestIntervalsOfShortReplicationsHoldOrAreRefused(t *testing.T) {
	const seeds = 200
	for _, m := range tails {
		for _, replications := range []int{3, 10} {
			for _, c := range []struct {
				p float64
				n int
			}{{0.5, 20}, {0.9, 20}, {0.9, 100}, {0.9, 1000}, {0.99, 100}, {0.99, 300}, {0.99, 1000}, {0.99, 3000}} {
				hs := make([]*des.Histogram, replications)
				for i := range hs {
					hs[i] = &des.Histogram{}
				}
				wrong, refused := 0, 0
				for seed := range uint64(seeds) {
					for i, h := range hs {
						h.Reset()
						s := des.NewStream(31, seed, uint64(i))
						m.fill(&s, c.n, func(x float64) { h.Record(des.Seconds(x)) })
					}
					switch in, ok := des.QuantileOf(hs, c.p, 0.99); {
					case !ok:
						refused++
					case !in.Holds(m.quantile(c.p) * 1e9):
						wrong++
					}
				}
				if wrong > seeds*3/100 {
					t.Errorf("%s, p%g of %d replications of %d: %d of %d intervals miss the truth, %d are refused", m.name, 100*c.p, replications, c.n, wrong, seeds, refused)
				}
				// What is plenty is not refused.
				if plenty := m.name == "independent" && float64(c.n)*(1-c.p) >= 25; plenty && refused > seeds/10 {
					t.Errorf("%s, p%g of %d replications of %d: %d of %d are refused", m.name, 100*c.p, replications, c.n, refused, seeds)
				}
			}
		}
	}
}

// However short the replications, a mean's 99 % interval holds the truth for 97 of 100
// seeds at least, or there is none for the sample; and what is plenty has one.
func TestIntervalsOfMeansOfShortReplicationsHoldOrAreRefused(t *testing.T) {
	const seeds = 200
	means := map[string]float64{"independent": 1, "heavy": math.Exp(1.125), "a queue at 0.5": 2, "a queue at 0.8": 5, "a queue at 0.95": 20}
	for _, m := range tails {
		truth, known := means[m.name]
		if !known {
			continue
		}
		for _, replications := range []int{3, 6, 10} {
			for _, n := range []int{20, 100, 300, 1000} {
				hs := make([]*des.Histogram, replications)
				missed, refused := 0, 0
				for seed := range uint64(seeds) {
					for i := range hs {
						hs[i] = &des.Histogram{}
						s := des.NewStream(33, seed, uint64(i))
						m.fill(&s, n, func(x float64) { hs[i].Record(des.Seconds(x)) })
					}
					switch in, ok := des.MeanOf(hs, 0.99); {
					case !ok:
						refused++
					case !in.Holds(truth * 1e9):
						missed++
					}
				}
				if missed > seeds*3/100 {
					t.Errorf("%s, %d replications of %d: %d of %d intervals miss the mean, %d are refused", m.name, replications, n, missed, seeds, refused)
				}
				if m.name == "independent" && n >= 1000 && replications >= 6 && refused > seeds/20 {
					t.Errorf("%d replications of %d: %d of %d are refused", replications, n, refused, seeds)
				}
			}
		}
	}
}

// Shares near 0 and 1, of which few or none are seen, and rates of rare events.
func TestIntervalsOfRareEventsCoverTheTruth(t *testing.T) {
	const seeds, replications, trials = 400, 6, 500
	for _, p := range []float64{0.0001, 0.001, 0.02, 0.5, 0.999} {
		shares, rates := 0, 0
		for seed := range uint64(seeds) {
			s := des.NewStream(34, seed)
			var parts []des.Share
			var counts []float64
			for range replications {
				n := 0.0
				for range trials {
					if s.Chance(p) {
						n++
					}
				}
				parts, counts = append(parts, des.Share{Of: n, Among: trials}), append(counts, n)
			}
			if i, ok := des.ShareOf(parts, 0.99); ok && i.Holds(p) {
				shares++
			}
			if i := des.RateOf(counts, trials/2, 0.99); i.Holds(2 * p) {
				rates++
			}
		}
		if float64(shares)/seeds < 0.97 {
			t.Errorf("intervals of a share of %g hold in %d of %d seeds", p, shares, seeds)
		}
		if p >= 0.02 && float64(rates)/seeds < 0.97 {
			t.Errorf("intervals of a rate of %g hold in %d of %d seeds", 2*p, rates, seeds)
		}
	}
	if i, ok := des.ShareOf([]des.Share{{Of: 0, Among: 500}, {Of: 0, Among: 500}}, 0.95); !ok || i.Low != 0 || math.Abs(i.High-0.003) > 1e-5 {
		t.Errorf("none of 1000 is %v, where the rule of three says 0.003", i)
	}
	if _, ok := des.ShareOf([]des.Share{{Of: 1, Among: 2}}, 0.95); ok {
		t.Error("one replication gives an interval")
	}
}

// Means are of what replications say, and skewed only where these are short beside what a
// burst lasts.
func TestIntervalsOfMeansOfReplicationsHold(t *testing.T) {
	const seeds = 200
	means := map[string]float64{"independent": 1, "heavy": math.Exp(1.125), "a queue at 0.5": 2, "a queue at 0.8": 5}
	for _, m := range tails {
		truth, known := means[m.name]
		for _, replications := range []int{3, 10, 30} {
			missed := 0
			for seed := range uint64(seeds) {
				var all des.Mean
				for i := range replications {
					var mean des.Mean
					s := des.NewStream(32, seed, uint64(i))
					m.fill(&s, 3000, mean.Add)
					all.Add(mean.Mean())
				}
				if !all.Interval(0.99).Holds(truth) {
					missed++
				}
			}
			if known && missed > seeds*3/100 {
				t.Errorf("%s: %d of %d intervals of the mean of %d replications miss the truth", m.name, missed, seeds, replications)
			}
		}
	}
}

func TestMergedMeansAreThoseOfAll(t *testing.T) {
	s := des.NewStream(22)
	var whole, merged des.Mean
	for range 10 {
		var part des.Mean
		for range s.Below(100) {
			x := s.Norm()
			part.Add(x)
			whole.Add(x)
		}
		merged.Merge(part)
	}
	if merged.Count() != whole.Count() || math.Abs(merged.Mean()-whole.Mean()) > 1e-12 ||
		math.Abs(merged.Variance()-whole.Variance()) > 1e-9 {
		t.Errorf("merged %v, whole %v", merged, whole)
	}
	var none des.Mean
	if in := none.Interval(0.95); !math.IsNaN(in.Estimate) || in.Holds(0) {
		t.Error("nothing observed gave an interval")
	}
}

func TestLevelAveragesOverTime(t *testing.T) {
	var l des.Level
	l.Set(0, 2)
	l.Add(10*des.Second, 3)  // 2 for 10 s
	l.Add(20*des.Second, -5) // 5 for 10 s
	if got := l.Mean(40 * des.Second); got != 1.75 || l.Most() != 5 || l.Value() != 0 {
		t.Errorf("mean %g, most %d, value %d", got, l.Most(), l.Value())
	}
	l.Set(40*des.Second, 7)
	l.Restart(40 * des.Second)
	l.Add(50*des.Second, 1)
	if got := l.Mean(60 * des.Second); got != 7.5 || l.Most() != 8 {
		t.Errorf("after a restart: mean %g, most %d", got, l.Most())
	}
}

func TestWarmupCutsTheTransient(t *testing.T) {
	s := des.NewStream(23)
	series := make([]float64, 2000)
	fill := func(transient func(i float64) float64) {
		for i := range series {
			series[i] = 10 + s.Norm() + transient(float64(i))
		}
	}
	fill(func(i float64) float64 { return -20 * math.Exp(-i/60) })
	if cut := des.Warmup(series); cut < 120 || cut > 600 {
		t.Errorf("a transient of time constant 60 was cut at %d", cut)
	}
	fill(func(float64) float64 { return 0 })
	if cut := des.Warmup(series); cut > 500 {
		t.Errorf("a stationary series was cut at %d", cut)
	}
	fill(func(i float64) float64 { return i / 10 })
	if cut := des.Warmup(series); cut != len(series) {
		t.Errorf("a growing series was cut at %d as if it settled", cut)
	}
	if cut := des.Warmup(series[:7]); cut != 7 {
		t.Errorf("seven observations were cut at %d", cut)
	}
}

func TestReplicationsArePlannedFromTheirVariance(t *testing.T) {
	s := des.NewStream(24)
	var pilot des.Mean
	for range 20 {
		pilot.Add(100 + 10*s.Norm())
	}
	n := des.MoreReplications(pilot, 0.01, 0.95, 100_000)
	// 1 % of the mean is a tenth of the deviation: about 400 of them.
	if n < 150 || n > 900 {
		t.Errorf("%d replications planned", n)
	}
	if n := des.MoreReplications(pilot, 0.5, 0.95, 1000); n != 20 {
		t.Errorf("%d planned where the pilot suffices", n)
	}
	if n := des.MoreReplications(pilot, 1e-6, 0.95, 1000); n != 1000 {
		t.Errorf("%d planned with a limit of 1000", n)
	}
	if n := des.MoreReplications(des.Mean{}, 0.01, 0.95, 1000); n != 1000 {
		t.Errorf("%d planned from nothing", n)
	}
}
