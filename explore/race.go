package explore

import (
	"bytes"
	"fmt"
	"slices"

	"plumb.dev/plumb/explore/state"
)

// race is what two runs do to each other that are under way at once and write the
// same things: of one use case twice, or of two. Each run alone is explored
// elsewhere, with all that is lost, late and doubled; here followed is in which order
// the steps of both come, and one message that comes a second time, at any moment
// later, or whose answer is lost, so that it is asked again.
type race struct {
	things   []thing
	programs []program
	starts   []begun
	// plain follows every order, also of steps that do not touch each other.
	plain bool
}

// thing is one instance that both runs write.
type thing struct {
	// moves are the legal steps of its lifecycle. Its states are numbered from 1; 0 is
	// not there yet.
	moves [][2]byte
	// loses tells that a change of it may be overwritten, by a decision.
	loses bool
	// key tells that it stands for a unique key: taken or free.
	key bool
}

// program is what a run does, one transaction after the other.
type program struct {
	ops []op
	// claims are the things it moves and did not make: it looks first whether it can, and
	// with a semantic lock takes them.
	claims []claim
}

// claim is a thing to be locked, with the states in which the run can move it.
type claim struct {
	thing int
	from  []byte
}

// op is one transaction: an effect in another place or in rows that the other run
// does not write, changes of shared things, or both.
type op struct {
	access []access
	// undo tells that the effect can be taken back, by the changes in back.
	undo bool
	back []access
	// fails: it may be refused for a reason of its own; ends: the saga may turn back
	// here because its time is over.
	fails, ends bool
	// undoes is one more than the op of the other run that this one undoes; seen tells
	// that the other run undoes this one.
	undoes int
	seen   bool
	// optional: it is left out where what went before does not lead to it.
	optional bool
	// sent: it is asked for by a message that may come twice and whose answer may be lost,
	// and nothing else in the design recognises the second.
	sent bool
}

// access is what a transaction does to a thing: one of the moves, or a change of
// fields.
type access struct {
	thing int
	moves [][2]byte
	// change of fields: what was read is replaced.
	change bool
}

// begun is where two runs begin: which, and the state of each thing.
type begun struct {
	programs [2]int
	states   []byte
}

// The bytes of a state: the program of each run, what was seen to be wrong, what became
// of the one message that may go wrong and which it is (the run in the bit above those of
// the op), then five for each thing, then for each run a head, two for each op and three for each thing
// as it was read.
const (
	rProgram = iota // two
	rWrong   = rProgram + 2
	rFault   = rWrong + 1
	rFaultAt = rFault + 1
	rThings  = rFaultAt + 1
)

// What became of the one message that may go wrong.
const (
	faultless    = iota // nothing yet
	copyComes           // the message of an op is on its way a second time
	undoComes           // that of an undo is
	answerLost          // the op was done, and its run does not know
	noMoreFaults        // it is over
)

// runBit is where a step, and rFaultAt, keep the run.
const runBit = 7

const (
	tState   = iota
	tLock    // one more than the run that has claimed it
	tHeld    // bits: the runs whose change it holds
	tChanged // bits: the runs that have committed a change
	tVersion
	tWide
)

const (
	rPhase = iota // see below; forward, back, done, undone and shown as of a saga
	rPos          // going back, one more than the op to undo next; claiming, the next claim
	rRead         // 1 between the two halves of a transaction that is not one statement
	rClaim        // claims made
	rHead
)

const claiming = shown + 1

// gone is the state of what was deleted.
const gone = 255

// What is wrong with a state.
const (
	wrongMove = 1 + iota
	wrongKey
	wrongLate
)

const (
	rActs state.Step = iota << 8
	rReads
	rWrites
	rRefuses
	rShows
	rFails
	rTimeUp
	rUndo
	rUndoNothing
	rSkips
	rLooks
	rClaims
	rClaimRefused
	rReadsAgain
	rUndoTheirs
	rNothingThere
	rDoubled
	rDoubledUndo
	rLosesAnswer
	rCopyComes
	rCopyKnown
	rCopyRefused
	rUndoComes
	rSameAnswer
)

// ofRun packs a run and an op into a step.
func ofRun(k state.Step, run, at int) state.Step {
	return k | state.Step(run)<<runBit | state.Step(min(at, 1<<runBit-1))
}

