package model

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Measurements take the place of what nobody stated. They are bound to facts by the
// names that explanations use, which are known once a model has been completed; every
// completion after that reads them first.

// measurement is one entry of the section measured.
type measurement struct {
	entry spec.Entry
	value *spec.Node
	run   string
	path  fact.ID
}

// measure ties the section measured to facts, and reports what cannot be tied.
func (b *binder) measure(n *spec.Node) {
	if n == nil || len(n.Entries) == 0 {
		return
	}
	ledger := b.out.Complete(nil).Facts
	names := newFactNames(ledger)
	for _, e := range declarations(n) {
		m := measurement{entry: e, value: e.Value.Get("value"), run: text(e.Value.Get("run")), path: path("measured", e.Key)}
		if text(m.value) == "" || m.run == "" {
			continue // the parser has reported it
		}
		b.measured(&m, ledger, names)
	}
}

func (b *binder) measured(m *measurement, ledger *fact.Ledger, names *factNames) {
	name := m.entry.Key
	found := names.find(name)
	switch len(found) {
	case 0:
		p := diag.Problem{Code: "model.unknown-fact", Severity: diag.Error, Span: m.entry.KeySpan, Path: string(m.path), Message: fmt.Sprintf("the model has no fact called %q", name)}
		if near := names.nearest(b, name); near != "" {
			p.Hint, p.Fix = "write "+near, &diag.Fix{Span: m.entry.KeySpan, Text: near}
		} else {
			p.Hint = "'plumb explain USECASE' lists the facts of one"
		}
		b.add(p)
		return
	case 1:
	default:
		b.badMeasure(m, m.entry.KeySpan, "name one of "+strings.Join(found[:min(len(found), 6)], ", "), "%q is the end of %d facts", name, len(found))
		return
	}
	if parts := names.percentiles[found[0]]; parts != nil {
		b.measuredLatency(m, ledger, fact.ID(found[0]))
		return
	}
	id := fact.ID(found[0])
	f, _ := ledger.Get(id)
	q, err := readMeasure(f.Value, m.value.Text)
	if err != nil {
		b.badMeasure(m, m.value.Span, "", "%s", err)
		return
	}
	b.replace(m, ledger, f, q)
}

func (b *binder) badMeasure(m *measurement, span diag.Span, hint, format string, args ...any) {
	b.add(diag.Problem{Code: "model.bad-measure", Severity: diag.Error, Span: span, Path: string(m.path), Message: fmt.Sprintf(format, args...), Hint: hint})
}

// measuredLatency replaces the percentiles of a time.
func (b *binder) measuredLatency(m *measurement, ledger *fact.Ledger, base fact.ID) {
	if f := latencyFlawOf(m.value); f != "" {
		b.badMeasure(m, m.value.Span, "write it as in: p50 4ms p99 18ms", "%s", f)
		return
	}
	l := latency(m.value, base, "p50")
	l.each(func(_ string, w *written) {
		if !w.said {
			return
		}
		f, known := ledger.Get(w.id)
		if !known {
			f = fact.Fact{ID: w.id, Value: w.q, Origin: fact.Assumed}
		}
		b.replace(m, ledger, f, w.q)
	})
}

// latencyFlawOf says why a text is no latency, "" when it is one.
func latencyFlawOf(n *spec.Node) string {
	if _, err := fact.ParseLatency(n.Text); err != nil {
		return err.Error()
	}
	return ""
}

