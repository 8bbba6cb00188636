package sim

import (
	"testing"

	"plumb.dev/plumb/sim/des"
)

// BenchmarkMMc is M/M/10 at 0.8 through the whole engine; an operation is a
// request: an arrival and a departure.
func BenchmarkMMc(b *testing.B) {
	net := single(station{workers: 10, queue: endless}, exponential(1), poisson(8), link{})
	benchmark(b, net)
}

func benchmark(b *testing.B, net *network) {
	rate := 0.0
	for _, s := range net.sources {
		rate += s.rate
	}
	warmUp := plan{seed: 1, until: seconds(50_000 / rate), events: 1 << 40}
	e := newEngine(net, &warmUp)
	e.begin(0)
	e.run()
	measured := plan{seed: 2, until: seconds(float64(b.N) / rate), events: 1 << 40}
	e.plan = &measured
	e.begin(1)
	b.ReportAllocs()
	b.ResetTimer()
	e.run()
	b.ReportMetric(float64(e.clock.Done())/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(e.tally.flows[0].Finished)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkThreeHops is a request through three tiers of several replicas: a
// worker is held during the call to the next tier; every call has a timeout,
// retries with full jitter and a budget fed by successes; one answer in a
// thousand is an error.
func BenchmarkThreeHops(b *testing.B) {
	benchmark(b, threeHops())
}

func threeHops() *network {
	tier := func(name string, replicas, workers int) station {
		return station{name: name, replicas: replicas, workers: workers, queue: 256, balance: twoChoices, errors: 0.001}
	}
	guarded := func(to int, timeout des.Time) link {
		return link{
			station: to, timeout: timeout,
			retry:  retry{attempts: 3, base: 10 * des.Millisecond, most: 100 * des.Millisecond, multiplier: 2, jitter: fullJitter, on: transient},
			budget: budget{kind: perSuccess, share: 0.1, most: 100},
		}
	}
	return &network{
		stations: []station{tier("edge", 3, 32), tier("orders", 5, 16), tier("prices", 5, 8)},
		links:    []link{guarded(0, 800*des.Millisecond), guarded(1, 400*des.Millisecond), guarded(2, 200*des.Millisecond)},
		programs: []program{
			{name: "edge", steps: []step{busy(des.Exponential(2 * des.Millisecond)), use(1, 1)}},
			{name: "orders", steps: []step{busy(des.Exponential(5 * des.Millisecond)), use(2, 2)}},
			{name: "prices", steps: []step{busy(des.Exponential(8 * des.Millisecond))}},
		},
		sources: []source{poisson(2500)},
	}
}

// BenchmarkTwoTiers is a web server of eight processes that looks each request up in a
// cache of two threads, 60 thousand requests a second, with delays in the network: the
// size of the two-tier model that comes with uqSim.
func BenchmarkTwoTiers(b *testing.B) {
	delay := func(to int) link {
		return link{station: to, delay: des.Exponential(30 * des.Microsecond), delayed: true}
	}
	benchmark(b, &network{
		stations: []station{{name: "web", replicas: 1, workers: 8, queue: endless}, {name: "cache", replicas: 1, workers: 2, queue: endless}},
		links:    []link{delay(0), delay(1)},
		programs: []program{
			{name: "web", steps: []step{busy(des.Exponential(15 * des.Microsecond)), use(1, 1), busy(des.Exponential(15 * des.Microsecond))}},
			{name: "cache", steps: []step{busy(des.Exponential(10 * des.Microsecond))}},
		},
		sources: []source{poisson(60_000)},
	})
}
