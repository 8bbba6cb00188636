package decide_test

import (
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
)

// BenchmarkRun takes all decisions of the largest example with the boundaries known.
func BenchmarkRun(b *testing.B) { benchmarkRun(b, false) }

// BenchmarkRunPlain does so as what-if questions and tipping points do thousands of
// times.
func BenchmarkRunPlain(b *testing.B) { benchmarkRun(b, true) }

func benchmarkRun(b *testing.B, plain bool) {
	m, c := understand(b, "harbour.yaml", read(b, "../examples/harbour/plumb.yaml")), catalog.Builtin()
	p, _ := decide.Run(decide.Input{Model: m, Catalog: c})
	b.ReportAllocs()
	for b.Loop() {
		decide.Run(decide.Input{Model: m, Catalog: c, Cut: &p.Cut, Plain: plain})
	}
}
