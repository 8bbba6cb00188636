package queueing

import "math"

// LogNormal is a distribution whose logarithm is normal with mean Mu and
// standard deviation Sigma >= 0 (Sigma 0 is a constant): the usual shape of
// a service's or an external's latency when only two percentiles are known.
type LogNormal struct {
	Mu    float64 // logarithm of the median, in log-seconds
	Sigma float64 // shape, >= 0
}

// LogNormalFromQuantiles is the log-normal through two points of a
// distribution function: a share p stays within x and a share q within y,
// with 0 < p < q < 1 and 0 < x <= y. Its fields are NaN out of range.
func LogNormalFromQuantiles(p, x, q, y float64) LogNormal {
	if !(p > 0 && p < q && q < 1) || !positive(x) || !positive(y) || x > y {
		return LogNormal{nan(), nan()}
	}
	zp, zq := normalQuantile(p), normalQuantile(q)
	sigma := math.Log(y/x) / (zq - zp)
	return LogNormal{Mu: math.Log(x) - zp*sigma, Sigma: sigma}
}

// LogNormalFromP50P99 is the log-normal with the given median and 99th
// percentile, 0 < p50 <= p99.
func LogNormalFromP50P99(p50, p99 float64) LogNormal {
	return LogNormalFromQuantiles(0.5, p50, 0.99, p99)
}

// LogNormalFromMean is the log-normal with the given mean > 0 and squared
// coefficient of variation >= 0.
func LogNormalFromMean(mean, scv float64) LogNormal {
	if !positive(mean) || !nonNegative(scv) {
		return LogNormal{nan(), nan()}
	}
	v := math.Log1p(scv)
	return LogNormal{Mu: math.Log(mean) - v/2, Sigma: math.Sqrt(v)}
}

func (d LogNormal) valid() bool {
	return !math.IsNaN(d.Mu) && !math.IsInf(d.Mu, 0) && nonNegative(d.Sigma)
}

// Mean is exp(Mu + Sigma^2/2).
func (d LogNormal) Mean() float64 { return d.moment(1) }

// moment is the k-th raw moment.
func (d LogNormal) moment(k float64) float64 {
	if !d.valid() {
		return nan()
	}
	return math.Exp(k*d.Mu + k*k*d.Sigma*d.Sigma/2)
}

// SCV is the squared coefficient of variation, exp(Sigma^2)-1.
func (d LogNormal) SCV() float64 {
	if !d.valid() {
		return nan()
	}
	return math.Expm1(d.Sigma * d.Sigma)
}

// Tail is the probability of a value above t: the share of an external's
// answers that miss a target of t.
func (d LogNormal) Tail(t float64) float64 {
	switch {
	case !d.valid() || math.IsNaN(t):
		return nan()
	case t <= 0:
		return 1
	case d.Sigma == 0:
		if math.Log(t) < d.Mu {
			return 1
		}
		return 0
	}
	return 0.5 * math.Erfc((math.Log(t)-d.Mu)/(d.Sigma*math.Sqrt2))
}

// Quantile is the value that a share p stays within.
func (d LogNormal) Quantile(p float64) float64 {
	if !d.valid() || !probability(p) {
		return nan()
	}
	if d.Sigma == 0 {
		return math.Exp(d.Mu)
	}
	return math.Exp(d.Mu + d.Sigma*normalQuantile(p))
}

// normalQuantile is the standard normal quantile; infinite at 0 and 1.
func normalQuantile(p float64) float64 {
	// The mirrored form keeps its precision in both tails.
	if p < 0.5 {
		return -math.Sqrt2 * math.Erfcinv(2*p)
	}
	return math.Sqrt2 * math.Erfinv(2*p-1)
}

// SumOfLogNormals is the log-normal with the mean and variance of the sum of
// independent log-normals (L. F. Fenton, IRE Trans. Communications Systems
// 8(1), 1960, after Wilkinson): a quick approximation, best in the upper tail;
// SeriesQuantile is the accurate one.
func SumOfLogNormals(parts ...LogNormal) LogNormal {
	var mean, variance float64
	for _, d := range parts {
		m := d.Mean()
		mean += m
		variance += m * m * d.SCV()
	}
	return LogNormalFromMean(mean, variance/(mean*mean))
}
