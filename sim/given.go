package sim

import (
	"fmt"
	"slices"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// Given are the scenarios that the input asks for, with what is wrong with them: words
// that mean nothing, and names that the design does not have. Elements are made by the
// design, which may make others tomorrow: a name that is none of them is a warning
// here, and an error for [Run].
func Given(a *arch.Arch) (out []Scenario, list diag.List) {
	g := reader{a: a, all: names{a: a}}
	for i := range a.Scenarios {
		g.from = &a.Scenarios[i]
		out = append(out, g.scenario())
	}
	return out, g.list.Sorted()
}

const unknownElement = diag.Code("sim.unknown-element")

// reader turns the words of a scenario into what the simulator understands.
type reader struct {
	a    *arch.Arch
	from *arch.Scenario
	net  *compiler // for the names of its elements; nil until a fault asks
	all  names
	list diag.List
}

// mostProblems bounds what is said of scenarios, and so the search for nearest names.
const mostProblems = 100

func (g *reader) full() bool { return len(g.list) >= mostProblems }

func (g *reader) bad(code diag.Code, w arch.Words, key, hint, format string, args ...any) {
	g.add(diag.Error, code, w, key, hint, format, args...)
}

// refused reports words that are not understood.
func (g *reader) refused(code diag.Code, w arch.Words, key string, err error) {
	message, hint := hinted(err)
	g.bad(code, w, key, hint, "%s", message)
}

func (g *reader) add(s diag.Severity, code diag.Code, w arch.Words, key, hint, format string, args ...any) {
	g.list.Add(diag.Problem{
		Code: code, Severity: s, Span: w.Span, Path: "scenarios." + g.from.Name + "." + key, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

func (g *reader) scenario() Scenario {
	s := Scenario{Name: g.from.Name, About: g.from.About, Load: "peak", Scale: 1, Seed: uint64(g.from.Seed), Given: true}
	if g.from.Load.Text != "" {
		load, scale, err := ParseLoad(g.from.Load.Text)
		switch {
		case err != nil:
			g.refused("sim.bad-scenario", g.from.Load, "load", err)
		case scale == 0:
			g.bad("sim.bad-scenario", g.from.Load, "load", "a multiple is above 0", "no load at all leaves nothing to see")
		default:
			s.Load, s.Scale = load, scale
		}
	}
	for _, r := range g.from.Rates {
		if s.Mix == nil {
			s.Mix = map[string]float64{}
		}
		for i := range g.a.Flows {
			if f := &g.a.Flows[i]; f.UseCase == r.UseCase {
				s.Mix[string(f.ID)] = r.Rate
			}
		}
	}
	for _, w := range g.from.Shape {
		if err := s.AddShape(w.Text); err != nil {
			g.refused("sim.bad-scenario", w, "shape", err)
		}
	}
	g.faults(&s)
	s.For = time.Duration(min(g.from.For, (longestRun+longest).Seconds()) * float64(time.Second)) // beyond what prepare lets pass
	for _, w := range g.from.Holds {
		if g.full() {
			break
		}
		claim, err := ParseClaim(w.Text)
		if err != nil {
			g.refused("sim.bad-claim", w, "holds", err)
			continue
		}
		if code, why, hint := claim.resolve(&g.all, &s); why != "" {
			severity := diag.Error
			if code == unknownElement && claim.measure.of&^(ofAll|ofUseCase) != 0 {
				severity = diag.Warning
			}
			g.add(severity, code, w, "holds", hint, "%s", why)
		}
		s.Holds = append(s.Holds, claim)
	}
	probe := s
	for _, p := range prepare(&probe) {
		p.Span = g.from.Span
		g.list.Add(p)
	}
	return s
}

// faults reads what befalls elements and sees whether the design has them.
func (g *reader) faults(s *Scenario) {
	for _, w := range g.from.Faults {
		if g.full() {
			return
		}
		f, err := ParseFault(w.Text)
		if err != nil {
			g.refused("sim.bad-fault", w, "faults", err)
			continue
		}
		if g.net == nil {
			g.net = compile(g.a, &Scenario{})
		}
		g.net.s = &Scenario{Faults: []Fault{f}}
		if _, list := g.net.strikes(); len(list) > 0 {
			for _, p := range list {
				severity := p.Severity
				if p.Code == unknownElement {
					severity = diag.Warning
				}
				g.add(severity, p.Code, w, "faults", p.Hint, "%s", p.Message)
			}
		}
		s.Faults = append(s.Faults, f)
	}
}

// lastHealed is when the last fault that ends has ended, 0 when none does.
func (s *Scenario) lastHealed() time.Duration {
	var at time.Duration
	for _, f := range s.Faults {
		if f.For > 0 || f.passes() {
			at = max(at, f.At+f.For)
		}
	}
	return at
}

// lasting is how long the faults last that end, from the first that begins on.
func (s *Scenario) lasting() time.Duration {
	healed := s.lastHealed()
	first := healed
	for _, f := range s.Faults {
		first = min(first, f.At)
	}
	return healed - first
}

// passes reports whether a fault ends by itself: what it does is done at once, and the
// system has to get over it.
func (f *Fault) passes() bool { return f.Kind == Flush || f.Kind == Poison || f.Kind == Failover }

// endless reports whether some fault does not end.
func (s *Scenario) endless() bool {
	return slices.ContainsFunc(s.Faults, func(f Fault) bool { return f.For == 0 && !f.passes() })
}
