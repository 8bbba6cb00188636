package explore

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
)

// keep is what an external keeps for us for some time: an authorisation, a reserved
// place. It is taken up or given up, by one of us who asks there, and it lapses by
// itself; what our books say must be what is so.
type keep struct {
	key, lookup bool // as of the stages of a saga
}

// The bytes of a state: the external, our books, how often each thing may still go
// wrong, then six for taking up and six for giving up.
const (
	kThere = iota // 0 kept, 1 taken up, 2 given up, 3 lapsed
	kOurs         // 0 kept, 1 taken up, 2 given up, 3 shown to somebody
	kTaken        // how often it was taken up there
	kCrashes
	kLosses
	kEarly
	kWays
)

const (
	wBegun = iota // 0 not wanted, 1 to be asked, 2 asked, 3 settled, 4 forgotten
	wAsk          // requests on their way
	wYes          // answers on their way
	wNo
	wKnows // what the external did: 1 yes, 2 no
	wEach
)

const (
	kWants state.Step = iota << 1
	kRefused
	kAsks
	kActs
	kDenies
	kAnswered
	kDenied
	kStale
	kAgain
	kTooEarly
	kFinds
	kShows
	kLoses
	kLosesAnswer
	kCrash
	kLapses
)

func (k keep) candidates() set {
	c := of(conditionalConfirm, finalResult, outbox, workItem)
	if k.key {
		c = c.with(idempotencyKey)
	}
	if k.lookup {
		c = c.with(queryByReference)
	}
	return c
}

func (k keep) bounds() string {
	return "taken up and given up at once, it lapses at any moment, 1 crash, 2 messages lost, 1 asked again too early"
}

func (k keep) model(has set) state.Model {
	start := make([]byte, kWays+2*wEach)
	start[kCrashes], start[kLosses], start[kEarly] = 1, 2, 1
	return state.Model{Width: len(start), Start: [][]byte{start}, Bad: k.bad, Rest: k.rest,
		Next: func(s []byte, m *state.Moves) { k.next(has, s, m) }}
}

// The two ways in which it ends.
const takeUp, giveUp = 0, 1

func (k keep) next(has set, s []byte, m *state.Moves) {
	for way := range 2 {
		k.begin(has, s, m, way)
		k.there(has, s, m, way)
		k.hear(has, s, m, way)
	}
	if s[kThere] == 0 {
		m.Fault(s, kLapses)[kThere] = 3
	}
	if s[kCrashes] > 0 {
		n := m.Fault(s, kCrash)
		n[kCrashes]--
		for at := kWays; at < len(n); at += wEach {
			if n[at+wBegun] == 1 && !has.has(outbox) {
				n[at+wBegun] = 4 // it stood in memory alone
			}
		}
	}
}

// begin is our side of a way: wanted, then asked. One of both is wanted in the end.
func (k keep) begin(has set, s []byte, m *state.Moves, way int) {
	at, step := kWays+way*wEach, func(x state.Step) state.Step { return x | state.Step(way) }
	other := s[kWays+(1-way)*wEach+wBegun]
	switch s[at+wBegun] {
	case 0:
		add := m.To
		if other > 0 {
			add = m.Fault
		}
		if has.has(conditionalConfirm) && (s[kOurs] != 0 || other > 0) {
			return // the other way was begun: this one is refused
		}
		n := add(s, step(kWants))
		n[at+wBegun] = 1
		if !has.has(finalResult) {
			n[kOurs] = byte(way + 1) // the books change before the answer is known
		}
	case 1:
		n := m.To(s, step(kAsks))
		n[at+wBegun] = 2
		n[at+wAsk]++
	}
}

// there is what the external does with a request.
func (k keep) there(has set, s []byte, m *state.Moves, way int) {
	at, step := kWays+way*wEach, func(x state.Step) state.Step { return x | state.Step(way) }
	if s[at+wAsk] == 0 {
		return
	}
	if s[kLosses] > 0 {
		n := m.Fault(s, step(kLoses))
		n[at+wAsk]--
		n[kLosses]--
	}
	known := s[at+wKnows] != 0 && k.key && has.has(idempotencyKey)
	yes := s[kThere] == 0 || way == giveUp && s[kThere] >= 2
	if s[at+wKnows] == 1 && way == takeUp {
		yes = true // the second request is carried out like the first
	}
	if known {
		yes = s[at+wKnows] == 1
	}
	if !yes {
		n := m.To(s, step(kDenies))
		n[at+wAsk]--
		n[at+wKnows] = 2
		n[at+wNo] = 1
		return
	}
	n := m.To(s, step(kActs))
	n[at+wAsk]--
	n[at+wKnows] = 1
	n[at+wYes] = 1
	if !known {
		if way == takeUp {
			n[kTaken]++
		}
		n[kThere] = max(n[kThere], byte(way+1))
	}
}

