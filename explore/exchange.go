package explore

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
)

// exchange is how what happened in one context comes to act in another: commit,
// outbox, channel, consumer. Two messages of one key are followed.
type exchange struct {
	// copies tells that the consumer keeps a copy of what it is told; otherwise it
	// acts on each message.
	copies bool
}

// The bytes of a state: for each of the two messages five, then the copy and how
// often each thing may still go wrong.
const (
	xTold    = iota // 0 not committed, 1 to be sent, 2 sent, 3 sent and noted, 4 forgotten
	xQueued         // copies on the channel
	xActed          // how often it acted
	xConsume        // the consumer's memory of it, see below
	xTries          // failed deliveries
	xEach
	xCopy    = 2 * xEach
	xCrashes = xCopy + 1
	xDoubles = xCopy + 2
	xLosses  = xCopy + 3
	xPoison  = xCopy + 4
	xBack    = xCopy + 5
	xWidth   = xCopy + 6
)

// What a consumer knows of a message.
const (
	xSeen     = 1 << iota // in the inbox
	xTaken                // handled and not acknowledged, or taken and not handled
	xPoisoned             // no handling gets through
	xDead                 // among the dead letters
)

// deliveries before a message is put aside: two are enough to tell some from none.
const deliveries = 2

const (
	xCommit state.Step = iota << 1
	xSend
	xNote
	xLose
	xCrash
	xDouble
	xHandle
	xAcknowledge
	xTake
	xFail
	xBury
	xPutBack
	xConsumerCrash
)

func (x exchange) candidates() set {
	c := of(outbox, duplicateCheck, keyOrder, ackAfter, deadLetter)
	if x.copies {
		c = c.with(versionCheck)
	}
	return c
}

func (x exchange) bounds() string {
	return "2 messages of one key, 2 crashes, 1 doubled, 1 lost, 1 that always fails and is put back"
}

func (x exchange) model(has set) state.Model {
	start := make([]byte, xWidth)
	start[xCrashes], start[xDoubles], start[xLosses], start[xPoison], start[xBack] = 2, 1, 1, 1, 1
	return state.Model{
		Width: xWidth, Start: [][]byte{start},
		Next: func(s []byte, m *state.Moves) { x.produce(has, s, m); x.consume(has, s, m) },
		Bad:  x.bad, Rest: x.rest,
	}
}

// produce is the side that commits and tells.
func (x exchange) produce(has set, s []byte, m *state.Moves) {
	for e := range 2 {
		at, step := e*xEach, func(k state.Step) state.Step { return k | state.Step(e) }
		first := s[xTold]
		if s[at+xTold] == 0 && (e == 0 || first > 0) {
			m.To(s, step(xCommit))[at+xTold] = 1
		}
		if s[at+xTold] == 1 && (e == 0 || !has.has(keyOrder) || first >= 3) {
			told := byte(3)
			if has.has(outbox) {
				told = 2
			}
			if s[at+xQueued] < 2 {
				n := m.To(s, step(xSend))
				n[at+xTold] = told
				n[at+xQueued]++
			} else {
				m.To(s, step(xSend))[at+xTold] = told
			}
			if s[xLosses] > 0 && !has.has(outbox) {
				n := m.Fault(s, step(xLose))
				n[at+xTold] = 3
				n[xLosses]--
			}
		}
		if s[at+xTold] == 2 {
			m.To(s, step(xNote))[at+xTold] = 3
		}
		if s[at+xQueued] == 1 && s[xDoubles] > 0 {
			n := m.Fault(s, step(xDouble))
			n[at+xQueued]++
			n[xDoubles]--
		}
	}
	if s[xCrashes] > 0 {
		n := m.Fault(s, xCrash)
		n[xCrashes]--
		for at := 0; at < xCopy; at += xEach {
			switch {
			case n[at+xTold] == 2:
				n[at+xTold] = 1 // not noted: it is sent again
			case n[at+xTold] == 1 && !has.has(outbox):
				n[at+xTold] = 4 // it stood in memory alone
			}
		}
	}
}

