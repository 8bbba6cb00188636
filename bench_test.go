package plumb_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
)

// generated is an input of so many aggregates and use cases: a business of teams
// that each own twenty aggregates, with creations, lifecycle steps, lists and views
// over neighbours, some of them in other teams.
func generated(aggregates, useCases int) []byte {
	var b strings.Builder
	b.WriteString("system: Generated\ncontext:\n  teams: {")
	teams := max(1, aggregates/20)
	for i := range teams {
		fmt.Fprintf(&b, "team%d: 6, ", i)
	}
	b.WriteString("}\n  platform: kubernetes on aws\nactors:\n  customer: {channels: [web, mobile], accounts: 1M}\n  clerk: {channels: [staff], accounts: 500}\nexternals:\n  partner: {latency: p50 80ms p99 400ms, availability: 99.9%, limit: 1k/s}\ndomain:\n")
	for i := range aggregates {
		fmt.Fprintf(&b, "  Thing%d:\n    owner: team%d\n    fields: {name: text, amount: money, kind: one of a | b, made_at: instant", i, i*teams/aggregates)
		if i > 0 {
			fmt.Fprintf(&b, ", parent: -> Thing%d optional", i-1)
		}
		b.WriteString("}\n    states: open -> active -> closed, open -> dropped\n    volume: 10k/day\n    retained: 1y\n")
	}
	b.WriteString("use_cases:\n")
	for i := range useCases {
		a := i % aggregates
		next := (a + 1 + i/aggregates) % aggregates
		switch i / aggregates % 5 {
		case 0:
			fmt.Fprintf(&b, "  Create%d: {by: customer, creates: Thing%d, reads: [Thing%d], emits: Thing%dMade, peak: 5/s, latency: p99 500ms, available: 99.9%%}\n", i, a, next, a)
		case 1:
			fmt.Fprintf(&b, "  Activate%d: {by: clerk, moves: [Thing%d open -> active, Thing%d open -> dropped], calls: [partner], peak: 2/s}\n", i, a, a)
		case 2:
			fmt.Fprintf(&b, "  Close%d: {on: Thing%dMade, moves: [Thing%d active -> closed], changes: [Thing%d], consistency: eventual within 1min}\n", i, a, a, next)
		case 3:
			fmt.Fprintf(&b, "  List%d: {by: customer, reads: [Thing%d, Thing%d], result: list, filter: [name, kind], sort: [made_at], peak: 20/s}\n", i, a, next)
		default:
			fmt.Fprintf(&b, "  Show%d: {by: [customer, clerk], reads: [Thing%d, Thing%d], peak: 10/s}\n", i, a, next)
		}
	}
	return []byte(b.String())
}

func example(b testing.TB, name string) plumb.Input {
	file := "examples/" + name + "/plumb.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	return plumb.Input{File: file, Text: text, Date: "2026-01-31", Quick: true}
}

func design(b testing.TB, in plumb.Input) *plumb.Design {
	d := plumb.Run(in)
	if d.Arch == nil {
		var out strings.Builder
		_ = diag.Render(&out, d.Problems, diag.Style{})
		b.Fatalf("no design:\n%.2000s", out.String())
	}
	return d
}

// BenchmarkDesign is the whole pipeline in process, without tipping points.
func BenchmarkDesign(b *testing.B) {
	for _, name := range []string{"petclinic", "cargo", "harbour"} {
		b.Run(name, func(b *testing.B) {
			in := example(b, name)
			b.ReportAllocs()
			for b.Loop() {
				design(b, in)
			}
		})
	}
	for _, size := range []struct{ aggregates, useCases int }{{20, 100}, {100, 500}, {500, 2500}, {1000, 5000}} {
		b.Run(fmt.Sprintf("generated/%d-%d", size.aggregates, size.useCases), func(b *testing.B) {
			in := plumb.Input{File: "plumb.yaml", Text: generated(size.aggregates, size.useCases), Quick: true}
			b.ReportAllocs()
			for b.Loop() {
				design(b, in)
			}
		})
	}
}

// BenchmarkLopsidedInputs is the pipeline where one thing is there thousands of times: its
// time grows with the number, not with its square.
func BenchmarkLopsidedInputs(b *testing.B) {
	const n = 4000
	for _, c := range []struct {
		name    string
		useCase func(i int) string
	}{
		{"a chain of steps", func(i int) string { return fmt.Sprintf("creates: T, then: [U%d]", min(i+1, n)) }},
		{"nothing touched", func(int) string { return "by: u" }},
		{"one aggregate read", func(int) string { return "by: u, reads: T" }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var text strings.Builder
			text.WriteString("system: Lopsided\nactors: {u: {channels: [web]}}\ndomain:\n  T: {fields: {name: text}}\nuse_cases:\n  Start: {by: u, creates: T, then: [U0]}\n")
			for i := range n {
				fmt.Fprintf(&text, "  U%d: {%s}\n", i, c.useCase(i))
			}
			fmt.Fprintf(&text, "  U%d: {by: u, changes: T}\n", n)
			in := plumb.Input{File: "plumb.yaml", Text: []byte(text.String()), Quick: true}
			for b.Loop() {
				design(b, in)
			}
		})
	}
}

// BenchmarkFiles is everything a design is written as.
func BenchmarkFiles(b *testing.B) {
	for _, name := range []string{"petclinic", "harbour"} {
		b.Run(name, func(b *testing.B) {
			d := design(b, example(b, name))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Files(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
