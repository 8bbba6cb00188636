package arch

// Flow is the call tree of a use case.
type Flow struct {
	ID      FlowID `json:"id"`
	UseCase Path   `json:"use_case"`
	// Entry is the deployable that takes the request (or the event, or the timer).
	Entry DeployableID `json:"entry"`
	// Starts is request, event, schedule or step.
	Starts string    `json:"starts"`
	Actors []ActorID `json:"actors,omitempty"`
	Steps  []Step    `json:"steps"`
	// Wait bounds how long the caller waits: what is not done by then is finished
	// after the answer.
	Wait     Value    `json:"bounded_wait,omitzero"`
	Workload Workload `json:"workload"`
	// Importance is critical, normal or may-wait: what is shed last and first.
	Importance string `json:"importance"`
	Fallback   string `json:"fallback,omitempty"`
	Trace      `json:"trace,omitzero"`
}

// Step is one node of a flow.
type Step struct {
	// Kind is work (own computing), store, call (external), invoke (another context
	// or deployable, synchronously), publish, respond (the answer is sent here; what
	// follows is asynchronous), cache.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Target is the id of the store, external, deployable, channel or cache.
	Target string `json:"target,omitempty"`
	Edge   EdgeID `json:"edge,omitempty"`
	// Mode of a store step: read or write.
	Mode   string  `json:"mode,omitempty"`
	Chance float64 `json:"chance"` // 0..1
	Times  float64 `json:"times"`
	// Parallel steps next to each other run at the same time.
	Parallel bool   `json:"parallel,omitempty"`
	Optional bool   `json:"optional,omitempty"`
	After    bool   `json:"after,omitempty"` // happens after the answer
	Demand   Demand `json:"demand,omitzero"`
	Steps    []Step `json:"steps,omitempty"`
}

// Demand is a service time.
type Demand struct {
	// Shape is lognormal, exponential or constant.
	Shape string `json:"shape"`
	P50   Value  `json:"p50"`
	P99   Value  `json:"p99,omitzero"`
}

// Workload is how often a flow is started.
type Workload struct {
	Peak    Value `json:"peak,omitzero"`
	Average Value `json:"average,omitzero"`
	Quiet   Value `json:"quiet,omitzero"`
	// AtHorizon is the peak at the end of the planning horizon.
	AtHorizon Value `json:"at_horizon,omitzero"`
	// Lasts is how long a peak lasts, seconds; When its window in words.
	Lasts  Value  `json:"lasts,omitzero"`
	When   string `json:"when,omitempty"`
	Online Value  `json:"online,omitzero"` // connections open at once
	// BytesIn and BytesOut of one request.
	BytesIn  Value `json:"bytes_in,omitzero"`
	BytesOut Value `json:"bytes_out,omitzero"`
}

// Edge is one dependency of a deployable on another part, with the policies under
// which it is used. Parameter names are those of production libraries.
type Edge struct {
	ID   EdgeID       `json:"id"`
	From DeployableID `json:"from"`
	// To is an external, deployable, store, cache or channel.
	To     string `json:"to"`
	ToKind string `json:"to_kind"` // external, deployable, store, cache, channel
	// Style is sync or async; Protocol http, grpc, sql, broker...
	Style    string `json:"style"`
	Protocol string `json:"protocol"`
	Use      []Path `json:"use"` // the use cases that need it
	// Hard dependencies fail the use case; soft ones degrade it.
	Hard     bool     `json:"hard"`
	Peak     Value    `json:"peak,omitzero"`
	Timeout  Value    `json:"timeout,omitzero"`
	Deadline bool     `json:"deadline_propagated,omitempty"`
	Retry    *Retry   `json:"retry,omitempty"`
	Breaker  *Breaker `json:"circuit_breaker,omitempty"`
	// NoBreaker says why a call has none: it comes too rarely for one to judge by.
	NoBreaker string    `json:"no_circuit_breaker,omitempty"`
	Bulkhead  *Bulkhead `json:"bulkhead,omitempty"`
	RateLimit *Throttle `json:"throttle,omitempty"`
	Fallback  string    `json:"fallback,omitempty"`
	Unknown   string    `json:"unknown_outcome,omitempty"` // what an unclear result means
	// Backlog is the queue of its own in which its calls wait; nil where each leaves when
	// it is made.
	Backlog *Backlog `json:"backlog,omitempty"`
	Trace   `json:"trace,omitzero"`
}

// Retry policy of an edge.
type Retry struct {
	MaxAttempts int     `json:"max_attempts"`
	Base        Value   `json:"initial_backoff"`
	Max         Value   `json:"max_backoff"`
	Multiplier  float64 `json:"multiplier"`
	Jitter      string  `json:"jitter"` // full
	// Budget is the share of successes that pays for retries.
	Budget Value `json:"budget"`
	// Only lists what is retried: timeouts, 429, 502, 503, 504...
	Only []string `json:"retry_on"`
	Key  string   `json:"idempotency_key,omitempty"`
}

