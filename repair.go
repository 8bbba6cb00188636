package plumb

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim"
)

// This file turns what a simulation shows of a missed objective into evidence: which
// number of which decision must be how much for the cause to go away.

// remedies say what answers a cause for which requests of a use case fail. A cause
// without a remedy is told as it is: what somebody else's limit or time does cannot
// be mended by a number of ours.
var remedies = []struct {
	cause string
	find  func(*diagnosis) []decide.Evidence
	why   string
}{
	{"bulkhead full", (*diagnosis).widerBulkheads, "a bulkhead sized for one call in a thousand costs a path with several calls several of them, and arrivals come in bursts"},
	{"throttled", (*diagnosis).deeperBuckets, "a throttle is a queue of burst places; near its rate it refuses what is normal"},
	{"queue full", (*diagnosis).moreReplicas, "the workers of a process are held longer than their mean says"},
	{"dropped", (*diagnosis).moreReplicas, "waits in the queue use up the caller's patience"},
}

// diagnosis is a missed objective in the scenario that shows it.
type diagnosis struct {
	a         *arch.Arch
	objective *arch.Objective
	result    *sim.Result
	// allowed is the share of the requests that may fail.
	allowed float64
	edges   map[arch.EdgeID]bool // that a request of the use case passes
	units   map[string]bool      // deployables
}

// evidenceOf are the numbers that would answer what steady scenarios showed of
// objectives that are missed or close to it.
func evidenceOf(a *arch.Arch, v *sim.Verified) (out []decide.Evidence, of []arch.ObjectiveID) {
	for i := range a.Objectives {
		o := &a.Objectives[i]
		p, known := v.Predictions[o.ID]
		if !known || p.Verdict != "missed" && p.Verdict != "close" {
			continue
		}
		found := 0
		for k := range v.Results {
			r := &v.Results[k]
			if len(r.Scenario.Faults) > 0 {
				continue
			}
			for _, e := range diagnose(a, o, r).evidence() {
				out, of = append(out, e), append(of, o.ID)
				found++
			}
		}
	}
	return out, of
}

func diagnose(a *arch.Arch, o *arch.Objective, r *sim.Result) *diagnosis {
	d := &diagnosis{a: a, objective: o, result: r, allowed: 0.01, edges: map[arch.EdgeID]bool{}, units: map[string]bool{}}
	if o.Kind == "availability" {
		d.allowed = 1 - o.Target.N
	}
	for i := range a.Flows {
		if f := &a.Flows[i]; f.UseCase == o.UseCase {
			d.units[string(f.Entry)] = true
			d.passes(f.Steps)
		}
	}
	return d
}

func (d *diagnosis) passes(steps []arch.Step) {
	for i := range steps {
		s := &steps[i]
		if s.Edge != "" {
			d.edges[s.Edge] = true
		}
		if s.Kind == "invoke" {
			d.units[s.Target] = true
		}
		d.passes(s.Steps)
	}
}

// evidence answers the causes for which requests fail, or are late.
func (d *diagnosis) evidence() (out []decide.Evidence) {
	at := slices.IndexFunc(d.result.UseCases, func(u sim.UseCase) bool { return u.UseCase == d.objective.UseCase })
	if at < 0 {
		return nil
	}
	if d.objective.Kind == "latency" {
		return d.shorterWaits()
	}
	for _, c := range d.result.UseCases[at].Errors {
		for _, r := range remedies {
			if r.cause == c.Cause && c.Share > d.allowed/20 {
				out = append(out, r.find(d)...)
			}
		}
	}
	return out
}

// each calls f for the edges of the way over which calls fail for a cause, with the
// share that does.
func (d *diagnosis) each(cause string, f func(e *arch.Edge, r *sim.Edge, share float64)) {
	for i := range d.result.Edges {
		r := &d.result.Edges[i]
		at := slices.IndexFunc(d.a.Edges, func(e arch.Edge) bool { return string(e.ID) == r.Name })
		c := slices.IndexFunc(r.Errors, func(c sim.Cause) bool { return c.Cause == cause })
		if at >= 0 && c >= 0 && d.edges[d.a.Edges[at].ID] {
			f(&d.a.Edges[at], r, r.Errors[c].Share)
		}
	}
}

