package des

import (
	"math"
	"sort"
)

// Dist is a distribution of times to sample. It is a small value, drawn from
// without allocation. The zero Dist is always 0. Parameters out of range give
// the zero Dist.
type Dist struct {
	shape shape
	a, b  float64 // by shape, in nanoseconds where a time
	c     float64
	table []float64
}

type shape uint8

const (
	constant         shape = iota // a
	exponential                   // mean a
	uniform                       // from a, width b
	erlang                        // b stages of mean a
	hyperexponential              // mean a with probability c, else mean b
	logNormal                     // logarithm has mean a, deviation b
	shifted                       // a plus exponential of mean b
	empirical                     // quantile table
)

// Constant is always t.
func Constant(t Time) Dist {
	return Dist{shape: constant, a: float64(max(t, 0))}
}

// Exponential has the given mean.
func Exponential(mean Time) Dist {
	return Dist{shape: exponential, a: float64(max(mean, 0))}
}

// Poisson is the gap between arrivals at rate per second, exponential with a
// mean that need not be whole nanoseconds; a rate of 0 or less never arrives.
func Poisson(rate float64) Dist {
	if !(rate > 0) {
		return Constant(Forever)
	}
	return Dist{shape: exponential, a: float64(Second) / rate}
}

// ShiftedExponential is a minimum plus an exponential time of the given mean,
// as network delays are.
func ShiftedExponential(least, mean Time) Dist {
	return Dist{shape: shifted, a: float64(max(least, 0)), b: float64(max(mean, 0))}
}

// Uniform lies evenly between lo and hi; hi below lo counts as lo.
func Uniform(lo, hi Time) Dist {
	lo = max(lo, 0)
	return Dist{shape: uniform, a: float64(lo), b: float64(max(hi, lo) - lo)}
}

// Erlang is the sum of 1 to 1000 equal exponential stages with the given mean
// in total.
func Erlang(mean Time, stages int) Dist {
	if mean < 0 || stages < 1 || stages > 1000 {
		return Dist{}
	}
	return Dist{shape: erlang, a: float64(mean) / float64(stages), b: float64(stages)}
}

// Hyperexponential is exponential with one of two means chosen so that each
// accounts for half of the total, with squared coefficient of variation scv
// >= 1.
func Hyperexponential(mean Time, scv float64) Dist {
	if mean < 0 || !(scv >= 1) || math.IsInf(scv, 1) {
		return Dist{}
	}
	p := (1 + math.Sqrt((scv-1)/(scv+1))) / 2
	m := float64(mean) / 2
	return Dist{shape: hyperexponential, a: m / p, b: m / (1 - p), c: p}
}

// LogNormal has the given median, and sigma >= 0 as the standard deviation of
// its logarithm.
func LogNormal(median Time, sigma float64) Dist {
	if median <= 0 || !(sigma >= 0) || math.IsInf(sigma, 1) {
		return Dist{}
	}
	return Dist{shape: logNormal, a: math.Log(float64(median)), b: sigma}
}

// Empirical spreads evenly over the steps between the given quantiles, which
// are equally spaced in probability from the least to the largest value; they
// are sorted first. Fewer than two give a constant.
func Empirical(quantiles []Time) Dist {
	if len(quantiles) == 0 {
		return Dist{}
	}
	table := make([]float64, len(quantiles))
	for i, q := range quantiles {
		table[i] = float64(max(q, 0))
	}
	sort.Float64s(table)
	if len(table) == 1 {
		return Dist{shape: constant, a: table[0]}
	}
	return Dist{shape: empirical, table: table}
}

// Scaled is the same distribution with every time multiplied by factor >= 0:
// a slower or faster server. A negative or NaN factor counts as 0.
func (d Dist) Scaled(factor float64) Dist {
	if !(factor > 0) || math.IsInf(factor, 1) {
		return Dist{}
	}
	switch d.shape {
	case logNormal:
		d.a += math.Log(factor)
	case erlang:
		d.a *= factor
	case empirical:
		table := make([]float64, len(d.table))
		for i, v := range d.table {
			table[i] = v * factor
		}
		d.table = table
	default:
		d.a *= factor
		d.b *= factor
	}
	return d
}

// Mean is the mean in nanoseconds, exact before rounding to whole ones.
func (d Dist) Mean() float64 {
	switch d.shape {
	case constant, exponential:
		return d.a
	case shifted:
		return d.a + d.b
	case uniform:
		return d.a + d.b/2
	case erlang:
		return d.a * d.b
	case hyperexponential:
		return d.c*d.a + (1-d.c)*d.b
	case logNormal:
		return math.Exp(d.a + d.b*d.b/2)
	}
	sum := 0.0
	for i := 1; i < len(d.table); i++ {
		sum += (d.table[i-1] + d.table[i]) / 2
	}
	return sum / float64(len(d.table)-1)
}

// Sample draws a time.
func (d *Dist) Sample(s *Stream) Time {
	switch d.shape {
	case constant:
		return nearest(d.a)
	case exponential:
		return nearest(d.a * s.Exp())
	case logNormal:
		return nearest(math.Exp(d.a + d.b*s.Norm()))
	case uniform:
		return nearest(d.a + d.b*s.Float64())
	case shifted:
		return nearest(d.a + d.b*s.Exp())
	case hyperexponential:
		mean := d.b
		if s.Chance(d.c) {
			mean = d.a
		}
		return nearest(mean * s.Exp())
	case erlang:
		sum := 0.0
		for range int(d.b) {
			sum += s.Exp()
		}
		return nearest(d.a * sum)
	}
	return d.sampleTable(s)
}

func (d *Dist) sampleTable(s *Stream) Time {
	x := s.Float64() * float64(len(d.table)-1)
	i := min(int(x), len(d.table)-2)
	return nearest(d.table[i] + (x-float64(i))*(d.table[i+1]-d.table[i]))
}

// NextArrival is the next moment of a Poisson stream whose rate, in arrivals
// per second, changes with time but never exceeds peak: candidates come at the
// peak rate and are kept in proportion (thinning; Lewis and Shedler 1979). It
// is Forever for a peak of 0 or less, or when a million candidates in a row
// are dropped.
func NextArrival(s *Stream, now Time, peak float64, rate func(Time) float64) Time {
	if !(peak > 0) {
		return Forever
	}
	gap := Poisson(peak)
	for range 1_000_000 {
		now = now.plus(gap.Sample(s))
		if now == Forever || s.Float64()*peak < rate(now) {
			return now
		}
	}
	return Forever
}
