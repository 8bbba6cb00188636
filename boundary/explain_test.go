package boundary_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/boundary/judge"
)

func boundaryOf(t *testing.T, res boundary.Result, a, b string) boundary.Boundary {
	t.Helper()
	for _, x := range res.Boundaries {
		if x.A == a && x.B == b {
			return x
		}
	}
	t.Fatalf("no boundary between %s and %s among %d", a, b, len(res.Boundaries))
	return boundary.Boundary{}
}

func TestBoundarySaysWhatCrossesItAndAtWhatPrice(t *testing.T) {
	in := shop()
	own(in, "web", "Product", "Price")
	own(in, "core", "Order", "Cart", "Invoice", "Payment")
	b := boundaryOf(t, run(t, in), "Cart", "Price")
	want := []boundary.Crossing{{UseCase: "FillCart", From: "Cart", To: "Price", Reads: ids{"Product"}, Waits: true, Rate: 10, Ref: "use FillCart"}}
	if !reflect.DeepEqual(b.Crossings, want) {
		t.Errorf("crossings %+v", b.Crossings)
	}
	if want := (boundary.BoundaryPrice{SyncHops: 1, SyncRate: 10, Reads: 1, TwoTeams: 1}); b.Price != want {
		t.Errorf("price %+v, want %+v", b.Price, want)
	}
}

func TestContextsAreNamedAfterWhatIsWrittenMost(t *testing.T) {
	for _, c := range run(t, shop()).Candidates {
		seen := map[string]bool{}
		for _, x := range c.Contexts {
			if seen[x.Name] {
				t.Errorf("two contexts are named %s", x.Name)
			}
			seen[x.Name] = true
		}
	}
	in := shop()
	set(in, "Price", func(a *boundary.Aggregate) { a.Subdomain = "Catalogue" })
	set(in, "Product", func(a *boundary.Aggregate) { a.Subdomain = "Catalogue" })
	set(in, "Invoice", func(a *boundary.Aggregate) { a.Name = "Bill" })
	var names []string
	for _, x := range run(t, in).Candidates[0].Contexts {
		names = append(names, x.Name)
	}
	// Cart and Invoice are in most writing use cases; a subdomain names what it is.
	if want := []string{"Bill", "Cart", "Catalogue"}; !slices.Equal(names, want) {
		t.Errorf("contexts are named %v, want %v", names, want)
	}
}

// TestCounterfactualsAreWhatWouldHappen makes each move and each merge that is
// promised and compares what it costs.
func TestCounterfactualsAreWhatWouldHappen(t *testing.T) {
	tried := 0
	for i := range 12 {
		random := rand.New(rand.NewPCG(31, uint64(i)))
		in := judge.Random(random, 4+random.IntN(5), 4+random.IntN(12), 0)
		res := run(t, in)
		now := res.Candidates[res.Chosen]
		for _, cf := range slices.Concat(res.Moves, res.Merges) {
			if !cf.Allowed {
				continue
			}
			tried++
			in.Own = changed(now, cf)
			got, conflicts := boundary.Run(in, boundary.Options{Choose: boundary.OwnID, Plain: true})
			if conflicts != nil {
				t.Fatal(conflicts)
			}
			then := got.Candidates[got.Chosen]
			for _, c := range cf.Changes {
				if then.Cost.Value(c.Dimension) != c.To || now.Cost.Value(c.Dimension) != c.From {
					t.Fatalf("model %d: %+v: %s is %v and becomes %v", i, cf, c.Dimension, now.Cost.Value(c.Dimension), then.Cost.Value(c.Dimension))
				}
			}
			for _, m := range then.Cost {
				if m.Value != now.Cost.Value(m.Dimension) && !slices.ContainsFunc(cf.Changes, func(c boundary.Change) bool { return c.Dimension == m.Dimension }) {
					t.Fatalf("model %d: %+v is silent about %s", i, cf, m.Dimension)
				}
			}
			if d := then.Affinity - now.Affinity - cf.Affinity; math.Abs(d) > 1e-9 {
				t.Fatalf("model %d: %+v: affinity is off by %v", i, cf, d)
			}
		}
		in.Own = nil
	}
	if tried < 100 {
		t.Errorf("only %d counterfactuals were tried", tried)
	}
}

