package arch

import (
	"fmt"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Decision is a record: the question, the options with what eliminated or scored
// each, the choice and its margin. Terminal table, decision record, JSON and
// explanations are renderings of it.
type Decision struct {
	ID DecisionID `json:"id"`
	// Number is the record's number (D4, adr/0004-...), kept by the lock.
	Number int `json:"number"`
	// Status is proposed until a person accepts it in the lock; Date is when the
	// status or the choice last changed (ISO 8601, "" before the lock was applied).
	Status string `json:"status,omitempty"`
	Date   string `json:"date,omitempty"`
	// Question is the row of the decision table ("store"), Topic its family.
	Question string `json:"question"`
	Topic    string `json:"topic"`
	Title    string `json:"title"`
	// About is the element decided on; "" for the whole system.
	About   Path     `json:"about"`
	Options []Option `json:"options"`
	Choice  OptionID `json:"choice"`
	// Margin is the utility lead over the best other feasible option, 0..1; 1 when
	// no other was feasible.
	Margin   float64  `json:"margin"`
	RunnerUp OptionID `json:"runner_up,omitempty"`
	// Significant decisions get a record: costly to reverse, or won narrowly.
	Significant bool  `json:"significant"`
	Reversal    Value `json:"reversal"` // person-days to change one's mind
	// Because is the deciding reason in one sentence with its numbers.
	Because Sentence `json:"because"`
	// Requirements and Facts argued; Facts lists everything the computation read.
	Requirements []Path `json:"requirements"`
	Facts        []Path `json:"facts"`
	// Needs are decisions this one took as given.
	Needs []DecisionID `json:"needs,omitempty"`
	// Flips are the values at which the choice would change.
	Flips []Flip `json:"flips,omitempty"`
	// Steady are stated facts that argued and that leave the choice as it is at all
	// values tried, up to a hundredfold each way.
	Steady []Path `json:"steady,omitempty"`
	// Robustness is how the choice stands under other priorities; nil when it was not
	// worked out.
	Robustness *Robustness `json:"robustness,omitempty"`
	Good       []Sentence  `json:"good,omitempty"`
	Bad        []Sentence  `json:"bad,omitempty"`
	// Confirmation is the fitness function or test that shows it holds.
	Confirmation Sentence `json:"confirmation"`
	Pinned       *Pinned  `json:"pinned,omitempty"`
	// Forced are numbers of the choice that a simulation moved. Other values of facts
	// are tried with these as they are: they are not simulated again.
	Forced []Forced `json:"forced_by_simulation,omitempty"`
	// NotNeeded marks a choice to leave something out; Until says what would change
	// that.
	NotNeeded bool     `json:"not_needed,omitempty"`
	Until     Sentence `json:"until,omitzero"`
	Trace     `json:"trace,omitzero"`
}

// Former is a record that another one took the place of, or whose question no
// longer arises. It keeps its number for ever.
type Former struct {
	ID     DecisionID `json:"id"`
	Number int        `json:"number"`
	Title  string     `json:"title"`
	Choice string     `json:"choice"` // the option's name
	Date   string     `json:"date"`
	// By is the number of the record that supersedes it; 0 when the question no
	// longer arises.
	By int `json:"superseded_by,omitempty"`
	// Since are the facts that had other values when it was accepted.
	Since []FactChange `json:"since,omitempty"`
}

// FactChange is a fact with another value than before. From or To is "" where there
// was or is no such fact.
type FactChange struct {
	Fact Path   `json:"fact"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// String says it in a clause.
func (c FactChange) String() string {
	switch {
	case c.From == "":
		return fmt.Sprintf("%s is new: %s", c.Fact, c.To)
	case c.To == "":
		return fmt.Sprintf("%s is gone, it was %s", c.Fact, c.From)
	default:
		return fmt.Sprintf("%s went from %s to %s", c.Fact, c.From, c.To)
	}
}

// Forced is a number of a decision that is as it is because of a simulation.
type Forced struct {
	Parameter string `json:"parameter"`
	// From is what the formula gave, To what it is.
	From Value `json:"from"`
	To   Value `json:"to"`
	// Scenario is what was simulated, Showed what was seen there.
	Scenario string `json:"scenario"`
	Showed   string `json:"showed"`
}

// OptionID names an option within its question: "kafka".
type OptionID string

// Option is one way to answer a question.
type Option struct {
	ID   OptionID `json:"id"`
	Name string   `json:"name"`
	// Eliminated lists the requirements that rule it out, each with its reason.
	Eliminated []Elimination `json:"eliminated,omitempty"`
	Scores     []Score       `json:"scores,omitempty"`
	Utility    float64       `json:"utility"`
	// Parameters are what the option needs to be concrete: a timeout, partitions, a
	// lifetime.
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Parameter of an option: a number with its derivation, or a word.
type Parameter struct {
	Name  string `json:"name"`
	Value Value  `json:"value,omitzero"`
	Text  string `json:"text,omitempty"`
}

// Feasible reports whether nothing eliminated the option.
func (o Option) Feasible() bool { return len(o.Eliminated) == 0 }

// Elimination quotes the requirement an option cannot meet.
type Elimination struct {
	Requirement Path      `json:"requirement,omitempty"`
	Span        diag.Span `json:"span,omitzero"`
	Reason      Sentence  `json:"reason"`
}

// Score is one property of an option in a physical unit, and its worth.
type Score struct {
	// Criterion is an id of the criteria table: latency, cost, operations...
	Criterion string `json:"criterion"`
	Value     Value  `json:"value"`
	// Worth is the value function's result, 0..1, higher is better; Weight its share
	// of the utility.
	Worth  float64  `json:"worth"`
	Weight float64  `json:"weight"`
	How    Sentence `json:"how,omitzero"`
}

// Flip is a tipping point: the first value of a fact at which the choice changes.
type Flip struct {
	Fact  Path  `json:"fact"`
	Now   Value `json:"now"`
	At    Value `json:"at"`
	Below bool  `json:"below,omitempty"` // flips when the fact falls to At
	// Still is the value next to At at which the choice was seen to stand; unknown for
	// a fact that is no number.
	Still Value `json:"still,omitzero"`
	// To is the option chosen there; "" where no option is feasible any more.
	To OptionID `json:"to"`
	// Cascade are the other decisions that change with it.
	Cascade []Change `json:"cascade,omitempty"`
	// Method is comparison (from this decision's own numbers) or replanned.
	Method string `json:"method"`
}

// Named tells that the fact is a word, which is one or another and neither rises nor falls.
func (f *Flip) Named() bool { return f.At.Kind == fact.Text || f.At.Kind == fact.Truth }

// Way says how the fact comes to At, in words before it.
func (f *Flip) Way() string {
	switch {
	case f.Named():
		return "becomes"
	case f.Below:
		return "falls to"
	}
	return "rises to"
}

// Robustness is the share of plausible priorities (weights of the criteria) under
// which a choice stands. It says nothing about how likely the choice is right.
type Robustness struct {
	Share float64 `json:"share"`
	// Error is the half-width of the 95% confidence interval that the number of
	// samples leaves.
	Error   float64 `json:"error"`
	Samples int     `json:"samples"`
}

// Change of a decision.
type Change struct {
	Decision DecisionID `json:"decision"`
	From     OptionID   `json:"from"`
	To       OptionID   `json:"to"`
}

// Pinned is a decision a person made.
type Pinned struct {
	Because  string    `json:"because,omitempty"`
	Span     diag.Span `json:"span"`
	Computed OptionID  `json:"computed"` // what would have been chosen
	// Regret is the utility lost against the computed choice, 0..1.
	Regret float64 `json:"regret"`
}

// Sentence is text that is put together only when somebody reads it, because a
// plan is computed thousands of times and read once. The zero Sentence is empty.
type Sentence struct {
	Format string
	Args   []any
}

// Say makes a sentence in the manner of fmt.Sprintf.
func Say(format string, args ...any) Sentence { return Sentence{format, args} }

// String puts the text together.
func (s Sentence) String() string {
	if len(s.Args) == 0 {
		return s.Format
	}
	return fact.AgreeInNumber(fmt.Sprintf(s.Format, s.Args...))
}

// IsZero reports whether there is no text.
func (s Sentence) IsZero() bool { return s.Format == "" }

// MarshalText gives the text.
func (s Sentence) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a text back; its arguments are gone.
func (s *Sentence) UnmarshalText(b []byte) error {
	*s = Sentence{Format: string(b)}
	return nil
}
