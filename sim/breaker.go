package sim

import "plumb.dev/plumb/sim/des"

// breakerSpec is a circuit breaker's parameters, with the names of production
// libraries. The zero breakerSpec is no breaker.
type breakerSpec struct {
	window windowKind
	// calls is the length of a count window, or the number of failures in a row
	// that trips.
	calls int
	span  des.Time // of a timed window
	// least calls must be in the window before it is judged.
	least     int
	threshold float64 // share of failures that trips, 0..1
	open      des.Time
	// probes is how many calls are let through half-open, and after how many results
	// it is decided.
	probes int
	// permit is after how long a half-open permit whose call told nothing is
	// given again; 0 means never, as some libraries do.
	permit des.Time
}

type windowKind uint8

const (
	noBreaker   windowKind = iota
	countWindow            // the last calls
	timeWindow             // the last span, in ten slices
	consecutive            // failures in a row; one failure half-open opens again
)

type breakerState uint8

const (
	closed breakerState = iota
	open
	halfOpen
)

const slices10 = 10

// breaker is the state of a circuit breaker. It changes lazily: an open breaker is
// left when a call comes after its time.
type breaker struct {
	state      breakerState
	generation uint32 // of the state; results of calls of an older one are ignored
	until      des.Time

	results []bool // ring of a count window; true for failures
	next    int
	total   int
	bad     int
	slices  [slices10]struct{ total, bad int }
	slice   int64 // number of the newest slice

	permits  int // left half-open
	lastGive des.Time

	opened   int // how often it opened
	openTime des.Time
	since    des.Time
}

func (b *breaker) reset(s *breakerSpec) {
	results := b.results[:0]
	if s.window == countWindow && cap(results) < s.calls {
		results = make([]bool, 0, s.calls)
	}
	*b = breaker{results: results}
}

// admits reports whether a call may pass, and takes a permit half-open.
func (b *breaker) admits(s *breakerSpec, now des.Time) bool {
	if s.window == noBreaker {
		return true
	}
	if b.state == open {
		if now < b.until {
			return false
		}
		b.to(halfOpen, s, now)
	}
	if b.state == halfOpen {
		if b.permits == 0 && s.permit > 0 && now-b.lastGive >= s.permit {
			b.permits = max(s.probes, 1) - b.total
		}
		if b.permits == 0 {
			return false
		}
		b.permits--
		b.lastGive = now
	}
	return true
}

// to changes the state; the time of an open one is added up.
func (b *breaker) to(state breakerState, s *breakerSpec, now des.Time) {
	if b.state == open {
		b.openTime += now - b.since
	}
	b.state = state
	b.generation++
	b.total, b.bad, b.next, b.results = 0, 0, 0, b.results[:0]
	b.slices = [slices10]struct{ total, bad int }{}
	switch state {
	case open:
		b.until, b.since = now+s.open, now
		b.opened++
	case halfOpen:
		b.permits = max(s.probes, 1)
		b.lastGive = now
	}
}

// record takes the result of a call admitted in a generation. A result that tells
// nothing gives its permit back.
func (b *breaker) record(s *breakerSpec, now des.Time, generation uint32, o outcome) {
	if s.window == noBreaker || generation != b.generation {
		return
	}
	bad := harmful.has(o)
	if !bad && o != answered {
		if b.state == halfOpen {
			b.permits++
		}
		return
	}
	if b.state == halfOpen {
		b.probed(s, now, bad)
		return
	}
	if b.state == closed && b.counts(s, now, bad) {
		b.to(open, s, now)
	}
}

// probed judges a half-open breaker when all its probes told something.
func (b *breaker) probed(s *breakerSpec, now des.Time, bad bool) {
	b.total++
	if bad {
		b.bad++
	}
	switch {
	case s.window == consecutive && bad:
		b.to(open, s, now)
	case b.total < max(s.probes, 1):
	case s.window != consecutive && float64(b.bad) >= s.threshold*float64(b.total):
		b.to(open, s, now)
	default:
		b.to(closed, s, now)
	}
}

// counts adds a result to the window and reports whether it trips.
func (b *breaker) counts(s *breakerSpec, now des.Time, bad bool) bool {
	switch s.window {
	case consecutive:
		b.bad++
		if !bad {
			b.bad = 0
		}
		return b.bad >= s.calls
	case countWindow:
		b.push(s, bad)
	case timeWindow:
		b.pass(s, now)
		at := &b.slices[b.slice%slices10]
		at.total++
		b.total++
		if bad {
			at.bad++
			b.bad++
		}
	}
	return b.total >= max(s.least, 1) && float64(b.bad) >= s.threshold*float64(b.total) && b.bad > 0
}

func (b *breaker) push(s *breakerSpec, bad bool) {
	if len(b.results) < max(s.calls, 1) {
		b.results = append(b.results, bad)
		b.total++
	} else {
		if b.results[b.next] {
			b.bad--
		}
		b.results[b.next] = bad
		b.next = (b.next + 1) % len(b.results)
	}
	if bad {
		b.bad++
	}
}

// pass leaves the slices that are out of the window.
func (b *breaker) pass(s *breakerSpec, now des.Time) {
	current := int64(now / max(s.span/slices10, 1))
	for n := min(current-b.slice, slices10); n > 0; n-- {
		old := &b.slices[(current-n+1)%slices10]
		b.total -= old.total
		b.bad -= old.bad
		*old = struct{ total, bad int }{}
	}
	b.slice = max(b.slice, current)
}
