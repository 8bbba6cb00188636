package mcp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/fact"
)

type simulateIn struct {
	which
	more
	Scenario    string   `json:"scenario,omitempty" jsonschema:"one of the scenarios that the design should survive; with nothing given they are listed"`
	Load        string   `json:"load,omitempty" jsonschema:"or a load: average, peak or horizon"`
	Scale       float64  `json:"scale,omitempty" jsonschema:"a multiple of that load, such as 2"`
	Faults      []string `json:"faults,omitempty" jsonschema:"faults in words: kill order 1/3 at 30s for 60s"`
	AsIf        []string `json:"as_if,omitempty" jsonschema:"policies made otherwise, in words: retry-budget maps 10%, breaker all off"`
	Holds       []string `json:"holds,omitempty" jsonschema:"claims to hold it against: PlaceOrder.latency p99 < 800ms, errors < 1%, recovers within 30s, all objectives"`
	UntilBreaks bool     `json:"until_breaks,omitempty" jsonschema:"find the multiple of the load, or with a fault the length of the outage, that the design no longer survives"`
	Metastable  bool     `json:"metastable,omitempty" jsonschema:"say whether the design comes back by itself once something pushes it over: the hidden capacity of each element, the loop that keeps it down, the longest outage it recovers from, the cheapest change that helps"`
	Seed        uint64   `json:"seed,omitempty" jsonschema:"chooses the random numbers; 1 when left out"`
}

// simulateOut holds the scenarios, or what one of them did to the design.
type simulateOut struct {
	Scenarios []scenarioRow `json:"scenarios,omitempty"`
	Scenario  string        `json:"scenario,omitempty"`
	Verdicts  []verdictRow  `json:"verdicts,omitempty"`
	// Claims are what the scenario of the input says must hold, each with its verdict
	// and what was measured.
	Claims   []string     `json:"claims,omitempty"`
	UseCases []useCaseRow `json:"use_cases,omitempty"`
	// Break is the edge up to which the design holds.
	Break string `json:"break,omitempty"`
	// Elements are where each element stands against its hidden capacity, Trials what
	// pushing the weakest over showed.
	Elements     []string  `json:"elements,omitempty"`
	Trials       []string  `json:"trials,omitempty"`
	Replications int       `json:"replications,omitempty"`
	Findings     []problem `json:"findings"`
	Next         []call    `json:"next"`
}

type scenarioRow struct {
	Name  string `json:"name"`
	About string `json:"about"`
}

// verdictRow holds an objective against what was simulated; the range is a 95 %
// confidence interval.
type verdictRow struct {
	Objective string `json:"objective"`
	Verdict   string `json:"verdict"`
	Measure   string `json:"measure"`
	Target    string `json:"target"`
	Predicted string `json:"predicted"`
	Low       string `json:"low"`
	High      string `json:"high"`
}

type useCaseRow struct {
	Flow    string `json:"flow"`
	Offered string `json:"offered"`
	Goodput string `json:"goodput"`
	Success string `json:"success,omitempty"`
	P50     string `json:"p50,omitempty"`
	P99     string `json:"p99,omitempty"`
	// Errors are shares of what ended, by cause.
	Errors []string `json:"errors,omitempty"`
}

