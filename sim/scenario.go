package sim

import (
	"math"
	"time"

	"plumb.dev/plumb/sim/des"
)

// Scenario is a load and what befalls the system under it. The zero Scenario is
// the peak without faults.
type Scenario struct {
	// Name identifies the scenario in results; About says it in a sentence.
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
	// Load says which of the rates of a flow's workload is offered: peak (""),
	// average, horizon. Scale multiplies it, 1 when 0.
	Load  string  `json:"load,omitempty"`
	Scale float64 `json:"scale,omitempty"`
	// Shape are factors of the load over time, linear between the points; empty for a
	// level load. With points, At counts from the beginning of the run.
	Shape []Point `json:"shape,omitempty"`
	// Bursts make the requests of that load come unevenly.
	Bursts Bursts `json:"bursts,omitzero"`
	// Mix replaces the rates of single flows, per second, by flow id.
	Mix    map[string]float64 `json:"mix,omitempty"`
	Faults []Fault            `json:"faults,omitempty"`
	// Changes are policies made otherwise, as if the design had them.
	Changes []Change `json:"changes,omitempty"`
	// Holds are claims that the result is held against; Given says that a person
	// described the scenario, in the input or by flags.
	Holds []Claim `json:"holds,omitempty"`
	Given bool    `json:"given,omitempty"`
	// WarmUp is left out of the statistics; For is what is measured after it. A
	// duration of 0 is chosen from the rates: long enough for a 99th percentile of
	// the busiest flow, at most a day.
	WarmUp time.Duration `json:"warm_up,omitempty"`
	For    time.Duration `json:"for,omitempty"`
	// Backlog begins the run with as many requests as come in this time there already:
	// the second of two starting states, from which a vulnerable system ends elsewhere.
	Backlog time.Duration `json:"backlog,omitempty"`
	// Patience is after how long a user gives up, 10 s when 0.
	Patience time.Duration `json:"patience,omitempty"`
	// Replications are made with different random numbers, 10 when 0; Seed chooses
	// them. Two designs under the same scenario and seed meet the same arrivals.
	Replications int    `json:"replications,omitempty"`
	Seed         uint64 `json:"seed"`
	// Slices is into how many pieces the timeline is cut, 60 when 0; more are made where
	// a claim asks how soon the system recovers.
	Slices int `json:"slices,omitempty"`
	// Workers bounds the processors used; the result does not depend on it.
	Workers int `json:"-"`
	// Events bounds the work of a replication, 20 million when 0.
	Events uint64 `json:"events,omitempty"`
	// elastic says that nothing asks for the length of its fault: a smaller budget may
	// make it shorter.
	elastic bool
	// Progress, if there, is told how many of all replications are done.
	Progress func(done, all int) `json:"-"`
}

// Greatest is the greatest factor that the shape of the load gives, at least 1.
func (s *Scenario) Greatest() float64 { return math.Max(1, greatest(s.Shape)) }

// Point is a factor of the load at a moment of the run.
type Point struct {
	At     des.Time `json:"at"`
	Factor float64  `json:"factor"`
}

// FaultKind is what befalls an element.
type FaultKind string

// The kinds of faults.
const (
	Kill   FaultKind = "kill"   // Count replicas are gone, with what they had
	Slow   FaultKind = "slow"   // service takes Factor times as long
	Errors FaultKind = "errors" // a share Factor of the answers are errors
	Down   FaultKind = "down"   // everything is turned away at once
	Hang   FaultKind = "hang"   // everything is taken in and nothing answered
	Zone   FaultKind = "zone"   // one zone is lost, with its share of every process's replicas
	// Partition cuts the network between Element and Other: requests and answers that
	// cross it are lost, and who waits learns of it from its timeout or, at the latest,
	// when the network heals and the connection turns out to be broken.
	Partition FaultKind = "partition"
	// Flush empties a cache, all copies of it.
	Flush FaultKind = "flush"
	// Poison makes the next Count messages of a channel such that no handler can do
	// them, HotKey a share Factor of its messages be about one key.
	Poison FaultKind = "poison"
	HotKey FaultKind = "hot-key"
	// Failover loses the primary of a store, which turns everything away until its
	// standby has taken over, however long the fault is said to last.
	Failover FaultKind = "failover"
)

// Fault befalls an element at a time, for a time.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// Element is a deployable ("order"), a process ("order.serve"), a store, an
	// external, a cache, a channel, or a broker with all its channels; "" for Zone.
	Element string `json:"element,omitempty"`
	// Other is the far side of a Partition. OneWay loses only what goes from Element
	// to Other: requests of Element, and its answers to Other.
	Other  string `json:"other,omitempty"`
	OneWay bool   `json:"one_way,omitempty"`
	// Count of the replicas that are killed, or that are slow or answer with errors, 0
	// for all.
	Count  int           `json:"count,omitempty"`
	Factor float64       `json:"factor,omitempty"`
	At     time.Duration `json:"at"`
	// For is how long it lasts; 0 means to the end.
	For time.Duration `json:"for,omitempty"`
}
