package document

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

// Decisions in cells: what was chosen, what it beat, by how much, and the one
// comparison that settled it. The sentences are in the records, and in what plumb
// explain prints.

// line is a decision, or several that came out alike, in one row.
type line struct {
	Question, For, Choice, Over, Margin, By string
}

// Minor lists the decisions without a record, those that chose something.
func (v *view) Minor() []line {
	var out []line
	for _, g := range v.alike(func(d *arch.Decision) bool { return !d.Significant && !d.NotNeeded }) {
		d := closest(g)
		out = append(out, line{d.Question, subjects(g), label(d, d.Choice), over(d), margin(d), decider(d)})
	}
	return out
}

// alike puts the decisions of one question with one choice together, in the order of
// their first.
func (v *view) alike(pass func(*arch.Decision) bool) [][]*arch.Decision {
	type key struct {
		question string
		choice   arch.OptionID
	}
	at := map[key]int{}
	var groups [][]*arch.Decision
	for i := range v.Decisions {
		d := &v.Decisions[i]
		if !pass(d) {
			continue
		}
		k := key{d.Question, d.Choice}
		j, known := at[k]
		if !known {
			j = len(groups)
			at[k] = j
			groups = append(groups, nil)
		}
		groups[j] = append(groups[j], d)
	}
	return groups
}

// closest is the decision of a group that came nearest to another choice.
func closest(g []*arch.Decision) *arch.Decision {
	return slices.MinFunc(g, func(a, b *arch.Decision) int { return cmp.Compare(a.Margin, b.Margin) })
}

// shownSubjects is how many elements of a group are named.
const shownSubjects = 4

func subjects(g []*arch.Decision) string {
	var names []string
	for _, d := range g {
		if s := arch.Short(d.About); s != "" && !slices.Contains(names, s) {
			names = append(names, s)
		}
	}
	return shortened(names, shownSubjects)
}

