package boundary

import (
	"cmp"
	"slices"
)

// manyReaders is the number of contexts that must read an aggregate for it to
// be reference data, and mostReads how many use cases must read it for each one
// that changes it where its volatility is not stated.
const (
	manyReaders = 3
	mostReads   = 3
)

// findReference marks reference data: what hardly changes and, in a first cut
// made as if it were like everything else, is read by many contexts. From then
// on it takes no part in weighing; it is owned once and copied.
func (p *problem) findReference(t *testimony, work *Work) {
	first := p.climb(newAim(t.weigh(p.opt.Weights, asIs()), p.opt.Weights), finest(len(p.nodes)), work)
	readers := make([]map[int]bool, len(p.aggs))
	reads := make([]int, len(p.aggs))
	coWritten := make([]bool, len(p.aggs))
	admin := make([]bool, len(p.aggs)) // all that change it are maintenance
	for a := range p.aggs {
		readers[a], admin[a] = map[int]bool{}, true
	}
	for i := range p.uses {
		u := &p.uses[i]
		for _, a := range u.writes {
			coWritten[a] = coWritten[a] || len(u.writes) > 1
			admin[a] = admin[a] && u.Admin
		}
		for _, a := range u.reads {
			reads[a]++
			if len(u.writes) > 0 {
				readers[a][first[p.node[u.writes[0]]]] = true
			} else {
				readers[a][first[p.node[u.reads[0]]]] = true
			}
		}
	}
	for a := range p.aggs {
		delete(readers[a], first[p.node[a]])
		calm := p.aggs[a].Volatility == Rarely ||
			p.aggs[a].Volatility == VolatilityUnstated && admin[a] && reads[a] >= mostReads*max(p.writers[a], 1)
		p.reference[a] = calm && !coWritten[a] && len(readers[a]) >= manyReaders && len(p.nodes[p.node[a]]) == 1
	}
}

// quiet takes out of the testimony what relates reference data to the rest:
// reading it says nothing about belonging together. What relates reference data
// to reference data stays, so that cities and countries share a context.
func (t *testimony) quiet(p *problem) {
	t.pairs = slices.DeleteFunc(t.pairs, func(e evidence) bool { return p.isReference(e.a) != p.isReference(e.b) })
}

func (p *problem) isReference(node int) bool {
	return !slices.ContainsFunc(p.nodes[node], func(a int) bool { return !p.reference[a] })
}

// copies returns, by aggregate, the contexts that keep a copy of it.
func (p *problem) copies(l *layout) map[int][]int {
	out := map[int][]int{}
	for i := range p.uses {
		for _, a := range p.uses[i].reads {
			if h := l.home[i]; p.reference[a] && h != l.of[a] && !slices.Contains(out[a], h) {
				out[a] = append(out[a], h)
			}
		}
	}
	for a := range out {
		slices.Sort(out[a])
	}
	return out
}

// referenceData describes the reference data of a layout, by name of aggregate.
func (p *problem) referenceData(l *layout, names []string) []ReferenceData {
	copies := p.copies(l)
	var out []ReferenceData
	for a := range p.aggs {
		if !p.reference[a] {
			continue
		}
		r := ReferenceData{Aggregate: p.aggs[a].ID, Owner: names[l.of[a]], Stated: p.aggs[a].Volatility == Rarely}
		for _, c := range copies[a] {
			r.Readers = append(r.Readers, names[c])
		}
		slices.Sort(r.Readers)
		r.Why = "only maintenance use cases change it"
		if r.Stated {
			r.Why = "stated to change rarely"
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y ReferenceData) int { return cmp.Compare(x.Aggregate, y.Aggregate) })
	return out
}
