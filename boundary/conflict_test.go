package boundary_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/boundary/judge"
)

type ids = []boundary.AggregateID

// aggregates makes aggregates A, B, ... with refs like "A:1".
func aggregates(names ...boundary.AggregateID) (out []boundary.Aggregate) {
	for _, n := range names {
		out = append(out, boundary.Aggregate{ID: n, Ref: string(n) + ":1"})
	}
	return out
}

func TestContradictionsNameEveryLineInvolvedAndNoOther(t *testing.T) {
	together := func(ref string, a ...boundary.AggregateID) boundary.Pin {
		return boundary.Pin{Kind: boundary.Together, Aggregates: a, Ref: ref}
	}
	apart := func(ref string, a ...boundary.AggregateID) boundary.Pin {
		return boundary.Pin{Kind: boundary.Apart, Aggregates: a, Ref: ref}
	}
	zoned := func(zones ...boundary.ZoneID) []boundary.Aggregate {
		out := aggregates("A", "B", "C", "D")
		for i, z := range zones {
			out[i].Zone = z
		}
		return out
	}
	for _, c := range []struct {
		name string
		in   boundary.Input
		want [][]string
	}{
		{"pin against pin", boundary.Input{Aggregates: aggregates("A", "B"),
			Pins: []boundary.Pin{together("p1", "A", "B"), apart("p2", "A", "B")}}, [][]string{{"p1", "p2"}}},
		{"chain, with a detour that is not involved", boundary.Input{Aggregates: aggregates("A", "B", "C", "D"),
			Invariants: []boundary.Invariant{{Aggregates: ids{"A", "B"}, Atomic: true, Ref: "i1"}, {Aggregates: ids{"C", "D"}, Atomic: true, Ref: "i2"}},
			Pins:       []boundary.Pin{together("p1", "B", "C"), apart("p2", "A", "C")}}, [][]string{{"i1", "p1", "p2"}}},
		{"shorter chain preferred", boundary.Input{Aggregates: aggregates("A", "B", "C"),
			Pins: []boundary.Pin{together("p1", "A", "B"), together("p2", "B", "C"), together("p3", "A", "C"), apart("p4", "A", "C")}}, [][]string{{"p3", "p4"}}},
		{"zones under an invariant", boundary.Input{Aggregates: zoned("card", "health"),
			Invariants: []boundary.Invariant{{Aggregates: ids{"A", "B"}, Atomic: true, Ref: "i1"}}}, [][]string{{"A:1", "B:1", "i1"}}},
		{"isolated zone against unzoned data", boundary.Input{Aggregates: zoned("card"), Zones: []boundary.Zone{{ID: "card", Isolated: true, Ref: "z1"}},
			Pins: []boundary.Pin{together("p1", "A", "B")}}, [][]string{{"A:1", "p1", "z1"}}},
		{"closed service", boundary.Input{Aggregates: aggregates("A", "B", "C"),
			Pins: []boundary.Pin{{Kind: boundary.Fixed, Service: "crm", Aggregates: ids{"A", "B"}, Ref: "p1"}, together("p2", "B", "C")}}, [][]string{{"p1", "p2"}}},
		{"two services claim one aggregate", boundary.Input{Aggregates: aggregates("A"),
			Pins: []boundary.Pin{{Kind: boundary.Fixed, Service: "crm", Aggregates: ids{"A"}, Ref: "p1"}, {Kind: boundary.Fixed, Service: "erp", Aggregates: ids{"A"}, Ref: "p2"}}}, [][]string{{"p1", "p2"}}},
		{"one pin apart over three, one reason", boundary.Input{Aggregates: aggregates("A", "B", "C"),
			Pins: []boundary.Pin{apart("p1", "A", "B", "C"), together("p2", "A", "B"), together("p3", "B", "C")}}, [][]string{{"p1", "p2"}, {"p1", "p3"}}},
		{"an eventual invariant binds nobody", boundary.Input{Aggregates: aggregates("A", "B"),
			Invariants: []boundary.Invariant{{Aggregates: ids{"A", "B"}, Ref: "i1"}}, Pins: []boundary.Pin{apart("p1", "A", "B")}}, nil},
		{"an open zone admits unzoned data", boundary.Input{Aggregates: zoned("card"), Pins: []boundary.Pin{together("p1", "A", "B")}}, nil},
	} {
		_, conflicts := boundary.Run(c.in, boundary.Options{})
		var got [][]string
		for _, x := range conflicts {
			if x.Kind != boundary.Contradiction {
				t.Errorf("%s: kind %s", c.name, x.Kind)
			}
			got = append(got, slices.Sorted(slices.Values(x.Refs)))
		}
		slices.SortFunc(got, slices.Compare)
		if !slices.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%s: conflicts %v, want %v", c.name, got, c.want)
		}
	}
}

