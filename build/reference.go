package build

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// What an aggregate has of another: its id, and what it wrote down of it. A value that
// holds a reference has no life of its own: what stands beside the reference, of the kind
// of a field of what is referred to and called by the same noun, is that field as it was
// when the value was made (the name and the price of a line's dish). An aggregate has
// fields of its own, whatever they are called; only the same value under the same name is
// what it took over. Everything else is read where it is, as it is now.

// refersTo is what the aggregates of a context keep of others as it was, and
// those that they know by id alone.
func (b *builder) refersTo(c *decide.Context) (snapshots []arch.Snapshot, refers []arch.Path) {
	kept := map[*model.Aggregate][]string{}
	var order []*model.Aggregate
	for _, a := range c.Aggregates {
		eachRecord(a.Fields, 0, func(fields []*model.Field, value bool) {
			for _, f := range fields {
				if f.Ref == nil || f.Ref == a {
					continue
				}
				if !slices.Contains(order, f.Ref) {
					order = append(order, f.Ref)
				}
				for _, name := range asItWas(fields, f.Ref, value) {
					if !slices.Contains(kept[f.Ref], name) {
						kept[f.Ref] = append(kept[f.Ref], name)
					}
				}
			}
		})
	}
	slices.SortFunc(order, func(x, y *model.Aggregate) int { return cmp.Compare(x.Path, y.Path) })
	for _, a := range order {
		if names := kept[a]; len(names) > 0 {
			slices.Sort(names)
			snapshots = append(snapshots, arch.Snapshot{Of: a.Path, Fields: names})
		} else {
			refers = append(refers, a.Path)
		}
	}
	return snapshots, refers
}

// eachRecord visits the fields of an aggregate and those of the values within it.
func eachRecord(fields []*model.Field, deep int, visit func(fields []*model.Field, value bool)) {
	if deep > deepest {
		return
	}
	visit(fields, deep > 0)
	for _, f := range fields {
		if f.Kind == model.KindValue && f.Value != nil {
			eachRecord(f.Value.Fields, deep+1, visit)
		}
	}
}

// asItWas names the fields of a record, a value or an aggregate, that repeat a field of
// what it refers to.
func asItWas(fields []*model.Field, of *model.Aggregate, value bool) (out []string) {
	for _, f := range fields {
		if f.Ref != nil || f.RefActor != nil || f.Kind == model.KindInstant {
			continue
		}
		if slices.ContainsFunc(of.Fields, func(g *model.Field) bool {
			same := g.Kind == f.Kind && g.List == f.List && g.Value == f.Value
			return same && (value && noun(g.Name) == noun(f.Name) || f.Kind == model.KindValue && g.Name == f.Name)
		}) {
			out = append(out, f.Name)
		}
	}
	return out
}

// noun is the last word of a name: price of unit_price.
func noun(name string) string {
	w := fact.Words(name)
	if len(w) == 0 {
		return name
	}
	return w[len(w)-1]
}
