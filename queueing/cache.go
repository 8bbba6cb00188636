package queueing

import "math"

// Zipf is the popularity of Items things, the i-th being asked for in
// proportion to i^-Alpha.
type Zipf struct {
	Items int     // 1 to 2^40
	Alpha float64 // >= 0; 0 is uniform
}

func (z Zipf) valid() bool { return z.Items >= 1 && z.Items <= 1<<40 && nonNegative(z.Alpha) }

// ZipfThrough is the popularity of items things with which the first part hot (0..1) of
// them is asked for in share (0..1) of the requests; every thing alike where that is no
// more than hot, or where the first part is all.
func ZipfThrough(items int, hot, share float64) Zipf {
	z := Zipf{Items: max(items, 1)}
	first := math.Max(1, math.Round(float64(items)*hot))
	if !(share > hot) || first >= float64(items) {
		return z
	}
	lo, hi := 0.0, 5.0
	for range 60 {
		mid := (lo + hi) / 2
		// The first thing counted exactly, the others by the integral.
		if (1+powers(1.5, first+0.5, mid))/(1+powers(1.5, float64(items)+0.5, mid)) < share {
			lo = mid
		} else {
			hi = mid
		}
	}
	z.Alpha = (lo + hi) / 2
	return z
}

// powers is the integral of x^-alpha, which is close to the sum over the whole numbers
// between when the bounds lie half way between two.
func powers(from, to, alpha float64) float64 {
	if math.Abs(alpha-1) < 1e-9 {
		return math.Log(to / from)
	}
	return (math.Pow(to, 1-alpha) - math.Pow(from, 1-alpha)) / (1 - alpha)
}

// maxRanks is the number of ranks summed one by one; the smooth rest of a
// popularity curve is integrated, in blocks that grow geometrically.
const maxRanks = 256

// sum adds f(popularity weight) over all ranks.
func (z Zipf) sum(f func(weight float64) float64) float64 {
	total := 0.0
	for i := 1; i <= min(z.Items, maxRanks); i++ {
		total += f(math.Pow(float64(i), -z.Alpha))
	}
	// Sum over a..b is close to the integral from a-1/2 to b+1/2.
	end := float64(z.Items) + 0.5
	for from := maxRanks + 0.5; from < end; from *= 1.25 {
		to := math.Min(from*1.25, end)
		mid, half := (from+to)/2, (to-from)/2
		at := func(x float64) float64 { return f(math.Pow(mid+half*x, -z.Alpha)) }
		// Three-point Gauss-Legendre.
		const node = 0.7745966692414834
		total += half * (5*at(-node) + 8*at(0) + 5*at(node)) / 9
	}
	return total
}

// LRUHit is the hit ratio of a least-recently-used cache of capacity equal
// items under independent requests with popularity z, by the characteristic
// time of Che, Tung and Wang (IEEE JSAC 20(7), 2002), which Fricker, Robert
// and Roberts (ITC 24, 2012) explain and bound. 0 <= capacity.
func LRUHit(z Zipf, capacity int) float64 {
	switch {
	case !z.valid() || capacity < 0:
		return nan()
	case capacity == 0:
		return 0
	case capacity >= z.Items:
		return 1
	}
	all := z.sum(func(w float64) float64 { return w })
	// The time, in units of one request at rate `all`, in which capacity
	// different items are asked for.
	full := func(t float64) float64 {
		return z.sum(func(w float64) float64 { return -math.Expm1(-w * t) }) - float64(capacity)
	}
	lo, hi := 0.0, float64(capacity)
	flo, fhi := -float64(capacity), full(hi)
	for fhi < 0 {
		lo, flo = hi, fhi
		if hi *= 2; math.IsInf(hi, 1) {
			return nan()
		}
		fhi = full(hi)
	}
	t := illinois(func(t float64) float64 { return -full(t) }, lo, -flo, hi, -fhi)
	return z.sum(func(w float64) float64 { return -w * math.Expm1(-w*t) }) / all
}

// TTLHit is the hit ratio of one key asked for at lambda per second, kept for
// ttl seconds after each miss and not refreshed by hits: each miss is
// followed by lambda*ttl hits on average.
func TTLHit(lambda, ttl float64) float64 {
	hits := Little(lambda, ttl)
	if math.IsInf(hits, 1) {
		return 1
	}
	return hits / (1 + hits)
}

// TTLOrigin is the rate at which that key is fetched from the origin.
func TTLOrigin(lambda, ttl float64) float64 {
	return lambda / (1 + Little(lambda, ttl))
}

// TTLHitZipf is the hit ratio over all keys of popularity z asked for at
// lambda per second in total, each kept for ttl seconds after its own miss.
func TTLHitZipf(z Zipf, lambda, ttl float64) float64 {
	if !z.valid() || !nonNegative(lambda) || !nonNegative(ttl) {
		return nan()
	}
	all := z.sum(func(w float64) float64 { return w })
	return z.sum(func(w float64) float64 { return w * TTLHit(lambda*w/all, ttl) }) / all
}
