package explore_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"plumb.dev/plumb/explore"
	"plumb.dev/plumb/explore/state"
)

// everything is an enumerator as plain as can be: a list of what is to be visited, a
// map of what was, no state taken for another, nothing left out. It goes on beyond
// what is wrong, and returns all that is, each with the fewest steps to it; false when
// there is more than it may visit.
func everything(m state.Model, most int) (map[string]int, bool) {
	found := map[string]int{}
	note := func(what string, depth int) {
		if at, known := found[what]; what != "" && (!known || depth < at) {
			found[what] = depth
		}
	}
	depth := map[string]int{}
	forward, resting := map[string][]string{}, map[string]bool{}
	var queue []string
	for _, s := range m.Start {
		if _, known := depth[string(s)]; !known {
			depth[string(s)] = 0
			queue = append(queue, string(s))
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if len(depth) > most {
			return nil, false
		}
		if m.Bad != nil {
			note(m.Bad([]byte(s)), depth[s])
		}
		moves, goesOn := state.NewMoves(m.Width), false
		m.Next([]byte(s), moves)
		moves.Each(func(_ state.Step, fault bool, to []byte) {
			if m.Same != nil {
				m.Same(to)
			}
			goesOn = goesOn || !fault
			if !fault {
				forward[string(to)] = append(forward[string(to)], s)
			}
			if _, known := depth[string(to)]; !known {
				depth[string(to)] = depth[s] + 1
				queue = append(queue, string(to))
			}
		})
		if !goesOn {
			resting[s] = true
			if m.Rest != nil {
				note(m.Rest([]byte(s)), depth[s])
			}
		}
	}
	// Whence no end is reached any more.
	ends := maps.Clone(resting)
	for list := slices.Collect(maps.Keys(resting)); len(list) > 0; list = list[1:] {
		for _, from := range forward[list[0]] {
			if !ends[from] {
				ends[from] = true
				list = append(list, from)
			}
		}
	}
	for s, d := range depth {
		if !ends[s] {
			note("it goes on for ever and reaches no end", d)
		}
	}
	return found, true
}

// The search finds what the plain enumerator finds, no later, and nothing else: for
// protocols of every kind with parts and mechanisms at random.
func TestTheSearchAgreesWithAPlainEnumerator(t *testing.T) {
	const most = 60_000
	bounds := state.Bounds{States: 1 << 20, Bytes: 1 << 30}
	verdicts, skipped := map[string]int{}, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		for kind, m := range explore.SmallModels(r, randomSaga(r)) {
			plain := m
			plain.Same = nil
			all, whole := everything(plain, most)
			if !whole {
				skipped++
				continue
			}
			agrees(t, fmt.Sprintf("%s %d", kind, seed), state.Search(m, bounds), all)
			if len(all) == 0 {
				verdicts[kind+" holds"]++
			} else {
				verdicts[kind+" breaks"]++
			}
		}
	}
	if len(verdicts) < 9 || skipped > 100 {
		t.Errorf("too little was met: %v, %d too large", verdicts, skipped)
	}
	t.Logf("%v, %d too large", verdicts, skipped)
}

func agrees(t *testing.T, name string, r state.Result, all map[string]int) {
	t.Helper()
	if r.Violation == nil {
		if len(all) > 0 || !r.Complete {
			t.Errorf("%s: the search finds nothing, complete %v; the enumerator %v", name, r.Complete, all)
		}
		return
	}
	steps, known := all[r.Violation.What]
	fewest := steps
	for what, n := range all {
		if what != "it goes on for ever and reaches no end" {
			fewest = min(fewest, n)
		}
	}
	switch {
	case !known:
		t.Errorf("%s: only the search finds %q; the enumerator %v", name, r.Violation.What, all)
	case r.Violation.Kind != state.Endless && len(r.Violation.Trace)-1 > fewest:
		t.Errorf("%s: the search takes %d steps to %q, and %d lead to something wrong: %v", name, len(r.Violation.Trace)-1, r.Violation.What, fewest, all)
	}
}
