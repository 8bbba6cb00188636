package model_test

import (
	"os"
	"strings"
	"testing"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

var examples = []string{"petclinic", "cargo", "harbour"}

// example parses one of the shipped examples.
func example(t testing.TB, name string) *spec.Doc {
	t.Helper()
	text, err := os.ReadFile("../examples/" + name + "/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(text))
}

// parsed parses an input that must have no errors.
func parsed(t testing.TB, text string) *spec.Doc {
	t.Helper()
	doc, list := spec.Parse("plumb.yaml", []byte(text))
	if list.HasErrors() {
		t.Fatal(rendered(doc, list))
	}
	return doc
}

func rendered(doc *spec.Doc, list diag.List) string {
	var b strings.Builder
	source := func(string) (string, bool) { return doc.Source, true }
	if err := diag.Render(&b, list, diag.Style{Source: source}); err != nil {
		return err.Error()
	}
	return b.String()
}

// bound binds an input that must have no errors.
func bound(t testing.TB, doc *spec.Doc) *model.Bound {
	t.Helper()
	b, list := model.Bind(doc)
	if b == nil {
		t.Fatal(rendered(doc, list))
	}
	return b
}

// meant is the model of an input that must have no errors.
func meant(t testing.TB, text string) *model.Model {
	t.Helper()
	return bound(t, parsed(t, text)).Complete(nil)
}

func useCase(t testing.TB, m *model.Model, name string) *model.UseCase {
	t.Helper()
	for _, u := range m.UseCases {
		if u.Name == name {
			return u
		}
	}
	t.Fatalf("no use case %s", name)
	return nil
}

func aggregate(t testing.TB, m *model.Model, name string) *model.Aggregate {
	t.Helper()
	for _, a := range m.Aggregates {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no aggregate %s", name)
	return nil
}

func factOf(t testing.TB, m *model.Model, id fact.ID) fact.Fact {
	t.Helper()
	f, ok := m.Facts.Get(id)
	if !ok {
		t.Fatalf("no fact %s", id)
	}
	return f
}

func near(got, want float64) bool {
	return got-want < 1e-6*(1+want) && want-got < 1e-6*(1+want)
}

func TestExamplesHaveNoProblems(t *testing.T) {
	for _, name := range examples {
		doc := example(t, name)
		if _, list := model.Check(doc, nil); len(list) > 0 {
			t.Errorf("%s:\n%s", name, rendered(doc, list))
		}
	}
}

// The mismatches that the owners of the examples wrote without noticing.
func TestExamplesAskWhatTheirOwnersOverlooked(t *testing.T) {
	want := map[string]string{
		"petclinic": "",
		"cargo":     "recovery-against-target context.recovery, retention-against-duty domain.Customer",
		"harbour": "latency-against-target use_cases.PlaceOrder, prices-against-budget context.budget, rate-against-volume use_cases.PlaceOrder, " +
			"two-owners domain.DishStock, availability-against-target use_cases.PlaceOrder, hold-against-state domain.Payment, retention-against-duty domain.Consumer",
	}
	for _, name := range examples {
		m, _ := model.Check(example(t, name), nil)
		var got []string
		for _, q := range m.Questions {
			got = append(got, q.Check+" "+string(q.About))
		}
		if strings.Join(got, ", ") != want[name] {
			t.Errorf("%s asks\n%s\nwant\n%s", name, strings.Join(got, ", "), want[name])
		}
	}
}

func TestQuestionsAreWholeAndTheirFactsExist(t *testing.T) {
	for _, name := range examples {
		m, _ := model.Check(example(t, name), nil)
		for i, q := range m.Questions {
			if q.Asks == "" || q.Finding == "" || len(q.Answers) < 2 || q.Default != q.Answers[0].Says || q.Weight <= 0 || q.Weight > 1 {
				t.Errorf("%s: incomplete: %+v", name, q)
			}
			if !strings.HasSuffix(q.Asks, "?") {
				t.Errorf("%s: no question: %s", name, q.Asks)
			}
			if i > 0 && q.Weight > m.Questions[i-1].Weight {
				t.Errorf("%s: %s weighs more than the one before", name, q.Check)
			}
			for _, id := range q.Facts {
				if _, known := m.Facts.Get(id); !known {
					t.Errorf("%s: %s names the fact %s, which there is not", name, q.Check, id)
				}
			}
		}
	}
}

// Names that carry details mean the same in a list as in a mapping.
func TestNamesOfAListMayCarryDetails(t *testing.T) {
	const system = `system: Post
externals: {mail: {}, archive: {}}
domain: {Letter: {}, Stamp: {}}
use_cases:
  Send: {by: clerk, creates: Letter, reads: READS, calls: CALLS, then: THEN}
  Count: {changes: Stamp}
`
	for _, form := range [][3]string{
		{"{Stamp: {stale: 1min}}", "{archive: {}, mail: {times: 40, later: yes}}", "{Count: {later: yes, within: 2min}}"},
		{"[Stamp: {stale: 1min}]", "[archive, mail: {times: 40, later: yes}]", "[Count: {later: yes, within: 2min}]"},
	} {
		u := useCase(t, meant(t, strings.NewReplacer("READS", form[0], "CALLS", form[1], "THEN", form[2]).Replace(system)), "Send")
		if len(u.Reads) != 1 || len(u.Calls) != 2 || len(u.Then) != 1 {
			t.Fatalf("%v: %d reads, %d calls, %d steps", form, len(u.Reads), len(u.Calls), len(u.Then))
		}
		if u.Reads[0].Stale.N != 60 || u.Calls[1].External.Name != "mail" || u.Calls[1].Times.N != 40 || !u.Calls[1].Later || !u.Then[0].Later || u.Then[0].Within.N != 120 {
			t.Errorf("%v: read %v, call %v, step %v", form, u.Reads[0], u.Calls[1], u.Then[0])
		}
	}
}
