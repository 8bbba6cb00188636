package queueing

import "math"

// RetryOrbit is a server whose timed-out requests wait in an orbit to be retried: the
// continuous-time Markov chain of Metafor's single server (Alvaro et al., Analyzing
// Metastable Failures, arXiv 2510.03551; mpi-sws-rse/metafor, single_server/ctmc.py)
// over the number in the queue and the number in the orbit. A request's chance to time
// out is bounded by Chebyshev's inequality from the number it finds, and of arrivals
// that may time out a share Alpha enters the orbit besides the queue. It tells where
// the server's behaviour jumps, not how many requests a real one has waiting.
type RetryOrbit struct {
	Lambda  float64 // arrivals per second
	Mu      float64 // services per second and thread
	Threads int
	Queue   int     // states of the queue: 0..Queue-1 requests with those in service; 2 to 2000
	Orbit   int     // states of the orbit: 0..Orbit-1 requests; 1 to 50
	Timeout float64 // seconds
	Retries float64 // after the first attempt
	Alpha   float64 // 0.25 in Metafor
}

// maxOrbitStates bounds the chain, whose solution takes Queue x Orbit^3 steps.
const (
	maxOrbitQueue = 2000
	maxOrbit      = 50
)

func (o RetryOrbit) valid() bool {
	return positive(o.Lambda) && positive(o.Mu) && positive(o.Timeout) && nonNegative(o.Retries) && nonNegative(o.Alpha) && o.Alpha <= 1 &&
		o.Threads >= 1 && o.Queue >= 2 && o.Queue <= maxOrbitQueue && o.Orbit >= 1 && o.Orbit <= maxOrbit
}

// late is the bound on the chance that a request that finds n-1 others is answered
// after its timeout: 1 unless the timeout is more than a deviation above the mean.
func (o RetryOrbit) late(n int) float64 {
	if n == 0 {
		return 0
	}
	rate := float64(min(n, o.Threads)) * o.Mu
	mean, deviation := float64(n)/rate, math.Sqrt(float64(n))/rate
	if o.Timeout-mean <= deviation {
		return 1
	}
	return math.Pow(deviation/(o.Timeout-mean), 2)
}

// moves calls to for each transition out of a state: the changes of queue and orbit,
// and the rate.
func (o RetryOrbit) moves(n, r int, to func(dn, dr int, rate float64)) {
	retry := float64(r) * o.Retries / ((o.Retries + 1) * o.Timeout)
	leave := float64(r) / ((o.Retries + 1) * o.Timeout)
	late := o.late(n)
	if n > 0 {
		to(-1, 0, float64(min(n, o.Threads))*o.Mu)
	}
	if n == o.Queue-1 { // full: what is retried now is lost
		if r > 0 {
			to(0, -1, leave+retry)
		}
		return
	}
	if n == 0 {
		to(1, 0, o.Lambda)
		if r > 0 {
			to(0, -1, leave)
			to(1, -1, retry)
		}
		return
	}
	if r < o.Orbit-1 {
		to(1, 1, o.Alpha*o.Lambda*late)
	}
	to(1, 0, o.Lambda+retry*late)
	if r > 0 {
		to(1, -1, retry*(1-late))
		to(0, -1, leave)
	}
}

// levels are the transitions between neighbouring queue lengths as matrices over the
// orbit: up[n] from n to n+1, same[n] within n with what leaves on the diagonal, down[n]
// from n to n-1.
func (o RetryOrbit) levels() (up, same, down []matrix) {
	for n := range o.Queue {
		u, s, d := newMatrix(o.Orbit), newMatrix(o.Orbit), newMatrix(o.Orbit)
		for r := range o.Orbit {
			o.moves(n, r, func(dn, dr int, rate float64) {
				m := [3]matrix{d, s, u}[dn+1]
				m[r][r+dr] += rate
				s[r][r] -= rate
			})
		}
		up, same, down = append(up, u), append(same, s), append(down, d)
	}
	return up, same, down
}

// Means are the mean numbers in queue and orbit in the steady state, NaN out of range.
func (o RetryOrbit) Means() (queue, orbit float64) {
	if !o.valid() {
		return nan(), nan()
	}
	up, same, down := o.levels()
	// Levels are eliminated from the fullest: what is above n comes back to n by
	// censoring, so pi[n+1] = pi[n] R[n] with R = -up (same + R' down)^-1.
	rates := make([]matrix, o.Queue)
	at := same[o.Queue-1]
	for n := o.Queue - 2; n >= 0; n-- {
		rates[n] = up[n].times(at.inverse()).scaled(-1)
		at = same[n].plus(rates[n].times(down[n+1]))
	}
	pi := at.leftNull()
	total, inQueue, inOrbit := 0.0, 0.0, 0.0
	for n := 0; ; n++ {
		for r, p := range pi {
			total += p
			inQueue += p * float64(n)
			inOrbit += p * float64(r)
		}
		if n == o.Queue-1 {
			return inQueue / total, inOrbit / total
		}
		pi = rates[n].from(pi)
	}
}

// Drain is the mean time in seconds until the queue is empty, from a full queue with
// nothing in orbit; NaN out of range.
func (o RetryOrbit) Drain() float64 {
	if !o.valid() {
		return nan()
	}
	up, same, down := o.levels()
	// The time from level n to n-1 from each place of the orbit, and where in the orbit
	// the chain is then, from the fullest level downwards.
	last := o.Queue - 1
	step := make([]matrix, o.Queue) // probabilities
	took := make([][]float64, o.Queue)
	ones := make([]float64, o.Orbit)
	for i := range ones {
		ones[i] = 1
	}
	for n := last; n >= 1; n-- {
		at := same[n]
		wait := ones
		if n < last {
			at = at.plus(up[n].times(step[n+1]))
			at.balance(down[n]) // what does not stay goes down: no difference of large numbers
			wait = make([]float64, o.Orbit)
			for i, t := range up[n].to(took[n+1]) {
				wait[i] = 1 + t
			}
		}
		inverse := at.inverse().scaled(-1)
		step[n], took[n] = inverse.times(down[n]), inverse.to(wait)
	}
	place := make([]float64, o.Orbit)
	place[0] = 1
	total := 0.0
	for n := last; n >= 1; n-- {
		for r, p := range place {
			total += p * took[n][r]
		}
		place = step[n].from(place)
	}
	return total
}
