package decide

import (
	"cmp"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// Flips finds the values of single facts at which a decision's own comparison comes
// out differently, everything it takes as given staying as it is: for each numeric
// fact it read, the first flip below and above today's value within the fact's
// plausible range and up to a hundredfold, by a logarithmic grid and bisection.
// The nearest flips come first, at most three. Re-planning the whole system at
// other values, with what follows elsewhere, is the business of package
// sensitivity; so are decisions that the budget limits, and pinned ones have none.
func (p *Plan) Flips(id arch.DecisionID) []arch.Flip {
	at, ok := p.index[id]
	if !ok {
		return nil
	}
	d := &p.Decisions[at]
	q, sub, ok := p.questionOf(d)
	if _, limited := p.most[id]; !ok || limited || d.Pinned != nil {
		return nil // what a limit leaves depends on all decisions
	}
	pl := newPlanner(Input{Model: p.Model, Catalog: p.Catalog, Cut: &p.Cut, Evidence: p.Evidence})
	pl.plan, pl.most = p.scratch(at), p.most
	var flips []arch.Flip
	for _, id := range d.Facts {
		f, ok := p.fact(id)
		if !ok || !f.Value.Kind.Numeric() || f.Value.N == 0 {
			continue
		}
		for _, below := range []bool{false, true} {
			if flip, ok := pl.flipOf(q, sub, d, f, below); ok {
				flips = append(flips, flip)
			}
		}
	}
	slices.SortStableFunc(flips, func(a, b arch.Flip) int { return cmp.Compare(distance(a), distance(b)) })
	return flips[:min(3, len(flips))]
}

// distance of a flip from today, as a factor.
func distance(f arch.Flip) float64 { return math.Abs(math.Log(f.At.N / f.Now.N)) }

// scratch is a plan that holds the decisions before the one at the index, so that
// a sheet can be worked out again without touching the frozen plan.
func (p *Plan) scratch(at int) *Plan {
	c := *p
	c.Facts = fact.NewLedger()
	c.Decisions = p.Decisions[:at:at]
	return &c
}

func (p *Plan) questionOf(d *arch.Decision) (*question, Subject, bool) {
	for i := range questions {
		q := &questions[i]
		if q.id != d.Question {
			continue
		}
		for _, sub := range q.subjects(p) {
			if sub.id(q) == d.ID {
				return q, sub, true
			}
		}
	}
	return nil, Subject{}, false
}

// fact looks in the model's ledger and the plan's own.
func (p *Plan) fact(id fact.ID) (fact.Fact, bool) {
	if f, ok := p.Model.Facts.Get(id); ok {
		return f, true
	}
	return p.Facts.Get(id)
}

// reach bounds how far a fact is taken from today's value.
func reach(f fact.Fact, below bool) float64 {
	most := f.Value.N * 100
	if below {
		most = f.Value.N / 100
	}
	if f.Value.Kind == fact.Share {
		most = math.Min(most, 1)
	}
	return most
}

// Grid and bisection steps: 16 steps of a factor 1.33 reach a hundredfold, and 20
// halvings of one step place a flip within a millionth.
const (
	gridSteps = 16
	halvings  = 20
)

func (p *planner) flipOf(q *question, sub Subject, d *arch.Decision, f fact.Fact, below bool) (arch.Flip, bool) {
	far := reach(f, below)
	choiceAt := func(v float64) arch.OptionID {
		s := p.work(q, sub, probe{f.ID, v})
		if s.fixed != "" {
			return d.Choice
		}
		first, _ := s.best()
		if first < 0 {
			return "" // nothing is feasible any more: a flip into trouble
		}
		return s.options[first].ID
	}
	last := f.Value.N
	for i := 1; i <= gridSteps; i++ {
		v := f.Value.N * math.Pow(far/f.Value.N, float64(i)/gridSteps)
		to := choiceAt(v)
		if to == d.Choice {
			last = v
			continue
		}
		for range halvings {
			mid := math.Sqrt(last * v)
			if c := choiceAt(mid); c == d.Choice {
				last = mid
			} else {
				v, to = mid, c
			}
		}
		return arch.Flip{
			Fact: f.ID, Now: arch.Value{Quantity: f.Value, Fact: f.ID},
			At:    arch.Value{Quantity: fact.Quantity{Kind: f.Value.Kind, N: v, Text: f.Value.Text}, Fact: f.ID},
			Below: below, To: to, Method: "comparison",
		}, true
	}
	return arch.Flip{}, false
}
