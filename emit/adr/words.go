package adr

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

func (v view) functions() template.FuncMap {
	return template.FuncMap{
		"text": markdown.Text, "code": markdown.Code, "link": markdown.Link, "quoted": strconv.Quote, "row": markdown.Row,
		"status": status, "choice": choice, "heading": heading, "deciders": v.deciders, "about": about, "given": v.given, "facts": v.facts,
		"origin": origin, "drivers": v.drivers, "lead": lead, "regret": regret, "comparison": compare, "notable": notable, "parameters": parameters,
		"place": place, "givenUp": givenUp, "more": v.more, "flips": v.flips, "superseded": v.superseded, "formerStatus": v.formerStatus, "formerly": v.formerly,
	}
}

func choice(d *arch.Decision) string { return d.NameOf(d.Choice) }

// heading is the solved problem and its solution.
func heading(d *arch.Decision) string {
	title, won := d.Title, choice(d)
	if !strings.Contains(title, won) {
		title += ": " + won
	}
	return markdown.Text(title)
}

func about(d *arch.Decision) string { return markdown.Code(d.About) }

// deciders are the teams whose contexts the decision is about; all teams when it
// is about the whole.
func (v view) deciders(d *arch.Decision) string {
	var of, all []string
	for _, t := range v.Teams {
		all = append(all, string(t.ID))
	}
	for _, c := range v.Contexts {
		concerned := d.About == arch.Path("contexts."+string(c.ID)) || d.About == arch.Path("deployables."+string(c.Deployable)) ||
			slices.Contains(c.Aggregates, d.About) || slices.Contains(c.UseCases, d.About)
		if concerned && c.Team != "" && !slices.Contains(of, string(c.Team)) {
			of = append(of, string(c.Team))
		}
	}
	if of == nil {
		of = all
	}
	return strings.Join(of, ", ")
}

// given are the decisions this one rests on.
func (v view) given(d *arch.Decision) string {
	var out []string
	for _, id := range d.Needs {
		n := v.Decision(id)
		if n == nil {
			continue
		}
		name := fmt.Sprintf("D%d", n.Number)
		if n.Significant {
			name = markdown.Link(name, strings.TrimPrefix(n.Record(), "adr/"))
		}
		out = append(out, name+" "+heading(n))
	}
	return strings.Join(out, "; ")
}

// shownFacts bounds the table of what was read; plan.json has all.
const shownFacts = 12

// nearness orders facts: what was said of this system first, then what follows from
// it, then what was taken for granted.
func nearness(f fact.Fact) int {
	switch f.Origin {
	case fact.Stated, fact.Measured:
		return 0
	case fact.Derived:
		return 1
	}
	return 2
}

// facts are the numbers that the computation read, those of this system first.
func (v view) facts(d *arch.Decision) []fact.Fact {
	var out []fact.Fact
	for _, id := range d.Facts {
		if f, found := v.FactOf(id); found {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b fact.Fact) int { return cmp.Compare(nearness(a), nearness(b)) })
	return out[:min(len(out), shownFacts)]
}

// origin says where a fact comes from, with its place, rule or source.
func origin(f fact.Fact) string {
	why := ""
	switch f.Origin {
	case fact.Stated:
		why = f.Span.String()
	case fact.Derived:
		why = f.Rule
	case fact.Assumed:
		why = f.Reason
		if f.HasRange() {
			low, high := f.Value, f.Value
			low.N, high.N = f.Low, f.High
			why = strings.TrimSpace(fmt.Sprintf("%s to %s, %s", low, high, why))
		}
	default:
		why = strings.TrimSpace(f.Source + " " + f.Date)
	}
	if why == "" {
		return f.Origin.String()
	}
	return f.Origin.String() + ": " + markdown.Text(why)
}

// drivers quote the requirements that argued, each with what it says and where.
func (v view) drivers(d *arch.Decision) []string {
	var out []string
	for _, p := range d.Requirements {
		line := markdown.Code(p)
		var said []string
		for _, f := range v.stated[p] {
			said = append(said, fmt.Sprintf("%s %s (%s)", strings.TrimPrefix(strings.TrimPrefix(string(f.ID), string(p)), "."), f.Value, f.Span))
		}
		if len(said) > 0 {
			line += ": " + markdown.Text(strings.Join(said, ", "))
		}
		out = append(out, line)
	}
	return out
}

