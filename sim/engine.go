package sim

import "plumb.dev/plumb/sim/des"

// The kinds of events. The reference of an event is an index into the network or
// a visit, call or message.
const (
	eventArrival   des.Kind = iota // source
	eventServed                    // visit: a step of work is done
	eventReach                     // visit: the request has come over the network
	eventReply                     // visit: the answer has come back
	eventTimeout                   // link: timers of attempts
	eventDeadline                  // visit: a caller's deadline, earlier than its timeout
	eventRetry                     // call: its wait is over
	eventPlace                     // link: timers of calls waiting for a place
	eventBound                     // source: timers of bounded waits
	eventStrike                    // fault begins
	eventHeal                      // fault ends
	eventRedeliver                 // message
	eventWarm                      // the end of the warm-up
	eventSlice                     // the end of a slice of the timeline
	eventPoll                      // relay: it looks into its outbox
	eventRebalance                 // group: it notices that a consumer is gone
	eventPersist                   // visit: a step of a saga is tried again
	eventWoken                     // visit: the fetch it waited for has ended
	eventHedge                     // link: timers of first attempts that are hedged
	eventScale                     // station: a sync of its autoscaler
	eventStarted                   // station: a new replica is ready
	eventReturn                    // station and replica: the end of an ejection
	eventToken                     // call: the token is there that it waited for
	eventGate                      // group: there is a token for the next call that waits
)

// maxInFlight bounds the visits, calls and messages of a run at a time, so that a
// system that does not recover fails instead of filling the memory.
const maxInFlight = 1 << 20

// visit is an attempt of a call: the client's wait and the server's work. It
// lives until both have ended.
type visit struct {
	call     des.Ref // 0 when nobody waits
	next     des.Ref // of the call's further attempts
	children des.Ref // open calls made by this visit
	draws    des.Stream
	deadline des.Time // known to the server
	arrived  des.Time
	sent     des.Time

	link, program, at int32
	station, replica  int32
	slot              int32 // among the replica's running visits
	loops             int32 // how often the present step is still to be done
	pending           int32 // open calls
	outcome           outcome
	waiting           bool // the client still waits
	queued, serving   bool
	detached          bool // has answered already
	replying          bool
	lost              bool // its request or its answer is lost
	reached           bool // a replica was chosen for it
	working           bool // it uses a processor that an autoscaler looks at
	cancelled         bool // to be left out when its turn comes

	saga    des.Ref // that it runs
	flight  des.Ref // the fetch into a cache that it makes
	filling int32   // the step after the lookup that it will fill; 0 for none
	pinned  bool    // the replica is chosen already
	parked  bool    // it waits for somebody else's fetch
	bypass  bool    // the cache cannot be reached
}

// call is what a visit or a source asks for, with its retries.
type call struct {
	parent, next des.Ref // the visit that made it and that visit's next open call
	visit        des.Ref // the attempt in flight
	draws        des.Stream
	began        des.Time
	deadline     des.Time
	link         int32
	program      int32
	source       int32 // of a request; -1 otherwise
	message      des.Ref
	relay        int32 // 1 + that of an outbox that sends a batch; 0 otherwise
	attempts     int32
	hedged       int32    // further attempts made while one was out
	hedges       des.Ref  // those of them that are still out
	until        des.Time // of the timeout, where it is hedged
	generation   uint32   // of the breaker when the attempt was admitted
	soft         bool
	admitted     bool // past the breaker, which waits to learn how it ended
	placed       bool // counted in flight
	answered     bool // told that it will be done later
	degraded     bool // something it could do without failed
}

// message waits for a consumer, is worked on or waits to be tried again.
type message struct {
	group, partition int32
	attempts         int32
	replica          int32    // that works on it
	told, arrived    des.Time // when it happened, and when the broker had it
	draws            des.Stream
	poison           bool // no handler can do it
}

// The purposes for which a call or a visit has random numbers of its own, so that two
// designs under the same seed differ by what they do and not by whose numbers they
// draw. Below these are the labels of its attempts, its steps and their calls.
const (
	ownPatience = 1 << (41 + iota)
	ownAttempt
	ownReplica
	ownShedding
	ownWait
)

// engine is the state of one run. It is reused from run to run.
type engine struct {
	net   *network
	plan  *plan
	clock *des.Calendar

	visits    *des.Slab[visit]
	calls     *des.Slab[call]
	messages  *des.Slab[message]
	flights   *des.Slab[flight]
	waiters   *des.Slab[waiter]
	sagas     *des.Slab[sagaRun]
	unsettled []des.Level // sagas begun and not settled

	stations []stationState
	links    []linkState
	sources  []sourceState
	groups   []groupState
	channels []channelState
	relays   []relayState
	caches   []cacheState
	tally    tally

	striking int // faults that have not ended

	chance                 des.Stream // of limits that measure
	batches                des.Stream
	waits, alive, queueing func(des.Ref) bool
}

