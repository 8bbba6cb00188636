// Package fact holds quantities with units, names as distinct types, and where a
// value comes from.
//
// The promise of plumb is that every line of a design can say why. A [Fact] is
// how a number keeps its reason: it was stated (a span in the input), derived (a
// rule and the facts it read), assumed (a plausible range and what the assumption
// rests on), catalogued (a source and its date) or measured (a run). The whole
// plan is a function of facts, so what-if questions and tipping points are calls
// of the plan with one fact set to another value (see [Overrides]).
package fact

import "plumb.dev/plumb/diag"

// ID names a fact by its path in the input ("use_cases.PlaceOrder.peak"), or by
// stage for what no input could state ("catalog.kafka.publish-p99").
type ID string

// Origin says where a value comes from.
type Origin uint8

// The origins, from strongest to weakest claim on the reader's trust.
const (
	Stated Origin = iota
	Measured
	Derived
	Catalogued
	Assumed
)

// String gives the word used in designs and JSON.
func (o Origin) String() string {
	return [...]string{"stated", "measured", "derived", "catalogued", "assumed"}[min(o, Assumed)]
}

// MarshalText lets JSON show the word.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText wrote; an unknown word counts as assumed.
func (o *Origin) UnmarshalText(b []byte) error {
	for i := Stated; i <= Assumed; i++ {
		if i.String() == string(b) {
			*o = i
			return nil
		}
	}
	*o = Assumed
	return nil
}

// Fact is one value of the model with its reason.
type Fact struct {
	ID     ID       `json:"id"`
	Value  Quantity `json:"value"`
	Origin Origin   `json:"origin"`
	// Span is where a stated value was written.
	Span diag.Span `json:"span,omitzero"`
	// Low and High bound what is plausible: for an assumed value the range in
	// which it may lie, for a catalogued one the range the source gives. Both zero
	// means that no range is known.
	Low  float64 `json:"low,omitempty"`
	High float64 `json:"high,omitempty"`
	// Rule and Inputs say how a derived value follows ("peak / average of a day").
	Rule   string `json:"rule,omitempty"`
	Inputs []ID   `json:"inputs,omitempty"`
	// Reason says what an assumption rests on; Source and Date where a catalogued
	// or measured value was found.
	Reason string `json:"reason,omitempty"`
	Source string `json:"source,omitempty"`
	Date   string `json:"date,omitempty"`
}

// HasRange reports whether a plausible range is known.
func (f Fact) HasRange() bool { return f.Low != 0 || f.High != 0 }

// Number is a quantity with the fact it came from. The zero Number is absent:
// nothing was stated and nothing was assumed.
type Number struct {
	N    float64
	Fact ID
}

// Known reports whether there is a value.
func (n Number) Known() bool { return n.Fact != "" }

// Or returns the value, or def when there is none.
func (n Number) Or(def float64) float64 {
	if n.Known() {
		return n.N
	}
	return def
}

// Overrides sets facts to other values: what-if and tipping points. The plan
// reads an overridden fact as if it had been stated so. nil overrides nothing.
type Overrides map[ID]Quantity
