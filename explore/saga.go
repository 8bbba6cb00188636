package explore

import (
	"fmt"

	"plumb.dev/plumb/explore/state"
)

// saga is a promise kept in several places, or taken back in all of them: who gives
// it asks one place after another, and turns back when one before the pivot fails or
// takes too long.
type saga struct {
	steps []stage
	// pivot is the step after which there is only forward; confirm the one at which what
	// the promise is about leaves its pending state.
	pivot, confirm int
	// rival tells that a timer or somebody else may end the pending state meanwhile;
	// rivalUndoes the steps, as bits, that are then undone from there as well.
	rival       bool
	rivalUndoes uint
	// atOnce follows all that is undone from elsewhere together, as tests do.
	atOnce bool
}

// stage is one step of a saga.
type stage struct {
	remote    bool // in another place: asked by message, and answered
	external  bool // at a system of others
	free      bool // has no effect: a check
	fails     bool // may be refused
	undo      bool // has a compensation of its own
	key       bool // the external acts once for a key
	lookup    bool // the external tells the outcome for a reference
	undoesToo uint // the steps, as bits, that its compensation undoes as well
}

// The bytes of a state: the head, then ten for each step.
const (
	sPhase   = iota // see below
	sPos            // the step it is at; going back, one more than the step to undo next
	sThing          // 0 pending, 1 confirmed, 2 ended by the rival, 3 both
	sSent           // one more than a step whose command was sent and not yet noted
	sDown           // 1 after a crash
	sGone           // one more than the step whose place answers no more
	sCrashes        // how often each thing may still go wrong
	sDoubles
	sLosses
	sEarly
	sMayGo
	sSteps
)

const (
	forward = iota
	back
	done
	undone
	shown // a work item
)

const (
	tView    = iota // what the saga knows of a step, see below
	tActed          // how often it acted there
	tUndone         // how often that was undone
	tAsk            // commands on their way
	tYes            // answers on their way that it acted
	tNo             // answers on their way that it did not
	tAskUndo        // compensations on their way
	tUndoYes        // their answers on their way
	tElse           // compensations asked for from elsewhere, and answered there
	tKnows          // what the other place remembers: bits, see below
	tEach
)

// What the saga knows of a step.
const (
	unasked = iota
	asked
	acted
	refused
	askedUndo
	takenBack
)

// What the place of a step remembers.
const (
	knowsYes = 1 << iota
	knowsNo
	knowsUndo
)

const (
	sLocal state.Step = iota << 5
	sLocalNo
	sConfirmLate
	sAsks
	sSends
	sNotes
	sActs
	sRefuses
	sKnown
	sSilent
	sHears
	sHearsNo
	sIgnores
	sLosesAsk
	sLosesAnswer
	sDoublesAsk
	sDoublesUndo
	sDoublesAnswer
	sAgainAfter
	sTooEarly
	sFinds
	sTimeUp
	sGivesUp
	sRivalComes
	sUndoLocal
	sAsksUndo
	sUndoes
	sUndoKnown
	sHearsUndo
	sLosesUndo
	sAgainUndo
	sCrashNow
	sComesBack
	sShows
	sNothingToUndo
)

func (g *saga) candidates() set {
	c := of(outbox, resume, workItem)
	for i := range g.steps {
		st := &g.steps[i]
		if st.external {
			if st.key {
				c = c.with(idempotencyKey)
			}
			if st.lookup {
				c = c.with(queryByReference)
			}
		} else if st.remote {
			c = c.with(duplicateCheck).with(repeat)
		}
		if st.remote && i < g.pivot {
			c = c.with(lateUndo)
		}
		if st.remote && i == g.pivot {
			c = c.with(finalResult)
		}
		if st.undoesToo != 0 {
			c = c.with(duplicateCheck)
		}
	}
	if g.rival {
		c = c.with(conditionalConfirm)
	}
	if g.rivalUndoes != 0 {
		c = c.with(duplicateCheck)
	}
	return c
}

func (g *saga) bounds() string {
	return "2 crashes, 2 messages lost, 2 doubled, 1 asked again too early, 1 place that answers no more, time up at any moment"
}

func (g *saga) model(has set) state.Model {
	start := make([]byte, sSteps+len(g.steps)*tEach)
	start[sCrashes], start[sDoubles], start[sLosses], start[sEarly], start[sMayGo] = 2, 2, 2, 1, 1
	return state.Model{Width: len(start), Start: [][]byte{start}, Bad: g.bad, Rest: g.rest,
		Next: func(s []byte, m *state.Moves) { (&run{g, has, s, m}).next() },
		Same: func(s []byte) { (&run{g, has, s, nil}).forget() }}
}

