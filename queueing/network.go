package queueing

// Network is an open Jackson network: stations with exponential service, each
// with its own Poisson arrivals from outside, and a fixed probability for
// each next step (J. R. Jackson, Operations Research 5(4), 1957). In steady
// state each station behaves as an M/M/c queue of its own.
type Network struct {
	Arrivals []float64   // from outside, per second, one per station
	Mu       []float64   // services per second per busy server
	Servers  []int       // servers per station; nil for one each
	Routes   [][]float64 // Routes[i][j]: probability that i is followed by j; the rest of row i leaves
}

// Flows is the solution of a Network, one entry per station where a slice.
type Flows struct {
	Rates       []float64 // requests per second through the station
	Utilisation []float64 // offered load per server
	Sojourns    []float64 // mean seconds per visit
	InSystem    float64   // mean number of requests in the whole network
	EndToEnd    float64   // mean seconds from entering to leaving, all visits
}

// maxStations bounds a network; the solution's work grows with its cube.
const maxStations = 500

// Solve computes the rates by the traffic equations and the rest by station.
// Unstable stations have +Inf; all fields are NaN or nil when the network is
// malformed or some request could never leave it.
func (n Network) Solve() Flows {
	k := len(n.Arrivals)
	bad := Flows{InSystem: nan(), EndToEnd: nan()}
	if !n.wellFormed() {
		return bad
	}
	rates, ok := n.trafficRates()
	if !ok {
		return bad
	}
	out := Flows{Rates: rates, Utilisation: make([]float64, k), Sojourns: make([]float64, k)}
	entering := 0.0
	for i := range k {
		q := MMc{rates[i], n.Mu[i], 1}
		if n.Servers != nil {
			q.C = n.Servers[i]
		}
		out.Utilisation[i] = q.Utilisation()
		out.Sojourns[i] = q.Sojourn()
		out.InSystem += q.InSystem()
		entering += n.Arrivals[i]
	}
	if entering > 0 {
		out.EndToEnd = out.InSystem / entering
	}
	return out
}

func (n Network) wellFormed() bool {
	k := len(n.Arrivals)
	if k == 0 || k > maxStations || len(n.Mu) != k || len(n.Routes) != k || (n.Servers != nil && len(n.Servers) != k) {
		return false
	}
	for i := range k {
		if !nonNegative(n.Arrivals[i]) || !positive(n.Mu[i]) || len(n.Routes[i]) != k {
			return false
		}
		if n.Servers != nil && n.Servers[i] < 1 {
			return false
		}
		sum := 0.0
		for _, p := range n.Routes[i] {
			if !probability(p) {
				return false
			}
			sum += p
		}
		if sum > 1+1e-9 {
			return false
		}
	}
	return true
}

// trafficRates solves rate = arrivals + rate*Routes by elimination. Columns
// of the matrix I-Routes^T are diagonally dominant, so the order needs no
// pivoting; a pivot that vanishes is a closed loop without exit.
func (n Network) trafficRates() ([]float64, bool) {
	k := len(n.Arrivals)
	m := make([][]float64, k)
	for i := range m {
		m[i] = make([]float64, k+1)
		for j := range k {
			m[i][j] = -n.Routes[j][i]
		}
		m[i][i]++
		m[i][k] = n.Arrivals[i]
	}
	for c := range k {
		if m[c][c] < 1e-12 {
			return nil, false
		}
		for r := c + 1; r < k; r++ {
			factor := m[r][c] / m[c][c]
			for j := c; j <= k; j++ {
				m[r][j] -= factor * m[c][j]
			}
		}
	}
	rates := make([]float64, k)
	for c := k - 1; c >= 0; c-- {
		v := m[c][k]
		for j := c + 1; j < k; j++ {
			v -= m[c][j] * rates[j]
		}
		rates[c] = max(0, v/m[c][c])
	}
	return rates, true
}

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
