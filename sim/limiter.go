package sim

import (
	"math"
	"slices"

	"plumb.dev/plumb/sim/des"
)

// limiterSpec is a limit of concurrency that adapts to the times it sees. The zero
// limiterSpec is no limit.
type limiterSpec struct {
	rule           limiterRule
	initial        float64
	least, most    float64
	slow           des.Time // additive: an answer that takes longer lowers the limit
	interval       des.Time // between measurements of the least time; envoyGradient
	requests       int      // of such a measurement
	every          des.Time // between updates of the limit
	buffer, jitter float64
}

type limiterRule uint8

const (
	noLimiter limiterRule = iota
	// envoyGradient compares the median time since the last update with the least time,
	// which is measured from time to time under a limit of the least (Envoy adaptive
	// concurrency: limit x (least + buffer)/median + sqrt(limit)).
	envoyGradient
	// netflixGradient compares each time with a long moving average (Netflix
	// concurrency-limits, Gradient2Limit).
	netflixGradient
	// vegas estimates the queue from the least time seen (Netflix VegasLimit, after TCP
	// Vegas).
	vegas
	// additive adds one while the limit is used and takes a tenth away when a call is
	// dropped or slow (Netflix AIMDLimit).
	additive
)

// The parameters that the libraries come with.
var (
	envoyLimiter = limiterSpec{
		rule: envoyGradient, initial: 3, least: 3, most: 1000, interval: des.Minute, requests: 50, every: 100 * des.Millisecond, buffer: 0.25, jitter: 0.15,
	}
	netflixLimiter  = limiterSpec{rule: netflixGradient, initial: 20, least: 20, most: 200}
	vegasLimiter    = limiterSpec{rule: vegas, initial: 20, least: 1, most: 1000}
	additiveLimiter = limiterSpec{rule: additive, initial: 20, least: 20, most: 200, slow: 5 * des.Second}
)

// limiter is the state of a limit.
type limiter struct {
	limit   float64
	least   float64 // nanoseconds: the least time known, 0 before the first
	long    float64 // netflixGradient: the moving average
	samples []des.Time
	// measuring says that the least time is being measured; until when samples are
	// gathered otherwise, and when the next measurement is due.
	measuring      bool
	until, measure des.Time
	kept           float64 // the limit before a measurement
	probe          int     // vegas: answers until the least time is forgotten
}

func (m *limiter) reset(s *limiterSpec) {
	*m = limiter{limit: s.initial, samples: m.samples[:0], measuring: s.rule == envoyGradient}
	m.kept = m.limit
}

// full reports whether the limit is reached by what is in flight.
func (m *limiter) full(inFlight int) bool { return float64(inFlight) >= math.Floor(m.limit) }

// ended takes the time of a call, how many were in flight with it, and whether it was
// dropped: turned away or timed out.
func (m *limiter) ended(s *limiterSpec, now, took des.Time, inFlight int, dropped bool, draws *des.Stream) {
	t := math.Max(float64(took), 1)
	switch s.rule {
	case envoyGradient:
		if !dropped {
			m.gather(s, now, took, draws)
		}
	case netflixGradient:
		m.gradient(s, t, inFlight)
	case vegas:
		m.vegas(s, t, inFlight, dropped)
	case additive:
		switch {
		case dropped || took > s.slow:
			m.limit *= 0.9
		case 2*float64(inFlight) >= m.limit:
			m.limit++
		}
	}
	m.limit = math.Min(math.Max(m.limit, s.least), s.most)
}

func (m *limiter) gather(s *limiterSpec, now, took des.Time, draws *des.Stream) {
	m.samples = append(m.samples, took)
	if m.measuring {
		if len(m.samples) < s.requests {
			return
		}
		m.least = float64(m.median())
		m.measuring, m.limit = false, m.kept
		m.until = now + s.every
		m.measure = now + s.interval + des.Time(draws.Float64()*s.jitter*float64(s.interval))
		return
	}
	if now < m.until && len(m.samples) < maxSamples {
		return
	}
	g := math.Min(math.Max((m.least*(1+s.buffer))/math.Max(float64(m.median()), 1), 0.5), 2)
	m.limit = m.limit*g + math.Sqrt(m.limit)
	m.until = now + s.every
	if now >= m.measure {
		m.measuring, m.kept, m.limit = true, math.Min(m.limit, s.most), s.least
	}
}

// maxSamples bounds the times of an interval that are kept for their median.
const maxSamples = 1 << 12

// median of the samples, which are forgotten.
func (m *limiter) median() des.Time {
	slices.Sort(m.samples)
	t := m.samples[len(m.samples)/2]
	m.samples = m.samples[:0]
	return t
}

// gradient is Gradient2Limit with its defaults: a long window of 600 samples, a
// tolerance of 1.5, a smoothing of 0.2, room for a queue of 4.
func (m *limiter) gradient(s *limiterSpec, t float64, inFlight int) {
	const window, tolerance, smoothing, queue = 600, 1.5, 0.2, 4
	if m.long == 0 {
		m.long = t
	}
	m.long += (t - m.long) * 2 / (window + 1)
	if m.long > 2*t {
		m.long *= 0.95 // so that it recovers from a time of overload
	}
	if float64(inFlight) < m.limit/2 {
		return
	}
	g := math.Min(math.Max(tolerance*m.long/t, 0.5), 1)
	m.limit = (1-smoothing)*m.limit + smoothing*(m.limit*g+queue)
}

// vegas is VegasLimit with its defaults: alpha is 3 log10 of the limit, beta 6 log10,
// and the least time is forgotten after 30 x limit answers.
func (m *limiter) vegas(s *limiterSpec, t float64, inFlight int, dropped bool) {
	if m.probe--; m.probe <= 0 {
		m.probe, m.least = int(30*m.limit), t
	}
	if m.least == 0 || t < m.least {
		m.least = t
	}
	log := math.Max(1, math.Log10(m.limit))
	switch queue := math.Ceil(m.limit * (1 - m.least/t)); {
	case dropped:
		m.limit -= log
	case 2*float64(inFlight) < m.limit:
	case queue <= log:
		m.limit += 6 * log
	case queue < 3*log:
		m.limit += log
	case queue > 6*log:
		m.limit -= log
	}
}
