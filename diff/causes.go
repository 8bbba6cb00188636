package diff

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// FactChange is a fact with another value. From or To is "" where there was or is no
// such fact.
type FactChange struct {
	Fact arch.Path `json:"fact"`
	From string    `json:"from,omitempty"`
	To   string    `json:"to,omitempty"`
}

// causes finds what a decision's new choice comes from: the values it rests on that
// rest on nothing else and are different now, those it reads itself before those
// that reach it through others.
func causes(from, to *arch.Arch, was, is *arch.Decision) []FactChange {
	distance := map[arch.Path]int{}
	for _, s := range []struct {
		a *arch.Arch
		d *arch.Decision
	}{{from, was}, {to, is}} {
		if s.d == nil {
			continue
		}
		for id, far := range roots(s.a, s.d) {
			if known, ok := distance[id]; !ok || far < known {
				distance[id] = far
			}
		}
	}
	var out []FactChange
	for id := range distance {
		c := FactChange{Fact: id, From: shownFact(from, id), To: shownFact(to, id)}
		if c.From != c.To {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b FactChange) int {
		return cmp.Or(cmp.Compare(distance[a.Fact], distance[b.Fact]), cmp.Compare(a.Fact, b.Fact))
	})
	return out
}

// roots are the facts below a decision that were not derived, with how many steps
// away they are.
func roots(a *arch.Arch, d *arch.Decision) map[arch.Path]int {
	out, seen := map[arch.Path]int{}, map[arch.Path]bool{}
	level := d.Facts
	for far := 0; len(level) > 0; far++ {
		var next []arch.Path
		for _, id := range level {
			if seen[id] {
				continue
			}
			seen[id] = true
			f, ok := a.FactOf(id)
			switch {
			case !ok:
			case f.Origin == fact.Derived:
				next = append(next, f.Inputs...)
			default:
				out[id] = far
			}
		}
		level = next
	}
	return out
}

func shownFact(a *arch.Arch, id arch.Path) string {
	if f, ok := a.FactOf(id); ok {
		return f.Value.String()
	}
	return ""
}
