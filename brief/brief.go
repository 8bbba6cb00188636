// Package brief reads prose: it turns a Markdown brief into the same written tree
// that package spec makes of a YAML file, so that the next stage needs to know
// nothing of Markdown.
//
// Input: one text, as bytes. Output: a [Result] and a [diag.List]. The result holds
// the tree, whose values have their places in the brief, and the brief line by line:
// what each line became, whether it is a fact, narrative, or was not understood. No
// line is lost. What the brief needs and nobody declared is proposed, with a warning
// each; vague words become questions with a default.
//
// No model of a language is at work, only tables of words and rules that a person
// can read: the text is cut into passages (source.go), headings say what a section
// holds (section.go), words get their parts of speech (tag.go, from lexicon.go), user
// stories give personas, actions and entities (story.go), statements with numbers
// give readings, and collect.go puts them together to the tree.
//
// A statement is read by parts that combine freely: numbers with their units
// (amount.go), what bounds them (bound.go), and the senses of the words around them
// (sense.go, from the tables of numbers.go). What follows is decided by unit: times
// (time.go, latency.go), counts and rates (count.go), percentages (share.go), growth
// and multiples (growth.go).
//
// Invariant: what stands in the tree stands in the brief; only the names are spelt
// anew. Whatever the input is, Read ends soon and does not panic.
//
// Start reading at [Read].
package brief

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/spec"
)

// MaxBytes bounds a brief.
const MaxBytes = 512 << 10

// Status says what became of a line.
type Status uint8

// What a line can be. Blank lines, headings and mark-up are narrative.
const (
	// Narrative says nothing that a design rests on.
	Narrative Status = iota
	// Fact became a part of the model, or a reading that a part of it was made of.
	Fact
	// NotUnderstood seems to say something a design rests on (it states a number, or
	// stands where facts are listed) and could not be placed.
	NotUnderstood
)

// String gives the word shown to a person.
func (s Status) String() string {
	return [...]string{"narrative", "fact", "not understood"}[s]
}

// MarshalText lets JSON show the word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Line is one line of the brief.
type Line struct {
	// Number counts from 1.
	Number int    `json:"line"`
	Status Status `json:"status"`
	// Text is the line, word for word, without its line ending.
	Text string `json:"text"`
	// Became lists the paths in the model that rest on the line, in the order found.
	Became []string `json:"became,omitempty"`
	// Why tells what is missing when the line was not understood.
	Why string `json:"why,omitempty"`
}

// Question asks for what the brief leaves open.
type Question struct {
	Span diag.Span `json:"span"`
	// About is the vague word or the statement without a place.
	About string `json:"about"`
	Ask   string `json:"ask"`
	// Default is what is done until the question is answered.
	Default string `json:"default"`
}

// Proposal is an entity that stories speak of and nobody declared. It stands in the
// tree, and a warning says so.
type Proposal struct {
	Name string `json:"name"`
	// Spans are the places that speak of it, in order.
	Spans []diag.Span `json:"spans"`
}

// Result is a brief as read.
type Result struct {
	// Doc is what was written, as package spec would give it; the values' spans lie in
	// the brief.
	Doc       *spec.Doc
	Lines     []Line
	Stories   []Story
	Readings  []Reading
	Questions []Question
	Proposed  []Proposal
}

// Is tells by its name whether a file is a brief.
func Is(file string) bool {
	low := strings.ToLower(file)
	return strings.HasSuffix(low, ".md") || strings.HasSuffix(low, ".markdown")
}

// Read reads a brief. The Result is never nil: what could be read is there even when
// the list has errors.
func Read(file string, text []byte) (*Result, diag.List) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	r := &Result{Doc: &spec.Doc{File: file, Root: &spec.Node{Kind: spec.Null, Span: diag.Span{File: file}, Bad: true}}}
	if p, ok := unreadable(file, text); !ok {
		return r, diag.List{p}
	}
	r.Doc.Source = string(text)
	src := cut(file, r.Doc.Source)
	for i, l := range src.lines {
		r.Lines = append(r.Lines, Line{Number: i + 1, Text: l})
	}
	c := newCollector(src, r)
	c.declared = declaredIn(src)
	for i := range src.passages {
		c.passage(&src.passages[i])
	}
	c.finish()
	return r, c.list.Sorted()
}

// declarations are the entities that a brief declares anywhere, by their names in lower
// case and by the names of their fields, so that stories above their list can speak of
// them.
type declarations struct{ byName, byField map[string]*named }

// declaredIn finds them by reading the brief once.
func declaredIn(src *source) declarations {
	ahead := newCollector(src, &Result{Lines: make([]Line, len(src.lines))})
	for i := range src.passages {
		ahead.passage(&src.passages[i])
	}
	d := declarations{map[string]*named{}, map[string]*named{}}
	for _, e := range ahead.entities {
		d.byName[strings.ToLower(e.text)] = e
		fields, _ := e.get("fields")
		for _, f := range fields.parts {
			if d.byField[f.key] == nil {
				d.byField[f.key] = e
			}
		}
	}
	return d
}

// unreadable tells why a text is not even worth cutting into lines.
func unreadable(file string, text []byte) (diag.Problem, bool) {
	at := diag.Pos{Line: 1, Column: 1}
	p := diag.Problem{Code: "brief.unreadable", Span: diag.Span{File: file, Start: at, End: at}, Hint: "save the brief as a Markdown text in UTF-8"}
	switch {
	case len(text) > MaxBytes:
		p.Message = fmt.Sprintf("the brief is larger than %d KiB", MaxBytes>>10)
		p.Hint = "a brief describes one system; leave out what is not about it"
	case !utf8.Valid(text):
		p.Message = "the brief is not UTF-8"
	case bytes.IndexByte(text, 0) >= 0:
		p.Message = "the brief holds bytes that are no text"
	case strings.TrimSpace(string(text)) == "":
		p.Message, p.Hint = "the brief holds nothing", "write a heading with the system's name and a user story: As a customer, I want to place an order"
	default:
		return p, true
	}
	return p, false
}
