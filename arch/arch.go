// Package arch is the vocabulary of a designed system: what follows from the
// model and the decisions, and all that the consumers of a design see. Emitters
// turn it into files, the simulator into behaviour, front ends into answers. It
// has no behaviour of its own beyond looking things up.
//
// An [Arch] is one value without pointers into anything else; elements refer to
// each other by typed ids, so that it can be printed as JSON (plan.json) and read
// back. Slices are in the order in which a reader should meet them, and that order
// never depends on the order of declarations in the input.
//
// It has four parts:
//
//	contract        what is promised to callers: Schema, Operation, API, Event
//	behaviour       what happens: Flow, Edge, Saga, StateMachine, Job, Workload
//	infrastructure  where it happens: Context, Deployable, Store, Channel, Gateway
//	governance      who, why and how well: Decision, Objective, Role, Risk, Alert
//
// Each element carries a [Trace]: the requirements it serves and the decisions
// that made it.
package arch

import "plumb.dev/plumb/fact"

// Path names a requirement or an element of the model: "use_cases.PlaceOrder.latency".
type Path = fact.ID

// The ids of elements. Each is unique among its own kind and stable between runs
// (see package lock).
type (
	ContextID    string // "ordering"
	DeployableID string // "harbour", "dispatch"
	StoreID      string // "ordering-db"
	ChannelID    string // "ordering.order.v1"
	EventID      string // "OrderPlaced"
	OperationID  string // "placeOrder"
	APIID        string // "ordering-rest"
	SchemaID     string // "Order", "PlaceOrderRequest"
	FlowID       string // "PlaceOrder"
	EdgeID       string // "PlaceOrder/card_processor"
	DecisionID   string // "Order.store"; its record number is Decision.Number
	ExternalID   string // "card_processor"
	ActorID      string // "consumer"
	TeamID       string // "ordering"
	RoleID       string // "support-agent"
	ObjectiveID  string // "PlaceOrder.latency"
)

// Trace says why an element is there.
type Trace struct {
	// Serves lists the requirements it serves, as paths into the input.
	Serves []Path `json:"serves,omitempty"`
	// By lists the decisions that made it.
	By []DecisionID `json:"by,omitempty"`
}

// Value is a number in a design: the quantity and the fact it is. Derived values
// have a fact with rule and inputs, so plumb explain can show the derivation.
type Value struct {
	fact.Quantity
	Fact Path `json:"fact,omitempty"`
}

// Known reports whether there is a value; an unknown one is printed as unknown.
func (v Value) Known() bool { return v.Kind != fact.None }

// String shows the quantity, or "unknown".
func (v Value) String() string {
	if !v.Known() {
		return "unknown"
	}
	return v.Quantity.String()
}

// Arch is one designed system.
type Arch struct {
	// Format is the version of this structure's published schema.
	Format string `json:"format"`
	System System `json:"system"`

	Facts     []fact.Fact `json:"facts"`
	Questions []Question  `json:"questions"`
	Decisions []Decision  `json:"decisions"`
	// Untried counts the facts below significant decisions whose tipping points were not
	// looked for, because the system is too large for all; 0 where all were tried.
	Untried int `json:"facts_untried,omitempty"`
	// Former decisions that were accepted once, and the renames the input tells of;
	// see lock.
	Former  []Former `json:"former_decisions,omitempty"`
	Renamed []Rename `json:"renamed,omitempty"`

	Actors    []Actor    `json:"actors"`
	Externals []External `json:"externals"`
	Teams     []Team     `json:"teams"`

	Contexts    []Context    `json:"contexts"`
	Cut         *Cut         `json:"cut,omitempty"`
	Relations   []Relation   `json:"relations"`
	Deployables []Deployable `json:"deployables"`
	Stores      []Store      `json:"stores"`
	Files       []FileStore  `json:"files,omitempty"`
	Caches      []Cache      `json:"caches"`
	Gateway     *Gateway     `json:"gateway,omitempty"`
	Mesh        *Mesh        `json:"mesh,omitempty"`
	Broker      []Broker     `json:"brokers"`
	Channels    []Channel    `json:"channels"`
	Placement   Placement    `json:"placement"`
	Toggles     []Toggle     `json:"toggles"`

	Schemas    []Schema    `json:"schemas"`
	Errors     []ErrorType `json:"errors"`
	APIs       []API       `json:"apis"`
	Operations []Operation `json:"operations"`
	Events     []Event     `json:"events"`
	Webhooks   []Webhook   `json:"webhooks"`

	Flows       []Flow         `json:"flows"`
	Edges       []Edge         `json:"edges"`
	Sagas       []Saga         `json:"sagas"`
	Machines    []StateMachine `json:"state_machines"`
	Rules       []Rule         `json:"rules,omitempty"`
	Projections []Projection   `json:"projections"`
	Jobs        []Job          `json:"jobs"`
	Protocols   []Protocol     `json:"protocols,omitempty"`

	Security   Security    `json:"security"`
	Objectives []Objective `json:"objectives"`
	Alerts     []Alert     `json:"alerts"`
	Telemetry  Telemetry   `json:"telemetry"`
	Guarantees []Guarantee `json:"guarantees"`
	Failures   []Failure   `json:"failures"`
	Risks      []Risk      `json:"risks"`
	NotBuilt   []NotBuilt  `json:"not_built"`
	Capacity   []Capacity  `json:"capacity"`
	Cost       Cost        `json:"cost"`
	NextSteps  []NextStep  `json:"next_steps"`
	Hooks      []Hook      `json:"hooks"`
	Handover   []Handover  `json:"handover"`

	// Scenarios are those that the input asks the design to be held against.
	Scenarios []Scenario `json:"scenarios,omitempty"`
	// Verification is nil when the design was not simulated.
	Verification *Verification `json:"verification,omitempty"`
}

