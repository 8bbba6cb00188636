package tree_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/emit/tree"
)

func TestYAMLKeepsTheOrderOfKeys(t *testing.T) {
	doc := tree.Of("zebra", 1, "apple", tree.Of("m", true, "b", nil), "list", []any{"x", tree.Of("k", "v", "j", []any{})})
	want := "zebra: 1\napple:\n  m: true\n  b: null\nlist:\n  - x\n  - k: v\n    j: []\n"
	if got := string(tree.YAML(doc)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPutLeavesOutWhatSaysNothing(t *testing.T) {
	m := (&tree.Map{}).Put("a", "").Put("b", false).Put("c", nil).Put("d", []any{}).Put("e", &tree.Map{}).Put("f", 0)
	if got := string(tree.YAML(m)); got != "f: 0\n" {
		t.Errorf("got %q", got)
	}
}

// awkward texts: each could be read as something else if it were not quoted.
var awkward = []string{
	"", " ", "a ", " a", "yes", "No", "on", "NULL", "true", "~", "0123", "1e3", "3.10", "2026-11-20", "12:30:45", "-", "- a", "? a", "a: b", "a:", "a #b", "#a",
	"&a", "*a", "!a", "|", ">", "'a'", `"a"`, "%a", "@a", "`a", "{a}", "[a]", "a, b", "=", "<<", ".nan", "a\tb", "a\\b", "a\nb", "a\n\nb\n", "\na", "a\n", "a \nb",
	"a\n\n\n", "line\n  indented\nback", "é", "\u2028", "a\ufeffb", "\x00", "\u0085", "🚲", "http://a.example/b?c=d#e", "/orders/{orderNumber}:cancel", "key: [a, b]",
	strings.Repeat("word ", 60) + "end", strings.Repeat("word ", 40) + " two spaces", strings.Repeat("long", 60), strings.Repeat("a: b # c ", 30) + "x",
}

// What is written must be what a YAML parser reads: as value, key, list item, and
// deep inside.
func TestYAMLReadsBackAsWritten(t *testing.T) {
	for _, s := range awkward {
		roundTrip(t, s)
	}
}

func FuzzYAMLReadsBackAsWritten(f *testing.F) {
	for _, s := range awkward {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == strings.ToValidUTF8(s, "\ufffd") {
			roundTrip(t, s)
		}
	})
}

func roundTrip(t *testing.T, s string) {
	t.Helper()
	doc := tree.Of("value", s, "map", tree.Of("deep", tree.Of(s+"k", s)), "list", []any{s, "second"}, "maps", []any{tree.Of("a", s, "b", s)}, "lists", []any{[]any{s}, []any{tree.Of("c", s)}})
	var back any
	out := tree.YAML(doc)
	if err := yaml.Unmarshal(out, &back); err != nil {
		t.Fatalf("%q: %v in\n%s", s, err, out)
	}
	got, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	var want any
	asJSON, err := tree.JSON(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(asJSON), &want); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, sorted) {
		t.Errorf("%q is read back as\n%s\nnot\n%s\nfrom\n%s", s, got, sorted, out)
	}
}

func TestYAMLFoldsLongProse(t *testing.T) {
	out := string(tree.YAML(tree.Of("about", strings.Repeat("harbour ", 40)+"end")))
	for line := range strings.SplitSeq(out, "\n") {
		if len(line) > 110 {
			t.Errorf("a line has %d columns: %s", len(line), line)
		}
	}
}

func TestJSONKeepsTheOrderOfKeys(t *testing.T) {
	got, err := tree.JSON(tree.Of("z", "<a>", "a", []any{1, 2.5, nil}))
	if want := `{"z":"<a>","a":[1,2.5,null]}`; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}
