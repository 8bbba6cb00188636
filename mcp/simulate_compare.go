package mcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// comparedOut is what tells the design from another one under the same scenario and
// the same random numbers.
type comparedOut struct {
	Second string `json:"second" jsonschema:"what the design was compared with"`
	// Costs are a month's, of both.
	FirstCost  string       `json:"first_cost"`
	SecondCost string       `json:"second_cost"`
	Pairs      int          `json:"pairs"`
	Differ     []measureRow `json:"differ"`
	// Same is how many measures do not tell the two apart.
	Same       int      `json:"same"`
	Objectives []string `json:"objectives,omitempty" jsonschema:"those that only one of the two meets"`
	Only       []string `json:"only_in_one,omitempty"`
}

// measureRow is a measure in which the two differ; the change has a 95 % interval over
// pairs of replications.
type measureRow struct {
	Flow    string `json:"flow"`
	Measure string `json:"measure"`
	First   string `json:"first"`
	Second  string `json:"second"`
	Change  string `json:"change"`
	Better  string `json:"better,omitempty" jsonschema:"first or second"`
}

func (in simulateIn) compares() bool {
	return in.CompareTo != "" || len(in.Whatif)+len(in.CompareAs) > 0
}

// compareUnder runs the design and another one under a scenario. The error says which
// argument is wrong.
func (s *Server) compareUnder(ctx context.Context, d *plumb.Design, scenario plumb.Scenario, in simulateIn, out *simulateOut) (diag.List, error) {
	if in.Find != "" {
		return nil, errors.New("compare runs the scenario as it is: leave find out")
	}
	other, name, err := s.otherDesign(ctx, d, in)
	if err != nil {
		return nil, err
	}
	c, problems := plumb.CompareUnder(ctx, plumb.Version{Arch: d.Arch}, other, scenario)
	if problems.HasErrors() {
		return problems, nil
	}
	if len(c.Refused) > 0 {
		return nil, refusal(name+" cannot be put under the scenario", c.Refused)
	}
	out.Compared = comparedRows(&c, name, d.Arch.Cost.Total, other.Arch.Cost.Total)
	return nil, nil
}

// otherDesign is the one that is compared with, and what to call it.
func (s *Server) otherDesign(ctx context.Context, d *plumb.Design, in simulateIn) (plumb.Version, string, error) {
	given := 0
	for _, is := range []bool{in.CompareTo != "", len(in.Whatif) > 0, len(in.CompareAs) > 0} {
		if is {
			given++
		}
	}
	if given > 1 {
		return plumb.Version{}, "", errors.New("give one of compare, compare_whatif and compare_as_if")
	}
	switch {
	case len(in.Whatif) > 0:
		w, err := d.Session().WhatIf(in.Whatif)
		if err != nil {
			return plumb.Version{}, "", err
		}
		name := "if " + strings.Join(in.Whatif, " and ")
		if !w.Feasible() {
			return plumb.Version{}, "", refusal("no design serves every requirement "+name, w.Problems)
		}
		return plumb.Version{Arch: w.Arch}, name, nil
	case len(in.CompareAs) > 0:
		changes, err := changesOf(in.CompareAs)
		return plumb.Version{Arch: d.Arch, Changes: changes}, "as if " + strings.Join(in.CompareAs, " and "), err
	}
	side, err := s.sideOf(ctx, in.CompareTo, d)
	return plumb.Version{Arch: side.Arch}, in.CompareTo, err
}

func comparedRows(c *plumb.LoadComparison, name string, first, second arch.Value) *comparedOut {
	out := &comparedOut{Second: name, FirstCost: costOf(first), SecondCost: costOf(second), Pairs: c.First.Replications, Differ: []measureRow{}}
	for i := range c.UseCases {
		u := &c.UseCases[i]
		for _, x := range u.Pairs {
			if !x.Differs {
				out.Same++
				continue
			}
			show := x.Show
			out.Differ = append(out.Differ, measureRow{string(u.Flow), x.Measure, show(x.First), show(x.Second),
				fmt.Sprintf("%s (%s to %s)", show(x.Change.Estimate), show(x.Change.Low), show(x.Change.High)), x.Better})
		}
	}
	for _, o := range c.Objectives {
		if o.Better != "" {
			out.Objectives = append(out.Objectives, fmt.Sprintf("%s: %s, then %s; the %s is better", o.Objective, cmp.Or(o.First, "not asked"), cmp.Or(o.Second, "not asked"), o.Better))
		}
	}
	for _, id := range c.Only {
		out.Only = append(out.Only, string(id))
	}
	return out
}

func costOf(v arch.Value) string {
	if !v.Known() {
		return "unknown"
	}
	return v.String() + " a month"
}

func (o *comparedOut) show(p *page) {
	p.line("First this design (%s), second %s (%s): %s of replications on the same random numbers; changes are second less first with 95%% intervals.",
		o.FirstCost, o.Second, o.SecondCost, plural(o.Pairs, "pair"))
	p.list("They differ in", len(o.Differ), 12, func(i int) string {
		m := o.Differ[i]
		text := fmt.Sprintf("%s %s: %s, then %s; change %s", m.Flow, m.Measure, m.First, m.Second, m.Change)
		if m.Better != "" {
			text += "; the " + m.Better + " is better"
		}
		return short(text, 220)
	})
	p.line("\n%d of the measures do not tell them apart.", o.Same)
	p.list("Objectives", len(o.Objectives), 8, func(i int) string { return o.Objectives[i] })
	if len(o.Only) > 0 {
		p.line("Only in one of them: %s", short(strings.Join(o.Only, ", "), 240))
	}
}
