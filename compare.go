package plumb

import (
	"encoding/json"
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/build"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
)

// Comparison is what is different between two designs of one system.
type Comparison struct {
	// Problems of the second design that the first one does not have.
	Problems diag.List     `json:"problems"`
	Changes  []diff.Change `json:"changes"`
}

// Count tells how many of the changes are such.
func (c *Comparison) Count(such func(diff.Change) bool) int {
	n := 0
	for _, x := range c.Changes {
		if such(x) {
			n++
		}
	}
	return n
}

// Side is one of two designs that are compared.
type Side struct {
	Arch *arch.Arch
	// Problems the design has; none are known of one that was read back.
	Problems diag.List
}

// Compare says what is different in the second design.
func Compare(from, to Side) *Comparison {
	c := &Comparison{Problems: newProblems(from.Problems, to.Problems), Changes: diff.Between(from.Arch, to.Arch)}
	if c.Changes == nil {
		c.Changes = []diff.Change{}
	}
	return c
}

// ReadPlan reads the system of a plan.json back. The error says why it is none.
func ReadPlan(text []byte) (*arch.Arch, error) {
	var out arch.Arch
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, err
	}
	if out.Format != build.Format {
		return nil, fmt.Errorf("its format is %q, not %q", out.Format, build.Format)
	}
	return &out, nil
}
