package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// settlings is how many times the relaxation time of the slowest element on its way a
// steady run has to last after its warm-up, for its beginning not to show: the warm-up
// is a tenth of it, and what is left of an empty beginning after one relaxation time
// weighs on so long a mean less than chance does.
const settlings = 10

// unsettled reports of sources and groups whose way leads through an element that the
// run is too short for: what was seen of them is how they began, which is calmer than
// what they come to, and replications agree on it. A run with faults, a changing load or
// a backlog is about what happens in its time; nothing of it is unsettled.
func (c *compiler) unsettled(ts []tally, p *plan) (sources, groups map[int]bool) {
	if len(p.strikes) > 0 || len(c.s.Shape) > 0 || c.s.Backlog > 0 {
		return nil, nil
	}
	sources, groups = map[int]bool{}, map[int]bool{}
	span := (p.until - p.warm).Seconds()
	for i := range c.net.stations {
		slow := settlings * relaxation(&c.net.stations[i], i, ts, span)
		if slow == 0 {
			continue
		}
		from, told := c.touches(i)
		for _, s := range from {
			if span < slow*unevenness(ts, func(t *tally) *des.Histogram { return t.flows[s].latency }) {
				sources[s] = true
			}
		}
		for _, g := range told {
			if span < slow*unevenness(ts, func(t *tally) *des.Histogram { return t.groups[g].lag }) {
				groups[g] = true
			}
		}
	}
	return sources, groups
}

// unevenness is by how much longer a queue takes to forget where the times in it vary
// more than exponential ones: (1 + cv²)/2, as its wait is longer (Pollaczek-Khinchine).
func unevenness(ts []tally, times func(*tally) *des.Histogram) float64 {
	var all []*des.Histogram
	for i := range ts {
		all = append(all, times(&ts[i]))
	}
	cv := des.Variation(all)
	return math.Max(1, (1+cv*cv)/2)
}

// relaxation is about how long a station takes, in seconds, to forget how it began, from
// what came to it and how long it was busy with each: the inverse of the spectral gap of
// the birth-death process with its arrivals, its workers' rate and its places (M/M/1/K;
// Morse, Queues, Inventories and Maintenance, 1958, ch. 6), at least the time of a
// service, and above its capacity the time in which its queue fills up or those who
// wait give up.
func relaxation(s *station, at int, ts []tally, span float64) float64 {
	arrived, begun, busy := 0.0, 0.0, 0.0
	for k := range ts {
		t := &ts[k].stations[at]
		arrived += float64(t.Arrived)
		begun += float64(t.begun)
		busy += t.busy * span
	}
	if begun == 0 || busy == 0 {
		return 0
	}
	service := busy / begun
	if s.workers == 0 {
		return service
	}
	workers := float64(s.replicas * s.workers)
	comes, goes := arrived/span/float64(len(ts)), workers/service
	places := math.Inf(1)
	if s.queue >= 0 {
		places = float64(s.replicas * (s.queue + s.workers))
	}
	// How near it is to its capacity is known from so many arrivals and services alone.
	unsure := 2 * math.Sqrt(2/begun)
	if comes <= goes {
		comes = math.Min(comes*(1+unsure), goes)
	} else {
		comes = math.Max(comes*(1-unsure), goes)
	}
	gap := comes + goes - 2*math.Sqrt(comes*goes)*math.Cos(math.Pi/(places+1))
	slow := math.Max(service, 1/gap)
	if comes > goes {
		fills := places / (comes - goes)
		if s.impatient {
			fills = math.Min(fills, s.patience.Mean()/1e9*comes/(comes-goes))
		}
		if !math.IsInf(fills, 1) {
			slow = math.Max(slow, fills)
		}
	}
	return slow
}

// refuse takes back what a run too short cannot say, and keeps it as what came early:
// less than what the use case comes to. What is under way may still come through.
func (u *UseCase) refuse() {
	early := *u
	u.early = &early
	u.Success, u.Mean, u.P50, u.P90, u.P99, u.P999 = nil, nil, nil, nil, nil, nil
	u.Goodput.High = math.Max(u.Goodput.High, u.mostOffered)
}

// early is the result with what its use cases were refused: a bound that they miss as
// they begin is missed.
func (r *Result) early() *Result {
	out := &Result{UseCases: make([]UseCase, len(r.UseCases)), Total: r.Total}
	for i := range r.UseCases {
		out.UseCases[i] = r.UseCases[i]
		if u := r.UseCases[i].early; u != nil {
			out.UseCases[i] = *u
		}
	}
	if r.Total != nil && r.Total.early != nil {
		out.Total = r.Total.early
	}
	return out
}
