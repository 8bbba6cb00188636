// Package plumb designs backends: from what a business needs to an architecture
// that can say why.
//
// This file is the whole pipeline on one screen. Each stage is a package with one
// verb; everything between the stages is a frozen value. emitters.go lists what a
// design is written as.
package plumb

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/brief"
	"plumb.dev/plumb/build"
	"plumb.dev/plumb/cache"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/lock"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/sim"
	"plumb.dev/plumb/spec"
)

// Input is all that a design is a function of. The same Input gives the same bytes.
type Input struct {
	// File names the input in problems; Text is its content.
	File string
	Text []byte
	// Lock is the content of plumb.lock, nil when there is none.
	Lock []byte
	// Date is put on new decision records: YYYY-MM-DD.
	Date string
	// Overrides set facts to other values, for what-if questions.
	Overrides fact.Overrides
	// Quick leaves out what takes searching: the exploration of protocols.
	Quick bool
	// Cache, unless nil, remembers what takes seconds to work out, such as simulations.
	// It is no part of what a design is a function of: with or without it, whatever it
	// holds, the bytes are the same.
	Cache *cache.Cache
}

// Design is the result, with every stage's part of it.
type Design struct {
	Problems diag.List
	Doc      *spec.Doc
	// Brief is the input line by line when it is a brief in Markdown, nil otherwise.
	Brief *brief.Result
	Model *model.Model
	Plan  *decide.Plan
	Lock  *lock.Lock
	// Arch is nil when the problems have errors.
	Arch *arch.Arch

	in Input
}

// Run designs the system that an input describes.
func Run(in Input) *Design {
	d := &Design{in: in}
	ok := func(list diag.List) bool {
		d.Problems = append(d.Problems, list...)
		return !d.Problems.HasErrors()
	}
	defer func() { d.Problems = model.Silence(d.Doc, d.Problems).Sorted() }()
	var problems diag.List

	// 1. what was written, in the language or as prose
	d.Doc, problems = d.reader(in.File)(in.File, in.Text)
	ok(problems)

	// 2. what was meant; a value at fault is marked, so that this stage reports only
	// what does not follow from it
	d.Model, problems = model.Check(d.Doc, in.Overrides)
	if !ok(problems) {
		return d
	}

	// 3. what is known of technologies, with the project's own corrections
	facts, problems := projectCatalog(d.Model, d.Doc)
	if !ok(problems) {
		return d
	}

	// 4. what to choose, and why
	d.Plan, problems = decide.Run(decide.Input{Model: d.Model, Catalog: facts})
	if !ok(problems) {
		return d
	}

	if !ok(d.make()) {
		return d
	}

	// 8. what is wrong with its policies before anything is simulated
	ok(d.PolicyFindings())

	// 9. what keeps its protocols right, whatever is lost, late or cut off, and meets what
	if !in.Quick {
		ok(d.mend())
	}
	return d
}

// make makes the system of a plan.
func (d *Design) make() (list diag.List) {
	ok := func(problems diag.List) bool {
		list = append(list, problems...)
		return !list.HasErrors()
	}

	// 5. the system that follows
	system := build.Run(d.Plan)

	// 6. the ids that must not move
	kept, problems := lock.Read(d.in.Lock)
	if !ok(problems) {
		return list
	}
	system, d.Lock, problems = lock.Apply(system, kept, d.in.Date)
	if !ok(problems) {
		return list
	}

	// 7. what it is to be held against, in the names it has now
	if _, problems = sim.Given(system); !ok(problems) {
		return list
	}
	d.Arch = system
	return list
}

// reader is what reads a file of the name: a brief in Markdown, or the language.
func (d *Design) reader(file string) func(string, []byte) (*spec.Doc, diag.List) {
	if !brief.Is(file) {
		return spec.Parse
	}
	return func(file string, text []byte) (*spec.Doc, diag.List) {
		var list diag.List
		d.Brief, list = brief.Read(file, text)
		return d.Brief.Doc, list
	}
}

// Tip adds to a decision of the design the values at which its own comparison comes
// out differently, unless it has them.
func (d *Design) Tip(dec *arch.Decision) {
	if len(dec.Flips) == 0 {
		dec.Flips = d.Plan.Flips(dec.ID)
	}
}

// LockText is the content of plumb.lock after this design.
func (d *Design) LockText() []byte { return d.Lock.Text() }

// projectCatalog adds the input's own section to the shipped facts. The section is
// read again from its own place in the text, so that its problems point there.
func projectCatalog(m *model.Model, doc *spec.Doc) (*catalog.Catalog, diag.List) {
	if m.Catalog == nil {
		return catalog.Builtin(), nil
	}
	return catalog.Builtin().Section(doc.File, doc.Excerpt(m.Catalog))
}
