package model

import (
	"cmp"
	"fmt"
	"slices"

	"plumb.dev/plumb/fact"
)

// twoOwners finds contended data with a second hand on it: an external that
// changes it on its own, or a use case of another team.
func (r *reconciler) twoOwners() {
	for _, a := range r.m.Aggregates {
		if a.Contended == "" {
			continue
		}
		for _, x := range r.m.Externals {
			if slices.Contains(x.AlsoChanges, a) {
				r.externalOwner(a, x)
			}
		}
		for _, u := range slices.Concat(a.CreatedBy, a.ChangedBy) {
			if u.Owner != a.Owner && a.OwnerStated {
				r.ask(a.Path, 0.2*importance(u),
					fmt.Sprintf("Who guards %s of %s?", a.Contended, a.Name),
					fmt.Sprintf("%s owns %s, but %s of %s changes it too", a.Owner.Name, a.Name, u.Name, u.Owner.Name),
					nil,
					Answer{a.Owner.Name + " alone", fmt.Sprintf("%s asks for the change; only the owner's code performs it, in one guarded update", u.Name)},
					Answer{"both", "the guard is a rule of the store itself, tested by both teams"})
				break
			}
		}
	}
}

// ruleAgainstReaders finds rules that nobody can check before they are broken: whoever
// writes one of the aggregates looks at none of the others.
func (r *reconciler) ruleAgainstReaders() {
	for _, rule := range r.m.Rules {
		var writers []*UseCase
		checked := len(rule.Over) < 2
		for _, u := range r.m.UseCases {
			if !slices.ContainsFunc(u.Writes(), func(a *Aggregate) bool { return slices.Contains(rule.Over, a) }) {
				continue
			}
			writers = append(writers, u)
			seen := together(u, map[*UseCase]bool{})
			checked = checked || !slices.ContainsFunc(rule.Over, func(a *Aggregate) bool { return !slices.Contains(seen, a) })
		}
		if checked || len(writers) == 0 {
			continue
		}
		i := slices.IndexFunc(rule.Over, func(a *Aggregate) bool { return len(writersOf(a, writers)) > 0 })
		written := rule.Over[i]
		writers = writersOf(written, writers)
		u := writers[0]
		var names, unread []string
		for _, w := range writers {
			names = append(names, w.Name)
		}
		for _, a := range rule.Over {
			if a != written {
				unread = append(unread, a.Name)
			}
		}
		when := "at the next comparison"
		if rule.Within.Known() {
			when = "within " + durationText(rule.Within.N)
		}
		r.ask(rule.Path, 0.5*importance(u),
			fmt.Sprintf("Who sees to it that %s holds?", rule.Name),
			fmt.Sprintf("%s is written by %s, and none of these looks at %s", written.Name, list(names[:min(len(names), 4)]), list(unread)),
			nil,
			Answer{"nobody before: a comparison afterwards", fmt.Sprintf("what breaks it is found %s, and mended by a person", when)},
			Answer{"whoever writes, by looking first", fmt.Sprintf("write %s under reads of %s; what would break it is refused", list(unread), u.Name)})
	}
}

// ruleAgainstOwners asks who looks after what a rule keeps in one context, where the input
// gives it to several teams. The team that writes most of it is taken, as the boundaries
// take it for a context of several teams.
func (r *reconciler) ruleAgainstOwners() {
	for _, rule := range r.m.Rules {
		weight := map[*Team]int{}
		var teams []*Team
		var owned []string
		for _, a := range rule.Over {
			if !a.OwnerStated {
				continue
			}
			if weight[a.Owner] == 0 {
				teams = append(teams, a.Owner)
			}
			weight[a.Owner] += 1 + len(writersOf(a, r.m.UseCases))
			owned = append(owned, fmt.Sprintf("%s owns %s", a.Owner.Name, a.Name))
		}
		if !rule.Atomic || len(teams) < 2 {
			continue
		}
		slices.SortStableFunc(teams, func(a, b *Team) int { return cmp.Compare(weight[b], weight[a]) })
		var answers []Answer
		for _, t := range teams {
			var gets []string
			for _, a := range rule.Over {
				if a.Owner != t {
					gets = append(gets, a.Name)
				}
			}
			answers = append(answers, Answer{t.Name, fmt.Sprintf("it takes %s over, in one store with what it owns", list(gets))})
		}
		answers = append(answers, Answer{"each its own", fmt.Sprintf("say within what time %s holds (when: eventual within ...): what breaks it is found and undone by then", rule.Name)})
		r.ask(rule.Path, 0.4,
			fmt.Sprintf("Which team looks after what %s keeps together?", rule.Name),
			fmt.Sprintf("%s, and the rule holds at every instant, which takes one transaction", list(owned)), nil, answers...)
	}
}

