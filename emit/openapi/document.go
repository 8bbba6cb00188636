package openapi

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/jsonschema"
	"plumb.dev/plumb/emit/masthead"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// ifMatch is the concurrency control by entity tags.
const ifMatch = "if-match"

// document is one interface while it is printed.
type document struct {
	*index
	api     *arch.API
	schemas *jsonschema.Printer
	// shared are the names of the parts that several operations refer to.
	shared   *components
	problems []error
}

func (d *document) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Errorf(format, args...))
}

// document prints one interface.
func (known *index) document(api *arch.API) (*tree.Map, error) {
	d := &document{index: known, api: api, schemas: known.graph.Printer(jsonschema.Draft202012)}
	ops := d.operationsOf(api)
	d.shared = newComponents(d, ops)
	paths, webhooks, security := d.paths(ops), d.callouts(), d.securitySchemes(ops)
	schemas, err := d.schemas.Components()
	if err := errors.Join(append(d.problems, err)...); err != nil {
		return nil, err
	}
	doc := tree.Of("openapi", "3.1.0", "info", d.info(), "servers", []any{d.server()}, "tags", d.tags(ops), "paths", paths)
	doc.Put("webhooks", webhooks)
	return doc.Set("components", d.shared.print(schemas, security)), nil
}

// operationsOf lists the operations of an interface that have a REST binding.
func (d *document) operationsOf(api *arch.API) []*arch.Operation {
	var ops []*arch.Operation
	for _, id := range api.Operations {
		op := d.operations[id]
		switch {
		case op == nil:
			d.problem("there is no operation %q", id)
		case op.REST != nil:
			ops = append(ops, op)
		}
	}
	return ops
}

func (d *document) info() *tree.Map {
	s := d.arch.System
	title := s.Name
	for _, c := range d.arch.Contexts {
		if c.ID == d.api.Context {
			title += " " + fact.Phrase(c.Name)
		}
	}
	info := tree.Of("title", title, "version", d.api.Version.Full, "summary", firstSentence(d.api.About), "description", d.about())
	return info.Set("contact", masthead.Contact(d.arch, d.api.Context)).Set("license", masthead.Licence(s, true)).Set("x-plumb-api", string(d.api.ID))
}

func firstSentence(s string) string {
	head, _, _ := strings.Cut(s, ". ")
	return strings.TrimSuffix(head, ".")
}

// about is the interface in its own words and how it will change.
func (d *document) about() string {
	v, kept := d.api.Version, ""
	if v.Support.Known() {
		kept = fmt.Sprintf(" A deprecated major version stays for %s.", v.Support)
	}
	where := ""
	switch v.How {
	case "url":
		where = fmt.Sprintf("Major version %d is the path's /v%d.", v.Major, v.Major)
	case "header":
		where = fmt.Sprintf("Major version %d is asked for in the header %s.", v.Major, d.versionHeader())
	case "content-negotiation":
		where = fmt.Sprintf("Major version %d is asked for as %s.", v.Major, d.json())
	}
	return strings.TrimSpace(d.api.About + "\n\n" + where + kept)
}

// explained is where people read about the interface.
func (d *document) explained() string {
	if url := d.arch.System.Contact.URL; url != "" {
		return url
	}
	return base(d.api)
}

// base is the URL before every path, without a slash at its end.
func base(api *arch.API) string {
	if api.Version.How == "url" {
		return fmt.Sprintf("https://%s/v%d", api.Host, api.Version.Major)
	}
	return "https://" + api.Host
}

func (d *document) server() *tree.Map {
	about := d.arch.System.Name
	for _, r := range d.arch.Placement.Regions {
		about += ", " + r.Name
	}
	return tree.Of("url", base(d.api), "description", about)
}

// tags groups operations by what they are about.
func (d *document) tags(ops []*arch.Operation) []any {
	var out []any
	seen := map[string]bool{}
	for _, op := range ops {
		if seen[op.REST.Tag] {
			continue
		}
		seen[op.REST.Tag] = true
		about := d.api.About
		if s := d.graph.Get(op.Entity); s != nil {
			about = s.About
		}
		out = append(out, tree.Of("name", op.REST.Tag, "description", about))
	}
	for _, w := range d.webhooks[d.api.ID] {
		if !seen[w.ID] {
			seen[w.ID] = true
			out = append(out, tree.Of("name", w.ID, "description", w.About))
		}
	}
	return out
}

// methods of one path stand in this order.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}

// paths prints the operations by path, in the order of the interface.
func (d *document) paths(ops []*arch.Operation) *tree.Map {
	var order []string
	at := map[string][]*arch.Operation{}
	for _, op := range ops {
		if at[op.REST.Path] == nil {
			order = append(order, op.REST.Path)
		}
		at[op.REST.Path] = append(at[op.REST.Path], op)
	}
	out := &tree.Map{}
	for _, path := range order {
		slices.SortStableFunc(at[path], func(x, y *arch.Operation) int {
			return slices.Index(methods, x.REST.Method) - slices.Index(methods, y.REST.Method)
		})
		item := tree.Of("parameters", d.pathParameters(at[path][0]))
		for _, op := range at[path] {
			method := strings.ToLower(op.REST.Method)
			if item.Get(method) != nil {
				d.problem("two operations, one of them %s, are %s %s", op.ID, op.REST.Method, path)
				continue
			}
			item.Set(method, d.operation(op))
		}
		out.Set(path, item)
	}
	return out
}

// versionHeader is the request header of interfaces that are versioned by header.
func (d *document) versionHeader() string {
	return fact.Pascal(d.arch.System.Slug) + "-Version"
}

// json is the media type of bodies, but for problems and files.
func (d *document) json() string {
	if d.api.Version.How == "content-negotiation" {
		return fmt.Sprintf("application/vnd.%s.v%d+json", d.arch.System.Slug, d.api.Version.Major)
	}
	return "application/json"
}
