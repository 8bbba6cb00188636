package boundary

import "slices"

// slack is how much better a change must be to be made: enough that rounding
// never makes two searches chase each other.
const slack = 1e-9

// maxPasses bounds the sweeps of one local search. On the cases it needs 3.
const maxPasses = 30

// aim is what a search maximises: the sum, over pairs in one group, of their
// affinity less gamma times both masses. With all masses 1 this is correlation
// clustering (Bansal, Blum and Chawla 2004): one interpretable number, and no
// resolution limit. With mass degree/sqrt(2m) it is modularity (Newman and
// Girvan 2004; the resolution is gamma).
type aim struct {
	g     *graph
	mass  []float64
	gamma float64
}

func correlation(g *graph, gamma float64) aim {
	mass := make([]float64, len(g.adj))
	for v := range mass {
		mass[v] = 1
	}
	return aim{g, mass, gamma}
}

// score returns the value of a cut.
func (a aim) score(c cut) float64 {
	sum := 0.0
	mass := make([]float64, c.groups())
	own := make([]float64, c.groups())
	for v, h := range c {
		mass[h] += a.mass[v]
		own[h] += a.mass[v] * a.mass[v]
		for _, e := range a.g.adj[v] {
			if e.to > v && c[e.to] == h {
				sum += e.w
			}
		}
	}
	for h := range mass {
		sum -= a.gamma * (mass[h]*mass[h] - own[h]) / 2
	}
	return sum
}

// climber is a local search in progress.
type climber struct {
	aim
	*occupancy
	load []float64 // mass by group
	to   []float64 // scratch: affinity of what is being moved with each group
	near []int     // scratch: the groups for which that is not 0
	work *Work
}

// climb improves a cut by moving single nodes and merging pairs of groups until
// neither helps.
func (r *rules) climb(a aim, start cut, work *Work) cut {
	c := &climber{aim: a, occupancy: r.occupy(start), load: make([]float64, len(start)), to: make([]float64, len(start)), work: work}
	for v, h := range c.of {
		c.load[h] += a.mass[v]
	}
	for range maxPasses {
		if moved, merged := c.sweep(), c.fuse(); !moved && !merged {
			break
		}
	}
	return normal(c.of)
}

func (c *climber) shift(v, h int) {
	c.load[c.of[v]] -= c.mass[v]
	c.load[h] += c.mass[v]
	c.move(v, h)
}

// sweep moves each node where it gains most, until a pass moves none.
func (c *climber) sweep() bool {
	any := false
	for range maxPasses {
		moved := false
		for v := range c.of {
			if h := c.bestHome(v); h != c.of[v] {
				c.shift(v, h)
				moved = true
			}
		}
		if !moved {
			break
		}
		any = true
	}
	return any
}

// bestHome returns the group in which a node is worth most: its own unless
// another one is better.
func (c *climber) bestHome(v int) int {
	home := c.of[v]
	if c.r.service[v] != "" {
		return home
	}
	c.gather([]int{v}, -1)
	gain := c.to[home] - c.gamma*c.mass[v]*(c.load[home]-c.mass[v])
	best := home
	if c.size[home] > 1 && 0 > gain+slack {
		best, gain = -1, 0
	}
	for _, h := range c.near {
		c.work.Moves++
		x := c.to[h] - c.gamma*c.mass[v]*c.load[h]
		if h != home && x > gain+slack && c.admits(v, h) {
			best, gain = h, x
		}
	}
	c.forget()
	if best < 0 {
		return c.empty()
	}
	return best
}

// gather sums the affinity of some nodes with the groups numbered above after.
func (c *climber) gather(nodes []int, after int) {
	for _, v := range nodes {
		for _, e := range c.g.adj[v] {
			h := c.of[e.to]
			if h <= after {
				continue
			}
			if c.to[h] == 0 {
				c.near = append(c.near, h)
			}
			c.to[h] += e.w
		}
	}
	slices.Sort(c.near)
}

func (c *climber) forget() {
	for _, h := range c.near {
		c.to[h] = 0
	}
	c.near = c.near[:0]
}

// fuse merges the pair of groups that gains most, again and again.
func (c *climber) fuse() bool {
	members := make([][]int, len(c.of))
	for v, h := range c.of {
		members[h] = append(members[h], v)
	}
	any := false
	for {
		a, b := c.bestPair(members)
		if a < 0 {
			return any
		}
		for _, v := range members[b] {
			c.shift(v, a)
		}
		members[a], members[b] = append(members[a], members[b]...), nil
		any = true
	}
}

func (c *climber) bestPair(members [][]int) (int, int) {
	bestA, bestB, gain := -1, -1, slack
	for a, inside := range members {
		c.gather(inside, a)
		for _, b := range c.near {
			c.work.Moves++
			if x := c.to[b] - c.gamma*c.load[a]*c.load[b]; x > gain && c.mergeable(a, members[b]) {
				bestA, bestB, gain = a, b, x
			}
		}
		c.forget()
	}
	return bestA, bestB
}
