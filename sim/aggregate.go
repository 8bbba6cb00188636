package sim

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/sim/des"
)

const confidence = 0.95

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// result puts the replications together.
func (c *compiler) result(p *plan, ts []tally) Result {
	r := Result{Scenario: *c.s, Replications: len(ts), Assumed: c.assumed}
	r.Scenario.Progress = nil
	if len(ts) == 0 {
		return r
	}
	for i := range ts {
		r.Events += ts[i].events
		r.Cut = r.Cut || ts[i].cut
	}
	span := (p.until - p.warm).Seconds()
	sources, groups := c.unsettled(ts, p)
	for i := range c.net.sources {
		r.UseCases = append(r.UseCases, c.requests(ts, i, span, sources))
	}
	r.UseCases = append(r.UseCases, c.events(ts, span, groups)...)
	slices.SortStableFunc(r.UseCases, func(a, b UseCase) int { return cmp.Compare(a.Flow, b.Flow) })
	for i := range c.net.stations {
		if e := c.element(ts, i, span); e.Arrived > 0 {
			r.Elements = append(r.Elements, e)
		}
	}
	for i := range c.net.links {
		if e := c.edge(ts, i, span); e.Calls > 0 && c.edges[arch.EdgeID(e.Name)] != nil {
			r.Edges = append(r.Edges, e)
		}
	}
	c.state(&r, ts, p)
	r.Timeline = timeline(ts, p)
	r.WarmUpShort = len(sources)+len(groups) > 0 || len(c.s.Shape) == 0 && warmUpShort(r.Timeline, p)
	r.Verdicts = c.verdicts(&r)
	if r.Total = c.total(ts, span); r.Total != nil && len(sources) > 0 {
		r.Total.refuse()
	}
	r.recovery(ts, p)
	for i := range c.s.Holds {
		r.Claims = append(r.Claims, c.held(&c.s.Holds[i], &r, ts))
	}
	return r
}

func interval(m des.Mean) Interval {
	i := m.Interval(confidence)
	if m.Count() < 2 {
		return Interval{m.Mean(), m.Mean(), m.Mean()}
	}
	return Interval{math.Max(i.Low, 0), i.Estimate, i.High} // of rates and shares
}

// rate is how often something happened per second, counted in each replication.
func rate(counts []float64, span float64) Interval {
	i := des.RateOf(counts, span, confidence)
	if len(counts) < 2 {
		return Interval{i.Estimate, i.Estimate, i.Estimate}
	}
	return Interval(i)
}

// share is that of all replications together, nil where nothing was counted.
func share(parts []des.Share) *Interval {
	if i, ok := des.ShareOf(parts, confidence); ok {
		return &Interval{i.Low, i.Estimate, i.High}
	}
	if len(parts) == 1 && parts[0].Among > 0 {
		x := parts[0].Of / parts[0].Among
		return &Interval{x, x, x}
	}
	return nil
}

// percentile of the times of replications, nil where they do not carry it.
func percentile(hs []*des.Histogram, p float64) *Interval {
	i, ok := des.QuantileOf(hs, p, confidence)
	if !ok {
		return nil
	}
	return &Interval{math.Max(i.Low, 0) / 1e9, i.Estimate / 1e9, i.High / 1e9}
}

func (u *UseCase) latencies(hs []*des.Histogram) {
	if i, ok := des.MeanOf(hs, confidence); ok {
		u.Mean = &Interval{i.Low / 1e9, i.Estimate / 1e9, i.High / 1e9}
	}
	u.P50, u.P90, u.P99, u.P999 = percentile(hs, 0.5), percentile(hs, 0.9), percentile(hs, 0.99), percentile(hs, 0.999)
}

// requests are the use case of a source.
func (c *compiler) requests(ts []tally, source int, span float64, early map[int]bool) UseCase {
	f := c.flowNamed(c.flowOf[source])
	u := UseCase{Flow: f.ID, UseCase: f.UseCase, Starts: f.Starts}
	u.of(ts, span, func(t *tally) *flowTally { return &t.flows[source] })
	if early[source] {
		u.refuse()
	}
	return u
}