func writersOf(a *Aggregate, list []*UseCase) []*UseCase {
	var out []*UseCase
	for _, u := range list {
		if slices.Contains(u.Writes(), a) {
			out = append(out, u)
		}
	}
	return out
}

// together are the aggregates that a use case and what follows it as part of the same
// promise touch.
func together(u *UseCase, seen map[*UseCase]bool) []*Aggregate {
	if seen[u] {
		return nil
	}
	seen[u] = true
	out := slices.Clone(u.touches())
	for _, f := range u.Then {
		out = append(out, together(f.UseCase, seen)...)
	}
	return out
}

// ownerAgainstAudience finds lists that nobody said to show one's own and that are
// taken to do so because what they show has an owner, although something says that many
// are to see the same: an answer that may be old, as one that is shared may, or somebody
// else who asks for it too. Own is the safe reading: the other one shows everybody's.
func (r *reconciler) ownerAgainstAudience() {
	for _, u := range r.m.UseCases {
		f, ok := r.m.Facts.Get(u.id("only"))
		if u.Result != "list" || u.Only != "own" || !ok || f.Origin == fact.Stated {
			continue
		}
		i := slices.IndexFunc(u.Reads, func(x Read) bool { return x.Aggregate.OwnedBy != nil && slices.Contains(u.By, x.Aggregate.OwnedBy) })
		if i < 0 {
			continue
		}
		a := u.Reads[i].Aggregate
		sign := ""
		if j := slices.IndexFunc(u.By, func(x *Actor) bool { return x != a.OwnedBy }); j >= 0 {
			sign = fmt.Sprintf("%s asks for it too", u.By[j].Name)
		}
		facts := []fact.ID{f.ID}
		if r.stated(u.Stale) && u.Stale.N > 0 {
			facts = append(facts, u.Stale.Fact)
			sign = fmt.Sprintf("its answers may be %s old, as one that many share may", durationText(u.Stale.N))
		}
		if sign == "" {
			continue
		}
		r.ask(u.Path, 0.6*importance(u),
			fmt.Sprintf("Whose %s does %s show to each %s?", a.Name, u.Name, a.OwnedBy.Name),
			fmt.Sprintf("each %s belongs to one %s, and nothing says that %s shows all of them; but %s", a.Name, a.OwnedBy.Name, u.Name, sign),
			facts,
			Answer{"their own", "write only: own; every answer differs by who asks"},
			Answer{"everybody's", "write only: any; whoever may ask sees them all, in one order, and an answer can be kept for many"})
	}
}

func (r *reconciler) externalOwner(a *Aggregate, x *External) {
	_, away := x.Closed()
	note := ""
	if away > 0 {
		note = fmt.Sprintf(", and is away %s of the time", shareText(away))
	}
	r.ask(a.Path, 0.5,
		fmt.Sprintf("Whose count of %s holds: ours or that of %s?", a.Name, x.Name),
		fmt.Sprintf("%s changes %s on its own%s, while we change it %s at the peak; each change takes %s to be seen by the other", x.Name, a.Name, note, rateText(changeRate(a)), durationText(r.seenAfter(a, x))),
		[]fact.ID{x.Latency.P50.Fact, x.Availability.Fact},
		Answer{"ours", fmt.Sprintf("our ledger is the record; %s is a feed, reconciled by a job that shows the drift; a share is kept back for it", x.Name)},
		Answer{"theirs", fmt.Sprintf("every change asks %s first, and stops when it is away", x.Name)})
}

