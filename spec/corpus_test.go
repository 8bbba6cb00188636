package spec_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/internal/corpus"
	"plumb.dev/plumb/spec"
)

func parse(file string, text []byte) diag.List {
	_, list := spec.Parse(file, text)
	return list
}

func TestBrokenInputsGetExactlyTheProblemsTheyClaim(t *testing.T) {
	if n := corpus.Run(t, os.DirFS("../testdata/broken"), "*.yaml", "spec.", parse); n < 30 {
		t.Errorf("only %d broken inputs were found", n)
	}
}

func TestEachCodesPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "spec.", parse)
}

// Every code this package can report has a page, so that a person can ask for it.
func TestEveryReportedCodeHasAPage(t *testing.T) {
	pages := diag.Codes()
	for _, file := range goFiles(t) {
		for _, m := range codeLiteral.FindAllStringSubmatch(file, -1) {
			if !slices.Contains(pages, diag.Code(m[1])) {
				t.Errorf("%s has no page", m[1])
			}
		}
	}
}

var codeLiteral = regexp.MustCompile(`"(spec\.[a-z-]+)"`)

func goFiles(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(text))
		}
	}
	return out
}
