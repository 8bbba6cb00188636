package boundary

import "math/bits"

// mostExact is the size up to which a connected part is solved exactly: 3^11
// steps for 12 nodes.
const mostExact = 12

// exact returns the best cut there is, if every connected part of the graph is
// small enough. Nodes that nothing relates never gain by sharing a group, so
// the parts can be solved apart.
func (r *rules) exact(a *aim, work *Work) (cut, bool) {
	parts := a.g.parts()
	for _, part := range parts {
		if len(part) > mostExact {
			return nil, false
		}
	}
	of := make([]int, len(a.g.adj))
	next := 0
	for _, part := range parts {
		next = r.exactPart(a, part, of, next, work)
	}
	return normal(of), true
}

// parts returns the connected parts of the graph, by their first nodes.
func (g *graph) parts() [][]int {
	seen := make([]bool, len(g.adj))
	var out [][]int
	for v := range g.adj {
		if seen[v] {
			continue
		}
		seen[v] = true
		part := []int{v}
		for i := 0; i < len(part); i++ {
			for _, e := range g.adj[part[i]] {
				if !seen[e.to] {
					seen[e.to] = true
					part = append(part, e.to)
				}
			}
		}
		out = append(out, part)
	}
	return out
}

// exactPart solves one part by dynamic programming over its subsets: the best
// cut of a set is the best choice of the group of its lowest member, and the
// best cut of the rest. It numbers the groups from next and returns the next
// free number.
func (r *rules) exactPart(a *aim, part []int, of []int, next int, work *Work) int {
	n := len(part)
	worth := r.worth(a, part)
	best := make([]float64, 1<<n)
	first := make([]uint16, 1<<n) // the group of the lowest member
	for set := 1; set < 1<<n; set++ {
		low := set & -set
		rest := set &^ low
		best[set] = -1e300
		for sub := rest; ; sub = (sub - 1) & rest {
			work.Subsets++
			if v := worth[sub|low] + best[rest&^sub]; v > best[set]+slack {
				best[set], first[set] = v, uint16(sub|low)
			}
			if sub == 0 {
				break
			}
		}
	}
	for set := 1<<n - 1; set != 0; set &^= int(first[set]) {
		for i, v := range part {
			if first[set]>>i&1 == 1 {
				of[v] = next
			}
		}
		next++
	}
	return next
}

// worth returns the value of each subset of a part as one group, hopeless for
// those that the rules forbid.
func (r *rules) worth(a *aim, part []int) []float64 {
	const forbidden = -1e9
	n := len(part)
	pair := make([][]float64, n)
	for i := range pair {
		pair[i] = make([]float64, n)
		for j := range i {
			pair[i][j] = a.pair(part[i], part[j])
			if _, apart := r.between(part[i], part[j]); apart {
				pair[i][j] = forbidden
			}
		}
	}
	worth := make([]float64, 1<<n)
	for set := 1; set < 1<<n; set++ {
		top := bits.Len(uint(set)) - 1
		rest := set &^ (1 << top)
		worth[set] = worth[rest]
		for s := rest; s != 0; s &= s - 1 {
			worth[set] += pair[top][bits.TrailingZeros(uint(s))]
		}
	}
	return worth
}
