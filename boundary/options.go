package boundary

// Options are the parameters of a run. Every part left zero means Defaults.
type Options struct {
	Weights Weights
	Gate    Gate
	Prices  Prices

	// Seed drives the disturbance of weights in the stability runs, the only
	// place where chance is needed.
	Seed uint64

	// Shown is the largest number of candidates returned, at least 3; 6 when zero,
	// which is as many as a person compares.
	Shown int

	// Choose is the id of the candidate that a person chose, even where plumb would
	// recommend another. The result then still says which one was computed. An id
	// that no candidate has chooses nothing.
	Choose string

	// Deploy is how a person wants the contexts to be deployed; DeployDriven where
	// nothing was said. Hard drivers are followed whatever it is.
	Deploy Deploy

	// OwnersApart keeps aggregates apart whose stated owners differ, because a
	// context has one team; what must be together for another reason stays so.
	// It is for inputs in which stating an owner is a decision about teams, not a
	// label of who uses a thing.
	OwnersApart bool

	// Plain leaves out what takes repeated runs (stability, flips, questions)
	// for callers that plan thousands of times and read the cut alone.
	Plain bool
}

// Deploy is a way to lay contexts into deployables.
type Deploy string

// The ways.
const (
	DeployDriven Deploy = ""            // what has a driver leaves the monolith
	DeployOne    Deploy = "one"         // only what a hard driver forces leaves it
	DeployEach   Deploy = "per-context" // each context by itself
)

// Weights turn what use cases do into the affinity of two aggregates. They were
// chosen on published systems that experts cut (README.md says how well they
// do), and are no measurements of cost; the stability of a result is reported
// under +-20 % of each.
type Weights struct {
	// What one use case says of two aggregates, in units of one aggregate's part
	// in a use case that writes it.

	BothWritten float64 // it writes both
	WrittenRead float64 // it writes one and reads the other; also the part of what is only read
	BothRead    float64 // it only reads both; composing at the edge does that, too

	Asynchronous float64 // factor on writing with eventual consistency, and on reading what an event can carry
	FollowUp     float64 // one written by a use case, the other by one it waits for; not measured, no case has any
	Reference    float64 // one holds the identity of the other, shared among all that do

	// Own is the work that an aggregate has by itself, in units of affinity. What
	// chance would give a pair is the product of their degrees, own work
	// included, over the sum of all degrees.
	Own float64
	// Threshold is how many times more than chance a pair must share to attract;
	// one that shares less repels.
	Threshold float64
}

// Gate holds the thresholds at which a context may leave the monolith. All of
// them are practitioners' rules of thumb, not measurements.
type Gate struct {
	// MinTeams is the number of teams from which owning a context end to end
	// is a reason to deploy it apart. Plausible 2 to 4.
	MinTeams int
	// MaxTeam is the largest number of people one team is taken for; a bigger
	// one counts as several. Plausible 8 to 10 ("two pizzas").
	MaxTeam int
	// RateRatio is how many times busier a context must be than the rest to
	// get capacity of its own. Plausible 5 to 20.
	RateRatio float64
	// RateFloor is the load that the smallest set of replicas carries for everybody:
	// below it no context needs capacity of its own, however much busier than the
	// rest. Two replicas of half a processor, 60% busy, with 6 ms of work for a
	// request. Plausible 30/s to 500/s.
	RateFloor float64
	// DowntimeRatio is how many times less downtime a context must be allowed
	// than the rest, to be kept out of its failures. Plausible 5 to 20.
	DowntimeRatio float64
	// CadenceRatio is how many times more often a context must be released
	// than the rest. Plausible 3 to 10.
	CadenceRatio float64
}

// Prices turn counts into effort, where a person wants one number. Candidates
// are compared by the counts, never by these.
type Prices struct {
	// Deployable is what one more deployable costs each month: pipeline,
	// upgrades, dashboards, on-call. Assumed; plausible 4 to 24.
	Deployable HoursPerMonth
	// Saga is what one distributed write costs each month once it runs:
	// stuck instances, compensations, tests. Assumed; plausible 1 to 8.
	Saga HoursPerMonth
	// Contract is what one synchronous contract between two deployables costs
	// each month: versions, consumers' tests. Assumed; plausible 0.5 to 4.
	Contract HoursPerMonth
}

// Defaults returns the options that zero ones stand for.
func Defaults() Options {
	return Options{
		Weights: Weights{BothWritten: 1.5, WrittenRead: 0.4, BothRead: 0.2, Asynchronous: 0.2, FollowUp: 0.1, Reference: 0.3, Own: 1.2, Threshold: 1.05},
		Gate:    Gate{MinTeams: 3, MaxTeam: 9, RateRatio: 10, RateFloor: 100, DowntimeRatio: 10, CadenceRatio: 4},
		Prices:  Prices{Deployable: 10, Saga: 3, Contract: 1},
		Seed:    1,
		Shown:   6,
	}
}

func (o Options) complete() Options {
	d := Defaults()
	if o.Weights == (Weights{}) {
		o.Weights = d.Weights
	}
	if o.Gate == (Gate{}) {
		o.Gate = d.Gate
	}
	if o.Prices == (Prices{}) {
		o.Prices = d.Prices
	}
	if o.Seed == 0 {
		o.Seed = d.Seed
	}
	if o.Shown == 0 {
		o.Shown = d.Shown
	}
	o.Shown = max(o.Shown, 3)
	return o
}
