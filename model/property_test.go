package model_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// sections whose declarations may stand in any order.
var sections = []string{"actors", "externals", "types", "domain", "rules", "events", "use_cases", "pins"}

func TestTheOrderOfDeclarationsMeansNothing(t *testing.T) {
	for _, name := range examples {
		doc := example(t, name)
		want := model.Dump(bound(t, doc).Complete(nil))
		for seed := range uint64(5) {
			random := rand.New(rand.NewPCG(seed, 1))
			shuffled := *doc
			shuffled.Root = shuffle(doc.Root, random)
			got := model.Dump(bound(t, &shuffled).Complete(nil))
			if got != want {
				t.Fatalf("%s, seed %d: %s", name, seed, firstDifference(got, want))
			}
		}
	}
}

// shuffle copies the root with the declarations of each section in another order.
func shuffle(root *spec.Node, random *rand.Rand) *spec.Node {
	out := *root
	out.Entries = slices.Clone(root.Entries)
	for i, e := range out.Entries {
		if slices.Contains(sections, e.Key) {
			out.Entries[i].Value = shuffled(e.Value, random)
		}
		if e.Key == "context" {
			inner := *e.Value
			inner.Entries = slices.Clone(inner.Entries)
			for j, f := range inner.Entries {
				if f.Key == "teams" {
					inner.Entries[j].Value = shuffled(f.Value, random)
				}
			}
			out.Entries[i].Value = &inner
		}
	}
	return &out
}

func shuffled(n *spec.Node, random *rand.Rand) *spec.Node {
	out := *n
	out.Entries = slices.Clone(n.Entries)
	random.Shuffle(len(out.Entries), func(i, j int) { out.Entries[i], out.Entries[j] = out.Entries[j], out.Entries[i] })
	return &out
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d: got %q, want %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines against %d", len(g), len(w))
}

// Aggregates and use cases get names in another order, actors with them where they
// share a name; every number must stay what it was.
func TestRenamingRenamesAndNothingElse(t *testing.T) {
	for _, name := range examples {
		doc := example(t, name)
		before := bound(t, doc).Complete(nil)
		there, back := renaming(before)
		renamed := meant(t, replaceNames(doc.Source, there))
		if renamed.Facts.Len() != before.Facts.Len() {
			t.Errorf("%s: %d facts became %d", name, before.Facts.Len(), renamed.Facts.Len())
		}
		for _, f := range renamed.Facts.All() {
			id := fact.ID(replaceNames(string(f.ID), back))
			g, ok := before.Facts.Get(id)
			switch {
			case !ok:
				t.Errorf("%s: %s is new", name, id)
			case !near(f.Value.N, g.Value.N) || replaceNames(f.Value.Text, back) != g.Value.Text || f.Origin != g.Origin || f.Rule != g.Rule:
				t.Errorf("%s: %s was %s (%s), is %s (%s)", name, id, g.Value, g.Rule, f.Value, f.Rule)
			}
		}
		if len(renamed.Questions) != len(before.Questions) {
			t.Errorf("%s: %d questions became %d", name, len(before.Questions), len(renamed.Questions))
		}
	}
}

// renaming gives every aggregate and use case a name that sorts the other way
// round.
func renaming(m *model.Model) (there, back map[string]string) {
	there, back = map[string]string{}, map[string]string{}
	put := func(old, new string) { there[old], back[new] = new, old }
	for i, a := range m.Aggregates {
		put(a.Name, fmt.Sprintf("Agg%03d", 999-i))
		for _, x := range m.Actors {
			if strings.EqualFold(x.Name, a.Name) {
				put(x.Name, fmt.Sprintf("agg%03d", 999-i))
			}
		}
	}
	for i, u := range m.UseCases {
		put(u.Name, fmt.Sprintf("Use%03d", 999-i))
	}
	return there, back
}

