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

// minIndependent is how many independent observations the tail that a percentile cuts off
// has to be worth. Times in a queue come in bursts: a thousand beyond a p99 may be two
// excursions, which say nothing of how often those happen.
const minIndependent = 10

// QuantileOf is the confidence interval of the p-quantile, in nanoseconds, from
// independent replications: the quantile of all their observations together, and around it
// the values v for which Student's t on the replications' shares above v does not rule out
// 1-p. A share has no bias, however few a replication has, where its own quantile is that
// of the calm that most replications are; shares are compared by the logarithm of their
// odds, as they are skewed. Nothing is taken to be independent within a replication.
//
// It is false when all observations together do not carry p, when the shares differ so much
// between replications that fewer than ten independent observations would do the same, when
// a bound lies beyond what was seen, or when there are fewer than two replications.
func QuantileOf(replications []*Histogram, p, confidence float64) (Interval, bool) {
	none := Interval{math.NaN(), math.NaN(), math.NaN()}
	var all Histogram
	for _, h := range replications {
		all.Merge(h)
	}
	if len(replications) < 2 || !all.Carries(p) || !(confidence > 0 && confidence < 1) {
		return none, false
	}
	whole := all.valueAt(p * float64(all.count))
	t := tailShares{
		p: p, all: float64(all.count), t: studentQuantile(0.5+confidence/2, len(replications)-1), of: replications,
		above: make([]float64, len(replications)), cells: make([]float64, len(replications)),
	}
	cell, part := all.cellAt(p * t.all)
	t.start(cell, part)
	// Few replications know their own error badly: they have to show more.
	enough := minIndependent * (1 + 2/float64(len(replications)-1))
	if share := min(p, 1-p); t.error() > share/math.Sqrt(enough) {
		return none, false
	}
	low, lowSeen := t.bound(cell, part, -1, cellOf(all.least))
	t.start(cell, part)
	high, highSeen := t.bound(cell, part, 1, cellOf(all.most))
	if !lowSeen || !highSeen {
		return none, false
	}
	least, most := float64(all.least), float64(all.most)
	return Interval{min(max(low, least), whole), whole, max(min(high, most), whole)}, true
}

// tailShares follows the shares of replications above a value that moves from cell to cell.
type tailShares struct {
	p, all, t float64
	of        []*Histogram
	above     []float64 // of each replication's observations
	cells     []float64 // of each in the cell that is being crossed
}

// start puts the value into a cell, a part of its width above its beginning.
func (s *tailShares) start(cell int, part float64) {
	for r, h := range s.of {
		n := uint64(0)
		for i := cell + 1; i <= cellOf(h.most); i++ {
			n += h.at(i)
		}
		s.above[r] = float64(n) + (1-part)*float64(h.at(cell))
	}
}

// error is the standard error of the share of all observations that lies above, as the
// ratio of two sums over replications, and not less than that of as many independent
// observations: few replications agree by chance.
func (s *tailShares) error() float64 {
	share := s.share()
	squares := 0.0
	for r, h := range s.of {
		d := s.above[r] - share*float64(h.count)
		squares += d * d
	}
	n := float64(len(s.of))
	return max(math.Sqrt(n/(n-1)*squares)/s.all, math.Sqrt(share*(1-share)/s.all))
}

func (s *tailShares) share() float64 {
	sum := 0.0
	for _, x := range s.above {
		sum += x
	}
	return sum / s.all
}

// holds reports whether the value may be the quantile.
func (s *tailShares) holds() bool {
	m := s.share()
	if !(m > 0 && m < 1) {
		return false
	}
	odds := math.Log(m/(1-m)) - math.Log((1-s.p)/s.p)
	return math.Abs(odds) <= s.t*s.error()/(m*(1-m))+1e-12
}

// bound moves the value away from where it is, down (-1) or up (1), until it cannot be the
// quantile any more. It is false when the last observation does not end that.
func (s *tailShares) bound(cell int, part float64, way, last int) (float64, bool) {
	for ; ; cell += way {
		for r, h := range s.of {
			s.cells[r] = float64(h.at(cell))
		}
		rest := part // of the cell that is still to be crossed
		if way > 0 {
			rest = 1 - part
		}
		first, width := cellRange(cell)
		s.cross(rest, way)
		if !s.holds() {
			// Within this cell: half of it back and forth.
			in, out := 0.0, rest
			s.cross(-rest, way)
			for range 20 {
				mid := (in + out) / 2
				s.cross(mid, way)
				if s.holds() {
					in = mid
				} else {
					out = mid
				}
				s.cross(-mid, way)
			}
			if way < 0 {
				return first - 0.5 + width*(part-in), true
			}
			return first - 0.5 + width*(part+in), true
		}
		if cell == last {
			return 0, false
		}
		part = 1
		if way > 0 {
			part = 0
		}
	}
}

// cross moves the value by a part of the present cell.
func (s *tailShares) cross(part float64, way int) {
	for r := range s.above {
		s.above[r] -= float64(way) * part * s.cells[r]
	}
}

