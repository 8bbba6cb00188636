package queueing

// TokenBucket is a policer: Burst tokens at most, refilled continuously at
// Rate per second, one token per request, requests without a token rejected;
// Poisson arrivals at Lambda. By the equivalence with the generic cell rate
// algorithm it rejects what a queue of constant service 1/Rate with room for
// Burst customers (M/D/1/K, K = Burst) would lose.
type TokenBucket struct {
	Rate   float64 // tokens per second, > 0
	Burst  int     // bucket size, 1 to 100 000
	Lambda float64 // requests per second, >= 0
}

const maxBurst = 100_000

// Rejected is the long-run share of requests rejected. Its work grows with
// Burst; it allocates one slice of that length.
func (b TokenBucket) Rejected() float64 {
	rho := b.Lambda / b.Rate
	if !positive(b.Rate) || !nonNegative(b.Lambda) || b.Burst < 1 || b.Burst > maxBurst {
		return nan()
	}
	switch {
	case rho == 0:
		return 0
	case rho > 50:
		// The bucket is never full again: what is over the rate is lost.
		return 1 - 1/rho
	}
	return md1Lost(rho, b.Burst)
}

// md1Lost is the blocking probability of M/D/1/K, 1 - 1/(pi0 + rho), with
// pi0 the share of departures that leave the queue empty in its embedded
// chain, whose states 0..K-1 are those of M/D/1 renormalised.
func md1Lost(rho float64, room int) float64 {
	var arrivals poissonTail
	arrivals.set(rho)
	states := make([]float64, 1, room+1)
	states[0] = 1
	sum := 1.0
	for len(states) < room {
		p := arrivals.next(states)
		states = append(states, p)
		sum += p
		if sum > 1e280 {
			return 1 - 1/rho
		}
	}
	lost := 1 - 1/(1/sum+rho)
	if lost > 1e-6 || rho >= 1 {
		return lost
	}
	// So few are lost that the difference above has no digits left. With
	// S the sum over all states, 1/(1-rho), it equals R/(sum*S) over the same
	// denominator, where R sums the states from K on.
	rest := 0.0
	for len(states) < 8*room+1000 {
		p := arrivals.next(states)
		states = append(states, p)
		if rest += p; p <= rest*1e-17 {
			break
		}
	}
	return rest * (1 - rho) / sum / (1/sum + rho)
}

// BurstFor is the smallest bucket that rejects at most a share of Poisson
// requests at lambda per second when refilled at rate per second; 0 when no
// bucket up to 100 000 does, and for arguments out of range.
func BurstFor(rate, lambda, share float64) int {
	if 1-rate/lambda > share {
		return 0 // the largest bucket passes no more than the rate
	}
	// From below, as the work grows with the bucket and few need a large one.
	holds := func(burst int) bool { return TokenBucket{rate, burst, lambda}.Rejected() <= share }
	hi := 1
	for !holds(hi) {
		if hi == maxBurst {
			return 0
		}
		hi = min(2*hi, maxBurst)
	}
	lo := hi / 2
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if holds(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
