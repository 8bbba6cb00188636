package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// How often a month what the scenarios show is taken to happen, where the design says
// nothing better. Like every assumption, each has a range and what it rests on.
var (
	zoneLosses = fact.Fact{ID: "simulation.zone-losses", Origin: fact.Assumed, Low: 0.01, High: 0.3,
		Value: fact.Quantity{Kind: fact.Count, N: 0.05}, Reason: "losses a month of the zone with the leading copies: clouds lose one zone for a while about every two years"}
	failovers = fact.Fact{ID: "simulation.failovers", Origin: fact.Assumed, Low: 0.1, High: 2,
		Value: fact.Quantity{Kind: fact.Count, N: 0.5}, Reason: "changes of a store's leader a month: patches, machines replaced, faults"}
	slowSpells = fact.Fact{ID: "simulation.slow-spells", Origin: fact.Assumed, Low: 0.5, High: 20,
		Value: fact.Quantity{Kind: fact.Count, N: 4}, Reason: "spells a month in which an external is as slow as simulated: about one a week"}
	otherFaults = fact.Fact{ID: "simulation.other-faults", Origin: fact.Assumed, Low: 0.1, High: 4,
		Value: fact.Quantity{Kind: fact.Count, N: 1}, Reason: "times a month that any other simulated fault happens: a restart, a flush, a wrong release"}
)

// timesAMonth is how often the fault of a scenario happens: of an external that is
// away, as often as makes up the time it is away a month.
func (v *verifier) timesAMonth(s *Scenario) arch.Value {
	f := &s.Faults[0]
	external := slices.IndexFunc(v.a.Externals, func(x arch.External) bool { return string(x.ID) == f.Element })
	away := f.Kind == Down || f.Kind == Hang
	switch {
	case f.Kind == Zone && v.a.Placement.Strategy == oneMachine:
		if away, ok := v.a.FactOf("decisions.zones.away"); ok {
			return v.derive(s.Name+".times", fact.Count, away.Value.N/f.For.Seconds(), "time it is away a month / time it is away in the scenario", away.ID)
		}
		return v.assume("decide.failovers-per-month", &failovers)
	case f.Kind == Zone:
		return v.assume("decide.zone-losses", &zoneLosses)
	case external >= 0 && away && f.For > 0 && v.a.Externals[external].Availability.Known():
		up := v.a.Externals[external].Availability
		return v.derive(s.Name+".times", fact.Count, clampShare(1-up.N)*month/f.For.Seconds(), "time it is away a month / time it is away in the scenario", up.Fact)
	case external >= 0:
		return v.assume("", &slowSpells)
	case f.Kind == Failover, away && slices.ContainsFunc(v.a.Stores, func(st arch.Store) bool { return string(st.ID) == f.Element }):
		return v.assume("decide.failovers-per-month", &failovers)
	}
	return v.assume("", &otherFaults)
}

// assume is the design's own fact with the id, or else the simulation's assumption.
func (v *verifier) assume(id arch.Path, otherwise *fact.Fact) arch.Value {
	f, ok := v.a.FactOf(id)
	if !ok {
		f = *otherwise
		if !slices.ContainsFunc(v.Facts, func(g fact.Fact) bool { return g.ID == f.ID }) {
			v.Facts = append(v.Facts, f)
		}
	}
	return arch.Value{Quantity: f.Value, Fact: f.ID}
}

