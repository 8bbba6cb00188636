// Package explore visits every state that the protocols of a designed system can
// reach, whatever is lost, late, doubled, reordered or cut off, within stated
// bounds. Chance, as the simulator has it, finds what is likely; this finds what is
// possible.
//
// A protocol is taken from the design, never written for it: each saga, each state
// that is left by time, each amount that many want at once, and each way in which
// what is committed in one context acts in another. What keeps it right are its
// mechanisms. [Run] says of each protocol whether it holds with those it has;
// [Mend] adds, where it does not, the fewest that repair it, each with the run that
// shows what happens without it.
//
// The four kinds stand in files of their own; package state does the visiting.
package explore

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
)

// Bounds of one protocol's search.
type Bounds = state.Bounds

// Default bounds hold every protocol of the examples many times over.
var Default = Bounds{States: 2_000_000, Bytes: 512 << 20}

// protocol is one of the design, as it is explored.
type protocol struct {
	arch.Protocol
	// has are the mechanisms it has, could those that it might have at all.
	has, could set
	// shape tells apart what behaves differently; like protocols are explored once.
	shape string
	// bounds says in words how often each thing goes wrong.
	bounds string
	build  func(has set) state.Model
	say    func(step state.Step, before, after []byte) arch.Line
	// wrong puts what is wrong with a state into words of this system; nil leaves it.
	wrong func(what string, s []byte) string
	// how says how a mechanism is done here.
	how func(m mechanism) string
	// large tells that it has more steps than can be explored.
	large bool
}

// Run explores the protocols of a design with the mechanisms they have.
func Run(a *arch.Arch, b Bounds) []arch.Protocol {
	x := newExplorer(b)
	var out []arch.Protocol
	for _, p := range derive(a) {
		r := x.explore(p, p.has)
		p.Explored = x.told(p, r)
		if r.Violation != nil {
			for _, m := range x.repair(p).list() {
				p.Explored.Missing = append(p.Explored.Missing, m.String())
			}
		}
		out = append(out, p.finished(p.has))
	}
	return out
}

// Mend explores them, and adds to each that is broken the fewest mechanisms that
// repair it. One that nothing repairs stays broken.
func Mend(a *arch.Arch, b Bounds) []arch.Protocol {
	x := newExplorer(b)
	var out []arch.Protocol
	for _, p := range derive(a) {
		had := p.has
		r := x.explore(p, p.has)
		if r.Violation != nil {
			if add := x.repair(p); add != 0 {
				p.has |= add
				r = x.explore(p, p.has)
			}
		}
		p.Explored = x.told(p, r)
		for _, m := range (p.has &^ had).list() {
			p.Mechanisms = append(p.Mechanisms, arch.Mechanism{
				Name: m.String(), How: p.how(m), Added: true,
				Without: p.counterexample(x.explore(p, p.has.without(m)).Violation),
			})
		}
		out = append(out, p.finished(had))
	}
	return out
}

// finished is the protocol as the design shows it.
func (p *protocol) finished(had set) arch.Protocol {
	out := p.Protocol
	var given []arch.Mechanism
	for _, m := range had.list() {
		if !slices.ContainsFunc(out.Mechanisms, func(x arch.Mechanism) bool { return x.Name == m.String() }) {
			given = append(given, arch.Mechanism{Name: m.String(), How: p.how(m)})
		}
	}
	out.Mechanisms = append(given, out.Mechanisms...)
	return out
}

// explorer remembers what was explored, so that like protocols are once.
type explorer struct {
	bounds Bounds
	known  map[string]state.Result
	// Visited counts the states of all searches.
	visited int
}

func newExplorer(b Bounds) *explorer { return &explorer{bounds: b, known: map[string]state.Result{}} }

func (x *explorer) explore(p *protocol, has set) state.Result {
	if p.large {
		return state.Result{}
	}
	key := fmt.Sprintf("%s %s %x", p.Kind, p.shape, has)
	r, ok := x.known[key]
	if !ok {
		r = state.Search(p.build(has), x.bounds)
		x.known[key] = r
		x.visited += r.States
	}
	return r
}

// repair finds the fewest mechanisms that make a protocol hold; nothing when none
// do.
func (x *explorer) repair(p *protocol) set {
	absent := p.could &^ p.has
	for n := 1; n <= absent.len(); n++ {
		for _, add := range absent.subsets(n) {
			if r := x.explore(p, p.has|add); r.Violation == nil && r.Complete {
				return add
			}
		}
	}
	return 0
}

func (x *explorer) told(p *protocol, r state.Result) arch.Exploration {
	out := arch.Exploration{States: r.States, Depth: r.Depth, Bounds: p.bounds, Complete: r.Complete, Verdict: "holds"}
	switch {
	case r.Violation != nil:
		out.Verdict, out.Violation = "broken", p.counterexample(r.Violation)
	case !r.Complete:
		out.Verdict = "unknown"
	}
	return out
}

// counterexample puts a trace into lines.
func (p *protocol) counterexample(v *state.Violation) *arch.Counterexample {
	if v == nil {
		return nil
	}
	last := v.Trace[len(v.Trace)-1].State
	out := &arch.Counterexample{What: v.What}
	if p.wrong != nil {
		out.What = p.wrong(v.What, last)
	}
	for i := 1; i < len(v.Trace); i++ {
		out.Lines = append(out.Lines, p.say(v.Trace[i].Step, v.Trace[i-1].State, v.Trace[i].State))
	}
	return out
}
