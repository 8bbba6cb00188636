package plumb

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/sim"
)

// Bounds of the search for what mends a design. They count simulations and events, so
// that the result is the same on any machine.
const (
	mostTries  = 12                   // remedies tried for one aim
	mostAims   = 8                    // for which remedies are looked for
	mendEvents = 2 * sim.DesignEvents // of all tries together, and of seeing that they do no harm
	// worthwhile is how much of what is missed a remedy that does not mend must take away
	// for another one to be tried on top of it.
	worthwhile = 0.5
	// nearly is by how much more a cheaper one of these may leave than the best does.
	nearly = 1.5
)

// mend looks for what mends each aim that the design misses: the cheapest remedy for
// its cause that does, and that harms nothing under any other scenario.
func (l *loop) mend() error {
	tried := []aim{}
	changed, spent := len(l.evidence), l.spent
	for len(tried) < mostAims {
		m, found := l.next(tried)
		if !found {
			break
		}
		tried = append(tried, m)
		if err := l.mendOne(m); err != nil {
			return err
		}
	}
	if l.spent == spent {
		return nil
	}
	if len(l.evidence) > changed {
		if err := l.finish(tried); err != nil {
			return err
		}
	}
	l.v.Verification.Events, l.v.Verification.Budget = l.spent, sim.DesignEvents+mendEvents
	return nil
}

// finish simulates what only the design that was changed calls for, such as the loss of a
// cache that it has now, and says of each repair what the whole shows.
func (l *loop) finish(tried []aim) error {
	all := l.effort
	all.Known = l.v
	v, err := sim.Verify(l.ctx, l.at.Arch, all)
	if err != nil {
		return err
	}
	l.v, l.spent = v, l.spent+v.Verification.Events
	for i := range l.repairs { // as the whole shows it
		r := &l.repairs[i]
		at := slices.IndexFunc(tried, func(m aim) bool {
			return m.objective == r.Objective && m.text == r.Claim && (m.objective != "" || m.scenario == r.Scenario)
		})
		if at >= 0 && !r.Undone {
			s := tried[at].state(v)
			r.Now, r.Helped = s.says, s.met
		}
	}
	return nil
}

// next is the first aim that the design misses and that was not tried.
func (l *loop) next(tried []aim) (aim, bool) {
	for _, m := range aims(l.at.Arch, l.v) {
		if !slices.ContainsFunc(tried, func(t aim) bool { return t.same(&m) }) {
			return m, true
		}
	}
	return aim{}, false
}

// harmed names something that a design did before and does no longer, "" for nothing.
func harmed(a *arch.Arch, before, after *sim.Verified) string {
	missedBefore := aims(a, before)
	for _, m := range aims(a, after) {
		known := slices.ContainsFunc(missedBefore, func(x aim) bool { return x.same(&m) })
		if s := m.state(after); !known && s.rank == 0 {
			return s.says
		}
	}
	return ""
}

// try is a remedy with the design that it gives, and what came of it.
type try struct {
	remedyFor
	design Design
	price  decide.Price
	values string // what it sets
	after  *sim.Verified
	harm   string
}

// kind is what a remedy changes, whatever its size.
func (x *try) kind() string {
	kind := x.mechanism
	for _, e := range x.evidence {
		kind += fmt.Sprintf("/%s %s %v %s", e.Decision, e.Parameter, e.AtMost, e.Without)
	}
	return kind
}

// mendOne looks for the cheapest remedy that mends an aim, or for a second one on top of
// the first that takes away a good part of what is missed, and changes the design by it.
// What does not come to mend it is kept where it is a setting.
func (l *loop) mendOne(m aim) error {
	before, noted := *l, len(l.repairs)
	free := true
	for range 2 {
		x, err := l.search(m)
		if x == nil || err != nil {
			l.takeBack(&before, noted, free)
			return err
		}
		l.note(&l.at, &x.design, []remedyFor{x.remedyFor}, x.after, "")
		l.evidence = slices.Concat(l.evidence, x.evidence)
		l.at, l.v = x.design, x.after
		if m.state(l.v).met {
			return nil
		}
		free = free && x.price.Nothing()
	}
	l.takeBack(&before, noted, free)
	return nil
}

