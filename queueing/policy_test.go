package queueing_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"plumb.dev/plumb/queueing"
)

// Probabilities stay in [0, 1] and amounts at or above 0, or are NaN, for any
// arguments whatever; nothing panics or hangs.
func FuzzNothingPanicsOrExceedsItsRange(f *testing.F) {
	f.Add(0.0, 0.0, 0.0, 0)
	f.Add(1.0, 1.0, 0.99, 1)
	f.Add(math.Inf(1), -1.0, 2.0, -1)
	f.Add(math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxInt)
	f.Add(1e308, 1e-308, 0.5, 1<<20)
	f.Add(99.999999, 100.0, 0.999999999, 1<<40)
	f.Add(6.0, 53.0, 0.99, -56)
	f.Add(math.Inf(1), 31.0, 0.0, 174)
	f.Fuzz(inRange)
}

func inRange(t *testing.T, x, y, p float64, n int) {
	for what, v := range shares(x, y, p, n) {
		if v < 0 || v > 1 {
			t.Errorf("%s(%g, %g, %g, %d) = %g lies outside [0, 1]", what, x, y, p, n, v)
		}
	}
	for what, v := range amounts(x, y, p, n) {
		if v < 0 {
			t.Errorf("%s(%g, %g, %g, %d) = %g is negative", what, x, y, p, n, v)
		}
	}
}

// shares are probabilities, ratios and other answers in [0, 1] (or NaN).
func shares(x, y, p float64, n int) map[string]float64 {
	room := n
	if n > 1<<16 {
		room = 1 << 16 // the documented limits are slow to fuzz at
	}
	return map[string]float64{
		"ErlangB":           queueing.ErlangB(n, x),
		"ErlangC":           queueing.ErlangC(n, x),
		"MM1.WaitTail":      queueing.MM1{Lambda: x, Mu: y}.WaitTail(p),
		"MMc.SojournTail":   queueing.MMc{Lambda: x, Mu: y, C: n}.SojournTail(p),
		"MMc.WaitTail":      queueing.MMc{Lambda: x, Mu: y, C: n}.WaitTail(p),
		"MMcK.Lost":         queueing.MMcK{Lambda: x, Mu: y, C: 1 + n%7, K: room}.Lost(),
		"MMcK.Empty":        queueing.MMcK{Lambda: x, Mu: y, C: 1 + n%7, K: room}.Empty(),
		"MMcD.Dropped":      queueing.MMcD{Lambda: x, Mu: y, C: n, Patience: p}.Dropped(),
		"ErlangA.Abandoned": queueing.ErlangA{Lambda: x, Mu: y, C: n, Theta: max(p, 1e-3)}.Abandoned(),
		"MD1.WaitTail":      queueing.MD1{Lambda: x, Service: y}.WaitTail(p),
		"GGc.WaitTail":      queueing.GGc{Lambda: x, Mu: y, C: n, ArrivalSCV: p, ServiceSCV: x}.WaitTail(p),
		"GIM1":              queueing.GIM1{Lambda: x, Mu: y, Gaps: queueing.StagesTransform(1/x, p)}.WaitProbability(),
		"TokenBucket":       queueing.TokenBucket{Rate: x, Burst: room % 1000, Lambda: y}.Rejected(),
		"FiniteSource":      queueing.FiniteSource{N: room, Think: x, Service: y, Servers: n}.Utilisation(),
		"Repairable":        queueing.Repairable{K: n % 10, N: room, MTBF: x, MTTR: y, Crew: n}.Unavailability(),
		"KOfN":              queueing.KOfNUnavailability(n%10, room, p),
		"WithCommonCause":   queueing.WithCommonCause(n%10, room, p, x),
		"Parallel":          queueing.Parallel(x, y, p),
		"AnySlow":           queueing.AnySlow(n, p),
		"LeafQuantile":      queueing.LeafQuantile(n, p),
		"Hedged.Tail":       queueing.Hedged{Mean: x, Delay: y}.Tail(p),
		"Hypo.Tail":         queueing.Hypoexponential{x, y, x}.Tail(p),
		"LogNormal.Tail":    queueing.LogNormalFromP50P99(x, y).Tail(p),
		"LRUHit":            queueing.LRUHit(queueing.Zipf{Items: n, Alpha: x}, n/3),
		"TTLHit":            queueing.TTLHit(x, y),
		"OpenCycle":         queueing.OpenCycle{Lambda: x, Open: y, Probes: n}.Admitted(),
		"WindowTrip":        queueing.WindowTrip(p, room, x),
		"AdaptiveThrottle":  queueing.AdaptiveThrottle{K: x, Accepts: y}.Rejected(p),
		"AdmissionControl":  queueing.AdmissionControl{Threshold: p, Aggression: x, MaxRejection: y}.Rejected(float64(n), x),
		"Balance":           queueing.Assignment{Partitions: n, Consumers: room}.Balance(),
		"RetryFailure":      queueing.RetryFailure(p, n),
	}
}

