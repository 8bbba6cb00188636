package judge

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Examples validates each example in an OpenAPI or AsyncAPI document against
// the schema that it stands beside: those of media types, parameters, headers
// and messages, and the examples and defaults of schemas. It returns how many
// it checked, so that a test can demand that there are some.
//
// The schema is compiled where it stands in the document, by a validator of JSON
// Schema and not of OpenAPI: readOnly and writeOnly excuse nothing.
func Examples(path string) (checked int, findings []Finding, err error) {
	doc, err := readValue(path)
	if err != nil {
		return 0, nil, err
	}
	top, ok := doc.(map[string]any)
	if !ok {
		return 0, nil, fmt.Errorf("%s is not an object", path)
	}
	w := walker{doc: top, draft: jsonschema.Draft2020, names: openAPINames, compilers: map[*jsonschema.Draft]*jsonschema.Compiler{}}
	if _, ok := top["asyncapi"]; ok {
		w.draft, w.names = jsonschema.Draft7, asyncAPINames
	}
	w.object(nil, top)
	return w.checked, w.findings, nil
}

func askExamples(job Job) []Finding {
	_, findings, err := Examples(job.Path)
	if err != nil {
		return unreadable(err)
	}
	return findings
}

// Keys under which other keys are names that the author chose, not keywords.
// "example", say, is a keyword in a schema and a name in its properties.
var (
	schemaNames   = []string{"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas"}
	openAPINames  = append([]string{"paths", "webhooks", "responses", "headers", "content", "callbacks", "requestBodies", "pathItems", "parameters", "variables"}, schemaNames...)
	asyncAPINames = append([]string{"servers", "channels", "operations", "messages", "replies", "parameters", "serverVariables", "variables"}, schemaNames...)
)

// Keys whose values are data or prose, in which nothing is a schema.
var opaque = []string{"example", "examples", "default", "const", "enum", "links", "bindings", "messageTraits", "operationTraits"}

type walker struct {
	doc       map[string]any
	draft     *jsonschema.Draft
	names     []string
	compilers map[*jsonschema.Draft]*jsonschema.Compiler
	checked   int
	findings  []Finding
}

func (w *walker) object(at []string, object map[string]any) {
	w.examplesOf(at, object)
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if strings.HasPrefix(key, "x-") || slices.Contains(opaque, key) {
			continue
		}
		below := join(at, key)
		if named, ok := object[key].(map[string]any); ok && slices.Contains(w.names, key) {
			for _, name := range slices.Sorted(maps.Keys(named)) {
				w.value(join(below, name), named[name])
			}
			continue
		}
		w.value(below, object[key])
	}
}

func (w *walker) value(at []string, value any) {
	switch v := value.(type) {
	case map[string]any:
		w.object(at, v)
	case []any:
		for i, item := range v {
			w.value(join(at, strconv.Itoa(i)), item)
		}
	}
}

// examplesOf checks the examples that an object itself carries: a message's
// against its payload and headers, a media type's or parameter's against its
// schema, a schema's against the schema.
func (w *walker) examplesOf(at []string, object map[string]any) {
	list, isList := object["examples"].([]any)
	if payload, ok := object["payload"]; ok {
		for i, item := range list {
			w.message(at, i, payload, item)
		}
		return
	}
	if _, ok := object["schema"]; ok {
		w.besideSchema(at, object)
		return
	}
	if isList {
		for i, value := range list {
			w.check(at, w.draft, join(at, "examples", strconv.Itoa(i)), value)
		}
	}
	for _, key := range []string{"example", "default"} {
		if value, ok := object[key]; ok {
			w.check(at, w.draft, join(at, key), value)
		}
	}
}

func (w *walker) message(at []string, i int, payload, example any) {
	schema, draft := join(at, "payload"), w.draft
	if fields, ok := payload.(map[string]any); ok {
		if format, ok := fields["schemaFormat"].(string); ok {
			schema = join(schema, "schema")
			if strings.Contains(format, "2020-12") {
				draft = jsonschema.Draft2020
			}
		}
	}
	fields, _ := example.(map[string]any)
	place := join(at, "examples", strconv.Itoa(i))
	if value, ok := fields["payload"]; ok {
		w.check(schema, draft, join(place, "payload"), value)
	}
	if value, ok := fields["headers"]; ok {
		w.check(join(at, "headers"), w.draft, join(place, "headers"), value)
	}
}

func (w *walker) besideSchema(at []string, object map[string]any) {
	schema := join(at, "schema")
	if value, ok := object["example"]; ok {
		w.check(schema, w.draft, join(at, "example"), value)
	}
	named, _ := object["examples"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(named)) {
		place := join(at, "examples", name)
		example, _ := named[name].(map[string]any)
		if ref, ok := example["$ref"].(string); ok {
			example, _ = w.resolve(ref).(map[string]any)
		}
		value, ok := example["value"]
		if !ok {
			w.findings = append(w.findings, Finding{Rule: "no-value", Message: "an example without a value cannot be checked", Place: pointer(place...)})
			continue
		}
		w.check(schema, w.draft, place, value)
	}
}

// check validates one value against the schema at a place of the document.
func (w *walker) check(schemaAt []string, draft *jsonschema.Draft, at []string, value any) {
	w.checked++
	schema, err := w.compile(schemaAt, draft)
	if err != nil {
		w.findings = append(w.findings, Finding{Rule: "schema", Message: err.Error(), Place: pointer(schemaAt...)})
		return
	}
	for _, f := range violations(schema.Validate(value)) {
		f.Message = fmt.Sprintf("%s (in the example, at %q)", f.Message, f.Place)
		f.Place = pointer(at...)
		w.findings = append(w.findings, f)
	}
}

func (w *walker) compile(at []string, draft *jsonschema.Draft) (*jsonschema.Schema, error) {
	compiler, ok := w.compilers[draft]
	if !ok {
		compiler = newCompiler(draft)
		if err := compiler.AddResource(documentURL, w.doc); err != nil {
			return nil, err
		}
		w.compilers[draft] = compiler
	}
	address := url.URL{Fragment: pointer(at...)}
	return compiler.Compile(documentURL + "#" + address.EscapedFragment())
}

// resolve follows a reference within the document; nil where it leads nowhere.
func (w *walker) resolve(ref string) any {
	rest, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return nil
	}
	var at any = w.doc
	for _, token := range strings.Split(rest, "/") {
		object, _ := at.(map[string]any)
		at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
	}
	return at
}

// join extends a path without sharing its memory.
func join(at []string, more ...string) []string {
	return slices.Concat(at, more)
}

// pointer writes a path as a JSON Pointer (RFC 6901).
func pointer(at ...string) string {
	var b strings.Builder
	for _, token := range at {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(token))
	}
	return b.String()
}
