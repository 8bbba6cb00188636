package openapi

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// pathParameters are those that every operation of a path shares: what is in the
// path, the trace, and the version where it is a header.
func (d *document) pathParameters(op *arch.Operation) []any {
	out := []any{d.shared.use("parameters", "Traceparent")}
	if d.api.Version.How == "header" {
		out = append(out, d.shared.use("parameters", "Version"))
	}
	for _, f := range op.REST.InPath {
		f.Required = true
		out = append(out, d.parameter("path", f))
	}
	return out
}

// parameters are those of one operation alone.
func (d *document) parameters(op *arch.Operation) []any {
	var out []any
	for _, f := range op.REST.Query {
		out = append(out, d.parameter("query", f))
	}
	if op.Paging != nil && !searches(op) {
		out = append(out, d.paging(op)...)
	}
	if keyed(op) {
		out = append(out, tree.Of("name", "Idempotency-Key", "in", "header",
			"description", fmt.Sprintf("A new key for each %s, the same for its repeats: within %s a repeat gets the first answer. Sent again with another request: %s.",
				intent(op), op.Idempotency.Retention, strings.TrimSuffix(op.Idempotency.Conflict, ".")),
			"required", op.Idempotency.Required,
			"schema", tree.Of("description", "A string in the sense of structured fields: with its quotes.", "type", "string", "pattern", `^"[ !#-\[\]-~]{1,255}"$`),
			"example", `"8e03978e-40d5-43dd-bc93-6894a57f9324"`))
	}
	if op.Concurrency == ifMatch {
		out = append(out, tree.Of("name", "If-Match", "in", "header",
			"description", fmt.Sprintf("The ETag of the %s that was read; another version is not changed.", fact.Phrase(string(op.Entity))),
			"required", true,
			"schema", tree.Of("type", "string", "pattern", etagPattern), "example", etagExample))
	}
	return out
}

// intent is what an idempotency key stands for.
func intent(op *arch.Operation) string {
	if op.Verb == "create" || op.Verb == "import" {
		return "new " + fact.Phrase(string(op.Entity))
	}
	return "call of " + string(op.ID)
}

// Entity tags are strong: they name one version of the resource.
const (
	etagPattern = `^"[!#-~]+"$`
	etagExample = `"7"`
)

// parameter prints a field as a parameter. What is no plain value or list of such is
// sent as JSON.
func (d *document) parameter(in string, f arch.Field) *tree.Map {
	out := tree.Of("name", f.Name, "in", in, "description", f.About).Put("required", f.Required)
	if f.Type.Scalar == arch.ScalarPosition && !f.Type.List {
		return d.place(out, f)
	}
	schema := d.parameterSchema(f.Type)
	if schema == nil {
		return out.Set("content", tree.Of("application/json", tree.Of("schema", d.schemas.Type(f.Type), "example", d.graph.FieldExample(f))))
	}
	if f.Type.List {
		out.Set("style", "form").Set("explode", false)
	}
	return out.Set("schema", schema).Set("example", d.graph.FieldExample(f))
}

// place prints a position as two numbers: 53.54,9.97.
func (d *document) place(parameter *tree.Map, f arch.Field) *tree.Map {
	pair := tree.Of("description", "Degrees north, then degrees east.", "type", "array", "items", tree.Of("type", "number"), "minItems", 2, "maxItems", 2)
	at := d.graph.FieldExample(f)
	return parameter.Set("style", "form").Set("explode", false).Set("schema", pair).Set("example", []any{member(at, "latitude"), member(at, "longitude")})
}

// member is a value of an object, however the object is held; 0 where it has none.
func member(object any, key string) any {
	var v any
	switch o := object.(type) {
	case *tree.Map:
		v = o.Get(key)
	case map[string]any:
		v = o[key]
	}
	if v == nil {
		return 0
	}
	return v
}

// parameterSchema is the type of a plain value, nil for objects. An enumeration lists
// its words, since a parameter accepts no other.
func (d *document) parameterSchema(t arch.Type) *tree.Map {
	if t.List {
		item := t
		item.List = false
		schema := d.parameterSchema(item)
		if schema == nil {
			return nil
		}
		out := tree.Of("type", "array", "items", schema)
		if t.MaxItems != nil {
			out.Set("maxItems", *t.MaxItems)
		}
		return out
	}
	if words := d.schemas.Words(t); words != nil {
		return tree.Of("type", "string", "enum", tree.List(words))
	}
	if t.Schema != "" || t.Scalar == arch.ScalarMoney || t.Scalar == arch.ScalarPosition || t.Scalar == arch.ScalarAny {
		return nil
	}
	return d.schemas.Type(t)
}