// amounts are times, rates and counts, never negative (or NaN).
func amounts(x, y, p float64, n int) map[string]float64 {
	few := n % 500
	hops := queueing.LatencyOf(queueing.LogNormalFromMean(x, y).Tail, p, few)
	_, permitted := queueing.AWSQuota{Cost: x, Refill: y, MaxAttempts: few}.RetriesPerCall(p)
	retries, _ := queueing.TokenBudget{DepositOn: queueing.EverySuccess, Deposit: x, Cost: y, MaxRetries: few}.RetriesPerCall(p)
	calls, _ := queueing.LayeredRetries(p, few, n)
	return map[string]float64{
		"MM1.SojournQuantile":  queueing.MM1{Lambda: x, Mu: y}.SojournQuantile(p),
		"MM1.WaitQuantile":     queueing.MM1{Lambda: x, Mu: y}.WaitQuantile(p),
		"MMc.SojournQuantile":  queueing.MMc{Lambda: x, Mu: y, C: n}.SojournQuantile(p),
		"MMc.WaitQuantile":     queueing.MMc{Lambda: x, Mu: y, C: n}.WaitQuantile(p),
		"MMcK.Sojourn":         queueing.MMcK{Lambda: x, Mu: y, C: 1, K: few}.Sojourn(),
		"MG1.WaitDeviation":    queueing.MG1{Lambda: x, Service: queueing.Hyperexponential(y, p)}.WaitDeviation(),
		"MD1.WaitQuantile":     queueing.MD1{Lambda: x, Service: y}.WaitQuantile(p),
		"GGc.WaitQuantile":     queueing.GGc{Lambda: x, Mu: y, C: n, ArrivalSCV: x, ServiceSCV: 1}.WaitQuantile(p),
		"Hypo.Quantile":        queueing.Hypoexponential{x, y, x}.Quantile(p),
		"SeriesQuantile":       queueing.SeriesQuantile(p, queueing.MM1{Lambda: x, Mu: y}.SojournTail, queueing.MM1{Mu: y}.SojournTail),
		"ParallelQuantile":     queueing.ParallelQuantile(p, queueing.MM1{Lambda: x, Mu: y}.SojournTail, queueing.MM1{Mu: x}.SojournTail),
		"Latency.Then":         hops.Then(hops).Mean(),
		"ServersForSojourn":    float64(queueing.ServersForSojourn(x, y, x/y, p)),
		"ServersForWait":       float64(queueing.ServersForWait(x, y, p, p)),
		"SquareRootStaffing":   float64(queueing.SquareRootStaffing(x, y, p)),
		"ReplicasFor":          float64(queueing.ReplicasFor(x, y, p)),
		"Bulkhead":             float64(queueing.Bulkhead(x, y, p)),
		"Places":               float64(queueing.Places(x, y, p)),
		"SlowestQuantile":      queueing.SlowestQuantile(n, x, p),
		"PowerOfChoices":       queueing.PowerOfChoices(n, p),
		"ConsecutiveTrip":      queueing.ConsecutiveTrip(p, n),
		"SlidingTrip":          queueing.SlidingTrip(p, few, x),
		"AWSQuota":             permitted,
		"TokenBudget":          retries,
		"LayeredRetries":       calls,
		"GRPCThrottle":         queueing.GRPCThrottle{MaxTokens: few, TokenRatio: 1 / float64(1+max(0, few)%20), MaxAttempts: n % 6}.RetriesPerCall(p),
		"Outage.Drain":         queueing.Outage{Lambda: x, Mu: y, Duration: p}.Drain(),
		"PartitionsFor":        float64(queueing.PartitionsFor(x, y, n)),
		"Autoscaler":           float64(queueing.Autoscaler{Target: x, Tolerance: p}.NextStep(n, y)),
		"Autoscaler.Periods":   float64(queueing.Autoscaler{Target: x, Tolerance: p}.Periods(n, y)),
		"Backoff":              queueing.Backoff{Base: x, Factor: y, Cap: p}.MaxTotal(few),
		"Detection":            queueing.BurnAlerts()[0].Detection(p, x, y),
		"CriticalOutage":       queueing.CapacityLoss{Rho: p, Left: x, Timeout: y}.CriticalOutage(),
		"MM1RunLength":         queueing.MM1RunLength(p, x, y),
		"CorrectedQuantile":    queueing.CorrectedQuantile([]float64{x, y, x}, y, p),
		"Network":              queueing.Network{Arrivals: []float64{x, y}, Mu: []float64{y, x}, Routes: [][]float64{{p, 0}, {0, p}}}.Solve().EndToEnd,
		"MVA":                  queueing.MVA([]float64{x, y}, p, few).Sojourn,
		"FailoverUnavailable":  queueing.FailoverUnavailability(x, y),
		"RateAmplification":    queueing.RateBudgetAmplification(p, x, y),
		"ConcurrencyAmplified": queueing.ConcurrencyBudgetAmplification(p),
		"HiddenCapacity":       queueing.HiddenCapacity(x, n),
	}
}

