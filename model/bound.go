package model

import (
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Bound is an input whose names are bound and whose contradictions are judged:
// what stays the same when only quantities change. A what-if completes one Bound
// many times with different overrides.
//
// A Bound is frozen and safe for concurrent use.
type Bound struct {
	// skeleton is the model without its numbers.
	skeleton   Model
	context    contextInput
	teams      []teamInput
	actors     []actorInput
	externals  []externalInput
	aggregates []aggregateInput
	rules      []ruleInput
	events     []eventInput
	useCases   []useCaseInput
	// structure are the facts that hold in every completion.
	structure []fact.Fact
	// measured are the facts that were measured; nil for none.
	measured map[fact.ID]fact.Fact
	// order is the order in which flows are worked out, see flow.go.
	order []flowNode
}

// The inputs hold, per element of the skeleton and at the same index, the
// quantities as written.

type contextInput struct {
	platform, cloud           written
	regions                   []regionInput
	zones, budget             written
	horizon, growth           written
	recoverPoint, recoverTime written
	currency                  string
	exchange                  written
}

type regionInput struct{ share, distance written }

type teamInput struct{ people, releases written }

type actorInput struct{ accounts, online written }

type externalInput struct {
	latency                                                writtenLatency
	availability, limit, concurrent, holdsFor, price, cost written
	idempotent, lookup                                     written
}

type aggregateInput struct {
	kind, history     written
	volume            written // a count or a rate of growth
	grows             bool
	inflow, instances written // never written; for their facts
	retained, size    written
	fileSize          written
	skewShare, skewOn written
	timers            []timerInput // as Lifecycle.Timers
	// creators are the use cases whose own load says how many come.
	creators []int
	// dependents counts the other aggregates that are written by reading it.
	dependents int
	// fieldBytes is the size of the fields of one instance.
	fieldBytes float64
	// The inputs of derived facts.
	creatorFacts, instanceFacts []fact.ID
}

type timerInput struct {
	after, share written
}

type ruleInput struct{ within written }

type eventInput struct {
	rate written
	// tellers are the use cases whose load gives the rate.
	tellers     []int
	tellerFacts []fact.ID
}

type stepInput struct {
	chance, times, within, stale written
	latency                      writtenLatency // calls only
	laterSaid, later             bool
	laterSpan                    diag.Span
}

type useCaseInput struct {
	reads, calls, then                  []stepInput
	peak, average, quiet, lasts, perDay written
	when                                Window
	per, items, bytesIn, bytesOut       written
	fileBytes                           written // never written; for its fact
	latency, work                       writtenLatency
	available, online, fanOut, stale    written
	consistency, within                 written
	result, importance, every           written
	undone                              written // share of runs that are undone
	ordered                             diag.Span
	// sources says how its load follows when none was written, see flow.go.
	sources sources
	// sentBytes and givenBytes are the fields of a request and of one item of its
	// answer.
	sentBytes, givenBytes float64
	// The inputs of derived facts.
	byteFacts, workFacts, batchFacts, onlineFacts []fact.ID
}

// writtenLoads reports whether the load of a use case was written.
func (u *useCaseInput) writtenLoad() bool { return u.peak.said || u.average.said || u.per.said }

// self lets code that handles any kind of element reach what they share.
func (e *Element) self() *Element { return e }

// id returns the path of something below an element.
func (e *Element) id(part string) fact.ID { return e.Path + "." + fact.ID(part) }
