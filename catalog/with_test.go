package catalog_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

const ownFile = `sources:
  load-test: {title: Load test of October, url: "https://wiki.example/load", date: 2026-10-03}
technologies:
  kafka:
    facts:
      publish-p99: {value: 8ms, range: 4ms..30ms, source: load-test, at: run 4}
      message-size-max: 4MiB
  pulsar:
    name: Apache Pulsar
    kind: [stream, queue]
    about: The broker we run already
    features:
      - {has: [replay, fan-out], lacks: [priority], source: load-test}
    facts:
      ordering: {value: partition, source: load-test}
`

func TestProjectCorrectsAndAdds(t *testing.T) {
	c, problems := catalog.Builtin().With("catalog.yaml", []byte(ownFile))
	if len(problems) != 1 || problems[0].Code != "catalog.no-source" || problems[0].Severity != diag.Note || problems[0].Span.Start.Line != 7 {
		t.Errorf("problems %+v", problems)
	}
	kafka, _ := c.Technology("kafka")
	p99, _ := kafka.Number("publish-p99")
	if p99.Value != 0.008 || p99.High != 0.03 || p99.Confidence != catalog.Confirmed || p99.Date != "2026-10-03" {
		t.Errorf("publish-p99 is %+v", p99)
	}
	if want := "Load test of October, run 4, https://wiki.example/load"; p99.Source != want {
		t.Errorf("source %q, want %q", p99.Source, want)
	}
	size, _ := kafka.Number("message-size-max")
	if size.Value != 4<<20 || size.Confidence != catalog.ByProject || size.Span.String() != "catalog.yaml:7:25" {
		t.Errorf("message-size-max is %+v", size)
	}
	if f := size.Fact(); f.Origin != fact.Stated || !f.Span.Valid() {
		t.Errorf("stated fact is %+v", f)
	}
	if other, _ := kafka.Number("publish-p50"); other.Value != 0.003 {
		t.Errorf("publish-p50 is lost: %+v", other)
	}
	pulsar, known := c.Technology("pulsar")
	if !known || !pulsar.Has("replay") || pulsar.Has("priority") || !pulsar.Is(catalog.Queue) {
		t.Errorf("pulsar is %+v", pulsar)
	}
}

func TestWithLeavesItsReceiverAlone(t *testing.T) {
	c := catalog.Builtin()
	before := fmt.Sprintf("%+v", c.Facts())
	if _, problems := c.With("catalog.yaml", []byte(ownFile)); problems.HasErrors() {
		t.Fatal(problems)
	}
	if fmt.Sprintf("%+v", c.Facts()) != before {
		t.Error("With changed the catalogue it was called on")
	}
}

func TestEmptyFileChangesNothing(t *testing.T) {
	for _, content := range []string{"", "# nothing\n", "technologies:\n", "{}"} {
		c, problems := catalog.Builtin().With("catalog.yaml", []byte(content))
		if len(problems) > 0 || !reflect.DeepEqual(c.Facts(), catalog.Builtin().Facts()) {
			t.Errorf("%q: %v", content, problems)
		}
	}
}