func TestUnstableQueuesAnswerInfinity(t *testing.T) {
	for _, lambda := range []float64{100, 150} {
		for what, v := range map[string]float64{
			"MM1.Wait":             queueing.MM1{Lambda: lambda, Mu: 100}.Wait(),
			"MM1.SojournQuantile":  queueing.MM1{Lambda: lambda, Mu: 100}.SojournQuantile(0.5),
			"MM1.WaitQuantile":     queueing.MM1{Lambda: lambda, Mu: 100}.WaitQuantile(0.5),
			"MM1.InSystem":         queueing.MM1{Lambda: lambda, Mu: 100}.InSystem(),
			"MMc.Wait":             queueing.MMc{Lambda: lambda, Mu: 10, C: 10}.Wait(),
			"MMc.SojournQuantile":  queueing.MMc{Lambda: lambda, Mu: 10, C: 10}.SojournQuantile(0.5),
			"MMc.WaitQuantile":     queueing.MMc{Lambda: lambda, Mu: 10, C: 10}.WaitQuantile(0.5),
			"MMc.Waiting":          queueing.MMc{Lambda: lambda, Mu: 10, C: 10}.Waiting(),
			"MG1.Wait":             queueing.MG1{Lambda: lambda, Service: queueing.Constant(0.01)}.Wait(),
			"MG1.WaitDeviation":    queueing.MG1{Lambda: lambda, Service: queueing.Constant(0.01)}.WaitDeviation(),
			"MD1.WaitQuantile":     queueing.MD1{Lambda: lambda, Service: 0.01}.WaitQuantile(0.5),
			"GIM1.Sojourn":         queueing.GIM1{Lambda: lambda, Mu: 100, Gaps: queueing.ConstantTransform(1 / lambda)}.Sojourn(),
			"GIM1.SojournQuantile": queueing.GIM1{Lambda: lambda, Mu: 100, Gaps: queueing.ConstantTransform(1 / lambda)}.SojournQuantile(0.5),
			"GGc.Wait":             queueing.GGc{Lambda: lambda, Mu: 100, C: 1}.Wait(),
			"Tandem":               queueing.Tandem{Lambda: lambda, Mu: []float64{200, 100}}.SojournQuantile(0.5),
			"Outage.Drain":         queueing.Outage{Lambda: lambda, Mu: 100, Duration: 1}.Drain(),
			"CriticalOutage":       queueing.CapacityLoss{Rho: 0.5, Left: 0.6, Timeout: 1}.CriticalOutage(),
			"Network": queueing.Network{Arrivals: []float64{lambda}, Mu: []float64{100},
				Routes: [][]float64{{0}}}.Solve().EndToEnd,
		} {
			if !math.IsInf(v, 1) {
				t.Errorf("%s at %g/s = %g, want +Inf", what, lambda, v)
			}
		}
	}
}

