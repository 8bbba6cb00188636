package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/query"
)

// What is said about the cut: the candidates beside the user's own, the boundaries
// with their prices, and what would move them.

// explainCut prints what the record of the contexts does not hold.
func (s *screen) explainCut(cut *arch.Cut) {
	if cut.Own != nil {
		s.title("Your own cut")
		s.ownCut(cut)
	}
	s.boundaries(cut)
	s.uncertain(cut.Stability, cut.Questions)
	if len(cut.Reference) > 0 {
		s.title("Reference data: owned once, copied where it is read")
		for _, r := range cut.Reference {
			s.wrap(2, "%s is owned by %s; %s", short(r.Aggregate), r.Owner, r.Why)
		}
	}
	if len(cut.NotShown) > 0 {
		s.title("Not shown")
		for _, n := range cut.NotShown {
			s.wrap(2, "%s (%s): %s%s", strings.ReplaceAll(n.Method, "-", " "), plural(n.Contexts, "context"), n.Why, lines(n.Lines))
		}
	}
	if len(cut.Flips) > 0 {
		s.title("Deployables or their processes would be others when")
		for _, f := range cut.Flips {
			s.wrap(2, "%s", f)
		}
	}
}

// ownCut says how the user's own cut compares.
func (s *screen) ownCut(cut *arch.Cut) {
	own := cut.Own
	for _, b := range own.Breaks {
		s.wrap(2, "breaks: %s%s", b.Says, lines(b.Lines))
	}
	for _, p := range own.Placed {
		s.wrap(2, "%s is in none of your contexts; plumb put it into %s", short(p.Aggregate), p.Context)
	}
	if own.Candidate == cut.Computed {
		s.wrap(2, "it is the one that plumb computed")
		return
	}
	rows := [][]string{{"", string(own.Candidate), string(cut.Computed), "counts"}}
	for _, part := range []struct {
		word string
		list []arch.CountChange
	}{{"better", own.Better}, {"worse", own.Worse}} {
		for _, c := range part.list {
			if m := measure(cut, c.Measure); m.Compared {
				rows = append(rows, []string{part.word, number(c.To), number(c.From), m.Counts})
			}
		}
	}
	if len(rows) == 1 {
		s.wrap(2, "it differs from %s in no count", cut.Computed)
	} else {
		s.table(2, rows)
	}
	for _, m := range own.Improved {
		s.wrap(2, "%s: %s", moveText(m), s.changed(m))
	}
	switch {
	case cut.Chosen == own.Candidate:
		s.wrap(2, "the pin on contexts adopts it")
	case len(own.Breaks) == 0:
		s.wrap(2, "it is not adopted; 'contexts: yours' under pins would")
	}
}

// boundaries is a line per boundary: its price, and how stable it is.
func (s *screen) boundaries(cut *arch.Cut) {
	if len(cut.Boundaries) == 0 {
		return
	}
	s.title("Boundaries: what crosses, summed over use cases, and how often the line stays when disturbed")
	rows := [][]string{{"between", "and", "strong", "wait", "at peak", "reads", "events", "teams", "stays", "demanded by"}}
	for _, b := range byPrice(cut.Boundaries) {
		why := ""
		if len(b.Forced) > 0 {
			why = b.Forced[0].Says
		}
		rows = append(rows, []string{string(b.A), string(b.B), count(b.StrongWrites), count(b.SyncHops), b.SyncRate.String(), count(b.Reads), count(b.Events), count(b.TwoTeams), percent(b.Stays), why})
	}
	s.table(2, rows)
	s.line("  'plumb explain CONTEXT' tells what crosses, and what each move or merge would change")
}

// byPrice puts the boundaries first that cost most.
func byPrice(list []arch.Boundary) []arch.Boundary {
	return slices.SortedStableFunc(slices.Values(list), func(x, y arch.Boundary) int {
		return cmp.Or(cmp.Compare(y.StrongWrites, x.StrongWrites), cmp.Compare(y.SyncRate.N, x.SyncRate.N), cmp.Compare(y.Reads, x.Reads))
	})
}

// shownPairs is how many uncertain pairs are named.
const shownPairs = 8

func (s *screen) uncertain(st *arch.CutStability, questions []arch.CutQuestion) {
	if st == nil {
		return
	}
	s.title("Stability")
	s.wrap(2, "%s of %d runs give the same cut: %d with every weight off by up to 20%% (seed %d), %d with one use case left out",
		percent(st.Same), st.WeightRuns+st.WithoutRuns, st.WeightRuns, st.Seed, st.WithoutRuns)
	for _, p := range st.Uncertain[:min(len(st.Uncertain), shownPairs)] {
		now := "apart now"
		if p.Now {
			now = "together now"
		}
		s.line("  %s and %s: together in %s, %s", short(p.A), short(p.B), percent(p.Together), now)
	}
	s.asked(questions)
}

func (s *screen) asked(questions []arch.CutQuestion) {
	for _, q := range questions {
		s.hang("  ask: ", "%s If yes, %s; if no, %s.", q.Asks, q.IfYes, q.IfNo)
	}
}

// explainContext prints what holds a context together and what its borders cost.
func (s *screen) explainContext(e *query.ContextBoundaries) {
	c := e.Context
	s.line("context %s: %s", c.ID, strings.Join(shorts(c.Aggregates), ", "))
	if len(c.Ties) > 0 {
		s.title("Belongs together")
		for _, t := range c.Ties {
			why := "in " + strings.Join(shorts(t.UseCases), ", ")
			if t.Constraint != nil {
				why = t.Constraint.Says + lines(t.Constraint.Lines)
			}
			s.hang(fmt.Sprintf("  %.2f  ", t.Affinity), "%s and %s: %s", short(t.A), short(t.B), why)
		}
	}
	for _, f := range c.Flips {
		s.wrap(2, "would fall apart when %s", f)
	}
	for _, b := range e.Boundaries {
		s.boundary(c.ID, &b)
	}
	s.moves(e.Moves)
	if len(e.Uncertain)+len(e.Questions) > 0 {
		s.title("Uncertain")
		for _, p := range e.Uncertain {
			s.line("  %s and %s: together in %s of the disturbed runs", short(p.A), short(p.B), percent(p.Together))
		}
		s.asked(e.Questions)
	}
	s.line("")
}

