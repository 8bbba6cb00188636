package openapi

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/masthead"
	"plumb.dev/plumb/emit/tree"
)

const mediaProblem = "application/problem+json"

// failures prints the errors of an operation, by status.
func (d *document) failures(op *arch.Operation, out *tree.Map) {
	for _, status := range d.statuses(op) {
		codes := d.codes(op, status)
		name := d.responseName(codes)
		if d.shared.often[name] > 1 {
			out.Set(strconv.Itoa(status), d.shared.response(name, codes))
			continue
		}
		out.Set(strconv.Itoa(status), d.failure(status, codes))
	}
}

// statuses of an operation's errors, in order.
func (d *document) statuses(op *arch.Operation) []int {
	var out []int
	for _, code := range op.Errors {
		e := d.errors[code]
		if e == nil {
			d.problem("%s names the error %q, which is not in the catalogue", op.ID, code)
			continue
		}
		out = append(out, e.Status)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// codes of an operation's errors with one status, in the order of the operation.
func (d *document) codes(op *arch.Operation, status int) []string {
	var out []string
	for _, code := range op.Errors {
		if e := d.errors[code]; e != nil && e.Status == status && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// responseName is the name under which operations share an answer: what can have
// happened.
func (known *index) responseName(codes []string) string {
	if len(codes) == 1 {
		return known.names[codes[0]]
	}
	var out []string
	for _, c := range codes {
		out = append(out, known.names[c])
	}
	return strings.Join(out, "Or")
}

// failure prints an answer that is one of several problems.
func (d *document) failure(status int, codes []string) *tree.Map {
	var about []string
	examples := &tree.Map{}
	for _, code := range codes {
		e := d.errors[code]
		about = append(about, fmt.Sprintf("`%s`: %s", code, e.About))
		examples.Set(code, d.shared.use("examples", d.names[code]))
	}
	text := about[0]
	if len(about) > 1 {
		text = "- " + strings.Join(about, "\n- ")
	}
	out := tree.Of("description", text)
	switch status {
	case http.StatusTooManyRequests:
		out.Set("headers", tree.Of("Retry-After", d.shared.use("headers", "RetryAfter"), "RateLimit", d.shared.use("headers", "RateLimit")))
	case http.StatusServiceUnavailable:
		out.Set("headers", tree.Of("Retry-After", d.shared.use("headers", "RetryAfter")))
	}
	return out.Set("content", tree.Of(mediaProblem, tree.Of("schema", d.problemSchema(), "examples", examples)))
}

// problemType is the URI of an error: stable, and the place of its documentation.
func (d *document) problemType(code string) string {
	return fmt.Sprintf("https://%s/problems/%s", masthead.Domain(d.arch.System), code)
}

// problemExample is the body of one error.
func (d *document) problemExample(e *arch.ErrorType) *tree.Map {
	out := tree.Of("type", d.problemType(e.Code), "title", e.Title, "status", e.Status, "detail", e.About, "code", e.Code)
	if e.Status == http.StatusBadRequest && strings.Contains(e.Code, "invalid") {
		out.Set("errors", []any{d.fieldError()})
	}
	return tree.Of("summary", e.Title, "value", out)
}

// fieldError is an example of a broken field, taken from a request of this document.
func (d *document) fieldError() *tree.Map {
	for _, id := range d.api.Operations {
		op := d.operations[id]
		if op == nil || op.REST == nil || op.Body == "" {
			continue
		}
		if s := d.graph.Get(op.Body); s != nil && len(s.Fields) > 0 {
			return tree.Of("pointer", "#/"+s.Fields[0].Name, "detail", s.Fields[0].Name+" is missing")
		}
	}
	return tree.Of("parameter", "limit", "detail", "limit is not a number")
}

// problemSchema is that of every problem (RFC 9457), with the codes of this document.
func (d *document) problemSchema() *tree.Map {
	return d.schemas.Own("Problem", func() *tree.Map {
		text := func(about, key string, value any) *tree.Map {
			return tree.Of("description", about, "type", "string").Put(key, value)
		}
		return tree.Of("description", "What went wrong (RFC 9457).", "type", "object", "required", []any{"type", "title", "status", "code"},
			"properties", tree.Of(
				"type", text("Names the kind of problem; it never changes.", "format", "uri"),
				"title", text("The kind of problem in words.", "", nil),
				"status", tree.Of("description", "The HTTP status, for readers that see only the body.", "type", "integer", "minimum", 400, "maximum", 599),
				"detail", text("This occurrence in words.", "", nil),
				"instance", text("This occurrence, to be quoted to support.", "format", "uri-reference"),
				"code", text("The end of type, for programs.", "x-extensible-enum", tree.List(d.allCodes())),
				"errors", tree.Of("description", "Each field or parameter that was refused.", "type", "array", "items", d.schemas.Own("FieldProblem", fieldProblem))))
	})
}

func fieldProblem() *tree.Map {
	return tree.Of("description", "One field or parameter that was refused.", "type", "object", "required", []any{"detail"},
		"properties", tree.Of(
			"pointer", tree.Of("description", "The field, as a JSON pointer into the body.", "type", "string"),
			"parameter", tree.Of("description", "The parameter or header.", "type", "string"),
			"detail", tree.Of("description", "Why it was refused.", "type", "string")))
}

// allCodes lists the errors of the document's operations, in the catalogue's order.
func (d *document) allCodes() []string {
	used := map[string]bool{}
	for _, id := range d.api.Operations {
		if op := d.operations[id]; op != nil && op.REST != nil {
			for _, code := range op.Errors {
				used[code] = true
			}
		}
	}
	var out []string
	for _, e := range d.arch.Errors {
		if used[e.Code] {
			out = append(out, e.Code)
		}
	}
	return out
}