// Rename says that an element of the input had another name before ("was"), so
// that ids made of the old name stay.
type Rename struct {
	From string `json:"from"` // the path it had: "use_cases.CreateOrder"
	To   Path   `json:"to"`   // "use_cases.PlaceOrder"
}

// System is the whole, in a line.
type System struct {
	Name string `json:"name"`
	// Slug is the name fit for files, packages and hosts: lower case, hyphens.
	Slug  string `json:"slug"`
	About string `json:"about,omitempty"`
	// Domain is the internet domain under which hosts, event sources, problem types
	// and service identities are named: "harbour.example".
	Domain string `json:"domain"`
	// Contact is who answers questions about the contracts; Licence under which they
	// may be used.
	Contact Contact `json:"contact,omitzero"`
	Licence Licence `json:"licence,omitzero"`
	// Summary is the one line of the design document: computed, never a slogan.
	Summary string `json:"summary"`
	// Platform and Cloud as chosen or stated: "kubernetes", "aws".
	Platform string `json:"platform"`
	Cloud    string `json:"cloud,omitempty"`
	// Scope and NotInScope say what was designed and what explicitly not.
	Scope      []string `json:"scope,omitempty"`
	NotInScope []string `json:"not_in_scope,omitempty"`
	Regulation []string `json:"regulation,omitempty"`
}

// Contact of a contract's owner.
type Contact struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Licence of the contracts: an SPDX identifier ("Apache-2.0"), or a name with a URL
// for terms of one's own.
type Licence struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier,omitempty"`
	URL        string `json:"url,omitempty"`
}

// Actor is somebody or something that uses the system, as a client.
type Actor struct {
	ID       ActorID  `json:"id"`
	About    string   `json:"about,omitempty"`
	Channels []string `json:"channels"`
	Guest    bool     `json:"guest,omitempty"`
	Accounts Value    `json:"accounts,omitzero"`
	Roles    []RoleID `json:"roles"`
	// SignIn is the OAuth flow and token policy of this client.
	SignIn SignIn `json:"sign_in,omitzero"`
	// APIs it talks to.
	APIs  []APIID `json:"apis,omitempty"`
	Trace `json:"trace,omitzero"`
}

// External is a system of somebody else, with the policy under which it is used.
type External struct {
	ID           ExternalID `json:"id"`
	About        string     `json:"about,omitempty"`
	Protocol     string     `json:"protocol"`
	P50          Value      `json:"p50,omitzero"`
	P99          Value      `json:"p99,omitzero"`
	Availability Value      `json:"availability,omitzero"`
	Limit        Value      `json:"limit,omitzero"`
	Demand       Value      `json:"demand,omitzero"` // calls per second at peak
	Idempotent   bool       `json:"idempotent"`
	Lookup       bool       `json:"lookup"`
	// Holds is how long it keeps what it promised: an authorisation, a reserved place.
	Holds Value    `json:"holds_for,omitzero"`
	Data  []string `json:"data,omitempty"`
	// Adapter is the module that keeps its model out of ours.
	Adapter string `json:"adapter,omitempty"`
	// Failure says what the system does when it is slow, down or unsure.
	Failure string `json:"failure,omitempty"`
	Trace   `json:"trace,omitzero"`
}

// Team is a group of engineers.
type Team struct {
	ID          TeamID         `json:"id"`
	People      Value          `json:"people"`
	Contexts    []ContextID    `json:"contexts,omitempty"`
	Deployables []DeployableID `json:"deployables,omitempty"`
	// Load is the on-call and operating load it carries, engineer hours per month.
	Load Value `json:"load,omitzero"`
}

// Question is a mismatch or an assumption a person should settle.
type Question struct {
	Number  int      `json:"number"`
	About   Path     `json:"about"`
	Check   string   `json:"check"`
	Finding string   `json:"finding"`
	Asks    string   `json:"asks"`
	Default string   `json:"default"`
	Answers []Answer `json:"answers,omitempty"`
	Facts   []Path   `json:"facts,omitempty"`
}

// Answer is one possible answer and what follows from it.
type Answer struct {
	Says    string `json:"says"`
	Follows string `json:"follows"`
}
