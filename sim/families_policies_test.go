package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// flaky is a server with room for all whose answers fail with a probability.
func flaky(p float64) station { return station{queue: endless, errors: p} }

func flakyNetwork(in given) (*network, float64) {
	l := link{retry: retry{attempts: in.Int("max_attempts"), on: transient}}
	return single(flaky(in.Num("p_fail")), des.Constant(des.Millisecond), poisson(1000), l), 1000
}

func independent(t *testing.T, in given) answers {
	p, k := in.Num("p_fail"), in.Int("max_attempts")
	// As many calls as it takes to know the attempts to a thousandth, where they vary much.
	m := queueing.Attempts(p, k)
	squares := 0.0
	for i := range k {
		squares += float64(2*i+1) * math.Pow(p, float64(i))
	}
	calls := math.Min(math.Max(3e5, 1e6*(squares-m*m)), 4e6)
	n, rate := flakyNetwork(in)
	ts := trial(t, n, long(calls, rate), 1)
	f := total(ts, 0)
	return answers{"success": f.share(answered), "attempts_per_request": 1 + retriesPerCall(ts, 0)}
}

// layers is a chain in which every layer retries.
func layers(t *testing.T, in given) answers {
	depth, attempts := in.Int("depth"), in.Int("max_attempts")
	again := retry{attempts: attempts, on: transient}
	n := &network{sources: []source{poisson(100)}}
	for i := range depth {
		n.stations = append(n.stations, station{name: fmt.Sprint("layer ", i), replicas: 1, queue: endless})
		n.links = append(n.links, link{station: i, retry: again})
		n.programs = append(n.programs, program{steps: []step{use(i+1, i+1)}})
	}
	p := in.Num("p_leaf")
	n.stations[depth-1].errors = p
	n.programs[depth-1] = program{steps: []step{busy(des.Constant(des.Millisecond))}}
	each, _ := queueing.LayeredRetries(p, slices.Repeat([]int{attempts}, depth)...)
	ts := trial(t, n, long(math.Max(1e6/(10+each), 4000), 100), 1)
	leaf, root := &ts[0].links[depth-1], &ts[0].links[0]
	f := total(ts, 0)
	a := answers{"leaf_attempts_per_user_request": float64(leaf.Attempts) / float64(root.Calls), "user_failure": math.NaN()}
	if failed := 1 - f.share(answered); failed > 0.01 {
		a["user_failure"] = failed
	}
	return a
}

// budgeted is a failing server behind retries with a budget.
func budgeted(t *testing.T, p float64, attempts int, b budget) []tally {
	l := link{retry: retry{attempts: attempts, on: transient}, budget: b}
	return trial(t, single(flaky(p), des.Constant(des.Microsecond), poisson(1000), l), long(1e6, 1000), 1)
}

func tokens(t *testing.T, in given) answers {
	b := budget{kind: perSuccess, share: in.Num("deposit"), most: 10, cost: in.Num("retry_cost")}
	if strings.Contains(in.Model, "per call start") {
		b.kind = perCall
	}
	return answers{"retries_per_call": retriesPerCall(budgeted(t, in.Num("p_fail"), 1+in.Int("max_retries"), b), 0)}
}

func awsQuota(t *testing.T, in given) answers {
	b := budget{kind: perSuccess, share: in.Num("no_retry_increment"), most: in.Num("capacity"), cost: in.Num("cost"), refund: true}
	ts := budgeted(t, in.Num("p_fail"), in.Int("max_attempts"), b)
	n := &ts[0].links[0]
	return answers{"retries_per_call": retriesPerCall(ts, 0), "p_retry_permitted": float64(n.Retries) / float64(n.Retries+n.Denied)}
}

func grpcGate(t *testing.T, in given) answers {
	b := budget{kind: gate, share: in.Num("tokenRatio"), most: in.Num("maxTokens")}
	return answers{"retries_per_call": retriesPerCall(budgeted(t, in.Num("p_fail"), in.Int("max_attempts"), b), 0)}
}

func concurrency(t *testing.T, in given) answers {
	l := link{retry: retry{attempts: 1000, on: transient}, budget: budget{kind: inFlight, share: in.Num("budget"), least: 1}}
	ts := trial(t, single(flaky(1), des.Constant(des.Second), poisson(1000), l), long(3e5, 1000), 1)
	return answers{"max_amplification": 1 + retriesPerCall(ts, 0)}
}

func ratio(t *testing.T, in given) answers {
	b := budget{kind: perCall, share: in.Num("budget"), most: 100, least: in.Num("min_retries_per_s")}
	return answers{"max_amplification": 1 + retriesPerCall(budgeted(t, 1, 1000, b), 0)}
}

// callsToTrip is after how many calls a closed breaker opens, on average.
func callsToTrip(s breakerSpec, p float64, runs int) float64 {
	draws := des.NewStream(11)
	calls := 0
	for range runs {
		var b breaker
		for b.state == closed {
			calls++
			b.admits(&s, 0)
			o := answered
			if draws.Chance(p) {
				o = failed
			}
			b.record(&s, 0, b.generation, o)
		}
	}
	return float64(calls) / float64(runs)
}

