package sensitivity

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// full plans with nothing left out and nothing used again, fresh with nothing used
// again.
func full(p *Planner, over fact.Overrides) *decide.Plan {
	plan, _ := decide.Run(decide.Input{Model: p.bound.Complete(over), Catalog: catalog.Builtin(), Facts: over})
	return plan
}

func fresh(p *Planner, over fact.Overrides) *decide.Plan {
	plan, _ := decide.Run(decide.Input{Model: p.bound.Complete(over), Catalog: catalog.Builtin(), Facts: over, Plain: true})
	return plan
}

// tipsOf asks about the decisions of a small system that cost something to reverse,
// and the significant ones of a large one.
func tipsOf(t *testing.T, p *Planner) *Tips {
	t.Helper()
	o := Options{Workers: 2}
	if len(p.base.Decisions) < 100 {
		for _, d := range p.base.Decisions {
			if d.Reversal.N >= 5 {
				o.Decisions = append(o.Decisions, d.ID)
			}
		}
	}
	tips, err := p.Tips(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return tips
}

func TestAPlainPlanChoosesAsAFullOne(t *testing.T) {
	for _, name := range examples {
		p := example(t, name)
		roots, _ := p.roots(p.wanted(nil))
		for i, f := range roots {
			if i%7 != 0 || !f.Value.Kind.Numeric() {
				continue
			}
			for _, below := range []bool{false, true} {
				values := domainOf(f).values(f, below)
				if len(values) == 0 {
					continue
				}
				over := at(f, values[len(values)-1])
				plain, _ := p.At(Change{Facts: over})
				if c := Changed(full(p, over), plain); len(c) > 0 {
					t.Errorf("%s, %s at %v: %v", name, f.ID, over[f.ID], c)
				}
			}
		}
	}
}

func at(f fact.Fact, v float64) fact.Overrides {
	q := f.Value
	q.N = v
	return fact.Overrides{f.ID: q}
}

func TestEveryTippingPointHoldsOnBothSides(t *testing.T) {
	for _, name := range examples {
		if name == "harbour" && testing.Short() {
			continue // thousands of plans
		}
		p := example(t, name)
		tips := tipsOf(t, p)
		found := 0
		for id, flips := range tips.Flips {
			for _, f := range flips {
				found++
				holds(t, name, p, id, f)
				if slices.Contains(tips.Steady[id], f.Fact) {
					t.Errorf("%s: %s of %s flips at %s and is steady", name, f.Fact, id, f.At)
				}
			}
			nearestFirst(t, name, p, id, flips)
		}
		if found == 0 || len(tips.Steady) == 0 {
			t.Errorf("%s: %d flips, %d decisions with steady facts", name, found, len(tips.Steady))
		}
	}
}

// holds plans at a tipping point and at the value next to it.
func holds(t *testing.T, name string, p *Planner, id arch.DecisionID, f arch.Flip) {
	t.Helper()
	at, before := fresh(p, fact.Overrides{f.Fact: f.At.Quantity}), f.Now.Quantity
	if d := at.Decision(id); d == nil && f.To != "" || d != nil && d.Choice != f.To && shape(d) != string(f.To) {
		t.Errorf("%s: %s does not become %q at %s of %s", name, id, f.To, f.At, f.Fact)
	}
	if f.At.Kind.Numeric() {
		v, _ := p.fact(f.Fact)
		d := domainOf(v)
		if f.At.N < d.low || f.At.N > d.high || d.whole && f.At.N != math.Trunc(f.At.N) {
			t.Errorf("%s: %s cannot be %s", name, f.Fact, f.At)
		}
		before = f.Still.Quantity
		if between := f.At.N - f.Still.N; between == 0 || between < 0 != f.Below {
			t.Errorf("%s: %s stands at %s, beyond the tipping point %s", name, id, f.Still, f.At)
		}
		if far := d.distance(f.Still.N, f.At.N); far > 3*fine && !d.whole {
			t.Errorf("%s: %s stands at %s and flips at %s of %s, which is far", name, id, f.Still, f.At, f.Fact)
		}
	}
	was, now := p.base.Decision(id), fresh(p, fact.Overrides{f.Fact: before}).Decision(id)
	if now == nil || now.Choice != was.Choice || structural(was) && shape(now) != shape(was) {
		t.Errorf("%s: %s is no longer %s at %s of %s, before the tipping point %s", name, id, was.Choice, before, f.Fact, f.At)
	}
}

func TestTippingPointsDoNotDependOnHowManyPlansAreMadeAtATime(t *testing.T) {
	p := example(t, "cargo")
	one, err := p.Tips(t.Context(), Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	many, err := p.Tips(t.Context(), Options{Workers: 7})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, many) {
		t.Error("one and seven workers find different tipping points")
	}
}

// nearestFirst checks the order of a decision's tipping points.
func nearestFirst(t *testing.T, name string, p *Planner, id arch.DecisionID, flips []arch.Flip) {
	t.Helper()
	last := 0.0
	for _, f := range flips {
		known, _ := p.fact(f.Fact)
		far := 0.0
		if known.Value.Kind.Numeric() {
			far = domainOf(known).distance(f.Now.N, f.At.N)
		}
		if far < last {
			t.Errorf("%s: %s: %s of %s stands behind a farther flip", name, id, f.At, f.Fact)
		}
		last = far
	}
}

// A second deployable brings other decisions along.
func TestAFlipNamesItsCascade(t *testing.T) {
	p := example(t, "cargo")
	tips, err := p.Tips(t.Context(), Options{Workers: 2, Decisions: []arch.DecisionID{"deployables"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, flips := range tips.Flips {
		for _, f := range flips {
			if len(f.Cascade) > 0 {
				return
			}
		}
	}
	t.Errorf("no flip of the structure brings another one along: %v", tips.Flips)
}

// The records of a quick design have the tipping points of each decision's own
// comparison: they, too, lie where their facts can be.
func TestNoRecordHasATippingPointThatItsFactCannotReach(t *testing.T) {
	found := 0
	for _, name := range examples {
		p := example(t, name)
		for i := range p.base.Decisions {
			d := &p.base.Decisions[i]
			for _, f := range p.base.Flips(d.ID) {
				known, ok := p.fact(f.Fact)
				if !ok || !f.At.Kind.Numeric() {
					continue
				}
				found++
				if in := domainOf(known); f.At.N < in.low || f.At.N > in.high {
					t.Errorf("%s: %s flips at %s of %s, which is %g to %g", name, d.ID, f.At, f.Fact, in.low, in.high)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no tipping point was met")
	}
}

// A bound of work leaves out the facts on which fewest decisions rest, finds of the
// others what a search without it finds, and says of no fact that it moves nothing.
func TestABoundOfWorkTriesWhatMostRestsOn(t *testing.T) {
	p := example(t, "cargo")
	whole := tipsOf(t, p)
	if whole.Left != 0 {
		t.Fatalf("%d facts of cargo are left out of the usual work", whole.Left)
	}
	few, err := p.Tips(context.Background(), Options{Workers: 2, Work: 20 * plansPerFact * len(p.base.Model.UseCases)})
	if err != nil {
		t.Fatal(err)
	}
	if few.Left == 0 || few.Plans >= whole.Plans {
		t.Errorf("%d facts left out, %d plans instead of %d", few.Left, few.Plans, whole.Plans)
	}
	found := 0
	for id, flips := range few.Flips {
		for _, f := range flips {
			found++
			if !slices.ContainsFunc(whole.Flips[id], func(w arch.Flip) bool { return w.Fact == f.Fact && w.Below == f.Below && w.At == f.At && w.To == f.To }) {
				t.Errorf("%s: the flip at %s of %s is found only under the bound", id, f.At, f.Fact)
			}
		}
	}
	if found == 0 {
		t.Error("no tipping point is found under the bound")
	}
	decisions := slices.Clone(p.base.Decisions)
	few.Apply(decisions)
	for _, d := range decisions {
		if len(d.Steady) > 0 {
			t.Errorf("%s is said to stand whatever %v are, though not all facts were tried", d.ID, d.Steady)
		}
	}
}
