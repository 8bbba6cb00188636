package decide

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// question is one row of the decision table.
type question struct {
	// id names the question: "store". A decision's id is the subject's name, a dot
	// and this; for the whole system this alone.
	id    string
	topic string // the family in documents: structure, data, communication, ...
	title string // "Store of %s": the subject's name is put in
	// subjects lists the elements the question is asked about, in a stable order.
	subjects func(*Plan) []Subject
	// fill writes the options, eliminations and scores on the sheet.
	fill func(*sheet)
	// doc is the reference entry: when it is asked, what is computed from what, and
	// the sources of its rules and constants.
	doc string
}

// Subject is the element a question is asked about. Only the pointer that fits is
// set.
type Subject struct {
	Name string  // "" for the whole system
	Path fact.ID // its place in the input, "" for the whole system
	Span diag.Span

	UseCase   *model.UseCase
	Aggregate *model.Aggregate
	Actor     *model.Actor
	Context   *Context
	Unit      *Deployable
	Link      *Link
	Channel   *Channel
	Process   *Process
	Lack      *Lack
	External  *model.External
}

// id of the decision a question makes about the subject.
func (s Subject) id(q *question) arch.DecisionID {
	if s.Name == "" {
		return arch.DecisionID(q.id)
	}
	return arch.DecisionID(s.Name + "." + q.id)
}

// system is the subjects function of questions about the whole.
func system(*Plan) []Subject { return []Subject{{}} }

func ofContext(c *Context) Subject {
	return Subject{Name: string(c.ID), Path: fact.ID("contexts." + string(c.ID)), Context: c}
}

func ofUnit(d *Deployable) Subject {
	return Subject{Name: string(d.ID), Path: fact.ID("deployables." + string(d.ID)), Unit: d}
}

func ofAggregate(a *model.Aggregate) Subject {
	return Subject{Name: a.Name, Path: a.Path, Span: a.Span, Aggregate: a}
}

func ofUseCase(u *model.UseCase) Subject {
	return Subject{Name: u.Name, Path: u.Path, Span: u.Span, UseCase: u}
}

func ofActor(a *model.Actor) Subject {
	return Subject{Name: a.Name, Path: a.Path, Span: a.Span, Actor: a}
}

func ofExternal(x *model.External) Subject {
	return Subject{Name: x.Name, Path: x.Path, Span: x.Span, External: x}
}

func ofLink(l *Link) Subject {
	return Subject{Name: l.Name, Path: l.Path, Span: l.Span, Link: l, UseCase: l.UseCase}
}

// each maps elements to subjects, keeping those that pass.
func each[T any](list []T, keep func(T) bool, as func(T) Subject) []Subject {
	const few = 16 // most questions concern a few elements of many
	out := make([]Subject, 0, min(len(list), few))
	for _, e := range list {
		if keep == nil || keep(e) {
			out = append(out, as(e))
		}
	}
	return out
}
