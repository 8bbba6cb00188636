package document

import (
	"cmp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// view is the system as the templates see it: the whole of arch, and the rows that
// have to be picked or put together first.
type view struct {
	*arch.Arch
	drawings *drawings
	called   map[arch.Path]bool // use cases with an operation
	read     map[arch.Path]int  // how much depends on a fact
}

func newView(a *arch.Arch) *view {
	v := &view{Arch: a, drawings: draw(a), called: map[arch.Path]bool{}, read: map[arch.Path]int{}}
	for i := range a.Operations {
		v.called[a.Operations[i].UseCase] = true
	}
	for i := range a.Decisions {
		weight := 1
		if a.Decisions[i].Significant {
			weight = 10
		}
		for _, f := range a.Decisions[i].Facts {
			v.read[f] += weight
		}
	}
	for _, q := range a.Questions {
		for _, f := range q.Facts {
			v.read[f] += ofQuestion
		}
	}
	return v
}

// headlines is how many decisions the summary names.
const headlines = 5

// Significant lists the decisions with a record, by number.
func (v *view) Significant() []*arch.Decision {
	var out []*arch.Decision
	for i := range v.Decisions {
		if v.Decisions[i].Significant {
			out = append(out, &v.Decisions[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *arch.Decision) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

// Headline lists the significant decisions that would cost most to reverse.
func (v *view) Headline() []*arch.Decision {
	all := v.Significant()
	top := slices.Clone(all)
	slices.SortStableFunc(top, func(a, b *arch.Decision) int { return cmp.Compare(b.Reversal.N, a.Reversal.N) })
	top = top[:min(len(top), headlines)]
	return slices.DeleteFunc(all, func(d *arch.Decision) bool { return !slices.Contains(top, d) })
}

// line is a decision, or several that came out alike, in one row.
type line struct {
	Question, Subjects string
	Choice             string
	Because, Until     string
}

// Minor lists the decisions without a record, those that chose something.
func (v *view) Minor() []line {
	return v.inLines(func(d *arch.Decision) bool { return !d.Significant && !d.NotNeeded })
}

// alike is how many decisions with one question and one choice share a line.
const alike = 3

// inLines puts decisions into rows. Decisions that came out alike share one, with
// the reason of the one that came closest to another choice.
func (v *view) inLines(pass func(*arch.Decision) bool) []line {
	type key struct{ question, choice string }
	groups := map[key][]*arch.Decision{}
	var order []key
	for i := range v.Decisions {
		d := &v.Decisions[i]
		if !pass(d) {
			continue
		}
		k := key{d.Question, string(d.Choice)}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], d)
	}
	var out []line
	for _, k := range order {
		if g := groups[k]; len(g) >= alike {
			out = append(out, together(g))
			continue
		}
		for _, d := range groups[k] {
			out = append(out, line{d.Question, arch.Short(d.About), choice(d), d.Because.String(), d.Until.String()})
		}
	}
	return out
}

func together(g []*arch.Decision) line {
	closest := slices.MinFunc(g, func(a, b *arch.Decision) int { return cmp.Compare(a.Margin, b.Margin) })
	var subjects []string
	for _, d := range g {
		subjects = append(subjects, arch.Short(d.About))
	}
	l := line{closest.Question, strings.Join(subjects, ", "), choice(closest), closest.Because.String(), closest.Until.String()}
	nearest := arch.Short(closest.About)
	if l.Because != "" && nearest != "" {
		l.Because = nearest + ": " + l.Because
	}
	if l.Until != "" && nearest != "" {
		l.Until = nearest + ": " + l.Until
	}
	return l
}

// Left lists what was not built: what the design says so of, and each question
// that was answered with "not needed".
func (v *view) Left() []arch.NotBuilt {
	out := slices.Clone(v.NotBuilt)
	told := map[arch.DecisionID]bool{}
	for _, n := range out {
		told[n.Decision] = true
	}
	for _, l := range v.inLines(func(d *arch.Decision) bool { return d.NotNeeded && !d.Significant && !told[d.ID] }) {
		what := l.Question
		if l.Subjects != "" {
			what += ": " + l.Subjects
		}
		out = append(out, arch.NotBuilt{What: what, Why: l.Because, Until: l.Until})
	}
	return out
}

// Several lists the deployables when there are several: of a single one the contexts
// say it all.
func (v *view) Several() []arch.Deployable {
	if len(v.Deployables) < 2 {
		return nil
	}
	return v.Deployables
}

// manner is how processes give way and show that they are well.
type manner struct {
	Processes []string
	Shed      []string
	Probes    []arch.Probe
}

// Manners lists the ways of the processes, each once.
func (v *view) Manners() []manner {
	var out []manner
	for _, d := range v.Deployables {
		for _, p := range d.Roles {
			name := string(d.ID) + " " + p.Name
			i := slices.IndexFunc(out, func(m manner) bool {
				return slices.Equal(m.Shed, p.Shed) && slices.Equal(m.Probes, p.Probes)
			})
			if i < 0 {
				out = append(out, manner{[]string{name}, p.Shed, p.Probes})
			} else {
				out[i].Processes = append(out[i].Processes, name)
			}
		}
	}
	return out
}

// LiveChannels are the channels without those for dead letters, which stand in a
// column.
func (v *view) LiveChannels() []arch.Channel {
	return slices.DeleteFunc(slices.Clone(v.Channels), func(c arch.Channel) bool { return c.Kind == "dead-letter" })
}

// Uncalled are the flows that no operation starts.
func (v *view) Uncalled() []arch.Flow {
	return slices.DeleteFunc(slices.Clone(v.Flows), func(f arch.Flow) bool { return v.called[f.UseCase] })
}

// OwnErrors are those of this system's elements; those of the mechanisms stand in
// the contracts.
func (v *view) OwnErrors() []arch.ErrorType {
	return slices.DeleteFunc(slices.Clone(v.Errors), func(e arch.ErrorType) bool { return e.Of == "" })
}

// Outbound are the edges on which an answer is waited for.
func (v *view) Outbound() []arch.Edge {
	return slices.DeleteFunc(slices.Clone(v.Edges), func(e arch.Edge) bool { return e.ToKind == "channel" })
}

// Budgeted are the objectives that are made up of parts; cost has its own table.
func (v *view) Budgeted() []arch.Objective {
	return slices.DeleteFunc(slices.Clone(v.Objectives), func(o arch.Objective) bool { return len(o.Budget) == 0 || o.Kind == "cost" })
}

// Loads are the flows of which somebody stated or measured how often they happen.
func (v *view) Loads() []arch.Flow {
	return slices.DeleteFunc(slices.Clone(v.Flows), func(f arch.Flow) bool {
		return !v.certain(f.Workload.Peak) && !v.certain(f.Workload.Average) && !v.certain(f.Workload.Online)
	})
}

func (v *view) certain(x arch.Value) bool {
	f, found := v.FactOf(x.Fact)
	return x.Known() && found && (f.Origin == fact.Stated || f.Origin == fact.Measured)
}

func (v *view) assumed(x arch.Value) bool {
	f, found := v.FactOf(x.Fact)
	return found && f.Origin == fact.Assumed
}

// technology is one product and why it was taken.
type technology struct{ For, Name, Because string }

// Technology lists the products the design names.
func (v *view) Technology() []technology {
	var out []technology
	add := func(what, name string, by []arch.DecisionID) {
		i := slices.IndexFunc(out, func(t technology) bool { return t.Name == name })
		switch {
		case name == "":
		case i < 0:
			out = append(out, technology{what, name, v.because(name, by)})
		case !slices.Contains(strings.Split(out[i].For, ", "), what):
			out[i].For += ", " + what
		}
	}
	for _, s := range v.Stores {
		add(string(s.ID), s.Technology, s.By)
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

// because is the reason of the decision that chose the product, else of the first
// that made the element.
func (v *view) because(name string, by []arch.DecisionID) string {
	first := ""
	for _, id := range by {
		d := v.Decision(id)
		if d == nil {
			continue
		}
		if strings.HasPrefix(name, string(d.Choice)) && d.Choice != "" {
			return d.Because.String()
		}
		first = cmp.Or(first, d.Because.String())
	}
	return first
}

// assumption is a fact nobody stated, with its range as two values.
type assumption struct {
	fact.Fact
	Range [2]arch.Value
}

// shownAssumptions bounds the table; plan.json has all.
const shownAssumptions = 12

// given are the parts of the input: what was assumed there is about this system, and
// for a person to say. plumb's own constants are the same for every system; the
// decision reference has them.
var given = []string{"context.", "actors.", "externals.", "domain.", "use_cases.", "events.", "rules."}

// Assumptions lists the assumed facts of the input on which most depends: those of
// questions first, then by how many decisions read them.
func (v *view) Assumptions() []assumption {
	all := slices.DeleteFunc(v.allAssumed(), func(f fact.Fact) bool {
		return v.read[f.ID] == 0 || !slices.ContainsFunc(given, func(part string) bool { return strings.HasPrefix(string(f.ID), part) })
	})
	slices.SortStableFunc(all, func(a, b fact.Fact) int { return cmp.Compare(v.read[b.ID], v.read[a.ID]) })
	out := make([]assumption, 0, shownAssumptions)
	for _, f := range all[:min(len(all), shownAssumptions)] {
		r := assumption{Fact: f}
		if f.HasRange() {
			r.Range[0].Quantity, r.Range[1].Quantity = f.Value, f.Value
			r.Range[0].N, r.Range[1].N = f.Low, f.High
		}
		out = append(out, r)
	}
	return out
}

// ofQuestion is what a question adds to the weight of its facts: more than all
// decisions together.
const ofQuestion = 1_000_000

// MoreAssumptions is how many are not shown.
func (v *view) MoreAssumptions() int { return len(v.allAssumed()) - len(v.Assumptions()) }

func (v *view) allAssumed() []fact.Fact {
	return slices.DeleteFunc(slices.Clone(v.Facts), func(f fact.Fact) bool { return f.Origin != fact.Assumed })
}
