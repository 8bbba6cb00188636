package openapi

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/jsonschema"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// components are the parts of a document that operations refer to. Only what is used
// is printed.
type components struct {
	doc  *document
	used map[string]bool // "headers/ETag"
	// often counts the operations that share an answer; responses holds those that
	// more than one does, in the order in which they were first needed.
	often     map[string]int
	responses *tree.Map
	// shown counts the bodies that show an example of a schema; values holds the
	// examples that more than one does.
	shown  map[arch.SchemaID]int
	values *tree.Map
}

func newComponents(d *document, ops []*arch.Operation) *components {
	c := &components{doc: d, used: map[string]bool{}, often: map[string]int{}, responses: &tree.Map{}, shown: map[arch.SchemaID]int{}, values: &tree.Map{}}
	for _, op := range ops {
		for _, status := range d.statuses(op) {
			c.often[d.responseName(d.codes(op, status))]++
		}
		if !sendsFile(op) {
			c.shown[op.Body]++
		}
		if op.Paging == nil {
			c.shown[op.Result]++
		}
	}
	return c
}

// body prints the content of a body with its example, which stands among the
// components where several bodies show it.
func (c *components) body(schema *tree.Map, id arch.SchemaID) *tree.Map {
	if c.shown[id] < 2 {
		return tree.Of("schema", schema, "example", c.doc.graph.Example(id))
	}
	name := string(id) + "Example"
	if c.values.Get(name) == nil {
		c.values.Set(name, tree.Of("summary", c.summary(id), "value", c.doc.graph.Example(id)))
	}
	return tree.Of("schema", schema, "examples", tree.Of(fact.Camel(string(id)), c.use("examples", name)))
}

func (c *components) summary(id arch.SchemaID) string {
	if s := c.doc.graph.Get(id); s != nil {
		return s.About
	}
	return string(id)
}

// use refers to a part.
func (c *components) use(kind, name string) *tree.Map {
	c.used[kind+"/"+name] = true
	return tree.Of("$ref", "#/components/"+kind+"/"+name)
}

// response refers to an answer that several operations share.
func (c *components) response(name string, codes []string) *tree.Map {
	if c.responses.Get(name) == nil {
		c.responses.Set(name, c.doc.failure(c.doc.errors[codes[0]].Status, codes))
	}
	return c.use("responses", name)
}

// print puts the parts together in the order of the specification.
func (c *components) print(schemas, security *tree.Map) *tree.Map {
	out := (&tree.Map{}).Put("schemas", schemas).Put("responses", c.responses)
	out.Put("parameters", c.pick("parameters", c.parameters()))
	out.Put("examples", c.pick("examples", c.examples()))
	out.Put("headers", c.pick("headers", c.headers()))
	return out.Put("securitySchemes", security)
}

func (c *components) pick(kind string, all *tree.Map) *tree.Map {
	out := &tree.Map{}
	all.Each(func(name string, part any) {
		if c.used[kind+"/"+name] {
			out.Set(name, part)
		}
	})
	return out
}

func (c *components) parameters() *tree.Map {
	d := c.doc
	correlation := d.arch.Telemetry.Correlation
	if correlation == "" {
		correlation = "The trace of the request (W3C Trace Context)."
	}
	return tree.Of(
		"Traceparent", tree.Of("name", "traceparent", "in", "header", "description", correlation,
			"schema", tree.Of("type", "string", "pattern", jsonschema.TraceparentPattern), "example", jsonschema.TraceparentExample),
		"Version", tree.Of("name", d.versionHeader(), "in", "header", "required", true,
			"description", fmt.Sprintf("The major version of %s.", d.arch.System.Name),
			"schema", tree.Of("type", "integer", "const", d.api.Version.Major), "example", d.api.Version.Major))
}

func (c *components) examples() *tree.Map {
	out := &tree.Map{}
	for i := range c.doc.arch.Errors {
		e := &c.doc.arch.Errors[i]
		if name := c.doc.names[e.Code]; c.used["examples/"+name] {
			out.Set(name, c.doc.problemExample(e))
		}
	}
	c.values.Each(func(name string, value any) { out.Set(name, value) })
	return out
}

func (c *components) headers() *tree.Map {
	d := c.doc
	kept := ""
	if d.api.Version.Support.Known() {
		kept = fmt.Sprintf(", %s after its deprecation at the earliest", d.api.Version.Support)
	}
	text := func(about string, pairs ...any) *tree.Map {
		schema := tree.Of(append([]any{"type", "string"}, pairs...)...)
		return tree.Of("description", about, "schema", schema)
	}
	return tree.Of(
		"ETag", text("The version that was read or written, for If-Match.", "pattern", etagPattern).Set("example", etagExample),
		"RateLimit", text("What is left of the policy's quota (r) and the seconds until it is refilled (t).").Set("example", `"default";r=2;t=11`),
		"RetryAfter", tree.Of("description", "Seconds to wait before the request is repeated.", "schema", tree.Of("type", "integer", "minimum", 1), "example", 5),
		"Deprecation", text("Since when the operation is deprecated (RFC 9745).", "pattern", "^@[0-9]+$").Set("example", "@1782864000"),
		"Sunset", text("When the operation goes away (RFC 8594)"+kept+".").Set("example", "Thu, 01 Jul 2027 00:00:00 GMT"),
		"Link", text("Where the deprecation is explained (rel deprecation).").Set("example", fmt.Sprintf(`<%s>; rel="deprecation"`, d.explained())))
}