// perEdge is what each edge of the way may lose, so that all together stay well within
// what may be lost.
func (d *diagnosis) perEdge() float64 { return d.allowed / 10 / math.Max(1, float64(len(d.edges))) }

func (d *diagnosis) widerBulkheads() (out []decide.Evidence) {
	d.each("bulkhead full", func(e *arch.Edge, r *sim.Edge, share float64) {
		id := deciding(d.a, e.By, "call")
		if e.Bulkhead == nil || id == "" {
			return
		}
		need := queueing.Bulkhead(r.Calls, r.RoundTrip, 1-d.perEdge())
		if need <= e.Bulkhead.MaxConcurrent { // arrivals that come in bursts
			need = e.Bulkhead.MaxConcurrent + max(2, e.Bulkhead.MaxConcurrent/4)
		}
		out = append(out, d.says(id, "bulkhead", float64(need), "%s of %s over %s found its bulkhead of %d full", fact.FormatShare(share), fact.FormatRate(r.Calls), e.ID, e.Bulkhead.MaxConcurrent))
	})
	return out
}

func (d *diagnosis) deeperBuckets() (out []decide.Evidence) {
	d.each("throttled", func(e *arch.Edge, r *sim.Edge, share float64) {
		id := deciding(d.a, e.By, "call")
		if e.RateLimit == nil || id == "" || r.Calls >= e.RateLimit.Rate.N {
			return // more than the other allows: no bucket is deep enough
		}
		if need := queueing.BurstFor(e.RateLimit.Rate.N, r.Calls, d.perEdge()); float64(need) > e.RateLimit.Burst.N && float64(need) <= e.RateLimit.Rate.N {
			out = append(out, d.says(id, "throttle-burst", float64(need), "%s of %s over %s was refused by its own throttle", fact.FormatShare(share), fact.FormatRate(r.Calls), e.ID))
		}
	})
	return out
}

// moreReplicas adds a fifth, and at least one, to the processes of the way that turn
// requests away.
func (d *diagnosis) moreReplicas() (out []decide.Evidence) {
	for i := range d.result.Elements {
		x := &d.result.Elements[i]
		turned := 0.0
		for _, c := range x.Turned {
			if c.Cause == "queue full" || c.Cause == "dropped" {
				turned += c.Share
			}
		}
		if turned > d.perEdge() {
			out = append(out, d.larger(x, "%s of the requests were turned away at %s with all workers busy", fact.FormatShare(turned), x.Name)...)
		}
	}
	return out
}

// shorterWaits adds replicas where requests wait for a worker for more than a tenth of
// the target.
func (d *diagnosis) shorterWaits() (out []decide.Evidence) {
	for i := range d.result.Elements {
		if x := &d.result.Elements[i]; x.Wait > d.objective.Target.N/10 {
			out = append(out, d.larger(x, "requests wait %s for a worker of %s on average", fact.FormatSeconds(x.Wait), x.Name)...)
		}
	}
	return out
}

func (d *diagnosis) larger(x *sim.Element, format string, args ...any) []decide.Evidence {
	unit, _, _ := strings.Cut(x.Name, ".")
	id := arch.DecisionID(x.Name + ".scaling")
	if x.Kind != "process" || !d.units[unit] || d.a.Decision(id) == nil {
		return nil
	}
	return []decide.Evidence{d.says(id, "replicas", float64(x.Replicas+max(1, x.Replicas/5)), format, args...)}
}

func (d *diagnosis) says(id arch.DecisionID, parameter string, bound float64, format string, args ...any) decide.Evidence {
	return decide.Evidence{Decision: id, Parameter: parameter, Bound: bound, Scenario: d.result.Scenario.Name, Showed: fmt.Sprintf(format, args...)}
}

// deciding is the decision of a question among those that made an element.
func deciding(a *arch.Arch, by []arch.DecisionID, question string) arch.DecisionID {
	for _, id := range by {
		if d := a.Decision(id); d != nil && d.Question == question {
			return id
		}
	}
	return ""
}
