// Package model is the second stage: it turns what was written into what was
// meant.
//
// Input: a [spec.Doc], the fact overrides of a what-if, and nothing else. Output:
// a [Model] in which names are bound to what they name, quantities carry their
// units and their [fact.Fact], and everything that was missing has been assumed
// in the open. Problems with what was written come back as a [diag.List];
// requirements that cannot both be meant, found by arithmetic, come back as
// [Question]s, because a design is still possible under a stated reading.
//
// Invariant: a returned Model is complete and frozen. Every pointer in it is
// non-nil unless its field says otherwise; every slice is in an order that does
// not depend on the order of declarations (by name), except where the written
// order means something (steps of a use case, fields of an aggregate, states).
//
// It works in three phases, each in its own files:
//
//	bind        names to what they name, texts to quantities    bind*.go, relate.go
//	contradict  statements of which one must be wrong            contradict*.go
//	complete    every quantity, stated, derived or assumed       complete*.go, flow.go
//
// Only the first two can report problems. Completion is repeated for each what-if
// ([Bound.Complete]); the assumptions it makes are one table (assumptions.go), and
// so are the checks that read the requirements against each other (reconcile.go).
//
// Start reading at [Check].
package model

import (
	"cmp"
	"math/bits"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Model is what was meant.
type Model struct {
	Name       string
	About      string
	Context    Context
	Actors     []*Actor
	Externals  []*External
	Types      []*ValueType
	Aggregates []*Aggregate
	Rules      []*Rule
	Events     []*Event
	UseCases   []*UseCase
	Pins       []Pin
	Scenarios  []*Scenario
	// Contexts is the user's own cut, by name; empty when none was given.
	Contexts []OwnContext
	// Catalog is the project's own section of corrections and additions, for the
	// catalogue to read; nil when there is none.
	Catalog *spec.Node
	// Facts holds every number of the model with its origin.
	Facts *fact.Ledger
	// Questions are the mismatches between requirements, most costly first.
	Questions []Question
}

// Element is what every named part of the model has.
type Element struct {
	Name string
	// Path is its place in the data ("domain.Order"); it identifies the element in
	// decisions, facts and explanations.
	Path  fact.ID
	About string
	Span  diag.Span
	// Was is the former name, "" if it had none.
	Was string
	// index is its place in the model's slice of its kind.
	index int
}

// Context is where the system lives.
type Context struct {
	Teams       []*Team // at least one
	Platform    Platform
	RunsAlready []string // technology ids
	// Technologies are all names of technologies that stand for something that is there:
	// what runs already, what teams know, where data is kept. Which of them mean
	// something is known to the catalogue.
	Technologies []NamedTechnology
	// IdentityProvider is a technology id or external name; "" when there is none.
	IdentityProvider string
	Compliance       []string
	ComplianceSpan   diag.Span // where it was stated
	Regions          []Region  // at least one, the home region first
	Residency        string    // "" when nothing was said
	Zones            fact.Number
	Budget           fact.Number // money per month; absent when not stated
	// ChargesApart tells that what externals charge would swamp the budget, which is
	// therefore taken to be for what we run; somebody is asked whether that is so.
	ChargesApart bool
	Currency     string
	// Exchange is what a US dollar costs in Currency: list prices are in dollars. 1 where
	// no amount is in another currency.
	Exchange      fact.Number
	Horizon       fact.Number // seconds
	Growth        fact.Number // share per year
	RecoveryPoint fact.Number // seconds
	RecoveryTime  fact.Number // seconds
	// Patience is what a person waits without losing the thread, seconds: it sizes
	// asked use cases that have no target.
	Patience    fact.Number
	Maintenance []Window
	// Tenant is the aggregate whose data is kept apart; nil for a single tenant.
	Tenant *Aggregate
	Span   diag.Span
}

// Has reports whether a rule such as "pci-dss" is among the compliance rules.
func (c *Context) Has(rule string) bool {
	for _, r := range c.Compliance {
		if r == rule {
			return true
		}
	}
	return false
}

// Team is a group of engineers.
type Team struct {
	Element
	People   fact.Number
	Releases fact.Number // per second; assumed 1/week
	OnCall   bool
	Knows    []string // technology ids
}

// Platform is what the system runs on.
type Platform struct {
	Kind  string // kubernetes, containers, vms, serverless
	Cloud string // aws, azure, gcp, own; "" when not named
	Fact  fact.ID
}

// Region is a place the system serves.
type Region struct {
	Name     string
	Share    fact.Number
	Distance fact.Number // round trip to the home region, seconds; 0 for home
	Span     diag.Span
}

// Window is a repeated stretch of time.
type Window struct {
	// Days as a set of weekdays, bit 0 Sunday; 0x7f every day.
	Days uint8
	// From and To are seconds after midnight; To <= From runs past midnight.
	From, To float64
	Fact     fact.ID
	Text     string
}

// Seconds is the length of one occurrence.
func (w Window) Seconds() float64 {
	if w.To > w.From {
		return w.To - w.From
	}
	return w.To - w.From + 86400
}

// PerWeek is how many days of a week it occurs on.
func (w Window) PerWeek() int { return bits.OnesCount8(w.Days & 0x7f) }

// Share is the share of all time it covers.
func (w Window) Share() float64 {
	return float64(w.PerWeek()) * w.Seconds() / (7 * 86400)
}

// NamedTechnology is the name of a technology and where it was written.
type NamedTechnology struct {
	Name string
	Span diag.Span
	Path fact.ID
}

// Actor is somebody or something that uses the system.
type Actor struct {
	Element
	Channels    []string // web, mobile, staff, partner, device, cli
	Accounts    fact.Number
	Online      fact.Number
	Guest       bool
	Roles       []string
	SignsInWith string
	// Assumed is true for an actor that was only named in a use case.
	Assumed bool
}

// Reaches reports whether the actor uses the channel.
func (a *Actor) Reaches(channel string) bool {
	for _, c := range a.Channels {
		if c == channel {
			return true
		}
	}
	return false
}

// External is a system of somebody else.
type External struct {
	Element
	Protocol     string
	Latency      Latency
	Availability fact.Number
	Idempotent   bool
	Lookup       bool
	Limit        fact.Number // calls per second; absent when none was stated
	Concurrent   fact.Number
	Open         []Window // empty: always
	Maintenance  []Window
	CallsBack    bool
	HoldsFor     fact.Number
	AlsoChanges  []*Aggregate
	Price        fact.Number // money per call
	Cost         fact.Number // money per month
	Data         []string
	Owner        *Team // nil when not stated
	Legacy       bool
	// away marks the minutes of a week in which it is closed; nil for never.
	away                       *week
	closedLongest, closedShare float64
}

// Latency is a target or a distribution: percentiles in seconds. A percentile
// that was neither stated nor derived is absent.
type Latency struct {
	P50, P90, P95, P99, P999, Max fact.Number
}

// FieldKind is the type of a field once bound.
type FieldKind string

// The kinds of field.
const (
	KindID       FieldKind = "id"
	KindText     FieldKind = "text"
	KindInt      FieldKind = "int"
	KindDecimal  FieldKind = "decimal"
	KindMoney    FieldKind = "money"
	KindFlag     FieldKind = "flag"
	KindDate     FieldKind = "date"
	KindTime     FieldKind = "time"    // time of day
	KindInstant  FieldKind = "instant" // a point in time, UTC
	KindDuration FieldKind = "duration"
	KindEmail    FieldKind = "email"
	KindPhone    FieldKind = "phone"
	KindURL      FieldKind = "url"
	KindCountry  FieldKind = "country"
	KindLanguage FieldKind = "language"
	KindPosition FieldKind = "position" // latitude and longitude
	KindBytes    FieldKind = "bytes"
	KindFile     FieldKind = "file" // where it is kept is decided
	KindEnum     FieldKind = "enum"
	KindValue    FieldKind = "value" // a value object
	KindRef      FieldKind = "ref"   // a reference to an aggregate or actor
)

// Field is a field of an aggregate, value object, event, input or result.
type Field struct {
	Name     string
	Path     fact.ID
	Kind     FieldKind
	List     bool
	Optional bool
	Unique   bool
	// Fixed fields never change after creation.
	Fixed bool
	// Class is the data class: personal, card, health, secret; "" for none.
	// ClassAssumed tells that it follows from the kind alone (an e-mail address).
	Class        string
	ClassAssumed bool
	// Min and Max bound each value: a number, or the length of a text; nil when
	// unbounded. MinItems and MaxItems bound a list.
	Min, Max           *float64
	MinItems, MaxItems *float64
	// Places is how many decimal places a decimal has; -1 when not said.
	Places   int
	Pattern  string
	Enum     []string
	Value    *ValueType // KindValue, and KindEnum declared under types
	Ref      *Aggregate // KindRef to an aggregate
	RefActor *Actor     // KindRef to an actor
	// Default as written, "" for none.
	Default string
	Span    diag.Span
}

// ValueType is a value object or an enumeration.
type ValueType struct {
	Element
	Fields []*Field // value object
	Words  []string // enumeration
}

// Aggregate is something with an identity, changed as one.
type Aggregate struct {
	Element
	Owner       *Team // stated, or derived from who writes it; never nil
	OwnerStated bool
	PartOf      string
	Kind        string     // core, supporting, generic, reference
	ID          *Field     // stated, or assumed to be "id"
	Fields      []*Field   // without ID, in the order written
	States      *Lifecycle // nil when it has none
	Invariants  []Condition
	Unique      [][]string
	Contended   string // a field or a sentence; "" when it is not
	// SkewShare of the requests go to SkewOn of the instances; absent when even.
	SkewShare, SkewOn fact.Number
	History           string      // required, audit, none
	Retained          fact.Number // seconds; absent: kept for good
	Volume            fact.Number // as stated: how many exist today, or come per second; absent when not stated
	Instances         fact.Number // how many exist at the end of the horizon
	Inflow            fact.Number // new instances per second, on average
	Size              fact.Number // bytes of one instance, without its files
	FilesEach         float64     // files of one instance, on average; 0 when it has none
	FileSize          fact.Number // bytes of one of them; absent when it has none
	OwnedBy           *Actor      // nil when not owned by an actor
	OwnedByField      string      // the field that names the owner, "" when by actor only
	OwnershipAssumed  bool        // OwnedBy follows from a reference or a name
	Zone              string      // "" none; "card" and "health" follow from the fields
	Existing          *Existing
	// CreatedBy, ChangedBy and ReadBy are the use cases that do so, by name.
	CreatedBy, ChangedBy, ReadBy []*UseCase
}

// Field returns the field with the name, the id included, or nil.
func (a *Aggregate) Field(name string) *Field {
	if a.ID != nil && a.ID.Name == name {
		return a.ID
	}
	for _, f := range a.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Amount is the field that many change at once where it is a number, of which each takes
// or gives a part; nil where there is none.
func (a *Aggregate) Amount() *Field {
	if f := a.Field(a.Contended); f != nil && (f.Kind == KindInt || f.Kind == KindDecimal || f.Kind == KindMoney) {
		return f
	}
	return nil
}

// Replaced reports whether what many change at once is a field that is no number: each
// puts another value in the place of the one before.
func (a *Aggregate) Replaced() bool { return a.Field(a.Contended) != nil && a.Amount() == nil }

// Lifecycle is a state machine.
type Lifecycle struct {
	Initial string
	States  []string // in the order first written
	Final   []string // states nothing leaves
	Moves   []Move
	Timers  []Timer
	Span    diag.Span
}

// Move is a legal transition and what performs it.
type Move struct {
	From, To string
	Span     diag.Span
	// By lists the use cases that perform it; empty when none was said to.
	By []*UseCase
	// fromSpan is where From was written; Span is where To was.
	fromSpan diag.Span
}

// Timer is a state left by time.
type Timer struct {
	State, To string
	After     fact.Number
	Does      *UseCase // nil when nothing more happens
	Span      diag.Span
}

// Existing is a place where data lives today.
type Existing struct {
	Store, Table, Schema, SharedWith string
	Span                             diag.Span
}

// Condition is an invariant: CEL when it parses as such, else a sentence.
type Condition struct {
	Text string
	// CEL tells whether Text is an expression over the fields.
	CEL  bool
	Path fact.ID
	Span diag.Span
}

// Rule is an invariant across aggregates.
type Rule struct {
	Element
	Over   []*Aggregate
	Holds  Condition
	Atomic bool
	Within fact.Number // seconds, when eventual
}

// Event is something that has happened, told to others.
type Event struct {
	Element
	Of       *Aggregate // nil for an external's event about nothing of ours
	Fields   []*Field   // stated; empty means: id and non-personal fields
	Key      string
	From     *External // nil for our own
	Rate     fact.Number
	Declared bool
	// EmittedBy and Starts are the use cases that tell it and that it starts.
	EmittedBy, Starts []*UseCase
}

// Step is one step of a use case with its conditions.
type Step struct {
	Chance   fact.Number
	Times    fact.Number
	Parallel bool
	Optional bool
	// Later means that the step may happen after the answer; LaterStated that the
	// input said so.
	Later, LaterStated bool
	Within             fact.Number
	Stale              fact.Number
	Fallback           string
	Span               diag.Span
	Path               fact.ID
}

// Read is a read of an aggregate.
type Read struct {
	Step
	Aggregate *Aggregate
}

// Call is a call of an external.
type Call struct {
	Step
	External *External
	Latency  Latency // stated for this call, else the external's
}

// Follow is a follow-up use case.
type Follow struct {
	Step
	UseCase *UseCase
}

// Lifecycle step performed by a use case.
type Performed struct {
	Aggregate *Aggregate
	From, To  string
	Span      diag.Span
}

// Consistency of a use case's changes or of a rule.
type Consistency struct {
	Kind   string // atomic, read-your-writes, eventual
	Within fact.Number
	Stated bool
}

// Load is how often something is asked for. Average <= Peak.
type Load struct {
	Peak, Average, Quiet fact.Number // per second
	// Lasts is how long a peak lasts, seconds; When its daily or weekly window, with
	// zero Days when not stated.
	Lasts fact.Number
	When  Window
	// PerDay is the volume of a mean day.
	PerDay fact.Number
}

// UseCase is one thing the system is asked to do.
type UseCase struct {
	Element
	By                        []*Actor
	ByExternals               []*External // externals that call in
	On                        []*Event
	Every                     *Schedule // nil unless started by time
	Reads                     []Read
	Creates, Changes, Deletes []*Aggregate
	Moves                     []Performed
	Emits                     []*Event
	Calls                     []Call
	Then                      []Follow
	// FileBytes is how much of what one request sends are files, see Aggregate.FileSize;
	// absent when it sends none. Where a payload is written they are part of BytesIn.
	FileBytes      fact.Number
	FilesInPayload bool
	// Main is what it is mainly about: the aggregate written first under creates,
	// else moves, changes, deletes, reads; nil when it touches none.
	Main     *Aggregate
	Undo     *UseCase // nil when it has none
	UndoSpan diag.Span
	// Undoes and FollowsUp are the use cases of which this one is the undo or a
	// step.
	Undoes, FollowsUp []*UseCase
	Takes, Gives      []*Field
	Result            string
	Filter, Sort      []string
	Consistency       Consistency
	Stale             fact.Number
	Load              Load
	PerName           *Aggregate // the aggregate of 'per', nil when not given
	Per               fact.Number
	Items             fact.Number
	BytesIn, BytesOut fact.Number
	Latency           Latency     // target; absent percentiles have no target
	Available         fact.Number // target; absent when none
	Work              Latency
	Online            fact.Number
	FanOut            fact.Number
	OrderedBy         string
	Importance        string
	Fallback          string
	Only              string // own, tenant, any
	Roles             []string
	Toggle            bool
	Webhook           []*Actor
	Owner             *Team
	// timed tells that a timer runs it.
	timed bool
	// asWritten is what it touches, in the order written; for binding only.
	asWritten []*Aggregate
}

// Writes returns the aggregates it creates, changes or deletes, each once, by
// name.
func (u *UseCase) Writes() []*Aggregate { return u.writes() }

// Touches returns the aggregates it writes or reads, each once, by name.
func (u *UseCase) Touches() []*Aggregate { return u.touches() }

// Asked reports whether somebody waits for the answer: an actor or an external
// calls it directly, as opposed to an event, a schedule or a follow-up.
func (u *UseCase) Asked() bool { return len(u.By)+len(u.ByExternals) > 0 }

// Schedule is when a use case runs by itself.
type Schedule struct {
	Period fact.Number // seconds between runs; the mean of a calendar
	// At.From is the start, when a time of day was written; At.Days the weekdays,
	// zero when the schedule names none.
	At Window
	// MonthDay is the day of the month, 0 when the schedule names none.
	MonthDay int
	// Calendar tells a time in the calendar from a plain period.
	Calendar bool
	Text     string
	Fact     fact.ID
	Span     diag.Span
}

// Pin is a decision made by a person.
type Pin struct {
	Target     string
	Choose     string
	Because    string
	Path       fact.ID
	Span       diag.Span
	ChooseSpan diag.Span
}

// OwnContext is a bounded context of the user's own cut. It names some aggregates at
// least, and no two of them name the same one.
type OwnContext struct {
	Name       string
	About      string
	Aggregates []*Aggregate // by name
	Path       fact.ID
	Span       diag.Span
	Named      map[string]diag.Span // where each aggregate is named
}

// Question is a mismatch between requirements that a person must settle. The
// design goes on under Default.
type Question struct {
	// Check is the arithmetic that found it ("rate-against-volume").
	Check string
	// About names the element ("use_cases.PlaceOrder").
	About fact.ID
	// Asks is the question, Finding the arithmetic in words and numbers.
	Asks, Finding string
	// Default is the reading the design took; Answers what follows from each.
	Default string
	Answers []Answer
	// Facts are the facts that clash, with their places.
	Facts []fact.ID
	// Weight orders questions: the expected cost of being wrong, in minutes of
	// missed objective per month or in money, scaled to 0..1.
	Weight float64
}

// Answer is one possible answer to a question.
type Answer struct {
	Says, Follows string
}

// BytesSent is what one answer takes to all that receive it, bytes.
func (u *UseCase) BytesSent() float64 { return u.BytesOut.N * u.FanOut.Or(1) }

// SpanOf is where the element with the path is written: a rule, an aggregate, a use
// case, an event, an external, a pin or a context of one's own. It is zero for any
// other path.
func (m *Model) SpanOf(path fact.ID) diag.Span {
	span := cmp.Or(declaredAt(m.Rules, path), declaredAt(m.Aggregates, path), declaredAt(m.UseCases, path), declaredAt(m.Events, path), declaredAt(m.Externals, path))
	for i := range m.Pins {
		if m.Pins[i].Path == path {
			span = m.Pins[i].Span
		}
	}
	for i := range m.Contexts {
		if m.Contexts[i].Path == path {
			span = m.Contexts[i].Span
		}
	}
	return span
}

func declaredAt[T interface{ self() *Element }](list []T, path fact.ID) diag.Span {
	for _, x := range list {
		if e := x.self(); e.Path == path {
			return e.Span
		}
	}
	return diag.Span{}
}
