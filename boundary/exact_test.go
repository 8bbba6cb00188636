package boundary

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// loose is a problem of n nodes without rules.
func loose(n int) *rules {
	r := &rules{zone: make([]int, n), zoneRef: make([]string, n), service: make([]string, n), serviceRef: make([]string, n), apart: make([][]int, n)}
	for v := range n {
		r.node = append(r.node, v)
		r.nodes = append(r.nodes, []int{v})
		r.zone[v] = -1
	}
	return r
}

func randomGraph(random *rand.Rand, n int) *graph {
	g := &graph{adj: make([][]arc, n)}
	for v := range n {
		for w := range v {
			if random.IntN(3) == 0 {
				x := random.Float64()
				g.adj[v] = append(g.adj[v], arc{w, x})
				g.adj[w] = append(g.adj[w], arc{v, x})
			}
		}
	}
	for v := range g.adj {
		slices.SortFunc(g.adj[v], func(a, b arc) int { return a.to - b.to })
	}
	return g
}

// bruteForce tries every cut there is.
func bruteForce(a *aim, apart map[[2]int]bool, of cut, v, groups int) float64 {
	if v == len(of) {
		return a.score(of)
	}
	best := math.Inf(-1)
	for g := 0; g <= groups; g++ {
		clash := false
		for w := range v {
			clash = clash || of[w] == g && apart[[2]int{w, v}]
		}
		if clash {
			continue
		}
		of[v] = g
		best = max(best, bruteForce(a, apart, of, v+1, max(groups, g+1)))
	}
	return best
}

func TestExactFindsTheBestCutUnderTheRules(t *testing.T) {
	for i := range 120 {
		random := rand.New(rand.NewPCG(41, uint64(i)))
		n := 2 + random.IntN(6)
		r := loose(n)
		apart := map[[2]int]bool{}
		for range random.IntN(3) {
			v, w := random.IntN(n), random.IntN(n)
			if v == w {
				continue
			}
			apart[[2]int{min(v, w), max(v, w)}] = true
			r.cannots = append(r.cannots, cannot{a: v, b: w})
			r.apart[v], r.apart[w] = append(r.apart[v], w), append(r.apart[w], v)
		}
		for v := range r.apart {
			slices.Sort(r.apart[v])
			r.apart[v] = slices.Compact(r.apart[v])
		}
		a := newAim(randomGraph(random, n), Defaults().Weights)
		a.chance *= random.Float64()
		var work Work
		c, ok := r.exact(&a, &work)
		if !ok {
			t.Fatalf("graph %d of %d nodes is not solved", i, n)
		}
		if broken, ok := r.obeys(c); !ok {
			t.Fatalf("graph %d: %v breaks %v", i, c, broken)
		}
		want := bruteForce(&a, apart, make(cut, n), 0, 0)
		if got := a.score(c); math.Abs(got-want) > 1e-6 {
			t.Fatalf("graph %d: %v is worth %v, the best is %v", i, c, got, want)
		}
	}
}

func TestClimbNeverLosesAndSeldomMissesTheBest(t *testing.T) {
	missed := 0
	const graphs = 200
	for i := range graphs {
		random := rand.New(rand.NewPCG(42, uint64(i)))
		n := 3 + random.IntN(8)
		r := loose(n)
		a := newAim(randomGraph(random, n), Defaults().Weights)
		var work Work
		best, _ := r.exact(&a, &work)
		from := finest(n)
		c := r.climb(a, from, &work)
		if a.score(c) < a.score(from)-slack {
			t.Fatalf("graph %d: climbing lost", i)
		}
		if a.score(c) > a.score(best)+1e-6 {
			t.Fatalf("graph %d: climbing beats the best", i)
		}
		missed += boolInt(a.score(c) < a.score(best)-1e-6)
	}
	if missed > graphs/5 {
		t.Errorf("climbing from nothing misses the best in %d of %d graphs", missed, graphs)
	}
}

func TestWorkIsBoundedAndRepeats(t *testing.T) {
	in := Input{}
	for i := range 30 {
		in.Aggregates = append(in.Aggregates, Aggregate{ID: AggregateID(rune('a' + i))})
	}
	all := UseCase{ID: "report"}
	for _, a := range in.Aggregates {
		all.Reads = append(all.Reads, a.ID)
	}
	in.UseCases = []UseCase{all}
	first, _ := Run(in, Options{})
	second, _ := Run(in, Options{})
	if first.Work.Moves != second.Work.Moves || first.Work.Subsets != second.Work.Subsets {
		t.Error("the same input takes different work")
	}
}

// TestComplexityByHand: two use cases are spread over {A} and {B}. Rename reads
// A and writes B, Show reads both, and only they touch B. On B, Rename writes
// what Show reads, so each sees the other once; on A both read, so nobody does.
func TestComplexityByHand(t *testing.T) {
	in := Input{Aggregates: []Aggregate{{ID: "A"}, {ID: "B"}}, Pins: []Pin{{Kind: Apart, Aggregates: []AggregateID{"A", "B"}}},
		UseCases: []UseCase{
			{ID: "Rename", Reads: []AggregateID{"A"}, Writes: []AggregateID{"B"}},
			{ID: "Show", Reads: []AggregateID{"A", "B"}},
			{ID: "Local", Writes: []AggregateID{"A"}},
		}}
	res, conflicts := Run(in, Options{})
	if conflicts != nil {
		t.Fatal(conflicts)
	}
	if got := res.Candidates[0].Cost.Value(SagaComplexity); got != 2 {
		t.Errorf("complexity %v, want 2", got)
	}
}
