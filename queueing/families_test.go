package queueing_test

import (
	"fmt"
	"math"
	"strings"

	"plumb.dev/plumb/queueing"
)

// families maps the start of a case's model to the formulas that answer it.
var families = []struct {
	model   string
	compute func(given) answers
}{
	{"M/M/1 with Bernoulli feedback", feedback},
	{"M/M/1//", finiteSource},
	{"M/M/1+D", droppedAtDequeue},
	{"M/M/1, client timeout", clientTimeout},
	{"M/M/1/K=", nil},
	{"M/M/1", mm1},
	{"M/M/c/K", mmck},
	{"M/M/c/c", erlangB},
	{"M/M/c+M", erlangA},
	{"M/M/c", mmc},
	{"M/G/1 FCFS", mg1},
	{"M/D/1 FCFS", md1},
	{"GI/M/1 (D/M/1)", gim1(queueing.ConstantTransform)},
	{"GI/M/1 (E2/M/1)", gim1(erlang2Gaps)},
	{"tandem M/M/1", tandem},
	{"open Jackson", routed},
	{"closed, exact MVA", mva},
	{"i.i.d. attempt failure", retryIID},
	{"retries at every one", retryLayers},
	{"token bucket: +", tokenBudget},
	{"token bucket policer", policer},
	{"gRPC retryThrottling: -1 per failed", grpcThreshold},
	{"gRPC retryThrottling maxTokens", grpcSmeared},
	{"AWS SDK standard retry quota", awsQuota},
	{"concurrency retry budget", func(in given) answers {
		return answers{"max_amplification": queueing.ConcurrencyBudgetAmplification(in.num("budget"))}
	}},
	{"rate retry budget", func(in given) answers {
		return answers{"max_amplification": queueing.RateBudgetAmplification(in.num("budget"), in.num("min_retries_per_s"), 0)}
	}},
	{"downtime budget", downtime},
	{"series of", func(in given) answers {
		return answers{"availability": math.Pow(queueing.Series(in.num("a")), in.num("n"))}
	}},
	{"k-of-n", func(in given) answers {
		k, n, a := in.int("k"), in.int("n"), in.num("a")
		return answers{"availability": queueing.KOfN(k, n, a), "unavailability": queueing.KOfNUnavailability(k, n, a)}
	}},
	{"MTBF/MTTR", func(in given) answers {
		return answers{"availability": queueing.FromMTBF(in.num("mtbf_h"), in.num("mttr_h"))}
	}},
	{"repairable k-of-n", repairable},
	{"active/passive", failover},
	{"service needs 2 of 3 zones", zones},
	{"dependency error rate", func(in given) answers {
		p := in.num("p")
		return answers{"failure_iid": queueing.RetryFailure(p, in.int("attempts")), "failure_correlated": p}
	}},
	{"hard dep", func(in given) answers {
		soft := queueing.SoftDependency(in.num("soft"), in.num("fallback"))
		return answers{"availability": queueing.Series(in.num("hard"), soft)}
	}},
	{"expected calls until N consecutive", func(in given) answers {
		return answers{"expected_calls": queueing.ConsecutiveTrip(in.num("p_fail"), in.int("N"))}
	}},
	{"dependency 100% down", openCycle},
	{"resilience4j half-open", func(in given) answers {
		reopen := queueing.WindowTrip(in.num("p_fail"), in.int("probes"), in.num("threshold"))
		return answers{"p_reopen": reopen, "p_close": 1 - reopen}
	}},
	{"probability that a full window", func(in given) answers {
		return answers{"p_trip_at_first_full_window": queueing.WindowTrip(in.num("p_fail"), in.int("window"), in.num("threshold"))}
	}},
	{"resilience4j COUNT_BASED", func(in given) answers {
		return answers{"mean_calls_to_open": queueing.SlidingTrip(in.num("p_fail"), in.int("window"), in.num("threshold"))}
	}},
	{"power of two choices", func(in given) answers {
		rho := in.num("rho")
		return answers{"mean_sojourn": queueing.PowerOfChoices(in.int("d"), rho), "random_mean_sojourn": queueing.PowerOfChoices(1, rho)}
	}},
	{"P(at least one of n", func(in given) answers {
		n := in.int("n")
		return answers{"p_slow": queueing.AnySlow(n, in.num("leaf_quantile")), "leaf_quantile_needed_for_p99": queueing.LeafQuantile(n, 0.99)}
	}},
	{"max of n Exp", func(in given) answers {
		n, mean := in.int("n"), in.num("mean_s")
		return answers{"mean_s": queueing.SlowestMean(n, mean), "p99_s": queueing.SlowestQuantile(n, mean, 0.99)}
	}},
	{"hedged request", hedged},
	{"full jitter", backoff},
	{"multiwindow multi-burn-rate", burnRates},
	{"time for the 1 h / 14.4x", detection},
	{"bulkhead size", bulkhead},
	{"minimum workers", sizing},
	{"Kubernetes HPA", func(in given) answers {
		a := queueing.Autoscaler{Target: in.num("target"), Tolerance: in.num("tolerance")}
		current, metric := in.int("current"), in.num("metric")
		return answers{
			"desired":                          float64(a.Desired(current, metric)),
			"after_default_scaleup_policy_15s": float64(a.NextStep(current, metric)),
		}
	}},
	{"LRU hit ratio", func(in given) answers {
		hit := queueing.LRUHit(queueing.Zipf{Items: in.int("items"), Alpha: in.num("alpha")}, in.int("capacity"))
		return answers{"hit_ratio": hit, "backend_fraction": 1 - hit}
	}},
	{"TTL cache", func(in given) answers {
		lambda, ttl := in.num("lambda_per_s"), in.num("ttl_s")
		return answers{"hit_ratio": queueing.TTLHit(lambda, ttl), "origin_rate_per_s": queueing.TTLOrigin(lambda, ttl)}
	}},
	{"outage backlog", func(in given) answers {
		o := queueing.Outage{Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s"), Duration: in.num("outage_s")}
		return answers{"backlog": o.Backlog(), "drain_s": o.Drain(), "max_age_s": o.Age()}
	}},
	{"partition assignment", func(in given) answers {
		a := queueing.Assignment{Partitions: in.int("partitions"), Consumers: in.int("consumers")}
		return answers{
			"active_consumers":            float64(a.Active()),
			"max_partitions_per_consumer": float64(a.Largest()),
			"capacity_loss_factor":        a.Balance(),
		}
	}},
	{"client-side throttling", func(in given) answers {
		a := queueing.AdaptiveThrottle{K: in.num("K"), Accepts: in.num("accept_capacity_per_s")}
		offered := in.num("offered_per_s")
		return answers{"local_reject_probability": a.Rejected(offered), "backend_arrival_per_s": a.Backend(offered)}
	}},
	{"Envoy admission_control", admission(queueing.AdmissionControl{Threshold: 0.95, Aggression: 1, MaxRejection: 0.8})},
	{"failsafe-go adaptivethrottler", admission(queueing.AdmissionControl{Threshold: 0.9, Aggression: 1, MaxRejection: 0.9})},
	{"customers needed", func(in given) answers {
		rho := in.num("rho")
		return answers{"n_5pct": queueing.MM1RunLength(rho, 0.05, 1.96), "n_1pct": queueing.MM1RunLength(rho, 0.01, 1.96)}
	}},
	{"hidden (self-healing) capacity", func(in given) answers {
		return answers{"hidden_capacity_per_s": queueing.HiddenCapacity(in.num("mu_per_s"), in.int("max_retries"))}
	}},
	{"Metafor CTMC", retryOrbit},
	{"critical capacity-loss duration", func(in given) answers {
		c := queueing.CapacityLoss{Rho: in.num("rho"), Left: in.num("x"), Timeout: in.num("T_s")}
		return answers{"D_star_s": c.CriticalOutage()}
	}},
}

// familyOf is the first family whose model starts a case's.
func familyOf(model string) func(given) answers {
	for _, f := range families {
		if strings.HasPrefix(model, f.model) {
			return f.compute
		}
	}
	return nil
}

func mm1(in given) answers {
	q := queueing.MM1{Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s")}
	return answers{
		"rho": q.Utilisation(), "L": q.InSystem(), "Lq": q.Waiting(), "W_s": q.Sojourn(), "Wq_s": q.Wait(),
		"P0": q.Empty(), "p_wait_gt0": q.WaitProbability(),
		"p50_s": q.SojournQuantile(0.5), "p90_s": q.SojournQuantile(0.9), "p95_s": q.SojournQuantile(0.95),
		"p99_s": q.SojournQuantile(0.99), "p999_s": q.SojournQuantile(0.999),
	}
}

func mmc(in given) answers {
	q := queueing.MMc{Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s"), C: in.int("c")}
	return answers{
		"offered_erlangs": q.Offered(), "rho": q.Utilisation(),
		"erlang_B": queueing.ErlangB(q.C, q.Offered()), "erlang_C": q.WaitProbability(),
		"Lq": q.Waiting(), "L": q.InSystem(), "Wq_s": q.Wait(), "W_s": q.Sojourn(),
		"p50_s": q.SojournQuantile(0.5), "p95_s": q.SojournQuantile(0.95), "p99_s": q.SojournQuantile(0.99),
		"p999_s": q.SojournQuantile(0.999), "wait_p99_s": q.WaitQuantile(0.99),
	}
}

func erlangB(in given) answers {
	a, c := in.num("offered_erlangs"), in.int("c")
	b := queueing.ErlangB(c, a)
	return answers{"blocking": b, "carried_erlangs": a * (1 - b), "utilisation": a * (1 - b) / float64(c)}
}

func mmck(in given) answers {
	q := queueing.MMcK{Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s"), C: in.int("c"), K: in.int("K_total")}
	return answers{
		"blocking": q.Lost(), "L": q.InSystem(), "Lq": q.Waiting(), "throughput_per_s": q.Throughput(),
		"W_accepted_s": q.Sojourn(), "Wq_accepted_s": q.Wait(), "P0": q.Empty(),
	}
}

func mg1(in given) answers {
	mean, scv := in.num("mean_service_s"), in.num("scv")
	var service queueing.Moments
	switch name := in["service"].(string); {
	case name == "deterministic":
		service = queueing.Constant(mean)
	case strings.HasPrefix(name, "Erlang"):
		service = queueing.ErlangStages(mean, 1/scv)
	case strings.HasPrefix(name, "H2"):
		service = queueing.Hyperexponential(mean, scv)
	case strings.HasPrefix(name, "lognormal"):
		service = queueing.LogNormalFromMean(mean, scv).Moments()
	case strings.HasPrefix(name, "exponential"):
		service = queueing.Exponential(mean)
	}
	q := queueing.MG1{Lambda: in.num("lambda_per_s"), Service: service}
	return answers{
		"rho": q.Utilisation(), "Wq_s": q.Wait(), "W_s": q.Sojourn(), "Lq": q.Waiting(), "L": q.InSystem(),
		"Wq_std_s": q.WaitDeviation(), "ps_W_s": q.SharedSojourn(),
	}
}

func md1(in given) answers {
	q := queueing.MD1{Lambda: in.num("lambda_per_s"), Service: in.num("service_s")}
	return answers{
		"wait_p50_s": q.WaitQuantile(0.5), "wait_p90_s": q.WaitQuantile(0.9), "wait_p95_s": q.WaitQuantile(0.95),
		"wait_p99_s": q.WaitQuantile(0.99), "sojourn_p99_s": q.SojournQuantile(0.99),
	}
}

func gim1(gaps func(mean float64) queueing.Transform) func(given) answers {
	return func(in given) answers {
		lambda := in.num("lambda_per_s")
		q := queueing.GIM1{Lambda: lambda, Mu: in.num("mu_per_s"), Gaps: gaps(1 / lambda)}
		return answers{
			"sigma": q.WaitProbability(), "W_s": q.Sojourn(), "Wq_s": q.Wait(), "p_wait": q.WaitProbability(),
			"p99_s": q.SojournQuantile(0.99),
		}
	}
}

func erlang2Gaps(mean float64) queueing.Transform { return queueing.StagesTransform(mean, 2) }

func tandem(in given) answers {
	q := queueing.Tandem{Lambda: in.num("lambda_per_s"), Mu: in.nums("mu_per_s")}
	sum := 0.0
	for _, mu := range q.Mu {
		sum += queueing.MM1{Lambda: q.Lambda, Mu: mu}.SojournQuantile(0.99)
	}
	return answers{
		"p50_s": q.SojournQuantile(0.5), "p95_s": q.SojournQuantile(0.95), "p99_s": q.SojournQuantile(0.99),
		"sum_of_p99_s": sum,
	}
}

func feedback(in given) answers {
	lambda := in.num("lambda_per_s")
	flows := queueing.Network{
		Arrivals: []float64{lambda},
		Mu:       []float64{in.num("mu_per_s")},
		Routes:   [][]float64{{in.num("p_feedback")}},
	}.Solve()
	return answers{
		"effective_rate_per_s": flows.Rates[0], "rho": flows.Utilisation[0], "L": flows.InSystem,
		"W_per_request_s": flows.EndToEnd, "visits": flows.Rates[0] / lambda,
	}
}

// routed is the network its model spells out: a gateway before a and b, half
// of a's and all of b's requests going on to the database.
func routed(in given) answers {
	mu := given(in["mu_per_s"].(given))
	flows := queueing.Network{
		Arrivals: []float64{in.num("lambda_per_s"), 0, 0, 0},
		Mu:       []float64{mu.num("gw"), mu.num("a"), mu.num("b"), mu.num("db")},
		Routes:   [][]float64{{0, 0.7, 0.3, 0}, {0, 0, 0, 0.5}, {0, 0, 0, 1}, {0, 0, 0, 0}},
	}.Solve()
	out := answers{"W_end_to_end_s": flows.EndToEnd}
	for i := range flows.Rates {
		out[fmt.Sprintf("rates_per_s[%d]", i)] = flows.Rates[i]
		out[fmt.Sprintf("rho[%d]", i)] = flows.Utilisation[i]
	}
	return out
}

func mva(in given) answers {
	demands, think := in.nums("demands_s"), in.num("think_s")
	out := answers{"Nstar": queueing.KneePopulation(demands, think)}
	for n := range 301 {
		point := queueing.MVA(demands, think, n)
		out[fmt.Sprintf("N%d_X", n)] = point.Throughput
		out[fmt.Sprintf("N%d_R", n)] = point.Sojourn
	}
	return out
}

func finiteSource(in given) answers {
	f := queueing.FiniteSource{N: in.int("N"), Think: in.num("think_s"), Service: in.num("service_s"), Servers: 1}
	return answers{"throughput_per_s": f.Throughput(), "R_s": f.Sojourn(), "L": f.InSystem(), "utilisation": f.Utilisation()}
}

func droppedAtDequeue(in given) answers {
	q := queueing.MMcD{Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s"), C: 1, Patience: in.num("tau_s")}
	return answers{"p_drop": q.Dropped(), "goodput_per_s": q.Goodput(), "utilisation": q.Utilisation()}
}

func erlangA(in given) answers {
	q := queueing.ErlangA{Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s"), C: in.int("c"), Theta: in.num("abandon_rate_per_s")}
	return answers{"p_abandon": q.Abandoned(), "mean_wait_s": q.Wait(), "p_wait": q.WaitProbability(), "Lq": q.Waiting()}
}

func clientTimeout(in given) answers {
	p := queueing.MM1{Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s")}.SojournTail(in.num("T_s"))
	return answers{"p_timeout": p, "wasted_work_fraction": p}
}

func sizing(in given) answers {
	lambda, mu := in.num("lambda_per_s"), in.num("mu_per_s")
	return answers{
		"min_c_p99":           float64(queueing.ServersForSojourn(lambda, mu, in.num("T_s"), 0.99)),
		"min_c_pwait20":       float64(queueing.ServersForWaitProbability(lambda, mu, 0.2)),
		"offered":             lambda / mu,
		"sqrt_staffing_beta1": float64(queueing.SquareRootStaffing(lambda, mu, 1)),
	}
}

func bulkhead(in given) answers {
	rate, mean := in.num("rps"), in.num("mean_s")
	return answers{
		"mean_concurrency": queueing.Little(rate, mean),
		"poisson_p99":      float64(queueing.Bulkhead(rate, mean, 0.99)),
		"poisson_p999":     float64(queueing.Bulkhead(rate, mean, 0.999)),
		"poisson_p9999":    float64(queueing.Bulkhead(rate, mean, 0.9999)),
	}
}

// retryOrbit is Metafor's chain; its means are given to three decimals.
func retryOrbit(in given) answers {
	o := queueing.RetryOrbit{
		Lambda: in.num("lambda_per_s"), Mu: in.num("mu_per_s"), Threads: 1, Queue: in.int("qsize"), Orbit: in.int("orbit"),
		Timeout: in.num("timeout_s"), Retries: in.num("retries"), Alpha: 0.25,
	}
	thousandths := func(x float64) float64 { return math.Round(1000*x) / 1000 }
	queue, orbit := o.Means()
	return answers{"mean_queue": thousandths(queue), "mean_orbit": thousandths(orbit), "hitting_time_full_to_empty_s": o.Drain()}
}
