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
		"Asked once. Candidates come from package boundary: clusterings of the aggregates by what use cases write and read together, under the hard constraints (atomic rules, zones, owners, pins). Compared by counts a person can argue with: use cases that write in several contexts at once, synchronous hops and the same times their rate, reads across, pairs that wait for each other, use cases that need several teams, what one context is responsible for, deployables with the hours to run them, and reasons to run apart that are not followed. Utility is how likely a cut is the one wanted beside the computed one, which has 1: 1/e for each time that it is behind by as much affinity as two aggregates have that are only ever used together. A cut of one's own (contexts: in the input) is judged by the same counts as option yours, shown with what single moves would improve and what constraints it breaks, and changes nothing but the names of contexts that are the same; the pin contexts: yours adopts it, as a pin on any other option adopts that. Options: N-contexts, 1-context, yours, yours-mended (the nearest cut to one's own that keeps the hard constraints)."},
	{"deployables", "structure", "Deployables", system, fillDeployables,
		"Asked once. A modular monolith is the default; a context leaves it only with a driver (zone, rate ratio, downtime ratio, cadence ratio, owning team, runtime). Compared by engineer hours to run, the share of requests one failure stops, and the waiting of teams for each other's releases. A pin lays the contexts out as it says, but what a zone or another hard driver parts stays apart. Options: one, driven, per-context."},
}

// counted are the counts by which a person compares cuts, with the kind of number
// each is; package boundary says what they count.
var counted = map[boundary.Dimension]fact.Kind{
	boundary.StrongWrites: fact.Count, boundary.SyncHops: fact.Count, boundary.SyncRate: fact.Rate, boundary.CrossReads: fact.Count,
	boundary.Cycles: fact.Count, boundary.CrossTeam: fact.Count, boundary.Largest: fact.Count, boundary.Busiest: fact.Count,
	boundary.Unrelated: fact.Count, boundary.Deployables: fact.Count, boundary.RunHours: fact.Hours, boundary.DriversDeclined: fact.Count,
}

func fillContexts(s *sheet) {
	cut := &s.plan.Cut
	for i := range cut.Candidates {
		cand := &cut.Candidates[i]
		o := s.option(arch.OptionID(cand.ID), cutName(cand))
		for _, m := range cand.Cost {
			if kind, ok := counted[m.Dimension]; ok {
				o.count(string(m.Dimension), kind, m.Value, m.Unit)
			}
		}
		s.kept = append(s.kept, cut.Likelihood(cand))
	}
	chosen := &cut.Candidates[cut.Chosen]
	s.given(arch.OptionID(cut.Candidates[cut.Computed].ID))
	s.undo(1.5 * float64(len(s.model.Aggregates)))
	s.say("%d contexts for %d aggregates: %s", len(chosen.Contexts), len(s.model.Aggregates), argument{cut})
	s.test("an import test: %s uses of %s only what it publishes, and no query joins tables of two contexts", s.plan.Contexts[0].Name, s.plan.Contexts[len(s.plan.Contexts)-1].Name)
	s.concrete(func(option) {
		inside, across := s.within()
		s.pro("%d of %d use cases change what one context owns", inside, len(s.model.UseCases))
		s.con("%d interactions cross from one context to another, each by a contract that must be kept", across)
	})
	if len(cut.Reason.Upset) > 0 {
		s.flip("%s; then %s", upset{cut}, cut.Candidates[cut.RunnerUp].ID)
	}
	s.ownCutBroken()
	for _, a := range s.model.Aggregates {
		s.requires(a.Path)
	}
	for _, u := range s.model.UseCases {
		s.n(u.Load.Peak)
	}
}

// ownCutBroken adds the user's own cut as an option that is ruled out, where it
// breaks hard constraints; the nearest one that obeys is an option already.
func (s *sheet) ownCutBroken() {
	own := s.plan.Cut.Own
	if own == nil || len(own.Breaks) == 0 {
		return
	}
	names := make([]string, len(s.model.Contexts))
	for i, c := range s.model.Contexts {
		names[i] = c.Name
	}
	o := s.option(boundary.OwnID, "yours: "+strings.Join(names, ", "))
	for _, b := range own.Breaks {
		o.out(firstPath(b.Refs[len(b.Contexts):]), "%s", BreakText(b))
	}
	s.kept = append(s.kept, 0)
}

