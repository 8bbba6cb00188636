package sensitivity

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// Question asks for a value that nobody stated and that matters.
type Question struct {
	// Fact is the value taken, with what it rests on; Path is where the answer belongs
	// in the input.
	Fact fact.Fact `json:"fact"`
	Path string    `json:"path"`
	Asks string    `json:"asks"`
	// Default is the value taken, as people read it; Rests says why that one.
	Default string `json:"default"`
	Rests   string `json:"rests_on"`
	// Why says what hangs on it here.
	Why     string   `json:"why"`
	Answers []Answer `json:"answers"`
	// Days is what it would cost to reverse, later, all the decisions that other
	// plausible answers flip, in person-days.
	Days float64 `json:"reversal_days"`
}

// Answer is one plausible answer with the decisions that it flips; none when it
// leaves the design as it is.
type Answer struct {
	Value   string        `json:"value"`
	Changes []arch.Change `json:"changes,omitempty"`
	// Infeasible tells that no design serves every requirement then.
	Infeasible bool `json:"infeasible,omitempty"`
}

// most is how many questions are asked at once: as many as somebody answers.
const most = 5

// Questions finds the guesses that matter most: the values nobody stated whose
// plausible other values flip the decisions that are most costly to reverse. Each
// next one is chosen for what those before it leave open. There are at most five,
// and none when no plausible answer flips anything.
func (p *Planner) Questions(ctx context.Context, o Options) ([]Question, error) {
	guesses := p.guesses()
	found := make([]*Question, len(guesses))
	var plans atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, o.Workers))
	for i, f := range guesses {
		g.Go(func() error {
			found[i] = p.question(f, func() {
				if n := plans.Add(1); o.Progress != nil {
					o.Progress(int(n))
				}
			})
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(q *Question) bool { return q == nil })
	return p.choose(found), nil
}

// guesses are the unstated facts that decisions read and that an input could state,
// each with its plausible range.
func (p *Planner) guesses() []fact.Fact {
	var all []*arch.Decision
	for i := range p.base.Decisions {
		all = append(all, &p.base.Decisions[i])
	}
	read := map[fact.ID]bool{}
	var mark func(id fact.ID)
	mark = func(id fact.ID) {
		if f, ok := p.fact(id); ok && !read[id] {
			read[id] = true
			for _, in := range f.Inputs {
				mark(in)
			}
		}
	}
	for _, d := range all {
		for _, id := range d.Facts {
			mark(id)
		}
	}
	wide := p.ranges()
	var out []fact.Fact
	for _, f := range p.base.Model.Facts.All() {
		if f.Origin != fact.Assumed && f.Origin != fact.Derived || !read[f.ID] || place(f.ID) == "" {
			continue
		}
		if ends, ok := wide[f.ID]; ok && f.Origin == fact.Derived {
			f.Low, f.High = ends[0], ends[1]
		}
		if f.HasRange() && f.Value.Kind.Numeric() || len(others(f)) > 0 && f.Origin == fact.Assumed {
			out = append(out, f)
		}
	}
	return out
}

// ranges are the values that facts take when one assumption after the other is at
// an end of its plausible range.
type ranges map[fact.ID][2]float64

// ranges completes the model at both ends of every assumption that others rest on.
func (p *Planner) ranges() ranges {
	out := ranges{}
	rests := map[fact.ID]bool{}
	all, now := p.base.Model.Facts.All(), fact.NewLedger()
	for _, f := range all {
		for _, in := range f.Inputs {
			rests[in] = true
		}
	}
	for _, f := range all {
		if f.Origin != fact.Assumed || !f.HasRange() || !rests[f.ID] || !strings.HasPrefix(string(f.ID), "assumed.") {
			continue
		}
		for _, end := range []float64{f.Low, f.High} {
			q := f.Value
			q.N = end
			out.widen(all, p.bound.CompleteIn(fact.Overrides{f.ID: q}, now).Facts)
		}
	}
	return out
}

// widen takes the values in that facts have now.
func (r ranges) widen(all []fact.Fact, now *fact.Ledger) {
	for i := range all {
		was := &all[i]
		f, ok := now.Get(was.ID)
		if !ok || was.Value.N == f.Value.N {
			continue
		}
		ends, known := r[f.ID]
		if !known {
			ends = [2]float64{was.Value.N, was.Value.N}
		}
		r[f.ID] = [2]float64{min(ends[0], f.Value.N), max(ends[1], f.Value.N)}
	}
}

// question plans at the plausible answers; nil when none flips anything.
func (p *Planner) question(f fact.Fact, count func()) *Question {
	var values []fact.Quantity
	if f.Value.Kind.Numeric() {
		for _, v := range []float64{f.Low, f.High} {
			if v != f.Value.N {
				q := f.Value
				q.N = v
				values = append(values, q)
			}
		}
	} else {
		values = others(f)
	}
	q := &Question{Fact: f, Path: place(f.ID), Asks: asks(f), Default: f.Value.String(), Rests: cmp.Or(f.Reason, f.Rule)}
	for _, v := range values {
		count()
		o := inRoom(func(r *room) *outcome { return p.look(Change{Facts: fact.Overrides{f.ID: v}}, r) })
		q.Answers = append(q.Answers, Answer{v.String(), o.changes, o.infeasible})
	}
	for id := range p.flipped(q) {
		q.Days += p.base.Decision(id).Reversal.N
	}
	if q.Days == 0 {
		return nil
	}
	return q
}

// flipped are the decisions of today's plan that some answer flips. What is no
// longer asked, because the structure is another, counts with the structure.
func (p *Planner) flipped(q *Question) map[arch.DecisionID]bool {
	out := map[arch.DecisionID]bool{}
	for _, a := range q.Answers {
		for _, c := range a.Changes {
			if c.From != "" && (c.To != "" || a.Infeasible) {
				out[c.Decision] = true
			}
		}
	}
	return out
}

// choose takes the questions whose flips weigh most, each time not counting what
// those before flip already.
func (p *Planner) choose(found []*Question) []Question {
	var out []Question
	covered := map[arch.DecisionID]bool{}
	for len(out) < most && len(found) > 0 {
		gain := func(q *Question) float64 {
			sum := 0.0
			for id := range p.flipped(q) {
				if !covered[id] {
					sum += p.base.Decision(id).Reversal.N
				}
			}
			return sum
		}
		slices.SortStableFunc(found, func(a, b *Question) int {
			return cmp.Or(cmp.Compare(gain(b), gain(a)), cmp.Compare(b.Days, a.Days), cmp.Compare(a.Fact.ID, b.Fact.ID))
		})
		q := found[0]
		found = found[1:]
		flipped := p.flipped(q)
		q.Why = p.hangs(flipped)
		for id := range flipped {
			covered[id] = true
		}
		out = append(out, *q)
	}
	return out
}

// hangs says what depends on an answer: the decision that is most costly to
// reverse, and how many more.
func (p *Planner) hangs(flipped map[arch.DecisionID]bool) string {
	var list []*arch.Decision
	for id := range flipped {
		list = append(list, p.base.Decision(id))
	}
	slices.SortFunc(list, func(a, b *arch.Decision) int {
		return cmp.Or(cmp.Compare(b.Reversal.N, a.Reversal.N), cmp.Compare(a.ID, b.ID))
	})
	first := fmt.Sprintf("%s (now %s) hangs on it, and costs %s to change later", list[0].Title, chosenName(list[0]), list[0].Reversal)
	switch n := len(list) - 1; n {
	case 0:
		return first
	case 1:
		return first + "; one more decision does, too"
	default:
		return fmt.Sprintf("%s; %d more decisions do, too", first, n)
	}
}
