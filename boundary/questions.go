package boundary

import (
	"cmp"
	"fmt"
	"slices"
)

// questions asks about the lines and the contexts that disturbance changes most
// often, one question each.
func (e *explainer) questions() []Question {
	var out []Question
	asked := map[[2]int]bool{}
	for _, x := range e.doubts() {
		pair := [2]int{min(e.cut[x.v], e.cut[x.w]), max(e.cut[x.v], e.cut[x.w])}
		if asked[pair] || len(out) == mostAnswered {
			continue
		}
		if q, ok := e.ask(x); ok {
			asked[pair] = true
			out = append(out, q)
		}
	}
	return out
}

// doubt is a related pair of nodes whose answer is uncertain.
type doubt struct {
	v, w     int
	together Share
	affinity float64
}

// doubts lists the pairs whose answer holds in too few of the runs, most
// uncertain first, the most related ones among equals.
func (e *explainer) doubts() []doubt {
	var out []doubt
	for v, arcs := range e.graph.adj {
		for _, x := range arcs {
			if x.to < v {
				continue
			}
			if _, apart := e.between(v, x.to); apart {
				continue
			}
			share := e.runs.together(v, x.to)
			stays := share
			if e.cut[v] != e.cut[x.to] {
				stays = 1 - share
			}
			if stays < uncertain {
				out = append(out, doubt{v, x.to, share, x.w})
			}
		}
	}
	distance := func(x doubt) float64 { return max(float64(x.together)-0.5, 0.5-float64(x.together)) }
	slices.SortStableFunc(out, func(x, y doubt) int {
		return cmp.Or(cmp.Compare(distance(x), distance(y)), cmp.Compare(y.affinity, x.affinity))
	})
	return out
}

// ask finds the use case that says most about a pair, and asks what would
// settle it.
func (e *explainer) ask(x doubt) (Question, bool) {
	use, best := -1, 0.0
	both := false
	for _, ev := range e.testimony.pairs {
		if ev.a != x.v || ev.b != x.w || ev.use < 0 {
			continue
		}
		if w := e.opt.Weights.of(ev.kind); w > best {
			use, best = ev.use, w
			both = ev.kind == bothWritten || ev.kind == bothWrittenLater || ev.kind == followed
		}
	}
	a, b := e.aggs[e.nodes[x.v][0]], e.aggs[e.nodes[x.w][0]]
	if b.ID < a.ID {
		a, b = b, a
	}
	q := Question{X: a.ID, Y: b.ID, A: e.names[e.cut[x.v]], B: e.names[e.cut[x.w]], Together: x.together, Kind: AskShared}
	if q.B < q.A {
		q.A, q.B = q.B, q.A
	}
	nameA, nameB := cmp.Or(a.Name, string(a.ID)), cmp.Or(b.Name, string(b.ID))
	together, apart := fmt.Sprintf("%s and %s share a context", nameA, nameB), fmt.Sprintf("%s and %s are apart", nameA, nameB)
	q.IfYes, q.IfNo = together, apart
	if use < 0 {
		q.Text = fmt.Sprintf("Do %s and %s change for the same reasons?", nameA, nameB)
		return q, true
	}
	u := &e.uses[use]
	q.UseCase = u.ID
	label := cmp.Or(u.Name, string(u.ID))
	switch {
	case both:
		q.Kind, q.Text = AskAtomic, fmt.Sprintf("In %s, must %s and %s change at the same instant?", label, nameA, nameB)
	case len(u.writes) > 0:
		q.Kind, q.Text = AskStale, fmt.Sprintf("In %s, may what is read of %s and %s be a few seconds old?", label, nameA, nameB)
		q.IfYes, q.IfNo = apart, together
	default:
		q.Text = fmt.Sprintf("%s shows %s and %s. Do they also change for the same reasons?", label, nameA, nameB)
	}
	return q, true
}
