package queueing

import (
	"math"
	"slices"
)

// Limited is a call that is given up after a time limit and may be made again.
type Limited struct {
	Time  LogNormal // of the call without a limit, seconds
	Limit float64   // of an attempt, seconds
	// Attempts in all; before each further one a pause of half of Base on average (full
	// jitter), twice as long each time, seconds.
	Attempts int
	Base     float64
	Chance   float64 // that it is made at all
	Beside   int     // so many are made side by side and the slowest counts; 0 and 1 for one
	// Answered leaves out the calls of which no attempt was answered: whoever made them
	// failed. Otherwise who calls goes on without the answer.
	Answered bool
}

// cut is the share of the attempts that are given up.
func (c Limited) cut() float64 { return c.Time.Tail(c.Limit) }

// Quantile is how long the call holds its caller up in all but 1-p of the cases.
func (c Limited) Quantile(p float64) float64 {
	if p <= 1-c.Chance {
		return 0
	}
	p = (p - (1 - c.Chance)) / c.Chance
	if c.Beside > 1 {
		p = math.Pow(p, 1/float64(c.Beside))
	}
	cut, spent, pause := c.cut(), 0.0, c.Base/2
	n := max(c.Attempts, 1)
	if c.Answered {
		p *= 1 - math.Pow(cut, float64(n))
	}
	for range n {
		if p <= 1-cut {
			return spent + math.Min(c.Time.Quantile(p), c.Limit)
		}
		p = (p - (1 - cut)) / cut
		spent += c.Limit + pause
		pause *= 2
	}
	return spent - pause/2 // no pause follows the last one
}

// strata is into how many parts of equal probability a limited call is cut.
const strata = 256

// SumWithLimits is the p-quantile of the sum of a log-normal, unless nil, and of
// independent limited calls, each taken as so many values of equal probability. What many
// have in common at their limit is not spread over a tail, as moments would spread it.
func SumWithLimits(rest *LogNormal, calls []Limited, p float64) float64 {
	sums := []float64{0}
	for _, c := range calls {
		next := make([]float64, 0, len(sums)*strata)
		for k := range strata {
			x := c.Quantile((float64(k) + 0.5) / strata)
			for _, s := range sums {
				next = append(next, s+x)
			}
		}
		slices.Sort(next)
		sums = sums[:0:0]
		for k := range strata {
			sum, group := 0.0, next[k*len(next)/strata:(k+1)*len(next)/strata]
			for _, x := range group {
				sum += x
			}
			sums = append(sums, sum/float64(len(group)))
		}
	}
	if rest == nil {
		return sums[min(int(p*float64(len(sums))), len(sums)-1)]
	}
	above := func(t float64) (share float64) {
		for _, s := range sums {
			if t <= s {
				share++
				continue
			}
			share += rest.Tail(t - s)
		}
		return share / float64(len(sums))
	}
	low, high := 0.0, sums[len(sums)-1]+rest.Quantile(1-(1-p)/4)
	for above(high) > 1-p {
		high *= 2
	}
	for range 50 {
		if mid := (low + high) / 2; above(mid) > 1-p {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}
