package boundary

import (
	"cmp"
	"math"
	"slices"
)

// slack is how much better a change must be to be made: enough that rounding
// never makes two searches chase each other.
const slack = 1e-9

// maxPasses bounds the sweeps of one local search. On the cases it needs 3.
const maxPasses = 30

// aim is what a search maximises: the sum, over the pairs in one group, of
// their affinity less the affinity that chance would give them.
//
// Chance is the null model of modularity (Newman and Girvan 2004): degree times
// degree over the total. What is new is that a node's degree contains its own
// work, not only what it shares. Without it, the one group of a system in which
// nothing else is related looks like chance, and small systems fall apart; with
// it, a pair has to share more the smaller the system is, and what everybody
// uses glues nothing together.
type aim struct {
	g      *graph
	degree []float64 // over the root of the total, so that chance is a product
	chance float64   // weight of the null model
}

// dilution is the size up to which chance thins out as a system grows. Above
// it, contexts do not grow with the system any more.
const dilution = 100

func newAim(g *graph, w Weights) aim {
	return aim{g, g.degrees(w.Own), w.Threshold * diluted(len(g.adj))}
}

func diluted(nodes int) float64 { return max(1, float64(nodes)/dilution) }

// degrees returns the degree of each node, with its own work, over the root of
// the total.
func (g *graph) degrees(own float64) []float64 {
	degree := make([]float64, len(g.adj))
	total := 0.0
	for v, arcs := range g.adj {
		degree[v] = own
		for _, e := range arcs {
			degree[v] += e.w
		}
		total += degree[v]
	}
	if total > 0 {
		for v := range degree {
			degree[v] /= math.Sqrt(total)
		}
	}
	return degree
}

// scaled is the same aim with chance weighing that many times as much.
func (a aim) scaled(by float64) aim {
	a.chance *= by
	return a
}

// pair returns what two nodes are worth in one group.
func (a *aim) pair(v, w int) float64 {
	return a.g.weight(v, w) - a.chance*a.degree[v]*a.degree[w]
}

// score returns the value of a cut.
func (a *aim) score(c cut) float64 {
	return a.shared(c) - a.chance*a.expected(c)
}

// shared is the affinity inside the groups of a cut.
func (a *aim) shared(c cut) float64 {
	sum := 0.0
	for v, h := range c {
		for _, e := range a.g.adj[v] {
			if e.to > v && c[e.to] == h {
				sum += e.w
			}
		}
	}
	return sum
}

// expected is what chance, weighing 1, would give the groups of a cut.
func (a *aim) expected(c cut) float64 {
	k := c.groups()
	load, own := make([]float64, k), make([]float64, k)
	for v, h := range c {
		load[h] += a.degree[v]
		own[h] += a.degree[v] * a.degree[v]
	}
	sum := 0.0
	for h := range load {
		sum += (load[h]*load[h] - own[h]) / 2
	}
	return sum
}

// climber is a local search in progress.
type climber struct {
	aim
	*occupancy
	load []float64 // degrees by group
	to   []float64 // scratch: affinity of what is being moved with each group
	near []int     // scratch: the groups for which that is not 0
	work *Work
}

// climb improves a cut by moving single nodes and merging pairs of groups until
// neither helps.
func (r *rules) climb(a aim, start cut, work *Work) cut {
	c := r.newClimber(a, start, work)
	for range maxPasses {
		if moved, merged := c.sweep(), c.fuse(); !moved && !merged {
			break
		}
	}
	return normal(c.of)
}

func (r *rules) newClimber(a aim, start cut, work *Work) *climber {
	n := len(start)
	c := &climber{aim: a, occupancy: r.occupy(start), load: make([]float64, n), to: make([]float64, n), work: work}
	for v, h := range c.of {
		c.load[h] += a.degree[v]
	}
	return c
}

func (c *climber) shift(v, h int) {
	c.load[c.of[v]] -= c.degree[v]
	c.load[h] += c.degree[v]
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
	gain := c.to[home] - c.chance*c.degree[v]*(c.load[home]-c.degree[v])
	best := home
	if c.size[home] > 1 && 0 > gain+slack {
		best, gain = -1, 0
	}
	for _, h := range c.near {
		x := c.to[h] - c.chance*c.degree[v]*c.load[h]
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
// The groups come in the order in which the arcs lead to them, which is fixed.
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
		c.work.Moves += len(c.g.adj[v])
	}
}

func (c *climber) forget() {
	for _, h := range c.near {
		c.to[h] = 0
	}
	c.near = c.near[:0]
}

// fuse merges pairs of groups that gain by it, best pairs first and each group
// once a round, until none does.
func (c *climber) fuse() bool {
	members := make([][]int, len(c.of))
	for v, h := range c.of {
		members[h] = append(members[h], v)
	}
	any := false
	for {
		touched := make(map[int]bool)
		for _, m := range c.mergers(members) {
			if touched[m.a] || touched[m.b] || !c.mergeable(m.a, members[m.b]) {
				continue
			}
			touched[m.a], touched[m.b] = true, true
			for _, v := range members[m.b] {
				c.shift(v, m.a)
			}
			members[m.a], members[m.b] = append(members[m.a], members[m.b]...), nil
		}
		if len(touched) == 0 {
			return any
		}
		any = true
	}
}

// merger is a pair of groups, a < b, with what merging them gains.
type merger struct {
	a, b int
	gain float64
}

func (c *climber) mergers(members [][]int) []merger {
	var out []merger
	for a, inside := range members {
		c.gather(inside, a)
		for _, b := range c.near {
			gain := c.to[b] - c.chance*c.load[a]*c.load[b]
			if gain > slack {
				out = append(out, merger{a, b, gain})
			}
		}
		c.forget()
	}
	slices.SortFunc(out, mostGain)
	return out
}

func mostGain(x, y merger) int {
	return cmp.Or(cmp.Compare(y.gain, x.gain), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
}