// widestMean is the relative half-width up to which a mean's interval is given.
const widestMean = 0.3

// MeanOf is the confidence interval of the mean time, in nanoseconds, from independent
// replications: the mean of all their observations together, and around it Student's t on
// what the replications' sums deviate from it (the ratio estimator; Cochran, Sampling
// Techniques, 1977, 6.3). A mean of few busy periods is skewed, and what makes it small
// makes it look precise: the error is taken to grow in proportion to the mean, so that the
// upper bound is 1/(1-h) times the mean where h is the relative half-width, the lower one
// exp(-h) times it. Nothing is taken to be independent within a replication.
//
// It is false for fewer than two replications, where all observations together are worth
// fewer than ten independent ones, more with few replications and for times more skewed
// than exponential ones, and where h is above 0.3: so wide an
// interval comes of samples that have not seen their rare long times yet, and misses.
func MeanOf(replications []*Histogram, confidence float64) (Interval, bool) {
	none := Interval{math.NaN(), math.NaN(), math.NaN()}
	var all Histogram
	for _, h := range replications {
		all.Merge(h)
	}
	r, n := float64(len(replications)), float64(all.count)
	if r < 2 || n == 0 || !(confidence > 0 && confidence < 1) {
		return none, false
	}
	mean, squares := all.Mean(), 0.0
	for _, h := range replications {
		if h.count > 0 {
			d := (h.Mean() - mean) * float64(h.count)
			squares += d * d
		}
	}
	variance, skewness := all.spread()
	// A mean of skewed times needs as many more of them as its square says (Cochran 1977,
	// 2.15): ten are enough where they are as skewed as exponential ones.
	enough := minIndependent * (1 + 2/(r-1)) * math.Max(1, skewness*skewness/4)
	// Few replications agree by chance: not closer than independent observations do.
	err := math.Max(math.Sqrt(r/(r-1)*squares)/n, math.Sqrt(variance/n))
	if n < minIndependent || variance < enough*err*err {
		return none, false
	}
	half := studentQuantile(0.5+confidence/2, len(replications)-1) * err / mean
	switch {
	case mean == 0:
		return Interval{}, true
	case half > widestMean:
		return none, false
	}
	return Interval{mean * math.Exp(-half), mean, mean / (1 - half)}, true
}

// Variation is the coefficient of variation of the times of all replications together, 0
// when there are none.
func Variation(replications []*Histogram) float64 {
	var all Histogram
	for _, h := range replications {
		all.Merge(h)
	}
	if all.count == 0 || all.sumHi+all.sumLo == 0 {
		return 0
	}
	variance, _ := all.spread()
	return math.Sqrt(variance) / all.Mean()
}

// RateOf is the confidence interval of a rate from how often something happened in each
// of independent replications of so many seconds: Student's t on their counts, never
// narrower than that of as many independent events (Poisson), and not below 0. With fewer
// than two replications it is unbounded.
func RateOf(counts []float64, seconds, confidence float64) Interval {
	var m Mean
	for _, n := range counts {
		m.Add(n)
	}
	i := m.Interval(confidence)
	if m.n > 1 {
		half := studentQuantile(0.5+confidence/2, len(counts)-1) * math.Sqrt(math.Max(m.Variance(), m.mean)/float64(m.n))
		i = Interval{m.mean - half, m.mean, m.mean + half}
	}
	return Interval{math.Max(i.Low, 0) / seconds, i.Estimate / seconds, i.High / seconds}
}

// Share is how many of so many.
type Share struct{ Of, Among float64 }

// ShareOf is the confidence interval of a share from independent replications: that of
// all of them together, and around it Student's t on what the replications deviate from
// it, by the logarithm of its odds, as shares near 0 and 1 are skewed. It is never
// narrower than that of as many independent trials; where all or none of n were seen, it
// reaches as far as one event in -n/ln(1-confidence) would be, which at 95 % is the rule
// of three. It is false for fewer than two replications or nothing tried.
func ShareOf(replications []Share, confidence float64) (Interval, bool) {
	of, among := 0.0, 0.0
	for _, s := range replications {
		of, among = of+s.Of, among+s.Among
	}
	r := float64(len(replications))
	if r < 2 || among == 0 || !(confidence > 0 && confidence < 1) {
		return Interval{math.NaN(), math.NaN(), math.NaN()}, false
	}
	p := of / among
	unseen := math.Min(1, -math.Log(1-confidence)/among)
	if of == 0 {
		return Interval{0, 0, unseen}, true
	}
	if of == among {
		return Interval{1 - unseen, 1, 1}, true
	}
	squares := 0.0
	for _, s := range replications {
		d := s.Of - p*s.Among
		squares += d * d
	}
	err := math.Max(math.Sqrt(r/(r-1)*squares)/among, math.Sqrt(p*(1-p)/among))
	odds, half := math.Log(p/(1-p)), studentQuantile(0.5+confidence/2, len(replications)-1)*err/(p*(1-p))
	return Interval{1 / (1 + math.Exp(half-odds)), p, 1 / (1 + math.Exp(-half-odds))}, true
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
