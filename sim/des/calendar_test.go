package des_test

import (
	"testing"

	"plumb.dev/plumb/sim/des"
)

// heap is the oracle: a plain 4-ary heap on (time, order of scheduling).
type heap struct {
	items []pending
	order int
}

type pending struct {
	at    des.Time
	order int
	ref   des.Ref
}

func (p pending) before(q pending) bool {
	return p.at < q.at || (p.at == q.at && p.order < q.order)
}

func (h *heap) push(at des.Time, ref des.Ref) {
	h.items = append(h.items, pending{at, h.order, ref})
	h.order++
	for i := len(h.items) - 1; i > 0; {
		parent := (i - 1) / 4
		if !h.items[i].before(h.items[parent]) {
			break
		}
		h.items[i], h.items[parent] = h.items[parent], h.items[i]
		i = parent
	}
}

func (h *heap) pop() pending {
	top := h.items[0]
	last := len(h.items) - 1
	h.items[0] = h.items[last]
	h.items = h.items[:last]
	for i := 0; ; {
		least := i
		for child := 4*i + 1; child <= 4*i+4 && child < last; child++ {
			if h.items[child].before(h.items[least]) {
				least = child
			}
		}
		if least == i {
			return top
		}
		h.items[i], h.items[least] = h.items[least], h.items[i]
		i = least
	}
}

// spans are the increments between events that stress an event set: equal
// times, neighbours, wide and bimodal ranges.
func span(s *des.Stream) des.Time {
	switch s.Below(5) {
	case 0:
		return 0
	case 1:
		return des.Time(s.Below(3))
	case 2:
		return des.Time(s.Below(1000))
	case 3:
		return des.Seconds(s.Exp() * 1e-3)
	default:
		return des.Seconds(s.Exp() * 100)
	}
}

func TestEventsComeInTimeOrderFirstScheduledFirst(t *testing.T) {
	for seed := range uint64(50) {
		s := des.NewStream(seed)
		calendar := des.NewCalendar(des.Forever, 1<<62)
		var oracle heap
		ref := des.Ref(0)
		schedule := func() {
			at := calendar.Now() + span(&s)
			calendar.At(at, 0, ref)
			oracle.push(at, ref)
			ref++
		}
		for range 1 + s.Below(300) {
			schedule()
		}
		for range 3000 {
			if calendar.Len() != len(oracle.items) {
				t.Fatalf("seed %d: %d pending, want %d", seed, calendar.Len(), len(oracle.items))
			}
			if len(oracle.items) == 0 {
				schedule()
			}
			want := oracle.pop()
			e, ok := calendar.Next()
			if !ok || e.At != want.at || e.Ref() != want.ref || calendar.Now() != want.at {
				t.Fatalf("seed %d: got %d at %d, want %d at %d", seed, e.Ref(), e.At, want.ref, want.at)
			}
			for range s.Below(3) {
				schedule()
			}
		}
	}
}

// A run that stopped at its end goes on with what is scheduled then, before and
// after what had been waiting beyond that end.
func TestExtendedRunsKeepTheOrder(t *testing.T) {
	for seed := range uint64(50) {
		s := des.NewStream(seed, 1)
		calendar := des.NewCalendar(0, 1<<62)
		var oracle heap
		ref := des.Ref(0)
		until := des.Time(0)
		for range 300 {
			for range s.Below(60) {
				at := calendar.Now() + span(&s)
				calendar.At(at, 0, ref)
				oracle.push(at, ref)
				ref++
			}
			until += span(&s)
			calendar.Extend(until, 1<<62)
			for len(oracle.items) > 0 && oracle.items[0].at <= until {
				want := oracle.pop()
				if e, ok := calendar.Next(); !ok || e.At != want.at || e.Ref() != want.ref {
					t.Fatalf("seed %d: got %d at %d, want %d at %d", seed, e.Ref(), e.At, want.ref, want.at)
				}
			}
			if e, ok := calendar.Next(); ok {
				t.Fatalf("seed %d: got an event at %d beyond the end at %d", seed, e.At, until)
			}
		}
	}
}

