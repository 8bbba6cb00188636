package explore

import (
	"slices"

	"plumb.dev/plumb/explore/state"
)

// What goes wrong between two runs that meet: one message comes a second time, or its
// answer is lost. A message that is only late, or lost and sent again, is the order of the
// steps itself.

// faultAt packs the op whose message goes wrong.
func faultAt(run, i int) byte { return byte(run)<<runBit | byte(i) }

// matters reports whether a second message of an op can do anything that concerns the
// other run. A change of fields alone is the same change; what it replaces is the version
// check's to find.
func (o *op) matters() bool {
	return o.sent && (o.seen || o.undoes > 0 || o.moving())
}

func (o *op) moving() bool {
	return slices.ContainsFunc(o.access, func(a access) bool { return len(a.moves) > 0 })
}

// acts counts that an op was carried out; what only changes fields is the same change
// the second time.
func (g *race) acts(n []byte, run, i int) {
	if o := &g.program(n, run).ops[i]; o.matters() {
		n[g.acted(run, i)] = min(2, n[g.acted(run, i)]+1)
		return
	}
	n[g.acted(run, i)] = 1
}

// goWrong adds to the moves that carried out an op, those from before on, what can go
// wrong with its message.
func (g *race) goWrong(s []byte, m *state.Moves, run, i, before int) {
	if s[rFault] != faultless || !g.program(s, run).ops[i].matters() {
		return
	}
	for k, end := before, m.Len(); k < end; k++ {
		if m.At(k)[g.acted(run, i)] == s[g.acted(run, i)] {
			continue // it only read, or was refused
		}
		n := m.Again(k, ofRun(rDoubled, run, i))
		n[rFault], n[rFaultAt] = copyComes, faultAt(run, i)
		n = m.Again(k, ofRun(rLosesAnswer, run, i))
		n[rFault], n[rFaultAt] = answerLost, faultAt(run, i)
		g.stays(s, n, run)
	}
}

// stays leaves a run where it was before its op.
func (g *race) stays(s, n []byte, run int) {
	at := g.runAt(run)
	copy(n[at:at+rHead], s[at:at+rHead])
	n[at+rRead] = 0
	for t := range g.things {
		if lock := g.thingAt(t) + tLock; s[lock] == byte(run+1) {
			n[lock] = s[lock]
		}
	}
	g.forgetRead(n, run)
}

// askAgain is a run that does not know what became of its op: who remembers it gives the
// same answer; whoever does not carries it out like the first.
func (g *race) askAgain(has set, s []byte, m *state.Moves, run, i int) {
	if has.has(duplicateCheck) {
		n := m.To(s, ofRun(rSameAnswer, run, i))
		n[rFault] = noMoreFaults
		g.commit(n, run, i)
		return
	}
	before := append([]byte(nil), s...)
	before[rFault] = noMoreFaults
	g.onward(has, before, m, run, i)
}

// arrive is the second message, of an op or of an undo.
func (g *race) arrive(has set, s []byte, m *state.Moves) {
	run, i := int(s[rFaultAt]>>runBit), int(s[rFaultAt]&(1<<runBit-1))
	o := &g.program(s, run).ops[i]
	add := func(k state.Step) []byte {
		n := m.To(s, ofRun(k, run, i))
		n[rFault] = noMoreFaults
		return n
	}
	switch {
	case has.has(duplicateCheck):
		add(rCopyKnown)
	case s[rFault] == undoComes:
		g.undoAgain(add, s, run, i, o.back)
	case o.undoes > 0:
		if other := 1 - run; s[g.acted(other, o.undoes-1)] == 0 {
			n := add(rCopyRefused)
			if has.has(earlyUndo) {
				n[g.undone(other, o.undoes-1)] = 1
			}
		} else {
			g.undoAgain(add, s, other, o.undoes-1, o.access)
		}
	case s[g.undone(run, i)] > 0 && s[g.acted(run, i)] == 0, !g.fits(s, run, o.access, nil):
		add(rCopyRefused)
	default:
		for _, to := range g.ways(s, o.access, nil) {
			n := add(rCopyComes)
			for k, a := range o.access {
				g.apply(n, run, a, to[k], n[g.thingAt(a.thing)+tHeld])
			}
			g.acts(n, run, i)
		}
	}
}

// undoAgain is a second undo of op j of a run: by its state, where that fits by now.
func (g *race) undoAgain(add func(state.Step) []byte, s []byte, run, j int, moves []access) {
	if len(moves) > 0 && !g.movable(s, moves) {
		add(rCopyRefused)
		return
	}
	n := add(rUndoComes)
	n[g.undone(run, j)]++
	g.takeBack(n, moves)
}
