package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// shedding is a caller that turns away a share of its own calls when its callee turns
// away many (adaptive throttling). The zero shedding turns none away.
type shedding struct {
	rule sheddingRule
	// k is how many calls are made per call accepted (googleThrottling), the success rate
	// that is aimed at otherwise.
	k    float64
	span des.Time // of the window, in ten slices
	most float64  // the greatest share that is turned away
}

type sheddingRule uint8

const (
	_ sheddingRule = iota // none
	// googleThrottling turns away (calls - k accepts)/(calls + 1), counting what it turns
	// away as calls (Site Reliability Engineering, 2016, eq. 21-1; k = 2 over 2 min), so
	// that the callee still sees about k times what it accepts.
	googleThrottling
	// envoyAdmission turns away (calls - successes/k)/(calls + 1), counting only calls that
	// were made (Envoy admission control; k = 0.95 over 30 s, at most 0.8).
	envoyAdmission
	// failsafeThrottling turns away 1 - rate/k, nearly (failsafe-go adaptive throttler;
	// k = 0.9 over a minute, at most 0.9).
	failsafeThrottling
)

// share is what is turned away with n calls in the window of which good went well.
func (s *shedding) share(n, good float64) float64 {
	p := 0.0
	switch s.rule {
	case googleThrottling:
		p = (n - s.k*good) / (n + 1)
	case envoyAdmission, failsafeThrottling:
		p = (n - good/s.k) / (n + 1)
	}
	return math.Min(math.Max(p, 0), s.most)
}

// shedder is the state of shedding.
type shedder struct {
	slices [slices10]struct{ calls, good float64 }
	slice  int64
	calls  float64
	good   float64
}

// pass leaves the slices that are out of the window and answers the present one.
func (h *shedder) pass(s *shedding, now des.Time) *struct{ calls, good float64 } {
	current := int64(now / max(s.span/slices10, 1))
	for n := min(current-h.slice, slices10); n > 0; n-- {
		old := &h.slices[(current-n+1)%slices10]
		h.calls -= old.calls
		h.good -= old.good
		*old = struct{ calls, good float64 }{}
	}
	h.slice = max(h.slice, current)
	return &h.slices[h.slice%slices10]
}

// admits decides about a call by its own random number.
func (h *shedder) admits(s *shedding, now des.Time, draw uint64) bool {
	at := h.pass(s, now)
	refuses := false
	if p := s.share(h.calls, h.good); p > 0 {
		refuses = float64(draw>>11)*0x1p-53 < p
	}
	if s.rule == googleThrottling {
		at.calls++
		h.calls++
	}
	return !refuses
}

// record takes the end of a call that was made. A callee that answers with an error
// has accepted the call, but did not do it.
func (h *shedder) record(s *shedding, now des.Time, o outcome) {
	at := h.pass(s, now)
	if s.rule != googleThrottling {
		at.calls++
		h.calls++
	}
	if o == answered || o == failed && s.rule == googleThrottling {
		at.good++
		h.good++
	}
}
