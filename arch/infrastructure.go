package arch

// Context is a bounded context: a module with its own language and data.
type Context struct {
	ID   ContextID `json:"id"`
	Name string    `json:"name"`
	// Responsibility is what it decides, from its use cases.
	Responsibility string       `json:"responsibility"`
	Aggregates     []Path       `json:"aggregates"`
	UseCases       []Path       `json:"use_cases"`
	Team           TeamID       `json:"team,omitempty"`
	Deployable     DeployableID `json:"deployable"`
	Store          StoreID      `json:"store,omitempty"`
	// Replicates lists reference data of others kept as a copy, with its bound.
	Replicates []Replica `json:"replicates,omitempty"`
	// Snapshots are what its aggregates keep of others as it was; Refers those that they
	// know by id alone and read where they are.
	Snapshots []Snapshot `json:"snapshots,omitempty"`
	Refers    []Path     `json:"refers_to,omitempty"`
	// Coheres names the strongest tie inside, two aggregates and what needs both;
	// Ready what extraction would cost.
	Coheres string   `json:"coheres,omitempty"`
	Ties    []Tie    `json:"ties,omitempty"`       // all reasons why it belongs together, strongest first
	Flips   []string `json:"parts_when,omitempty"` // what would make it fall apart
	Ready   []string `json:"extraction,omitempty"`
	Zone    string   `json:"zone,omitempty"`
	Trace   `json:"trace,omitzero"`
}

// Snapshot is what is kept of another aggregate as it was when it was referred to: its
// later changes do not reach it.
type Snapshot struct {
	Of     Path     `json:"of"`
	Fields []string `json:"fields"` // as they are called here
}

// Replica is a copy of another context's data.
type Replica struct {
	Of        Path    `json:"of"`
	Staleness Value   `json:"staleness"`
	Via       EventID `json:"via,omitempty"`
}

// Relation is an arrow of the context map.
type Relation struct {
	From ContextID `json:"from"` // downstream: depends on To
	To   string    `json:"to"`   // upstream: a context or an external
	// Pattern is customer-supplier, conformist, open-host-service, partnership,
	// anticorruption-layer, published-language.
	Pattern string `json:"pattern"`
	// Style is in-process, sync or event.
	Style    string `json:"style"`
	UseCases []Path `json:"use_cases"`
	Rate     Value  `json:"rate,omitzero"`
	Why      string `json:"why"`
}

// Deployable is a unit that is released and scaled by itself.
type Deployable struct {
	ID       DeployableID `json:"id"`
	About    string       `json:"about"`
	Contexts []ContextID  `json:"contexts"`
	Team     TeamID       `json:"team,omitempty"`
	// Driver is why it stands alone: zone, scale, cadence, team, runtime; "" for
	// the first.
	Driver string    `json:"driver,omitempty"`
	Roles  []Process `json:"processes"`
	Zone   string    `json:"trust_zone,omitempty"`
	Trace  `json:"trace,omitzero"`
}

// Process is a role in which a deployable's image runs: serve, worker, stream.
type Process struct {
	Name  string   `json:"name"`
	About string   `json:"about"`
	Flows []FlowID `json:"flows"`
	// Replicas at peak, one zone lost; Min in the quietest hour.
	Replicas Value `json:"replicas"`
	Min      Value `json:"min"`
	// AtWork is how many workers are held at peak over all replicas, on average. Workers
	// is the limit of requests, jobs and events in one replica at once; Queue the requests
	// allowed to wait.
	AtWork   Value      `json:"at_work,omitzero"`
	Workers  Value      `json:"workers"`
	Queue    Value      `json:"queue"`
	CPU      Value      `json:"cpu"`         // cores per replica
	Memory   Value      `json:"memory"`      // bytes per replica
	Utilised Value      `json:"utilisation"` // at peak with one zone lost
	Scale    *Autoscale `json:"autoscale,omitempty"`
	// Consumes tells that it keeps the deployable's copies and projections up to date.
	Consumes bool     `json:"keeps_copies,omitempty"`
	Probes   []Probe  `json:"probes"`
	Shed     []string `json:"shed_order,omitempty"`
	// Turn is whom a free worker takes of those that wait: in-turn, the oldest, whatever
	// has become of its caller; in-time, the oldest whose caller still waits; newest-first,
	// the newest whose caller still waits. "" where nobody waits.
	Turn string `json:"turn,omitempty"`
	// Adaptive tells that a replica turns away what is above a limit that follows the
	// times it measures.
	Adaptive bool `json:"adaptive_limit,omitempty"`
}

// Autoscale policy of a process.
type Autoscale struct {
	Signal    string `json:"signal"`
	Target    Value  `json:"target"`
	Min       Value  `json:"min"`
	Max       Value  `json:"max"`
	Scheduled string `json:"scheduled,omitempty"`
}

// Probe of a process.
type Probe struct {
	Kind   string `json:"kind"` // liveness, readiness, startup
	Path   string `json:"path"`
	Checks string `json:"checks"`
	Period Value  `json:"period"`
	Fail   int    `json:"failure_threshold"`
}

