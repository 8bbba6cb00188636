package explore

import "math/bits"

// mechanism is one of those that keep protocols right; set is several of them.
type (
	mechanism int
	set       uint32
)

// The mechanisms, in the order in which they are tried when one is missing: what is
// cheapest to build first.
const (
	conditionalConfirm mechanism = iota
	duplicateCheck
	lateUndo
	finalResult
	versionCheck
	guardedUpdate
	queryByReference
	idempotencyKey
	outbox
	resume
	repeat
	workItem
	keyOrder
	deadLetter
	ackAfter
	uniqueIndex
	earlyUndo
	semanticLock
	mechanisms // how many there are
)

// catalogue says what each is called and what it does; docs/exploration.md is
// written from it.
var catalogue = [mechanisms]struct{ name, does string }{
	conditionalConfirm: {"conditional confirm", "a move is made in one statement that names the state it starts from; when no row fits, it has come too late and is refused"},
	duplicateCheck:     {"duplicate check", "who acts remembers, in the same transaction, for which business id it did; the second finds the first's answer"},
	lateUndo:           {"late undo", "a step that was asked and not answered when the saga turned back is settled first and undone if it acted"},
	finalResult:        {"final result", "what was asked is given up only after its answer is known, never on time alone"},
	versionCheck:       {"version check", "what comes carries the version it is about; an older one changes nothing"},
	guardedUpdate:      {"guarded update", "the amount is compared and changed in one step"},
	queryByReference:   {"query by reference", "without an answer the outcome is asked for by our own reference"},
	idempotencyKey:     {"idempotency key", "a request is repeated with the same key, and the other side acts once for it"},
	outbox:             {"outbox", "what must follow a commit is written in the same transaction and sent from there"},
	resume:             {"resume", "where a run stands is kept in the store; after a crash another replica goes on from there"},
	repeat:             {"repeat", "what was not answered is sent again until it is"},
	workItem:           {"work item", "what cannot be settled is shown to somebody who can"},
	keyOrder:           {"order per key", "messages of one key are sent and handled one after the other"},
	deadLetter:         {"dead letter", "a message that fails too often is put aside, where it is seen, and those behind it go on"},
	ackAfter:           {"acknowledge after", "a message is taken off its channel only after its handling was committed"},
	uniqueIndex:        {"unique index", "the store itself refuses a second one with the same key"},
	earlyUndo:          {"early undo", "an undo that comes before what it undoes is remembered, and what comes then is not done"},
	semanticLock:       {"semantic lock", "a run first marks what it will move as taken, in one statement; whoever finds the mark is refused before anything was done"},
}

func (m mechanism) String() string { return catalogue[m].name }

// Mechanisms lists the names of all mechanisms with what each does.
func Mechanisms() [][2]string {
	out := make([][2]string, mechanisms)
	for i, c := range catalogue {
		out[i] = [2]string{c.name, c.does}
	}
	return out
}

func named(name string) (mechanism, bool) {
	for i, c := range catalogue {
		if c.name == name {
			return mechanism(i), true
		}
	}
	return 0, false
}

func of(list ...mechanism) set {
	var s set
	for _, m := range list {
		s |= 1 << m
	}
	return s
}

func (s set) has(m mechanism) bool    { return s>>m&1 == 1 }
func (s set) with(m mechanism) set    { return s | 1<<m }
func (s set) without(m mechanism) set { return s &^ (1 << m) }
func (s set) len() int                { return bits.OnesCount32(uint32(s)) }

// list are the members in order.
func (s set) list() []mechanism {
	var out []mechanism
	for m := range mechanisms {
		if s.has(m) {
			out = append(out, m)
		}
	}
	return out
}

// subsets are all sets of n members of s, those of the first mechanisms first.
func (s set) subsets(n int) []set {
	if n == 0 {
		return []set{0}
	}
	var out []set
	for _, m := range s.list() {
		rest := s >> (m + 1) << (m + 1)
		for _, sub := range rest.subsets(n - 1) {
			out = append(out, sub.with(m))
		}
	}
	return out
}
