package sim

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// DesignEvents is the budget of events within which a design is verified, repairs
// included: a few seconds on a usual machine.
const DesignEvents = 48_000_000

// Effort is what may be spent on verifying a design.
type Effort struct {
	// Budget bounds the events of all scenarios together, about; DesignEvents when 0.
	Budget uint64
	Seed   uint64
	// Workers bounds the processors used; the result does not depend on it.
	Workers int
	// Steady leaves out the scenarios with faults.
	Steady bool
	// Known is an earlier answer about the same architecture: what it simulated is not
	// simulated again.
	Known *Verified
	// Spent are events that count against the budget already.
	Spent int
	// Progress, if there, is told how far a scenario is.
	Progress func(scenario string, done, all int)
}

// Verified is an architecture held against its objectives under the scenarios that
// it should survive.
type Verified struct {
	Verification arch.Verification
	// Predictions by objective, for those that a simulation speaks of.
	Predictions map[arch.ObjectiveID]arch.Prediction
	// Facts are the origins of the numbers in both.
	Facts []fact.Fact
	// Results are what the scenarios did, in the order of the trials.
	Results []Result
}

// Verify simulates an architecture under its chosen scenarios and says of each
// objective whether it holds. The error is that of ctx when it ends before.
func Verify(ctx context.Context, a *arch.Arch, e Effort) (*Verified, error) {
	v := newVerifier(a, &e)
	if err := v.simulate(ctx, &e); err != nil {
		return nil, err
	}
	v.judge()
	return &v.Verified, nil
}

// Again runs some scenarios of an earlier verification once more on an architecture
// that differs in some choice, as long and as often and with the same random numbers,
// and judges all as if the others had come out as before. What another architecture
// calls for beside them is not run. The error is that of ctx when it ends before.
func (v *Verified) Again(ctx context.Context, a *arch.Arch, e Effort, scenarios ...string) (*Verified, error) {
	again := newVerifier(a, &e)
	again.Verification.Omitted = v.Verification.Omitted
	batch := newBatch(ctx, a, &e)
	for i := range v.Verification.Trials {
		if t := &v.Verification.Trials[i]; slices.Contains(scenarios, t.ID) {
			batch.again(v.Results[i].Scenario, t)
		}
	}
	if err := batch.run(); err != nil {
		return nil, err
	}
	jobs := batch.jobs
	for i := range v.Verification.Trials {
		t := &v.Verification.Trials[i]
		if len(jobs) > 0 && jobs[0].chosen.Name == t.ID {
			again.tried(jobs[0])
			jobs = jobs[1:]
		} else {
			again.take(t.ID, v)
		}
	}
	again.judge()
	return &again.Verified, nil
}

// judge says what the results mean.
func (v *verifier) judge() {
	for i := range v.Results {
		v.trial(i)
	}
	for i := range v.a.Objectives {
		v.predict(&v.a.Objectives[i])
	}
	v.finish()
}

func newVerifier(a *arch.Arch, e *Effort) *verifier {
	if e.Budget == 0 {
		e.Budget = DesignEvents
	}
	v := &verifier{
		Verified: Verified{
			Verification: arch.Verification{Seed: int(e.Seed), Budget: int(e.Budget)},
			Predictions:  map[arch.ObjectiveID]arch.Prediction{},
		},
		a: a, flowOf: map[arch.Path]*arch.Flow{}, counted: map[*Result]*counts{}, verdict: map[*Result]map[arch.ObjectiveID]*Verdict{},
	}
	for i := range a.Flows {
		v.flowOf[a.Flows[i].UseCase] = &a.Flows[i]
	}
	v.Verification.Events = e.Spent
	return v
}

// trials are the scenarios under which a design is verified: those without faults that
// are chosen, those of the input, those with faults that are chosen. One of the input
// that has the name of a chosen one does not take its place, since the design is
// to survive both: it is called by its place in the input.
func trials(a *arch.Arch) []Scenario {
	chosen := Chosen(a)
	given, _ := Given(a) // what is wrong with them was reported with the input
	for i := range given {
		if slices.ContainsFunc(chosen, func(s Scenario) bool { return s.Name == given[i].Name }) {
			given[i].Name = "scenarios." + given[i].Name
		}
	}
	faulted := slices.IndexFunc(chosen, func(s Scenario) bool { return len(s.Faults) > 0 })
	if faulted < 0 {
		faulted = len(chosen)
	}
	return slices.Concat(chosen[:faulted], given, chosen[faulted:])
}

