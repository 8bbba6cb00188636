package boundary_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/boundary/judge"
)

// TestNoConstraintIsViolated tries 3,000 random models; the program in
// tools/boundaries tries any number of them.
func TestNoConstraintIsViolated(t *testing.T) {
	const models = 3_000
	feasible, broken := judge.Try(1, models)
	if broken != "" {
		t.Error(broken)
	}
	if feasible < models/4 {
		t.Errorf("only %d of %d models are feasible, so hardly anything was tried", feasible, models)
	}
}

func TestOrderOfDeclarationsChangesNothing(t *testing.T) {
	for i := range 150 {
		random := rand.New(rand.NewPCG(11, uint64(i)))
		in := judge.Random(random, 2+random.IntN(14), 1+random.IntN(30), random.IntN(4))
		if i%2 == 1 {
			in.Own = judge.RandomOwn(random, in)
		}
		want, wantConflicts := boundary.Run(in, boundary.Options{})
		got, gotConflicts := boundary.Run(permuted(random, in), boundary.Options{})
		if !reflect.DeepEqual(wantConflicts, gotConflicts) {
			t.Fatalf("model %d: conflicts differ:\n%+v\n%+v", i, wantConflicts, gotConflicts)
		}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("model %d: results differ:\n%s", i, firstDifference(fmt.Sprintf("%#v %#v", want, want.Own), fmt.Sprintf("%#v %#v", got, got.Own)))
		}
	}
}

// What is a little larger changes nothing: ties are broken by what the parts do, and a
// rate says only how often.
func TestASlightlyHigherRateMovesNothing(t *testing.T) {
	tried := 0
	for i := range 150 {
		random := rand.New(rand.NewPCG(12, uint64(i)))
		in := judge.Random(random, 2+random.IntN(14), 1+random.IntN(30), 0)
		want, conflicts := boundary.Run(in, boundary.Options{Plain: true})
		if len(conflicts) > 0 {
			continue
		}
		tried++
		in.UseCases = slices.Clone(in.UseCases)
		in.UseCases[random.IntN(len(in.UseCases))].Rate *= 1 + 1e-9
		got, _ := boundary.Run(in, boundary.Options{Plain: true})
		if a, b := housed(&want), housed(&got); a != b {
			t.Errorf("model %d: %s", i, firstDifference(a, b))
		}
	}
	if tried < 50 {
		t.Errorf("only %d models were tried", tried)
	}
}

// housed prints the contexts of the recommended cut with what lives in them.
func housed(r *boundary.Result) string {
	var b strings.Builder
	for _, c := range r.Candidates[0].Contexts {
		fmt.Fprintln(&b, c.Aggregates, c.UseCases)
	}
	return b.String()
}

func permuted(random *rand.Rand, in boundary.Input) boundary.Input {
	in.Aggregates = shuffled(random, in.Aggregates)
	in.UseCases = shuffled(random, in.UseCases)
	in.References = shuffled(random, in.References)
	in.Invariants = shuffled(random, in.Invariants)
	in.Pins = shuffled(random, in.Pins)
	in.Zones = shuffled(random, in.Zones)
	in.Own = shuffled(random, in.Own)
	for i := range in.Own {
		in.Own[i].Aggregates = shuffled(random, in.Own[i].Aggregates)
	}
	for i := range in.UseCases {
		u := &in.UseCases[i]
		u.Reads, u.Writes = shuffled(random, u.Reads), shuffled(random, u.Writes)
	}
	for i := range in.Pins {
		in.Pins[i].Aggregates = shuffled(random, in.Pins[i].Aggregates)
	}
	return in
}

func shuffled[T any](random *rand.Rand, xs []T) []T {
	xs = slices.Clone(xs)
	random.Shuffle(len(xs), func(i, j int) { xs[i], xs[j] = xs[j], xs[i] })
	return xs
}

func firstDifference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-200)
	return a[from:min(len(a), i+200)] + "\n" + b[from:min(len(b), i+200)]
}

