package build

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// remote are the use cases that run in another deployable than the one that asks
// for them, at once or after its answer.
func (b *builder) remote() map[*model.UseCase]bool {
	out := map[*model.UseCase]bool{}
	for _, l := range b.p.Links {
		if l.Kind == decide.LinkFollow && b.called(l) {
			out[l.Target] = true
		}
	}
	return out
}

// called reports whether an interaction is a call between deployables.
func (b *builder) called(l *decide.Link) bool {
	if !l.Crosses || l.To == nil {
		return false
	}
	style := b.p.Choice(subject(l.Name, "style"))
	return style == "sync" || style == "event" && (l.Kind == decide.LinkFollow || l.Kind == decide.LinkWrite)
}

// internals makes the operations that deployables offer one another beside use
// cases: reading instances by id, and the part of a use case that changes what
// another deployable owns.
func (b *builder) internals() {
	readers := map[*model.Aggregate][]*decide.Link{}
	changed := map[[2]string]bool{} // by use case and context
	var read []*model.Aggregate
	for _, l := range b.p.Links {
		if !b.called(l) {
			continue
		}
		switch l.Kind {
		case decide.LinkRead:
			if readers[l.Aggregate] == nil {
				read = append(read, l.Aggregate)
			}
			readers[l.Aggregate] = append(readers[l.Aggregate], l)
		case decide.LinkFollow:
			b.serves[l.Name] = arch.OperationID(fact.Camel(l.Target.Name))
		case decide.LinkWrite:
			b.serves[l.Name] = arch.OperationID(fact.Camel(l.UseCase.Name + "_in_" + string(l.To.ID)))
			if key := [2]string{l.UseCase.Name, string(l.To.ID)}; !changed[key] {
				changed[key] = true
				b.remoteChange(l)
			}
		}
	}
	for _, a := range read {
		b.batchRead(a, readers[a])
	}
}

// batchMost bounds a look-up by ids: as many as a page may hold.
const batchMost = pageMax

// batchRead reads instances by id for other deployables, all that one request of
// theirs needs at once.
func (b *builder) batchRead(a *model.Aggregate, links []*decide.Link) {
	owner := b.owner[a]
	things := fact.Phrase(b.plural(a.Name))
	op := arch.Operation{
		ID: arch.OperationID(fact.Camel("batch_get_" + b.plural(a.Name))), UseCase: links[0].UseCase.Path, Kind: "query", Verb: "search",
		Context: owner.ID, Deployable: owner.Unit.ID, Entity: schemaID(a.Name), Consistency: "read-your-writes",
		Auth: arch.Authorisation{Object: "any", Scope: b.scopeName(a, "read")},
	}
	most, least := batchMost, 1
	op.Input = []arch.Field{{
		Name: "ids", Required: true, Example: []any{ulid(a.Name)},
		About: fmt.Sprintf("The %s to read, by id; those that are not there are left out of the answer.", things),
		Type:  arch.Type{Scalar: arch.ScalarID, List: true, MinItems: &least, MaxItems: &most},
	}}
	op.Result = b.add(arch.Schema{
		ID: schemaID(a.Name + "_batch"), Kind: "object", Role: "result", Of: a.Path, Context: owner.ID,
		About: fmt.Sprintf("The %s that were asked for and are there.", things),
		Fields: []arch.Field{{Name: "items", Required: true, ReadOnly: true, Type: arch.Type{Schema: op.Entity, List: true, MaxItems: &most},
			About: fmt.Sprintf("The %s, in the order of their ids in the request.", things)}},
	})
	var names []string
	rate := 0.0
	var inputs []fact.ID
	for _, l := range links {
		names = append(names, fact.Phrase(l.UseCase.Name))
		op.Serves = append(op.Serves, l.UseCase.Path)
		op.By = append(op.By, subject(l.Name, "style"))
		b.serves[l.Name] = op.ID
		rate += l.Rate.N
		inputs = append(inputs, l.Rate.Fact)
	}
	op.About = fmt.Sprintf("Reads %s by id for %s.", things, and(some(names, 4)))
	op.Peak = b.derive(fact.ID("operations."+string(op.ID)+".peak"), fact.Rate, rate, "peaks of the use cases that read it from another deployable", inputs...)
	b.inward(&op, func() {
		op.REST = &arch.RESTBinding{Method: "GET", Path: "/" + fact.Kebab(b.plural(a.Name)) + b.actionMark() + "batch-get", Success: 200, Query: op.Input, Tag: things}
	})
	op.Errors = b.errorsOf(&op, nil, nil)
	b.a.Operations = append(b.a.Operations, op)
}

