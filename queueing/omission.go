package queueing

import (
	"math"
	"slices"
)

// CorrectedQuantile is the p-quantile of latencies measured by a closed-loop
// generator that meant to send every interval seconds but waited for each
// answer: every sample longer than the interval also stands for the requests
// it kept from being sent, at v-interval, v-2 interval, ... down to interval
// (Gil Tene, coordinated omission; HdrHistogram's recordCorrectedValue). An
// interval of 0 corrects nothing. It allocates a copy of the samples. Samples
// must be finite and >= 0; at least one.
func CorrectedQuantile(samples []float64, interval, p float64) float64 {
	if len(samples) == 0 || !nonNegative(interval) || !probability(p) {
		return nan()
	}
	sorted := slices.Clone(samples)
	slices.Sort(sorted)
	if !nonNegative(sorted[0]) || !nonNegative(sorted[len(sorted)-1]) {
		return nan()
	}
	counted := func(limit float64) float64 { // values at or below limit
		n := 0.0
		for _, v := range sorted {
			n += standIns(v, interval, limit)
		}
		return n
	}
	largest := sorted[len(sorted)-1]
	need := math.Max(1, math.Ceil(p*counted(inf())*(1-1e-12)))
	lo, hi := -1.0, largest
	for range 80 {
		mid := (lo + hi) / 2
		if counted(mid) >= need {
			hi = mid
		} else {
			lo = mid
		}
	}
	return max(0, hi)
}

// standIns is how many of v, v-interval, ... (down to interval) are at most
// limit; v itself always belongs.
func standIns(v, interval, limit float64) float64 {
	n := 0.0
	if v <= limit {
		n = 1
	}
	if interval == 0 || v < 2*interval {
		return n
	}
	// Steps j = 1..last have v - j*interval >= interval.
	last := math.Floor(v/interval*(1+1e-12)) - 1
	first := 1.0
	if v-interval > limit {
		first = math.Ceil((v - limit) / interval * (1 - 1e-12))
	}
	return n + math.Max(0, last-first+1)
}
