package brief

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/spec"
)

// What was left over: a figure of a line that became something, and is in no part of it.

// heard is a passage with the section it stood in.
type heard struct {
	p   *passage
	sec section
}

// leftovers warns of each figure of a listed fact that no value rests on. Beside a latency
// or an availability, a share or hours of the day say of it when it holds; a time in which
// a load is reached is part of the load.
func (c *collector) leftovers() {
	spent := map[int][]diag.Span{} // by line
	spend := func(s diag.Span) {
		for n := s.Start.Line; n > 0 && n <= s.End.Line; n++ {
			spent[n] = append(spent[n], s)
		}
	}
	leaves(c.r.Doc.Root, spend)
	shares := map[int]bool{}
	for _, r := range c.r.Readings {
		spend(r.Span)
		shares[r.Span.Start.Line] = shares[r.Span.Start.Line] || r.Kind == Latency || r.Kind == Availability
	}
	within := func(line int, n float64) bool {
		return slices.ContainsFunc(c.r.Readings, func(r Reading) bool { return r.Span.Start.Line == line && (r.Within == n || r.Over == n) })
	}
	for _, q := range c.r.Questions {
		spend(q.Span)
	}
	for _, h := range c.heard {
		switch h.sec {
		case secTeam, secBudget, secActors, secEntities, secExternals, secQualities, secConstraints, secRegions:
		default:
			continue
		}
		ws := split(h.p.text, 0)
		if len(ws) > maxWords {
			continue
		}
		for _, a := range amounts(ws) {
			span := h.p.span(c.src.file, ws[a.from].from, ws[a.to-1].to)
			line := span.Start.Line
			if c.r.Lines[line-1].Status != Fact || !a.tells() || shares[line] && (a.unit == percent || a.unit == seconds && a.per > 0) || a.unit == seconds && within(line, a.n) || slices.ContainsFunc(spent[line], func(s diag.Span) bool { return overlap(s, span) }) {
				continue
			}
			text := h.p.text[ws[a.from].from:ws[a.to-1].to]
			c.r.Lines[line-1].Why = fmt.Sprintf("%q was not read", text)
			c.list.Add(diag.Problem{
				Code: "brief.partly-understood", Severity: diag.Warning, Span: span,
				Message: fmt.Sprintf("%q was not read, though the rest of the line was", text),
				Hint:    "say it in a line of its own, as in docs/brief.md",
			})
		}
	}
}

// unread notes each sentence that says what is to be done or must hold and became nothing
// beside others of its line that did.
func (c *collector) unread() {
	for _, x := range c.sentences {
		span := x.p.span(c.src.file, x.from, x.to)
		line := span.Start.Line
		switch x.section {
		case secRequirements, secRules, secQualities, secConstraints:
		default:
			continue
		}
		told := slices.ContainsFunc(c.r.Questions, func(q Question) bool { return overlap(q.Span, span) })
		for n := line; n <= span.End.Line; n++ {
			told = told || c.r.Lines[n-1].Status == NotUnderstood || c.readAs[n]
		}
		if c.r.Lines[line-1].Status != Fact || told || slices.ContainsFunc(c.became, func(s diag.Span) bool { return overlap(s, span) }) {
			continue
		}
		if c.r.Lines[line-1].Why == "" {
			c.r.Lines[line-1].Why = fmt.Sprintf("%q was not read", strings.TrimSpace(x.p.text[x.from:x.to]))
		}
		c.list.Add(diag.Problem{
			Code: "brief.partly-understood", Severity: diag.Note, Span: span,
			Message: "the sentence was not read, though others of its line were",
			Hint:    "say who does what to what, or what must hold, as in docs/brief.md; or leave it where it is, as background",
		})
	}
}

// tells whether an amount looks like a figure of the system, and no part of a name.
func (a *amount) tells() bool {
	switch a.unit {
	case seconds, money, bytesOf, percent:
		return a.n > 0
	case things:
		return a.per > 0 && a.noun != ""
	}
	return false
}

// overlap tells that two stretches of a text share a place.
func overlap(a, b diag.Span) bool { return a.Start.Before(b.End) && b.Start.Before(a.End) }

// leaves visits the places of all values, not those of what holds them.
func leaves(n *spec.Node, visit func(diag.Span)) {
	if n.Kind != spec.Mapping && n.Kind != spec.Sequence {
		visit(n.Span)
	}
	for _, i := range n.Items {
		leaves(i, visit)
	}
	for _, e := range n.Entries {
		leaves(e.Value, visit)
	}
}