// hear is what we do with the answer, and without one.
func (k keep) hear(has set, s []byte, m *state.Moves, way int) {
	at, step := kWays+way*wEach, func(x state.Step) state.Step { return x | state.Step(way) }
	open := s[at+wBegun] == 2
	for _, a := range [...]struct {
		at  int
		yes bool
		say state.Step
	}{{at + wYes, true, kAnswered}, {at + wNo, false, kDenied}} {
		if s[a.at] == 0 {
			continue
		}
		say := a.say
		if !open {
			say = kStale
		}
		n := m.To(s, step(say))
		n[a.at] = 0
		if open {
			k.settle(has, n, way, a.yes)
		}
		if s[kLosses] > 0 {
			n := m.Fault(s, step(kLosesAnswer))
			n[a.at] = 0
			n[kLosses]--
		}
	}
	if !open {
		return
	}
	quiet := s[at+wAsk]+s[at+wYes]+s[at+wNo] == 0
	switch {
	case k.key && has.has(idempotencyKey):
		if quiet {
			m.To(s, step(kAgain))[at+wAsk] = 1
		} else if s[kEarly] > 0 && s[at+wAsk] == 0 {
			n := m.Fault(s, step(kTooEarly))
			n[at+wAsk]++
			n[kEarly]--
		}
	case k.lookup && has.has(queryByReference) && s[at+wKnows] != 0:
		k.settle(has, m.To(s, step(kFinds)), way, s[at+wKnows] == 1)
	case quiet && has.has(workItem):
		n := m.To(s, step(kShows))
		n[at+wBegun], n[kOurs] = 3, 3
	}
}

// settle takes a final result into our books.
func (k keep) settle(has set, n []byte, way int, yes bool) {
	n[kWays+way*wEach+wBegun] = 3
	switch {
	case !has.has(finalResult): // they were changed when it was asked
	case yes:
		n[kOurs] = byte(way + 1)
	case has.has(workItem):
		n[kOurs] = 3
	}
}

func (k keep) bad(s []byte) string {
	if s[kTaken] > 1 {
		return "it is taken up twice"
	}
	return ""
}

func (k keep) rest(s []byte) string {
	if s[kOurs] == 3 && s[kWays+wBegun] > 0 && s[kWays+wEach+wBegun] > 0 {
		return "it is taken up and given up at once, and a person must sort it out"
	}
	for way := range 2 {
		at := kWays + way*wEach
		if s[at+wBegun] == 3 && s[kOurs] == 3 && s[at+wKnows] == 1 && (k.key || k.lookup) && s[kThere] == byte(way+1) {
			return "a person must find out what became of it, though it could be asked"
		}
	}
	switch {
	case s[kOurs] == 3:
		return ""
	case s[kOurs] == 1 && s[kThere] != 1:
		return "our books say that it was taken up, and there it was not"
	case s[kOurs] == 2 && s[kThere] < 2:
		return "our books say that it was given up, and there it was not"
	case s[kOurs] == 0:
		return "it is neither taken up nor given up, and nobody sees it"
	}
	return ""
}

// keeping names the parties of a keep.
type keeping struct {
	ours, there string
	ways        [2]string // who takes up, who gives up
	states      [2]string
}

func (k keeping) say(step state.Step, _, after []byte) arch.Line {
	way := int(step & 1)
	who := k.ways[way]
	switch step &^ 1 {
	case kWants:
		if after[kOurs] == byte(way+1) {
			return arch.Line{From: who, To: k.ours, Text: "it is " + k.states[way] + ", and will be asked for"}
		}
		return arch.Line{From: who, To: k.ours, Text: "notes that it will be asked for"}
	case kAsks:
		return arch.Line{From: who, To: k.there, Text: "asks"}
	case kActs:
		return arch.Line{From: k.there, Text: "does what " + who + " asks"}
	case kDenies:
		return arch.Line{From: k.there, Text: "refuses what " + who + " asks: it is gone"}
	case kAnswered:
		return arch.Line{From: k.there, To: who, Text: "done"}
	case kDenied:
		return arch.Line{From: k.there, To: who, Text: "refused"}
	case kStale:
		return arch.Line{From: k.there, To: who, Text: "an answer nobody waits for"}
	case kAgain:
		return arch.Line{From: who, To: k.there, Text: "asks again with the same key"}
	case kTooEarly:
		return arch.Line{From: who, To: k.there, Text: "asks again, before the answer", Fault: true}
	case kFinds:
		return arch.Line{From: who, To: k.there, Text: "asks by reference what became of it"}
	case kShows:
		return arch.Line{From: who, Text: "shows a work item"}
	case kLoses:
		return arch.Line{From: who, Text: "the request is lost on its way", Fault: true}
	case kLosesAnswer:
		return arch.Line{From: k.there, Text: "the answer to " + who + " is lost", Fault: true}
	case kCrash:
		return arch.Line{From: k.ours, Text: "ends and starts again", Fault: true}
	}
	return arch.Line{From: k.there, Text: "lets it lapse", Fault: true}
}

