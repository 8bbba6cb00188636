package queueing

import (
	"math"
	"math/bits"
)

// Latency is a distribution of times on an even grid, for adding up the hops
// of a call path: Mass[i] is the probability at i*Step, and Beyond the
// probability of everything past the grid. Percentiles of hops cannot be
// added; distributions can. Hops are taken as independent.
//
// The zero Latency, and any combination of grids that differ in step or
// length, is invalid and answers NaN. Methods that return a Latency allocate
// it and leave their operands alone.
type Latency struct {
	Step   float64
	Mass   []float64
	Beyond float64
}

// maxCells bounds a grid.
const maxCells = 1 << 20

// LatencyOf puts the distribution with the given complementary distribution
// function on a grid of cells points step seconds apart (2 to 2^20 points).
// Each cell's probability goes to its two ends so that the mean is kept.
// MMc.SojournCurve and methods like LogNormal.Tail serve as tail.
func LatencyOf(tail func(t float64) float64, step float64, cells int) Latency {
	if !positive(step) || cells < 2 || cells > maxCells {
		return Latency{}
	}
	l := Latency{Step: step, Mass: make([]float64, cells)}
	left := tail(0)
	l.Mass[0] = 1 - left
	for i := range cells - 1 {
		right := tail(float64(i+1) * step)
		var mean float64 // of the tail over the cell
		if i == 0 {
			// A hop much faster than the grid happens within this cell.
			mean = meanOver(tail, step)
		} else {
			mean = (left + 4*tail((float64(i)+0.5)*step) + right) / 6
		}
		above := min(max(mean-right, 0), left-right)
		l.Mass[i+1] += above
		l.Mass[i] += left - right - above
		left = right
	}
	l.Beyond = left
	return l
}

// meanOver is the mean of f over [0, width] by the midpoint rule.
func meanOver(f func(float64) float64, width float64) float64 {
	const points = 64
	sum := 0.0
	for i := range points {
		sum += f(width * (float64(i) + 0.5) / points)
	}
	return sum / points
}

func (l Latency) fits(m Latency) bool {
	return len(l.Mass) >= 2 && len(l.Mass) == len(m.Mass) && l.Step == m.Step
}

// Then is the time of l followed by m.
func (l Latency) Then(m Latency) Latency {
	if !l.fits(m) {
		return Latency{}
	}
	out := Latency{Step: l.Step, Mass: convolve(l.Mass, m.Mass)}
	inside := 0.0
	for _, p := range out.Mass {
		inside += p
	}
	out.Beyond = max(0, 1-inside)
	return out
}

// Both is the time until l and m, started together, have both ended.
func (l Latency) Both(m Latency) Latency {
	if !l.fits(m) {
		return Latency{}
	}
	out := Latency{Step: l.Step, Mass: make([]float64, len(l.Mass))}
	var a, b, before float64
	for i := range out.Mass {
		a += l.Mass[i]
		b += m.Mass[i]
		out.Mass[i] = a*b - before
		before = a * b
	}
	out.Beyond = max(0, 1-before)
	return out
}

// Or is the time of m with probability p, else that of l: a cache miss, an
// optional step, a failed attempt.
func (l Latency) Or(m Latency, p float64) Latency {
	if !l.fits(m) || !probability(p) {
		return Latency{}
	}
	out := Latency{Step: l.Step, Mass: make([]float64, len(l.Mass)), Beyond: (1-p)*l.Beyond + p*m.Beyond}
	for i := range out.Mass {
		out.Mass[i] = (1-p)*l.Mass[i] + p*m.Mass[i]
	}
	return out
}

// Mean is the mean of what lies on the grid, with what lies beyond counted at
// the grid's end: a lower bound that is close when Beyond is small.
func (l Latency) Mean() float64 {
	if !l.fits(l) {
		return nan()
	}
	sum := l.Beyond * float64(len(l.Mass))
	for i, p := range l.Mass {
		sum += float64(i) * p
	}
	return sum * l.Step
}

