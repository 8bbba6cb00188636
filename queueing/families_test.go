package queueing_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
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
	{"M/M/c//", finiteSource},
	{"M/M/1+D", droppedAtDequeue},
	{"M/M/c+D", droppedAtDequeue},
	{"M/M/1, client timeout", clientTimeout},
	{"M/M/1/K=", nil},
	{"M/M/1", mm1},
	{"M/M/c/K", mmck},
	{"M/M/c/c", erlangB},
	{"M/M/c+M", erlangA},
	{"M/M/c", mmc},
	{"M/G/1 FCFS", mg1},
	{"M/D/1 FCFS", md1},
	{"GI/M/1", gim1},
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
		return answers{"max_amplification": queueing.ConcurrencyBudgetAmplification(in.Num("budget"))}
	}},
	{"rate retry budget", func(in given) answers {
		return answers{"max_amplification": queueing.RateBudgetAmplification(in.Num("budget"), in.Num("min_retries_per_s"), 0)}
	}},
	{"downtime budget", downtime},
	{"series of", func(in given) answers {
		return answers{"availability": math.Pow(queueing.Series(in.Num("a")), in.Num("n"))}
	}},
	{"k-of-n", func(in given) answers {
		k, n, a := in.Int("k"), in.Int("n"), in.Num("a")
		return answers{"availability": queueing.KOfN(k, n, a), "unavailability": queueing.KOfNUnavailability(k, n, a)}
	}},
	{"MTBF/MTTR", func(in given) answers {
		return answers{"availability": queueing.FromMTBF(in.Num("mtbf_h"), in.Num("mttr_h"))}
	}},
	{"repairable k-of-n", repairable},
	{"active/passive", failover},
	{"service needs", zones},
	{"beta-factor", commonCause},
	{"dependency error rate", func(in given) answers {
		p := in.Num("p")
		return answers{"failure_iid": queueing.RetryFailure(p, in.Int("attempts")), "failure_correlated": p}
	}},
	{"hard dep", func(in given) answers {
		soft := queueing.SoftDependency(in.Num("soft"), in.Num("fallback"))
		return answers{"availability": queueing.Series(in.Num("hard"), soft)}
	}},
	{"expected calls until N consecutive", func(in given) answers {
		return answers{"expected_calls": queueing.ConsecutiveTrip(in.Num("p_fail"), in.Int("N"))}
	}},
	{"dependency 100% down", openCycle},
	{"resilience4j half-open", func(in given) answers {
		reopen := queueing.WindowTrip(in.Num("p_fail"), in.Int("probes"), in.Num("threshold"))
		return answers{"p_reopen": reopen, "p_close": 1 - reopen}
	}},
	{"probability that a full window", func(in given) answers {
		return answers{"p_trip_at_first_full_window": queueing.WindowTrip(in.Num("p_fail"), in.Int("window"), in.Num("threshold"))}
	}},
	{"resilience4j COUNT_BASED", func(in given) answers {
		if in.Int("min_calls") != in.Int("window") {
			return nil // judged before the window is full: not the formula's model
		}
		return answers{"mean_calls_to_open": queueing.SlidingTrip(in.Num("p_fail"), in.Int("window"), in.Num("threshold"))}
	}},
	{"power of two choices", func(in given) answers {
		rho := in.Num("rho")
		return answers{"mean_sojourn": queueing.PowerOfChoices(in.Int("d"), rho), "random_mean_sojourn": queueing.PowerOfChoices(1, rho)}
	}},
	{"P(at least one of n", func(in given) answers {
		n := in.Int("n")
		return answers{"p_slow": queueing.AnySlow(n, in.Num("leaf_quantile")), "leaf_quantile_needed_for_p99": queueing.LeafQuantile(n, 0.99)}
	}},
	{"max of n Exp", func(in given) answers {
		n, mean := in.Int("n"), in.Num("mean_s")
		return answers{"mean_s": queueing.SlowestMean(n, mean), "p99_s": queueing.SlowestQuantile(n, mean, 0.99)}
	}},
	{"hedged request", hedged},
	{"full jitter", backoff},
	{"multiwindow multi-burn-rate", burnRates},
	{"time for the", detection},
	{"bulkhead size", bulkhead},
	{"minimum workers", sizing},
	{"Kubernetes HPA", func(in given) answers {
		a := queueing.Autoscaler{Target: in.Num("target"), Tolerance: in.Num("tolerance")}
		current, metric := in.Int("current"), in.Num("metric")
		return answers{
			"desired":                          float64(a.Desired(current, metric)),
			"after_default_scaleup_policy_15s": float64(a.NextStep(current, metric)),
		}
	}},
	{"LRU hit ratio", func(in given) answers {
		hit := queueing.LRUHit(queueing.Zipf{Items: in.Int("items"), Alpha: in.Num("alpha")}, in.Int("capacity"))
		return answers{"hit_ratio": hit, "backend_fraction": 1 - hit}
	}},
	{"TTL cache", func(in given) answers {
		lambda, ttl := in.Num("lambda_per_s"), in.Num("ttl_s")
		return answers{"hit_ratio": queueing.TTLHit(lambda, ttl), "origin_rate_per_s": queueing.TTLOrigin(lambda, ttl)}
	}},
	{"outage backlog", func(in given) answers {
		o := queueing.Outage{Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s"), Duration: in.Num("outage_s")}
		return answers{"backlog": o.Backlog(), "drain_s": o.Drain(), "max_age_s": o.Age()}
	}},
	{"partition assignment", func(in given) answers {
		a := queueing.Assignment{Partitions: in.Int("partitions"), Consumers: in.Int("consumers")}
		return answers{
			"active_consumers":            float64(a.Active()),
			"max_partitions_per_consumer": float64(a.Largest()),
			"capacity_loss_factor":        a.Balance(),
		}
	}},
	{"client-side throttling", func(in given) answers {
		a := queueing.AdaptiveThrottle{K: in.Num("K"), Accepts: in.Num("accept_capacity_per_s")}
		offered := in.Num("offered_per_s")
		return answers{"local_reject_probability": a.Rejected(offered), "backend_arrival_per_s": a.Backend(offered)}
	}},
	{"Envoy admission_control", admission},
	{"failsafe-go adaptivethrottler", admission},
	{"closed-loop generator", omission},
	{"customers needed", func(in given) answers {
		rho := in.Num("rho")
		return answers{"n_5pct": queueing.MM1RunLength(rho, 0.05, 1.96), "n_1pct": queueing.MM1RunLength(rho, 0.01, 1.96)}
	}},
	{"hidden (self-healing) capacity", func(in given) answers {
		return answers{"hidden_capacity_per_s": queueing.HiddenCapacity(in.Num("mu_per_s"), in.Int("max_retries"))}
	}},
	{"Metafor CTMC", retryOrbit},
	{"critical capacity-loss duration", func(in given) answers {
		c := queueing.CapacityLoss{Rho: in.Num("rho"), Left: in.Num("x"), Timeout: in.Num("T_s")}
		return answers{"D_star_s": c.CriticalOutage()}
	}},
}

