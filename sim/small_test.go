package sim

import (
	"math"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// Small systems for the tests, in the engine's own terms: what closed forms know
// is simpler than any architecture.

// single is one station with one kind of request.
func single(st station, service des.Dist, src source, l link) *network {
	if st.name == "" {
		st.name = "server"
	}
	st.replicas = max(st.replicas, 1)
	return &network{
		stations: []station{st},
		links:    []link{l},
		programs: []program{{name: "serve", steps: []step{busy(service)}}},
		sources:  []source{src},
	}
}

func busy(d des.Dist) step { return step{kind: work, time: d, chance: 1, times: 1} }

func use(link, program int) step {
	return step{kind: invoke, link: link, program: program, chance: 1, times: 1}
}

// poisson is a level load.
func poisson(rate float64) source { return source{gap: des.Poisson(rate), rate: rate} }

func exponential(rate float64) des.Dist { return des.Poisson(rate) }

// endless is the length of queues without a limit.
const endless = -1

// trial makes replications one after the other and adds them up.
func trial(t testing.TB, net *network, p plan, replications int) []tally {
	t.Helper()
	if p.events == 0 {
		p.events = 1 << 40
	}
	if p.until == 0 {
		p.until = des.Forever
	}
	e := newEngine(net, &p)
	var out []tally
	for n := range replications {
		e.begin(n)
		e.run()
		out = append(out, e.close())
	}
	return out
}

// long is a plan for n arrivals at a rate, a twentieth of them for the warm-up.
func long(n, rate float64) plan {
	return plan{seed: 7, until: seconds(1.05 * n / rate), warm: seconds(0.05 * n / rate)}
}

// total merges the requests of a source over replications.
func total(ts []tally, source int) flowTally {
	sum := flowTally{latency: &des.Histogram{}}
	for i := range ts {
		f := &ts[i].flows[source]
		sum.Started += f.Started
		sum.Finished += f.Finished
		sum.Offered += f.Offered
		for o, n := range f.Ended {
			sum.Ended[o] += n
		}
		sum.latency.Merge(f.latency)
	}
	return sum
}

func (f *flowTally) all() float64 {
	n := 0.0
	for _, c := range f.Ended {
		n += float64(c)
	}
	return n
}

// share of the requests that ended in one of the outcomes.
func (f *flowTally) share(list ...outcome) float64 {
	n := 0.0
	for _, o := range list {
		n += float64(f.Ended[o])
	}
	return n / f.all()
}

func (f *flowTally) mean() float64 { return f.latency.Mean() / 1e9 }

func (f *flowTally) quantile(p float64) float64 {
	q, ok := f.latency.Quantile(p)
	if !ok {
		return math.NaN()
	}
	return q / 1e9
}

// retriesPerCall is how many retries a call made over a link, on average.
func retriesPerCall(ts []tally, link int) float64 {
	retries, calls := 0.0, 0.0
	for i := range ts {
		retries += float64(ts[i].links[link].Retries)
		calls += float64(ts[i].links[link].Calls)
	}
	return retries / calls
}
