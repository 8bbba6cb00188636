package cli

import (
	"context"
	"fmt"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

func (a *app) sweep(ctx context.Context, d *plumb.Design, s plumb.Scenario, f *simulateFlags) error {
	s.Progress = a.replicated("sweep")
	points, problems := d.Sweep(ctx, s, nil)
	a.replicatedAll()
	if problems.HasErrors() {
		return a.badScenario(problems)
	}
	if err := a.page(f, plumb.PageContent{System: d.Arch.System.Name, Sweep: points, SweepOf: s}); err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(points); err != nil {
			return err
		}
		return interrupted(ctx)
	}
	t := newTables(&a.Env, true)
	t.sweep(points)
	if err := t.flush(); err != nil {
		return err
	}
	return interrupted(ctx)
}

// untilBreaks finds the edge up to which the design holds.
func (a *app) untilBreaks(ctx context.Context, d *plumb.Design, s plumb.Scenario, f *simulateFlags) error {
	s.Progress = a.replicated("until it breaks")
	defer a.replicatedAll()
	of := f.untilBreaks
	if of == "auto" {
		of = "load"
		if len(s.Faults) > 0 {
			of = "outage"
		}
	}
	var b plumb.Break
	var problems diag.List
	switch {
	case of == "capacity":
		return a.untilLost(ctx, d, s)
	case of == "outage" && len(s.Faults) == 0:
		return exit(ExitUsage, "--until-breaks=outage lengthens the --fault; there is none")
	case of == "load" || of == "outage":
		if of == "load" {
			b, problems = d.UntilOverload(ctx, s)
		} else {
			b, problems = d.UntilStuck(ctx, s)
		}
	default:
		return exit(ExitUsage, "--until-breaks finds load, outage or capacity, not %q", of)
	}
	a.replicatedAll()
	if problems.HasErrors() {
		return a.badScenario(problems)
	}
	return a.showBreaks(ctx, b, []plumb.Break{b})
}

// mostLost is of how many elements the capacity is taken away, the busiest first.
const mostLost = 8

// untilLost takes capacity from one element after the other.
func (a *app) untilLost(ctx context.Context, d *plumb.Design, s plumb.Scenario) error {
	found, problems := d.UntilLostEach(ctx, s, mostLost, func(name string) func(done, all int) { return a.replicated("capacity of " + name) })
	a.replicatedAll()
	if problems.HasErrors() {
		return a.badScenario(problems)
	}
	return a.showBreaks(ctx, found, found)
}

func (a *app) showBreaks(ctx context.Context, answer any, list []plumb.Break) error {
	if a.json {
		if err := a.printJSON(answer); err != nil {
			return err
		}
		return interrupted(ctx)
	}
	t := newTables(&a.Env, true)
	for i := range list {
		t.breaks(&list[i])
	}
	if err := t.flush(); err != nil {
		return err
	}
	return interrupted(ctx)
}

// metastable says whether the design comes back by itself.
func (a *app) metastable(ctx context.Context, d *plumb.Design, s plumb.Scenario, f *simulateFlags) error {
	s.Progress = a.replicated("metastability")
	m, problems := d.FindMetastable(ctx, s)
	a.replicatedAll()
	if problems.HasErrors() {
		return a.badScenario(problems)
	}
	if err := a.page(f, plumb.PageContent{System: d.Arch.System.Name, Metastable: &m}); err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(m); err != nil {
			return err
		}
		return interrupted(ctx)
	}
	t := newTables(&a.Env, true)
	t.metastability(&m, d.Arch.Cost.Total.Text)
	if err := t.flush(); err != nil {
		return err
	}
	return interrupted(ctx)
}

// mostLoop is how many edges of a loop are shown, those next to the element first.
const mostLoop = 6

