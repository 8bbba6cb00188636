package queueing_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"plumb.dev/plumb/queueing"
)

// draws are the random systems of a property: deterministic, and spread over
// orders of magnitude.
func draws(n int, f func(r *rand.Rand)) {
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		f(r)
	}
}

func spread(r *rand.Rand, lo, hi float64) float64 {
	return lo * math.Pow(hi/lo, r.Float64())
}

func TestQuantilesInvertTails(t *testing.T) {
	draws(300, func(r *rand.Rand) {
		mu := spread(r, 1e-3, 1e5)
		c := 1 + r.IntN(200)
		lambda := mu * float64(c) * (1 - spread(r, 1e-4, 0.99))
		p := 1 - spread(r, 1e-6, 0.9)
		many := queueing.MMc{Lambda: lambda, Mu: mu, C: c}
		near(t, "M/M/c sojourn", many.SojournTail(many.SojournQuantile(p)), 1-p, 1e-7)
		if q := many.WaitQuantile(p); q > 0 {
			near(t, "M/M/c wait", many.WaitTail(q), 1-p, 1e-7)
		}
		steady := queueing.MD1{Lambda: lambda, Service: 1 / mu / float64(c)}
		if q := steady.WaitQuantile(p); q > 0 {
			near(t, "M/D/1 wait", steady.WaitTail(q), 1-p, 1e-6)
		}
		path := queueing.Hypoexponential{mu, mu * 1.0001, mu * spread(r, 1e-3, 1e3)}
		near(t, "path", path.Tail(path.Quantile(p)), 1-p, 1e-7)
		hedge := queueing.Hedged{Mean: 1 / mu, Delay: spread(r, 0.01, 10) / mu}
		near(t, "hedged", hedge.Tail(hedge.Quantile(p)), 1-p, 1e-7)
		call := queueing.LogNormalFromMean(1/mu, spread(r, 0.01, 20))
		near(t, "log-normal", call.Tail(call.Quantile(p)), 1-p, 1e-7)
	})
}

func TestLittleHoldsForEveryStation(t *testing.T) {
	draws(200, func(r *rand.Rand) {
		mu := spread(r, 1e-2, 1e3)
		c := 1 + r.IntN(60)
		lambda := mu * float64(c) * spread(r, 0.05, 0.999)
		finite := queueing.MMcK{Lambda: lambda * spread(r, 0.5, 3), Mu: mu, C: c, K: c + r.IntN(200)}
		near(t, "M/M/c/K", finite.Throughput()*finite.Sojourn(), finite.InSystem(), 1e-9)
		near(t, "M/M/c/K busy", finite.Throughput()/mu/float64(c), finite.Utilisation(), 1e-9)
		closed := queueing.FiniteSource{N: 1 + r.IntN(500), Think: spread(r, 0.01, 10), Service: 1 / mu, Servers: c}
		near(t, "finite source", closed.Throughput()*(closed.Sojourn()+closed.Think), float64(closed.N), 1e-9)
		general := queueing.MG1{Lambda: lambda / float64(c), Service: queueing.LogNormalFromMean(1/mu, 3).Moments()}
		near(t, "M/G/1", general.Lambda*general.Sojourn(), general.InSystem(), 1e-9)
		flows := queueing.Network{
			Arrivals: []float64{lambda / 3, lambda / 5}, Mu: []float64{mu * 2, mu * 2}, Servers: []int{c, c},
			Routes: [][]float64{{0.1, 0.5}, {0.3, 0}},
		}.Solve()
		near(t, "network", flows.EndToEnd*(lambda/3+lambda/5), flows.InSystem, 1e-9)
	})
}

func TestMoreServersNeverWaitLonger(t *testing.T) {
	draws(100, func(r *rand.Rand) {
		lambda := spread(r, 0.1, 1000)
		before := math.Inf(1)
		for c := int(lambda); c < int(lambda)+30; c++ {
			wait := queueing.MMc{Lambda: lambda, Mu: 1, C: max(1, c)}.Wait()
			if wait > before {
				t.Fatalf("lambda %g: %d servers wait %g, fewer waited %g", lambda, c, wait, before)
			}
			before = wait
		}
	})
}

