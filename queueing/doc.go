// Package queueing holds the arithmetic of systems under load: closed forms,
// exact numeric solutions and named approximations, on plain numbers.
//
// # Units
//
// Times are seconds and rates are per second unless a name says otherwise;
// any consistent pair of units works, because no function contains a clock.
// Utilisations, probabilities, availabilities and quantile levels are
// fractions between 0 and 1. SCV is a squared coefficient of variation
// (variance over squared mean): 0 for constants, 1 for exponentials.
//
// # What an impossible question answers
//
//   - An argument outside its documented range (negative, NaN, a count below
//     one, a probability above one) answers NaN, or 0 where the result is a
//     count.
//   - A valid but unstable queue (arrivals at or above capacity) answers +Inf
//     for its means and quantiles, 1 for its tails and for the probability of
//     waiting.
//   - Nothing panics, and the work of every call is bounded: sizes beyond the
//     limits stated at a function answer NaN.
//
// # Where to start
//
//	one station    MM1 MMc MMcK MG1 MD1 GIM1 GGc ErlangA MMcD FiniteSource
//	networks       Tandem Network MVA
//	latency        LogNormal Hypoexponential Latency SeriesQuantile ParallelQuantile
//	sizing         ServersForSojourn ServersForWaitProbability Bulkhead Places TokenBucket
//	availability   Series KOfN Repairable WithCommonCause Downtime BurnAlert
//	policies       Attempts TokenBudget AWSQuota GRPCThrottle OpenCycle SlidingTrip AdaptiveThrottle Backoff Hedged
//	data           LRUHit TTLHit Outage Assignment Autoscaler
//	overload       CriticalOutage HiddenCapacity RetryOrbit
//
// Values are small structs passed by value; their methods are pure, safe for
// concurrent use, and allocate nothing unless their comment says so.
package queueing
