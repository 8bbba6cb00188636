package plumb

import (
	"fmt"

	"golang.org/x/sync/errgroup"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/adr"
	"plumb.dev/plumb/emit/asyncapi"
	"plumb.dev/plumb/emit/document"
	"plumb.dev/plumb/emit/graphql"
	"plumb.dev/plumb/emit/openapi"
	"plumb.dev/plumb/emit/plan"
	"plumb.dev/plumb/emit/protobuf"
)

// emitters is everything plumb can write. Each is a pure function of the design; one
// that has nothing to say about a system returns no files.
var emitters = []struct {
	name string
	emit func(*arch.Arch) ([]emit.File, error)
}{
	{"document", document.Files}, // DESIGN.md
	{"adr", adr.Files},           // decision records
	{"openapi", openapi.Files},   // REST
	{"protobuf", protobuf.Files}, // gRPC
	{"graphql", graphql.Files},   // GraphQL
	{"asyncapi", asyncapi.Files}, // events
	{"plan", plan.Files},         // plan.json, the whole as data
}

// Files is the design as files, in the order of the emitter table.
func (d *Design) Files() ([]emit.File, error) {
	parts := make([][]emit.File, len(emitters))
	var group errgroup.Group
	for i, e := range emitters {
		group.Go(func() (err error) {
			parts[i], err = e.emit(d.Arch)
			if err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var files []emit.File
	for _, p := range parts {
		files = append(files, p...)
	}
	return files, nil
}