// TestNamesDecideNothing renames everything, so that the names sort another
// way, and expects the same cuts at the same cost.
func TestNamesDecideNothing(t *testing.T) {
	for i := range 150 {
		random := rand.New(rand.NewPCG(12, uint64(i)))
		in := judge.Random(random, 2+random.IntN(14), 1+random.IntN(30), 0)
		renamed, back := renamed(random, in)
		want, _ := boundary.Run(in, boundary.Options{})
		got, _ := boundary.Run(renamed, boundary.Options{})
		if len(want.Candidates) != len(got.Candidates) {
			t.Fatalf("model %d: %d candidates, renamed %d", i, len(want.Candidates), len(got.Candidates))
		}
		for j := range want.Candidates {
			if a, b := want.Candidates[j].Cost, got.Candidates[j].Cost; !reflect.DeepEqual(a, b) {
				t.Fatalf("model %d, candidate %d: cost %v, renamed %v", i, j, a, b)
			}
			if a, b := groups(want.Candidates[j], nil), groups(got.Candidates[j], back); a != b && !symmetric(in) {
				t.Fatalf("model %d, candidate %d: %s, renamed %s", i, j, a, b)
			}
		}
	}
}

// symmetric reports whether some aggregates could be exchanged without anybody
// noticing: then names must decide between equal cuts.
func symmetric(in boundary.Input) bool {
	used := map[boundary.AggregateID]string{}
	for _, u := range in.UseCases {
		for _, a := range u.Reads {
			used[a] += "r" + string(u.ID)
		}
		for _, a := range u.Writes {
			used[a] += "w" + string(u.ID)
		}
	}
	seen := map[string]bool{}
	for _, a := range in.Aggregates {
		if seen[used[a.ID]] {
			return true
		}
		seen[used[a.ID]] = true
	}
	return false
}

func renamed(random *rand.Rand, in boundary.Input) (boundary.Input, map[boundary.AggregateID]boundary.AggregateID) {
	name := map[boundary.AggregateID]boundary.AggregateID{}
	back := map[boundary.AggregateID]boundary.AggregateID{}
	for i, j := range random.Perm(len(in.Aggregates)) {
		id := boundary.AggregateID(fmt.Sprintf("x%d", j))
		name[in.Aggregates[i].ID], back[id] = id, in.Aggregates[i].ID
	}
	all := func(ids []boundary.AggregateID) []boundary.AggregateID {
		var out []boundary.AggregateID
		for _, id := range ids {
			out = append(out, name[id])
		}
		return out
	}
	use := map[boundary.UseCaseID]boundary.UseCaseID{}
	for i, j := range random.Perm(len(in.UseCases)) {
		use[in.UseCases[i].ID] = boundary.UseCaseID(fmt.Sprintf("y%d", j))
	}
	out := in
	out.Aggregates = slices.Clone(in.Aggregates)
	for i := range out.Aggregates {
		out.Aggregates[i].ID = name[out.Aggregates[i].ID]
		out.Aggregates[i].Owner = "of " + out.Aggregates[i].Owner
	}
	out.UseCases = slices.Clone(in.UseCases)
	for i := range out.UseCases {
		u := &out.UseCases[i]
		u.ID, u.Reads, u.Writes = use[u.ID], all(u.Reads), all(u.Writes)
		u.Then = slices.Clone(u.Then)
		for j := range u.Then {
			u.Then[j].UseCase = use[u.Then[j].UseCase]
		}
	}
	out.References = slices.Clone(in.References)
	for i, r := range out.References {
		out.References[i].From, out.References[i].To = name[r.From], name[r.To]
	}
	return out, back
}

// groups prints the contexts of a candidate by their aggregates, under their
// names in back.
func groups(c boundary.Candidate, back map[boundary.AggregateID]boundary.AggregateID) string {
	var out []string
	for _, x := range c.Contexts {
		var ids []string
		for _, a := range x.Aggregates {
			if back != nil {
				a = back[a]
			}
			ids = append(ids, string(a))
		}
		slices.Sort(ids)
		out = append(out, strings.Join(ids, "+"))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
