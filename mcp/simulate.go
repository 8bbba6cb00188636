package mcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

type simulateIn struct {
	which
	more
	Scenario  string   `json:"scenario,omitempty" jsonschema:"one of the scenarios that the design should survive; with nothing given they are listed"`
	Load      string   `json:"load,omitempty" jsonschema:"or a load of your own: normal, peak, horizon, or a multiple such as 2x or 1.5x horizon; peak when left out"`
	Shape     []string `json:"shape,omitempty" jsonschema:"how the load changes or comes: burst 5x at 1min for 30s, ramp to 3x over 5min, daily 0.2x, bursty 5x for 2s 10%, batches of 20"`
	Faults    []string `json:"faults,omitempty" jsonschema:"faults in words: kill order 1/3 at 30s for 60s, slow maps 10x for 30s"`
	AsIf      []string `json:"as_if,omitempty" jsonschema:"policies made otherwise, in words: retry-budget maps 10%, breaker all off"`
	Holds     []string `json:"holds,omitempty" jsonschema:"claims to hold it against: PlaceOrder.latency p99 < 800ms, errors < 1%, recovers within 30s, all objectives"`
	Find      string   `json:"find,omitempty" jsonschema:"vary the scenario instead of running it once: sweep (multiples of the load, and the knee), load or outage or capacity (the most that is survived: of load, of the fault's length, of what the busiest elements lose), metastable (whether it comes back by itself once pushed over, what keeps it down, the cheapest cure)"`
	Whatif    []string `json:"compare_whatif,omitempty" jsonschema:"run beside it the design that it would be with NAME=VALUE, as for whatif, on the same random numbers"`
	CompareTo string   `json:"compare,omitempty" jsonschema:"run beside it another input or written design of the workspace"`
	CompareAs []string `json:"compare_as_if,omitempty" jsonschema:"run beside it the design as if policies were otherwise, as for as_if"`
	Seed      uint64   `json:"seed,omitempty" jsonschema:"chooses the random numbers; 1 when left out"`
}

// finds are what a scenario can be varied for.
var finds = []string{"sweep", "load", "outage", "capacity", "metastable"}

// simulateOut holds the scenarios, or what one of them did to the design.
type simulateOut struct {
	Scenarios []scenarioRow `json:"scenarios,omitempty"`
	Scenario  string        `json:"scenario,omitempty"`
	Verdicts  []verdictRow  `json:"verdicts,omitempty"`
	// Claims are what the scenario of the input says must hold, each with its verdict
	// and what was measured.
	Claims   []string     `json:"claims,omitempty"`
	UseCases []useCaseRow `json:"use_cases,omitempty"`
	// Breaks are the edges up to which the design holds, each in words.
	Breaks []string `json:"breaks,omitempty"`
	// Sweep is what came through at multiples of the load.
	Sweep []sweepRow `json:"sweep,omitempty"`
	// Compared is what tells the design from another one.
	Compared *comparedOut `json:"compared,omitempty"`
	// Elements are where each element stands against its hidden capacity, Trials what
	// pushing the weakest over showed.
	Elements     []string  `json:"elements,omitempty"`
	Trials       []string  `json:"trials,omitempty"`
	Replications int       `json:"replications,omitempty"`
	Findings     []problem `json:"findings"`
	Next         []call    `json:"next"`

	first []string // objectives that fall first
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
	if scenario.Changes, err = changesOf(in.AsIf); err != nil {
		return simulateOut{}, err
	}
	out.Scenario = scenario.Name
	var problems diag.List
	if in.compares() {
		problems, err = s.compareUnder(ctx, d, scenario, in, &out)
	} else {
		problems, err = out.run(ctx, d, scenario, in)
	}
	switch {
	case ctx.Err() != nil:
		return simulateOut{}, fmt.Errorf("the simulation was stopped: %w", ctx.Err())
	case err != nil:
		return simulateOut{}, err
	case problems.HasErrors():
		return simulateOut{}, refusal("the scenario cannot be simulated", problems)
	}
	out.Next = append(out.Next, in.next(&out)...)
	return out, nil
}

