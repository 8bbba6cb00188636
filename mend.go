package plumb

import (
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
	// to be kept, where it costs nothing but a setting.
	worthwhile = 0.5
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

// mendOne looks for the cheapest remedy that mends an aim, and changes the design by it.
func (l *loop) mendOne(m aim) error {
	for range 2 { // a second remedy, where the first takes away part of it
		best, err := l.search(m)
		if best == nil || err != nil {
			return err
		}
		l.note(&l.at, &best.design, []remedyFor{best.remedyFor}, best.after, "")
		l.evidence = slices.Concat(l.evidence, best.evidence)
		l.at, l.v = best.design, best.after
		if m.state(l.v).met {
			return nil
		}
	}
	return nil
}

// search tries the remedies of an aim: the first that mends it, or else the one that
// takes away most of what is missed, where it is a setting. The others are noted as
// undone.
func (l *loop) search(m aim) (best *try, err error) {
	list, was := l.tries(m), m.state(l.v)
	least := 1 + (1-worthwhile)*max(was.miss-1, 0)
	var partial *try
	n := 0
	for ; n < len(list) && best == nil && l.spent < sim.DesignEvents+mendEvents; n++ {
		x := &list[n]
		if err := l.simulate(x, m.scenario); err != nil {
			return nil, err
		}
		switch s := m.state(x.after); {
		case s.met:
			if err := l.harmless(x); err != nil {
				return nil, err
			}
			if x.harm == "" {
				best = x
			}
		case x.price.Nothing() && s.miss < least:
			partial, least = x, s.miss
		}
	}
	if best == nil && partial != nil {
		if err := l.harmless(partial); err != nil {
			return nil, err
		}
		if partial.harm == "" {
			best = partial
		}
	}
	for i := range list[:n] {
		if x := &list[i]; x != best {
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

// harmless runs all other scenarios on the design that a remedy gives, and says what
// holds no longer.
func (l *loop) harmless(x *try) error {
	var rest []string
	for _, t := range l.v.Verification.Trials {
		if t.ID != x.aim.scenario {
			rest = append(rest, t.ID)
		}
	}
	if err := l.simulate(x, rest...); err != nil {
		return err
	}
	if harm := harmed(l.at.Arch, l.v, x.after); harm != "" {
		x.harm = "; it would cost " + harm
	}
	return nil
}

// tries are the remedies for the causes of an aim that change something, the cheapest
// first; of equal price in the order of the table.
func (l *loop) tries(m aim) (out []try) {
	for k := range l.v.Results {
		if l.v.Verification.Trials[k].ID != m.scenario {
			continue
		}
		for _, c := range diagnose(l.at.Arch, m, &l.v.Results[k]).candidates() {
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
	return out[:min(len(out), mostTries)]
}
