package judge

import (
	"math"
	"slices"

	"plumb.dev/plumb/boundary"
)

// Baseline is a method that any other has to beat.
type Baseline struct {
	Name string
	Cut  func(*Case) Grouping
}

// Baselines are, in the order of the table: everything in one service, every
// aggregate by itself, Louvain's modularity on how often two aggregates are
// touched by one use case, and Service Cutter's scoring with Markov clustering.
func Baselines() []Baseline {
	return []Baseline{
		{"one service", func(c *Case) Grouping { return make(Grouping, len(c.Aggregates)) }},
		{"singletons", func(c *Case) Grouping { return singletons(len(c.Aggregates)) }},
		{"Louvain on co-access", func(c *Case) Grouping { return louvain(coAccess(c)) }},
		{"Service Cutter", func(c *Case) Grouping { return markov(serviceCutter(c)) }},
	}
}

func singletons(n int) Grouping {
	g := make(Grouping, n)
	for i := range g {
		g[i] = i
	}
	return g
}

// matrix is a symmetric table of weights between elements.
type matrix [][]float64

func newMatrix(n int) matrix {
	m := make(matrix, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

func (m matrix) add(a, b int, w float64) {
	if a != b {
		m[a][b] += w
		m[b][a] += w
	}
}

func (c *Case) index(ids []boundary.AggregateID) []int {
	var out []int
	for _, id := range ids {
		out = append(out, slices.Index(c.Aggregates, id))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func coAccess(c *Case) matrix {
	m := newMatrix(len(c.Aggregates))
	for _, u := range c.Input.UseCases {
		all := c.index(slices.Concat(u.Reads, u.Writes))
		for i, a := range all {
			for _, b := range all[i+1:] {
				m.add(a, b, 1)
			}
		}
	}
	return m
}

// louvain maximises modularity at resolution 1 by moving single elements and
// then whole groups (Blondel et al. 2008), in the order of the elements.
func louvain(m matrix) Grouping {
	g := moveAll(m)
	groups := slices.Max(g) + 1
	if groups == len(m) {
		return g
	}
	folded := newMatrix(groups)
	for i := range m {
		for j := range m {
			folded[g[i]][g[j]] += m[i][j]
		}
	}
	above := louvain(folded)
	out := make(Grouping, len(m))
	for i := range out {
		out[i] = above[g[i]]
	}
	return out
}

// moveAll moves each element to where modularity gains most until none gains,
// and numbers the groups from 0.
func moveAll(m matrix) Grouping {
	n := len(m)
	degree, total := make([]float64, n), 0.0
	for i := range m {
		for _, w := range m[i] {
			degree[i] += w
		}
		total += degree[i]
	}
	g := singletons(n)
	load := slices.Clone(degree)
	for moved := total > 0; moved; {
		moved = false
		for i := range m {
			to := make([]float64, n)
			for j, w := range m[i] {
				if j != i {
					to[g[j]] += w
				}
			}
			load[g[i]] -= degree[i]
			best, gain := g[i], to[g[i]]-degree[i]*load[g[i]]/total
			for h := range to {
				if x := to[h] - degree[i]*load[h]/total; to[h] > 0 && x > gain+1e-9 {
					best, gain = h, x
				}
			}
			moved = moved || best != g[i]
			g[i] = best
			load[best] += degree[i]
		}
	}
	return number(g)
}

func number(g Grouping) Grouping {
	seen := map[int]int{}
	out := make(Grouping, len(g))
	for i, c := range g {
		if _, ok := seen[c]; !ok {
			seen[c] = len(seen)
		}
		out[i] = seen[c]
	}
	return out
}

// serviceCutter scores pairs as Service Cutter publishes it (Gysel, Koelbener,
// Giersche and Zimmermann, "Service Cutter: A Systematic Approach to Service
// Decomposition", ESOCC 2016, and its engine, ServiceCutter/ServiceCutter at
// d547e5a): semantic proximity counts 10 for both written, 3 for both read or
// one each, 1 for a reference, scaled so that the best tenth scores 10; a shared
// owner scores 10; differing volatility scores down; separated and predefined
// groups score -10. All priorities are equal. It works on attributes; here each
// aggregate stands for all of its.
func serviceCutter(c *Case) matrix {
	m := semanticProximity(c)
	for i, a := range c.Input.Aggregates {
		for j, b := range c.Input.Aggregates[:i] {
			if a.Owner != "" && a.Owner == b.Owner {
				m.add(i, j, 10)
			}
			if a.Volatility != 0 && b.Volatility != 0 {
				m.add(i, j, -5*math.Abs(float64(a.Volatility-b.Volatility)))
			}
		}
	}
	for _, p := range c.Input.Pins {
		members := c.index(p.Aggregates)
		for _, a := range members {
			for b := range c.Aggregates {
				inside := slices.Contains(members, b)
				switch {
				case p.Kind == boundary.Apart && inside && a < b, p.Kind == boundary.Fixed && !inside:
					m.add(a, b, -10)
				case p.Kind == boundary.Fixed && inside && a < b:
					m.add(a, b, 10)
				}
			}
		}
	}
	return m
}

func semanticProximity(c *Case) matrix {
	m := newMatrix(len(c.Aggregates))
	for _, u := range c.Input.UseCases {
		w, r := c.index(u.Writes), c.index(u.Reads)
		for i, a := range w {
			for _, b := range w[i+1:] {
				m.add(a, b, 10)
			}
			for _, b := range r {
				m.add(a, b, 3)
			}
		}
		for i, a := range r {
			for _, b := range r[i+1:] {
				m.add(a, b, 3)
			}
		}
	}
	for _, r := range c.Input.References {
		m.add(slices.Index(c.Aggregates, r.From), slices.Index(c.Aggregates, r.To), 1)
	}
	var scores []float64
	for i := range m {
		for j := range i {
			if m[i][j] > 0 {
				scores = append(scores, m[i][j])
			}
		}
	}
	if len(scores) == 0 {
		return m
	}
	slices.Sort(scores)
	reference := scores[len(scores)-max(1, len(scores)/10)]
	for i := range m {
		for j := range m[i] {
			m[i][j] = min(10, m[i][j]*10/reference)
		}
	}
	return m
}

// markov is Markov clustering (van Dongen 2000) with expansion 2 and inflation
// 2, the solver of Service Cutter's library that needs no seed. Scores of zero
// and below are no edges.
func markov(m matrix) Grouping {
	n := len(m)
	flow := newMatrix(n)
	for i := range m {
		most := 0.0
		for j := range m[i] {
			flow[i][j] = max(0, m[i][j])
			most = max(most, flow[i][j])
		}
		flow[i][i] = max(most, 1) // a loop, so that an element may keep its flow
	}
	flow.normalise()
	for range 100 {
		next := newMatrix(n)
		for i := range n {
			for k := range n {
				if flow[i][k] == 0 {
					continue
				}
				for j := range n {
					next[i][j] += flow[i][k] * flow[k][j]
				}
			}
		}
		for i := range next {
			for j, x := range next[i] {
				if next[i][j] = x * x; next[i][j] < 1e-9 {
					next[i][j] = 0
				}
			}
		}
		next.normalise()
		flow = next
	}
	g := singletons(n)
	for i := range flow {
		for j, x := range flow[i] {
			if x > 1e-6 && g[i] != g[j] {
				from, to := g[i], g[j]
				for k := range g {
					if g[k] == from {
						g[k] = to
					}
				}
			}
		}
	}
	return number(g)
}

// normalise makes each row sum to one.
func (m matrix) normalise() {
	for i := range m {
		sum := 0.0
		for _, x := range m[i] {
			sum += x
		}
		if sum > 0 {
			for j := range m[i] {
				m[i][j] /= sum
			}
		}
	}
}