// replace puts a measured value in the place of a fact, unless the input states it, and
// points out where it contradicts what was assumed.
func (b *binder) replace(m *measurement, ledger *fact.Ledger, f fact.Fact, q fact.Quantity) {
	if f.Origin == fact.Stated {
		b.add(diag.Problem{
			Code: "model.measured-stated", Severity: diag.Error, Span: m.entry.KeySpan, Path: string(m.path),
			Message: fmt.Sprintf("%s is stated as %s, so that a measurement of it does not count", f.ID, f.Value),
			Related: related(f.Span, "it is stated here"), Hint: "state what was measured there, or take the statement out; a target is not measured",
		})
		return
	}
	if from := rangeOf(ledger, f); from.HasRange() && (q.N < from.Low || q.N > from.High) {
		low, high := q, q
		low.N, high.N = from.Low, from.High
		b.add(diag.Problem{
			Code: "model.measured-outside", Severity: diag.Warning, Span: m.value.Span, Path: string(m.path),
			Message: fmt.Sprintf("%s of %s lies outside what was assumed, %s to %s: %s", q, f.ID, low, high, from.Reason),
			Hint:    "see whether the run measured this and nothing else; if it did, others of its kind may be assumed wrongly, too: " + string(from.ID),
		})
	}
	if b.out.measured == nil {
		b.out.measured = map[fact.ID]fact.Fact{}
	}
	b.out.measured[f.ID] = fact.Fact{ID: f.ID, Value: q, Origin: fact.Measured, Span: m.value.Span, Source: m.run}
}

func related(span diag.Span, note string) []diag.Related {
	if !span.Valid() {
		return nil
	}
	return []diag.Related{{Span: span, Note: note}}
}

// rangeOf is the assumption that a fact rests on: itself, or the one it takes its value
// from as all of its kind do.
func rangeOf(ledger *fact.Ledger, f fact.Fact) fact.Fact {
	if !f.HasRange() && f.Origin == fact.Derived && len(f.Inputs) == 1 {
		if from, ok := ledger.Get(f.Inputs[0]); ok && from.Value.N == f.Value.N && from.Value.Kind == f.Value.Kind {
			return from
		}
	}
	return f
}

// readMeasure reads a value as its fact is written.
func readMeasure(q fact.Quantity, text string) (fact.Quantity, error) {
	n, ok, err := fact.ParseNumber(q.Kind, text)
	if !ok {
		return q, fmt.Errorf("%s is no number to measure", q)
	}
	q.N = n
	return q, err
}

// factNames finds facts by the end of their names.
type factNames struct {
	all []string
	// ending are the facts by each end of their names that starts at a dot.
	ending map[string][]string
	// percentiles are the facts of a time by the name that they share.
	percentiles map[string][]fact.ID
}

func newFactNames(ledger *fact.Ledger) *factNames {
	n := &factNames{percentiles: map[string][]fact.ID{}, ending: map[string][]string{}}
	for _, f := range ledger.All() {
		if !f.Value.Kind.Numeric() {
			continue
		}
		n.all = append(n.all, string(f.ID))
		at := strings.LastIndexByte(string(f.ID), '.')
		if at > 0 && slices.Contains([]string{"p50", "p90", "p95", "p99", "p999", "max"}, string(f.ID[at+1:])) {
			base := string(f.ID[:at])
			if n.percentiles[base] == nil {
				n.all = append(n.all, base)
			}
			n.percentiles[base] = append(n.percentiles[base], f.ID)
		}
	}
	slices.Sort(n.all)
	for _, id := range n.all {
		n.ending[id] = append(n.ending[id], id)
		for at := range len(id) {
			if id[at] == '.' {
				n.ending[id[at+1:]] = append(n.ending[id[at+1:]], id)
			}
		}
	}
	return n
}

// find is the fact with the name, or those whose names end in it.
func (n *factNames) find(name string) []string {
	found := n.ending[name]
	if slices.Contains(found, name) {
		return []string{name}
	}
	return found
}

// nearest is the fact whose name, in full or without its section, is nearest.
func (n *factNames) nearest(b *binder, name string) string {
	var candidates []string
	for _, id := range n.all {
		_, short, _ := strings.Cut(id, ".")
		candidates = append(candidates, short)
	}
	if near := b.nearest(name, candidates); near != "" {
		return near
	}
	return b.nearest(name, n.all)
}
