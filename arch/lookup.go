package arch

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"plumb.dev/plumb/fact"
)

// Short is the name of an element without the section it is written in: Order for
// domain.Order, PlaceOrder for use_cases.PlaceOrder.
func Short(p Path) string {
	if _, name, found := strings.Cut(string(p), "."); found {
		return name
	}
	return string(p)
}

// Decision returns the decision with the id, nil when there is none.
func (a *Arch) Decision(id DecisionID) *Decision {
	for i := range a.Decisions {
		if a.Decisions[i].ID == id {
			return &a.Decisions[i]
		}
	}
	return nil
}

// FactOf returns the fact with the id. Facts are sorted by id.
func (a *Arch) FactOf(id Path) (fact.Fact, bool) {
	i := sort.Search(len(a.Facts), func(i int) bool { return a.Facts[i].ID >= id }) // without copying facts
	if i == len(a.Facts) || a.Facts[i].ID != id {
		return fact.Fact{}, false
	}
	return a.Facts[i], true
}

// Store returns the store with the id, nil when there is none.
func (a *Arch) Store(id StoreID) *Store {
	for i := range a.Stores {
		if a.Stores[i].ID == id {
			return &a.Stores[i]
		}
	}
	return nil
}

// LeaderAgreed is the fact that says how long it takes, where one of several zones is lost
// with the leading copies, until those that are left agree on who leads: a majority of
// three sooner than one of two that is alone.
func (p *Placement) LeaderAgreed() fact.ID {
	if p.Zones.N >= 3 {
		return "decide.quorum-switch"
	}
	return "decide.zone-switch"
}

// Roots are the facts below a decision that were not derived from others, with how
// many derivations away they are: 0 for those it reads itself.
func (a *Arch) Roots(d *Decision) map[Path]int {
	out, seen := map[Path]int{}, map[Path]bool{}
	level := d.Facts
	for far := 0; len(level) > 0; far++ {
		var next []Path
		for _, id := range level {
			if seen[id] {
				continue
			}
			seen[id] = true
			f, ok := a.FactOf(id)
			switch {
			case !ok:
			case f.Origin == fact.Derived:
				next = append(next, f.Inputs...)
			default:
				out[id] = far
			}
		}
		level = next
	}
	return out
}

