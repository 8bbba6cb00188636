package build

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/model"
)

// renamed lists what had another name before, so that the lock keeps the ids that
// were made of it.
func (b *builder) renamed() {
	each(b, "actors", b.m.Actors, func(x *model.Actor) *model.Element { return &x.Element })
	each(b, "externals", b.m.Externals, func(x *model.External) *model.Element { return &x.Element })
	each(b, "types", b.m.Types, func(x *model.ValueType) *model.Element { return &x.Element })
	each(b, "domain", b.m.Aggregates, func(x *model.Aggregate) *model.Element { return &x.Element })
	each(b, "events", b.m.Events, func(x *model.Event) *model.Element { return &x.Element })
	each(b, "use_cases", b.m.UseCases, func(x *model.UseCase) *model.Element { return &x.Element })
}

func each[T any](b *builder, section string, list []T, of func(T) *model.Element) {
	for _, x := range list {
		if e := of(x); e.Was != "" {
			b.a.Renamed = append(b.a.Renamed, arch.Rename{From: section + "." + e.Was, To: e.Path})
		}
	}
}