// overMonth judges an objective of availability, which is promised over a month and
// not over a run: what fails at normal load, what each event costs as often as it
// happens, and for what no scenario shows (releases, stores and externals of which none
// was run) the time that is calculated, so that both figures are of the same month.
// Errors of externals that come one by one are left out of the first, as the events
// count the time they are away.
func (v *verifier) overMonth(o *arch.Objective) arch.Prediction {
	base, anyway, why := v.failing(o)
	if why != "" {
		return arch.Prediction{Verdict: "unknown", Why: why}
	}
	allowed := 1 - o.Target.N
	down, variance, inputs := base.Estimate, 0.0, []fact.ID{o.Target.Fact}
	p := arch.Prediction{Scenario: "normal"}
	worst := base.Estimate
	shown := map[string]bool{} // parts of the calculation that a scenario shows
	for i := range v.Results {
		r, t := &v.Results[i], &v.Verification.Trials[i]
		if len(r.Scenario.Faults) == 0 || r.Scenario.Given || r.Cut {
			continue
		}
		outage, ok := v.outage(r, o, anyway)
		if part := v.partOf(&r.Scenario.Faults[0]); ok && part != "" {
			shown[part] = true
		}
		if !ok || outage.Low <= 0 {
			continue // nothing that chance does not explain
		}
		times := v.timesAMonth(&r.Scenario)
		lost := outage.Estimate * times.N / month
		half := (outage.High - outage.Low) / 2 * times.N / month
		down += lost
		variance += half * half
		if lost > worst {
			worst, p.Scenario = lost, r.Scenario.Name
		}
		name := t.ID + ".toll." + string(o.ID)
		toll := arch.Toll{Objective: o.ID, Times: times,
			Outage: v.derive(name, fact.Duration, outage.Estimate, "requests lost by one event / requests offered a second; "+ran(r))}
		toll.Share = v.derive(name+".share", fact.Share, lost/math.Max(allowed, 1e-12), "outage of an event x times a month / time a month that the objective allows", toll.Outage.Fact, times.Fact, o.Target.Fact)
		t.Tolls = append(t.Tolls, toll)
		inputs = append(inputs, toll.Outage.Fact, times.Fact)
	}
	rule := "over a month: 1 - what fails at normal load and peak - what each simulated event costs as often as it happens"
	if rest := beside(o, shown); len(rest) > 0 {
		sum, from, names := 0.0, []fact.ID(nil), make([]string, len(rest))
		for i, part := range rest {
			sum, names[i], from = sum+part.Value.N, part.Name, append(from, part.Value.Fact)
		}
		down += sum / month
		p.Calculated = v.derive("objectives."+string(o.ID)+".calculated", fact.Duration, sum, "time a month, as calculated, of what no scenario shows: "+strings.Join(names, ", "), from...)
		rule += " - what is calculated of what no scenario shows"
		inputs = append(inputs, p.Calculated.Fact)
	}
	half := math.Sqrt(variance)
	i := Interval{Low: clampShare(1 - down - half - (base.High - base.Estimate)), Estimate: clampShare(1 - down), High: clampShare(1 - down + half + (base.Estimate - base.Low))}
	v.between(o, &p, i, rule, inputs...)
	p.Margin = 1 - ratioOf(1-i.Estimate, allowed)
	switch {
	case i.Low >= o.Target.N:
		p.Verdict = "met"
	case i.High < o.Target.N:
		p.Verdict = "missed"
	case base.High-base.Estimate > allowed/2 && i.Estimate >= o.Target.N:
		p = arch.Prediction{Verdict: "unknown", Why: fmt.Sprintf("too few requests of %s to tell a share of %s that fail", arch.Short(o.UseCase), fact.FormatShare(allowed))}
	default:
		p.Verdict = "close"
	}
	return p
}

// partOf is the part of a calculated availability that a fault shows, "" when it shows
// another thing: an element that is slow is not away.
func (v *verifier) partOf(f *Fault) string {
	switch f.Kind {
	case Zone:
		if v.a.Placement.Strategy == oneMachine {
			return arch.MachineLoss
		}
		return arch.ZoneLoss
	case Down, Hang, Failover:
		return f.Element
	}
	return ""
}

// beside are the parts of a calculated availability that no scenario shows.
func beside(o *arch.Objective, shown map[string]bool) []arch.Part {
	return slices.DeleteFunc(slices.Clone(o.Budget), func(p arch.Part) bool { return shown[p.Name] })
}

// failing is the share of a use case's requests that fail without a fault: without
// the errors of externals that come one by one, and (anyway) with them; or why it is
// not known. Peak and normal load count by how many of the requests come at the peak.
func (v *verifier) failing(o *arch.Objective) (i Interval, anyway float64, why string) {
	all, weights := 0.0, 0.0
	share, single := 0.0, 0.0
	for k := range v.Results {
		r := &v.Results[k]
		if !r.usual() {
			continue
		}
		c := v.count(r, o, samplesOfShare/math.Max(1-o.Target.N, 1e-9))
		if c.n < 1 {
			continue
		}
		at := v.atPeak(o.UseCase)
		if r.Scenario.Load == "average" {
			at = 1 - at
		}
		all, weights = all+c.n, weights+at
		share, single = share+at*c.lost/c.n, single+at*c.errs/c.n
	}
	if all < 1 || weights == 0 {
		return Interval{}, 0, v.unheard(o)
	}
	share, single = share/weights, single/weights
	const z = 1.96
	half := z * math.Sqrt(share*(1-share)/all)
	if share*all < 5 {
		half = 3 / all // the rule of three for what was hardly ever seen
	}
	return Interval{math.Max(0, share-half), share, share + half}, share + single, ""
}

