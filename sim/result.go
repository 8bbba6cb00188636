package sim

import (
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// Result is what a scenario did to a design. Rates are per second, times in
// seconds; intervals are 95 % confidence intervals over replications.
type Result struct {
	Scenario Scenario  `json:"scenario"`
	UseCases []UseCase `json:"use_cases"`
	Elements []Element `json:"elements"`
	Edges    []Edge    `json:"edges"`
	Caches   []Cache   `json:"caches,omitempty"`
	Channels []Channel `json:"channels,omitempty"`
	Sagas    []Saga    `json:"sagas,omitempty"`
	Timeline []Slice   `json:"timeline"`
	Verdicts []Verdict `json:"verdicts"`
	// Total is all that users wait for together; nil when nothing of that kind had a
	// load.
	Total *UseCase `json:"total,omitempty"`
	// Recovery is how long after the end of the last fault nine tenths of what was
	// offered came through again and went on to, nil when no fault ended within the run
	// or no replication recovered; Stuck is how many replications did not recover.
	Recovery *Interval `json:"recovery,omitempty"`
	Stuck    int       `json:"stuck,omitempty"`
	// Claims are those of the scenario, in its order.
	Claims []Held `json:"claims,omitempty"`
	// Replications is how many were made, Events of all of them together. Cut says
	// that replications reached their bound of events before their end.
	Replications int    `json:"replications"`
	Events       uint64 `json:"events"`
	Cut          bool   `json:"cut,omitempty"`
	// WarmUpShort says that the series of latencies still showed its beginning after
	// the warm-up, or that the run is too short for an element to come to what it will.
	WarmUpShort bool `json:"warm_up_short,omitempty"`
	Interrupted bool `json:"interrupted,omitempty"`

	struck, calm time.Duration // from when to when its faults last
	// Assumed are the facts about the design's parts that the simulation took for
	// granted, with the range in which each may lie.
	Assumed []fact.Fact `json:"assumed,omitempty"`
}

// Interval is an estimate between confidence bounds.
type Interval struct {
	Low      float64 `json:"low"`
	Estimate float64 `json:"estimate"`
	High     float64 `json:"high"`
}

// UseCase is what happened to the requests of a flow that ended after the warm-up.
type UseCase struct {
	Flow    arch.FlowID `json:"flow"`
	UseCase arch.Path   `json:"use_case"`
	// Starts is request, event or schedule. The latency of an event is counted from
	// its publication.
	Starts  string   `json:"starts"`
	Offered float64  `json:"offered"`
	Goodput Interval `json:"goodput"`
	// Success is the share of those that ended which were answered; nil when none
	// ended.
	Success *Interval `json:"success,omitempty"`
	// The mean and the percentiles of the latency of what was answered; nil where the
	// sample does not carry one, or the run is too short for what it comes to.
	Mean *Interval `json:"mean,omitempty"`
	P50  *Interval `json:"p50,omitempty"`
	P90  *Interval `json:"p90,omitempty"`
	P99  *Interval `json:"p99,omitempty"`
	P999 *Interval `json:"p999,omitempty"`
	// Degraded is the share answered without something the flow can do without;
	// Later the share told that it will be done.
	Degraded float64 `json:"degraded,omitempty"`
	Later    float64 `json:"later,omitempty"`
	// Errors are shares of those that ended, by cause.
	Errors []Cause `json:"errors,omitempty"`
	// Unfinished is the share that had not ended with the run.
	Unfinished float64 `json:"unfinished,omitempty"`

	early       *UseCase // as it was before it was refused for a run too short
	mostOffered float64  // the upper bound of what was offered
}

// Cause is why a share of requests or calls failed.
type Cause struct {
	Cause string  `json:"cause"`
	Share float64 `json:"share"`
}

// Element is what happened at a process, store, external, cache or channel.
type Element struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Replicas int    `json:"replicas"`
	Workers  int    `json:"workers,omitempty"` // per replica; 0 for no limit
	// Scaled is how many replicas there were on average, and MostScaled at most, where an
	// autoscaler acted; 0 where their number was Replicas.
	Scaled     float64 `json:"replicas_mean,omitempty"`
	MostScaled int64   `json:"most_replicas,omitempty"`
	// Arrived per second; Busy workers on average, and their share.
	Arrived     float64 `json:"arrived"`
	Busy        float64 `json:"busy"`
	Utilisation float64 `json:"utilisation,omitempty"`
	// Queue is the mean number waiting, Most the greatest; Wait the mean wait of what
	// was served. Of a channel they count messages of the group that is furthest
	// behind, and Lag is the 99th percentile from publication to done.
	Queue  float64   `json:"queue"`
	Most   int64     `json:"most_queued"`
	Wait   float64   `json:"wait"`
	Lag    *Interval `json:"lag_p99,omitempty"`
	Turned []Cause   `json:"turned_away,omitempty"`
	// Ejected is how often a replica was taken out of the balancing, per replication.
	Ejected float64 `json:"ejected,omitempty"`
	Dead    float64 `json:"dead_letters,omitempty"` // per second
}

// Edge is what happened over an edge.
type Edge struct {
	Name  string  `json:"name"`
	To    string  `json:"to"`
	Calls float64 `json:"calls"` // per second
	// Retries and Denied (by the budget) per call.
	Retries float64 `json:"retries"`
	Denied  float64 `json:"denied,omitempty"`
	// Hedges are the further attempts per call that were sent while one was out.
	Hedges float64 `json:"hedges,omitempty"`
	// RoundTrip is the mean time of answered attempts.
	RoundTrip float64 `json:"round_trip"`
	// Opened is how often the breaker opened per replication, Open the share of time
	// it was, State how most replications ended.
	Opened float64 `json:"breaker_opened,omitempty"`
	Open   float64 `json:"breaker_open,omitempty"`
	State  string  `json:"breaker_state,omitempty"`
	Errors []Cause `json:"errors,omitempty"` // shares of attempts and of calls refused before one
}

// Slice is a piece of the timeline, averaged over replications, for all requests
// together: by when they arrived (Offered) and ended (Good, Failed), per second.
type Slice struct {
	At      time.Duration `json:"at"`
	Offered float64       `json:"offered"`
	Good    float64       `json:"good"`
	Failed  float64       `json:"failed"`
	Retries float64       `json:"retries"`
	Waiting float64       `json:"waiting"` // requests and messages in queues at its end
	Latency float64       `json:"latency"` // mean of Good
	Open    float64       `json:"breakers_open"`
}
