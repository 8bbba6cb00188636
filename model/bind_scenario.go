package model

import (
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Scenario is a load and faults that the design is to be held against. Its words are
// read by the simulator, which knows the elements they name.
type Scenario struct {
	Element
	Load   Words // no text when not said
	Rates  []ScenarioRate
	Shape  []Words
	Faults []Words
	Holds  []Words
	// For is how long it lasts, seconds; Seed chooses the random numbers. Both are 0
	// when not said.
	For  float64
	Seed int
}

// Words are a piece of the input and where it stands.
type Words struct {
	Text string
	Span diag.Span
}

// ScenarioRate is the rate of a use case in a scenario, per second.
type ScenarioRate struct {
	UseCase   fact.ID
	PerSecond float64
}

func (b *binder) bindScenarios(n *spec.Node) {
	for i, e := range declarations(n) {
		s := &Scenario{Element: declared("scenarios", e, i)}
		if load := wordsOf(e.Value.Get("load")); len(load) > 0 {
			s.Load = load[0]
		}
		s.Shape, s.Faults, s.Holds = wordsOf(e.Value.Get("shape")), wordsOf(e.Value.Get("faults")), wordsOf(e.Value.Get("holds"))
		s.For = duration(e.Value.Get("for"), "").q.N
		s.Seed = int(min(count(e.Value.Get("seed"), "").q.N, 1<<53))
		for _, r := range names(e.Value.Get("rates")) {
			if u := find(b, &b.useCases, r, s.id("rates")); u != nil {
				s.Rates = append(s.Rates, ScenarioRate{u.Path, rate(r.node, "").q.N})
			}
		}
		b.out.skeleton.Scenarios = append(b.out.skeleton.Scenarios, s)
	}
}

// wordsOf are the scalars of a list, with their places.
func wordsOf(n *spec.Node) []Words {
	var out []Words
	for _, item := range items(n) {
		if t := text(item); t != "" {
			out = append(out, Words{Text: t, Span: item.Span})
		}
	}
	return out
}