// sums are requests that ended, those that did badly, and those with a single error
// of an external.
type sums struct{ n, lost, errs float64 }

func (c *sums) add(x sums) {
	c.n += x.n
	c.lost += x.lost
	c.errs += x.errs
}

// counts are the requests of a result by use case, and of all flows that enter a
// deployable.
type counts struct {
	useCase map[arch.Path]*UseCase
	of      map[arch.Path]sums
	entry   map[arch.DeployableID]sums
}

func (v *verifier) countsOf(r *Result) *counts {
	if c := v.counted[r]; c != nil {
		return c
	}
	c := &counts{map[arch.Path]*UseCase{}, map[arch.Path]sums{}, map[arch.DeployableID]sums{}}
	for i := range r.UseCases {
		u := &r.UseCases[i]
		ended := u.Offered * (1 - u.Unfinished) * r.Scenario.For.Seconds() * float64(r.Replications)
		x := sums{n: ended}
		for _, e := range u.Errors {
			if e.Cause == causes[failed] {
				x.errs += ended * e.Share
			} else {
				x.lost += ended * e.Share
			}
		}
		own := c.of[u.UseCase]
		own.add(x)
		c.of[u.UseCase], c.useCase[u.UseCase] = own, u
		if f := v.flow(u.UseCase); u.Starts == "request" && f != nil {
			all := c.entry[f.Entry]
			all.add(x)
			c.entry[f.Entry] = all
		}
	}
	v.counted[r] = c
	return c
}

// count is how many requests of an objective's use case ended, and how. Where they are
// fewer than needed, those of all flows that enter the same deployable count: what they
// share fails for all of them.
func (v *verifier) count(r *Result, o *arch.Objective, needed float64) sums {
	c := v.countsOf(r)
	own := c.of[o.UseCase]
	if f := v.flow(o.UseCase); own.n < needed && own.lost == 0 && f != nil {
		return c.entry[f.Entry]
	}
	return own
}

// flow is the flow of a use case.
func (v *verifier) flow(of arch.Path) *arch.Flow { return v.flowOf[of] }

// atPeak is the part of a use case's requests that come at its peak, one peak a day;
// all of them when nothing is known of the average.
func (v *verifier) atPeak(of arch.Path) float64 {
	f := v.flow(of)
	if f == nil || !(f.Workload.Average.N > 0) || !(f.Workload.Lasts.N > 0) {
		return 1
	}
	return clampShare(f.Workload.Peak.N * f.Workload.Lasts.N / (f.Workload.Average.N * 86400))
}

// outage is the time without any answer that would have lost as many requests of an
// objective's use case as one run of a scenario did, beyond the share that fails
// anyway; of all flows of its deployable where it had too few.
func (v *verifier) outage(r *Result, o *arch.Objective, anyway float64) (Interval, bool) {
	seconds := func(lost float64) float64 { return math.Max(0, lost-anyway) * r.Scenario.For.Seconds() }
	if u := v.countsOf(r).useCase[o.UseCase]; u != nil && u.Success != nil && u.Offered*r.Scenario.For.Seconds()*float64(r.Replications) >= told {
		return Interval{seconds(1 - u.Success.High), seconds(1 - u.Success.Estimate), seconds(1 - u.Success.Low)}, true
	}
	f := v.flow(o.UseCase)
	if f == nil {
		return Interval{}, false
	}
	all := v.countsOf(r).entry[f.Entry]
	if all.n < told {
		return Interval{}, false
	}
	share := (all.lost + all.errs) / all.n
	half := 1.96 * math.Sqrt(share*(1-share)/all.n)
	return Interval{seconds(share - half), seconds(share), seconds(share + half)}, true
}