func consecutiveTrip(_ *testing.T, in given) answers {
	return answers{"expected_calls": callsToTrip(breakerSpec{window: consecutive, calls: in.Int("N")}, in.Num("p_fail"), 6000)}
}

func slidingTrip(_ *testing.T, in given) answers {
	s := breakerSpec{window: countWindow, calls: in.Int("window"), least: in.Int("min_calls"), threshold: in.Num("threshold")}
	return answers{"mean_calls_to_open": callsToTrip(s, in.Num("p_fail"), 1500)}
}

func openCycle(t *testing.T, in given) answers {
	lambda, k := in.Num("lambda_per_s"), in.Int("probes")
	l := link{breaker: breakerSpec{window: countWindow, calls: 10, least: 10, threshold: 0.5, open: seconds(in.Num("open_s")), probes: k}}
	ts := trial(t, single(flaky(1), des.Constant(1), poisson(lambda), l), long(400*(60*lambda+float64(k)), lambda), 1)
	n := &ts[0].links[0]
	admitted := float64(n.Attempts) / float64(n.Calls)
	return answers{"admitted_fraction": admitted, "backend_rps": lambda * admitted, "probes_per_min": 60 * lambda * admitted}
}

func halfOpenProbes(_ *testing.T, in given) answers {
	s := breakerSpec{window: countWindow, calls: 100, least: 100, threshold: in.Num("threshold"), open: 1, probes: in.Int("probes")}
	return answers{"p_reopen": probesReopen(s, in.Num("p_fail")), "p_close": 1 - probesReopen(s, in.Num("p_fail"))}
}

func probesReopen(s breakerSpec, p float64) float64 {
	const runs = 20_000
	draws := des.NewStream(12)
	reopened := 0
	for range runs {
		b := breaker{state: open}
		for b.state != closed && b.opened == 0 {
			b.admits(&s, 1)
			o := answered
			if draws.Chance(p) {
				o = failed
			}
			b.record(&s, 1, b.generation, o)
		}
		reopened += b.opened
	}
	return float64(reopened) / runs
}

func windowTrip(_ *testing.T, in given) answers {
	const runs = 20_000
	n := in.Int("window")
	s := breakerSpec{window: countWindow, calls: n, least: n, threshold: in.Num("threshold")}
	draws := des.NewStream(13)
	tripped := 0
	for range runs {
		var b breaker
		for range n {
			o := answered
			if draws.Chance(in.Num("p_fail")) {
				o = failed
			}
			b.record(&s, 0, 0, o)
		}
		tripped += b.opened
	}
	return answers{"p_trip_at_first_full_window": float64(tripped) / runs}
}

func backoffs(_ *testing.T, in given) answers {
	r := retry{base: seconds(in.Num("base_s")), most: seconds(in.Num("cap_s")), multiplier: in.Num("mult"), jitter: fullJitter}
	draws := des.NewStream(14)
	a := answers{}
	for i := range in.Int("retries") {
		var m des.Mean
		for range 100_000 {
			m.Add(r.wait(i+1, &draws).Seconds())
		}
		a[fmt.Sprintf("mean_delays_s[%d]", i)] = m.Mean()
		a["mean_total_s"] += m.Mean()
		a["max_total_s"] += r.interval(i + 1).Seconds()
	}
	return a
}

// hedgedNetwork is a leaf with room for all, asked a second time after a delay.
func hedgedNetwork(in given) (*network, float64) {
	l := link{hedge: hedge{delay: seconds(in.Num("hedge_delay_s")), most: 2, cancels: true}}
	return single(station{queue: endless}, des.Exponential(seconds(in.Num("mean_s"))), poisson(1000), l), 1000
}

func hedgedRequest(t *testing.T, in given) answers {
	net, rate := hedgedNetwork(in)
	ts := trial(t, net, long(1e6, rate), 1)
	f := total(ts, 0)
	a := sojourns(in, f)
	n := &ts[0].links[0]
	a["mean_s"], a["extra_requests"], a["p999_s"] = a["W_s"], float64(n.Hedges)/float64(n.Calls), f.quantile(0.999)
	return a
}

// clientThrottling is a caller that turns away what its callee would.
func clientThrottling(t *testing.T, in given) answers {
	accepts, offered := in.Num("accept_capacity_per_s"), in.Num("offered_per_s")
	st := station{queue: endless, limit: bucketSpec{rate: accepts, burst: accepts}}
	l := link{shedding: shedding{rule: googleThrottling, k: in.Num("K"), span: 2 * des.Minute, most: 1}}
	ts := trial(t, single(st, des.Constant(des.Millisecond), poisson(offered), l), plan{seed: 16, warm: 10 * des.Minute, until: 40 * des.Minute}, 1)
	n := &ts[0].links[0]
	return answers{
		"local_reject_probability": 1 - float64(n.Attempts)/float64(n.Calls), "backend_arrival_per_s": offered * float64(n.Attempts) / float64(n.Calls),
	}
}