type sourceState struct {
	draws, gaps des.Stream
	started     uint64
	bound       *des.Timers
	rate        func(des.Time) float64
	phases      phases
}

// plan is a scenario as the engine sees it.
type plan struct {
	seed        uint64
	until, warm des.Time
	slice       des.Time // of the timeline; 0 for none
	events      uint64
	strikes     []strike
	interrupt   <-chan struct{}
}

// newEngine makes an engine for runs of a network under a plan.
func newEngine(net *network, p *plan) *engine {
	e := &engine{
		net: net, plan: p, clock: des.NewCalendar(0, 0),
		visits: des.NewSlab[visit](maxInFlight), calls: des.NewSlab[call](maxInFlight), messages: des.NewSlab[message](maxInFlight),
		flights: des.NewSlab[flight](maxInFlight), waiters: des.NewSlab[waiter](maxInFlight), sagas: des.NewSlab[sagaRun](maxInFlight), unsettled: make([]des.Level, len(net.sagas)), caches: make([]cacheState, len(net.caches)),
		channels: make([]channelState, len(net.channels)), relays: make([]relayState, len(net.relays)),
		stations: make([]stationState, len(net.stations)), links: make([]linkState, len(net.links)),
		sources: make([]sourceState, len(net.sources)), groups: make([]groupState, len(net.groups)),
	}
	for i := range net.links {
		e.links[i].timeouts = des.NewTimers(net.links[i].timeout, eventTimeout, des.Ref(i))
		e.links[i].hedges = des.NewTimers(net.links[i].hedge.delay, eventHedge, des.Ref(i))
		e.links[i].placeTimers = des.NewTimers(net.links[i].bulkhead.wait, eventPlace, des.Ref(i))
	}
	for i := range net.sources {
		s := &net.sources[i]
		e.sources[i].bound = des.NewTimers(s.wait, eventBound, des.Ref(i))
		st := &e.sources[i]
		st.rate = func(t des.Time) float64 { return s.rate / max(s.bursts.Batch, 1) * factor(s.load, t) }
		if level := st.rate; s.bursts.Factor > 0 {
			st.rate = func(t des.Time) float64 { return level(t) * st.phases.at(t) }
		}
	}
	e.tally.of(net, p)
	e.waits = func(r des.Ref) bool { v := e.visits.Get(r); return v != nil && v.waiting }
	e.alive = e.calls.Alive
	e.queueing = func(r des.Ref) bool { c := e.calls.Get(r); return c != nil && !c.placed && c.visit == 0 }
	return e
}

// begin puts the engine at the start of a replication.
func (e *engine) begin(replication int) {
	e.clock.Reset(e.plan.until, e.plan.events)
	e.clock.Interrupt(e.plan.interrupt)
	e.visits.Reset()
	e.calls.Reset()
	e.messages.Reset()
	e.flights.Reset()
	e.waiters.Reset()
	e.sagas.Reset()
	clear(e.unsettled)
	e.warmUp(uint64(replication))
	seed, n := e.plan.seed, uint64(replication)
	e.chance = des.NewStream(seed, n, 3)
	e.batches = des.NewStream(seed, n, 7)
	for i := range e.stations {
		e.stations[i].reset(&e.net.stations[i])
		if x := &e.net.stations[i].scaling; x.most > 0 {
			e.clock.After(x.sync, eventScale, des.Ref(i))
		}
	}
	for i := range e.links {
		s := &e.net.links[i]
		e.links[i].reset(s)
		e.links[i].watched = e.links[i].watched || e.net.stations[s.station].ejection.failures > 0
	}
	for i := range e.groups {
		e.groups[i].reset(&e.net.groups[i], &e.stations[e.net.links[e.net.groups[i].link].station])
	}
	clear(e.channels)
	for i := range e.relays {
		e.relays[i].reset()
	}
	e.striking = len(e.plan.strikes)
	e.tally.renew(e.net, e.plan)
	for i := range e.sources {
		st := &e.sources[i]
		st.draws, st.gaps = des.NewStream(seed, n, 4, uint64(i)), des.NewStream(seed, n, 5, uint64(i))
		st.phases.reset(&e.net.sources[i].bursts, des.NewStream(seed, n, 6))
		st.started = 0
		st.bound.Reset()
		e.open(i)
	}
	for i := range e.plan.strikes {
		e.clock.At(e.plan.strikes[i].at, eventStrike, des.Ref(i))
		if end := e.plan.strikes[i].until; end < des.Forever {
			e.clock.At(end, eventHeal, des.Ref(i))
		}
	}
	if e.plan.warm > 0 {
		e.clock.At(e.plan.warm, eventWarm, 0)
	}
	if e.plan.slice > 0 {
		e.clock.After(e.plan.slice, eventSlice, 0)
	}
}

// open schedules a source's first requests.
func (e *engine) open(i int) {
	s := &e.net.sources[i]
	if s.population > 0 {
		for range s.population {
			e.clock.After(s.gap.Sample(&e.sources[i].gaps), eventArrival, des.Ref(i))
		}
		return
	}
	for range s.first {
		e.request(i)
	}
	e.next(i)
}

