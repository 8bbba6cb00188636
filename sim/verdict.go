package sim

import (
	"slices"

	"plumb.dev/plumb/arch"
)

// Verdict holds an objective against what the simulation found.
type Verdict struct {
	Objective arch.ObjectiveID `json:"objective"`
	UseCase   arch.Path        `json:"use_case"`
	// Kind is latency (seconds), availability (the share of requests answered while
	// the scenario lasted), throughput (per second) or staleness (seconds: the 99th
	// percentile of how far copies are behind, and the lifetime in a cache).
	Kind      string   `json:"kind"`
	Measure   string   `json:"measure"`
	Target    float64  `json:"target"`
	Predicted Interval `json:"predicted"`
	// Verdict is met or missed when the whole interval lies on one side of the
	// target, close when the target lies within, unknown when the sample does not
	// carry the measure.
	Verdict string `json:"verdict"`
	// Margin is the share of the target that is left, negative when it is missed; of
	// an availability the share of its error budget.
	Margin float64 `json:"margin"`
}

// lost is the share of what is offered that may be missing from a throughput: what
// is offered is random itself, and some is under way at the end.
const lost = 0.01

// verdicts judges the objectives that a simulation can speak of.
func (c *compiler) verdicts(r *Result) (out []Verdict) {
	for i := range c.a.Objectives {
		o := &c.a.Objectives[i]
		for k := range r.UseCases {
			if u := &r.UseCases[k]; u.UseCase == o.UseCase && o.UseCase != "" && u.Starts != "schedule" {
				if v, ok := c.judge(o, u); ok {
					out = append(out, v)
				}
			}
		}
		if v, ok := c.staleness(o, r); ok {
			out = append(out, v)
		}
	}
	return out
}

// lagging is the share of a run's messages of which, left over at its end, a group is
// falling behind.
const lagging = 0.05

// staleness judges how old what a use case shows may be: the lag of the copies that it
// reads, of which the one that is furthest behind counts, and the lifetime in its cache.
func (c *compiler) staleness(o *arch.Objective, r *Result) (Verdict, bool) {
	if o.Kind != "staleness" || o.UseCase == "" {
		return Verdict{}, false
	}
	v := Verdict{Objective: o.ID, UseCase: o.UseCase, Kind: o.Kind, Measure: o.Measure, Target: o.Target.N, Verdict: "unknown"}
	found := false
	for i := range r.Channels {
		for k := range r.Channels[i].Groups {
			g := &r.Channels[i].Groups[k]
			if !slices.Contains(g.Serves, o.UseCase) {
				continue
			}
			found = true
			if g.Left > lagging*g.Published*r.Scenario.For.Seconds() {
				v.Predicted = Interval{}
				return v, true // it falls behind: its lag depends on how long one looks
			}
			if g.P99 == nil {
				continue // told of too rarely
			}
			if g.P99.Estimate > v.Predicted.Estimate {
				v.Predicted = *g.P99
			}
		}
	}
	if !found || v.Predicted == (Interval{}) {
		return v, found
	}
	for i := range c.a.Caches {
		if k := &c.a.Caches[i]; slices.Contains(k.Serves, o.UseCase) {
			v.Predicted.Low += k.TTL.N
			v.Predicted.Estimate += k.TTL.N
			v.Predicted.High += k.TTL.N
		}
	}
	v.Margin = 1 - ratioOf(v.Predicted.Estimate, v.Target)
	v.conclude(true)
	return v, true
}

// conclude says on which side of the target the interval lies.
func (v *Verdict) conclude(lessIsBetter bool) {
	good, bad := v.Predicted.Low >= v.Target, v.Predicted.High < v.Target
	if lessIsBetter {
		good, bad = v.Predicted.High <= v.Target, v.Predicted.Low > v.Target
	}
	v.Verdict = "close"
	if good {
		v.Verdict = "met"
	} else if bad {
		v.Verdict = "missed"
	}
}

// judge holds an objective against a use case: where the run was too short for what it
// comes to, against how it began, which can miss an objective and not meet it.
func (c *compiler) judge(o *arch.Objective, u *UseCase) (Verdict, bool) {
	v, ok := c.settledVerdict(o, u)
	if ok && v.Verdict == "unknown" && u.early != nil {
		if early, ok := c.settledVerdict(o, u.early); ok && early.Verdict == "missed" {
			return early, true
		}
	}
	return v, ok
}

func (c *compiler) settledVerdict(o *arch.Objective, u *UseCase) (Verdict, bool) {
	v := Verdict{Objective: o.ID, UseCase: o.UseCase, Kind: o.Kind, Measure: o.Measure, Target: o.Target.N, Verdict: "unknown"}
	lower := false // less is better
	switch o.Kind {
	case "latency":
		lower = true
		p := map[string]*Interval{"p50": u.P50, "p90": u.P90, "p99": u.P99, "p99.9": u.P999}[o.Measure]
		if p == nil {
			return v, v.Measure == "p99" || v.Measure == "p50" || v.Measure == "p90" || v.Measure == "p99.9"
		}
		v.Predicted = *p
		v.Margin = 1 - ratioOf(p.Estimate, v.Target)
	case "availability":
		if u.Success == nil {
			return v, true
		}
		v.Predicted = *u.Success
		v.Margin = 1 - ratioOf(1-u.Success.Estimate, 1-v.Target)
		v.Measure = "of requests"
	case "throughput":
		if u.Success != nil {
			// What is offered is random itself, so the share of it that comes through is
			// held against the target.
			s, ended := u.Success, v.Target
			if 2*c.s.Patience > c.s.For { // too short for all that is too slow to have been given up
				ended *= 1 - u.Unfinished
			}
			v.Predicted = Interval{s.Low * ended, s.Estimate * ended, s.High * ended}
			v.Margin = ratioOf(v.Predicted.Estimate, (1-lost)*v.Target) - 1
			v.Verdict = "close"
			switch {
			case v.Predicted.Low >= (1-lost)*v.Target:
				v.Verdict = "met"
			case v.Predicted.High < (1-lost)*v.Target:
				v.Verdict = "missed"
			}
		}
		return v, true
	default:
		return v, false
	}
	v.conclude(lower)
	return v, true
}

// ratioOf is x/y, and 1 where there is nothing to compare with.
func ratioOf(x, y float64) float64 {
	if y == 0 {
		return 1
	}
	return x / y
}
