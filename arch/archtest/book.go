package archtest

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// book keeps the facts of a fixture: a value and its reason are written in one place.
type book struct{ ledger *fact.Ledger }

func newBook() *book { return &book{fact.NewLedger()} }

func (b *book) facts() []fact.Fact { return b.ledger.All() }

func (b *book) add(f fact.Fact) arch.Value {
	b.ledger.Add(f)
	return arch.Value{Quantity: f.Value, Fact: f.ID}
}

// stated records what a person wrote in the given line of plumb.yaml.
func (b *book) stated(id arch.Path, line int, q fact.Quantity) arch.Value {
	return b.add(fact.Fact{ID: id, Value: q, Origin: fact.Stated, Span: span(line)})
}

// derived records what follows by a rule from other facts.
func (b *book) derived(id arch.Path, q fact.Quantity, rule string, inputs ...arch.Path) arch.Value {
	return b.add(fact.Fact{ID: id, Value: q, Origin: fact.Derived, Rule: rule, Inputs: inputs})
}

// assumed records a plausible value, its range and what it rests on.
func (b *book) assumed(id arch.Path, q fact.Quantity, low, high float64, reason string) arch.Value {
	return b.add(fact.Fact{ID: id, Value: q, Origin: fact.Assumed, Low: low, High: high, Reason: reason})
}

// catalogued records what a public source says.
func (b *book) catalogued(id arch.Path, q fact.Quantity, source, date string) arch.Value {
	return b.add(fact.Fact{ID: id, Value: q, Origin: fact.Catalogued, Source: source, Date: date})
}

// given records the facts that only rules read.
func (b *book) given() {
	b.stated("context.horizon", 24, seconds(3*year))
	b.stated("use_cases.PlaceOrder.latency", 294, fact.Quantity{Kind: fact.Text, Text: "p99 800ms"})
	b.stated("use_cases.ImportMenu.items", 348, count(1200))
	b.stated("use_cases.HandOver.peak", 398, rate(60))
	b.stated("rules.PaidOrRefunded.when", 245, seconds(10*minute))
	b.stated("domain.Ticket.timers.waiting", 189, seconds(4*minute))
	b.stated("domain.Order.volume", 134, rate(300000/day))
}

// span is a place in the input of which only the line matters.
func span(line int) diag.Span {
	return diag.Span{
		File:  "plumb.yaml",
		Start: diag.Pos{Line: line, Column: 5},
		End:   diag.Pos{Line: line, Column: 20},
	}
}

func rate(perSecond float64) fact.Quantity { return fact.Quantity{Kind: fact.Rate, N: perSecond} }
func seconds(s float64) fact.Quantity      { return fact.Quantity{Kind: fact.Duration, N: s} }
func share(p float64) fact.Quantity        { return fact.Quantity{Kind: fact.Share, N: p} }
func size(bytes float64) fact.Quantity     { return fact.Quantity{Kind: fact.Bytes, N: bytes} }
func count(n float64) fact.Quantity        { return fact.Quantity{Kind: fact.Count, N: n} }
func money(usd float64) fact.Quantity      { return fact.Quantity{Kind: fact.Money, N: usd, Text: "USD"} }
func hours(n float64) fact.Quantity        { return fact.Quantity{Kind: fact.Hours, N: n} }
func personDays(n float64) fact.Quantity   { return fact.Quantity{Kind: fact.Days, N: n} }

// Lengths of time in seconds.
const (
	minute = 60.0
	hour   = 3600.0
	day    = 86400.0
	year   = 365.2425 * day
)
