package boundary

import (
	"cmp"
	"fmt"
	"slices"
)

// mostFlipped bounds the use cases whose consistency is turned round to see
// what follows.
const mostFlipped = 24

// reason compares the recommended option with the runner-up.
func (p *problem) reason(t *testimony, ls *levels, first, second *option, work *Work) Reason {
	r := Reason{Margin: first.worth - second.worth}
	r.Better, r.Worse = first.cost.Against(second.cost)
	if at, ok := ls.upsetAt(p.opt.Weights, first.cut, second.cut, work); ok {
		r.Upset = append(r.Upset, Flip{Kind: FlipThreshold, At: at, Now: p.opt.Weights.Threshold, To: "the runner-up"})
	}
	if p.opt.Plain {
		return r
	}
	for _, u := range p.dividing(t, first.cut, second.cut) {
		b, _ := ls.rerun(p.opt.Weights, disturbance{-1, u}, work)
		if b.score(second.cut) > b.score(first.cut)+slack {
			r.Upset = append(r.Upset, p.consistencyFlip(u, "the runner-up"))
		}
	}
	return r
}

func (p *problem) consistencyFlip(u int, to string) Flip {
	kind := FlipEventual
	if p.uses[u].Consistency == Eventual {
		kind = FlipStrong
	}
	return Flip{Kind: kind, UseCase: p.uses[u].ID, To: to}
}

// past is how far beyond the threshold at which two cuts are even it is looked which
// of them wins, as a share of the way there.
const past = 1e-6

// upsetAt returns the threshold past which the second of two cuts is worth more than
// the first, if it still is with the groups that are found there.
func (ls *levels) upsetAt(w Weights, first, second cut, work *Work) (float64, bool) {
	at, _, ok := ls.evenAt(first, second)
	if !ok || at <= 0 {
		return 0, false
	}
	w.Threshold = at + (at-w.Threshold)*past
	then, _ := ls.rerun(w, asIs(), work)
	if c, ok := then.fine.exact(&then.fine.aim, work); ok {
		then = ls.over(then.fine, c, w, asIs())
	}
	return at, then.score(second) > then.score(first)
}

// dividing lists use cases that touch pairs on which two cuts disagree, those
// that say most first.
func (p *problem) dividing(t *testimony, x, y cut) []int {
	says := make([]float64, len(p.uses))
	for _, e := range t.pairs {
		if e.use >= 0 && e.kind != followed && (x[e.a] == x[e.b]) != (y[e.a] == y[e.b]) {
			says[e.use] += p.opt.Weights.of(e.kind)
		}
	}
	return p.loudest(says, t.reruns()/4)
}

// loudest returns the use cases that say anything, at most n, most first.
func (p *problem) loudest(says []float64, n int) []int {
	var out []int
	for u, s := range says {
		if s > 0 {
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(says[b], says[a]) })
	return out[:min(len(out), mostFlipped, n)]
}

// flips turns round the consistency of the use cases that say most, one at a
// time, and notes on the boundaries which of them disappear, and on the
// contexts which of them fall apart.
func (e *explainer) flips(boundaries []Boundary, contexts []Context) {
	says := make([]float64, len(e.uses))
	for _, x := range e.testimony.pairs {
		if x.use >= 0 && x.kind != followed {
			says[x.use] += e.opt.Weights.of(x.kind)
		}
	}
	number := map[string]int{}
	for g, n := range e.names {
		number[n] = g
	}
	for _, u := range e.loudest(says, e.testimony.reruns()/4) {
		_, c := e.worth.rerun(e.opt.Weights, disturbance{-1, u}, e.work)
		if slices.Equal(c, e.cut) {
			continue
		}
		d := disturbed{cuts: []cut{c}}
		for i := range boundaries {
			b := &boundaries[i]
			if len(b.Forced) == 0 && d.stays(e.graph, e.cut, number[b.A], number[b.B]) == 0 {
				b.Flips = append(b.Flips, e.consistencyFlip(u, fmt.Sprintf("%s and %s are one", b.A, b.B)))
			}
		}
		for i := range contexts {
			if g := number[contexts[i].Name]; fallsApart(e.cut, c, g) {
				contexts[i].Flips = append(contexts[i].Flips, e.consistencyFlip(u, contexts[i].Name+" falls apart"))
			}
		}
	}
}

// fallsApart reports whether the members of a group of one cut are in several
// groups of another.
func fallsApart(today, other cut, g int) bool {
	first := -1
	for v, h := range today {
		if h != g {
			continue
		}
		if first < 0 {
			first = other[v]
		} else if other[v] != first {
			return true
		}
	}
	return false
}
