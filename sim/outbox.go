package sim

import "plumb.dev/plumb/sim/des"

// relay carries what a deployable has written into its outbox for a channel to the
// broker: in order, a batch at a time, until it is acknowledged.
type relay struct {
	name    string
	home    int // station of the deployable, which has to be there
	channel int
	link    int
	program int
	// interval is how often the outbox is looked into; with capture the store's log
	// brings each record after that time instead.
	interval des.Time
	capture  bool
	batch    int
}

// relayState is an outbox during a run.
type relayState struct {
	queue     des.FIFO[record]
	taken     int  // records of the batch under way or to be sent again
	sending   bool // a batch is under way
	armed     bool // a look is in the calendar
	delivered bool // the broker has the batch, whether or not the relay knows
	backlog   des.Level
	batches   uint64
}

// record is a message in an outbox.
type record struct {
	told  des.Time
	draws des.Stream
}

func (r *relayState) reset() {
	r.queue.Reset()
	*r = relayState{queue: r.queue}
}

// stash writes a message into an outbox, in the transaction of what it tells.
func (e *engine) stash(at int, draws des.Stream) {
	st := &e.relays[at]
	now := e.clock.Now()
	if st.queue.Len() >= maxInFlight {
		e.tally.relays[at].Lost++
		return
	}
	st.queue.Push(record{now, draws})
	st.backlog.Add(now, 1)
	e.tally.relays[at].Written++
	e.arm(at)
}

// arm puts the next look into an outbox into the calendar. Outboxes that are looked
// into at an interval are so at its multiples, each at a phase of its own.
func (e *engine) arm(at int) {
	spec, st := &e.net.relays[at], &e.relays[at]
	if st.armed || st.sending || st.queue.Len() == 0 {
		return
	}
	st.armed = true
	now := e.clock.Now()
	if spec.capture || spec.interval == 0 {
		e.clock.After(spec.interval, eventPoll, des.Ref(at))
		return
	}
	phase := spec.interval * des.Time(at) / des.Time(len(e.net.relays))
	e.clock.At((now-phase+spec.interval)/spec.interval*spec.interval+phase, eventPoll, des.Ref(at))
}

// poll takes a batch out of an outbox and sends it.
func (e *engine) poll(at int) {
	spec, st := &e.net.relays[at], &e.relays[at]
	st.armed = false
	if home := &e.stations[spec.home]; home.down > 0 || len(home.up) == 0 {
		st.armed = true
		e.clock.After(max(spec.interval, 10*des.Millisecond), eventPoll, des.Ref(at))
		return
	}
	if st.taken == 0 {
		st.taken, st.delivered = min(st.queue.Len(), spec.batch), false
	}
	ref, c := e.calls.Add()
	if c == nil {
		e.arm(at)
		return
	}
	st.sending = true
	e.tally.relays[at].Batches++
	c.link, c.program, c.source, c.relay = int32(spec.link), int32(spec.program), -1, int32(at)+1
	c.began, c.deadline = e.clock.Now(), des.Forever
	st.batches++
	c.draws = e.batches.At(uint64(at)<<40 | st.batches)
	e.place(ref, c)
}

// carry hands the batch of an outbox to the groups of its channel. A batch that comes
// again, because its acknowledgement was lost, is handed on again.
func (e *engine) carry(at int) {
	spec, st := &e.net.relays[at], &e.relays[at]
	again := st.delivered
	st.delivered = true
	for i := range st.taken {
		r := st.queue.At(i)
		e.publish(spec.channel, r.draws, r.told, again)
	}
}

// carried is the end of an attempt to send a batch.
func (e *engine) carried(at int, o outcome) {
	st := &e.relays[at]
	st.sending = false
	now := e.clock.Now()
	if o != answered {
		e.tally.relays[at].Failed++
		e.arm(at)
		return
	}
	n := &e.tally.relays[at]
	more := st.queue.Len() > st.taken
	for ; st.taken > 0; st.taken-- {
		r, _ := st.queue.Pop()
		st.backlog.Add(now, -1)
		n.stays += now - r.told
		if now >= e.plan.warm {
			n.delay.Record(now - r.told)
		}
		n.Sent++
	}
	for _, g := range e.net.channels[e.net.relays[at].channel].groups {
		e.drain(g)
	}
	if more && st.queue.Len() >= e.net.relays[at].batch {
		e.poll(at) // what is full is followed at once
		return
	}
	e.arm(at)
}
