package arch

// Cut is how the contexts came about: the cuts that were compared, by the same
// counts, and what is known about the chosen one. What takes repeated runs
// (boundaries, moves, merges, stability, questions) is left out of a what-if.
type Cut struct {
	// Measures are what is counted, the same for every candidate.
	Measures []Measure `json:"measures"`
	// Candidates are the cuts shown: the computed one first, then the runner-up.
	Candidates []CutCandidate `json:"candidates"`
	Chosen     OptionID       `json:"chosen"`
	Computed   OptionID       `json:"computed"` // differs from Chosen where a pin says so
	RunnerUp   OptionID       `json:"runner_up,omitempty"`
	// Better and Worse compare the computed cut with the runner-up; Upset lists the
	// smallest changes of the input after which the runner-up would win.
	Better []CountChange `json:"better,omitempty"`
	Worse  []CountChange `json:"worse,omitempty"`
	Upset  []CutFlip     `json:"runner_up_wins_when,omitempty"`
	// Own judges the user's own cut; nil when none was given.
	Own *OwnCut `json:"own,omitempty"`
	// NotShown are cuts that people would think of and that are not among the
	// candidates, with why.
	NotShown []CutNotShown `json:"not_shown,omitempty"`
	// Reference lists data that many contexts read and hardly anybody changes.
	Reference []ReferenceData `json:"reference_data,omitempty"`

	// Boundaries explains each line between two contexts that have to do with each
	// other.
	Boundaries []Boundary `json:"boundaries,omitempty"`
	// Moves are what moving single aggregates would change; in systems of more than
	// 40 aggregates, the five of each that lose least. Merges are what merging two
	// contexts would.
	Moves  []CutChange `json:"moves,omitempty"`
	Merges []CutChange `json:"merges,omitempty"`
	// Stability is how much of the cut survives disturbance; nil when it was not
	// worked out.
	Stability *CutStability `json:"stability,omitempty"`
	Questions []CutQuestion `json:"questions,omitempty"`
	// Flips are the numbers at which deployables or their processes would be others.
	Flips []string `json:"deployables_flip_when,omitempty"`
}

// CutFlip is a change of the input after which another cut is the best.
type CutFlip struct {
	// Kind is threshold (how much more than chance a pair must share to belong
	// together), strong (the use case had to be visible at once everywhere) or eventual
	// (it could do with eventual consistency).
	Kind    string  `json:"kind"`
	UseCase Path    `json:"use_case,omitempty"`
	At      float64 `json:"at,omitempty"`
	Now     float64 `json:"now,omitempty"`
	Says    string  `json:"says"`
}

// Measure is something that is counted of a cut. Less is better.
type Measure struct {
	Name   string `json:"name"`
	Counts string `json:"counts"`
	// Compared is set when cuts are compared by it; the others follow from those or
	// are prices of them.
	Compared bool `json:"compared"`
}

// Count is what a candidate has of a measure.
type Count struct {
	Measure string  `json:"measure"`
	N       float64 `json:"n"`
}

// CountChange is the change of one count.
type CountChange struct {
	Measure string  `json:"measure"`
	From    float64 `json:"from"`
	To      float64 `json:"to"`
}

// CutCandidate is one cut with what it costs.
type CutCandidate struct {
	ID      OptionID   `json:"id"`
	Methods []string   `json:"methods"` // that arrived at it
	Groups  []CutGroup `json:"contexts"`
	// Deployables lists the contexts that would run together.
	Deployables [][]string `json:"deployables"`
	// Declined are reasons to run apart that were not followed, with why.
	Declined []string `json:"declined,omitempty"`
	Counts   []Count  `json:"counts"`
	// Best lists the measures in which no other candidate is better and one is worse.
	Best []string `json:"best,omitempty"`
	// Affinity is what the search maximises: shared work inside contexts, less what
	// chance would give.
	Affinity float64 `json:"affinity"`
}

// CutGroup is a context of a candidate, by the name it would have.
type CutGroup struct {
	Name       string `json:"name"`
	Aggregates []Path `json:"aggregates"`
}

// OwnCut is what the counts say of the user's own cut.
type OwnCut struct {
	Candidate OptionID `json:"candidate"`
	// Breaks are the hard constraints it breaks; the candidate is then the nearest cut
	// that breaks none.
	Breaks []CutBreak `json:"breaks,omitempty"`
	// Placed are the aggregates it does not name, with the context plumb put them in.
	Placed []CutPlacement `json:"placed,omitempty"`
	// Better and Worse compare it with the computed cut; both are empty when the two
	// are the same.
	Better []CountChange `json:"better,omitempty"`
	Worse  []CountChange `json:"worse,omitempty"`
	// Improved by: the single moves and merges that the counts speak for.
	Improved []CutChange `json:"improved_by,omitempty"`
}

// CutBreak is a hard constraint that the user's own cut breaks.
type CutBreak struct {
	Says  string `json:"says"`
	Lines []Path `json:"lines"`
}

// CutPlacement is where an aggregate went that the user's own cut does not name.
type CutPlacement struct {
	Aggregate Path   `json:"aggregate"`
	Context   string `json:"context"`
}

