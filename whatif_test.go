package plumb_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
)

func ask(tb testing.TB, example string) *plumb.Session {
	tb.Helper()
	file := "examples/" + example + "/plumb.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	d := plumb.Run(plumb.Input{File: file, Text: text, Quick: true})
	if d.Arch == nil {
		tb.Fatal(d.Problems)
	}
	return d.Session()
}

func whatIf(tb testing.TB, s *plumb.Session, words ...string) *plumb.WhatIf {
	tb.Helper()
	w, err := s.WhatIf(words)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

func TestWhatIfAFactIsWhatItIsChangesNothing(t *testing.T) {
	for _, name := range []string{"petclinic", "cargo", "harbour"} {
		s := ask(t, name)
		for _, word := range []string{"peak=1x", "volume=1x"} {
			w, err := s.WhatIf([]string{word})
			if err != nil {
				continue // the example states none
			}
			if len(w.Changes) > 0 || !w.Feasible() {
				t.Errorf("%s, %s: %v", name, word, w.Changes)
			}
		}
	}
}

func TestAForcedOptionFlipsItsDecisionAndWhatIsMadeOfIt(t *testing.T) {
	w := whatIf(t, ask(t, "harbour"), "broker=rabbitmq")
	at := slices.IndexFunc(w.Changes, func(c diff.Change) bool { return c.Kind == "decision" && c.ID == "broker" })
	if at < 0 || w.Changes[at].To != "RabbitMQ" || !strings.HasPrefix(w.Changes[at].Why, "forced") {
		t.Fatalf("%+v", w.Changes)
	}
	if !slices.ContainsFunc(w.Changes, func(c diff.Change) bool { return c.Kind == "broker" && c.Op == diff.Added }) {
		t.Error("no broker is added")
	}
	if !slices.ContainsFunc(w.Changes, func(c diff.Change) bool {
		return c.Kind == "channel" && c.What == "broker" && c.To == "rabbitmq" && len(c.By) > 0
	}) {
		t.Error("no channel moves to it because of that decision")
	}
}

func TestMoreLoadResizesAndCosts(t *testing.T) {
	w := whatIf(t, ask(t, "harbour"), "peak=1.5x")
	if !w.Feasible() || len(w.Asked) < 5 {
		t.Fatalf("%v, %v", w.Asked, w.Problems)
	}
	if !slices.ContainsFunc(w.Changes, func(c diff.Change) bool { return c.Kind == "process" && c.What == "replicas" && c.Ratio > 1 }) {
		t.Error("no process grows")
	}
}

func TestAnInfeasibleWhatIfSaysWhatGivesWay(t *testing.T) {
	w := whatIf(t, ask(t, "harbour"), "maps.limit=20/s")
	if w.Feasible() || w.Arch != nil {
		t.Fatal("a limit far below the load is no problem")
	}
	if p := w.Problems[0]; !p.Span.Valid() || len(p.Related) == 0 {
		t.Errorf("%+v", p)
	}
}

func TestAnInfeasibleDesignNamesWhatConflicts(t *testing.T) {
	text, err := os.ReadFile("examples/harbour/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tight := strings.Replace(string(text), "limit: 1000/s", "limit: 20/s", 1)
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: []byte(tight), Quick: true})
	if !d.Problems.HasErrors() {
		t.Fatal("a limit far below the load is no problem")
	}
	problems, err := d.Session().Explain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(problems, func(p diag.Problem) bool { return p.Code == "decide.no-feasible-option" })
	if at < 0 {
		t.Fatal(problems)
	}
	var paths []string
	for _, r := range problems[at].Related {
		paths = append(paths, r.Path)
		if !r.Span.Valid() || !strings.Contains(r.Note, "feasible with") {
			t.Errorf("%+v", r)
		}
	}
	if want := []string{"externals.maps.limit", "use_cases.QuoteOrder.peak"}; !slices.Equal(paths, want) {
		t.Errorf("%v conflict, not %v", paths, want)
	}
}

func TestATeamTakenAwayOwnsNothing(t *testing.T) {
	w := whatIf(t, ask(t, "harbour"), "delivery=none")
	if !w.Feasible() {
		t.Fatal(w.Problems)
	}
	for _, c := range w.Arch.Contexts {
		if c.Team == "delivery" {
			t.Errorf("%s is owned by a team that is gone", c.ID)
		}
	}
	if len(w.Changes) == 0 {
		t.Error("nothing is different without a team")
	}
}

func TestTipsGoIntoTheRecords(t *testing.T) {
	s := ask(t, "cargo")
	if _, err := s.Tips(t.Context(), 2, nil); err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, d := range s.Design().Arch.Decisions {
		known += len(d.Flips) + len(d.Steady)
		for _, f := range d.Flips {
			if f.Method != "replanned" {
				t.Errorf("%s: %s by %s", d.ID, f.Fact, f.Method)
			}
		}
	}
	if known == 0 {
		t.Error("no decision knows where it flips or that it does not")
	}
}

func BenchmarkWhatIf(b *testing.B) {
	s := ask(b, "harbour")
	for b.Loop() {
		whatIf(b, s, "peak=1.5x", "PlaceOrder.latency=p99:500ms")
	}
}
