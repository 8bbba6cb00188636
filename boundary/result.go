package boundary

// Result is a recommended cut, the ones it was compared with, and the reasons.
// It is frozen once returned.
type Result struct {
	// Candidates are the cuts shown, at most Options.Shown of them and fewer
	// where there are not so many: the recommended one first, the runner-up
	// second, then by number of contexts.
	Candidates []Candidate

	Computed int // index of the candidate that plumb recommends; always 0
	Chosen   int // index of the one explained below; differs when Options.Choose says so
	RunnerUp int // index of the next best; -1 when there is only one

	Reason     Reason // why Computed is recommended
	Eliminated []Elimination

	Reference []ReferenceData

	// Own judges the user's own cut; nil when none was given.
	Own *Judgement

	// What follows explains Candidates[Chosen].

	Boundaries []Boundary
	Moves      []Counterfactual // every single move of one aggregate
	Merges     []Counterfactual // every merge of two contexts
	Map        []Relation
	Deployment Deployment
	// Driven are the deployables that the drivers ask for, where Options.Deploy says
	// otherwise; nil where they are those of the candidate.
	Driven    []Deployable
	Deploy    Deploy
	Stability Stability
	Questions []Question

	Work Work
}

// Method says where a candidate came from.
type Method string

// The methods that propose cuts.
const (
	MethodExact       Method = "exact"       // optimum by dynamic programming
	MethodCorrelation Method = "correlation" // correlation clustering by local search
	MethodLinkage     Method = "linkage"     // average linkage
	MethodModularity  Method = "modularity"  // Louvain on the size-normalised graph
	MethodOne         Method = "one-service" // everything in one context
	MethodFinest      Method = "finest"      // every aggregate by itself
	MethodOwn         Method = "own"         // the user's own cut
	MethodOwners      Method = "owners"      // contexts by owning team
	MethodSubdomains  Method = "subdomains"  // contexts by subdomain
	MethodWrites      Method = "writes"      // contexts by what strong use cases write together
	MethodMerge       Method = "merge"       // two contexts of the best cut as one
	MethodPolish      Method = "polish"      // improved by single moves on the counts
)

// Candidate is one cut with what it costs.
type Candidate struct {
	// ID names it among the candidates: "4-contexts", "4-contexts-2" for another of
	// as many, OwnID or MendedID for what came of the user's own cut.
	ID          string
	Methods     []Method // the methods that arrived at it
	Contexts    []Context
	Deployables []Deployable
	// Declined are reasons to run apart that were not followed, with why.
	Declined []Driver
	Cost     Cost
	// Best lists the measures in which no other shown candidate is better, and at
	// least one is worse: the candidate's label.
	Best []Dimension
	// Affinity is what the search maximises: the affinity of all pairs that
	// share a context, less what chance and the threshold ask of them.
	Affinity float64
}

// The ids of the candidate that the user's own cut is, and of the nearest one that
// obeys the hard constraints where the user's own does not.
const (
	OwnID    = "yours"
	MendedID = "yours-mended"
)

// Judgement is what the counts say of the user's own cut.
type Judgement struct {
	// Candidate is the index of the cut; where it breaks a hard constraint, of the
	// nearest one that breaks none.
	Candidate int
	Breaks    []Break
	// Placed lists the aggregates that it does not name, and where plumb put them.
	Placed []Placement
	// Better and Worse are the measures in which it differs from the computed cut:
	// From that one's value To its own. Both are nil when the two are the same.
	Better, Worse []Change
	// Moves lists the single moves and merges that would improve it: more of the
	// affinity inside, or no measure worse and one better. The best are first, at
	// most 5.
	Moves []Counterfactual
}

// Placement is where an aggregate went that the user's own cut does not name.
type Placement struct {
	Aggregate AggregateID
	Context   string
}

// Break is a hard constraint that the user's own cut breaks.
type Break struct {
	// A and B are two aggregates that the cut puts together or apart where the
	// constraint demands the opposite.
	A, B       AggregateID
	Together   bool     // the constraint demands that they share a context
	Contexts   []string // the user's contexts that they are in: one, or two if Together
	Constraint string
	Refs       []string // the lines of the user's contexts, then those of the constraint
}

// Context is a bounded context: one model, one language, one module.
type Context struct {
	Name       string      // from the domain; unique in its candidate
	Lead       AggregateID // the aggregate that takes part in most writes
	Aggregates []AggregateID
	Owner      TeamID // "" when no team is stated
	Zone       ZoneID // "" when none of its data is bound
	Service    string // the existing service it is; "" when new
	Subdomain  string
	UseCases   []UseCaseID   // use cases whose home this is
	Coherence  []Tie         // why it belongs together, strongest first
	Flips      []Flip        // what would make it fall apart; of the chosen candidate only
	Replicates []AggregateID // reference data owned elsewhere, of which it keeps copies
}

