package build_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/build"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

var examples = []string{"petclinic", "cargo", "harbour"}

func example(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("../examples/" + name + "/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// planned runs the stages before build.
func planned(t testing.TB, text string) *decide.Plan {
	t.Helper()
	doc, problems := spec.Parse("plumb.yaml", []byte(text))
	m, more := model.Check(doc, nil)
	if m == nil {
		t.Fatalf("the input is refused: %v %v", problems, more)
	}
	p, problems := decide.Run(decide.Input{Model: m, Catalog: catalog.Builtin()})
	if problems.HasErrors() {
		t.Fatalf("nothing can be decided: %v", problems)
	}
	return p
}

func built(t testing.TB, text string) *arch.Arch {
	t.Helper()
	return build.Run(planned(t, text))
}

// elements are the paths of the input that elements of a design may name.
func elements(m *model.Model) []arch.Path {
	out := []arch.Path{"context", "context.teams", "context.regions"}
	for _, a := range m.Actors {
		out = append(out, a.Path)
	}
	for _, e := range m.Externals {
		out = append(out, e.Path)
	}
	for _, v := range m.Types {
		out = append(out, v.Path)
	}
	for _, a := range m.Aggregates {
		out = append(out, a.Path)
	}
	for _, r := range m.Rules {
		out = append(out, r.Path)
	}
	for _, e := range m.Events {
		out = append(out, e.Path)
	}
	for _, u := range m.UseCases {
		out = append(out, u.Path)
	}
	return append(out, "contexts", "deployables")
}

func TestDesignsAreConsistent(t *testing.T) {
	inputs := map[string]string{}
	for _, name := range examples {
		inputs[name] = example(t, name)
	}
	for name, text := range small {
		inputs[name] = text
	}
	for name, text := range inputs {
		t.Run(name, func(t *testing.T) {
			p := planned(t, text)
			a := build.Run(p)
			for _, problem := range archtest.Problems(a, elements(p.Model)...) {
				t.Error(problem)
			}
			for _, problem := range archtest.Unbalanced(a) {
				t.Error(problem)
			}
		})
	}
}

// Every requirement leads to an element, and every element to a requirement.
func TestDesignsAreTraceable(t *testing.T) {
	for _, name := range examples {
		p := planned(t, example(t, name))
		a := build.Run(p)
		flows, operations := map[arch.Path]bool{}, map[arch.Path]bool{}
		for _, f := range a.Flows {
			flows[f.UseCase] = true
		}
		for _, op := range a.Operations {
			operations[op.UseCase] = true
			if len(op.Serves) == 0 {
				t.Errorf("%s: %s serves nothing", name, op.ID)
			}
		}
		for _, u := range p.Model.UseCases {
			if !flows[u.Path] {
				t.Errorf("%s: %s has no flow", name, u.Name)
			}
			if u.Asked() && !operations[u.Path] {
				t.Errorf("%s: nobody can ask for %s", name, u.Name)
			}
		}
		for _, s := range a.Stores {
			if len(s.Serves) == 0 || len(s.By) == 0 {
				t.Errorf("%s: %s serves nothing, or nothing made it", name, s.ID)
			}
		}
		owners := map[arch.Path]int{}
		for _, s := range a.Stores {
			for _, kept := range s.Aggregates {
				owners[kept.Of]++
			}
		}
		for _, g := range p.Model.Aggregates {
			if owners[g.Path] != 1 {
				t.Errorf("%s: %s is kept in %d stores", name, g.Name, owners[g.Path])
			}
		}
	}
}

// printed is a design without the places in the input.
func printed(t *testing.T, a *arch.Arch) string {
	t.Helper()
	span := reflect.TypeFor[diag.Span]()
	a = arch.Copy(a, func(v reflect.Value) {
		if v.Type() == span {
			v.SetZero()
		}
	})
	out, err := json.MarshalIndent(a, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestOrderOfDeclarationsDoesNotMatter(t *testing.T) {
	for _, name := range examples {
		text := example(t, name)
		want := printed(t, built(t, text))
		for seed := range uint64(3) {
			got := printed(t, built(t, permuted(t, text, seed)))
			if got != want {
				t.Errorf("%s, seed %d: %s", name, seed, firstDifference(want, got))
			}
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "line " + w[i] + " became " + g[i]
		}
	}
	return "one is longer"
}

// permuted shuffles the declarations in each section of an input.
func permuted(t *testing.T, text string, seed uint64) string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(seed, 1))
	root := doc.Content[0]
	for i := 0; i < len(root.Content); i += 2 {
		section := root.Content[i+1]
		if section.Kind != yaml.MappingNode || root.Content[i].Value == "context" {
			continue
		}
		n := len(section.Content) / 2
		random.Shuffle(n, func(x, y int) {
			c := section.Content
			c[2*x], c[2*y] = c[2*y], c[2*x]
			c[2*x+1], c[2*y+1] = c[2*y+1], c[2*x+1]
		})
	}
	out, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A plan is built many times: what-if questions ask again with the same one.
func TestBuildingLeavesThePlanAlone(t *testing.T) {
	p := planned(t, example(t, "cargo"))
	before := p.Facts.Len()
	first, second := printed(t, build.Run(p)), printed(t, build.Run(p))
	if first != second {
		t.Error("the same plan gives two systems: ", firstDifference(first, second))
	}
	if p.Facts.Len() != before {
		t.Errorf("the plan had %d facts and has %d", before, p.Facts.Len())
	}
}

func TestDesignSurvivesJSON(t *testing.T) {
	a := built(t, example(t, "harbour"))
	first, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back arch.Arch
	if err := json.Unmarshal(first, &back); err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(&back)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("plan.json changes when it is read and written again")
	}
}

func BenchmarkRun(b *testing.B) {
	for _, name := range examples {
		p := planned(b, example(b, name))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				build.Run(p)
			}
		})
	}
}

func find[E any](list []E, is func(E) bool) *E {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return &list[i]
	}
	return nil
}