func (s *Server) simulate(ctx context.Context, _ *sdk.CallToolRequest, in simulateIn) (simulateOut, error) {
	src, err := s.files.open(in.File)
	if err != nil {
		return simulateOut{}, err
	}
	d, err := s.mustRepair(ctx, src)
	if err != nil {
		return simulateOut{}, err
	}
	out := simulateOut{Findings: problemsOf(d.PolicyFindings())}
	scenario, given, err := in.scenario(d)
	switch {
	case err != nil:
		return simulateOut{}, err
	case !given:
		return out.list(d, in), nil
	}
	scenario.Workers, scenario.Seed = s.workers, max(in.Seed, 1)
	for _, text := range in.AsIf {
		change, err := plumb.ParseChange(text)
		if err != nil {
			return simulateOut{}, err
		}
		scenario.Changes = append(scenario.Changes, change)
	}
	out.Scenario = scenario.Name
	if in.Metastable {
		m, problems := d.FindMetastable(ctx, scenario)
		if problems.HasErrors() {
			return simulateOut{}, refusal("the scenario cannot be simulated", problems)
		}
		out.metastable(&m)
	} else if in.UntilBreaks {
		edge, problems := d.UntilBreaks(ctx, scenario)
		if problems.HasErrors() {
			return simulateOut{}, refusal("the scenario cannot be simulated", problems)
		}
		out.Break = breakText(edge)
		for _, id := range edge.First {
			out.Next = append(out.Next, call{"explain", on(in.which, map[string]any{"name": string(id)}), "what falls first"})
			break
		}
	} else {
		r, problems := d.Simulate(ctx, scenario)
		if problems.HasErrors() {
			return simulateOut{}, refusal("the scenario cannot be simulated", problems)
		}
		out.fill(r)
	}
	if err := ctx.Err(); err != nil {
		return simulateOut{}, fmt.Errorf("the simulation was stopped: %w", err)
	}
	if len(out.Next) == 0 {
		out.Next = []call{{"simulate", on(in.which, map[string]any{"load": "peak", "until_breaks": true}), "how much more load it carries"}}
	}
	return out, nil
}

// scenario is the one that is asked for; given is false when none is.
func (in simulateIn) scenario(d *plumb.Design) (s plumb.Scenario, given bool, err error) {
	if in.Scenario != "" {
		if in.Load != "" || in.Scale != 0 || len(in.Faults)+len(in.Holds) > 0 {
			return s, false, fmt.Errorf("give a scenario, or load, scale, faults and claims of your own")
		}
		list := d.Scenarios()
		i := slices.IndexFunc(list, func(c plumb.Scenario) bool { return strings.EqualFold(c.Name, in.Scenario) })
		if i < 0 {
			names := make([]string, len(list))
			for j, c := range list {
				names[j] = c.Name
			}
			return s, false, fmt.Errorf("there is no scenario %q; there are %s", in.Scenario, strings.Join(names, ", "))
		}
		return list[i], true, nil
	}
	if in.Load != "" && in.Load != "average" && in.Load != "peak" && in.Load != "horizon" {
		return s, false, fmt.Errorf("load is average, peak or horizon, not %q; scale multiplies it", in.Load)
	}
	s = plumb.Scenario{Name: "given", Load: in.Load, Scale: in.Scale}
	for _, text := range in.Faults {
		fault, err := plumb.ParseFault(text)
		if err != nil {
			return s, false, err
		}
		s.Faults = append(s.Faults, fault)
	}
	for _, text := range in.Holds {
		claim, err := plumb.ParseClaim(text)
		if err != nil {
			return s, false, err
		}
		s.Holds = append(s.Holds, claim)
	}
	return s, len(in.Holds) > 0 || in.Load != "" || in.Scale != 0 || len(in.Faults) > 0 || len(in.AsIf) > 0 || in.UntilBreaks || in.Metastable, nil
}

func (o simulateOut) list(d *plumb.Design, in simulateIn) simulateOut {
	o.Next = []call{}
	for _, s := range d.Scenarios() {
		o.Scenarios = append(o.Scenarios, scenarioRow{s.Name, s.About})
		if len(o.Next) < 2 {
			o.Next = append(o.Next, call{"simulate", on(in.which, map[string]any{"scenario": s.Name}), "what it does to the design"})
		}
	}
	return o
}

func (o *simulateOut) fill(r plumb.Simulation) {
	o.Replications = r.Replications
	for _, v := range r.Verdicts {
		shown := func(n float64) string { return measureText(v.Kind, n) }
		o.Verdicts = append(o.Verdicts, verdictRow{
			string(v.Objective), v.Verdict, v.Measure, shown(v.Target), shown(v.Predicted.Estimate), shown(v.Predicted.Low), shown(v.Predicted.High),
		})
	}
	for _, h := range r.Claims {
		o.Claims = append(o.Claims, h.Verdict+" "+h.String())
	}
	for _, u := range r.UseCases {
		row := useCaseRow{Flow: string(u.Flow), Offered: fact.FormatRate(u.Offered), Goodput: fact.FormatRate(u.Goodput.Estimate)}
		if u.Success != nil {
			row.Success = fact.FormatShare(u.Success.Estimate)
		}
		if u.P50 != nil {
			row.P50 = fact.FormatSeconds(u.P50.Estimate)
		}
		if u.P99 != nil {
			row.P99 = fact.FormatSeconds(u.P99.Estimate)
		}
		for _, c := range u.Errors {
			row.Errors = append(row.Errors, c.Cause+" "+fact.FormatShare(c.Share))
		}
		o.UseCases = append(o.UseCases, row)
	}
}

