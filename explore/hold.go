package explore

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
)

// hold is a state that is left by time unless somebody comes before. Where the state
// can be entered again, it is followed through two rounds.
type hold struct {
	// rivals tells that others than the timer leave the state; again that it can be
	// entered a second time; follows that something must follow when time is over.
	rivals, again, follows bool
}

// The bytes of a state: where the thing stands, the round, how often each thing may
// still go wrong, then five for each round.
const (
	hAt = iota // 0 held, 1 time was over, 2 somebody came
	hRound
	hCrashes
	hDoubles
	hRounds
)

const (
	hComes  = iota // messages of somebody who comes, on their way
	hTimer         // timers that have found it due and not yet acted
	hAsked         // 1 when both were started
	hOutput        // bits: came, came twice, was over, followed up
	hAfter         // what must follow: 0 nothing, 1 to be done, 2 done
	hEach
)

const (
	hCame = 1 << iota
	hCameTwice
	hOver
	hOverEarly // by the timer of an earlier round
)

const (
	hStart state.Step = iota << 1
	hArrive
	hRefuse
	hFires
	hFiresLate
	hDoubled
	hTwoTimers
	hFollow
	hCrash
	hAgain
)

func (h hold) candidates() set {
	c := of(conditionalConfirm)
	if h.again {
		c = c.with(versionCheck)
	}
	if h.follows {
		c = c.with(outbox)
	}
	return c
}

func (h hold) bounds() string {
	if h.again {
		return "2 rounds, 1 message doubled, 2 timers at once, 1 crash"
	}
	return "1 message doubled, 2 timers at once, 1 crash"
}

func (h hold) model(has set) state.Model {
	start := make([]byte, hRounds+2*hEach)
	start[hCrashes], start[hDoubles] = 1, 1
	h.enter(start, 0)
	return state.Model{Width: len(start), Start: [][]byte{start}, Bad: h.bad, Rest: h.rest,
		Next: func(s []byte, m *state.Moves) { h.next(has, s, m) }}
}

// enter begins a round: the timer is set, and somebody may come.
func (h hold) enter(s []byte, round int) {
	at := hRounds + round*hEach
	s[hAt], s[hRound] = 0, byte(round)
	s[at+hTimer], s[at+hAsked] = 1, 1
	if h.rivals {
		s[at+hComes] = 1
	}
}

func (h hold) next(has set, s []byte, m *state.Moves) {
	for round := range 2 {
		at, step := hRounds+round*hEach, func(k state.Step) state.Step { return k | state.Step(round) }
		fits := s[hAt] == 0 && (!has.has(versionCheck) || int(s[hRound]) == round)
		fits = fits || !has.has(conditionalConfirm)
		if s[at+hComes] > 0 {
			if fits {
				n := m.To(s, step(hArrive))
				n[at+hComes]--
				n[hAt] = 2
				if n[at+hOutput]&hCame != 0 {
					n[at+hOutput] |= hCameTwice
				}
				n[at+hOutput] |= hCame
			} else {
				m.To(s, step(hRefuse))[at+hComes]--
			}
			if s[at+hComes] == 1 && s[hDoubles] > 0 {
				n := m.Fault(s, step(hDoubled))
				n[at+hComes]++
				n[hDoubles]--
			}
			n := m.Fault(s, step(hStart)) // whoever could come does not
			n[at+hComes] = 0
		}
		if s[at+hTimer] > 0 {
			if fits {
				n := m.To(s, step(hFires))
				n[at+hTimer]--
				h.over(n, round)
			} else {
				m.To(s, step(hFiresLate))[at+hTimer]--
			}
			if s[at+hTimer] == 1 && s[hDoubles] > 0 {
				n := m.Fault(s, step(hTwoTimers))
				n[at+hTimer]++
				n[hDoubles]--
			}
		}
		if s[at+hAfter] == 1 {
			m.To(s, step(hFollow))[at+hAfter] = 2
		}
	}
	if s[hCrashes] > 0 {
		n := m.Fault(s, hCrash)
		n[hCrashes]--
		for at := hRounds; at < len(n); at += hEach {
			if n[at+hAfter] == 1 && !has.has(outbox) {
				n[at+hAfter] = 3 // it stood in memory alone
			}
		}
	}
	if h.again && s[hAt] == 1 && s[hRound] == 0 {
		h.enter(m.Fault(s, hAgain), 1)
	}
}

// over moves the thing on because its time is over.
func (h hold) over(n []byte, round int) {
	at := hRounds + int(n[hRound])*hEach
	if round < int(n[hRound]) && n[hAt] == 0 {
		n[at+hOutput] |= hOverEarly
	}
	n[hAt] = 1
	n[at+hOutput] |= hOver
	if h.follows && n[at+hAfter] == 0 {
		n[at+hAfter] = 1
	}
}

func (h hold) bad(s []byte) string {
	for at := hRounds; at < len(s); at += hEach {
		switch out := s[at+hOutput]; {
		case out&hCame != 0 && out&hOver != 0:
			return "both happen: somebody came in time, and time was over"
		case out&hCameTwice != 0:
			return "one who came is let in twice"
		case out&hOverEarly != 0:
			return "the timer of an earlier round ends a later one before its time"
		}
	}
	return ""
}

func (h hold) rest(s []byte) string {
	if s[hAt] == 0 {
		return "it is held for ever"
	}
	for at := hRounds; at < len(s); at += hEach {
		if s[at+hAfter] == 3 {
			return "time is over, and what must follow never does"
		}
	}
	return ""
}

// holding names the parties of a hold.
type holding struct{ thing, comes, timer, held, over, came, does string }

func (h holding) say(step state.Step, _, _ []byte) arch.Line {
	round := ""
	if step&1 == 1 {
		round = " again"
	}
	switch step &^ 1 {
	case hStart:
		return arch.Line{From: h.comes, Text: "does not come" + round, Fault: true}
	case hArrive:
		return arch.Line{From: h.comes, To: h.thing, Text: fmt.Sprintf("comes%s: it is %s", ofRound(step), h.came)}
	case hRefuse:
		return arch.Line{From: h.thing, To: h.comes, Text: "too late" + ofRound(step) + ": refused"}
	case hFires:
		return arch.Line{From: h.timer, To: h.thing, Text: fmt.Sprintf("time is over%s: it is %s", ofRound(step), h.over)}
	case hFiresLate:
		return arch.Line{From: h.timer, To: h.thing, Text: "finds it moved on" + ofRound(step)}
	case hDoubled:
		return arch.Line{From: h.comes, Text: "is sent twice", Fault: true}
	case hTwoTimers:
		return arch.Line{From: h.timer, Text: "two replicas find it due", Fault: true}
	case hFollow:
		return arch.Line{From: h.thing, To: h.does, Text: "what must follow"}
	case hCrash:
		return arch.Line{From: h.thing, Text: "ends and starts again", Fault: true}
	}
	return arch.Line{From: h.thing, Text: fmt.Sprintf("is %s once more", h.held), Fault: true}
}

func ofRound(step state.Step) string {
	if step&1 == 1 {
		return " (second round)"
	}
	return ""
}
