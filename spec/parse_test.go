package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/spec"
)

// hostile inputs are refused by what they are, before they cost anything.
func hostile() map[string]struct {
	text string
	code diag.Code
} {
	type input = struct {
		text string
		code diag.Code
	}
	const most = spec.MaxBytes
	return map[string]input{
		"over four megabytes":   {strings.Repeat("a", most+1), "spec.too-large"},
		"a hundred megabytes":   {strings.Repeat("a: b\n", 20<<20), "spec.too-large"},
		"binary":                {"\x7fELF\x02\x01\x01\x00\x00", "spec.not-text"},
		"a NUL byte":            {"system: a\x00b", "spec.not-text"},
		"Latin-1":               {"system: caf\xe9", "spec.not-text"},
		"UTF-16":                {"\xff\xfes\x00y\x00", "spec.not-text"},
		"a C1 control":          {"system: a\u009bb", "spec.not-text"},
		"flow nested 10,000":    {"a: " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), "spec.too-deep"},
		"maps nested 10,000":    {strings.Repeat("{a: ", 9_999) + "b" + strings.Repeat("}", 9_999), "spec.too-deep"},
		"flow nested, no end":   {"a: " + strings.Repeat("[", most-10), "spec.too-large"},
		"dashes nested 10,000":  {strings.Repeat("- ", 9_990) + "a", "spec.too-deep"},
		"dashes without end":    {strings.Repeat("- ", 400_000), "spec.bad-yaml"},
		"blocks nested deep":    {stairs(2_000), "spec.too-deep"},
		"keys nested 10,000":    {strings.Repeat("? ", 9_990) + "a", "spec.wrong-form"},
		"two million values":    {"a: [" + strings.Repeat("a,", 2_000_000) + "]", "spec.too-large"},
		"600,000 values":        {"system: S\ncatalog:\n" + strings.Repeat("- a\n", 600_000), "spec.too-large"},
		"an alias bomb":         {bomb(), "spec.too-large"},
		"merge keys by the lot": {merges(), "spec.too-large"},
		"a quote without end":   {"a: \"" + strings.Repeat("x", most-10), "spec.bad-yaml"},
		"a block of tabs":       {"a:\n" + strings.Repeat("\t", most-10), "spec.bad-yaml"},
		"400,000 escapes":       {"[" + strings.Repeat(`"\t",`, 400_000) + "]", "spec.wrong-form"},
		"200,000 unknown keys":  {unknownKeys(200_000), "spec.unknown-key"},
		"the same key again":    {strings.Repeat("a: b\n", 400_000), "spec.duplicate-key"},
		"a million documents":   {strings.Repeat("---\n", 1_000_000), "spec.many-documents"},
	}
}

func unknownKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "use_cas%d: x\n", i)
	}
	return b.String()
}

func stairs(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10))
	}
	return b.String()
}

func merges() string {
	var b strings.Builder
	b.WriteString("a: &a\n")
	for i := range 5_000 {
		fmt.Fprintf(&b, "  k%d: v\n", i)
	}
	for i := range 5_000 {
		fmt.Fprintf(&b, "m%d: {<<: *a}\n", i)
	}
	return b.String()
}

func TestHostileInputsAreRefusedByWhatTheyAre(t *testing.T) {
	for name, in := range hostile() {
		t.Run(name, func(t *testing.T) {
			_, list := spec.Parse("plumb.yaml", []byte(in.text))
			if len(list) > 2000 {
				t.Errorf("%d problems are reported", len(list))
			}
			for _, p := range list {
				if p.Code == in.code {
					return
				}
			}
			t.Errorf("reported %d problems, none of them %s", len(list), in.code)
			for _, p := range list[:min(3, len(list))] {
				t.Logf("%s: %s", p.Code, p.Message)
			}
		})
	}
}

func TestByteOrderMarkAndLineEndsChangeNothing(t *testing.T) {
	want, _ := spec.Parse("plumb.yaml", []byte(sketch))
	for name, text := range map[string]string{
		"mark":  "\uFEFF" + sketch,
		"CRLF":  strings.ReplaceAll(sketch, "\n", "\r\n"),
		"start": "%YAML 1.2\n---\n" + sketch + "...\n",
	} {
		got, list := spec.Parse("plumb.yaml", []byte(text))
		if len(list) > 0 {
			t.Errorf("%s: %s", name, list[0].Message)
		}
		if a, b := string(spec.Print(got)), string(spec.Print(want)); a != b {
			t.Errorf("%s reads otherwise", name)
		}
	}
}

