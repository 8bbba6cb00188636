package queueing

import "math"

// MMcD is an M/M/c queue whose servers drop a request unserved when it has
// waited longer than Patience: a deadline checked at dequeue. Stable at any
// load. For one server it is Barrer's result (D. Y. Barrer, Operations
// Research 5(5), 1957); several follow by the same level crossing.
type MMcD struct {
	Lambda   float64 // arrivals per second, >= 0
	Mu       float64 // services per second per busy server, > 0
	C        int     // servers, 1 to 2^31
	Patience float64 // seconds, >= 0
}

// Dropped is the share of requests dropped. With weight 1 for the arrivals
// that find the last server free, the work ahead of an arrival has density
// Lambda*exp(-s x) below Patience, s = C*Mu-Lambda, and decays at rate C*Mu
// beyond it, where nobody joins.
func (q MMcD) Dropped() float64 {
	base := MMc{q.Lambda, q.Mu, q.C}
	if !base.valid() || !nonNegative(q.Patience) {
		return nan()
	}
	if q.Lambda == 0 {
		return 0
	}
	s, tau := base.spare(), q.Patience
	// The states below full, relative to the one with a single free server:
	// Erlang B of one server fewer.
	below := 1.0
	if q.C > 1 {
		below = inverseB(q.C-1, q.Lambda/q.Mu)
	}
	capacity := float64(q.C) * q.Mu
	if x := s * tau; x < -600 {
		// Overload without patience to matter: what exceeds capacity is lost.
		return 1 - capacity/q.Lambda
	}
	beyond := q.Lambda * math.Exp(-s*tau) / capacity
	within := q.Lambda * tau
	if s != 0 {
		within = -q.Lambda * math.Expm1(-s*tau) / s
	}
	return beyond / (below + within + beyond)
}

// Goodput is the rate of requests served.
func (q MMcD) Goodput() float64 { return q.Lambda * (1 - q.Dropped()) }

// Utilisation is the mean share of busy servers.
func (q MMcD) Utilisation() float64 { return q.Goodput() / (float64(q.C) * q.Mu) }

// ErlangA is an M/M/c queue whose waiting customers give up after an
// exponential patience with rate Theta each (M/M/c+M; C. Palm 1946). Stable
// at any load. Answers are NaN where the queue length spreads over more than
// ten million states: near saturation with a mean patience of some 1e11
// services or more.
type ErlangA struct {
	Lambda float64 // arrivals per second, >= 0
	Mu     float64 // services per second per busy server, > 0
	C      int     // servers, 1 to 2^31
	Theta  float64 // one over the mean patience, > 0
}

// maxSteps bounds the states summed on one side of the likeliest.
const maxSteps = 10_000_000

// solve is the share of arrivals that find all servers busy and the mean
// number waiting. The states above full are summed outwards from the
// likeliest of them, so that none overflows and the work is a few multiples
// of the standard deviation.
func (q ErlangA) solve() (waits, waiting float64) {
	base := MMc{q.Lambda, q.Mu, q.C}
	if !base.valid() || !positive(q.Theta) {
		return nan(), nan()
	}
	below := inverseB(q.C, q.Lambda/q.Mu) - 1 // relative to full
	if math.IsInf(below, 1) {
		return 0, 0
	}
	capacity := float64(q.C) * q.Mu
	up := func(x float64) float64 { return q.Lambda / (capacity + (x+1)*q.Theta) } // ratio of x+1 to x waiting
	mode := math.Floor(max(0, (q.Lambda-capacity)/q.Theta))
	if mode > 1e12 {
		// The queue hardly varies: what exceeds capacity waits and gives up.
		return 1, (q.Lambda - capacity) / q.Theta
	}
	full, weighted := 0.0, 0.0
	for x, w := mode, 1.0; w > 1e-18*full; x++ {
		if x-mode > maxSteps {
			return nan(), nan()
		}
		full += w
		weighted += x * w
		w *= up(x)
	}
	atFull := 1.0 // the weight of the state without anybody waiting
	for x := mode; x > 0; x-- {
		atFull /= up(x - 1)
		full += atFull
		weighted += (x - 1) * atFull
		if atFull < 1e-18*full {
			atFull = 0
			break
		}
	}
	total := full + below*atFull
	return full / total, weighted / total
}

// WaitProbability is the share of arrivals that find all servers busy.
func (q ErlangA) WaitProbability() float64 {
	waits, _ := q.solve()
	return waits
}

// Waiting is the mean number of customers in the queue.
func (q ErlangA) Waiting() float64 {
	_, waiting := q.solve()
	return waiting
}

// Abandoned is the share of arrivals that give up before service.
func (q ErlangA) Abandoned() float64 {
	if waiting := q.Waiting(); q.Lambda > 0 || math.IsNaN(waiting) {
		return min(1, q.Theta*waiting/q.Lambda)
	}
	return 0
}

// Wait is the mean time in the queue over all arrivals, until service or
// giving up.
func (q ErlangA) Wait() float64 { return q.Abandoned() / q.Theta }
