package decide

import (
	"os"
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// example reads one of the shipped examples.
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

// BenchmarkRun takes all decisions of the largest example with the boundaries known.
func BenchmarkRun(b *testing.B) { benchmarkRun(b, false) }

// BenchmarkRunPlain does so as what-if questions and tipping points do thousands of
// times.
func BenchmarkRunPlain(b *testing.B) { benchmarkRun(b, true) }

func benchmarkRun(b *testing.B, plain bool) {
	m, c := example(b, "harbour"), catalog.Builtin()
	p, _ := Run(Input{Model: m, Catalog: c})
	b.ReportAllocs()
	for b.Loop() {
		Run(Input{Model: m, Catalog: c, Cut: &p.Cut, Plain: plain})
	}
}
