package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// state adds what happened at caches.
func (c *compiler) state(r *Result, ts []tally, p *plan) {
	span := (p.until - p.warm).Seconds()
	for i := range c.net.caches {
		if k := c.cache(ts, i, p, span); k.Lookups > 0 {
			r.Caches = append(r.Caches, k)
		}
	}
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
	var hit des.Mean
	n := float64(len(ts))
	looked, shared, bypassed := 0.0, 0.0, 0.0
	var slices []cacheSlice
	for i := range ts {
		t := &ts[i].caches[at]
		if t.Lookups > 0 {
			hit.Add(1 - float64(t.Misses)/float64(t.Lookups))
		}
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
	k.Lookups, k.HitRatio = looked/span/n, *bounded(interval(hit))
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