func (g *race) candidates() set {
	var c set
	for _, p := range g.programs {
		stays := false
		for i := range p.ops {
			o := &p.ops[i]
			for _, a := range o.access {
				if m, ok := g.comparing(a); ok {
					c = c.with(m)
				}
				if a.change && !g.things[a.thing].loses {
					c = c.with(versionCheck)
				}
			}
			if o.undoes > 0 {
				c = c.with(duplicateCheck).with(earlyUndo)
			}
			if o.matters() {
				c = c.with(duplicateCheck)
			}
			stays = stays || !o.undo && i+1 < len(p.ops)
		}
		if stays && len(p.claims) > 0 {
			c = c.with(semanticLock)
		}
	}
	return c
}

func (g *race) bounds() string {
	return "any 2 at once on one instance, from each state in which either could be carried out; a saga's step refused or its time up before its pivot; 1 message that comes twice, however late, or whose answer is lost"
}

func (g *race) thingAt(i int) int { return rThings + i*tWide }

func (g *race) runWidth() int {
	most := 0
	for _, p := range g.programs {
		most = max(most, len(p.ops))
	}
	return rHead + 2*most + 3*len(g.things)
}

func (g *race) runAt(run int) int { return rThings + len(g.things)*tWide + run*g.runWidth() }

// acted and undone are where a state keeps what became of an op, read where it keeps
// a thing as a run read it.
func (g *race) acted(run, i int) int  { return g.runAt(run) + rHead + 2*i }
func (g *race) undone(run, i int) int { return g.acted(run, i) + 1 }
func (g *race) read(run, t int) int   { return g.runAt(run+1) - 3*(len(g.things)-t) }

func (g *race) model(has set) state.Model {
	width := g.runAt(2)
	starts := make([][]byte, len(g.starts))
	for i, b := range g.starts {
		s := make([]byte, width)
		for run, p := range b.programs {
			s[rProgram+run] = byte(p)
			if len(g.programs[p].claims) > 0 {
				s[g.runAt(run)+rPhase] = claiming
			}
		}
		for t, v := range b.states {
			s[g.thingAt(t)+tState] = v
		}
		starts[i] = s
	}
	return state.Model{Width: width, Start: starts, Bad: g.bad, Rest: func(s []byte) string { return g.rest(s) },
		Next: func(s []byte, m *state.Moves) { g.next(has, s, m) }, Same: g.same, Renames: true}
}

// same orders two runs of one program: which is which does not matter.
func (g *race) same(s []byte) {
	if s[rProgram] != s[rProgram+1] {
		return
	}
	var room [256]byte
	other := append(room[:0], s...)
	copy(other[g.runAt(0):], s[g.runAt(1):g.runAt(2)])
	copy(other[g.runAt(1):], s[g.runAt(0):g.runAt(1)])
	swap := func(at int) { other[at] = other[at]>>1&1 | other[at]&1<<1 }
	for t := range g.things {
		for _, k := range [...]int{tLock, tHeld, tChanged} {
			swap(g.thingAt(t) + k)
		}
		swap(g.read(0, t) + 1) // what was read names the runs as well
		swap(g.read(1, t) + 1)
	}
	if f := other[rFault]; f != faultless && f != noMoreFaults {
		other[rFaultAt] ^= 1 << runBit
	}
	if bytes.Compare(other, s) < 0 {
		copy(s, other)
	}
}

func (g *race) program(s []byte, run int) *program { return &g.programs[s[rProgram+run]] }

// next adds what either run can do. A step that the other run can neither see nor
// hinder is taken at once and alone: in whichever order such steps come, all comes
// out the same.
func (g *race) next(has set, s []byte, m *state.Moves) {
	if !g.plain {
		for run := range 2 {
			if g.private(s, run) {
				g.advance(has, s, m, run)
				return
			}
		}
	}
	for run := range 2 {
		g.advance(has, s, m, run)
	}
	if f := s[rFault]; f == copyComes || f == undoComes {
		g.arrive(has, s, m)
	}
}