// changed is a cut as a user would write it, after a move or a merge.
func changed(c boundary.Candidate, cf boundary.Counterfactual) []boundary.OwnContext {
	var out []boundary.OwnContext
	for _, x := range c.Contexts {
		o := boundary.OwnContext{Name: x.Name, Aggregates: slices.Clone(x.Aggregates)}
		o.Aggregates = slices.DeleteFunc(o.Aggregates, func(a boundary.AggregateID) bool { return a == cf.Aggregate })
		if cf.Aggregate != "" && x.Name == cf.To {
			o.Aggregates = append(o.Aggregates, cf.Aggregate)
		}
		out = append(out, o)
	}
	if cf.Aggregate == "" {
		at := func(name string) int {
			return slices.IndexFunc(out, func(o boundary.OwnContext) bool { return o.Name == name })
		}
		from, to := at(cf.From), at(cf.To)
		out[to].Aggregates = append(out[to].Aggregates, out[from].Aggregates...)
		out = slices.Delete(out, from, from+1)
	} else if cf.To == "" {
		out = append(out, boundary.OwnContext{Name: "alone", Aggregates: ids{cf.Aggregate}})
	}
	return slices.DeleteFunc(out, func(o boundary.OwnContext) bool { return len(o.Aggregates) == 0 })
}

// TestFlipsFlip makes each change that is said to make the runner-up win.
func TestFlipsFlip(t *testing.T) {
	tried := map[boundary.FlipKind]int{}
	for i := range 60 {
		random := rand.New(rand.NewPCG(32, uint64(i)))
		in := judge.Random(random, 4+random.IntN(8), 6+random.IntN(20), 0)
		for j := range in.Aggregates {
			in.Aggregates[j].Volatility = boundary.Often // what is reference data may depend on the weights
		}
		res := run(t, in)
		for _, f := range res.Reason.Upset {
			opt := boundary.Options{Plain: true, Weights: boundary.Defaults().Weights}
			after := in
			switch f.Kind {
			case boundary.FlipThreshold:
				opt.Weights.Threshold = f.At + (f.At-f.Now)*1e-6
			default:
				after.UseCases = slices.Clone(in.UseCases)
				u := slices.IndexFunc(after.UseCases, func(u boundary.UseCase) bool { return u.ID == f.UseCase })
				after.UseCases[u].Consistency = map[boundary.FlipKind]boundary.Consistency{boundary.FlipStrong: boundary.Strong, boundary.FlipEventual: boundary.Eventual}[f.Kind]
			}
			tried[f.Kind]++
			first, second := worth(t, after, res.Candidates[0], opt), worth(t, after, res.Candidates[res.RunnerUp], opt)
			if second <= first {
				t.Fatalf("model %d: after %+v the recommended cut is worth %v, the runner-up %v", i, f, first, second)
			}
		}
	}
	if tried[boundary.FlipThreshold] < 10 || tried[boundary.FlipStrong]+tried[boundary.FlipEventual] < 3 {
		t.Errorf("tried only %v", tried)
	}
}

// worth returns what a cut is worth in an input.
func worth(t *testing.T, in boundary.Input, c boundary.Candidate, opt boundary.Options) float64 {
	t.Helper()
	in.Own = nil
	for _, x := range c.Contexts {
		in.Own = append(in.Own, boundary.OwnContext{Name: x.Name, Aggregates: x.Aggregates})
	}
	opt.Choose = boundary.OwnID
	res, conflicts := boundary.Run(in, opt)
	if conflicts != nil {
		t.Fatal(conflicts)
	}
	return res.Candidates[res.Chosen].Affinity
}

func TestThresholdIntervalIsWhereTheCutHolds(t *testing.T) {
	in := shop()
	res := run(t, in)
	holds := res.Stability.Threshold
	want := groups(res.Candidates[0], nil)
	for _, c := range []struct {
		at   float64
		same bool
	}{{holds.From + 0.01, true}, {holds.To * 0.99, true}, {holds.To * 1.1, false}} {
		opt := boundary.Options{Weights: boundary.Defaults().Weights}
		opt.Weights.Threshold = c.at
		got, _ := boundary.Run(in, opt)
		if same := groups(got.Candidates[0], nil) == want; same != c.same {
			t.Errorf("at %v of %v: %s", c.at, holds, groups(got.Candidates[0], nil))
		}
	}
}

func TestClearCutIsStableAndAsksNothing(t *testing.T) {
	res := run(t, shop())
	if res.Stability.Same < 0.8 || len(res.Questions) > 0 {
		t.Errorf("stability %+v, questions %+v", res.Stability, res.Questions)
	}
}

