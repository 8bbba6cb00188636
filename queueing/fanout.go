package queueing

import "math"

// AnySlow is the probability that at least one of n independent calls exceeds
// the quantile that a share p of single calls stays within: with 100 calls 63 %
// of requests meet somebody's 99th percentile (Dean and Barroso, The Tail at
// Scale, CACM 56(2), 2013).
func AnySlow(n int, p float64) float64 {
	if n < 0 || !probability(p) {
		return nan()
	}
	return -math.Expm1(float64(n) * math.Log(p))
}

// LeafQuantile is the quantile level each of n parallel calls has to meet for
// all of them to meet level p together: the n-th root.
func LeafQuantile(n int, p float64) float64 {
	if n < 1 || !probability(p) {
		return nan()
	}
	return math.Exp(math.Log(p) / float64(n))
}

// SlowestMean is the mean of the slowest of n independent exponential calls
// with the given mean: the n-th harmonic number times it.
func SlowestMean(n int, mean float64) float64 {
	if n < 1 || !nonNegative(mean) {
		return nan()
	}
	return mean * harmonic(n)
}

// SlowestQuantile is the time that a share p of the slowest of n independent
// exponential calls with the given mean stays within.
func SlowestQuantile(n int, mean, p float64) float64 {
	if n < 1 || !nonNegative(mean) || !probability(p) {
		return nan()
	}
	return -mean * math.Log(-math.Expm1(math.Log(p)/float64(n)))
}

// harmonic is 1 + 1/2 + ... + 1/n; from its asymptotic expansion, exact in
// double precision, for large n.
func harmonic(n int) float64 {
	if n > 64 {
		x := float64(n)
		const gamma = 0.57721566490153286060651209008240243
		return math.Log(x) + gamma + 1/(2*x) - 1/(12*x*x) + 1/(120*x*x*x*x)
	}
	sum := 0.0
	for i := n; i >= 1; i-- {
		sum += 1 / float64(i)
	}
	return sum
}

// Hedged is a call of exponential duration with the given Mean of which a
// second, independent copy is sent after Delay when the first has not
// answered; the earlier answer counts and the other is cancelled. The extra
// load is assumed not to slow anything down.
type Hedged struct {
	Mean  float64 // seconds, > 0
	Delay float64 // seconds, >= 0
}

// Extra is the share of calls for which a copy is sent.
func (h Hedged) Extra() float64 {
	if !positive(h.Mean) || !(h.Delay >= 0) {
		return nan()
	}
	return math.Exp(-h.Delay / h.Mean)
}

// Sojourn is the mean time to the first answer.
func (h Hedged) Sojourn() float64 { return h.Mean * (1 - h.Extra()/2) }

// Tail is the probability that the first answer takes longer than t >= 0.
func (h Hedged) Tail(t float64) float64 {
	extra := h.Extra()
	if !(t >= 0) || math.IsNaN(extra) {
		return nan()
	}
	if t <= h.Delay {
		return math.Exp(-t / h.Mean)
	}
	return extra * math.Exp(-2*(t-h.Delay)/h.Mean)
}

// Quantile is the time within which a share p has its first answer.
func (h Hedged) Quantile(p float64) float64 {
	extra := h.Extra()
	if !probability(p) || math.IsNaN(extra) {
		return nan()
	}
	plain := -math.Log1p(-p) * h.Mean
	if plain <= h.Delay {
		return plain
	}
	return h.Delay + (plain-h.Delay)/2
}

// PowerOfChoices is the mean sojourn, in mean service times, when each request
// joins the shorter queue of d chosen at random among very many servers at
// utilisation rho (Vvedenskaya, Dobrushin and Karpelevich 1996; Mitzenmacher
// 1996); d = 1 is a random choice. A finite number of servers is slightly
// worse.
func PowerOfChoices(d int, rho float64) float64 {
	if d < 1 || !nonNegative(rho) {
		return nan()
	}
	if rho >= 1 {
		return inf()
	}
	if d == 1 {
		return 1 / (1 - rho)
	}
	// Sum of rho^((d^i-d)/(d-1)): the exponents run 0, d, d+d^2, ...
	sum, exponent, power := 0.0, 0.0, float64(d)
	for {
		term := math.Pow(rho, exponent)
		sum += term
		if term < sum*1e-17 {
			return sum
		}
		exponent += power
		power *= float64(d)
	}
}
