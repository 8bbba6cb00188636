package sensitivity

import (
	"os"
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

var examples = []string{"petclinic", "cargo", "harbour"}

func example(tb testing.TB, name string) *Planner {
	tb.Helper()
	return planner(tb, string(text(tb, name)))
}

func text(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile("../examples/" + name + "/plumb.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func planner(tb testing.TB, text string) *Planner {
	tb.Helper()
	doc, problems := spec.Parse("plumb.yaml", []byte(text))
	if problems.HasErrors() {
		tb.Fatal(problems)
	}
	b, problems := model.Bind(doc)
	if problems.HasErrors() {
		tb.Fatal(problems)
	}
	return New(b, catalog.Builtin(), nil, nil)
}
