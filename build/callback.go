package build

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// callbacks makes, for each external that calls back, the operation it calls. The
// signature is checked and the report written down; where the state can be asked of the
// external by our own reference, the report is no more than a hint.
func (b *builder) callbacks() {
	for _, e := range b.m.Externals {
		if u := b.hears(e); u != nil {
			b.callback(e, u)
		}
	}
}

// hears is the use case that an external's call back is for: one that its events
// start, where they come by calls, else one that calls it; nil for one that does not
// call.
func (b *builder) hears(e *model.External) *model.UseCase {
	if _, choice := b.inbound(e); choice == "callback" || choice == "swept" {
		for _, ev := range b.m.Events {
			if ev.From == e {
				for _, u := range ev.Starts {
					if b.home[u] != nil {
						return u
					}
				}
			}
		}
	}
	if !e.CallsBack {
		return nil
	}
	for _, l := range b.calls[e] {
		if len(l.UseCase.Writes()) > 0 {
			return l.UseCase
		}
	}
	return nil
}

func (b *builder) callback(e *model.External, u *model.UseCase) {
	name := fact.Phrase(e.Name)
	home := b.home[u]
	op := arch.Operation{
		ID: arch.OperationID(fact.Camel("hear_" + e.Name)), UseCase: u.Path, Kind: "command", Verb: "act", Context: home.ID, Deployable: home.Unit.ID,
		About:       fmt.Sprintf("Takes what %s reports. Its signature is checked, and that it is no older than %s; it is written down, and %s.", name, b.reference("limits.webhook-signature-tolerance"), b.believed(e)),
		Consistency: "eventual", Auth: arch.Authorisation{Anonymous: true, Object: "any"},
	}
	op.Serves = []arch.Path{e.Path, u.Path}
	of := func(field string) string { return fmt.Sprintf("%s of what %s reports", field, name) }
	text := arch.Type{Scalar: arch.ScalarText, MaxLength: intp(textMost)}
	op.Body = b.add(arch.Schema{
		ID: schemaID(e.Name + "_report"), Kind: "object", Role: "input", Of: e.Path, Context: home.ID,
		About: fmt.Sprintf("What %s reports, translated by its adapter: which of our requests has news.", name),
		Fields: []arch.Field{
			{Name: "reportId", Type: text, Required: true, About: sentenceCase(of("the id")) + ", by which repeats are known.", Example: "rep_01JQ3B4T5V6W"},
			{Name: "reference", Type: text, Required: true, About: "Our own reference, under which it was asked.", Example: ulid(e.Name)},
			{Name: "occurredAt", Type: arch.Type{Scalar: arch.ScalarInstant}, Required: true, About: sentenceCase(of("the time")) + ".", Example: "2026-03-14T18:30:00Z"},
		},
	})
	op.Idempotency = &arch.Idempotency{Key: "reportId", Required: true, Retention: b.reference("limits.webhook-retry-span"), Conflict: "the first report with an id counts"}
	op.REST = &arch.RESTBinding{Method: "POST", Path: "/callbacks/" + fact.Kebab(e.Name), Success: 204, Tag: "callbacks"}
	op.Errors = b.reportErrors(&op)
	b.a.Operations = append(b.a.Operations, op)
}

// believed says what a report of an external is worth: where the state can be asked for,
// it is a hint.
func (b *builder) believed(e *model.External) string {
	if e.Lookup {
		return fmt.Sprintf("acted on only after %s was asked for the state", fact.Phrase(e.Name))
	}
	return fmt.Sprintf("taken at its word, because the state cannot be asked of %s by our reference", fact.Phrase(e.Name))
}

// reportErrors are what a reporter can run into.
func (b *builder) reportErrors(op *arch.Operation) []string {
	codes := b.errorsOf(op, nil, nil)
	e := arch.ErrorType{Code: "signature-invalid", Title: "Signature not valid", Status: 401, GRPC: "UNAUTHENTICATED",
		About: fmt.Sprintf("The signature does not fit the body, or its time is more than %s from now; nothing was taken.", b.reference("limits.webhook-signature-tolerance"))}
	if b.problems[e.Code] == nil {
		b.problems[e.Code] = &e
	}
	out := []string{e.Code}
	for _, c := range codes {
		switch c {
		case "idempotency-key-missing", "idempotency-key-reused", "request-in-progress":
			continue // it has an id of its own in the body
		}
		out = append(out, c)
	}
	return out
}
