package spec_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/spec"
)

func seeds(f *testing.F) []string {
	f.Helper()
	out := []string{sketch, clinic, everyKey(false), everyKey(true), "", "a: &a [*a]", "\uFEFFa: b", "? [x]\n: y", "a: \"\\U0001F600\\\n  b\"", "a\u2028b: c", "- !!binary x", "system: S\ndomain: {A: {owner: ' \n  \r # x\n  y'}}\n", "a: >+\n\n x\n\n\n"}
	files, err := filepath.Glob("../testdata/broken/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

// inside reports whether a span lies in a text, its ends in order.
func inside(lines []string, s diag.Span) bool {
	at := func(p diag.Pos) bool {
		return p.Line >= 1 && p.Column >= 1 && p.Line <= len(lines) && p.Column <= utf8.RuneCountInString(lines[p.Line-1])+1
	}
	return at(s.Start) && at(s.End) && !s.End.Before(s.Start)
}

// Whatever is read: no panic, every place in the file, and what reads without
// problems prints to something that reads the same.
func FuzzParse(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, list := spec.Parse("fuzz.yaml", []byte(text))
		lines := strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\n")
		for _, p := range list {
			if !inside(lines, p.Span) {
				t.Errorf("%s: %s stands at %v to %v", p.Code, p.Message, p.Span.Start, p.Span.End)
			}
			for _, r := range p.Related {
				if !inside(lines, r.Span) {
					t.Errorf("%s: its second place is %v", p.Code, r.Span)
				}
			}
		}
		spansInside(t, lines, doc.Root, 0)
		readAll(doc.Root)
		if list.HasErrors() {
			return
		}
		printed := spec.Print(doc)
		again, list := spec.Parse("again.yaml", printed)
		if len(list) > 0 {
			t.Fatalf("printed as %q it has %s: %s", printed, list[0].Code, list[0].Message)
		}
		if d := differs(doc.Root, again.Root, ""); d != "" {
			t.Errorf("printed as %q it differs at %s", printed, d)
		}
	})
}

func spansInside(t *testing.T, lines []string, n *spec.Node, depth int) {
	if depth > 110 {
		t.Fatal("the tree is deeper than promised")
	}
	if n.Span.Valid() && !inside(lines, n.Span) {
		t.Errorf("%q stands at %v to %v", n.Text, n.Span.Start, n.Span.End)
	}
	for _, e := range n.Entries {
		if !inside(lines, e.KeySpan) {
			t.Errorf("the key %q stands at %v to %v", e.Key, e.KeySpan.Start, e.KeySpan.End)
		}
		spansInside(t, lines, e.Value, depth+1)
	}
	for _, item := range n.Items {
		spansInside(t, lines, item, depth+1)
	}
}

// readAll runs every reader on every value.
func readAll(n *spec.Node) {
	n.FieldType()
	n.Transitions()
	n.Moves()
	n.Load()
	n.Payload()
	n.Volume()
	n.Horizon()
	n.Consistency()
	n.Schedule()
	n.Window()
	n.Skew()
	n.Per()
	n.Flag()
	for _, e := range n.Named() {
		readAll(e.Value)
	}
	if n.Kind == spec.Sequence {
		for _, item := range n.Items {
			readAll(item)
		}
	}
}

// A text that Edit accepts reads as before, with the value at the path; the lines
// above and below those of the value stay.
func FuzzEdit(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s, "use_cases.PlaceOrder.latency", "p99 1s")
		f.Add(s, "domain.Pet.fields.name", "text, optional")
		f.Add(s, "pins.Order.store", "{choose: postgres, because: 'it runs'}")
	}
	f.Fuzz(func(t *testing.T, text, path, value string) {
		got, err := spec.Edit([]byte(text), path, value)
		if err != nil {
			return
		}
		doc, _ := spec.Parse("edited.yaml", got)
		if n, _ := doc.At(path); n == nil {
			t.Errorf("%q at %q gives %q, where nothing is at the path", value, path, got)
		}
		if again, err := spec.Edit(got, path, value); err != nil {
			t.Errorf("%q cannot be edited again: %v", got, err)
		} else if string(again) != string(got) {
			t.Errorf("%q edited again becomes %q", got, again)
		}
	})
}

// What a form's check accepts, the pattern in the editor's schema accepts too.
func FuzzPatternsAcceptWhatParseAccepts(f *testing.F) {
	for _, s := range []string{"350/s for 2h daily 18:00-20:00", "p50 1ms, p99: 2s", "2 kB in, 3 kB out", "a -> b, b -> c", "Order a -> b", "9k USD/month", "3y at 4%/y", "mon and wed 10:00-11:00", "monthly 15 02:00", "20% on 1% of them", "12 per Order", "eventual within 5s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, form := range spec.AcceptedButNotByPattern(s) {
			t.Errorf("%q is accepted as a %s but not by its pattern", s, form)
		}
	})
}
