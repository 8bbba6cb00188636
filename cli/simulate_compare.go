package cli

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// compares reports whether another system is run beside.
func (f *simulateFlags) compares() bool {
	return f.compare != "" || len(f.compareIf)+len(f.compareAsIf) > 0
}

// other is the system that is compared with, and what to call it.
func (a *app) other(ctx context.Context, d *plumb.Design, f *simulateFlags) (plumb.Version, string, error) {
	switch {
	case len(f.compareIf) > 0:
		w, err := d.Session().WhatIf(f.compareIf)
		if err != nil {
			return plumb.Version{}, "", exit(ExitUsage, "--compare-whatif: %v", err)
		}
		if !w.Feasible() {
			return plumb.Version{}, "", exit(ExitFailure, "no design serves every requirement if %s", strings.Join(f.compareIf, " and "))
		}
		return plumb.Version{Arch: w.Arch}, "if " + strings.Join(f.compareIf, " and "), nil
	case len(f.compareAsIf) > 0:
		v := plumb.Version{Arch: d.Arch}
		var words []string
		for _, text := range f.compareAsIf {
			c, err := plumb.ParseChange(text)
			if err != nil {
				return v, "", exit(ExitUsage, "--compare-as-if: %v", err)
			}
			v.Changes = append(v.Changes, c)
			words = append(words, c.String())
		}
		return v, "as if with " + strings.Join(words, " and "), nil
	}
	found, err := a.find(ctx, f.compare, defaultInput(f.input))
	if err != nil {
		return plumb.Version{}, "", err
	}
	side, _, err := a.side(ctx, found, d)
	return plumb.Version{Arch: side.Arch}, found.shown, err
}

// comparedUnder is the answer of simulate --compare as JSON.
type comparedUnder struct {
	First       string                 `json:"first"`
	Second      string                 `json:"second"`
	Cost        [2]arch.Value          `json:"cost_per_month"`
	Comparisons []plumb.LoadComparison `json:"comparisons"`
}

// compareUnder runs two systems under the same scenarios.
func (a *app) compareUnder(ctx context.Context, d *plumb.Design, list []plumb.Scenario, f *simulateFlags) error {
	second, name, err := a.other(ctx, d, f)
	if err != nil {
		return err
	}
	out := comparedUnder{First: "this design", Second: name, Cost: [2]arch.Value{d.Arch.Cost.Total, second.Arch.Cost.Total}, Comparisons: []plumb.LoadComparison{}}
	t := newTables(&a.Env, f.all)
	if !a.json {
		t.line("first: this design, %s a month", orUnknown(out.Cost[0]))
		t.line("second: %s, %s a month", name, orUnknown(out.Cost[1]))
		t.line("")
	}
	for _, s := range list {
		s.Workers = runtime.GOMAXPROCS(0)
		s.Progress = a.replicated(s.Name)
		c, problems := plumb.CompareUnder(ctx, plumb.Version{Arch: d.Arch}, second, s)
		a.replicatedAll()
		if problems.HasErrors() {
			return a.badScenario(problems)
		}
		if c.Interrupted {
			break
		}
		out.Comparisons = append(out.Comparisons, c)
		if !a.json {
			t.comparison(&c)
			if err := t.flush(); err != nil {
				return err
			}
		}
	}
	costs := [2]string{orUnknown(out.Cost[0]), orUnknown(out.Cost[1])}
	if err := a.page(f, plumb.PageContent{System: d.Arch.System.Name, Compared: out.Comparisons, First: out.First, Second: out.Second, Costs: costs}); err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(out); err != nil {
			return err
		}
	}
	return interrupted(ctx)
}

func orUnknown(v arch.Value) string {
	if !v.Known() {
		return "an unknown cost"
	}
	return v.String()
}

// comparison shows what tells two systems apart under a scenario.
func (t *tables) comparison(c *plumb.LoadComparison) {
	t.line("%s: %s", c.Scenario.Name, c.Scenario.Describe())
	if len(c.Refused) > 0 {
		t.line("  the second cannot be put under it: %s", c.Refused[0].Message)
		t.line("")
		return
	}
	t.line("  %s of %s after %s, seed %d, %s events", plural(c.First.Replications, "pair"), c.Scenario.For, c.Scenario.WarmUp, c.Scenario.Seed, fact.FormatCount(float64(c.Events)))
	t.line("")
	rows := [][]string{{"use case", "measure", "first", "second", "second - first (95 %)", "better"}}
	same := 0
	for i := range c.UseCases {
		u := &c.UseCases[i]
		name := string(u.Flow)
		for _, p := range u.Pairs {
			if !p.Differs && !t.all {
				same++
				continue
			}
			show := p.Show
			rows = append(rows, []string{name, p.Measure, show(p.First), show(p.Second), fmt.Sprintf("%s (%s to %s)", withSign(show, p.Change.Estimate), withSign(show, p.Change.Low), withSign(show, p.Change.High)), orSame(p.Better)})
			name = ""
		}
	}
	if len(rows) > 1 {
		t.table(rows)
	}
	if same > 0 {
		t.line("  %d measures of %d use cases do not tell them apart: --all shows them", same, len(c.UseCases))
	}
	met := [2]int{}
	for _, o := range c.Objectives {
		if o.First == "met" {
			met[0]++
		}
		if o.Second == "met" {
			met[1]++
		}
	}
	t.line("  objectives met: %d by the first, %d by the second, of %d", met[0], met[1], len(c.Objectives))
	for _, o := range c.Objectives {
		if o.Better != "" {
			t.line("    %s: %s, then %s; the %s is better", o.Objective, cmp.Or(o.First, "not asked"), cmp.Or(o.Second, "not asked"), o.Better)
		}
	}
	if len(c.Only) > 0 {
		var names []string
		for _, id := range c.Only {
			names = append(names, string(id))
		}
		t.line("  only in one of them: %s", strings.Join(names, ", "))
	}
	t.line("")
}

func orSame(better string) string {
	if better == "" {
		return "-"
	}
	return better
}

func withSign(show func(float64) string, x float64) string {
	if x > 0 {
		return "+" + show(x)
	}
	return show(x)
}
