package build

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// rules are the invariants of the aggregates, then those across them, as they were
// written.
func (b *builder) rules() {
	for _, a := range b.m.Aggregates {
		if b.owner[a] == nil {
			continue
		}
		for _, inv := range a.Invariants {
			b.a.Rules = append(b.a.Rules, arch.Rule{Of: a.Path, Over: []arch.Path{a.Path}, Holds: inv.Text, Expression: inv.CEL})
		}
	}
	for _, r := range b.m.Rules {
		b.a.Rules = append(b.a.Rules, arch.Rule{Of: r.Path, Over: pathsOf(r.Over), Holds: r.Holds.Text, Expression: r.Holds.CEL, Within: value(fact.Duration, r.Within)})
	}
}

func pathsOf(list []*model.Aggregate) []arch.Path {
	out := make([]arch.Path, len(list))
	for i, a := range list {
		out[i] = a.Path
	}
	return out
}