// private reports whether the next step of a run concerns nobody else.
func (g *race) private(s []byte, run int) bool {
	at, p := g.runAt(run), g.program(s, run)
	i := int(s[at+rPos])
	switch s[at+rPhase] {
	case back:
		i--
		if i < 0 {
			return false
		}
		return len(p.claims) == 0 && len(p.ops[i].back) == 0 && !p.ops[i].seen && p.ops[i].undoes == 0
	case forward:
		ends := i+1 == len(p.ops) || p.ops[i].fails || p.ops[i].ends // and may give back its locks
		return (!ends || len(p.claims) == 0) && len(p.ops[i].access) == 0 && !p.ops[i].seen && p.ops[i].undoes == 0
	}
	return false
}

func (g *race) advance(has set, s []byte, m *state.Moves, run int) {
	at, p := g.runAt(run), g.program(s, run)
	switch s[at+rPhase] {
	case claiming:
		g.claim(has, s, m, run)
	case forward:
		i := int(s[at+rPos])
		o := &p.ops[i]
		if s[rFault] == answerLost && s[rFaultAt] == faultAt(run, i) {
			g.askAgain(has, s, m, run, i)
			return // it is settled before the run goes on or turns back
		}
		before := m.Len()
		g.onward(has, s, m, run, i)
		g.goWrong(s, m, run, i, before)
		if o.fails && s[at+rRead] == 0 {
			g.turn(m.Fault(s, ofRun(rFails, run, i)), run, i)
		}
		if o.ends && i > 0 && s[at+rRead] == 0 {
			g.turn(m.Fault(s, ofRun(rTimeUp, run, i)), run, i)
		}
	case back:
		g.backward(has, s, m, run)
	}
}

// claim looks whether the things that a run will move can be moved, and goes on only
// then: with a lock it takes one after the other, without it looks at all.
func (g *race) claim(has set, s []byte, m *state.Moves, run int) {
	at, p := g.runAt(run), g.program(s, run)
	k, n := int(s[at+rClaim]), len(p.claims)
	step := rLooks
	if has.has(semanticLock) {
		step, n = rClaims, k+1
	}
	for i := k; i < n; i++ {
		c := p.claims[i]
		t := g.thingAt(c.thing)
		if s[t+tLock] != 0 || !slices.Contains(c.from, s[t+tState]) {
			g.end(m.To(s, ofRun(rClaimRefused, run, i)), run, undone)
			return
		}
	}
	next := m.To(s, ofRun(step, run, k))
	if has.has(semanticLock) {
		next[g.thingAt(p.claims[k].thing)+tLock] = byte(run + 1)
	}
	next[at+rClaim] = byte(n)
	if n == len(p.claims) {
		next[at+rPhase] = forward
	}
}

// end finishes a run: its locks are given back.
func (g *race) end(n []byte, run int, phase byte) {
	at := g.runAt(run)
	n[at+rPhase], n[at+rPos], n[at+rClaim], n[at+rRead] = phase, 0, 0, 0
	for t := range g.things {
		if n[g.thingAt(t)+tLock] == byte(run+1) {
			n[g.thingAt(t)+tLock] = 0
		}
		clear(n[g.read(run, t) : g.read(run, t)+3])
	}
}

// onward carries out an op.
func (g *race) onward(has set, s []byte, m *state.Moves, run, i int) {
	at, o := g.runAt(run), &g.program(s, run).ops[i]
	other := 1 - run
	switch {
	case o.undoes > 0:
		g.undoTheirs(has, s, m, run, i, other, o.undoes-1)
		return
	case s[g.undone(run, i)] > 0: // its undo came before it, and was remembered
		n := m.To(s, ofRun(rSkips, run, i))
		n[g.acted(run, i)] = 1
		g.commit(n, run, i)
		return
	case o.optional && s[at+rRead] == 0 && !g.fits(s, run, o.access, nil):
		n := m.To(s, ofRun(rSkips, run, i))
		n[g.acted(run, i)] = 1
		g.commit(n, run, i)
		return
	case len(o.access) == 0:
		n := m.To(s, ofRun(rActs, run, i))
		g.acts(n, run, i)
		g.commit(n, run, i)
		return
	}
	if s[at+rRead] == 0 && g.inOne(has, o.access) {
		g.transact(s, m, run, i, o.access)
		return
	}
	if s[at+rRead] == 0 { // read, and find out whether it may be done
		if !g.fits(s, run, o.access, nil) {
			g.refuse(s, m, run, i)
			return
		}
		n := m.To(s, ofRun(rReads, run, i))
		n[at+rRead] = 1
		for _, a := range o.access {
			t, r := g.thingAt(a.thing), g.read(run, a.thing)
			n[r], n[r+1], n[r+2] = s[t+tState], s[t+tHeld], s[t+tVersion]
		}
		return
	}
	g.write(has, s, m, run, i)
}

