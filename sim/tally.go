package sim

import "plumb.dev/plumb/sim/des"

// tally is what a replication counted after its warm-up: requests by when they ended,
// since of those that begin late the slow ones are not seen to end. What stations and
// links count is kept with their state until the end.
type tally struct {
	warm, per des.Time
	events    uint64
	cut       bool // by the bound of events
	flows     []flowTally
	stations  []stationTally
	links     []linkTally
	groups    []groupTally
	caches    []cacheTally
	relays    []relayTally
	sagas     []sagaTally
	slices    []sliceTally
}

type flowTally struct {
	Started, Finished uint64 // of the whole run
	Offered           uint64 // begun after the warm-up
	Ended             [outcomes]uint64
	Degraded, Later   uint64
	latency           *des.Histogram
}

// add merges what another flow counted.
func (f *flowTally) add(other *flowTally) {
	f.Started += other.Started
	f.Finished += other.Finished
	f.Offered += other.Offered
	for o, n := range other.Ended {
		f.Ended[o] += n
	}
	f.Degraded += other.Degraded
	f.Later += other.Later
	f.latency.Merge(other.latency)
}

type stationTally struct {
	Arrived, Done, Aborted uint64
	Ejected                uint64 // replicas taken out of the balancing
	Turned                 [outcomes]uint64
	begun                  uint64
	waits, stays           des.Time // sums
	busy, waiting          float64  // means over time
	mostBusy, mostWaiting  int64
	instances              float64 // replicas on average, where their number changes
	mostInstances          int64
}

// there is how many are waiting or in service, on average.
func (s *stationTally) there() float64 { return s.waiting + s.busy }

func (s *stationTally) turnedAway(o outcome) { s.Turned[o]++ }

func (s *stationTally) waited(t des.Time) {
	s.begun++
	s.waits += t
}

func (s *stationTally) stayed(t des.Time) { s.stays += t }

func (s *stationTally) done(stay des.Time) {
	s.Done++
	s.stays += stay
}

type linkTally struct {
	Calls, Attempts, Retries, Denied uint64
	Hedges                           uint64
	Ended                            [outcomes]uint64 // attempts, and what was refused before being one
	trips                            des.Time
	returned                         uint64
	opened                           int
	openShare                        float64
	state                            breakerState
}

func (l *linkTally) roundTrip(t des.Time) {
	l.trips += t
	l.returned++
}

type groupTally struct {
	Published, Done, Redelivered, Dead, Lost uint64
	Repeated                                 uint64 // handed on again by an outbox
	stays                                    des.Time
	parts                                    []partTally
	drain                                    des.Time // from the end of the last fault; -1 when it did not
	backlog                                  float64
	mostBacklog, left                        int64
	lag                                      *des.Histogram
}

func (g *groupTally) done(lag des.Time, counted bool) {
	g.Done++
	if counted {
		g.lag.Record(lag)
	}
}

// partTally is a partition as a group had it.
type partTally struct {
	backlog float64
	most    int64
}

// relayTally counts what went through an outbox. delay is from the write to the
// broker's acknowledgement.
type relayTally struct {
	Written, Sent, Batches, Failed, Lost uint64
	stays                                des.Time
	backlog                              float64
	mostBacklog, left                    int64
	delay                                *des.Histogram
}

// sagaTally counts sagas from their first effect on. settled is the time until those
// that were completed were, undone that of those taken back.
type sagaTally struct {
	Begun, Completed, Compensated, Stuck uint64
	Repeats                              uint64 // of steps, later
	stays                                des.Time
	open                                 float64 // mean
	left                                 int64
	settled, undone                      *des.Histogram
}

// cacheTally counts lookups: each is a hit, a miss, or waits for another's fetch.
type cacheTally struct {
	Lookups, Hits, Shared, Misses uint64
	Bypassed                      uint64 // misses because the cache could not be reached
	Evicted                       uint64
	slices                        []cacheSlice
}

// cacheSlice is a piece of the timeline.
type cacheSlice struct{ looked, missed uint64 }

func (c *cacheTally) looked(t *tally, now des.Time) {
	c.Lookups++
	if s := c.at(t, now); s != nil {
		s.looked++
	}
}

func (c *cacheTally) missed(t *tally, now des.Time) {
	c.Misses++
	if s := c.at(t, now); s != nil {
		s.missed++
	}
}

func (c *cacheTally) at(t *tally, now des.Time) *cacheSlice {
	if t.per == 0 {
		return nil
	}
	i := min(int(now/t.per), maxSlices-1)
	for len(c.slices) <= i {
		c.slices = append(c.slices, cacheSlice{})
	}
	return &c.slices[i]
}

// sliceTally is a piece of the timeline.
type sliceTally struct {
	Offered, Good, Failed, Retries uint64
	latency                        des.Time // sum over Good
	Waiting                        int64    // at its end
	Open                           int      // breakers open at its end
}

// maxSlices bounds the timeline.
const maxSlices = 1 << 14

// of makes the tables for a network.
func (t *tally) of(net *network, p *plan) {
	t.warm, t.per = p.warm, p.slice
	t.flows = make([]flowTally, len(net.sources))
	t.stations = make([]stationTally, len(net.stations))
	t.links = make([]linkTally, len(net.links))
	t.groups = make([]groupTally, len(net.groups))
	t.caches = make([]cacheTally, len(net.caches))
	t.sagas = make([]sagaTally, len(net.sagas))
	for i := range t.sagas {
		t.sagas[i].settled, t.sagas[i].undone = &des.Histogram{}, &des.Histogram{}
	}
	t.relays = make([]relayTally, len(net.relays))
	for i := range t.relays {
		t.relays[i].delay = &des.Histogram{}
	}
	for i := range t.flows {
		t.flows[i].latency = &des.Histogram{}
	}
	for i := range t.groups {
		t.groups[i].lag = &des.Histogram{}
	}
}

