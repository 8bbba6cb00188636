package model_test

import (
	"io/fs"
	"os"
	"testing"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/internal/corpus"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// check runs both stages and returns what the second one finds.
func check(file string, text []byte) diag.List {
	doc, _ := spec.Parse(file, text)
	_, list := model.Check(doc, nil)
	return list
}

// parseAndCheck returns what a person sees: the first stage that finds errors
// speaks, and warnings of both.
func parseAndCheck(file string, text []byte) diag.List {
	doc, list := spec.Parse(file, text)
	if list.HasErrors() {
		return list
	}
	_, more := model.Check(doc, nil)
	return append(list, more...)
}

func TestBrokenInputsGetExactlyTheProblemsTheyClaim(t *testing.T) {
	if n := corpus.Run(t, os.DirFS("../testdata/broken"), "model-*.yaml", "", parseAndCheck); n < 45 {
		t.Errorf("only %d broken inputs were found", n)
	}
}

// What the parser has refused may be what seems to be missing, so nothing is
// called missing in its files.
func TestNothingIsCalledMissingWhereThePartsOfAnInputWereRefused(t *testing.T) {
	broken := os.DirFS("../testdata/broken")
	files, err := fs.Glob(broken, "spec-*.yaml")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(broken, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range check(file, text) {
			if p.Severity == diag.Warning {
				t.Errorf("%s: %s %s", p.Span, p.Code, p.Message)
			}
		}
	}
}

func TestEachCodesPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "model.", parseAndCheck)
}
