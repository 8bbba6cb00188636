package boundary

import (
	"cmp"
	"container/heap"
	"slices"
)

// A web is the input seen as a coloured graph: one vertex per aggregate, use
// case, team, zone and so on, one labelled edge per statement that relates two.
// Its only job is to put the vertices into an order that depends on what they
// do and not on how they are called or where they stand in the file, so that
// everything after it can sum floats and break ties by index.
type web struct {
	colour []uint64
	// sizes are the quantities of a vertex. They tell apart what structure leaves alike
	// and no more, and by their order alone: a rate that is a little larger must not
	// break the ties of the rest of the system otherwise.
	sizes [][]float64
	key   []string // breaks the ties that are left
	edges [][]webEdge
}

type webEdge struct {
	to    int
	label uint64
}

func (w *web) vertex(key string, facts ...uint64) int {
	h := uint64(14695981039346656037)
	for _, f := range facts {
		h = mix(h ^ mix(f))
	}
	w.colour = append(w.colour, h)
	w.sizes = append(w.sizes, nil)
	w.key = append(w.key, key)
	w.edges = append(w.edges, nil)
	return len(w.colour) - 1
}

// link relates two vertices; the label tells the direction apart.
func (w *web) link(from, to int, label uint64) {
	w.edges[from] = append(w.edges[from], webEdge{to, 2 * label})
	w.edges[to] = append(w.edges[to], webEdge{from, 2*label + 1})
}

// The bounds of the refinement. Past them names decide, which costs
// independence of names in contrived inputs and nothing else.
const (
	maxRounds = 64
	maxPicks  = 20_000
)

// order returns the vertices in canonical order: by colour after refinement.
// Where vertices stay alike, their sizes tell them apart, and where these are the
// same, the smallest key goes first and its neighbours
// are refined again, so that one arbitrary choice settles all that hang on it.
func (w *web) order() []int {
	count := make(map[uint64]int, len(w.colour))
	for _, c := range w.colour {
		count[c]++
	}
	dirty := make([]int, len(w.colour))
	for v := range dirty {
		dirty[v] = v
	}
	w.refine(count, dirty)
	w.refine(count, w.neighbours(w.measure(count)))
	q := alike{w: w}
	settled := make([]bool, len(w.colour)) // told apart from all others
	again := func(v int) {
		if settled[v] = settled[v] || count[w.colour[v]] == 1; !settled[v] {
			heap.Push(&q, coloured{v, w.colour[v]})
		}
	}
	for v := range w.colour {
		again(v)
	}
	for picks := 0; picks < maxPicks && q.Len() > 0; {
		pick := heap.Pop(&q).(coloured)
		if settled[pick.v] || w.colour[pick.v] != pick.colour || count[pick.colour] == 1 {
			continue // it has another colour since, or nothing has the same
		}
		picks++
		count[pick.colour]--
		w.colour[pick.v] = mix(pick.colour + 1)
		count[w.colour[pick.v]]++
		for _, v := range append(w.refine(count, w.neighbours([]int{pick.v})), pick.v) {
			again(v)
		}
	}
	order := make([]int, len(w.colour))
	for v := range order {
		order[v] = v
	}
	slices.SortFunc(order, w.before)
	return order
}

// measure gives the vertices of a class colours by the order of their sizes, and returns
// those of the classes that it split.
func (w *web) measure(count map[uint64]int) (split []int) {
	var list []int
	for v, c := range w.colour {
		if count[c] > 1 {
			list = append(list, v)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.colour[a], w.colour[b]), slices.Compare(w.sizes[a], w.sizes[b]))
	})
	for len(list) > 0 {
		class := list[:count[w.colour[list[0]]]]
		list = list[len(class):]
		old, rank := w.colour[class[0]], uint64(1)
		if slices.Equal(w.sizes[class[0]], w.sizes[class[len(class)-1]]) {
			continue
		}
		for i, v := range class {
			if i > 0 && !slices.Equal(w.sizes[v], w.sizes[class[i-1]]) {
				rank++
			}
			count[old]--
			w.colour[v] = mix(old ^ mix(rank))
			count[w.colour[v]]++
		}
		split = append(split, class...)
	}
	return split
}

// coloured is a vertex with the colour it had when it was queued.
type coloured struct {
	v      int
	colour uint64
}

// alike queues vertices in the order in which they are picked: looking through all that
// are still alike for each pick takes time that grows with the square of their number.
type alike struct {
	w    *web
	list []coloured
}

func (q *alike) Len() int      { return len(q.list) }
func (q *alike) Swap(i, j int) { q.list[i], q.list[j] = q.list[j], q.list[i] }
func (q *alike) Push(x any)    { q.list = append(q.list, x.(coloured)) }
func (q *alike) Less(i, j int) bool {
	a, b := q.list[i], q.list[j]
	return cmp.Or(cmp.Compare(a.colour, b.colour), cmp.Compare(q.w.key[a.v], q.w.key[b.v]), cmp.Compare(a.v, b.v)) < 0
}
func (q *alike) Pop() any {
	last := q.list[len(q.list)-1]
	q.list = q.list[:len(q.list)-1]
	return last
}

func (w *web) before(a, b int) int {
	return cmp.Or(cmp.Compare(w.colour[a], w.colour[b]), cmp.Compare(w.key[a], w.key[b]))
}

// refine recolours the dirty vertices by what surrounds them, and goes on with
// the neighbours of those whose class was split, until no class splits. It returns the
// vertices that it gave another colour.
func (w *web) refine(count map[uint64]int, dirty []int) (changed []int) {
	for range maxRounds {
		fresh := make([]uint64, len(dirty))
		touched := make(map[uint64]map[uint64]int) // old colour, new colour, members
		for i, v := range dirty {
			old := w.colour[v]
			if count[old] == 1 {
				continue // already told apart from all others
			}
			fresh[i] = w.surrounding(v)
			if touched[old] == nil {
				touched[old] = make(map[uint64]int)
			}
			touched[old][fresh[i]]++
		}
		var split []int
		for i, v := range dirty {
			news := touched[w.colour[v]]
			// A class that changed as a whole has learnt nothing.
			if news == nil || len(news) == 1 && news[fresh[i]] == count[w.colour[v]] {
				fresh[i] = w.colour[v]
				continue
			}
			split = append(split, v)
		}
		for i, v := range dirty {
			if fresh[i] != w.colour[v] {
				count[w.colour[v]]--
				w.colour[v] = fresh[i]
				count[fresh[i]]++
				changed = append(changed, v)
			}
		}
		if len(split) == 0 {
			break
		}
		dirty = w.neighbours(split)
	}
	return changed
}

func (w *web) surrounding(v int) uint64 {
	var sum uint64 // commutative, so that the order of edges does not matter
	for _, e := range w.edges[v] {
		sum += mix(w.colour[e.to] ^ mix(e.label))
	}
	return mix(w.colour[v] ^ mix(sum))
}

func (w *web) neighbours(of []int) []int {
	seen := make(map[int]bool)
	var out []int
	for _, v := range of {
		for _, e := range w.edges[v] {
			if !seen[e.to] {
				seen[e.to] = true
				out = append(out, e.to)
			}
		}
	}
	return out
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
