package mcp

import (
	"regexp"
	"testing"

	"plumb.dev/plumb/diag"
)

// The page of mcp.no-source names a brief, an input that the check refuses and one that it takes.
func TestPageOfNoSourceFailsAndIsRepaired(t *testing.T) {
	page, ok := diag.Page("mcp.no-source")
	if !ok {
		t.Fatal("mcp.no-source has no page")
	}
	brief := regexp.MustCompile(`The brief here is "([^"]+)"`).FindStringSubmatch(regexp.MustCompile(`\s+`).ReplaceAllString(page, " "))
	if brief == nil {
		t.Fatal("the page names no brief")
	}
	for kind, want := range map[string]int{"fails": 1, "repaired": 0} {
		example := regexp.MustCompile("(?s)```yaml " + kind + "\n(.*?)```").FindStringSubmatch(page)
		if example == nil {
			t.Fatalf("the page has no example that %s", kind)
		}
		list := unquoted("plumb.yaml", example[1], "brief.md", brief[1])
		if len(list) != want {
			t.Errorf("the example %s gives %d problems, want %d: %v", kind, len(list), want, list)
		}
		for _, p := range list {
			if p.Code != "mcp.no-source" {
				t.Errorf("the example reports %s", p.Code)
			}
		}
	}
}