func TestUncertainCutAsksOneQuestionPerDoubt(t *testing.T) {
	asked := 0
	for i := range 30 {
		random := rand.New(rand.NewPCG(33, uint64(i)))
		res := run(t, judge.Random(random, 8, 16, 0))
		seen := map[[2]string]bool{}
		for _, q := range res.Questions {
			asked++
			if q.Together < 0.1 || q.Together > 0.95 || q.Text == "" || q.IfYes == q.IfNo {
				t.Errorf("model %d: question %+v", i, q)
			}
			if pair := [2]string{q.A, q.B}; seen[pair] {
				t.Errorf("model %d: two questions about %v", i, pair)
			} else {
				seen[pair] = true
			}
		}
		if len(res.Questions) > 5 {
			t.Errorf("model %d: %d questions", i, len(res.Questions))
		}
	}
	if asked < 5 {
		t.Errorf("only %d questions in 30 vague systems", asked)
	}
}

func TestReasonIsTheDifferenceToTheRunnerUp(t *testing.T) {
	res := run(t, shop())
	first, second := res.Candidates[0], res.Candidates[res.RunnerUp]
	for _, c := range slices.Concat(res.Reason.Better, res.Reason.Worse) {
		if c.From != second.Cost.Value(c.Dimension) || c.To != first.Cost.Value(c.Dimension) {
			t.Errorf("%+v is not the difference of the two", c)
		}
	}
	if len(res.Reason.Better) == 0 || len(res.Reason.Worse) == 0 {
		t.Errorf("one of two candidates of the front is better in everything: %+v", res.Reason)
	}
	if res.Reason.Margin != first.Affinity-second.Affinity {
		t.Errorf("margin %v", res.Reason.Margin)
	}
}

func TestShownCandidatesDoNotDominateOneAnother(t *testing.T) {
	for i := range 60 {
		random := rand.New(rand.NewPCG(34, uint64(i)))
		res := run(t, judge.Random(random, 3+random.IntN(10), 3+random.IntN(20), 0))
		if n := len(res.Candidates); n > 6 {
			t.Errorf("model %d: %d candidates", i, n)
		}
		for x, a := range res.Candidates {
			for y, b := range res.Candidates {
				if x != y && dominates(a.Cost, b.Cost) {
					t.Errorf("model %d: candidate %d dominates %d", i, x, y)
				}
			}
		}
	}
}

func dominates(a, b boundary.Cost) bool {
	better := false
	for i := range a {
		if a[i].Compared && a[i].Value > b[i].Value {
			return false
		}
		better = better || a[i].Compared && a[i].Value < b[i].Value
	}
	return better
}

func TestOwnCutIsJudgedBesideTheComputedOnes(t *testing.T) {
	in := shop()
	in.Own = []boundary.OwnContext{{Name: "Selling", Aggregates: ids{"Product", "Price", "Cart"}, Ref: "own:1"}, {Name: "Money", Aggregates: ids{"Order", "Invoice"}, Ref: "own:2"}}
	res, _ := boundary.Run(in, boundary.Options{Choose: boundary.OwnID})
	if res.Computed != 0 || res.Chosen == 0 {
		t.Fatalf("computed %d, chosen %d", res.Computed, res.Chosen)
	}
	c := res.Candidates[res.Chosen]
	// Payment was left out; it is only ever written with Invoice.
	if got := groups(c, nil); got != "Cart+Price+Product Invoice+Order+Payment" {
		t.Errorf("own cut is %s", got)
	}
	var names []string
	for _, x := range c.Contexts {
		names = append(names, x.Name)
	}
	if !slices.Contains(names, "Selling") {
		t.Errorf("own contexts are named %v", names)
	}
	if c.Cost.Value(boundary.StrongWrites) <= res.Candidates[0].Cost.Value(boundary.StrongWrites) {
		t.Error("tearing PlaceOrder costs no strong write")
	}
	if res.Boundaries[0].A != names[0] {
		t.Errorf("the explanation is about %s, not about the forced cut", res.Boundaries[0].A)
	}
}

func TestOwnCutThatBreaksAConstraintSaysWhichOne(t *testing.T) {
	in := shop()
	in.Invariants = []boundary.Invariant{{Name: "total", Aggregates: ids{"Order", "Invoice"}, Atomic: true, Ref: "inv:1"}}
	in.Own = []boundary.OwnContext{{Name: "O", Aggregates: ids{"Order"}, Ref: "own:1"}, {Name: "I", Aggregates: ids{"Invoice"}, Ref: "own:2"}}
	res := run(t, in)
	i := slices.IndexFunc(res.Eliminated, func(e boundary.Elimination) bool { return e.Method == boundary.MethodOwn })
	if i < 0 || !slices.Contains(res.Eliminated[i].Refs, "inv:1") || !slices.Contains(res.Eliminated[i].Refs, "own:1") {
		t.Errorf("eliminated %+v", res.Eliminated)
	}
}

