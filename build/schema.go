package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// schemas makes the neutral schema graph: value types, entities and, later by the
// operations and events that need them, inputs, results, pages and payloads.
func (b *builder) schemas() {
	for _, t := range b.m.Types {
		b.valueSchema(t)
	}
	for _, a := range b.m.Aggregates {
		if a.States != nil {
			b.stateSchema(a)
		}
		b.entitySchema(a)
	}
}

// add puts a schema into the graph; one with the same id is kept as it is.
func (b *builder) add(s arch.Schema) arch.SchemaID {
	if _, known := b.schema[s.ID]; !known {
		b.schema[s.ID] = len(b.a.Schemas)
		b.a.Schemas = append(b.a.Schemas, s)
	}
	return s.ID
}

func (b *builder) get(id arch.SchemaID) *arch.Schema {
	if i, ok := b.schema[id]; ok {
		return &b.a.Schemas[i]
	}
	return nil
}

func schemaID(name string) arch.SchemaID { return arch.SchemaID(fact.Pascal(name)) }

func (b *builder) valueSchema(t *model.ValueType) {
	s := arch.Schema{ID: schemaID(t.Name), Of: t.Path, Role: "value", Was: wasID(t.Was)}
	if len(t.Words) > 0 {
		s.Kind, s.Words = "enum", words(t.Words)
		s.About = orAbout(t.About, "The %ss this system knows.", fact.Phrase(t.Name))
		s.Meanings = make([]string, len(t.Words))
		for i, w := range t.Words {
			s.Meanings[i] = fmt.Sprintf("The %s is %s.", fact.Phrase(t.Name), fact.Phrase(w))
		}
	} else {
		s.Kind = "object"
		s.About = orAbout(t.About, "%s, a value without an identity of its own.", sentenceCase(fact.Phrase(t.Name)))
		s.Fields = b.fields(t.Fields, t.Name)
	}
	b.add(s)
}

func wasID(was string) arch.SchemaID {
	if was == "" {
		return ""
	}
	return schemaID(was)
}

// words spells the words of an enumeration as contracts do.
func words(list []string) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = fact.Snake(w)
	}
	return out
}

func (b *builder) stateSchema(a *model.Aggregate) {
	s := arch.Schema{
		ID: stateID(a), Kind: "enum", Role: "value", Of: a.Path, Context: b.contextOf(a), Was: wasState(a),
		About: fmt.Sprintf("Where %s stands in its lifecycle.", article(a.Name)), Words: words(a.States.States),
	}
	for _, st := range a.States.States {
		s.Meanings = append(s.Meanings, stateMeaning(a, st))
	}
	b.add(s)
}

func wasState(a *model.Aggregate) arch.SchemaID {
	if a.Was == "" {
		return ""
	}
	return schemaID(a.Was + "Status")
}

func stateID(a *model.Aggregate) arch.SchemaID { return schemaID(a.Name + "Status") }

// stateMeaning says how a state is entered, which is what tells it from others.
func stateMeaning(a *model.Aggregate, state string) string {
	var by []string
	for _, m := range a.States.Moves {
		if m.To == state {
			for _, u := range m.By {
				by = append(by, fact.Phrase(u.Name))
			}
		}
	}
	slices.Sort(by)
	by = slices.Compact(by)
	what := sentenceCase(fact.Phrase(a.Name))
	switch {
	case len(by) > 0:
		return fmt.Sprintf("%s is %s, after %s.", what, fact.Phrase(state), and(by))
	case state == a.States.Initial:
		return fmt.Sprintf("%s is %s: it starts like this.", what, fact.Phrase(state))
	default:
		return fmt.Sprintf("%s is %s.", what, fact.Phrase(state))
	}
}

func (b *builder) contextOf(a *model.Aggregate) arch.ContextID {
	if c := b.owner[a]; c != nil {
		return c.ID
	}
	return ""
}

// entitySchema is an aggregate as its readers see it: without secrets and card
// data, with its state and what can be done next.
func (b *builder) entitySchema(a *model.Aggregate) {
	s := arch.Schema{
		ID: schemaID(a.Name), Kind: "object", Role: "entity", Of: a.Path, Context: b.contextOf(a), Was: wasID(a.Was),
		About: orAbout(a.About, "%s as %s keeps it.", sentenceCase(article(a.Name)), b.m.Name),
	}
	id := b.field(a.ID, a.Name)
	id.ReadOnly, id.Required = true, true
	id.Type.Ref = ""
	s.Fields = append(s.Fields, id)
	if a.States != nil {
		s.Fields = append(s.Fields, arch.Field{
			Name: "status", Required: true, ReadOnly: true, Type: arch.Type{Schema: stateID(a)}, Source: a.Path + ".states",
			About:   fmt.Sprintf("Where the %s stands in its lifecycle.", fact.Phrase(a.Name)),
			Example: fact.Snake(a.States.Initial),
		})
	}
	for _, f := range a.Fields {
		if hidden(f) {
			continue
		}
		s.Fields = append(s.Fields, b.field(f, a.Name))
	}
	if acts := b.actions(a); len(acts) > 0 {
		s.Fields = append(s.Fields, arch.Field{
			Name: "allowedActions", Required: true, ReadOnly: true, Type: arch.Type{Scalar: arch.ScalarText, List: true},
			About:   fmt.Sprintf("What can be done with the %s in its present state, by whoever asks: %s.", fact.Phrase(a.Name), and(acts)),
			Example: []any{acts[0]},
		})
	}
	b.add(s)
}

// hidden fields never leave in a result.
func hidden(f *model.Field) bool { return f.Class == "secret" || f.Class == "card" }

