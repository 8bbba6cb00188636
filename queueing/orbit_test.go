package queueing_test

import (
	"math"
	"testing"

	"plumb.dev/plumb/queueing"
)

// Without retries the chain is M/M/1/K, whose means and whose way from full to empty
// are known: sums over birth and death rates.
func TestOrbitWithoutRetriesIsALossQueue(t *testing.T) {
	const lambda, mu, k = 8.0, 10.0, 20
	o := queueing.RetryOrbit{Lambda: lambda, Mu: mu, Threads: 1, Queue: k + 1, Orbit: 5, Timeout: 1, Retries: 3}
	queue, orbit := o.Means()
	want, total, p := 0.0, 0.0, 1.0
	for n := 0; n <= k; n++ {
		want += float64(n) * p
		total += p
		p *= lambda / mu
	}
	if math.Abs(queue/(want/total)-1) > 1e-9 || orbit > 1e-12 {
		t.Errorf("%.12g requests in the queue, want %.12g, and %g in the orbit", queue, want/total, orbit)
	}
	drain, down := 0.0, 0.0 // from n to n-1 it takes (1 + lambda down(n+1))/mu
	for n := k; n >= 1; n-- {
		if n == k {
			down = 1 / mu
		} else {
			down = (1 + lambda*down) / mu
		}
		drain += down
	}
	if got := o.Drain(); math.Abs(got/drain-1) > 1e-9 {
		t.Errorf("empty after %.12g s, want %.12g s", got, drain)
	}
}

func TestOrbitJumpsAndStaysWithinItsRange(t *testing.T) {
	at := func(lambda float64) float64 {
		queue, _ := queueing.RetryOrbit{Lambda: lambda, Mu: 10, Threads: 1, Queue: 100, Orbit: 20, Timeout: 3, Retries: 4, Alpha: 0.25}.Means()
		return queue
	}
	if low, high := at(6), at(7); low > 5 || high < 90 {
		t.Errorf("%.3g requests wait at 6 a second and %.3g at 7", low, high)
	}
	for _, o := range []queueing.RetryOrbit{
		{}, {Lambda: 1, Mu: 1, Threads: 1, Queue: 1, Orbit: 5, Timeout: 1}, {Lambda: 1, Mu: 1, Threads: 1, Queue: 5, Orbit: 500, Timeout: 1},
		{Lambda: math.NaN(), Mu: 1, Threads: 1, Queue: 5, Orbit: 5, Timeout: 1}, {Lambda: 1, Mu: 1, Threads: 0, Queue: 5, Orbit: 5, Timeout: 1},
	} {
		if queue, orbit := o.Means(); !math.IsNaN(queue) || !math.IsNaN(orbit) || !math.IsNaN(o.Drain()) {
			t.Errorf("%+v has answers", o)
		}
	}
}
