package explore

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
)

// Prober explores single protocols of a design with mechanisms taken away.
type Prober struct {
	x    *explorer
	list []*protocol
}

// Probe derives the protocols of a design.
func Probe(a *arch.Arch) *Prober {
	b := Default
	b.All = 1 << 30
	return &Prober{newExplorer(b), derive(a)}
}

// Without is what becomes of a protocol that lacks some of its mechanisms.
func (p *Prober) Without(id string, lacks ...string) arch.Exploration {
	q := p.list[slices.IndexFunc(p.list, func(q *protocol) bool { return q.ID == id })]
	has := q.has
	for _, name := range lacks {
		m, ok := named(name)
		if !ok {
			panic("no mechanism is called " + name)
		}
		has = has.without(m)
	}
	return p.x.told(q, p.x.explore(q, has))
}

// Shape is a saga put together at random, for properties of its search.
type Shape = saga

// Stage is one of its steps.
type Stage = stage

// NewShape makes a saga of steps.
func NewShape(steps []Stage, pivot int, rival bool, undoes, undoesToo uint) *Shape {
	g := &saga{steps: steps, pivot: pivot, confirm: pivot, rival: rival}
	if rival {
		g.rivalUndoes = undoes
	}
	if steps[0].undo {
		steps[0].undoesToo = undoesToo &^ 1
	}
	if steps[pivot].remote {
		g.confirm = len(steps)
	}
	return g
}

// Place is a step: where it runs and what the other side can do.
func Place(remote, external, free, fails, undo, key, lookup bool) Stage {
	return stage{remote: remote || external, external: external, free: free, fails: fails, undo: undo, key: key, lookup: lookup}
}

// Both searches a saga with a set of mechanisms, reduced and in full.
func Both(g *Shape, has uint32, b state.Bounds) (reduced, full state.Result) {
	reduced = state.Search(g.model(set(has)&g.candidates()), b)
	whole := *g
	whole.atOnce = true
	m := whole.model(set(has) & g.candidates())
	m.Same = nil
	return reduced, state.Search(m, b)
}

// Remote reports whether a step runs in another place.
func Remote(s Stage) bool { return s.remote }

// Names of what a race is put together from, for an interpreter of its own.
type (
	Race    = race
	Thing   = thing
	Program = program
	Op      = op
	Access  = access
	Claim   = claim
	Begun   = begun
)

// NewRace makes a race.
func NewRace(things []Thing, programs []Program, starts []Begun) *Race {
	return &race{things: things, programs: programs, starts: starts}
}

// NewThing, NewOp, NewAccess, NewClaim and NewBegun are their parts.
func NewThing(moves [][2]byte, key bool) Thing { return thing{moves: moves, key: key} }

func NewOp(list, back []Access, undo, fails, ends bool) Op {
	return op{access: list, back: back, undo: undo, fails: fails, ends: ends}
}

func NewAccess(thing int, moves [][2]byte, change bool) Access {
	return access{thing: thing, moves: moves, change: change}
}

func NewClaim(thing int, from []byte) Claim { return claim{thing, from} }

func NewProgram(ops []Op, claims []Claim) Program { return program{ops: ops, claims: claims} }

func NewBegun(a, b int, states []byte) Begun { return begun{[2]int{a, b}, states} }

// Send makes an op one that is asked for by message.
func Send(o Op) Op { o.sent = true; return o }

// Sent reports whether an op is.
func (o Op) Sent() bool { return o.sent }

// Ties makes op i of one program undo op j of the other.
func Ties(p, q *Program, i, j int) { p.ops[i].undoes, q.ops[j].seen = j+1, true }

// Parts takes one apart again.
func (g *race) Parts() ([]Thing, []Program, []Begun) { return g.things, g.programs, g.starts }

func (t Thing) Is() ([][2]byte, bool) { return t.moves, t.key }

func (p Program) Is() ([]Op, []Claim) { return p.ops, p.claims }

func (c Claim) Is() (int, []byte) { return c.thing, c.from }

func (b Begun) Is() ([2]int, []byte) { return b.programs, b.states }

func (a Access) Is() (int, [][2]byte, bool) { return a.thing, a.moves, a.change }

// Fields of an op.
func (o Op) Is() (list, back []Access, undo, fails, ends bool, undoes int) {
	return o.access, o.back, o.undo, o.fails, o.ends, o.undoes - 1
}

// Models are the model of a race with a set of mechanisms: as it is searched, and with
// every order of every step.
func (g *race) Models(has uint32) (reduced, plain state.Model) {
	whole := *g
	whole.plain = true
	plain = whole.model(set(has))
	plain.Same = nil
	return g.model(set(has)), plain
}

// Has reports whether a set has a mechanism.
func Has(s uint32, name string) bool {
	m, ok := named(name)
	if !ok {
		panic("no mechanism is called " + name)
	}
	return set(s).has(m)
}

// Candidates are the mechanisms that a race might have.
func (g *race) Candidates() uint32 { return uint32(g.candidates()) }

// LastOnes is a contention for what there is only one of, with some mechanisms.
func LastOnes(has ...string) state.Model {
	var with set
	for _, name := range has {
		m, ok := named(name)
		if !ok {
			panic("no mechanism is called " + name)
		}
		with = with.with(m)
	}
	m := contention{undone: true, returned: true}.model(with)
	m.Start = slices.DeleteFunc(m.Start, func(s []byte) bool { return s[cStock] != 1 })
	return m
}

// SmallModels are models of the other kinds with random parts and mechanisms.
func SmallModels(r interface{ IntN(int) int }, g *Shape) map[string]state.Model {
	any := set(r.IntN(1 << mechanisms))
	yes := func() bool { return r.IntN(2) == 0 }
	return map[string]state.Model{
		"saga":       g.model(any & g.candidates()),
		"hold":       hold{yes(), yes(), yes()}.model(any),
		"keep":       keep{yes(), yes()}.model(any),
		"contention": contention{yes(), yes()}.model(any),
		"exchange":   exchange{copies: yes()}.model(any),
	}
}
