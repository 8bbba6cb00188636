// Package state explores every state that a small concurrent system can reach, and
// finds the shortest way into one that must not be.
//
// A [Model] says how a state looks (a fixed number of bytes), what can happen in
// it, and what must hold. [Search] visits breadth first, so the first violation it
// meets has a shortest trace. Three things are checked:
//
//	broken   a state that must not be (an effect twice, an amount below zero)
//	stuck    nothing but faults can happen, and the state is no proper end
//	endless  no proper end can be reached any more, though things go on happening
//
// Moves are of two kinds. Faults may happen and need not: a message is lost, a
// process ends, somebody is slow. The rest is what happens once nothing fails. A
// proper end must be reachable from everywhere without any further fault, which is
// what fairness gives: whoever stays able to act acts in the end.
//
// The search is bounded by counts of states and bytes, never by time, and the same
// model gives the same result on any machine.
package state

// Step says what happened between two states. Its meaning is the model's.
type Step uint32

// Model is a system to be explored. Its functions must be pure: what they do may
// depend on the state alone.
type Model struct {
	// Width of a state in bytes.
	Width int
	// Start are the states it may begin in.
	Start [][]byte
	// Next adds all that can happen in a state.
	Next func(s []byte, m *Moves)
	// Bad says what is wrong with a state, "" when it may be. nil: every state may.
	Bad func(s []byte) string
	// Rest says what is wrong with a state in which nothing but faults can happen, ""
	// for a proper end. nil: every such state is one.
	Rest func(s []byte) string
	// Same brings a state to the one that stands for all that differ from it only by
	// the names of like participants, or by what can have no effect any more. It must
	// keep what Bad says, and what Rest says where all comes to rest. nil: none do.
	Same func(s []byte)
	// Renames tells that Same exchanges participants: a trace is then looked for once
	// more among all states, so that everybody keeps their name in it.
	Renames bool
}

// Moves collects what can happen in one state.
type Moves struct {
	width int
	list  []move
	buf   []byte
}

type move struct {
	step  Step
	fault bool
}

// To adds a move and returns a copy of the state, to be turned into the one that
// follows before the next move is added.
func (m *Moves) To(from []byte, step Step) []byte { return m.add(from, step, false) }

// Fault adds a move that may happen and need not.
func (m *Moves) Fault(from []byte, step Step) []byte { return m.add(from, step, true) }

func (m *Moves) add(from []byte, step Step, fault bool) []byte {
	m.list = append(m.list, move{step, fault})
	m.buf = append(m.buf, from...)
	return m.buf[len(m.buf)-m.width:]
}

// At is the state that the i-th move leads to.
func (m *Moves) At(i int) []byte { return m.buf[i*m.width : (i+1)*m.width] }

// Len is how many moves were added.
func (m *Moves) Len() int { return len(m.list) }

// Again adds as a fault a move that was added before, the i-th, and returns a copy of
// the state it leads to, to be turned into what becomes of it when something goes wrong.
func (m *Moves) Again(i int, step Step) []byte {
	return m.add(m.At(i), step, true)
}

// Each calls f for every move added so far, with the state that follows; for those
// who visit states in another way than Search does.
func (m *Moves) Each(f func(step Step, fault bool, to []byte)) {
	for i, mv := range m.list {
		f(mv.step, mv.fault, m.At(i))
	}
}

// NewMoves collects moves of a model whose states have the width.
func NewMoves(width int) *Moves { return &Moves{width: width} }

func (m *Moves) reset() { m.list, m.buf = m.list[:0], m.buf[:0] }

// Bounds end a search that would become too large.
type Bounds struct {
	States int // states visited
	Bytes  int // held in memory while visiting; below 64 kB not even a few fit
}

// Kind of a violation.
type Kind string

// The kinds of violation.
const (
	Broken  Kind = "broken"
	Stuck   Kind = "stuck"
	Endless Kind = "endless"
)

// Visit is one state of a trace with the step that led to it; the first has none.
type Visit struct {
	Step  Step
	State []byte
}

// Violation is what went wrong, and a shortest way there.
type Violation struct {
	Kind  Kind
	What  string
	Trace []Visit
}

// Result of a search.
type Result struct {
	States int // distinct states visited
	Moves  int // moves tried
	Depth  int // most steps from a start to a state visited
	Bytes  int // held in memory at the end
	// Complete tells that no bound was met: there is no other state. Without it,
	// endless running was not looked for.
	Complete  bool
	Violation *Violation // nil when none was found
}

// Search visits every state that can be reached, within the bounds.
func Search(m Model, b Bounds) Result {
	s := newSearch(&m, b)
	s.run()
	r := s.result()
	if r.Violation != nil && m.Same != nil && m.Renames {
		plain := m
		plain.Same = nil
		full := newSearch(&plain, b)
		full.run()
		if v := full.violation; v != nil {
			r.Violation = v
		}
	}
	return r
}
