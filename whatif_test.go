package plumb_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
	"plumb.dev/plumb/fact"
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

// A what-if answers what designing the changed input gives: the value is written into
// the input and that is designed, with the ids that the design has now.
func TestWhatIfIsTheDesignOfTheChangedInput(t *testing.T) {
	for _, file := range []string{"examples/petclinic/plumb.yaml", "examples/cargo/plumb.yaml", "docs/tutorial/toolshed.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		in := plumb.Input{File: "plumb.yaml", Text: text, Quick: true}
		in.Lock = design(t, in).LockText()
		s := design(t, in).Session()
		tried := 0
		for i, f := range s.Design().Arch.Facts {
			if f.Origin != fact.Stated || i%2 == 1 || strings.HasSuffix(string(f.ID), ".every") { // a schedule is more than its interval
				continue
			}
			double, err := s.WhatIf([]string{string(f.ID) + "=2x"})
			if err != nil {
				continue // no number, or one that ends below
			}
			to := double.Asked[0].To
			edit, wrong, err := s.Answer(string(f.ID), to)
			if err != nil || len(wrong) > 0 {
				continue // it is said together with others
			}
			tried++
			w := whatIf(t, s, string(f.ID)+"="+to)
			in.Text = edit.Text
			d := plumb.Run(in)
			if w.Feasible() != (d.Arch != nil) {
				t.Errorf("%s: %s = %s is feasible: %v, and its design: %v", file, f.ID, to, w.Problems, d.Problems)
				continue
			}
			if d.Arch == nil {
				continue
			}
			if differ := diff.Between(w.Arch, d.Arch); len(differ) > 0 {
				t.Errorf("%s: %s = %s: its design differs in %+v", file, f.ID, to, differ[0])
			}
			var said, found []string
			for _, p := range w.Problems {
				said = append(said, p.Message)
			}
			for _, p := range d.Problems {
				if !slices.ContainsFunc(s.Design().Problems, func(q diag.Problem) bool { return q.Message == p.Message }) {
					found = append(found, p.Message)
				}
			}
			if !slices.Equal(said, found) {
				t.Errorf("%s: %s = %s gives the problems %q, not %q", file, f.ID, to, found, said)
			}
		}
		if tried < 5 {
			t.Errorf("%s: only %d facts were tried", file, tried)
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
	if err := s.Tips(t.Context(), 2, nil); err != nil {
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
