package sim

import (
	"fmt"
	"math"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// families say how the models of the cases are built.
var families = []struct {
	model    string
	simulate func(*testing.T, given) answers
}{
	{"M/M/1, client timeout T", clientTimeout},
	{"M/M/1 with Bernoulli feedback", feedback},
	{"M/M/1+D", serverDrops},
	{"M/M/c+M", impatient},
	{"M/M/1//", closedPopulation},
	{"M/M/1/K=100, mu=10/s, timeout", escape},
	{"M/M/c/K", lossy},
	{"M/M/c/c", lossy},
	{"M/M/c", queue},
	{"M/M/1", queue},
	{"M/G/1 FCFS", queue},
	{"M/D/1 FCFS", queue},
	{"GI/M/1", queue},
	{"tandem M/M/1", tandem},
	{"open Jackson", routed},
	{"closed, exact MVA", pool},
	{"i.i.d. attempt failure", independent},
	{"retries at every one", layers},
	{"token bucket: +", tokens},
	{"AWS SDK", awsQuota},
	{"gRPC retryThrottling", grpcGate},
	{"concurrency retry budget", concurrency},
	{"rate retry budget", ratio},
	{"expected calls until N consecutive", consecutiveTrip},
	{"dependency 100% down", openCycle},
	{"resilience4j half-open", halfOpenProbes},
	{"probability that a full window", windowTrip},
	{"resilience4j COUNT_BASED", slidingTrip},
	{"token bucket policer", policer},
	{"power of two choices", choices},
	{"max of n Exp", fanOut},
	{"full jitter mean delay", backoffs},
	{"hedged request", hedgedRequest},
	{"client-side throttling", clientThrottling},
	{"as mitigation matrix", expiredDropped},
	{"hidden (self-healing) capacity", hiddenCapacity},
	{"critical capacity-loss duration", criticalOutage},
	{"OSDI22 artifact", osdi},
	{"mbrooker/simulator_example", spike},
	{"mitigation matrix", mitigation},
	{"LRU hit ratio under IRM", leastRecentlyUsed},
	{"TTL cache single key", expiring},
}

// customers is how many a queue needs at a utilisation, for the cases' tolerances.
func customers(rho float64, servers int) float64 {
	n := 2e6
	switch {
	case rho > 0.92:
		n = 6e6
	case rho > 0.85:
		n = 4e6
	}
	if !*full && servers > 50 {
		n = 1.5e6
	}
	if *full {
		n *= 10
		if servers > 50 {
			n *= 5 // few of them wait
		}
	}
	return n
}

func sojourns(f flowTally) answers {
	a := answers{
		"W_s": f.mean(), "p50_s": f.quantile(0.5), "p90_s": f.quantile(0.9), "p95_s": f.quantile(0.95), "p99_s": f.quantile(0.99),
	}
	if *full {
		a["p999_s"] = f.quantile(0.999)
	}
	return a
}

// queue is a single queue before one or more servers.
func queue(t *testing.T, in given) answers {
	servers, mu, lambda := max(in.int("c"), 1), in.num("mu_per_s"), in.num("lambda_per_s")
	mean := 1 / mu
	if mu == 0 {
		mean = in.num("mean_service_s") + in.num("service_s")
	}
	service := des.Exponential(seconds(mean))
	switch scv, known := number(in["scv"]); {
	case mu > 0:
		service = exponential(mu)
	case !known || scv == 0:
		service = des.Constant(seconds(mean))
	default:
		word, _ := in["service"].(string)
		switch word[:3] {
		case "H2 ":
			service = des.Hyperexponential(seconds(mean), scv)
		case "log":
			sigma := math.Sqrt(math.Log(1 + scv))
			service = des.LogNormal(seconds(mean*math.Exp(-sigma*sigma/2)), sigma)
		case "Erl":
			service = des.Erlang(seconds(mean), int(math.Round(1/scv)))
		}
	}
	src := poisson(lambda)
	if m, _ := in["model"].(string); m == "GI/M/1 (D/M/1)" {
		src.gap = des.Constant(seconds(1 / lambda))
	} else if m == "GI/M/1 (E2/M/1)" {
		src.gap = des.Erlang(seconds(1/lambda), 2)
	}
	ts := trial(t, single(station{workers: servers, queue: endless}, service, src, link{}), long(customers(lambda*mean/float64(servers), servers), lambda), 1)
	a := sojourns(total(ts, 0))
	st := &ts[0].stations[0]
	a["L"], a["Lq"], a["rho"] = st.there(), st.waiting, st.busy/float64(servers)
	a["Wq_s"] = st.waits.Seconds() / float64(st.begun)
	a["sojourn_p99_s"] = a["p99_s"]
	if servers > 50 && !*full {
		delete(a, "Lq")
		delete(a, "Wq_s")
	}
	return a
}

// lossy is a station with limited room.
func lossy(t *testing.T, in given) answers {
	c, lambda, mu := in.int("c"), in.num("lambda_per_s"), in.num("mu_per_s")
	if a := in.num("offered_erlangs"); lambda == 0 {
		lambda, mu = a, 1
	}
	room := max(in.int("K_total"), c)
	ts := trial(t, single(station{workers: c, queue: room - c}, exponential(mu), poisson(lambda), link{}), long(1.5e6, lambda), 1)
	f, st := total(ts, 0), &ts[0].stations[0]
	return answers{
		"blocking": f.share(refused), "carried_erlangs": st.busy, "utilisation": st.busy / float64(c), "L": st.there(), "Lq": st.waiting,
		"W_accepted_s": f.mean(), "Wq_accepted_s": st.waits.Seconds() / float64(st.begun), "throughput_per_s": lambda * f.share(answered),
	}
}

// clientTimeout is a caller that gives up while the server goes on.
func clientTimeout(t *testing.T, in given) answers {
	lambda := in.num("lambda_per_s")
	ts := trial(t, single(station{workers: 1, queue: endless}, exponential(in.num("mu_per_s")), poisson(lambda), link{timeout: seconds(in.num("T_s"))}), long(3e6, lambda), 1)
	f := total(ts, 0)
	return answers{"p_timeout": f.share(timedOut), "wasted_work_fraction": f.share(timedOut)}
}

// feedback returns a request that failed at once to the end of the queue.
func feedback(t *testing.T, in given) answers {
	lambda := in.num("lambda_per_s")
	again := link{retry: retry{attempts: 1 << 20, on: transient}}
	ts := trial(t, single(station{workers: 1, queue: endless, errors: in.num("p_feedback")}, exponential(in.num("mu_per_s")), poisson(lambda), again), long(1.5e6, lambda), 1)
	f, st := total(ts, 0), &ts[0].stations[0]
	return answers{"W_per_request_s": f.mean(), "L": st.there(), "rho": st.busy, "visits": 1 + retriesPerCall(ts, 0)}
}

// serverDrops leaves out what has waited too long when its turn comes.
func serverDrops(t *testing.T, in given) answers {
	lambda := in.num("lambda_per_s")
	st := station{workers: 1, queue: endless, impatient: true, patience: des.Constant(seconds(in.num("tau_s")))}
	n := 2e6
	if in.num("tau_s")*(in.num("mu_per_s")-lambda) > 3 {
		n = 1e7 // few are dropped, and many at a time
	}
	ts := trial(t, single(st, exponential(in.num("mu_per_s")), poisson(lambda), link{}), long(n, lambda), 1)
	f := total(ts, 0)
	return answers{"p_drop": f.share(dropped), "goodput_per_s": lambda * f.share(answered), "utilisation": ts[0].stations[0].busy}
}

// impatient customers leave after an exponential time.
func impatient(t *testing.T, in given) answers {
	lambda := in.num("lambda_per_s")
	st := station{workers: in.int("c"), queue: endless, impatient: true, patience: exponential(in.num("abandon_rate_per_s"))}
	ts := trial(t, single(st, exponential(in.num("mu_per_s")), poisson(lambda), link{}), long(4e6, lambda), 1)
	f := total(ts, 0)
	return answers{"p_abandon": f.share(dropped)}
}

func closedPopulation(t *testing.T, in given) answers {
	users := source{population: in.int("N"), gap: des.Exponential(seconds(in.num("think_s")))}
	ts := trial(t, single(station{workers: 1, queue: endless}, des.Exponential(seconds(in.num("service_s"))), users, link{}), long(1e6, 10), 1)
	f, st := total(ts, 0), &ts[0].stations[0]
	return answers{"R_s": f.mean(), "L": st.there(), "utilisation": st.busy, "throughput_per_s": f.all() / 1e5}
}

// route is a caller that visits single-server stations one after the other.
func route(rates ...float64) *network {
	n := &network{stations: []station{{name: "caller", replicas: 1}}, links: []link{{}}, programs: []program{{}}}
	for i, mu := range rates {
		n.stations = append(n.stations, station{name: fmt.Sprint("station ", i), replicas: 1, workers: 1, queue: endless})
		n.links = append(n.links, link{station: i + 1})
		n.programs = append(n.programs, program{steps: []step{busy(exponential(mu))}})
		n.programs[0].steps = append(n.programs[0].steps, use(i+1, i+1))
	}
	return n
}

func tandem(t *testing.T, in given) answers {
	n := route(in.nums("mu_per_s")...)
	n.sources = []source{poisson(in.num("lambda_per_s"))}
	return sojourns(total(trial(t, n, long(2e6, in.num("lambda_per_s")), 1), 0))
}

func pool(t *testing.T, in given) answers {
	a := answers{}
	for _, users := range []int{10, 50, 100, 200} {
		var rates []float64
		for _, d := range in.nums("demands_s") {
			rates = append(rates, 1/d)
		}
		n := route(rates...)
		n.sources = []source{{population: users, gap: des.Exponential(seconds(in.num("think_s")))}}
		f := total(trial(t, n, long(4e5, 30), 1), 0)
		a[fmt.Sprintf("N%d_R", users)], a[fmt.Sprintf("N%d_X", users)] = f.mean(), f.all()/(4e5/30)
	}
	return a
}

// routed is the network of the case: a gateway, then a or b, then the database for
// half of a's requests and all of b's.
func routed(t *testing.T, in given) answers {
	mu := in["mu_per_s"].(given)
	n := route(mu.num("gw"), mu.num("a"), mu.num("b"), mu.num("db"))
	half := use(4, 4)
	half.chance = 0.5
	n.programs[0].steps = []step{use(1, 1), use(2, 2), half}
	n.programs = append(n.programs, program{steps: []step{use(1, 1), use(3, 3), use(4, 4)}})
	lambda := in.num("lambda_per_s")
	n.sources = []source{poisson(0.7 * lambda), {gap: des.Poisson(0.3 * lambda), program: 5}}
	ts := trial(t, n, long(2e6, lambda), 1)
	a, b := total(ts, 0), total(ts, 1)
	got := answers{"W_end_to_end_s": (a.mean()*a.all() + b.mean()*b.all()) / (a.all() + b.all())}
	for i := range 4 {
		got[fmt.Sprintf("rho[%d]", i)] = ts[0].stations[i+1].busy
	}
	return got
}

// policer drives the bucket itself: its rejections are rare and come together, so
// that it takes many arrivals.
func policer(_ *testing.T, in given) answers {
	const arrivals = 30_000_000
	spec := bucketSpec{rate: in.num("rate_per_s"), burst: in.num("burst")}
	b := bucket{tokens: spec.burst}
	gap, draws := des.Poisson(in.num("lambda_per_s")), des.NewStream(15)
	rejected := 0.0
	for now, n := des.Time(0), 0; n < arrivals; n++ {
		now += gap.Sample(&draws)
		if !b.take(&spec, now) {
			rejected++
		}
	}
	return answers{"reject_fraction": rejected / arrivals}
}

func choices(t *testing.T, in given) answers {
	lambda := 100 * in.num("rho")
	simulate := func(b balancing) float64 {
		st := station{replicas: 100, workers: 1, queue: endless, balance: b}
		f := total(trial(t, single(st, exponential(1), poisson(lambda), link{}), long(1e6, lambda), 1), 0)
		return f.mean()
	}
	return answers{"mean_sojourn": simulate(twoChoices), "random_mean_sojourn": simulate(randomly)}
}

func fanOut(t *testing.T, in given) answers {
	n := in.int("n")
	together := &network{
		stations: []station{{name: "caller", replicas: 1}, {name: "leaf", replicas: 1}},
		links:    []link{{}, {station: 1}},
		programs: []program{{steps: []step{{kind: fork, to: n}}}, {steps: []step{busy(des.Exponential(seconds(in.num("mean_s"))))}}},
		sources:  []source{poisson(100)},
	}
	for range n {
		together.programs[0].steps = append(together.programs[0].steps, use(1, 1))
	}
	f := total(trial(t, together, long(4e4, 100), 1), 0)
	return answers{"mean_s": f.mean(), "p99_s": f.quantile(0.99)}
}
