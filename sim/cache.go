package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// cache keeps answers: one copy that all share, or one in each replica of a station.
type cache struct {
	name    string
	station int // whose replicas have copies; -1 for one copy
	keys    *popularity
	warm    []float32 // chance of each key to be there at the beginning
	// recent is the mean time, in characteristic times of the cache, since the last
	// request of each key then; nil where nothing is dropped for want of room.
	recent []float32
	room   int      // entries of a copy; 0 for any number
	ttl    des.Time // from the miss that fetched an entry, not from its last hit; 0 for ever
	// single lets one request at a time fetch a key; others that miss it wait for that
	// one and share its outcome.
	single bool
	of     string // the design's cache
}

// begin makes a cache hold at the beginning what it holds after running for long with
// so many requests a second to each copy.
func (k *cache) begin(rate float64) {
	age := 0.0
	k.warm, age = k.keys.present(rate, k.room, k.ttl.Seconds())
	if math.IsInf(age, 1) {
		return
	}
	k.recent = make([]float32, len(k.warm))
	for i := range k.recent {
		k.recent[i] = float32(float64(k.keys.weight(i)) / (rate * k.keys.share[i] * age))
	}
}

// cacheState is a cache during a run.
type cacheState struct{ copies []cacheCopy }

// cacheCopy is a table by key, linked in the order of last use. Place 0 is the head of
// that list; key k has place k+1.
type cacheCopy struct {
	entries []entry
	used    int // entries held, counted with the keys they stand for
}

// entry of a key. Being fetched, its links hold the reference of the flight instead.
type entry struct {
	expires    des.Time
	prev, next uint32
}

const (
	absent   des.Time = 0
	fetching des.Time = -1
)

// flight is the fetch of a key for which others wait.
type flight struct {
	cache, copy, key int32
	first, last      des.Ref // of those who wait
}

// waiter is a visit that waits for a flight.
type waiter struct{ visit, next des.Ref }

// lookup looks for the key of a step. It answers true when the visit waits for
// somebody else's fetch.
func (e *engine) lookup(ref des.Ref, v *visit, s *step) bool {
	spec, n := &e.net.caches[s.cache], &e.tally.caches[s.cache]
	now := e.clock.Now()
	n.looked(&e.tally, now)
	if v.bypass {
		v.bypass = false
		n.Bypassed++
		n.missed(&e.tally, now)
		return false
	}
	at := e.copyOf(spec, s.cache, v.replica)
	c := &e.caches[s.cache].copies[at]
	draws := v.draws.At(uint64(v.at) | 1<<48)
	key, itself := spec.keys.draw(&draws)
	en := &c.entries[key+1]
	switch {
	case en.expires > now:
		n.Hits++
		if itself {
			c.unlink(key + 1)
			c.pushFront(key + 1)
		}
		v.at = int32(s.to) - 1
		return false
	case en.expires == fetching && itself:
		if v.filling == 0 && e.join(ref, v, en) {
			n.Shared++
			return true
		}
	case itself && v.filling == 0:
		v.filling = v.at + 1
		if spec.single {
			e.depart(v, c, s.cache, at, key, spec)
		}
	}
	n.missed(&e.tally, now)
	return false
}

// copyOf is the copy that a replica looks into; replicas that were added since begin
// with an empty one.
func (e *engine) copyOf(spec *cache, cache int, replica int32) int {
	at := 0
	if spec.station >= 0 {
		at = int(replica)
	}
	st := &e.caches[cache]
	for len(st.copies) <= at {
		st.copies = append(st.copies, cacheCopy{entries: make([]entry, len(spec.keys.share)+1)})
	}
	return at
}

// fill keeps what was fetched for the lookup at a step, and lets those go on who
// waited for it.
func (e *engine) fill(v *visit, s *step) {
	if v.filling != int32(s.to)+1 {
		return
	}
	spec := &e.net.caches[s.cache]
	at := e.copyOf(spec, s.cache, v.replica)
	c := &e.caches[s.cache].copies[at]
	draws := v.draws.At(uint64(s.to) | 1<<48)
	key, _ := spec.keys.draw(&draws)
	v.filling = 0
	f := v.flight
	v.flight = 0
	if f != 0 {
		c.entries[key+1] = entry{}
	}
	if c.entries[key+1].expires == fetching {
		return // somebody else is at it
	}
	e.tally.caches[s.cache].Evicted += c.put(spec, key, e.clock.Now())
	e.land(f, answered)
}

// put keeps an entry and drops the least recently used ones that it has no room
// beside. Entries that are too old leave in the same way.
func (c *cacheCopy) put(spec *cache, key int, now des.Time) (evicted uint64) {
	place, weight := key+1, spec.keys.weight(key)
	if c.entries[place].expires > 0 {
		c.drop(spec, place)
	}
	for spec.room > 0 && c.used > 0 && c.used+weight > spec.room {
		c.drop(spec, int(c.entries[0].prev))
		evicted++
	}
	c.entries[place].expires = des.Forever
	if spec.ttl > 0 {
		c.entries[place].expires = now + spec.ttl
	}
	c.pushFront(place)
	c.used += weight
	return evicted
}

func (c *cacheCopy) drop(spec *cache, place int) {
	c.unlink(place)
	c.entries[place] = entry{}
	c.used -= spec.keys.weight(place - 1)
}

