package sim

import (
	"testing"

	"plumb.dev/plumb/sim/des"
)

// A probe that is never answered and has no time limit holds its permit. A library
// that does not give it again stays half-open for ever.
func TestLostProbeBlocksUnlessItsPermitIsGivenAgain(t *testing.T) {
	goodAfterwards := func(permit des.Time) float64 {
		l := link{breaker: breakerSpec{window: consecutive, calls: 3, open: des.Second, probes: 1, permit: permit}}
		net := single(station{workers: 0, queue: endless}, des.Constant(des.Millisecond), poisson(50), l)
		p := plan{seed: 1, until: 60 * des.Second, slice: des.Second, strikes: []strike{
			{at: 10 * des.Second, until: 12 * des.Second, kind: Errors, factor: 1},
			// From then on nothing is answered, and what was asked meanwhile is lost.
			{at: 10*des.Second + 500*des.Millisecond, until: des.Forever, kind: Hang},
			{at: 20 * des.Second, until: des.Forever, kind: Slow, factor: 1},
		}}
		e := newEngine(net, &p)
		e.begin(0)
		e.clock.Extend(20*des.Second, 1<<40)
		e.run()
		// The server is itself again, without the requests it had.
		e.stations[0].stalled = 0
		e.stations[0].replicas[0].queue.Reset()
		e.clock.Extend(60*des.Second, 1<<40)
		e.run()
		return goodput([]tally{e.close()}, 40, 60)
	}
	if g := goodAfterwards(0); g > 0 {
		t.Errorf("goodput is %.2f though the only permit is lost", g)
	}
	if g := goodAfterwards(2 * des.Second); g < 0.9 {
		t.Errorf("goodput is %.2f though the permit is given again after two seconds", g)
	}
}

// What a server does with work that nobody waits for decides how much it does in
// vain.
func TestAbandonedWorkIsDoneDroppedOrAborted(t *testing.T) {
	does := func(a abandonment) (done, busy float64) {
		l := link{timeout: 50 * des.Millisecond, abandoned: a}
		got := trial(t, single(station{workers: 1, queue: 50}, des.Exponential(20*des.Millisecond), poisson(100), l), plan{seed: 2, until: 100 * des.Second}, 1)[0]
		return float64(got.flows[0].Ended[answered]), got.stations[0].busy
	}
	continued, _ := does(continues)
	dropped, _ := does(dropsQueued)
	aborted, _ := does(aborts)
	if continued > 0.1*dropped || dropped > 0.95*aborted {
		t.Errorf("twice overloaded, %g requests are answered when abandoned work goes on, %g when it is dropped, %g when it is aborted", continued, dropped, aborted)
	}
}

func TestDeadlineIsHandedOn(t *testing.T) {
	slow := func(handedOn bool) *tally {
		net := threeHops()
		net.stations[2].errors = 0
		net.programs[2].steps[0].time = des.Constant(10 * des.Second)
		for i := range net.links {
			net.links[i].retry, net.links[i].deadline = retry{}, handedOn
			net.links[i].timeout = des.Time(1+i) * des.Second // inverted: the caller gives up first
		}
		net.sources[0] = poisson(1)
		got := trial(t, net, plan{seed: 3, until: 100 * des.Second}, 1)[0]
		return &got
	}
	with, without := slow(true), slow(false)
	// The third tier's caller stops with the user, after one second and not after three.
	if a, b := with.stations[1].busy, without.stations[1].busy; a > 1.1 || b < 2.5 {
		t.Errorf("on average %.2f requests wait in the middle with deadlines and %.2f without", a, b)
	}
}

func TestControlledDelayKeepsTheWaitNearItsTarget(t *testing.T) {
	wait := func(c controlledDelay) float64 {
		st := station{workers: 1, queue: 2000, codel: c}
		got := trial(t, single(st, des.Exponential(10*des.Millisecond), poisson(120), link{}), plan{seed: 4, until: 300 * des.Second, warm: 100 * des.Second}, 1)[0]
		return got.stations[0].waits.Seconds() / float64(got.stations[0].begun)
	}
	if free, held := wait(controlledDelay{}), wait(controlledDelay{target: 20 * des.Millisecond, interval: 100 * des.Millisecond}); free < 5 || held > 0.5 {
		t.Errorf("overloaded by a fifth, requests wait %.3g s, and %.3g s with a target of 20 ms", free, held)
	}
}

// A budget of retries in flight does not see those that wait to be made, so a
// failure of all calls at once passes when they wait, as it does in Envoy.
func TestWaitingRetriesAreNotInFlight(t *testing.T) {
	b := budget{kind: inFlight, share: 0.2, least: 3}
	a := allowance{}
	if !a.allows(&b, 2, 0) || a.allows(&b, 3, 5) || !a.allows(&b, 3, 30) {
		t.Error("three retries are always allowed, beyond that a fifth of the calls in flight")
	}
}

func TestBulkheadWaitsNoLongerThanItSays(t *testing.T) {
	l := link{bulkhead: bulkhead{most: 2, wait: 30 * des.Millisecond}}
	f := total(trial(t, single(station{queue: endless}, des.Constant(100*des.Millisecond), poisson(40), l), plan{seed: 6, until: 100 * des.Second}, 1), 0)
	if s := f.share(noPlace); s < 0.3 || s > 0.7 {
		t.Errorf("%.3g are refused by two places for four calls on average", s)
	}
	if most := f.latency.Most(); most > 131*des.Millisecond {
		t.Errorf("an answer took %v s with a wait of 30 ms for a place", most.Seconds())
	}
}

func TestConsumersFallBehindAndDeadLettersAreCounted(t *testing.T) {
	net := single(station{queue: endless}, des.Constant(des.Millisecond), poisson(100), link{})
	net.stations = append(net.stations, station{name: "consumer", replicas: 1, workers: 4, queue: endless})
	net.links = append(net.links, link{station: 1})
	net.programs[0].steps = append(net.programs[0].steps, step{kind: deliver})
	net.programs = append(net.programs, program{steps: []step{busy(des.Constant(10 * des.Millisecond))}})
	net.channels = []channel{{groups: []int{0}}}
	net.groups = []group{{link: 1, program: 1, share: 1, inFlight: 4, deliver: 2, backoffs: []des.Time{des.Second}}}
	p := plan{seed: 7, until: 100 * des.Second, strikes: []strike{{at: 10 * des.Second, until: 20 * des.Second, kind: Hang, station: 1}}}
	g := trial(t, net, p, 1)[0].groups[0]
	// Ten seconds at 100 a second wait, and are worked off at 400 a second.
	if g.mostBacklog < 900 || g.mostBacklog > 1100 || g.left > 20 || g.Dead > 0 {
		t.Errorf("at most %d messages waited, %d are left, %d are dead", g.mostBacklog, g.left, g.Dead)
	}
	p.strikes[0].kind, p.strikes[0].factor = Errors, 1
	g = trial(t, net, p, 1)[0].groups[0]
	if g.Dead < 700 || g.Dead > 1100 || g.Redelivered < g.Dead {
		t.Errorf("%d messages are dead after two attempts in ten seconds of errors, %d were tried again", g.Dead, g.Redelivered)
	}
}
