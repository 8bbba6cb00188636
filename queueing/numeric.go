package queueing

import "math"

// nan is the answer to a question outside a function's range.
func nan() float64 { return math.NaN() }

// inf is the answer of an unstable queue.
func inf() float64 { return math.Inf(1) }

// positive reports whether x is a finite number above zero.
func positive(x float64) bool { return x > 0 && x <= math.MaxFloat64 }

// nonNegative reports whether x is a finite number not below zero.
func nonNegative(x float64) bool { return x >= 0 && x <= math.MaxFloat64 }

// probability reports whether x lies in [0, 1].
func probability(x float64) bool { return x >= 0 && x <= 1 }

// quantileOf inverts a complementary distribution function: it returns the t
// at which tail(t) = 1-p, for a tail that is continuous and non-increasing in
// t >= 0. A tail that starts at or below 1-p has its quantile at 0. The scale
// is any positive time of the right order of magnitude. The logarithm of a
// queueing tail is close to a straight line, so regula falsi on it (with the
// Illinois weighting, which keeps the bracket shrinking from both ends) needs
// about ten evaluations.
func quantileOf(tail func(t float64) float64, p, scale float64) float64 {
	switch {
	case !probability(p) || !positive(scale):
		return nan()
	case p == 1:
		return math.Inf(1)
	}
	target := math.Log1p(-p)
	height := func(t float64) float64 { return math.Log(tail(t)) - target }
	lo, flo := 0.0, height(0)
	if math.IsNaN(flo) {
		return nan()
	}
	if flo <= 1e-15 {
		return 0 // at the target to the last digit
	}
	hi, fhi := scale, height(scale)
	for fhi > 0 {
		lo, flo = hi, fhi
		hi *= 2
		if math.IsInf(hi, 1) {
			return hi
		}
		fhi = height(hi)
	}
	return illinois(height, lo, flo, hi, fhi)
}

// illinois finds the zero of a non-increasing f in [lo, hi], given its values
// at both ends, to a relative width of 1e-13. An infinite or very steep end
// falls back to halving, so at most about 200 evaluations are made.
func illinois(f func(float64) float64, lo, flo, hi, fhi float64) float64 {
	for i := 0; i < 200 && hi-lo > 1e-13*hi; i++ {
		mid := (lo*fhi - hi*flo) / (fhi - flo)
		if i%8 == 7 || !(mid > lo && mid < hi) {
			mid = lo + (hi-lo)/2
		}
		fmid := f(mid)
		switch {
		case fmid == 0:
			return mid
		case fmid > 0:
			lo, flo = mid, fmid
			fhi /= 2
		default:
			hi, fhi = mid, fmid
			flo /= 2
		}
	}
	return hi
}