func TestStationsMeetWhereTheirAssumptionsMeet(t *testing.T) {
	draws(50, func(r *rand.Rand) {
		mu := spread(r, 0.1, 100)
		c := 1 + r.IntN(40)
		lambda := mu * float64(c) * spread(r, 0.3, 0.95)
		base := queueing.MMc{Lambda: lambda, Mu: mu, C: c}

		roomy := queueing.MMcK{Lambda: lambda, Mu: mu, C: c, K: c + 5000}
		near(t, "unlimited room: wait", roomy.Wait(), base.Wait(), 1e-9)
		tight := queueing.MMcK{Lambda: lambda, Mu: mu, C: c, K: c}
		near(t, "no room: lost", tight.Lost(), queueing.ErlangB(c, lambda/mu), 1e-9)
		patient := queueing.ErlangA{Lambda: lambda, Mu: mu, C: c, Theta: mu * 1e-9}
		near(t, "endless patience: waiting", patient.Waiting(), base.Waiting(), 1e-5)
		deadline := queueing.MMcD{Lambda: lambda, Mu: mu, C: c}
		near(t, "no patience: dropped", deadline.Dropped(), queueing.ErlangB(c, lambda/mu), 1e-9)

		steady := queueing.MD1{Lambda: 0.9 * mu, Service: 1 / mu}
		near(t, "constant service: mean wait", integral(steady.WaitTail, 80/mu, 40_000), steady.Wait(), 1e-4)
		poisson := queueing.GIM1{Lambda: 0.9 * mu, Mu: mu, Gaps: queueing.StagesTransform(1/(0.9*mu), 1)}
		near(t, "exponential gaps: sigma", poisson.WaitProbability(), 0.9, 1e-9)

		allen := queueing.GGc{Lambda: lambda, Mu: mu, C: c, ArrivalSCV: 1, ServiceSCV: 1}
		near(t, "Allen-Cunneen on M/M/c", allen.WaitQuantile(0.999), base.WaitQuantile(0.999), 1e-9)

		closed := queueing.FiniteSource{N: 1 + r.IntN(200), Think: 1, Service: 1 / mu, Servers: 1}
		point := queueing.MVA([]float64{closed.Service}, closed.Think, closed.N)
		near(t, "finite source by MVA", closed.Throughput(), point.Throughput, 1e-9)

		stages := queueing.Hypoexponential{mu, mu, mu, mu}
		x := 2.5
		near(t, "equal stages", stages.Tail(x/mu), math.Exp(-x)*(1+x+x*x/2+x*x*x/6), 1e-9)
	})
}

func integral(f func(float64) float64, to float64, steps int) float64 {
	sum, h := 0.0, to/float64(steps)
	for i := range steps {
		sum += f((float64(i) + 0.5) * h)
	}
	return sum * h
}

func TestPathPercentileIsThatOfTheSum(t *testing.T) {
	q := queueing.Tandem{Lambda: 50, Mu: []float64{100, 80, 60}}
	var tails []func(float64) float64
	for _, mu := range q.Mu {
		tails = append(tails, queueing.MM1{Lambda: q.Lambda, Mu: mu}.SojournTail)
	}
	for _, p := range []float64{0.5, 0.9, 0.99, 0.999} {
		near(t, "three hops", queueing.SeriesQuantile(p, tails...), q.SojournQuantile(p), 1e-3)
	}
	// A hop far below the grid of the slow one still adds its mean.
	fast := queueing.MM1{Lambda: 0, Mu: 1e4}.SojournTail
	slow := queueing.LogNormalFromP50P99(0.18, 0.9)
	base := slow.Quantile(0.99)
	with := queueing.SeriesQuantile(0.99, slow.Tail, fast, fast, fast, fast, fast)
	near(t, "tiny hops", with-base, 5e-4, 0.2)
}

func TestPathOfLogNormalsAgreesWithSampling(t *testing.T) {
	hops := []queueing.LogNormal{
		queueing.LogNormalFromP50P99(0.18, 0.9),
		queueing.LogNormalFromP50P99(0.02, 0.1),
		queueing.LogNormalFromP50P99(0.05, 0.06),
	}
	var tails []func(float64) float64
	for _, h := range hops {
		tails = append(tails, h.Tail)
	}
	const n = 400_000
	r := rand.New(rand.NewPCG(3, 4))
	for _, p := range []float64{0.5, 0.9, 0.99} {
		series, parallel := queueing.SeriesQuantile(p, tails...), queueing.ParallelQuantile(p, tails...)
		var overSum, overMax float64
		for range n {
			sum, most := 0.0, 0.0
			for _, h := range hops {
				v := math.Exp(h.Mu + h.Sigma*r.NormFloat64())
				sum, most = sum+v, max(most, v)
			}
			if sum > series {
				overSum++
			}
			if most > parallel {
				overMax++
			}
		}
		margin := 4 * math.Sqrt(p*(1-p)/n)
		if d := math.Abs(overSum/n - (1 - p)); d > margin+0.001*(1-p) {
			t.Errorf("p %g: a share %g of sums lies above %g", p, overSum/n, series)
		}
		if d := math.Abs(overMax/n - (1 - p)); d > margin {
			t.Errorf("p %g: a share %g of maxima lies above %g", p, overMax/n, parallel)
		}
	}
	quick := queueing.SumOfLogNormals(hops...)
	near(t, "Fenton-Wilkinson p99", quick.Quantile(0.99), queueing.SeriesQuantile(0.99, tails...), 0.05)
}

