package sim

import (
	"fmt"
	"math"
	"time"

	"plumb.dev/plumb/fact"
)

// aftermath is what a fault did to what is answered, and whether that came back.
type aftermath struct {
	before, during, after float64 // shares answered of what ended
	outcome               string  // steady, unaffected, recovers, stuck, unknown
	recovers              float64 // seconds after the fault's end; meaningful when it recovers
	why                   string
}

// wellAgain is the share of what was answered before a fault that must be answered again
// for a system to have recovered.
const wellAgain = 0.99

// barely is how much fewer requests may be answered without anybody speaking of it.
const barely = 0.0005

// told is the least number of requests that must have ended in a part of a run for
// its share of answers to be told.
const told = 20

// ended are the requests of a stretch of the timeline, over all replications.
type ended struct{ good, all float64 }

func (e *ended) add(s *Slice, each float64) {
	e.good += s.Good * each
	e.all += (s.Good + s.Failed) * each
}

func (e ended) share() float64 {
	if e.all == 0 {
		return 1
	}
	return e.good / e.all
}

// below reports whether a share is below a bound by more than chance: three standard
// deviations of a binomial share, and a few requests where the bound leaves none.
func (e ended) below(bound float64) bool {
	const few = 5
	return e.all > 0 && e.share() < bound-3*math.Sqrt(bound*(1-bound)/e.all)-few/e.all
}

// aftermath reads the timeline of a result.
func (r *Result) aftermath() aftermath {
	begin, end := r.struck, r.calm
	each := r.sliceTime().Seconds() * float64(r.Replications) // rates to counts
	between := func(from, to time.Duration) (e ended) {
		for i := range r.Timeline {
			if s := &r.Timeline[i]; s.At >= from && s.At+r.sliceTime() <= to {
				e.add(s, each) // what lies within
			}
		}
		return e
	}
	until := r.Scenario.WarmUp + r.Scenario.For
	if len(r.Scenario.Faults) == 0 {
		all := between(r.Scenario.WarmUp, until)
		return aftermath{before: all.share(), outcome: "steady"}
	}
	before, during, after := between(r.Scenario.WarmUp, begin), between(begin, end), between(end, until+r.sliceTime())
	last := between(until-(until-end)/3, until+r.sliceTime())
	m := aftermath{before: before.share(), during: during.share(), after: last.share(), outcome: "unknown"}
	if during.all < told || after.all < told {
		m.why = fmt.Sprintf("%d requests ended while it lasted and %d after it", int(math.Round(during.all)), int(math.Round(after.all)))
		return m
	}
	if end >= until {
		m.why = "the run ends with the fault"
		return m
	}
	bound := wellAgain * m.before
	if !during.below(m.before-barely) && !after.below(m.before-barely) {
		m.outcome = "unaffected"
		return m
	}
	m.recovery(r, end, bound, each)
	return m
}

// recovery finds the moment from which on no stretch of the timeline falls below the
// bound, in stretches that are long enough to tell.
func (m *aftermath) recovery(r *Result, end time.Duration, bound, each float64) {
	well, tail := time.Duration(-1), ended{}
	for i := len(r.Timeline) - 1; i >= 0 && r.Timeline[i].At+r.sliceTime() > end; i-- {
		s := &r.Timeline[i]
		tail.add(s, each)
		if tail.all < told {
			continue
		}
		if tail.below(bound) {
			break
		}
		well, tail = max(s.At, end), ended{}
	}
	if well >= 0 {
		m.outcome, m.recovers = "recovers", (well - end).Seconds()
		return
	}
	m.outcome = "stuck"
	first, last := r.waitingAt(end), r.Timeline[len(r.Timeline)-1].Waiting
	m.why = fmt.Sprintf("%s after the fault %s are answered", fact.FormatSeconds((r.Scenario.WarmUp + r.Scenario.For - end).Seconds()), fact.FormatShare(m.after))
	switch {
	case last < 0.9*first:
		m.why += fmt.Sprintf("; %.3g wait, %.3g did at its end: it comes back more slowly than was simulated", last, first)
	case last > 1:
		m.why += fmt.Sprintf("; %.3g wait, and do not get fewer", last)
	}
}

func (r *Result) waitingAt(at time.Duration) float64 {
	for _, s := range r.Timeline {
		if s.At+r.sliceTime() > at {
			return s.Waiting
		}
	}
	return 0
}

// sliceTime is the length of the slices of the timeline.
func (r *Result) sliceTime() time.Duration {
	if len(r.Timeline) < 2 {
		return r.Scenario.WarmUp + r.Scenario.For
	}
	return r.Timeline[1].At - r.Timeline[0].At
}
