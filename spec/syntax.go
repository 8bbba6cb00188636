package spec

import "plumb.dev/plumb/diag"

// Some scalars of the language have a grammar of their own: the type of a field, a
// lifecycle, a load. This file holds what they read as. Each type has a reader on
// [Node] named after it (n.FieldType(), n.Load()). A reader returns false for a nil
// node, for a value with a reported problem and for one that breaks the grammar.
// Parse has read every value once and reported what it found, so a caller that
// gets false has nothing to say.

// Word is a piece of a scalar: a name that a later stage binds, with its own
// place.
type Word struct {
	Text string
	Span diag.Span
}

// FieldType is the type of a field: a kind, and what is said about its values.
//
//	text <= 200 · int 1..99 · decimal 2 places · -> Order optional · [OrderLine]
//	[1..20 OrderLine] · one of small | large · personal text · money default 0
type FieldType struct {
	// Kind is one of [FieldKinds], "ref" for a reference (Name says to what), "enum"
	// for words given on the spot, or "named" for a name declared under types.
	Kind string
	// Name is what a "ref" or a "named" type names.
	Name Word
	// Words are those of an "enum".
	Words []Word
	// List tells that the field holds many values; Count bounds how many.
	List  bool
	Count Range
	// Bounds holds for each value: the number itself, or the length of a text.
	Bounds Range
	// Places is how many decimal places a decimal has; -1 when not said.
	Places                  int
	Optional, Unique, Fixed bool
	// Class is the data class: personal, card, health, secret; "" for none.
	Class string
	// Pattern is a regular expression (RE2) without its slashes, "" for none.
	Pattern string
	// Default is the default as written, "" for none.
	Default string
	Span    diag.Span
}

// Range bounds a number at one end or both; nil means unbounded.
type Range struct {
	Min, Max *float64
}

// Transition is one legal step of a lifecycle.
type Transition struct {
	From, To Word
}

// Move is one step of an aggregate's lifecycle that a use case performs.
type Move struct {
	Aggregate, From, To Word
}

// Load is a rate with, optionally, how long it lasts and when:
// 350/s for 2h daily 18:00-20:00.
type Load struct {
	PerSecond float64
	// Lasts is in seconds; 0 when not said. A window alone says it too.
	Lasts float64
	// When is nil when no window was given.
	When *Window
}

// Window is a repeated stretch of time: weekdays 06:00-20:00.
type Window struct {
	// Days is a set of weekdays, bit 0 Sunday; 0x7f every day.
	Days uint8
	// From and To are seconds after midnight; To <= From runs past midnight.
	From, To float64
}

// Schedule is when something starts by itself: a period (15min) or a time in the
// calendar (daily 02:00, weekdays 06:00, monthly).
type Schedule struct {
	// Period is the seconds between runs, for a calendar their mean.
	Period float64
	// Calendar tells that the schedule names days. Days is then their set, bit 0
	// Sunday, 0 for monthly and yearly, where MonthDay is the day of the month.
	Calendar bool
	Days     uint8
	MonthDay int
	// At is seconds after midnight; AtSaid tells whether it was written.
	At     float64
	AtSaid bool
}

// Payload is the size of a request and its answer in bytes: 2 kB in, 30 kB out. A
// size without a direction comes back as Bare.
type Payload struct {
	In, Out, Bare *float64
}

// Volume is how many instances exist (2M), or come (300k/day).
type Volume struct {
	// Count is set when Grows is false, PerSecond when it is true.
	Count, PerSecond float64
	Grows            bool
}

// Horizon is how far ahead to plan and the growth until then: 3y at 40%/y.
type Horizon struct {
	Seconds float64
	// Growth is the share per year, compounded when another period was written.
	Growth     float64
	GrowthSaid bool
}

// Consistency is atomic, read-your-writes or eventual within a time.
type Consistency struct {
	Kind string
	// Within is in seconds; 0 when not said.
	Within float64
}

// Skew is how uneven the use of instances is: Share of the requests go to On of
// the instances (20% on 1%). Both lie in 0..1.
type Skew struct {
	Share, On float64
}

// Per is how many requests one instance of an aggregate causes: 12 per Order.
type Per struct {
	Count float64
	Name  Word
}
