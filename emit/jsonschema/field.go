package jsonschema

import (
	"fmt"
	"math"
	"strconv"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// Field prints a field with its description, bounds, default and example.
func (p *Printer) Field(f arch.Field) *tree.Map {
	schema := p.Type(f.Type)
	if f.Nullable {
		schema = nullable(schema)
	}
	out := p.describe(schema, f.About+stringBounds(f.Type))
	if v, ok := defaultValue(f); ok {
		out.Set("default", v)
	}
	if f.Example != nil {
		out.Set("examples", []any{p.graph.FieldExample(f)})
	}
	return out.Put("readOnly", f.ReadOnly).Put("x-plumb-immutable", f.Fixed).Put("x-plumb-data-class", f.Class)
}

// describe adds a description in the way that the dialect allows beside what the
// schema holds.
func (p *Printer) describe(schema *tree.Map, about string) *tree.Map {
	if schema.Get("$ref") != nil && p.dialect == Draft07 {
		return tree.Of("description", about, "allOf", []any{schema})
	}
	if schema.Get("$ref") != nil {
		return schema.Put("description", about)
	}
	out := (&tree.Map{}).Put("description", about)
	schema.Each(func(key string, value any) { out.Set(key, value) })
	return out
}

// nullable lets a schema be null as well.
func nullable(schema *tree.Map) *tree.Map {
	kind, plain := schema.Get("type").(string)
	if !plain {
		if schema.Len() == 0 {
			return schema // whatever it is, it may be null already
		}
		return tree.Of("anyOf", []any{schema, tree.Of("type", "null")})
	}
	out := &tree.Map{}
	schema.Each(func(key string, value any) {
		if key == "type" {
			value = []any{kind, "null"}
		}
		out.Set(key, value)
	})
	return out
}

// Type prints a type, without description.
func (p *Printer) Type(t arch.Type) *tree.Map {
	if t.List {
		item := t
		item.List = false
		out := tree.Of("type", "array", "items", p.Type(item))
		return putInt(putInt(out, "minItems", t.MinItems), "maxItems", t.MaxItems)
	}
	if t.Schema != "" {
		return p.Ref(t.Schema)
	}
	switch t.Scalar {
	case arch.ScalarMoney:
		return p.Own("Money", money)
	case arch.ScalarPosition:
		return p.Own("Position", position)
	}
	out := scalar(t.Scalar)
	switch t.Scalar {
	case arch.ScalarInt:
		putNumber(putNumber(out, "minimum", t.Min), "maximum", t.Max)
	case arch.ScalarAny, arch.ScalarFlag:
	default:
		putInt(putInt(out, "minLength", t.MinLength), "maxLength", t.MaxLength)
		if t.Pattern != "" && out.Get("pattern") == nil {
			out.Set("pattern", t.Pattern)
		}
	}
	return out
}

func putInt(m *tree.Map, key string, n *int) *tree.Map {
	if n != nil {
		m.Set(key, *n)
	}
	return m
}

func putNumber(m *tree.Map, key string, n *float64) *tree.Map {
	if n != nil && !math.IsNaN(*n) && !math.IsInf(*n, 0) {
		m.Set(key, *n)
	}
	return m
}

// The patterns of scalars that no format of JSON Schema names. A time of day is a
// wall clock's: the format "time" would ask for an offset.
const (
	decimalPattern  = `^-?[0-9]+(\.[0-9]+)?$`
	timePattern     = `^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$`
	phonePattern    = `^\+[1-9][0-9]{1,14}$` // E.164
	countryPattern  = `^[A-Z]{2}$`           // ISO 3166-1 alpha-2
	currencyPattern = `^[A-Z]{3}$`           // ISO 4217
	languagePattern = `^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`
)

// scalar prints a scalar that needs no component of its own.
func scalar(s arch.Scalar) *tree.Map {
	text := func(key, value string) *tree.Map { return tree.Of("type", "string", key, value) }
	switch s {
	case arch.ScalarInt:
		return tree.Of("type", "integer", "format", "int64")
	case arch.ScalarFlag:
		return tree.Of("type", "boolean")
	case arch.ScalarAny:
		return &tree.Map{}
	case arch.ScalarDecimal:
		return text("pattern", decimalPattern)
	case arch.ScalarDate:
		return text("format", "date")
	case arch.ScalarTime:
		return text("pattern", timePattern)
	case arch.ScalarInstant:
		return text("format", "date-time")
	case arch.ScalarDuration:
		return text("format", "duration")
	case arch.ScalarEmail:
		return text("format", "email")
	case arch.ScalarPhone:
		return text("pattern", phonePattern)
	case arch.ScalarURL:
		return text("format", "uri")
	case arch.ScalarCountry:
		return text("pattern", countryPattern)
	case arch.ScalarLanguage:
		return text("pattern", languagePattern)
	case arch.ScalarBytes:
		return text("contentEncoding", "base64")
	}
	return tree.Of("type", "string") // ids, texts and ids of files
}

func money() *tree.Map {
	return tree.Of("description", "An amount of money with all its digits.",
		"type", "object",
		"required", []any{"amount", "currency"},
		"properties", tree.Of(
			"amount", tree.Of("description", "Decimal number, as text so that no reader rounds it.", "type", "string", "pattern", decimalPattern),
			"currency", tree.Of("description", "ISO 4217 code.", "type", "string", "pattern", currencyPattern)))
}

func position() *tree.Map {
	degrees := func(about string, most int) *tree.Map {
		return tree.Of("description", about, "type", "number", "minimum", -most, "maximum", most)
	}
	return tree.Of("description", "A point on the earth (WGS 84).",
		"type", "object",
		"required", []any{"latitude", "longitude"},
		"properties", tree.Of("latitude", degrees("Degrees north.", 90), "longitude", degrees("Degrees east.", 180)))
}

// stringBounds says in words what bounds a decimal, which JSON carries as text.
func stringBounds(t arch.Type) string {
	if t.Scalar != arch.ScalarDecimal {
		return ""
	}
	least, most := "", ""
	if t.Min != nil {
		least = fact.FormatNumber(*t.Min, 15)
	}
	if t.Max != nil {
		most = fact.FormatNumber(*t.Max, 15)
	}
	switch {
	case least != "" && most != "":
		return fmt.Sprintf(" From %s to %s.", least, most)
	case least != "":
		return fmt.Sprintf(" At least %s.", least)
	case most != "":
		return fmt.Sprintf(" At most %s.", most)
	}
	return ""
}

// defaultValue turns the text of a default into a value of the field's type; false
// where a text cannot stand for one.
func defaultValue(f arch.Field) (any, bool) {
	if f.Default == "" || f.Type.List {
		return nil, false
	}
	switch f.Type.Scalar {
	case arch.ScalarInt:
		n, err := strconv.Atoi(f.Default)
		return n, err == nil
	case arch.ScalarFlag:
		return f.Default == "true" || f.Default == "yes", true
	case arch.ScalarMoney, arch.ScalarPosition, arch.ScalarAny:
		return nil, false
	}
	return f.Default, true
}