// shortened names the first few and counts the rest.
func shortened(names []string, most int) string {
	if len(names) > most+1 {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

// labelLength is how long the name of an option may be before its id is clearer.
const labelLength = 24

// label is the name of an option where it is one, else its id: many options are
// named by a sentence.
func label(d *arch.Decision, id arch.OptionID) string {
	if name := d.NameOf(id); len(name) <= labelLength {
		return name
	}
	return string(id)
}

// over is what the choice beat: the second, or what was ruled out.
func over(d *arch.Decision) string {
	if d.RunnerUp != "" {
		return markdown.Text(label(d, d.RunnerUp))
	}
	var out []string
	for _, o := range d.Options {
		if !o.Feasible() {
			out = append(out, string(o.ID))
		}
	}
	return markdown.Text(shortened(out, 2))
}

// decider is what settled a decision: the criterion that weighs most for the choice
// with the two values, or the requirements that left nothing else.
func decider(d *arch.Decision) string {
	choice, second := d.Option(d.Choice), d.Option(d.RunnerUp)
	switch {
	case d.Pinned != nil:
		return "pinned"
	case choice != nil && second != nil && d.RunnerUp != "":
		return compared(choice, second)
	}
	return requirements(d)
}

func compared(a, b *arch.Option) string {
	best, gain := "", math.Inf(-1)
	for _, x := range a.Scores {
		for _, y := range b.Scores {
			if x.Criterion != y.Criterion || x.Value.String() == y.Value.String() {
				continue // equal, or by too little to be read
			}
			lead := x.Weight * (x.Worth - y.Worth)
			if x.Weight == 0 { // compared without weights, one criterion after the other
				lead = (y.Value.N - x.Value.N) / (y.Value.N + x.Value.N)
			}
			if lead > gain {
				best, gain = fmt.Sprintf("%s %s, not %s", strings.ReplaceAll(x.Criterion, "-", " "), x.Value, y.Value), lead
			}
		}
	}
	if best == "" {
		best = "no difference"
	}
	return markdown.Text(best)
}

// requirements are those that ruled out most of the others, with their lines.
func requirements(d *arch.Decision) string {
	type asked struct {
		path  arch.Path
		line  int
		times int
	}
	var list []asked
	for _, o := range d.Options {
		for _, e := range o.Eliminated {
			if e.Requirement == "" {
				continue
			}
			i := slices.IndexFunc(list, func(a asked) bool { return a.path == e.Requirement })
			if i < 0 {
				i = len(list)
				list = append(list, asked{path: e.Requirement, line: e.Span.Start.Line})
			}
			list[i].times++
		}
	}
	slices.SortStableFunc(list, func(a, b asked) int { return cmp.Compare(b.times, a.times) })
	var out []string
	for _, a := range list[:min(2, len(list))] {
		s := markdown.Code(a.path)
		if a.line > 0 {
			s += fmt.Sprintf(" (line %d)", a.line)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func margin(d *arch.Decision) string {
	if d.RunnerUp == "" {
		return ""
	}
	return fact.FormatNumber(d.Margin, 2)
}

// robust is the share of other priorities under which the choice stands.
func robust(d *arch.Decision) string {
	if d.Robustness == nil {
		return ""
	}
	return percent(d.Robustness.Share) + " of priorities"
}

// Left lists what was not built: what the design says so of, and each question that
// was answered with "not needed", one line for each question.
func (v *view) Left() []arch.NotBuilt {
	var out []arch.NotBuilt
	for _, n := range v.NotBuilt {
		if v.Decision(n.Decision) == nil {
			out = append(out, n)
		}
	}
	for _, g := range v.alike(func(d *arch.Decision) bool { return d.NotNeeded && !d.Significant }) {
		d := closest(g)
		what, because, until := d.Question, d.Because.String(), d.Until.String()
		if s := subjects(g); s != "" {
			what += " (" + s + ")"
		}
		if nearest := arch.Short(d.About); len(g) > 1 && !strings.HasPrefix(because, nearest) {
			because = nearest + ": " + because
		}
		out = append(out, arch.NotBuilt{What: what, Why: because, Until: until})
	}
	return out
}

// omission is the line of what was left out: why, and what would bring it.
func omission(n arch.NotBuilt) string {
	out := markdown.Text(n.What) + " not needed: " + markdown.Text(n.Why)
	if n.Until != "" {
		out += "; until " + markdown.Text(n.Until)
	}
	return out
}

// technology is one product and why it was taken.
type technology struct{ For, Name, Over, By string }

// Technology lists the products the design names.
func (v *view) Technology() []technology {
	var out []technology
	add := func(what, name string, by []arch.DecisionID) {
		i := slices.IndexFunc(out, func(t technology) bool { return t.Name == name })
		switch {
		case name == "":
		case i < 0:
			t := technology{For: what, Name: name}
			if d := v.chose(name, by); d != nil {
				t.Over, t.By = over(d), decider(d)
			}
			out = append(out, t)
		case !slices.Contains(strings.Split(out[i].For, ", "), what):
			out[i].For += ", " + what
		}
	}
	for _, s := range v.Stores {
		add(string(s.ID), s.Technology, s.By)
	}
	for _, f := range v.Files {
		if f.Where == "object-store" {
			add(f.ID, cmp.Or(f.Product, f.Technology), f.By)
		}
	}
	for _, c := range v.Caches {
		add("cache "+c.ID, c.Technology, c.By)
	}
	for _, b := range v.Broker {
		add("channels", strings.TrimSpace(b.Technology+" "+b.Product), b.By)
	}
	if v.Gateway != nil {
		add("gateway", v.Gateway.Technology, v.Gateway.By)
	}
	if v.Mesh != nil {
		add("mesh", v.Mesh.Technology, v.Mesh.By)
	}
	add("identity", v.Security.Provider, v.Security.By)
	add("telemetry", strings.Join(v.Telemetry.Backend, ", "), v.Telemetry.By)
	return out
}

// chose is the decision that chose the product, else the first that made the element.
func (v *view) chose(name string, by []arch.DecisionID) *arch.Decision {
	var first *arch.Decision
	for _, id := range by {
		d := v.Decision(id)
		if d == nil {
			continue
		}
		if d.Choice != "" && strings.HasPrefix(name, string(d.Choice)) {
			return d
		}
		if first == nil {
			first = d
		}
	}
	return first
}
