package des_test

import (
	"context"
	"math"
	"testing"

	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// An M/M/1 queue started empty, replicated, its warm-up cut by MSER-5 where
// the replications' average says: the 99 % intervals of the mean and of the
// 95th percentile hold the truth about 99 times in 100.
func TestIntervalsOfASimulatedQueueCoverTheTruth(t *testing.T) {
	const (
		seeds        = 200
		replications = 10
		customers    = 5000
		lambda, mu   = 60.0, 100.0
	)
	means, quantiles := 0, 0
	for seed := range uint64(seeds) {
		series, err := des.Replicate(context.Background(), replications, 2,
			func() struct{} { return struct{}{} },
			func(_ struct{}, replication int) []float64 {
				return mm1Sojourns(nil, lambda, mu, customers, seed, uint64(replication))
			})
		if err != nil {
			t.Fatal(err)
		}
		average := make([]float64, customers)
		for _, s := range series {
			for i, x := range s {
				average[i] += x / replications
			}
		}
		cut := des.Warmup(average)
		var overall des.Mean
		histograms := make([]*des.Histogram, replications)
		for r, s := range series {
			var mean des.Mean
			histograms[r] = &des.Histogram{}
			for _, x := range s[cut:] {
				mean.Add(x)
				histograms[r].Record(des.Seconds(x))
			}
			overall.Add(mean.Mean())
		}
		if overall.Interval(0.99).Holds(1 / (mu - lambda)) {
			means++
		}
		q, ok := des.QuantileOf(histograms, 0.95, 0.99)
		if ok && q.Holds(-math.Log(0.05)/(mu-lambda)*1e9) {
			quantiles++
		}
	}
	if share := float64(means) / seeds; share < 0.97 {
		t.Errorf("99 %% intervals of the mean held the truth in a share %g of %d seeds", share, seeds)
	}
	if share := float64(quantiles) / seeds; share < 0.97 {
		t.Errorf("99 %% intervals of the p95 held the truth in a share %g of %d seeds", share, seeds)
	}
}

// mm1Sojourns are the sojourns of the first customers of an empty M/M/1 queue.
func mm1Sojourns(out []float64, lambda, mu float64, customers int, labels ...uint64) []float64 {
	const arrival, departure des.Kind = 0, 1
	calendar := des.NewCalendar(des.Forever, uint64(3*customers))
	arrivals := des.NewStream(1, append([]uint64{0}, labels...)...)
	services := des.NewStream(1, append([]uint64{1}, labels...)...)
	gap, service := des.Poisson(lambda), des.Poisson(mu)
	var queue des.FIFO[des.Time]
	calendar.After(gap.Sample(&arrivals), arrival, 0)
	for len(out) < customers {
		e, ok := calendar.Next()
		if !ok {
			break
		}
		if e.Kind() == arrival {
			calendar.After(gap.Sample(&arrivals), arrival, 0)
			queue.Push(e.At)
			if queue.Len() == 1 {
				calendar.After(service.Sample(&services), departure, 0)
			}
			continue
		}
		came, _ := queue.Pop()
		out = append(out, (e.At - came).Seconds())
		if queue.Len() > 0 {
			calendar.After(service.Sample(&services), departure, 0)
		}
	}
	return out
}

func TestCommonRandomNumbersSharpenComparisons(t *testing.T) {
	// How much a server 2.5 % faster saves at utilisation 0.8: with the same
	// streams for both, the difference varies far less than with others.
	var common, separate des.Mean
	for replication := range uint64(60) {
		mean := func(mu float64, seed uint64) float64 {
			var m des.Mean
			for _, x := range mm1Sojourns(nil, 80, mu, 4000, seed, replication) {
				m.Add(x)
			}
			return m.Mean()
		}
		slow := mean(100, 1)
		common.Add(slow - mean(102.5, 1))
		separate.Add(slow - mean(102.5, 2))
	}
	if gain := separate.Variance() / common.Variance(); gain < 8 {
		t.Errorf("the variance fell by a factor of %g only", gain)
	}
}

// The models that the reference cases cover for one server only.
func TestSeveralServersAgreeWithClosedForms(t *testing.T) {
	deadline := queueing.MMcD{Lambda: 4.4, Mu: 1, C: 4, Patience: 0.8}
	s := &station{gap: des.Poisson(deadline.Lambda), serve: des.Poisson(1), servers: 4, impatient: true, patience: des.Constant(800 * des.Millisecond)}
	s.run(1, 1_000_000)
	within(t, "dropped", s.measured()["p_drop"], deadline.Dropped(), 0.02)

	closed := queueing.FiniteSource{N: 30, Think: 2, Service: 0.5, Servers: 5}
	s = &station{gap: des.Exponential(2 * des.Second), serve: des.Exponential(des.Second / 2), servers: 5, sources: 30}
	s.run(1, 1_000_000)
	within(t, "closed sojourn", s.measured()["R_s"], closed.Sojourn(), 0.02)
	within(t, "closed throughput", s.measured()["throughput_per_s"], closed.Throughput(), 0.02)

	general := queueing.GGc{Lambda: 9, Mu: 1, C: 10, ArrivalSCV: 0.5, ServiceSCV: 4}
	s = &station{gap: des.Erlang(des.Seconds(1/general.Lambda), 2), serve: des.Hyperexponential(des.Second, 4), servers: 10}
	s.run(1, 2_000_000)
	within(t, "Allen-Cunneen wait", s.measured()["Wq_s"], general.Wait(), 0.15)
}

func within(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if !(math.Abs(got-want) <= rel*want) {
		t.Errorf("%s = %.6g, want %.6g", what, got, want)
	}
}

func TestCustomersAreConserved(t *testing.T) {
	for i, s := range []*station{
		{gap: des.Poisson(9), serve: des.LogNormal(100*des.Millisecond, 1), servers: 1, room: 7},
		{gap: des.Poisson(50), serve: des.Hyperexponential(des.Second, 5), servers: 30, impatient: true, patience: des.Uniform(0, des.Second)},
		{gap: des.Erlang(des.Second, 3), serve: des.Uniform(0, des.Second), servers: 3, sources: 12},
	} {
		s.run(uint64(i), 300_000)
		// Counted after the warm-up: what was inside then may come out later.
		inside := float64(s.present.Most())
		out := float64(s.lost + s.dropped + s.waits.Count())
		if d := math.Abs(float64(s.arrived) - out); d > 2*inside+1 {
			t.Errorf("station %d: %d came, %g accounted for, %g inside at most", i, s.arrived, out, inside)
		}
	}
}
