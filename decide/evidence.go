package decide

import (
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// Evidence is what simulating a design showed that a number of a decision must be:
// the formula that gives the number did not see it. A plan made with evidence takes
// the number so, and says why.
type Evidence struct {
	// Decision and Parameter name the number: OpenCase>Consumer.call, bulkhead.
	Decision  arch.DecisionID
	Parameter string
	// Bound is what it must be at least.
	Bound float64
	// Scenario is what was simulated, Showed what was seen there, in numbers.
	Scenario string
	Showed   string
}

// numbered names a number of a decision.
type numbered struct {
	decision  arch.DecisionID
	parameter string
}

// bindEvidence keeps of several bounds for one number the strictest.
func bindEvidence(list []Evidence) map[numbered]Evidence {
	if len(list) == 0 {
		return nil
	}
	out := make(map[numbered]Evidence, len(list))
	for _, e := range list {
		at := numbered{e.Decision, e.Parameter}
		if before, known := out[at]; !known || e.Bound > before.Bound {
			out[at] = e
		}
	}
	return out
}

// proved is a number as evidence wants it, and that evidence when it moves the
// number.
func (s *sheet) proved(parameter string, v float64) (float64, *Evidence) {
	e, known := s.evidence[numbered{s.ident, parameter}]
	if !known || e.Bound <= v {
		return v, nil
	}
	return e.Bound, &e
}

// provedAtMost drops evidence that asks for more of a number than a requirement lets
// it be.
func (s *sheet) provedAtMost(parameter string, most float64) {
	at := numbered{s.ident, parameter}
	if e, known := s.evidence[at]; known && e.Bound > most {
		delete(s.evidence, at)
	}
}

// recordEvidence puts evidence that moved a number on record: as a fact among the
// inputs of the number, and in the decision.
func (s *sheet) recordEvidence(e *Evidence, kind fact.Kind, from float64) {
	if s.plain {
		return
	}
	id := fact.ID("simulation.evidence." + string(s.ident) + "." + e.Parameter)
	s.plan.Facts.Add(fact.Fact{
		ID: id, Value: fact.Quantity{Kind: kind, N: e.Bound}, Origin: fact.Derived,
		Rule: "what it takes to answer what the simulation of " + e.Scenario + " showed: " + e.Showed,
	})
	s.read(id)
	was := arch.Value{Quantity: fact.Quantity{Kind: kind, N: from}}
	now := arch.Value{Quantity: fact.Quantity{Kind: kind, N: math.Max(from, e.Bound)}, Fact: id}
	s.forced = append(s.forced, arch.Forced{Parameter: e.Parameter, From: was, To: now, Scenario: e.Scenario, Showed: e.Showed})
}
