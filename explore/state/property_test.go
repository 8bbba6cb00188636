package state_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"plumb.dev/plumb/explore/state"
)

// crowd is a random system of like participants around one shared value: what each
// may do follows from its own state and the shared one, by a table.
func crowd(seed uint64) state.Model {
	r := rand.New(rand.NewPCG(seed, 7))
	n, local, shared := 2+r.IntN(3), 2+r.IntN(3), 2+r.IntN(3)
	type rule struct {
		from, when, to, then byte
		fault                bool
	}
	rules := make([]rule, 2+r.IntN(5))
	for i := range rules {
		rules[i] = rule{byte(r.IntN(local)), byte(r.IntN(shared)), byte(r.IntN(local)), byte(r.IntN(shared)), r.IntN(3) == 0}
	}
	badLocal, badCount := byte(r.IntN(local)), 1+r.IntN(n)
	restShared := byte(r.IntN(shared))
	return state.Model{
		Width: n + 1, Start: [][]byte{make([]byte, n+1)},
		Next: func(s []byte, m *state.Moves) {
			for i := range n {
				for k, u := range rules {
					if s[1+i] != u.from || s[0] != u.when {
						continue
					}
					to := m.To
					if u.fault {
						to = m.Fault
					}
					next := to(s, state.Step(k))
					next[0], next[1+i] = u.then, u.to
				}
			}
		},
		Bad: func(s []byte) string {
			count := 0
			for _, v := range s[1:] {
				if v == badLocal && v != 0 {
					count++
				}
			}
			return when(count > badCount, "too many there")
		},
		Rest: func(s []byte) string { return when(s[0] == restShared && s[0] != 0, "rests in the wrong place") },
		Same: func(s []byte) { slices.Sort(s[1:]) }, Renames: true,
	}
}

const crowds = 3000

// Like participants may be taken for one another: the reduced search finds what the
// full one finds, no later, and never visits more.
func TestReducedSearchFindsWhatTheFullOneFinds(t *testing.T) {
	smaller, kinds := 0, map[state.Kind]int{}
	for seed := range uint64(crowds) {
		m := crowd(seed)
		reduced, full := state.Search(m, ample), state.Full(m, ample)
		if (reduced.Violation == nil) != (full.Violation == nil) {
			t.Fatalf("crowd %d: reduced %+v, full %+v", seed, reduced.Violation, full.Violation)
		}
		if v := full.Violation; v != nil {
			kinds[v.Kind]++
			if !reflect.DeepEqual(reduced.Violation, v) {
				t.Fatalf("crowd %d: another trace: %+v, full %+v", seed, reduced.Violation, v)
			}
			checkTrace(t, m, v)
		}
		if reduced.States > full.States {
			t.Fatalf("crowd %d: %d states reduced, %d in full", seed, reduced.States, full.States)
		}
		if reduced.States < full.States {
			smaller++
		}
	}
	if smaller < crowds/4 || len(kinds) != 3 {
		t.Errorf("only %d crowds were smaller, and only %v was found", smaller, kinds)
	}
}

// checkTrace replays a trace: each state follows from the one before by its step,
// and the last one is what it is said to be.
func checkTrace(t *testing.T, m state.Model, v *state.Violation) {
	t.Helper()
	for i := 1; i < len(v.Trace); i++ {
		followed := false
		for _, mv := range state.After(m, v.Trace[i-1].State) {
			followed = followed || mv.Step == v.Trace[i].Step && slices.Equal(mv.State, v.Trace[i].State)
		}
		if !followed {
			t.Fatalf("step %d of the trace cannot happen", i)
		}
	}
	if last := v.Trace[len(v.Trace)-1].State; v.Kind == state.Broken && m.Bad(last) == "" {
		t.Fatalf("the trace ends in a state that may be: %v", last)
	}
}

// The same model gives the same result, and no bound is ever exceeded: a search that
// meets one says so.
func TestBoundsHoldAndResultsRepeat(t *testing.T) {
	cut := 0
	for seed := range uint64(400) {
		m := crowd(seed)
		b := state.Bounds{States: 1 + int(seed%23), Bytes: 64 << 20}
		r := state.Search(m, b)
		if r.States > b.States {
			t.Fatalf("crowd %d: %d states, bound %d", seed, r.States, b.States)
		}
		if full := state.Search(m, ample); full.Violation == nil && full.States > b.States && r.Complete {
			t.Fatalf("crowd %d: said to be complete with %d of %d states", seed, r.States, full.States)
		}
		if !r.Complete && r.Violation == nil {
			cut++
		}
		if again := state.Search(m, b); !reflect.DeepEqual(r, again) {
			t.Fatalf("crowd %d: another result the second time", seed)
		}
	}
	if cut == 0 {
		t.Error("no bound was ever met")
	}
	r := state.Search(hanoi(9, false), state.Bounds{States: 1 << 20, Bytes: 300 << 10})
	if r.Complete || r.Bytes > 300<<10 {
		t.Errorf("complete %v with %d bytes under a bound of %d", r.Complete, r.Bytes, 300<<10)
	}
}

func BenchmarkSearch(b *testing.B) {
	states := 0
	for b.Loop() {
		states += state.Search(hanoi(11, false), ample).States
	}
	b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
}
