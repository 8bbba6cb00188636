// Package diag holds places in files, problems about them, and how both are
// shown.
//
// It is a leaf: every stage returns a [List] of problems beside its result, and
// carries nothing else of this package around. A user's mistake is a [Problem];
// I/O failures and plumb's own faults are Go errors.
//
// A problem has a permanent [Code] ("stage.what-is-it"). Each code has a page
// under codes/: what it means, an input that causes it and the repaired input.
// [Page] returns it; a test runs both inputs.
package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// Pos is a place in a text. Line and Column count from 1; Column counts runes,
// as editors do. The zero Pos means "no place".
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Valid reports whether the position names a place.
func (p Pos) Valid() bool { return p.Line > 0 }

// Before reports whether p stands before q in the same text.
func (p Pos) Before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

// Span is a piece of a file: from Start to End, End exclusive. The zero Span
// means that the value stands in no file (an assumption, a flag).
type Span struct {
	File  string `json:"file"`
	Start Pos    `json:"start"`
	End   Pos    `json:"end"`
}

// Valid reports whether the span names a place.
func (s Span) Valid() bool { return s.Start.Valid() }

// String gives "file:line:column", or "" for no place.
func (s Span) String() string {
	if !s.Valid() {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Start.Line, s.Start.Column)
}

// Severity orders problems by what they stop.
type Severity uint8

// The severities. An Error stops the pipeline after its stage has reported all
// it found; a Warning can be silenced in the input, with a reason; a Note never
// changes an exit code.
const (
	Error Severity = iota
	Warning
	Note
)

// String gives the word shown to a person.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "note"
	}
}

// MarshalText lets JSON show the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Code names a kind of problem: "stage.what-is-it". Codes are permanent.
type Code string

// Related is another place that takes part in a problem, with the reason why.
type Related struct {
	Span Span   `json:"span"`
	Path string `json:"path,omitempty"`
	Note string `json:"note"`
}

// Fix is a replacement that would remove the problem.
type Fix struct {
	Span Span   `json:"span"`
	Text string `json:"text"`
}

// Problem is one finding about what a person wrote.
type Problem struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Span is where it was written; Path is where it lies in the data
	// ("use_cases.PlaceOrder.latency").
	Span Span   `json:"span"`
	Path string `json:"path,omitempty"`
	// Message is the finding as one clause, no capital, no full stop.
	Message string `json:"message"`
	// Label is shown at the place itself.
	Label   string    `json:"label,omitempty"`
	Related []Related `json:"related,omitempty"`
	// Hint names a remedy the reader has at hand.
	Hint string `json:"hint,omitempty"`
	Fix  *Fix   `json:"fix,omitempty"`
}

// List is a stage's problems. The nil List is valid and means none.
type List []Problem

// Add appends a problem.
func (l *List) Add(p Problem) { *l = append(*l, p) }

// HasErrors reports whether anything in the list stops the pipeline.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(p Problem) bool { return p.Severity == Error })
}

// Count returns how many problems have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for i := range l {
		if l[i].Severity == s {
			n++
		}
	}
	return n
}

// Sorted returns the problems in file order, then by severity, code and message,
// without exact repeats.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Problem) bool {
		return compare(a, b) == 0
	})
}

// In returns the list with the places of one file shown under another name for it.
func (l List) In(file, shown string) List {
	if file == shown {
		return l
	}
	out := slices.Clone(l)
	for i := range out {
		p := &out[i]
		if p.Span.File == file {
			p.Span.File = shown
		}
		p.Related = slices.Clone(p.Related)
		for k := range p.Related {
			if p.Related[k].Span.File == file {
				p.Related[k].Span.File = shown
			}
		}
		if p.Fix != nil && p.Fix.Span.File == file {
			fix := *p.Fix
			fix.Span.File = shown
			p.Fix = &fix
		}
	}
	return out
}

func compare(a, b Problem) int {
	return cmp.Or(
		cmp.Compare(a.Span.File, b.Span.File),
		cmp.Compare(a.Span.Start.Line, b.Span.Start.Line),
		cmp.Compare(a.Span.Start.Column, b.Span.Start.Column),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
	)
}
