package spec_test

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/spec"
)

// everyKey writes an input that uses every key of the language with its example.
// Where a value may be short or long, long chooses the mapping.
func everyKey(long bool) string {
	var b strings.Builder
	w := sampleWriter{&b, long}
	w.shape(spec.Root(), 0)
	return b.String()
}

type sampleWriter struct {
	out  *strings.Builder
	long bool
}

func (w sampleWriter) shape(s *spec.Shape, indent int) {
	for _, k := range s.Keys {
		if k.Form == spec.FormReserved {
			continue
		}
		fmt.Fprintf(w.out, "%s%s:", strings.Repeat(" ", indent), k.Name)
		if k.Example != "" && (!w.long || !structured(k.Value)) {
			w.out.WriteString(" " + k.Example + "\n")
			continue
		}
		w.value(k.Value, indent+2)
	}
}

func structured(v spec.Value) bool {
	return v.Shape != nil || v.Elem != nil && structured(*v.Elem)
}

// value writes what follows a colon.
func (w sampleWriter) value(v spec.Value, indent int) {
	switch v.Form {
	case spec.FormObject, spec.FormEither:
		w.out.WriteString("\n")
		w.shape(v.Shape, indent)
	case spec.FormMap, spec.FormListOrMap:
		fmt.Fprintf(w.out, "\n%sfirst:", strings.Repeat(" ", indent))
		w.value(*v.Elem, indent+2)
	default:
		w.out.WriteString(" text\n")
	}
}

// generated writes a system with that many aggregates and use cases, each about as
// rich as people write them.
func generated(aggregates, useCases int) string {
	var b strings.Builder
	b.WriteString("system: Generated\ncontext:\n  teams: {one: 6, two: 4}\n  horizon: 3y at 40%/y\nactors:\n  user: {channels: [web, mobile], accounts: 2M}\nexternals:\n  processor: {latency: p50 180ms p99 900ms, availability: 99.9%, limit: 400/s}\ndomain:\n")
	for i := range aggregates {
		fmt.Fprintf(&b, "  Thing%d:\n    owner: one\n    fields: {number: id, other: -> Thing%d, name: text <= 80, total: money, at: instant, note: personal text optional}\n    states: pending -> approved -> done, pending -> rejected\n    volume: %dk/day\n    retained: 7y\n", i, (i+1)%aggregates, i%300+1)
	}
	b.WriteString("use_cases:\n")
	for i := range useCases {
		fmt.Fprintf(&b, "  Do%d:\n    by: user\n    reads: [Thing%d, Thing%d]\n    changes: Thing%d\n    moves: Thing%d pending -> approved\n    emits: Done%d\n    calls: {processor: {chance: 10%%}}\n    peak: %d/s for 2h daily 18:00-20:00 # busy\n    payload: 2 kB in, 30 kB out\n    latency: p99 800ms\n    available: 99.95%%\n", i, i%aggregates, (i+7)%aggregates, i%aggregates, i%aggregates, i, i%90+1)
	}
	return b.String()
}
