// Package sim runs a designed system under load and faults before anybody builds
// it.
//
// [Run] takes an architecture and a scenario and answers with what each use case
// and each element went through, a timeline and a verdict per objective. [Chosen]
// names the scenarios that every architecture should survive; [Findings] says what
// is wrong with its policies without simulating anything.
//
// [Given] reads the scenarios that an input asks for, with the claims that must hold.
// [Sweep], [UntilBreaks], [UntilStuck], [UntilLost] and [FindMetastable] vary a scenario
// until something falls; [Compare] puts two systems under one with the same random
// numbers.
//
// # How it works
//
// An architecture is compiled into a network: flat tables of stations (processes,
// stores, externals, brokers), links (edges with their policies) and programs
// (flows). The engine runs a network on the events of package des: a switch on the
// kind of event, live things in slabs, nothing allocated per request. Its files, in
// the order of a request:
//
//	network.go   the tables
//	engine.go    the events; sources of requests
//	burst.go     requests that come unevenly
//	client.go    a call: breaker, throttle, bulkhead, attempts, retries
//	hedge.go     further attempts while the first is out
//	shed.go      client throttling
//	limiter.go   limits of concurrency that adapt
//	server.go    a station: balancing, queues, workers, the steps of a program
//	outlier.go   replicas that are taken out of the balancing
//	autoscale.go replicas that follow the load
//	change.go    policies made otherwise, as if the design had them
//	cache.go     lookups, fetches, what is kept
//	saga.go      what is taken back and what is tried until it is done
//	outbox.go    what leaves after its transaction
//	consumer.go  channels, groups, partitions, redelivery
//	strike.go    faults
//	tally.go     what is counted
//
// docs/simulation.md says for users what each part does, with its parameters, their
// defaults and sources.
//
// # What is assumed
//
//   - A request holds a worker from its beginning to its answer, also while it
//     waits for others; what follows the answer needs none.
//   - The policies of an edge (breaker, bulkhead, budget, throttle) are shared by the
//     replicas of the caller: their parameters are sized for the whole edge.
//   - A server goes on with work whose caller has given up, unless deadlines are
//     handed on: then what is expired is left out when its turn comes. A wait for a
//     store's connection ends with its caller.
//   - An external fails independently with one minus its availability, serves any
//     number at a time, and refuses what is above its limit.
//   - A killed replica breaks its connections, and is no longer chosen at once. A lost
//     primary of a store, leader of a broker or of a shared cache is replaced by another
//     copy after the time that the design has for it, where it has another copy.
//   - Popularity is Zipf with the skew that is stated of an aggregate, or four fifths of
//     the requests on a fifth of the keys. Caches begin as they are after running for
//     long. Processes fetch a key once at a time, shared caches as often as it is missed.
//   - Consumers read whole partitions in order, one message of each at a time, and a
//     message that fails holds those after it up. What an outbox holds leaves in
//     batches, at least once.
//   - Before its pivot a saga takes back what it has begun, failed step included; after
//     it, it goes forward. A step that may be done later is tried first.
//
// What of this is a number is an assumed fact with a range (assume.go), and listed in
// the results that used it.
//
// # Invariants
//
// A result is a function of architecture, scenario and seed: there is no clock, and
// the number of processors does not matter. Every run ends: events, time and what is
// in flight are bounded.
package sim
