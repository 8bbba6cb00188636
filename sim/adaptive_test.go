package sim

import (
	"math"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// overloaded is a server of four workers that gets half more than it can do, from
// callers that wait a second.
func overloaded(change func(*network)) *tally {
	net := single(station{workers: 4, queue: 2000}, des.Exponential(10*des.Millisecond), poisson(600), link{timeout: des.Second})
	change(net)
	p := plan{seed: 8, warm: 100 * des.Second, until: 400 * des.Second}
	e := newEngine(net, &p)
	p.events = 1 << 40
	e.begin(0)
	e.run()
	got := e.close()
	return &got
}

// Without a limit every answer comes too late for its caller, and with one as much is
// done as the server can do.
func TestLimitsThatAdaptKeepAnOverloadedServerUseful(t *testing.T) {
	useful := func(change func(*network)) float64 {
		return float64(overloaded(change).flows[0].Ended[answered]) / 300
	}
	if free := useful(func(*network) {}); free > 20 {
		t.Errorf("without a limit, %.0f requests a second are answered in time", free)
	}
	slow := additiveLimiter
	slow.slow = 100 * des.Millisecond
	for name, change := range map[string]func(*network){
		"gradient of Netflix": func(n *network) { n.links[0].limiter = netflixLimiter },
		"Vegas":               func(n *network) { n.links[0].limiter = vegasLimiter },
		"additive":            func(n *network) { n.links[0].limiter = slow },
		"gradient of Envoy":   func(n *network) { n.stations[0].limiter = envoyLimiter },
		"adaptive LIFO":       func(n *network) { n.stations[0].order = adaptiveLast },
	} {
		if got := useful(change); got < 350 {
			t.Errorf("%s: %.0f requests a second are answered in time, of 400 that could be", name, got)
		}
	}
}

// Envoy's limit lets about as many in as work and some more: requests wait for little.
func TestGradientKeepsTheTimesNearTheLeast(t *testing.T) {
	got := overloaded(func(n *network) { n.stations[0].limiter = envoyLimiter })
	if mean := got.flows[0].latency.Mean() / 1e6; mean > 60 {
		t.Errorf("answers take %.3g ms with a service of 10 ms", mean)
	}
	if got.stations[0].Turned[limited] == 0 {
		t.Error("nothing is turned away though half more comes than can be done")
	}
}

// Client throttling by each rule: what the callee gets when it accepts a fifth of what
// is offered.
func TestCallersShedWhatTheirCalleeTurnsAway(t *testing.T) {
	for name, c := range map[string]struct {
		s    shedding
		want float64 // per second, of 1000, with 100 accepted
	}{
		"SRE book": {shedding{rule: googleThrottling, k: 2, span: 2 * des.Minute, most: 1}, 200},
		// With x made and 100 accepted, x = 1000 (1 - p) and p = 1 - 100/(0.95 x), at most 0.8.
		"Envoy": {shedding{rule: envoyAdmission, k: 0.95, span: 30 * des.Second, most: 0.8}, math.Sqrt(1000 * 100 / 0.95)},
		// The same with 0.9.
		"failsafe-go": {shedding{rule: failsafeThrottling, k: 0.9, span: des.Minute, most: 0.9}, math.Sqrt(1000 * 100 / 0.9)},
	} {
		st := station{queue: endless, limit: bucketSpec{rate: 100, burst: 10}}
		n := trial(t, single(st, des.Constant(des.Millisecond), poisson(1000), link{shedding: c.s}), plan{seed: 9, warm: 5 * des.Minute, until: 20 * des.Minute}, 1)[0].links[0]
		if got := float64(n.Attempts) / (15 * 60); math.Abs(got/c.want-1) > 0.05 {
			t.Errorf("%s: %.4g a second reach a callee that accepts 100 of 1000, want %.4g", name, got, c.want)
		}
	}
}

// A second attempt whose loser goes on costs the work of both; cancelled, the loser
// costs what it had done. At a server that is busy, hedging without a budget makes
// what it should mend.
func TestHedgesCostWhatTheirLosersDo(t *testing.T) {
	busyWith := func(cancels bool) float64 {
		l := link{hedge: hedge{delay: 1, most: 2, cancels: cancels}}
		return trial(t, single(station{queue: endless}, des.Exponential(10*des.Millisecond), poisson(100), l), plan{seed: 10, until: 500 * des.Second}, 1)[0].stations[0].busy
	}
	// Two exponential services of 10 ms, and twice the least of both.
	if a, b := busyWith(false), busyWith(true); math.Abs(a-2) > 0.06 || math.Abs(b-1) > 0.03 {
		t.Errorf("at one request each 10 ms, %.3g are worked on with both attempts done, want 2, and %.3g with the loser cancelled, want 1", a, b)
	}
	p99 := func(h hedge, b budget) float64 {
		net := single(station{workers: 10, queue: endless}, des.Exponential(10*des.Millisecond), poisson(800), link{hedge: h, budget: b})
		f := total(trial(t, net, plan{seed: 11, warm: 10 * des.Second, until: 300 * des.Second}, 1), 0)
		return f.quantile(0.99)
	}
	none := p99(hedge{}, budget{})
	free := p99(hedge{delay: 5 * des.Millisecond, most: 3}, budget{})
	paid := p99(hedge{delay: 5 * des.Millisecond, most: 3}, budget{kind: perSuccess, share: 0.02, most: 10})
	if free < 3*none || paid > 1.3*none {
		t.Errorf("p99 is %.3g s without hedging, %.3g s with free hedging at 0.8 of the capacity, %.3g s with a budget of 2 %%", none, free, paid)
	}
}

// An error sends the next attempt at once, and the last of them fails the call.
func TestHedgedErrorsSendTheNextAttempt(t *testing.T) {
	l := link{hedge: hedge{delay: des.Second, most: 3}}
	f := total(trial(t, single(flaky(0.5), des.Constant(des.Millisecond), poisson(100), l), plan{seed: 12, until: 1000 * des.Second}, 1), 0)
	if got := f.share(answered); math.Abs(got-0.875) > 0.01 {
		t.Errorf("%.4g succeed with three attempts that fail half the time, want 0.875", got)
	}
	if most := f.latency.Most(); most > 3*des.Millisecond {
		t.Errorf("an answer took %v s though no attempt waits for the delay", most.Seconds())
	}
}

// A replica that answers with errors is left out of the balancing after five in a row,
// longer each time; where half of the replicas fail, Envoy's panic threshold and its
// bound of a tenth keep them in.
func TestReplicaThatFailsIsEjected(t *testing.T) {
	run := func(x ejection, failing int) *tally {
		st := station{replicas: 10, workers: 10, queue: endless, ejection: x}
		fault := strike{at: 10 * des.Second, until: des.Forever, kind: Errors, factor: 1, count: failing}
		got := trial(t, single(st, des.Constant(des.Millisecond), poisson(1000), link{}), plan{seed: 13, warm: 20 * des.Second, until: 620 * des.Second, strikes: []strike{fault}}, 1)[0]
		return &got
	}
	failed := func(x ejection, failing int) float64 {
		got := run(x, failing)
		return float64(got.flows[0].Ended[failed]) / float64(got.flows[0].Offered)
	}
	if none, one := failed(ejection{}, 1), failed(envoyEjection, 1); math.Abs(none-0.1) > 0.005 || one > 0.001 {
		t.Errorf("%.4g of the requests fail with one of ten replicas failing, %.4g with outlier ejection", none, one)
	}
	// Ejected for 30 s, 60 s, 90 s ... 300 s: about eight times in ten minutes.
	if n := run(envoyEjection, 1).stations[0].Ejected; n < 4 || n > 9 {
		t.Errorf("the replica was ejected %d times in ten minutes", n)
	}
	if half := failed(envoyEjection, 5); half < 0.38 || half > 0.46 {
		t.Errorf("%.4g of the requests fail with half of the replicas failing and one of them ejected", half)
	}
	most := envoyEjection
	most.share = 1
	if half := failed(most, 6); half < 0.15 {
		t.Errorf("%.4g of the requests fail with six of ten replicas failing, and no more than half may be ejected", half)
	}
}

// A replica that is slow takes few requests when the least busy gets the next one, and
// its share when they go in turn.
func TestSlowReplicaIsAvoidedByItsLoad(t *testing.T) {
	p99 := func(b balancing) float64 {
		st := station{replicas: 10, workers: 4, queue: endless, balance: b}
		fault := strike{at: des.Second, until: des.Forever, kind: Slow, factor: 10, count: 1}
		f := total(trial(t, single(st, des.Exponential(10*des.Millisecond), poisson(1000), link{}), plan{seed: 14, warm: 10 * des.Second, until: 60 * des.Second, strikes: []strike{fault}}, 1), 0)
		return f.quantile(0.5 + 0.49)
	}
	if turn, least, two := p99(roundRobin), p99(leastRequests), p99(twoChoices); turn < 5*least || two > 3*least {
		t.Errorf("p99 is %.3g s in turn, %.3g s by the least busy, %.3g s by two choices", turn, least, two)
	}
}
