package model_test

import (
	"fmt"
	"strings"
	"testing"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

func BenchmarkBind(b *testing.B) {
	for _, name := range examples {
		b.Run(name, func(b *testing.B) {
			doc := example(b, name)
			b.ReportAllocs()
			for b.Loop() {
				model.Bind(doc)
			}
		})
	}
}

// BenchmarkComplete is what a what-if repeats.
func BenchmarkComplete(b *testing.B) {
	for _, name := range examples {
		b.Run(name, func(b *testing.B) {
			o := bound(b, example(b, name))
			over := fact.Overrides{"assumed.availability": {Kind: fact.Share, N: 0.99}}
			b.ReportAllocs()
			for b.Loop() {
				o.Complete(over)
			}
		})
	}
}

func BenchmarkCheckBySize(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("%d-aggregates", n), func(b *testing.B) {
			doc := parsed(b, generated(n))
			b.ReportAllocs()
			for b.Loop() {
				if m, _ := model.Check(doc, nil); m == nil {
					b.Fatal("refused")
				}
			}
		})
	}
}

// generated writes a system of n aggregates and five use cases for each.
func generated(n int) string {
	var b strings.Builder
	b.WriteString("system: Large\nexternals: {mail: {limit: 1000/s}}\ndomain:\n")
	for i := range n {
		fmt.Fprintf(&b, "  A%d: {fields: {name: text, next: -> A%d, amount: money, count: int}, states: open -> held -> closed, invariants: [count >= 0], volume: %d/day}\n", i, (i+1)%n, 100+i)
	}
	b.WriteString("use_cases:\n")
	for i := range n {
		next := (i + 1) % n
		fmt.Fprintf(&b, "  Make%d: {by: user, creates: A%d, reads: [A%d], emits: A%dMade, peak: 1/s, latency: p99 1s, then: [Hold%d], undo: Drop%d}\n", i, i, next, i, i, i)
		fmt.Fprintf(&b, "  Hold%d: {moves: A%d open -> held}\n", i, i)
		fmt.Fprintf(&b, "  Close%d: {by: user, moves: A%d held -> closed, calls: {mail: {later: yes}}}\n", i, i)
		fmt.Fprintf(&b, "  Find%d: {by: user, reads: [A%d, A%d], filter: [name], sort: [amount]}\n", i, i, next)
		fmt.Fprintf(&b, "  Drop%d: {changes: A%d}\n", i, i)
	}
	return b.String()
}

func TestALargeSystemIsModelledWhole(t *testing.T) {
	m := meant(t, generated(200))
	if len(m.Aggregates) != 200 || len(m.UseCases) != 1000 {
		t.Errorf("%d aggregates, %d use cases", len(m.Aggregates), len(m.UseCases))
	}
}
