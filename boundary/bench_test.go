package boundary_test

import (
	"math/rand/v2"
	"testing"

	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/boundary/judge"
)

func benchmark(b *testing.B, aggregates, useCases int) {
	in := judge.Random(rand.New(rand.NewPCG(7, 7)), aggregates, useCases, 4)
	if _, conflicts := boundary.Run(in, boundary.Options{}); conflicts != nil {
		b.Fatal(conflicts)
	}
	for b.Loop() {
		boundary.Run(in, boundary.Options{})
	}
}

// With a cut of the user's own, which is judged as well.
func BenchmarkOwnCut200(b *testing.B) {
	random := rand.New(rand.NewPCG(7, 7))
	in := judge.Random(random, 200, 1_000, 4)
	in.Own = judge.RandomOwn(random, in)
	for b.Loop() {
		boundary.Run(in, boundary.Options{})
	}
}

func BenchmarkAggregates20(b *testing.B)   { benchmark(b, 20, 60) }
func BenchmarkAggregates200(b *testing.B)  { benchmark(b, 200, 1_000) }
func BenchmarkAggregates1000(b *testing.B) { benchmark(b, 1_000, 5_000) }
