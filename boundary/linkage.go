package boundary

import "slices"

// mostLinked is the size up to which average linkage is tried; it is cubic.
const mostLinked = 200

// linkage merges, again and again, the two groups with the largest average
// affinity that the rules let merge, and returns the cut after each merge.
func (r *rules) linkage(g *graph, work *Work) []cut {
	n := len(g.adj)
	o := r.occupy(finest(n))
	members := make([][]int, n)
	between := make([][]float64, n)
	for v := range n {
		members[v] = []int{v}
		between[v] = make([]float64, n)
		for _, e := range g.adj[v] {
			between[v][e.to] = e.w
		}
	}
	var out []cut
	for {
		best, to := -1, -1
		most := 0.0
		for a := range n {
			for b := a + 1; b < n && members[a] != nil; b++ {
				work.Moves++
				average := between[a][b] / float64(max(len(members[a])*len(members[b]), 1))
				if members[b] != nil && average > most+slack && o.mergeable(a, members[b]) {
					best, to, most = b, a, average
				}
			}
		}
		if best < 0 {
			return out
		}
		for _, v := range members[best] {
			o.move(v, to)
		}
		members[to] = slices.Concat(members[to], members[best])
		members[best] = nil
		for h := range n {
			between[to][h] += between[best][h]
			between[h][to] = between[to][h]
		}
		out = append(out, normal(o.of))
	}
}