// run does to the design what is asked for.
func (o *simulateOut) run(ctx context.Context, d *plumb.Design, s plumb.Scenario, in simulateIn) (problems diag.List, err error) {
	switch in.Find {
	case "":
		var r plumb.Simulation
		r, problems = d.Simulate(ctx, s)
		o.fill(r)
	case "sweep":
		var points []plumb.SweepPoint
		points, problems = d.Sweep(ctx, s, nil)
		for _, x := range points {
			o.Sweep = append(o.Sweep, sweepRowOf(x))
		}
	case "metastable":
		var m plumb.Metastability
		m, problems = d.FindMetastable(ctx, s)
		o.metastable(&m)
	case "load", "outage":
		if in.Find == "outage" && len(s.Faults) == 0 {
			return nil, errors.New("find outage lengthens a fault: give one in faults, such as down ordering-db for 20s")
		}
		find := d.UntilOverload
		if in.Find == "outage" {
			find = d.UntilStuck
		}
		var edge plumb.Break
		edge, problems = find(ctx, s)
		o.breaks(edge)
	case "capacity":
		var list []plumb.Break
		list, problems = d.UntilLostEach(ctx, s, mostLost, nil)
		o.breaks(list...)
	default:
		return nil, fmt.Errorf("find is %s, not %q", strings.Join(finds, ", "), in.Find)
	}
	return problems, nil
}

// mostLost is of how many elements the capacity is taken away, the busiest first.
const mostLost = 4

func (o *simulateOut) breaks(list ...plumb.Break) {
	for _, b := range list {
		o.Breaks = append(o.Breaks, breakText(b))
		for _, id := range b.First {
			o.first = append(o.first, string(id))
		}
	}
}

// next are the calls that follow from what was seen: why what is missed is missed, then
// what was not looked at yet.
func (in simulateIn) next(o *simulateOut) (next []call) {
	why := o.first
	for _, v := range o.Verdicts {
		if v.Verdict == "missed" {
			why = append(why, v.Objective)
		}
	}
	if len(why) > 0 {
		next = append(next, call{"explain", on(in.which, map[string]any{"name": why[0]}), "what is missed, and what it rests on"})
	}
	if len(in.Faults) > 0 && in.Find == "" && !in.compares() {
		next = append(next, call{"simulate", on(in.which, map[string]any{"faults": in.Faults, "find": "outage"}), "how long the fault may last"})
	}
	switch in.Find {
	case "":
		return append(next, call{"simulate", on(in.which, map[string]any{"find": "load"}), "how much more load it carries"})
	case "load", "sweep":
		return append(next, call{"simulate", on(in.which, map[string]any{"find": "capacity"}), "how much of the busiest elements it can lose"})
	case "metastable":
		return append(next, call{"simulate", on(in.which, map[string]any{"compare_as_if": []string{"retry-budget all 10%"}}), "whether another policy keeps it up, side by side"})
	}
	return append(next, call{"simulate", on(in.which, map[string]any{"find": "metastable"}), "whether it comes back by itself"})
}

