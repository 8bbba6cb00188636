package brief_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plumb.dev/plumb/brief"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/internal/corpus"
)

func TestEachCodesPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "brief.", func(_ string, text []byte) diag.List {
		_, list := brief.Read("brief.md", text)
		return list
	})
}

func TestEveryReportedCodeHasAPage(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(brief\.[a-z-]+)"`).FindAllStringSubmatch(string(text), -1) {
			if _, ok := diag.Page(diag.Code(m[1])); !ok && m[1] != "brief.md" && !strings.HasSuffix(name, "_test.go") {
				t.Errorf("%s has no page", m[1])
			}
		}
	}
}