// among is among how many what is left of the budget is shared: the scenario to come
// and those of its kind after it.
func among(list []Scenario) (n int) {
	for _, s := range list {
		if s.Given == list[0].Given {
			n++
		}
	}
	return n
}

// verifier is the work in progress behind a Verified.
type verifier struct {
	Verified
	a     *arch.Arch
	flows int // that have a load

	flowOf  map[arch.Path]*arch.Flow
	counted map[*Result]*counts
	verdict map[*Result]map[arch.ObjectiveID]*Verdict
}

// take takes over a scenario that was simulated before, if it was.
func (v *verifier) take(name string, known *Verified) bool {
	if known == nil {
		return false
	}
	at := slices.IndexFunc(known.Verification.Trials, func(t arch.Trial) bool { return t.ID == name })
	if at < 0 {
		return false
	}
	t := known.Verification.Trials[at]
	v.flows = max(v.flows, t.Flows)
	v.Results = append(v.Results, known.Results[at])
	v.Verification.Trials = append(v.Verification.Trials, arch.Trial{ID: t.ID, About: t.About, Given: t.Given, Flows: t.Flows, Of: t.Of, Replications: t.Replications, Events: t.Events})
	return true
}

// simulate runs the chosen scenarios that were not run before.
func (v *verifier) simulate(ctx context.Context, e *Effort) error {
	list := trials(v.a)
	batch := newBatch(ctx, v.a, e)
	for i, s := range list {
		if !(e.Steady && (s.Given || len(s.Faults) > 0)) && !e.knows(s.Name) {
			batch.add(s, among(list[i:]))
		}
	}
	if err := batch.run(); err != nil {
		return err
	}
	jobs := batch.jobs
	for _, s := range list {
		if v.take(s.Name, e.Known) {
			continue
		}
		if len(jobs) > 0 && jobs[0].chosen.Name == s.Name {
			v.tried(jobs[0])
			jobs = jobs[1:]
		}
	}
	return nil
}

// knows reports whether a scenario was simulated before.
func (e *Effort) knows(name string) bool {
	return e.Known != nil && slices.ContainsFunc(e.Known.Verification.Trials, func(t arch.Trial) bool { return t.ID == name })
}

// tried notes what one scenario did, or why it did not run.
func (v *verifier) tried(j *job) {
	if j.without != "" {
		v.Verification.Omitted = append(v.Verification.Omitted, arch.Omitted{ID: j.Name, About: j.About, Given: j.Given, Why: j.without})
		return
	}
	r := j.result
	v.Verification.Events += int(r.Events)
	v.flows = max(v.flows, j.flows)
	v.Results = append(v.Results, r)
	v.Verification.Trials = append(v.Verification.Trials, arch.Trial{ID: j.Name, About: j.About, Given: j.Given, Flows: j.flows, Of: max(j.flows, v.flows), Replications: r.Replications, Events: int(r.Events)})
}

// derive puts a simulated number on record and returns it.
func (v *verifier) derive(id string, kind fact.Kind, n float64, rule string, inputs ...fact.ID) arch.Value {
	f := fact.Fact{ID: fact.ID("simulation." + id), Value: fact.Quantity{Kind: kind, N: n}, Origin: fact.Derived, Rule: rule, Inputs: slices.DeleteFunc(inputs, func(in fact.ID) bool { return in == "" })}
	v.Facts = append(v.Facts, f)
	return arch.Value{Quantity: f.Value, Fact: f.ID}
}

// ran says how a scenario was run, for the origin of a number.
func ran(r *Result) string {
	return fmt.Sprintf("simulated %s, %d replications of %s, seed %d", r.Scenario.Name, r.Replications, fact.FormatSeconds(r.Scenario.For.Seconds()), r.Scenario.Seed)
}