// inOne reports whether all of a transaction is compared and changed in one.
func (g *race) inOne(has set, list []access) bool {
	for _, a := range list {
		if m, ok := g.comparing(a); ok && !has.has(m) || a.change && !has.has(versionCheck) {
			return false
		}
	}
	return true
}

// comparing is the mechanism with which a move compares the state it starts from;
// false for what has none to compare: what is made is nobody else's yet.
func (g *race) comparing(a access) (mechanism, bool) {
	if g.things[a.thing].key {
		return uniqueIndex, true
	}
	return conditionalConfirm, slices.ContainsFunc(a.moves, func(m [2]byte) bool { return m[0] != 0 })
}

// fits reports whether each access of a transaction can be made; seen, unless nil, is
// where it looks for the state of a thing in place of the thing itself.
func (g *race) fits(s []byte, run int, list []access, seen func(thing int) byte) bool {
	for _, a := range list {
		t := g.thingAt(a.thing)
		now := s[t+tState]
		if seen != nil {
			now = seen(a.thing)
		}
		if lock := s[t+tLock]; lock != 0 && lock != byte(run+1) && len(a.moves) > 0 {
			return false
		}
		if len(a.moves) > 0 && !leaves(a.moves, now) {
			return false
		}
	}
	return true
}

func leaves(moves [][2]byte, from byte) bool {
	return slices.ContainsFunc(moves, func(m [2]byte) bool { return m[0] == from })
}

// transact makes a transaction that compares and changes in one: each of the ways in
// which it can move its things.
func (g *race) transact(s []byte, m *state.Moves, run, i int, list []access) {
	if !g.fits(s, run, list, nil) {
		g.refuse(s, m, run, i)
		return
	}
	for _, to := range g.ways(s, list, nil) {
		n := m.To(s, ofRun(rActs, run, i))
		for k, a := range list {
			g.apply(n, run, a, to[k], n[g.thingAt(a.thing)+tHeld])
		}
		g.acts(n, run, i)
		g.commit(n, run, i)
	}
}

// ways are the states to which a transaction can take its things, 0 for one that it
// does not move.
func (g *race) ways(s []byte, list []access, seen func(thing int) byte) [][]byte {
	out := [][]byte{nil}
	for _, a := range list {
		now := s[g.thingAt(a.thing)+tState]
		if seen != nil {
			now = seen(a.thing)
		}
		var next [][]byte
		for _, w := range out {
			if len(a.moves) == 0 {
				next = append(next, append(slices.Clone(w), 0))
			}
			for _, mv := range a.moves {
				if mv[0] == now {
					next = append(next, append(slices.Clone(w), mv[1]))
				}
			}
		}
		out = next
	}
	return out
}

// apply changes a thing: to another state unless to is 0, and its fields from what
// was held when they were read.
func (g *race) apply(n []byte, run int, a access, to, held byte) {
	t := g.thingAt(a.thing)
	if to != 0 {
		now := n[t+tState]
		if !slices.Contains(g.things[a.thing].moves, [2]byte{now, to}) {
			n[rWrong] = wrongMove
			if g.things[a.thing].key {
				n[rWrong] = wrongKey
			}
		}
		n[t+tState] = to
	}
	if a.change && n[t+tState] != 0 && n[t+tState] != gone { // else there is nothing to change
		n[t+tHeld] = held | 1<<run
		n[t+tChanged] |= 1 << run
		n[t+tVersion]++
	}
}

