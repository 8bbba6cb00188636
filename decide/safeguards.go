package decide

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// What keeps protocols right beyond what other decisions give them. Which of them
// lack something is not computed here: the exploration of a design shows it, and the
// plan is made again with that as evidence.

// Lack is a protocol that breaks with what decisions give it.
type Lack struct {
	Protocol string // "saga/place-order"
	// Of is the use case or the aggregate it is about.
	Of arch.Path
	// Repairs are the ways to repair it, each a set of mechanisms of which none can be
	// left out; of each the run without it.
	Repairs [][]arch.Mechanism
}

// safeguardsID is the question's name, by which pins on it are known before anything
// was explored.
const safeguardsID = "safeguards"

var safeguardsQuestion = question{safeguardsID, "communication", "What keeps %s right",
	func(p *Plan) []Subject {
		var out []Subject
		for _, e := range p.Evidence {
			if e.Lack != nil {
				out = append(out, Subject{Name: nameOf(e.Lack.Protocol), Path: e.Lack.Of, Span: p.Model.SpanOf(e.Lack.Of), Lack: e.Lack})
			}
		}
		return out
	}, fillSafeguards,
	"Asked of each protocol that the exploration of the design found to break with what other decisions give it: a saga, a call, a hold, an exchange, two runs that meet. Leaving it so is out, and the run that breaks is quoted; the ways to repair it, each a smallest set of mechanisms, are compared by building effort. docs/exploration.md tells what each mechanism does. Options: as-is, and one for each way."}

var (
	conditionDays = &assumption{"decide.safeguard-condition-days", fact.Days, 0.25, 0.1, 0.5,
		"building a condition or an index that one statement checks, and its test, person-days"}
	memoryDays = &assumption{"decide.safeguard-memory-days", fact.Days, 1, 0.5, 2,
		"building a table of what was done or is to be done, written in the transaction of the effect, and its test, person-days"}
	processDays = &assumption{"decide.safeguard-process-days", fact.Days, 3, 1, 6,
		"building something that goes on after a crash or a silence by itself, with its view and its test, person-days"}
)

// safeguardDays says how much each mechanism is to build; those that are not named
// keep a memory.
var safeguardDays = map[string]*assumption{
	"conditional confirm": conditionDays, "version check": conditionDays, "guarded update": conditionDays,
	"unique index": conditionDays, "acknowledge after": conditionDays,
	"late undo": processDays, "final result": processDays, "resume": processDays, "repeat": processDays,
	"work item": processDays, "semantic lock": processDays,
}

func fillSafeguards(s *sheet) {
	lack := s.Lack
	asIs := s.option("as-is", "with what other decisions give it")
	for _, repair := range lack.Repairs {
		var names []string
		total := 0.0
		for _, m := range repair {
			names = append(names, m.Name)
			days := safeguardDays[m.Name]
			if days == nil {
				days = memoryDays
			}
			total += s.k(days)
		}
		o := s.option(arch.OptionID(fact.Kebab(strings.Join(names, " and "))), strings.Join(names, ", "))
		o.score(critBuild, total, "%s", join(names))
		for _, m := range repair {
			o.word(m.Name, m.How)
		}
	}
	first := lack.Repairs[0]
	for _, m := range first {
		if m.Without != nil {
			asIs.out(lack.Of, "without %s, %s: %s", m.Name, m.Without.What, runText(m.Without))
		}
	}
	asIs.score(critBuild, 0, "nothing")
	s.requires(lack.Of)
	if w := first[0].Without; w != nil {
		s.say("explored in every state, it breaks without %s: %s", first[0].Name, w.What)
		s.test("a test that plays this run: %s", runText(w))
	}
	s.undo(1)
}

// runText is a run in one line.
func runText(c *arch.Counterexample) string {
	var out []string
	for _, l := range c.Lines {
		switch {
		case l.To != "":
			out = append(out, fmt.Sprintf("%s to %s: %s", l.From, l.To, l.Text))
		default:
			out = append(out, fmt.Sprintf("%s: %s", l.From, l.Text))
		}
	}
	return strings.Join(out, "; ")
}

// Safeguards are the mechanisms that were decided on for a protocol; false where that
// was not asked.
func (p *Plan) Safeguards(protocol string) ([]string, bool) {
	d := p.Decision(SafeguardsOf(protocol))
	if d == nil {
		return nil, false
	}
	var out []string
	for _, prm := range d.Option(d.Choice).Parameters {
		out = append(out, prm.Name)
	}
	return out, true
}

// SafeguardsOf is the id of the decision on what keeps a protocol right.
func SafeguardsOf(protocol string) arch.DecisionID {
	return arch.DecisionID(nameOf(protocol) + "." + safeguardsID)
}

// nameOf is a protocol's id as a name that a pin can have: saga-place-order.
func nameOf(protocol string) string { return strings.ReplaceAll(protocol, "/", "-") }

// OfSafeguards reports whether a pin speaks of what keeps a protocol right.
func OfSafeguards(target string) bool { return strings.HasSuffix(target, "."+safeguardsID) }
