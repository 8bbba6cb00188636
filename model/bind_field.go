package model

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// fields binds a mapping of names to field types, in the order written. inside
// names what the fields belong to.
func (b *binder) fields(n *spec.Node, at fact.ID) []*Field {
	if n == nil || n.Kind != spec.Mapping || n.Bad {
		return nil
	}
	out := make([]*Field, 0, len(n.Entries))
	for _, e := range n.Entries {
		var f *Field
		if t, ok := e.Value.FieldType(); ok {
			f = b.field(e.Key, t, at)
		}
		if f == nil { // reported; whoever names it has said nothing wrong
			if b.lost == nil {
				b.lost = map[fact.ID][]string{}
			}
			b.lost[at] = append(b.lost[at], e.Key)
			continue
		}
		f.Span = e.KeySpan
		out = append(out, f)
	}
	return out
}

func (b *binder) field(name string, t spec.FieldType, at fact.ID) *Field {
	f := &Field{
		Name: name, Path: at + "." + fact.ID(name), Kind: FieldKind(t.Kind), List: t.List,
		Optional: t.Optional, Unique: t.Unique, Fixed: t.Fixed, Class: t.Class,
		Min: t.Bounds.Min, Max: t.Bounds.Max, Pattern: t.Pattern, Default: t.Default,
		MinItems: t.Count.Min, MaxItems: t.Count.Max, Places: t.Places,
	}
	switch t.Kind {
	case "ref":
		return b.refField(f, t)
	case "enum":
		f.Kind = KindEnum
		for _, w := range t.Words {
			f.Enum = append(f.Enum, w.Text)
		}
	case "named":
		return b.namedField(f, t)
	}
	if f.Class == "" && (f.Kind == KindEmail || f.Kind == KindPhone) {
		f.Class, f.ClassAssumed = "personal", true
	}
	return f
}

// refField binds -> Order, -> consumer.
func (b *binder) refField(f *Field, t spec.FieldType) *Field {
	f.Kind = KindRef
	if f.Ref = b.domain.byName[t.Name.Text]; f.Ref != nil {
		return f
	}
	if f.RefActor = b.actors.byName[t.Name.Text]; f.RefActor != nil {
		return f
	}
	if v := b.types.byName[t.Name.Text]; v != nil {
		b.add(diag.Problem{
			Code: "model.reference-to-value", Severity: diag.Error, Span: t.Name.Span, Path: string(f.Path),
			Message: fmt.Sprintf("%s has no identity, so nothing can refer to it", v.Name),
			Related: []diag.Related{{Span: v.Span, Note: v.Name + " is declared here, under types"}},
			Hint:    fmt.Sprintf("write %s without the arrow to keep it inside, or move it to domain", v.Name),
		})
		return nil
	}
	candidates := append(slices.Clone(b.domain.names), b.actors.names...)
	b.unknown("aggregate", named{text: t.Name.Text, span: t.Name.Span}, f.Path, candidates, b.spansOf(candidates))
	return nil
}

// namedField binds a value object or an enumeration of types.
func (b *binder) namedField(f *Field, t spec.FieldType) *Field {
	if v := b.types.byName[t.Name.Text]; v != nil {
		f.Kind, f.Value = KindValue, v
		if v.Words != nil {
			f.Kind, f.Enum = KindEnum, v.Words
		}
		return f
	}
	if a := b.domain.byName[t.Name.Text]; a != nil {
		b.add(diag.Problem{
			Code: "model.aggregate-inside", Severity: diag.Error, Span: t.Name.Span, Path: string(f.Path),
			Message: fmt.Sprintf("%s has an identity of its own and cannot be kept inside another aggregate", a.Name),
			Related: []diag.Related{{Span: a.Span, Note: a.Name + " is declared here, under domain"}},
			Hint:    fmt.Sprintf("refer to it with -> %s, or declare it under types", a.Name),
			Fix:     &diag.Fix{Span: t.Name.Span, Text: "-> " + a.Name},
		})
		return nil
	}
	candidates := append(slices.Clone(b.types.names), spec.FieldKinds()...)
	b.unknown("type", named{text: t.Name.Text, span: t.Name.Span}, f.Path, candidates, b.types.spans)
	return nil
}

func (b *binder) spansOf(names []string) map[string]diag.Span {
	out := map[string]diag.Span{}
	for _, n := range names {
		if _, span := b.elsewhere(n); span.Valid() {
			out[n] = span
		}
	}
	return out
}

func (b *binder) declareTypes(n *spec.Node) {
	for _, e := range declarations(n) {
		v := &ValueType{Element: declared(spec.SecTypes, e, len(b.out.skeleton.Types))}
		if e.Value.Kind != spec.Mapping {
			v.Words = append([]string{}, texts(e.Value)...)
		}
		b.types.add(v.Name, v.Span, v)
		b.out.skeleton.Types = append(b.out.skeleton.Types, v)
	}
}

func (b *binder) bindTypes(n *spec.Node) {
	for _, v := range b.out.skeleton.Types {
		v.Fields = b.fields(n.Get(v.Name).Get("fields"), v.id("fields"))
	}
}
