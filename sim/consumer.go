package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// channelState is a channel during a run.
type channelState struct {
	poison   int     // so many of the messages to come make every handler fail
	hotShare float64 // this share of the messages is about one key
}

// groupState is a consumer group during a run.
type groupState struct {
	queue des.FIFO[des.Ref] // where order does not matter
	parts []partition       // where it is kept within each
	// inHand are the messages worked on by each replica of the consumer's station,
	// working those by all of them.
	inHand  []int32
	working int
	members int       // replicas that partitions were assigned to
	backlog des.Level // messages published and not yet done or given up
	pumping bool
	gated   bool // a look at the gate is in the calendar
	held    bool // a partition waits for a consumer to have a hand free
	turn    int  // the partition that is next to have it
	// before is the backlog when the first fault began, and outside that in the outboxes
	// of the channel; over when the last fault ended, drained when both were down again
	// after that.
	before, outside int64
	over, drained   des.Time
}

// partition of a channel, as a group reads it: one message at a time, in order.
type partition struct {
	queue   des.FIFO[des.Ref]
	current des.Ref // the message worked on or to be tried again; 0 for none
	owner   int32   // replica; -1 for none
	working bool
	busy    bool // being advanced
	waiting bool // the current message is to be tried again later
	backlog des.Level
}

func (g *groupState) reset(spec *group, home *stationState) {
	g.queue.Reset()
	parts, hands := g.parts, g.inHand
	if len(parts) != spec.partitions {
		parts = make([]partition, spec.partitions)
	}
	for i := range parts {
		parts[i].queue.Reset()
		parts[i] = partition{queue: parts[i].queue, owner: home.up[i%len(home.up)]}
	}
	clear(hands)
	*g = groupState{queue: g.queue, parts: parts, inHand: hands, members: len(home.up), before: -1, over: -1, drained: -1}
}

// publish hands a message, told at a time, to the groups of a channel. One that was
// handed on before (again) is known by consumers that keep an inbox.
func (e *engine) publish(channel int, draws des.Stream, told des.Time, again bool) {
	ch, st := &e.net.channels[channel], &e.channels[channel]
	key := draws.At(1 << 20)
	part := 0
	switch {
	case ch.partitions < 2:
	case st.hotShare > 0 && key.Chance(st.hotShare):
	case ch.keys != nil:
		part, _ = ch.keys.draw(&key)
	default:
		part = key.Below(ch.partitions)
	}
	poison := st.poison > 0
	if poison {
		st.poison--
	}
	for _, g := range ch.groups {
		spec := &e.net.groups[g]
		own := draws.At(uint64(g))
		n := math.Floor(spec.share)
		if f := spec.share - n; f > 0 && own.Chance(f) {
			n++
		}
		if again {
			e.tally.groups[g].Repeated += uint64(n)
			if spec.inbox {
				continue
			}
		}
		for i := range int(n) {
			e.tally.groups[g].Published++
			ref, m := e.messages.Add()
			if m == nil {
				e.tally.groups[g].Lost++
				continue
			}
			m.group, m.partition, m.told, m.arrived, m.poison = int32(g), int32(part), told, e.clock.Now(), poison
			m.draws = own.At(uint64(i))
			e.enqueue(g, ref, m)
		}
	}
}

// enqueue puts a new message behind those of its group or partition.
func (e *engine) enqueue(g int, ref des.Ref, m *message) {
	spec, st := &e.net.groups[g], &e.groups[g]
	now := e.clock.Now()
	st.backlog.Add(now, 1)
	if spec.partitions == 0 {
		st.queue.Push(ref)
		e.pump(g)
		return
	}
	p := &st.parts[m.partition]
	p.backlog.Add(now, 1)
	p.queue.Push(ref)
	e.advance(g, int(m.partition))
}

// redeliver tries a message again.
func (e *engine) redeliver(ref des.Ref, m *message) {
	g := int(m.group)
	st := &e.groups[g]
	if e.net.groups[g].partitions == 0 {
		st.queue.Push(ref)
		e.pump(g)
		return
	}
	st.parts[m.partition].waiting = false
	e.advance(g, int(m.partition))
}

