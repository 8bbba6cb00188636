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
	service, comes := busy/begun, arrived/span/float64(len(ts))
	// How near it is to its capacity is known from so many arrivals and services alone.
	unsure := 2 * math.Sqrt(2/begun)
	if goes := s.capacity(service); comes <= goes {
		comes = math.Min(comes*(1+unsure), goes)
	} else {
		comes = math.Max(comes*(1-unsure), goes)
	}
	return s.forgets(comes, service)
}

// capacity is how many a second a station serves that holds a worker for service seconds
// with each; without workers it serves all.
func (s *station) capacity(service float64) float64 {
	if s.workers == 0 {
		return math.Inf(1)
	}
	return float64(s.replicas*s.workers) / service
}

// forgets is the relaxation time of a station at which so many arrive a second, seconds.
func (s *station) forgets(comes, service float64) float64 {
	if s.workers == 0 {
		return service
	}
	goes, places := s.capacity(service), s.places()
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

// places are how many may be at a station, waiting or served.
func (s *station) places() float64 {
	if s.queue < 0 {
		return math.Inf(1)
	}
	return float64(s.replicas * (s.queue + s.workers))
}

// comesBack is about how long a station that served nobody for an outage takes to answer
// as before, seconds, where nothing keeps it down: until what has gathered is served, which
// is what came in the outage, at most for as long as somebody waits and as many as there
// is place for; then until all but 1-wellAgain of the difference is forgotten. 0 for one
// that is at its capacity: it never does.
func (s *station) comesBack(outage, patience, comes, service float64) float64 {
	spare := s.capacity(service) - comes
	if comes == 0 || service == 0 || spare <= (1-fullAt)*comes {
		return 0
	}
	gathered := math.Min(comes*math.Min(outage, patience), s.places())
	return gathered/spare + s.forgets(comes, service)*math.Log(1/(1-wellAgain))
}

// foreseen is what is known of the stations before a run: how many come a second, by the
// rates of the flows at their highest and what each calls, and for how long each holds a
// worker when nobody waits. What is taken from channels comes when it can.
func (c *compiler) foreseen() (comes, service []float64) {
	comes, service = make([]float64, len(c.net.stations)), make([]float64, len(c.net.stations))
	rate := make([]float64, len(c.net.programs))
	come := func(link, program int, n float64) {
		rate[program] += n
		at := c.net.links[link].station
		comes[at] += n
		service[at] += n * c.seconds(program, 0)
	}
	for i := range c.net.sources {
		src := &c.net.sources[i]
		come(src.link, src.program, src.rate*greatest(src.load))
	}
	for i := len(rate) - 1; i >= 0; i-- { // what a program calls was compiled before it
		for _, st := range c.net.programs[i].steps {
			if st.kind == invoke && st.program < i && rate[i] > 0 {
				come(st.link, st.program, rate[i]*st.chance*math.Max(st.times, 1))
			}
		}
	}
	for i := range service {
		if comes[i] > 0 {
			service[i] /= comes[i]
		}
	}
	return comes, service
}

// slowest is the longest relaxation time that is foreseen of a station below its capacity,
// and afterwards the longest that one takes to come back from an outage, seconds.
func (c *compiler) slowest(outage float64) (relaxes, afterwards float64) {
	comes, service := c.foreseen()
	for i := range c.net.stations {
		st := &c.net.stations[i]
		if back := st.comesBack(outage, c.s.Patience.Seconds(), comes[i], service[i]); back > 0 {
			relaxes = math.Max(relaxes, st.forgets(comes[i], service[i]))
			afterwards = math.Max(afterwards, back)
		}
	}
	return relaxes, afterwards
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
