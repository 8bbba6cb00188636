package sim

import "plumb.dev/plumb/sim/des"

// strike is a fault at one station or on one link.
type strike struct {
	at, until des.Time // until is Forever when it does not end
	kind      FaultKind
	station   int
	link      int     // partition
	cache     int     // flush
	channel   int     // poison, hot-key
	requests  bool    // partition: requests over the link are lost
	answers   bool    // partition: answers over the link are lost
	count     int     // kill: replicas; slow, errors: only so many of them, 0 for all
	factor    float64 // slow: of service times; errors: share
}

// strike begins a fault.
func (e *engine) strike(s *strike) {
	st := &e.stations[s.station]
	for g := range e.groups {
		if st := &e.groups[g]; st.before < 0 {
			st.before = st.backlog.Value()
			st.outside, _ = e.outside(e.net.groups[g].channel)
		}
	}
	switch s.kind {
	case Partition:
		e.cut(s, 1)
	case Poison:
		e.channels[s.channel].poison += s.count
	case HotKey:
		e.channels[s.channel].hotShare = s.factor
	case Flush:
		for i := range e.caches[s.cache].copies {
			e.caches[s.cache].copies[i].flush()
		}
	case Kill:
		for range s.count {
			if len(st.up) == 0 {
				return
			}
			e.kill(s.station, st.up[0])
		}
	case Slow:
		if s.count > 0 {
			st.sicken(s.count, s.factor, 0)
			return
		}
		st.slow *= s.factor
	case Errors:
		if s.count > 0 {
			st.sicken(s.count, 1, s.factor)
			return
		}
		st.errors = max(st.errors, s.factor)
	case Down:
		st.down++
		e.turnOut(s.station)
	case Hang:
		st.stalled++
	}
}

// heal ends a fault.
func (e *engine) heal(s *strike) {
	st := &e.stations[s.station]
	switch s.kind {
	case Partition:
		e.cut(s, -1)
	case HotKey:
		e.channels[s.channel].hotShare = 0
	case Kill:
		for i, left := 0, s.count; i < len(st.replicas) && left > 0; i++ {
			if r := &st.replicas[i]; !r.up && !r.off {
				r.up, r.outlier.ejected = true, false
				st.up = append(st.up, int32(i))
				left--
			}
		}
	case Slow:
		if s.count > 0 {
			st.sicken(s.count, 1/s.factor, 0)
			return
		}
		st.slow /= s.factor
	case Errors:
		if s.count > 0 {
			st.sicken(s.count, 1, -s.factor)
			return
		}
		st.errors = e.net.stations[s.station].errors
	case Down:
		st.down--
	case Hang:
		st.stalled--
		for i := range st.replicas {
			e.dispatch(st, &st.replicas[i])
		}
	}
	e.resumed()
	if e.striking--; e.striking > 0 {
		return
	}
	now := e.clock.Now()
	for g := range e.groups {
		e.groups[g].over = now
		e.drain(g)
	}
}

// sicken makes the first replicas of a station slower by a factor and adds a share of
// errors to their answers.
func (s *stationState) sicken(count int, factor, errors float64) {
	s.uneven = true
	for i := range min(count, len(s.replicas)) {
		r := &s.replicas[i]
		r.slow *= factor
		r.errors = max(r.errors+errors, 0)
	}
}

// kill takes a replica away with all it has: its callers see the connection break.
func (e *engine) kill(at int, replica int32) {
	st := &e.stations[at]
	r := &st.replicas[replica]
	r.up = false
	for i, up := range st.up {
		if up == replica {
			st.up = append(st.up[:i], st.up[i+1:]...)
			break
		}
	}
	e.empty(at, replica)
	e.lostReplica(at, replica)
	e.left(at)
}

// turnOut ends everything at a station.
func (e *engine) turnOut(at int) {
	for i := range e.stations[at].replicas {
		e.empty(at, int32(i))
	}
}

// empty ends what waits and runs at a replica. What runs at a station without a
// limit of workers (somebody else's system) is on its way out already and ends.
func (e *engine) empty(at int, replica int32) {
	st := &e.stations[at]
	r := &st.replicas[replica]
	n := &st.n
	now := e.clock.Now()
	for waiting := r.queue.Len(); waiting > 0; waiting-- {
		ref, _ := r.queue.Pop()
		v := e.visits.Get(ref)
		v.queued = false
		st.waiting.Add(now, -1)
		n.turnedAway(unreachable)
		n.stayed(now - v.arrived)
		e.reply(ref, v, unreachable)
	}
	for len(r.running) > 0 {
		ref := r.running[len(r.running)-1]
		e.cancelChildren(ref)
		v := e.visits.Get(ref)
		e.forsake(v, unreachable)
		if v.saga != 0 {
			e.takeOver(v, false)
		}
		n.Aborted++
		n.stayed(now - v.arrived)
		e.release(v)
		e.reply(ref, v, unreachable)
	}
}

// cut changes by how many partitions a link is cut. With the last of them gone, the
// connections that lost something turn out to be broken.
func (e *engine) cut(s *strike, by int) {
	l := &e.links[s.link]
	if s.requests {
		l.cutThere += by
	}
	if s.answers {
		l.cutBack += by
	}
	for l.cutThere+l.cutBack == 0 {
		ref, ok := l.lost.Pop()
		if !ok {
			return
		}
		if v := e.visits.Get(ref); v != nil {
			v.outcome = unreachable
			e.deliverReply(ref, v, l)
		}
	}
}

// lose makes a request or an answer one that never arrives: its caller waits until
// its timeout, or until the network is whole again.
func (e *engine) lose(l *linkState, ref des.Ref, v *visit) {
	v.lost = true
	for {
		front, ok := l.lost.Front()
		if !ok || e.visits.Alive(front) {
			break
		}
		l.lost.Pop()
	}
	l.lost.Push(ref)
}
