package spec_test

import (
	"fmt"
	"testing"

	"plumb.dev/plumb/spec"
)

// BenchmarkParse shows how reading grows with the input: about 100 lines (a small
// system), 600 (a large one as people write them) and a generated one at the edge.
func BenchmarkParse(b *testing.B) {
	for _, size := range []struct{ aggregates, useCases int }{{4, 6}, {20, 40}, {100, 500}, {1000, 5000}} {
		text := []byte(generated(size.aggregates, size.useCases))
		b.Run(fmt.Sprintf("aggregates=%d/usecases=%d", size.aggregates, size.useCases), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, list := spec.Parse("plumb.yaml", text); len(list) > 0 {
					b.Fatal(list[0].Message)
				}
			}
		})
	}
}

func BenchmarkEdit(b *testing.B) {
	text := []byte(generated(20, 40))
	for b.Loop() {
		if _, err := spec.Edit(text, "use_cases.Do7.latency", "p99 1s"); err != nil {
			b.Fatal(err)
		}
	}
}
