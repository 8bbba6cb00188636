package decide

import (
	"os"
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// harbour reads the largest example.
func example(tb testing.TB, name string) *model.Model {
	tb.Helper()
	file := "../examples/" + name + "/plumb.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	doc, problems := spec.Parse(file, text)
	if problems.HasErrors() {
		tb.Fatal(problems)
	}
	m, problems := model.Check(doc, nil)
	if problems.HasErrors() {
		tb.Fatal(problems)
	}
	return m
}

// BenchmarkRun takes all decisions of the largest example with the boundaries known,
// as what-if questions and tipping points do thousands of times.
func BenchmarkRun(b *testing.B) {
	m, c := example(b, "harbour"), catalog.Builtin()
	p, _ := Run(Input{Model: m, Catalog: c})
	b.ReportAllocs()
	for b.Loop() {
		Run(Input{Model: m, Catalog: c, Cut: &p.Cut})
	}
}