// forget drops what can have no effect any more: answers to what is settled,
// commands that their place will only recognise, faults that nothing is left for.
func (r *run) forget() {
	s, ended := r.s, r.s[sPhase] >= done
	flying := byte(0)
	for i := range r.steps {
		t := at(i)
		settled := s[t+tView] >= acted || ended || s[sPhase] == back && int(s[sPos]) <= i
		if settled {
			s[t+tYes], s[t+tNo] = 0, 0
		}
		if s[t+tView] != askedUndo || ended {
			s[t+tUndoYes] = 0
		}
		if int(s[sGone]) == i+1 {
			s[t+tAsk], s[t+tAskUndo], s[t+tElse] = 0, 0, 0
		}
		if settled && s[t+tKnows]&(knowsYes|knowsNo) != 0 && r.once(i) {
			s[t+tAsk] = 0
		}
		if s[t+tView] == takenBack && s[t+tKnows]&knowsUndo != 0 && r.once(i) {
			s[t+tAskUndo], s[t+tElse] = 0, 0
		}
		flying |= s[t+tAsk] | s[t+tAskUndo] | s[t+tElse]
	}
	if ended {
		s[sPos], s[sEarly], s[sMayGo], s[sCrashes] = 0, 0, 0, 0
		if flying == 0 {
			s[sLosses], s[sDoubles] = 0, 0
		}
	}
}

// run is one look at what can happen in a state.
type run struct {
	*saga
	has set
	s   []byte
	m   *state.Moves
}

func at(i int) int { return sSteps + i*tEach }

func (r *run) next() {
	r.places()
	r.accidents()
	if r.s[sDown] == 1 {
		if r.has.has(resume) {
			r.m.To(r.s, sComesBack)[sDown] = 0
		}
		return // whatever arrives waits for somebody to take it
	}
	r.answers()
	switch r.s[sPhase] {
	case forward:
		r.onward()
	case back:
		r.backward()
	}
}

// step names what happens at a step.
func step(k state.Step, i int) state.Step { return k | state.Step(i) }

// onward is what the saga does while it goes forward.
func (r *run) onward() {
	i := int(r.s[sPos])
	st, t := &r.steps[i], at(i)
	switch {
	case r.s[t+tView] == asked:
		r.waits(i)
	case !st.remote:
		r.local(i)
	case r.has.has(outbox):
		n := r.m.To(r.s, step(sAsks, i))
		n[t+tView] = asked
		n[t+tAsk]++
	case r.s[sSent] == 0: // sent beside the transaction that notes it
		n := r.m.To(r.s, step(sSends, i))
		n[sSent] = byte(i + 1)
		n[t+tAsk] = min(2, n[t+tAsk]+1)
	default:
		n := r.m.To(r.s, step(sNotes, i))
		n[sSent] = 0
		n[t+tView] = asked
	}
	r.timeUp(i)
}

// local is a step in the saga's own store: done and noted in one transaction.
func (r *run) local(i int) {
	st, t := &r.steps[i], at(i)
	late := i == r.confirm && r.rival && r.s[sThing] >= 2
	if late && r.has.has(conditionalConfirm) {
		n := r.m.To(r.s, step(sConfirmLate, i))
		n[t+tView] = refused
		if i <= r.pivot {
			r.turn(n, i)
		} else {
			n[sPhase] = shown
		}
		return
	}
	n := r.m.To(r.s, step(sLocal, i))
	n[t+tView] = acted
	r.effect(n, i)
	if i == r.confirm && r.rival {
		n[sThing] |= 1
	}
	r.advance(n)
	if st.fails {
		n := r.m.Fault(r.s, step(sLocalNo, i))
		n[t+tView] = refused
		r.turn(n, i)
	}
}

func (r *run) effect(n []byte, i int) {
	if !r.steps[i].free {
		n[at(i)+tActed] = min(2, n[at(i)+tActed]+1)
	}
}

// advance goes on to the next step, or ends.
func (r *run) advance(n []byte) {
	n[sPos]++
	if int(n[sPos]) == len(r.steps) {
		n[sPhase], n[sPos] = done, 0
	}
}

// turn goes back, beginning with step i.
func (r *run) turn(n []byte, i int) {
	n[sPhase], n[sPos], n[sSent] = back, byte(i+1), 0
	r.settle(n)
}

