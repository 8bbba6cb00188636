package queueing

import "math"

// MD1 is a single server with Poisson arrivals at rate Lambda and a constant
// service time (Erlang 1909). Means are those of MG1; this type adds the
// distribution of the wait.
type MD1 struct {
	Lambda  float64 // arrivals per second, >= 0
	Service float64 // seconds per customer, > 0
}

func (q MD1) valid() bool { return nonNegative(q.Lambda) && positive(q.Service) }

// Utilisation is Lambda times the service time; 1 or more means unstable.
func (q MD1) Utilisation() float64 {
	if !q.valid() {
		return nan()
	}
	return q.Lambda * q.Service
}

// Wait is the mean time in the queue.
func (q MD1) Wait() float64 { return MG1{q.Lambda, Constant(q.Service)}.Wait() }

// Sojourn is the mean time from arrival to departure.
func (q MD1) Sojourn() float64 { return q.Wait() + q.Service }

// md1Exact is the number of service times up to which the distribution is
// summed exactly. Beyond it, all but the slowest exponential of the tail have
// died out to below 1e-11 of it.
const md1Exact = 32

// WaitTail is the probability that the wait exceeds t >= 0.
func (q MD1) WaitTail(t float64) float64 {
	rho := q.Utilisation()
	switch {
	case !(t >= 0) || math.IsNaN(rho):
		return nan()
	case rho >= 1:
		return 1
	case rho == 0:
		return 0
	}
	x := t / q.Service
	if x >= md1Exact {
		theta := md1Decay(rho)
		return (1 - rho) / (theta + rho - 1) * math.Exp(-theta*x)
	}
	return max(0, 1-md1Within(rho, x))
}

// md1Within is P(wait <= x service times) by the all-positive sum of
// G. J. Franx, Operations Research Letters 29(5), 2001, over the queue-length
// distribution; Erlang's own series alternates and loses all digits by a few
// tens of service times.
func md1Within(rho, x float64) float64 {
	k := int(x) + 1
	var states [md1Exact + 2]float64
	var arrivals poissonTail
	arrivals.set(rho)
	states[0] = 1 - rho
	for n := 0; n < k; n++ {
		states[n+1] = arrivals.next(states[:n+1])
	}
	// queued[m] = P(at most m waiting) = P(at most m+1 present).
	var queued [md1Exact + 1]float64
	sum := states[0]
	for m := range k {
		sum += states[m+1]
		queued[m] = sum
	}
	gap := rho * (float64(k) - x)
	weight, within := math.Exp(-gap), 0.0
	for j := range k {
		within += queued[k-1-j] * weight
		weight *= gap / float64(j+1)
	}
	return within
}

// md1Decay is the rate, per service time, at which the tail of the wait
// decays: the positive root of theta + rho = rho*exp(theta).
func md1Decay(rho float64) float64 {
	// Newton's method on the convex difference, from the right of the root.
	theta := 2 * (1 - rho) / rho
	if limit := 2 - 2*math.Log(rho); theta > limit {
		theta = limit
	}
	for range 100 {
		e := rho * math.Exp(theta)
		step := (e - theta - rho) / (e - 1)
		theta -= step
		if math.Abs(step) <= 1e-15*theta {
			break
		}
	}
	return theta
}

// WaitQuantile is the time that a share p of the waits stays within; 0 for p
// up to 1-rho, the share of arrivals that find the server idle.
func (q MD1) WaitQuantile(p float64) float64 {
	rho := q.Utilisation()
	if p > 0 && p <= 1 && rho >= 1 {
		return inf()
	}
	return quantileOf(q.WaitTail, p, q.Service)
}

// SojournQuantile is the time that a share p of the sojourns stays within.
func (q MD1) SojournQuantile(p float64) float64 { return q.WaitQuantile(p) + q.Service }

// poissonTail steps the numbers present in M/D/1, or any queue with one
// Poisson batch per service, from state to state. With a the arrivals per
// service, balance across the cut between n and n+1 reads
//
//	p[n+1] a0 = p[0] P(a > n) + sum over i=1..n of p[i] P(a > n+1-i)
//
// which has positive terms only.
type poissonTail struct {
	none  float64      // P(a = 0)
	above [200]float64 // P(a > k); zero in double precision long before the end
	used  int          // entries of above that are not negligible
}

// set prepares for a mean of rho arrivals per service, 0 < rho < 100.
func (a *poissonTail) set(rho float64) {
	var mass [len(a.above)]float64
	mass[0] = math.Exp(-rho)
	for k := 1; k < len(mass); k++ {
		mass[k] = mass[k-1] * rho / float64(k)
	}
	a.none = mass[0]
	sum := 0.0
	for k := len(mass) - 1; k > 0; k-- {
		sum += mass[k]
		a.above[k-1] = sum
		if sum < 1e-100 {
			a.used = k - 1
		}
	}
	if a.used == 0 {
		a.used = len(mass) - 1
	}
}

// next is the state that follows states (which starts at the empty state).
func (a *poissonTail) next(states []float64) float64 {
	n := len(states) - 1
	sum := 0.0
	if n < a.used {
		sum = states[0] * a.above[n]
	}
	for i := max(1, n+1-a.used); i <= n; i++ {
		sum += states[i] * a.above[n+1-i]
	}
	return sum / a.none
}
