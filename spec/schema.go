package spec

import (
	"bytes"
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Schema prints the language as a JSON Schema (draft 2020-12), for editors to
// complete and check by. It knows keys, words and the written form of quantities;
// what Parse finds beyond that (empty ranges, crossed percentiles) it lets pass.
func Schema() []byte {
	s := schemaPrinter{}
	body := s.shape(&root)
	head := members{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "https://plumb.dev/schema/plumb.json"},
		{"title", "plumb input"},
	}
	// Definitions are added while shapes are printed, so they come last.
	s.define("name", members{{"type", "string"}, {"pattern", "^" + patName + "$"}, {"maxLength", 64}, {"description", nameHint}})
	s.define("decision", members{{"type", "string"}, {"pattern", "^" + patName + `(?:(?:[.>]` + patName + `)*|(?: *\+ *` + patName + `)+)$`}})
	s.define("names", members{{"type", "string"}, {"pattern", "^" + patName + `(?:\.` + patName + ")*$"}})
	body = append(body, member{"$defs", s.defs})
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(append(head, body[1:]...)); err != nil {
		panic("spec: the schema does not encode: " + err.Error())
	}
	return out.Bytes()
}

// members is a JSON object whose members keep their order.
type members []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		var value bytes.Buffer
		enc := json.NewEncoder(&value)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value.Bytes())
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (o members) has(name string) bool {
	for _, m := range o {
		if m.name == name {
			return true
		}
	}
	return false
}

type schemaPrinter struct{ defs members }

func (s *schemaPrinter) define(name string, o members) members {
	if !s.defs.has(name) {
		s.defs = append(s.defs, member{name, o})
	}
	return members{{"$ref", "#/$defs/" + name}}
}

// slug turns a heading into the name of a definition or an anchor.
func slug(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }

// shape prints a mapping with known keys; its first member is the title.
func (s *schemaPrinter) shape(sh *Shape) members {
	var properties members
	var required []string
	for i := range sh.Keys {
		k := &sh.Keys[i]
		if k.Form == FormReserved {
			continue
		}
		properties = append(properties, member{k.Name, s.key(k)})
		if k.Required {
			required = append(required, k.Name)
		}
	}
	out := members{{"title", sh.Name}, {"description", sh.Doc}, {"type", "object"}, {"properties", properties}}
	if required != nil {
		out = append(out, member{"required", required})
	}
	return append(out, member{"additionalProperties", false})
}

// shapeRef refers to a shape; nothing written stands for a mapping without keys
// where none is required.
func (s *schemaPrinter) shapeRef(sh *Shape) members {
	name := slug(sh.Name)
	if !s.defs.has(name) {
		s.defs = append(s.defs, member{name, nil}) // keeps the place, and ends recursion
		at := len(s.defs) - 1
		s.defs[at].value = s.shape(sh)
	}
	ref := members{{"$ref", "#/$defs/" + name}}
	if v := (&Value{Form: FormObject, Shape: sh}); v.mayBeEmpty() {
		return members{{"anyOf", []any{ref, members{{"type", "null"}}}}}
	}
	return ref
}

func (s *schemaPrinter) key(k *Key) members {
	out := append(members{{"description", k.Doc}}, s.value(&k.Value)...)
	if v, ok := k.assumed(); ok {
		out = append(out, member{"default", v})
	}
	if k.Example != "" && k.Form != FormAny {
		if v, ok := jsonOf(k.Example); ok {
			out = append(out, member{"examples", []any{v}})
		}
	}
	return out
}

