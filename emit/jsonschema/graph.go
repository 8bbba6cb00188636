// Package jsonschema prints the neutral schema graph of a system as JSON Schema, for
// the contract formats that build on it: draft 2020-12 for OpenAPI 3.1, draft 7 for
// AsyncAPI 3.0.
//
// A [Graph] indexes the schemas once. Each document takes a [Printer] of it, asks for
// references, types and fields while it is put together, and in the end for the
// components: exactly those that were referred to, directly or not. Examples come
// from the graph too, so that the example of a request, of its answer and of an event
// tell of the same thing.
//
// Three things the vocabulary leaves to the format are decided here. An enumeration
// that no request carries is open (x-extensible-enum): a new word must not break
// those who read it. A union is an object with exactly one of its variants, as
// Protocol Buffers spell a oneof in JSON. What JSON Schema has no word for stands in
// keys that begin with x-plumb.
package jsonschema

import (
	"fmt"

	"plumb.dev/plumb/arch"
)

// Graph is the schemas of one system, indexed. It is not safe for concurrent use.
type Graph struct {
	order   []arch.SchemaID
	schemas map[arch.SchemaID]*arch.Schema
	made    map[arch.SchemaID]any // examples
}

// NewGraph indexes schemas. Of several with one id the first counts.
func NewGraph(schemas []arch.Schema) *Graph {
	g := &Graph{schemas: make(map[arch.SchemaID]*arch.Schema, len(schemas)), made: map[arch.SchemaID]any{}}
	for i := range schemas {
		if _, known := g.schemas[schemas[i].ID]; !known {
			g.schemas[schemas[i].ID] = &schemas[i]
			g.order = append(g.order, schemas[i].ID)
		}
	}
	return g
}

// Get returns the schema with the id, nil when there is none.
func (g *Graph) Get(id arch.SchemaID) *arch.Schema { return g.schemas[id] }

// Field returns a field of a schema by its name.
func (g *Graph) Field(of arch.SchemaID, name string) (arch.Field, bool) {
	if s := g.schemas[of]; s != nil {
		for _, f := range s.Fields {
			if f.Name == name {
				return f, true
			}
		}
	}
	return arch.Field{}, false
}

// missing is the error of a reference to a schema that is not there.
func missing(id arch.SchemaID) error { return fmt.Errorf("there is no schema %q", id) }