// fetches reports whether the consumers of a group get messages: their broker is there,
// and so are they.
func (e *engine) fetches(spec *group) bool {
	broker, home := &e.stations[spec.broker], &e.stations[e.net.links[spec.link].station]
	return broker.down+broker.stalled == 0 && home.down == 0 && len(home.up) > 0 && e.links[spec.link].cutThere == 0
}

// pump gives waiting messages to free consumers.
func (e *engine) pump(g int) {
	spec, st := &e.net.groups[g], &e.groups[g]
	if st.pumping || !e.fetches(spec) {
		return
	}
	home := &e.stations[e.net.links[spec.link].station]
	st.pumping = true
	defer func() { st.pumping = false }()
	if spec.partitions > 0 {
		if len(home.up) > st.members {
			e.assign(g)
		}
		st.held = false
		for i := range st.parts {
			e.advance(g, (st.turn+i)%len(st.parts))
		}
		return
	}
	for st.queue.Len() > 0 {
		replica := st.free(spec, home)
		if replica < 0 || spec.gate > 0 && !e.opens(g) {
			return
		}
		ref, _ := st.queue.Pop()
		e.consume(g, ref, replica)
	}
}

// opens reports whether a call that waits in a queue may leave, and takes its token: its
// bulkhead has a place and its throttle a token. Where it has none the group is looked at
// again when it has.
func (e *engine) opens(g int) bool {
	spec, st := &e.net.groups[g], &e.groups[g]
	s, l := &e.net.links[spec.gate-1], &e.links[spec.gate-1]
	if st.gated || s.bulkhead.most > 0 && st.working >= s.bulkhead.most {
		return false
	}
	if l.throttle.take(&s.throttle, e.clock.Now()) {
		return true
	}
	st.gated = true
	e.clock.After(des.Seconds((1-l.throttle.tokens)/s.throttle.rate)+1, eventGate, des.Ref(g))
	return false
}

// free is the consumer with least to do of those that have a hand free, -1 when none
// has.
func (g *groupState) free(spec *group, home *stationState) int32 {
	best, least := int32(-1), 0
	for _, at := range home.up {
		load := home.replicas[at].load()
		if spec.inFlight > 0 && int(g.hand(at)) >= spec.inFlight || best >= 0 && load >= least {
			continue
		}
		best, least = at, load
	}
	return best
}

// advance begins the next message of a partition, if its consumer is there and has a
// hand free.
func (e *engine) advance(g, part int) {
	spec, st := &e.net.groups[g], &e.groups[g]
	p := &st.parts[part]
	if p.busy {
		return
	}
	p.busy = true
	defer func() { p.busy = false }()
	for !p.working && !p.waiting && e.fetches(spec) {
		home := &e.stations[e.net.links[spec.link].station]
		if p.owner < 0 || !home.replicas[p.owner].up {
			return // until the group is assigned anew
		}
		if spec.inFlight > 0 && int(st.hand(p.owner)) >= spec.inFlight {
			st.held = true
			return
		}
		if p.current == 0 {
			ref, ok := p.queue.Pop()
			if !ok {
				return
			}
			p.current = ref
		}
		p.working = true
		e.consume(g, p.current, p.owner)
	}
}

// hand is how many messages a replica works on.
func (g *groupState) hand(replica int32) int32 {
	for len(g.inHand) <= int(replica) {
		g.inHand = append(g.inHand, 0)
	}
	return g.inHand[replica]
}

// consume starts the work on a message, by a replica of the consumer.
func (e *engine) consume(g int, ref des.Ref, replica int32) {
	spec, st := &e.net.groups[g], &e.groups[g]
	cref, c := e.calls.Add()
	m := e.messages.Get(ref)
	m.replica = replica
	if c == nil {
		e.tally.groups[g].Lost++
		e.settle(g, ref, m)
		return
	}
	m.attempts++
	st.working++
	st.hand(replica)
	st.inHand[replica]++
	c.link, c.program, c.source, c.message = int32(spec.link), int32(spec.program), -1, ref
	c.began, c.deadline, c.draws = e.clock.Now(), des.Forever, m.draws.At(uint64(m.attempts))
	e.place(cref, c)
}