var nameForm = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*`)

func replaceNames(text string, names map[string]string) string {
	return nameForm.ReplaceAllStringFunc(text, func(w string) string {
		if to, ok := names[w]; ok {
			return to
		}
		return w
	})
}

func TestAnOverrideEqualToTheValueChangesNoOtherFact(t *testing.T) {
	for _, name := range examples {
		b := bound(t, example(t, name))
		before := b.Complete(nil)
		facts := before.Facts.All()
		for i, f := range facts {
			if len(facts) > 1000 && i%9 != 0 {
				continue // a ninth of the largest example tells as much
			}
			after := b.Complete(fact.Overrides{f.ID: f.Value})
			for _, g := range after.Facts.All() {
				old, ok := before.Facts.Get(g.ID)
				switch {
				case !ok:
					t.Errorf("%s: setting %s to its value made the fact %s", name, f.ID, g.ID)
				case !near(g.Value.N, old.Value.N) || g.Value.Text != old.Value.Text:
					t.Errorf("%s: setting %s to its value moved %s from %s to %s", name, f.ID, g.ID, old.Value, g.Value)
				case f.Origin == fact.Stated && !reflect.DeepEqual(g, old):
					t.Errorf("%s: setting the stated %s to its value changed %s", name, f.ID, g.ID)
				case g.ID == f.ID && g.Origin != fact.Stated && !structural.MatchString(string(g.ID)):
					t.Errorf("%s: %s was set, but counts as %s", name, g.ID, g.Origin)
				}
			}
		}
	}
}

// structural facts hold whatever an override says.
var structural = regexp.MustCompile(`\.(owner|owned_by|only|class|zone|protocol|channels)$`)

func TestTheSameBoundIsNotChangedByCompletingIt(t *testing.T) {
	b := bound(t, example(t, "harbour"))
	want := model.Dump(b.Complete(nil))
	b.Complete(fact.Overrides{"use_cases.PlaceOrder.peak": {Kind: fact.Rate, N: 9999}, "context.platform": {Kind: fact.Text, Text: "vms"}})
	if got := model.Dump(b.Complete(nil)); got != want {
		t.Error(firstDifference(got, want))
	}
}

// Plans that only choose are made of models without questions.
func TestQuestionsLeaveTheModelAsItIs(t *testing.T) {
	busy := fact.Overrides{"use_cases.ViewMenu.peak": {Kind: fact.Rate, N: 200_000}} // what externals charge swamps the budget
	for _, name := range examples {
		b := bound(t, example(t, name))
		for _, over := range []fact.Overrides{nil, busy} {
			asked, plain := b.Complete(over), b.CompleteIn(over, fact.NewLedger())
			asked.Questions = nil
			if got, want := model.Dump(plain), model.Dump(asked); got != want {
				t.Errorf("%s: %s", name, firstDifference(got, want))
			}
		}
	}
}

func TestNoOverrideMakesANumberThatIsNone(t *testing.T) {
	for _, name := range examples {
		b := bound(t, example(t, name))
		for i, f := range b.Complete(nil).Facts.All() {
			if f.Value.Kind == fact.Text || i%7 != 0 && name == "harbour" {
				continue
			}
			for _, n := range []float64{0, f.Value.N * 100, 1e12} {
				over := f.Value
				over.N = n
				m := b.Complete(fact.Overrides{f.ID: over})
				for _, g := range m.Facts.All() {
					if math.IsNaN(g.Value.N) || math.IsInf(g.Value.N, 0) || g.Value.N < 0 {
						t.Fatalf("%s: with %s at %g, %s is %g", name, f.ID, n, g.ID, g.Value.N)
					}
				}
				for _, u := range m.UseCases {
					if l := u.Load; !(l.Quiet.N <= l.Average.N && l.Average.N <= l.Peak.N) {
						t.Fatalf("%s: with %s at %g, %s has quiet %g, average %g, peak %g", name, f.ID, n, u.Name, l.Quiet.N, l.Average.N, l.Peak.N)
					}
				}
			}
		}
	}
}

func TestEveryNumberIsFiniteAndHasItsReason(t *testing.T) {
	for _, name := range examples {
		m := bound(t, example(t, name)).Complete(nil)
		for _, f := range m.Facts.All() {
			if math.IsNaN(f.Value.N) || math.IsInf(f.Value.N, 0) || f.Value.N < 0 {
				t.Errorf("%s: %s is %g", name, f.ID, f.Value.N)
			}
			if f.HasRange() && (f.Low > f.Value.N || f.Value.N > f.High) {
				t.Errorf("%s: %s of %g lies outside %g..%g", name, f.ID, f.Value.N, f.Low, f.High)
			}
			switch {
			case f.Origin == fact.Stated && !f.Span.Valid(),
				f.Origin == fact.Derived && f.Rule == "",
				f.Origin == fact.Assumed && f.Reason == "":
				t.Errorf("%s: %s is %s without saying why", name, f.ID, f.Origin)
			}
			for _, id := range f.Inputs {
				if _, known := m.Facts.Get(id); !known && id != "" {
					t.Errorf("%s: %s rests on %s, which is no fact", name, f.ID, id)
				}
			}
		}
	}
}

func TestLoadsAreInOrderAndNumbersKnown(t *testing.T) {
	for _, name := range examples {
		m := bound(t, example(t, name)).Complete(nil)
		for _, u := range m.UseCases {
			l := u.Load
			for _, n := range []fact.Number{l.Peak, l.Average, l.Quiet, l.Lasts, l.PerDay, u.BytesIn, u.BytesOut, u.Work.P50, u.Work.P99, u.Stale} {
				if !n.Known() {
					t.Errorf("%s: a number of %s is not known", name, u.Name)
				}
			}
			if l.Quiet.N > l.Average.N || l.Average.N > l.Peak.N || u.Work.P50.N > u.Work.P99.N {
				t.Errorf("%s: %s: quiet %g, average %g, peak %g; work %g, %g", name, u.Name, l.Quiet.N, l.Average.N, l.Peak.N, u.Work.P50.N, u.Work.P99.N)
			}
			if u.Asked() && (l.Peak.N <= 0 || !u.Available.Known()) {
				t.Errorf("%s: %s is asked for, at %g/s, with target %v", name, u.Name, l.Peak.N, u.Available)
			}
			if u.Owner == nil || u.Result == "" || u.Importance == "" || u.Only == "" || u.Consistency.Kind == "" {
				t.Errorf("%s: %s is not complete: %+v", name, u.Name, u)
			}
		}
		for _, a := range m.Aggregates {
			if a.Owner == nil || a.ID == nil || a.Kind == "" || a.History == "" || !a.Instances.Known() || !a.Size.Known() || a.Instances.N <= 0 {
				t.Errorf("%s: %s is not complete: %+v", name, a.Name, a)
			}
		}
	}
}

func TestARaisedPeakLowersNoLoad(t *testing.T) {
	b := bound(t, example(t, "harbour"))
	before := b.Complete(nil)
	for _, u := range before.UseCases {
		after := b.Complete(fact.Overrides{u.Load.Peak.Fact: {Kind: fact.Rate, N: u.Load.Peak.N * 3}})
		for i, v := range after.UseCases {
			if v.Load.Peak.N < before.UseCases[i].Load.Peak.N*(1-1e-9) || v.Load.Average.N < before.UseCases[i].Load.Average.N*(1-1e-9) {
				t.Errorf("three times the peak of %s lowers the load of %s", u.Name, v.Name)
			}
		}
	}
}

func TestEverySpanLiesInItsFile(t *testing.T) {
	for _, name := range examples {
		doc := example(t, name)
		m := bound(t, doc).Complete(nil)
		lines := strings.Split(doc.Source, "\n")
		seen := 0
		spans(reflect.ValueOf(m), map[uintptr]bool{}, func(s diag.Span) {
			if !s.Valid() {
				return
			}
			seen++
			inside := s.File == doc.File && s.Start.Line <= len(lines) && s.End.Line <= len(lines) && !s.End.Before(s.Start) &&
				s.Start.Column <= len([]rune(lines[s.Start.Line-1]))+1
			if !inside {
				t.Errorf("%s: the span %v lies outside", name, s)
			}
		})
		for _, f := range m.Facts.All() {
			if f.Origin == fact.Stated && (f.Span.File != doc.File || f.Span.Start.Line > len(lines)) {
				t.Errorf("%s: %s was stated at %v", name, f.ID, f.Span)
			}
		}
		if seen < 40 {
			t.Errorf("%s: only %d spans were seen", name, seen)
		}
	}
}

// spans visits every span below a value.
func spans(v reflect.Value, done map[uintptr]bool, visit func(diag.Span)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || done[v.Pointer()] {
			return
		}
		done[v.Pointer()] = true
		spans(v.Elem(), done, visit)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[diag.Span]() {
			if v.CanInterface() {
				visit(v.Interface().(diag.Span))
			}
			return
		}
		for i := range v.NumField() {
			spans(v.Field(i), done, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			spans(v.Index(i), done, visit)
		}
	}
}

func FuzzCheckNeverPanics(f *testing.F) {
	for _, name := range examples {
		f.Add(example(f, name).Source)
	}
	f.Add("system: S\ndomain:\n  A: {states: a -> b, timers: {a: {after: 1d, to: b}}}\nuse_cases:\n  U: {creates: A, then: [U], undo: U, on: ACreated, peak: 1/s}\n")
	f.Fuzz(func(t *testing.T, text string) {
		doc, _ := spec.Parse("fuzz.yaml", []byte(text))
		if m, _ := model.Check(doc, nil); m != nil {
			model.Dump(m)
		}
	})
}