func changesOf(words []string) (out []plumb.Change, err error) {
	for _, text := range words {
		c, err := plumb.ParseChange(text)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// given reports whether a scenario is described, or the peak is taken.
func (in simulateIn) given() bool {
	return in.Load != "" || in.Find != "" || in.compares() || len(in.Shape)+len(in.Faults)+len(in.Holds)+len(in.AsIf) > 0
}

// scenario is the one that is asked for; given is false when none is.
func (in simulateIn) scenario(d *plumb.Design) (s plumb.Scenario, given bool, err error) {
	if in.Scenario != "" {
		if in.Load != "" || len(in.Shape)+len(in.Faults)+len(in.Holds) > 0 {
			return s, false, errors.New("give a scenario, or a load, shape, faults and claims of your own")
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
	s = plumb.Scenario{Name: "given", Load: "peak", Given: true}
	if in.Load != "" {
		if s.Load, s.Scale, err = plumb.ParseLoad(in.Load); err != nil {
			return s, false, fmt.Errorf("load: %w", err)
		}
		if s.Scale == 0 {
			return s, false, errors.New("load: a multiple is above 0")
		}
	}
	for _, text := range in.Shape {
		if err := s.AddShape(text); err != nil {
			return s, false, fmt.Errorf("shape: %w", err)
		}
	}
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
	return s, in.given(), nil
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
		if t.Needed > 0 {
			text += fmt.Sprintf(", watched for %s of the %s that coming back may take", fact.FormatSeconds(t.Watched), fact.FormatSeconds(t.Needed))
		}
		if t.Cure != nil {
			text += "; the cheapest change that helps: " + t.Cure.Says
			if t.Cure.Decision != "" {
				text += fmt.Sprintf(", by the pin %s: %s", t.Cure.Decision, t.Cure.Option)
			}
		}
		o.Trials = append(o.Trials, text)
	}
}

func breakText(b plumb.Break) string {
	shown := func(n float64) string {
		switch b.Of {
		case "load":
			return fact.FormatNumber(n, 3) + " times the load"
		case "capacity":
			return fact.FormatShare(n) + " of the capacity of " + b.Element + " lost"
		}
		return "an outage of " + fact.FormatSeconds(n)
	}
	text := ""
	switch {
	case b.Breaks == 0:
		text = fmt.Sprintf("it holds at %s, the most that was tried", shown(b.Holds))
	case b.Holds == 0:
		text = fmt.Sprintf("it breaks at %s, the least that was tried", shown(b.Breaks))
	default:
		text = fmt.Sprintf("it holds at %s and breaks at %s", shown(b.Holds), shown(b.Breaks))
	}
	if len(b.First) > 0 {
		text += "; first falls " + string(b.First[0])
		if more := len(b.First) - 1; more > 0 {
			text += fmt.Sprintf(" with %d others", more)
		}
	}
	return text
}

// sweepRow is what came through at a multiple of the load.
type sweepRow struct {
	Load    float64 `json:"load" jsonschema:"a multiple of the scenario's"`
	Offered string  `json:"offered"`
	Goodput string  `json:"goodput"`
	// P99 is that of the flow whose latency is the largest share of its objective.
	P99    string   `json:"p99,omitempty"`
	Flow   string   `json:"flow,omitempty"`
	Missed []string `json:"missed,omitempty"`
	Knee   bool     `json:"knee,omitempty" jsonschema:"the highest load that the design carries"`
}

func sweepRowOf(x plumb.SweepPoint) sweepRow {
	r := sweepRow{Load: x.Load, Offered: fact.FormatRate(x.Offered), Goodput: fact.FormatRate(x.Goodput), Flow: string(x.Flow), Knee: x.Knee}
	if x.P99 != nil {
		r.P99 = fact.FormatSeconds(x.P99.Estimate)
	}
	for _, id := range x.Missed {
		r.Missed = append(r.Missed, string(id))
	}
	return r
}

func (r sweepRow) String() string {
	text := fmt.Sprintf("%sx: offered %s, goodput %s", fact.FormatNumber(r.Load, 3), r.Offered, r.Goodput)
	if r.P99 != "" {
		text += fmt.Sprintf(", p99 of %s %s", r.Flow, r.P99)
	}
	if len(r.Missed) > 0 {
		text += ", missed: " + strings.Join(r.Missed, ", ")
	}
	if r.Knee {
		text += " (the knee: the highest load it carries)"
	}
	return text
}

func (o simulateOut) show(p *page) {
	p.list("Scenarios it should survive", len(o.Scenarios), 20, func(i int) string { return o.Scenarios[i].Name + ": " + o.Scenarios[i].About })
	p.list("By simulation", len(o.Breaks), 8, func(i int) string { return short(o.Breaks[i], 240) })
	p.list("At multiples of the load", len(o.Sweep), 20, func(i int) string { return short(o.Sweep[i].String(), 200) })
	if o.Compared != nil {
		o.Compared.show(p)
	}
	p.list("Against the hidden capacity", len(o.Elements), 15, func(i int) string { return o.Elements[i] })
	p.list("Pushed over", len(o.Trials), 5, func(i int) string { return o.Trials[i] })
	if o.Replications > 0 {
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
