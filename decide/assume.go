package decide

import "plumb.dev/plumb/fact"

// assumption is a constant that decisions take for granted: each has a range in
// which it may lie and what it rests on, and is a fact like any other, so that a
// design can say what would change if it were wrong.
type assumption struct {
	id        fact.ID
	kind      fact.Kind
	value     float64
	low, high float64
	reason    string
}

func (a *assumption) fact() fact.Fact {
	return fact.Fact{
		ID: a.id, Value: fact.Quantity{Kind: a.kind, N: a.value}, Origin: fact.Assumed,
		Low: a.low, High: a.high, Reason: a.reason,
	}
}