// next schedules a source's next arrival.
func (e *engine) next(i int) {
	s, st := &e.net.sources[i], &e.sources[i]
	at := des.Forever
	if len(s.load) == 0 && s.bursts.Factor == 0 {
		if gap := s.gap.Sample(&st.gaps); gap < des.Forever-e.clock.Now() {
			at = e.clock.Now() + gap
		}
	} else {
		at = des.NextArrival(&st.gaps, e.clock.Now(), s.rate/max(s.bursts.Batch, 1)*greatest(s.load)*max(s.bursts.Factor, 1), st.rate)
	}
	if at < des.Forever {
		e.clock.At(at, eventArrival, des.Ref(i))
	}
}

// batch starts the requests that come at a time.
func (e *engine) batch(source int) {
	for range e.net.sources[source].bursts.arriving(&e.sources[source].gaps) {
		e.request(source)
	}
}

// run makes a replication until the plan's end, or until the calendar stops it.
func (e *engine) run() {
	for {
		event, ok := e.clock.Next()
		if !ok {
			return
		}
		ref := event.Ref()
		switch event.Kind() {
		case eventServed:
			e.served(ref)
		case eventArrival:
			if s := &e.net.sources[ref]; s.population == 0 {
				e.next(int(ref))
				if s.bursts.Batch > 1 {
					e.batch(int(ref))
					continue
				}
			}
			e.request(int(ref))
		case eventReach:
			if v := e.visits.Get(ref); v != nil {
				e.reach(ref, v)
			}
		case eventReply:
			if v := e.visits.Get(ref); v != nil {
				e.deliverReply(ref, v, &e.links[v.link])
			}
		case eventTimeout:
			for {
				v, more := e.links[ref].timeouts.Expired(e.clock, e.waits)
				if !more {
					break
				}
				e.giveUp(v, timedOut)
			}
		case eventDeadline:
			if e.waits(ref) {
				e.giveUp(ref, timedOut)
			}
		case eventRetry:
			if c := e.calls.Get(ref); c != nil {
				e.retryNow(ref, c)
			}
		default:
			e.rare(event.Kind(), ref)
		}
	}
}

// rare are the kinds of events that come seldom.
func (e *engine) rare(kind des.Kind, ref des.Ref) {
	switch kind {
	case eventPlace:
		for {
			c, more := e.links[ref].placeTimers.Expired(e.clock, e.queueing)
			if !more {
				return
			}
			e.ended(c, e.calls.Get(c), noPlace)
		}
	case eventHedge:
		for {
			v, more := e.links[ref].hedges.Expired(e.clock, e.waits)
			if !more {
				return
			}
			e.hedgeNow(v)
		}
	case eventScale:
		e.scale(int(ref))
	case eventStarted:
		e.started(int(ref))
	case eventReturn:
		e.comeBack(ref)
	case eventToken:
		if c := e.calls.Get(ref); c != nil {
			e.itsTurn(ref, c)
		}
	case eventGate:
		e.groups[ref].gated = false
		e.pump(int(ref))
	case eventBound:
		for {
			c, more := e.sources[ref].bound.Expired(e.clock, e.alive)
			if !more {
				return
			}
			e.promise(c)
		}
	case eventStrike:
		e.strike(&e.plan.strikes[ref])
	case eventHeal:
		e.heal(&e.plan.strikes[ref])
	case eventRedeliver:
		if m := e.messages.Get(ref); m != nil {
			e.redeliver(ref, m)
		}
	case eventPoll:
		e.poll(int(ref))
	case eventRebalance:
		e.assign(int(ref))
	case eventPersist:
		if v := e.visits.Get(ref); v != nil {
			e.step(ref, v)
		}
	case eventWoken:
		e.woken(ref)
	case eventWarm:
		e.warm()
	case eventSlice:
		e.tally.slice(e)
		e.clock.After(e.plan.slice, eventSlice, 0)
	}
}

// request starts a request of a source.
func (e *engine) request(source int) {
	s, st := &e.net.sources[source], &e.sources[source]
	st.started++
	now := e.clock.Now()
	e.tally.started(source, now)
	ref, c := e.calls.Add()
	if c == nil {
		e.tally.ended(source, now, now, overflowed, false, false)
		return
	}
	c.source, c.link, c.program = int32(source), int32(s.link), int32(s.program)
	c.began, c.deadline, c.draws = now, des.Forever, st.draws.At(st.started)
	if s.wait > 0 {
		st.bound.Set(e.clock, ref)
	}
	e.place(ref, c)
}

// promise answers a request that it will be done later.
func (e *engine) promise(ref des.Ref) {
	c := e.calls.Get(ref)
	if c.answered {
		return
	}
	c.answered = true
	e.tally.ended(int(c.source), c.began, e.clock.Now(), answered, c.degraded, true)
}
