package decide_test

import (
	"bytes"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
)

func TestReferenceNamesEveryOptionAndParameter(t *testing.T) {
	docs := map[string]string{}
	for _, d := range decide.Reference() {
		docs[d.ID] = d.Text
	}
	named := func(question, word string) bool {
		return regexp.MustCompile(`(^|[^a-z-])` + regexp.QuoteMeta(word) + `($|[^a-z-])`).MatchString(docs[question])
	}
	missing := map[string]bool{}
	everyDecision(t, func(_ *testing.T, _ *decide.Plan, d *arch.Decision) {
		for _, o := range d.Options {
			if d.Question != "contexts" && !technologies(string(o.ID)) && !named(d.Question, string(o.ID)) {
				missing[d.Question+": option "+string(o.ID)] = true
			}
			for _, prm := range o.Parameters {
				if !named(d.Question, prm.Name) {
					missing[d.Question+": parameter "+prm.Name] = true
				}
			}
		}
	})
	for _, m := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("the reference does not name %s", m)
	}
}

// technologies reports whether an id is that of a technology, or of several.
func technologies(id string) bool {
	for part := range strings.SplitSeq(id, "+") {
		if _, ok := catalog.Builtin().Technology(part); !ok {
			return false
		}
	}
	return true
}

const referencePage = "../docs/decisions.md"

// PLUMB_UPDATE=1 writes the page; otherwise it has to be what the tables print.
func TestReferencePageIsPrintedFromTheTables(t *testing.T) {
	want := decide.ReferencePage()
	if os.Getenv("PLUMB_UPDATE") == "1" {
		if err := os.WriteFile(referencePage, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referencePage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/decisions.md is out of date: run PLUMB_UPDATE=1 go test ./decide")
	}
}

func TestEveryQuestionIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range decide.Reference() {
		if seen[d.ID] {
			t.Errorf("two questions are called %s", d.ID)
		}
		seen[d.ID] = true
		if len(d.Text) < 120 || !strings.HasPrefix(d.Text, "Asked ") || d.Title == "" || d.Topic == "" {
			t.Errorf("%s is hardly documented: %q, %q, %q", d.ID, d.Title, d.Topic, d.Text)
		}
	}
	for _, c := range decide.Criteria() {
		if c.Name == "" || c.About == "" || c.Why == "" || c.Weight <= 0 || c.Half.N <= 0 {
			t.Errorf("a criterion is incomplete: %+v", c)
		}
	}
}