func TestForbiddenMergeNamesTheConstraint(t *testing.T) {
	in := shop()
	in.Pins = []boundary.Pin{{Kind: boundary.Apart, Aggregates: ids{"Product", "Cart"}, Ref: "pins:7"}}
	res := run(t, in)
	b := boundaryOf(t, res, "Cart", "Price")
	if len(b.Forced) != 1 || b.Forced[0].Refs[0] != "pins:7" || b.Merge.Allowed || b.Stays != 1 {
		t.Errorf("boundary %+v", b)
	}
	one := slices.IndexFunc(res.Eliminated, func(e boundary.Elimination) bool { return e.Method == boundary.MethodOne })
	if one < 0 || res.Eliminated[one].Refs[0] != "pins:7" {
		t.Errorf("one service is not eliminated by the pin: %+v", res.Eliminated)
	}
}

func TestOwnCutIsJudgedByTheSameCounts(t *testing.T) {
	in := shop()
	in.Own = []boundary.OwnContext{{Name: "Selling", Aggregates: ids{"Product", "Price", "Cart"}, Ref: "own:1"}, {Name: "Money", Aggregates: ids{"Order", "Invoice"}, Ref: "own:2"}}
	res := run(t, in)
	j := res.Own
	if j == nil || j.Candidate == res.Computed || res.Candidates[j.Candidate].ID != boundary.OwnID || len(j.Breaks) > 0 {
		t.Fatalf("judged %+v", j)
	}
	if res.Chosen != res.Computed {
		t.Error("the own cut was adopted without being chosen")
	}
	if want := []boundary.Placement{{Aggregate: "Payment", Context: "Money"}}; !slices.Equal(j.Placed, want) {
		t.Errorf("placed %v, want %v", j.Placed, want)
	}
	for _, c := range slices.Concat(j.Better, j.Worse) {
		if own, computed := res.Candidates[j.Candidate].Cost.Value(c.Dimension), res.Candidates[0].Cost.Value(c.Dimension); c.To != own || c.From != computed {
			t.Errorf("%s is said to go from %v to %v, and goes from %v to %v", c.Dimension, c.From, c.To, computed, own)
		}
	}
	if !slices.ContainsFunc(j.Worse, func(c boundary.Change) bool { return c.Dimension == boundary.StrongWrites }) {
		t.Error("tearing PlaceOrder is not among what is worse")
	}
	if len(j.Moves) == 0 {
		t.Fatal("no move would improve a cut that is not the best")
	}
	for _, m := range j.Moves {
		if !m.Allowed || m.Affinity <= 0 && !betters(m.Changes) {
			t.Errorf("%+v improves nothing", m)
		}
	}
}

// betters reports whether some measure gets smaller.
func betters(changes []boundary.Change) bool {
	return slices.ContainsFunc(changes, func(c boundary.Change) bool { return c.To < c.From })
}

func TestOwnCutListsEveryConstraintItBreaks(t *testing.T) {
	in := shop()
	in.Invariants = []boundary.Invariant{{Name: "total", Aggregates: ids{"Order", "Invoice"}, Atomic: true, Ref: "inv:1"}}
	in.Pins = []boundary.Pin{{Kind: boundary.Apart, Aggregates: ids{"Product", "Cart"}, Ref: "pins:7"}}
	in.Own = []boundary.OwnContext{{Name: "O", Aggregates: ids{"Order", "Cart", "Product"}, Ref: "own:1"}, {Name: "I", Aggregates: ids{"Invoice"}, Ref: "own:2"}}
	res := run(t, in)
	if res.Own == nil || len(res.Own.Breaks) != 2 {
		t.Fatalf("judged %+v", res.Own)
	}
	together, apart := res.Own.Breaks[0], res.Own.Breaks[1]
	if !together.Together || !slices.Equal(together.Refs, []string{"own:1", "own:2", "inv:1"}) && !slices.Equal(together.Refs, []string{"own:2", "own:1", "inv:1"}) {
		t.Errorf("torn: %+v", together)
	}
	if apart.Together || !slices.Equal(apart.Refs, []string{"own:1", "pins:7"}) {
		t.Errorf("joined: %+v", apart)
	}
	if id := res.Candidates[res.Own.Candidate].ID; id != boundary.MendedID {
		t.Errorf("the cut that obeys is called %s", id)
	}
}

func TestOwnNamesAreKept(t *testing.T) {
	in := shop()
	in.Own = []boundary.OwnContext{{Name: "order", Aggregates: ids{"Product", "Price", "Cart"}, Ref: "own:1"}}
	res := run(t, in)
	var names []string
	for _, c := range res.Candidates[res.Own.Candidate].Contexts {
		names = append(names, c.Name)
	}
	if !slices.Contains(names, "order") || slices.Contains(names, "Order") {
		t.Errorf("contexts are named %v; two of these are one in ids", names)
	}
}
