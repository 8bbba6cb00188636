// Package sensitivity asks what would change a design. Everything here is a call
// of the plan at other facts: a [Planner] holds one bound input and plans it again
// at a [Change], and the rest of the package decides which changes to try and reads
// the answers.
//
//	what-if            Planner.At             one change, one plan
//	tipping points     Planner.Tips           the first value of a fact, each way, that flips a decision
//	robustness         Planner.Robustness     the share of priorities under which a choice stands
//	questions          Planner.Questions      the guesses that matter most, to be answered by a person
//	conflicts          Planner.Conflicts      the requirements that cannot hold together
//
// names.go finds the facts that a person means, answer.go writes an answer into the
// input. The values tried are in domain.go: no value lies outside what its fact can
// be. Nothing here reads a clock or chance; where many plans are made they are made
// side by side, and the answers do not depend on how many at a time.
package sensitivity

import (
	"reflect"
	"regexp"
	"slices"
	"sync"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Change is what is different in a what-if. The zero Change changes nothing.
type Change struct {
	// Facts sets facts of the model, constants of decisions and entries of the
	// catalogue to other values.
	Facts fact.Overrides
	// Pins forces options, in addition to the pins of the input and before them.
	Pins []model.Pin
	// Unpinned leaves out pins of the input, by target.
	Unpinned []string
	// Weights replaces weights of criteria, by the criterion's name.
	Weights map[string]float64
}

// Planner plans one input again and again. It is frozen and safe for concurrent
// use.
type Planner struct {
	bound    *model.Bound
	catalog  *catalog.Catalog
	base     *decide.Plan
	problems diag.List
	cut      boundary.Input
	print    fingerprint
	names    func() []fact.Fact // all facts that can be named, listed when first asked for
}

// New plans the input as it is, and remembers what later plans can use again.
// plan is that plan with its problems where it was made already, nil otherwise.
func New(b *model.Bound, c *catalog.Catalog, plan *decide.Plan, problems diag.List) *Planner {
	p := &Planner{bound: b, catalog: c, base: plan, problems: problems}
	if plan == nil {
		p.base, p.problems = decide.Run(decide.Input{Model: b.Complete(nil), Catalog: c})
	}
	p.cut = decide.BoundaryInput(p.base.Model)
	p.print = fingerprintOf(p.base, p.problems)
	p.names = sync.OnceValue(p.all)
	return p
}

// Base is the plan of the input as it is, and the problems it has.
func (p *Planner) Base() (*decide.Plan, diag.List) { return p.base, p.problems }

// At plans the input with a change, as far as choices go: records lack the facts
// that were read, and the parameters. The cut into contexts is computed again only
// when the change reaches what it depends on, and then without what explains it.
func (p *Planner) At(c Change) (*decide.Plan, diag.List) {
	in := p.input(c, nil)
	in.Plain = true
	return decide.Run(in)
}

// Full plans the input with a change, with all records and parameters, fit to be
// built. Of the cut it leaves out what explains it.
func (p *Planner) Full(c Change) (*decide.Plan, diag.List) {
	in := p.input(c, nil)
	if in.Cut == nil {
		if cut, conflicts := boundary.Run(decide.BoundaryInput(in.Model), decide.BoundaryOptions(in.Model, true)); len(conflicts) == 0 {
			in.Cut = &cut
		}
	}
	return decide.Run(in)
}

// input is what a plan with a change is made of, in a room where there is one.
func (p *Planner) input(c Change, r *room) decide.Input {
	m := p.base.Model
	switch {
	case !p.modelled(c):
	case r != nil:
		m = p.bound.CompleteIn(c.Facts, r.facts)
	default:
		m = p.bound.Complete(c.Facts)
	}
	if len(c.Pins)+len(c.Unpinned) > 0 {
		other := *m
		other.Pins = slices.Concat(c.Pins, slices.DeleteFunc(slices.Clone(m.Pins), func(pin model.Pin) bool {
			return slices.Contains(c.Unpinned, pin.Target)
		}))
		m = &other
	}
	in := decide.Input{Model: m, Catalog: p.catalog, Facts: c.Facts, Weights: c.Weights, Evidence: p.base.Evidence}
	if m == p.base.Model || reflect.DeepEqual(p.cut, decide.BoundaryInput(m)) {
		in.Cut = &p.base.Cut
	}
	if len(p.base.Cut.Candidates) == 0 {
		in.Cut = nil
	}
	if r != nil {
		in.Plain, in.Room = true, &r.plan
	}
	return in
}

// modelled reports whether a change sets a fact of the model.
func (p *Planner) modelled(c Change) bool {
	for id := range c.Facts {
		if _, elsewhere := p.base.Facts.Get(id); !elsewhere {
			return true
		}
	}
	return false
}

// fact looks in the model's facts and in those that decisions brought along.
func (p *Planner) fact(id fact.ID) (fact.Fact, bool) {
	if f, ok := p.base.Model.Facts.Get(id); ok {
		return f, true
	}
	return p.base.Facts.Get(id)
}

// Changed lists the decisions that came out differently in another plan: in the
// order of the first plan, then those only the second one has. A decision that one
// of them did not take has the empty option there.
func Changed(from, to *decide.Plan) []arch.Change {
	var out []arch.Change
	for i := range from.Decisions {
		d := &from.Decisions[i]
		e := to.Decision(d.ID)
		switch {
		case e == nil:
			out = append(out, arch.Change{Decision: d.ID, From: d.Choice})
		case e.Choice != d.Choice:
			out = append(out, arch.Change{Decision: d.ID, From: d.Choice, To: e.Choice})
		case structural(d) && shape(d) != shape(e):
			out = append(out, arch.Change{Decision: d.ID, From: d.Choice, To: arch.OptionID(shape(e))})
		}
	}
	for i := range to.Decisions {
		if e := &to.Decisions[i]; from.Decision(e.ID) == nil {
			out = append(out, arch.Change{Decision: e.ID, To: e.Choice})
		}
	}
	return out
}

// structural tells a question whose options are told apart by what they are made of:
// two cuts of as many contexts share an id, and so do any two sets of deployables
// that drivers part.
func structural(d *arch.Decision) bool {
	return d.Question == "contexts" || d.Question == "deployables"
}

// shape is what the chosen option of a structural question is made of: its name
// without the drivers behind it, which may change and leave the parts as they are.
func shape(d *arch.Decision) string { return driverOf.ReplaceAllString(chosenName(d), "") }

var driverOf = regexp.MustCompile(` \([a-z-]+\)`)

func chosenName(d *arch.Decision) string {
	for i := range d.Options {
		if d.Options[i].ID == d.Choice {
			return d.Options[i].Name
		}
	}
	return ""
}
