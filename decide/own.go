package decide

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/model"
)

// The user's own cut, and pins on what the boundaries decide.

// judgeOwnCut reports the hard constraints that the user's own cut breaks, with every
// line: as errors when it is pinned, for no design can obey both.
func (p *planner) judgeOwnCut() {
	own := p.plan.Cut.Own
	if own == nil || p.plain {
		return
	}
	for _, b := range own.Breaks {
		prob := diag.Problem{
			Code: "decide.cut-breaks-constraint", Severity: diag.Warning, Path: secContexts + "." + b.Contexts[0],
			Message: BreakText(b),
			Hint:    "move one of them, or relax the constraint; the nearest cut that keeps it is shown as " + boundary.MendedID,
		}
		if chosenCut(p.model) == boundary.OwnID {
			prob.Severity, prob.Hint = diag.Error, "move one of them, relax the constraint, or take the pin out"
		}
		for _, c := range p.model.Contexts {
			for _, name := range []boundary.AggregateID{b.A, b.B} {
				span, named := c.Named[string(name)]
				switch {
				case !named:
				case !prob.Span.Valid():
					prob.Span, prob.Path = span, string(c.Path)
				default:
					prob.Related = append(prob.Related, diag.Related{Span: span, Path: string(c.Path), Note: string(name) + " is in " + c.Name})
				}
			}
		}
		for _, ref := range b.Refs[len(b.Contexts):] {
			span, path := p.place(ref)
			prob.Related = append(prob.Related, diag.Related{Span: span, Path: path, Note: "takes part"})
		}
		p.problems.Add(prob)
	}
}

// BreakText says which constraint the user's own cut breaks.
func BreakText(b boundary.Break) string {
	if b.Together {
		return fmt.Sprintf("your cut has %s in %s and %s in %s, but they must be together: %s", b.A, b.Contexts[0], b.B, b.Contexts[1], b.Constraint)
	}
	return fmt.Sprintf("your context %s has both %s and %s, but they must be apart: %s", b.Contexts[0], b.A, b.B, b.Constraint)
}

// secContexts is the section of the input with the user's own cut.
const secContexts = "contexts"

// chosenCut is the id of the cut that a pin chooses, "" for the computed one.
func chosenCut(m *model.Model) string {
	id, _, _ := strings.Cut(pinnedOn(m, "contexts"), ":")
	return strings.ReplaceAll(strings.TrimSpace(id), " ", "-")
}

// pinnedOn is what a pin on a decision of the whole system chooses.
func pinnedOn(m *model.Model, target string) string {
	for _, pin := range m.Pins {
		if strings.EqualFold(pin.Target, target) {
			return strings.ToLower(strings.TrimSpace(pin.Choose))
		}
	}
	return ""
}
