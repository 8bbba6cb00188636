package decide

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// worked is a sheet of the plan as far as it must be known to work it out again.
type worked struct {
	q     *question
	sub   Subject
	facts []fact.ID // that the choice rests on
	at    int       // of the decision, -1 when there was nothing to decide
}

// Joint reports whether the answers to a question are one choice of a set: what one
// of them rests on can change the others.
func Joint(question string) bool { return question == "store" || question == "broker" }

// relied are the questions whose parameters other questions read.
var relied = map[string]bool{"zones": true}

// Stands reports whether every choice stands when constants and entries of the
// catalogue take other values. It works out again the sheets that read them, with
// everything else as it is: when none of these choices changes, no other can. That
// takes a small part of the time of a plan. false means that some choice changes, or
// that this way cannot tell; facts of the model are told of in no other way than by
// planning again. The plan must not be a plain one; it is not one made in the room in
// which this is worked out.
func (p *Plan) Stands(over fact.Overrides, room *Room) bool {
	again := p.reading(over)
	budget := p.Model.Context.Budget
	if again == nil || budget.Known() && (p.most != nil || p.spends > budget.N) {
		return false // where the budget takes part, each decision rests on all others
	}
	spends := p.spends
	pl := newPlanner(Input{Model: p.Model, Catalog: p.Catalog, Cut: &p.Cut, Facts: over, Plain: true, Evidence: p.Evidence, Room: room})
	scratch := *p
	scratch.Facts, scratch.unfinished = fact.NewLedger(), pl.plan.unfinished
	pl.plan = &scratch
	for i, w := range p.worked {
		if !again[i] {
			continue
		}
		d := pl.work(w.q, w.sub, probe{}).settle()
		if (d == nil) != (w.at < 0) || d != nil && d.Choice != p.Decisions[w.at].Choice {
			return false
		}
		if d != nil && costs(d.Question) {
			spends += money(d.Option(d.Choice)) - money(p.Decisions[w.at].Option(d.Choice))
		}
	}
	if budget.Known() && spends > budget.N {
		return false
	}
	return pl.problems.Count(diag.Error) == 0
}

// reading marks the sheets that must be worked out again; nil when that is not
// enough.
func (p *Plan) reading(over fact.Overrides) []bool {
	for id := range over {
		if _, model := p.Model.Facts.Get(id); model {
			return nil
		}
	}
	reads := func(list []fact.ID) bool {
		return slices.ContainsFunc(list, func(id fact.ID) bool { _, set := over[id]; return set })
	}
	again, together := make([]bool, len(p.worked)), map[string]bool{}
	for i, w := range p.worked {
		if again[i] = reads(w.facts); again[i] && Joint(w.q.id) {
			together[w.q.id] = true
		}
		if !relied[w.q.id] || w.at < 0 {
			continue
		}
		if again[i] || p.parametersRead(&p.Decisions[w.at], reads) {
			return nil
		}
	}
	for i, w := range p.worked {
		again[i] = again[i] || together[w.q.id]
	}
	return again
}

// parametersRead reports whether a parameter of a decision rests on some fact.
func (p *Plan) parametersRead(d *arch.Decision, reads func([]fact.ID) bool) bool {
	for _, o := range d.Options {
		for _, prm := range o.Parameters {
			if f, ok := p.Facts.Get(prm.Value.Fact); ok && reads(f.Inputs) {
				return true
			}
		}
	}
	return false
}