func cutName(c *boundary.Candidate) string {
	names := make([]string, len(c.Contexts))
	for i := range c.Contexts {
		names[i] = c.Contexts[i].Name
	}
	id, again, _ := strings.Cut(c.ID, "contexts-")
	if again != "" {
		id += "contexts, no. " + again
	}
	return strings.ReplaceAll(id, "-", " ") + ": " + strings.Join(names, ", ")
}

// argument says in counts why the chosen cut is better than its rival: the computed
// one than the runner-up, with the user's own beside it; a pinned one than the
// computed one.
type argument struct{ *boundary.Result }

func (cut argument) String() string {
	computed := &cut.Candidates[cut.Computed]
	if cut.Chosen != cut.Computed {
		better, worse := cut.Candidates[cut.Chosen].Cost.Against(computed.Cost)
		return fmt.Sprintf("pinned against the computed %s: %s", computed.ID, balance(better, worse))
	}
	if cut.RunnerUp < 0 {
		return "no other cut satisfies the constraints"
	}
	out := fmt.Sprintf("against %s: %s", cut.Candidates[cut.RunnerUp].ID, balance(cut.Reason.Better, cut.Reason.Worse))
	if own := cut.Own; own != nil && own.Candidate != cut.Computed && own.Candidate != cut.RunnerUp {
		better, worse := computed.Cost.Against(cut.Candidates[own.Candidate].Cost)
		out += fmt.Sprintf("; against %s: %s", cut.Candidates[own.Candidate].ID, balance(better, worse))
	}
	return out
}

// balance says in which counts a cut is better and in which it is worse.
func balance(better, worse []boundary.Change) string {
	say := func(lead string, list []boundary.Change) string {
		parts := make([]string, 0, len(list))
		for _, c := range list {
			if !c.Dimension.Compared() {
				continue
			}
			parts = append(parts, fmt.Sprintf("%s %s instead of %s", strings.ReplaceAll(string(c.Dimension), "-", " "), fact.FormatNumber(c.To, 3), fact.FormatNumber(c.From, 3)))
		}
		if len(parts) == 0 {
			return ""
		}
		return lead + strings.Join(parts, ", ")
	}
	switch b, w := say("better in ", better), say("worse in ", worse); {
	case b == "" && w == "":
		return "the same counts"
	case b == "" || w == "":
		return b + w
	default:
		return b + "; " + w
	}
}

// mostUpsets is how many of the changes that make the runner-up win are named.
const mostUpsets = 3

// upset says what would make the runner-up win.
type upset struct{ *boundary.Result }

func (cut upset) String() string {
	parts := make([]string, 0, mostUpsets)
	for _, f := range cut.Reason.Upset[:min(len(cut.Reason.Upset), mostUpsets)] {
		parts = append(parts, FlipText(f))
	}
	return strings.Join(parts, ", or ")
}

// FlipText says in words which change of the input flips an answer of the cut.
func FlipText(f boundary.Flip) string {
	at, now := fact.FormatNumber(f.At, 3), fact.FormatNumber(f.Now, 3)
	switch f.Kind {
	case boundary.FlipStrong:
		return fmt.Sprintf("%s had to be visible at once everywhere", f.UseCase)
	case boundary.FlipEventual:
		return fmt.Sprintf("%s could do with eventual consistency", f.UseCase)
	case boundary.FlipTeams:
		return fmt.Sprintf("%s teams owned contexts instead of %s", at, now)
	case boundary.FlipRate:
		return fmt.Sprintf("%s took %s at peak instead of %s", f.Context, fact.FormatRate(f.At), fact.FormatRate(f.Now))
	default:
		return fmt.Sprintf("aggregates had to share %s times what chance gives instead of %s to belong together", at, now)
	}
}

// waitingDays is what teams lose per month when they share a release train: each
// waits for the others' faults and freezes.
var waitingDays = &assumption{"decide.shared-release-days", fact.Days, 1, 0.25, 4,
	"days a team loses per month to each other team in the same release: a broken build, a held release, a joint regression test"}

