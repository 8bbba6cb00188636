package explore_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore"
)

// randomSystem is a small system with a promise in a few places: teams with an
// aggregate each, steps that can be undone or not, externals that can be asked twice
// or not, timers, amounts that many want.
func randomSystem(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 11))
	maybe := func(one int) bool { return r.IntN(one) == 0 }
	var teams, domain, cases, externals, then []string
	parts := 1 + r.IntN(3)
	for i := range parts {
		name := fmt.Sprintf("Part%d", i)
		team := fmt.Sprintf("team%d", i)
		teams = append(teams, team+": 4")
		domain = append(domain, fmt.Sprintf("  %s: {owner: %s, states: free -> taken -> free}", name, team))
		cases = append(cases, fmt.Sprintf("  Add%s: {by: clerk, creates: %s}", name, name))
		calls, undo, changes := "", "", ""
		if maybe(3) {
			domain = append(domain, fmt.Sprintf("  Pool%d: {owner: %s, fields: {left: int 0..100}, contended: left}", i, team))
			cases = append(cases, fmt.Sprintf("  AddPool%d: {by: clerk, creates: Pool%d}", i, i))
			changes = fmt.Sprintf(", changes: Pool%d", i)
		}
		if maybe(3) {
			id := fmt.Sprintf("ext%d", i)
			x := fmt.Sprintf("  %s: {latency: p50 100ms p99 800ms, availability: 99.9%%", id)
			for _, can := range []string{"idempotent", "lookup"} {
				if maybe(2) {
					x += ", " + can + ": yes"
				}
			}
			externals = append(externals, x+"}")
			calls = ", calls: [" + id + "]"
		}
		if !maybe(4) {
			undo = ", undo: Free" + name
			back := changes
			if maybe(5) {
				back = ""
			}
			cases = append(cases, fmt.Sprintf("  Free%s: {moves: [%s taken -> free]%s%s}", name, name, back, calls))
		} else {
			cases = append(cases, fmt.Sprintf("  Free%s: {by: clerk, moves: [%s taken -> free]}", name, name))
		}
		cases = append(cases, fmt.Sprintf("  Take%s: {moves: [%s free -> taken]%s%s%s}", name, name, changes, calls, undo))
		then = append(then, "Take"+name)
	}
	timer, undo, confirm := "", "", ""
	if maybe(2) {
		timer = ", timers: {asked: {after: 5min, to: dropped}}"
	}
	if maybe(2) {
		undo = ", undo: DropPromise"
	}
	if maybe(2) {
		confirm = ", emits: PromiseKept"
		cases = append(cases, "  Listen: {on: PromiseKept, creates: Note}")
		domain = append(domain, "  Note: {owner: team0, fields: {text: text}}")
	}
	return fmt.Sprintf(`system: Random
context:
  teams: {home: 4, %s}
%sdomain:
  Promise: {owner: home, states: "asked -> kept, asked -> dropped"%s}
%s
use_cases:
  MakePromise: {by: customer, creates: Promise, then: [%s, KeepPromise]%s}
  KeepPromise: {moves: [Promise asked -> kept]%s}
  DropPromise: {by: customer, moves: [Promise asked -> dropped]}
%s
`, strings.Join(teams, ", "), section("externals", externals), timer, strings.Join(domain, "\n"), strings.Join(then, ", "), undo, confirm, strings.Join(cases, "\n"))
}

func section(name string, lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return name + ":\n" + strings.Join(lines, "\n") + "\n"
}

// Whatever the system, each of its protocols holds in the end, or a finding says what
// it lacks; nothing is added that could be left out; and the same input gives the
// same.
func TestRandomSystemsAreMendedOrFoundFault(t *testing.T) {
	lacked, kinds, faults := map[string]int{}, map[string]int{}, 0
	for seed := range uint64(80) {
		text := randomSystem(seed)
		a := mended(t, []byte(text))
		found := len(explore.Findings(a)) > 0
		probe := explore.Probe(a)
		for _, p := range a.Protocols {
			kinds[p.Kind]++
			if p.Explored.Verdict != "holds" {
				faults++
				if !found || p.Explored.Violation == nil {
					t.Errorf("system %d: %s is %s, and no finding says so\n%s", seed, p.ID, p.Explored, text)
				}
			}
			for _, m := range p.Mechanisms {
				if !m.Added {
					continue
				}
				lacked[m.Name]++
				if p.Explored.Verdict == "holds" && probe.Without(p.ID, m.Name).Verdict != "broken" {
					t.Errorf("system %d: %s was given %s and holds without\n%s", seed, p.ID, m.Name, text)
				}
			}
		}
		if seed%16 == 0 {
			if again := explore.Mend(unexplored(a), explore.Default); !reflect.DeepEqual(again, a.Protocols) {
				t.Errorf("system %d is explored otherwise the second time", seed)
			}
		}
	}
	if faults == 0 || len(lacked) < 4 || kinds["saga"] < 40 || kinds["hold"] < 20 || kinds["contention"] < 20 {
		t.Errorf("too little was met: kinds %v, lacked %v, %d faults", kinds, lacked, faults)
	}
	t.Logf("kinds %v, lacked %v, %d faults of the input", kinds, lacked, faults)
}

func unexplored(a *arch.Arch) *arch.Arch {
	out := *a
	out.Protocols = nil
	return &out
}

// A bound is met by saying so, never by going on.
func TestExplorationKeepsItsBounds(t *testing.T) {
	a := unexplored(design(t, "harbour"))
	b := explore.Default
	b.States, b.All = 500, 6000
	cut := 0
	for _, p := range explore.Run(a, b).Protocols {
		if p.Explored.States > b.States {
			t.Errorf("%s: %d states", p.ID, p.Explored.States)
		}
		if !p.Explored.Complete && p.Explored.Violation == nil {
			cut++
			if p.Explored.Verdict != "unknown" {
				t.Errorf("%s is said to be %s after %d states", p.ID, p.Explored.Verdict, p.Explored.States)
			}
		}
	}
	if cut == 0 {
		t.Error("no bound was met")
	}
	if r := explore.Run(a, b); r.States > b.All {
		t.Errorf("%d states in all", r.States)
	}
}

// A saga that a state has no room for is said not to be explored.
func TestASagaOfTooManyStepsIsNotExplored(t *testing.T) {
	a := unexplored(design(t, "harbour"))
	a.Sagas = slices.Clone(a.Sagas)
	for len(a.Sagas[0].Steps) < 33 {
		a.Sagas[0].Steps = append(slices.Clone(a.Sagas[0].Steps), a.Sagas[0].Steps[1])
	}
	p := explore.Mend(a, explore.Default)[0]
	if p.ID != "saga/"+a.Sagas[0].ID || p.Explored.Verdict != "unknown" || p.Explored.String() != "not explored; sagas of up to 32 steps are explored" {
		t.Errorf("%s: %s", p.ID, p.Explored)
	}
}

func BenchmarkHarbour(b *testing.B) {
	a := design(b, "harbour")
	states := 0
	for b.Loop() {
		states += explore.Run(a, explore.Default).States
	}
	b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
}

func BenchmarkMendHarbour(b *testing.B) {
	a := unexplored(design(b, "harbour"))
	for b.Loop() {
		explore.Mend(a, explore.Default)
	}
}