func TestImpossibleArgumentsAnswerNaN(t *testing.T) {
	nan := math.NaN()
	for what, v := range map[string]float64{
		"negative rate":         queueing.MM1{Lambda: -1, Mu: 1}.Wait(),
		"no service":            queueing.MMc{Lambda: 1, Mu: 0, C: 1}.SojournQuantile(0.5),
		"NaN rate":              queueing.MMc{Lambda: nan, Mu: 1, C: 1}.Wait(),
		"no server":             queueing.MMc{Lambda: 1, Mu: 2}.Wait(),
		"quantile above one":    queueing.MM1{Lambda: 1, Mu: 2}.SojournQuantile(1.1),
		"negative time":         queueing.MMc{Lambda: 1, Mu: 2, C: 1}.SojournTail(-1),
		"too little room":       queueing.MMcK{Lambda: 1, Mu: 1, C: 3, K: 2}.Lost(),
		"p99 below the median":  queueing.LogNormalFromP50P99(2, 1).Mean(),
		"more needed than had":  queueing.KOfN(3, 2, 0.9),
		"availability above 1":  queueing.Series(0.9, 1.1),
		"factor below one":      queueing.Backoff{Base: 1, Factor: 0.5, Cap: 1}.MaxDelay(2),
		"closed loop":           queueing.Network{Arrivals: []float64{1}, Mu: []float64{2}, Routes: [][]float64{{1}}}.Solve().EndToEnd,
		"no samples":            queueing.CorrectedQuantile(nil, 1, 0.5),
		"no hops":               queueing.SeriesQuantile(0.5),
		"a ratio off the chain": queueing.GRPCThrottle{MaxTokens: 10, TokenRatio: 0.4, MaxAttempts: 3}.RetriesPerCall(0.1),
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s: %g, want NaN", what, v)
		}
	}
}

func TestExtremeArgumentsStayInRange(t *testing.T) {
	extremes := []float64{0, -1, 5e-324, 1e-308, 1e-20, 1e-9, 1e-3, 0.5, 0.95, 1 - 1e-9, 1, 1 + 1e-9, 2, 50, 1e4, 1e9, 1e20, 1e300, math.MaxFloat64, math.Inf(1), math.NaN()}
	counts := []int{0, -1, 1, 2, 3, 10, 99, 1000, 1 << 16, 1 << 31, 1 << 40, math.MaxInt}
	draws(800, func(r *rand.Rand) {
		x, y, p := extremes[r.IntN(len(extremes))], extremes[r.IntN(len(extremes))], extremes[r.IntN(len(extremes))]
		n := counts[r.IntN(len(counts))]
		inRange(t, x, y, p, n)
	})
}