// Option returns the option with the id, nil when there is none.
func (d *Decision) Option(id OptionID) *Option {
	i := slices.IndexFunc(d.Options, func(o Option) bool { return o.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Options[i]
}

// NameOf is the name of an option for people; the id of one without a name, and of
// the empty one, which is chosen where nothing serves, that there is none.
func (d *Decision) NameOf(id OptionID) string {
	if id == "" {
		return "nothing is feasible"
	}
	if o := d.Option(id); o != nil && o.Name != "" {
		return o.Name
	}
	return string(id)
}

// Record is where a decision's record lies in the directory of a design:
// "adr/0004-order-store.md".
func (d *Decision) Record() string { return record(d.Number, d.ID) }

// Record is where the superseded record lies.
func (f *Former) Record() string { return record(f.Number, f.ID) }

func record(number int, id DecisionID) string {
	return fmt.Sprintf("adr/%04d-%s.md", number, fact.Kebab(string(id)))
}

// Overall is the worse of what calculation and simulation say of an objective, with
// the margin of that one: missed, close, unknown or met. What a simulation cannot say
// leaves the calculation's word.
func (o *Objective) Overall() (verdict string, margin float64) {
	p := o.Simulated
	if p == nil || p.Verdict == "unknown" {
		return o.Verdict, o.Margin
	}
	worse := func(v string) int { return slices.Index([]string{"missed", "close", "unknown", "met"}, v) }
	room := o.Kind != "throughput" // of which a simulation at the peak shows no more than the peak
	if worse(p.Verdict) < worse(o.Verdict) || p.Verdict == o.Verdict && p.Margin < o.Margin && room {
		return p.Verdict, p.Margin
	}
	return o.Verdict, o.Margin
}

// Asserted is what must hold under a scenario of the input, with that scenario.
type Asserted struct {
	Scenario string
	Assertion
}

// Asserted lists what the scenarios of the input say must hold, in their order; of one
// that did not fit into the work it is unknown, and why. Nil when nothing was simulated.
func (a *Arch) Asserted() (out []Asserted) {
	if a.Verification == nil {
		return nil
	}
	for i := range a.Verification.Trials {
		t := &a.Verification.Trials[i]
		for _, c := range t.Claims {
			out = append(out, Asserted{t.ID, c})
		}
	}
	for _, o := range a.Verification.Omitted {
		for i := range a.Scenarios {
			if s := &a.Scenarios[i]; o.Given && (o.ID == s.Name || o.ID == "scenarios."+s.Name) {
				for _, w := range s.Holds {
					out = append(out, Asserted{o.ID, Assertion{Claim: w.Text, Verdict: "unknown", Why: o.Why}})
				}
			}
		}
	}
	return out
}

// For names what a repair was for.
func (r *Repair) For() string {
	switch {
	case r.Claim != "":
		return r.Claim + " under " + r.Scenario
	case r.Objective != "":
		return string(r.Objective)
	}
	return "coming back after " + r.Scenario
}

// Kept lists the repairs that the design has.
func (v *Verification) Kept() (out []Repair) {
	for _, r := range v.Repairs {
		if !r.Undone {
			out = append(out, r)
		}
	}
	return out
}

// Vain is what was tried for something and taken back: one number of a decision with all
// the values that it had, and what came of the last of them.
type Vain struct {
	Repair
	Values []Value
}

// Vain lists what was tried and taken back, in order.
func (v *Verification) Vain() (out []Vain) {
	for _, r := range v.Repairs {
		if !r.Undone {
			continue
		}
		i := slices.IndexFunc(out, func(x Vain) bool {
			return x.For() == r.For() && x.Decision == r.Decision && x.Changed == r.Changed
		})
		if i < 0 {
			i = len(out)
			out = append(out, Vain{})
		}
		out[i].Repair = r
		if !slices.ContainsFunc(out[i].Values, func(x Value) bool { return x.Quantity == r.To.Quantity }) {
			out[i].Values = append(out[i].Values, r.To)
		}
	}
	return out
}

// Says is what was measured of an assertion and how far that carries: "4.4% (4.2 to
// 4.5%); 4.5% would be kept".
func (c *Assertion) Says() string {
	p := Prediction{Predicted: c.Measured, Low: c.Low, High: c.High}
	text := c.Why
	if c.Measured.Known() {
		text = p.Range()
		if c.Why != "" {
			text += "; " + c.Why
		}
	}
	if c.Nearest.Known() {
		text += "; " + c.Nearest.String() + " would be kept"
	}
	return text
}

// Range shows what is predicted with its interval: "49.5ms (45.8 to 59.9ms)".
func (p *Prediction) Range() string {
	if !p.Predicted.Known() {
		return "unknown"
	}
	low, high := p.Low.String(), p.High.String()
	if unit := strings.TrimLeft(high, "0123456789.,"); strings.TrimLeft(low, "0123456789.,") == unit {
		low = strings.TrimSuffix(low, unit)
	}
	return fmt.Sprintf("%s (%s to %s)", p.Predicted, low, high)
}

// String says in a line what the simulation says.
func (p *Prediction) String() string {
	switch {
	case p == nil:
		return ""
	case p.Verdict == "unknown":
		return "cannot say: " + p.Why
	}
	text := fmt.Sprintf("%s: %s under %s", p.Verdict, p.Range(), p.Scenario)
	if p.Calculated.Known() {
		text += fmt.Sprintf(", %s a month of it as calculated", p.Calculated)
	}
	if p.Disagrees != "" {
		text += "; " + p.Disagrees
	}
	return text
}