func changeRate(a *Aggregate) float64 {
	total := 0.0
	for _, u := range a.ChangedBy {
		total += u.Load.Peak.N
	}
	return total
}

// seenAfter is how long a change of the external stays unseen: the period of the
// run that fetches it, else one call.
func (r *reconciler) seenAfter(a *Aggregate, x *External) float64 {
	for _, u := range r.m.UseCases {
		if u.Every != nil && slices.Contains(u.writes(), a) && slices.ContainsFunc(u.Calls, func(c Call) bool { return c.External == x }) {
			return u.Every.Period.N
		}
	}
	return x.Latency.P50.N
}

// strictest is the use case with the highest stated availability target.
func (r *reconciler) strictest() *UseCase {
	var best *UseCase
	for _, u := range r.m.UseCases {
		if r.stated(u.Available) && (best == nil || u.Available.N > best.Available.N) {
			best = u
		}
	}
	return best
}

// recoveryAgainstTarget compares one restore with what a month allows.
func (r *reconciler) recoveryAgainstTarget() {
	u, ctx := r.strictest(), &r.m.Context
	if u == nil || !r.stated(ctx.RecoveryTime) {
		return
	}
	allowed, restore := (1-u.Available.N)*minutesPerMonth, ctx.RecoveryTime.N/60
	if restore <= allowed {
		return
	}
	r.ask("context.recovery", byMinutes(restore-allowed)*0.5,
		"Does a restore count against the availability of its month?",
		fmt.Sprintf("a restore may take %s; %s promises %s, which allows %s", durationText(ctx.RecoveryTime.N), u.Name, shareText(u.Available.N), minutesText(allowed)),
		[]fact.ID{ctx.RecoveryTime.Fact, u.Available.Fact},
		Answer{"no, it is a disaster of its own", "the target speaks of ordinary months; restores are practised, not promised"},
		Answer{"yes", fmt.Sprintf("recovery within %s: a standby that takes over instead of a restore", durationText(allowed*60))})
}

// maintenanceAgainstTarget compares planned downtime with what a month allows.
func (r *reconciler) maintenanceAgainstTarget() {
	u, ctx := r.strictest(), &r.m.Context
	if u == nil || len(ctx.Maintenance) == 0 {
		return
	}
	var down week
	down.cover(ctx.Maintenance, true)
	_, share := down.longest()
	rates := u.comes()
	inside, _ := down.meets(&rates)
	planned, allowed := share*minutesPerMonth, (1-u.Available.N)*minutesPerMonth
	lost := inside * minutesPerMonth
	if max(planned, lost) <= allowed {
		return
	}
	r.ask("context.maintenance", byMinutes(max(planned, lost)-allowed)*0.5,
		"Does planned maintenance count against availability?",
		fmt.Sprintf("the window is %s, and %s of all %s comes then; it promises %s, which allows %s", minutesText(planned), shareText(inside), u.Name, shareText(u.Available.N), minutesText(allowed)),
		[]fact.ID{ctx.Maintenance[0].Fact, u.Available.Fact},
		Answer{"no", "the target speaks of the time outside the window"},
		Answer{"yes", "releases and migrations without downtime; the window is not used"})
}

// zonesAgainstTarget compares a stated number of zones with what they can give:
// providers promise 99.5% for machines in one zone (Amazon Compute SLA).
func (r *reconciler) zonesAgainstTarget() {
	u, zones := r.strictest(), r.m.Context.Zones
	if u == nil || !r.stated(zones) || zones.N > 1 || u.Available.N <= 0.995 {
		return
	}
	r.ask("context.zones", byMinutes((u.Available.N-0.995)*minutesPerMonth),
		fmt.Sprintf("Is one zone enough for %s?", shareText(u.Available.N)),
		fmt.Sprintf("%s promises %s; for machines in one zone providers promise 99.5%%", u.Name, shareText(u.Available.N)),
		[]fact.ID{zones.Fact, u.Available.Fact},
		Answer{"yes", "the zone is a risk that is taken knowingly, and listed as such"},
		Answer{"no", "two zones or more"})
}

