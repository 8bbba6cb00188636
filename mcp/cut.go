package mcp

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/query"
)

// briefCut is a cut without what crosses each boundary and without moves and merges,
// which are long; the explanation of a context has its own.
func briefCut(cut *arch.Cut) *arch.Cut {
	out := *cut
	out.Moves, out.Merges = nil, nil
	out.Boundaries = slices.Clone(cut.Boundaries)
	for i := range out.Boundaries {
		out.Boundaries[i].Crossings = nil
	}
	return &out
}

func showCut(p *page, cut *arch.Cut) {
	if own := cut.Own; own != nil {
		p.line("The person's own cut is %s, the computed one %s, the adopted one %s.", own.Candidate, cut.Computed, cut.Chosen)
		p.list("It breaks", len(own.Breaks), 6, func(i int) string { return own.Breaks[i].Says })
		p.list("It is better in", len(own.Better), 8, func(i int) string { return countChange(own.Better[i]) })
		p.list("It is worse in", len(own.Worse), 8, func(i int) string { return countChange(own.Worse[i]) })
		p.list("It gains by", len(own.Improved), 5, func(i int) string { return cutChange(own.Improved[i]) })
	}
	p.list("Boundaries", len(cut.Boundaries), 12, func(i int) string { return boundaryText(&cut.Boundaries[i]) })
	p.list("Uncertain: ask", len(cut.Questions), 5, func(i int) string {
		q := cut.Questions[i]
		return short(fmt.Sprintf("%s If yes, %s; if no, %s.", q.Asks, q.IfYes, q.IfNo), 240)
	})
}

func showAround(p *page, b *query.ContextBoundaries) {
	p.list("Belongs together in "+string(b.Context.ID), len(b.Context.Ties), 6, func(i int) string {
		t := b.Context.Ties[i]
		why := "in " + shortPaths(t.UseCases)
		if t.Constraint != nil {
			why = t.Constraint.Says
		}
		return short(fmt.Sprintf("%s and %s: %s", arch.Short(t.A), arch.Short(t.B), why), 200)
	})
	p.list("Its boundaries", len(b.Boundaries), 12, func(i int) string { return boundaryText(&b.Boundaries[i]) })
	merges := slices.DeleteFunc(slices.Clone(b.Merges), func(m arch.CutChange) bool { return m.Forbidden != nil })
	p.list("Merging it", len(merges), 4, func(i int) string { return cutChange(merges[i]) })
	p.list("Uncertain: ask", len(b.Questions), 3, func(i int) string { return short(b.Questions[i].Asks, 240) })
}

func boundaryText(b *arch.Boundary) string {
	text := fmt.Sprintf("%s, %s: %d strong writes, %d synchronous at %s, %d reads, %d by event, %d need both teams", b.A, b.B, b.StrongWrites, b.SyncHops, b.SyncRate, b.Reads, b.Events, b.TwoTeams)
	if len(b.Forced) > 0 {
		return short(text+"; demanded: "+b.Forced[0].Says, 240)
	}
	return fmt.Sprintf("%s; stays in %.0f%% of disturbed runs", text, 100*b.Stays)
}

func countChange(c arch.CountChange) string {
	return fmt.Sprintf("%s %s instead of %s", strings.ReplaceAll(c.Measure, "-", " "), fact.FormatNumber(c.To, 3), fact.FormatNumber(c.From, 3))
}

func cutChange(m arch.CutChange) string {
	what := m.From + " and " + m.To + " as one"
	switch {
	case m.Aggregate != "" && m.To == "":
		what = arch.Short(m.Aggregate) + " into a context of its own"
	case m.Aggregate != "":
		what = arch.Short(m.Aggregate) + " to " + m.To
	}
	parts := make([]string, len(m.Changes))
	for i, c := range m.Changes {
		parts[i] = countChange(c)
	}
	return short(what+": "+strings.Join(parts, ", "), 240)
}

func shortPaths(list []arch.Path) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = arch.Short(p)
	}
	return strings.Join(out, ", ")
}