// percentiles adds those that the case expects: of the sojourn where it does not say of
// what.
func (a answers) percentiles(in given, q interface{ SojournQuantile(p float64) float64 }) answers {
	for _, x := range in.Percentiles() {
		if x.Of != "wait" {
			a[x.Key] = q.SojournQuantile(x.P)
		} else if w, ok := q.(interface{ WaitQuantile(p float64) float64 }); ok {
			a[x.Key] = w.WaitQuantile(x.P)
		}
	}
	return a
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
	q := queueing.MM1{Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s")}
	return answers{
		"rho": q.Utilisation(), "L": q.InSystem(), "Lq": q.Waiting(), "W_s": q.Sojourn(), "Wq_s": q.Wait(),
		"P0": q.Empty(), "p_wait_gt0": q.WaitProbability(),
	}.percentiles(in, q)
}

func mmc(in given) answers {
	q := queueing.MMc{Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s"), C: in.Int("c")}
	return answers{
		"offered_erlangs": q.Offered(), "rho": q.Utilisation(),
		"erlang_B": queueing.ErlangB(q.C, q.Offered()), "erlang_C": q.WaitProbability(),
		"Lq": q.Waiting(), "L": q.InSystem(), "Wq_s": q.Wait(), "W_s": q.Sojourn(),
	}.percentiles(in, q)
}

func erlangB(in given) answers {
	a, c := in.Num("offered_erlangs"), in.Int("c")
	b := queueing.ErlangB(c, a)
	return answers{"blocking": b, "carried_erlangs": a * (1 - b), "utilisation": a * (1 - b) / float64(c)}
}

func mmck(in given) answers {
	q := queueing.MMcK{Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s"), C: in.Int("c"), K: in.Int("K_total")}
	return answers{
		"blocking": q.Lost(), "L": q.InSystem(), "Lq": q.Waiting(), "throughput_per_s": q.Throughput(),
		"W_accepted_s": q.Sojourn(), "Wq_accepted_s": q.Wait(), "P0": q.Empty(),
	}
}

func mg1(in given) answers {
	mean, scv := in.Num("mean_service_s"), in.Num("scv")
	var service queueing.Moments
	switch name := in.Text("service"); {
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
	q := queueing.MG1{Lambda: in.Num("lambda_per_s"), Service: service}
	return answers{
		"rho": q.Utilisation(), "Wq_s": q.Wait(), "W_s": q.Sojourn(), "Lq": q.Waiting(), "L": q.InSystem(),
		"Wq_std_s": q.WaitDeviation(), "ps_W_s": q.SharedSojourn(),
	}
}

func md1(in given) answers {
	q := queueing.MD1{Lambda: in.Num("lambda_per_s"), Service: in.Num("service_s")}
	return answers{}.percentiles(in, q)
}

// interarrivals reads the letters of a GI/M/1 model: D, M, E with a number of stages, or
// H2 with balanced means and the scv that is given.
var interarrivals = regexp.MustCompile(`^GI/M/1 \((D|M|E|H2)([0-9]*)/M/1\)`)

func gim1(in given) answers {
	lambda := in.Num("lambda_per_s")
	q := queueing.GIM1{Lambda: lambda, Mu: in.Num("mu_per_s")}
	m := interarrivals.FindStringSubmatch(in.Model)
	if m == nil {
		return nil
	}
	switch m[1] {
	case "D":
		q.Gaps = queueing.ConstantTransform(1 / lambda)
	case "M":
		q.Gaps = queueing.StagesTransform(1/lambda, 1)
	case "E":
		stages, _ := strconv.ParseFloat(m[2], 64)
		q.Gaps = queueing.StagesTransform(1/lambda, stages)
	case "H2":
		q.Gaps = queueing.HyperexponentialTransform(1/lambda, in.Num("scv"))
	}
	return answers{
		"sigma": q.WaitProbability(), "W_s": q.Sojourn(), "Wq_s": q.Wait(), "p_wait": q.WaitProbability(),
	}.percentiles(in, q)
}

func tandem(in given) answers {
	q := queueing.Tandem{Lambda: in.Num("lambda_per_s"), Mu: in.Nums("mu_per_s")}
	sum := 0.0
	for _, mu := range q.Mu {
		sum += queueing.MM1{Lambda: q.Lambda, Mu: mu}.SojournQuantile(0.99)
	}
	return answers{"sum_of_p99_s": sum}.percentiles(in, q)
}

func feedback(in given) answers {
	lambda := in.Num("lambda_per_s")
	flows := queueing.Network{
		Arrivals: []float64{lambda},
		Mu:       []float64{in.Num("mu_per_s")},
		Routes:   [][]float64{{in.Num("p_feedback")}},
	}.Solve()
	return answers{
		"effective_rate_per_s": flows.Rates[0], "rho": flows.Utilisation[0], "L": flows.InSystem,
		"W_per_request_s": flows.EndToEnd, "visits": flows.Rates[0] / lambda,
	}
}

// destinations are the routes of a network in words: gw->{a .7,b .3}; a->db .5; b->db 1.
var (
	destinations = regexp.MustCompile(`(\w+)->(\{[^}]*\}|\w+ [0-9.]+)`)
	destination  = regexp.MustCompile(`(\w+) ([0-9.]+)`)
)

// routed is the network its model spells out, in the order in which its stations are
// named; what comes from outside goes to the first.
func routed(in given) answers {
	mu := in.Named("mu_per_s")
	var names []string
	at := func(name string) int {
		for i := range names {
			if names[i] == name {
				return i
			}
		}
		names = append(names, name)
		return len(names) - 1
	}
	routes := make([][]float64, len(mu))
	for i := range routes {
		routes[i] = make([]float64, len(mu))
	}
	for _, from := range destinations.FindAllStringSubmatch(in.Model, -1) {
		row := routes[at(from[1])]
		for _, to := range destination.FindAllStringSubmatch(from[2], -1) {
			row[at(to[1])], _ = strconv.ParseFloat(to[2], 64)
		}
	}
	n := queueing.Network{Arrivals: make([]float64, len(mu)), Mu: make([]float64, len(mu)), Routes: routes}
	n.Arrivals[0] = in.Num("lambda_per_s")
	for i, name := range names {
		n.Mu[i] = mu[name]
	}
	flows := n.Solve()
	out := answers{"W_end_to_end_s": flows.EndToEnd, "L": flows.InSystem}
	for i := range flows.Rates {
		out[fmt.Sprintf("rates_per_s[%d]", i)] = flows.Rates[i]
		out[fmt.Sprintf("rho[%d]", i)] = flows.Utilisation[i]
	}
	return out
}

// populations are the figures of a closed network at a population: N10_X, N10_R.
var populations = regexp.MustCompile(`^N([0-9]+)_[XR]$`)

func mva(in given) answers {
	demands, think := in.Nums("demands_s"), in.Num("think_s")
	out := answers{"Nstar": queueing.KneePopulation(demands, think)}
	for _, m := range in.Wanted(populations) {
		n, _ := strconv.Atoi(m[1])
		point := queueing.MVA(demands, think, n)
		out["N"+m[1]+"_X"] = point.Throughput
		out["N"+m[1]+"_R"] = point.Sojourn
	}
	return out
}

func finiteSource(in given) answers {
	f := queueing.FiniteSource{N: in.Int("N"), Think: in.Num("think_s"), Service: in.Num("service_s"), Servers: max(1, in.OptInt("c"))}
	return answers{"throughput_per_s": f.Throughput(), "R_s": f.Sojourn(), "L": f.InSystem(), "utilisation": f.Utilisation()}
}

func droppedAtDequeue(in given) answers {
	q := queueing.MMcD{Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s"), C: max(1, in.OptInt("c")), Patience: in.Num("tau_s")}
	return answers{"p_drop": q.Dropped(), "goodput_per_s": q.Goodput(), "utilisation": q.Utilisation()}
}

func erlangA(in given) answers {
	q := queueing.ErlangA{Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s"), C: in.Int("c"), Theta: in.Num("abandon_rate_per_s")}
	return answers{"p_abandon": q.Abandoned(), "mean_wait_s": q.Wait(), "p_wait": q.WaitProbability(), "Lq": q.Waiting()}
}

func clientTimeout(in given) answers {
	p := queueing.MM1{Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s")}.SojournTail(in.Num("T_s"))
	return answers{"p_timeout": p, "wasted_work_fraction": p}
}

func sizing(in given) answers {
	lambda, mu := in.Num("lambda_per_s"), in.Num("mu_per_s")
	return answers{
		"min_c_p99":           float64(queueing.ServersForSojourn(lambda, mu, in.Num("T_s"), 0.99)),
		"min_c_pwait20":       float64(queueing.ServersForWaitProbability(lambda, mu, 0.2)),
		"offered":             lambda / mu,
		"sqrt_staffing_beta1": float64(queueing.SquareRootStaffing(lambda, mu, 1)),
	}
}

func bulkhead(in given) answers {
	rate, mean := in.Num("rps"), in.Num("mean_s")
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
		Lambda: in.Num("lambda_per_s"), Mu: in.Num("mu_per_s"), Threads: 1, Queue: in.Int("qsize"), Orbit: in.Int("orbit"),
		Timeout: in.Num("timeout_s"), Retries: in.Num("retries"), Alpha: 0.25,
	}
	thousandths := func(x float64) float64 { return math.Round(1000*x) / 1000 }
	queue, orbit := o.Means()
	return answers{"mean_queue": thousandths(queue), "mean_orbit": thousandths(orbit), "hitting_time_full_to_empty_s": o.Drain()}
}
