package boundary

// proposal is a cut with the methods that arrived at it.
type proposal struct {
	cut
	methods []Method
}

// propose runs every method and returns the distinct cuts, in the order in
// which they were first found. Each obeys the rules.
func (p *problem) propose(g *graph, work *Work) []proposal {
	var found []proposal
	index := map[string]int{}
	add := func(m Method, c cut) {
		work.Proposed++
		k := c.key()
		i, known := index[k]
		if !known {
			i = len(found)
			index[k] = i
			found = append(found, proposal{cut: c})
		}
		found[i].methods = append(found[i].methods, m)
	}
	last := finest(len(p.nodes))
	for _, gamma := range gammas {
		last = p.climb(correlation(g, gamma), last, work)
		add(MethodCorrelation, last)
	}
	add(MethodFinest, finest(len(p.nodes)))
	add(MethodOne, p.repair(make(cut, len(p.nodes))))
	return found
}

// gammas are the thresholds tried, from splitting hairs to merging all that
// is related.
var gammas = [...]float64{0.8, 0.65, 0.55, 0.48, 0.42, 0.37, 0.33, 0.29, 0.25, 0.22, 0.19, 0.16, 0.13, 0.1, 0.07, 0.04, 0.02}
