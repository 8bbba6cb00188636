package document

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/diagram"
)

// How many pictures of a kind stand in the document itself; further ones get pages
// of their own.
const (
	shownSagas = 1 // with its unhappy path
	shownPaths = 1
	shownLives = 2
)

// drawings hands out the diagrams of a system, and remembers which are linked.
type drawings struct {
	all    []diagram.Diagram
	linked map[string]bool
}

// pictures is what one place of the document shows and links.
type pictures struct {
	Here      []diagram.Diagram
	Elsewhere []linked
}

type linked struct{ Title, File string }

func draw(a *arch.Arch) *drawings {
	return &drawings{all: diagram.All(a), linked: map[string]bool{}}
}

// pick splits the diagrams that pass into the first few and the rest.
func (d *drawings) pick(shown int, pass func(diagram.Diagram) bool) pictures {
	var p pictures
	for _, x := range d.all {
		switch {
		case !pass(x):
		case len(p.Here) < shown:
			p.Here = append(p.Here, x)
		default:
			d.linked[x.ID] = true
			p.Elsewhere = append(p.Elsewhere, linked{x.Title, fileOf(x)})
		}
	}
	return p
}

func (d *drawings) ofKind(shown int, kinds ...diagram.Kind) pictures {
	return d.pick(shown, func(x diagram.Diagram) bool { return slices.Contains(kinds, x.Kind) })
}

// Picture is the one picture of the summary: the system among its neighbours, for
// a single deployable with what it consists of.
func (v *view) Picture() diagram.Diagram {
	for _, kind := range []diagram.Kind{diagram.Context, diagram.Containers} {
		if p := v.drawings.ofKind(1, kind); len(p.Here) > 0 {
			return p.Here[0]
		}
	}
	return diagram.Diagram{}
}

// Maps shows the containers, unless they are the picture of the summary, and how
// contexts depend on one another.
func (v *view) Maps() pictures {
	first := v.Picture().ID
	containers := v.drawings.pick(1, func(x diagram.Diagram) bool { return x.Kind == diagram.Containers && x.ID != first })
	between := v.drawings.ofKind(0, diagram.ContextMap)
	more := v.drawings.pick(0, func(x diagram.Diagram) bool { return x.Kind == diagram.Context && x.ID != first })
	return pictures{
		Here:      slices.Concat(containers.Here, between.Here),
		Elsewhere: slices.Concat(more.Elsewhere, containers.Elsewhere, between.Elsewhere),
	}
}

// SagasDrawn shows the saga with most to undo, going well and not, and links the
// others.
func (v *view) SagasDrawn() pictures {
	bySize := slices.Clone(v.Sagas)
	slices.SortStableFunc(bySize, func(a, b arch.Saga) int {
		return cmp.Or(cmp.Compare(undone(b), undone(a)), cmp.Compare(len(b.Steps), len(a.Steps)))
	})
	var out pictures
	for i, s := range bySize {
		shown := 0
		if i < shownSagas {
			shown = 2
		}
		p := v.drawings.pick(shown, func(x diagram.Diagram) bool {
			return x.Of == s.UseCase && (x.Kind == diagram.Happy || x.Kind == diagram.Unhappy)
		})
		out.Here, out.Elsewhere = append(out.Here, p.Here...), append(out.Elsewhere, p.Elsewhere...)
	}
	return out
}

// undone counts the compensations of a saga.
func undone(s arch.Saga) int {
	n := 0
	for _, step := range s.Steps {
		if step.Compensation != "" {
			n++
		}
	}
	return n
}

// CriticalPaths shows the busiest critical use cases.
func (v *view) CriticalPaths() pictures { return v.drawings.ofKind(shownPaths, diagram.Sequence) }

// Lives shows the lifecycles, those with most transitions here.
func (v *view) Lives() pictures {
	var sizes []int
	for _, x := range v.drawings.all {
		if x.Kind == diagram.States {
			sizes = append(sizes, x.Arrows)
		}
	}
	slices.SortFunc(sizes, func(a, b int) int { return cmp.Compare(b, a) })
	least := 0
	if len(sizes) > shownLives {
		least = sizes[shownLives-1]
	}
	here := v.drawings.pick(shownLives, func(x diagram.Diagram) bool { return x.Kind == diagram.States && x.Arrows >= least })
	rest := v.drawings.pick(0, func(x diagram.Diagram) bool {
		return x.Kind == diagram.States && !slices.ContainsFunc(here.Here, func(h diagram.Diagram) bool { return h.ID == x.ID })
	})
	return pictures{here.Here, rest.Elsewhere}
}

// Deployed shows where it runs.
func (v *view) Deployed() pictures { return v.drawings.ofKind(1, diagram.Deployment) }
