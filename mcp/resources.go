package mcp

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/query"
	"plumb.dev/plumb/spec"
)

// A resource is what is too long for an answer. Those of a design are files that
// emit would write, made anew from the input: nothing needs to be written first.
// ?file= names another input than plumb.yaml.

const scheme = "plumb"

// fixed are the resources that are always there.
var fixed = []struct {
	uri, name, mime, about string
}{
	{"plumb://design", "DESIGN.md", "text/markdown", "The design document: summary, services, APIs, resilience, recommendations, follow-up."},
	{"plumb://plan", "plan.json", "application/json", "The whole design as data."},
	{"plumb://input", "plumb.yaml", "application/yaml", "The input as it is."},
	{"plumb://language", "language.md", "text/markdown", "The input language: every key, its values and examples. Read it before writing plumb.yaml."},
	{"plumb://schema", "schema.json", "application/schema+json", "The input's JSON Schema."},
}

// kinds are the resources with a name of their own.
var kinds = []struct {
	template, name, mime, about string
}{
	{"plumb://decision/{id}{?file}", "decision record", "text/markdown", "A decision record by its number (D4) or id (Order.store)."},
	{"plumb://contract/{+path}{?file}", "contract", "", "A contract by its path in the design, such as contracts/ordering/openapi.yaml."},
	{"plumb://file/{+path}{?file}", "file", "", "Any file of the design by its path."},
	{"plumb://diagnostic/{code}", "diagnostic", "text/markdown", "What the code of a problem means, with a failing and a mended input."},
}

func (s *Server) addResources() {
	for _, r := range fixed {
		s.sdk.AddResource(&sdk.Resource{URI: r.uri, Name: r.name, MIMEType: r.mime, Description: r.about}, s.readResource)
	}
	s.sdk.AddResourceTemplate(&sdk.ResourceTemplate{URITemplate: "plumb://design{?file}", Name: "DESIGN.md of another input", MIMEType: "text/markdown"}, s.readResource)
	for _, k := range kinds {
		s.sdk.AddResourceTemplate(&sdk.ResourceTemplate{URITemplate: k.template, Name: k.name, MIMEType: k.mime, Description: k.about}, s.readResource)
	}
}

func (s *Server) readResource(ctx context.Context, req *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	uri := req.Params.URI
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != scheme {
		return nil, sdk.ResourceNotFoundError(uri)
	}
	name := strings.TrimPrefix(u.Path, "/")
	text, kind, err := s.resource(ctx, u.Host, name, u.Query().Get("file"))
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, sdk.ResourceNotFoundError(uri)
	}
	return &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{{URI: uri, MIMEType: kind, Text: string(text)}}}, nil
}

// resource finds the text of a resource and its media type; nil when there is none.
func (s *Server) resource(ctx context.Context, host, name, file string) (text []byte, kind string, err error) {
	const markdown = "text/markdown"
	switch host {
	case "language":
		return spec.Reference(), markdown, nil
	case "schema":
		return spec.Schema(), "application/schema+json", nil
	case "diagnostic":
		page, ok := diag.Page(diag.Code(name))
		if !ok {
			return nil, "", nil
		}
		return []byte(page), markdown, nil
	}
	src, err := s.files.open(file)
	if err != nil {
		return nil, "", err
	}
	if host == "input" {
		return src.text, "application/yaml", nil
	}
	d, err := s.mustFinish(ctx, src)
	if err != nil {
		return nil, "", err
	}
	switch host {
	case "design":
		name = "DESIGN.md"
	case "plan":
		name = "plan.json"
	case "decision":
		dec := query.Decision(d.Arch, name)
		if dec == nil {
			return nil, "", nil
		}
		name = dec.Record()
	case "contract":
		if name == "" || !strings.HasPrefix(name, "contracts/") {
			name = "contracts/" + name
		}
	case "file":
	default:
		return nil, "", nil
	}
	return fileOf(d, name)
}

// fileOf is one file of a design.
func fileOf(d *plumb.Design, name string) ([]byte, string, error) {
	files, err := d.Files()
	if err != nil {
		return nil, "", fmt.Errorf("this is a fault of plumb, not of the input: %w", err)
	}
	for _, f := range files {
		if f.Path == name {
			return f.Data, mediaType(name), nil
		}
	}
	return nil, "", nil
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".md":
		return "text/markdown"
	case ".yaml", ".yml":
		return "application/yaml"
	case ".json":
		return "application/json"
	}
	return "text/plain"
}
