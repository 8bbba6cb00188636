package queueing

import "math"

// GRPCThrottle is gRPC's retryThrottling (gRFC A6): a failed attempt takes one
// token, a success adds TokenRatio, the count stays within [0, MaxTokens], and
// retries are made only while it is above MaxTokens/2.
type GRPCThrottle struct {
	MaxTokens   int     // 1 to 1000, the range gRPC accepts
	TokenRatio  float64 // (0, 1], tokens per success
	MaxAttempts int     // per call, first attempt included; 1 to 5, the range gRPC accepts
}

// Threshold is the failure probability at which tokens neither rise nor fall,
// r/(1+r): well below it all retries are made, well above it none.
func (g GRPCThrottle) Threshold() float64 {
	if !positive(g.TokenRatio) {
		return nan()
	}
	return g.TokenRatio / (1 + g.TokenRatio)
}

// RetriesPerCall is the long-run mean number of retries per call when each
// attempt fails with probability p independently. A small bucket smears the
// switch at the threshold, which the chain of its contents shows. One over
// TokenRatio has to be a whole number up to 1000; other ratios answer NaN. It
// allocates a slice of MaxTokens/TokenRatio.
func (g GRPCThrottle) RetriesPerCall(p float64) float64 {
	if g.MaxTokens < 1 || g.MaxTokens > 1000 || !(g.TokenRatio >= 0.001 && g.TokenRatio <= 1) ||
		g.MaxAttempts < 1 || g.MaxAttempts > 5 || !probability(p) {
		return nan()
	}
	steps := math.Round(1 / g.TokenRatio)
	if math.Abs(steps*g.TokenRatio-1) > 1e-9 {
		return nan()
	}
	return g.retries(p, int(steps))
}

// retries solves the chain of the bucket's contents at the starts of calls, in
// units of which a success adds one and a failure takes perFailure. The
// contents rise by one at most per call, so the flow up across a cut is the
// weight just below it times 1-p, and equals the flow down from all states
// above: weights follow one another from the full bucket to the empty one.
func (g GRPCThrottle) retries(p float64, perFailure int) float64 {
	if p == 1 {
		return 0
	}
	top := g.MaxTokens * perFailure
	landed := make([]float64, top+1) // weight of calls by the contents they end with
	falling := 0.0                   // the part of landed that lies below the current state
	weight, total, made := 1.0, 0.0, 0.0
	for state := top; ; state-- {
		falling = max(0, falling-landed[state])
		total += weight
		reach, left := weight, state
		for attempt := 1; ; attempt++ {
			if attempt > 1 && left+1 < state {
				landed[left+1] += reach * (1 - p)
				falling += reach * (1 - p)
			}
			reach *= p
			left = max(0, left-perFailure)
			if attempt == g.MaxAttempts || 2*left <= top {
				break
			}
			made += reach
		}
		if state == 0 {
			return made / total
		}
		landed[left] += reach
		falling += reach
		weight = falling / (1 - p)
		if total > 1e200 {
			weight, total, made, falling = weight/1e200, total/1e200, made/1e200, falling/1e200
			for i := max(0, state-g.MaxAttempts*perFailure); i < state; i++ {
				landed[i] /= 1e200
			}
		}
	}
}
