package sensitivity

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/build"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Conflict is a minimal set of requirements that cannot hold together: without any
// one of them, and whatever else the input asks for, the others can.
type Conflict struct {
	Requirements []Requirement `json:"requirements"`
}

// Requirement takes part in a conflict.
type Requirement struct {
	// Fact is what was asked for, with the place where it was written; of a pin only
	// the id is given, "pins." and its target.
	Fact fact.Fact `json:"fact"`
	// Nearest is the nearest value with which the system is feasible, all else as it
	// was written; unknown where there is none, or where it is no number.
	Nearest arch.Value `json:"nearest,omitzero"`
	// Looser are words with which it is feasible, for a requirement that is a word.
	Looser string `json:"looser,omitempty"`
}

// slack says in which direction a stated fact asks for less.
type slack struct {
	prefix, suffix string
	// up asks for less by being more. none is a value that asks for nothing.
	up   bool
	none float64
	word string // the word that asks for least
}

const never = 1e9 // seconds, thirty years: longer than any target

// slacks lists what can be given up. What others promise is among it: another
// contract can be had, or another provider.
var slacks = []slack{
	{prefix: "use_cases.", suffix: ".latency.", up: true, none: never},
	{prefix: "use_cases.", suffix: ".available", none: 0},
	{prefix: "use_cases.", suffix: ".stale", up: true, none: never},
	{prefix: "use_cases.", suffix: ".within", up: true, none: never},
	{prefix: "use_cases.", suffix: ".peak", none: 1e-9},
	{prefix: "use_cases.", suffix: ".average", none: 1e-9},
	{prefix: "use_cases.", suffix: ".items", none: 1},
	{prefix: "use_cases.", suffix: ".online", none: 0},
	{prefix: "use_cases.", suffix: ".times", none: 0},
	{prefix: "use_cases.", suffix: ".payload.", none: 1},
	{prefix: "use_cases.", suffix: ".consistency", word: "eventual"},
	{prefix: "rules.", suffix: ".within", up: true, none: never},
	{prefix: "domain.", suffix: ".volume", none: 1e-9},
	{prefix: "domain.", suffix: ".history", word: "none"},
	{prefix: "actors.", suffix: ".accounts", none: 1},
	{prefix: "actors.", suffix: ".online", none: 0},
	{prefix: "externals.", suffix: ".limit", up: true, none: 1e12},
	{prefix: "externals.", suffix: ".concurrent", up: true, none: 1e6},
	{prefix: "externals.", suffix: ".latency.", none: 1e-6},
	{prefix: "externals.", suffix: ".availability", up: true, none: 1},
	{prefix: "externals.", suffix: ".idempotent", up: true, none: 1},
	{prefix: "externals.", suffix: ".lookup", up: true, none: 1},
	{prefix: "context.", suffix: ".recovery.", up: true, none: never},
	{prefix: "context", suffix: ".budget", up: true, none: 1e12},
	{prefix: "context", suffix: ".growth", none: 0},
	{prefix: "context", suffix: ".horizon", none: 1},
}

// loosest is the value of a fact that asks for nothing; false where it asks for
// nothing already, or cannot.
func loosest(f fact.Fact) (fact.Quantity, bool) {
	id := string(f.ID)
	for _, s := range slacks {
		if !strings.HasPrefix(id, s.prefix) || !strings.HasSuffix(id, s.suffix) && !(strings.HasSuffix(s.suffix, ".") && strings.Contains(id, s.suffix)) {
			continue
		}
		q := f.Value
		if s.word != "" {
			q.Text = s.word
			return q, f.Value.Text != s.word
		}
		if !q.Kind.Numeric() && q.Kind != fact.Truth {
			return q, false
		}
		q.N = s.none
		return q, s.up == (q.N > f.Value.N) && q.N != f.Value.N
	}
	return fact.Quantity{}, false
}

// demand is a requirement that can be given up.
type demand struct {
	fact fact.Fact
	less fact.Quantity
	pin  string
}

// given turns demands into the change that gives them up.
func given(up []demand) Change {
	c := Change{Facts: fact.Overrides{}}
	for _, d := range up {
		if d.pin != "" {
			c.Unpinned = append(c.Unpinned, d.pin)
			continue
		}
		c.Facts[d.fact.ID] = d.less
	}
	return c
}

// demands lists what the input asks for, by id.
func (p *Planner) demands() []demand {
	var out []demand
	for _, f := range p.base.Model.Facts.All() {
		if less, ok := loosest(f); ok && f.Origin == fact.Stated {
			out = append(out, demand{fact: f, less: less})
		}
	}
	for _, pin := range p.base.Model.Pins {
		out = append(out, demand{fact: fact.Fact{ID: fact.ID("pins." + pin.Target), Span: pin.Span}, pin: pin.Target})
	}
	slices.SortFunc(out, func(a, b demand) int { return cmp.Compare(a.fact.ID, b.fact.ID) })
	return out
}

// Conflicts explains why no design serves every requirement: minimal conflicting
// sets, one after the other, each found with those before it given up, until the
// rest is feasible. None comes back for a feasible system, and for one that stays
// infeasible when everything that can be given up is.
func (p *Planner) Conflicts(ctx context.Context) ([]Conflict, error) {
	return p.conflicts(ctx, func(c Change) bool {
		_, problems := p.At(c)
		return problems.HasErrors()
	})
}

