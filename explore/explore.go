// Package explore visits every state that the protocols of a designed system can
// reach, whatever is lost, late, doubled, reordered or cut off, within stated
// bounds. Chance, as the simulator has it, finds what is likely; this finds what is
// possible.
//
// A protocol is taken from the design, never written for it: each saga, each state
// that is left by time, each amount that many want at once, each way in which what is
// committed in one context acts in another, and all runs that meet on one thing. What keeps it right are its
// mechanisms. [Run] says of each protocol whether it holds with those it has;
// [Look] finds, where it does not, the fewest that would repair it, each with the run
// that shows what happens without it; which are taken is decided like everything else.
//
// The kinds stand in files of their own; package state does the visiting.
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
	// meets is what runs meet on in it, changes the aggregates of which it changes
	// fields, writes all that one run of it writes.
	meets           []common
	changes, writes []arch.Path
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
	// Rules says of each rule of the model what of it was explored, and what not and why.
	Rules []Told `json:"rules"`
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
	out.Rules = rulesOf(a, all, out.Protocols)
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

// Lack is a protocol that breaks with the mechanisms that it has.
type Lack struct {
	Protocol string
	Of       arch.Path
	// Repairs are the ways to repair it, at most four: each a set of mechanisms of which
	// none can be left out, with the run without it.
	Repairs [][]arch.Mechanism
}

// Looked is what was explored of a design before anything was added.
type Looked struct {
	// Lacks are the protocols that can be repaired and have to be.
	Lacks []Lack

	x    *explorer
	list []*protocol
	ways map[string][]set // of those that lack something, by id
}

// Look explores the protocols of a design, and finds out what they lack.
func Look(a *arch.Arch, b Bounds) *Looked {
	l := &Looked{x: newExplorer(b), list: derive(a), ways: map[string][]set{}}
	for _, p := range l.list {
		if l.x.explore(p, p.has).Violation == nil {
			continue
		}
		l.ways[p.ID] = l.x.repairs(p)
		lack := Lack{Protocol: p.ID, Of: p.Of}
		for _, way := range l.ways[p.ID] {
			if add := way &^ p.pinned; add != 0 {
				lack.Repairs = append(lack.Repairs, l.added(p, p.has|way, add))
			}
		}
		if len(lack.Repairs) > 0 {
			l.Lacks = append(l.Lacks, lack)
		}
	}
	return l
}

// added are mechanisms that a protocol with some is given, each with the run without
// it.
func (l *Looked) added(p *protocol, has, add set) []arch.Mechanism {
	var out []arch.Mechanism
	for _, m := range add.list() {
		out = append(out, arch.Mechanism{
			Name: m.String(), How: p.how(m), Added: true, Without: p.counterexample(l.x.explore(p, has.without(m)).Violation),
		})
	}
	return out
}

// Mend gives each protocol that lacks something what was chosen for it, by its id and
// the names of mechanisms; with nil choices the first way to repair it. One that
// nothing repairs stays broken, and so does one that a pin keeps from what it lacks.
func (l *Looked) Mend(choices map[string][]string) []arch.Protocol {
	var out []arch.Protocol
	for _, p := range l.list {
		q, had := *p, p.has
		var missing set
		if ways, lacks := l.ways[p.ID]; lacks && len(ways) > 0 {
			add := ways[0] &^ p.pinned
			if chosen, asked := choices[p.ID]; asked {
				add = 0
				for _, name := range chosen {
					if m, ok := named(name); ok {
						add = add.with(m)
					}
				}
			}
			q.has |= add
			if l.x.explore(&q, q.has).Violation != nil {
				missing = ways[0] &^ add
			}
		}
		r := l.x.explore(&q, q.has)
		if ways, lacks := l.ways[p.ID]; lacks && len(ways) == 0 {
			r = l.x.remains(&q)
		}
		q.Explored = l.x.told(&q, r)
		q.Explored.Missing = names(missing)
		q.Mechanisms = append(slices.Clone(q.Mechanisms), l.added(&q, q.has, q.has&^had)...)
		out = append(out, q.finished(had))
	}
	return out
}

// Mend explores the protocols of a design, and adds to each that is broken the fewest
// mechanisms that repair it.
func Mend(a *arch.Arch, b Bounds) []arch.Protocol { return Look(a, b).Mend(nil) }

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

// repair is the first of the ways to repair a protocol; nothing when there are none.
func (x *explorer) repair(p *protocol) set {
	if ways := x.repairs(p); len(ways) > 0 {
		return ways[0]
	}
	return 0
}

// mostWays are as many ways to repair a protocol as are told.
const mostWays = 4

// repairs finds the smallest sets of mechanisms with which nothing wrong is found any
// more, those that are cheapest to build first; none when nothing helps. Sets of one or
// two are found by trying all; of more, it is one of which none can be left out.
func (x *explorer) repairs(p *protocol) []set {
	holds := func(add set) bool { return x.explore(p, p.has|add).Violation == nil }
	absent := p.could &^ p.has
	if absent == 0 || !holds(absent) {
		return nil
	}
	for n := 1; n <= min(2, absent.len()-1); n++ {
		var out []set
		for _, add := range absent.subsets(n) {
			if len(out) < mostWays && holds(add) {
				out = append(out, add)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	add := absent
	for _, m := range slices.Backward(absent.list()) {
		if less := add.without(m); holds(less) {
			add = less
		}
	}
	return []set{add}
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
