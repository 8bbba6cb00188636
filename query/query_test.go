package query_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/query"
)

func design(t *testing.T, example string) *arch.Arch {
	t.Helper()
	text, err := os.ReadFile("../examples/" + example + "/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: text, Date: "2026-01-01", Quick: true})
	if d.Arch == nil {
		t.Fatalf("%s cannot be designed: %v", example, d.Problems)
	}
	return d.Arch
}

func TestNamesFindWhatPeopleMeanByThem(t *testing.T) {
	a := design(t, "petclinic")
	first := a.Decisions[slices.IndexFunc(a.Decisions, func(d arch.Decision) bool { return d.Number == 1 })]
	for _, name := range []string{"D1", "d1", string(first.ID), strings.ToUpper(string(first.ID))} {
		if d := query.Decision(a, name); d == nil || d.ID != first.ID {
			t.Errorf("%q finds %v, not %s", name, d, first.ID)
		}
	}
	for _, name := range []string{"", "D", "D0", "D999999", "1", "nothing"} {
		if d := query.Decision(a, name); d != nil {
			t.Errorf("%q finds %s", name, d.ID)
		}
	}
	if f := query.Facts(a, "USE_CASES.FindOwners.peak"); len(f) != 1 || f[0].ID != "use_cases.FindOwners.peak" {
		t.Errorf("a fact's path finds %v", f)
	}
	if f := query.Facts(a, "findowners"); len(f) < 2 {
		t.Errorf("a use case's name finds %d facts", len(f))
	}
	kinds := map[string]bool{}
	for _, e := range query.Elements(a, "FindOwners") {
		kinds[e.Kind] = true
	}
	if !kinds["operations"] || !kinds["flows"] {
		t.Errorf("a use case's name finds %v, not its operation and its flow", kinds)
	}
	if near := query.Nearest(a, "FindOwner"); !strings.EqualFold(near, "FindOwners") {
		t.Errorf("nearest to FindOwner is %q", near)
	}
}

func TestEveryElementWithAnIDIsFoundByIt(t *testing.T) {
	a := design(t, "harbour")
	for _, e := range query.All(a) {
		if id := reflect.ValueOf(e.Value).FieldByName("ID"); !id.IsValid() || e.ID == "" {
			continue
		}
		if !slices.ContainsFunc(query.Elements(a, e.ID), func(f query.Element) bool { return f.Kind == e.Kind && f.ID == e.ID }) {
			t.Errorf("%s %q is not found by its id", e.Kind, e.ID)
		}
	}
}

func TestImpactOfAFactReachesDecisionsThatReadIt(t *testing.T) {
	a := design(t, "harbour")
	reached, found := query.Impact(a, "use_cases.PlaceOrder.peak")
	if !found {
		t.Fatal("the fact is not found")
	}
	in := map[query.Node]query.Reached{}
	for i, r := range reached {
		in[r.Node] = r
		if i > 0 && r.Steps < reached[i-1].Steps {
			t.Fatalf("%v comes after what is farther away", r)
		}
	}
	readers := 0
	for _, d := range a.Decisions {
		if slices.Contains(d.Facts, "use_cases.PlaceOrder.peak") {
			readers++
			if r := in[query.Node{Kind: "decisions", ID: string(d.ID)}]; r.Steps != 1 || r.How != "reads" && r.How != "is argued for by" {
				t.Errorf("%s reads the fact and is reached as %+v", d.ID, r)
			}
		}
	}
	if readers == 0 {
		t.Fatal("no decision reads the fact: the test shows nothing")
	}
	for _, f := range a.Facts {
		if slices.Contains(f.Inputs, "use_cases.PlaceOrder.peak") {
			if in[query.Node{Kind: "facts", ID: string(f.ID)}].How != "derives from" {
				t.Errorf("%s derives from the fact and is not reached so", f.ID)
			}
		}
	}
	if _, found := query.Impact(a, "no such thing"); found {
		t.Error("a name that means nothing was found")
	}
}

func TestChainHoldsTogether(t *testing.T) {
	a := design(t, "harbour")
	way, found := query.Chain(a, "PlaceOrder", "card_processor")
	if !found[0] || !found[1] || len(way) < 2 {
		t.Fatalf("from PlaceOrder to card_processor: %v, %v", way, found)
	}
	for i := 1; i < len(way); i++ {
		if way[i].Through != way[i-1].Node || way[i].Steps != i || way[i].How == "" {
			t.Errorf("step %d does not follow from the one before: %+v", i, way[i])
		}
	}
	if way, found := query.Chain(a, "PlaceOrder", "nowhere"); way != nil || found[1] {
		t.Errorf("a way to nowhere: %v", way)
	}
}
