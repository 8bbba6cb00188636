package sim

import (
	"fmt"
	"math"
	"slices"

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
// not over a run: what fails at normal load, and what each event costs as often as it
// happens. Errors of externals that come one by one are left out of the first, as
// the events count the time they are away.
func (v *verifier) overMonth(o *arch.Objective) arch.Prediction {
	base, anyway, why := v.failing(o)
	if why != "" {
		return arch.Prediction{Verdict: "unknown", Why: why}
	}
	allowed := 1 - o.Target.N
	down, variance, inputs := base.Estimate, 0.0, []fact.ID{o.Target.Fact}
	p := arch.Prediction{Scenario: "normal"}
	worst := base.Estimate
	for i := range v.Results {
		r, t := &v.Results[i], &v.Verification.Trials[i]
		if len(r.Scenario.Faults) == 0 || r.Cut {
			continue
		}
		outage, ok := v.outage(r, o, anyway)
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
	half := math.Sqrt(variance)
	i := Interval{Low: clampShare(1 - down - half - (base.High - base.Estimate)), Estimate: clampShare(1 - down), High: clampShare(1 - down + half + (base.Estimate - base.Low))}
	v.between(o, &p, i, "1 - what fails at normal load and peak - what each simulated event costs as often as it happens a month", inputs...)
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

// failing is the share of a use case's requests that fail without a fault: without
// the errors of externals that come one by one, and (anyway) with them; or why it is
// not known. Peak and normal load count by how many of the requests come at the peak.
func (v *verifier) failing(o *arch.Objective) (i Interval, anyway float64, why string) {
	all, weights := 0.0, 0.0
	share, single := 0.0, 0.0
	for k := range v.Results {
		r := &v.Results[k]
		if len(r.Scenario.Faults) > 0 {
			continue
		}
		n, lost, errs := v.count(r, o, samplesOfShare/math.Max(1-o.Target.N, 1e-9))
		if n < 1 {
			continue
		}
		at := v.atPeak(o.UseCase)
		if r.Scenario.Load == "average" {
			at = 1 - at
		}
		all, weights = all+n, weights+at
		share, single = share+at*lost/n, single+at*errs/n
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

// count is how many requests of an objective's use case ended, how many of them badly
// and how many with a single error of an external. Where they are fewer than needed,
// those of all flows that enter the same deployable count: what they share fails for
// all of them.
func (v *verifier) count(r *Result, o *arch.Objective, needed float64) (n, lost, errs float64) {
	add := func(u *UseCase) {
		ended := u.Offered * (1 - u.Unfinished) * r.Scenario.For.Seconds() * float64(r.Replications)
		n += ended
		for _, c := range u.Errors {
			if c.Cause == causes[failed] {
				errs += ended * c.Share
			} else {
				lost += ended * c.Share
			}
		}
	}
	for i := range r.UseCases {
		if r.UseCases[i].UseCase == o.UseCase {
			add(&r.UseCases[i])
		}
	}
	if n >= needed || lost > 0 {
		return n, lost, errs
	}
	n, lost, errs = 0, 0, 0
	for i := range r.UseCases {
		if u := &r.UseCases[i]; u.Starts == "request" && v.entry(u.UseCase) == v.entry(o.UseCase) {
			add(u)
		}
	}
	return n, lost, errs
}

// entry is the deployable that a use case's flow enters.
func (v *verifier) entry(of arch.Path) arch.DeployableID {
	if f := v.flow(of); f != nil {
		return f.Entry
	}
	return ""
}

func (v *verifier) flow(of arch.Path) *arch.Flow {
	if at := slices.IndexFunc(v.a.Flows, func(f arch.Flow) bool { return f.UseCase == of }); at >= 0 {
		return &v.a.Flows[at]
	}
	return nil
}

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
	for i := range r.UseCases {
		u := &r.UseCases[i]
		if u.UseCase == o.UseCase && u.Success != nil && u.Offered*r.Scenario.For.Seconds()*float64(r.Replications) >= told {
			lost := func(success float64) float64 { return math.Max(0, 1-success-anyway) * r.Scenario.For.Seconds() }
			return Interval{lost(u.Success.High), lost(u.Success.Estimate), lost(u.Success.Low)}, true
		}
	}
	n, lost, errs := v.count(r, o, math.Inf(1))
	if n < told {
		return Interval{}, false
	}
	share := (lost + errs) / n
	half := 1.96 * math.Sqrt(share*(1-share)/n)
	seconds := func(s float64) float64 { return math.Max(0, s-anyway) * r.Scenario.For.Seconds() }
	return Interval{seconds(share - half), seconds(share), seconds(share + half)}, true
}
