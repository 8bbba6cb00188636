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

// Several lists the deployables when there are several: of a single one the contexts
// say it all.
func (v *view) Several() []arch.Deployable {
	if len(v.Deployables) < 2 {
		return nil
	}
	return v.Deployables
}

// manner is how processes serve and refuse when more comes than they can serve.
type manner struct {
	Processes []string
	Served    string
	Shed      []string
}

// Manners lists how processes serve and refuse beyond what servers do by themselves, each
// once.
func (v *view) Manners() []manner {
	var out []manner
	for _, d := range v.Deployables {
		for _, p := range d.Roles {
			name := string(d.ID) + " " + p.Name
			m := manner{[]string{name}, served(&p), p.Shed}
			i := slices.IndexFunc(out, func(x manner) bool { return x.Served == m.Served && slices.Equal(x.Shed, m.Shed) })
			switch {
			case m.Served == "" && len(m.Shed) == 0:
			case i < 0:
				out = append(out, m)
			default:
				out[i].Processes = append(out[i].Processes, name)
			}
		}
	}
	return out
}

// served says whom a process serves next, where that is not whoever came first, and
// what it adapts its limit to.
func served(p *arch.Process) string {
	var out []string
	switch p.Turn {
	case "in-time":
		out = append(out, "who came first, unless expired")
	case "newest-first":
		out = append(out, "who came last, unless expired")
	}
	if p.Adaptive {
		out = append(out, "as many as its times allow")
	}
	return strings.Join(out, "; ")
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
