package queueing

import "math"

// maxServers bounds the server counts the Erlang formulas accept; their work
// grows with the square root of the count.
const maxServers = 1 << 31

// ErlangB is the probability that an arrival finds all of servers busy and
// is lost (M/M/c/c), for offered load in erlangs (rate times mean service
// time). It holds for any service distribution with that mean (A. K. Erlang
// 1917; insensitivity: Sevastyanov 1957). servers in [1, 2^31].
func ErlangB(servers int, offered float64) float64 {
	return 1 / inverseB(servers, offered)
}

// inverseB is 1/ErlangB as the sum 1 + c/a + c(c-1)/a^2 + ..., whose terms
// are all positive: no cancellation for thousands of servers, and it ends
// after a few multiples of the square root of c terms, either because they
// vanish or because the sum overflows, which means that nothing is blocked.
func inverseB(servers int, offered float64) float64 {
	if servers < 1 || servers > maxServers || !nonNegative(offered) {
		return nan()
	}
	sum, term := 1.0, 1.0
	for j := servers; j > 0; j-- {
		ratio := float64(j) / offered
		term *= ratio
		sum += term
		if math.IsInf(sum, 1) || (ratio < 1 && term < sum*1e-17*(1-ratio)) {
			break
		}
	}
	return sum
}

// ErlangC is the probability that an arrival has to wait at servers servers
// with an unlimited queue (M/M/c); 1 when the offered load in erlangs is at
// or above the number of servers.
func ErlangC(servers int, offered float64) float64 {
	inv := inverseB(servers, offered)
	if math.IsNaN(inv) {
		return inv
	}
	rho := offered / float64(servers)
	if rho >= 1 {
		return 1
	}
	return 1 / ((1-rho)*inv + rho)
}

// MMc is C servers fed from one queue, first come, first served, with Poisson
// arrivals at rate Lambda and exponential service at rate Mu per server.
type MMc struct {
	Lambda float64 // arrivals per second, >= 0
	Mu     float64 // services per second per busy server, > 0
	C      int     // servers, 1 to 2^31
}

func (q MMc) valid() bool {
	return nonNegative(q.Lambda) && positive(q.Mu) && q.C >= 1 && q.C <= maxServers
}

// spare is the capacity beyond the arrivals, C*Mu-Lambda: the rate at which
// the waiting time's tail decays.
func (q MMc) spare() float64 { return float64(q.C)*q.Mu - q.Lambda }

// Offered is the offered load in erlangs, Lambda/Mu: the mean number of busy
// servers when the queue is stable.
func (q MMc) Offered() float64 {
	if !q.valid() {
		return nan()
	}
	return q.Lambda / q.Mu
}

// Utilisation is the offered load per server; 1 or more means unstable.
func (q MMc) Utilisation() float64 { return q.Offered() / float64(q.C) }

// WaitProbability is Erlang C: the probability that an arrival has to queue.
func (q MMc) WaitProbability() float64 {
	if !q.valid() {
		return nan()
	}
	return ErlangC(q.C, q.Lambda/q.Mu)
}

// Wait is the mean time in the queue before service starts, over all
// arrivals including those that do not wait.
func (q MMc) Wait() float64 {
	c := q.WaitProbability()
	if spare := q.spare(); spare > 0 {
		return c / spare
	}
	return c * inf()
}

// Sojourn is the mean time from arrival to departure.
func (q MMc) Sojourn() float64 { return q.Wait() + 1/q.Mu }

// Waiting is the mean number of customers in the queue.
func (q MMc) Waiting() float64 { return Little(q.Lambda, q.Wait()) }

// InSystem is the mean number of customers queued or in service.
func (q MMc) InSystem() float64 { return Little(q.Lambda, q.Sojourn()) }

// WaitTail is the probability that the wait in the queue exceeds t >= 0.
func (q MMc) WaitTail(t float64) float64 {
	if !(t >= 0) {
		return nan()
	}
	c := q.WaitProbability()
	if q.spare() <= 0 {
		return c
	}
	return c * math.Exp(-q.spare()*t)
}

// WaitQuantile is the time that a share p of the waits stays within; 0 for p
// up to the share of arrivals that find a free server.
func (q MMc) WaitQuantile(p float64) float64 {
	if !probability(p) {
		return nan()
	}
	excess := math.Log(q.WaitProbability()) - math.Log1p(-p)
	switch {
	case excess <= 0:
		return 0
	case q.spare() <= 0:
		return excess * inf()
	}
	return excess / q.spare()
}

// SojournTail is the probability that a sojourn exceeds t >= 0: a service
// alone for arrivals that find a free server, a wait and a service for the
// others.
func (q MMc) SojournTail(t float64) float64 {
	if !(t >= 0) {
		return nan()
	}
	return q.sojournTail(q.WaitProbability(), t)
}

// SojournCurve is SojournTail as a function that computes Erlang C once, for
// callers that look at many times, such as SeriesQuantile.
func (q MMc) SojournCurve() func(t float64) float64 {
	waits := q.WaitProbability()
	return func(t float64) float64 {
		if !(t >= 0) {
			return nan()
		}
		return q.sojournTail(waits, t)
	}
}

// sojournTail takes Erlang C as an argument so that a root search computes it
// once. The tail of a wait plus a service is (s e^-mt - m e^-st)/(s-m) with
// spare capacity s and service rate m; written around e^-mt it has no
// singularity where the two rates meet.
func (q MMc) sojournTail(waits, t float64) float64 {
	s := q.spare()
	if s <= 0 {
		return waits // 1, or NaN
	}
	alone := math.Exp(-q.Mu * t)
	gap := s - q.Mu
	var after float64
	if x := gap * t; math.Abs(x) > 1 {
		after = (s*alone - q.Mu*math.Exp(-s*t)) / gap
	} else if x == 0 {
		after = alone * (1 + q.Mu*t)
	} else {
		after = alone * (1 - q.Mu*t*math.Expm1(-x)/x)
	}
	return (1-waits)*alone + waits*after
}

// SojournQuantile is the time that a share p of the sojourns stays within.
func (q MMc) SojournQuantile(p float64) float64 {
	c := q.WaitProbability()
	if math.IsNaN(c) || !probability(p) {
		return nan()
	}
	if p > 0 && q.spare() <= 0 {
		return inf()
	}
	return quantileOf(func(t float64) float64 { return q.sojournTail(c, t) }, p, 1/q.Mu)
}