// Store is a database of one context (or of a deployable's contexts, one schema
// each).
type Store struct {
	ID         StoreID      `json:"id"`
	Technology string       `json:"technology"`
	Deployable DeployableID `json:"deployable"`
	Contexts   []ContextID  `json:"contexts"`
	// Layout is tables, documents, events (event sourced), search, cache, files.
	Layout     string            `json:"layout"`
	Aggregates []StoredAggregate `json:"aggregates"`
	// Writes and Reads per second at peak; Bytes at the horizon.
	Writes   Value `json:"writes"`
	Reads    Value `json:"reads"`
	Bytes    Value `json:"bytes"`
	Replicas Value `json:"replicas"`
	// Failover is the time without writes after its leading copy is lost, until another
	// one leads.
	Failover Value `json:"failover,omitzero"`
	// Shards are the parts that take writes side by side, each with its replicas, at
	// the horizon; unknown where one primary takes all of them.
	Shards Value `json:"shards,omitzero"`
	// Machine is how many times larger than the node that the catalogue speaks of each
	// node is, where writes at the horizon are more than it sustains and the technology
	// does not spread them; unknown where one such node does.
	Machine Value `json:"machine,omitzero"`
	Pool    Value `json:"connection_pool"`
	// Partition says how and when it is partitioned; "" not at all.
	Partition string `json:"partition,omitempty"`
	Backup    string `json:"backup"`
	RPO       Value  `json:"recovery_point"`
	RTO       Value  `json:"recovery_time"`
	Trace     `json:"trace,omitzero"`
}

// StoredAggregate is an aggregate in a store, with what the database specialist
// needs.
type StoredAggregate struct {
	Of           Path     `json:"of"`
	EventSourced bool     `json:"event_sourced,omitempty"`
	Rows         Value    `json:"rows"`
	Bytes        Value    `json:"bytes"`
	Retained     Value    `json:"retained,omitzero"`
	Queries      []Query  `json:"queries"`
	Outbox       bool     `json:"outbox,omitempty"`
	Guard        string   `json:"guard,omitempty"` // how a contended change is guarded
	Unique       []string `json:"unique,omitempty"`
	// Contention is the amount of it that many want at once; nil when there is none.
	Contention *Contention `json:"contention,omitempty"`
	// Writers are the use cases that write it, by name.
	Writers []Writer `json:"writers,omitempty"`
}

// Writer is a use case that writes an aggregate.
type Writer struct {
	UseCase Path `json:"use_case"`
	// Step is the step of the use case that does it in the same transaction; "" when
	// the use case itself does.
	Step Path `json:"step,omitempty"`
	// Does lists what it does to one: creates, changes (fields), moves, deletes.
	Does []string `json:"does"`
	// Keys are the unique keys of what it creates at which two runs of it can meet: none
	// that names something which the run has created itself.
	Keys []string `json:"keys,omitempty"`
}

// Contention is an amount that many want at once.
type Contention struct {
	What string `json:"what"` // the field, or a sentence
	// Guard is the choice of its decision: guarded-update, version, split,
	// queue-per-key; "" when there is none.
	Guard  string  `json:"guard,omitempty"`
	Takers []Taker `json:"takers"`
}

// Taker is a use case that takes of a contended amount.
type Taker struct {
	UseCase Path `json:"use_case"`
	// Undo is what undoes the use case; GivesBack tells that it gives back what was
	// taken, by itself or by its steps.
	Undo      Path `json:"undo,omitempty"`
	GivesBack bool `json:"gives_back,omitempty"`
	// Key tells that a repeated request is recognised.
	Key bool `json:"key,omitempty"`
}

// Query is a named access pattern with the index that serves it.
type Query struct {
	Name        string   `json:"name"`
	UseCase     Path     `json:"use_case"`
	By          []string `json:"by"`
	Sort        []string `json:"sort,omitempty"`
	Index       string   `json:"index"`
	Rate        Value    `json:"rate"`
	Consistency string   `json:"consistency"`
}

// Cache of a read.
type Cache struct {
	ID         string `json:"id"`
	Of         Path   `json:"of"`
	Where      string `json:"where"` // process, shared, edge
	Technology string `json:"technology,omitempty"`
	// Nodes of a shared one, 0 where the provider runs it; Failover is the time that it is
	// away after its leading node is lost, where it has another one.
	Nodes      Value        `json:"nodes,omitzero"`
	Failover   Value        `json:"failover,omitzero"`
	Deployable DeployableID `json:"deployable"`
	Serves     []Path       `json:"queries"`
	TTL        Value        `json:"ttl"`
	HitRatio   Value        `json:"hit_ratio"`
	// Answers is how many different ones it is asked for; Entries how many a copy holds.
	Answers      Value  `json:"answers,omitzero"`
	Entries      Value  `json:"entries"`
	Bytes        Value  `json:"bytes"`
	Invalidation string `json:"invalidation"`
	Never        string `json:"never"` // what is never cached here
	Trace        `json:"trace,omitzero"`
}

