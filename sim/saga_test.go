package sim

import (
	"math"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// promising is a saga of two steps that can be taken back, A and B, a pivot and a step
// that is tried until it is done, each a call of its own station, and each station makes
// its share of errors. A and B are taken back at a fifth station.
func promising(errors [5]float64, rate float64) *network {
	net := &network{
		stations: []station{{name: "orchestrator", replicas: 1, queue: endless}},
		links:    []link{{station: 0}},
		programs: []program{
			{steps: []step{
				{kind: mark, to: 0}, use(1, 1), {kind: mark, to: 1}, use(2, 1), use(3, 1), {kind: pass}, use(4, 1),
			}},
			{steps: []step{busy(des.Constant(10 * des.Millisecond))}},
			{name: "undo", steps: []step{{kind: owed, saga: 1, to: 2}, use(5, 1), {kind: owed, saga: 0, to: 4}, use(5, 1)}},
		},
		sources: []source{poisson(rate)},
		sagas:   []saga{{name: "promise", timeout: des.Hour, pause: des.Second, undo: 2}},
	}
	for i, p := range errors {
		net.stations = append(net.stations, station{name: string(rune('A' + i)), replicas: 1, queue: endless, errors: p})
		net.links = append(net.links, link{station: i + 1})
	}
	return net
}

// A fails with 0.1, B with 0.2 and the pivot with 0.05: so many are completed as all
// three succeed, 0.9 x 0.8 x 0.95, and the others are taken back: one step when A fails,
// of which nobody knows whether it did anything, two otherwise. What comes after the pivot
// fails every other time and is tried twice on average.
func TestSagasAreCompletedOrTakenBack(t *testing.T) {
	net := promising([5]float64{0.1, 0.2, 0.05, 0.5, 0}, 100)
	net.sources[0].load = []Point{{0, 1}, {1000 * des.Second, 1}, {1000 * des.Second, 0}}
	got := trial(t, net, plan{seed: 1, until: 5000 * des.Second}, 1)[0]
	s, f := &got.sagas[0], &got.flows[0]
	begun := float64(s.Begun)
	near(t, "the share completed", float64(s.Completed)/begun, 0.9*0.8*0.95, 0.005)
	near(t, "the share taken back", float64(s.Compensated)/begun, 1-0.9*0.8*0.95, 0.005)
	near(t, "steps taken back per saga", float64(got.stations[5].Arrived)/begun, 0.1+2*(0.9*0.2+0.9*0.8*0.05), 0.008)
	near(t, "tries of the last step", float64(got.stations[4].Arrived)/(begun*0.9*0.8*0.95), 2, 0.03)
	if s.Stuck != 0 || s.Begun != s.Completed+s.Compensated+uint64(s.left) {
		t.Errorf("%d sagas begun, %d completed, %d taken back, %d stuck, %d open", s.Begun, s.Completed, s.Compensated, s.Stuck, s.left)
	}
	// Past the pivot the caller is told that it will be done, once.
	near(t, "the share answered", f.share(answered), 0.9*0.8*0.95, 0.005)
	near(t, "of them later", float64(f.Later)/float64(f.Ended[answered]), 0.5, 0.01)
	// A quarter of the sagas wait a second, an eighth three seconds, ...: the sum of
	// 2^-k (2^(k-1) - 1) s for k = 1, 2, ... up to the longest pause.
	want := 0.04
	pause, at := 0.0, 1.0
	for k := 1; k < 40; k++ {
		want += math.Pow(0.5, float64(k)) * (pause + 0.01*float64(k-1))
		pause += at
		at = math.Min(2*at, 60)
	}
	near(t, "the time until completed", s.settled.Mean()/1e9, want, 0.2)
}

// What takes a step back is tried until it works.
func TestCompensationIsTriedAgain(t *testing.T) {
	net := promising([5]float64{0, 0, 1, 0, 0.5}, 10)
	got := trial(t, net, plan{seed: 1, until: 2000 * des.Second}, 1)[0]
	s := &got.sagas[0]
	near(t, "tries per step taken back", float64(got.stations[5].Arrived)/float64(s.Compensated), 4, 0.15)
	if s.Completed != 0 || s.Compensated < s.Begun*98/100 || s.Stuck != 0 {
		t.Errorf("of %d sagas %d were taken back, %d are stuck", s.Begun, s.Compensated, s.Stuck)
	}
}

// A saga whose last step fails for longer than its time is stuck: with 30 s for it,
// pauses of 1, 2, 4 and 8 s leave no room for the next of 16 s.
func TestSagasWhoseTimeIsOverAreStuck(t *testing.T) {
	net := promising([5]float64{0, 0, 0, 1, 0}, 10)
	net.sagas[0].timeout = 30 * des.Second
	got := trial(t, net, plan{seed: 1, until: 1000 * des.Second}, 1)[0]
	s := &got.sagas[0]
	if s.Completed+s.Compensated != 0 || s.Stuck < s.Begun*96/100 {
		t.Errorf("of %d sagas %d were completed, %d taken back, %d are stuck", s.Begun, s.Completed, s.Compensated, s.Stuck)
	}
	near(t, "tries per saga", float64(got.stations[4].Arrived)/float64(s.Begun), 5, 0.1)
	near(t, "the time it was open", s.stays.Seconds()/float64(s.Stuck), 15.08, 0.1)
}

// An orchestrator that is killed leaves its sagas to be taken back or, past the pivot,
// to be completed by another.
func TestSagasOutliveTheirOrchestrator(t *testing.T) {
	net := promising([5]float64{}, 1000)
	net.stations[0].workers, net.stations[0].replicas = 1000, 2
	p := plan{seed: 1, until: 100 * des.Second, strikes: []strike{{kind: Kill, count: 1, station: 0, at: 50 * des.Second, until: 60 * des.Second}}}
	got := trial(t, net, p, 1)[0]
	s, f := &got.sagas[0], &got.flows[0]
	// A thousand a second, half of them there, in each of four steps for 10 ms.
	near(t, "those taken back", float64(s.Compensated), 15, 9)
	near(t, "those whose caller saw the connection break", float64(f.Ended[unreachable]), 20, 11)
	if s.Stuck != 0 || s.Begun != s.Completed+s.Compensated+uint64(s.left) || s.Repeats < 1 || s.Repeats > 15 {
		t.Errorf("%d sagas begun, %d completed, %d taken back, %d stuck, %d open, %d taken on", s.Begun, s.Completed, s.Compensated, s.Stuck, s.left, s.Repeats)
	}
}

// A step that may be done later leaves its caller with a promise, and the saga is
// completed when the step works again; when it does not in the saga's time, what was
// begun is taken back.
func TestStepsThatMayBeDoneLaterPend(t *testing.T) {
	net := promising([5]float64{}, 10)
	net.programs[0].steps[3].pends = true // B
	p := plan{seed: 1, until: 300 * des.Second, strikes: []strike{{kind: Down, station: 2, at: 50 * des.Second, until: 70 * des.Second}}}
	net.sources[0].load = []Point{{0, 1}, {100 * des.Second, 1}, {100 * des.Second, 0}}
	got := trial(t, net, p, 1)[0]
	s, f := &got.sagas[0], &got.flows[0]
	if s.Completed != s.Begun || f.Ended[answered] != f.Finished {
		t.Errorf("of %d sagas %d were completed, of %d requests %d answered", s.Begun, s.Completed, f.Finished, f.Ended[answered])
	}
	near(t, "those told that it will be done", float64(f.Later), 200, 45)
	net.sagas[0].timeout = 10 * des.Second
	got = trial(t, net, p, 1)[0]
	s = &got.sagas[0]
	// Begun in the first ten seconds of the outage, or a little later: tries after 1, 3
	// and 7 s all fall into it.
	if s.Stuck != 0 || s.Compensated < 80 || s.Compensated > 160 || s.Compensated+s.Completed != s.Begun {
		t.Errorf("of %d sagas %d were completed, %d taken back, %d are stuck", s.Begun, s.Completed, s.Compensated, s.Stuck)
	}
	near(t, "the time until the first were taken back", s.undone.Least().Seconds(), 7, 0.1)
}

// Claims speak of the cache that finds least, and of sagas that a person has to look at.
func TestClaimsSpeakOfCachesAndSagas(t *testing.T) {
	r := &Result{Caches: []Cache{{Name: "menu", In: "a", HitRatio: Interval{0.7, 0.75, 0.8}}, {Name: "menu", In: "b", HitRatio: Interval{0.5, 0.55, 0.59}}}}
	c := &compiler{s: &Scenario{}}
	for text, want := range map[string]string{"menu.hits > 60%": "missed", "menu.hits > 40%": "met", "menu.hits >= 55%": "close", "other.hits > 1%": "unknown"} {
		claim, err := ParseClaim(text)
		if err != nil {
			t.Fatal(err)
		}
		if h := c.held(&claim, r, nil); h.Verdict != want {
			t.Errorf("%s is %s: %+v", text, h.Verdict, h)
		}
	}
	claim, err := ParseClaim("no stuck sagas")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		tally sagaTally
		want  string
	}{{sagaTally{Completed: 5, Compensated: 2}, "met"}, {sagaTally{Completed: 5, Stuck: 1}, "missed"}, {sagaTally{}, "unknown"}} {
		if h := c.held(&claim, r, []tally{{sagas: []sagaTally{x.tally}}}); h.Verdict != x.want {
			t.Errorf("with %+v it is %s: %s", x.tally, h.Verdict, h.Why)
		}
	}
}
