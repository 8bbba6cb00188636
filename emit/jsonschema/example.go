package jsonschema

import (
	"encoding/json"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// deepest is how many schemas an example nests before it leaves out what is
// optional.
const deepest = 5

// Example returns a value that is valid for the schema, made of the examples of its
// fields. It is the same each time, and shared: do not change it. A schema without an
// instance (one that requires itself) has an example that stops somewhere.
func (g *Graph) Example(id arch.SchemaID) any {
	v, _ := g.example(id, nil)
	return v
}

// example also tells whether it had to stop at a schema that it stands in, and so
// would look different elsewhere.
func (g *Graph) example(id arch.SchemaID, within []arch.SchemaID) (value any, cut bool) {
	if v, known := g.made[id]; known {
		return v, false
	}
	s := g.schemas[id]
	if s == nil {
		return &tree.Map{}, false
	}
	if s.Kind == "enum" {
		if len(s.Words) == 0 {
			return "", false
		}
		return s.Words[0], false
	}
	within = append(within[:len(within):len(within)], id)
	out := &tree.Map{}
	for _, f := range s.Fields {
		if !f.Required && (len(within) > deepest || g.recursive(f.Type.Schema, within)) {
			cut = true
			continue
		}
		v, stopped := g.fieldExample(f, within)
		cut = cut || stopped
		out.Set(f.Name, v)
		if s.Kind == "union" {
			break
		}
	}
	if !cut {
		g.made[id] = out
	}
	return out, cut
}

func (g *Graph) recursive(id arch.SchemaID, within []arch.SchemaID) bool {
	for _, w := range within {
		if id != "" && w == id {
			return true
		}
	}
	return false
}

// FieldExample returns a value that is valid for the field: its own example where it
// has one. A field with a pattern must have one.
func (g *Graph) FieldExample(f arch.Field) any {
	v, _ := g.fieldExample(f, nil)
	return v
}

func (g *Graph) fieldExample(f arch.Field, within []arch.SchemaID) (value any, cut bool) {
	value = normal(f.Example)
	list, isList := value.([]any)
	if !f.Type.List {
		if value == nil {
			value, cut = g.oneExample(f, within)
		}
		return value, cut
	}
	least := 1
	if f.Type.MinItems != nil {
		least = max(least, *f.Type.MinItems)
	}
	if f.Type.MaxItems != nil {
		least = min(least, *f.Type.MaxItems)
	}
	switch {
	case isList:
	case value != nil:
		list = []any{value}
	case g.recursive(f.Type.Schema, within):
		return []any{}, true
	default:
		value, cut = g.oneExample(f, within)
		list = []any{value}
	}
	if least == 0 {
		return []any{}, cut
	}
	for len(list) > 0 && len(list) < least {
		list = append(list[:len(list):len(list)], list[0])
	}
	return list, cut
}

// oneExample makes an example of a field that has none, not a list.
func (g *Graph) oneExample(f arch.Field, within []arch.SchemaID) (value any, cut bool) {
	if f.Type.Schema != "" {
		if g.recursive(f.Type.Schema, within) {
			return &tree.Map{}, true
		}
		return g.example(f.Type.Schema, within)
	}
	switch f.Type.Scalar {
	case arch.ScalarInt:
		return bounded(f.Type), false
	case arch.ScalarDecimal:
		return fact.FormatNumber(float64(bounded(f.Type)), 15), false
	case arch.ScalarText:
		return phrase(f), false
	case arch.ScalarMoney:
		return tree.Of("amount", "12.50", "currency", "EUR"), false
	case arch.ScalarPosition:
		return tree.Of("latitude", 52.37, "longitude", 4.89), false
	case arch.ScalarFlag:
		return true, false
	}
	return plainExamples(f.Type.Scalar), false
}

// plainExamples are values of the scalars that any field can have.
func plainExamples(s arch.Scalar) string {
	switch s {
	case arch.ScalarDate:
		return "2026-03-14"
	case arch.ScalarTime:
		return "18:30"
	case arch.ScalarInstant:
		return "2026-03-14T18:30:00Z"
	case arch.ScalarDuration:
		return "PT15M"
	case arch.ScalarEmail:
		return "ada@mail.example"
	case arch.ScalarPhone:
		return "+31201234567"
	case arch.ScalarURL:
		return "https://www.mail.example/ada"
	case arch.ScalarCountry:
		return "NL"
	case arch.ScalarLanguage:
		return "nl"
	case arch.ScalarBytes:
		return "cGx1bWI="
	}
	return "01JQ3B4T5V6W7X8Y9Z0A1B2C3D"
}

func bounded(t arch.Type) int {
	n := 3.0
	if t.Min != nil {
		n = max(n, *t.Min)
	}
	if t.Max != nil {
		n = min(n, *t.Max)
	}
	return int(n)
}

// phrase is the field's name in words, as long as the type allows.
func phrase(f arch.Field) string {
	s := fact.Phrase(f.Name)
	if f.Type.MaxLength != nil && len(s) > *f.Type.MaxLength {
		s = s[:max(0, *f.Type.MaxLength)]
	}
	if f.Type.MinLength != nil && len(s) < *f.Type.MinLength && *f.Type.MinLength < 10000 {
		s += strings.Repeat(".", *f.Type.MinLength-len(s))
	}
	return s
}

// normal turns a value into those that package tree writes.
func normal(v any) any {
	switch v := v.(type) {
	case nil, string, bool, int, float64, *tree.Map:
		return v
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = normal(item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = normal(item)
		}
		return out
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var out any
	if json.Unmarshal(b, &out) != nil {
		return nil
	}
	return out
}