// measureText shows what an objective measures.
func measureText(kind string, n float64) string {
	switch kind {
	case "latency", "staleness":
		return fact.FormatSeconds(n)
	case "availability":
		return fact.FormatShare(n)
	}
	return fact.FormatRate(n)
}

// metastable tells of the elements that are not stable, and of all trials.
func (o *simulateOut) metastable(m *plumb.Metastability) {
	stable := 0
	for i := range m.Elements {
		e := &m.Elements[i]
		if e.State == "stable" {
			stable++
			continue
		}
		text := fmt.Sprintf("%s is %s: %s arrive, %s is its capacity, %s its hidden capacity, amplified %sx", e.Element, e.State,
			fact.FormatRate(e.Arrives), fact.FormatRate(e.Capacity), fact.FormatRate(e.Hidden), fact.FormatNumber(e.Amplification, 3))
		if len(e.Loop) > 0 {
			text += " by " + e.Loop[0].Edge
		}
		o.Elements = append(o.Elements, text)
	}
	o.Elements = append(o.Elements, plural(stable, "element")+" stable")
	for i := range m.Trials {
		t := &m.Trials[i]
		text := fmt.Sprintf("%s, pushed by %s: recovers from up to %s", t.Element, t.Trigger, fact.FormatSeconds(t.Outage.Holds))
		if t.Outage.Breaks > 0 {
			text += ", not from " + fact.FormatSeconds(t.Outage.Breaks)
		}
		if t.Cure != nil {
			text += "; the cheapest change that helps: " + t.Cure.Says
		}
		o.Trials = append(o.Trials, text)
	}
}

func breakText(b plumb.Break) string {
	shown := func(n float64) string {
		if b.Of == "load" {
			return fact.FormatNumber(n, 3) + " times the load"
		}
		return "an outage of " + fact.FormatSeconds(n)
	}
	switch {
	case b.Breaks == 0:
		return fmt.Sprintf("it holds at %s, the most that was tried", shown(b.Holds))
	case b.Holds == 0:
		return fmt.Sprintf("it breaks at %s, the least that was tried", shown(b.Breaks))
	}
	return fmt.Sprintf("it holds at %s and breaks at %s", shown(b.Holds), shown(b.Breaks))
}

func (o simulateOut) show(p *page) {
	p.list("Scenarios it should survive", len(o.Scenarios), 20, func(i int) string { return o.Scenarios[i].Name + ": " + o.Scenarios[i].About })
	if o.Break != "" {
		p.line("By simulation %s.", o.Break)
	}
	p.list("Against the hidden capacity", len(o.Elements), 15, func(i int) string { return o.Elements[i] })
	p.list("Pushed over", len(o.Trials), 5, func(i int) string { return o.Trials[i] })
	if o.Scenario != "" && o.Break == "" && len(o.Elements) == 0 {
		p.line("Scenario %s, by simulation, %s; ranges are 95%% confidence intervals.", o.Scenario, plural(o.Replications, "replication"))
	}
	p.list("Objectives", len(o.Verdicts), 15, func(i int) string {
		v := o.Verdicts[i]
		return fmt.Sprintf("%s %s %s: %s (%s to %s), target %s", v.Verdict, v.Objective, v.Measure, v.Predicted, v.Low, v.High, v.Target)
	})
	p.list("Claims", len(o.Claims), 15, func(i int) string { return o.Claims[i] })
	p.list("Use cases", len(o.UseCases), 15, func(i int) string {
		u := o.UseCases[i]
		return short(fmt.Sprintf("%s: offered %s, goodput %s, success %s, p50 %s, p99 %s %s", u.Flow, u.Offered, u.Goodput, u.Success, u.P50, u.P99, strings.Join(u.Errors, ", ")), 220)
	})
	p.list("Policies at odds before anything runs", len(o.Findings), 5, func(i int) string { return short(o.Findings[i].String(), 240) })
	p.then(o.Next)
}
