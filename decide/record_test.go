package decide_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
)

// everyDecision runs f on each decision of each example and case.
func everyDecision(t *testing.T, f func(t *testing.T, p *decide.Plan, d *arch.Decision)) {
	all := plans(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			p := all[name]
			for i := range p.Decisions {
				f(t, p, &p.Decisions[i])
			}
		})
	}
}

func TestFeasibleOptionsAreScoredOnTheSameCriteria(t *testing.T) {
	everyDecision(t, func(t *testing.T, _ *decide.Plan, d *arch.Decision) {
		var first []string
		for _, o := range d.Options {
			var names []string
			for _, s := range o.Scores {
				names = append(names, s.Criterion)
				if math.IsNaN(s.Value.N) || math.IsInf(s.Value.N, 0) || s.Value.N < 0 {
					t.Errorf("%s: %s of %s is %v", d.ID, s.Criterion, o.ID, s.Value.N)
				}
			}
			slices.Sort(names)
			if len(slices.Compact(slices.Clone(names))) != len(names) {
				t.Errorf("%s: %s is scored twice on a criterion: %v", d.ID, o.ID, names)
			}
			if !o.Feasible() {
				continue
			}
			if len(names) == 0 {
				t.Errorf("%s: %s has no scores", d.ID, o.ID)
			}
			if first == nil {
				first = names
			} else if !slices.Equal(first, names) {
				t.Errorf("%s: %s is scored on %v, others on %v", d.ID, o.ID, names, first)
			}
		}
	})
}

// words are all sentences of a decision, by what they are.
func words(d *arch.Decision) map[string]arch.Sentence {
	out := map[string]arch.Sentence{"because": d.Because, "confirmation": d.Confirmation, "until": d.Until}
	for i, s := range d.Bad {
		out[fmt.Sprint("bad ", i)] = s
	}
	for i, s := range d.Good {
		out[fmt.Sprint("good ", i)] = s
	}
	for _, o := range d.Options {
		for i, e := range o.Eliminated {
			out[fmt.Sprint(o.ID, " out ", i)] = e.Reason
		}
		for _, s := range o.Scores {
			out[fmt.Sprint(o.ID, " ", s.Criterion)] = s.How
		}
	}
	return out
}

func TestEveryDecisionSaysWhyAndHowItIsConfirmed(t *testing.T) {
	everyDecision(t, func(t *testing.T, p *decide.Plan, d *arch.Decision) {
		if d.Because.IsZero() || d.Confirmation.IsZero() || d.Title == "" {
			t.Errorf("%s says nothing: %q, %q, %q", d.ID, d.Title, d.Because, d.Confirmation)
		}
		if d.NotNeeded && d.Until.IsZero() {
			t.Errorf("%s is not needed, and nothing says until when", d.ID)
		}
		if len(d.Options) < 2 && d.Topic != "structure" { // one aggregate can be cut one way only
			t.Errorf("%s has %d options", d.ID, len(d.Options))
		}
		if !slices.ContainsFunc(d.Options, func(o arch.Option) bool { return o.ID == d.Choice }) {
			t.Errorf("%s: %s is none of its options", d.ID, d.Choice)
		}
		if d.Significant && len(d.Bad) == 0 {
			t.Errorf("%s is significant, and nothing bad follows from it", d.ID)
		}
		if d.Reversal.N <= 0 && !d.NotNeeded {
			t.Errorf("%s costs nothing to undo", d.ID)
		}
		for what, s := range words(d) {
			text := s.String()
			if strings.Contains(text, "%!") || strings.Contains(text, "()") || strings.Contains(text, "  ") || strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("%s, %s: %q", d.ID, what, text)
			}
			if what != "until" && text == "" {
				t.Errorf("%s: %s is empty", d.ID, what)
			}
		}
		_ = p
	})
}

func TestNoTwoDecisionsGiveTheSameReason(t *testing.T) {
	for name, p := range plans(t) {
		reasons := map[string]arch.DecisionID{}
		for i := range p.Decisions {
			d := &p.Decisions[i]
			key := d.Question + ": " + d.Because.String() + " / " + d.Confirmation.String()
			if other, said := reasons[key]; said {
				t.Errorf("%s: %s and %s both say %q", name, other, d.ID, key)
			}
			reasons[key] = d.ID
		}
	}
}

func TestParametersAreFactsWithInputs(t *testing.T) {
	everyDecision(t, func(t *testing.T, p *decide.Plan, d *arch.Decision) {
		for _, o := range d.Options {
			for _, prm := range o.Parameters {
				if prm.Text != "" {
					continue
				}
				f, known := p.Facts.Get(prm.Value.Fact)
				if !known || f.Value.N != prm.Value.N || f.Rule == "" {
					t.Errorf("%s %s: no fact derives it: %+v", d.ID, prm.Name, f)
				}
				if len(f.Inputs) == 0 {
					t.Errorf("%s %s follows from nothing", d.ID, prm.Name)
				}
				for _, in := range f.Inputs {
					if _, mine := p.Facts.Get(in); mine {
						continue
					}
					if _, theirs := p.Model.Facts.Get(in); !theirs {
						t.Errorf("%s %s: its input %s is no fact", d.ID, prm.Name, in)
					}
				}
			}
		}
	})
}

func TestSmallSystemsHaveFewRecords(t *testing.T) {
	for name, most := range map[string]int{"petclinic": 4, "harbour": 15} {
		p := plans(t)["examples/"+name+"/plumb"]
		var records []arch.DecisionID
		for _, d := range p.Decisions {
			if d.Significant {
				records = append(records, d.ID)
			}
		}
		if len(records) == 0 || len(records) > most {
			t.Errorf("%s has %d significant decisions, want between 1 and %d: %v", name, len(records), most, records)
		}
	}
}

func TestASmallSystemNeedsLittle(t *testing.T) {
	p := plans(t)["examples/petclinic/plumb"]
	for _, question := range []arch.DecisionID{"broker", "protocol", "gateway", "mesh", "regions", "shedding", "service-identity", "versioning"} {
		if d := p.Decision(question); d == nil || !d.NotNeeded {
			t.Errorf("%s is needed: %+v", question, d)
		}
	}
	if len(p.Deployables) != 1 {
		t.Errorf("%d deployables", len(p.Deployables))
	}
}