// total is all that users wait for together.
func (c *compiler) total(ts []tally, span float64) *UseCase {
	u := &UseCase{Flow: "all requests", Starts: "request"}
	some := false
	u.of(ts, span, func(t *tally) *flowTally {
		sum := &flowTally{latency: &des.Histogram{}}
		for i := range t.flows {
			if c.flowNamed(c.flowOf[i]).Starts == "request" {
				sum.add(&t.flows[i])
				some = true
			}
		}
		return sum
	})
	if !some {
		return nil
	}
	return u
}

// of fills a use case in from what its flow counted in each replication.
func (u *UseCase) of(ts []tally, span float64, flow func(*tally) *flowTally) {
	var good []float64
	var success []des.Share
	var hs []*des.Histogram
	var ended [outcomes]uint64
	var came []float64
	offered, degraded, later := 0.0, 0.0, 0.0
	for i := range ts {
		t := flow(&ts[i])
		all := 0.0
		for o, n := range t.Ended {
			ended[o] += n
			all += float64(n)
		}
		good = append(good, float64(t.Ended[answered]))
		success = append(success, des.Share{Of: float64(t.Ended[answered]), Among: all})
		came = append(came, float64(t.Offered))
		offered += float64(t.Offered)
		degraded += float64(t.Degraded)
		later += float64(t.Later)
		hs = append(hs, t.latency)
	}
	u.Offered, u.Goodput, u.Success = offered/span/float64(len(ts)), rate(good, span), share(success)
	u.mostOffered = rate(came, span).High
	u.latencies(hs)
	u.Errors = shares(ended)
	if n := float64(ended[answered]); n > 0 {
		u.Degraded, u.Later = degraded/n, later/n
	}
	if offered > 0 {
		u.Unfinished = math.Max(0, 1-sum(ended)/offered)
	}
}

func sum(ended [outcomes]uint64) float64 {
	n := 0.0
	for _, k := range ended {
		n += float64(k)
	}
	return n
}

