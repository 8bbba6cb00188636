package boundary

// Boundary explains the line between two contexts that have to do with each
// other.
type Boundary struct {
	A, B      string // names of the contexts, A before B
	Crossings []Crossing
	Price     BoundaryPrice
	// Forced lists the hard constraints that keep the two apart; empty when
	// the line is a matter of weighing.
	Forced []Forced
	// Affinity is the average affinity of the pairs across the line.
	Affinity float64
	// Merge is what merging the two would change.
	Merge Counterfactual
	Flips []Flip
	// Stays is the share of disturbed runs in which the line stays, and
	// MergedBy lists the methods whose best cut has no line here.
	Stays    Share
	MergedBy []Method
}

// Forced is a hard constraint that demands a boundary.
type Forced struct {
	Constraint string
	Refs       []string
}

// Crossing is one use case that crosses a boundary.
type Crossing struct {
	UseCase  UseCaseID
	Then     UseCaseID // the use case that it sets off across the line; "" for a crossing of its own
	From, To string    // contexts; From is the home of the use case
	Reads    []AggregateID
	Writes   []AggregateID
	ByEvent  bool
	Waits    bool // somebody waits for it
	Strong   bool // writes on both sides must become visible at once
	Rate     PerSecond
	Ref      string
}

// BoundaryPrice counts what crosses one boundary.
type BoundaryPrice struct {
	StrongWrites int       // use cases that write on both sides at once
	SyncHops     int       // synchronous crossings
	SyncRate     PerSecond // the same times their rate
	Reads        int       // aggregates read across, summed over use cases
	Events       int       // crossings by event
	TwoTeams     int       // use cases that need both sides' teams
}

// Counterfactual is what one change of a cut would do to its cost.
type Counterfactual struct {
	Aggregate AggregateID // the one that moves; "" for a merge
	From, To  string      // contexts; To is "" for a context of its own, or if it may not move at all
	Allowed   bool        // false when a hard constraint forbids it
	Forbidden Forced      // that constraint
	Changes   []Change    // measures that change; nil when forbidden
	Affinity  float64     // change of what the search maximises
}

// Change is the change of one measure.
type Change struct {
	Dimension Dimension
	From, To  float64
}

// Flip is a change of the input after which the answer is another one.
type Flip struct {
	Kind    FlipKind
	UseCase UseCaseID // for flips of consistency
	Context string    // for flips of rate
	// At is the value at which the answer changes, Now today's.
	At, Now float64
	// To says what the answer then is: "merge A and B", "move X to B".
	To string
}

// FlipKind is the kind of input that flips an answer.
type FlipKind string

// The kinds of flip.
const (
	FlipThreshold FlipKind = "threshold" // Weights.Threshold
	FlipStrong    FlipKind = "strong"    // the use case had to be visible at once everywhere
	FlipEventual  FlipKind = "eventual"  // the use case could do with eventual consistency
	FlipTeams     FlipKind = "teams"     // the number of teams that own contexts
	FlipRate      FlipKind = "rate"      // a context's requests per second at peak
)

// Reason says why the recommended candidate is preferred to the runner-up.
type Reason struct {
	Better []Change // measures in which it beats the runner-up: From runner-up, To recommended
	Worse  []Change // measures in which the runner-up is better
	Margin float64  // difference of Affinity
	// Upset lists the smallest changes that would make the runner-up win.
	Upset []Flip
}

// Deployment says how the deployables of the chosen candidate came about.
type Deployment struct {
	Teams int // teams that own contexts, big ones counted as several
	// Flips lists the numbers at which the deployables or their processes would
	// be others.
	Flips []Flip
}

// Stability says how much of a cut survives when the inputs are disturbed.
type Stability struct {
	Seed        uint64
	WeightRuns  int // runs with every weight off by up to 20 %
	WithoutRuns int // runs with one use case left out
	// Same is the share of runs with exactly the same cut.
	Same Share
	// Threshold is the range of that weight in which the cut is the best of all
	// that were proposed.
	Threshold Interval
	// Uncertain lists the pairs whose answer changes in some run, least certain
	// first, at most 50.
	Uncertain []PairShare
}

// Interval is a range of values, ends included.
type Interval struct{ From, To float64 }

// PairShare is how often two aggregates shared a context.
type PairShare struct {
	A, B     AggregateID
	Together Share // share of runs that put both into one context
	Now      bool  // whether the cut has them together
}

// Question is what to ask a person where the answer is uncertain.
type Question struct {
	A, B     string      // contexts the question is about; equal for one that may fall apart
	X, Y     AggregateID // the pair that decides
	UseCase  UseCaseID   // the use case that decides; "" when none does
	Kind     QuestionKind
	Text     string
	IfYes    string // what the cut becomes
	IfNo     string
	Together Share
}

// QuestionKind is the fact a question asks for.
type QuestionKind string

// The kinds of question.
const (
	AskAtomic QuestionKind = "atomic" // must both change at the same instant?
	AskStale  QuestionKind = "stale"  // may the reader see a slightly old copy?
	AskShared QuestionKind = "shared" // do both change for the same reason?
)

// Work counts the steps taken. It depends on the input alone.
type Work struct {
	Proposed  int // cuts proposed by all methods
	Distinct  int // different ones among them
	Moves     int // affinities weighed by the searches
	Subsets   int // steps of the exact search
	Reruns    int // disturbed runs
	Truncated []string
}
