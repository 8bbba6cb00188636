package queueing

import "math"

// Little is the mean number present in any stable system: arrival rate times
// mean time spent (J. D. C. Little, Operations Research 9(3), 1961). Read the
// other way it is the concurrency a rate and a latency require. A zero rate
// keeps the system empty whatever the time.
func Little(rate, time float64) float64 {
	if !nonNegative(rate) || !(time >= 0) {
		return nan()
	}
	if rate == 0 {
		return 0
	}
	return rate * time
}

// Utilisation is the share of time that each of servers identical servers is
// busy when rate requests per second take service seconds each; 1 or more
// means that they cannot keep up.
func Utilisation(rate, service float64, servers int) float64 {
	if !nonNegative(rate) || !nonNegative(service) || servers < 1 {
		return nan()
	}
	return rate * service / float64(servers)
}

// ReplicasFor is the smallest number of identical servers that keeps the
// utilisation at or below ceiling (0 < ceiling <= 1) for rate requests per
// second of service seconds each; at least 1, and 0 for arguments out of
// range or a count above 2^53.
func ReplicasFor(rate, service, ceiling float64) int {
	if !nonNegative(rate) || !nonNegative(service) || !(ceiling > 0 && ceiling <= 1) {
		return 0
	}
	// The quotient of decimal inputs misses a whole number by a few ulps;
	// without the allowance 0.7 x 10 replicas of load would demand 11.
	n := math.Ceil(rate * service / ceiling * (1 - 1e-12))
	if !(n <= 1<<53) {
		return 0
	}
	return max(1, int(n))
}

// Bulkhead is the number of permits that covers a share p of the instants for
// calls made at rate per second that last mean seconds on average, when
// nothing limits them: the p-quantile of the Poisson number in progress
// (M/G/infinity, so the distribution of the duration does not matter).
// It is 0 for arguments out of range or a mean concurrency above 1e9.
func Bulkhead(rate, mean, p float64) int { return PoissonQuantile(Little(rate, mean), p) }

// PoissonQuantile is the smallest n with P(N <= n) >= p for a Poisson N with
// the given mean; p in [0, 1), mean in [0, 1e9]. It is 0 out of range.
func PoissonQuantile(mean, p float64) int {
	if !(mean >= 0 && mean <= 1e9) || !(p >= 0 && p < 1) {
		return 0
	}
	// Summed from ten standard deviations below the mean: what lies under
	// that is below 1e-22, and the work stays at a few multiples of the
	// standard deviation.
	n := math.Max(0, math.Floor(mean-10*math.Sqrt(mean)-10))
	lg, _ := math.Lgamma(n + 1)
	mass := math.Exp(n*math.Log(math.Max(mean, math.SmallestNonzeroFloat64)) - mean - lg)
	limit := mean + 40*math.Sqrt(mean) + 800
	for sum := mass; sum < p && n < limit; sum += mass {
		n++
		mass *= mean / n
	}
	return int(n)
}

// Places is the smallest number of permits with which at most a share of the calls made at
// rate per second, each for mean seconds on average, finds none left (Erlang B, for any
// distribution of the duration). It is 0 for arguments out of range or a mean concurrency
// above 1e9; refused in (0, 1].
func Places(rate, mean, refused float64) int {
	busy := Little(rate, mean)
	if !(busy >= 0 && busy <= 1e9) || !(refused > 0 && refused <= 1) {
		return 0
	}
	low, high := 0, max(1, int(busy))
	for ErlangB(high, busy) > refused {
		low, high = high, 2*high
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; ErlangB(mid, busy) > refused {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}
