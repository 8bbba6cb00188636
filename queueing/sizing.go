package queueing

import "math"

// ServersForSojourn is the smallest number of servers of an M/M/c station
// with which at most a share 1-p of the sojourns exceeds t seconds. It is 0
// when no number of servers can do it, because the service time alone misses
// the bound, and for arguments out of range.
func ServersForSojourn(lambda, mu, t, p float64) int {
	if !positive(t) || !probability(p) || !positive(mu) || math.Exp(-mu*t) > 1-p {
		return 0
	}
	return smallestServers(lambda, mu, func(q MMc) bool { return q.SojournTail(t) <= 1-p })
}

// ServersForWait is the smallest number of servers of an M/M/c station with
// which at most a share 1-p of the waits exceeds t seconds (t >= 0; with t = 0
// it bounds the share that waits at all). It is 0 for arguments out of range.
func ServersForWait(lambda, mu, t, p float64) int {
	if !nonNegative(t) || !probability(p) {
		return 0
	}
	return smallestServers(lambda, mu, func(q MMc) bool { return q.WaitTail(t) <= 1-p })
}

// ServersForWaitProbability is the smallest number of servers of an M/M/c
// station at which an arrival has to wait with probability share or less.
func ServersForWaitProbability(lambda, mu, share float64) int {
	if !probability(share) {
		return 0
	}
	return smallestServers(lambda, mu, func(q MMc) bool { return q.WaitProbability() <= share })
}

// smallestServers searches the first stable server count for which a bound
// holds that more servers never break: doubling, then halving.
func smallestServers(lambda, mu float64, holds func(MMc) bool) int {
	if !nonNegative(lambda) || !positive(mu) || lambda/mu >= maxServers/2 {
		return 0
	}
	below := int(lambda / mu)
	step := 1
	for !holds(MMc{lambda, mu, below + step}) {
		if step *= 2; step > maxServers/2 {
			return 0
		}
	}
	lo, hi := below+step/2, below+step
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if holds(MMc{lambda, mu, mid}) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// SquareRootStaffing is the number of servers by the rule a + beta*sqrt(a)
// for an offered load of a erlangs (Halfin and Whitt, Operations Research
// 29(3), 1981): a cross-check for an exact search. It is 0 out of range.
func SquareRootStaffing(lambda, mu, beta float64) int {
	if !nonNegative(lambda) || !positive(mu) || !nonNegative(beta) {
		return 0
	}
	a := lambda / mu
	n := math.Ceil((a + beta*math.Sqrt(a)) * (1 - 1e-12))
	if !(n <= maxServers) {
		return 0
	}
	return max(1, int(n))
}