func TestGridCombinesDistributions(t *testing.T) {
	const step, cells = 0.001, 4096
	a := queueing.LatencyOf(queueing.MM1{Mu: 10}.SojournTail, step, cells)
	b := queueing.LatencyOf(queueing.MM1{Mu: 4}.SojournTail, step, cells)
	near(t, "mean of a sum", a.Then(b).Mean(), 0.35, 1e-4)
	near(t, "mean of a mixture", a.Or(b, 0.25).Mean(), 0.75*0.1+0.25*0.25, 1e-4)
	both := queueing.ParallelQuantile(0.95, queueing.MM1{Mu: 10}.SojournTail, queueing.MM1{Mu: 4}.SojournTail)
	near(t, "slower of two", a.Both(b).Quantile(0.95), both, 1e-3)
	near(t, "tail at quantile", a.Then(b).Tail(a.Then(b).Quantile(0.9)), 0.1, 1e-6)
	if other := queueing.LatencyOf(queueing.MM1{Mu: 4}.SojournTail, 2*step, cells); !math.IsNaN(a.Then(other).Mean()) {
		t.Error("grids of different steps were combined")
	}
}

func TestFullCrewRepairsLikeIndependentParts(t *testing.T) {
	draws(50, func(r *rand.Rand) {
		n := 1 + r.IntN(12)
		k := 1 + r.IntN(n)
		mtbf, mttr := spread(r, 10, 1e5), spread(r, 0.01, 10)
		chain := queueing.Repairable{K: k, N: n, MTBF: mtbf, MTTR: mttr, Crew: n}
		near(t, "crew of all", chain.Unavailability(), queueing.KOfNUnavailability(k, n, queueing.FromMTBF(mtbf, mttr)), 1e-9)
		chain.Crew = 1
		if chain.Unavailability() < queueing.KOfNUnavailability(k, n, queueing.FromMTBF(mtbf, mttr))*(1-1e-9) {
			t.Error("a crew of one repairs faster than one of all")
		}
	})
	near(t, "common cause alone", queueing.WithCommonCause(1, 3, 0.01, 1), 0.01, 1e-12)
	near(t, "no common cause", queueing.WithCommonCause(1, 3, 0.01, 0), 1e-6, 1e-9)
}

func TestCacheSumsMatchBruteForce(t *testing.T) {
	for _, z := range []queueing.Zipf{{Items: 50_000, Alpha: 0.7}, {Items: 50_000, Alpha: 1.2}, {Items: 100, Alpha: 1}} {
		all, hits := 0.0, 0.0
		for i := 1; i <= z.Items; i++ {
			all += math.Pow(float64(i), -z.Alpha)
		}
		for i := 1; i <= z.Items; i++ {
			share := math.Pow(float64(i), -z.Alpha) / all
			hits += share * queueing.TTLHit(1000*share, 30)
		}
		near(t, "TTL over all keys", queueing.TTLHitZipf(z, 1000, 30), hits, 1e-6)
	}
	near(t, "uniform popularity", queueing.LRUHit(queueing.Zipf{Items: 1_000_000}, 1000), 0.001, 1e-3)
}

func TestOpenBreakerChecksOnEveryCall(t *testing.T) {
	// Naus's approximation against the breaker itself.
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct {
		window    int
		p, thresh float64
	}{{10, 0.3, 0.5}, {10, 0.1, 0.5}, {20, 0.35, 0.5}, {20, 0.2, 0.4}, {8, 0.5, 0.25}, {5, 0.3, 1}, {10, 0.02, 0.1}} {
		const runs = 3000
		total := 0
		for range runs {
			total += callsToOpen(r, c.window, c.p, c.thresh)
		}
		near(t, "calls to open", queueing.SlidingTrip(c.p, c.window, c.thresh), float64(total)/runs, 0.08)
	}
}

