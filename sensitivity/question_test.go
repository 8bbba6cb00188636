package sensitivity

import (
	"strings"
	"testing"

	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

func questionsOf(t *testing.T, p *Planner) []Question {
	t.Helper()
	list, err := p.Questions(t.Context(), Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestQuestionsAreFewAboutGuessesAndMatter(t *testing.T) {
	asked := 0
	for _, name := range examples {
		p := example(t, name)
		list := questionsOf(t, p)
		asked += len(list)
		if len(list) > 5 {
			t.Errorf("%s: %d questions", name, len(list))
		}
		for _, q := range list {
			f, ok := p.fact(q.Fact.ID)
			if !ok || f.Origin == fact.Stated {
				t.Errorf("%s: %s is no guess", name, q.Fact.ID)
			}
			if q.Days <= 0 || q.Why == "" || q.Rests == "" || q.Default == "" || q.Path == "" || !strings.HasSuffix(q.Asks, "?") {
				t.Errorf("%s: %+v", name, q)
			}
			answersHold(t, name, p, q)
		}
	}
	if asked == 0 {
		t.Error("no example leaves anything to ask")
	}
}

// answersHold plans in full at each answer.
func answersHold(t *testing.T, name string, p *Planner, q Question) {
	t.Helper()
	flips := 0
	for _, a := range q.Answers {
		value, err := parse(q.Fact.Value, a.Value)
		if err != nil {
			t.Errorf("%s: %s cannot be answered with %s: %v", name, q.Fact.ID, a.Value, err)
			continue
		}
		for _, v := range []float64{q.Fact.Low, q.Fact.High} { // what is shown is rounded
			if end := (fact.Quantity{Kind: value.Kind, N: v, Text: value.Text}); end.String() == a.Value {
				value = end
			}
		}
		flips += len(a.Changes)
		if got := Changed(p.base, full(p, fact.Overrides{q.Fact.ID: value})); len(got) != len(a.Changes) {
			t.Errorf("%s: %s = %s flips %d decisions, not %d", name, q.Fact.ID, a.Value, len(got), len(a.Changes))
		}
	}
	if flips == 0 {
		t.Errorf("%s: no answer to %s changes anything", name, q.Fact.ID)
	}
}

// What is stated is asked no more.
func TestAnAnswerSettlesItsQuestion(t *testing.T) {
	p := example(t, "cargo")
	for _, q := range questionsOf(t, p) {
		edit, err := p.Answer(document(t, "cargo"), string(q.Fact.ID), q.Answers[len(q.Answers)-1].Value)
		if err != nil {
			t.Errorf("%s: %v", q.Fact.ID, err)
			continue
		}
		after := planner(t, string(edit.Text))
		for _, again := range questionsOf(t, after) {
			if again.Fact.ID == q.Fact.ID {
				t.Errorf("%s is asked again", q.Fact.ID)
			}
		}
	}
}

func TestAnswersMeanWhatTheySayAndKeepTheRest(t *testing.T) {
	p, doc := example(t, "harbour"), document(t, "harbour")
	for _, c := range []struct {
		name, value string
		id          fact.ID
		want        float64
	}{
		{"PlaceOrder.latency", "p99 700ms", "use_cases.PlaceOrder.latency.p99", 0.7},
		{"PlaceOrder.latency.p50", "100ms", "use_cases.PlaceOrder.latency.p50", 0.1},
		{"card_processor.latency.p50", "150ms", "externals.card_processor.latency.p50", 0.15},
		{"context.growth", "60%", "context.growth", 0.6},
		{"context.horizon", "2y", "context.horizon", 2 * 31556952},
		{"RateOrder.peak", "30/s", "use_cases.RateOrder.peak", 30},
		{"accountant.online", "9", "actors.accountant.online", 9},
		{"PlaceOrder.payload.in", "5 kB", "use_cases.PlaceOrder.payload.in", 5000},
		{"recovery.time", "20min", "context.recovery.time", 1200},
		{"ordering.people", "9", "context.teams.ordering.people", 9},
	} {
		edit, err := p.Answer(doc, c.name, c.value)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		m := meant(t, edit.Text)
		f, ok := m.Facts.Get(c.id)
		if !ok || f.Value.N < c.want*0.999 || f.Value.N > c.want*1.001 || f.Origin != fact.Stated {
			t.Errorf("%s = %s: %s is %v", c.name, c.value, c.id, f.Value)
		}
		for _, old := range p.base.Model.Facts.All() {
			if now, ok := m.Facts.Get(old.ID); old.Origin == fact.Stated && old.ID != c.id && (!ok || now.Value != old.Value) {
				t.Errorf("%s = %s: %s was %v and is %v", c.name, c.value, old.ID, old.Value, now.Value)
			}
		}
		if strings.Count(string(edit.Text), "#") != strings.Count(doc.Source, "#") {
			t.Errorf("%s = %s: comments are lost", c.name, c.value)
		}
	}
}

func meant(t *testing.T, text []byte) *model.Model {
	t.Helper()
	doc, problems := spec.Parse("plumb.yaml", text)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	m, problems := model.Check(doc, nil)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	return m
}

func TestAnswersThatMeanNothingAreRefused(t *testing.T) {
	p, doc := example(t, "harbour"), document(t, "harbour")
	for _, c := range [][2]string{
		{"PlaceOrder.peak", "lots"}, {"PlaceOrdr.peak", "3/s"}, {"peak", "3/s"}, {"context.growth", "300%"},
		{"ordering.people", "0"}, {"PlaceOrder.peak", "3x"}, {"assumed.patience", "2s"}, {"PlaceOrder.latency", "soon"},
	} {
		if e, err := p.Answer(doc, c[0], c[1]); err == nil {
			t.Errorf("%s = %s was written at %s", c[0], c[1], e.Path)
		}
	}
}

func TestEverySlotIsAPlaceOfTheInput(t *testing.T) {
	p := example(t, "harbour")
	for _, s := range slots {
		if s.section == "context" {
			continue // written as a whole
		}
		value := map[string]string{
			"people": "3", "releases": "1/day", "kind": "core", "history": "audit", "peak": "3/s", "average": "2/s", "rate": "3/s", "inflow": "3/day",
			"size": "1 kB", "available": "99%", "availability": "99%", "idempotent": "yes", "lookup": "yes", "consistency": "eventual",
			"consistency.within": "3s", "importance": "normal", "stale": "3s", "latency.p50": "10ms", "latency.p99": "2s",
		}[s.fact]
		if value == "" {
			value = "12"
		}
		name := map[string]string{"context.teams": "ordering", "actors": "accountant", "externals": "push", "domain": "Order", "use_cases": "RateOrder", "events": "OrderPlaced"}[s.section]
		f := fact.ID(s.section + "." + name + "." + s.fact)
		if known, ok := p.fact(f); ok {
			path, text, err := p.worded(document(t, "harbour"), known, value)
			if err != nil {
				t.Errorf("%s: %v", f, err)
				continue
			}
			edited, err := spec.Edit([]byte(document(t, "harbour").Source), path, text)
			if err != nil {
				t.Errorf("%s: %v", f, err)
				continue
			}
			meant(t, edited)
		}
	}
}

func TestWeightsDecideOnlyWhatTheyAreRecordedFor(t *testing.T) {
	p := example(t, "harbour")
	robust, err := p.Robustness(t.Context(), Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	again, _ := p.Robustness(t.Context(), Options{Workers: 1})
	if len(robust) == 0 {
		t.Fatal("nothing was weighed")
	}
	for id, r := range robust {
		d := p.base.Decision(id)
		switch {
		case r != again[id]:
			t.Errorf("%s: %v, then %v", id, r, again[id])
		case r.Share < 0 || r.Share > 1 || r.Error <= 0 || r.Error > 0.11 || r.Samples < 90:
			t.Errorf("%s: %+v", id, r)
		case d.Topic == structure || d.Pinned != nil:
			t.Errorf("%s is not decided by weights", id)
		case d.Margin > 0.3 && r.Share < 0.9:
			t.Errorf("%s won by %.2f and stands under %.0f%% of the priorities", id, d.Margin, r.Share*100)
		}
	}
}

// The share from the scores on record must be what planning again gives.
func TestRecordedScoresTellWhatPlanningAgainDoes(t *testing.T) {
	p := example(t, "cargo")
	robust, err := p.Robustness(t.Context(), Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	samples, criteria := priorities(40, 7)
	for _, factors := range samples {
		weights := map[string]float64{}
		for j, c := range criteria {
			weights[c.Name] = c.Weight * factors[j]
		}
		plan, _ := decide.Run(decide.Input{Model: p.base.Model, Catalog: p.catalog, Cut: &p.base.Cut, Weights: weights})
		for id := range robust {
			d, e := p.base.Decision(id), plan.Decision(id)
			if e == nil || len(d.Needs) > 0 || decide.Joint(d.Question) {
				continue
			}
			if want := decidedBy(scoredOf(d, criteria), factors); e.Choice != want {
				t.Errorf("%s: %s by its scores, %s planned again", id, want, e.Choice)
			}
		}
	}
}
