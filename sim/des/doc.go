// Package des is a discrete-event kernel: what any simulation of queues needs
// and nothing about what is simulated.
//
// A model is a loop and a switch. Events are sixteen bytes, a time and a
// packed kind and reference; they carry no closures and no interfaces. What an
// event is about (a request, an attempt) lives in a Slab, whose references
// carry a generation, so that an event about something already finished is
// recognised and skipped instead of being searched and removed.
//
//	for {
//		e, ok := calendar.Next()
//		if !ok {
//			break
//		}
//		switch e.Kind() {
//		case arrival: ...
//		case departure: ...
//		}
//	}
//
// The parts:
//
//	Calendar     the pending events, in time order, first scheduled first for equal times; bounded
//	Slab         the live things events refer to
//	FIFO, Timers queues, and constant timeouts that stay out of the calendar until they matter
//	Stream       random numbers, by seed and labels, so that each purpose has its own
//	Dist         samplers of times
//	Histogram    times counted to within 0.8 %, and exact means
//	Mean, Level  averages over observations and over time
//	Interval     what a set of replications says about a mean or a percentile
//	Replicate    replications on several cores, the same result on any number
//
// # Invariants
//
// A run is a function of its inputs and its seed: there is no clock, no shared
// generator, no map order. In the steady state nothing is allocated. Every run
// ends: a Calendar stops at a time, after a number of events, and on
// interruption.
//
// Values are not safe for concurrent use; each replication has its own.
package des
