package build

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// burdens are the hours a month each team runs things for: those that the chosen
// options were compared by. What is about a context, a deployable or a use case
// falls to its team; what is about the whole is shared.
func (b *builder) burdens() {
	sum := map[string]float64{}
	inputs := map[string][]fact.ID{}
	give := func(team string, v arch.Value, share float64) {
		sum[team] += v.N * share
		inputs[team] = append(inputs[team], v.Fact)
	}
	for i := range b.a.Decisions {
		d := &b.a.Decisions[i]
		v, _, ok := b.scored(d.ID, "operations")
		if !ok || v.N <= 0 {
			continue
		}
		if team := b.teamOfDecision(d); team != "" {
			give(team, v, 1)
			continue
		}
		for _, t := range b.m.Context.Teams {
			give(t.Name, v, 1/float64(len(b.m.Context.Teams)))
		}
	}
	for i := range b.a.Teams {
		t := &b.a.Teams[i]
		if ids := inputs[string(t.ID)]; len(ids) > 0 {
			t.Load = b.derive(fact.ID("teams."+string(t.ID)+".load"), fact.Hours, sum[string(t.ID)], "hours that the chosen options take to run, its own and its part of what is shared", ids...)
		}
	}
}

// teamOfDecision is the team of what a decision is about, "" for the whole.
func (b *builder) teamOfDecision(d *arch.Decision) string {
	about := string(d.About)
	if u := b.useCases[d.About]; u != nil {
		return b.teamOf(u)
	}
	if a := b.byPath[d.About]; a != nil {
		return string(b.teamOfAggregate(a))
	}
	for _, c := range b.p.Contexts {
		if about == "contexts."+string(c.ID) && c.Owner != nil {
			return c.Owner.Name
		}
	}
	for _, u := range b.p.Deployables {
		if about == "deployables."+string(u.ID) {
			return string(b.teamOfUnit(u.ID))
		}
	}
	return ""
}