// settle passes over all that needs no undoing, and ends when nothing is left.
func (r *run) settle(n []byte) {
	for n[sPos] > 0 {
		i := int(n[sPos]) - 1
		v := n[at(i)+tView]
		open := v == acted && !r.steps[i].free || v == asked && r.has.has(lateUndo) || v == askedUndo
		if open && (r.steps[i].undo || !r.steps[i].remote) {
			return
		}
		n[sPos]--
	}
	n[sPhase] = undone
	if n[sThing] == 0 {
		n[sThing] = 2
	}
}

// waits is what the saga does about a step that has not answered.
func (r *run) waits(i int) {
	st, t, s := &r.steps[i], at(i), r.s
	quiet := s[t+tAsk]+s[t+tYes]+s[t+tNo] == 0
	again := st.external && st.key && r.has.has(idempotencyKey) || !st.external && r.has.has(repeat)
	gone := int(s[sGone]) == i+1
	switch {
	case gone:
		if r.has.has(workItem) {
			r.m.To(s, step(sShows, i))[sPhase] = shown
		} else if again {
			r.m.To(s, step(sAgainAfter, i)) // and again, for ever
		}
	case again && quiet:
		r.m.To(s, step(sAgainAfter, i))[t+tAsk]++
	case again && s[sEarly] > 0 && s[t+tAsk] < 2:
		n := r.m.Fault(s, step(sTooEarly, i))
		n[t+tAsk]++
		n[sEarly]--
	}
	if again || gone || !st.external {
		return
	}
	// An external that must not be asked twice.
	if r.has.has(queryByReference) && st.lookup {
		switch {
		case s[t+tKnows]&knowsYes != 0:
			r.outcome(r.m.To(s, step(sFinds, i)), i, true)
		case s[t+tKnows]&knowsNo != 0:
			r.outcome(r.m.To(s, step(sFinds, i)), i, false)
		case quiet && r.has.has(workItem):
			r.m.To(s, step(sShows, i))[sPhase] = shown
		}
		return
	}
	switch {
	case r.has.has(workItem):
		if quiet {
			r.m.To(s, step(sShows, i))[sPhase] = shown
		}
	default: // no answer is taken for a no
		add := r.m.Fault
		if quiet {
			add = r.m.To
		}
		r.outcome(add(s, step(sGivesUp, i)), i, false)
	}
}

// outcome takes in what became of a step.
func (r *run) outcome(n []byte, i int, yes bool) {
	t := at(i)
	switch {
	case yes:
		n[t+tView] = acted
		if n[sPhase] == forward {
			r.advance(n)
		} else {
			r.settle(n)
		}
	default:
		n[t+tView] = refused
		switch {
		case n[sPhase] == back:
			r.settle(n)
		case i <= r.pivot:
			r.turn(n, i)
		default:
			n[sPhase] = shown // after the pivot nothing may be refused
		}
	}
}

// timeUp is the end of the saga's time: before the pivot it turns back. Once the
// pivot was asked, time alone decides nothing.
func (r *run) timeUp(i int) {
	if i > r.pivot || i == r.pivot && r.s[at(i)+tView] == asked && r.has.has(finalResult) {
		return
	}
	if i == 0 && r.s[at(0)+tView] == unasked {
		return // nothing was begun
	}
	n := r.m.Fault(r.s, step(sTimeUp, i))
	if i == r.pivot && n[at(i)+tView] == asked {
		n[at(i)+tView] = refused
	}
	r.turn(n, i)
}

// backward undoes one step after the other, newest first.
func (r *run) backward() {
	i := int(r.s[sPos]) - 1
	st, t, s := &r.steps[i], at(i), r.s
	switch s[t+tView] {
	case asked:
		r.waits(i)
	case acted:
		if !st.remote {
			r.undoingToo(st.undoesToo, func() []byte {
				n := r.m.To(s, step(sUndoLocal, i))
				n[t+tView] = takenBack
				n[t+tUndone]++
				r.settle(n)
				return n
			})
			return
		}
		r.undoingToo(st.undoesToo, func() []byte {
			n := r.m.To(s, step(sAsksUndo, i))
			n[t+tView] = askedUndo
			n[t+tAskUndo] = min(2, n[t+tAskUndo]+1)
			return n
		})
	case askedUndo:
		r.waitsForUndo(i)
	}
}

// waitsForUndo is what the saga does about a compensation that was not answered.
func (r *run) waitsForUndo(i int) {
	st, t, s := &r.steps[i], at(i), r.s
	again := st.external && st.key && r.has.has(idempotencyKey) || !st.external && r.has.has(repeat)
	asks := st.external && !again && st.lookup && r.has.has(queryByReference)
	quiet := s[t+tAskUndo]+s[t+tUndoYes] == 0
	gone := int(s[sGone]) == i+1
	switch {
	case asks && s[t+tKnows]&knowsUndo != 0:
		n := r.m.To(s, step(sFinds, i))
		n[t+tView] = takenBack
		r.settle(n)
	case again && quiet && !gone:
		r.m.To(s, step(sAgainUndo, i))[t+tAskUndo]++
	case r.has.has(workItem) && (gone || !again && quiet):
		r.m.To(s, step(sShows, i))[sPhase] = shown
	case again && gone:
		r.m.To(s, step(sAgainUndo, i)) // and again, for ever
	}
}

