package sim

import (
	"fmt"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// flaky is a server with room for all whose answers fail with a probability.
func flaky(p float64) station { return station{queue: endless, errors: p} }

func independent(t *testing.T, in given) answers {
	l := link{retry: retry{attempts: in.int("max_attempts"), on: transient}}
	ts := trial(t, single(flaky(in.num("p_fail")), des.Constant(des.Millisecond), poisson(1000), l), long(3e5, 1000), 1)
	f := total(ts, 0)
	return answers{"success": f.share(answered), "attempts_per_request": 1 + retriesPerCall(ts, 0)}
}

// layers is a chain in which every layer retries.
func layers(t *testing.T, in given) answers {
	depth := in.int("depth")
	again := retry{attempts: in.int("max_attempts"), on: transient}
	n := &network{sources: []source{poisson(100)}}
	for i := range depth {
		n.stations = append(n.stations, station{name: fmt.Sprint("layer ", i), replicas: 1, queue: endless})
		n.links = append(n.links, link{station: i, retry: again})
		n.programs = append(n.programs, program{steps: []step{use(i+1, i+1)}})
	}
	n.stations[depth-1].errors = in.num("p_leaf")
	n.programs[depth-1] = program{steps: []step{busy(des.Constant(des.Millisecond))}}
	ts := trial(t, n, long(1e5, 100), 1)
	leaf, root := &ts[0].links[depth-1], &ts[0].links[0]
	return answers{"leaf_attempts_per_user_request": float64(leaf.Attempts) / float64(root.Calls)}
}

// budgeted is a failing server behind retries with a budget.
func budgeted(t *testing.T, p float64, attempts int, b budget) []tally {
	l := link{retry: retry{attempts: attempts, on: transient}, budget: b}
	return trial(t, single(flaky(p), des.Constant(des.Microsecond), poisson(1000), l), long(1e6, 1000), 1)
}

func tokens(t *testing.T, in given) answers {
	b := budget{kind: perSuccess, share: in.num("deposit"), most: 10, cost: in.num("retry_cost")}
	if m, _ := in["model"].(string); len(m) > 30 && m[:31] == "token bucket: +0.1 per call sta" {
		b.kind = perCall
	}
	return answers{"retries_per_call": retriesPerCall(budgeted(t, in.num("p_fail"), 1+in.int("max_retries"), b), 0)}
}

func awsQuota(t *testing.T, in given) answers {
	b := budget{kind: perSuccess, share: in.num("no_retry_increment"), most: in.num("capacity"), cost: in.num("cost"), refund: true}
	ts := budgeted(t, in.num("p_fail"), in.int("max_attempts"), b)
	n := &ts[0].links[0]
	return answers{"retries_per_call": retriesPerCall(ts, 0), "p_retry_permitted": float64(n.Retries) / float64(n.Retries+n.Denied)}
}

func grpcGate(t *testing.T, in given) answers {
	b := budget{kind: gate, share: in.num("tokenRatio"), most: in.num("maxTokens")}
	return answers{"retries_per_call": retriesPerCall(budgeted(t, in.num("p_fail"), in.int("max_attempts"), b), 0)}
}

func concurrency(t *testing.T, in given) answers {
	l := link{retry: retry{attempts: 1000, on: transient}, budget: budget{kind: inFlight, share: in.num("budget"), least: 1}}
	ts := trial(t, single(flaky(1), des.Constant(des.Second), poisson(1000), l), long(3e5, 1000), 1)
	return answers{"max_amplification": 1 + retriesPerCall(ts, 0)}
}

func ratio(t *testing.T, in given) answers {
	b := budget{kind: perCall, share: in.num("budget"), most: 100, least: in.num("min_retries_per_s")}
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
	return answers{"expected_calls": callsToTrip(breakerSpec{window: consecutive, calls: in.int("N")}, in.num("p_fail"), 6000)}
}

func slidingTrip(_ *testing.T, in given) answers {
	s := breakerSpec{window: countWindow, calls: in.int("window"), least: in.int("min_calls"), threshold: in.num("threshold")}
	return answers{"mean_calls_to_open": callsToTrip(s, in.num("p_fail"), 1500)}
}

func openCycle(t *testing.T, in given) answers {
	lambda, k := in.num("lambda_per_s"), in.int("probes")
	l := link{breaker: breakerSpec{window: countWindow, calls: 10, least: 10, threshold: 0.5, open: seconds(in.num("open_s")), probes: k}}
	ts := trial(t, single(flaky(1), des.Constant(1), poisson(lambda), l), long(400*(60*lambda+float64(k)), lambda), 1)
	n := &ts[0].links[0]
	admitted := float64(n.Attempts) / float64(n.Calls)
	return answers{"admitted_fraction": admitted, "backend_rps": lambda * admitted, "probes_per_min": 60 * lambda * admitted}
}

func halfOpenProbes(_ *testing.T, in given) answers {
	s := breakerSpec{window: countWindow, calls: 100, least: 100, threshold: in.num("threshold"), open: 1, probes: in.int("probes")}
	return answers{"p_reopen": probesReopen(s, in.num("p_fail")), "p_close": 1 - probesReopen(s, in.num("p_fail"))}
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
	n := in.int("window")
	s := breakerSpec{window: countWindow, calls: n, least: n, threshold: in.num("threshold")}
	draws := des.NewStream(13)
	tripped := 0
	for range runs {
		var b breaker
		for range n {
			o := answered
			if draws.Chance(in.num("p_fail")) {
				o = failed
			}
			b.record(&s, 0, 0, o)
		}
		tripped += b.opened
	}
	return answers{"p_trip_at_first_full_window": float64(tripped) / runs}
}

func backoffs(_ *testing.T, in given) answers {
	r := retry{base: seconds(in.num("base_s")), most: seconds(in.num("cap_s")), multiplier: in.num("mult"), jitter: fullJitter}
	draws := des.NewStream(14)
	a := answers{}
	for i := range in.int("retries") {
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

// hedgedRequest is a leaf with room for all, asked a second time after a delay.
func hedgedRequest(t *testing.T, in given) answers {
	l := link{hedge: hedge{delay: seconds(in.num("hedge_delay_s")), most: 2, cancels: true}}
	ts := trial(t, single(station{queue: endless}, des.Exponential(seconds(in.num("mean_s"))), poisson(1000), l), long(1e6, 1000), 1)
	f := total(ts, 0)
	a := sojourns(f)
	n := &ts[0].links[0]
	a["mean_s"], a["extra_requests"], a["p999_s"] = a["W_s"], float64(n.Hedges)/float64(n.Calls), f.quantile(0.999)
	return a
}

// clientThrottling is a caller that turns away what its callee would.
func clientThrottling(t *testing.T, in given) answers {
	accepts, offered := in.num("accept_capacity_per_s"), in.num("offered_per_s")
	st := station{queue: endless, limit: bucketSpec{rate: accepts, burst: accepts}}
	l := link{shedding: shedding{rule: googleThrottling, k: in.num("K"), span: 2 * des.Minute, most: 1}}
	ts := trial(t, single(st, des.Constant(des.Millisecond), poisson(offered), l), plan{seed: 16, warm: 10 * des.Minute, until: 40 * des.Minute}, 1)
	n := &ts[0].links[0]
	return answers{
		"local_reject_probability": 1 - float64(n.Attempts)/float64(n.Calls), "backend_arrival_per_s": offered * float64(n.Attempts) / float64(n.Calls),
	}
}
