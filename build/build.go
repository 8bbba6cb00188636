// Package build makes what was chosen concrete: from the model and the plan to the
// system that follows, in the vocabulary of package arch.
//
// It decides nothing. Where a number is needed that no decision gave, the plan
// lacks a decision; where a sentence is needed, it is put together from the names
// and numbers of this system.
//
// The steps stand in [Run], each in a file of its own: contract first (schemas,
// errors, operations, events), because everything else refers to it; then what
// happens (flows, sagas, state machines), where it happens (deployables, stores,
// channels) and how well (objectives, risks, follow-up).
package build

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Format is the version of the structure of plan.json.
const Format = "1"

// Run builds the system that follows from a plan. It cannot fail: a plan that Run
// accepts is complete.
func Run(p *decide.Plan) *arch.Arch {
	b := &builder{p: p, m: p.Model, a: &arch.Arch{Format: Format}}
	b.index()
	b.schemas()
	b.operations()
	b.events()
	b.errors()
	b.apis()
	b.parties()
	b.structure()
	return b.a
}

// builder is the system under construction.
type builder struct {
	p *decide.Plan
	m *model.Model
	a *arch.Arch

	home     map[*model.UseCase]*decide.Context
	owner    map[*model.Aggregate]*decide.Context
	schema   map[arch.SchemaID]int // into a.Schemas
	taken    map[string]arch.OperationID
	problems map[string]*arch.ErrorType
}

func (b *builder) index() {
	b.home = map[*model.UseCase]*decide.Context{}
	b.owner = map[*model.Aggregate]*decide.Context{}
	b.schema = map[arch.SchemaID]int{}
	b.taken = map[string]arch.OperationID{}
	b.problems = map[string]*arch.ErrorType{}
	for _, c := range b.p.Contexts {
		for _, u := range c.UseCases {
			b.home[u] = c
		}
		for _, a := range c.Aggregates {
			b.owner[a] = c
		}
	}
}

// value turns a number of the model into a value of the design.
func value(kind fact.Kind, n fact.Number) arch.Value {
	if !n.Known() {
		return arch.Value{}
	}
	return arch.Value{Quantity: fact.Quantity{Kind: kind, N: n.N}, Fact: n.Fact}
}

// choice reads a decision; by collects the ids that were asked for, for the trace.
func (b *builder) choice(id arch.DecisionID, by *[]arch.DecisionID) arch.OptionID {
	c := b.p.Choice(id)
	if c != "" && by != nil {
		*by = append(*by, id)
	}
	return c
}

func subject(name, question string) arch.DecisionID {
	return arch.DecisionID(name + "." + question)
}