func (c *cacheCopy) unlink(place int) {
	en := &c.entries[place]
	c.entries[en.prev].next, c.entries[en.next].prev = en.next, en.prev
}

func (c *cacheCopy) pushFront(place int) {
	en := &c.entries[place]
	en.prev, en.next = 0, c.entries[0].next
	c.entries[en.next].prev = uint32(place)
	c.entries[0].next = uint32(place)
}

// depart makes a visit the one that fetches a key.
func (e *engine) depart(v *visit, c *cacheCopy, cache, at, key int, spec *cache) {
	ref, f := e.flights.Add()
	if f == nil {
		return
	}
	f.cache, f.copy, f.key = int32(cache), int32(at), int32(key)
	en := &c.entries[key+1]
	if en.expires > 0 {
		c.drop(spec, key+1) // too old
	}
	*en = entry{expires: fetching, prev: uint32(ref), next: uint32(ref >> 32)}
	v.flight = ref
}

// join makes a visit wait for the one that fetches its key.
func (e *engine) join(ref des.Ref, v *visit, en *entry) bool {
	f := e.flights.Get(des.Ref(en.prev) | des.Ref(en.next)<<32)
	if f == nil {
		return false
	}
	wref, w := e.waiters.Add()
	if w == nil {
		return false
	}
	w.visit = ref
	if f.last == 0 {
		f.first = wref
	} else {
		e.waiters.Get(f.last).next = wref
	}
	f.last = wref
	v.parked = true
	return true
}

// land ends a fetch: those who waited share its outcome.
func (e *engine) land(ref des.Ref, o outcome) {
	f := e.flights.Get(ref)
	if f == nil {
		return
	}
	at := f.first
	e.flights.End(ref)
	for at != 0 {
		w := *e.waiters.Get(at)
		e.waiters.End(at)
		if v := e.visits.Get(w.visit); v != nil && v.parked {
			v.parked, v.outcome = false, o
			e.clock.After(0, eventWoken, w.visit)
		}
		at = w.next
	}
}

// woken is a visit that goes on after somebody else's fetch.
func (e *engine) woken(ref des.Ref) {
	v := e.visits.Get(ref)
	if v == nil || v.replying {
		return // it was cut short
	}
	v.at = int32(e.net.programs[v.program].steps[v.at].to) - 1
	e.failOrGoOn(ref, v)
}

// forsake ends the fetch of a visit that ends without it.
func (e *engine) forsake(v *visit, o outcome) {
	v.parked = false
	if v.filling == 0 {
		return
	}
	v.filling = 0
	if f := e.flights.Get(v.flight); f != nil {
		e.caches[f.cache].copies[f.copy].entries[f.key+1] = entry{}
		e.land(v.flight, o)
	}
	v.flight = 0
}

// flush empties a copy; fetches under way go on and fill it again.
func (c *cacheCopy) flush() {
	for i := range c.entries {
		if c.entries[i].expires != fetching {
			c.entries[i] = entry{}
		}
	}
	c.used = 0
}

// lostReplica empties the copies of a replica that is gone, and the one copy of a
// shared cache whose own station has lost it.
func (e *engine) lostReplica(station int, replica int32) {
	for i := range e.net.caches {
		spec, st := &e.net.caches[i], &e.caches[i]
		switch {
		case spec.station == station && int(replica) < len(st.copies):
			st.copies[replica].flush()
		case spec.station < 0 && e.net.stations[station].name == spec.of:
			st.copies[0].flush()
		}
	}
}

// warmUp fills the caches as they are after running for long: each key is there with
// its chance, has an even part of its lifetime left, and was asked for last some time
// within the characteristic time.
func (e *engine) warmUp(replication uint64) {
	for i := range e.net.caches {
		spec, st := &e.net.caches[i], &e.caches[i]
		copies := 1
		if spec.station >= 0 {
			copies = e.net.stations[spec.station].replicas
		}
		e.copyOf(spec, i, int32(copies-1))
		draws := des.NewStream(e.plan.seed, replication, 6, uint64(i))
		for k := range st.copies {
			c := &st.copies[k]
			clear(c.entries)
			c.used = 0
			if k >= copies {
				continue
			}
			c.warmUp(spec, &draws)
		}
	}
}

// ages is into how many steps the time since the last request is divided when a copy
// is put in order.
const ages = 64

func (c *cacheCopy) warmUp(spec *cache, draws *des.Stream) {
	var lists [ages]uint32 // of places, linked by next
	for key := len(spec.warm) - 1; key >= 0; key-- {
		if !draws.Chance(float64(spec.warm[key])) {
			continue
		}
		age := 0
		if spec.recent != nil {
			// Exponential, given that it is within the characteristic time.
			mean := float64(spec.recent[key])
			u := draws.Float64() * -math.Expm1(-1/mean)
			age = min(int(-math.Log1p(-u)*mean*ages), ages-1)
		}
		c.entries[key+1].next, lists[age] = lists[age], uint32(key+1)
	}
	for age := ages - 1; age >= 0; age-- {
		for place := lists[age]; place != 0; {
			next := c.entries[place].next
			c.entries[place] = entry{}
			c.put(spec, int(place)-1, des.Time(-draws.Float64()*float64(spec.ttl-1)))
			place = next
		}
	}
}
