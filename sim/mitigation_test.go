package sim

import (
	"testing"

	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// The mitigation matrix: a server at 0.8, clients that give up after 3 s and send
// again, a full outage of 15 s. What keeps it down and what lets it recover.
func TestOnlySomeMitigationsEndARetryStorm(t *testing.T) {
	const mu, timeout = 500.0, 3.0
	backoff := func(base, most des.Time) func(*network) {
		return func(n *network) {
			r := &n.links[0].retry
			r.base, r.most, r.multiplier, r.jitter = base, most, 2, fullJitter
		}
	}
	limit := func(b budget) func(*network) { return func(n *network) { n.links[0].budget = b } }
	room := func(k float64) func(*network) {
		return func(n *network) { n.stations[0].queue = int(k * mu * timeout) }
	}
	for _, c := range []struct {
		name     string
		retries  int
		change   func(*network)
		recovers bool
		soonest  float64 // seconds after the outage
		latest   float64
	}{
		{"no retries", 0, func(*network) {}, true, 40, 56},
		{"one retry", 1, func(*network) {}, false, 0, 0},
		{"four retries", 4, func(*network) {}, false, 0, 0},
		{"jitter of a tenth of a second", 4, backoff(100*des.Millisecond, 100*des.Millisecond), false, 0, 0},
		{"jitter of a second up to twenty", 4, backoff(des.Second, 20*des.Second), false, 0, 0},
		{"a budget of 10 % of successes", 4, limit(budget{kind: perSuccess, share: 0.1, most: 100}), true, 40, 56},
		{"a budget of 30 % of successes", 4, limit(budget{kind: perSuccess, share: 0.3, most: 100}), true, 40, 56},
		{"a budget of 30 % of calls", 4, limit(budget{kind: perCall, share: 0.3, most: 100}), false, 0, 0},
		{"the last in first", 4, func(n *network) { n.stations[0].order = lastInFirstOut }, true, 0, 3},
		{"a queue of half the patience", 4, room(0.5), true, 0, 4},
		{"a queue of three times the patience", 4, room(3), false, 0, 0},
		{"a queue served newest first while it is long", 4, func(n *network) { n.stations[0].order = adaptiveLast }, true, 0, 3},
		{"a wait of at most half the patience", 4, func(n *network) {
			n.stations[0].impatient, n.stations[0].patience = true, des.Constant(seconds(timeout/2))
		}, true, 0, 4},
		{"CoDel", 4, func(n *network) {
			n.stations[0].codel = controlledDelay{target: 5 * des.Millisecond, interval: 100 * des.Millisecond}
		}, true, 15, 120},
		{"the limit of Envoy at the server", 4, func(n *network) { n.stations[0].limiter = envoyLimiter }, true, 0, 6},
		{"the gradient of Netflix at the caller", 4, func(n *network) { n.links[0].limiter = netflixLimiter }, true, 0, 8},
		{"an additive limit at the caller", 4, func(n *network) { n.links[0].limiter = additiveLimiter }, true, 0, 10},
		{"a breaker at half failures", 4, func(n *network) {
			n.links[0].breaker = breakerSpec{window: timeWindow, span: 10 * des.Second, least: 20, threshold: 0.5, open: 5 * des.Second, probes: 10}
		}, true, 0, 60},
		{"hedging besides", 4, func(n *network) { n.links[0].hedge = hedge{delay: des.Second, most: 2, cancels: true} }, false, 0, 0},
		{"expired work left out, and a budget", 4, func(n *network) {
			n.links[0].abandoned, n.links[0].budget = dropsQueued, budget{kind: perSuccess, share: 0.1, most: 100}
		}, true, 0, 8},
	} {
		for seed := range uint64(2) {
			net := storm(0.8*mu, mu, timeout, c.retries)
			c.change(net)
			ts := trial(t, net, plan{seed: seed, until: 200 * des.Second, slice: des.Second, strikes: []strike{loss(10, 15, 0)}}, 1)
			if recovered := goodput(ts, 180, 200) > 0.9; recovered != c.recovers {
				t.Errorf("%s, seed %d: goodput is %.2f at the end", c.name, seed, goodput(ts, 180, 200))
				continue
			}
			at := 25.0
			for c.recovers && goodput(ts, at, at+5) <= 0.9 {
				at++
			}
			if c.recovers && (at-25 < c.soonest || at-25 > c.latest) {
				t.Errorf("%s, seed %d: recovered after %g s, not within %g to %g s", c.name, seed, at-25, c.soonest, c.latest)
			}
		}
	}
}

// Client throttling ends the storm late, by as much as its factor lets more calls through
// each time; with a factor near 1 it holds the load where it is.
func TestClientThrottlingNeedsRoomToRecover(t *testing.T) {
	after := func(k float64) float64 {
		net := storm(400, 500, 3, 4)
		net.links[0].shedding = shedding{rule: googleThrottling, k: k, span: 2 * des.Minute, most: 1}
		return goodput(trial(t, net, plan{seed: 6, until: 240 * des.Second, slice: des.Second, strikes: []strike{loss(10, 15, 0)}}, 2), 200, 240)
	}
	if wide, narrow := after(2), after(1.1); wide < 0.85 || narrow > 0.5 {
		t.Errorf("three minutes after the outage goodput is %.2f with a factor of 2 and %.2f with 1.1", wide, narrow)
	}
}

// Leaving expired work out is not enough while every call has four retries: the
// server comes back to about half of its goodput and stays there for long. With a
// budget it recovers.
func TestDroppingExpiredWorkNeedsABudget(t *testing.T) {
	after := func(b budget) float64 {
		net := storm(400, 500, 3, 4)
		net.links[0].abandoned = dropsQueued
		net.links[0].budget = b
		ts := trial(t, net, plan{seed: 4, until: 100 * des.Second, slice: des.Second, strikes: []strike{loss(10, 15, 0)}}, 5)
		return goodput(ts, 50, 90)
	}
	if g := after(budget{}); g < 0.35 || g > 0.65 {
		t.Errorf("goodput is %.2f half a minute after the outage", g)
	}
	if g := after(budget{kind: perSuccess, share: 0.1, most: 100}); g < 0.99 {
		t.Errorf("goodput is %.2f with a budget", g)
	}
}

// From empty and from full, the same server under the same load ends in two states:
// it is vulnerable. With a budget it has but one.
func TestTwoStartsTellAVulnerableSystem(t *testing.T) {
	ends := func(first int, b budget) float64 {
		net := storm(300, 500, 3, 4)
		net.sources[0].first = first
		net.links[0].budget = b
		return goodput(trial(t, net, plan{seed: 5, until: 120 * des.Second, slice: des.Second}, 1), 100, 120)
	}
	paid := budget{kind: perSuccess, share: 0.1, most: 100}
	if empty, full := ends(0, budget{}), ends(6000, budget{}); empty < 0.99 || full > 0.1 {
		t.Errorf("goodput is %.2f from empty and %.2f from full", empty, full)
	}
	if empty, full := ends(0, paid), ends(6000, paid); empty < 0.99 || full < 0.99 {
		t.Errorf("with a budget, goodput is %.2f from empty and %.2f from full", empty, full)
	}
}

// The four outcomes that Huang et al. (OSDI 2022) published for a retry storm at
// MongoDB, with one calibrated parameter: the utilisation before.
func TestPublishedRetryStormsEndAsTheyDid(t *testing.T) {
	const mu, rho = 2000, 0.38
	for _, c := range []struct {
		name               string
		left, during, load float64
		stays              bool
	}{
		{"baseline", 0.225, 10, 1, false},
		{"metastable", 0.20, 10, 1, true},
		{"shorter trigger", 0.20, 9, 1, false},
		{"less load", 0.20, 10, 0.75, false},
	} {
		net := storm(rho*mu*c.load, mu, 3, 4)
		if share := collapses(t, net, loss(10, c.during, c.left), 120, 3); (share > 0.5) != c.stays {
			t.Errorf("%s: %.0f %% of the runs stay down", c.name, 100*share)
		}
	}
}

// The intervals of replications cover the truth about as often as they say.
func TestIntervalsCoverTheTruth(t *testing.T) {
	const seeds, truth = 200, 1.0 / 40 // M/M/1, 60 of 100 a second: 1/(100-60)
	net := single(station{workers: 1, queue: endless}, exponential(100), poisson(60), link{})
	covered := 0
	for seed := range uint64(seeds) {
		var m des.Mean
		for _, one := range trial(t, net, plan{seed: seed, until: 65 * des.Second, warm: 5 * des.Second}, 10) {
			m.Add(one.flows[0].latency.Mean() / 1e9)
		}
		if m.Interval(0.99).Holds(truth) {
			covered++
		}
	}
	if share := float64(covered) / seeds; share < 0.97 {
		t.Errorf("99 %% intervals cover the truth in %.1f %% of %d seeds", 100*share, seeds)
	}
}

// The same for several servers, for the mean and for a percentile: M/M/4 at three
// quarters, whose sojourn in theory is that of package queueing. A replication has
// 12 000 requests, a sixtieth of what a scenario without a given length is sized for; what
// is said of fewer, package des tests.
func TestIntervalsCoverMeansAndPercentiles(t *testing.T) {
	const seeds = 200
	theory := queueing.MMc{Lambda: 30, Mu: 10, C: 4}
	net := single(station{workers: 4, queue: endless}, exponential(10), poisson(30), link{})
	truth := map[string]float64{"mean": theory.Sojourn(), "p90": theory.SojournQuantile(0.9), "p99": theory.SojournQuantile(0.99)}
	covered := map[string]int{}
	for seed := range uint64(seeds) {
		var m des.Mean
		var hs []*des.Histogram
		for _, one := range trial(t, net, plan{seed: seed, until: 405 * des.Second, warm: 5 * des.Second}, 10) {
			m.Add(one.flows[0].latency.Mean() / 1e9)
			hs = append(hs, one.flows[0].latency)
		}
		if m.Interval(0.99).Holds(truth["mean"]) {
			covered["mean"]++
		}
		for name, p := range map[string]float64{"p90": 0.9, "p99": 0.99} {
			if i, ok := des.QuantileOf(hs, p, 0.99); ok && i.Holds(truth[name]*1e9) {
				covered[name]++
			}
		}
	}
	for name := range truth {
		if share := float64(covered[name]) / seeds; share < 0.97 {
			t.Errorf("99 %% intervals of the %s cover the truth in %.1f %% of %d seeds", name, 100*share, seeds)
		}
	}
}