// Tie is one reason why two aggregates share a context.
type Tie struct {
	A, B     AggregateID
	Affinity float64
	UseCases []UseCaseID // those that touch both, co-writing ones first
	// Constraint and Refs name the hard constraint that demands it; empty when
	// it is a matter of weighing.
	Constraint string
	Refs       []string
}

// Deployable is a set of contexts that are released and run together.
type Deployable struct {
	Name     string
	Contexts []string
	Owner    TeamID
	// Drivers say why it runs apart from the rest. Empty for the modular
	// monolith, which needs no reason; all units have some if what they are
	// (existing services, zones) leaves no room for one.
	Drivers []Driver
	// Roles are processes of the same image that run apart, the cheaper answer
	// to load.
	Roles []Role
	// Price is what running it apart costs; zero for the modular monolith.
	Price Price
	Rate  PerSecond // peak rate of the use cases at home in it
}

// DriverKind is a reason to deploy apart.
type DriverKind string

// The drivers.
const (
	DriverZone         DriverKind = "zone"
	DriverExisting     DriverKind = "existing-service"
	DriverPin          DriverKind = "pin"
	DriverRuntime      DriverKind = "runtime"
	DriverAvailability DriverKind = "availability"
	DriverCadence      DriverKind = "cadence"
	DriverTeam         DriverKind = "team"
	DriverRate         DriverKind = "rate"
)

// Driver is a reason to deploy some contexts apart, with its numbers.
type Driver struct {
	Kind     DriverKind
	Contexts []string
	// Value is the contexts' own figure, Rest that of what it is compared with,
	// Ratio how far apart they are; Unit says what they count. Zero for drivers
	// without a number.
	Value, Rest, Ratio float64
	Unit               string
	// What names the zone, service, runtime or team.
	What string
	Hard bool // forced by a constraint; soft ones yield to a shared strong write
	Refs []string
	// Yielded is set on a driver that was not followed, and says why.
	Yielded string
}

// Role is a process of a deployable's image that runs apart from the others.
type Role struct {
	Name     string // the context's
	Contexts []string
	Driver   Driver
}

// Price is what a deployable or boundary costs, in counts first.
type Price struct {
	Deployables int           // processes to build, release and watch
	Sagas       int           // strong use cases that become distributed writes
	Contracts   int           // synchronous contracts between deployables
	RemoteCalls PerSecond     // calls that now cross the network at peak
	Hours       HoursPerMonth // the above, by Options.Prices
}

// Relation is one arrow of the context map. The upstream one's model is seen by
// the downstream one.
type Relation struct {
	Upstream, Downstream string // context names, or ids of externals
	External             bool   // one end is an external system
	Patterns             []Pattern
	Why                  string
	UseCases             []UseCaseID
	ByEvent              bool // nothing crosses synchronously
}

// Pattern is a context-map pattern of Domain-Driven Design.
type Pattern string

// The patterns that are derived.
const (
	OpenHostService     Pattern = "open-host-service"
	PublishedLanguage   Pattern = "published-language"
	Conformist          Pattern = "conformist"
	AnticorruptionLayer Pattern = "anticorruption-layer"
	Partnership         Pattern = "partnership"
	CustomerSupplier    Pattern = "customer-supplier"
	Replication         Pattern = "replication"
)

// ReferenceData is an aggregate that many contexts read and hardly anybody
// changes. It is owned once and replicated, and glues nothing together.
type ReferenceData struct {
	Aggregate AggregateID
	Owner     string   // context that owns it
	Readers   []string // contexts that keep a copy
	Why       string
	Stated    bool // volatility was stated, not inferred from the use cases
}

// Elimination is a cut that is not shown, with the constraint or the cut that
// rules it out.
type Elimination struct {
	Method   Method
	Contexts int
	// Constraint and Refs name the hard constraint it violates; empty when it
	// was dominated or left out for room.
	Constraint string
	Refs       []string
	// DominatedBy is the index of a shown candidate that is at least as good in
	// every measure and better in one; -1 otherwise.
	DominatedBy int
}

// Conflict is a minimal set of statements that cannot all hold, or a statement
// that means nothing. Dropping any one of Refs resolves it.
type Conflict struct {
	Kind       ConflictKind
	Message    string
	Aggregates []AggregateID
	Refs       []string // every line involved, in the order the message follows
}

// ConflictKind tells contradictions from broken statements.
type ConflictKind string

// The kinds of conflict.
const (
	Contradiction ConflictKind = "contradiction" // hard constraints that cannot all hold
	Undeclared    ConflictKind = "undeclared"    // a name that nothing declares
	Duplicate     ConflictKind = "duplicate"     // an id declared twice
	BadNumber     ConflictKind = "bad-number"    // a rate, share or size outside its range
)