// distanceAgainstTarget finds targets that the way to the home region uses up.
func (r *reconciler) distanceAgainstTarget() {
	regions := r.m.Context.Regions
	for _, u := range r.m.UseCases {
		if !u.Asked() || !r.stated(u.Latency.P99) || !u.writesAny() && u.Stale.N > 0 {
			continue
		}
		for _, region := range regions[1:] {
			if region.Distance.N < u.Latency.P99.N*0.8 || region.Share.N <= 0.01 {
				continue
			}
			r.ask(u.Path, byShare(region.Share.N)*importance(u),
				fmt.Sprintf("Must %s meet its target for users in %s?", u.Name, region.Name),
				fmt.Sprintf("the round trip to %s is %s of the %s it has; %s of the load comes from there", regions[0].Name, durationText(region.Distance.N), durationText(u.Latency.P99.N), shareText(region.Share.N)),
				[]fact.ID{region.Distance.Fact, u.Latency.P99.Fact, region.Share.Fact},
				Answer{"no, it is measured at home", fmt.Sprintf("users in %s wait %s longer", region.Name, durationText(region.Distance.N))},
				Answer{"yes", fmt.Sprintf("data of users in %s lives there", region.Name)})
		}
	}
}

// What one engineer can look after: more than this in every direction means that
// nobody knows it well. Rules of thumb in the spirit of M. Skelton and M. Pais,
// Team Topologies (2019), which limits a team by what it can keep in mind.
const (
	mostAggregates = 3
	mostUseCases   = 12
)

// onCallLeast is how many people a night watch takes at the least: one week in
// four each, the limit that B. Beyer et al., Site Reliability Engineering (2016),
// chapter 11, sets for time on call.
const onCallLeast = 4

// teamAgainstParts compares what the teams look after with how many they are.
func (r *reconciler) teamAgainstParts() {
	onCall, facts := 0.0, []fact.ID(nil)
	for _, t := range r.m.Context.Teams {
		if t.OnCall {
			onCall += t.People.N
		}
		facts = append(facts, t.People.Fact)
		r.teamLoad(t)
	}
	u := r.strictest()
	if u == nil || u.Available.N < 0.999 || onCall >= onCallLeast {
		return
	}
	watch := countText(onCall) + " people are"
	switch onCall {
	case 0:
		watch = "nobody is"
	case 1:
		watch = "one person is"
	}
	r.ask(u.Path, byMinutes((u.Available.N-0.995)*minutesPerMonth)*0.5,
		fmt.Sprintf("Who answers at night for the %s of %s?", shareText(u.Available.N), u.Name),
		fmt.Sprintf("%s on call; a watch in which each has one week in %d takes %d", watch, onCallLeast, onCallLeast),
		append(facts, u.Available.Fact),
		Answer{"nobody; failures at night wait for the morning", "the target is met by what heals itself, and missed when something does not"},
		Answer{"somebody else", "a partner or another department stands watch"},
		Answer{"more people", fmt.Sprintf("at least %d on call", onCallLeast)})
}

func (r *reconciler) teamLoad(t *Team) {
	aggregates, useCases := 0.0, 0.0
	for _, a := range r.m.Aggregates {
		if a.Owner == t {
			aggregates++
		}
	}
	for _, u := range r.m.UseCases {
		if u.Owner == t {
			useCases++
		}
	}
	people := max(t.People.N, 1)
	if !r.stated(t.People) || aggregates <= mostAggregates*people && useCases <= mostUseCases*people {
		return
	}
	r.ask(t.Path, byBudget(max(aggregates/mostAggregates, useCases/mostUseCases)/people-1)*0.5,
		fmt.Sprintf("Can %s people look after all that falls to %s?", countText(t.People.N), t.Name),
		fmt.Sprintf("%s aggregates and %s use cases: %s and %s for each", countText(aggregates), countText(useCases), fact.FormatNumber(aggregates/people, 2), fact.FormatNumber(useCases/people, 2)),
		[]fact.ID{t.People.Fact},
		Answer{"yes, most of it is quiet", "the design keeps the number of parts and technologies as low as it can"},
		Answer{"no", "build it in steps: the use cases of the core first"})
}
