// Package build makes what was chosen concrete: from the model and the plan to the
// system that follows, in the vocabulary of package arch.
//
// It decides nothing. Where a number is needed that no decision gave, it follows by
// arithmetic from the model, or the plan lacks a decision and the element is left
// out; where a sentence is needed, it is put together from the names and numbers of
// this system.
//
// The steps stand in [Run], each in a file of its own: contract first (schemas,
// errors, operations, events), because everything else refers to it; then what
// happens (flows, sagas, state machines), where it happens (deployables, stores,
// channels) and how well (objectives, risks, follow-up). A step reads the model,
// the plan, and the part of the system that earlier steps made.
package build

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
)

// Format is the version of the structure of plan.json.
const Format = "1"

// Run builds the system that follows from a plan. It cannot fail: a plan that Run
// accepts is complete. The plan is not changed.
func Run(p *decide.Plan) *arch.Arch {
	b := newBuilder(p)

	b.decisions()
	b.questions()
	b.renamed()
	b.feeds()

	// the contract
	b.schemas()
	b.operations()
	b.events()
	b.errors()
	b.apis()

	// where it happens
	b.parties()
	b.structure()
	b.cut()
	b.stores()
	b.files()
	b.channels()
	b.processes()
	b.divide()
	b.caches()
	b.replicas()
	b.projections()

	// what happens
	b.flows()
	b.storeLoads()
	b.sagas()
	b.machines()
	b.jobs()
	b.webhooks()
	b.edges()

	// what stands around it
	b.gateway()
	b.mesh()
	b.placement()
	b.toggles()
	b.limits()

	// who may do what
	b.security()

	// how well
	b.objectives()
	b.capacity()
	b.cost()
	b.alerts()
	b.telemetry()
	b.rules()
	b.guarantees()
	b.failures()
	b.burdens()
	b.risks()

	// and what follows
	b.restraint()
	b.nextSteps()
	b.hooks()
	b.handover()
	b.scenarios()

	b.system()
	b.facts()
	return b.a
}
