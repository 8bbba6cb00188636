package mcp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
)

type designIn struct {
	which
	more
}

// designOut is the whole design in rows; plumb://plan has every field.
type designOut struct {
	System     string         `json:"system"`
	Summary    string         `json:"summary"`
	Services   []service      `json:"services"`
	Others     []string       `json:"externals,omitempty"`
	Decisions  []decisionRow  `json:"decisions"`
	NotNeeded  []string       `json:"not_needed,omitempty"`
	Objectives []objectiveRow `json:"objectives,omitempty"`
	// Simulated is what the scenarios that the design should survive did to it.
	Simulated []scenarioOutcome `json:"simulated,omitempty"`
	// Asserted is what the scenarios of the input say must hold, and whether it does.
	Asserted    []assertedRow `json:"asserted,omitempty"`
	Cost        string        `json:"cost,omitempty"`
	Risks       []string      `json:"risks,omitempty"`
	Steps       []string      `json:"next_steps,omitempty"`
	Assumptions []assumption  `json:"assumptions"`
	Questions   []question    `json:"questions"`
	Problems    []problem     `json:"problems"`
	Next        []call        `json:"next"`
}

type service struct {
	ID       string   `json:"id"`
	Team     string   `json:"team,omitempty"`
	Contexts []string `json:"contexts"`
	Runs     []string `json:"runs,omitempty"`
	Stores   []string `json:"stores,omitempty"`
}

type decisionRow struct {
	ID          string  `json:"id"`
	Number      int     `json:"number,omitempty"`
	Title       string  `json:"title"`
	Choice      string  `json:"choice"`
	Margin      float64 `json:"margin"`
	Over        string  `json:"over,omitempty"`
	Significant bool    `json:"significant,omitempty"`
	Pinned      bool    `json:"pinned,omitempty"`
	Status      string  `json:"status,omitempty"`
}

func (d decisionRow) String() string {
	name := d.ID
	if d.Number > 0 {
		name = fmt.Sprintf("D%d %s", d.Number, d.ID)
	}
	over := "the only one possible"
	if d.Over != "" {
		over = fmt.Sprintf("%.2f over %s", d.Margin, d.Over)
	}
	if d.Pinned {
		over += ", pinned"
	}
	return fmt.Sprintf("%s: %s (%s)", name, d.Choice, over)
}

type objectiveRow struct {
	ID       string `json:"id"`
	Target   string `json:"target"`
	Achieved string `json:"achieved"`
	// Verdict is the worse of calculation and simulation.
	Verdict string `json:"verdict"`
	Stated  bool   `json:"stated"`
	// Simulated is what simulating the design predicts, with a 95 % interval and the
	// scenario, or why it cannot say.
	Simulated string `json:"simulated,omitempty"`
}

func (o objectiveRow) String() string {
	from := "assumed"
	if o.Stated {
		from = "stated"
	}
	text := fmt.Sprintf("%s %s: target %s (%s), by calculation %s", o.Verdict, o.ID, o.Target, from, o.Achieved)
	if o.Simulated != "" {
		text += ", by simulation " + o.Simulated
	}
	return text
}

func objectiveRowOf(o *arch.Objective) objectiveRow {
	verdict, _ := o.Overall()
	row := objectiveRow{ID: string(o.ID), Target: o.Target.String(), Achieved: o.Achieved.String(), Verdict: verdict, Stated: o.Stated}
	if o.Simulated != nil {
		row.Simulated = o.Simulated.String()
	}
	return row
}

// scenarioOutcome is what a simulated scenario did to the design.
type scenarioOutcome struct {
	Scenario string `json:"scenario"`
	About    string `json:"about"`
	Outcome  string `json:"outcome" jsonschema:"steady, unaffected, recovers, stuck or unknown"`
	Answered string `json:"answered,omitempty" jsonschema:"the share of requests answered: before, during and after a fault"`
	Recovers string `json:"recovers_after,omitempty"`
	Costs    string `json:"costs,omitempty" jsonschema:"the objective of whose monthly error budget it takes most, as often as it happens"`
	Why      string `json:"why,omitempty"`
}

func (o scenarioOutcome) String() string {
	text := o.Scenario + ": " + o.Outcome
	for _, more := range []string{o.Answered, o.Why, o.Costs} {
		if more != "" {
			text += ", " + more
		}
	}
	return text
}