func TestEventKeepsWhatItWasScheduledWith(t *testing.T) {
	calendar := des.NewCalendar(des.Forever, 10)
	calendar.At(des.Forever, 255, 1<<56-1)
	calendar.At(0, 0, 0)
	if e, _ := calendar.Next(); e.Kind() != 0 || e.Ref() != 0 || e.At != 0 {
		t.Errorf("got kind %d, ref %d at %d", e.Kind(), e.Ref(), e.At)
	}
	if e, _ := calendar.Next(); e.Kind() != 255 || e.Ref() != 1<<56-1 || e.At != des.Forever {
		t.Errorf("got kind %d, ref %d at %d", e.Kind(), e.Ref(), e.At)
	}
}

func TestPastAndOverflowingTimesStayInRange(t *testing.T) {
	calendar := des.NewCalendar(des.Forever, 10)
	calendar.At(des.Second, 0, 0)
	calendar.Next()
	calendar.At(-5, 1, 0)
	calendar.At(des.Millisecond, 2, 0)
	calendar.After(des.Forever, 4, 0)
	calendar.After(-des.Second, 3, 0)
	for want := des.Kind(1); want <= 3; want++ {
		if e, ok := calendar.Next(); !ok || e.Kind() != want || e.At != des.Second {
			t.Errorf("got kind %d at %v, want %d now", e.Kind(), e.At, want)
		}
	}
	if e, ok := calendar.Next(); !ok || e.At != des.Forever {
		t.Errorf("a delay beyond the end of time came at %d", e.At)
	}
}

func TestRunEndsAtItsBounds(t *testing.T) {
	tick := func(c *des.Calendar) des.Stop {
		c.At(0, 0, 0)
		for {
			if _, ok := c.Next(); !ok {
				return c.Stopped()
			}
			c.After(des.Millisecond, 0, 0)
		}
	}
	calendar := des.NewCalendar(des.Second, 1<<40)
	if stop := tick(calendar); stop != des.Horizon || calendar.Done() != 1001 {
		t.Errorf("after a second: %v, %d events", stop, calendar.Done())
	}
	calendar.Extend(2*des.Second, 1<<40)
	for range 1000 {
		if _, ok := calendar.Next(); !ok {
			t.Fatal("an extended run did not go on")
		}
		calendar.After(des.Millisecond, 0, 0)
	}
	if _, ok := calendar.Next(); ok || calendar.Now() != 2*des.Second {
		t.Errorf("an extended run went on to %v", calendar.Now())
	}

	calendar.Reset(des.Forever, 123_456)
	if stop := tick(calendar); stop != des.Budget || calendar.Done() != 123_456 {
		t.Errorf("with a budget: %v after %d events", stop, calendar.Done())
	}

	calendar.Reset(des.Forever, 1<<62)
	if _, ok := calendar.Next(); ok || calendar.Stopped() != des.Idle {
		t.Errorf("without events: %v", calendar.Stopped())
	}

	done := make(chan struct{})
	close(done)
	calendar.Reset(des.Forever, 1<<62)
	calendar.Interrupt(done)
	if stop := tick(calendar); stop != des.Interrupted {
		t.Errorf("interrupted: %v", stop)
	}
}

func TestBudgetBoundsModelsThatStandStill(t *testing.T) {
	// Two events that schedule each other without time passing.
	calendar := des.NewCalendar(des.Second, 100_000)
	calendar.At(0, 0, 0)
	for {
		e, ok := calendar.Next()
		if !ok {
			break
		}
		calendar.After(0, e.Kind()^1, 0)
	}
	if calendar.Stopped() != des.Budget || calendar.Now() != 0 {
		t.Errorf("%v at %v", calendar.Stopped(), calendar.Now())
	}
}
