package plumb

import (
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/sim"
)

// An aim is something that a design is to do, as far as a simulation can tell: an
// objective, a claim of a scenario of the input, or coming back after a fault.
type aim struct {
	objective arch.ObjectiveID // "" for the others
	scenario  string           // of a claim or a fault
	text      string           // of a claim
	claim     int              // its place in the scenario
	serves    arch.Path        // the requirement behind it
	useCase   arch.Path        // that it is about; "" for all
	late      bool             // time is asked for, not answers
	back      bool             // it is to come back after a fault
	option    bool             // calculation misses it, too: no setting of ours is to blame
	target    float64
	allowed   float64 // share of the requests that may fail
}

func aimOf(o *arch.Objective) aim {
	m := aim{objective: o.ID, useCase: o.UseCase, serves: o.Target.Fact, late: o.Kind == "latency" || o.Kind == "staleness", target: o.Target.N, allowed: usuallyAllowed}
	if o.Kind == "availability" {
		m.allowed = 1 - o.Target.N
	}
	return m
}

// aims are what a design does not do: coming back after a fault first, since nothing
// else is worth much without, then the claims of its input, then its objectives.
func aims(a *arch.Arch, v *sim.Verified) (out []aim) {
	for i := range v.Verification.Trials {
		t := &v.Verification.Trials[i]
		if t.Outcome == "stuck" {
			out = append(out, aim{scenario: t.ID, serves: scenarioPath(t), claim: -1, back: true, allowed: usuallyAllowed})
		}
	}
	for i := range v.Verification.Trials {
		t := &v.Verification.Trials[i]
		for k := range t.Claims {
			if x := t.Claims[k].Verdict; x != "missed" && x != "close" {
				continue
			}
			m := aim{scenario: t.ID, text: t.Claims[k].Claim, claim: k, serves: scenarioPath(t), allowed: usuallyAllowed}
			subject, measure := v.Results[i].Scenario.Holds[k].About()
			m.late, m.back = measure != "goodput" && measure != "errors", measure == "recovers"
			switch h := &v.Results[i].Claims[k]; {
			case measure == "errors":
				m.allowed = h.Bound
			case measure == "goodput" && h.Unit == "share":
				m.allowed = 1 - h.Bound
			}
			for f := range a.Flows {
				if string(a.Flows[f].ID) == subject {
					m.useCase = a.Flows[f].UseCase
				}
			}
			out = append(out, m)
		}
	}
	for i := range a.Objectives {
		o := &a.Objectives[i]
		if p, known := v.Predictions[o.ID]; known && (p.Verdict == "missed" || p.Verdict == "close") {
			m := aimOf(o)
			m.scenario, m.option = p.Scenario, o.Verdict == "missed"
			faulted := slices.ContainsFunc(v.Results, func(r sim.Result) bool { return r.Scenario.Name == p.Scenario && len(r.Scenario.Faults) > 0 })
			if !faulted && m.missed(&p) <= 1 {
				continue // more requests would tell, no change is called for
			}
			out = append(out, m)
		}
	}
	return out
}

// usuallyAllowed is the share of the requests that may fail where nothing says how many.
const usuallyAllowed = 0.01

// scenarioPath is what a scenario serves: its place in the input, where it has one.
func scenarioPath(t *arch.Trial) arch.Path {
	if t.Given {
		return arch.Path("scenarios." + t.ID)
	}
	return ""
}

// name tells aims apart.
func (m *aim) name() string { return fmt.Sprintf("%s/%s/%s", m.objective, m.scenario, m.text) }

// same reports whether two aims are the same, whichever scenario shows it.
func (m *aim) same(as *aim) bool {
	if m.objective != "" {
		return m.objective == as.objective
	}
	return m.name() == as.name()
}

// state is how an aim stands.
type state struct {
	met  bool
	rank int     // missed, close, unknown, met
	miss float64 // what is measured over what is allowed: at most 1 where it is met
	says string
}

var ranks = []string{"missed", "close", "unknown", "met"}

// state is how an aim stands by a verification.
func (m *aim) state(v *sim.Verified) state {
	if m.objective != "" {
		p := v.Predictions[m.objective]
		return state{met: p.Verdict == "met", rank: slices.Index(ranks, p.Verdict), miss: m.missed(&p), says: fmt.Sprintf("%s %s", m.objective, p.Range())}
	}
	i := slices.IndexFunc(v.Verification.Trials, func(t arch.Trial) bool { return t.ID == m.scenario })
	if i < 0 {
		return state{rank: -1, says: m.scenario + " is not simulated"}
	}
	t := &v.Verification.Trials[i]
	if m.text == "" {
		s := state{met: t.Outcome == "recovers" || t.Outcome == "unaffected", miss: 2 - t.After.N, says: fmt.Sprintf("%s: %s", m.scenario, t.Outcome)}
		if t.Recovers.Known() {
			s.says = fmt.Sprintf("%s: back in %s", m.scenario, t.Recovers)
		}
		if s.met {
			s.rank = len(ranks) - 1
		}
		return s
	}
	c, h := &t.Claims[m.claim], &v.Results[i].Claims[m.claim]
	return state{met: c.Verdict == "met", rank: slices.Index(ranks, c.Verdict), miss: claimMissed(h), says: fmt.Sprintf("%s: %s", m.text, c.Says())}
}

// missed is what an objective loses over what it may, or takes over what it may.
func (m *aim) missed(p *arch.Prediction) float64 {
	if !p.Predicted.Known() {
		return math.Inf(1)
	}
	return over(p.Predicted.N, m.target, m.late, p.Predicted.Kind.String() == "share")
}

func claimMissed(h *sim.Held) float64 {
	if h.Measured == nil {
		return math.Inf(1)
	}
	return over(h.Measured.Estimate, h.Bound, h.AtMost, h.Unit == "share")
}

// over is by how much a measure misses its bound, as a factor.
func over(x, bound float64, atMost, share bool) float64 {
	switch {
	case atMost:
		return x / math.Max(bound, 1e-12)
	case share:
		return (1 - x) / math.Max(1-bound, 1e-12)
	}
	return bound / math.Max(x, 1e-12)
}

// step is how much of what is missed a change must take away to count as one that
// helped: less is what other random numbers do.
const step = 0.1

// nearer reports whether an aim is met after a change, or is missed by less.
func (m *aim) nearer(before, after *sim.Verified) bool {
	was, is := m.state(before), m.state(after)
	return is.met || is.rank > was.rank || is.rank == was.rank && is.miss < was.miss-step*math.Max(was.miss-1, step)
}