// trial describes what a scenario did.
func (v *verifier) trial(i int) {
	r, t := &v.Results[i], &v.Verification.Trials[i]
	m := r.aftermath()
	t.Outcome, t.Why = m.outcome, m.why
	share := func(name string, n float64) arch.Value {
		return v.derive(t.ID+"."+name, fact.Share, n, "share of the requests that ended which were answered, "+name+"; "+ran(r))
	}
	t.Lasts = v.derive(t.ID+".lasts", fact.Duration, r.Scenario.For.Seconds(), "chosen by the budget of events and the rates; what comes before it is left out")
	if len(r.Scenario.Faults) == 0 {
		t.Answered = share("answered", m.before)
	} else {
		t.Answered, t.During, t.After = share("before", m.before), share("during", m.during), share("after", m.after)
	}
	if m.outcome == "recovers" {
		t.Recovers = v.derive(t.ID+".recovers", fact.Duration, m.recovers, fmt.Sprintf("from the fault's end until %s of what was answered before it are answered again; %s", fact.FormatShare(wellAgain), ran(r)))
	}
	v.claims(t, r)
	if r.Cut && t.Why == "" {
		t.Outcome, t.Why = "unknown", fmt.Sprintf("the run was cut off at %d events a replication", r.Scenario.Events)
	}
}

// usual reports whether a result is of a load under which the design lives from day to
// day: no fault, and nothing that the input asks for beside it.
func (r *Result) usual() bool { return len(r.Scenario.Faults) == 0 && !r.Scenario.Given }

// claims puts on record what the input says must hold, and what was measured.
func (v *verifier) claims(t *arch.Trial, r *Result) {
	for i := range r.Claims {
		h := &r.Claims[i]
		c := arch.Assertion{Claim: h.Claim, Verdict: h.Verdict, Why: h.Why}
		if r.Cut {
			c.Verdict, c.Why = "unknown", fmt.Sprintf("the run was cut off at %d events a replication", r.Scenario.Events)
		}
		if m := h.Measured; m != nil {
			id := fmt.Sprintf("%s.claims.%d", t.ID, i+1)
			c.Measured = v.derive(id, h.kind(), m.Estimate, h.Claim+"; "+ran(r))
			f := &v.Facts[len(v.Facts)-1]
			f.Low, f.High = m.Low, m.High
			c.Low = v.derive(id+".low", h.kind(), m.Low, "lower end of its 95 % confidence interval", c.Measured.Fact)
			c.High = v.derive(id+".high", h.kind(), m.High, "upper end of its 95 % confidence interval", c.Measured.Fact)
			if c.Verdict == "missed" || c.Verdict == "close" {
				c.Nearest = v.derive(id+".nearest", h.kind(), h.nearest(), "the bound nearest to the one asked for that its interval keeps", c.Measured.Fact)
			}
		}
		t.Claims = append(t.Claims, c)
	}
}

// predict says of one objective what the scenarios show.
func (v *verifier) predict(o *arch.Objective) {
	var p arch.Prediction
	switch o.Kind {
	case "latency", "throughput", "staleness":
		p = v.underLoad(o)
	case "availability":
		p = v.overMonth(o)
	default:
		return
	}
	if p.Scenario == "" && p.Verdict == "" {
		return
	}
	p.Disagrees = v.disagreement(o, &p)
	v.Predictions[o.ID] = p
}

// underLoad judges an objective of latency, throughput or staleness under its peak, or under the
// normal load where the peak's sample does not carry it.
func (v *verifier) underLoad(o *arch.Objective) (p arch.Prediction) {
	for i := range v.Results {
		r := &v.Results[i]
		if !r.usual() || o.Kind == "throughput" && r.Scenario.Load == "average" {
			continue
		}
		given := v.verdictsOf(r)[o.ID]
		if given == nil {
			continue
		}
		if x := v.judged(o, r, given); p.Verdict == "" || x.Verdict != "unknown" {
			p = x // the peak comes last
		}
	}
	if p.Verdict == "" && o.Kind != "staleness" { // of which few ways are simulated
		p = arch.Prediction{Verdict: "unknown", Why: v.unheard(o)}
	}
	return p
}

