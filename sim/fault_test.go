package sim

import (
	"math"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// partitioned is a caller with a constant load of 10 requests a second, each one
// call over a link with or without a timeout, cut from 10.05 s to 20.05 s.
func partitioned(timeout des.Time, requests, answers bool) (*network, plan) {
	net := &network{
		stations: []station{{name: "caller", replicas: 1, queue: endless}, {name: "callee", replicas: 1, queue: endless}},
		links:    []link{{station: 0}, {station: 1, timeout: timeout}},
		programs: []program{{steps: []step{use(1, 1)}}, {steps: []step{busy(des.Constant(des.Millisecond))}}},
		sources:  []source{{gap: des.Constant(100 * des.Millisecond), rate: 10}},
	}
	cut := strike{at: 10050 * des.Millisecond, until: 20050 * des.Millisecond, kind: Partition, link: 1, requests: requests, answers: answers}
	return net, plan{seed: 1, until: 30*des.Second + 50*des.Millisecond, strikes: []strike{cut}}
}

// Requests come at 0.1 s, 0.2 s, ... 30 s: the 100 of 10.1 s to 20 s meet the cut. Those
// that still wait when the network heals, with a timeout of a second the last ten,
// learn then that their connection is broken.
func TestPartitionLosesWhatCrossesIt(t *testing.T) {
	for _, c := range []struct {
		name              string
		timeout           des.Time
		requests, answers bool
		reached           uint64
		timeouts, broken  uint64
	}{
		{"both ways", des.Second, true, true, 200, 90, 10},
		{"requests", des.Second, true, false, 200, 90, 10},
		{"answers", des.Second, false, true, 300, 90, 10},
		{"without a timeout", 0, true, true, 200, 0, 100},
	} {
		net, p := partitioned(c.timeout, c.requests, c.answers)
		got := trial(t, net, p, 1)[0]
		f := &got.flows[0]
		if f.Ended[timedOut] != c.timeouts || f.Ended[unreachable] != c.broken || f.Ended[answered] != 200 || got.stations[1].Arrived != c.reached {
			t.Errorf("%s: %v, %d reached the callee", c.name, f.Ended, got.stations[1].Arrived)
		}
		// Waits of 9.95 s, 9.85 s ... 0.05 s add up to 500 s, and 200 of a millisecond to 0.2 s.
		if waited := got.stations[0].stays.Seconds(); c.timeout == 0 && math.Abs(waited-500.2) > 1e-6 {
			t.Errorf("%s: callers waited %.6g s in all", c.name, waited)
		}
	}
}
