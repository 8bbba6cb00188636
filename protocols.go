package plumb

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/explore"
	"plumb.dev/plumb/fact"
)

// Exploration is what was visited of a design's protocols; see package explore.
type Exploration = explore.Report

// Told is what was explored of one rule of the input.
type Told = explore.Told

// Explore visits the states of the design's protocols, with all mechanisms that the
// design has given them.
func (d *Design) Explore() Exploration {
	a := *d.Arch
	if a.Protocols == nil {
		a.Protocols = explore.Mend(d.Arch, explore.Default)
	}
	return explore.Run(&a, explore.Default)
}

// mend explores the protocols of the design. What one lacks is evidence, with which the
// design is decided again: what repairs it is a decision like any other, with the run
// that breaks as its reason. It returns what is left.
func (d *Design) mend() diag.List {
	was := *d.Arch
	was.Protocols = nil
	var seen *explore.Looked
	look := func() *explore.Looked {
		if seen == nil {
			seen = explore.Look(&was, explore.Default)
		}
		return seen
	}
	lacks, _ := remember(d, "lacks", &was, func() ([]explore.Lack, error) { return look().Lacks, nil })
	evidence := slices.DeleteFunc(slices.Clone(d.Plan.Evidence), func(e decide.Evidence) bool { return e.Lack != nil })
	for i := range lacks {
		l := &lacks[i]
		evidence = append(evidence, decide.Evidence{Lack: &decide.Lack{Protocol: l.Protocol, Of: l.Of, Repairs: l.Repairs}})
	}
	var list diag.List
	if len(lacks) > 0 || len(evidence) < len(d.Plan.Evidence) {
		plan, problems := decide.Run(decide.Input{Model: d.Model, Catalog: d.Plan.Catalog, Cut: &d.Plan.Cut, Evidence: evidence})
		for _, p := range problems {
			if !slices.ContainsFunc(d.Problems, func(q diag.Problem) bool { return q.Code == p.Code && q.Message == p.Message }) {
				list = append(list, p) // about a pin on what keeps a protocol right
			}
		}
		if list.HasErrors() {
			return list
		}
		d.Plan = plan
		if more := d.make(); more.HasErrors() {
			return more
		}
	}
	choices := map[string][]string{}
	for i := range lacks {
		choices[lacks[i].Protocol], _ = d.Plan.Safeguards(lacks[i].Protocol)
	}
	d.Arch.Protocols, _ = remember(d, "protocols", d.Arch, func() ([]arch.Protocol, error) { return look().Mend(choices), nil })
	for i := range d.Arch.Protocols {
		p := &d.Arch.Protocols[i]
		if id := decide.SafeguardsOf(p.ID); d.Plan.Decision(id) != nil {
			p.By = append(slices.Clone(p.By), id)
		}
	}
	list = append(list, d.idlePins()...)
	d.sequence()
	for _, p := range explore.Findings(d.Arch) {
		p.Span = d.Model.SpanOf(fact.ID(p.Path))
		list = append(list, p)
	}
	return list
}

// idlePins reports the pins on what keeps a protocol right that nothing asked: of a
// protocol that holds with what other decisions give it, or of none at all.
func (d *Design) idlePins() (list diag.List) {
	var known []string
	for i := range d.Arch.Protocols {
		known = append(known, string(decide.SafeguardsOf(d.Arch.Protocols[i].ID)))
	}
	for _, pin := range d.Model.Pins {
		if !decide.OfSafeguards(pin.Target) || d.Plan.Decision(arch.DecisionID(pin.Target)) != nil {
			continue
		}
		p := diag.Problem{Code: "decide.unknown-pin", Severity: diag.Error, Span: pin.Span, Path: string(pin.Path)}
		if at := slices.Index(known, pin.Target); at >= 0 {
			p.Message = fmt.Sprintf("%s holds in every state explored with what other decisions give it, so nothing is chosen to keep it right", d.Arch.Protocols[at].ID)
			p.Hint = "leave the pin out; plumb check --explore shows the mechanisms it has"
		} else {
			p.Message = fmt.Sprintf("no protocol of this system is called %q", strings.TrimSuffix(pin.Target, ".safeguards"))
			p.Hint = "plumb check --explore lists the protocols of this system"
			if near := diag.Nearest(pin.Target, known); near != "" {
				p.Hint = "did you mean " + near + "?"
			}
		}
		list.Add(p)
	}
	return list
}

// sequence lets events carry the version of what they tell of, where a copy takes only
// what is newer.
func (d *Design) sequence() {
	a := d.Arch
	newer := func(group string) bool {
		return slices.ContainsFunc(a.Protocols, func(p arch.Protocol) bool {
			return (p.ID == "exchange/"+group || p.ID == "exchange/"+group+"/copy") &&
				slices.ContainsFunc(p.Mechanisms, func(m arch.Mechanism) bool { return m.Name == "version check" })
		})
	}
	a.Events = slices.Clone(a.Events)
	for i := range a.Channels {
		ch := &a.Channels[i]
		if !slices.ContainsFunc(ch.Subscribers, func(s arch.Subscription) bool { return newer(s.Group) }) {
			continue
		}
		for j := range a.Events {
			e := &a.Events[j]
			e.Sequence = e.Sequence || e.Of != "" && slices.Contains(ch.Events, e.ID)
		}
	}
}