// statedUnder has the first four stated facts at and below every path. A system of thousands of use cases has
// as many requirements as facts, so that each cannot be looked for among all.
func statedUnder(facts []fact.Fact) map[arch.Path][]*fact.Fact {
	under := make(map[arch.Path][]*fact.Fact)
	for i := range facts {
		f := &facts[i]
		if f.Origin != fact.Stated {
			continue
		}
		for end := range len(f.ID) + 1 {
			if end == len(f.ID) || f.ID[end] == '.' {
				if path := f.ID[:end]; len(under[path]) < 4 {
					under[path] = append(under[path], f)
				}
			}
		}
	}
	return under
}

// lead is by how much the choice won.
func lead(d *arch.Decision) string {
	if d.RunnerUp == "" || d.Pinned != nil {
		return ""
	}
	return fmt.Sprintf(" (ahead of %s by %s)", markdown.Text(d.NameOf(d.RunnerUp)), fact.FormatNumber(d.Margin, 2))
}

// regret is what a pin costs against the computed choice.
func regret(d *arch.Decision) string {
	if d.Pinned.Computed == d.Choice {
		return "Computed: the same."
	}
	return fmt.Sprintf("Computed: %s, better by %s.", markdown.Text(d.NameOf(d.Pinned.Computed)), fact.FormatNumber(d.Pinned.Regret, 2))
}

// givenUp is where the second was better: what the choice costs.
func givenUp(d *arch.Decision) string {
	choice, second := d.Option(d.Choice), d.Option(d.RunnerUp)
	if choice == nil || second == nil {
		return ""
	}
	worst, loss := "", 0.0
	for _, x := range choice.Scores {
		for _, y := range second.Scores {
			by := y.Weight * (y.Worth - x.Worth)
			if y.Weight == 0 && x.Value.N != y.Value.N { // compared without weights, one criterion after the other
				by = (x.Value.N - y.Value.N) / (x.Value.N + y.Value.N)
			}
			if x.Criterion == y.Criterion && by > loss {
				worst, loss = fmt.Sprintf("%s is %s, with %s %s", x.Criterion, x.Value, second.Name, y.Value), by
			}
		}
	}
	return markdown.Text(worst)
}

// more reports whether there is anything to add to a record.
func (v view) more(d *arch.Decision) bool {
	return len(v.flips(d)) > 0 || !d.Until.IsZero() || len(v.superseded(d)) > 0
}

// comparison is the table of the feasible options in physical units.
type comparison struct {
	Options []string
	Rows    []criterion
}

type criterion struct {
	Criterion, Weight string
	Cells             []string
}

func compare(d *arch.Decision) comparison {
	var c comparison
	var feasible []*arch.Option
	var order []string
	for i := range d.Options {
		o := &d.Options[i]
		if !o.Feasible() {
			continue
		}
		feasible = append(feasible, o)
		c.Options = append(c.Options, label(o))
		for _, s := range o.Scores {
			if !slices.Contains(order, s.Criterion) {
				order = append(order, s.Criterion)
			}
		}
	}
	for _, name := range order {
		c.Rows = append(c.Rows, compareBy(name, feasible))
	}
	if len(order) > 0 {
		sum := criterion{Criterion: "utility"}
		for _, o := range feasible {
			sum.Cells = append(sum.Cells, fact.FormatNumber(o.Utility, 3))
		}
		c.Rows = append(c.Rows, sum)
	}
	return c
}