// Tail is the probability of a time above t; Beyond for any t past the grid.
func (l Latency) Tail(t float64) float64 {
	if !l.fits(l) || math.IsNaN(t) {
		return nan()
	}
	if t < 0 {
		return 1
	}
	rest, cell := 1.0, t/l.Step
	for i, p := range l.Mass {
		// A point's mass stands for the half cells on both of its sides.
		covered := min(max(cell-float64(i)+0.5, 0), 1)
		if i == 0 {
			covered = min(1, 0.5+cell)
		}
		if covered == 0 {
			break
		}
		rest -= p * covered
	}
	return max(rest, l.Beyond)
}

// Quantile is the time that a share p stays within; +Inf when it lies beyond
// the grid.
func (l Latency) Quantile(p float64) float64 {
	if !l.fits(l) || !probability(p) {
		return nan()
	}
	sum := 0.0
	for i, mass := range l.Mass {
		if sum+mass >= p && mass > 0 {
			return max(0, float64(i)-0.5+(p-sum)/mass) * l.Step
		}
		sum += mass
	}
	return inf()
}

// seriesCells is the grid of SeriesQuantile: fine enough for 0.1 % of the
// quantile.
const seriesCells = 1024

// SeriesQuantile is the time that a share p of the sums of independent times
// with the given tails stays within: the percentile of a path of sequential
// calls. It is accurate to about 0.1 %, allocates, and costs some
// 2000 evaluations and a transform of 2048 points per hop. At most 1000 tails.
func SeriesQuantile(p float64, tails ...func(t float64) float64) float64 {
	n := len(tails)
	if !(p > 0 && p < 1) || n == 0 || n > 1000 {
		return nan()
	}
	// Unless one of n hops is slower than its own 1-(1-p)/n quantile, the sum
	// is below the sum of those; so the answer is too.
	bound := 0.0
	for _, tail := range tails {
		bound += quantileOf(tail, 1-(1-p)/float64(n), 1)
	}
	switch {
	case bound == 0 || math.IsNaN(bound) || math.IsInf(bound, 1) || n == 1:
		return bound
	}
	step := bound / (seriesCells - 2)
	path := LatencyOf(tails[0], step, seriesCells)
	for _, tail := range tails[1:] {
		path = path.Then(LatencyOf(tail, step, seriesCells))
	}
	return path.Quantile(p)
}

// ParallelQuantile is the time that a share p of the slowest of independent
// calls started together stays within.
func ParallelQuantile(p float64, tails ...func(t float64) float64) float64 {
	if len(tails) == 0 {
		return nan()
	}
	slowest := func(t float64) float64 {
		all := 0.0
		for _, tail := range tails {
			all += math.Log1p(-tail(t))
		}
		return -math.Expm1(all)
	}
	return quantileOf(slowest, p, 1)
}

// convolve is the first len(a) terms of the convolution of two equally long
// real sequences, by one complex transform of a+ib: the imaginary part of its
// square is twice the product.
func convolve(a, b []float64) []float64 {
	n := 1 << bits.Len(uint(2*len(a)-1))
	z := make([]complex128, n)
	for i := range a {
		z[i] = complex(a[i], b[i])
	}
	roots := make([]complex128, n/2)
	for i := range roots {
		s, c := math.Sincos(-2 * math.Pi * float64(i) / float64(n))
		roots[i] = complex(c, s)
	}
	transform(z, roots)
	for i, v := range z {
		z[i] = v * v
	}
	transform(z, roots)
	out := make([]float64, len(a))
	for i := range out {
		// A second forward transform runs backwards through the sequence.
		out[i] = max(0, imag(z[(n-i)%n])/float64(2*n))
	}
	return out
}

// transform is the discrete Fourier transform in place, of a length that is a
// power of two, given that many half roots of unity.
func transform(z, roots []complex128) {
	n := len(z)
	shift := 64 - bits.TrailingZeros(uint(n))
	for i := range z {
		if j := int(bits.Reverse64(uint64(i)) >> shift); i < j {
			z[i], z[j] = z[j], z[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		half, stride := size/2, n/size
		for start := 0; start < n; start += size {
			for k := range half {
				x, y := z[start+k], z[start+k+half]*roots[k*stride]
				z[start+k], z[start+k+half] = x+y, x-y
			}
		}
	}
}
