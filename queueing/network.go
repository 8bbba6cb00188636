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