// assertedRow is what must hold under a scenario of the input.
type assertedRow struct {
	Scenario  string `json:"scenario"`
	Claim     string `json:"claim"`
	Verdict   string `json:"verdict" jsonschema:"met, missed, close (the bound lies within the interval) or unknown"`
	Simulated string `json:"simulated,omitempty"`
}

func (r assertedRow) String() string {
	return fmt.Sprintf("%s under %s: %s; %s", r.Verdict, r.Scenario, r.Claim, r.Simulated)
}

func assertedRows(a *arch.Arch) (out []assertedRow) {
	list := a.Asserted()
	for i := range list {
		c := &list[i]
		out = append(out, assertedRow{c.Scenario, c.Claim, c.Verdict, c.Says()})
	}
	slices.SortStableFunc(out, func(x, y assertedRow) int { return strings.Compare(order[x.Verdict], order[y.Verdict]) })
	return out
}

func outcomes(v *arch.Verification) (out []scenarioOutcome) {
	if v == nil {
		return nil
	}
	for _, t := range v.Trials {
		o := scenarioOutcome{Scenario: t.ID, About: t.About, Outcome: t.Outcome, Why: t.Why, Answered: t.Answered.String() + " answered"}
		if t.During.Known() {
			o.Answered = fmt.Sprintf("%s answered before, %s in it, %s after", t.Answered, t.During, t.After)
		}
		if t.Recovers.Known() {
			o.Recovers = t.Recovers.String()
		}
		if len(t.Tolls) > 0 {
			o.Costs = fmt.Sprintf("%s of a month's error budget of %s", t.Tolls[0].Share, t.Tolls[0].Objective)
		}
		out = append(out, o)
	}
	for _, x := range v.Omitted {
		out = append(out, scenarioOutcome{Scenario: x.ID, About: x.About, Outcome: "not simulated", Why: x.Why})
	}
	return out
}

func (s *Server) design(ctx context.Context, _ *sdk.CallToolRequest, in designIn) (designOut, error) {
	src, err := s.files.open(in.File)
	if err != nil {
		return designOut{}, err
	}
	d, err := s.mustVerify(ctx, src)
	if err != nil {
		return designOut{}, err
	}
	out := designRows(d)
	if out.Questions, err = s.questions(ctx, src); err != nil {
		return designOut{}, err
	}
	out.Next = designNext(in.which, &out)
	return out, nil
}

func designRows(d *plumb.Design) designOut {
	a := d.Arch
	out := designOut{
		System: a.System.Name, Summary: a.System.Summary, Services: services(a), Decisions: []decisionRow{},
		Assumptions: assumptions(d), Problems: problemsOf(d.Problems),
	}
	for _, e := range a.Externals {
		out.Others = append(out.Others, string(e.ID))
	}
	for i := range a.Decisions {
		if dec := &a.Decisions[i]; dec.NotNeeded {
			out.NotNeeded = append(out.NotNeeded, string(dec.ID))
		} else {
			out.Decisions = append(out.Decisions, rowOf(dec))
		}
	}
	for i := range a.Objectives {
		out.Objectives = append(out.Objectives, objectiveRowOf(&a.Objectives[i]))
	}
	out.Simulated, out.Asserted = outcomes(a.Verification), assertedRows(a)
	if a.Cost.Total.Known() {
		out.Cost = a.Cost.Total.String() + " a month where prices are known"
		if len(a.Cost.Unknown) > 0 {
			out.Cost += "; unknown: " + strings.Join(a.Cost.Unknown, ", ")
		}
	}
	for _, r := range a.Risks {
		out.Risks = append(out.Risks, fmt.Sprintf("%s: %s. %s", r.Risk, strings.TrimSuffix(r.Why, "."), r.Answer))
	}
	for _, n := range a.NextSteps {
		out.Steps = append(out.Steps, n.Do)
	}
	return out
}

func rowOf(d *arch.Decision) decisionRow {
	return decisionRow{
		ID: string(d.ID), Number: d.Number, Title: d.Title, Choice: d.NameOf(d.Choice), Margin: d.Margin, Over: string(d.RunnerUp),
		Significant: d.Significant, Pinned: d.Pinned != nil, Status: d.Status,
	}
}

