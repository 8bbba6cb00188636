package des

import "math/bits"

// Kind tells a model's events apart.
type Kind uint8

// Ref is what an event is about: a Slab's reference, or any number of the
// model's below 2^56. A Slab never hands out 0.
type Ref uint64

const refBits = 56

// Event is something that happens At a time.
type Event struct {
	At   Time
	word uint64 // kind in the upper 8 bits, reference below
}

func newEvent(t Time, kind Kind, ref Ref) Event {
	return Event{t, uint64(kind)<<refBits | uint64(ref)&(1<<refBits-1)}
}

// Kind is the kind the event was scheduled with.
func (e Event) Kind() Kind { return Kind(e.word >> refBits) }

// Ref is the reference the event was scheduled with.
func (e Event) Ref() Ref { return Ref(e.word & (1<<refBits - 1)) }

// Stop says why a Calendar handed out no more events.
type Stop int

const (
	Running     Stop = iota // it has not stopped
	Idle                    // no event is pending
	Horizon                 // the next event lies beyond the end of the run
	Budget                  // the run has had all its events
	Interrupted             // the run was told to end
)

// Calendar holds the pending events of one run and hands them out in the order
// of their times; events of equal time in the order they were scheduled.
//
// It is a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, JACM 37(2), 1990):
// simulated time never runs backwards, so an event goes into the bucket
// numbered by the highest bit in which its time differs from a base at or
// before it, and only the first bucket in use is ever opened. It needs no
// tuning, its cost grows with the logarithm of the span of times and not with
// the number of events, and equal times share a bucket from beginning to end,
// which keeps them in order without a sequence number.
//
// A bucket with few events is not spread over the lower ones but sorted, as
// the bottom of a ladder queue is (Tang, Goh and Thng, ACM TOMACS 15(3), 2005):
// while it is handed out, what is scheduled for its span of time is inserted.
type Calendar struct {
	front []Event // every event until last, sorted, from head on
	head  int
	last  Time
	now   Time

	buckets [64][]Event // the events after last
	used    uint64      // bit b: buckets[b] is not empty
	base    Time        // the times of the events after last are compared with it

	until      Time
	done       uint64 // events handed out
	limit      uint64
	checkpoint uint64 // the next count of events at which limit and interrupt are looked at
	interrupt  <-chan struct{}
	stop       Stop
}

// few is how many events of a bucket are sorted at once, many how many may wait
// in the sorted front before it is cut off after the present.
const (
	few  = 16
	many = 48
)

// checkEvery is how many events pass between two looks at an interruption.
const checkEvery = 1 << 14

// NewCalendar is an empty calendar at time 0 for a run that ends after until
// or after a number of events, whichever comes first.
func NewCalendar(until Time, events uint64) *Calendar {
	c := &Calendar{}
	c.Reset(until, events)
	return c
}

// Reset empties the calendar for another run and keeps its memory.
func (c *Calendar) Reset(until Time, events uint64) {
	for i := range c.buckets {
		c.buckets[i] = c.buckets[i][:0]
	}
	*c = Calendar{front: c.front[:0], last: -1, buckets: c.buckets, until: until, limit: events}
}

// Interrupt makes the run end soon after done is closed. A run that ends so
// is not reproducible; Stopped tells.
func (c *Calendar) Interrupt(done <-chan struct{}) { c.interrupt = done }

// Extend moves the end of the run to until and allows it events more events,
// for a run that goes on after having stopped.
func (c *Calendar) Extend(until Time, events uint64) {
	c.until = max(until, c.now)
	c.limit = c.done + min(events, 1<<63)
	c.checkpoint = c.done
	c.stop = Running
}

// Now is the present: the time of the last event handed out.
func (c *Calendar) Now() Time { return c.now }

// Done is the number of events handed out so far.
func (c *Calendar) Done() uint64 { return c.done }

// Stopped tells why Next answered false, Running before that.
func (c *Calendar) Stopped() Stop { return c.stop }

