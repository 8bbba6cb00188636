package sim

import (
	"math"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/sim/des"
)

func TestUnevenArrivalsAreReadAsWritten(t *testing.T) {
	var s Scenario
	for _, text := range []string{"bursty 5x for 2s 10%", "ramp to 3x over 5min", "batches of 20"} {
		if err := s.AddShape(text); err != nil {
			t.Fatal(err)
		}
	}
	if want := (Bursts{Factor: 5, Share: 0.1, Length: 2 * time.Second, Batch: 20}); s.Bursts != want || len(s.Shape) != 2 {
		t.Errorf("read %+v and %v", s.Bursts, s.Shape)
	}
	for text, want := range map[string]string{
		"bursty": "write it like", "bursty 5 for 2s 10%": "multiple", "bursty 5x for 2s 30%": "more than all", "bursty 0.5x for 2s 10%": "at least the load",
		"bursty 5x for soon 10%": "soon", "bursty 5x for 2s lots": "lots", "batches of many": "no number", "batches of 0.5": "one to ten thousand", "batches 5": "write it like",
	} {
		if err := s.AddShape(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// Batches of a geometric size b on average before one exponential server: a request
// takes b/(mu - lambda) (Gross and Harris, Fundamentals of Queueing Theory, M[X]/M/1).
func TestBatchesQueueBehindEachOther(t *testing.T) {
	const mu, lambda, b = 100.0, 70.0, 4.0
	src := source{rate: lambda, gap: des.Poisson(lambda / b), bursts: Bursts{Batch: b}}
	f := total(trial(t, single(station{workers: 1, queue: endless}, exponential(mu), src, link{}), long(2e6, lambda), 1), 0)
	if want := b / (mu - lambda); math.Abs(f.mean()/want-1) > 0.03 {
		t.Errorf("a request takes %.4g s, want %.4g s", f.mean(), want)
	}
	if rate := f.all() / (2e6 / lambda); math.Abs(rate/lambda-1) > 0.01 {
		t.Errorf("%.4g requests come a second, want %g", rate, lambda)
	}
}

// Bursts that last long against the queue make of it two queues, one at each rate.
func TestLongBurstsAreTwoQueues(t *testing.T) {
	const mu, lambda = 100.0, 50.0
	src := poisson(lambda)
	src.bursts = Bursts{Factor: 1.5, Share: 0.4, Length: 20 * time.Second}
	net := single(station{workers: 1, queue: endless}, exponential(mu), src, link{})
	net.sources = append(net.sources, source{rate: 1, gap: des.Poisson(1), bursts: src.bursts})
	ts := trial(t, net, long(3e6, lambda), 1)
	f, rare := total(ts, 0), total(ts, 1)
	// Of the requests 0.6 come in bursts, at 75 a second, the others at 33.3.
	want := 0.6/(mu-76.5) + 0.4/(mu-34) // with the share of the rare ones
	if math.Abs(f.mean()/want-1) > 0.08 {
		t.Errorf("a request takes %.4g s, want %.4g s", f.mean(), want)
	}
	// The bursts of both flows are the same: the rare requests meet those of the others.
	if math.Abs(rare.mean()/f.mean()-1) > 0.05 {
		t.Errorf("the requests of a rare flow take %.4g s, those of the other %.4g s", rare.mean(), f.mean())
	}
}