// write is the second half of a transaction that was not one: what was read is taken
// to be so still, but for what is compared.
func (g *race) write(has set, s []byte, m *state.Moves, run, i int) {
	at, o := g.runAt(run), &g.program(s, run).ops[i]
	for _, a := range o.access {
		t, r := g.thingAt(a.thing), g.read(run, a.thing)
		by, compares := g.comparing(a)
		if compares && has.has(by) && s[t+tState] != s[r] || a.change && has.has(versionCheck) && s[t+tVersion] != s[r+2] {
			n := m.To(s, ofRun(rReadsAgain, run, i))
			n[at+rRead] = 0
			g.forgetRead(n, run)
			return
		}
	}
	seen := func(thing int) byte { return s[g.read(run, thing)] }
	for _, to := range g.ways(s, o.access, seen) {
		n := m.To(s, ofRun(rWrites, run, i))
		for k, a := range o.access {
			g.apply(n, run, a, to[k], s[g.read(run, a.thing)+1])
		}
		g.acts(n, run, i)
		n[at+rRead] = 0
		g.forgetRead(n, run)
		g.commit(n, run, i)
	}
}

func (g *race) forgetRead(n []byte, run int) {
	for t := range g.things {
		clear(n[g.read(run, t) : g.read(run, t)+3])
	}
}

// commit goes on after an op.
func (g *race) commit(n []byte, run, i int) {
	n[g.runAt(run)+rPos] = byte(i + 1)
	if i+1 == len(g.program(n, run).ops) {
		g.end(n, run, done)
	}
}

// refuse is an op that the state of a thing does not allow: the run turns back, or,
// where something stands that cannot be taken back, a person must.
func (g *race) refuse(s []byte, m *state.Moves, run, i int) {
	p := g.program(s, run)
	for j := range i {
		if s[g.acted(run, j)] > s[g.undone(run, j)] && !p.ops[j].undo {
			n := m.To(s, ofRun(rShows, run, i))
			n[rWrong] = wrongLate
			g.end(n, run, shown)
			return
		}
	}
	g.turn(m.To(s, ofRun(rRefuses, run, i)), run, i)
}

// turn goes back, beginning before op i.
func (g *race) turn(n []byte, run, i int) {
	at := g.runAt(run)
	n[at+rPhase], n[at+rPos], n[at+rRead] = back, byte(i), 0
	g.forgetRead(n, run)
	g.settle(n, run)
}

// settle passes over what needs no undoing, and ends when nothing is left.
func (g *race) settle(n []byte, run int) {
	at, p := g.runAt(run), g.program(n, run)
	for n[at+rPos] > 0 {
		j := int(n[at+rPos]) - 1
		if n[g.acted(run, j)] > n[g.undone(run, j)] && p.ops[j].undo || p.ops[j].seen && p.ops[j].undo && n[g.acted(run, j)] > 0 {
			return
		}
		n[at+rPos]--
	}
	g.end(n, run, undone)
}

// backward undoes one op after the other, newest first. What the other run has moved
// on meanwhile is left to it.
func (g *race) backward(has set, s []byte, m *state.Moves, run int) {
	at, p := g.runAt(run), g.program(s, run)
	j := int(s[at+rPos]) - 1
	k := rUndo
	byState := len(p.ops[j].back) > 0
	known := s[g.undone(run, j)] > 0 && has.has(duplicateCheck)
	if byState && !g.movable(s, p.ops[j].back) || !byState && known {
		k = rUndoNothing
	}
	n := m.To(s, ofRun(k, run, j))
	g.undoes(n, run, j, byState, known)
	if k == rUndo {
		g.takeBack(n, p.ops[j].back)
	}
	n[at+rPos]--
	g.settle(n, run)
	if o := &p.ops[j]; k == rUndo && s[rFault] == faultless && o.matters() {
		n = m.Fault(n, ofRun(rDoubledUndo, run, j))
		n[rFault], n[rFaultAt] = undoComes, faultAt(run, j)
	}
}

// undoes notes that op j of a run is undone. A move is taken back by another move,
// which no row fits the second time; an effect is undone as often as nobody knows
// better.
func (g *race) undoes(n []byte, run, j int, byState, known bool) {
	u := g.undone(run, j)
	if n[u] == 0 || !byState && !known {
		n[u]++
	}
}

// movable reports whether one of some moves can be made.
func (g *race) movable(s []byte, list []access) bool {
	return slices.ContainsFunc(list, func(a access) bool { return leaves(a.moves, s[g.thingAt(a.thing)+tState]) })
}