// shares of what did not end well.
func shares(ended [outcomes]uint64) (out []Cause) {
	all := sum(ended)
	for o, n := range ended {
		if n > 0 && outcome(o) != answered {
			out = append(out, Cause{causes[o], float64(n) / all})
		}
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

// events are the use cases that messages start.
func (c *compiler) events(ts []tally, span float64, unsettled map[int]bool) (out []UseCase) {
	byFlow := map[arch.FlowID][]int{}
	for i := range c.net.groups {
		id := arch.FlowID(c.net.groups[i].flow)
		if id == "" {
			continue // it keeps copies
		}
		byFlow[id] = append(byFlow[id], i)
	}
	for _, id := range sortedKeys(byFlow) {
		f := c.flowNamed(id)
		u := UseCase{Flow: id, UseCase: f.UseCase, Starts: f.Starts}
		var good []float64
		var success []des.Share
		var hs []*des.Histogram
		var came []float64
		offered, dead, early := 0.0, 0.0, false
		for i := range ts {
			lag := &des.Histogram{}
			done, lost, published := 0.0, 0.0, 0.0
			for _, g := range byFlow[id] {
				t := &ts[i].groups[g]
				lag.Merge(t.lag)
				done += float64(t.Done)
				lost += float64(t.Dead + t.Lost)
				published += float64(t.Published)
			}
			offered += published
			came = append(came, published)
			good = append(good, done)
			success = append(success, des.Share{Of: done, Among: done + lost})
			dead += lost
			hs = append(hs, lag)
		}
		u.Offered, u.Goodput, u.Success = offered/span/float64(len(ts)), rate(good, span), share(success)
		u.mostOffered = rate(came, span).High
		if dead > 0 && offered > 0 {
			u.Errors = []Cause{{"dead letter", dead / offered}}
		}
		u.latencies(hs)
		for _, g := range byFlow[id] {
			early = early || unsettled[g]
		}
		if early {
			u.refuse()
		}
		out = append(out, u)
	}
	return out
}

func (c *compiler) element(ts []tally, at int, span float64) Element {
	s := &c.net.stations[at]
	e := Element{Name: s.name, Kind: s.kind, Replicas: s.replicas, Workers: s.workers}
	var turned [outcomes]uint64
	waits, begun, n := 0.0, 0.0, float64(len(ts))
	for i := range ts {
		t := &ts[i].stations[at]
		e.Arrived += float64(t.Arrived) / span / n
		e.Busy += t.busy / n
		e.Queue += t.waiting / n
		e.Ejected += float64(t.Ejected) / n
		e.Most = max(e.Most, t.mostWaiting)
		waits += t.waits.Seconds()
		begun += float64(t.begun)
		for o, k := range t.Turned {
			turned[o] += k
		}
		turned[answered] += t.Done
	}
	if begun > 0 {
		e.Wait = waits / begun
	}
	if s.workers > 0 {
		present := float64(s.replicas)
		if s.scaling.most > 0 {
			for i := range ts {
				e.Scaled += ts[i].stations[at].instances / n
				e.MostScaled = max(e.MostScaled, ts[i].stations[at].mostInstances)
			}
			present = math.Max(e.Scaled, 1e-9)
		}
		e.Utilisation = e.Busy / (float64(s.workers) * present)
	}
	e.Turned = shares(turned)
	if ch, ok := c.channels[s.name]; ok && s.kind == "channel" {
		c.backlog(&e, ts, c.net.channels[ch].groups, span)
	}
	return e
}

// backlog adds to a channel's row the group that is furthest behind.
func (c *compiler) backlog(e *Element, ts []tally, groups []int, span float64) {
	n := float64(len(ts))
	for _, g := range groups {
		mean := 0.0
		var hs []*des.Histogram
		for i := range ts {
			t := &ts[i].groups[g]
			mean += t.backlog / n
			e.Dead += float64(t.Dead) / span / n
			hs = append(hs, t.lag)
			e.Most = max(e.Most, t.mostBacklog)
		}
		lag := percentile(hs, 0.99)
		if mean >= e.Queue {
			e.Queue, e.Lag = mean, lag
		}
	}
}

func (c *compiler) edge(ts []tally, at int, span float64) Edge {
	l := &c.net.links[at]
	e := Edge{Name: l.name, To: c.net.stations[l.station].name}
	var ended [outcomes]uint64
	var states [3]int
	calls, trips, returned, n := 0.0, 0.0, 0.0, float64(len(ts))
	for i := range ts {
		t := &ts[i].links[at]
		calls += float64(t.Calls)
		e.Retries += float64(t.Retries)
		e.Denied += float64(t.Denied)
		e.Hedges += float64(t.Hedges)
		trips += t.trips.Seconds()
		returned += float64(t.returned)
		e.Opened += float64(t.opened) / n
		e.Open += t.openShare / n
		states[t.state]++
		for o, k := range t.Ended {
			ended[o] += k
		}
	}
	if calls > 0 {
		e.Retries /= calls
		e.Denied /= calls
		e.Hedges /= calls
	}
	if returned > 0 {
		e.RoundTrip = trips / returned
	}
	e.Calls = calls / span / n
	e.Errors = shares(ended)
	if l.breaker.window != noBreaker {
		most := 0
		for i, k := range states {
			if k > states[most] {
				most = i
			}
		}
		e.State = [...]string{"closed", "open", "half-open"}[most]
	}
	return e
}

// timeline averages the slices of the replications.
func timeline(ts []tally, p *plan) []Slice {
	n := int((p.until + p.slice - 1) / p.slice)
	out := make([]Slice, min(n, maxSlices))
	per := p.slice.Seconds() * float64(len(ts))
	for k := range out {
		s := &out[k]
		s.At = time.Duration(k) * time.Duration(p.slice)
		good := 0.0
		for i := range ts {
			if k >= len(ts[i].slices) {
				continue
			}
			t := &ts[i].slices[k]
			s.Offered += float64(t.Offered) / per
			s.Good += float64(t.Good) / per
			s.Failed += float64(t.Failed) / per
			s.Retries += float64(t.Retries) / per
			s.Waiting += float64(t.Waiting) / float64(len(ts))
			s.Open += float64(t.Open) / float64(len(ts))
			s.Latency += t.latency.Seconds()
			good += float64(t.Good)
		}
		if good > 0 {
			s.Latency /= good
		}
	}
	return out
}

// warmUpShort applies the MSER-5 rule to the mean latencies after the warm-up of a
// run with a level load and without faults: whether it would leave out more.
func warmUpShort(line []Slice, p *plan) bool {
	if len(p.strikes) > 0 {
		return false
	}
	var series []float64
	for _, s := range line {
		if des.Time(s.At) >= p.warm {
			series = append(series, s.Latency)
		}
	}
	cut := des.Warmup(series)
	return cut > 0 && cut < len(series)
}