// metastability shows where each element stands, what was tried, and what would help.
func (t *tables) metastability(m *plumb.Metastability, currency string) {
	t.line("metastability: %s", m.Scenario.Describe())
	t.line("  seed %d, %s, %s events", m.Scenario.Seed, plural(m.Runs, "run"), fact.FormatCount(float64(m.Events)))
	t.line("")
	rows := [][]string{{"element", "state", "arrives/s", "capacity/s", "hidden/s", "amplified", "without caches"}}
	vulnerable := 0
	for i := range m.Elements {
		e := &m.Elements[i]
		if e.State != "stable" {
			vulnerable++
		}
		flushed := ""
		if e.Flushed > 0 {
			flushed = digits(e.Flushed) + "/s"
		}
		rows = append(rows, []string{e.Element, e.State, digits(e.Arrives), digits(e.Capacity), digits(e.Hidden), fmt.Sprintf("%.3gx", e.Amplification), flushed})
	}
	t.table(rows)
	for i := range m.Elements {
		e := &m.Elements[i]
		if e.State == "stable" || len(e.Loop) == 0 {
			continue
		}
		t.line("%s: the loop that would keep it down", e.Element)
		for k, l := range e.Loop {
			if k == mostLoop {
				t.line("  and %d more edges that amplify on the way; --json lists them", len(e.Loop)-mostLoop)
				break
			}
			budget := "no budget"
			if l.Budget > 0 {
				budget = "a budget of " + fact.FormatShare(l.Budget)
			}
			t.line("  %s sends up to %.3gx: %d attempts of %s, %s", l.Edge, l.Amplification, l.Attempts, fact.FormatSeconds(l.Timeout), budget)
		}
		if e.Fluid > 0 {
			t.line("  by the closed form a full outage of %s is the longest it recovers from", fact.FormatSeconds(e.Fluid))
		}
	}
	if vulnerable == 0 {
		t.line("no element is vulnerable: what may arrive once everything is sent again is within its capacity")
	}
	for i := range m.Trials {
		t.line("")
		t.trial(&m.Trials[i], currency)
	}
}

func (t *tables) trial(x *plumb.MetastabilityTrial, currency string) {
	t.line("%s, pushed by: %s", x.Element, x.Trigger)
	same := "one end from both"
	if x.Bistable {
		same = "two ends of the same system under the same load"
	}
	t.line("  goodput %s from empty and %s from a full start: %s", fact.FormatShare(x.Empty), fact.FormatShare(x.Full), same)
	switch o := &x.Outage; {
	case o.Breaks > 0 && o.Holds > 0:
		t.line("  recovers by itself from %s and no longer from %s", fact.FormatSeconds(o.Holds), fact.FormatSeconds(o.Breaks))
	case o.Breaks > 0:
		t.line("  does not recover by itself from %s", fact.FormatSeconds(o.Breaks))
	case o.Holds > 0:
		t.line("  recovers by itself from up to %s, the longest that was tried", fact.FormatSeconds(o.Holds))
	default:
		t.line("  not tried to the end")
	}
	if x.Outage.Breaks > 0 {
		t.line("  after that %s", drift(&x.After))
	}
	if x.Needed > 0 {
		t.line("  watched for %s of the %s that coming back may take, as long as the events of a run allow", fact.FormatSeconds(x.Watched), fact.FormatSeconds(x.Needed))
	}
	for i := range x.Remedies {
		r := &x.Remedies[i]
		price := "no cost but a setting"
		switch {
		case !r.Priced:
			price = "at a price that is not known"
		case r.Price > 0:
			price = "about " + fact.FormatMoney(r.Price, currency) + " a month"
		}
		t.line("  with %s (%s): %s", r.Says, price, drift(&r.After))
	}
	switch {
	case x.Cure != nil:
		t.line("  the cheapest single change that makes it recover from %s: %s", fact.FormatSeconds(x.At), x.Cure.Says)
		if x.Cure.Decision != "" {
			t.line("  for the design to have it: pins: {%s: %s}", x.Cure.Decision, x.Cure.Option)
		}
	case x.Outage.Breaks > 0 && len(x.Remedies) > 0:
		t.line("  none of these alone makes it recover from %s", fact.FormatSeconds(x.At))
	}
}

func drift(d *plumb.Drift) string {
	switch d.State {
	case "recovered":
		return fmt.Sprintf("recovered, %s comes through", fact.FormatShare(d.Goodput))
	case "recovering":
		return fmt.Sprintf("recovering: %s wait and grow fewer by %s/s, none in %s", fact.FormatCount(d.Waiting), digits(-d.Slope), fact.FormatSeconds(d.Empty))
	}
	change := "do not grow fewer"
	if d.Slope > 0 {
		change = "grow by " + digits(d.Slope) + "/s"
	}
	return fmt.Sprintf("it stays down: %s comes through, %s wait and %s", fact.FormatShare(d.Goodput), fact.FormatCount(d.Waiting), change)
}
