package boundary

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// The numbers of disturbed runs, and the evidence they may weigh in total:
// larger systems are disturbed less often.
const (
	weightRuns   = 40
	withoutRuns  = 60
	leastRuns    = 2
	rerunBudget  = 1_000_000
	disturbedBy  = 0.2 // share by which each weight may be off
	uncertain    = 0.7 // a line that stays in fewer of the runs is asked about
	mostPairs    = 50
	mostAnswered = 5
)

// reruns is how many times the evidence may be weighed again for one purpose.
func (t *testimony) reruns() int {
	return max(rerunBudget/max(len(t.pairs), 1), 2*leastRuns)
}

// disturbed is what the runs found.
type disturbed struct {
	Stability
	cuts []cut
}

// disturb repeats the run with weights off and with use cases left out.
func (p *problem) disturb(t *testimony, ls *levels, today cut, work *Work) *disturbed {
	s := &disturbed{Stability: Stability{Seed: p.opt.Seed}}
	runs := t.reruns()
	s.WeightRuns = min(weightRuns, max(runs/2, leastRuns))
	random := rand.New(rand.NewPCG(p.opt.Seed, 0))
	for range s.WeightRuns {
		_, c := ls.rerun(p.opt.Weights.off(random), asIs(), work)
		s.cuts = append(s.cuts, c)
	}
	for _, u := range p.telling(t, min(withoutRuns, max(runs/2, leastRuns))) {
		_, c := ls.rerun(p.opt.Weights, disturbance{u, -1}, work)
		s.cuts = append(s.cuts, c)
		s.WithoutRuns++
	}
	if s.WithoutRuns < len(p.uses) {
		work.Truncated = append(work.Truncated, "stability: not every use case was left out once")
	}
	same := 0
	for _, c := range s.cuts {
		same += boolInt(slices.Equal(c, today))
	}
	s.Same = Share(same) / Share(len(s.cuts))
	return s
}

// off returns the weights, each off by up to a fifth.
func (w Weights) off(random *rand.Rand) Weights {
	for _, x := range []*float64{&w.BothWritten, &w.WrittenRead, &w.BothRead, &w.Asynchronous, &w.FollowUp, &w.Reference, &w.Own, &w.Threshold} {
		*x *= 1 - disturbedBy + 2*disturbedBy*random.Float64()
	}
	return w
}

// telling returns the use cases to leave out, at most n: those first that touch
// most, and among equals in canonical order.
func (p *problem) telling(t *testimony, n int) []int {
	order := make([]int, len(p.uses))
	for i := range order {
		order[i] = i
	}
	width := func(u int) int { return 2*len(t.written[u]) + len(t.read[u]) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(width(b), width(a)) })
	return order[:min(n, len(order))]
}

// together is the share of runs in which two nodes share a group.
func (s *disturbed) together(v, w int) Share {
	n := 0
	for _, c := range s.cuts {
		n += boolInt(c[v] == c[w])
	}
	return Share(n) / Share(max(len(s.cuts), 1))
}

// stays is the share of runs in which the line between two groups of today's
// cut is still there: most of the affinity across it stays across.
func (s *disturbed) stays(g *graph, today cut, x, y int) Share {
	stays := 0
	for _, c := range s.cuts {
		across, joined := 0.0, 0.0
		for v, h := range today {
			if h != x {
				continue
			}
			for _, e := range g.adj[v] {
				if today[e.to] == y {
					across += e.w
					if c[v] == c[e.to] {
						joined += e.w
					}
				}
			}
		}
		stays += boolInt(2*joined <= across)
	}
	return Share(stays) / Share(max(len(s.cuts), 1))
}

// pairs lists the related pairs whose answer changes in some run.
func (s *disturbed) pairs(p *problem, today cut) {
	for v, arcs := range p.graph.adj {
		for _, e := range arcs {
			if e.to < v {
				continue
			}
			now := today[v] == today[e.to]
			if share := s.together(v, e.to); now && share < 1 || !now && share > 0 {
				a, b := p.aggs[p.nodes[v][0]].ID, p.aggs[p.nodes[e.to][0]].ID
				s.Uncertain = append(s.Uncertain, PairShare{min(a, b), max(a, b), share, now})
			}
		}
	}
	doubt := func(x PairShare) float64 {
		if x.Now {
			return float64(1 - x.Together)
		}
		return float64(x.Together)
	}
	slices.SortFunc(s.Uncertain, func(x, y PairShare) int {
		return cmp.Or(cmp.Compare(doubt(y), doubt(x)), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	s.Uncertain = s.Uncertain[:min(len(s.Uncertain), mostPairs)]
}

// holds returns the thresholds between which today's cut is worth most of all
// that were proposed, while the groups stay as they are. Worth is then linear in the
// threshold, so each other cut bounds it from one side.
func (ls *levels) holds(today *option, others []option) Interval {
	in := Interval{From: 0, To: maxThreshold}
	for i := range others {
		at, more, ok := ls.evenAt(today.cut, others[i].cut)
		switch {
		case !ok:
		case more:
			in.From = max(in.From, at)
		default:
			in.To = min(in.To, at)
		}
	}
	return in
}

// maxThreshold stands for "at any".
const maxThreshold = 1e6
