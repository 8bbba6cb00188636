package decide

import (
	"fmt"
	"math"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// The questions of structure. The options of the first are the candidates that
// package boundary found. It compares them by counts and has recommended one; its
// order stands, and its counts are shown beside every option.

var structureQuestions = []question{
	{"contexts", "structure", "Bounded contexts", system, fillContexts,
		"Asked once. Candidates come from package boundary: clusterings of the aggregates by what use cases write and read together, under the hard constraints (atomic rules, zones, pins). Compared by counts a person can argue with; see the reference of boundaries."},
	{"deployables", "structure", "Deployables", system, fillDeployables,
		"Asked once. A modular monolith is the default; a context leaves it only with a driver (zone, rate ratio, downtime ratio, cadence ratio, owning team, runtime). Compared by engineer hours to run, the share of requests one failure stops, and the waiting of teams for each other's releases. Options: one, driven, per-context."},
}

func fillContexts(s *sheet) {
	cut := &s.plan.Cut
	for i := range cut.Candidates {
		cand := &cut.Candidates[i]
		o := s.option(cutID(cut, i), cutName(cand))
		for _, m := range []struct {
			dim  boundary.Dimension
			unit string
		}{
			{boundary.StrongWrites, "use cases that must write in several contexts at once"},
			{boundary.SyncRate, "synchronous calls a second between contexts"},
			{boundary.CrossTeam, "use cases that need more than one team"},
			{boundary.Cycles, "pairs of contexts that need each other synchronously"},
			{boundary.Unrelated, "pairs of aggregates in one context that no use case touches together"},
		} {
			o.count(string(m.dim), cand.Cost.Value(m.dim), m.unit)
		}
	}
	chosen := &cut.Candidates[cut.Computed]
	s.given(cutID(cut, cut.Computed), math.Min(1, math.Max(0, cut.Reason.Margin)))
	s.undo(1.5 * float64(len(s.model.Aggregates)))
	s.say("%d contexts for %d aggregates: %s", len(chosen.Contexts), len(s.model.Aggregates), compared(cut))
	s.test("an import test: %s uses of %s only what it publishes, and no query joins tables of two contexts", s.plan.Contexts[0].Name, s.plan.Contexts[len(s.plan.Contexts)-1].Name)
	s.concrete(func(option) {
		inside, across := s.within()
		s.pro("%d of %d use cases change what one context owns", inside, len(s.model.UseCases))
		s.con("%d interactions cross from one context to another, each by a contract that must be kept", across)
	})
	for _, f := range cut.Reason.Upset {
		s.flip("%s: %s", upset(f), f.To)
		break
	}
	for _, a := range s.model.Aggregates {
		s.requires(a.Path)
	}
	for _, u := range s.model.UseCases {
		s.n(u.Load.Peak)
	}
}

func cutID(cut *boundary.Result, i int) arch.OptionID {
	same := 0
	for j := range i {
		if len(cut.Candidates[j].Contexts) == len(cut.Candidates[i].Contexts) {
			same++
		}
	}
	id := fmt.Sprintf("%d-contexts", len(cut.Candidates[i].Contexts))
	if same > 0 {
		id += string(rune('a' + same))
	}
	return arch.OptionID(id)
}

func cutName(c *boundary.Candidate) string {
	names := make([]string, len(c.Contexts))
	for i := range c.Contexts {
		names[i] = c.Contexts[i].Name
	}
	return strings.Join(names, ", ")
}

// compared says in counts why the computed cut beats the runner-up.
func compared(cut *boundary.Result) string {
	if cut.RunnerUp < 0 {
		return "no other cut satisfies the constraints"
	}
	rival := cutName(&cut.Candidates[cut.RunnerUp])
	say := func(list []boundary.Change) string {
		parts := make([]string, 0, len(list))
		for _, c := range list {
			parts = append(parts, fmt.Sprintf("%s %s instead of %s", strings.ReplaceAll(string(c.Dimension), "-", " "), fact.FormatNumber(c.To, 3), fact.FormatNumber(c.From, 3)))
		}
		return strings.Join(parts, ", ")
	}
	out := "against " + rival
	if b := say(cut.Reason.Better); b != "" {
		out += ": better in " + b
	}
	if w := say(cut.Reason.Worse); w != "" {
		out += "; worse in " + w
	}
	return out
}

func upset(f boundary.Flip) string {
	switch f.Kind {
	case boundary.FlipStrong:
		return fmt.Sprintf("%s had to be visible at once everywhere", f.UseCase)
	case boundary.FlipEventual:
		return fmt.Sprintf("%s could do with eventual consistency", f.UseCase)
	case boundary.FlipTeams:
		return fmt.Sprintf("there were %s teams instead of %s", fact.FormatNumber(f.At, 2), fact.FormatNumber(f.Now, 2))
	default:
		return fmt.Sprintf("the %s were %s instead of %s", f.Kind, fact.FormatNumber(f.At, 3), fact.FormatNumber(f.Now, 3))
	}
}

// waitingDays is what teams lose per month when they share a release train: each
// waits for the others' faults and freezes.
var waitingDays = &assumption{"decide.shared-release-days", fact.Days, 1, 0.25, 4,
	"days a team loses per month to each other team in the same release: a broken build, a held release, a joint regression test"}

func fillDeployables(s *sheet) {
	chosen := &s.plan.Cut.Candidates[s.plan.Cut.Chosen]
	contexts, units := len(s.plan.Contexts), len(s.plan.Deployables)
	prices := boundary.Defaults().Prices
	teams := map[boundary.TeamID]bool{}
	for i := range chosen.Contexts {
		teams[chosen.Contexts[i].Owner] = true
	}
	wait := s.k(waitingDays)
	for _, t := range s.model.Context.Teams {
		s.n(t.People)
	}
	one := s.option("one", "one deployable with enforced module borders")
	one.score(critOperations, float64(prices.Deployable), "one pipeline, one set of alerts")
	one.score(critBlast, 1, "every request runs in it")
	one.score(critChange, wait*float64(len(teams)-1), "%d teams share its releases", len(teams))
	for _, d := range s.plan.Deployables {
		for _, dr := range d.Drivers {
			one.outIf(dr.Hard && units > 1, firstPath(dr.Refs), "%s must stand apart: %s", d.Name, DriverText(dr))
		}
	}
	if units > 1 {
		s.option("driven", driven(s.plan)).
			score(critOperations, priceOf(s.plan), "%d deployables with their remote contracts", units).
			score(critBlast, largestShare(s.plan), "the share of peak requests in the busiest deployable").
			score(critChange, wait*sharing(s.plan), "teams that still share a deployable")
	}
	if contexts > units {
		s.option("per-context", fmt.Sprintf("one deployable per context (%d)", contexts)).
			score(critOperations, float64(prices.Deployable)*float64(contexts)+float64(prices.Contract)*crossing(s.plan), "%d deployables and a remote contract for each of %s interactions between contexts", contexts, fact.FormatCount(crossing(s.plan))).
			score(critBlast, busiestContext(s.plan), "the share of peak requests in the busiest context").
			score(critChange, 0, "no team shares a release")
	}
	s.given(deployed(units), 0)
	s.undo(8 * float64(max(1, units-1)))
	s.say("%s", why(s.plan))
	s.test("the build makes the images %s and no other, and an import test keeps the modules of one image apart", unitNames(s.plan))
	s.concrete(func(o option) {
		if s.options[o.i].ID == "one" {
			s.pro("no call of %d contexts goes over the network", contexts)
			s.con("a fault anywhere stops all of %s, and %d teams wait for one release", ps(rateOf(s.plan.Contexts)), len(teams))
			return
		}
		s.pro("when the busiest of them is down %s of the requests go on", pct(1-largestShare(s.plan)))
		s.con("%d interactions go over the network: each needs a time limit and a way to fail, and a saga where it changes something", remotely(s.plan))
	})
	s.requires("context.teams")
}

func deployed(units int) arch.OptionID {
	if units > 1 {
		return "driven"
	}
	return "one"
}

func firstPath(refs []string) arch.Path {
	if len(refs) == 0 {
		return ""
	}
	return arch.Path(refs[0])
}

// driven names the deployables with what drives each out.
func driven(p *Plan) string {
	parts := make([]string, len(p.Deployables))
	for i, d := range p.Deployables {
		parts[i] = d.Name
		if len(d.Drivers) > 0 {
			parts[i] += " (" + string(d.Drivers[0].Kind) + ")"
		}
	}
	return strings.Join(parts, ", ")
}

func why(p *Plan) string {
	var parts []string
	for _, d := range p.Deployables {
		for _, dr := range d.Drivers {
			if dr.Yielded == "" {
				parts = append(parts, d.Name+": "+DriverText(dr))
				break
			}
		}
	}
	if len(parts) == 0 {
		return "no context has a driver of its own: no separate zone, no load or downtime ten times apart, no team of its own that owns it end to end"
	}
	return strings.Join(parts, "; ")
}

// DriverText says in words and numbers why a deployable stands apart.
func DriverText(d boundary.Driver) string {
	switch d.Kind {
	case boundary.DriverTeam:
		return fmt.Sprintf("the team %s owns it end to end, one of %s teams", d.What, fact.FormatCount(d.Value))
	case boundary.DriverZone:
		return fmt.Sprintf("the zone %s stands apart", d.What)
	case boundary.DriverRate:
		return fmt.Sprintf("%s at peak against %s elsewhere, %s times as much, and another team's", fact.FormatRate(d.Value), fact.FormatRate(d.Rest), fact.FormatNumber(d.Ratio, 2))
	case boundary.DriverAvailability:
		return fmt.Sprintf("it may be down %s times less than the rest", fact.FormatNumber(d.Ratio, 2))
	case boundary.DriverCadence:
		return fmt.Sprintf("%s releases a month against %s elsewhere", fact.FormatCount(d.Value), fact.FormatCount(d.Rest))
	}
	return strings.TrimSpace(string(d.Kind) + " " + d.What)
}

func priceOf(p *Plan) float64 {
	sum := float64(boundary.Defaults().Prices.Deployable)
	for _, d := range p.Deployables {
		sum += float64(d.Price.Hours)
	}
	return sum
}

func crossing(p *Plan) float64 {
	pairs := map[[2]arch.ContextID]bool{}
	for _, l := range p.Links {
		if l.To != nil {
			pairs[[2]arch.ContextID{l.From.ID, l.To.ID}] = true
		}
	}
	return float64(len(pairs))
}

func rateOf(list []*Context) float64 {
	sum := 0.0
	for _, c := range list {
		for _, u := range c.UseCases {
			sum += u.Load.Peak.N
		}
	}
	return sum
}

func largestShare(p *Plan) float64 {
	total, most := rateOf(p.Contexts), 0.0
	for _, d := range p.Deployables {
		most = math.Max(most, rateOf(d.Contexts))
	}
	return most / math.Max(total, 1e-9)
}

func busiestContext(p *Plan) float64 {
	total, most := rateOf(p.Contexts), 0.0
	for _, c := range p.Contexts {
		most = math.Max(most, rateOf([]*Context{c}))
	}
	return most / math.Max(total, 1e-9)
}

// within counts the use cases that change what one context owns at most, and the
// interactions between contexts.
func (s *sheet) within() (inside, across int) {
	for _, u := range s.model.UseCases {
		home := s.plan.Home(u)
		one := true
		for _, list := range [][]*model.Aggregate{u.Creates, u.Changes, u.Deletes} {
			for _, a := range list {
				one = one && s.plan.OwnerOf(a) == home
			}
		}
		if one {
			inside++
		}
	}
	for _, l := range s.plan.Links {
		if l.To != nil {
			across++
		}
	}
	return inside, across
}

// remotely counts the interactions between deployables.
func remotely(p *Plan) int {
	n := 0
	for _, l := range p.Links {
		if l.To != nil && l.Crosses {
			n++
		}
	}
	return n
}

func unitNames(p *Plan) string {
	names := make([]string, len(p.Deployables))
	for i, d := range p.Deployables {
		names[i] = string(d.ID)
	}
	return join(names)
}

// sharing counts, over deployables, the teams beyond the first in each.
func sharing(p *Plan) float64 {
	n := 0
	for _, d := range p.Deployables {
		owners := map[string]bool{}
		for _, c := range d.Contexts {
			if c.Owner != nil {
				owners[c.Owner.Name] = true
			}
		}
		n += max(0, len(owners)-1)
	}
	return float64(n)
}