// remoteChange is the part of a use case that changes what another deployable
// keeps: one transaction in one of its contexts.
func (b *builder) remoteChange(l *decide.Link) {
	u := l.UseCase
	var there []*model.Aggregate
	for _, x := range u.Writes() {
		if b.owner[x] == l.To {
			there = append(there, x)
		}
	}
	a := b.leading(u, there)
	what := and(aggregateNames(there, 4))
	op := arch.Operation{
		ID: arch.OperationID(fact.Camel(u.Name + "_in_" + string(l.To.ID))), UseCase: u.Path, Kind: "command", Verb: "transition",
		About:   fmt.Sprintf("The part of %s that changes %s: called by %s after its own change.", fact.Phrase(u.Name), what, l.From.Name),
		Context: l.To.ID, Deployable: l.To.Unit.ID, Entity: schemaID(a.Name), Result: schemaID(a.Name), Consistency: u.Consistency.Kind,
		Peak: value(fact.Rate, l.Rate), Auth: arch.Authorisation{Object: "any", Scope: b.scopeName(a, "write")},
	}
	op.Serves = []arch.Path{u.Path}
	op.By = []arch.DecisionID{subject(l.Name, "style")}
	body := arch.Schema{ID: schemaID(string(op.ID) + "_request"), Kind: "object", Role: "input", Of: u.Path, Context: l.To.ID,
		About: fmt.Sprintf("What the part of %s that changes %s needs to know.", fact.Phrase(u.Name), what)}
	moved := slices.ContainsFunc(u.Moves, func(mv model.Performed) bool { return mv.Aggregate == a })
	switch {
	case slices.Contains(u.Creates, a):
		op.Verb, body.Fields = "create", b.given(u, a)
	case b.byAmount(a) != nil && u.MayBeRefused(a):
		body.Fields = []arch.Field{b.amount(a)}
	case !moved:
		op.Verb, body.Fields = "update", b.patch(u, a)
		body.Role = "patch"
	}
	if len(body.Fields) > 0 {
		op.Body = b.add(body)
	}
	b.repeatable(&op)
	b.inward(&op, func() { b.bindREST(&op, u, a) })
	op.Errors = b.errorsOf(&op, u, a)
	b.a.Operations = append(b.a.Operations, op)
}

// repeatable gives an internal change the key by which its repeats are known: it
// comes at least once.
func (b *builder) repeatable(op *arch.Operation) {
	if op.Kind == "command" && op.Idempotency == nil && op.Stream == "" {
		op.Idempotency = &arch.Idempotency{
			Key: "header", Required: true, Retention: b.reference("limits.idempotency-key-kept"),
			Conflict: "422 when the key comes again with another request",
		}
	}
}

// inward binds an operation to the protocol decided between deployables and marks
// it as one that nobody outside calls.
func (b *builder) inward(op *arch.Operation, rest func()) {
	b.inner[op.ID] = true
	if b.choice("protocol", &op.By) == "rest" {
		rest()
		return
	}
	b.bindRPC(op)
}

// some is the beginning of a list, with a word about the rest.
func some(names []string, most int) []string {
	if len(names) <= most+1 {
		return names
	}
	return append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
}

// scopeName is the permission to read or change an aggregate: "orders:write".
func (b *builder) scopeName(a *model.Aggregate, act string) string {
	return fact.Kebab(b.plural(a.Name)) + ":" + act
}
