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

// Bounds of an exploration.
type Bounds struct {
	state.Bounds // of one search
	// All is how many states may be visited in all searches together: with those that
	// find what is missing there are several for a protocol.
	All int
}

// Default bounds hold every protocol of the examples many times over, and keep the
// largest design to a few seconds.
var Default = Bounds{state.Bounds{States: 500_000, Bytes: 128 << 20}, 2_000_000}

// protocol is one of the design, as it is explored.
type protocol struct {
	arch.Protocol
	// has are the mechanisms it has, could those that it might have at all.
	has, could set
	// pinned are those that a decision of the input rules out.
	pinned set
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
	// large tells that it is larger than what can be explored, and limit how much that is.
	large bool
	limit string
}

// Report is what was explored.
type Report struct {
	Protocols []arch.Protocol `json:"protocols"`
	// Unlike is how many protocols differ in more than names, and States how many
	// states of theirs were visited; like ones are explored once.
	Unlike int `json:"unlike"`
	States int `json:"states"`
}

// Run explores the protocols of a design with the mechanisms they have, those that
// it was given by Mend before among them. For one that is broken it names the fewest
// mechanisms that would repair it.
func Run(a *arch.Arch, b Bounds) Report {
	x := newExplorer(b)
	out := Report{}
	all := derive(a)
	for _, p := range all {
		r := x.explore(p, p.has)
		p.Explored = x.told(p, r)
		out.Protocols = append(out.Protocols, p.finished(p.has))
	}
	out.Unlike, out.States = len(x.known), x.visited
	for i, p := range all {
		if q := &out.Protocols[i]; q.Explored.Violation != nil {
			if lacks := x.repair(p); lacks != 0 {
				q.Explored.Missing = names(lacks)
			} else {
				q.Explored.Violation = p.counterexample(x.remains(p).Violation)
			}
		}
	}
	return out
}

// Mend explores them, and adds to each that is broken the fewest mechanisms that
// repair it. One that nothing repairs stays broken, and so does one that a pin keeps
// from what it lacks.
func Mend(a *arch.Arch, b Bounds) []arch.Protocol {
	x := newExplorer(b)
	var out []arch.Protocol
	for _, p := range derive(a) {
		had := p.has
		r := x.explore(p, p.has)
		var missing set
		if r.Violation != nil {
			lacks := x.repair(p)
			p.has |= lacks &^ p.pinned
			missing = lacks & p.pinned
			if r = x.explore(p, p.has); lacks == 0 {
				r = x.remains(p)
			}
		}
		p.Explored = x.told(p, r)
		p.Explored.Missing = names(missing)
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

func names(s set) []string {
	var out []string
	for _, m := range s.list() {
		out = append(out, m.String())
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
	// visited counts the states of all searches.
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
		b := x.bounds.Bounds
		b.States = max(0, min(b.States, x.bounds.All-x.visited))
		r = state.Search(p.build(has), b)
		x.known[key] = r
		x.visited += r.States
	}
	return r
}

// repair finds the fewest mechanisms with which nothing wrong is found any more;
// nothing when there are none. One or two are found by trying all; of more, it is a
// set of which none can be left out, the cheapest to build first.
func (x *explorer) repair(p *protocol) set {
	holds := func(add set) bool { return x.explore(p, p.has|add).Violation == nil }
	absent := p.could &^ p.has
	if absent == 0 || !holds(absent) {
		return 0
	}
	for n := 1; n <= min(2, absent.len()-1); n++ {
		for _, add := range absent.subsets(n) {
			if holds(add) {
				return add
			}
		}
	}
	add := absent
	for _, m := range slices.Backward(absent.list()) {
		if less := add.without(m); holds(less) {
			add = less
		}
	}
	return add
}

// remains is what is found of a protocol that nothing repairs: with all mechanisms
// that it could have, so that the run is one which none of them prevents.
func (x *explorer) remains(p *protocol) state.Result { return x.explore(p, p.has|p.could) }

func (x *explorer) told(p *protocol, r state.Result) arch.Exploration {
	out := arch.Exploration{States: r.States, Depth: r.Depth, Bounds: p.bounds, Complete: r.Complete, Verdict: "holds"}
	switch {
	case p.large:
		out.Verdict, out.Bounds = "unknown", p.limit
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