// TestContradictionsAreMinimal keeps only the pins and invariants that a
// conflict names: they contradict one another, and after dropping any one of
// them no longer do. Where zones take part all of them stay, because to be outside
// an isolated one is a statement as well.
func TestContradictionsAreMinimal(t *testing.T) {
	tried := 0
	for i := range 400 {
		random := rand.New(rand.NewPCG(21, uint64(i)))
		in := judge.Random(random, 3+random.IntN(8), 3, 4+random.IntN(8))
		_, conflicts := boundary.Run(in, boundary.Options{Plain: true})
		for _, c := range conflicts {
			tried++
			if !contradicts(only(in, c.Refs)) {
				t.Fatalf("model %d: %v alone do not contradict one another: %s", i, c.Refs, c.Message)
			}
			for _, drop := range c.Refs {
				rest := slices.DeleteFunc(slices.Clone(c.Refs), func(r string) bool { return r == drop })
				if strings.HasPrefix(drop, "constraint") && contradicts(only(in, rest)) {
					t.Fatalf("model %d: %v contradict one another without %q: %s", i, c.Refs, drop, c.Message)
				}
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d conflicts were tried", tried)
	}
}

func contradicts(in boundary.Input) bool {
	_, conflicts := boundary.Run(in, boundary.Options{Plain: true})
	return conflicts != nil
}

// only keeps the pins and invariants on the given lines, and the zones if one of
// them is among those.
func only(in boundary.Input, refs []string) boundary.Input {
	gone := func(ref string) bool { return !slices.Contains(refs, ref) }
	in.Invariants = slices.DeleteFunc(slices.Clone(in.Invariants), func(v boundary.Invariant) bool { return gone(v.Ref) })
	in.Pins = slices.DeleteFunc(slices.Clone(in.Pins), func(p boundary.Pin) bool { return gone(p.Ref) })
	if !slices.ContainsFunc(refs, func(r string) bool { return strings.HasPrefix(r, "aggregate") }) {
		in.Aggregates = slices.Clone(in.Aggregates)
		for i := range in.Aggregates {
			in.Aggregates[i].Zone = ""
		}
	}
	return in
}

func TestBrokenStatementsAreReportedNotGuessed(t *testing.T) {
	nan := boundary.PerSecond(math.NaN())
	for _, c := range []struct {
		name string
		in   boundary.Input
		kind boundary.ConflictKind
	}{
		{"unknown aggregate", boundary.Input{UseCases: []boundary.UseCase{{ID: "u", Reads: ids{"X"}}}}, boundary.Undeclared},
		{"unknown follow-up", boundary.Input{UseCases: []boundary.UseCase{{ID: "u", Then: []boundary.FollowUp{{UseCase: "v"}}}}}, boundary.Undeclared},
		{"unknown external", boundary.Input{UseCases: []boundary.UseCase{{ID: "u", Externals: []boundary.ExternalID{"v"}}}}, boundary.Undeclared},
		{"aggregate twice", boundary.Input{Aggregates: aggregates("A", "A")}, boundary.Duplicate},
		{"use case twice", boundary.Input{UseCases: []boundary.UseCase{{ID: "u"}, {ID: "u"}}}, boundary.Duplicate},
		{"in two own contexts", boundary.Input{Aggregates: aggregates("A"), Own: []boundary.OwnContext{{Name: "x", Aggregates: ids{"A"}}, {Name: "y", Aggregates: ids{"A"}}}}, boundary.Duplicate},
		{"rate is no number", boundary.Input{UseCases: []boundary.UseCase{{ID: "u", Rate: nan}}}, boundary.BadNumber},
		{"availability above 1", boundary.Input{Aggregates: []boundary.Aggregate{{ID: "A", Availability: 99.9}}}, boundary.BadNumber},
	} {
		_, conflicts := boundary.Run(c.in, boundary.Options{})
		if len(conflicts) == 0 || conflicts[0].Kind != c.kind {
			t.Errorf("%s: conflicts %+v, want kind %s", c.name, conflicts, c.kind)
		}
	}
}

func TestEmptyAndBareInputsHaveCuts(t *testing.T) {
	if res, conflicts := boundary.Run(boundary.Input{}, boundary.Options{}); conflicts != nil || len(res.Candidates) != 0 || res.RunnerUp != -1 {
		t.Errorf("empty input: %+v, %v", res, conflicts)
	}
	res, conflicts := boundary.Run(boundary.Input{Aggregates: aggregates("A"), UseCases: []boundary.UseCase{{ID: "idle"}}}, boundary.Options{})
	if conflicts != nil || len(res.Candidates) != 1 || len(res.Candidates[0].Contexts) != 1 {
		t.Errorf("one aggregate: %+v, %v", res.Candidates, conflicts)
	}
}

// TestNoInputPanics feeds inputs whose names are drawn from too small and too
// large a set: declared twice, declared nowhere, related to themselves.
func TestNoInputPanics(t *testing.T) {
	for i := range 3_000 {
		random := rand.New(rand.NewPCG(22, uint64(i)))
		id := func() boundary.AggregateID { return boundary.AggregateID(rune('A' + random.IntN(6))) }
		some := func() (out ids) {
			for range random.IntN(4) {
				out = append(out, id())
			}
			return out
		}
		var in boundary.Input
		for range random.IntN(7) {
			in.Aggregates = append(in.Aggregates, boundary.Aggregate{ID: id(), Zone: boundary.ZoneID([]string{"", "x", "y"}[random.IntN(3)])})
		}
		if random.IntN(4) > 0 {
			in.Aggregates = aggregates("A", "B", "C", "D", "E", "F")
		}
		for j := range random.IntN(5) {
			u := boundary.UseCase{ID: boundary.UseCaseID(rune('a' + j)), Reads: some(), Writes: some(), Creates: some()}
			u.Then = []boundary.FollowUp{{UseCase: boundary.UseCaseID(rune('a' + random.IntN(5)))}}
			in.UseCases = append(in.UseCases, u)
		}
		for range random.IntN(3) {
			in.References = append(in.References, boundary.Reference{From: id(), To: id()})
			in.Invariants = append(in.Invariants, boundary.Invariant{Aggregates: some(), Atomic: true})
			in.Pins = append(in.Pins, boundary.Pin{Kind: boundary.PinKind(random.IntN(5)), Aggregates: some()})
			in.Own = append(in.Own, boundary.OwnContext{Aggregates: some()})
		}
		res, conflicts := boundary.Run(in, boundary.Options{Choose: boundary.OwnID})
		if conflicts == nil && len(in.Aggregates) > 0 && len(res.Candidates) == 0 {
			t.Fatalf("input %d has neither cuts nor conflicts", i)
		}
	}
}
