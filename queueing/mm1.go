package queueing

import "math"

// MM1 is a single server with Poisson arrivals at rate Lambda, exponential
// service at rate Mu, one queue and first come, first served. Its sojourn
// time is exponential with rate Mu-Lambda (Kleinrock, Queueing Systems
// vol. 1, 1975, ch. 3).
type MM1 struct {
	Lambda float64 // arrivals per second, >= 0
	Mu     float64 // services per second while busy, > 0
}

func (q MM1) valid() bool { return nonNegative(q.Lambda) && positive(q.Mu) }

// Utilisation is the offered load Lambda/Mu; 1 or more means unstable.
func (q MM1) Utilisation() float64 {
	if !q.valid() {
		return nan()
	}
	return q.Lambda / q.Mu
}

// Empty is the long-run share of time without any customer: 1-rho, and 0
// when unstable.
func (q MM1) Empty() float64 { return max(0, 1-q.Utilisation()) }

// WaitProbability is the probability that an arrival has to queue: rho, and
// 1 when unstable.
func (q MM1) WaitProbability() float64 { return min(1, q.Utilisation()) }

// Sojourn is the mean time from arrival to departure, 1/(Mu-Lambda).
func (q MM1) Sojourn() float64 {
	if rho := q.Utilisation(); rho >= 1 {
		return inf()
	} else if math.IsNaN(rho) {
		return rho
	}
	return 1 / (q.Mu - q.Lambda)
}

// Wait is the mean time in the queue before service starts.
func (q MM1) Wait() float64 { return q.Sojourn() * q.WaitProbability() }

// InSystem is the mean number of customers queued or in service.
func (q MM1) InSystem() float64 { return Little(q.Lambda, q.Sojourn()) }

// Waiting is the mean number of customers in the queue.
func (q MM1) Waiting() float64 { return Little(q.Lambda, q.Wait()) }

// SojournTail is the probability that a sojourn exceeds t >= 0. It is also
// the share of requests a client with timeout t gives up on, and so the
// share of the server's answers that nobody reads, when the server does not
// cancel and the client does not retry.
func (q MM1) SojournTail(t float64) float64 {
	w := q.Sojourn()
	if !(t >= 0) {
		return nan()
	}
	if math.IsInf(w, 1) {
		return 1
	}
	return math.Exp(-t / w)
}

// WaitTail is the probability that the wait in the queue exceeds t >= 0.
func (q MM1) WaitTail(t float64) float64 { return q.WaitProbability() * q.SojournTail(t) }

// SojournQuantile is the time that a share p of the sojourns stays within.
func (q MM1) SojournQuantile(p float64) float64 {
	if !probability(p) {
		return nan()
	}
	w := q.Sojourn()
	if p == 0 && !math.IsNaN(w) {
		return 0
	}
	return -math.Log1p(-p) * w
}

// WaitQuantile is the time that a share p of the waits stays within; it is 0
// for p up to 1-rho, the share of arrivals that find the server idle.
func (q MM1) WaitQuantile(p float64) float64 {
	if !probability(p) {
		return nan()
	}
	excess := math.Log(q.WaitProbability()) - math.Log1p(-p)
	if excess <= 0 {
		return 0
	}
	return excess * q.Sojourn()
}
