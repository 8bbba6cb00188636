package sim

import (
	"math"
	"testing"

	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// reading is a use case that looks into a cache and fetches what it does not have
// from a store.
func reading(k cache, rate float64, fetch des.Dist) *network {
	return &network{
		stations: []station{{name: "serve", replicas: 1, queue: endless}, {name: "store", replicas: 1, queue: endless}},
		links:    []link{{station: 0}, {station: 1}},
		programs: []program{
			{steps: []step{{kind: lookup, to: 3}, use(1, 1), {kind: fill, to: 0}}},
			{steps: []step{busy(fetch)}},
		},
		sources: []source{poisson(rate)},
		caches:  []cache{k},
	}
}

// misses is the share of lookups that went to the store, and the rate there.
func misses(ts []tally) (share float64) {
	missed, looked := 0.0, 0.0
	for i := range ts {
		missed += float64(ts[i].caches[0].Misses)
		looked += float64(ts[i].caches[0].Lookups)
	}
	return missed / looked
}

func leastRecentlyUsed(t *testing.T, in given) answers {
	keys := zipf(in.Num("items"), in.Num("alpha"), 1<<20)
	net := reading(cache{station: -1, keys: keys, room: in.Int("capacity")}, 1000, des.Dist{})
	hit := 1 - misses(trial(t, net, long(1e6, 1000), 1))
	return answers{"hit_ratio": hit, "backend_fraction": 1 - hit}
}

func expiring(t *testing.T, in given) answers {
	lambda := in.Num("lambda_per_s")
	net := reading(cache{station: -1, keys: zipf(1, 0, 1), ttl: seconds(in.Num("ttl_s"))}, lambda, des.Dist{})
	ts := trial(t, net, long(4e5, lambda), 1)
	return answers{"hit_ratio": 1 - misses(ts), "origin_rate_per_s": lambda * misses(ts)}
}

// A large set of keys is simulated with few of them, and its hit ratios stay those of
// the whole set, by age and by room.
func TestManyKeysAreSimulatedWithFew(t *testing.T) {
	z := queueing.Zipf{Items: 200_000, Alpha: 0.9}
	few := zipf(200_000, 0.9, 4096)
	if len(few.share) > 4096 || few.each < 90 {
		t.Fatalf("%d places, each of the last for %d keys", len(few.share), few.each)
	}
	aged := trial(t, reading(cache{station: -1, keys: few, ttl: 60 * des.Second}, 1000, des.Dist{}), long(1e6, 1000), 1)
	if got, want := 1-misses(aged), queueing.TTLHitZipf(z, 1000, 60); math.Abs(got-want) > 0.01 {
		t.Errorf("hit ratio with a lifetime is %.4f, that of all keys %.4f", got, want)
	}
	bounded := trial(t, reading(cache{station: -1, keys: few, room: 20_000}, 1000, des.Dist{}), long(1e6, 1000), 1)
	if got, want := 1-misses(bounded), queueing.LRUHit(z, 20_000); math.Abs(got-want) > 0.01 {
		t.Errorf("hit ratio with bounded room is %.4f, that of all keys %.4f", got, want)
	}
}

// A cache that begins as it is after running for long needs no warm-up.
func TestCachesBeginWarm(t *testing.T) {
	z := queueing.Zipf{Items: 5000, Alpha: 0.9}
	k := cache{station: -1, keys: zipf(5000, 0.9, 1<<16), ttl: 60 * des.Second}
	k.begin(100)
	p := plan{seed: 3, until: 10 * des.Second}
	want := queueing.TTLHitZipf(z, 100, 60)
	if got := 1 - misses(trial(t, reading(k, 100, des.Dist{}), p, 20)); math.Abs(got-want) > 0.02 {
		t.Errorf("hit ratio of the first ten seconds is %.3f, that of a long run %.3f", got, want)
	}
	k.room, k.ttl = 500, 0
	k.begin(100)
	want = queueing.LRUHit(z, 500)
	if got := 1 - misses(trial(t, reading(k, 100, des.Dist{}), p, 20)); math.Abs(got-want) > 0.02 {
		t.Errorf("hit ratio of the first ten seconds is %.3f, that of a long run %.3f", got, want)
	}
	k.warm = nil
	if got := 1 - misses(trial(t, reading(k, 100, des.Dist{}), p, 20)); got > want-0.08 {
		t.Errorf("begun cold the hit ratio is %.3f", got)
	}
}

// With one key, 1000 requests a second, a fetch of 100 ms and a lifetime of a second,
// a cycle is 1.1 s and has one fetch where others wait for it, and otherwise one for
// each request of those 100 ms, 1 + 100 on average.
func TestOneFetchAtATime(t *testing.T) {
	k := cache{station: -1, keys: zipf(1, 0, 1), ttl: des.Second}
	ts := trial(t, reading(k, 1000, des.Constant(100*des.Millisecond)), plan{seed: 1, until: 1100 * des.Second}, 1)
	// The first to come back begins the lifetime and the others renew it: the last
	// begins 100 ms after the first.
	if n := float64(ts[0].stations[1].Arrived); n < 0.95*101*1100/1.2 || n > 1.05*101*1100/1.1 {
		t.Errorf("%g fetches", n)
	}
	k.single = true
	ts = trial(t, reading(k, 1000, des.Constant(100*des.Millisecond)), plan{seed: 1, until: 1100 * des.Second}, 1)
	c := &ts[0].caches[0]
	if n := ts[0].stations[1].Arrived; n < 990 || n > 1000 {
		t.Errorf("%d fetches in 1100 s with one at a time", n)
	}
	if waited := float64(c.Shared) / float64(c.Misses); math.Abs(waited-100) > 3 {
		t.Errorf("%.4g requests wait for each fetch, want 100", waited)
	}
	if c.Lookups != c.Hits+c.Misses+c.Shared {
		t.Errorf("%d lookups, %d hits, %d misses, %d shared", c.Lookups, c.Hits, c.Misses, c.Shared)
	}
}

// Those who wait for a fetch that fails fail with it, and the next one tries again.
func TestFailedFetchIsShared(t *testing.T) {
	k := cache{station: -1, keys: zipf(1, 0, 1), ttl: des.Hour, single: true}
	net := reading(k, 1000, des.Constant(100*des.Millisecond))
	net.stations[1].errors = 1
	ts := trial(t, net, plan{seed: 1, until: 10 * des.Second}, 1)
	c, f := &ts[0].caches[0], &ts[0].flows[0]
	if c.Hits != 0 || c.Misses < 95 || c.Misses > 101 {
		t.Errorf("%d hits and %d fetches in 10 s of fetches that fail after 100 ms", c.Hits, c.Misses)
	}
	if f.Ended[failed] != f.Finished || f.Finished < 9500 {
		t.Errorf("%d of %d requests failed", f.Ended[failed], f.Finished)
	}
}

// A flushed cache sends to the store what it would have answered, until it is warm.
func TestFlushSendsRequestsToTheStore(t *testing.T) {
	k := cache{station: -1, keys: zipf(100, 0, 1<<10)}
	net := reading(k, 1000, des.Dist{})
	p := plan{seed: 1, until: 40 * des.Second, slice: des.Second, strikes: []strike{{kind: Flush, at: 30 * des.Second, until: des.Forever}}}
	got := trial(t, net, p, 1)[0].caches[0]
	before, after := got.slices[29], got.slices[30]
	// Each of 100 keys is missed once.
	if before.missed != 0 || after.missed != 100 || got.Misses != 200 {
		t.Errorf("%d misses in the second before the flush, %d after, %d in all", before.missed, after.missed, got.Misses)
	}
}

// The replica that comes back has lost what its process kept; the others have not.
func TestKilledReplicaBeginsCold(t *testing.T) {
	k := cache{station: 0, keys: zipf(100, 0, 1<<10)}
	net := reading(k, 1000, des.Dist{})
	net.stations[0].replicas, net.stations[0].workers = 2, 100
	p := plan{seed: 1, until: 40 * des.Second, strikes: []strike{{kind: Kill, count: 1, at: 20 * des.Second, until: 30 * des.Second}}}
	if got := trial(t, net, p, 1)[0].caches[0]; got.Misses != 300 {
		t.Errorf("%d misses, want 100 of each replica and 100 of the one that came back", got.Misses)
	}
}

// What cannot be reached is a miss, and nothing is kept of what is fetched meanwhile.
func TestUnreachableCacheIsAMiss(t *testing.T) {
	k := cache{station: -1, keys: zipf(1, 0, 1)}
	net := reading(k, 100, des.Dist{})
	net.stations = append(net.stations, station{name: "cache", replicas: 1, queue: endless})
	net.links = append(net.links, link{station: 2})
	look := use(2, 1)
	look.soft, look.guards = true, true
	net.programs[0].steps = []step{look, {kind: lookup, to: 4}, use(1, 1), {kind: fill, to: 1}}
	p := plan{seed: 1, until: 20 * des.Second, slice: des.Second, strikes: []strike{{kind: Down, station: 2, at: 0, until: 10 * des.Second}}}
	got := trial(t, net, p, 1)[0]
	c := &got.caches[0]
	if c.Misses != c.Bypassed+1 || c.Bypassed < 900 || c.slices[15].missed != 0 {
		t.Errorf("%d misses, %d of them past the cache", c.Misses, c.Bypassed)
	}
	if f := &got.flows[0]; f.Ended[answered] != f.Finished {
		t.Errorf("%d of %d were answered", f.Ended[answered], f.Finished)
	}
}
