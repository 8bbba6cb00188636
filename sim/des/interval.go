package des

import "math"

// Interval is an estimate between confidence bounds.
type Interval struct {
	Low, Estimate, High float64
}

// Half is the half-width, relative to the estimate.
func (i Interval) Half() float64 { return (i.High - i.Low) / 2 / math.Abs(i.Estimate) }

// Holds tells whether x lies within the bounds.
func (i Interval) Holds(x float64) bool { return i.Low <= x && x <= i.High }

// QuantileOf is the confidence interval of the p-quantile, in nanoseconds, from
// independent replications: the quantile of all their observations together, which is
// less biased than those of short replications, and around it Student's t on the
// replications' own quantiles, which needs no independence within one. It is false
// when some replication does not carry p, or there are fewer than two.
func QuantileOf(replications []*Histogram, p, confidence float64) (Interval, bool) {
	var m Mean
	var all Histogram
	for _, h := range replications {
		q, ok := h.Quantile(p)
		if !ok {
			return Interval{math.NaN(), math.NaN(), math.NaN()}, false
		}
		m.Add(q)
		all.Merge(h)
	}
	if m.Count() < 2 {
		return Interval{math.NaN(), math.NaN(), math.NaN()}, false
	}
	i := m.Interval(confidence)
	whole := all.valueAt(p * float64(all.count))
	return Interval{i.Low + whole - i.Estimate, whole, i.High + whole - i.Estimate}, true
}

// MoreReplications is how many replications in all it takes, judged by the
// variance of those made, for the mean's interval to have the relative
// half-width, at least as many as made and at most limit. It answers limit
// while there is nothing to judge by.
func MoreReplications(made Mean, halfWidth, confidence float64, limit int) int {
	half := made.Interval(confidence).Half()
	if made.Count() < 2 || !(halfWidth > 0) || math.IsNaN(half) || math.IsInf(half, 1) {
		return limit
	}
	need := math.Ceil(float64(made.Count()) * (half / halfWidth) * (half / halfWidth))
	return int(min(max(need, float64(made.Count())), float64(limit)))
}

// Warmup is how many observations at the beginning of a series to leave out
// because they still show the initial state: the MSER-5 rule (White, Cobb and
// Spratt, Winter Simulation Conference 2000), which cuts the means of
// batches of five where the rest estimates its own mean best. When the answer
// would be more than half of the series, the run is too short to tell; it is
// then the whole length.
//
// Give it the average of the replications' series and cut them all alike: the
// rule applied to one replication also cuts a burst near its beginning that
// belongs to the steady state, which biases the mean by a per cent or so.
func Warmup(series []float64) int {
	const batch = 5
	n := len(series) / batch
	if n < 2 {
		return len(series)
	}
	best, cut := math.Inf(1), 0
	// From the end towards the beginning, each batch joins the rest.
	var rest Mean
	for i := n - 1; i >= 0; i-- {
		sum := 0.0
		for _, x := range series[i*batch : (i+1)*batch] {
			sum += x
		}
		rest.Add(sum / batch)
		// The last few batches agree by chance; the rule ignores them.
		if rest.Count() < 5 {
			continue
		}
		k := float64(rest.Count())
		if score := rest.m2 / (k * k); score <= best {
			best, cut = score, i
		}
	}
	if 2*cut >= n {
		return len(series)
	}
	return cut * batch
}

// normalQuantile is the standard normal quantile for p in [0.5, 1).
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// studentQuantile is the quantile of Student's t with dof degrees of freedom,
// for p in [0.5, 1).
func studentQuantile(p float64, dof int) float64 {
	if dof > 100_000 {
		return normalQuantile(p)
	}
	lo, hi := 0.0, 1.0
	for studentCDF(hi, dof) < p && hi < 1e300 {
		lo, hi = hi, 2*hi
	}
	for range 80 {
		mid := (lo + hi) / 2
		if studentCDF(mid, dof) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// studentCDF is P(T <= t) for t >= 0 by the finite sums for whole degrees of
// freedom (Abramowitz and Stegun 26.7.3, 26.7.4).
func studentCDF(t float64, dof int) float64 {
	theta := math.Atan(t / math.Sqrt(float64(dof)))
	sin, cos := math.Sincos(theta)
	sum, term := 0.0, 1.0
	if dof%2 == 1 {
		term = cos
	}
	for k := 1 + dof%2; k < dof; k += 2 {
		sum += term
		term *= cos * cos * float64(k) / float64(k+1)
	}
	within := sin * sum
	if dof%2 == 1 {
		within = (theta + within) * 2 / math.Pi
	}
	return 0.5 + within/2
}
