package sensitivity

import (
	"testing"

	"plumb.dev/plumb/fact"
)

// BenchmarkAt is one plan of the largest example after a changed fact, with the
// boundaries as they were and computed again.
func BenchmarkAt(b *testing.B) {
	p := example(b, "harbour")
	for name, over := range map[string]fact.Overrides{
		"cut-kept":  {"use_cases.PlaceOrder.latency.p99": {Kind: fact.Duration, N: 0.6}},
		"cut-again": {"use_cases.PlaceOrder.peak": {Kind: fact.Rate, N: 500}},
		"constant":  {"decide.graph-days": {Kind: fact.Days, N: 12}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.At(Change{Facts: over})
			}
		})
	}
}

// BenchmarkTips is all tipping points of the significant decisions of the largest
// example, BenchmarkQuestions its questions.
func BenchmarkTips(b *testing.B) {
	p := example(b, "harbour")
	plans := 0
	for b.Loop() {
		t, err := p.Tips(b.Context(), Options{Workers: 2})
		if err != nil {
			b.Fatal(err)
		}
		plans = t.Plans
	}
	b.ReportMetric(float64(plans), "plans/op")
}

func BenchmarkQuestions(b *testing.B) {
	p := example(b, "harbour")
	for b.Loop() {
		if _, err := p.Questions(b.Context(), Options{Workers: 2}); err != nil {
			b.Fatal(err)
		}
	}
}
