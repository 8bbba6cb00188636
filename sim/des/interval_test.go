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
	single := covered(func(s *des.Stream) (des.Interval, bool) {
		var h des.Histogram
		for range 2000 {
			h.Record(d.Sample(s))
		}
		return h.QuantileInterval(0.99, 0.95)
	}, truth)
	if single < 0.93 || single > 0.97 {
		t.Errorf("order statistics covered %g, want 0.95", single)
	}
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
	if replicated < 0.93 || replicated > 0.97 {
		t.Errorf("replications covered %g, want 0.95", replicated)
	}
}

func TestQuantileOfReplicationsNeedsEachToCarryIt(t *testing.T) {
	var large, small des.Histogram
	for range 10_000 {
		large.Record(1)
	}
	small.Record(1)
	if _, ok := des.QuantileOf([]*des.Histogram{&large, &small}, 0.99, 0.95); ok {
		t.Error("a replication of one observation carried a p99")
	}
	if _, ok := des.QuantileOf([]*des.Histogram{&large}, 0.99, 0.95); ok {
		t.Error("one replication gave an interval")
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
