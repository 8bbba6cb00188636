package sensitivity

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// Options of what takes many plans.
type Options struct {
	// Workers is how many plans are made side by side, at least one. The result does
	// not depend on it.
	Workers int
	// Progress is told how many plans were made so far; nil is not told. It is
	// called from many goroutines at once.
	Progress func(plans int)
	// Decisions are the ones whose tipping points are asked for; none means those
	// that are significant.
	Decisions []arch.DecisionID
	// Work bounds the search for tipping points, about, as plans times use cases;
	// UsualWork when 0. It counts plans, never time, so that the answer is the same on
	// any machine.
	Work int
}

// UsualWork carries a system of some seventy use cases whole. In a larger one the
// facts on which most decisions rest are tried, for about half a minute; with
// thousands of use cases one fact alone takes longer.
const UsualWork = 200_000

// wholeUpTo is how many use cases a plan may have whose time grows with their number
// alone; in larger ones the cut takes most of it.
const wholeUpTo = 70

// plansPerFact is about how many plans one fact takes.
const plansPerFact = 8

// Tips is what single facts can do to decisions.
type Tips struct {
	// Flips are the tipping points of each decision, nearest first: the first value
	// of each fact, each way, at which the whole system, planned again, has another
	// choice there. Its Cascade is what else changes at that value.
	Flips map[arch.DecisionID][]arch.Flip
	// Steady are the stated facts that argued for a decision and that leave it as it
	// is at all values tried, up to a hundredfold.
	Steady map[arch.DecisionID][]arch.Path
	// Plans is how many plans it took.
	Plans int
	// Left is how many facts were not tried, for the bound of work.
	Left int
}

