package queueing

import "math"

// maxAttempts bounds the attempts of one request.
const maxAttempts = 1_000_000

// RetryFailure is the probability that all of attempts attempts fail when
// each fails with probability p independently of the others. Against an
// outage, when all attempts meet the same cause, retries gain nothing: the
// answer is then p itself.
func RetryFailure(p float64, attempts int) float64 {
	if !probability(p) || attempts < 1 || attempts > maxAttempts {
		return nan()
	}
	return math.Pow(p, float64(attempts))
}

// Attempts is the mean number of attempts per request when each fails with
// probability p independently and at most attempts are made:
// 1 + p + ... + p^(attempts-1).
func Attempts(p float64, attempts int) float64 {
	if !probability(p) || attempts < 1 || attempts > maxAttempts {
		return nan()
	}
	if p > 0.5 && p < 1 {
		return math.Expm1(float64(attempts)*math.Log(p)) / (p - 1)
	}
	sum, term := 0.0, 1.0
	for i := 0; i < attempts && term > 0; i++ {
		sum += term
		term *= p
	}
	return sum
}

// LayeredRetries is what happens when every layer of a call path retries on
// its own. attempts lists the layers' limits from the one next to the failing
// leaf outwards; each call of the leaf fails with probability p independently.
// It returns the mean number of calls the leaf sees per request of the user,
// and the probability that the request fails: a layer sees only what the
// layers below it could not mend, so the product of all limits (the 3^5 = 243
// of the AWS Builders' Library, Timeouts, retries and backoff with jitter) is
// reached in an outage alone.
func LayeredRetries(p float64, attempts ...int) (calls, failure float64) {
	calls, failure = 1, p
	for _, k := range attempts {
		calls *= Attempts(failure, k)
		failure = RetryFailure(failure, k)
	}
	return calls, failure
}

// TokenDeposit says which calls feed a retry token bucket.
type TokenDeposit int

const (
	// EveryCall deposits when a call starts (Finagle's RetryBudget).
	EveryCall TokenDeposit = iota
	// EverySuccess deposits when an attempt succeeds, so that in an outage
	// retries dry up (Brooker, Fixing retries with token buckets and circuit
	// breakers, 2022).
	EverySuccess
)

// TokenBudget is a large retry token bucket shared by a client's calls: each
// event that DepositOn names adds Deposit tokens, each retry takes Cost.
type TokenBudget struct {
	DepositOn  TokenDeposit
	Deposit    float64 // tokens, >= 0
	Cost       float64 // tokens per retry, > 0
	MaxRetries int     // per call, 0 to 1e6-1
}

// RetriesPerCall is the long-run mean number of retries per call when each
// attempt fails with probability p independently: what the failures ask for,
// or what the deposits pay for if that is less (limited true).
func (b TokenBudget) RetriesPerCall(p float64) (retries float64, limited bool) {
	demand := Attempts(p, b.MaxRetries+1) - 1
	if !nonNegative(b.Deposit) || !positive(b.Cost) || math.IsNaN(demand) {
		return nan(), false
	}
	paid := b.Deposit / b.Cost
	if b.DepositOn == EverySuccess {
		// Retries succeed, too: paid*(1+retries)*(1-p) = retries.
		fed := paid * (1 - p)
		if fed >= 1 {
			return demand, false
		}
		paid = fed / (1 - fed)
	}
	if demand > paid {
		return paid, true
	}
	return demand, false
}

// RateBudgetAmplification is the largest ratio of attempts to requests under a
// budget that earns retries as a share of the requests, plus a floor of
// minRetries per second and client (Finagle and Linkerd), at rate requests
// per second: 1 + share + minRetries/rate.
func RateBudgetAmplification(share, minRetries, rate float64) float64 {
	if !nonNegative(share) || !nonNegative(minRetries) {
		return nan()
	}
	if minRetries == 0 {
		return 1 + share
	}
	if !positive(rate) {
		return nan()
	}
	return 1 + share + minRetries/rate
}

// ConcurrencyBudgetAmplification is the largest ratio of attempts to requests
// under a budget that lets retries be a share (below 1) of the requests in
// progress, retries included (Envoy's retry_budget, failsafe-go): 1/(1-share),
// not 1+share.
func ConcurrencyBudgetAmplification(share float64) float64 {
	if !probability(share) {
		return nan()
	}
	return 1 / (1 - share)
}

// AWSQuota is the retry quota of the AWS SDKs' standard mode (botocore,
// retries/quota.py): a retry costs Cost tokens, the last cost comes back if
// the call finally succeeds, a success without retry adds Refill.
type AWSQuota struct {
	Cost        float64 // tokens per retry, > 0: 5, or 14 in the 2026 mode
	Refill      float64 // tokens per success without retry, >= 0: 1
	MaxAttempts int     // per call, first attempt included
}

// RetriesPerCall is the long-run mean number of retries per call, and the
// probability that the quota permits a retry that is asked for, when each
// attempt fails with probability p independently. It balances tokens: a
// sequence of retries costs Cost unless it ends in success, so retries times
// p times Cost is spent against (1-p) times Refill earned.
func (q AWSQuota) RetriesPerCall(p float64) (retries, permitted float64) {
	demand := Attempts(p, q.MaxAttempts) - 1
	if !positive(q.Cost) || !nonNegative(q.Refill) || math.IsNaN(demand) {
		return nan(), nan()
	}
	if q.Cost*p*demand <= (1-p)*q.Refill {
		return demand, 1
	}
	retries = (1 - p) * q.Refill / (q.Cost * p)
	// Retry j follows j failures each with its permission: the sum of
	// (p*permitted)^j over the retries is the mean number of them.
	lo, hi := 0.0, 1.0
	for range 60 {
		mid := (lo + hi) / 2
		if Attempts(p*mid, q.MaxAttempts)-1 < retries {
			lo = mid
		} else {
			hi = mid
		}
	}
	return retries, (lo + hi) / 2
}