// CutNotShown is a cut that is not among the candidates.
type CutNotShown struct {
	Method   string `json:"method"`
	Contexts int    `json:"contexts"`
	Why      string `json:"why"`
	Lines    []Path `json:"lines,omitempty"`
}

// ReferenceData is owned by one context; others keep copies.
type ReferenceData struct {
	Aggregate Path      `json:"aggregate"`
	Owner     ContextID `json:"owner"`
	Readers   []string  `json:"readers"`
	Why       string    `json:"why"`
	Stated    bool      `json:"stated"`
}

// Boundary explains the line between two contexts.
type Boundary struct {
	A         ContextID  `json:"a"`
	B         ContextID  `json:"b"`
	Crossings []Crossing `json:"crossings,omitempty"`
	// The price: use cases that write on both sides at once, synchronous crossings and
	// the same times their rate, aggregates read across, crossings by event, use cases
	// that need both sides' teams.
	StrongWrites int   `json:"strong_writes"`
	SyncHops     int   `json:"sync_hops"`
	SyncRate     Value `json:"sync_rate"`
	Reads        int   `json:"reads"`
	Events       int   `json:"events"`
	TwoTeams     int   `json:"two_teams"`
	// Forced lists the hard constraints that demand the line.
	Forced []Constraint `json:"forced,omitempty"`
	// Affinity is the mean affinity of the pairs across the line, 0 to about 1.
	Affinity float64 `json:"affinity"`
	// Merge is what merging the two would change; Flips what would make them one.
	Merge CutChange `json:"merge"`
	Flips []string  `json:"flips,omitempty"`
	// Stays is the share of disturbed runs in which the line stays, 0 to 1; MergedBy
	// the methods whose best cut has no line here.
	Stays    float64  `json:"stays"`
	MergedBy []string `json:"merged_by,omitempty"`
}

// Constraint is a hard constraint on the cut, with the lines that state it.
type Constraint struct {
	Says  string `json:"says"`
	Lines []Path `json:"lines,omitempty"`
}

// Crossing is one use case that crosses a boundary.
type Crossing struct {
	UseCase Path      `json:"use_case"`
	Then    Path      `json:"then,omitempty"` // the use case it sets off across the line
	From    ContextID `json:"from"`
	To      ContextID `json:"to"`
	Reads   []Path    `json:"reads,omitempty"`
	Writes  []Path    `json:"writes,omitempty"`
	ByEvent bool      `json:"by_event,omitempty"`
	Waits   bool      `json:"waits,omitempty"`  // somebody waits for it
	Strong  bool      `json:"strong,omitempty"` // writes on both sides must be visible at once
	Rate    Value     `json:"rate,omitzero"`
}

// CutChange is what a single move of an aggregate, or a merge of two contexts, would
// change.
type CutChange struct {
	Aggregate Path   `json:"aggregate,omitempty"` // the one that moves; "" for a merge
	From      string `json:"from"`
	To        string `json:"to,omitempty"` // "" for a context of its own
	// Forbidden is the hard constraint that does not allow it; nil when it is allowed.
	Forbidden *Constraint   `json:"forbidden,omitempty"`
	Changes   []CountChange `json:"changes,omitempty"`
	Affinity  float64       `json:"affinity"` // change of what the search maximises
}

// Tie is one reason why two aggregates share a context.
type Tie struct {
	A        Path    `json:"a"`
	B        Path    `json:"b"`
	Affinity float64 `json:"affinity"`
	UseCases []Path  `json:"use_cases,omitempty"` // that touch both
	// Constraint demands it; nil when it is a matter of weighing.
	Constraint *Constraint `json:"constraint,omitempty"`
}

// CutStability is how much of a cut survives when weights and use cases are
// disturbed.
type CutStability struct {
	Seed        int `json:"seed"`
	WeightRuns  int `json:"weight_runs"`  // with every weight off by up to 20%
	WithoutRuns int `json:"without_runs"` // with one use case left out
	// Same is the share of runs with exactly the same cut, 0 to 1.
	Same float64 `json:"same"`
	// Low and High bound the threshold within which the cut is the best of all that
	// were proposed.
	Low  float64 `json:"threshold_from"`
	High float64 `json:"threshold_to"`
	// Uncertain are the pairs whose answer changes in some run, least certain first.
	Uncertain []CutPair `json:"uncertain,omitempty"`
}

// CutPair is how often two aggregates shared a context in disturbed runs.
type CutPair struct {
	A        Path    `json:"a"`
	B        Path    `json:"b"`
	Together float64 `json:"together"` // share of runs, 0 to 1
	Now      bool    `json:"now"`      // whether the cut has them together
}

// CutQuestion is what to ask where the cut is uncertain.
type CutQuestion struct {
	About    []ContextID `json:"about"` // one or two contexts
	UseCase  Path        `json:"use_case,omitempty"`
	Asks     string      `json:"asks"`
	IfYes    string      `json:"if_yes"`
	IfNo     string      `json:"if_no"`
	Together float64     `json:"together"` // share of disturbed runs that put the pair together
}
