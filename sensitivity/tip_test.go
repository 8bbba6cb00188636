package sensitivity

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// full plans with nothing left out and nothing used again.
func full(p *Planner, over fact.Overrides) *decide.Plan {
	plan, _ := decide.Run(decide.Input{Model: p.bound.Complete(over), Catalog: catalog.Builtin(), Facts: over})
	return plan
}

func TestAPlainPlanChoosesAsAFullOne(t *testing.T) {
	for _, name := range examples {
		p := example(t, name)
		roots, _ := p.roots(p.wanted(nil))
		for i, f := range roots {
			if i%7 != 0 || !numeric(f.Value.Kind) {
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
		p := example(t, name)
		found := 0
		for id, flips := range tipsOf(t, p).Flips {
			for _, f := range flips {
				found++
				holds(t, name, p, id, f)
			}
		}
		if found == 0 && name != "petclinic" {
			t.Errorf("%s: no decision of it ever flips", name)
		}
	}
}

// holds plans at a tipping point and at the value next to it.
func holds(t *testing.T, name string, p *Planner, id arch.DecisionID, f arch.Flip) {
	t.Helper()
	at, before := full(p, fact.Overrides{f.Fact: f.At.Quantity}), f.Now.Quantity
	if d := at.Decision(id); d == nil && f.To != "" || d != nil && d.Choice != f.To && chosenName(d) != string(f.To) {
		t.Errorf("%s: %s does not become %q at %s of %s", name, id, f.To, f.At, f.Fact)
	}
	if numeric(f.At.Kind) {
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
	was, now := p.base.Decision(id), full(p, fact.Overrides{f.Fact: before}).Decision(id)
	if now == nil || now.Choice != was.Choice || was.Question == structural && chosenName(now) != chosenName(was) {
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

func TestFlipsStandNearestFirstAndNameTheirCascade(t *testing.T) {
	p := example(t, "cargo")
	tips := tipsOf(t, p)
	flips := tips.Flips["deployables"]
	if len(flips) == 0 || len(flips[0].Cascade) == 0 {
		t.Fatalf("a second deployable moves nothing else: %v", flips)
	}
	sorted := slices.IsSortedFunc(flips, func(a, b arch.Flip) int {
		f, _ := p.fact(a.Fact)
		g, _ := p.fact(b.Fact)
		x, y := domainOf(f).distance(a.Now.N, a.At.N), domainOf(g).distance(b.Now.N, b.At.N)
		return int(math.Copysign(1, x-y))
	})
	if !sorted {
		t.Error("a farther flip stands before a nearer one")
	}
}
