package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

// How the contexts came about, in short: the cuts that were compared, the boundaries that
// cost most, and what to ask where the cut is uncertain. plan.json has the rest, and
// plumb explain prints it.

// cutRow is one cut by what a person compares cuts by.
type cutRow struct {
	Cut, Which, Wins                                             string
	Writes, Waits, Rate, Reads, Cycles, Teams, Largest, Declined string
	Deployables, Hours                                           string
}

// Cuts lists the candidates when there are several.
func (v *view) Cuts() []cutRow {
	if v.Cut == nil || len(v.Cut.Candidates) < 2 {
		return nil
	}
	out := make([]cutRow, len(v.Cut.Candidates))
	for i, c := range v.Cut.Candidates {
		n := func(measure string) string { return fact.FormatNumber(countOf(c, measure), 3) }
		out[i] = cutRow{
			Cut: markdown.Text(cutText(c)), Which: v.which(c.ID), Wins: v.wins(c.ID),
			Writes: n("strong-writes"), Waits: n("sync-hops"), Rate: fact.FormatRate(countOf(c, "sync-rate")), Reads: n("cross-reads"),
			Cycles: n("cycles"), Teams: n("cross-team"), Largest: n("largest"), Declined: n("drivers-declined"),
			Deployables: n("deployables"), Hours: n("run-hours"),
		}
	}
	return out
}

// shownContexts is up to how many contexts a cut is told by their names.
const shownContexts = 9

func cutText(c arch.CutCandidate) string {
	names := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		names[i] = g.Name
	}
	return fmt.Sprintf("%s: %s", c.ID, shortened(names, shownContexts))
}

func countOf(c arch.CutCandidate, measure string) float64 {
	for _, n := range c.Counts {
		if n.Measure == measure {
			return n.N
		}
	}
	return 0
}

// which tells a candidate's part.
func (v *view) which(id arch.OptionID) string {
	switch id {
	case v.Cut.Chosen:
		return "chosen"
	case v.Cut.Computed:
		return "computed"
	case v.Cut.RunnerUp:
		return "runner-up"
	}
	return ""
}

// wins tells of the runner-up the smallest change with which it would be computed.
func (v *view) wins(id arch.OptionID) string {
	if id != v.Cut.RunnerUp || len(v.Cut.Upset) == 0 {
		return ""
	}
	f := v.Cut.Upset[0]
	if f.UseCase != "" {
		return markdown.Text(arch.Short(f.UseCase) + ": " + map[string]string{"strong": "at once", "eventual": "eventual"}[f.Kind])
	}
	return markdown.Text(fmt.Sprintf("ties from %sx chance, now %sx", fact.FormatNumber(f.At, 3), fact.FormatNumber(f.Now, 3)))
}

// OwnImproved lists what the counts speak for in the user's own cut.
func (v *view) OwnImproved() []arch.CutChange {
	if v.Cut == nil || v.Cut.Own == nil {
		return nil
	}
	return v.Cut.Own.Improved
}

// OwnBreaks lists the constraints that the user's own cut breaks.
func (v *view) OwnBreaks() []arch.CutBreak {
	if v.Cut == nil || v.Cut.Own == nil {
		return nil
	}
	return v.Cut.Own.Breaks
}

// shownLines is how many lines between contexts stand in the document.
const shownLines = 10

// Lines lists the lines between contexts that cost most.
func (v *view) Lines() []arch.Boundary {
	if v.Cut == nil {
		return nil
	}
	out := slices.DeleteFunc(slices.Clone(v.Cut.Boundaries), func(b arch.Boundary) bool { return len(b.Crossings) == 0 })
	slices.SortStableFunc(out, func(x, y arch.Boundary) int {
		return cmp.Or(cmp.Compare(y.StrongWrites, x.StrongWrites), cmp.Compare(y.SyncRate.N, x.SyncRate.N), cmp.Compare(y.Reads, x.Reads), cmp.Compare(y.Events, x.Events))
	})
	return out[:min(len(out), shownLines)]
}

// MoreLines is how many are not shown.
func (v *view) MoreLines() int {
	if v.Cut == nil {
		return 0
	}
	crossed := 0
	for _, b := range v.Cut.Boundaries {
		if len(b.Crossings) > 0 {
			crossed++
		}
	}
	return crossed - len(v.Lines())
}

// held tells why a line is there: the constraint that demands it, or how often it
// stays under disturbance.
func held(b arch.Boundary) string {
	if len(b.Forced) > 0 {
		return markdown.Text(b.Forced[0].Says)
	}
	return fmt.Sprintf("stays in %s of runs", percent(b.Stays))
}

// without tells what the counts would be without a line.
func (v *view) without(m arch.CutChange) string {
	if m.Forbidden != nil {
		return "not allowed"
	}
	return v.effect(m)
}

// shownEffects is how many counts are told of a change.
const shownEffects = 4

// effect tells the counts, of those that cuts are compared by, that a change of the
// cut would change most.
func (v *view) effect(m arch.CutChange) string {
	changes := slices.DeleteFunc(slices.Clone(m.Changes), func(c arch.CountChange) bool {
		at := slices.IndexFunc(v.Cut.Measures, func(x arch.Measure) bool { return x.Name == c.Measure })
		return at < 0 || !v.Cut.Measures[at].Compared
	})
	size := func(c arch.CountChange) float64 { return max(c.From, c.To) / max(min(c.From, c.To), 0.5) }
	slices.SortStableFunc(changes, func(x, y arch.CountChange) int { return cmp.Compare(size(y), size(x)) })
	parts := make([]string, 0, shownEffects)
	for _, c := range changes[:min(len(changes), shownEffects)] {
		parts = append(parts, fmt.Sprintf("%s %s, now %s", strings.ReplaceAll(c.Measure, "-", " "), fact.FormatNumber(c.To, 3), fact.FormatNumber(c.From, 3)))
	}
	return markdown.Text(strings.Join(parts, "; "))
}

// changeOf names a move or a merge.
func changeOf(m arch.CutChange) string {
	switch {
	case m.Aggregate == "":
		return markdown.Text(m.From + " and " + m.To + " as one")
	case m.To == "":
		return markdown.Text(arch.Short(m.Aggregate) + " by itself")
	}
	return markdown.Text(arch.Short(m.Aggregate) + " to " + m.To)
}

// Doubts are the questions that would settle an uncertain cut.
func (v *view) Doubts() []arch.CutQuestion {
	if v.Cut == nil {
		return nil
	}
	return v.Cut.Questions
}

// amount shows a count, and nothing for none.
func amount(n int) string {
	if n == 0 {
		return ""
	}
	return fact.FormatCount(float64(n))
}
