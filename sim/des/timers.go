package des

// Timers are timeouts of one constant length. Since they expire in the order
// they were set, they wait in a FIFO, and only the foremost one that still
// matters is an event in the calendar: most timeouts are for requests that
// finish in time, and those never cost the calendar anything.
//
// A model has one Timers per length and purpose, schedules nothing itself, and
// answers an event of the timers' kind by calling Expired until it answers
// false. Among events of the same instant, a timeout comes up where its
// calendar event does, which may be later than its setting suggests.
type Timers struct {
	length Time
	kind   Kind
	ref    Ref
	armed  bool // an event is in the calendar
	queue  FIFO[timer]
}

type timer struct {
	at  Time
	ref Ref
}

// NewTimers are timers of the given length whose event in the calendar has
// kind and ref; ref tells several Timers of one kind apart.
func NewTimers(length Time, kind Kind, ref Ref) *Timers {
	return &Timers{length: max(length, 0), kind: kind, ref: ref}
}

// Set starts a timer for what r refers to.
func (t *Timers) Set(c *Calendar, r Ref) {
	at := c.now.plus(t.length)
	t.queue.Push(timer{at, r})
	if !t.armed {
		t.armed = true
		c.At(at, t.kind, t.ref)
	}
}

// Expired takes the next thing whose time has run out and that is still
// alive. When there is none, it answers false and puts the foremost live timer
// into the calendar.
func (t *Timers) Expired(c *Calendar, alive func(Ref) bool) (Ref, bool) {
	for {
		front, ok := t.queue.Front()
		switch {
		case !ok:
			t.armed = false
			return 0, false
		case !alive(front.ref):
			t.queue.Pop()
		case front.at <= c.now:
			t.queue.Pop()
			return front.ref, true
		default:
			t.armed = true
			c.At(front.at, t.kind, t.ref)
			return 0, false
		}
	}
}

// Len is the number of timers set and not yet passed over.
func (t *Timers) Len() int { return t.queue.Len() }

// Reset forgets all timers and keeps the memory; empty the calendar, too.
func (t *Timers) Reset() {
	t.armed = false
	t.queue.Reset()
}
