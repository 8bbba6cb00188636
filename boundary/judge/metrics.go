package judge

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Grouping assigns each element, by index, to a group. Group numbers carry no
// meaning beyond being equal or not. Two groupings that are compared have the
// same length.
type Grouping []int

// sizes returns the sizes of the groups, ascending.
func (g Grouping) sizes() []int {
	count := map[int]int{}
	for _, c := range g {
		count[c]++
	}
	var out []int
	for _, n := range count {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// ARI is the adjusted Rand index of two groupings (Hubert and Arabie 1985): 1
// for equal ones, 0 for what chance would give, negative for worse.
//
// It is degenerate where a grouping has only singletons or only one group:
// every other grouping then scores 0, however near it is. Equal groupings score
// 1 there as well. Read it beside MoJoFM, which is not degenerate.
func ARI(a, b Grouping) float64 {
	together := map[[2]int]int{}
	for i := range a {
		together[[2]int{a[i], b[i]}]++
	}
	both := 0
	for _, n := range together {
		both += pairs(n)
	}
	inA, inB := 0, 0
	for _, n := range a.sizes() {
		inA += pairs(n)
	}
	for _, n := range b.sizes() {
		inB += pairs(n)
	}
	all := pairs(len(a))
	if both == inA && both == inB {
		return 1
	}
	expected := float64(inA) * float64(inB) / float64(all)
	most := float64(inA+inB) / 2
	return (float64(both) - expected) / (most - expected)
}

func pairs(n int) int { return n * (n - 1) / 2 }

// MoJoFM is the share, in percent, of the work of turning the worst grouping
// into the accepted one that a computed grouping saves, counted in moves of one
// element and joins of two groups (Wen and Tzerpos 2004). 100 for equal ones.
// It is not symmetric.
func MoJoFM(computed, accepted Grouping) float64 {
	worst := farthest(accepted)
	if worst == 0 {
		return 100
	}
	return (1 - float64(mojo(computed, accepted))/float64(worst)) * 100
}

// farthest is the largest mojo distance that any grouping has to b.
func farthest(b Grouping) int {
	g := 0
	for _, size := range b.sizes() {
		if g < size {
			g++
		}
	}
	return len(b) - g
}

// mojo is the least number of moves and joins that turn a into b. Each group of
// a is tagged with a group of b that it overlaps most; as many different tags
// as possible (a maximum matching) save joins.
func mojo(a, b Grouping) int {
	overlap := map[int]map[int]int{}
	for i := range a {
		if overlap[a[i]] == nil {
			overlap[a[i]] = map[int]int{}
		}
		overlap[a[i]][b[i]]++
	}
	moves := len(a)
	tags := map[int][]int{} // group of a to the groups of b it overlaps most
	var groups []int
	for g, with := range overlap {
		most := 0
		for _, n := range with {
			most = max(most, n)
		}
		moves -= most
		for h, n := range with {
			if n == most {
				tags[g] = append(tags[g], h)
			}
		}
		groups = append(groups, g)
	}
	return moves + len(groups) - matching(groups, tags)
}

// matching returns the size of a maximum matching by augmenting paths.
func matching(left []int, edges map[int][]int) int {
	taken := map[int]int{} // right to left
	var augment func(l int, seen map[int]bool) bool
	augment = func(l int, seen map[int]bool) bool {
		for _, r := range edges[l] {
			if seen[r] {
				continue
			}
			seen[r] = true
			if other, ok := taken[r]; !ok || augment(other, seen) {
				taken[r] = l
				return true
			}
		}
		return false
	}
	n := 0
	for _, l := range left {
		if augment(l, map[int]bool{}) {
			n++
		}
	}
	return n
}

// PairF1 compares two groupings by the pairs of elements they put together:
// the share of the computed pairs that are accepted, the share of the accepted
// ones that were computed, and their harmonic mean. Without any pair on a side,
// that side's share is 1: nothing was claimed wrongly.
func PairF1(computed, accepted Grouping) (precision, recall, f1 float64) {
	both, mine, theirs := 0, 0, 0
	for i := range computed {
		for j := range i {
			c, a := computed[i] == computed[j], accepted[i] == accepted[j]
			mine += truth(c)
			theirs += truth(a)
			both += truth(c && a)
		}
	}
	precision, recall = 1, 1
	if mine > 0 {
		precision = float64(both) / float64(mine)
	}
	if theirs > 0 {
		recall = float64(both) / float64(theirs)
	}
	if precision+recall == 0 {
		return 0, 0, 0
	}
	return precision, recall, 2 * precision * recall / (precision + recall)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Error returns the standard error of the mean, by resampling the cases 2,000
// times with a fixed seed (Efron 1979); NaN of nothing.
func Error(xs []float64) float64 {
	const resamples = 2_000
	random := rand.New(rand.NewPCG(1, 0))
	sum, squares := 0.0, 0.0
	for range resamples {
		mean := 0.0
		for range xs {
			mean += xs[random.IntN(len(xs))] / float64(len(xs))
		}
		sum += mean
		squares += mean * mean
	}
	if len(xs) == 0 {
		return math.NaN()
	}
	sum /= resamples
	return math.Sqrt(max(0, squares/resamples-sum*sum))
}

// Mean returns the arithmetic mean, NaN of nothing.
func Mean(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}
