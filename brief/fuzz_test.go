package brief

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// Whatever the text is: no panic, every line comes back word for word, spans lie in the
// text, and what is written as YAML can be read again.
func FuzzRead(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.md")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, s := range []string{"", "#", "# A\n\n- ", "As a , I want to", "| a | b |\n|---|---|\n| | |", "A -> B | C | D -> E", "## Entities\n- : ,\n  - x -> ", "p99 < 1 s, 99 % of the", "## Contexts\n- A: B, (C; D), owned by e\n## Team\n- e: 3, owns A", "## Regions\n- x-y: 5 %, 3 ms", "## Quality\n- avg 1 s at the latest, p95/p99: 1 s / 2 s, last 3 s or less of 9 in 10", "```\n<!--", "As a user I\nI want to\nso that"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) <= 1<<14 {
			holds(t, text)
		}
	})
}

// The same for briefs with pieces of their own removed, repeated and overwritten.
func TestDamagedBriefsAreReadAllTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"harbour", "kiro", "speckit", "tables", "bistro", "fetch", "parking", "bloodbank"} {
		whole, err := os.ReadFile("testdata/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			b := bytes.Clone(whole)
			for range 1 + r.IntN(20) {
				from := r.IntN(len(b))
				piece := bytes.Clone(b[from:min(from+r.IntN(20), len(b))])
				switch at := r.IntN(len(b)); r.IntN(3) {
				case 0:
					b[at] = byte(' ' + r.IntN(95))
				case 1:
					b = slices.Insert(b, at, piece...)
				case 2:
					b = slices.Delete(b, from, from+len(piece))
				}
			}
			holds(t, strings.ToValidUTF8(string(b), "?"))
		}
	}
}

// The same for soups of the words that mean something to the reader.
func TestSoupsOfWordsAreReadToTheirEnd(t *testing.T) {
	vocabulary := strings.Fields(`, . ; : ( ) % / < <= - = | 1 5 24 7 99.9 p95 p99 99th percentile x 3x 24/7 20k 4G -> * # [ ] half a third quarter of by in per second s ms users`)
	for _, words := range []map[string]bool{wordsOf(^sense(0)), function, moreWords, lessWords, negations} {
		vocabulary = append(vocabulary, slices.Sorted(maps.Keys(words))...)
	}
	heads := []string{"", "# X\n\n## Quality\n- ", "# X\n\n## Contexts\n- ", "# X\n\n## Regions\n- ", "# X\n\n## Team\n- ", "# X\n\n## External systems\n- maps: 1 s\n\n## Load scenarios\n- a: ", "## Stories\n- As a ", "## Entities\n- "}
	r := rand.New(rand.NewPCG(5, 6))
	for range 1500 {
		b := strings.Builder{}
		b.WriteString(heads[r.IntN(len(heads))])
		for range r.IntN(60) {
			b.WriteString(vocabulary[r.IntN(len(vocabulary))])
			b.WriteString([]string{" ", " ", " ", " ", " ", "", "\n- "}[r.IntN(7)])
		}
		holds(t, b.String())
	}
}

func holds(t *testing.T, text string) {
	t.Helper()
	r, list := Read("brief.md", []byte(text))
	if r.Doc.Source == "" {
		return
	}
	var lines []string
	for _, l := range r.Lines {
		lines = append(lines, l.Text)
	}
	whole := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(text, "\uFEFF"), "\n"), "\r\n", "\n")
	if got := strings.Join(lines, "\n"); got != whole && got != strings.TrimSuffix(whole, "\r") {
		t.Fatalf("lines are lost: %q became %q", whole, got)
	}
	inside(t, r.Doc.Root, len(r.Lines))
	for _, p := range list {
		if strings.HasPrefix(string(p.Code), "spec.") {
			t.Fatalf("%s at %s: %s", p.Code, p.Path, p.Message)
		}
	}
	model.Check(r.Doc, nil)
	if list.HasErrors() {
		return
	}
	doc, problems := spec.Parse("plumb.yaml", r.YAML())
	if problems.HasErrors() {
		t.Fatalf("what is written cannot be read: %v\n%s", problems, r.YAML())
	}
	if len(doc.Root.Entries) != len(r.Doc.Root.Entries) {
		t.Fatalf("sections are lost:\n%s", r.YAML())
	}
}

func inside(t *testing.T, n *spec.Node, lines int) {
	if n.Span.Valid() && (n.Span.Start.Line > lines || n.Span.End.Line > lines && n.Kind == spec.Scalar) {
		t.Fatalf("%q stands at line %d of %d", n.Text, n.Span.Start.Line, lines)
	}
	for _, e := range n.Entries {
		inside(t, e.Value, lines)
	}
	for _, i := range n.Items {
		inside(t, i, lines)
	}
}
