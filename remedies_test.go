package plumb

import (
	"os"
	"strings"
	"testing"
)

// What design may change for a simulation stands in the documentation, in the same words
// and the same order.
func TestTheDocumentationNamesEveryRemedy(t *testing.T) {
	text, err := os.ReadFile("docs/simulation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "| remedy | for | changes |")
	if !found {
		t.Fatal("there is no table of remedies")
	}
	seen := map[string]bool{}
	for _, r := range remedies {
		row := "\n| " + r.mechanism + " | "
		at := strings.Index(rest, row)
		switch {
		case at >= 0:
			rest = rest[at+1:]
		case !seen[r.mechanism]:
			t.Errorf("%s is not in the table, or not in this place", r.mechanism)
		}
		seen[r.mechanism] = true
	}
}