func compareBy(name string, options []*arch.Option) criterion {
	row := criterion{Criterion: name}
	for _, o := range options {
		cell := ""
		for _, s := range o.Scores {
			if s.Criterion == name {
				if cell = s.Value.String(); s.Weight > 0 { // else it is compared by another stage
					row.Weight = fact.FormatShare(s.Weight)
					cell = fmt.Sprintf("%s (%s)", s.Value, fact.FormatNumber(s.Worth, 2))
				}
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// labelLength is how long an option's name may be before its id heads its column.
const labelLength = 40

func label(o *arch.Option) string {
	if len(o.Name) <= labelLength {
		return o.Name
	}
	return string(o.ID)
}

// notable are the scores of an option that are told one by one: all of the chosen
// one, and of another those with a weight, or that differ from the chosen one's.
func notable(d *arch.Decision, o arch.Option) []arch.Score {
	choice := d.Option(d.Choice)
	return slices.DeleteFunc(slices.Clone(o.Scores), func(s arch.Score) bool {
		if s.How.IsZero() {
			return true
		}
		return s.Weight == 0 && choice != nil && o.ID != choice.ID && slices.ContainsFunc(choice.Scores, func(c arch.Score) bool {
			return c.Criterion == s.Criterion && c.Value.N == s.Value.N
		})
	})
}

type parameter struct{ Name, Value string }

// parameters make the chosen option concrete.
func parameters(d *arch.Decision) []parameter {
	o := d.Option(d.Choice)
	if o == nil {
		return nil
	}
	var out []parameter
	for _, p := range o.Parameters {
		value := p.Text
		if p.Value.Known() {
			value = p.Value.String()
		}
		out = append(out, parameter{p.Name, value})
	}
	return out
}

// place quotes the requirement that ruled an option out.
func place(e arch.Elimination) string {
	var at []string
	if e.Requirement != "" {
		at = append(at, markdown.Code(e.Requirement))
	}
	if e.Span.Valid() {
		at = append(at, markdown.Text(e.Span))
	}
	if at == nil {
		return ""
	}
	return " (" + strings.Join(at, ", ") + ")"
}

// flips are the values at which the choice changes, each with what changes with it.
func (v view) flips(d *arch.Decision) []string {
	var out []string
	for _, f := range d.Flips {
		line := fmt.Sprintf("%s %s %s (now %s): %s", markdown.Code(f.Fact), f.Way(), f.At, f.Now, markdown.Text(d.NameOf(f.To)))
		for _, c := range f.Cascade {
			if c.To == "" {
				line += fmt.Sprintf("; then %s is not asked", markdown.Text(c.Decision))
				continue
			}
			line += fmt.Sprintf("; then %s becomes %s", markdown.Text(c.Decision), markdown.Text(c.To))
		}
		out = append(out, line+found(f.Method))
	}
	return out
}

// found says how a tipping point was found when not by planning the whole again.
func found(method string) string {
	if method == "comparison" {
		return " (from this comparison alone)"
	}
	return ""
}

// superseded are the records this one takes the place of.
func (v view) superseded(d *arch.Decision) []string {
	var out []string
	for i := range v.Former {
		if f := &v.Former[i]; f.By == d.Number && f.By != 0 {
			line := fmt.Sprintf("%s (%s, %s)", markdown.Link(fmt.Sprintf("D%d", f.Number), strings.TrimPrefix(f.Record(), "adr/")), markdown.Text(f.Choice), f.Date)
			var since []string
			for _, c := range f.Since {
				since = append(since, changed(c))
			}
			if len(since) > 0 {
				line += ", since " + strings.Join(since, "; ")
			}
			out = append(out, line)
		}
	}
	return out
}

// changed is a fact with another value, its name as code.
func changed(c arch.FactChange) string {
	said, _ := strings.CutPrefix(c.String(), string(c.Fact))
	return markdown.Code(c.Fact) + " " + markdown.Text(strings.TrimSpace(said))
}

// formerly says what became of a former decision.
func (v view) formerly(f *arch.Former) string {
	for i := range v.Decisions {
		if d := &v.Decisions[i]; d.Number == f.By && f.By != 0 {
			return fmt.Sprintf("Superseded by %s: %s.", markdown.Link(fmt.Sprintf("D%d", d.Number), strings.TrimPrefix(d.Record(), "adr/")), markdown.Text(choice(d)))
		}
	}
	if f.By != 0 {
		return fmt.Sprintf("Superseded by D%d.", f.By)
	}
	return "The question no longer arises: " + markdown.Code(f.ID) + " is not part of the design."
}
