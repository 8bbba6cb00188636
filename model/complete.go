package model

import (
	"math"

	"plumb.dev/plumb/fact"
)

// Complete fills in every quantity: as overridden, as written, as it follows from
// others, or assumed in the open. It cannot fail. It is what a what-if repeats, so
// it binds nothing, judges nothing and allocates little.
//
// An override counts as if the input had said so; one for an ID that the model
// does not have, or whose number is none, changes nothing.
func (b *Bound) Complete(over fact.Overrides) *Model {
	m := b.CompleteIn(over, fact.NewLedgerOf(b.facts()))
	m.Questions = reconcile(m)
	return m
}

// CompleteIn is Complete with the facts in a ledger, which loses what it had: one model
// after the other can be had in the memory of the first. It leaves out the questions, of
// which no choice knows.
func (b *Bound) CompleteIn(over fact.Overrides, facts *fact.Ledger) *Model {
	m := b.skeleton.clone()
	m.Facts = facts
	facts.Reset()
	for i := range b.structure {
		m.Facts.Add(b.structure[i])
	}
	c := &completion{b: b, m: m, over: over}
	c.context()
	c.actors()
	c.externals()
	for i := range m.Aggregates {
		c.aggregate(i)
	}
	for i := range m.UseCases {
		c.useCaseWords(i)
	}
	for _, n := range b.order {
		switch n.kind {
		case nodeAggregate:
			c.inflow(n.index)
		case nodeEvent:
			c.eventRate(n.index)
		case nodeUseCase:
			c.load(n.index)
		}
	}
	for i := range m.Aggregates {
		c.volume(i)
	}
	for i := range m.UseCases {
		c.useCase(i)
	}
	c.files()
	for i := range m.Rules {
		m.Rules[i].Within = c.optional(&b.rules[i].within)
	}
	c.zones()
	charged := chargesOf(m) // here and not with the questions: choices read whether they swamp the budget
	m.Context.ChargesApart = charged.swamp(&m.Context)
	return m
}

// facts estimates how many facts a model has, to allocate the ledger once.
func (b *Bound) facts() int {
	return len(b.structure) + 64 + 8*len(b.aggregates) + 18*len(b.useCases) + 8*len(b.externals) + 4*len(b.actors)
}

// completion carries the third phase.
type completion struct {
	b      *Bound
	m      *Model
	over   fact.Overrides
	shares [sharedCount]fact.Number
}

// stated records a quantity that was written or overridden.
func (c *completion) stated(w *written) (fact.Number, bool) {
	if len(c.over) > 0 {
		if q, ok := c.over[w.id]; ok && !math.IsNaN(q.N) && !math.IsInf(q.N, 0) {
			return c.m.Facts.Add(fact.Fact{ID: w.id, Value: q, Span: w.span}), true
		}
	}
	if len(c.b.measured) > 0 {
		if f, ok := c.b.measured[w.id]; ok {
			return c.m.Facts.Add(f), true
		}
	}
	if !w.said {
		return fact.Number{}, false
	}
	return c.m.Facts.Add(fact.Fact{ID: w.id, Value: w.q, Span: w.span}), true
}

// optional is a quantity without a default: absent unless written.
func (c *completion) optional(w *written) fact.Number {
	n, _ := c.stated(w)
	return n
}

// assume is a quantity of one element that is assumed, within a factor each way.
func (c *completion) assume(w *written, value, low, high float64, reason string, inputs ...fact.ID) fact.Number {
	if n, ok := c.stated(w); ok {
		return n
	}
	q := w.q
	q.N = value
	return c.m.Facts.Add(fact.Fact{ID: w.id, Value: q, Origin: fact.Assumed, Low: low, High: high, Reason: reason, Inputs: inputs})
}

// derive is a quantity that follows from others.
func (c *completion) derive(w *written, value float64, rule string, inputs ...fact.ID) fact.Number {
	if n, ok := c.stated(w); ok {
		return n
	}
	q := w.q
	q.N = value
	return c.m.Facts.Add(fact.Fact{ID: w.id, Value: q, Origin: fact.Derived, Rule: rule, Inputs: inputs})
}

// share is an assumption of the table, recorded when it is first used.
func (c *completion) share(s shared) fact.Number {
	if c.shares[s].Known() {
		return c.shares[s]
	}
	a := &assumptions[s]
	f := fact.Fact{ID: a.id, Value: fact.Quantity{Kind: a.kind, N: a.value}, Origin: fact.Assumed, Low: a.low, High: a.high, Reason: a.reason}
	if measured, ok := c.b.measured[a.id]; ok {
		f = measured
	}
	if q, ok := c.over[a.id]; ok && !math.IsNaN(q.N) && !math.IsInf(q.N, 0) {
		f = fact.Fact{ID: a.id, Value: q}
	}
	c.shares[s] = c.m.Facts.Add(f)
	return c.shares[s]
}

// shared is a quantity that takes the value of an assumption of the table.
func (c *completion) shared(w *written, s shared) fact.Number {
	if n, ok := c.stated(w); ok {
		return n
	}
	a := c.share(s)
	q := w.q
	q.N = a.N
	return c.m.Facts.Add(fact.Fact{ID: w.id, Value: q, Origin: fact.Derived, Rule: "as assumed for all of its kind", Inputs: sharedInputs[s]})
}

// sharedInputs holds, per line of the table, its ID as a list, so that a fact can
// name one without allocating.
var sharedInputs = func() (out [sharedCount][]fact.ID) {
	for i := range out {
		out[i] = []fact.ID{assumptions[i].id}
	}
	return out
}()

// word is a choice among words: as written, or the given one with its reason. It
// returns the word.
func (c *completion) word(w *written, value string, origin fact.Origin, why string, inputs ...fact.ID) string {
	if n, ok := c.stated(w); ok {
		f, _ := c.m.Facts.Get(n.Fact)
		return f.Value.Text
	}
	f := fact.Fact{ID: w.id, Value: fact.Quantity{Kind: fact.Text, Text: value}, Origin: origin, Inputs: inputs}
	if origin == fact.Derived {
		f.Rule = why
	} else {
		f.Reason = why
	}
	c.m.Facts.Add(f)
	return value
}

// truth is yes or no; no when nothing was written.
func (c *completion) truth(w *written, why string) bool {
	if n, ok := c.stated(w); ok {
		return n.N != 0
	}
	c.m.Facts.Add(fact.Fact{ID: w.id, Value: fact.Quantity{Kind: fact.Truth}, Origin: fact.Assumed, Reason: why})
	return false
}

// latency fills percentiles. Those nobody wrote are absent.
func (c *completion) latency(l *writtenLatency) Latency {
	return Latency{
		P50: c.optional(&l.p50), P90: c.optional(&l.p90), P95: c.optional(&l.p95),
		P99: c.optional(&l.p99), P999: c.optional(&l.p999), Max: c.optional(&l.max),
	}
}
