package archtest_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/fact"
)

// typesOfTheInput are the value types of the input, which belong to no context.
var typesOfTheInput = []arch.Path{"types.Cuisine"}

func TestEveryIDRefersToSomething(t *testing.T) {
	for name, a := range map[string]*arch.Arch{"harbour": archtest.Harbour(), "generated": archtest.Generated(11)} {
		t.Run(name, func(t *testing.T) { referred(t, a) })
	}
}

func referred(t *testing.T, a *arch.Arch) {
	for _, problem := range archtest.Problems(a, typesOfTheInput...) {
		t.Error(problem)
	}
}

// A check that finds nothing must be able to find something.
func TestProblemsAreFound(t *testing.T) {
	for what, breaks := range map[string]func(*arch.Arch){
		"does not exist":            func(a *arch.Arch) { a.Flows[0].Entry = "nowhere" },
		"is declared twice":         func(a *arch.Arch) { a.Stores = append(a.Stores, a.Stores[0]) },
		"About is empty":            func(a *arch.Arch) { a.Operations[0].About = "" },
		"is bound to no protocol":   func(a *arch.Arch) { a.Operations[0].REST, a.Operations[0].RPC, a.Operations[0].Graph = nil, nil, nil },
		"is no field of":            func(a *arch.Arch) { a.Events[0].Key = "nothing" },
		"and its fact":              func(a *arch.Arch) { a.Stores[0].Writes.N++ },
		"has other parameters than": func(a *arch.Arch) { a.Operations[0].REST = &arch.RESTBinding{Method: "GET", Path: "/{id}/{id}"} },
	} {
		a := archtest.Harbour()
		breaks(a)
		found := archtest.Problems(a, typesOfTheInput...)
		if !slices.ContainsFunc(found, func(p string) bool { return strings.Contains(p, what) }) {
			t.Errorf("nothing was found that %q: %v", what, found)
		}
	}
}

// The lock gives each word of an enumeration its number in binary formats.
func TestEveryWordOfHarbourHasANumber(t *testing.T) {
	for _, s := range archtest.Harbour().Schemas {
		if s.Kind == "enum" && len(s.Words) != len(s.Numbers) {
			t.Errorf("%s: %d words, %d numbers", s.ID, len(s.Words), len(s.Numbers))
		}
	}
}

// The fixture is small enough to be read, but its facts are those of a whole design:
// each origin is there, and a derived value says how it follows.
func TestFactsOfHarbourSayWhereTheyComeFrom(t *testing.T) {
	origins := map[fact.Origin]int{}
	for _, f := range archtest.Harbour().Facts {
		origins[f.Origin]++
		if f.Origin == fact.Derived && f.Rule == "" || f.Origin == fact.Stated && !f.Span.Valid() || f.Origin == fact.Assumed && !f.HasRange() || f.Origin == fact.Catalogued && f.Source == "" {
			t.Errorf("%s does not say where it comes from: %+v", f.ID, f)
		}
	}
	for _, o := range []fact.Origin{fact.Stated, fact.Derived, fact.Catalogued, fact.Assumed} {
		if origins[o] == 0 {
			t.Errorf("no fact is %s", o)
		}
	}
}
