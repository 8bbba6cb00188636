package explore

import (
	"cmp"
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
)

// contention is an amount that many want at once. Three takers want one each of what
// there are two of, and of the last one.
type contention struct {
	// undone tells that a promise for which something was taken may be undone; returned
	// that what was taken is then given back.
	undone, returned bool
}

const takers = 3

// stocks are how many there may be to begin with.
var stocks = []byte{2, 1}

// The bytes of a state: how many there were, what is left, how often each thing may still
// go wrong, then five for each taker.
const (
	cStock = iota
	cLeft
	cDoubles
	cLosses
	cTakers
)

const (
	cAsk    = iota // requests on their way
	cStage         // 0 unanswered, 1 has one, 2 refused, 3 its promise was undone
	cHeld          // how many it was given, less what it gave back, plus one
	cRead          // what a change in two steps read, plus one; 0 none
	cReturn        // requests to give back on their way, and 8 when one was done
	cEach
)

const (
	cArrives state.Step = iota << 2
	cReads
	cWrites
	cRefuses
	cAgain
	cDoubled
	cLost
	cUndone
	cGivesBack
	cReturnTwice
	cReturnKnown
)

func (c contention) candidates() set {
	return of(guardedUpdate, duplicateCheck)
}

func (c contention) bounds() string {
	return fmt.Sprintf("%d takers of %d, and of the last one, 1 request doubled, 1 lost, any of them undone", takers, stocks[0])
}

func (c contention) model(has set) state.Model {
	var starts [][]byte
	for _, stock := range stocks {
		start := make([]byte, cTakers+takers*cEach)
		start[cStock], start[cLeft], start[cDoubles], start[cLosses] = stock, stock, 1, 1
		for i := range takers {
			start[cTakers+i*cEach+cAsk], start[cTakers+i*cEach+cHeld] = 1, 1
		}
		starts = append(starts, start)
	}
	return state.Model{
		Width: len(starts[0]), Start: starts, Bad: c.bad, Rest: c.rest, Same: sameTakers, Renames: true,
		Next: func(s []byte, m *state.Moves) {
			for i := range takers {
				c.take(has, s, m, i)
				c.giveBack(has, s, m, i)
			}
		},
	}
}

// sameTakers orders the takers: which is which does not matter.
func sameTakers(s []byte) {
	var rows [takers][cEach]byte
	for i := range rows {
		copy(rows[i][:], s[cTakers+i*cEach:])
	}
	slices.SortFunc(rows[:], func(a, b [cEach]byte) int { return slices.CompareFunc(a[:], b[:], cmp.Compare[byte]) })
	for i := range rows {
		copy(s[cTakers+i*cEach:], rows[i][:])
	}
}

func (c contention) take(has set, s []byte, m *state.Moves, i int) {
	at, step := cTakers+i*cEach, func(k state.Step) state.Step { return k | state.Step(i) }
	ask, stage, read := s[at+cAsk], s[at+cStage], s[at+cRead]
	known := has.has(duplicateCheck) && stage > 0
	switch {
	case read > 0: // the second half of a change in two steps
		n := m.To(s, step(cWrites))
		n[at+cRead] = 0
		if read > 1 {
			n[cLeft] = read - 2
			n[at+cHeld]++
			n[at+cStage] = max(stage, 1)
		} else {
			n[at+cStage] = max(stage, 2)
		}
	case ask > 0 && known:
		m.To(s, step(cRefuses))[at+cAsk]--
	case ask > 0 && !has.has(guardedUpdate):
		n := m.To(s, step(cReads))
		n[at+cAsk]--
		n[at+cRead] = s[cLeft] + 1
	case ask > 0 && s[cLeft] > 0:
		n := m.To(s, step(cArrives))
		n[at+cAsk]--
		n[cLeft]--
		n[at+cHeld]++
		n[at+cStage] = max(stage, 1)
	case ask > 0:
		n := m.To(s, step(cRefuses))
		n[at+cAsk]--
		n[at+cStage] = max(stage, 2)
	case stage == 0:
		m.To(s, step(cAgain))[at+cAsk] = 1
	}
	if ask == 1 && s[cDoubles] > 0 {
		n := m.Fault(s, step(cDoubled))
		n[at+cAsk]++
		n[cDoubles]--
	}
	if ask > 0 && s[cLosses] > 0 {
		n := m.Fault(s, step(cLost))
		n[at+cAsk]--
		n[cLosses]--
	}
}