func callsToOpen(r *rand.Rand, window int, p, threshold float64) int {
	last := make([]bool, window)
	failures := 0
	for n := 0; ; n++ {
		slot := n % window
		if last[slot] {
			failures--
		}
		if last[slot] = r.Float64() < p; last[slot] {
			failures++
		}
		if n >= window-1 && float64(failures) >= threshold*float64(window)-1e-9 {
			return n + 1
		}
	}
}

func TestThrottledRetriesFollowTheBucket(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, g := range []queueing.GRPCThrottle{
		{MaxTokens: 10, TokenRatio: 0.1, MaxAttempts: 4},
		{MaxTokens: 3, TokenRatio: 0.5, MaxAttempts: 5},
		{MaxTokens: 20, TokenRatio: 0.25, MaxAttempts: 3},
	} {
		for _, p := range []float64{0.01, 0.08, 0.3} {
			const calls = 400_000
			tokens, retries := float64(g.MaxTokens), 0
			for range calls {
				for attempt := 1; ; attempt++ {
					if r.Float64() >= p {
						tokens = min(float64(g.MaxTokens), tokens+g.TokenRatio)
						break
					}
					tokens = max(0, tokens-1)
					if attempt == g.MaxAttempts || tokens <= float64(g.MaxTokens)/2+1e-6 {
						break
					}
					retries++
				}
			}
			if got, want := g.RetriesPerCall(p), float64(retries)/calls; math.Abs(got-want) > 0.004+0.03*want {
				t.Errorf("%+v at p %g: %.4f retries per call, simulated %.4f", g, p, got, want)
			}
		}
	}
}

func TestBucketForAShareIsTheSmallest(t *testing.T) {
	for _, rho := range []float64{0.3, 0.8, 0.95} {
		b := queueing.BurstFor(100, 100*rho, 1e-4)
		if got := (queueing.TokenBucket{Rate: 100, Burst: b, Lambda: 100 * rho}).Rejected(); got > 1e-4 {
			t.Errorf("rho %g: burst %d rejects %g", rho, b, got)
		}
		if got := (queueing.TokenBucket{Rate: 100, Burst: b - 1, Lambda: 100 * rho}).Rejected(); got <= 1e-4 {
			t.Errorf("rho %g: burst %d would do", rho, b-1)
		}
	}
	if b := queueing.BurstFor(100, 120, 0.01); b != 0 {
		t.Errorf("a burst of %d makes up for too low a rate", b)
	}
}

func TestTinyLossesKeepTheirDigits(t *testing.T) {
	// Losses fall by the same factor per token once the bucket is large.
	at := func(b int) float64 { return queueing.TokenBucket{Rate: 1, Burst: b, Lambda: 0.8}.Rejected() }
	factor := at(41) / at(40)
	for b := 45; b < 100; b += 5 {
		near(t, "factor", at(b+1)/at(b), factor, 1e-6)
	}
}

func TestCorrectionAddsTheRequestsAStallHeldBack(t *testing.T) {
	// Tene's example: 100 requests a second of 1 ms for 100 s, then a stall of
	// 100 s. A closed loop sees the stall once.
	samples := make([]float64, 10_000, 10_001)
	for i := range samples {
		samples[i] = 0.001
	}
	samples = append(samples, 100)
	near(t, "naive p99.99", queueing.CorrectedQuantile(samples, 0, 0.9999), 0.001, 1e-9)
	near(t, "corrected p50", queueing.CorrectedQuantile(samples, 0.01, 0.5), 0.001, 1e-9)
	near(t, "corrected p75", queueing.CorrectedQuantile(samples, 0.01, 0.75), 50, 1e-3)
	near(t, "corrected p99.99", queueing.CorrectedQuantile(samples, 0.01, 0.9999), 100, 1e-3)
}

// 120 a second for 10 s at a rate of 100 leave 200, and the last of them waits 2 s.
func TestWhatAPeakLeavesWaits(t *testing.T) {
	if got := queueing.PeakWait(120, 100, 10); got != 2 {
		t.Errorf("the last waits %g s, not 2", got)
	}
	if got := queueing.PeakWait(80, 100, 10); got != 0 {
		t.Errorf("nothing is left over, and the last waits %g s", got)
	}
}