func TestBrokenFilesAreReportedWhereTheyAreBroken(t *testing.T) {
	tests := []struct {
		name, content string
		code          diag.Code
		line          int
		says          string
	}{
		{"no YAML", "technologies: [", "catalog.bad-file", 1, ""},
		{"a list", "- kafka", "catalog.bad-file", 1, "names with values"},
		{"an alias", "technologies: {kafka: &k {facts: {}}, nats: *k}", "catalog.bad-file", 1, ""},
		{"unknown top field", "technologys: {}", "catalog.unknown-field", 1, "technologies"},
		{"unknown field of a fact", "technologies:\n  kafka:\n    facts:\n      replay: {valeu: yes}", "catalog.unknown-field", 4, "value"},
		{"unknown property", "technologies:\n  kafka:\n    facts:\n      publish-p98: 8ms", "catalog.unknown-property", 4, "publish-p99"},
		{"property of another kind", "technologies:\n  kafka:\n    facts:\n      joins: yes", "catalog.unknown-property", 4, "store"},
		{"unknown feature", "technologies:\n  kafka:\n    features:\n      - {has: [repaly]}", "catalog.unknown-property", 4, "replay"},
		{"wrong unit", "technologies:\n  kafka:\n    facts:\n      publish-p99: 8 MB", "catalog.bad-value", 4, "seconds"},
		{"no unit", "technologies:\n  kafka:\n    facts:\n      publish-p99: 8", "catalog.bad-value", 4, "seconds"},
		{"unknown choice", "technologies:\n  kafka:\n    facts:\n      ordering: topic", "catalog.bad-value", 4, "partition"},
		{"no flag", "technologies:\n  kafka:\n    facts:\n      replay: maybe", "catalog.bad-value", 4, "yes or no"},
		{"range without value in it", "technologies:\n  kafka:\n    facts:\n      publish-p99: {value: 8ms, range: 9ms..12ms}", "catalog.bad-value", 4, "outside"},
		{"bad range", "technologies:\n  kafka:\n    facts:\n      publish-p99: {value: 8ms, range: 9ms}", "catalog.bad-value", 4, "low..high"},
		{"estimate without range", "technologies:\n  kafka:\n    facts:\n      publish-p99: {value: 8ms, estimate: a guess}", "catalog.incomplete", 4, "range"},
		{"bad date", "technologies:\n  kafka:\n    facts:\n      publish-p99: {value: 8ms, source: us, date: yesterday}", "catalog.bad-value", 4, "date"},
		{"no value", "technologies:\n  kafka:\n    facts:\n      publish-p99: {source: us}", "catalog.incomplete", 4, "value"},
		{"twice", "technologies:\n  kafka:\n    facts:\n      publish-p99: 8ms\n      publish-p99: 9ms", "catalog.duplicate", 5, "twice"},
		{"feature and fact", "technologies:\n  kafka:\n    features: [{has: [replay]}]\n    facts: {replay: no}", "catalog.duplicate", 2, "twice"},
		{"new without kind", "technologies:\n  pulsar:\n    name: Apache Pulsar", "catalog.incomplete", 2, "kind"},
		{"unknown kind", "technologies:\n  pulsar:\n    name: Apache Pulsar\n    kind: streem", "catalog.unknown-kind", 4, "stream"},
		{"bad id", "technologies:\n  Apache Pulsar:\n    name: Apache Pulsar\n    kind: stream", "catalog.bad-value", 2, "small letters"},
		{"source without title", "sources:\n  us: {date: 2026-01-01}", "catalog.incomplete", 2, "title"},
		{"too large", strings.Repeat("#", 1<<20+1), "catalog.bad-file", 1, "limit"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, problems := catalog.Builtin().With("catalog.yaml", []byte(test.content))
			if c == nil {
				t.Fatal("no catalogue")
			}
			for _, p := range problems {
				if p.Code == test.code && p.Span.Start.Line == test.line && strings.Contains(p.Message+" "+p.Hint, test.says) {
					return
				}
			}
			t.Errorf("no %s at line %d saying %q in %+v", test.code, test.line, test.says, problems)
		})
	}
}

func TestBrokenFactsLeaveTheRest(t *testing.T) {
	c, problems := catalog.Builtin().With("catalog.yaml", []byte("technologies:\n  kafka:\n    facts:\n      publish-p98: 1ms\n      publish-p99: 8ms\n"))
	kafka, _ := c.Technology("kafka")
	if n, _ := kafka.Number("publish-p99"); !problems.HasErrors() || n.Value != 0.008 {
		t.Errorf("publish-p99 is %v with problems %v", n.Value, problems)
	}
}

func FuzzWith(f *testing.F) {
	f.Add([]byte(ownFile))
	f.Add([]byte("technologies: {kafka: {facts: {replay: [yes]}}}"))
	f.Add([]byte("technologies: {kafka: {features: [{has: replay}]}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, content []byte) {
		lines := strings.Count(string(content), "\n") + 1
		c, problems := catalog.Builtin().With("catalog.yaml", content)
		for _, p := range problems {
			if p.Code == "" || p.Message == "" || p.Span.Start.Line < 1 || p.Span.Start.Line > lines+1 {
				t.Errorf("problem %+v in a file of %d lines", p, lines)
			}
		}
		for _, e := range c.Facts() {
			if e.Unit != "" && (e.Value.N < e.Low || e.Value.N > e.High) {
				t.Errorf("%s: %v outside %v to %v", e.ID, e.Value.N, e.Low, e.High)
			}
		}
	})
}