// returnedOnce marks in cReturn that something was given back.
const returnedOnce = 8

func (c contention) giveBack(has set, s []byte, m *state.Moves, i int) {
	at, step := cTakers+i*cEach, func(k state.Step) state.Step { return k | state.Step(i) }
	asks, before := s[at+cReturn]&^returnedOnce, s[at+cReturn]&returnedOnce != 0
	if s[at+cStage] == 1 && c.undone {
		n := m.Fault(s, step(cUndone))
		n[at+cStage] = 3
		if c.returned {
			n[at+cReturn] = 1
		}
	}
	switch {
	case asks > 0 && before && has.has(duplicateCheck):
		m.To(s, step(cReturnKnown))[at+cReturn]--
	case asks > 0:
		n := m.To(s, step(cGivesBack))
		n[at+cReturn] = asks - 1 | returnedOnce
		n[at+cHeld]--
		n[cLeft]++
	}
	if asks == 1 && s[cDoubles] > 0 {
		n := m.Fault(s, step(cReturnTwice))
		n[at+cReturn]++
		n[cDoubles]--
	}
}

func (c contention) bad(s []byte) string {
	given := 0
	for i := range takers {
		held := int(s[cTakers+i*cEach+cHeld]) - 1
		given += held
		switch {
		case held > 1:
			return "one request takes twice"
		case held < 0:
			return "more is given back than was taken"
		}
	}
	if stock := int(s[cStock]); given > stock {
		return fmt.Sprintf("%d are given away of %d", given, stock)
	}
	return ""
}

func (c contention) rest(s []byte) string {
	given := 0
	for i := range takers {
		at := cTakers + i*cEach
		held := int(s[at+cHeld]) - 1
		given += held
		switch {
		case s[at+cStage] == 0:
			return "a request is never answered"
		case s[at+cStage] == 3 && held > 0:
			return "what was taken for a promise that was undone is never given back"
		}
	}
	if stock := int(s[cStock]); int(s[cLeft])+given != stock {
		return fmt.Sprintf("%d are left and %d given away of %d", s[cLeft], given, stock)
	}
	return ""
}

// taking names the parties of a contention.
type taking struct{ amount, take, undo, back string }

func (t taking) say(step state.Step, _, after []byte) arch.Line {
	who := fmt.Sprintf("%s %d", t.take, step&3+1)
	left := fmt.Sprintf("%d left", after[cLeft])
	switch step &^ 3 {
	case cArrives:
		return arch.Line{From: who, To: t.amount, Text: "takes one: " + left}
	case cReads:
		return arch.Line{From: who, To: t.amount, Text: fmt.Sprintf("reads: %d left", after[cTakers+int(step&3)*cEach+cRead]-1)}
	case cWrites:
		return arch.Line{From: who, To: t.amount, Text: "writes what it worked out: " + left}
	case cRefuses:
		return arch.Line{From: t.amount, To: who, Text: "answers, and nothing changes"}
	case cAgain:
		return arch.Line{From: who, Text: "has no answer and asks again"}
	case cDoubled:
		return arch.Line{From: who, Text: "is sent twice", Fault: true}
	case cLost:
		return arch.Line{From: who, Text: "is lost on its way", Fault: true}
	case cUndone:
		return arch.Line{From: who, Text: "the promise it was for is undone by " + t.undo, Fault: true}
	case cGivesBack:
		return arch.Line{From: t.back, To: t.amount, Text: "gives one back: " + left}
	case cReturnTwice:
		return arch.Line{From: t.back, Text: "is sent twice", Fault: true}
	}
	return arch.Line{From: t.amount, To: t.back, Text: "answers, and nothing changes"}
}