func services(a *arch.Arch) []service {
	out := make([]service, len(a.Deployables))
	for i, d := range a.Deployables {
		out[i] = service{ID: string(d.ID), Team: string(d.Team), Contexts: []string{}}
		for _, c := range a.Contexts {
			if c.Deployable == d.ID {
				names := make([]string, len(c.Aggregates))
				for j, p := range c.Aggregates {
					names[j] = arch.Short(p)
				}
				out[i].Contexts = append(out[i].Contexts, fmt.Sprintf("%s (%s)", c.Name, strings.Join(names, ", ")))
			}
		}
		for _, p := range d.Roles {
			if p.Replicas.Known() {
				out[i].Runs = append(out[i].Runs, fmt.Sprintf("%s x %s", p.Name, p.Replicas))
			}
		}
		for _, st := range a.Stores {
			if st.Deployable == d.ID && !slices.Contains(out[i].Stores, st.Technology) {
				out[i].Stores = append(out[i].Stores, st.Technology)
			}
		}
	}
	return out
}

// designNext is what is sensible after a design: settle a question, look at the
// narrowest decision, see the files.
func designNext(w which, out *designOut) []call {
	var next []call
	for _, q := range out.Questions {
		if q.Path != "" {
			next = append(next, call{"answer", on(w, map[string]any{"path": q.Path}), "the guess that matters most, asked of the person"})
			break
		}
	}
	narrow := -1
	for i, d := range out.Decisions {
		if d.Significant && !d.Pinned && d.Over != "" && (narrow < 0 || d.Margin < out.Decisions[narrow].Margin) {
			narrow = i
		}
	}
	if narrow >= 0 {
		next = append(next, call{"explain", on(w, map[string]any{"name": out.Decisions[narrow].ID}), "the significant decision won most narrowly"})
	}
	return append(next, call{"emit", on(w, nil), "what would be written; nothing is yet"})
}

func (o designOut) show(p *page) {
	p.line("%s", o.Summary)
	p.list("Services", len(o.Services), 12, func(i int) string {
		s := o.Services[i]
		text := s.ID
		if s.Team != "" {
			text += " (team " + s.Team + ")"
		}
		text += ": " + strings.Join(s.Contexts, "; ")
		if runs := append(slices.Clone(s.Runs), s.Stores...); len(runs) > 0 {
			text += " | " + strings.Join(runs, ", ")
		}
		return short(text, 300)
	})
	if len(o.Others) > 0 {
		p.line("Systems of others: %s", strings.Join(o.Others, ", "))
	}
	showProblems(p, o.Problems)
	showQuestions(p, o.Questions)
	o.showDecisions(p)
	o.showObjectives(p)
	p.list("Assumed, what decides most first", len(o.Assumptions), 5, func(i int) string { return short(o.Assumptions[i].String(), 200) })
	p.list("Largest risks", len(o.Risks), 3, func(i int) string { return short(o.Risks[i], 240) })
	p.list("Next steps of the plan", len(o.Steps), 3, func(i int) string { return short(o.Steps[i], 200) })
	p.link("plumb://design", "DESIGN.md", "text/markdown")
	p.then(o.Next)
}

func (o designOut) showDecisions(p *page) {
	var shown []decisionRow
	for _, d := range o.Decisions {
		if d.Significant || p.detail {
			shown = append(shown, d)
		}
	}
	p.list("Decisions (margin over the runner-up, 0 to 1)", len(shown), 15, func(i int) string { return short(shown[i].String(), 180) })
	if n := len(o.Decisions) - len(shown); n > 0 {
		p.line("and %s, each with its reasons, in the structured content", plural(n, "small one"))
	}
	if len(o.NotNeeded) > 0 {
		p.line("Not needed here: %s", short(strings.Join(o.NotNeeded, ", "), 240))
	}
}

// showObjectives shows what is missed or stated; what was assumed and is met is
// counted.
func (o designOut) showObjectives(p *page) {
	var shown []objectiveRow
	for _, x := range o.Objectives {
		if x.Verdict != "met" || x.Stated || p.detail {
			shown = append(shown, x)
		}
	}
	slices.SortStableFunc(shown, func(a, b objectiveRow) int { return strings.Compare(order[a.Verdict], order[b.Verdict]) })
	p.list("Objectives", len(shown), 10, func(i int) string { return short(shown[i].String(), 220) })
	if n := len(o.Objectives) - len(shown); n > 0 {
		p.line("%s are met", plural(n, "assumed objective"))
	}
	p.list("Must hold", len(o.Asserted), 8, func(i int) string { return short(o.Asserted[i].String(), 200) })
	p.list("Simulated", len(o.Simulated), 10, func(i int) string { return short(o.Simulated[i].String(), 200) })
	if o.Cost != "" {
		p.line("Running it: %s", o.Cost)
	}
}

// order puts what is missed first.
var order = map[string]string{"missed": "0", "close": "1", "unknown": "2", "met": "3"}
