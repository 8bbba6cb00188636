package state_test

import (
	"fmt"
	"slices"
	"testing"

	"plumb.dev/plumb/explore/state"
)

var ample = state.Bounds{States: 1 << 20, Bytes: 256 << 20}

// Models with a number of reachable states, or a least number of steps, that
// everybody can look up.
func TestKnownModelsHaveTheirKnownStates(t *testing.T) {
	cases := []struct {
		name   string
		model  state.Model
		states int // 0: not told
		steps  int // least number of steps to what is looked for
		source string
	}{
		{"commit by all or none, three parties", commit(), 34, 0, "TCommit of the TLA+ examples: 34 distinct states"},
		{"two-phase commit, three parties", twoPhase(), 288, 0, "TwoPhase of the TLA+ examples: 288 distinct states"},
		{"jugs of five and three gallons", jugs(false), 16, 0, "DieHard of the TLA+ examples: 16 distinct states"},
		{"four gallons in the larger jug", jugs(true), 0, 6, "the riddle's solution has six steps"},
		{"towers of Hanoi, five discs", hanoi(5, false), 243, 0, "3^5"},
		{"towers of Hanoi, five discs moved", hanoi(5, true), 0, 31, "2^5 - 1"},
		{"missionaries and cannibals across", river(true), 0, 11, "Amarel 1968: eleven crossings"},
		{"missionaries and cannibals", river(false), 16, 0, "Amarel 1968: sixteen states can be reached"},
		{"three philosophers, left fork first", philosophers(3, false), 0, 3, "each holds one fork"},
		{"five philosophers, left fork first", philosophers(5, false), 0, 5, "each holds one fork"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := state.Search(c.model, ample)
			if c.states > 0 && (r.States != c.states || !r.Complete || r.Violation != nil) {
				t.Errorf("%d states, complete %v, violation %v; %s", r.States, r.Complete, r.Violation, c.source)
			}
			if c.steps > 0 && (r.Violation == nil || len(r.Violation.Trace)-1 != c.steps) {
				t.Errorf("found %+v, want %d steps; %s", r.Violation, c.steps, c.source)
			}
		})
	}
}

// commit is the specification of atomic commit: working 0, prepared 1, committed 2,
// aborted 3.
func commit() state.Model {
	return state.Model{Width: 3, Start: [][]byte{{0, 0, 0}},
		Next: func(s []byte, m *state.Moves) {
			for i, v := range s {
				if v == 0 {
					m.To(s, 0)[i] = 1
				}
				if v == 1 && !slices.ContainsFunc(s, func(x byte) bool { return x == 0 || x == 3 }) {
					m.To(s, 1)[i] = 2
				}
				if v <= 1 && !slices.Contains(s, 2) {
					m.To(s, 2)[i] = 3
				}
			}
		}, Bad: bothOutcomes}
}

func bothOutcomes(s []byte) string {
	if slices.Contains(s[:3], 2) && slices.Contains(s[:3], 3) {
		return "one committed and another aborted"
	}
	return ""
}

// twoPhase is the protocol: three parties as above, then the manager (init 0,
// committed 1, aborted 2), whom it heard to be prepared, and the messages sent, which
// are never taken away: prepared by each (bits 0 to 2), commit (3), abort (4).
func twoPhase() state.Model {
	return state.Model{Width: 6, Start: [][]byte{make([]byte, 6)}, Bad: bothOutcomes,
		Next: func(s []byte, m *state.Moves) {
			manager, heard, sent := s[3], s[4], s[5]
			if manager == 0 && heard == 7 {
				n := m.To(s, 0)
				n[3], n[5] = 1, sent|8
			}
			if manager == 0 {
				n := m.To(s, 1)
				n[3], n[5] = 2, sent|16
			}
			for i := range 3 {
				bit := byte(1) << i
				if manager == 0 && sent&bit != 0 && heard&bit == 0 {
					m.To(s, 2)[4] = heard | bit
				}
				if s[i] == 0 {
					n := m.To(s, 3)
					n[i], n[5] = 1, sent|bit
					m.To(s, 4)[i] = 3
				}
				if sent&8 != 0 && s[i] != 2 {
					m.To(s, 5)[i] = 2
				}
				if sent&16 != 0 && s[i] != 3 {
					m.To(s, 6)[i] = 3
				}
			}
		}}
}