// boundary prints one line between two contexts, seen from the first.
func (s *screen) boundary(from arch.ContextID, b *arch.Boundary) {
	other := b.A
	if other == from {
		other = b.B
	}
	s.title(fmt.Sprintf("Boundary with %s", other))
	for _, f := range b.Forced {
		s.wrap(2, "demanded: %s%s", f.Says, lines(f.Lines))
	}
	s.wrap(2, "price: %s", price(b))
	for _, x := range b.Crossings {
		s.hang("  - ", "%s", crossing(&x))
	}
	if b.Merge.Forbidden == nil {
		s.wrap(2, "merging the two: %s", s.changed(b.Merge))
	}
	if len(b.Forced) == 0 {
		s.wrap(2, "stays in %s of the disturbed runs%s", percent(b.Stays), mergedBy(b))
	}
	for _, f := range b.Flips {
		s.wrap(2, "would be gone when %s", f)
	}
}

// price says what crosses a boundary, in counts.
func price(b *arch.Boundary) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{b.StrongWrites, "written at once on both sides"}, {b.SyncHops, "that wait, " + b.SyncRate.String() + " at peak"}, {b.Reads, "aggregates read across"},
		{b.Events, "by event"}, {b.TwoTeams, "that need both teams"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing crosses; some use cases read on both sides")
}

func mergedBy(b *arch.Boundary) string {
	if len(b.MergedBy) == 0 {
		return ""
	}
	return "; the best cut by " + strings.Join(b.MergedBy, ", ") + " has none here"
}

// crossing says what one use case does across the line.
func crossing(x *arch.Crossing) string {
	what := ""
	switch {
	case x.Then != "":
		what = "sets off " + short(x.Then)
	case len(x.Writes) > 0 && len(x.Reads) > 0:
		what = "writes " + strings.Join(shorts(x.Writes), ", ") + ", reads " + strings.Join(shorts(x.Reads), ", ")
	case len(x.Writes) > 0:
		what = "writes " + strings.Join(shorts(x.Writes), ", ")
	default:
		what = "reads " + strings.Join(shorts(x.Reads), ", ")
	}
	how := "by event"
	switch {
	case x.Strong:
		how = "at once on both sides"
	case x.Waits:
		how = "waits"
	case !x.ByEvent:
		how = "does not wait"
	}
	return fmt.Sprintf("%s (%s) %s in %s: %s, %s", short(x.UseCase), x.From, what, x.To, how, x.Rate)
}

// shownMoves is how many moves of one aggregate are told.
const shownMoves = 2

// moves tells of each aggregate the moves that lose least.
func (s *screen) moves(list []arch.CutChange) {
	if len(list) == 0 {
		return
	}
	s.title("Single moves, those that lose least")
	told, left := map[arch.Path]int{}, 0
	for _, m := range slices.SortedStableFunc(slices.Values(list), func(x, y arch.CutChange) int {
		return cmp.Or(cmp.Compare(x.Aggregate, y.Aggregate), -compareBool(x.Forbidden == nil, y.Forbidden == nil), cmp.Compare(y.Affinity, x.Affinity))
	}) {
		if told[m.Aggregate]++; told[m.Aggregate] > shownMoves {
			left++
			continue
		}
		s.hang("  - ", "%s: %s", moveText(m), s.changed(m))
	}
	if left > 0 {
		s.line("  and %s; --json lists them", plural(left, "other move"))
	}
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	default:
		return -1
	}
}

// moveText names a move or a merge.
func moveText(m arch.CutChange) string {
	switch {
	case m.Aggregate == "":
		return fmt.Sprintf("%s and %s as one", m.From, m.To)
	case m.To == "":
		return fmt.Sprintf("%s from %s into a context of its own", short(m.Aggregate), m.From)
	}
	return fmt.Sprintf("%s from %s to %s", short(m.Aggregate), m.From, m.To)
}

// changed says what a move or merge does to the counts that cuts are compared by.
func (s *screen) changed(m arch.CutChange) string {
	if m.Forbidden != nil {
		return "not allowed: " + m.Forbidden.Says + lines(m.Forbidden.Lines)
	}
	var parts []string
	for _, c := range m.Changes {
		if measure(s.a.Cut, c.Measure).Compared {
			parts = append(parts, fmt.Sprintf("%s %s (now %s)", strings.ReplaceAll(c.Measure, "-", " "), number(c.To), number(c.From)))
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("affinity %+.2f", m.Affinity)), ", ")
}

// measure finds what is counted by its name.
func measure(cut *arch.Cut, name string) arch.Measure {
	for _, m := range cut.Measures {
		if m.Name == name {
			return m
		}
	}
	return arch.Measure{Name: name}
}

func lines(list []arch.Path) string {
	if len(list) == 0 {
		return ""
	}
	return " (" + joinPaths(list) + ")"
}

func shorts(list []arch.Path) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = short(p)
	}
	return out
}

func short(p arch.Path) string { return arch.Short(p) }

func number(n float64) string { return fact.FormatNumber(n, 3) }

func count(n int) string { return fact.FormatCount(float64(n)) }

func percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }
