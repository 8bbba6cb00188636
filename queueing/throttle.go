package queueing

import "math"

// AdaptiveThrottle is client-side throttling as the Site Reliability
// Engineering book has it (ch. 21, eq. 21-1): a client rejects a request
// itself with probability max(0, (requests - K accepts)/(requests + 1)), its
// own rejections counting as requests.
type AdaptiveThrottle struct {
	K       float64 // multiplier, >= 1; 2 in the book
	Accepts float64 // requests per second the backend accepts at most, >= 0
}

// Rejected is the long-run share of offered requests per second that clients
// reject themselves, for histories long enough that the +1 does not show.
func (a AdaptiveThrottle) Rejected(offered float64) float64 {
	if !(a.K >= 1 && nonNegative(a.K)) || !nonNegative(a.Accepts) || !nonNegative(offered) {
		return nan()
	}
	if offered <= a.K*min(a.Accepts, offered) {
		return 0
	}
	return 1 - a.K*a.Accepts/offered
}

// Backend is the rate that still reaches the backend: at most K times what it
// accepts.
func (a AdaptiveThrottle) Backend(offered float64) float64 {
	return offered * (1 - a.Rejected(offered))
}

// AdmissionControl rejects by the success rate of a window of requests, as
// Envoy's admission control does (admission_control.proto) and, with
// Aggression 1, failsafe-go's adaptive throttler. Neither counts its own
// rejections.
type AdmissionControl struct {
	Threshold    float64 // success rate below which it rejects, (0, 1]; Envoy 0.95, failsafe-go 0.9
	Aggression   float64 // > 0; Envoy 1
	MaxRejection float64 // [0, 1]; Envoy 0.8, failsafe-go 0.9
}

// Rejected is the probability of rejecting a request after a window of
// requests of which successes succeeded:
// ((requests - successes/Threshold)/(requests + 1))^(1/Aggression), capped.
func (a AdmissionControl) Rejected(requests, successes float64) float64 {
	if !(a.Threshold > 0 && a.Threshold <= 1) || !positive(a.Aggression) || !probability(a.MaxRejection) ||
		!nonNegative(requests) || !(successes >= 0 && successes <= requests) {
		return nan()
	}
	excess := (requests - successes/a.Threshold) / (requests + 1)
	if excess <= 0 {
		return 0
	}
	return min(a.MaxRejection, math.Pow(excess, 1/a.Aggression))
}
