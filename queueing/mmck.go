package queueing

import "math"

// MMcK is C servers with room for K customers in all, queued and in service;
// an arrival that finds K is lost. Poisson arrivals, exponential service. It
// is stable at any load, and M/M/c/c (Erlang's loss system) for K = C.
type MMcK struct {
	Lambda float64 // arrivals per second, >= 0
	Mu     float64 // services per second per busy server, > 0
	C      int     // servers, 1 to 2^24
	K      int     // room in all, C to 2^24
}

const maxRoom = 1 << 24

// loss summarises a queue whose arrivals are not all served.
type loss struct {
	blocked float64 // share of arrivals lost
	waiting float64 // mean number in the queue
	busy    float64 // mean number in service
	empty   float64 // share of time with nobody present
	full    float64 // share of arrivals that find all servers busy
}

// solve sums the birth-death chain relative to the state in which just all
// servers are busy; the states below it sum to what Erlang B knows.
func (q MMcK) solve() loss {
	if !nonNegative(q.Lambda) || !positive(q.Mu) || q.C < 1 || q.K < q.C || q.K > maxRoom {
		return loss{nan(), nan(), nan(), nan(), nan()}
	}
	a := q.Lambda / q.Mu
	inv := inverseB(q.C, a)
	if math.IsInf(inv, 1) {
		return loss{busy: a, empty: math.Exp(-a)}
	}
	rho := a / float64(q.C)
	above, waiting, last := ratioSums(rho, q.K-q.C)
	if math.IsInf(above, 1) {
		// Far overloaded: the chain sits at its upper end.
		return loss{blocked: 1 - 1/rho, waiting: float64(q.K-q.C) - 1/(rho-1), busy: float64(q.C), full: 1}
	}
	total := inv - 1 + above
	lg, _ := math.Lgamma(float64(q.C) + 1)
	return loss{
		blocked: last / total,
		waiting: waiting / total,
		busy:    a * (1 - last/total),
		empty:   min(1, math.Exp(lg-float64(q.C)*math.Log(a))/total),
		full:    above / total,
	}
}

// ratioSums is the sum of r^j, the sum of j r^j, and r^n, over j = 0..n.
func ratioSums(r float64, n int) (sum, weighted, last float64) {
	term := 1.0
	for j := 0; ; j++ {
		sum += term
		weighted += float64(j) * term
		last = term
		if j == n || math.IsInf(sum, 1) {
			return sum, weighted, last
		}
		if term *= r; float64(j)*term < 1e-18*weighted && r < 1 {
			return sum, weighted, math.Pow(r, float64(n))
		}
	}
}

// Lost is the share of arrivals that find the system full.
func (q MMcK) Lost() float64 { return q.solve().blocked }

// Throughput is the rate of arrivals that are served.
func (q MMcK) Throughput() float64 { return q.Lambda * (1 - q.Lost()) }

// Utilisation is the mean share of servers that are busy.
func (q MMcK) Utilisation() float64 { return q.solve().busy / float64(q.C) }

// Empty is the share of time with nobody present.
func (q MMcK) Empty() float64 { return q.solve().empty }

// WaitProbability is the share of all arrivals that find every server busy,
// lost ones included.
func (q MMcK) WaitProbability() float64 { return q.solve().full }

// Waiting is the mean number of customers in the queue.
func (q MMcK) Waiting() float64 { return q.solve().waiting }

// InSystem is the mean number of customers queued or in service.
func (q MMcK) InSystem() float64 {
	s := q.solve()
	return s.waiting + s.busy
}

// Wait is the mean time in the queue of those not lost.
func (q MMcK) Wait() float64 {
	s := q.solve()
	if q.Lambda == 0 {
		return 0 * s.waiting
	}
	return s.waiting / (q.Lambda * (1 - s.blocked))
}

// Sojourn is the mean time from arrival to departure of those not lost.
func (q MMcK) Sojourn() float64 { return q.Wait() + 1/q.Mu }
