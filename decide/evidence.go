package decide

import (
	"cmp"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// Evidence is what simulating a design showed of a decision that its formulas did not
// see: that a number must be larger or smaller, or that an option will not do. A plan
// made with evidence takes it so, and says why. What a requirement or a person's pin
// demands stands against it. With Lack it is what exploring a design showed instead, and
// the rest is empty.
type Evidence struct {
	// Decision and Parameter name a number: OpenCase>Consumer.call, bulkhead.
	Decision  arch.DecisionID
	Parameter string
	// Bound is what it must be at least, or at most.
	Bound  float64
	AtMost bool
	// Without, in place of a number, is the option that will not do.
	Without arch.OptionID
	// Serves is the requirement that the option would fail.
	Serves arch.Path
	// Scenario is what was simulated, Showed what was seen there, in numbers.
	Scenario string
	Showed   string
	// Lack is what a protocol of the design lacks, nil for a number.
	Lack *Lack `json:",omitempty"`
}

// evident names what evidence is about.
type evident struct {
	decision  arch.DecisionID
	parameter string
	atMost    bool
	without   arch.OptionID
}

// bindEvidence keeps of several bounds for one number the strictest.
func bindEvidence(list []Evidence) map[evident]Evidence {
	if len(list) == 0 {
		return nil
	}
	out := make(map[evident]Evidence, len(list))
	for _, e := range list {
		if e.Lack != nil {
			continue // asked about, see safeguards
		}
		at := evident{e.Decision, e.Parameter, e.AtMost, e.Without}
		if before, known := out[at]; !known || e.stricter(before.Bound) {
			out[at] = e
		}
	}
	return out
}

// stricter reports whether evidence asks for more than a number gives.
func (e *Evidence) stricter(than float64) bool {
	if e.AtMost {
		return e.Bound < than
	}
	return e.Bound > than
}

// proved is a number as evidence wants it, and that evidence when it moves the
// number. What two pieces of evidence pull apart is what the lower one wants: what
// was too much did harm.
func (s *sheet) proved(parameter string, v float64) (float64, *Evidence) {
	return s.provedOf(s.ident, parameter, v)
}

// provedOf is the same of a number of another decision.
func (s *sheet) provedOf(id arch.DecisionID, parameter string, v float64) (float64, *Evidence) {
	var by *Evidence
	for _, atMost := range []bool{false, true} {
		if e, known := s.evidence[evident{decision: id, parameter: parameter, atMost: atMost}]; known && e.stricter(v) {
			found := e // the looked-up value itself would be allocated each time
			v, by = e.Bound, &found
		}
	}
	return v, by
}

// Connections is the parameter of a context's store decision under which evidence asks
// for a larger pool; how large the pool is follows from all contexts that share the store.
const Connections = "connections"

// Proved is a number that is worked out from a decision, at least as large as evidence
// about it asks for and a requirement allows, and that evidence where it moves the number.
func (p *Plan) Proved(id arch.DecisionID, parameter string, v, most float64) (float64, *Evidence) {
	e, known := bindEvidence(p.Evidence)[evident{decision: id, parameter: parameter}]
	if bound := math.Min(e.Bound, most); known && bound > v {
		e.Bound = bound
		return bound, &e
	}
	return v, nil
}

// EvidenceFact is the fact under which evidence about a number is on record.
func EvidenceFact(id arch.DecisionID, parameter string) fact.ID {
	return fact.ID("simulation.evidence." + string(id) + "." + parameter)
}

// Rule is the rule of that fact.
func (e *Evidence) Rule() string {
	return "what it takes to answer what the simulation of " + e.Scenario + " showed: " + e.Showed
}

// provedAtMost keeps evidence from asking for more of a number than a requirement lets
// it be.
func (s *sheet) provedAtMost(parameter string, most float64) {
	at := evident{decision: s.ident, parameter: parameter}
	if e, known := s.evidence[at]; known && e.Bound > most {
		e.Bound = most
		s.evidence[at] = e
	}
}

// recordEvidence puts evidence that moved a number on record: as a fact among the
// inputs of the number, and in the decision.
func (s *sheet) recordEvidence(e *Evidence, kind fact.Kind, from float64) {
	if s.plain {
		return
	}
	is := fact.Quantity{Kind: kind, N: e.Bound}
	was := arch.Value{Quantity: fact.Quantity{Kind: kind, N: from}}
	s.read(s.onRecord(e, e.Parameter, was, is))
}

// onRecord keeps a piece of evidence as a fact and in the decision.
func (s *sheet) onRecord(e *Evidence, parameter string, was arch.Value, is fact.Quantity) fact.ID {
	id := EvidenceFact(s.ident, parameter)
	if _, known := s.plan.Facts.Get(id); !known {
		s.plan.Facts.Add(fact.Fact{ID: id, Value: is, Origin: fact.Derived, Rule: e.Rule()})
	}
	s.forced = append(s.forced, arch.Forced{Parameter: parameter, From: was, To: arch.Value{Quantity: is, Fact: id}, Scenario: e.Scenario, Showed: e.Showed})
	return id
}

// ruledOut eliminates the options that a simulation showed will not do, as long as
// another one is left, and remembers the first of them that would have been chosen.
func (s *sheet) ruledOut() {
	if len(s.evidence) == 0 {
		return
	}
	for i := range s.options {
		e, known := s.evidence[evident{decision: s.ident, without: s.options[i].ID}]
		others := slices.ContainsFunc(s.options, func(o arch.Option) bool { return o.ID != e.Without && o.Feasible() })
		if !known || !others || !s.options[i].Feasible() {
			continue
		}
		if first, _ := s.best(); first == i && s.unfit == nil {
			s.unfit = &e
		}
		option{s, i}.out(e.Serves, "simulated %s, %s", e.Scenario, e.Showed)
	}
}

// choiceMoved is the name under which a choice that evidence moved stands among the
// numbers that it moved.
const choiceMoved = "choice"

// recordChoice puts evidence that moved the choice on record, unless a person made it.
func (s *sheet) recordChoice(d *arch.Decision) {
	e := s.unfit
	if e == nil || s.plain || d.Pinned != nil || d.Choice == e.Without {
		return
	}
	word := func(id arch.OptionID) fact.Quantity { return fact.Quantity{Kind: fact.Text, Text: d.NameOf(id)} }
	id := s.onRecord(e, choiceMoved, arch.Value{Quantity: word(e.Without)}, word(d.Choice))
	d.Facts = append(slices.Clip(d.Facts), id)
	d.Forced = s.forced
}

// Price is what a plan costs beyond another: money and engineer hours a month, and
// person-days once.
type Price struct{ Money, Hours, Days float64 }

// Price sums what the chosen options of all decisions cost beyond those of another plan.
func (p *Plan) Price(beyond *Plan) Price {
	a, b := p.spent(), beyond.spent()
	return Price{a.Money - b.Money, a.Hours - b.Hours, a.Days - b.Days}
}

func (p *Plan) spent() (out Price) {
	table := criteriaTable(1, 0, "")
	for i := range p.Decisions {
		o := p.Decisions[i].Option(p.Decisions[i].Choice)
		if o == nil {
			continue
		}
		for _, s := range o.Scores {
			switch s.Criterion {
			case table[critMoney].name:
				out.Money += s.Value.N
			case table[critOperations].name:
				out.Hours += s.Value.N
			case table[critBuild].name:
				out.Days += s.Value.N
			}
		}
	}
	return out
}

// Nothing reports whether a price is that of a setting.
func (p Price) Nothing() bool { return p == Price{} }

// Compare orders prices as decisions weigh them: each part over what the criteria call
// half worth for this plan's system, by its weight.
func (p *Plan) Compare(x, y Price) int {
	currency := cmp.Or(p.Model.Context.Currency, "USD")
	engineers := 0.0
	for _, t := range p.Model.Context.Teams {
		engineers += t.People.N
	}
	table := criteriaTable(math.Max(1, engineers), p.Model.Context.Budget.Or(0), currency)
	worth := func(x Price) float64 {
		of := func(c criterionID, v float64) float64 { return table[c].weight * v / table[c].half }
		return of(critMoney, x.Money) + of(critOperations, x.Hours) + of(critBuild, x.Days)
	}
	return cmp.Compare(worth(x), worth(y))
}

// Says shows what of a price there is: "31 USD a month, 2 person-days".
func (p *Plan) Says(x Price) string {
	out := ""
	add := func(v, least float64, text string) {
		if math.Abs(v) < least {
			return
		}
		if out != "" {
			out += ", "
		}
		out += text
	}
	add(x.Money, 0.5, fact.FormatMoney(x.Money, cmp.Or(p.Model.Context.Currency, "USD"))+" a month")
	add(x.Hours, 0.05, fact.FormatNumber(x.Hours, 2)+" engineer hours a month")
	add(x.Days, 0.05, fact.FormatNumber(x.Days, 2)+" person-days")
	return cmp.Or(out, "a setting")
}
