package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// retry says when and how an attempt is repeated.
type retry struct {
	attempts   int // in all; 0 and 1 mean no retry
	base, most des.Time
	multiplier float64
	jitter     jitter
	spread     float64 // of proportional jitter, 0..1
	on         outcomeSet
}

type jitter uint8

const (
	noJitter     jitter = iota
	fullJitter          // anything from nothing to the interval
	proportional        // the interval, more or less by spread
)

// interval is the wait before the n-th retry (1 for the first) without jitter:
// base x multiplier^(n-1), at most most.
func (r *retry) interval(n int) des.Time {
	i := float64(r.base) * math.Pow(math.Max(r.multiplier, 1), float64(n-1))
	if r.most > 0 {
		i = math.Min(i, float64(r.most))
	}
	return des.Time(math.Min(i, float64(des.Hour)))
}

// wait draws the wait before the n-th retry.
func (r *retry) wait(n int, s *des.Stream) des.Time {
	if r.base == 0 {
		return 0
	}
	i := r.interval(n)
	switch r.jitter {
	case fullJitter:
		return des.Time(s.Float64() * float64(i))
	case proportional:
		return des.Time(float64(i) * (1 + r.spread*(2*s.Float64()-1)))
	}
	return i
}

// budget bounds retries. Four kinds are in use, and they differ where it matters,
// in an outage.
type budget struct {
	kind budgetKind
	// share is what a call (perCall) or a success (perSuccess, gate) adds to the
	// tokens, and the share of the calls in flight that may be retries (inFlight).
	share float64
	// most bounds the tokens; they are full at the beginning.
	most float64
	// cost is what a retry takes from the tokens, 1 when 0.
	cost float64
	// refund gives the cost of the last retry back when the call succeeds in the
	// end, instead of share (AWS SDKs, standard mode).
	refund bool
	// least retries in flight (inFlight), or per second (perCall), are always allowed.
	least float64
}

type budgetKind uint8

const (
	unlimited budgetKind = iota // no budget
	// inFlight: retries in flight are at most a share of all calls in flight, not
	// counting those that wait to be retried (Envoy retry_budget, failsafe-go). The
	// load grows by at most 1/(1-share).
	inFlight
	// perCall: every call adds share to the tokens (Finagle, Linkerd). The load grows
	// by at most 1+share.
	perCall
	// perSuccess: every success adds share (AWS SDKs). In an outage retries end.
	perSuccess
	// gate: a failure takes one token, a success adds share, and retries are made only
	// while more than half of the tokens are there (gRPC A6).
	gate
)

// allowance is the state of a budget.
type allowance struct {
	tokens float64
	at     des.Time // when least was added last
}

func (b *budget) price() float64 {
	if b.cost > 0 {
		return b.cost
	}
	return 1
}

// started notes a call.
func (a *allowance) started(b *budget, now des.Time) {
	if b.kind != perCall {
		return
	}
	a.tokens = min(b.most, a.tokens+b.share+b.least*(now-a.at).Seconds())
	a.at = now
}

// ended notes the end of an attempt.
func (a *allowance) ended(b *budget, o outcome, retried bool) {
	switch {
	case b.kind == perSuccess && o == answered && b.refund && retried:
		a.tokens = min(b.most, a.tokens+b.price())
	case b.kind == perSuccess && o == answered, b.kind == gate && o == answered:
		a.tokens = min(b.most, a.tokens+b.share)
	case b.kind == gate && transient.has(o):
		a.tokens = max(0, a.tokens-1)
	}
}

// allows reports whether a retry may be made, and takes what it costs. retries and
// calls are those in flight.
func (a *allowance) allows(b *budget, retries, calls int) bool {
	switch b.kind {
	case inFlight:
		return float64(retries+1) <= math.Max(b.least, b.share*float64(calls+1))
	case perCall, perSuccess:
		if a.tokens < b.price() {
			return false
		}
		a.tokens -= b.price()
	case gate:
		return a.tokens > b.most/2
	}
	return true
}