// consume is the side that hears.
func (x exchange) consume(has set, s []byte, m *state.Moves) {
	taken := false
	for e := range 2 {
		at, step := e*xEach, func(k state.Step) state.Step { return k | state.Step(e) }
		know := s[at+xConsume]
		taken = taken || know&xTaken != 0
		older := e == 1 && (s[xQueued] > 0 || s[xConsume]&xTaken != 0)
		waits := has.has(keyOrder) && older
		switch {
		case know&xTaken != 0 && has.has(ackAfter):
			n := m.To(s, step(xAcknowledge))
			n[at+xQueued]--
			n[at+xConsume] &^= xTaken
		case know&xTaken != 0: // taken off the channel before it is handled
			n := m.To(s, step(xHandle))
			n[at+xConsume] &^= xTaken
			x.act(has, n, e)
		case s[at+xQueued] > 0 && !waits && know&xPoisoned != 0:
			switch {
			case s[at+xTries]+1 < deliveries:
				m.To(s, step(xFail))[at+xTries]++
			case has.has(deadLetter):
				n := m.To(s, step(xBury))
				n[at+xQueued] = 0
				n[at+xConsume] |= xDead
			default:
				m.To(s, step(xFail)) // and again, for ever
			}
		case s[at+xQueued] > 0 && !waits && has.has(ackAfter):
			n := m.To(s, step(xHandle))
			n[at+xConsume] |= xTaken
			x.act(has, n, e)
		case s[at+xQueued] > 0 && !waits:
			n := m.To(s, step(xTake))
			n[at+xQueued]--
			n[at+xConsume] |= xTaken
		}
		if e == 0 && s[xPoison] > 0 && know == 0 && s[at+xQueued] > 0 {
			n := m.Fault(s, step(xFail))
			n[xPoison]--
			n[at+xConsume] |= xPoisoned
			n[at+xTries] = 1
		}
		if know&xDead != 0 && s[xBack] > 0 && s[at+xQueued] == 0 {
			n := m.Fault(s, step(xPutBack))
			n[xBack]--
			n[at+xQueued] = 1
			n[at+xConsume] &^= xPoisoned | xDead
			n[at+xTries] = 0
		}
	}
	if taken && s[xCrashes] > 0 {
		n := m.Fault(s, xConsumerCrash)
		n[xCrashes]--
		n[xConsume] &^= xTaken
		n[xEach+xConsume] &^= xTaken
	}
}

// act is what the consumer does with a message, in one transaction with its inbox.
func (x exchange) act(has set, n []byte, e int) {
	at := e * xEach
	if has.has(duplicateCheck) && n[at+xConsume]&xSeen != 0 {
		return
	}
	n[at+xConsume] |= xSeen
	if n[at+xActed] < 2 {
		n[at+xActed]++
	}
	if version := byte(e + 1); !has.has(versionCheck) || version > n[xCopy] {
		n[xCopy] = version
	}
}

func (x exchange) bad(s []byte) string {
	if x.copies {
		return ""
	}
	for at := 0; at < xCopy; at += xEach {
		if s[at+xActed] > 1 {
			return "one message acts twice"
		}
	}
	if s[xEach+xActed] > 0 && s[xActed] == 0 && s[xConsume]&xDead == 0 && s[xBack] > 0 {
		return "the second message acts before the first"
	}
	return ""
}

func (x exchange) rest(s []byte) string {
	newest := byte(0)
	for e := range 2 {
		at := e * xEach
		if s[at+xConsume]&xDead != 0 {
			continue // somebody sees it
		}
		if s[at+xActed] == 0 {
			return "what was committed never arrives, and nobody knows"
		}
		newest = byte(e + 1)
	}
	if x.copies && s[xCopy] < newest {
		return "the copy stays older than what it is a copy of"
	}
	return ""
}

// heard names the parties of an exchange.
type heard struct{ from, channel, to, what string }

func (h heard) say(step state.Step, _, after []byte) arch.Line {
	e := int(step & 1)
	what := fmt.Sprintf("%s %d", h.what, e+1)
	switch step &^ 1 {
	case xCommit:
		return arch.Line{From: h.from, Text: "commits what " + what + " tells"}
	case xSend:
		return arch.Line{From: h.from, To: h.channel, Text: what}
	case xNote:
		return arch.Line{From: h.from, Text: "notes that " + what + " is sent"}
	case xLose:
		return arch.Line{From: h.from, Text: what + " is lost on its way", Fault: true}
	case xCrash:
		return arch.Line{From: h.from, Text: "ends and starts again", Fault: true}
	case xDouble:
		return arch.Line{From: h.channel, Text: what + " is doubled", Fault: true}
	case xHandle:
		return arch.Line{From: h.channel, To: h.to, Text: what + " is handled"}
	case xAcknowledge:
		return arch.Line{From: h.to, To: h.channel, Text: what + " acknowledged"}
	case xTake:
		return arch.Line{From: h.channel, To: h.to, Text: what + " is taken off the channel"}
	case xFail:
		return arch.Line{From: h.channel, To: h.to, Text: what + " cannot be handled", Fault: after[e*xEach+xTries] == 1}
	case xBury:
		return arch.Line{From: h.to, Text: what + " is put among the dead letters"}
	case xPutBack:
		return arch.Line{From: h.channel, Text: "somebody puts " + what + " back", Fault: true}
	}
	return arch.Line{From: h.to, Text: "ends and starts again", Fault: true}
}
