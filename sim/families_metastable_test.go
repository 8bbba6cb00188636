package sim

import (
	"math"
	"regexp"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// storm is a server with clients that give up and retry at once; the server goes
// on with what nobody waits for.
func storm(lambda, mu, timeout float64, retries int) *network {
	return single(station{workers: 1, queue: endless}, exponential(mu), poisson(lambda),
		link{timeout: seconds(timeout), retry: retry{attempts: 1 + retries, on: setOf(timedOut)}})
}

// loss takes capacity away until only the share left is there.
func loss(at, during, left float64) strike {
	s := strike{at: seconds(at), until: seconds(at + during), kind: Slow, factor: 1 / left}
	if left == 0 {
		s.kind = Hang
	}
	return s
}

// goodput is the share of the requests between two times that were answered in
// that time.
func goodput(ts []tally, from, to float64) float64 {
	good, offered := 0.0, 0.0
	for i := range ts {
		for k, s := range ts[i].slices {
			if at := float64(k) * ts[i].per.Seconds(); at >= from && at < to {
				good += float64(s.Good)
				offered += float64(s.Offered)
			}
		}
	}
	return good / offered
}

// collapses reports in what share of the runs a loss of capacity is not recovered
// from.
func collapses(t *testing.T, net *network, s strike, until float64, runs int) float64 {
	p := plan{seed: 21, until: seconds(until), slice: des.Second, strikes: []strike{s}}
	n := 0
	for _, one := range trial(t, net, p, runs) {
		if goodput([]tally{one}, until-10, until) < 0.5 {
			n++
		}
	}
	return float64(n) / float64(runs)
}

// criticalOutage brackets the length of an outage from which on it does not
// recover: shorter by the case's tolerance it does, longer it does not.
func criticalOutage(t *testing.T, in given) answers {
	rho, left, timeout := in.Num("rho"), in.Num("x"), in.Num("T_s")
	mu := 1500 / timeout
	net := storm(rho*mu, mu, timeout, 4)
	short, long := 0.5*timeout, 6*timeout
	for range 7 {
		mid := (short + long) / 2
		if collapses(t, net, loss(10, mid, left), 10+mid+8*timeout/(1-rho)+10, 3) >= 0.5 {
			long = mid
		} else {
			short = mid
		}
	}
	return answers{"D_star_s": (short + long) / 2}
}

func osdi(t *testing.T, in given) answers {
	const mu = 2000 // requests a second; the more, the less chance decides
	rho := in.Num("calibrated_rho") * in.Num("load_factor")
	net := storm(rho*mu, mu, in.Num("timeout_s"), in.Int("max_retries"))
	return answers{"collapses": collapses(t, net, loss(10, in.Num("trigger_s"), in.Num("capacity_factor_during_trigger")), 120, 5)}
}

// hiddenCapacity is the load up to which a full queue empties by itself.
func hiddenCapacity(t *testing.T, in given) answers {
	const timeout = 3.0
	mu := in.Num("mu_per_s")
	low, high := 0.0, mu
	for range 6 {
		mid := (low + high) / 2
		net := storm(mid, mu, timeout, in.Int("max_retries"))
		net.sources[0].first = int(2 * timeout * mu)
		ts := trial(t, net, plan{seed: 22, until: seconds(1500), slice: 10 * des.Second}, 1)
		if goodput(ts, 1400, 1500) > 0.5 {
			low = mid
		} else {
			high = mid
		}
	}
	return answers{"hidden_capacity_per_s": (low + high) / 2}
}

// escape is the bistable server: how often it leaves the bad state, and the good.
func escape(t *testing.T, in given) answers {
	const runs, horizon = 120, 2000
	build := func(first int) *network {
		n := storm(in.Num("lambda_per_s"), in.Num("mu_per_s"), in.Num("timeout_s"), in.Int("max_retries"))
		n.stations[0].queue = in.Int("K_queue")
		n.sources[0].first = first
		return n
	}
	full := 1 + in.Int("K_queue") // one is being served
	p := plan{seed: 23, events: 1 << 40}
	recovered, took := 0.0, 0.0
	e := newEngine(build(full), &p)
	for n := range runs {
		p.until = 0
		e.begin(n)
		for at := 0.5; at < horizon; at += 0.5 {
			e.clock.Extend(seconds(at), 1<<40)
			e.run()
			if e.stations[0].waiting.Value()+e.stations[0].busy.Value() == 0 {
				recovered++
				took += at
				break
			}
		}
	}
	a := answers{"p_recover_from_full_2000s": recovered / runs}
	if recovered == runs {
		a["mean_time_to_empty_s"] = took / runs
	}
	collapsed := 0.0
	for _, one := range trial(t, build(0), plan{seed: 24, until: seconds(horizon), slice: 10 * des.Second}, runs) {
		if goodput([]tally{one}, horizon-100, horizon) < 0.5 {
			collapsed++
		}
	}
	a["p_collapse_from_empty_2000s"] = collapsed / runs
	return a
}

// spike is a server that slows down with what it has, under a burst.
func spike(t *testing.T, in given) answers {
	const runs = 120
	base, w := in.Num("base_rps"), seconds(in.Num("spike_s"))
	more := in.Num("spike_rps") / base
	start := 20 * des.Second
	l := link{delay: des.Exponential(100 * des.Millisecond), delayed: true, timeout: seconds(in.Num("timeout_s")), retry: retry{attempts: in.Int("tries"), on: setOf(timedOut)}}
	if in.Text("client") == "backoff-jitter" {
		// The published client waits U(0, 10 x 2^k) s with k counting the tries made.
		l.retry.base, l.retry.multiplier, l.retry.jitter = 20*des.Second, 2, fullJitter
	}
	src := source{rate: base, load: []Point{{0, 1}, {start, 1}, {start, more}, {start + w, more}, {start + w, 1}}}
	net := single(station{queue: endless, contention: 10 * des.Millisecond}, des.Constant(des.Second), src, l)
	collapsed := 0.0
	for _, one := range trial(t, net, plan{seed: 25, until: 80 * des.Second, slice: des.Second}, runs) {
		if goodput([]tally{one}, 60, 80) < 0.5 {
			collapsed++
		}
	}
	return answers{"p_collapsed": collapsed / runs}
}

// What the cases of the mitigation matrix call the first wait of a client, and the longest.
var (
	firstWait   = regexp.MustCompile(`^(backoff|jitter|base)[a-z_]*_s$`)
	longestWait = regexp.MustCompile(`^(backoff_|jitter_)?(cap|max)_s$`)
)

// matrix is the server of the mitigation matrix with its full outage.
func matrix(t *testing.T, in given, change func(*network)) answers {
	net := storm(in.Num("lambda_per_s"), in.Num("mu_per_s"), in.Num("timeout_s"), in.Int("R"))
	l := &net.links[0]
	if b := in.Opt("budget_per_success"); b > 0 {
		l.budget = budget{kind: perSuccess, share: b, most: 100}
	}
	if b := in.Opt("budget_per_start"); b > 0 {
		l.budget = budget{kind: perCall, share: b, most: 100}
	}
	if c := in.OptInt("queue_cap"); c > 0 {
		net.stations[0].queue = c
	}
	if in.Says("LIFO") {
		net.stations[0].order = lastInFirstOut
	}
	longest := in.Like(longestWait)
	if first := in.Like(firstWait); first > 0 {
		l.retry.base, l.retry.most, l.retry.multiplier, l.retry.jitter = seconds(first), seconds(math.Max(longest, first)), 2, fullJitter
	}
	change(net)
	ts := trial(t, net, plan{seed: 26, until: 200 * des.Second, slice: des.Second, strikes: []strike{loss(10, in.Num("outage_s"), 0)}}, 1)
	a := answers{"attempts_per_request_200s": 1 + retriesPerCall(ts, 0), "goodput_last20s": goodput(ts, 180, 200), "collapsed": 0}
	if a["goodput_last20s"] < 0.5 {
		a["collapsed"] = 1
	}
	end := 10 + in.Num("outage_s")
	for at := end; at < 195; at++ {
		if goodput(ts, at, at+5) > 0.9 {
			a["recovery_after_trigger_s"] = at - end
			break
		}
	}
	return a
}

func mitigation(t *testing.T, in given) answers { return matrix(t, in, func(*network) {}) }

// expiredDropped is the matrix' server leaving out what has expired. Its state at half of
// the goodput ends by chance, in some runs before the case looks, so the mean of many runs
// is what can be compared; the case's own is of five, which leaves it the error of five.
// Its goodput is that of the requests begun in the last 20 s, of which some are still
// being tried when it ends.
func expiredDropped(t *testing.T, in given) answers {
	const runs, reference = 24, 5
	var attempts, good des.Mean
	a := answers{}
	for n := range runs {
		net := storm(in.Num("lambda_per_s"), in.Num("mu_per_s"), in.Num("timeout_s"), in.Int("R"))
		net.links[0].abandoned = dropsQueued
		p := plan{seed: 26 + uint64(n), until: 200 * des.Second, slice: des.Second, strikes: []strike{loss(10, in.Num("outage_s"), 0)}}
		ts := trial(t, net, p, 1)
		attempts.Add(1 + retriesPerCall(ts, 0))
		if goodput(ts, 180, 200) < 0.35 {
			a["collapsed"] = 1
		}
		p.warm = 180 * des.Second
		f := &trial(t, net, p, 1)[0].flows[0]
		good.Add(float64(f.Ended[answered]) / float64(f.Offered))
	}
	a["collapsed"] += 0
	for key, m := range map[string]des.Mean{"attempts_per_request_200s": attempts, "goodput_last20s": good} {
		a[key], a[key+errorOf] = m.Mean(), math.Sqrt(m.Variance()/reference)
	}
	return a
}
