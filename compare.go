package plumb

import (
	"encoding/json"
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/build"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
	"plumb.dev/plumb/diff/contract"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/asyncapi"
	"plumb.dev/plumb/emit/graphql"
	"plumb.dev/plumb/emit/openapi"
	"plumb.dev/plumb/emit/protobuf"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sensitivity"
)

// Comparison is what is different between two designs of one system.
type Comparison struct {
	// Problems of the second design that the first one does not have.
	Problems diag.List     `json:"problems"`
	Changes  []diff.Change `json:"changes"`
	// Contracts are the changes of contracts, the breaking ones first.
	Contracts []contract.Finding `json:"contracts"`
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

// CountContracts tells how many changes of contracts have a level.
func (c *Comparison) CountContracts(l contract.Level) int {
	n := 0
	for _, f := range c.Contracts {
		if f.Level == l {
			n++
		}
	}
	return n
}

// Side is one of two designs that are compared.
type Side struct {
	Arch *arch.Arch
	// Design it was read from; nil of one that was read back.
	Design *Design
	// Contracts as they lie on the disk; nil stands for those that plumb would write.
	Contracts []emit.File
	// Problems the design has; none are known of one that was read back.
	Problems diag.List
}

// Compare says what is different in the second design. The error names a contract
// that cannot be read.
func Compare(from, to Side) (*Comparison, error) {
	c := &Comparison{Problems: newProblems(from.Problems, to.Problems), Changes: diff.Between(from.Arch, to.Arch)}
	attribute(c.Changes, from.Design, to.Arch)
	before, err := from.contracts()
	if err != nil {
		return nil, err
	}
	after, err := to.contracts()
	if err != nil {
		return nil, err
	}
	c.Contracts, err = contract.Between(before, after)
	return c, err
}

// mostAttributed bounds how many facts are tried one by one.
const mostAttributed = 24

// attribute keeps, of the facts that a flipped decision may come from, those that flip
// it alone: the first input is planned again with each of them at its new value. Where
// none does, they did it together and all of them stay.
func attribute(changes []diff.Change, from *Design, to *arch.Arch) {
	if from == nil {
		return
	}
	planner := from.Session().planner
	plans := map[arch.Path]*decide.Plan{}
	flips := func(id arch.DecisionID, f arch.FactChange) bool {
		now, ok := to.FactOf(f.Fact)
		if !ok || f.From == "" {
			return false
		}
		if plans[f.Fact] == nil {
			if len(plans) == mostAttributed {
				return false
			}
			plans[f.Fact], _ = planner.At(sensitivity.Change{Facts: fact.Overrides{f.Fact: now.Value}})
		}
		d, is := plans[f.Fact].Decision(id), to.Decision(id)
		return d != nil && is != nil && d.Choice == is.Choice
	}
	for i := range changes {
		c := &changes[i]
		if c.Kind != "decision" || c.Op != diff.Flipped || len(c.Facts) < 2 {
			continue
		}
		var alone []arch.FactChange
		for _, f := range c.Facts {
			if flips(arch.DecisionID(c.ID), f) {
				alone = append(alone, f)
			}
		}
		if len(alone) > 0 {
			c.Facts = alone
		}
	}
}

// contracts are the files that are compared, of all that the design is written as.
func (s Side) contracts() (contract.Side, error) {
	if s.Contracts != nil {
		return contract.Side{Arch: s.Arch, Files: s.Contracts}, nil
	}
	files, err := Contracts(s.Arch)
	return contract.Side{Arch: s.Arch, Files: files}, err
}

// Contracts is what of a design other programs rely on, as files.
func Contracts(a *arch.Arch) ([]emit.File, error) {
	out := []emit.File{}
	for _, files := range []func(*arch.Arch) ([]emit.File, error){openapi.Files, asyncapi.Files, protobuf.Files, graphql.Files} {
		list, err := files(a)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
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
