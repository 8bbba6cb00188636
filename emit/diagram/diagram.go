// Package diagram draws a designed system as Mermaid: what stands around it, what
// it consists of, how its contexts depend on one another, what happens in its
// sagas and critical use cases, how its aggregates live, and where it runs.
//
// Input is [arch.Arch]; output is a list of [Diagram], each a Mermaid source that
// renders where Mermaid is at home (GitHub, GitLab, editors). A diagram uses the
// names of the contracts and no others, and only numbers that are facts of the
// design. One that would be too large to read is split into parts, and those who
// render it meet no limit of theirs.
//
// Start reading at All; chart.go and sequence.go know Mermaid, the other files
// know the system.
package diagram

import (
	"slices"

	"plumb.dev/plumb/arch"
)

// Kind says what a diagram shows.
type Kind string

// The kinds, in reading order.
const (
	Context    Kind = "context"
	Containers Kind = "containers"
	ContextMap Kind = "context-map"
	Happy      Kind = "saga"
	Unhappy    Kind = "saga-unhappy"
	Run        Kind = "run"
	Sequence   Kind = "sequence"
	States     Kind = "states"
	Deployment Kind = "deployment"
)

// Diagram is one picture.
type Diagram struct {
	// ID is unique and fit for a file name: "saga-place-order", "containers-2".
	ID   string
	Kind Kind
	// Of is the use case or aggregate it is about; "" for the whole system.
	Of    arch.Path
	Title string
	// Text is the Mermaid source; it ends in a newline.
	Text string
	// Arrows is how many arrows it has, a measure of its size.
	Arrows int
}

// What one picture may hold. GitHub refuses flowcharts of more than 500 arrows
// (Mermaid's maxEdges) and texts of more than 50,000 characters (maxTextSize); a
// reader gives up long before.
const (
	maxArrows   = 60
	maxText     = 40_000
	maxCritical = 3 // use cases drawn besides the sagas
)

// All draws everything, in reading order. What a system does not have is not
// drawn: no context map for one context, no saga without one.
func All(a *arch.Arch) []Diagram {
	return slices.Concat(
		around(a),
		containers(a),
		contextMap(a),
		sagas(a),
		runs(a),
		critical(a),
		states(a),
		deployment(a),
	)
}
