package diff

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// causes finds what a decision's new choice comes from: the values it rests on that
// rest on nothing else and are different now, those it reads itself before those
// that reach it through others.
func causes(from, to *arch.Arch, was, is *arch.Decision) []arch.FactChange {
	distance := map[arch.Path]int{}
	for _, s := range []struct {
		a *arch.Arch
		d *arch.Decision
	}{{from, was}, {to, is}} {
		if s.d == nil {
			continue
		}
		for id, far := range s.a.Roots(s.d) {
			if known, ok := distance[id]; !ok || far < known {
				distance[id] = far
			}
		}
	}
	var out []arch.FactChange
	for id := range distance {
		c := arch.FactChange{Fact: id, From: shownFact(from, id), To: shownFact(to, id)}
		if c.From != c.To && (c.From != "" && c.To != "" || stated(from, id) || stated(to, id)) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b arch.FactChange) int {
		return cmp.Or(cmp.Compare(distance[a.Fact], distance[b.Fact]), cmp.Compare(a.Fact, b.Fact))
	})
	return out
}

// stated reports whether somebody said a value or measured it. Others appear and
// disappear with the options that read them.
func stated(a *arch.Arch, id arch.Path) bool {
	f, ok := a.FactOf(id)
	return ok && (f.Origin == fact.Stated || f.Origin == fact.Measured)
}

func shownFact(a *arch.Arch, id arch.Path) string {
	if f, ok := a.FactOf(id); ok {
		return f.Value.String()
	}
	return ""
}
