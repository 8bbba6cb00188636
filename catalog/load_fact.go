package catalog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// readFact reads one fact: a mapping, or in a project's file a bare value. The second result is false where the fact
// cannot be used; why was reported then.
func (r *reader) readFact(t Technology, p pair) (Entry, bool) {
	key := p.key.Value
	property, known := r.properties[key]
	if !known {
		r.unknown(p.key, "unknown-property", p.path, "property", declaredKeys())
		return Entry{}, false
	}
	if !r.fits(t, property, p) {
		return Entry{}, false
	}
	f := map[string]*yaml.Node{"value": p.value}
	if p.value.Kind != yaml.ScalarNode {
		f = r.fields(p.value, p.path, append(originFields, "value", "range")...)
	}
	return r.entry(t, property, p, f)
}

// originFields say where a fact comes from.
var originFields = []string{"source", "at", "date", "estimate", "confidence", "note"}

// readFeatures reads groups of flags that share an origin: has: [joins, geo], lacks: [columnar].
func (r *reader) readFeatures(t Technology, n *yaml.Node, at string) []Entry {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.report(n, "bad-value", at, "expected a list of groups of features", "write - {has: [...], lacks: [...], source: ...}")
		return nil
	}
	var out []Entry
	for _, group := range n.Content {
		f := r.fields(group, at, append(originFields, "has", "lacks")...)
		for _, side := range []struct{ field, value string }{{"has", "yes"}, {"lacks", "no"}} {
			if names := f[side.field]; names != nil {
				out = append(out, r.flags(t, names, side.value, f, at)...)
			}
		}
	}
	return out
}

// flags gives every named property the same value and origin.
func (r *reader) flags(t Technology, names *yaml.Node, value string, origin map[string]*yaml.Node, at string) []Entry {
	var out []Entry
	for _, name := range names.Content {
		p := pair{name, name, join(at, name.Value)}
		property, known := r.properties[name.Value]
		switch {
		case name.Kind != yaml.ScalarNode || !known || property.Form != FormFlag:
			r.unknown(name, "unknown-property", at, "feature", flagKeys())
			continue
		case !r.fits(t, property, p):
			continue
		}
		f := map[string]*yaml.Node{"value": {Kind: yaml.ScalarNode, Value: value, Line: name.Line, Column: name.Column}}
		for _, field := range originFields {
			f[field] = origin[field]
		}
		if e, ok := r.entry(t, property, p, f); ok {
			out = append(out, e)
		}
	}
	return out
}

// fits reports whether the technology may state the property, and says so where it may not.
func (r *reader) fits(t Technology, property Property, p pair) bool {
	if property.fits(t.Kinds) {
		return true
	}
	r.report(p.key, "unknown-property", p.path, fmt.Sprintf("%s is not a property of a %s", p.key.Value, t.Kinds[0]), "it is one of "+kindList(property.Kinds))
	return false
}

// entry makes a fact of its fields. The second result is false where it cannot be used.
func (r *reader) entry(t Technology, property Property, p pair, f map[string]*yaml.Node) (Entry, bool) {
	key := p.key.Value
	e := Entry{Technology: t.ID, Key: key, Unit: property.Unit}
	e.ID = fact.ID("catalog." + t.ID + "." + key)
	e.Written = r.scalar(f["value"], p.path)
	if e.Written == "" {
		r.report(p.key, "incomplete", p.path, fmt.Sprintf("%s has no value", key), "write value: "+example(property))
		return Entry{}, false
	}
	var ok bool
	if e.Value, ok = r.value(property, f["value"], e.Written, p.path); !ok {
		return Entry{}, false
	}
	if !r.readRange(&e, property, f["range"], p.path) {
		return Entry{}, false
	}
	return e, r.readOrigin(&e, f, p)
}

// readOrigin fills in where the fact comes from and checks that it is enough.
func (r *reader) readOrigin(e *Entry, f map[string]*yaml.Node, p pair) bool {
	e.Note, e.Estimate = r.scalar(f["note"], p.path), r.scalar(f["estimate"], p.path)
	e.Source, e.Date = r.cite(r.scalar(f["source"], p.path), r.scalar(f["at"], p.path))
	if date := r.date(f["date"], p.path); date != "" {
		e.Date = date
	}
	if r.project {
		e.Span = r.span(f["value"])
	}
	switch word := r.scalar(f["confidence"], p.path); {
	case word == string(GeneralKnowledge):
		e.Confidence = GeneralKnowledge
	case word != "":
		r.unknown(f["confidence"], "bad-value", p.path, "confidence", []string{string(GeneralKnowledge)})
		return false
	case e.Estimate != "":
		e.Confidence = Estimated
	case e.Source != "":
		e.Confidence = Confirmed
	case r.project:
		e.Confidence = ByProject
		r.problems.Add(diag.Problem{
			Code: "catalog.no-source", Severity: diag.Note, Span: r.span(p.key), Path: p.path,
			Message: fmt.Sprintf("%s names no source and is taken as stated by the project", p.key.Value),
			Hint:    "add source: name or address of a document, and date:",
		})
	default:
		r.report(p.key, "incomplete", p.path, "a shipped fact needs a source, an estimate's reason, or confidence: general knowledge", "")
		return false
	}
	unsure := e.Confidence == Estimated || e.Confidence == GeneralKnowledge
	if unsure && e.Unit != "" && f["range"] == nil {
		r.report(p.key, "incomplete", p.path, fmt.Sprintf("%s is not read in a source and has no range", p.key.Value), "write range: low..high, such as 2ms..20ms")
		return false
	}
	return true
}