// assumed returns what is assumed when the key is missing, if the description
// gives it as a value that could have been written.
func (k *Key) assumed() (any, bool) {
	_, text, ok := strings.Cut(k.Doc, "Assumed: ")
	text = strings.TrimSuffix(text, ".")
	g, leaf := k.Form.leaf()
	if k.Form == FormList {
		g, leaf = k.Elem.Form.leaf()
	}
	if !ok || !leaf || g.check == nil {
		return nil, false
	}
	v := &k.Value
	if k.Form == FormList {
		v = k.Elem
	}
	if g.check(&Node{Kind: Scalar, Text: text}, v) != nil || v.Form == FormName || v.Form == FormRef {
		return nil, false
	}
	return jsonOf(text)
}

// jsonOf reads an example as the editor will see it.
func jsonOf(example string) (any, bool) {
	var v any
	err := yaml.Unmarshal([]byte(example), &v)
	return v, err == nil
}

func (s *schemaPrinter) value(v *Value) members {
	switch v.Form {
	case FormAny:
		return nil
	case FormObject:
		return s.shapeRef(v.Shape)
	case FormEither:
		return anyOf(s.value(v.Elem), s.shapeRef(v.Shape))
	case FormMap:
		return s.mapping(v)
	case FormList:
		one := s.value(v.Elem)
		return anyOf(one, members{{"type", "array"}, {"items", one}})
	case FormListOrMap:
		name := members{{"$ref", "#/$defs/name"}}
		details := s.mapping(v)
		return anyOf(name, members{{"type", "array"}, {"items", anyOf(name, details)}}, details)
	}
	return s.leaf(v)
}

func (s *schemaPrinter) mapping(v *Value) members {
	names := "name"
	switch {
	case v.Decision:
		names = "decision"
	case v.Dotted:
		names = "names"
	}
	return members{
		{"type", "object"},
		{"propertyNames", members{{"$ref", "#/$defs/" + names}}},
		{"additionalProperties", s.value(v.Elem)},
	}
}

func anyOf(options ...members) members {
	list := make([]any, len(options))
	for i, o := range options {
		list[i] = o
	}
	return members{{"anyOf", list}}
}

func (s *schemaPrinter) leaf(v *Value) members {
	switch v.Form {
	case FormWord:
		return members{{"enum", v.Words}}
	case FormName, FormRef:
		return members{{"$ref", "#/$defs/name"}}
	}
	g, _ := v.Form.leaf()
	return s.define(slug(g.name), g.schema(v.Form, s))
}

// schema prints the definition of a form of leaf.
func (g grammar) schema(f Form, s *schemaPrinter) members {
	text := members{{"type", "string"}, {"pattern", `\S`}}
	if g.pattern != "" {
		text[1].value = `^\s*(?:` + g.pattern + `)\s*$`
	}
	options := []members{text}
	switch {
	case f == FormFlag:
		options = []members{{{"enum", []any{"yes", "no", true, false, "true", "false"}}}}
	case f == FormText || f == FormExpr:
		options = append(options, members{{"type", []string{"number", "boolean"}}})
	case f == FormShare:
		options = append(options, members{{"type", "number"}, {"minimum", 0}, {"maximum", 1}})
	case g.number:
		options = append(options, members{{"type", "number"}, {"minimum", 0}})
	case f == FormFieldType:
		options = append(options, members{{"type", "array"}, {"items", text}, {"minItems", 1}, {"maxItems", 1}})
	case f == FormTransitions:
		options = append(options, members{{"type", "array"}, {"items", text}, {"minItems", 1}})
	case f == FormMove:
		chains := s.value(&Value{Form: FormTransitions})
		options = append(options, members{{"type", "object"}, {"propertyNames", members{{"$ref", "#/$defs/name"}}}, {"additionalProperties", chains}})
	}
	out := members{{"title", g.name}, {"description", g.doc}}
	if len(options) == 1 {
		out = append(out, options[0]...)
	} else {
		out = append(out, anyOf(options...)...)
	}
	if len(g.examples) > 0 {
		var examples []any
		for _, e := range g.examples {
			if v, ok := jsonOf(e); ok {
				examples = append(examples, v)
			}
		}
		out = append(out, member{"examples", examples})
	}
	return out
}
