// Package plumb designs backends: from what a business needs to an architecture
// that can say why.
//
// This file is the whole pipeline on one screen. Each stage is a package with one
// verb; everything between the stages is a frozen value.
package plumb

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/build"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// Input is all that a design is a function of. The same Input gives the same bytes.
type Input struct {
	// File names the input in problems; Text is its content.
	File string
	Text []byte
	// Overrides set facts to other values, for what-if questions.
	Overrides fact.Overrides
}

// Design is the result, with every stage's part of it.
type Design struct {
	Problems diag.List
	Doc      *spec.Doc
	Model    *model.Model
	Plan     *decide.Plan
	// Arch is nil when the problems have errors.
	Arch *arch.Arch
}

// Run designs the system that an input describes.
func Run(in Input) *Design {
	d := &Design{}
	note := func(list diag.List) bool {
		d.Problems = append(d.Problems, list...)
		return !list.HasErrors()
	}
	var problems diag.List

	// 1. what was written
	d.Doc, problems = spec.Parse(in.File, in.Text)
	written := note(problems)

	// 2. what was meant
	d.Model, problems = model.Check(d.Doc, in.Overrides)
	if meant := note(problems); !written || !meant {
		return d.finish()
	}

	// 3. what to choose, and why
	d.Plan, problems = decide.Run(decide.Input{Model: d.Model, Catalog: catalog.Builtin()})
	if !note(problems) {
		return d.finish()
	}

	// 4. the system that follows
	d.Arch = build.Run(d.Plan)
	return d.finish()
}

func (d *Design) finish() *Design {
	d.Problems = model.Silence(d.Doc, d.Problems).Sorted()
	return d
}