// Breaker policy of an edge.
type Breaker struct {
	Window    Value   `json:"sliding_window"` // seconds
	MinCalls  int     `json:"minimum_number_of_calls"`
	Threshold float64 `json:"failure_rate_threshold"` // 0..1
	Open      Value   `json:"wait_duration_in_open_state"`
	Probes    int     `json:"permitted_calls_in_half_open"`
}

// Bulkhead bounds the calls in flight.
type Bulkhead struct {
	MaxConcurrent int   `json:"max_concurrent_calls"`
	MaxWait       Value `json:"max_wait_duration"`
}

// Throttle bounds the rate of calls that leave.
type Throttle struct {
	Rate  Value `json:"rate"`
	Burst Value `json:"burst"`
	// MaxWait is how long a call waits for its turn before it is refused, in seconds; none
	// when unknown. What waits in a Backlog is not refused.
	MaxWait Value `json:"max_wait_duration,omitzero"`
}

// Backlog is a queue in which calls wait that nobody waits for. They are written with
// what asks for them, leave as fast as throttle and bulkhead let them, and are put back
// until they are done.
type Backlog struct {
	// Late is how long the last call of a peak waits, unknown where all of a peak leave
	// at once; Drain how long what gathered over the longest time away takes to leave.
	// Both in seconds.
	Late  Value `json:"late,omitzero"`
	Drain Value `json:"drain,omitzero"`
}

// Saga keeps a promise across boundaries.
type Saga struct {
	ID      string `json:"id"`
	UseCase Path   `json:"use_case"`
	// Style is orchestration or choreography.
	Style string     `json:"style"`
	Owner ContextID  `json:"owner"`
	Steps []SagaStep `json:"steps"`
	// Pivot is the index of the step after which the saga can only go forward.
	Pivot   int    `json:"pivot"`
	Timeout Value  `json:"timeout"`
	Pending string `json:"pending_state,omitempty"`
	// WorkItem is who sees a saga that is stuck.
	WorkItem string `json:"work_item"`
	Trace    `json:"trace,omitzero"`
}

// SagaStep is one step with its compensation.
type SagaStep struct {
	UseCase Path      `json:"use_case"`
	Name    string    `json:"name"`
	Context ContextID `json:"context"`
	// Kind is check, compensatable, pivot or retriable.
	Kind         string     `json:"kind"`
	Compensation Path       `json:"compensation,omitempty"`
	Timeout      Value      `json:"timeout,omitzero"`
	External     ExternalID `json:"external,omitempty"`
	// OnUnknown says what is done when the outcome is not known.
	OnUnknown string `json:"on_unknown,omitempty"`
	Command   string `json:"command,omitempty"`
	Reply     string `json:"reply,omitempty"`
}

// StateMachine is the lifecycle of an aggregate.
type StateMachine struct {
	ID      string       `json:"id"`
	Of      Path         `json:"of"`
	Context ContextID    `json:"context"`
	Initial string       `json:"initial"`
	States  []string     `json:"states"`
	Final   []string     `json:"final"`
	Moves   []Transition `json:"transitions"`
}

// Rule is an invariant of an aggregate, or across several.
type Rule struct {
	// Of is the rule of the input, or the aggregate that the invariant stands in.
	Of    Path   `json:"of"`
	Over  []Path `json:"over"` // aggregates
	Holds string `json:"holds"`
	// Expression tells that Holds is CEL over the fields; otherwise it is a sentence.
	Expression bool `json:"expression,omitempty"`
	// Within is how long it may be broken; absent for one that always holds.
	Within Value `json:"within,omitzero"`
}

// Transition is a legal step and who may trigger it.
type Transition struct {
	From   string    `json:"from"`
	To     string    `json:"to"`
	By     []Path    `json:"by,omitempty"`
	Actors []ActorID `json:"actors,omitempty"`
	After  Value     `json:"after,omitzero"` // for timers
	Event  EventID   `json:"event,omitempty"`
}

// Projection is a read model fed by events.
type Projection struct {
	ID        string    `json:"id"`
	About     string    `json:"about"`
	Serves    []Path    `json:"queries"`
	From      []EventID `json:"from"`
	Store     StoreID   `json:"store"`
	Schema    SchemaID  `json:"schema"`
	Context   ContextID `json:"context"`
	Staleness Value     `json:"staleness"`
	Rebuild   string    `json:"rebuild"`
	Trace     `json:"trace,omitzero"`
}

// Job runs by time or works through a backlog.
type Job struct {
	ID         string       `json:"id"`
	About      string       `json:"about"`
	UseCase    Path         `json:"use_case,omitempty"`
	Schedule   string       `json:"schedule"`
	Deployable DeployableID `json:"deployable"`
	Context    ContextID    `json:"context"`
	// Exclusive jobs run at most once at a time (a lease in the store).
	Exclusive bool   `json:"exclusive"`
	Resume    string `json:"resume"`
	Trace     `json:"trace,omitzero"`
}
