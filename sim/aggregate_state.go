package sim

import (
	"math"
	"slices"

	"plumb.dev/plumb/sim/des"
)

// state adds what happened at caches and channels, and what became of sagas.
func (c *compiler) state(r *Result, ts []tally, p *plan) {
	span := (p.until - p.warm).Seconds()
	for i := range c.net.caches {
		if k := c.cache(ts, i, p, span); k.Lookups > 0 {
			r.Caches = append(r.Caches, k)
		}
	}
	for i := range c.net.channels {
		if ch := c.channel(ts, i, span); len(ch.Outboxes)+len(ch.Groups) > 0 {
			r.Channels = append(r.Channels, ch)
		}
	}
	for i := range c.net.sagas {
		if s := c.promised(ts, i, span); s.Begun > 0 || s.Open > 0 {
			r.Sagas = append(r.Sagas, s)
		}
	}
}

func (c *compiler) promised(ts []tally, at int, span float64) Saga {
	s := Saga{Name: c.net.sagas[at].name}
	n := float64(len(ts))
	begun, ended := 0.0, 0.0
	var settled, undone []*des.Histogram
	for i := range ts {
		t := &ts[i].sagas[at]
		begun += float64(t.Begun)
		ended += float64(t.Completed + t.Compensated + t.Stuck)
		s.Completed += float64(t.Completed)
		s.Compensated += float64(t.Compensated)
		s.Stuck += float64(t.Stuck)
		s.Repeated += float64(t.Repeats)
		s.Open += t.open / n
		s.Left += float64(t.left) / n
		settled = append(settled, t.settled)
		undone = append(undone, t.undone)
	}
	s.Begun = begun / span / n
	if ended > 0 {
		s.Completed /= ended
		s.Compensated /= ended
		s.Stuck /= ended
		s.Repeated /= ended
	}
	s.P50, s.P99 = percentile(settled, 0.5), percentile(settled, 0.99)
	s.BackP50, s.BackP99 = percentile(undone, 0.5), percentile(undone, 0.99)
	return s
}

func (c *compiler) channel(ts []tally, at int, span float64) Channel {
	spec := &c.net.channels[at]
	out := Channel{Name: spec.name, Partitions: spec.partitions}
	for i := range c.a.Channels {
		if ch := &c.a.Channels[i]; string(ch.ID) == spec.name {
			out.Broker = ch.Broker
		}
	}
	for i := range c.net.relays {
		if c.net.relays[i].channel == at {
			if o := c.outboxed(ts, i, span); o.Written > 0 {
				out.Outboxes = append(out.Outboxes, o)
			}
		}
	}
	for _, g := range spec.groups {
		if x := c.consumers(ts, g, span); x.Published > 0 || x.Backlog > 0 {
			out.Groups = append(out.Groups, x)
		}
	}
	return out
}

func (c *compiler) outboxed(ts []tally, at int, span float64) Outbox {
	spec := &c.net.relays[at]
	o := Outbox{From: c.net.links[spec.link].from}
	n := float64(len(ts))
	batches, failed := 0.0, 0.0
	var delays []*des.Histogram
	for i := range ts {
		t := &ts[i].relays[at]
		o.Written += float64(t.Written) / span / n
		o.Backlog += t.backlog / n
		o.Most = max(o.Most, t.mostBacklog)
		o.Left += float64(t.left) / n
		batches += float64(t.Batches)
		failed += float64(t.Failed)
		delays = append(delays, t.delay)
	}
	if batches > 0 {
		o.Failed = failed / batches
	}
	o.P50, o.P99 = percentile(delays, 0.5), percentile(delays, 0.99)
	return o
}

func (c *compiler) consumers(ts []tally, at int, span float64) Group {
	spec := &c.net.groups[at]
	home := &c.net.stations[c.net.links[spec.link].station]
	g := Group{Name: spec.name, Flow: spec.flow, Process: home.name, Consumers: home.replicas}
	if spec.partitions > 0 {
		g.Consumers = min(g.Consumers, spec.partitions)
	}
	if spec.gate > 0 {
		g.Calls = c.net.links[spec.gate-1].name
	}
	if spec.of != nil {
		g.Within = spec.of.Lag.N
		if spec.flow == "" {
			g.Serves = spec.of.UseCases
		}
	}
	n := float64(len(ts))
	var lags []*des.Histogram
	var drain des.Mean
	parts := make([]float64, spec.partitions)
	for i := range ts {
		t := &ts[i].groups[at]
		g.Published += float64(t.Published) / span / n
		g.Done += float64(t.Done) / span / n
		g.Redelivered += float64(t.Redelivered) / span / n
		g.Dead += float64(t.Dead) / span / n
		g.Repeated += float64(t.Repeated) / span / n
		g.Backlog += t.backlog / n
		g.Most = max(g.Most, t.mostBacklog)
		g.Left += float64(t.left) / n
		for p := range t.parts {
			parts[p] += t.parts[p].backlog
			g.FullestMost = max(g.FullestMost, t.parts[p].most)
		}
		if t.drain >= 0 {
			drain.Add(t.drain.Seconds())
		}
		lags = append(lags, t.lag)
	}
	if len(parts) > 0 && g.Backlog > 0 {
		g.Fullest = slices.Max(parts) / (g.Backlog * n)
	}
	if g.Drained = float64(drain.Count()) / n; drain.Count() > 0 {
		i := interval(drain)
		g.Drain = &i
	}
	g.P50, g.P99 = percentile(lags, 0.5), percentile(lags, 0.99)
	return g
}

func (c *compiler) cache(ts []tally, at int, p *plan, span float64) Cache {
	spec := &c.net.caches[at]
	keys := spec.keys
	k := Cache{
		Name: spec.of, Copies: 1, Keys: float64(keys.head + (len(keys.share)-keys.head)*keys.each), Alpha: keys.alpha, Grouped: keys.each,
		Entries: spec.room, TTL: spec.ttl.Seconds(), Designed: c.cacheNamed(spec.of).HitRatio.N, Lowest: 1,
	}
	if spec.station >= 0 {
		k.In, k.Copies = c.net.stations[spec.station].name, c.net.stations[spec.station].replicas
	}
	var hit []des.Share
	n := float64(len(ts))
	looked, shared, bypassed := 0.0, 0.0, 0.0
	var slices []cacheSlice
	for i := range ts {
		t := &ts[i].caches[at]
		hit = append(hit, des.Share{Of: float64(t.Lookups - t.Misses), Among: float64(t.Lookups)})
		looked += float64(t.Lookups)
		shared += float64(t.Shared)
		bypassed += float64(t.Bypassed)
		k.Evicted += float64(t.Evicted) / span / n
		for s := range t.slices {
			if s == len(slices) {
				slices = append(slices, cacheSlice{})
			}
			slices[s].looked += t.slices[s].looked
			slices[s].missed += t.slices[s].missed
		}
	}
	if looked == 0 {
		return k
	}
	k.Lookups, k.HitRatio = looked/span/n, *share(hit)
	k.Shared, k.Unreachable = shared/looked, bypassed/looked
	for s := int((p.warm + p.slice - 1) / p.slice); s < len(slices); s++ {
		x := &slices[s]
		if x.looked >= fewLookups {
			k.Lowest = math.Min(k.Lowest, 1-float64(x.missed)/float64(x.looked))
		}
		k.Misses = math.Max(k.Misses, float64(x.missed)/p.slice.Seconds()/n)
	}
	return k
}

// fewLookups in a slice say nothing of a hit ratio.
const fewLookups = 30
