package queueing

import "math"

// OpenCycle is a circuit breaker in front of a dependency that is down: it
// stays open for Open seconds, then lets Probes calls through, which all
// fail at once, and opens again. Calls arrive as a Poisson stream.
type OpenCycle struct {
	Lambda float64 // calls per second, > 0
	Open   float64 // seconds, >= 0
	Probes int     // calls in the half-open state, >= 1
}

// Admitted is the long-run share of calls that reach the dependency: Probes
// per cycle of Lambda*Open+Probes calls (renewal-reward).
func (b OpenCycle) Admitted() float64 {
	if !positive(b.Lambda) || !nonNegative(b.Open) || b.Probes < 1 {
		return nan()
	}
	k := float64(b.Probes)
	return k / (b.Lambda*b.Open + k)
}

// ProbeRate is the rate of calls that reach the dependency.
func (b OpenCycle) ProbeRate() float64 { return b.Lambda * b.Admitted() }

// ConsecutiveTrip is the mean number of calls until the first run of n
// consecutive failures, when each call fails with probability p
// independently: (1-p^n)/(p^n(1-p)).
func ConsecutiveTrip(p float64, n int) float64 {
	switch {
	case !probability(p) || n < 1:
		return nan()
	case p == 0:
		return inf()
	case p == 1:
		return float64(n)
	}
	run := float64(n) * math.Log(p)
	return math.Expm1(-run) / (1 - p)
}

// failuresToTrip is the number of failures among calls that reaches a failure
// rate of threshold or more, as production breakers compare: failures/calls
// >= threshold.
func failuresToTrip(calls int, threshold float64) int {
	return int(math.Ceil(float64(calls)*threshold - 1e-9))
}

// WindowTrip is the probability that a window of calls independent calls, each
// failing with probability p, has a failure rate of threshold or more. It is
// both the chance that half-open probes open a breaker again and the chance
// that a count-based breaker opens when its window first fills. calls in
// [1, 100 000].
func WindowTrip(p float64, calls int, threshold float64) float64 {
	if calls < 1 || !(threshold > 0 && threshold <= 1) {
		return nan()
	}
	return binomialTail(calls, p, failuresToTrip(calls, threshold))
}

// SlidingTrip is the mean number of calls from cold until a count-based
// breaker opens: one whose failure rate over the last window calls, judged
// from the first full window on at every call, reaches threshold, when each
// call fails with probability p independently. It is far less than one over
// WindowTrip, since every call is a new test. Exact for one window, then
// Naus's product approximation of the scan statistic (J. I. Naus, JASA
// 77(377), 1982), good to a few per cent. window in [1, 10 000].
func SlidingTrip(p float64, window int, threshold float64) float64 {
	if window < 1 || window > 10_000 || !probability(p) || !(threshold > 0 && threshold <= 1) {
		return nan()
	}
	k := failuresToTrip(window, threshold)
	switch {
	case p == 0:
		return inf()
	case k == window:
		return ConsecutiveTrip(p, window)
	case k <= 1:
		// Open at the first failure, but not before the window is full.
		return float64(window) + math.Pow(1-p, float64(window))/p
	}
	s := scan{p: p, w: window, k: k}
	s.tabulate()
	one := s.cdf(window, k-1)
	two := max(0, s.twoWindows())
	three := max(0, s.threeWindows())
	w := float64(window)
	// P(still closed after n calls): 1 below one window, then falling
	// geometrically through its values at one, two and three windows, and on
	// at the last ratio.
	return w + w*geometricMean(one, two) + w*geometricRest(two, three)
}

// geometricMean is the mean of a curve that falls geometrically from a to b.
func geometricMean(a, b float64) float64 {
	if b <= 0 || a <= 0 {
		return 0
	}
	if a-b < 1e-9*a {
		return (a + b) / 2
	}
	return (a - b) / math.Log(a/b)
}

// geometricRest is the area under a curve that falls geometrically from a at 0
// through b at 1.
func geometricRest(a, b float64) float64 {
	if b <= 0 || a <= 0 {
		return 0
	}
	if b >= a {
		return inf()
	}
	return a / -math.Log1p((b-a)/a)
}

// scan computes the probability that no w consecutive of 2w and of 3w
// independent trials hold k or more failures, by Naus's exact formulas.
type scan struct {
	p    float64
	w, k int
	mass [3][]float64 // binomial(w-d, p), d = 0, 1, 2
	sums [3][]float64 // their distribution functions
}

func (s *scan) tabulate() {
	for d := range s.mass {
		n := max(0, s.w-d)
		s.mass[d] = make([]float64, n+1)
		s.sums[d] = make([]float64, n+1)
		sum := 0.0
		for i := range s.mass[d] {
			s.mass[d][i] = binomialMass(n, s.p, i)
			sum += s.mass[d][i]
			s.sums[d][i] = sum
		}
	}
}

// b is P(X = i) and cdf P(X <= i) for X binomial(n, p), n one of w, w-1, w-2.
func (s *scan) b(i int) float64 {
	if i < 0 || i > s.w {
		return 0
	}
	return s.mass[0][i]
}

func (s *scan) cdf(n, i int) float64 {
	sums := s.sums[s.w-n]
	if i < 0 {
		return 0
	}
	return sums[min(i, len(sums)-1)]
}

// twoWindows is Naus's Q2.
func (s *scan) twoWindows() float64 {
	k, w, wp := s.k, s.w, float64(s.w)*s.p
	f := s.cdf(w, k-1)
	return f*f - float64(k-1)*s.b(k)*s.cdf(w, k-2) + wp*s.b(k)*s.cdf(w-1, k-3)
}

// threeWindows is Naus's Q3.
func (s *scan) threeWindows() float64 {
	k, w := s.k, s.w
	n, x, wp := float64(w), float64(k), float64(w)*s.p
	f := s.cdf(w, k-1)
	a1 := 2 * s.b(k) * f * ((x-1)*s.cdf(w, k-2) - wp*s.cdf(w-1, k-3))
	a2 := 0.5 * s.b(k) * s.b(k) * ((x-1)*(x-2)*s.cdf(w, k-3) -
		2*(x-2)*wp*s.cdf(w-1, k-4) + n*(n-1)*s.p*s.p*s.cdf(w-2, k-5))
	a3, a4 := 0.0, 0.0
	for r := 1; r < k; r++ {
		below := s.cdf(w, r-1)
		a3 += s.b(2*k-r) * below * below
		a4 += s.b(2*k-r) * s.b(r) * (float64(r-1)*s.cdf(w, r-2) - wp*s.cdf(w-1, r-3))
	}
	return f*f*f - a1 + a2 + a3 - a4
}
