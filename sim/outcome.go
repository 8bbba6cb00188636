package sim

// outcome is how an attempt, a call or a request ended.
type outcome uint8

const (
	answered    outcome = iota
	timedOut            // the caller stopped waiting
	refused             // the queue was full
	unreachable         // no replica was up
	failed              // an error came back
	limited             // more than the callee allows
	dropped             // waited too long in the callee's queue
	throttled           // more than the caller's own throttle lets through
	noPlace             // the caller's bulkhead was full
	circuitOpen         // the caller's breaker was open
	expired             // the deadline had passed before anything was sent
	overflowed          // the simulation's own bound on what is in flight
	outcomes
)

// causes names the outcomes in results.
var causes = [outcomes]string{
	answered: "answered", timedOut: "timeout", refused: "queue full", unreachable: "unreachable", failed: "error",
	limited: "over its limit", dropped: "dropped", throttled: "throttled", noPlace: "bulkhead full",
	circuitOpen: "breaker open", expired: "deadline passed", overflowed: "beyond the simulation's bound",
}

// outcomeSet is a set of outcomes.
type outcomeSet uint16

func setOf(list ...outcome) outcomeSet {
	var s outcomeSet
	for _, o := range list {
		s |= 1 << o
	}
	return s
}

func (s outcomeSet) has(o outcome) bool { return s>>o&1 == 1 }

var (
	// transient outcomes are retried unless a policy says otherwise: never what the
	// caller itself refused, and never after its deadline.
	transient = setOf(timedOut, refused, unreachable, failed, limited, dropped)
	// harmful outcomes count against a breaker. What the caller refused itself and
	// what the callee refused as too much tell nothing of the callee's health.
	// tooMuch is what tells a limit that adapts itself that it is too high.
	tooMuch = setOf(timedOut, refused, limited, dropped)
	harmful = setOf(timedOut, refused, unreachable, failed, dropped)
)
