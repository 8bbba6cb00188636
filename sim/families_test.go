package sim

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
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
	{"M/M/c+D", serverDrops},
	{"M/M/c+M", impatient},
	{"M/M/1//", closedPopulation},
	{"M/M/c//", closedPopulation},
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

// sojourns are the mean and the percentiles that a run carries. One in a thousand takes
// ten times the customers, and what is rarer is not looked at.
func sojourns(in given, f flowTally) answers {
	a := answers{"W_s": f.mean()}
	for _, x := range in.Percentiles() {
		if x.Of != "wait" && (x.P <= 0.99 || *full && x.P <= 0.999) {
			a[x.Key] = f.quantile(x.P)
		}
	}
	return a
}

// interarrivals reads the letters of a GI/M/1 model.
var interarrivals = regexp.MustCompile(`^GI/M/1 \((D|M|E|H2)([0-9]*)/M/1\)`)

// queueNetwork is a single queue before one or more servers, with its rate.
func queueNetwork(in given) (*network, float64) {
	servers, mu, lambda := max(in.OptInt("c"), 1), in.Opt("mu_per_s"), in.Num("lambda_per_s")
	mean := 1 / mu
	service := exponential(mu)
	if mu == 0 {
		mean = in.Opt("mean_service_s") + in.Opt("service_s")
		service = des.Constant(seconds(mean))
	}
	switch scv, word := in.Opt("scv"), in.Text("service"); {
	case strings.HasPrefix(word, "H2"):
		service = des.Hyperexponential(seconds(mean), scv)
	case strings.HasPrefix(word, "lognormal"):
		sigma := math.Sqrt(math.Log(1 + scv))
		service = des.LogNormal(seconds(mean*math.Exp(-sigma*sigma/2)), sigma)
	case strings.HasPrefix(word, "Erlang"):
		service = des.Erlang(seconds(mean), int(math.Round(1/scv)))
	case word == "exponential":
		service = des.Exponential(seconds(mean))
	}
	src := poisson(lambda)
	if m := interarrivals.FindStringSubmatch(in.Model); m != nil {
		gap := seconds(1 / lambda)
		switch m[1] {
		case "D":
			src.gap = des.Constant(gap)
		case "E":
			stages, _ := strconv.Atoi(m[2])
			src.gap = des.Erlang(gap, stages)
		case "H2":
			src.gap = des.Hyperexponential(gap, in.Num("scv"))
		}
	}
	return single(station{workers: servers, queue: endless}, service, src, link{}), lambda
}

func queue(t *testing.T, in given) answers {
	n, lambda := queueNetwork(in)
	servers := n.stations[0].workers
	rho := lambda * n.programs[0].steps[0].time.Mean() / 1e9 / float64(servers)
	ts := trial(t, n, long(customers(rho, servers), lambda), 1)
	a := sojourns(in, total(ts, 0))
	st := &ts[0].stations[0]
	a["L"], a["Lq"], a["rho"] = st.there(), st.waiting, st.busy/float64(servers)
	a["Wq_s"] = st.waits.Seconds() / float64(st.begun)
	if servers > 50 && !*full {
		a["Lq"], a["Wq_s"] = math.NaN(), math.NaN() // few of them wait
	}
	return a
}

// lossyNetwork is a station with limited room.
func lossyNetwork(in given) (*network, float64) {
	c, lambda, mu := in.Int("c"), in.Opt("lambda_per_s"), in.Opt("mu_per_s")
	if lambda == 0 {
		lambda, mu = in.Num("offered_erlangs"), 1
	}
	room := max(in.OptInt("K_total"), c)
	return single(station{workers: c, queue: room - c}, exponential(mu), poisson(lambda), link{}), lambda
}

func lossy(t *testing.T, in given) answers {
	n, lambda := lossyNetwork(in)
	c := n.stations[0].workers
	ts := trial(t, n, long(1.5e6, lambda), 1)
	f, st := total(ts, 0), &ts[0].stations[0]
	return answers{
		"blocking": f.share(refused), "carried_erlangs": st.busy, "utilisation": st.busy / float64(c), "L": st.there(), "Lq": st.waiting,
		"W_accepted_s": f.mean(), "Wq_accepted_s": st.waits.Seconds() / float64(st.begun), "throughput_per_s": lambda * f.share(answered),
	}
}

// timeoutNetwork is a caller that gives up while the server goes on.
func timeoutNetwork(in given) (*network, float64) {
	lambda := in.Num("lambda_per_s")
	return single(station{workers: 1, queue: endless}, exponential(in.Num("mu_per_s")), poisson(lambda), link{timeout: seconds(in.Num("T_s"))}), lambda
}