// consumed is the end of an attempt to work on a message: it is done, or tried again
// later, or given up as a dead letter. One whose consumer is gone was not acknowledged:
// the broker hands it on when it notices, without a wait between attempts.
func (e *engine) consumed(ref des.Ref, o outcome) {
	m := e.messages.Get(ref)
	g, part := int(m.group), int(m.partition)
	spec, st := &e.net.groups[g], &e.groups[g]
	n := &e.tally.groups[g]
	st.working--
	st.inHand[m.replica]--
	if m.poison && o == answered {
		o = failed
	}
	home := &e.stations[e.net.links[spec.link].station]
	gone := o == unreachable && (home.down > 0 || !home.replicas[m.replica].up)
	switch {
	case o == answered:
		n.done(e.clock.Now()-m.told, e.clock.Now() >= e.plan.warm)
		e.settle(g, ref, m)
	case gone && spec.partitions > 0:
		n.Redelivered++
		m.attempts--
		st.parts[part].working = false // its next owner begins with it
	case spec.deliver > 0 && int(m.attempts) >= spec.deliver:
		n.Dead++
		e.settle(g, ref, m)
	default:
		n.Redelivered++
		wait := des.Second
		if len(spec.backoffs) > 0 {
			wait = spec.backoffs[min(int(m.attempts), len(spec.backoffs))-1]
		}
		if gone {
			wait = spec.session
		}
		if spec.partitions > 0 {
			p := &st.parts[part]
			p.working, p.waiting = false, true
		}
		e.clock.After(wait, eventRedeliver, ref)
	}
	switch {
	case spec.partitions == 0 || st.held:
		st.turn = part + 1
		e.pump(g)
	default:
		e.advance(g, part)
	}
}

// settle ends a message.
func (e *engine) settle(g int, ref des.Ref, m *message) {
	st := &e.groups[g]
	now := e.clock.Now()
	e.tally.groups[g].stays += now - m.arrived
	st.backlog.Add(now, -1)
	if e.net.groups[g].partitions > 0 {
		p := &st.parts[m.partition]
		p.backlog.Add(now, -1)
		p.current, p.working = 0, false
	}
	e.drain(g)
	e.messages.End(ref)
}

// drain notes when a group has no more before it than when the first fault began, or
// than its consumers have in hand, and the outboxes of its channel no more than then, or
// than a batch each.
func (e *engine) drain(g int) {
	spec, st := &e.net.groups[g], &e.groups[g]
	if st.over < 0 || st.drained >= 0 || st.backlog.Value() > max(st.before, int64(max(spec.inFlight*st.members, 1))) {
		return
	}
	outside, relays := e.outside(spec.channel)
	if outside <= max(st.outside, relays) {
		st.drained = e.clock.Now()
	}
}

// outside is how many messages for a channel are in outboxes, and how many a batch of
// each is.
func (e *engine) outside(channel int) (n, batches int64) {
	for i := range e.relays {
		if spec := &e.net.relays[i]; spec.channel == channel {
			n += e.relays[i].backlog.Value()
			batches += int64(spec.batch)
		}
	}
	return n, batches
}

// assign divides the partitions of a group over the consumers that are there, as evenly
// as whole partitions can be, and lets all go on.
func (e *engine) assign(g int) {
	spec, st := &e.net.groups[g], &e.groups[g]
	up := e.stations[e.net.links[spec.link].station].up
	st.members = len(up)
	for i := range st.parts {
		st.parts[i].owner = -1
		if len(up) > 0 {
			st.parts[i].owner = up[i%len(up)]
		}
	}
	e.pump(g)
}

// regroup divides the messages anew over the replicas of a station that consumes, when
// one has joined or left in good order.
func (e *engine) regroup(station int) {
	for g := range e.groups {
		if e.net.links[e.net.groups[g].link].station == station {
			e.assign(g)
		}
	}
}

// left is a consumer's replica that was killed: its group notices after a time.
func (e *engine) left(station int) {
	for g := range e.net.groups {
		if spec := &e.net.groups[g]; spec.partitions > 0 && e.net.links[spec.link].station == station {
			e.clock.After(spec.session, eventRebalance, des.Ref(g))
		}
	}
}

// resumed lets all consumers go on after a fault has ended.
func (e *engine) resumed() {
	for g := range e.groups {
		e.pump(g)
	}
}