// undoingToo makes a move after which the places of other steps are asked to undo
// them. One of them is followed at a time, whichever: what is asked of another place
// changes nothing at this one, and what must hold is said of each step alone.
func (r *run) undoingToo(steps uint, move func() []byte) {
	if steps == 0 || r.atOnce {
		n := move()
		for k := range r.steps {
			if steps>>k&1 == 1 {
				n[at(k)+tElse] = min(2, n[at(k)+tElse]+1)
			}
		}
		return
	}
	for k := range r.steps {
		if steps>>k&1 == 1 {
			n := move()
			n[at(k)+tElse] = min(2, n[at(k)+tElse]+1)
		}
	}
}

// answers are those that reach the saga.
func (r *run) answers() {
	for i := range r.steps {
		t, s := at(i), r.s
		current := s[t+tView] == asked && (s[sPhase] == forward && int(s[sPos]) == i || s[sPhase] == back && int(s[sPos]) == i+1)
		for _, a := range [...]struct {
			at  int
			yes bool
			say state.Step
		}{{t + tYes, true, sHears}, {t + tNo, false, sHearsNo}} {
			if s[a.at] == 0 {
				continue
			}
			say := a.say
			if !current {
				say = sIgnores
			}
			n := r.m.To(s, step(say, i))
			n[a.at]--
			if current {
				r.outcome(n, i, a.yes)
			}
		}
		if s[t+tUndoYes] > 0 {
			n := r.m.To(s, step(sHearsUndo, i))
			n[t+tUndoYes]--
			if n[t+tView] == askedUndo && n[sPhase] == back && int(n[sPos]) == i+1 {
				n[t+tView] = takenBack
				r.settle(n)
			}
		}
	}
}

// places are the other places, which take what reaches them.
func (r *run) places() {
	for i := range r.steps {
		t, s := at(i), r.s
		if s[t+tAsk] > 0 {
			r.command(i)
		}
		if s[t+tAskUndo] > 0 {
			r.compensation(i, t+tAskUndo)
		}
		if s[t+tElse] > 0 {
			r.compensation(i, t+tElse)
		}
	}
}

// once tells whether the place of a step knows what it has done already.
func (r *run) once(i int) bool {
	st := &r.steps[i]
	if st.external {
		return st.key && r.has.has(idempotencyKey)
	}
	return r.has.has(duplicateCheck)
}

func (r *run) command(i int) {
	st, t, s := &r.steps[i], at(i), r.s
	know := s[t+tKnows]
	if int(s[sGone]) == i+1 {
		r.m.To(s, step(sSilent, i))[t+tAsk]--
		return
	}
	if know&(knowsYes|knowsNo) != 0 && r.once(i) {
		n := r.m.To(s, step(sKnown, i))
		n[t+tAsk]--
		if know&knowsYes != 0 {
			n[t+tYes] = min(2, n[t+tYes]+1)
		} else {
			n[t+tNo] = min(2, n[t+tNo]+1)
		}
		return
	}
	n := r.m.To(s, step(sActs, i))
	n[t+tAsk]--
	n[t+tKnows] |= knowsYes
	n[t+tYes] = min(2, n[t+tYes]+1)
	r.effect(n, i)
	if st.fails && know == 0 {
		n := r.m.Fault(s, step(sRefuses, i))
		n[t+tAsk]--
		n[t+tKnows] |= knowsNo
		n[t+tNo] = min(2, n[t+tNo]+1)
	}
	if s[sMayGo] > 0 && know == 0 {
		n := r.m.Fault(s, step(sSilent, i))
		n[t+tAsk]--
		n[sMayGo], n[sGone] = 0, byte(i+1)
	}
}

// compensation is what a place does with the message of those at asks.
func (r *run) compensation(i, asks int) {
	t, s := at(i), r.s
	if int(s[sGone]) == i+1 {
		r.m.To(s, step(sSilent, i))[asks]--
		return
	}
	k, acts := sUndoes, true
	switch {
	case s[t+tActed] == 0 && s[t+tUndone] == 0:
		k, acts = sNothingToUndo, false
	case s[t+tKnows]&knowsUndo != 0 && r.once(i), !r.steps[i].remote:
		k, acts = sUndoKnown, false
	}
	n := r.m.To(s, step(k, i))
	n[asks]--
	if asks == t+tAskUndo {
		n[t+tUndoYes] = min(2, n[t+tUndoYes]+1)
	}
	if acts {
		n[t+tKnows] |= knowsUndo
		n[t+tUndone] = min(2, n[t+tUndone]+1)
	}
}

