package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// Bursts make requests come more unevenly than independent ones do, at the same rate on
// average: the load of all flows rises together for random times (a Markov-modulated
// Poisson process with two states), and requests come several at a time. The zero
// Bursts leave them independent.
type Bursts struct {
	// Factor is the load during a burst as a multiple of the mean; Share the share of the
	// time that bursts take, so that Factor x Share is at most 1; Length is how long one
	// lasts on average.
	Factor float64       `json:"factor,omitempty"`
	Share  float64       `json:"share,omitempty"`
	Length time.Duration `json:"length,omitempty"`
	// Batch is how many requests come at a time on average (geometric), 0 for one.
	Batch float64 `json:"batch,omitempty"`
}

const burstsExample = "bursty 5x for 2s 10%"

// ParseBursts reads the words of uneven arrivals, and adds them to those before:
//
//	bursty 5x for 2s 10%     bursts of five times the load, 2 s on average, a tenth of the time
//	batches of 20            20 requests at a time on average
func ParseBursts(b Bursts, text string) (Bursts, error) {
	words := strings.Fields(text)
	var err error
	switch {
	case len(words) == 5 && words[0] == "bursty" && words[2] == "for":
		if b.Factor, err = timesOver(words[1], "the load", burstsExample); err != nil {
			return b, err
		}
		if b.Length, err = lastingTime(words[3], text, longest); err != nil {
			return b, err
		}
		if b.Share, err = fact.ParseShare(words[4]); err != nil {
			return b, err
		}
	case len(words) == 3 && words[0] == "batches" && words[1] == "of":
		if b.Batch, err = strconv.ParseFloat(words[2], 64); err != nil {
			return b, refuse("write it like: batches of 20", "%q is no number of requests at a time", words[2])
		}
	default:
		return b, refuse("write it like: "+burstsExample+", or: batches of 20", "%q does not say how unevenly requests come", text)
	}
	if why := b.wrong(); why != "" {
		return b, refuse("write it like: "+burstsExample+", or: batches of 20", "%s", why)
	}
	return b, nil
}

// uneven reports whether a shape's words are about uneven arrivals.
func uneven(text string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return word == "bursty" || word == "batches"
}

// AddShape reads the words of a scenario's shape: how its load changes (ParseShape) or
// how unevenly it comes (ParseBursts).
func (s *Scenario) AddShape(text string) error {
	if uneven(text) {
		b, err := ParseBursts(s.Bursts, text)
		if err == nil {
			s.Bursts = b
		}
		return err
	}
	points, err := ParseShape(s.Shape, text)
	if err == nil {
		s.Shape = points
	}
	return err
}

// wrong says what is wrong with the numbers, "" when nothing is.
func (b *Bursts) wrong() string {
	switch {
	case b.Batch != 0 && !(b.Batch >= 1 && b.Batch <= 1e4):
		return fmt.Sprintf("requests come one to ten thousand at a time, not %g", b.Batch)
	case b.Factor == 0 && b.Share == 0 && b.Length == 0:
		return ""
	case !(b.Factor >= 1):
		return fmt.Sprintf("a burst is at least the load itself, not %g times of it", b.Factor)
	case !(b.Share > 0 && b.Share < 1):
		return fmt.Sprintf("bursts take more than none and less than all of the time, not %s", fact.FormatShare(b.Share))
	case b.Length < time.Millisecond:
		return "a burst lasts a millisecond or longer"
	case b.Factor*b.Share > 1:
		return fmt.Sprintf("bursts of %g times the load for %s of the time are more than all of it", b.Factor, fact.FormatShare(b.Share))
	}
	return ""
}

// phases are the bursts of a replication as a source comes to know them: the same for
// all sources, each of which asks for later and later times.
type phases struct {
	factor, calm   float64
	burst, between des.Dist
	draws          des.Stream
	bursting       bool
	until          des.Time
}

func (p *phases) reset(b *Bursts, draws des.Stream) {
	length := float64(b.Length)
	*p = phases{
		factor: b.Factor, calm: (1 - b.Factor*b.Share) / (1 - b.Share), draws: draws,
		burst: des.Exponential(des.Time(length)), between: des.Exponential(des.Time(length * (1 - b.Share) / b.Share)),
	}
	p.bursting = !p.draws.Chance(b.Share) // the first phase is the other one
}

// at is the factor of the load at a time.
func (p *phases) at(t des.Time) float64 {
	for t >= p.until {
		p.bursting = !p.bursting
		d := &p.between
		if p.bursting {
			d = &p.burst
		}
		p.until += max(d.Sample(&p.draws), 1)
	}
	if p.bursting {
		return p.factor
	}
	return p.calm
}

// arriving is how many requests come at a time.
func (b *Bursts) arriving(draws *des.Stream) int {
	n := 1
	for b.Batch > 1 && draws.Chance(1-1/b.Batch) {
		n++
	}
	return n
}
