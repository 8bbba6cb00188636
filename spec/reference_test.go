package spec_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"plumb.dev/plumb/spec"
)

const referencePage = "../docs/language.md"

// PLUMB_UPDATE=1 writes the page; otherwise it has to be what the table prints.
func TestReferencePageIsPrintedFromTheTable(t *testing.T) {
	want := spec.Reference()
	if os.Getenv("PLUMB_UPDATE") == "1" {
		if err := os.WriteFile(referencePage, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referencePage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/language.md is out of date: run PLUMB_UPDATE=1 go test ./spec")
	}
}

func TestReferenceTeachesByAnInputThatIsFine(t *testing.T) {
	_, rest, _ := strings.Cut(string(spec.Reference()), "```yaml\n")
	text, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the reference has no example")
	}
	for _, p := range parse("example.yaml", []byte(text)) {
		t.Errorf("%s: %s", p.Span, p.Message)
	}
}

func TestReferenceLinksLeadToHeadings(t *testing.T) {
	text := string(spec.Reference())
	headings := map[string]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		if name, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			anchor := strings.ReplaceAll(strings.ToLower(name), " ", "-")
			if headings[anchor] {
				t.Errorf("two headings are called %q", name)
			}
			headings[anchor] = true
		}
	}
	for _, part := range strings.Split(text, "](#")[1:] {
		if anchor, _, _ := strings.Cut(part, ")"); !headings[anchor] {
			t.Errorf("a link leads to #%s, which is no heading", anchor)
		}
	}
}

// Whoever leaves a key out is told what is taken in its place, for every quantity and
// every yes or no.
func TestReferenceSaysWhatIsTakenForWhatIsLeftOut(t *testing.T) {
	quantity := regexp.MustCompile(`#(rate|count|duration|share|money|bytes|volume|load|latency|window|horizon|flag|consistency)\)`)
	told := regexp.MustCompile(`Assumed: |Without |without |default|Default`)
	section, optional := "", 0
	for line := range strings.SplitSeq(string(spec.Reference()), "\n") {
		if name, ok := strings.CutPrefix(line, "### "); ok {
			section = name
		}
		cell := strings.Split(line, " | ")
		if len(cell) != 4 || !strings.HasPrefix(cell[0], "| `") || strings.HasSuffix(cell[0], "*") || !quantity.MatchString(cell[1]) {
			continue
		}
		optional++
		if !told.MatchString(cell[2]) {
			t.Errorf("%s of %s: %s", strings.TrimPrefix(cell[0], "| "), section, cell[2])
		}
	}
	if optional < 40 {
		t.Errorf("only %d keys were looked at", optional)
	}
}
