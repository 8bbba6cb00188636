package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/diag"
)

// checkCalls tells a client what is wrong with a call before it is made: a tool or an
// argument that is not there with what there is, a value of the wrong kind with the
// right one. The library refuses such calls too, in the words of its schemas.
func (s *Server) checkCalls(next sdk.MethodHandler) sdk.MethodHandler {
	return func(ctx context.Context, method string, req sdk.Request) (sdk.Result, error) {
		params, ok := req.GetParams().(*sdk.CallToolParamsRaw)
		if !ok {
			return next(ctx, method, req)
		}
		schema := s.takes[params.Name]
		if schema == nil {
			there := slices.Sorted(maps.Keys(s.takes))
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: fmt.Sprintf("there is no tool %q%s; there are %s", short(params.Name, 60), meant(params.Name, there), strings.Join(there, ", "))}
		}
		if wrong := misfits(params.Name, schema, params.Arguments); len(wrong) > 0 {
			res := &sdk.CallToolResult{IsError: true}
			res.Content = []sdk.Content{&sdk.TextContent{Text: strings.Join(wrong, "\n")}}
			return res, nil
		}
		return next(ctx, method, req)
	}
}

// misfits lists what is wrong with the arguments of a call, one sentence each.
func misfits(tool string, schema *jsonschema.Schema, arguments json.RawMessage) []string {
	var given map[string]json.RawMessage
	if len(arguments) > 0 && json.Unmarshal(arguments, &given) != nil {
		return []string{fmt.Sprintf("the arguments of %s are one JSON object that holds %s", tool, strings.Join(schema.PropertyOrder, ", "))}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		p := schema.Properties[name]
		if p == nil {
			out = append(out, fmt.Sprintf("%s takes no %q%s; it takes %s", tool, short(name, 60), meant(name, schema.PropertyOrder), strings.Join(schema.PropertyOrder, ", ")))
		} else if is, fits := shape(p); !fits(given[name]) {
			out = append(out, fmt.Sprintf("%s of %s must be %s, not %s: %s", name, tool, is, short(string(given[name]), 60), p.Description))
		}
	}
	for _, name := range schema.Required {
		if _, ok := given[name]; !ok {
			out = append(out, fmt.Sprintf("%s needs %s: %s", tool, name, schema.Properties[name].Description))
		}
	}
	return out
}

// shape is how a value of an argument is written, in words and as a test.
func shape(p *jsonschema.Schema) (is string, fits func(json.RawMessage) bool) {
	switch {
	case p.Type == "string":
		return "a string", parses[string]
	case p.Type == "boolean":
		return "true or false", parses[bool]
	case p.Type == "integer":
		return "a whole number", parses[uint64]
	case slices.Contains(p.Types, "array"):
		return "a list of strings", parses[[]string]
	}
	return "", func(json.RawMessage) bool { return true }
}

func parses[T any](value json.RawMessage) bool {
	return string(value) != "null" && json.Unmarshal(value, new(T)) == nil
}

func meant(name string, there []string) string {
	if near := diag.Nearest(name, there); near != "" {
		return fmt.Sprintf(" (did you mean %s?)", near)
	}
	return ""
}
