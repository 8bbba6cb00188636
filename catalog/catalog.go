// Package catalog holds facts about technologies: limits, guarantees, latencies, prices, the work they cost, and
// reference values that hold for any architecture.
//
// A fact is one value of one property of one technology, with where it comes from. Facts are data: the files under
// data/ for what plumb ships (shipped.go is made of them, so that no run has to read them), a file in the same format
// for what a project adds or corrects ([Catalog.With]). Which
// properties exist, what they mean and in which unit they are kept is code ([Properties]), so that decisions can rely
// on them. A property without a fact is unknown, and unknown is an answer: prices above all are only stated where a
// list price was found.
//
// Values are kept in base units: seconds, bytes, per second, shares of one, US dollars per what the unit names.
// How much a fact can be trusted is its [Confidence]. Every fact that was not read in its source carries a range.
package catalog

import (
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Catalog is a set of technologies with their facts. It never changes; [Catalog.With] makes another.
type Catalog struct {
	technologies []Technology // by kind, then in the order of the files
}

// Technology is one thing an architecture may be built of, or, for kind Reference, a topic of general values.
type Technology struct {
	ID    string // kebab-case, permanent
	Name  string // as its makers write it
	About string // what it is, in one line
	Kinds []Kind // the jobs it does, the main one first

	entries []Entry // in the order of Properties
}

// Entry is one fact as it is listed.
type Entry struct {
	Technology string // the technology's id
	Key        string // the property's key, cloud included
	Unit       string // for numbers: the base unit of the value
	Value      fact.Quantity
	Low, High  float64 // for numbers: what is plausible; both equal to the value where it is exact
	Origin
}

// Origin says where a fact comes from.
type Origin struct {
	ID         fact.ID // "catalog.kafka.publish-p99", permanent
	Written    string  // the value as the file has it: "5ms"
	Source     string  // title of the document, section and address; empty where there is none
	Date       string  // of the source, or of reading where the source has none: 2026-11-22
	Estimate   string  // why it is plausible, for an estimate
	Note       string  // the conditions it holds under
	Confidence Confidence
	Span       diag.Span // where a project stated it; no place for what plumb ships
}

// Confidence says how a fact came into the catalogue.
type Confidence string

// The confidences, strongest first.
const (
	Confirmed        Confidence = "confirmed"             // read in the named source
	ByProject        Confidence = "stated by the project" // a project said so without naming a source
	Estimated        Confidence = "estimate"              // follows from other facts or experience, with a reason and a range
	GeneralKnowledge Confidence = "general knowledge"     // not read in a source; numbers carry a range
)

// Unlimited is the value of a number that only storage or money limits. It is finite, so that it compares and prints.
const Unlimited = 1e18

// Number is a fact of a property with [FormNumber].
type Number struct {
	Value, Low, High float64 // in the base unit of the property
	Unit             string
	Origin
	kind fact.Kind
}

// Unlimited reports whether nothing but storage or money limits the number.
func (n Number) Unlimited() bool { return n.Value == Unlimited }

// Text is a fact of a property with [FormChoice] or [FormText].
type Text struct {
	Value string
	Origin
}

// Flag is a fact of a property with [FormFlag].
type Flag struct {
	Value bool
	Origin
}

// Builtin returns what plumb ships.
func Builtin() *Catalog { return &Catalog{shipped} }

// Technology returns the technology with the id.
func (c *Catalog) Technology(id string) (Technology, bool) {
	i := slices.IndexFunc(c.technologies, func(t Technology) bool { return t.ID == id })
	if i < 0 {
		return Technology{}, false
	}
	return c.technologies[i], true
}

// Of lists the technologies that do a kind of job, in a fixed order: those whose main kind it is first.
func (c *Catalog) Of(kind Kind) []Technology {
	var main, also []Technology
	for _, t := range c.technologies {
		switch slices.Index(t.Kinds, kind) {
		case -1:
		case 0:
			main = append(main, t)
		default:
			also = append(also, t)
		}
	}
	return append(main, also...)
}

// Reference returns a value that holds for any architecture by its topic and key: "network.rtt-zone". The second
// result is false where it is not known.
func (c *Catalog) Reference(name string) (Number, bool) {
	topic, key, _ := strings.Cut(name, ".")
	t, found := c.Technology(topic)
	if !found || !t.Is(Reference) {
		return Number{}, false
	}
	return t.Number(key)
}

// Facts lists every fact, by kind, technology and property.
func (c *Catalog) Facts() []Entry {
	var all []Entry
	for _, t := range c.technologies {
		all = append(all, t.entries...)
	}
	return all
}

// Is reports whether the technology does a kind of job.
func (t Technology) Is(kind Kind) bool { return slices.Contains(t.Kinds, kind) }

// Facts lists what is known of the technology, in the order of [Properties].
func (t Technology) Facts() []Entry { return slices.Clone(t.entries) }

// Number returns the technology's value of a number property; false where it is not known.
func (t Technology) Number(key string) (Number, bool) {
	e, found := t.entry(key)
	if !found || e.Unit == "" {
		return Number{}, false
	}
	return Number{e.Value.N, e.Low, e.High, e.Unit, e.Origin, e.Value.Kind}, true
}

// On returns the technology's value of a number property that is stated per cloud: On("sla", "aws").
func (t Technology) On(key, cloud string) (Number, bool) { return t.Number(key + "-" + cloud) }

// Text returns the technology's value of a choice or text property; false where it is not known.
func (t Technology) Text(key string) (Text, bool) {
	e, found := t.entry(key)
	if !found || e.Value.Kind != fact.Text {
		return Text{}, false
	}
	return Text{e.Value.Text, e.Origin}, true
}

// Flag returns the technology's value of a flag property; false as the second result where it is not known.
func (t Technology) Flag(key string) (Flag, bool) {
	e, found := t.entry(key)
	if !found || e.Value.Kind != fact.Truth {
		return Flag{}, false
	}
	return Flag{e.Value.N != 0, e.Origin}, true
}

// Has reports whether the technology is known to have a feature. What is not known counts as missing.
func (t Technology) Has(feature string) bool {
	e, found := t.entry(feature)
	return found && e.Value.Kind == fact.Truth && e.Value.N != 0
}

// Managed returns the name of the product in which a cloud ("aws", "azure", "gcp") runs the technology.
func (t Technology) Managed(cloud string) (Text, bool) { return t.Text("managed-" + cloud) }

// entry finds a fact. A technology has some dozens, so that looking at each is as quick as anything else, as long as
// none is copied on the way: plans ask hundreds of times.
func (t Technology) entry(key string) (*Entry, bool) {
	for i := range t.entries {
		if t.entries[i].Key == key {
			return &t.entries[i], true
		}
	}
	return nil, false
}

// Fact gives the number as the rest of plumb carries facts: catalogued where it was read in a source, assumed with its
// range where it is an estimate or general knowledge, stated where a project said so without a source.
func (n Number) Fact() fact.Fact {
	f := n.fact()
	f.Value = fact.Quantity{Kind: n.kind, N: n.Value}
	if n.kind == fact.Money {
		f.Value.Text = "USD"
	}
	f.Low, f.High = n.Low, n.High
	return f
}

// Fact gives the text as the rest of plumb carries facts.
func (t Text) Fact() fact.Fact {
	f := t.fact()
	f.Value = fact.Quantity{Kind: fact.Text, Text: t.Value}
	return f
}

// Fact gives the flag as the rest of plumb carries facts.
func (f Flag) Fact() fact.Fact {
	g := f.fact()
	g.Value = fact.Quantity{Kind: fact.Truth}
	if f.Value {
		g.Value.N = 1
	}
	return g
}

func (o Origin) fact() fact.Fact {
	f := fact.Fact{ID: o.ID, Source: o.Source, Date: o.Date, Span: o.Span}
	switch o.Confidence {
	case Confirmed:
		f.Origin = fact.Catalogued
	case ByProject:
		f.Origin = fact.Stated
	case Estimated:
		f.Origin, f.Reason = fact.Assumed, o.Estimate
	default:
		f.Origin, f.Reason = fact.Assumed, string(GeneralKnowledge)
	}
	return f
}

// arrange puts technologies and their facts into the order in which they are listed.
func arrange(technologies []Technology) *Catalog {
	order := map[string]int{}
	for i, key := range declaredKeys() {
		order[key] = i
	}
	rank := func(t Technology) int { return slices.Index(Kinds(), t.Kinds[0]) }
	slices.SortStableFunc(technologies, func(a, b Technology) int { return rank(a) - rank(b) })
	for _, t := range technologies {
		slices.SortStableFunc(t.entries, func(a, b Entry) int { return order[a.Key] - order[b.Key] })
	}
	return &Catalog{technologies}
}