// takeBack undoes what was changed since before, unless it is free.
func (l *loop) takeBack(before *loop, noted int, free bool) {
	if free || len(l.evidence) == len(before.evidence) {
		return
	}
	l.at, l.v, l.evidence = before.at, before.v, before.evidence
	for i := noted; i < len(l.repairs); i++ {
		if r := &l.repairs[i]; !r.Undone {
			r.Undone, r.Helped, r.To.Fact = true, false, ""
		}
	}
}

// search tries the remedies of an aim: the first that mends it, or else the cheapest of
// those that take away most of what is missed. The others are noted as undone.
func (l *loop) search(m aim) (best *try, err error) {
	list, was := l.tries(m), m.state(l.v)
	vain := map[string]bool{} // remedies of which a first step brought nothing nearer
	n := 0
	for ; n < mostTries && best == nil && l.spent < sim.DesignEvents+mendEvents; n++ {
		for n < len(list) && vain[list[n].kind()] {
			list = slices.Delete(list, n, n+1)
		}
		if n >= len(list) {
			break
		}
		x := &list[n]
		if err := l.simulate(x, m.scenario); err != nil {
			return nil, err
		}
		vain[x.kind()] = !m.back && !m.nearer(l.v, x.after) // whether it comes back has no nearer
		if m.state(x.after).met {
			if best, err = l.harmless(x); err != nil {
				return nil, err
			}
		}
	}
	tried := list[:min(n, len(list))]
	if best == nil {
		left := func(x *try) float64 { return m.state(x.after).miss - 1 }
		least := (1 - worthwhile) * (was.miss - 1)
		for i := range tried {
			least = min(least, left(&tried[i]))
		}
		for i := range tried {
			if x := &tried[i]; left(x) <= min(nearly*least, (1-worthwhile)*(was.miss-1)) && best == nil && x.harm == "" {
				if best, err = l.harmless(x); err != nil {
					return nil, err
				}
			}
		}
	}
	for i := range tried {
		if x := &tried[i]; x != best {
			l.note(&l.at, &x.design, []remedyFor{x.remedyFor}, x.after, "undone"+x.harm)
		}
	}
	return best, nil
}

// simulate runs scenarios on the design that a remedy gives.
func (l *loop) simulate(x *try, scenarios ...string) (err error) {
	effort, known := l.effort, l.v
	effort.Spent = l.spent
	if x.after != nil {
		known = x.after
	}
	l.round++
	if x.round == 0 {
		x.round = l.round
	}
	if x.after, err = known.Again(l.ctx, x.design.Arch, effort, scenarios...); err == nil {
		l.spent = x.after.Verification.Events
	}
	return err
}

// harmless runs all other scenarios on the design that a remedy gives, and gives it back
// unless something holds no longer.
func (l *loop) harmless(x *try) (*try, error) {
	var rest []string
	for _, t := range l.v.Verification.Trials {
		if t.ID != x.aim.scenario {
			rest = append(rest, t.ID)
		}
	}
	if err := l.simulate(x, rest...); err != nil {
		return nil, err
	}
	if harm := harmed(l.at.Arch, l.v, x.after); harm != "" {
		x.harm = "; it would cost " + harm
		return nil, nil
	}
	return x, nil
}

// tries are the remedies for the causes of an aim that change something, the cheapest
// first; of equal price in the order of the table.
func (l *loop) tries(m aim) (out []try) {
	for k := range l.v.Results {
		if l.v.Verification.Trials[k].ID != m.scenario {
			continue
		}
		for _, c := range diagnose(l.at.Arch, m, &l.v.Results[k], callsOf(l.at.Arch, &l.v.Results[k])).candidates() {
			again, ok := l.with(c.evidence)
			if !ok || len(out) == 4*mostTries {
				continue
			}
			was, is := "", ""
			for i := range c.evidence {
				e := &c.evidence[i]
				name := string(e.Decision) + " " + e.Parameter + " "
				was += name + chosen(l.at.Arch, e).Quantity.String() + "; "
				is += name + chosen(again.Arch, e).Quantity.String() + "; "
			}
			if was == is || slices.ContainsFunc(out, func(x try) bool { return x.values == is }) {
				continue // a requirement stands against it, or against more
			}
			out = append(out, try{remedyFor: remedyFor{candidate: c, aim: m}, design: again, price: again.Plan.Price(l.at.Plan), values: is})
		}
	}
	slices.SortStableFunc(out, func(a, b try) int { return l.at.Plan.Compare(a.price, b.price) })
	return out
}