func clientTimeout(t *testing.T, in given) answers {
	n, lambda := timeoutNetwork(in)
	ts := trial(t, n, long(3e6, lambda), 1)
	f := total(ts, 0)
	return answers{"p_timeout": f.share(timedOut), "wasted_work_fraction": f.share(timedOut)}
}

// feedbackNetwork returns a request that failed at once to the end of the queue.
func feedbackNetwork(in given) (*network, float64) {
	lambda := in.Num("lambda_per_s")
	again := link{retry: retry{attempts: 1 << 20, on: transient}}
	return single(station{workers: 1, queue: endless, errors: in.Num("p_feedback")}, exponential(in.Num("mu_per_s")), poisson(lambda), again), lambda
}

func feedback(t *testing.T, in given) answers {
	n, lambda := feedbackNetwork(in)
	ts := trial(t, n, long(1.5e6, lambda), 1)
	f, st := total(ts, 0), &ts[0].stations[0]
	visits := 1 + retriesPerCall(ts, 0)
	return answers{"W_per_request_s": f.mean(), "L": st.there(), "rho": st.busy, "visits": visits, "effective_rate_per_s": lambda * visits}
}

// droppingNetwork leaves out what has waited too long when its turn comes.
func droppingNetwork(in given) (*network, float64) {
	lambda, c := in.Num("lambda_per_s"), max(1, in.OptInt("c"))
	st := station{workers: c, queue: endless, impatient: true, patience: des.Constant(seconds(in.Num("tau_s")))}
	return single(st, exponential(in.Num("mu_per_s")), poisson(lambda), link{}), lambda
}

func serverDrops(t *testing.T, in given) answers {
	net, lambda := droppingNetwork(in)
	c := net.stations[0].workers
	mu, patience := float64(c)*in.Num("mu_per_s"), in.Num("tau_s")
	n := 2e6
	if patience*(mu-lambda) > 3 {
		n = 1e7 // few are dropped, and many at a time
	}
	ts := trial(t, net, long(n, lambda), 1)
	f := total(ts, 0)
	return answers{"p_drop": f.share(dropped), "goodput_per_s": lambda * f.share(answered), "utilisation": ts[0].stations[0].busy / float64(c)}
}

// impatientNetwork has customers that leave after an exponential time; here when their
// turn comes, so that they still stand in the queue.
func impatientNetwork(in given) (*network, float64) {
	lambda := in.Num("lambda_per_s")
	st := station{workers: in.Int("c"), queue: endless, impatient: true, patience: exponential(in.Num("abandon_rate_per_s"))}
	return single(st, exponential(in.Num("mu_per_s")), poisson(lambda), link{}), lambda
}

func impatient(t *testing.T, in given) answers {
	n, lambda := impatientNetwork(in)
	theta := in.Num("abandon_rate_per_s")
	ts := trial(t, n, long(4e6, lambda), 1)
	f := total(ts, 0)
	lost := f.share(dropped)
	// Who abandons at a rate per time waited has waited for the share lost over that rate.
	return answers{"p_abandon": lost, "mean_wait_s": lost / theta, "Lq": lambda * lost / theta}
}

func closedNetwork(in given) (*network, float64) {
	c, n, think, service := max(1, in.OptInt("c")), in.Int("N"), in.Num("think_s"), in.Num("service_s")
	users := source{population: n, gap: des.Exponential(seconds(think))}
	rate := math.Min(float64(n)/(think+service), float64(c)/service)
	return single(station{workers: c, queue: endless}, des.Exponential(seconds(service)), users, link{}), rate
}