// paging prints the parameters of a list: size, place, filters, order.
func (d *document) paging(op *arch.Operation) []any {
	p, things := op.Paging, d.several(op.Result)
	limit := tree.Of("type", "integer", "minimum", 1, "maximum", p.Max, "default", p.Default)
	out := []any{
		tree.Of("name", "limit", "in", "query", "description", fmt.Sprintf("How many %s a page holds at most.", things), "schema", limit),
		tree.Of("name", "cursor", "in", "query",
			"description", fmt.Sprintf("Continues after the %s of the page before: its nextCursor, with the same filters and order.", things),
			"schema", tree.Of("type", "string", "minLength", 1)),
	}
	for _, f := range p.Filter {
		for _, field := range d.filters(op, f) {
			out = append(out, d.parameter("query", field))
		}
	}
	if len(p.Sort) > 0 {
		var words []any
		for _, s := range p.Sort {
			words = append(words, s, "-"+s)
		}
		out = append(out, tree.Of("name", "sort", "in", "query",
			"description", fmt.Sprintf("Order of the %s; a minus turns it round. Equal ones are told apart by %s.", things, p.Key[len(p.Key)-1]),
			"schema", tree.Of("type", "string", "enum", words)))
	}
	return out
}

// filters turns one allowed filter into the parameters of its operators.
func (d *document) filters(op *arch.Operation, f arch.Filter) []arch.Field {
	things := d.several(op.Result)
	means, example := "", any(nil)
	if field, ok := d.graph.Field(op.Result, f.Field); ok {
		means, example = " "+field.About, field.Example
		if list, isList := example.([]any); isList && len(list) > 0 {
			example = list[0]
		}
	}
	one := func(name, about string, t arch.Type) arch.Field {
		about = fmt.Sprintf(about, "`"+f.Field+"`")
		if slices.Contains([]string{"limit", "cursor", "sort"}, name) {
			name = fact.Camel("by_" + name)
		}
		return arch.Field{Name: name, Type: t, Example: example, About: fmt.Sprintf("Only %s %s.", things, about) + means}
	}
	many := f.Type
	many.List = true
	var out []arch.Field
	switch {
	case slices.Contains(f.Operators, "in"):
		out = append(out, one(f.Field, "whose %s is one of these", many))
	case slices.Contains(f.Operators, "eq"):
		out = append(out, one(f.Field, "whose %s is this", f.Type))
	}
	for _, bound := range []struct{ operator, suffix, about string }{
		{"from", "From", "whose %s is this or above"}, {"to", "To", "whose %s is below this"}, {"prefix", "Prefix", "whose %s begins like this"},
	} {
		if slices.Contains(f.Operators, bound.operator) {
			out = append(out, one(f.Field+bound.suffix, bound.about, f.Type))
		}
	}
	if slices.Contains(f.Operators, "near") {
		out = append(out, one(f.Field+"Near", "whose %s is near this", f.Type))
	}
	return out
}

// requestBody prints what is sent: a schema, a file, or a stream of records.
func (d *document) requestBody(op *arch.Operation) *tree.Map {
	if sendsFile(op) {
		return d.upload(op)
	}
	if searches(op) {
		return d.search(op)
	}
	if op.Body == "" {
		return nil
	}
	about := ""
	if s := d.graph.Get(op.Body); s != nil {
		about = s.About
	}
	media := d.json()
	if op.REST.Method == "PATCH" {
		media = "application/merge-patch+json"
	}
	return tree.Of("description", about, "required", true, "content", tree.Of(media, d.shared.body(d.schemas.RequestRef(op.Body), op.Body)))
}

// searches reports whether a list is asked for with a body, since its filters belong in
// no URL.
func searches(op *arch.Operation) bool { return op.Paging != nil && op.REST.Method == "POST" }

// search prints what would be the parameters of a list as the fields of a body.
func (d *document) search(op *arch.Operation) *tree.Map {
	properties, example := &tree.Map{}, &tree.Map{}
	for _, v := range d.paging(op) {
		p := v.(*tree.Map)
		name := p.Get("name").(string)
		schema, plain := p.Get("schema").(*tree.Map)
		sample := p.Get("example")
		if !plain {
			media := p.Get("content").(*tree.Map).Get(d.json()).(*tree.Map)
			schema, sample = media.Get("schema").(*tree.Map), media.Get("example")
		}
		property := tree.Of("description", p.Get("description"))
		schema.Each(func(key string, value any) {
			if key != "description" {
				property.Set(key, value)
			}
		})
		properties.Set(name, property)
		if sample != nil {
			example.Set(name, sample)
		}
	}
	what := fmt.Sprintf("Which %s are wanted: some of the filters are personal data, which belongs in no URL.", d.several(op.Result))
	return tree.Of("description", what, "required", true, "content", tree.Of(d.json(),
		tree.Of("schema", tree.Of("type", "object", "properties", properties), "example", example)))
}
