// Package openapi prints the REST interfaces of a system as OpenAPI 3.1, one document
// per interface.
//
// Everything in a document follows from the operations, schemas and errors of the
// system: the texts are its own, the examples are put together from those of its
// fields and are valid against the schemas beside them. A mechanism that an operation
// has (an idempotency key, a version to match, pages, a deprecation) appears with its
// parameters, headers and status codes, and with the numbers decided for it; one that
// it has not, does not appear.
//
// What OpenAPI has no word for stands in keys that begin with x-plumb: consistency
// and staleness, deadlines, rate limits, who may do it and on whose objects.
//
// Start reading at [Files]; document.go holds the frame, operation.go one operation.
package openapi

import (
	"errors"
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/jsonschema"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// Files prints every REST interface of the system. It fails on a system that does not
// hold together: a reference to what is not there, two operations under one method
// and path, a mechanism without the errors that belong to it.
func Files(a *arch.Arch) ([]emit.File, error) {
	known := newIndex(a)
	var files []emit.File
	var problems []error
	for i := range a.APIs {
		if a.APIs[i].Style != "rest" {
			continue
		}
		doc, err := known.document(&a.APIs[i])
		if err != nil {
			problems = append(problems, fmt.Errorf("openapi: %s: %w", a.APIs[i].ID, err))
			continue
		}
		files = append(files, emit.File{Path: a.APIs[i].File, Data: tree.YAML(doc)})
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return files, nil
}

// index finds elements of the system by their ids.
type index struct {
	arch       *arch.Arch
	graph      *jsonschema.Graph
	operations map[arch.OperationID]*arch.Operation
	errors     map[string]*arch.ErrorType
	// names are those of errors as components, by their codes; plurals the words for
	// several of a schema.
	names   map[string]string
	plurals map[arch.SchemaID]string
	events  map[arch.EventID]*arch.Event
	actors  map[arch.ActorID]*arch.Actor
	// readers are the operations that read one entity; versioned tells which
	// entities are changed under the version that was read.
	readers   map[arch.SchemaID]*arch.Operation
	versioned map[arch.SchemaID]bool
	// published is the first REST interface that publishes an operation.
	published map[arch.OperationID]*arch.API
	// webhooks by the interface that documents them.
	webhooks map[arch.APIID][]*arch.Webhook
}

func newIndex(a *arch.Arch) *index {
	known := &index{
		arch: a, graph: jsonschema.NewGraph(a.Schemas),
		operations: map[arch.OperationID]*arch.Operation{}, errors: map[string]*arch.ErrorType{}, names: map[string]string{}, plurals: map[arch.SchemaID]string{},
		events: map[arch.EventID]*arch.Event{}, actors: map[arch.ActorID]*arch.Actor{},
		readers: map[arch.SchemaID]*arch.Operation{}, versioned: map[arch.SchemaID]bool{},
		published: map[arch.OperationID]*arch.API{}, webhooks: map[arch.APIID][]*arch.Webhook{},
	}
	for i := range a.Operations {
		op := &a.Operations[i]
		known.operations[op.ID] = op
		if op.REST != nil && op.Verb == "get" && op.Result == op.Entity && known.readers[op.Entity] == nil {
			known.readers[op.Entity] = op
		}
		if op.REST != nil && op.Concurrency == ifMatch {
			known.versioned[op.Entity] = true
		}
	}
	for i := range a.Errors {
		known.errors[a.Errors[i].Code] = &a.Errors[i]
		known.names[a.Errors[i].Code] = fact.Pascal(a.Errors[i].Code)
	}
	for i := range a.Events {
		known.events[a.Events[i].ID] = &a.Events[i]
	}
	for i := range a.Actors {
		known.actors[a.Actors[i].ID] = &a.Actors[i]
	}
	known.publish()
	return known
}

// several is the word for several of a schema: "menu imports".
func (known *index) several(id arch.SchemaID) string {
	word, done := known.plurals[id]
	if !done {
		word = fact.Phrase(fact.Plural(string(id)))
		known.plurals[id] = word
	}
	return word
}

// publish notes where operations and webhooks are documented. A webhook belongs to
// its context's interface; where the context has none, to the first that its
// receiver, or else anybody outside, uses.
func (known *index) publish() {
	a := known.arch
	for i := range a.APIs {
		for _, id := range a.APIs[i].Operations {
			if a.APIs[i].Style == "rest" && known.published[id] == nil {
				known.published[id] = &a.APIs[i]
			}
		}
	}
	for i := range a.Webhooks {
		w := &a.Webhooks[i]
		best, rank := (*arch.API)(nil), 0
		for j := range a.APIs {
			api := &a.APIs[j]
			if r := closeness(api, w); r > rank {
				best, rank = api, r
			}
		}
		if best != nil {
			known.webhooks[best.ID] = append(known.webhooks[best.ID], w)
		}
	}
}

// closeness ranks how near an interface is to a webhook; 0: it cannot document it.
func closeness(api *arch.API, w *arch.Webhook) int {
	if api.Style != "rest" || api.Internal {
		return 0
	}
	if api.Context == w.Context {
		return 3
	}
	for _, actor := range api.Audience {
		if actor == w.To {
			return 2
		}
	}
	return 1
}