// renew forgets everything, in new tables: the former ones may have been kept.
func (t *tally) renew(net *network, p *plan) { *t = tally{}; t.of(net, p) }

func (t *tally) at(now des.Time) *sliceTally {
	if t.per == 0 {
		return nil
	}
	i := min(int(now/t.per), maxSlices-1)
	for len(t.slices) <= i {
		t.slices = append(t.slices, sliceTally{})
	}
	return &t.slices[i]
}

func (t *tally) started(source int, now des.Time) {
	f := &t.flows[source]
	f.Started++
	if now >= t.warm {
		f.Offered++
	}
	if s := t.at(now); s != nil {
		s.Offered++
	}
}

func (t *tally) retried(now des.Time) {
	if s := t.at(now); s != nil {
		s.Retries++
	}
}

func (t *tally) ended(source int, began, now des.Time, o outcome, degraded, later bool) {
	f := &t.flows[source]
	f.Finished++
	if s := t.at(now); s != nil {
		if o == answered {
			s.Good++
			s.latency += now - began
		} else {
			s.Failed++
		}
	}
	if now < t.warm {
		return
	}
	f.Ended[o]++
	if o != answered {
		return
	}
	f.latency.Record(now - began)
	if degraded {
		f.Degraded++
	}
	if later {
		f.Later++
	}
}

// warm ends the warm-up: what was counted about elements is forgotten.
func (e *engine) warm() {
	now := e.clock.Now()
	t := &e.tally
	for i := range e.stations {
		st := &e.stations[i]
		st.n = stationTally{}
		st.scaler.forget(&e.net.stations[i].scaling, st.busy.Area(now))
		st.busy.Restart(now)
		st.waiting.Restart(now)
		st.scaler.instances.Restart(now)
	}
	for i := range e.links {
		e.links[i].n = linkTally{}
		b := &e.links[i].breaker
		b.opened, b.openTime = 0, 0
		b.since = max(b.since, now)
	}
	for i := range t.caches {
		t.caches[i] = cacheTally{slices: t.caches[i].slices}
	}
	for i := range e.groups {
		t.groups[i] = groupTally{lag: t.groups[i].lag}
		e.groups[i].backlog.Restart(now)
		for p := range e.groups[i].parts {
			e.groups[i].parts[p].backlog.Restart(now)
		}
	}
	for i := range e.unsettled {
		t.sagas[i] = sagaTally{settled: t.sagas[i].settled, undone: t.sagas[i].undone}
		e.unsettled[i].Restart(now)
	}
	for i := range e.relays {
		t.relays[i] = relayTally{delay: t.relays[i].delay}
		e.relays[i].backlog.Restart(now)
	}
}

// slice closes a slice of the timeline.
func (t *tally) slice(e *engine) {
	s := t.at(max(e.clock.Now()-1, 0))
	s.Waiting, s.Open = 0, 0
	for i := range e.stations {
		s.Waiting += e.stations[i].waiting.Value()
	}
	for i := range e.groups {
		s.Waiting += e.groups[i].backlog.Value()
	}
	for i := range e.relays {
		s.Waiting += e.relays[i].backlog.Value()
	}
	for i := range e.links {
		if e.links[i].breaker.state == open {
			s.Open++
		}
	}
}

// close reads the levels at the end of a run and hands the tally out.
func (e *engine) close() tally {
	now := max(e.clock.Now(), 1)
	if e.clock.Stopped() == des.Horizon {
		now = e.plan.until
	}
	t := &e.tally
	if t.per > 0 {
		t.slice(e) // the last one may have no end of its own
	}
	t.events, t.cut = e.clock.Done(), e.clock.Stopped() == des.Budget
	for i := range e.stations {
		st, n := &e.stations[i], &t.stations[i]
		*n = st.n
		n.busy, n.waiting = st.busy.Mean(now), st.waiting.Mean(now)
		n.instances, n.mostInstances = st.scaler.instances.Mean(now), st.scaler.instances.Most()
		n.mostBusy, n.mostWaiting = st.busy.Most(), st.waiting.Most()
	}
	for i := range e.links {
		b, n := &e.links[i].breaker, &t.links[i]
		*n = e.links[i].n
		n.opened, n.state = b.opened, b.state
		openTime := b.openTime
		if b.state == open {
			openTime += now - b.since
		}
		if span := now - e.plan.warm; span > 0 {
			n.openShare = float64(openTime) / float64(span)
		}
	}
	for i := range e.groups {
		st, n := &e.groups[i], &t.groups[i]
		n.backlog, n.mostBacklog, n.left = st.backlog.Mean(now), st.backlog.Most(), st.backlog.Value()
		if n.drain = -1; st.drained >= 0 {
			n.drain = st.drained - st.over
		}
		for p := range st.parts {
			n.parts = append(n.parts, partTally{st.parts[p].backlog.Mean(now), st.parts[p].backlog.Most()})
		}
	}
	for i := range e.relays {
		st, n := &e.relays[i], &t.relays[i]
		n.backlog, n.mostBacklog, n.left = st.backlog.Mean(now), st.backlog.Most(), st.backlog.Value()
	}
	for i := range e.unsettled {
		t.sagas[i].open, t.sagas[i].left = e.unsettled[i].Mean(now), e.unsettled[i].Value()
	}
	return *t
}