// Missed explains why an objective is missed, in the same way: the requirements
// that together leave no design that meets it.
func (p *Planner) Missed(ctx context.Context, id arch.ObjectiveID) ([]Conflict, error) {
	return p.conflicts(ctx, func(c Change) bool {
		plan, problems := p.Full(c)
		return problems.HasErrors() || misses(plan, id)
	})
}

func misses(plan *decide.Plan, id arch.ObjectiveID) bool {
	return slices.ContainsFunc(build.Run(plan).Objectives, func(o arch.Objective) bool { return o.ID == id && o.Verdict == "missed" })
}

// explain is the search for conflicts.
type explain struct {
	ctx   context.Context
	p     *Planner
	fails func(Change) bool
	// gone are demands given up for good: members of conflicts found before.
	gone []demand
}

func (p *Planner) conflicts(ctx context.Context, fails func(Change) bool) ([]Conflict, error) {
	x := &explain{ctx: ctx, p: p, fails: fails}
	all := p.demands()
	if fails(given(all)) {
		return nil, ctx.Err()
	}
	var sets [][]demand
	for rest := all; x.holding(rest, all) && ctx.Err() == nil; {
		set := x.minimal(rest, all)
		sets = append(sets, set)
		x.gone = append(x.gone, set...)
		rest = without(rest, set)
	}
	var out []Conflict
	for i, set := range sets {
		var others []demand
		for j, other := range sets {
			if j != i {
				others = append(others, other...)
			}
		}
		c := Conflict{}
		for _, d := range set {
			c.Requirements = append(c.Requirements, x.nearest(d, others))
		}
		out = append(out, c)
	}
	return out, ctx.Err()
}

// holding reports whether the system is infeasible when of all demands only those
// kept hold.
func (x *explain) holding(kept, all []demand) bool {
	return x.fails(given(append(without(all, kept), x.gone...)))
}

// minimal finds a minimal conflicting set among demands that conflict, by
// QuickXplain (U. Junker, QUICKXPLAIN: Preferred Explanations and Relaxations for
// Over-Constrained Problems, AAAI 2004): of n demands with a conflict of k it tries
// about 2k log2(n/k) sets.
func (x *explain) minimal(rest, all []demand) []demand {
	var find func(background, candidates []demand, grown bool) []demand
	find = func(background, candidates []demand, grown bool) []demand {
		switch {
		case x.ctx.Err() != nil, grown && x.holding(background, all):
			return nil
		case len(candidates) == 1:
			return candidates
		}
		half := len(candidates) / 2
		first, second := candidates[:half], candidates[half:]
		b := find(slices.Concat(background, first), second, len(first) > 0)
		a := find(slices.Concat(background, b), first, len(b) > 0)
		return slices.Concat(a, b)
	}
	return find(nil, rest, false)
}

func without(all, some []demand) []demand {
	out := make([]demand, 0, len(all))
	for _, d := range all {
		if !slices.ContainsFunc(some, func(s demand) bool { return s.fact.ID == d.fact.ID }) {
			out = append(out, d)
		}
	}
	return out
}

// nearest narrows down how much of one requirement must be given up, with the
// other conflicts out of the way.
func (x *explain) nearest(d demand, others []demand) Requirement {
	r := Requirement{Fact: d.fact}
	try := func(q fact.Quantity) bool {
		c := given(without(others, []demand{d}))
		c.Facts[d.fact.ID] = q
		return x.ctx.Err() == nil && !x.fails(c)
	}
	switch {
	case d.pin != "" || !try(d.less):
		return r
	case !d.less.Kind.Numeric():
		r.Looser = d.less.String()
		return r
	}
	dom := domainOf(d.fact)
	dom.low, dom.high = min(dom.low, d.less.N), max(dom.high, d.less.N)
	bad, good := d.fact.Value.N, d.less.N
	for !dom.near(bad, good) {
		mid := dom.between(bad, good, 0.5)
		if mid == bad || mid == good {
			break
		}
		q := d.less
		if q.N = mid; try(q) {
			good = mid
		} else {
			bad = mid
		}
	}
	q := d.less
	q.N = good
	for _, v := range rounded(bad, good) {
		round := q
		if round.N = v; try(round) {
			q = round
			break
		}
	}
	r.Nearest = arch.Value{Quantity: q, Fact: d.fact.ID}
	return r
}

// rounded lists the values that people would name in place of a placed one: those of
// one to three digits between it and the value on the other side, roundest first.
func rounded(before, at float64) []float64 {
	var out []float64
	for digits := 1; digits <= 3; digits++ {
		unit := math.Pow(10, math.Floor(math.Log10(math.Abs(at)))-float64(digits-1))
		for _, v := range []float64{math.Floor(at/unit) * unit, math.Ceil(at/unit) * unit} {
			if v != before && (v-before)*(v-at) <= 0 {
				out = append(out, v)
			}
		}
	}
	return out
}

// Related quotes the requirements where they were written, for a diagnostic.
func (c Conflict) Related() []diag.Related {
	var out []diag.Related
	for _, r := range c.Requirements {
		note := r.Fact.Value.String()
		switch {
		case r.Nearest.Known():
			note += "; feasible with " + r.Nearest.String()
		case r.Looser != "":
			note += "; feasible with " + r.Looser
		case r.Fact.Value.Kind == fact.None:
			note = "feasible without it"
		}
		out = append(out, diag.Related{Span: r.Fact.Span, Path: string(r.Fact.ID), Note: note})
	}
	return out
}