func fillDeployables(s *sheet) {
	chosen := &s.plan.Cut.Candidates[s.plan.Cut.Chosen]
	asked := s.plan.driven
	contexts, units := len(s.plan.Contexts), len(asked)
	prices := boundary.Defaults().Prices
	teams := map[boundary.TeamID]bool{}
	for i := range chosen.Contexts {
		if team := chosen.Contexts[i].Owner; team != "" {
			teams[team] = true
		}
	}
	wait := s.k(waitingDays)
	for _, t := range s.model.Context.Teams {
		s.n(t.People)
		s.n(t.Releases)
	}
	if len(teams) > 1 { // what drives a context out: its cadence, its load, what it may be down
		for _, u := range s.model.UseCases {
			s.n(u.Load.Peak)
			s.n(u.Available)
		}
	}
	one := s.option("one", "one deployable with enforced module borders")
	one.score(critOperations, float64(prices.Deployable), "one pipeline, one set of alerts")
	one.score(critBlast, 1, "every request runs in it")
	one.score(critChange, wait*float64(max(0, len(teams)-1)), "its releases are shared by %d teams", len(teams))
	for _, d := range asked {
		for _, dr := range d.Drivers {
			one.outIf(dr.Hard && units > 1, firstPath(dr.Refs), "%s must stand apart: %s", d.Name, DriverText(dr))
		}
	}
	if units > 1 {
		s.option("driven", driven(asked)).
			score(critOperations, priceOf(asked), "%d deployables with their remote contracts", units).
			score(critBlast, largestShare(s.plan, asked), "the share of peak requests in the busiest deployable").
			score(critChange, wait*sharing(asked), "teams that still share a deployable")
	}
	if contexts > units {
		s.option("per-context", "one deployable per context: "+contextNames(s.plan.Contexts)).
			score(critOperations, float64(prices.Deployable)*float64(contexts)+float64(prices.Contract)*crossing(s.plan), "%d deployables and a remote contract for each of %s interactions between contexts", contexts, fact.FormatCount(crossing(s.plan))).
			score(critBlast, busiestContext(s.plan), "the share of peak requests in the busiest context").
			score(critChange, 0, "no team shares a release")
	}
	s.given(deployed(units))
	s.undo(8 * float64(max(1, units-1)))
	s.say("%s", why(asked))
	s.test("the build makes the images %s and no other, and an import test keeps the modules of one image apart", unitNames(s.plan))
	s.concrete(func(o option) {
		if s.options[o.i].ID == "one" {
			s.pro("no call of %d contexts goes over the network", contexts)
			s.con("a fault anywhere stops all of %s, and one release is waited for by %d teams", ps(rateOf(s.plan.Contexts)), len(teams))
			return
		}
		s.pro("when the busiest of them is down %s of the requests go on", pct(1-largestShare(s.plan, s.plan.Deployables)))
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
func contextNames(list []*Context) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

func driven(units []*Deployable) string {
	parts := make([]string, len(units))
	for i, d := range units {
		parts[i] = d.Name
		if len(d.Drivers) > 0 {
			parts[i] += " (" + string(d.Drivers[0].Kind) + ")"
		}
	}
	return strings.Join(parts, ", ")
}

func why(units []*Deployable) string {
	var parts []string
	for _, d := range units {
		for _, dr := range d.Drivers {
			if dr.Yielded == "" {
				parts = append(parts, d.Name+": "+DriverText(dr))
				break
			}
		}
	}
	if len(parts) == 0 {
		return "no context has a driver of its own: no separate zone, no load of another team's ten times that of all the rest, no downtime ten times apart, no team of its own that owns it end to end"
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

func priceOf(units []*Deployable) float64 {
	sum := float64(boundary.Defaults().Prices.Deployable)
	for _, d := range units {
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

func largestShare(p *Plan, units []*Deployable) float64 {
	total, most := rateOf(p.Contexts), 0.0
	for _, d := range units {
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
func sharing(units []*Deployable) float64 {
	n := 0
	for _, d := range units {
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