// accidents are what goes wrong by itself.
func (r *run) accidents() {
	s := r.s
	for i := range r.steps {
		t, external := at(i), r.steps[i].external
		if s[sLosses] > 0 {
			for _, l := range [...]struct {
				at  int
				say state.Step
			}{{t + tAsk, sLosesAsk}, {t + tYes, sLosesAnswer}, {t + tNo, sLosesAnswer}, {t + tAskUndo, sLosesUndo}, {t + tUndoYes, sLosesAnswer}} {
				if s[l.at] > 0 {
					n := r.m.Fault(s, step(l.say, i))
					n[l.at]--
					n[sLosses]--
				}
			}
		}
		for _, answer := range [...]int{t + tYes, t + tNo} {
			if s[answer] == 1 && s[sDoubles] > 0 {
				n := r.m.Fault(s, step(sDoublesAnswer, i))
				n[answer]++
				n[sDoubles]--
			}
		}
		if s[sDoubles] > 0 && !external { // requests, between our own places alone
			if s[t+tAsk] == 1 {
				n := r.m.Fault(s, step(sDoublesAsk, i))
				n[t+tAsk]++
				n[sDoubles]--
			}
			if s[t+tAskUndo] == 1 {
				n := r.m.Fault(s, step(sDoublesUndo, i))
				n[t+tAskUndo]++
				n[sDoubles]--
			}
		}
	}
	if s[sCrashes] > 0 && s[sDown] == 0 && s[sPhase] <= back {
		n := r.m.Fault(s, sCrashNow)
		n[sCrashes]--
		n[sDown], n[sSent] = 1, 0
	}
	if r.rival && s[sThing]&2 == 0 && (s[sThing] == 0 && s[sPhase] == forward && s[sPos] > 0 || s[sThing] == 1 && !r.has.has(conditionalConfirm)) {
		r.undoingToo(r.rivalUndoes, func() []byte {
			n := r.m.Fault(s, sRivalComes)
			n[sThing] |= 2
			return n
		})
	}
}

func (g *saga) bad(s []byte) string {
	for i := range g.steps {
		switch t := at(i); {
		case s[t+tActed] > 1:
			return "a step acts twice"
		case s[t+tUndone] > s[t+tActed]:
			return "a step is undone twice"
		}
	}
	if s[sThing] == 3 {
		return "it is confirmed after it had been ended"
	}
	return ""
}

func (g *saga) rest(s []byte) string {
	switch s[sPhase] {
	case forward, back:
		return "it stands half done, and nobody sees it"
	case shown:
		if g.knowable(s) >= 0 {
			return "a person must find out what became of a step, though it could be asked"
		}
	case done:
		for i := range g.steps {
			if t := at(i); !g.steps[i].free && s[t+tActed] != 1+s[t+tUndone] {
				return "it is said to be done, and a step has no effect"
			}
		}
	case undone:
		for i := range g.steps {
			if t := at(i); s[t+tActed] != s[t+tUndone] {
				return "it is said to be undone, and the effect of a step is still there"
			}
		}
	}
	return ""
}

// knowable is a step whose outcome the external knows and would tell, by reference or
// when asked again with the same key; -1 when there is none.
func (g *saga) knowable(s []byte) int {
	for i := range g.steps {
		st, t := &g.steps[i], at(i)
		if (st.key || st.lookup) && s[t+tView] == asked && s[t+tKnows]&(knowsYes|knowsNo) != 0 && int(s[sGone]) != i+1 {
			return i
		}
	}
	return -1
}

// which names the step at fault, for the sentence that tells what is wrong.
func (g *saga) which(s []byte) int {
	for i := range g.steps {
		if t := at(i); s[t+tActed] > 1 || s[t+tUndone] > s[t+tActed] {
			return i
		}
	}
	for i := range g.steps {
		t := at(i)
		if s[sPhase] == done && !g.steps[i].free && s[t+tActed] != 1+s[t+tUndone] || s[sPhase] == undone && s[t+tActed] != s[t+tUndone] {
			return i
		}
	}
	return g.knowable(s)
}

// shape tells sagas apart that behave differently.
func (g *saga) shape() string { return fmt.Sprintf("%+v", *g) }
