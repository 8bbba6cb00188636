package des

import (
	"math"
	"math/bits"
)

// Histogram counts times in cells that are at most 0.8 % of their values wide,
// for any span, and keeps their exact sum, least and largest. Adding histograms
// up in any order gives the same one. It has memory for the octaves alone in which
// times were recorded, 1 KB each, and shares it when copied: use it by pointer.
// The zero Histogram is empty.
type Histogram struct {
	rows        [rowCount]*row
	count       uint64
	sumLo       uint64 // 128-bit sum, so that order cannot matter
	sumHi       uint64
	least, most Time
}

// subBits is how many bits of a value below its highest one choose the cell.
const (
	subBits  = 7
	rowSize  = 1 << subBits
	rowCount = 63 - subBits + 1
)

// row has the cells of the values with the same highest bit; the first one has all
// those below rowSize.
type row [rowSize]uint64

// at is the number of times in a cell.
func (h *Histogram) at(cell int) uint64 {
	if r := h.rows[cell>>subBits]; r != nil {
		return r[cell&(rowSize-1)]
	}
	return 0
}

// row is the one with a number, made when it is first needed.
func (h *Histogram) row(i int) *row {
	if h.rows[i] == nil {
		h.rows[i] = new(row)
	}
	return h.rows[i]
}

func cellOf(t Time) int {
	v := uint64(t)
	if v < 1<<subBits {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return shift<<subBits + int(v>>shift)
}

// cellRange is the first value of a cell and how many values it has.
func cellRange(i int) (first, width float64) {
	if i < 2<<subBits {
		return float64(i), 1
	}
	shift := i>>subBits - 1
	return math.Ldexp(float64(i&(1<<subBits-1)+1<<subBits), shift), math.Ldexp(1, shift)
}

// Record counts t; a negative one counts as 0.
func (h *Histogram) Record(t Time) {
	t = max(t, 0)
	if h.count == 0 || t < h.least {
		h.least = t
	}
	h.most = max(h.most, t)
	cell := cellOf(t)
	h.row(cell >> subBits)[cell&(rowSize-1)]++
	h.count++
	var carry uint64
	h.sumLo, carry = bits.Add64(h.sumLo, uint64(t), 0)
	h.sumHi += carry
}

// Merge adds what other has counted.
func (h *Histogram) Merge(other *Histogram) {
	if other.count == 0 {
		return
	}
	if h.count == 0 || other.least < h.least {
		h.least = other.least
	}
	h.most = max(h.most, other.most)
	for i, from := range other.rows {
		if from == nil {
			continue
		}
		to := h.row(i)
		for k, n := range from {
			to[k] += n
		}
	}
	h.count += other.count
	var carry uint64
	h.sumLo, carry = bits.Add64(h.sumLo, other.sumLo, 0)
	h.sumHi += other.sumHi + carry
}

// Reset forgets everything counted.
func (h *Histogram) Reset() { *h = Histogram{} }

// Count is how many times were recorded.
func (h *Histogram) Count() uint64 { return h.count }

// Mean is the mean in nanoseconds, NaN when nothing was recorded.
func (h *Histogram) Mean() float64 {
	if h.count == 0 {
		return math.NaN()
	}
	return (math.Ldexp(float64(h.sumHi), 64) + float64(h.sumLo)) / float64(h.count)
}

// spread is the variance of the recorded times, in square nanoseconds, and their
// skewness, 0 where they do not differ; each is taken to lie in the middle of its cell.
func (h *Histogram) spread() (variance, skewness float64) {
	mean, squares, cubes := h.Mean(), 0.0, 0.0
	for i := cellOf(h.least); i <= cellOf(h.most); i++ {
		if n := h.at(i); n > 0 {
			first, width := cellRange(i)
			d := first + (width-1)/2 - mean
			squares += float64(n) * d * d
			cubes += float64(n) * d * d * d
		}
	}
	n := math.Max(float64(h.count), 1)
	if variance = squares / n; variance > 0 {
		skewness = cubes / n / math.Pow(variance, 1.5)
	}
	return variance, skewness
}

// Least and Most are the extremes recorded, 0 when nothing was.
func (h *Histogram) Least() Time { return h.least }

// Most is the largest time recorded, 0 when nothing was.
func (h *Histogram) Most() Time { return h.most }

// minExceedances is how many observations have to lie on each side of a
// percentile before it means anything: with ten, its error is about a third
// of the tail it cuts off.
const minExceedances = 10

// Carries tells whether the sample is large enough to say anything about the
// p-quantile: ten observations on each side of it, so 1 000 for a p99 and
// 10 000 for a p99.9.
func (h *Histogram) Carries(p float64) bool {
	n := float64(h.count)
	// 10 000 observations carry a p99.9 although 1-0.999 is a little less
	// than 0.001.
	const almost = minExceedances * (1 - 1e-9)
	return p > 0 && p < 1 && n*p >= almost && n*(1-p) >= almost
}

// Quantile is the time, in nanoseconds, that a share p of the recorded ones
// stays within; false, and NaN, when the sample does not carry it.
func (h *Histogram) Quantile(p float64) (float64, bool) {
	if !h.Carries(p) {
		return math.NaN(), false
	}
	return h.valueAt(p * float64(h.count)), true
}

// valueAt is the value below which rank observations lie, spread evenly over
// their cells.
func (h *Histogram) valueAt(rank float64) float64 {
	cell, part := h.cellAt(rank)
	// A cell's integers stand for the half unit around each.
	first, width := cellRange(cell)
	return min(max(first-0.5+width*part, float64(h.least)), float64(h.most))
}

// cellAt is the cell in which rank observations are reached, and what part of its width.
func (h *Histogram) cellAt(rank float64) (cell int, part float64) {
	below := 0.0
	last := cellOf(h.most)
	for i := cellOf(h.least); i <= last; i++ {
		n := float64(h.at(i))
		if n > 0 && below+n >= rank {
			return i, max(0, rank-below) / n
		}
		below += n
	}
	return last, 1
}

// Above is the share of recorded times above t, counting the cell that t falls
// into in proportion; NaN when nothing was recorded.
func (h *Histogram) Above(t Time) float64 {
	if h.count == 0 {
		return math.NaN()
	}
	t = max(t, 0)
	cell := cellOf(t)
	above := uint64(0)
	for i := cell + 1; i < rowCount<<subBits; i++ {
		above += h.at(i)
	}
	first, width := cellRange(cell)
	part := 1 - (float64(t)-first+1)/width
	return (float64(above) + part*float64(h.at(cell))) / float64(h.count)
}