// Tips finds tipping points by planning the whole system again at other values of
// one fact at a time: every fact that a decision rests on and that rests on no other
// fact. Numbers go through their plausible range and up to a hundredfold each way,
// as far as they can; words and yes or no through their values. The error is that of
// the context.
func (p *Planner) Tips(ctx context.Context, o Options) (*Tips, error) {
	wanted := p.wanted(o.Decisions)
	all, reach := p.roots(wanted)
	roots := p.carried(all, reach, cmp.Or(o.Work, UsualWork))
	found := make([][]tip, len(roots))
	var plans atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, o.Workers))
	for i, f := range roots {
		g.Go(func() error {
			s := &search{p: p, ctx: ctx, fact: f, domain: domainOf(f), wanted: wanted, tried: map[fact.Quantity]*outcome{}}
			s.count = func() {
				if n := plans.Add(1); o.Progress != nil {
					o.Progress(int(n))
				}
			}
			found[i] = s.run()
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := p.gather(wanted, roots, reach, found, int(plans.Load()))
	out.Left = len(all) - len(roots)
	return out, nil
}

// carried are the facts that the work carries: those on which most of the decisions
// rest, by id.
func (p *Planner) carried(roots []fact.Fact, reach map[fact.ID]map[arch.DecisionID]bool, work int) []fact.Fact {
	cases := float64(max(1, len(p.base.Model.UseCases)))
	each := cases * math.Max(1, math.Sqrt(cases/wholeUpTo)) // a plan of 5,000 use cases takes 500 times one of 80
	most := max(1, int(float64(work)/plansPerFact/each))
	if len(roots) <= most {
		return roots
	}
	out := slices.Clone(roots)
	slices.SortStableFunc(out, func(a, b fact.Fact) int { return cmp.Compare(len(reach[b.ID]), len(reach[a.ID])) })
	out = out[:most]
	slices.SortFunc(out, func(a, b fact.Fact) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func (p *Planner) wanted(ids []arch.DecisionID) []*arch.Decision {
	var out []*arch.Decision
	for i := range p.base.Decisions {
		d := &p.base.Decisions[i]
		if d.Pinned == nil && (slices.Contains(ids, d.ID) || len(ids) == 0 && d.Significant) {
			out = append(out, d)
		}
	}
	return out
}

// roots are the facts that the decisions rest on and that rest on nothing else, by
// id, and which of the decisions rests on which.
func (p *Planner) roots(wanted []*arch.Decision) ([]fact.Fact, map[fact.ID]map[arch.DecisionID]bool) {
	reach := map[fact.ID]map[arch.DecisionID]bool{}
	var roots []fact.Fact
	for _, d := range wanted {
		seen := map[fact.ID]bool{}
		asked := map[arch.DecisionID]bool{}
		var rests func(id fact.ID)
		rests = func(id fact.ID) {
			f, ok := p.fact(id)
			if !ok || seen[id] {
				return
			}
			seen[id] = true
			if len(f.Inputs) > 0 {
				for _, in := range f.Inputs {
					rests(in)
				}
				return
			}
			if reach[id] == nil {
				reach[id] = map[arch.DecisionID]bool{}
				roots = append(roots, f)
			}
			reach[id][d.ID] = true
		}
		var asks func(id arch.DecisionID)
		asks = func(id arch.DecisionID) {
			at := p.base.Decision(id)
			if at == nil || asked[id] {
				return
			}
			asked[id] = true
			for _, f := range at.Facts {
				rests(f)
			}
			for _, need := range at.Needs {
				asks(need)
			}
		}
		asks(d.ID)
	}
	slices.SortFunc(roots, func(a, b fact.Fact) int { return cmp.Compare(a.ID, b.ID) })
	return roots, reach
}

// gather sorts what was found by decision.
func (p *Planner) gather(wanted []*arch.Decision, roots []fact.Fact, reach map[fact.ID]map[arch.DecisionID]bool, found [][]tip, plans int) *Tips {
	out := &Tips{Flips: map[arch.DecisionID][]arch.Flip{}, Steady: map[arch.DecisionID][]arch.Path{}, Plans: plans}
	for _, d := range wanted {
		var mine []tip
		for i, f := range roots {
			moved := false
			for _, t := range found[i] {
				if t.decision == d.ID {
					mine, moved = append(mine, t), true
				}
			}
			if !moved && f.Origin == fact.Stated && f.Value.Kind.Numeric() && reach[f.ID][d.ID] {
				out.Steady[d.ID] = append(out.Steady[d.ID], f.ID)
			}
		}
		slices.SortStableFunc(mine, func(a, b tip) int { return cmp.Compare(a.distance, b.distance) })
		for _, t := range mine {
			out.Flips[d.ID] = append(out.Flips[d.ID], t.flip)
		}
	}
	return out
}

// tip is one tipping point of one decision.
type tip struct {
	decision arch.DecisionID
	flip     arch.Flip
	distance float64 // from today's value, as the logarithm of a factor
}

// search tries one fact at other values.
type search struct {
	p      *Planner
	ctx    context.Context
	fact   fact.Fact
	domain domain
	wanted []*arch.Decision
	tried  map[fact.Quantity]*outcome
	count  func()
}

// outcome is a plan at one value, as far as it matters here.
type outcome struct {
	at         fact.Quantity
	print      fingerprint
	changes    []arch.Change
	infeasible bool
}

func (s *search) run() []tip {
	if s.fact.Value.Kind.Numeric() {
		return append(s.numbers(false), s.numbers(true)...)
	}
	var out []tip
	for _, q := range others(s.fact) {
		o := s.plan(q)
		for _, d := range s.wanted {
			if to, flipped := o.flips(d); flipped && !has(out, d.ID) {
				out = append(out, tip{d.ID, s.flip(d, o, to, false), 0})
			}
		}
	}
	return out
}

func has(list []tip, id arch.DecisionID) bool {
	return slices.ContainsFunc(list, func(t tip) bool { return t.decision == id })
}

// numbers goes one way. The far end of a fact of the model is tried first: where the
// plan is the same there down to its last utility, the fact has no say. The others
// are tried quickly enough.
func (s *search) numbers(below bool) []tip {
	values := s.domain.values(s.fact, below)
	if _, model := s.p.base.Model.Facts.Get(s.fact.ID); model && len(values) > 0 && s.at(values[len(values)-1]).print == s.p.print {
		return nil
	}
	var out []tip
	settled := map[arch.DecisionID]bool{}
	before := s.fact.Value.N
	for _, v := range values {
		o := s.at(v)
		for _, d := range s.wanted {
			if settled[d.ID] || o.stands(d) {
				continue
			}
			settled[d.ID] = true
			still, at := s.place(d, before, v)
			to, flipped := at.flips(d)
			if !flipped {
				continue
			}
			f := s.flip(d, at, to, below)
			f.Still = arch.Value{Quantity: still, Fact: s.fact.ID}
			out = append(out, tip{d.ID, f, s.domain.distance(s.fact.Value.N, at.at.N)})
		}
		before = v
	}
	return out
}

// place narrows down where between two values a decision ceases to stand, and takes
// the value that people are shown where that is as near. It returns the value at
// which the choice still stands, and the plan at which it does not.
func (s *search) place(d *arch.Decision, before, v float64) (fact.Quantity, *outcome) {
	last := s.at(v)
	for !s.domain.near(before, v) && s.ctx.Err() == nil {
		mid := s.domain.between(before, v, 0.5)
		if mid == before || mid == v {
			break
		}
		if o := s.at(mid); o.stands(d) {
			before = mid
		} else {
			v, last = mid, o
		}
	}
	to, _ := last.flips(d)
	if shown, ok := read(last.at); ok && shown != v && s.domain.near(shown, v) && s.domain.clamp(shown) == shown {
		o := s.at(shown)
		if other, flipped := o.flips(d); flipped && other == to {
			last = o
		}
	}
	still := s.fact.Value
	still.N = before
	return still, last
}

// read gives the value that a reader of the shown quantity understands.
func read(q fact.Quantity) (float64, bool) {
	v, ok, err := fact.ParseNumber(q.Kind, q.String())
	return v, ok && err == nil
}

func (s *search) at(v float64) *outcome {
	q := s.fact.Value
	q.N = v
	return s.plan(q)
}

func (s *search) plan(q fact.Quantity) *outcome {
	if o, ok := s.tried[q]; ok {
		return o
	}
	s.count()
	over := fact.Overrides{s.fact.ID: q}
	o := inRoom(func(r *room) *outcome {
		if s.p.base.Stands(over, &r.plan) {
			return &outcome{}
		}
		return s.p.look(Change{Facts: over}, r)
	})
	o.at = q
	s.tried[q] = o
	return o
}

// room is memory for plans of which an outcome is all that is kept.
type room struct {
	facts *fact.Ledger
	plan  decide.Room
}

var rooms = sync.Pool{New: func() any { return &room{facts: fact.NewLedger()} }}

func inRoom(f func(*room) *outcome) *outcome {
	r := rooms.Get().(*room)
	defer rooms.Put(r)
	return f(r)
}

// look plans the input with a change, in a room, and notes what matters of it here.
func (p *Planner) look(c Change, r *room) *outcome {
	in := p.input(c, r)
	plan, problems := decide.Run(in)
	return &outcome{
		print: fingerprintOf(plan, problems), changes: Changed(p.base, plan),
		infeasible: problems.HasErrors() && !p.problems.HasErrors(),
	}
}

// stands reports whether a decision comes out as it does today.
func (o *outcome) stands(d *arch.Decision) bool {
	return !slices.ContainsFunc(o.changes, func(c arch.Change) bool { return c.Decision == d.ID })
}

// flips reports whether a decision comes out differently. One that is no longer
// asked, in a system that is feasible, does not: what it was about is gone, which
// the structure's own tipping points say.
func (o *outcome) flips(d *arch.Decision) (arch.OptionID, bool) {
	for _, c := range o.changes {
		if c.Decision == d.ID {
			return c.To, c.To != "" || o.infeasible
		}
	}
	return "", false
}

func (s *search) flip(d *arch.Decision, o *outcome, to arch.OptionID, below bool) arch.Flip {
	f := arch.Flip{
		Fact: s.fact.ID, Now: arch.Value{Quantity: s.fact.Value, Fact: s.fact.ID}, At: arch.Value{Quantity: o.at, Fact: s.fact.ID},
		Below: below, To: to, Method: Replanned,
	}
	for _, c := range o.changes {
		if c.Decision != d.ID {
			f.Cascade = append(f.Cascade, c)
		}
	}
	return f
}

// Replanned is the method of tipping points found here.
const Replanned = "replanned"

// Apply writes the tipping points into decision records: at most the nearest six
// each, in place of those from a decision's own comparison.
func (t *Tips) Apply(decisions []arch.Decision) {
	const shown = 6
	for i := range decisions {
		d := &decisions[i]
		if flips, ok := t.Flips[d.ID]; ok {
			d.Flips = flips[:min(shown, len(flips))]
		}
		if t.Left == 0 { // else another fact may move it
			d.Steady = t.Steady[d.ID]
		}
	}
}
