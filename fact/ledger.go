package fact

import (
	"cmp"
	"slices"
	"strings"
)

// Ledger is the list of all facts of one plan, each once.
type Ledger struct {
	facts []Fact
	at    map[ID]int
}

// NewLedger returns an empty ledger.
func NewLedger() *Ledger { return NewLedgerOf(0) }

// NewLedgerOf returns an empty ledger with room for n facts.
func NewLedgerOf(n int) *Ledger {
	return &Ledger{facts: make([]Fact, 0, n), at: make(map[ID]int, n)}
}

// Reset forgets all facts and keeps the memory.
func (l *Ledger) Reset() {
	l.facts = l.facts[:0]
	clear(l.at)
}

// Add records a fact and returns it as a Number. A second fact with an ID already
// known replaces the first in place: a later phase knows better.
func (l *Ledger) Add(f Fact) Number {
	if i, known := l.at[f.ID]; known {
		l.facts[i] = f
	} else {
		l.at[f.ID] = len(l.facts)
		l.facts = append(l.facts, f)
	}
	return Number{N: f.Value.N, Fact: f.ID}
}

// Get returns the fact with the ID.
func (l *Ledger) Get(id ID) (Fact, bool) {
	i, ok := l.at[id]
	if !ok {
		return Fact{}, false
	}
	return l.facts[i], true
}

// All returns the facts, sorted by ID so that the order in which a stage happened
// to read them never reaches an output.
func (l *Ledger) All() []Fact { return Union(l) }

// Union returns the facts of several ledgers, sorted by ID. Of facts with the same ID
// that of the first ledger is returned.
func Union(ledgers ...*Ledger) []Fact {
	n := 0
	for _, l := range ledgers {
		n += len(l.facts)
	}
	type place struct { // facts are large: places are moved instead
		of *Fact
		in int
	}
	order := make([]place, 0, n)
	for in, l := range ledgers {
		for i := range l.facts {
			order = append(order, place{&l.facts[i], in})
		}
	}
	slices.SortFunc(order, func(a, b place) int { return cmp.Or(strings.Compare(string(a.of.ID), string(b.of.ID)), a.in-b.in) })
	order = slices.CompactFunc(order, func(a, b place) bool { return a.of.ID == b.of.ID })
	out := make([]Fact, len(order))
	for i, p := range order {
		out[i] = *p.of
	}
	return out
}

// Len returns how many facts there are.
func (l *Ledger) Len() int { return len(l.facts) }