func closedPopulation(t *testing.T, in given) answers {
	n, rate := closedNetwork(in)
	c := n.stations[0].workers
	p := long(1e6, rate)
	ts := trial(t, n, p, 1)
	f, st := total(ts, 0), &ts[0].stations[0]
	return answers{"R_s": f.mean(), "L": st.there(), "utilisation": st.busy / float64(c), "throughput_per_s": f.all() / (p.until - p.warm).Seconds()}
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

func tandemNetwork(in given) (*network, float64) {
	n, lambda := route(in.Nums("mu_per_s")...), in.Num("lambda_per_s")
	n.sources = []source{poisson(lambda)}
	return n, lambda
}

func tandem(t *testing.T, in given) answers {
	n, lambda := tandemNetwork(in)
	return sojourns(in, total(trial(t, n, long(2e6, lambda), 1), 0))
}

// populations are the figures of a closed network at a population: N10_X, N10_R.
var populations = regexp.MustCompile(`^N([0-9]+)_[XR]$`)

func pool(t *testing.T, in given) answers {
	a := answers{}
	demands, think := in.Nums("demands_s"), in.Num("think_s")
	var rates []float64
	most, all := 0.0, think
	for _, d := range demands {
		rates = append(rates, 1/d)
		most, all = math.Max(most, d), all+d
	}
	for _, m := range in.Wanted(populations) {
		if _, done := a["N"+m[1]+"_R"]; done {
			continue
		}
		users, _ := strconv.Atoi(m[1])
		n := route(rates...)
		n.sources = []source{{population: users, gap: des.Exponential(seconds(think))}}
		p := long(4e5, math.Min(1/most, float64(users)/all))
		f := total(trial(t, n, p, 1), 0)
		a["N"+m[1]+"_R"], a["N"+m[1]+"_X"] = f.mean(), f.all()/(p.until-p.warm).Seconds()
	}
	return a
}

// destinations are the routes of a network in words: gw->{a .7,b .3}; a->db .5; b->db 1.
var (
	destinations = regexp.MustCompile(`(\w+)->(\{[^}]*\}|\w+ [0-9.]+)`)
	destination  = regexp.MustCompile(`(\w+) ([0-9.]+)`)
)

// routedNetwork is a network without loops that its model spells out; what comes from
// outside goes to the first station. Each path through it is a program of its own. With it
// come its stations' rates of service and that of arrivals.
func routedNetwork(in given) (net *network, rates []float64, lambda float64) {
	var names []string
	at := func(name string) int {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return slices.Index(names, name)
	}
	next := map[int]map[int]float64{}
	for _, from := range destinations.FindAllStringSubmatch(in.Model, -1) {
		to := map[int]float64{}
		next[at(from[1])] = to
		for _, d := range destination.FindAllStringSubmatch(from[2], -1) {
			to[at(d[1])], _ = strconv.ParseFloat(d[2], 64)
		}
	}
	mu := in.Named("mu_per_s")
	for _, name := range names {
		rates = append(rates, mu[name])
	}
	n := route(rates...)
	lambda = in.Num("lambda_per_s")
	var walk func(station int, share float64, steps []step)
	walk = func(station int, share float64, steps []step) {
		steps = append(slices.Clone(steps), use(station+1, station+1))
		if len(steps) > 2*len(names) {
			panic("the network has a loop")
		}
		ends := share
		for to := range names {
			if p := next[station][to]; p > 0 {
				ends -= share * p
				walk(to, share*p, steps)
			}
		}
		if ends > 1e-12 {
			n.sources = append(n.sources, source{gap: des.Poisson(ends * lambda), program: len(n.programs)})
			n.programs = append(n.programs, program{steps: steps})
		}
	}
	walk(0, 1, nil)
	return n, rates, lambda
}

func routed(t *testing.T, in given) answers {
	n, rates, lambda := routedNetwork(in)
	ts := trial(t, n, long(2e6, lambda), 1)
	got, sum, all := answers{}, 0.0, 0.0
	for i := range n.sources {
		f := total(ts, i)
		sum, all = sum+f.mean()*f.all(), all+f.all()
	}
	got["W_end_to_end_s"] = sum / all
	for i := range rates {
		busy := ts[0].stations[i+1].busy
		got[fmt.Sprintf("rho[%d]", i)], got[fmt.Sprintf("rates_per_s[%d]", i)] = busy, busy*rates[i]
	}
	return got
}

// policer drives the bucket itself: its rejections are rare and come together, so
// that it takes many arrivals.
func policer(_ *testing.T, in given) answers {
	const arrivals = 30_000_000
	spec := bucketSpec{rate: in.Num("rate_per_s"), burst: in.Num("burst")}
	b := bucket{tokens: spec.burst}
	gap, draws := des.Poisson(in.Num("lambda_per_s")), des.NewStream(15)
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
	if d := in.Int("d"); d != 2 {
		t.Fatalf("the engine chooses between two, not %d", d)
	}
	lambda := 100 * in.Num("rho")
	simulate := func(b balancing) float64 {
		st := station{replicas: 100, workers: 1, queue: endless, balance: b}
		f := total(trial(t, single(st, exponential(1), poisson(lambda), link{}), long(1e6, lambda), 1), 0)
		return f.mean()
	}
	return answers{"mean_sojourn": simulate(twoChoices), "random_mean_sojourn": simulate(randomly)}
}

func fanNetwork(in given) (*network, float64) {
	n := in.Int("n")
	together := &network{
		stations: []station{{name: "caller", replicas: 1}, {name: "leaf", replicas: 1}},
		links:    []link{{}, {station: 1}},
		programs: []program{{steps: []step{{kind: fork, to: n}}}, {steps: []step{busy(des.Exponential(seconds(in.Num("mean_s"))))}}},
		sources:  []source{poisson(100)},
	}
	for range n {
		together.programs[0].steps = append(together.programs[0].steps, use(1, 1))
	}
	return together, 100
}

func fanOut(t *testing.T, in given) answers {
	together, rate := fanNetwork(in)
	f := total(trial(t, together, long(4e4, rate), 1), 0)
	return answers{"mean_s": f.mean(), "p99_s": f.quantile(0.99)}
}
