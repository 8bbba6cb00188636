package build

import (
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// safety adds what keeps an unsafe operation right when it is repeated or meets
// another: idempotency and concurrency control, as decided.
func (b *builder) safety(op *arch.Operation, u *model.UseCase, main *model.Aggregate) {
	if op.Kind != "command" {
		return
	}
	id := subject(u.Name, "idempotency")
	if d := b.p.Decision(id); d != nil && op.Stream == "" {
		op.By = append(op.By, id)
		if d.Choice == "header" || d.Choice == "business-key" {
			op.Idempotency = &arch.Idempotency{
				Key: "header", Required: true, Conflict: "422 when the key comes again with another request",
				Retention: b.p.Parameter(id, "retention"),
			}
			if d.Choice == "business-key" {
				op.Idempotency.Key = b.p.Word(id, "key")
			}
		}
	}
	if main == nil || op.Verb != "update" && op.Verb != "act" && op.Verb != "delete" || len(u.Changes)+len(u.Deletes) == 0 {
		return
	}
	if b.choice(subject(main.Name, "concurrency"), &op.By) == "etag" {
		op.Concurrency = "if-match"
	}
}

// impliedReads adds the read by id that another operation's promise needs: the
// Location of what was created, the ETag an update starts from.
func (b *builder) impliedReads() {
	have := map[arch.SchemaID]bool{}
	for i := range b.a.Operations {
		if op := &b.a.Operations[i]; shows(op) {
			have[op.Entity] = true
		}
	}
	for _, op := range slices.Clone(b.a.Operations) {
		needs := op.REST != nil && (op.Verb == "create" || op.Concurrency == "if-match" || op.Async)
		if !needs || op.Entity == "" || have[op.Entity] {
			continue
		}
		have[op.Entity] = true
		b.impliedRead(&op)
	}
}

// shows reports whether an operation reads one instance at the instance's own path.
func shows(op *arch.Operation) bool {
	return op.Verb == "get" && op.REST != nil && op.REST.Method == "GET" && strings.HasSuffix(op.REST.Path, "}")
}

func (b *builder) impliedRead(of *arch.Operation) {
	a := b.aggregate(of.Entity)
	if a == nil {
		return
	}
	why := "where the Location of a new one points"
	switch {
	case of.Concurrency == "if-match":
		why = "with the ETag that a change starts from"
	case of.Async:
		why = "to follow how far it is"
	}
	op := arch.Operation{
		ID: arch.OperationID(fact.Camel("get_" + a.Name)), UseCase: of.UseCase, Kind: "query", Verb: "get",
		About:   "Shows one " + fact.Phrase(a.Name) + ", " + why + ".",
		Context: b.owner[a].ID, Deployable: b.owner[a].Unit.ID, Entity: of.Entity, Result: of.Entity,
		Auth: of.Auth, Consistency: "read-your-writes", Trace: of.Trace,
	}
	op.Auth.Scope = b.scopeName(a, "read")
	b.bindREST(&op, nil, a)
	op.Errors = b.errorsOf(&op, nil, a)
	b.a.Operations = append(b.a.Operations, op)
}

// followers names, for what is accepted now and done later, the operation through
// which the caller follows it.
func (b *builder) followers() {
	shown := map[arch.SchemaID]arch.OperationID{}
	for i := range b.a.Operations {
		if op := &b.a.Operations[i]; shows(op) {
			shown[op.Entity] = op.ID
		}
	}
	for i := range b.a.Operations {
		op := &b.a.Operations[i]
		u := b.useCase(op.UseCase)
		if u == nil {
			continue
		}
		if c := b.choice(subject(u.Name, "progress"), &op.By); c != "" && c != "none" {
			op.Progress = string(c)
		}
		if !op.Async {
			continue
		}
		if op.Progress == "" {
			op.Progress = "poll"
		}
		op.Follow = shown[op.Entity]
	}
}