// Every value of a tree stands where its span says, in whatever style it is
// written.
func TestSpansCoverWhatWasWritten(t *testing.T) {
	text := "system: S\ncatalog:\n" +
		"  plain: two words # grün\n" +
		"  über: 'it''s' # no\n" +
		"  double: \"a \\\"b\\\" \\u00e9\"\n" +
		"  folded: one\n    two\n  list: [a, 'b', {c: d}, [e]] # f\n" +
		"  block: |\n    x\n      y\n  anchored: &q !!str z\n" +
		"  empty:\n  deep:\n    - p: 1\n      q: 2\n    - r\n"
	doc, _ := spec.Parse("s.yaml", []byte(text))
	for path, want := range map[string]string{
		"catalog.plain":    "two words",
		"catalog.über":     "'it''s'",
		"catalog.double":   `"a \"b\" \u00e9"`,
		"catalog.folded":   "one\n    two",
		"catalog.list":     "[a, 'b', {c: d}, [e]]",
		"catalog.list.1":   "'b'",
		"catalog.list.2":   "{c: d}",
		"catalog.list.2.c": "d",
		"catalog.list.3":   "[e]",
		"catalog.block":    "|\n    x\n      y",
		"catalog.anchored": "z",
		"catalog.empty":    "",
		"catalog.deep":     "- p: 1\n      q: 2\n    - r",
		"catalog.deep.0":   "p: 1\n      q: 2",
		"catalog.deep.0.q": "2",
		"catalog.deep.1":   "r",
	} {
		n, span := doc.At(path)
		if got := cut(text, span); n == nil || got != want {
			t.Errorf("%s covers %q, want %q", path, got, want)
		}
	}
}

// cut returns the text that a span covers.
func cut(text string, s diag.Span) string {
	lines := strings.SplitAfter(text, "\n")
	if s.Start.Line == s.End.Line {
		return string([]rune(lines[s.Start.Line-1])[s.Start.Column-1 : s.End.Column-1])
	}
	out := string([]rune(lines[s.Start.Line-1])[s.Start.Column-1:])
	for i := s.Start.Line; i < s.End.Line-1; i++ {
		out += lines[i]
	}
	return out + string([]rune(lines[s.End.Line-1])[:s.End.Column-1])
}

func TestAtNamesTheNearestPlaceOfWhatIsMissing(t *testing.T) {
	doc, _ := spec.Parse("plumb.yaml", []byte(sketch))
	for path, want := range map[string]string{
		"use_cases.PlaceOrder.latency":     "p99 800ms",
		"use_cases.PlaceOrder.then[1]":     "CreateTicket",
		"use_cases.PlaceOrder.then.1":      "CreateTicket",
		"use_cases.PlaceOrder.reads":       "[Restaurant]",
		"use_cases.PlaceOrder.stale":       "PlaceOrder",
		"use_cases.PayOrder.latency":       "use_cases",
		"use_cases.PlaceOrder.latency.p99": "latency",
	} {
		if _, span := doc.At(path); cut(sketch, span) != want {
			t.Errorf("%s stands at %q, want %q", path, cut(sketch, span), want)
		}
	}
}

func TestAliasesAndMergeKeysReadAsWhatTheyRepeat(t *testing.T) {
	doc, list := spec.Parse("a.yaml", []byte("system: S\ndomain: {A: {}}\nexternals:\n  p: &slow {latency: p99 2s, availability: 99%}\n  q: *slow\n  r: {<<: *slow, latency: p99 1s}\nuse_cases: {U: {creates: A}}\n"))
	if len(list) > 0 {
		t.Fatal(list[0].Message)
	}
	for path, want := range map[string]string{"externals.q.latency": "p99 2s", "externals.r.latency": "p99 1s", "externals.r.availability": "99%"} {
		if n, _ := doc.At(path); n == nil || n.Text != want {
			t.Errorf("%s is not %s", path, want)
		}
	}
}

// Printing loses comments and layout and nothing else, and prints its own output
// unchanged.
func TestPrintedInputsReadTheSame(t *testing.T) {
	texts := map[string]string{"short": everyKey(false), "long": everyKey(true), "sketch": sketch, "generated": generated(10, 30), "clinic": clinic}
	for name, text := range texts {
		doc, _ := spec.Parse("plumb.yaml", []byte(text))
		printed := spec.Print(doc)
		again, list := spec.Parse("plumb.yaml", printed)
		if len(list) > 0 {
			t.Errorf("%s: printed, it has problems: %s %s\n%s", name, list[0].Span, list[0].Message, printed)
			continue
		}
		if diff := differs(doc.Root, again.Root, ""); diff != "" {
			t.Errorf("%s: printed, it reads otherwise at %s\n%s", name, diff, printed)
		}
		if twice := spec.Print(again); string(twice) != string(printed) {
			t.Errorf("%s: printed twice, it is printed otherwise", name)
		}
	}
}

// differs returns where two trees say something else, "" for nowhere.
func differs(a, b *spec.Node, at string) string {
	if a.Kind != b.Kind || len(a.Entries) != len(b.Entries) || len(a.Items) != len(b.Items) {
		return at
	}
	if a.Kind == spec.Scalar && (a.Text != b.Text || a.Quoted && !b.Quoted) {
		return fmt.Sprintf("%s: %q is now %q", at, a.Text, b.Text)
	}
	for i := range a.Entries {
		if a.Entries[i].Key != b.Entries[i].Key {
			return at + "." + a.Entries[i].Key
		}
		if d := differs(a.Entries[i].Value, b.Entries[i].Value, at+"."+a.Entries[i].Key); d != "" {
			return d
		}
	}
	for i := range a.Items {
		if d := differs(a.Items[i], b.Items[i], fmt.Sprintf("%s[%d]", at, i)); d != "" {
			return d
		}
	}
	return ""
}

func TestALargeSystemStaysWithinTheBounds(t *testing.T) {
	if _, list := spec.Parse("plumb.yaml", []byte(generated(1000, 5000))); len(list) > 0 {
		t.Errorf("%s: %s", list[0].Span, list[0].Message)
	}
}