func jugs(solve bool) state.Model {
	m := state.Model{Width: 2, Start: [][]byte{{0, 0}}, Next: func(s []byte, m *state.Moves) {
		big, small := s[0], s[1]
		m.To(s, 0)[0] = 5
		m.To(s, 1)[1] = 3
		m.To(s, 2)[0] = 0
		m.To(s, 3)[1] = 0
		n, pour := m.To(s, 4), min(small, 5-big)
		n[0], n[1] = big+pour, small-pour
		n, pour = m.To(s, 5), min(big, 3-small)
		n[0], n[1] = big-pour, small+pour
	}}
	if solve {
		m.Bad = func(s []byte) string { return when(s[0] == 4, "four gallons") }
	}
	return asFaults(m)
}

// asFaults makes every move one that need not happen, so that each state is an end.
func asFaults(m state.Model) state.Model {
	inner := m.Next
	m.Next = func(s []byte, out *state.Moves) {
		inner(s, out)
		out.AllFaults()
	}
	return m
}

func when(bad bool, what string) string {
	if bad {
		return what
	}
	return ""
}

// hanoi keeps the peg of each disc, the smallest first.
func hanoi(discs int, solve bool) state.Model {
	m := state.Model{Width: discs, Start: [][]byte{make([]byte, discs)}, Next: func(s []byte, m *state.Moves) {
		for d := range discs {
			for peg := range byte(3) {
				if peg != s[d] && !slices.Contains(s[:d], s[d]) && !slices.Contains(s[:d], peg) {
					m.To(s, state.Step(d))[d] = peg
				}
			}
		}
	}}
	if solve {
		m.Bad = func(s []byte) string {
			return when(!slices.ContainsFunc(s, func(p byte) bool { return p != 2 }), "all moved")
		}
	}
	return asFaults(m)
}

// river keeps missionaries, cannibals and the boat on the first bank.
func river(solve bool) state.Model {
	safe := func(mis, can byte) bool { return mis == 0 || mis >= can }
	m := state.Model{Width: 3, Start: [][]byte{{3, 3, 1}}, Next: func(s []byte, m *state.Moves) {
		for mis := range byte(3) {
			for can := range 3 - mis {
				if mis+can == 0 {
					continue
				}
				a, b := s[0]-mis, s[1]-can
				if s[2] == 0 {
					a, b = s[0]+mis, s[1]+can
				}
				if a <= 3 && b <= 3 && safe(a, b) && safe(3-a, 3-b) {
					copy(m.To(s, 0), []byte{a, b, 1 - s[2]})
				}
			}
		}
	}}
	if solve {
		m.Bad = func(s []byte) string { return when(s[0]+s[1] == 0, "all across") }
	}
	return asFaults(m)
}

// philosophers think 0, hold one fork 1, eat 2. With a well-bred last one, who takes
// the right fork first, they cannot all wait.
func philosophers(n int, wellBred bool) state.Model {
	first := func(i int) int {
		if wellBred && i == n-1 {
			return 0
		}
		return i
	}
	second := func(i int) int {
		if wellBred && i == n-1 {
			return n - 1
		}
		return (i + 1) % n
	}
	return state.Model{Width: n, Start: [][]byte{make([]byte, n)},
		Next: func(s []byte, m *state.Moves) {
			taken := make([]bool, n)
			for i, v := range s {
				if v >= 1 {
					taken[first(i)] = true
				}
				if v == 2 {
					taken[second(i)] = true
				}
			}
			for i, v := range s {
				switch {
				case v == 0 && !taken[first(i)]:
					m.Fault(s, state.Step(i))[i] = 1 // nobody must be hungry
				case v == 1 && !taken[second(i)]:
					m.To(s, state.Step(i))[i] = 2
				case v == 2:
					m.To(s, state.Step(i))[i] = 0
				}
			}
		},
		Rest: func(s []byte) string { return when(slices.Contains(s, 1), "a philosopher starves") },
	}
}

