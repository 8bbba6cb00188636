package catalog

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"testing"

	"plumb.dev/plumb/fact"
)

// shipped.go is made of the files under data/, because reading them costs tens of milliseconds and every run needs
// them. Run with PLUMB_UPDATE=1 after changing a file.
func TestShippedIsWhatTheFilesSay(t *testing.T) {
	want := shippedSource(t, readShipped(t))
	if os.Getenv("PLUMB_UPDATE") != "" {
		if err := os.WriteFile("shipped.go", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("shipped.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("shipped.go does not follow from data/*.yaml: run PLUMB_UPDATE=1 go test ./catalog")
	}
}

// readShipped reads data/*.yaml, which must have no problem.
func readShipped(t *testing.T) *Catalog {
	t.Helper()
	files, err := filepath.Glob("data/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no data files: %v", err)
	}
	r := reader{properties: declared()}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r.read(name, content)
	}
	for _, p := range r.problems {
		t.Errorf("%s: %s: %s (%s)", p.Span, p.Path, p.Message, p.Hint)
	}
	return arrange(r.technologies)
}

func shippedSource(t *testing.T, c *Catalog) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("// Code generated from data/*.yaml by PLUMB_UPDATE=1 go test ./catalog; DO NOT EDIT.\n\npackage catalog\n\n")
	b.WriteString("import \"plumb.dev/plumb/fact\"\n\n// shipped is what Builtin returns. Nothing changes it.\nvar shipped = []Technology{\n")
	for _, tech := range c.technologies {
		fmt.Fprintf(&b, "{ID: %q, Name: %q, About: %q, Kinds: %#v, entries: []Entry{\n", tech.ID, tech.Name, tech.About, tech.Kinds)
		for _, e := range tech.entries {
			writeEntry(&b, e)
		}
		b.WriteString("}},\n")
	}
	b.WriteString("}\n")
	source, err := format.Source(bytes.ReplaceAll(b.Bytes(), []byte("catalog."+"Kind"), []byte("Kind")))
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func writeEntry(b *bytes.Buffer, e Entry) {
	kinds := map[fact.Kind]string{
		fact.Rate: "Rate", fact.Duration: "Duration", fact.Share: "Share", fact.Bytes: "Bytes", fact.Money: "Money",
		fact.Count: "Count", fact.Hours: "Hours", fact.Days: "Days", fact.Text: "Text", fact.Truth: "Truth",
	}
	confidences := map[Confidence]string{Confirmed: "Confirmed", Estimated: "Estimated", GeneralKnowledge: "GeneralKnowledge"}
	fmt.Fprintf(b, "{Technology: %q, Key: %q", e.Technology, e.Key)
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, ", %s: %q", name, value)
		}
	}
	field("Unit", e.Unit)
	fmt.Fprintf(b, ", Value: fact.Quantity{Kind: fact.%s", kinds[e.Value.Kind])
	if e.Value.N != 0 {
		fmt.Fprintf(b, ", N: %v", e.Value.N)
	}
	field("Text", e.Value.Text)
	fmt.Fprint(b, "}")
	if e.Unit != "" {
		fmt.Fprintf(b, ", Low: %v, High: %v", e.Low, e.High)
	}
	fmt.Fprintf(b, ", Origin: Origin{ID: %q, Written: %q", string(e.ID), e.Written)
	field("Source", e.Source)
	field("Date", e.Date)
	field("Estimate", e.Estimate)
	field("Note", e.Note)
	fmt.Fprintf(b, ", Confidence: %s}},\n", confidences[e.Confidence])
}