// keeps are the states of ours that rest on what an external keeps for a time: those
// entered by a use case that asks it, and left by others that ask it too.
func (d deriver) keeps(x *arch.External) []*protocol {
	if !x.Holds.Known() {
		return nil
	}
	var out []*protocol
	for i := range d.a.Machines {
		m := &d.a.Machines[i]
		entered := func(state string) bool {
			for _, t := range m.Moves {
				if t.To == state && d.asks(t.By, x.ID) != "" {
					return true
				}
			}
			return false
		}
		for _, t := range m.Moves {
			if d.asks(t.By, x.ID) == "" || entered(t.From) {
				continue // what it redeems is no longer kept
			}
			var ways []arch.Transition
			for _, e := range m.Moves {
				if e.From == t.To && d.asks(e.By, x.ID) != "" {
					ways = append(ways, e)
				}
			}
			if len(ways) >= 2 {
				out = append(out, d.keep(x, m, t.To, ways))
			}
		}
	}
	return out
}

// asks is the first of some use cases that calls an external.
func (d deriver) asks(by []arch.Path, x arch.ExternalID) arch.Path {
	for _, u := range by {
		for i := range d.a.Edges {
			e := &d.a.Edges[i]
			if e.To == string(x) && e.Fallback == "" && len(e.Use) > 0 && e.Use[0] == u {
				return u
			}
		}
	}
	return ""
}

func (d deriver) keep(x *arch.External, m *arch.StateMachine, kept string, ways []arch.Transition) *protocol {
	k := keep{key: x.Idempotent, lookup: x.Lookup}
	takes, gives := ways[0], ways[len(ways)-1]
	// What gives up ends there; what takes up leads on.
	for _, w := range ways {
		final := false
		for _, f := range m.Final {
			final = final || f == w.To
		}
		if final {
			gives = w
		} else {
			takes = w
		}
	}
	names := keeping{ours: phrase(m.Of), there: string(x.ID),
		ways:   [2]string{phrase(d.asks(takes.By, x.ID)), phrase(d.asks(gives.By, x.ID))},
		states: [2]string{takes.To, gives.To}}
	p := &protocol{
		Protocol: arch.Protocol{
			ID: fmt.Sprintf("hold/%s-at-%s", slug(m.Of, kept), slug("", string(x.ID))), Kind: "hold", Of: m.Of,
			About: fmt.Sprintf("%s keeps it for %s while %s %s is %s: %s takes it up, or %s gives it up", x.ID, x.Holds, article(names.ours), names.ours, kept, names.ways[0], names.ways[1]),
		},
		could: k.candidates(), shape: fmt.Sprintf("keep %+v", k), bounds: k.bounds(), build: k.model, say: names.say,
	}
	p.Serves = []arch.Path{m.Of, arch.Path("externals." + string(x.ID))}
	d.told(p, d.context(m.Context).Deployable)
	item := d.itemOf(x.ID)
	for mech, is := range map[mechanism]bool{idempotencyKey: k.key, queryByReference: k.lookup, workItem: item != ""} {
		if is {
			p.has = p.has.with(mech)
		}
	}
	p.how = func(mech mechanism) string {
		switch mech {
		case conditionalConfirm:
			return fmt.Sprintf("%s and %s each begin by a move out of %s that names it; the second finds no row and is refused", names.ways[0], names.ways[1], kept)
		case finalResult:
			return fmt.Sprintf("the %s becomes %s or %s when %s has answered, never on the request or on time alone; refused, it is a work item", names.ours, names.states[0], names.states[1], x.ID)
		case workItem:
			return item
		case outbox:
			return "what is to be asked stands in the outbox of the commit that wants it"
		}
		return catalogue[mech].does
	}
	return p
}
