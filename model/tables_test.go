package model

import (
	"os"
	"strings"
	"testing"

	"plumb.dev/plumb/fact"
)

func TestEveryAssumptionIsPlausibleAndSaysWhy(t *testing.T) {
	seen := map[fact.ID]bool{}
	for i, a := range assumptions {
		if !strings.HasPrefix(string(a.id), "assumed.") || seen[a.id] {
			t.Errorf("line %d has the ID %q, empty or taken", i, a.id)
		}
		seen[a.id] = true
		if a.low > a.value || a.value > a.high || len(a.reason) < 20 {
			t.Errorf("%s: %g within %g..%g, because %q", a.id, a.value, a.low, a.high, a.reason)
		}
	}
}

// The cases of the mismatch test lie beside the checks; none may be left out.
func TestEveryCheckOfTheTableHasACase(t *testing.T) {
	cases, err := os.ReadFile("reconcile_test.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range checks {
		if seen[c.name] || c.what == "" {
			t.Errorf("%s is listed twice or says nothing", c.name)
		}
		seen[c.name] = true
		if !strings.Contains(string(cases), `{"`+c.name+`", `) {
			t.Errorf("%s has no case on either side of its threshold", c.name)
		}
	}
}
