package arch

import "fmt"

// Protocol is what several parties do so that a promise holds whatever is lost,
// late, doubled or cut off: a saga, a call, a hold, a contended amount, an exchange.
type Protocol struct {
	ID string `json:"id"` // "saga/place-order", "hold/order-pending"
	// Kind is saga, call (of an external, outside of sagas), hold (a state left by
	// time), contention or exchange.
	Kind string `json:"kind"`
	// Of is the use case or the aggregate it is about.
	Of    Path   `json:"of"`
	About string `json:"about"`
	// Mechanisms keep it right. Each is there because a decision gave it, or because
	// the exploration found what happens without it.
	Mechanisms []Mechanism `json:"mechanisms"`
	Explored   Exploration `json:"explored,omitzero"`
	Trace      `json:"trace,omitzero"`
}

// Mechanism is one thing that keeps a protocol right.
type Mechanism struct {
	// Name is the field's term: outbox, duplicate check, conditional confirm...
	Name string `json:"name"`
	// How it is done here.
	How string `json:"how"`
	// Added tells that no decision gave it: the exploration of the design did.
	Added bool `json:"added,omitempty"`
	// Without is what happens without it, for an added one.
	Without *Counterexample `json:"without,omitempty"`
}

// Exploration is what was visited of a protocol's states.
type Exploration struct {
	States int `json:"states"`
	// Depth is the most steps from the start to a state.
	Depth int `json:"depth"`
	// Bounds says how often each thing may go wrong in one run.
	Bounds string `json:"bounds"`
	// Complete tells that within the bounds there is no other state.
	Complete bool `json:"complete"`
	// Verdict is holds, broken, or unknown when it is not complete.
	Verdict string `json:"verdict"`
	// Violation is the shortest way to what must not be; Missing what would repair it.
	Violation *Counterexample `json:"violation,omitempty"`
	Missing   []string        `json:"missing,omitempty"`
}

// String is the exploration in a line: "holds in all 5,120 states; ...".
func (e Exploration) String() string {
	switch {
	case e.Verdict == "":
		return "not explored"
	case e.Violation != nil:
		return fmt.Sprintf("broken: %s", e.Violation.What)
	case e.States == 0:
		return "not explored; " + e.Bounds
	case !e.Complete:
		return fmt.Sprintf("no violation in the first %d states; %s", e.States, e.Bounds)
	}
	return fmt.Sprintf("holds in all %d states; %s", e.States, e.Bounds)
}

// Counterexample is a run that ends in what must not be, a line per step.
type Counterexample struct {
	What  string `json:"what"`
	Lines []Line `json:"lines"`
}

// Line is one step of a run, as a sequence diagram shows it: a message from one
// party to another, or, with To empty, something that happens at one.
type Line struct {
	From string `json:"from"`
	To   string `json:"to,omitempty"`
	Text string `json:"text"`
	// Fault marks what went wrong by itself: a loss, a crash, a delay.
	Fault bool `json:"fault,omitempty"`
}
