package queueing

import "math"

// Hypoexponential is the sum of independent exponential stages with the given
// rates, the latency of stations passed one after another: any rates > 0,
// equal ones included; at most 64 stages.
type Hypoexponential []float64

const maxStages = 64

func (h Hypoexponential) valid() bool {
	for _, r := range h {
		if !positive(r) {
			return false
		}
	}
	return len(h) > 0 && len(h) <= maxStages
}

// Mean is the sum of the stages' means.
func (h Hypoexponential) Mean() float64 {
	if !h.valid() {
		return nan()
	}
	sum := 0.0
	for _, r := range h {
		sum += 1 / r
	}
	return sum
}

// Tail is the probability that the sum exceeds t >= 0. The textbook form, a
// sum over stages of exponentials with coefficients of both signs, explodes
// as two rates approach each other; the exponential of the chain's generator
// has non-negative terms only. It allocates a few small matrices.
func (h Hypoexponential) Tail(t float64) float64 {
	switch {
	case !h.valid() || !(t >= 0):
		return nan()
	case math.IsInf(t, 1):
		return 0
	case len(h) == 1:
		return math.Exp(-h[0] * t)
	}
	return newBidiagonal(h).survival(t)
}

// Quantile is the time that a share p stays within. It allocates a few small
// matrices.
func (h Hypoexponential) Quantile(p float64) float64 {
	if !h.valid() {
		return nan()
	}
	if len(h) == 1 {
		return MM1{0, h[0]}.SojournQuantile(p)
	}
	m := newBidiagonal(h)
	return quantileOf(m.survival, p, h.Mean())
}

// bidiagonal computes the exponential of an upper bidiagonal generator.
type bidiagonal struct {
	rates        Hypoexponential
	fastest      float64
	sum, term, w []float64 // n x n, row-major, upper triangular
}

func newBidiagonal(rates Hypoexponential) *bidiagonal {
	n := len(rates)
	m := &bidiagonal{rates: rates, sum: make([]float64, n*n), term: make([]float64, n*n), w: make([]float64, n*n)}
	for _, r := range rates {
		m.fastest = max(m.fastest, r)
	}
	return m
}

// survival is P(sum > t): the first row of exp(generator*t), summed. It is
// taken over a step short enough for a Taylor series, then squared.
func (m *bidiagonal) survival(t float64) float64 {
	n := len(m.rates)
	halvings := 0
	if x := m.fastest * t; x > 1 {
		if x > 1e300 {
			return 0
		}
		halvings = 1 + math.Ilogb(x)
	}
	m.taylor(math.Ldexp(t, -halvings))
	for range halvings {
		m.square()
	}
	total := 0.0
	for j := range n {
		total += m.sum[j]
	}
	return min(1, total)
}

// taylor sets sum to exp(generator*h) for fastest*h <= 1: with the chain made
// uniform, exp(-x) times the sum of (xP)^k/k!, P having non-negative entries.
func (m *bidiagonal) taylor(h float64) {
	n, x := len(m.rates), m.fastest*h
	for i := range m.sum {
		m.sum[i], m.term[i] = 0, 0
	}
	for i := range n {
		m.sum[i*n+i], m.term[i*n+i] = 1, 1
	}
	for k := 1; k <= 20; k++ {
		scale := x / float64(k)
		for i := range n {
			for j := n - 1; j >= i; j-- {
				v := m.term[i*n+j] * (1 - m.rates[j]/m.fastest)
				if j > i {
					v += m.term[i*n+j-1] * m.rates[j-1] / m.fastest
				}
				m.term[i*n+j] = v * scale
				m.sum[i*n+j] += v * scale
			}
		}
	}
	factor := math.Exp(-x)
	for i := range m.sum {
		m.sum[i] *= factor
	}
}

// square replaces sum by its square.
func (m *bidiagonal) square() {
	n := len(m.rates)
	for i := range n {
		for j := i; j < n; j++ {
			v := 0.0
			for k := i; k <= j; k++ {
				v += m.sum[i*n+k] * m.sum[k*n+j]
			}
			m.w[i*n+j] = v
		}
	}
	m.sum, m.w = m.w, m.sum
}

// Tandem is a row of M/M/1 stations that every request passes in order at
// rate Lambda, the simplest open network: by Burke's theorem (1956) each
// station sees Poisson arrivals, and the sojourn is the sum of independent
// exponentials.
type Tandem struct {
	Lambda float64
	Mu     []float64 // service rate of each station
}

// Sojourn is the mean time from end to end; +Inf when a station is unstable.
func (q Tandem) Sojourn() float64 {
	sum := 0.0
	for _, mu := range q.Mu {
		sum += MM1{q.Lambda, mu}.Sojourn()
	}
	return sum
}

// SojournQuantile is the end-to-end time that a share p stays within; +Inf
// when a station is unstable. Adding up the stations' quantiles instead would
// overstate it, by a third for three of them. It allocates.
func (q Tandem) SojournQuantile(p float64) float64 {
	if w := q.Sojourn(); math.IsInf(w, 1) || math.IsNaN(w) {
		return w
	}
	rates := make(Hypoexponential, len(q.Mu))
	for i, mu := range q.Mu {
		rates[i] = mu - q.Lambda
	}
	return rates.Quantile(p)
}
