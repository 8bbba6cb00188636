package decide

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/model"
)

// Pins are decisions that a person made.

// applyPin makes a person's choice the choice, keeping the computed one on record.
func (s *sheet) applyPin(d *arch.Decision) {
	pin, ok := s.pin()
	if !ok {
		return
	}
	s.usedPins[pin.Target] = true
	want := strings.ToLower(strings.TrimSpace(pin.Choose))
	at := slices.IndexFunc(d.Options, func(o arch.Option) bool {
		return strings.ToLower(string(o.ID)) == want || strings.ToLower(o.Name) == want
	})
	if at < 0 {
		names := make([]string, len(d.Options))
		for i, o := range d.Options {
			names[i] = string(o.ID)
		}
		hint := "its options are " + strings.Join(names, ", ")
		s.problems.Add(diag.Problem{
			Code: "decide.unknown-option", Severity: diag.Error, Span: pin.ChooseSpan, Path: string(pin.Path),
			Message: fmt.Sprintf("%s has no option called %q", d.ID, pin.Choose), Hint: hint,
		})
		return
	}
	chosen := d.Options[at]
	if !chosen.Feasible() && s.q.id != "contexts" { // judgeOwnCut has said more about it
		e := chosen.Eliminated[0]
		severity := diag.Warning
		if s.q.topic == "structure" {
			severity = diag.Error // hard constraints are not given up for a pin
		}
		s.problems.Add(diag.Problem{
			Code: "decide.pin-breaks-requirement", Severity: severity, Span: pin.ChooseSpan, Path: string(pin.Path),
			Message: fmt.Sprintf("the pinned %s cannot meet a requirement on %s: %s", chosen.Name, d.ID, e.Reason),
			Related: s.quote(e), Hint: "relax the requirement, or take the pin out",
		})
	}
	computed := slices.IndexFunc(d.Options, func(o arch.Option) bool { return o.ID == d.Choice })
	d.Pinned = &arch.Pinned{
		Because: pin.Because, Span: pin.Span, Computed: d.Choice,
		Regret: max(0, d.Options[computed].Utility-chosen.Utility),
	}
	d.Choice = chosen.ID
}

// pin finds the pin on this decision, by the decision's name; one about a context
// also by the name of an aggregate that the context owns.
func (s *sheet) pin() (model.Pin, bool) {
	for _, pin := range s.model.Pins {
		if strings.EqualFold(pin.Target, string(s.ident)) {
			return pin, true
		}
		if s.Context == nil {
			continue
		}
		name, question, _ := strings.Cut(pin.Target, ".")
		if question == s.q.id && slices.ContainsFunc(s.Context.Aggregates, func(a *model.Aggregate) bool { return a.Name == name }) {
			return pin, true
		}
	}
	return model.Pin{}, false
}

// checkPins reports the pins that no decision answered to. Which protocols are asked about
// is known once a design is explored; who explores it reports pins on the others.
func (p *planner) checkPins() {
	var ids []string
	for i := range p.plan.Decisions {
		ids = append(ids, string(p.plan.Decisions[i].ID))
	}
	for _, pin := range p.model.Pins {
		if !aboutCut(pin) && !p.usedPins[pin.Target] && !OfSafeguards(pin.Target) {
			p.unknownPin(pin, pin.Target, "decision", ids)
		}
	}
}

// aboutCut reports whether a pin says which aggregates belong together or apart:
// "Order + Stock".
func aboutCut(pin model.Pin) bool { return strings.Contains(pin.Target, "+") }

// pinned splits such a pin into the aggregates it names; ok is false when one of
// them is none or the pin says neither together nor apart.
func pinned(m *model.Model, pin model.Pin) (names []string, ok bool) {
	ok = pin.Choose == "together" || pin.Choose == "apart"
	for name := range strings.SplitSeq(pin.Target, "+") {
		name = strings.TrimSpace(name)
		names = append(names, name)
		ok = ok && slices.ContainsFunc(m.Aggregates, func(a *model.Aggregate) bool { return a.Name == name })
	}
	return names, ok
}

// checkCutPins reports the pins on the cut that say nothing about it.
func (p *planner) checkCutPins() {
	var aggregates []string
	for _, a := range p.model.Aggregates {
		aggregates = append(aggregates, a.Name)
	}
	for _, pin := range p.model.Pins {
		if _, ok := pinned(p.model, pin); !ok && aboutCut(pin) {
			p.checkCutPin(pin, aggregates)
		}
	}
}

func (p *planner) checkCutPin(pin model.Pin, aggregates []string) {
	names, _ := pinned(p.model, pin)
	for _, name := range names {
		if !slices.Contains(aggregates, name) {
			p.unknownPin(pin, name, "aggregate", aggregates)
		}
	}
	if pin.Choose != "together" && pin.Choose != "apart" {
		p.problems.Add(diag.Problem{
			Code: "decide.unknown-option", Severity: diag.Error, Span: pin.ChooseSpan, Path: string(pin.Path),
			Message: fmt.Sprintf("aggregates are pinned together or apart, not %q", pin.Choose), Hint: "choose: together, or choose: apart",
		})
	}
}

func (p *planner) unknownPin(pin model.Pin, name, what string, known []string) {
	hint := "plumb design --json lists the decisions of this system"
	if near := diag.Nearest(name, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	p.problems.Add(diag.Problem{
		Code: "decide.unknown-pin", Severity: diag.Error, Span: pin.Span, Path: string(pin.Path),
		Message: fmt.Sprintf("no %s of this system is called %q", what, name), Hint: hint,
	})
}
