package queueing

import "math"

// Lengths of the periods availability is budgeted over, in seconds. A year is
// 365.25 days.
const (
	Day    = 86400.0
	Week   = 7 * Day
	Days28 = 28 * Day
	Days30 = 30 * Day
	Year   = 365.25 * Day
)

// Downtime is the outage that an availability objective leaves within period,
// in the period's unit.
func Downtime(objective, period float64) float64 {
	if !probability(objective) || !nonNegative(period) {
		return nan()
	}
	return (1 - objective) * period
}

// FromMTBF is the availability of a thing that runs mtbf on average between
// failures and then needs mttr to be repaired.
func FromMTBF(mtbf, mttr float64) float64 {
	if !positive(mtbf) || !nonNegative(mttr) {
		return nan()
	}
	return mtbf / (mtbf + mttr)
}

// Series is the availability of a thing that needs all its parts: their
// product, for independent parts.
func Series(parts ...float64) float64 {
	product := 1.0
	for _, a := range parts {
		if !probability(a) {
			return nan()
		}
		product *= a
	}
	return product
}

// Parallel is the availability of a thing that needs any one of its parts,
// for independent parts.
func Parallel(parts ...float64) float64 {
	down := 1.0
	for _, a := range parts {
		if !probability(a) {
			return nan()
		}
		down *= 1 - a
	}
	return 1 - down
}

// KOfN is the availability of a thing that needs k of n equal independent
// parts of availability a; 0 <= k <= n <= 100 000.
func KOfN(k, n int, a float64) float64 { return 1 - KOfNUnavailability(k, n, a) }

// KOfNUnavailability is 1-KOfN without the loss of digits: the probability
// that fewer than k of n parts are up.
func KOfNUnavailability(k, n int, a float64) float64 {
	if k < 0 || n < 0 || k > n || !probability(a) {
		return nan()
	}
	return binomialTail(n, 1-a, n-k+1)
}

// SoftDependency is the availability that remains with a dependency of
// availability a whose failures a fallback covers with probability fallback.
func SoftDependency(a, fallback float64) float64 {
	if !probability(a) || !probability(fallback) {
		return nan()
	}
	return 1 - (1-a)*(1-fallback)
}

// WithCommonCause is the unavailability of a k-of-n group of parts that are
// each down with probability u, of which a share beta is down together from
// one cause (the beta-factor model, IEC 61508-6 annex D).
func WithCommonCause(k, n int, u, beta float64) float64 {
	if !probability(u) || !probability(beta) {
		return nan()
	}
	independent := KOfNUnavailability(k, n, 1-(1-beta)*u)
	return beta*u + (1-beta*u)*independent
}

// FailoverUnavailability is the unavailability of an active part with a
// standby that takes over within failover after each failure, detection
// included: failover per mtbf. The second-order chance that the standby is
// down too is left out; Repairable has it.
func FailoverUnavailability(mtbf, failover float64) float64 {
	if !positive(mtbf) || !nonNegative(failover) {
		return nan()
	}
	return failover / mtbf
}

// Repairable is a group of N equal parts of which K must be up, failing at
// exponential intervals with mean MTBF each, and repaired in an exponential
// time with mean MTTR by Crew people (or processes) working one part each.
type Repairable struct {
	K, N       int     // 0 <= K <= N <= 100 000
	MTBF, MTTR float64 // in one unit; MTBF > 0, MTTR >= 0
	Crew       int     // repairs at a time, >= 1; N or more means unlimited
}

// Unavailability is the long-run share of time with fewer than K parts up,
// from the Markov chain of the number down.
func (r Repairable) Unavailability() float64 {
	if r.K < 0 || r.N < r.K || r.N > maxGroup || r.Crew < 1 || !positive(r.MTBF) || !nonNegative(r.MTTR) {
		return nan()
	}
	x := r.MTTR / r.MTBF
	weight, all, down := 1.0, 1.0, 0.0
	for failed := 1; failed <= r.N; failed++ {
		weight *= float64(r.N-failed+1) * x / float64(min(failed, r.Crew))
		all += weight
		if r.N-failed < r.K {
			down += weight
		}
		if all > 1e200 {
			weight, all, down = weight/1e200, all/1e200, down/1e200
		}
	}
	return down / all
}

// Availability is 1-Unavailability.
func (r Repairable) Availability() float64 { return 1 - r.Unavailability() }

// maxGroup bounds the sizes whose states are summed one by one.
const maxGroup = 100_000

// binomialTail is P(X >= least) for X binomial(n, p), summed from the side
// that has no cancellation; n in [0, 100 000].
func binomialTail(n int, p float64, least int) float64 {
	if n < 0 || n > maxGroup || !probability(p) {
		return nan()
	}
	if least <= 0 {
		return 1
	}
	sum := 0.0
	for k := least; k <= n; k++ {
		mass := binomialMass(n, p, k)
		sum += mass
		if float64(k) > float64(n)*p && mass < sum*1e-18 {
			break
		}
	}
	return min(1, sum)
}

// binomialMass is P(X = k) for X binomial(n, p).
func binomialMass(n int, p float64, k int) float64 {
	switch {
	case k < 0 || k > n:
		return 0
	case p == 0:
		return indicator(k == 0)
	case p == 1:
		return indicator(k == n)
	}
	if n <= 60 {
		// Products of small powers keep all digits; logarithms lose a few.
		mass := math.Pow(p, float64(k)) * math.Pow(1-p, float64(n-k))
		for i := 1; i <= k; i++ {
			mass = mass * float64(n-k+i) / float64(i)
		}
		return mass
	}
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	return math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

func indicator(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