// FileStore is where the files of an aggregate are kept, and how they get there.
type FileStore struct {
	ID         string       `json:"id"` // "filing-files"
	Of         Path         `json:"of"`
	Fields     []string     `json:"fields"`
	Deployable DeployableID `json:"deployable"`
	// Where is object-store, or database: the store of the aggregate.
	Where      string `json:"where"`
	Technology string `json:"technology"`
	// Product is what the platform calls it; "" where it has no name of its own.
	Product string `json:"product,omitempty"`
	// Through is address (the client sends and fetches by a signed address) or service.
	Through string `json:"through"`
	// Size of one; Bytes at the horizon; Retained as its aggregate is.
	Size     Value `json:"size"`
	Bytes    Value `json:"bytes"`
	Retained Value `json:"retained,omitzero"`
	// Address is the life of a signed address. What was sent and never used is deleted
	// after Abandoned. After Cool a file moves to a cheaper class, which saves Saved a month.
	Address   Value `json:"address,omitzero"`
	Abandoned Value `json:"abandoned,omitzero"`
	Cool      Value `json:"cool,omitzero"`
	Saved     Value `json:"saved,omitzero"`
	// Send and Fetch are the operations for them.
	Send  OperationID `json:"send,omitempty"`
	Fetch OperationID `json:"fetch,omitempty"`
	Trace `json:"trace,omitzero"`
}

// Gateway stands before the public APIs.
type Gateway struct {
	Technology string   `json:"technology"`
	About      string   `json:"about"`
	Routes     []Route  `json:"routes"`
	Does       []string `json:"does"` // token validation, rate limits...
	Trace      `json:"trace,omitzero"`
}

// Route of a gateway.
type Route struct {
	API    APIID        `json:"api"`
	Host   string       `json:"host"`
	Prefix string       `json:"prefix"`
	To     DeployableID `json:"to"`
}

// Mesh between deployables.
type Mesh struct {
	Technology string   `json:"technology"`
	Does       []string `json:"does"`
	Trace      `json:"trace,omitzero"`
}

// Broker that carries channels.
type Broker struct {
	Technology string `json:"technology"`
	// Kind is queue, stream or table (a table in the service's own store).
	Kind    string `json:"kind"`
	Product string `json:"product,omitempty"` // managed offering
	// Host and port under which services reach it.
	Host     string      `json:"host,omitempty"`
	Channels []ChannelID `json:"channels"`
	Nodes    Value       `json:"nodes,omitzero"`
	// Failover is the time that it takes and hands on nothing after a leading node is
	// lost; unknown for tables, which follow their store.
	Failover Value `json:"failover,omitzero"`
	Trace    `json:"trace,omitzero"`
}

// Channel is a topic, queue or stream.
type Channel struct {
	ID    ChannelID `json:"id"`
	About string    `json:"about"`
	// Kind is topic (many consumers), queue (one), dead-letter.
	Kind        string         `json:"kind"`
	Broker      string         `json:"broker"` // technology
	Owner       ContextID      `json:"owner"`
	Deployable  DeployableID   `json:"deployable"`
	Events      []EventID      `json:"events"`
	Key         string         `json:"key"`
	Partitions  Value          `json:"partitions"`
	Retention   Value          `json:"retention"`
	Rate        Value          `json:"rate"`
	Delivery    string         `json:"delivery"` // at-least-once
	DeadLetter  ChannelID      `json:"dead_letter,omitempty"`
	Subscribers []Subscription `json:"subscriptions"`
	Was         ChannelID      `json:"was,omitempty"`
	Trace       `json:"trace,omitzero"`
}

// Subscription of a consumer group.
type Subscription struct {
	Group      string       `json:"group"`
	Context    ContextID    `json:"context"`
	Deployable DeployableID `json:"deployable"`
	UseCases   []Path       `json:"use_cases"`
	MaxDeliver int          `json:"max_deliver"`
	Backoff    []Value      `json:"backoff"`
	Inbox      bool         `json:"inbox"` // duplicates recognised by event id
	// Copies is how many events a second it applies to copies and projections at the
	// peak, and Apply what is done for each; absent where it keeps none.
	Copies Value  `json:"copies,omitzero"`
	Apply  []Step `json:"apply,omitempty"`
	Lag    Value  `json:"lag_objective"`
}

// Placement over regions and zones.
type Placement struct {
	Regions []PlacedRegion `json:"regions"`
	Zones   Value          `json:"zones"`
	// Strategy is one-machine, single-region, warm-standby or active-active.
	Strategy string `json:"strategy"`
	Trace    `json:"trace,omitzero"`
}

// PlacedRegion is one region with its part.
type PlacedRegion struct {
	Name  string `json:"name"`
	Part  string `json:"part"` // home, standby, active
	Share Value  `json:"share,omitzero"`
}

// Toggle switches behaviour at run time.
type Toggle struct {
	ID      string `json:"id"`
	About   string `json:"about"`
	UseCase Path   `json:"use_case"`
	Default string `json:"default"` // on, off
	// Off says what the caller sees when it is off.
	Off   string `json:"when_off"`
	Trace `json:"trace,omitzero"`
}