// cite turns a source's name and the place in it into what a reader sees, with its date. A source that the file does
// not list is a title of its own.
func (r *reader) cite(name, at string) (cited, date string) {
	s, listed := r.sources[name]
	if !listed {
		s = source{title: name}
	}
	cited = s.title
	if at != "" {
		cited += ", " + at
	}
	if s.url != "" {
		cited += ", " + s.url
	}
	return cited, s.date
}

// value reads a fact's value in the form of its property.
func (r *reader) value(p Property, n *yaml.Node, written, at string) (fact.Quantity, bool) {
	switch p.Form {
	case FormNumber:
		v, ok := r.numberValue(p, n, written, at)
		q := fact.Quantity{Kind: p.quantityKind(), N: v}
		if q.Kind == fact.Money {
			q.Text = "USD"
		}
		return q, ok
	case FormFlag:
		switch written {
		case "yes", "true":
			return fact.Quantity{Kind: fact.Truth, N: 1}, true
		case "no", "false":
			return fact.Quantity{Kind: fact.Truth}, true
		}
		r.report(n, "bad-value", at, fmt.Sprintf("%q is neither yes nor no", shorten(written)), "write yes or no")
		return fact.Quantity{}, false
	case FormChoice:
		if !slices.Contains(p.Words, written) {
			r.unknown(n, "bad-value", at, "choice", p.Words)
			return fact.Quantity{}, false
		}
	}
	return fact.Quantity{Kind: fact.Text, Text: written}, true
}

func (r *reader) numberValue(p Property, n *yaml.Node, written, at string) (float64, bool) {
	if written == "unlimited" {
		return Unlimited, true
	}
	u, _ := unitNamed(p.Unit)
	v, err := u.parse(written)
	if err != nil {
		r.report(n, "bad-value", at, shorten(err.Error()), fmt.Sprintf("%s is kept in %s: write it like %s", p.Key, u.meaning, u.example))
		return 0, false
	}
	if v >= Unlimited {
		r.report(n, "bad-value", at, "the number is too large", "write unlimited where nothing limits it")
		return 0, false
	}
	return v, true
}

// readRange reads "low..high"; without one, the value is exact.
func (r *reader) readRange(e *Entry, property Property, n *yaml.Node, at string) bool {
	e.Low, e.High = e.Value.N, e.Value.N
	if n == nil {
		return true
	}
	if property.Form != FormNumber {
		r.report(n, "bad-value", at, "only a number has a range", "")
		return false
	}
	written := r.scalar(n, at)
	low, high, found := strings.Cut(written, "..")
	if !found {
		r.report(n, "bad-value", at, fmt.Sprintf("%q is no range", shorten(written)), "write low..high, such as 2ms..20ms")
		return false
	}
	var okLow, okHigh bool
	e.Low, okLow = r.numberValue(property, n, strings.TrimSpace(low), at)
	e.High, okHigh = r.numberValue(property, n, strings.TrimSpace(high), at)
	if !okLow || !okHigh {
		return false
	}
	if e.Value.N < e.Low || e.Value.N > e.High {
		r.report(n, "bad-value", at, fmt.Sprintf("the value %s lies outside the range %s", shorten(e.Written), shorten(written)), "")
		return false
	}
	return true
}

// date reads a day such as 2026-11-22.
func (r *reader) date(n *yaml.Node, at string) string {
	written := r.scalar(n, at)
	if written == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, written); err != nil {
		r.report(n, "bad-value", at, fmt.Sprintf("%q is no date", shorten(written)), "write year, month and day, such as 2026-11-22")
		return ""
	}
	return written
}

func (p Property) quantityKind() fact.Kind {
	u, _ := unitNamed(p.Unit)
	return u.kind
}

// example shows how a value of the property is written.
func example(p Property) string {
	switch p.Form {
	case FormNumber:
		u, _ := unitNamed(p.Unit)
		return u.example
	case FormFlag:
		return "yes"
	case FormChoice:
		return p.Words[0]
	default:
		return "a short phrase"
	}
}

func kindList(kinds []Kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}