func TestPhilosophersStarveUnlessOneIsWellBred(t *testing.T) {
	r := state.Search(philosophers(4, false), ample)
	if r.Violation == nil || r.Violation.Kind != state.Stuck || !slices.Equal(r.Violation.Trace[4].State, []byte{1, 1, 1, 1}) {
		t.Fatalf("found %+v", r.Violation)
	}
	if r := state.Search(philosophers(4, true), ample); r.Violation != nil || !r.Complete {
		t.Errorf("with a well-bred one: %+v", r.Violation)
	}
}

// alternatingBit sends two messages over a channel that loses and doubles. Bytes:
// sender's number, whether its message is in flight (1 + bit), acknowledgement in
// flight (1 + bit), receiver's next bit, delivered of each, losses left, doublings
// left.
func alternatingBit(bit, repeats bool) state.Model {
	const (
		number, msg, ack, expects, first, losses, doubles = 0, 1, 2, 3, 4, 6, 7
	)
	parity := func(n byte) byte {
		if bit {
			return n & 1
		}
		return 0
	}
	return state.Model{Width: 9, Start: [][]byte{{0, 0, 0, 0, 0, 0, 1, 1, 0}},
		Next: func(s []byte, m *state.Moves) {
			const sent = 8
			if s[number] < 2 && s[msg] == 0 && s[ack] == 0 && (s[sent] == 0 || repeats) {
				n := m.To(s, 0)
				n[msg], n[sent] = 1+parity(s[number]), 1
			}
			if s[msg] > 0 {
				for _, keep := range []bool{false, true} {
					if keep && s[doubles] == 0 {
						continue
					}
					n := m.To(s, 1)
					if keep {
						n = m.Fault(s, 2)
						n[doubles]--
					} else {
						n[msg] = 0
					}
					if !bit || s[msg]-1 == s[expects] {
						n[first+s[number]]++
						n[expects] ^= 1
					}
					n[ack] = s[msg]
				}
				if s[losses] > 0 {
					n := m.Fault(s, 3)
					n[losses]--
					n[msg] = 0
				}
			}
			if s[ack] > 0 {
				n := m.To(s, 4)
				if s[number] < 2 && (!bit || s[ack]-1 == parity(s[number])) {
					n[number]++
					n[sent] = 0
					n[msg] = 0
				}
				n[ack] = 0
				if s[losses] > 0 {
					n := m.Fault(s, 5)
					n[losses]--
					n[ack] = 0
				}
			}
		},
		Bad:  func(s []byte) string { return when(s[first] > 1 || s[first+1] > 1, "delivered twice") },
		Rest: func(s []byte) string { return when(s[first] != 1 || s[first+1] != 1, "not delivered") },
	}
}

func TestAlternatingBitNeedsItsBitAndItsRepeats(t *testing.T) {
	if r := state.Search(alternatingBit(true, true), ample); r.Violation != nil || !r.Complete {
		t.Errorf("the protocol fails: %+v", r.Violation)
	}
	if r := state.Search(alternatingBit(false, true), ample); r.Violation == nil || r.Violation.What != "delivered twice" {
		t.Errorf("without the bit: %+v", r.Violation)
	}
	if r := state.Search(alternatingBit(true, false), ample); r.Violation == nil || r.Violation.Kind != state.Stuck {
		t.Errorf("without repeats: %+v", r.Violation)
	}
}

// Two who give way to each other for ever move all the time and get nowhere.
func TestEndlessPolitenessIsFound(t *testing.T) {
	m := state.Model{Width: 1, Start: [][]byte{{0}}, Next: func(s []byte, m *state.Moves) {
		switch s[0] {
		case 0:
			m.To(s, 0)[0] = 1
			m.To(s, 0)[0] = 3
		case 1:
			m.To(s, 0)[0] = 2
		case 2:
			m.To(s, 0)[0] = 1
		}
	}}
	r := state.Search(m, ample)
	if r.Violation == nil || r.Violation.Kind != state.Endless || len(r.Violation.Trace) != 2 {
		t.Errorf("found %+v", r.Violation)
	}
}

func ExampleSearch() {
	r := state.Search(philosophers(2, false), ample)
	fmt.Println(r.Violation.Kind, len(r.Violation.Trace)-1, "steps")
	// Output: stuck 2 steps
}
