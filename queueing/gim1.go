package queueing

import "math"

// Transform is the Laplace-Stieltjes transform E[exp(-s T)] of a time, for
// s >= 0.
type Transform func(s float64) float64

// ConstantTransform is that of a time that is always mean: the gaps of a load
// generator with a steady pace.
func ConstantTransform(mean float64) Transform {
	return func(s float64) float64 { return math.Exp(-s * mean) }
}

// StagesTransform is that of a sum of equal exponentials (ErlangStages).
func StagesTransform(mean, stages float64) Transform {
	if math.IsInf(stages, 1) {
		return ConstantTransform(mean)
	}
	return func(s float64) float64 { return math.Exp(-stages * math.Log1p(s*mean/stages)) }
}

// HyperexponentialTransform is that of a Hyperexponential with balanced means.
func HyperexponentialTransform(mean, scv float64) Transform {
	p, fast, slow := balancedBranches(mean, scv)
	return func(s float64) float64 { return p*fast/(fast+s) + (1-p)*slow/(slow+s) }
}

// GIM1 is a single server with independent, identically distributed gaps
// between arrivals and exponential service, first come, first served. Its
// sojourn is exponential with rate Mu(1-sigma), sigma being the root of
// sigma = A(Mu(1-sigma)) (Kleinrock vol. 1, ch. 6).
type GIM1 struct {
	Lambda float64   // arrivals per second, > 0; one over the mean gap
	Mu     float64   // services per second while busy, > 0
	Gaps   Transform // of the gap between arrivals
}

// WaitProbability is sigma, the probability that an arrival has to queue; 1
// when unstable. Each call solves for it anew.
func (q GIM1) WaitProbability() float64 {
	if !positive(q.Lambda) || !positive(q.Mu) || q.Gaps == nil {
		return nan()
	}
	if q.Lambda >= q.Mu {
		return 1
	}
	// A(mu(1-s))-s is convex in s, positive at 0, with one root below 1 and
	// one at 1; it is negative between them.
	f := func(s float64) float64 { return q.Gaps(q.Mu*(1-s)) - s }
	lo, hi := 0.0, 0.5
	for f(hi) > 0 {
		lo = hi
		if hi += (1 - hi) / 2; hi == 1 {
			return 1
		}
	}
	return illinois(f, lo, f(lo), hi, f(hi))
}

// Utilisation is the offered load Lambda/Mu; 1 or more means unstable.
func (q GIM1) Utilisation() float64 { return MM1{q.Lambda, q.Mu}.Utilisation() }

// Sojourn is the mean time from arrival to departure.
func (q GIM1) Sojourn() float64 {
	sigma := q.WaitProbability()
	if sigma >= 1 {
		return inf()
	}
	return 1 / (q.Mu * (1 - sigma))
}

// Wait is the mean time in the queue.
func (q GIM1) Wait() float64 {
	sigma := q.WaitProbability()
	if sigma >= 1 {
		return inf()
	}
	return sigma / (q.Mu * (1 - sigma))
}

// equivalent is the M/M/1 queue with the same sojourn distribution and the
// same probability of waiting.
func (q GIM1) equivalent() MM1 { return MM1{q.Mu * q.WaitProbability(), q.Mu} }

// SojournTail is the probability that a sojourn exceeds t >= 0.
func (q GIM1) SojournTail(t float64) float64 { return q.equivalent().SojournTail(t) }

// SojournQuantile is the time that a share p of the sojourns stays within.
func (q GIM1) SojournQuantile(p float64) float64 { return q.equivalent().SojournQuantile(p) }

// WaitQuantile is the time that a share p of the waits stays within.
func (q GIM1) WaitQuantile(p float64) float64 { return q.equivalent().WaitQuantile(p) }
