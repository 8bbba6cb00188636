package sim

import (
	"context"
	"math"
	"testing"
	"time"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/sim/des"
)

// steps is a server of eight workers a replica whose load changes at times, and how
// many replicas there are each 5 s.
func steps(t *testing.T, x autoscaling, load []Point, until des.Time) (counts []int, ended flowTally) {
	t.Helper()
	const perReplica = 400 // requests a second that keep a replica busy
	src := poisson(perReplica)
	src.load = load
	net := single(station{replicas: 4, workers: 8, queue: 1000, scaling: x}, des.Exponential(20*des.Millisecond), src, link{timeout: des.Second})
	p := plan{seed: 3, events: 1 << 40, warm: 10 * des.Second}
	e := newEngine(net, &p)
	e.begin(0)
	for at := 5 * des.Second; at <= until; at += 5 * des.Second {
		e.clock.Extend(at, 1<<40)
		e.run()
		counts = append(counts, int(e.stations[0].scaler.instances.Value()))
	}
	got := e.close()
	return counts, got.flows[0]
}

var hpa = autoscaling{least: 2, most: 40, first: 4, target: 0.5, sync: 15 * des.Second, lag: 30 * des.Second, start: 20 * des.Second}

// With 2 replicas' worth of load the target of a half needs 4. With 7 it needs 14, but 4
// can be no busier than they are, so that 8 is wanted first; and the measurement is 30 s
// old and a replica starts in 20 s. Back at 2, nothing is taken away for five minutes.
func TestReplicasFollowTheLoadAsInKubernetes(t *testing.T) {
	load := []Point{{0, 2}, {200 * des.Second, 2}, {200 * des.Second, 7}, {600 * des.Second, 7}, {600 * des.Second, 2}}
	counts, f := steps(t, hpa, load, 1100*des.Second)
	at := func(second int) int { return counts[second/5-1] }
	for _, c := range []struct{ second, least, most int }{
		{195, 4, 4}, {225, 4, 4}, // not seen yet, or not started
		{300, 8, 8}, {360, 13, 15}, {590, 13, 16},
		{880, 13, 16}, // five minutes of stabilisation
		{1090, 4, 5},
	} {
		if n := at(c.second); n < c.least || n > c.most {
			t.Errorf("%d replicas at %d s, want %d to %d", n, c.second, c.least, c.most)
		}
	}
	// 7 replicas' worth come to 4 for about a minute.
	if lost := f.share(refused, timedOut); lost < 0.01 || lost > 0.2 {
		t.Errorf("%.3g of the requests are lost to the step", lost)
	}
}

// Within a tenth of the target nothing changes, and the bounds hold.
func TestScalingKeepsItsBounds(t *testing.T) {
	x := hpa
	x.target, x.most = 0.52, 9
	counts, _ := steps(t, x, []Point{{0, 2}, {300 * des.Second, 2}, {300 * des.Second, 20}}, 600*des.Second)
	for i, n := range counts {
		if second := 5 * (i + 1); second <= 300 && n != 4 || n > 9 || second > 500 && n != 9 {
			t.Fatalf("%d replicas at %d s", n, second)
		}
	}
}

// A design's autoscalers act when the load changes: a ramp that they cannot follow is
// lost in part, and a slow one is not.
func TestDesignsScaleWithAShape(t *testing.T) {
	a := archtest.Harbour()
	s := Scenario{Name: "morning", Shape: []Point{{0, 0.2}, {des.Time(5 * time.Minute), 1}}, For: 8 * time.Minute, WarmUp: time.Minute, Replications: 2, Seed: 1, Scale: 0.2}
	r, list := Run(context.Background(), a, s)
	if list.HasErrors() {
		t.Fatal(list)
	}
	most := int64(0)
	for _, e := range r.Elements {
		most = max(most, e.MostScaled)
		if e.Scaled > 0 && (e.Scaled > float64(e.MostScaled) || math.IsNaN(e.Utilisation) || e.Utilisation > 1) {
			t.Errorf("%s: %.3g replicas on average, %d at most, %.3g used", e.Name, e.Scaled, e.MostScaled, e.Utilisation)
		}
	}
	if most < 2 {
		t.Errorf("at most %d replicas though a fifth of the load becomes all of it", most)
	}
}
