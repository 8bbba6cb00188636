package boundary

// Dimension names one measure of a cut.
type Dimension string

// The measures, all better when smaller.
const (
	StrongWrites    Dimension = "strong-writes"   // use cases that must write in several contexts at once
	SagaComplexity  Dimension = "saga-complexity" // mono2micro's complexity, summed over use cases
	SyncHops        Dimension = "sync-hops"       // synchronous hops between contexts, over all use cases
	SyncRate        Dimension = "sync-rate"       // the same times the rate, per second
	CrossReads      Dimension = "cross-reads"     // aggregates read in another context, over all use cases
	Cycles          Dimension = "cycles"          // pairs of contexts that need each other synchronously
	CrossTeam       Dimension = "cross-team"      // use cases that need more than one team
	Unrelated       Dimension = "unrelated"       // pairs of aggregates in one context that no use case touches together
	Largest         Dimension = "largest"         // aggregates in the biggest context
	Contexts        Dimension = "contexts"        // contexts
	Drivers         Dimension = "drivers"         // reasons to run apart that the deployables do not follow
	DistributedSaga Dimension = "distributed"     // strong writes across deployables
	RemoteRate      Dimension = "remote-rate"     // synchronous hops between deployables times rate, per second
	LongestChain    Dimension = "longest-chain"   // deployables on the longest synchronous path of a use case
	Deployables     Dimension = "deployables"     // deployables
	RunHours        Dimension = "run-hours"       // what running and crossing costs, hours per month
)

// Measure is one count with its unit.
type Measure struct {
	Dimension Dimension
	Value     float64
	Unit      string
	// Compared is set when the measure takes part in the Pareto comparison.
	// The others follow from those or are prices of them.
	Compared bool
}

// Cost is the vector by which cuts are compared, in the order of the table of
// measures.
type Cost []Measure

// Value returns the value of one measure, 0 for one that is not there.
func (c Cost) Value(d Dimension) float64 {
	for _, m := range c {
		if m.Dimension == d {
			return m.Value
		}
	}
	return 0
}