// takeBack moves things where an undo would have them, where they can still be moved.
func (g *race) takeBack(n []byte, list []access) {
	for _, a := range list {
		t := g.thingAt(a.thing)
		for _, mv := range a.moves {
			if mv[0] == n[t+tState] {
				n[t+tState] = mv[1]
				break
			}
		}
	}
}

// undoTheirs is an op that undoes one of the other run.
func (g *race) undoTheirs(has set, s []byte, m *state.Moves, run, i, other, j int) {
	o := &g.program(s, run).ops[i]
	acted, undone := s[g.acted(other, j)], s[g.undone(other, j)]
	switch {
	case acted == 0, g.leftAs(s, other, j) && !g.movable(s, o.access):
		n := m.To(s, ofRun(rNothingThere, run, i))
		if has.has(earlyUndo) || acted > 0 {
			n[g.undone(other, j)] = 1
		}
		n[g.acted(run, i)] = 1
		g.commit(n, run, i)
	case len(o.access) > 0 && !g.fits(s, run, o.access, nil) && undone == 0:
		g.refuse(s, m, run, i)
	case undone > 0 && (len(o.access) > 0 || has.has(duplicateCheck)):
		n := m.To(s, ofRun(rUndoNothing, run, i))
		n[g.acted(run, i)] = 1
		g.commit(n, run, i)
	default:
		n := m.To(s, ofRun(rUndoTheirs, run, i))
		g.undoes(n, other, j, len(o.access) > 0, false)
		g.takeBack(n, o.access)
		n[g.acted(run, i)] = 1
		g.commit(n, run, i)
	}
}

// leftAs reports whether things are in a state in which op j of a run has left them:
// declined, where it might have authorised.
func (g *race) leftAs(s []byte, run, j int) bool {
	list := g.program(s, run).ops[j].access
	return len(list) > 0 && !slices.ContainsFunc(list, func(a access) bool {
		now := s[g.thingAt(a.thing)+tState]
		return len(a.moves) > 0 && !slices.ContainsFunc(a.moves, func(m [2]byte) bool { return m[1] == now })
	})
}

func (g *race) bad(s []byte) string {
	switch s[rWrong] {
	case wrongMove:
		return "it makes a move that its lifecycle does not have"
	case wrongKey:
		return "two have the same key"
	case wrongLate:
		return "it is refused half way, and what it did cannot be taken back"
	}
	for run := range 2 {
		for i := range g.program(s, run).ops {
			if s[g.acted(run, i)] > 1 {
				return "a step acts twice"
			}
			if s[g.undone(run, i)] > 1 {
				return "what was done once is undone twice"
			}
		}
	}
	return ""
}

func (g *race) rest(s []byte) string {
	for t := range g.things {
		if at := g.thingAt(t); !g.things[t].loses && s[at+tChanged]&^s[at+tHeld] != 0 {
			return "a change is lost"
		}
	}
	for run := range 2 {
		other := 1 - run
		for i := range g.program(s, run).ops {
			stands := s[g.acted(run, i)] > s[g.undone(run, i)]
			theirs := s[g.runAt(other)+rPhase] == done && g.undoneBy(s, other, i)
			switch phase := s[g.runAt(run)+rPhase]; {
			case phase == done && theirs && stands:
				return "it is undone, and the effect of a step is still there"
			case phase == done && !theirs && !stands && !g.moreThanUndone(s, other, i):
				return "it is said to be done, and a step has no effect"
			case phase == undone && stands && g.program(s, run).ops[i].undo:
				return "it is said to be undone, and the effect of a step is still there"
			}
		}
	}
	return ""
}

// undoneBy reports whether a run has an op that undoes op i of the other.
func (g *race) undoneBy(s []byte, run, i int) bool {
	return slices.ContainsFunc(g.program(s, run).ops, func(o op) bool { return o.undoes == i+1 })
}

// moreThanUndone reports whether a run that has not come to its end undid op i of the
// other before.
func (g *race) moreThanUndone(s []byte, run, i int) bool {
	return s[g.runAt(run)+rPhase] != done && g.undoneBy(s, run, i)
}

// shape tells races apart that behave differently.
func (g *race) shape() string {
	return fmt.Sprintf("%v %v %v", g.things, g.programs, g.starts)
}
