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
// numbered by the highest bit in which its time differs from the present, and
// only the first bucket in use is ever opened and spread over the lower ones.
// It needs no tuning, its cost grows with the logarithm of the span of times
// and not with the number of events, and equal times share a bucket from
// beginning to end, which keeps them in order without a sequence number.
type Calendar struct {
	buckets [64][]Event // buckets[0] has the events of the present, from head on
	used    uint64      // bit b: buckets[b] is not empty, for b > 0
	head    int
	now     Time

	until      Time
	done       uint64 // events handed out
	limit      uint64
	checkpoint uint64 // the next count of events at which limit and interrupt are looked at
	interrupt  <-chan struct{}
	stop       Stop
}

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
	*c = Calendar{buckets: c.buckets, until: until, limit: events}
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
	n := len(c.buckets[0]) - c.head
	for used := c.used &^ 1; used != 0; used &= used - 1 {
		n += len(c.buckets[bits.TrailingZeros64(used)])
	}
	return n
}

// At schedules an event. A time in the past counts as the present.
func (c *Calendar) At(t Time, kind Kind, ref Ref) {
	if t < c.now {
		t = c.now
	}
	b := bits.Len64(uint64(t^c.now)) & 63 // the mask spares a bounds check
	c.buckets[b] = append(c.buckets[b], Event{t, uint64(kind)<<refBits | uint64(ref)&(1<<refBits-1)})
	c.used |= 1 << b
}

// After schedules an event a delay from now.
func (c *Calendar) After(delay Time, kind Kind, ref Ref) { c.At(c.now.plus(delay), kind, ref) }

// Next hands out the next event and moves the present to its time. It answers
// false when the run is over; Stopped then says why.
func (c *Calendar) Next() (Event, bool) {
	if c.done >= c.checkpoint && !c.proceed() {
		return Event{}, false
	}
	if c.head < len(c.buckets[0]) {
		e := c.buckets[0][c.head]
		c.head++
		c.done++
		return e, true
	}
	return c.advance()
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

// advance moves the present to the earliest pending event, spreads its bucket
// over the lower ones, in order, and hands that event out.
func (c *Calendar) advance() (Event, bool) {
	c.buckets[0] = c.buckets[0][:0]
	c.head = 0
	c.used &^= 1
	if c.used == 0 {
		c.stop = Idle
		return Event{}, false
	}
	first := bits.TrailingZeros64(c.used) & 63
	bucket := c.buckets[first]
	earliest := 0
	for i := 1; i < len(bucket); i++ {
		if bucket[i].At < bucket[earliest].At {
			earliest = i
		}
	}
	e := bucket[earliest]
	if e.At > c.until {
		c.stop = Horizon
		return Event{}, false
	}
	c.now = e.At
	c.buckets[first] = bucket[:0]
	c.used &^= 1 << first
	// The first of the earliest is handed out at once; those of equal time
	// come after it and so stay in order.
	for i, other := range bucket {
		if i == earliest {
			continue
		}
		b := bits.Len64(uint64(other.At^e.At)) & 63
		c.buckets[b] = append(c.buckets[b], other)
		c.used |= 1 << b
	}
	c.done++
	return e, true
}
