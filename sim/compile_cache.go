package sim

import (
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

var (
	popularOn = fact.Fact{
		ID: "decide.popular-on", Value: fact.Quantity{Kind: fact.Share, N: 0.2}, Origin: fact.Assumed, Low: 0.05, High: 0.5,
		Reason: "share of the keys that are popular where no skew is stated",
	}
	popularShare = fact.Fact{
		ID: "decide.popular-share", Value: fact.Quantity{Kind: fact.Share, N: 0.8}, Origin: fact.Assumed, Low: 0.5, High: 0.95,
		Reason: "share of the requests that falls on the popular fifth where no skew is stated",
	}
)

// maxKeys bounds the keys simulated of a cache, over all its copies: 4 MB.
const maxKeys = 1 << 18

// fewestKeys are simulated of each copy.
const fewestKeys = 64

type cacheKey struct {
	id      string
	station int
}

// keep is the cache with an id as a station uses it; -1 when the design has none. What
// is looked up in a process is there in each of its replicas.
func (c *compiler) keep(id string, station int) int {
	k := c.cacheNamed(id)
	if k == nil {
		return -1
	}
	copies := c.net.stations[station].replicas
	if k.Where != "process" || copies > maxKeys/fewestKeys {
		station, copies = -1, 1 // of thousands of replicas one stands for all
	}
	at, known := c.caches[cacheKey{id, station}]
	if known {
		return at
	}
	hot, share := c.popular(k)
	n := math.Max(k.Answers.N, math.Max(k.Entries.N, 1)) // what holds more than is said to be asked for is asked for that
	spec := cache{
		name: id, of: id, station: station, room: whole(k.Entries), ttl: des.Seconds(k.TTL.N), single: k.Where == "process",
	}
	at = len(c.net.caches)
	c.keyed = append(c.keyed, func() { c.net.caches[at].keys = zipf(n, skew(n, hot, share), max(maxKeys/copies, fewestKeys)) })
	c.caches[cacheKey{id, station}] = at
	c.net.caches = append(c.net.caches, spec)
	c.looked = append(c.looked, 0)
	return at
}

func (c *compiler) cacheNamed(id string) *arch.Cache {
	for i := range c.a.Caches {
		if k := &c.a.Caches[i]; k.ID == id {
			return k
		}
	}
	return nil
}

// popular is the skew of what a cache keeps: share of the requests falls on the part
// hot of the keys.
func (c *compiler) popular(k *arch.Cache) (hot, share float64) {
	on, stated := c.a.FactOf(k.Of + ".skew.on")
	of, both := c.a.FactOf(k.Of + ".skew.share")
	if stated && both {
		return on.Value.N, of.Value.N
	}
	return c.assume(popularOn.ID, &popularOn), c.assume(popularShare.ID, &popularShare)
}

// keepWarm prepares what the caches hold at the beginning, when it is known how often
// each is asked.
func (c *compiler) keepWarm() {
	for i := range c.net.caches {
		k := &c.net.caches[i]
		rate := c.looked[i]
		if k.station >= 0 {
			rate /= float64(c.net.stations[k.station].replicas)
		}
		k.begin(rate)
	}
}
