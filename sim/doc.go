// Package sim runs a designed system under load and faults before anybody builds
// it.
//
// [Run] takes an architecture and a scenario and answers with what each use case
// and each element went through, a timeline and a verdict per objective. [Chosen]
// names the scenarios that every architecture should survive; [Findings] says what
// is wrong with its policies without simulating anything.
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
//	client.go    a call: breaker, throttle, bulkhead, attempts, retries
//	server.go    a station: balancing, queues, workers, the steps of a program
//	consumer.go  channels, groups, redelivery
//	strike.go    faults
//	tally.go     what is counted
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
//   - A killed replica breaks its connections, and is no longer chosen at once.
//
// # Invariants
//
// A result is a function of architecture, scenario and seed: there is no clock, and
// the number of processors does not matter. Every run ends: events, time and what is
// in flight are bounded.
package sim
