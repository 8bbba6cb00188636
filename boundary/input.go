package boundary

// AggregateID names an aggregate: the unit that is never torn, because it is
// the unit of transaction.
type AggregateID string

// UseCaseID names a use case.
type UseCaseID string

// TeamID names a team.
type TeamID string

// ZoneID names a regulatory or security zone ("card-data", "health").
type ZoneID string

// ExternalID names a system that somebody else runs.
type ExternalID string

// PerSecond is a rate of events per second at peak. Zero means "not stated".
type PerSecond float64

// PerMonth is a rate of events per month, used for release cadence. Zero means
// "not stated".
type PerMonth float64

// HoursPerMonth is working time of people.
type HoursPerMonth float64

// Share is a fraction between 0 and 1.
type Share float64

// Input is everything the stage reads. It is plain data: the caller's own
// model fills it. The order of the slices carries no meaning, and neither do
// ids and names, except as labels and as the very last tie-breaker.
//
// Ref fields are opaque to this package. Whatever the caller puts there (an
// input file's line, say) comes back in conflicts, eliminations and
// explanations, so that each can be shown where it was written.
type Input struct {
	Aggregates []Aggregate
	UseCases   []UseCase
	References []Reference
	Invariants []Invariant
	Pins       []Pin
	Zones      []Zone
	Teams      []Team
	Externals  []External

	// Own is the user's own cut, judged beside the computed ones. Nil when
	// none was given. Aggregates it leaves out are placed by plumb.
	Own []OwnContext
}

// Aggregate is one unit of data and rules with one transaction boundary.
type Aggregate struct {
	ID   AggregateID
	Name string // for people; ID when empty
	Ref  string

	Owner         TeamID // team that answers for it; "" when not stated
	Subdomain     string // "" when not stated
	SubdomainKind SubdomainKind

	// Zone is the regulatory zone its data must stay in; "" when any will do.
	// Aggregates of two different zones never share a context or deployable.
	Zone ZoneID

	// Foreign marks data whose model belongs to an external or legacy system.
	Foreign bool

	Volatility Volatility // how often its content changes
	Volume     float64    // instances at the planning horizon; 0 when not stated

	// The following are reasons to deploy apart, never to cut a context.

	Rate         PerSecond // own peak rate; when 0 it is summed from the use cases
	Availability Share     // target, such as 0.9995; 0 when not stated
	Cadence      PerMonth  // releases wanted per month; 0 when not stated
	Runtime      string    // language or runtime it is bound to; "" when free
}

// SubdomainKind is the strategic class of a subdomain.
type SubdomainKind int

// The classes of subdomain that Domain-Driven Design tells apart.
const (
	SubdomainUnstated SubdomainKind = iota
	Core
	Supporting
	Generic
)

// Volatility says how often the content of an aggregate changes.
type Volatility int

// The degrees of volatility. Only Rarely makes reference data.
const (
	VolatilityUnstated Volatility = iota
	Rarely
	Regularly
	Often
)

// UseCase is one thing an actor or an event makes the system do.
type UseCase struct {
	ID   UseCaseID
	Name string // for people; ID when empty
	Ref  string

	Actor string // who starts it; "" when not stated
	Team  TeamID // who builds it; "" when not stated

	Reads   []AggregateID
	Writes  []AggregateID
	Creates []AggregateID // counted as writes

	// ByEvent is set when the use case reacts to an event, so that nobody
	// waits for it.
	ByEvent bool

	Consistency Consistency
	Rate        PerSecond // at peak; 0 when not stated
	Admin       bool      // maintenance of master data, not daily business

	Then      []FollowUp   // use cases this one sets off
	Externals []ExternalID // external systems it calls
}

// Consistency is what a use case promises about the aggregates it writes.
type Consistency int

// The promises. Unstated is read as Strong: several writes in one use case are
// one local transaction until somebody says otherwise.
const (
	ConsistencyUnstated Consistency = iota
	Strong                          // all writes become visible at once
	Eventual                        // by saga, remote call or event; intermediate states are allowed
)

// FollowUp is a use case set off by another one.
type FollowUp struct {
	UseCase UseCaseID
	// ByEvent is set when the first one does not wait for the second.
	ByEvent bool
}

// Reference says that From holds the identity of To.
type Reference struct {
	From, To AggregateID
	Ref      string
}

// Invariant is a rule over several aggregates.
type Invariant struct {
	Name       string
	Aggregates []AggregateID
	// Atomic is set when the rule must hold at every instant. The aggregates
	// then share a context: a hard constraint.
	Atomic bool
	Ref    string
}

// Pin is a person's decision about aggregates: a hard constraint.
type Pin struct {
	Kind       PinKind
	Aggregates []AggregateID
	// Service is the name of the existing service of a Fixed pin.
	Service string
	Ref     string
}

// PinKind says what a pin demands of its aggregates.
type PinKind int

// The kinds of pin.
const (
	// Together puts all of them into one context.
	Together PinKind = iota
	// Apart puts any two of them into different contexts.
	Apart
	// ApartDeployed is Apart, and in different deployables.
	ApartDeployed
	// Fixed says that they are the whole content of an existing service:
	// together, and closed to everything else.
	Fixed
)

// Zone describes a zone that aggregates name. Zones that are not described
// are not isolated.
type Zone struct {
	ID  ZoneID
	Ref string
	// Isolated is set when data without a zone must stay outside as well.
	Isolated bool
}

// Team is a group of people that can own deployables.
type Team struct {
	ID   TeamID
	Size int // people; 0 when not stated
	Ref  string
}

// External is a system that somebody else runs and that use cases call.
type External struct {
	ID   ExternalID
	Name string
	Ref  string
	// Legacy is set when its model must be kept out of the new ones.
	Legacy bool
}

// OwnContext is one group of the user's own cut.
type OwnContext struct {
	Name       string
	Aggregates []AggregateID
	Ref        string
}
