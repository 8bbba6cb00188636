package queueing

import "math"

// Moments are the first three raw moments of a service time; what the
// Pollaczek-Khinchine formulas need to know of it.
type Moments struct {
	First, Second, Third float64 // E[S], E[S^2], E[S^3] in seconds, s^2, s^3
}

// Constant is a service time that is always mean.
func Constant(mean float64) Moments { return ErlangStages(mean, inf()) }

// Exponential is an exponential service time.
func Exponential(mean float64) Moments { return ErlangStages(mean, 1) }

// ErlangStages is the sum of stages equal exponentials with the given mean
// in total; its squared coefficient of variation is 1/stages. Fractional
// stages > 0 give the gamma distribution, infinitely many a constant.
func ErlangStages(mean, stages float64) Moments {
	if !nonNegative(mean) || !(stages > 0) {
		return Moments{nan(), nan(), nan()}
	}
	up := 1 / stages
	return Moments{mean, mean * mean * (1 + up), mean * mean * mean * (1 + up) * (1 + 2*up)}
}

// Hyperexponential is a mixture of two exponentials with balanced means (each
// branch carries half of the work) and squared coefficient of variation
// scv >= 1: mostly short with some long ones.
func Hyperexponential(mean, scv float64) Moments {
	p, fast, slow := balancedBranches(mean, scv)
	if math.IsNaN(p) {
		return Moments{nan(), nan(), nan()}
	}
	moment := func(k int, factorial float64) float64 {
		return factorial * (p*math.Pow(fast, -float64(k)) + (1-p)*math.Pow(slow, -float64(k)))
	}
	return Moments{mean, moment(2, 2), moment(3, 6)}
}

// balancedBranches is the share and the rate of the fast branch and the rate
// of the slow branch of a balanced hyperexponential; NaN out of range.
func balancedBranches(mean, scv float64) (p, fast, slow float64) {
	if !positive(mean) || !(scv >= 1) || math.IsInf(scv, 1) {
		return nan(), nan(), nan()
	}
	p = (1 + math.Sqrt((scv-1)/(scv+1))) / 2
	return p, 2 * p / mean, 2 * (1 - p) / mean
}

// Moments are the first three raw moments of the log-normal.
func (d LogNormal) Moments() Moments {
	return Moments{d.moment(1), d.moment(2), d.moment(3)}
}

// SCV is the squared coefficient of variation.
func (m Moments) SCV() float64 { return m.Second/(m.First*m.First) - 1 }

// MG1 is a single server with Poisson arrivals at rate Lambda and any service
// time, first come, first served (Pollaczek 1930, Khinchine 1932; second
// moment: Takacs 1962).
type MG1 struct {
	Lambda  float64 // arrivals per second, >= 0
	Service Moments
}

// Utilisation is Lambda times the mean service; 1 or more means unstable.
func (q MG1) Utilisation() float64 { return Utilisation(q.Lambda, q.Service.First, 1) }

// Wait is the mean time in the queue, Lambda E[S^2] / (2(1-rho)).
func (q MG1) Wait() float64 {
	rho := q.Utilisation()
	if rho >= 1 {
		return inf()
	}
	return q.Lambda * q.Service.Second / (2 * (1 - rho))
}

// WaitDeviation is the standard deviation of the time in the queue.
func (q MG1) WaitDeviation() float64 {
	rho := q.Utilisation()
	if rho >= 1 {
		return inf()
	}
	w := q.Wait()
	return math.Sqrt(w*w + q.Lambda*q.Service.Third/(3*(1-rho)))
}

// Sojourn is the mean time from arrival to departure.
func (q MG1) Sojourn() float64 { return q.Wait() + q.Service.First }

// Waiting is the mean number of customers in the queue.
func (q MG1) Waiting() float64 { return Little(q.Lambda, q.Wait()) }

// InSystem is the mean number of customers queued or in service.
func (q MG1) InSystem() float64 { return Little(q.Lambda, q.Sojourn()) }

// SharedSojourn is the mean sojourn when the server is shared equally by all
// present (processor sharing) instead of queued for: E[S]/(1-rho), whatever
// the distribution (Sakata, Noguchi and Oizumi 1969).
func (q MG1) SharedSojourn() float64 {
	rho := q.Utilisation()
	if rho >= 1 {
		return inf()
	}
	return q.Service.First / (1 - rho)
}

// GGc is C servers fed from one queue with any arrivals and any service,
// known by their rates and squared coefficients of variation. Its answers
// are the Allen-Cunneen approximation (A. O. Allen, Probability, Statistics
// and Queueing Theory, 1978): the M/M/c wait scaled by the mean of the two
// variabilities, exact for M/M/c and M/G/1, good at high utilisation, and an
// exponential tail beyond the probability of waiting.
type GGc struct {
	Lambda, Mu float64 // arrivals, and services per busy server, per second
	C          int     // servers
	ArrivalSCV float64 // 1 for Poisson, 0 for a steady pace
	ServiceSCV float64 // 1 for exponential, 0 for constant
}

func (q GGc) base() MMc { return MMc{q.Lambda, q.Mu, q.C} }

// variability is the factor between this queue's wait and that of M/M/c.
func (q GGc) variability() float64 {
	if !nonNegative(q.ArrivalSCV) || !nonNegative(q.ServiceSCV) {
		return nan()
	}
	return (q.ArrivalSCV + q.ServiceSCV) / 2
}

// Utilisation is the offered load per server; 1 or more means unstable.
func (q GGc) Utilisation() float64 { return q.base().Utilisation() }

// WaitProbability is approximated by Erlang C.
func (q GGc) WaitProbability() float64 { return q.base().WaitProbability() }

// Wait is the approximate mean time in the queue; +Inf when unstable.
func (q GGc) Wait() float64 {
	v := q.variability()
	if v == 0 && q.Utilisation() >= 1 {
		return inf()
	}
	return v * q.base().Wait()
}

// Sojourn is the approximate mean time from arrival to departure.
func (q GGc) Sojourn() float64 { return q.Wait() + 1/q.Mu }

// WaitTail is the approximate probability that the wait exceeds t >= 0.
func (q GGc) WaitTail(t float64) float64 {
	c, w := q.WaitProbability(), q.Wait()
	switch {
	case !(t >= 0) || math.IsNaN(w):
		return nan()
	case math.IsInf(w, 1):
		return 1
	case t == 0:
		return c
	case w == 0:
		return 0
	}
	return c * math.Exp(-t*c/w)
}

// WaitQuantile is the approximate time that a share p of the waits stays
// within.
func (q GGc) WaitQuantile(p float64) float64 {
	c, w := q.WaitProbability(), q.Wait()
	if !probability(p) || math.IsNaN(w) {
		return nan()
	}
	excess := math.Log(c) - math.Log1p(-p)
	if excess <= 0 {
		return 0
	}
	return excess * w / c
}
