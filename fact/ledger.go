package fact

import "slices"

// Ledger is the list of all facts of one plan, in the order in which they were
// first read, each once.
type Ledger struct {
	order []ID
	facts map[ID]*Fact
}

// NewLedger returns an empty ledger.
func NewLedger() *Ledger { return &Ledger{facts: map[ID]*Fact{}} }

// Add records a fact and returns it as a Number. A second fact with an ID already
// known replaces the first in place: a later phase knows better.
func (l *Ledger) Add(f Fact) Number {
	if _, known := l.facts[f.ID]; !known {
		l.order = append(l.order, f.ID)
	}
	l.facts[f.ID] = &f
	return Number{N: f.Value.N, Fact: f.ID}
}

// Get returns the fact with the ID.
func (l *Ledger) Get(id ID) (Fact, bool) {
	f, ok := l.facts[id]
	if !ok {
		return Fact{}, false
	}
	return *f, true
}

// All returns the facts, sorted by ID so that the order in which a stage happened
// to read them never reaches an output.
func (l *Ledger) All() []Fact {
	ids := slices.Sorted(slices.Values(l.order))
	out := make([]Fact, len(ids))
	for i, id := range ids {
		out[i] = *l.facts[id]
	}
	return out
}

// Len returns how many facts there are.
func (l *Ledger) Len() int { return len(l.order) }