// Len is the number of pending events.
func (c *Calendar) Len() int {
	n := len(c.front) - c.head
	for used := c.used; used != 0; used &= used - 1 {
		n += len(c.buckets[bits.TrailingZeros64(used)])
	}
	return n
}

// At schedules an event. A time in the past counts as the present.
func (c *Calendar) At(t Time, kind Kind, ref Ref) { c.add(newEvent(max(t, c.now), kind, ref)) }

// After schedules an event a delay from now.
func (c *Calendar) After(delay Time, kind Kind, ref Ref) {
	c.add(newEvent(c.now.plus(delay), kind, ref))
}

// add puts an event into the front, after those of its time, or into its bucket.
func (c *Calendar) add(e Event) {
	if e.At <= c.last && len(c.front) == cap(c.front) {
		c.makeRoom()
	}
	if e.At > c.last {
		c.keep(e)
		return
	}
	c.front = c.front[:len(c.front)+1]
	front := c.front
	i := len(front) - 1
	// What was handed out already is not after e, so the loop ends there at the latest.
	for ; i > 0 && front[i-1].At > e.At; i-- {
		front[i] = front[i-1]
	}
	front[i] = e
}

// keep puts an event after the front into its bucket.
func (c *Calendar) keep(e Event) {
	b := bits.Len64(uint64(e.At^c.base)) & 63 // the mask spares a bounds check
	c.buckets[b] = append(c.buckets[b], e)
	c.used |= 1 << b
}

// makeRoom drops what was handed out of the front and, when many events are left,
// puts those after the present into buckets.
func (c *Calendar) makeRoom() {
	left := c.front[c.head:]
	if len(left) >= many {
		c.base = max(c.base, c.now)
		c.last = c.base
		n := len(left)
		for n > 0 && left[n-1].At > c.last {
			n--
		}
		for _, e := range left[n:] {
			c.keep(e)
		}
		left = left[:n]
	}
	room := c.front[:0]
	if len(left) >= cap(room)/4*3 { // all of the present
		room = make([]Event, 0, max(4*many/3, 2*cap(room)))
	}
	c.front, c.head = append(room, left...), 0
}

// Next hands out the next event and moves the present to its time. It answers
// false when the run is over; Stopped then says why.
func (c *Calendar) Next() (Event, bool) {
	if c.done >= c.checkpoint && !c.proceed() {
		return Event{}, false
	}
	if c.head >= len(c.front) && !c.open() {
		return Event{}, false
	}
	e := c.front[c.head]
	if e.At > c.until {
		c.stop = Horizon
		return Event{}, false
	}
	c.head++
	c.now = e.At
	c.done++
	return e, true
}

// proceed looks at what may end the run apart from its events.
func (c *Calendar) proceed() bool {
	if c.done >= c.limit {
		c.stop = Budget
		return false
	}
	select {
	case <-c.interrupt:
		c.stop = Interrupted
		return false
	default:
	}
	c.checkpoint = min(c.limit, c.done+checkEvery)
	return true
}

// open makes the first bucket in use the front, or answers false without one. One
// with many events is spread over the lower buckets before.
func (c *Calendar) open() bool {
	c.front, c.head = c.front[:0], 0
	for c.used != 0 {
		b := bits.TrailingZeros64(c.used) & 63
		bucket := c.buckets[b]
		c.buckets[b] = bucket[:0]
		c.used &^= 1 << b
		first := bucket[0].At
		span := Time(1)<<max(b-1, 0) - 1 // of the times of a bucket, which share the bits above
		if len(bucket) > few {
			// Where all times agree in more bits than they must, those are skipped.
			differ := Time(0)
			for _, e := range bucket {
				differ |= e.At ^ first
			}
			span = Time(1)<<bits.Len64(uint64(differ)) - 1
		}
		c.base = first &^ span
		if len(bucket) > few && span > 0 {
			for _, e := range bucket {
				c.keep(e)
			}
			continue
		}
		c.last = c.base | span
		for _, e := range bucket {
			c.add(e)
		}
		return true
	}
	c.stop = Idle
	return false
}