func (v *verifier) verdictsOf(r *Result) map[arch.ObjectiveID]*Verdict {
	if v.verdict[r] == nil {
		v.verdict[r] = map[arch.ObjectiveID]*Verdict{}
		for i := range r.Verdicts {
			v.verdict[r][r.Verdicts[i].Objective] = &r.Verdicts[i]
		}
	}
	return v.verdict[r]
}

// unheard says why no scenario speaks of an objective.
func (v *verifier) unheard(o *arch.Objective) string {
	if len(v.Results) == 0 {
		return "nothing was simulated within the budget of events"
	}
	return fmt.Sprintf("no request of %s was simulated", arch.Short(o.UseCase))
}

// judged is a verdict of a scenario as part of the design.
func (v *verifier) judged(o *arch.Objective, r *Result, x *Verdict) arch.Prediction {
	p := arch.Prediction{Scenario: r.Scenario.Name, Verdict: x.Verdict, Margin: x.Margin}
	if r.Cut {
		p.Verdict, p.Why = "unknown", fmt.Sprintf("the run was cut off at %d events a replication", r.Scenario.Events)
		return p
	}
	if x.Verdict == "unknown" {
		p.Why = fact.AgreeInNumber(fmt.Sprintf("%.0f requests carry no %s", v.countsOf(r).of[o.UseCase].n, o.Measure))
		return p
	}
	v.between(o, &p, x.Predicted, x.Measure+"; "+ran(r), o.Target.Fact)
	return p
}

// between sets what is predicted, with its interval.
func (v *verifier) between(o *arch.Objective, p *arch.Prediction, i Interval, rule string, inputs ...fact.ID) {
	kind := o.Target.Kind
	id := "objectives." + string(o.ID)
	p.Predicted = v.derive(id, kind, i.Estimate, rule, inputs...)
	f := &v.Facts[len(v.Facts)-1]
	f.Low, f.High = i.Low, i.High
	p.Low = v.derive(id+".low", kind, i.Low, "lower end of its 95 % confidence interval", p.Predicted.Fact)
	p.High = v.derive(id+".high", kind, i.High, "upper end of its 95 % confidence interval", p.Predicted.Fact)
}

// disagreement says how calculation and simulation differ: in their verdicts, or by
// more than half where both could be compared.
//
// What is calculated of a latency holds with a zone lost, at the load of the peak.
func (v *verifier) disagreement(o *arch.Objective, p *arch.Prediction) string {
	const far = 1.5
	if o.Verdict == "unknown" || p.Verdict == "unknown" || !o.Achieved.Known() {
		return ""
	}
	calculated := fmt.Sprintf("calculation says %s", o.Achieved)
	if zones := v.a.Placement.Zones; o.Kind == "latency" && zones.N > 1 && p.Scenario != "zone-lost" {
		calculated = fmt.Sprintf("calculation says %s with one of %s zones lost", o.Achieved, zones)
	}
	switch {
	case o.Verdict != p.Verdict && p.Verdict != "close":
		return calculated + ": " + o.Verdict
	case o.Kind == "latency" && (p.Low.N > far*o.Achieved.N || p.High.N*far < o.Achieved.N):
		return calculated
	}
	return ""
}

// finish sorts the tolls of each trial and lists what the simulations took for granted.
func (v *verifier) finish() {
	for i := range v.Verification.Trials {
		slices.SortStableFunc(v.Verification.Trials[i].Tolls, func(x, y arch.Toll) int { return cmp.Compare(y.Share.N, x.Share.N) })
	}
	for i := range v.Results {
		for _, f := range v.Results[i].Assumed {
			if _, ofDesign := v.a.FactOf(f.ID); !ofDesign && !slices.ContainsFunc(v.Facts, func(g fact.Fact) bool { return g.ID == f.ID }) {
				v.Facts = append(v.Facts, f)
			}
		}
	}
}

const month = float64(fact.Month) / float64(time.Second)

// clampShare keeps what is added up from estimates a share.
func clampShare(n float64) float64 { return math.Min(math.Max(n, 0), 1) }
