package queueing

// ClosedPoint is a closed network at one population.
type ClosedPoint struct {
	Throughput float64   // requests per second
	Sojourn    float64   // mean seconds in the network, think time excluded
	Waiting    []float64 // mean number at each station, queued and in service
}

// maxPopulation bounds a closed network's recursion.
const maxPopulation = 10_000_000

// MVA is a closed network of single-server stations visited by population
// customers, each needing demands[i] seconds at station i per round and
// thinking for think seconds between rounds: the exact mean-value recursion
// (Reiser and Lavenberg, JACM 27(2), 1980). population in [0, 1e7]; the work
// is population times stations.
func MVA(demands []float64, think float64, population int) ClosedPoint {
	point := ClosedPoint{Throughput: nan(), Sojourn: nan()}
	if population < 0 || population > maxPopulation || !nonNegative(think) || len(demands) == 0 {
		return point
	}
	total := 0.0
	for _, d := range demands {
		if !nonNegative(d) {
			return point
		}
		total += d
	}
	if total+think == 0 {
		return point
	}
	point = ClosedPoint{Throughput: 0, Sojourn: total, Waiting: make([]float64, len(demands))}
	for n := 1; n <= population; n++ {
		point.Sojourn = 0
		for i, d := range demands {
			point.Sojourn += d * (1 + point.Waiting[i])
		}
		point.Throughput = float64(n) / (think + point.Sojourn)
		for i, d := range demands {
			point.Waiting[i] = point.Throughput * d * (1 + point.Waiting[i])
		}
	}
	return point
}

// KneePopulation is the population at which the two asymptotes of a closed
// network's throughput cross, (sum of demands + think) / largest demand:
// beyond it the bottleneck queues (Lazowska et al., Quantitative System
// Performance, 1984, ch. 5).
func KneePopulation(demands []float64, think float64) float64 {
	sum, largest := think, 0.0
	for _, d := range demands {
		if !nonNegative(d) {
			return nan()
		}
		sum += d
		largest = max(largest, d)
	}
	if largest == 0 || !nonNegative(think) {
		return nan()
	}
	return sum / largest
}

// FiniteSource is Servers servers used by N customers who each think for an
// exponential time between requests (M/M/c//N, the machine-repair model): the
// closed-loop load generator, which slows down with its target and so hides
// what an open load would show.
type FiniteSource struct {
	N       int     // customers, 1 to 1e7
	Think   float64 // mean seconds between an answer and the next request, > 0
	Service float64 // mean seconds per request, > 0
	Servers int     // >= 1
}

// solve is the mean number queued or in service and the mean number of busy
// servers. Weights are taken relative to the likeliest state, outwards, so
// that none overflows.
func (f FiniteSource) solve() (present, busy float64) {
	if f.N < 1 || f.N > maxPopulation || f.Servers < 1 || !positive(f.Think) || !positive(f.Service) {
		return nan(), nan()
	}
	x := f.Service / f.Think
	up := func(j int) float64 { // ratio of state j+1 to state j
		return float64(f.N-j) * x / float64(min(j+1, f.Servers))
	}
	mode := likeliest(f.N, up)
	total := 0.0
	add := func(j int, w float64) bool {
		total += w
		present += w * float64(j)
		busy += w * float64(min(j, f.Servers))
		return w > 1e-18*total
	}
	w := 1.0
	for j := mode; add(j, w) && j < f.N; j++ {
		w *= up(j)
	}
	w = 1
	for j := mode - 1; j >= 0; j-- {
		if w /= up(j); !add(j, w) {
			break
		}
	}
	return present / total, busy / total
}

// likeliest is the first state in 0..n from which the next is not likelier,
// for ratios that fall with the state.
func likeliest(n int, up func(j int) float64) int {
	lo, hi := 0, n
	for lo < hi {
		mid := (lo + hi) / 2
		if up(mid) > 1 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Throughput is the rate of answers.
func (f FiniteSource) Throughput() float64 {
	_, busy := f.solve()
	return busy / f.Service
}

// Utilisation is the mean share of busy servers.
func (f FiniteSource) Utilisation() float64 {
	_, busy := f.solve()
	return min(1, busy/float64(f.Servers))
}

// InSystem is the mean number queued or in service.
func (f FiniteSource) InSystem() float64 {
	present, _ := f.solve()
	return present
}

// Sojourn is the mean time from request to answer.
func (f FiniteSource) Sojourn() float64 {
	present, busy := f.solve()
	return present * f.Service / busy
}
