package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// groupState is a consumer group during a run.
type groupState struct {
	queue   des.FIFO[des.Ref]
	working int
	backlog des.Level // messages not yet done, without those that wait to be tried again
	pumping bool
}

// publish hands a message to the groups of a channel.
func (e *engine) publish(channel int, draws des.Stream) {
	for _, g := range e.net.channels[channel].groups {
		spec := &e.net.groups[g]
		own := draws.At(uint64(g))
		n := math.Floor(spec.share)
		if f := spec.share - n; f > 0 && own.Chance(f) {
			n++
		}
		for i := range int(n) {
			e.tally.groups[g].Published++
			ref, m := e.messages.Add()
			if m == nil {
				e.tally.groups[g].Lost++
				continue
			}
			m.group, m.published, m.draws = int32(g), e.clock.Now(), own.At(uint64(i))
			e.enqueue(g, ref)
		}
	}
}

// enqueue puts a message behind those of its group.
func (e *engine) enqueue(g int, ref des.Ref) {
	st := &e.groups[g]
	st.queue.Push(ref)
	st.backlog.Add(e.clock.Now(), 1)
	e.pump(g)
}

// pump gives waiting messages to free consumers.
func (e *engine) pump(g int) {
	spec, st := &e.net.groups[g], &e.groups[g]
	if st.pumping {
		return
	}
	st.pumping = true
	defer func() { st.pumping = false }()
	for spec.workers == 0 || st.working < spec.workers {
		ref, ok := st.queue.Pop()
		if !ok {
			return
		}
		e.consume(spec, st, ref)
	}
}

func (e *engine) consume(spec *group, st *groupState, ref des.Ref) {
	cref, c := e.calls.Add()
	m := e.messages.Get(ref)
	if c == nil {
		e.tally.groups[m.group].Lost++
		st.backlog.Add(e.clock.Now(), -1)
		e.messages.End(ref)
		return
	}
	m.attempts++
	st.working++
	c.link, c.program, c.source, c.message = int32(spec.link), int32(spec.program), -1, ref
	c.began, c.deadline, c.draws = e.clock.Now(), des.Forever, m.draws.At(uint64(m.attempts))
	e.place(cref, c)
}

// consumed is the end of an attempt to work on a message: it is done, or tried
// again later, or given up as a dead letter.
func (e *engine) consumed(ref des.Ref, o outcome) {
	m := e.messages.Get(ref)
	g := int(m.group)
	spec, st := &e.net.groups[g], &e.groups[g]
	n := &e.tally.groups[g]
	now := e.clock.Now()
	st.working--
	st.backlog.Add(now, -1)
	switch {
	case o == answered:
		n.done(now-m.published, m.published >= e.plan.warm)
		e.messages.End(ref)
	case spec.deliver > 0 && int(m.attempts) >= spec.deliver:
		n.Dead++
		e.messages.End(ref)
	default:
		n.Redelivered++
		wait := des.Second
		if len(spec.backoffs) > 0 {
			wait = spec.backoffs[min(int(m.attempts), len(spec.backoffs))-1]
		}
		e.clock.After(wait, eventRedeliver, ref)
	}
	e.pump(g)
}