// actions are the operations that move the aggregate and that people ask for.
func (b *builder) actions(a *model.Aggregate) []string {
	if a.States == nil {
		return nil
	}
	var out []string
	for _, m := range a.States.Moves {
		for _, u := range m.By {
			if u.Asked() {
				out = append(out, fact.Camel(u.Name))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (b *builder) fields(list []*model.Field, of string) []arch.Field {
	out := make([]arch.Field, 0, len(list))
	for _, f := range list {
		out = append(out, b.field(f, of))
	}
	return out
}

// field translates one field of the model.
func (b *builder) field(f *model.Field, of string) arch.Field {
	out := arch.Field{
		Name: fact.Camel(f.Name), Type: b.typeOf(f), Required: !f.Optional, Nullable: false,
		ReadOnly: stamped(f), Fixed: f.Fixed, Class: f.Class, Default: f.Default, Source: f.Path,
		About: b.fieldAbout(f, of),
	}
	out.Example = b.example(f, of)
	return out
}

// stamped fields are moments the system itself records: placed_at, sent_at.
func stamped(f *model.Field) bool {
	w := fact.Words(f.Name)
	return f.Kind == model.KindInstant && !f.Optional && len(w) == 2 && w[1] == "at" &&
		(strings.HasSuffix(w[0], "ed") || w[0] == "sent" || w[0] == "begun")
}

func (b *builder) fieldAbout(f *model.Field, of string) string {
	name, owner := fact.Phrase(f.Name), fact.Phrase(of)
	var s string
	switch f.Kind {
	case model.KindID:
		s = fmt.Sprintf("Identifies the %s.", owner)
		if f.Name != "id" {
			s = fmt.Sprintf("The %s, which identifies the %s.", name, owner)
		}
	case model.KindRef:
		target := "aggregate"
		if f.Ref != nil {
			target = fact.Phrase(f.Ref.Name)
		} else if f.RefActor != nil {
			target = fact.Phrase(f.RefActor.Name)
		}
		if f.List {
			s = fmt.Sprintf("The %s this %s refers to, by id.", b.plural(target), owner)
		} else {
			s = fmt.Sprintf("The %s this %s belongs to, by id.", target, owner)
		}
	case model.KindFlag:
		s = fmt.Sprintf("Whether the %s is %s.", owner, name)
	case model.KindInstant:
		s = fmt.Sprintf("When: the %s of the %s.", name, owner)
		if stamped(f) {
			s = fmt.Sprintf("When the %s was %s; set by the system.", owner, fact.Words(f.Name)[0])
		}
	default:
		s = fmt.Sprintf("The %s of the %s.", name, owner)
	}
	switch f.Class {
	case "personal":
		s += " Personal data."
	case "card", "health", "secret":
		s += " Class: " + f.Class + "."
	}
	return s
}

var scalars = map[model.FieldKind]arch.Scalar{
	model.KindID: arch.ScalarID, model.KindText: arch.ScalarText, model.KindInt: arch.ScalarInt,
	model.KindDecimal: arch.ScalarDecimal, model.KindMoney: arch.ScalarMoney, model.KindFlag: arch.ScalarFlag,
	model.KindDate: arch.ScalarDate, model.KindTime: arch.ScalarTime, model.KindInstant: arch.ScalarInstant,
	model.KindDuration: arch.ScalarDuration, model.KindEmail: arch.ScalarEmail, model.KindPhone: arch.ScalarPhone,
	model.KindURL: arch.ScalarURL, model.KindCountry: arch.ScalarCountry, model.KindLanguage: arch.ScalarLanguage,
	model.KindPosition: arch.ScalarPosition, model.KindBytes: arch.ScalarBytes, model.KindFile: arch.ScalarFile,
	model.KindRef: arch.ScalarID,
}

// Text without a stated length is bounded, so that no request can be endless; the
// bound is the one a short description needs.
const textMost = 500

// Lists without a stated length are bounded for the same reason.
const listMost = 1000

func (b *builder) typeOf(f *model.Field) arch.Type {
	t := arch.Type{Scalar: scalars[f.Kind], List: f.List, Pattern: f.Pattern}
	switch {
	case f.Value != nil:
		t.Scalar, t.Schema = "", schemaID(f.Value.Name)
	case f.Kind == model.KindEnum:
		t.Scalar, t.Schema = "", b.inlineEnum(f)
	case f.Ref != nil:
		t.Ref = schemaID(f.Ref.Name)
	}
	switch f.Kind {
	case model.KindInt, model.KindDecimal:
		t.Min, t.Max = f.Min, f.Max
	case model.KindText:
		most := textMost
		if f.Max != nil {
			most = int(*f.Max)
		}
		t.MaxLength = &most
		if f.Min != nil {
			least := int(*f.Min)
			t.MinLength = &least
		}
	}
	if f.List {
		most := listMost
		t.MaxItems = &most
	}
	return t
}

// inlineEnum names the words of a field that were given in place.
func (b *builder) inlineEnum(f *model.Field) arch.SchemaID {
	parts := strings.Split(string(f.Path), ".")
	owner := ""
	if len(parts) > 1 {
		owner = parts[1]
	}
	id := schemaID(owner + "_" + f.Name)
	s := arch.Schema{ID: id, Kind: "enum", Role: "value", Of: f.Path, Words: words(f.Enum),
		About: fmt.Sprintf("The %s of the %s.", fact.Phrase(f.Name), fact.Phrase(owner))}
	for _, w := range f.Enum {
		s.Meanings = append(s.Meanings, fmt.Sprintf("The %s is %s.", fact.Phrase(f.Name), fact.Phrase(w)))
	}
	return b.add(s)
}
