package openapi

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// operation prints one operation, whole.
func (d *document) operation(op *arch.Operation) *tree.Map {
	d.demand(op)
	out := tree.Of("tags", []any{op.REST.Tag}, "operationId", string(op.ID), "summary", fact.Title(string(op.ID)), "description", describe(op))
	out.Put("deprecated", op.Deprecated != "")
	out.Put("parameters", d.parameters(op))
	out.Put("requestBody", d.requestBody(op))
	out.Set("responses", d.responses(op))
	out.Set("security", d.security(op))
	out.Put("x-plumb-use-case", string(op.UseCase))
	out.Put("x-plumb-consistency", consistency(op))
	out.Put("x-plumb-authorization", authorisation(op))
	out.Put("x-plumb-rate-limit", rateLimit(op))
	if op.Timeout.Known() {
		out.Set("x-plumb-timeout", op.Timeout.String())
	}
	return out
}

// demand reports the errors that a mechanism of the operation needs and the operation
// does not name: a contract that leaves them out would be wrong.
func (d *document) demand(op *arch.Operation) {
	needs := func(why string, statuses ...int) {
		for _, status := range statuses {
			if !d.answers(op, status) {
				d.problem("%s %s, but names no error of status %d", op.ID, why, status)
			}
		}
	}
	if op.Concurrency == ifMatch {
		needs("changes under If-Match", 412, 428)
	}
	if keyed(op) {
		needs("takes an Idempotency-Key", 409, 422)
		if op.Idempotency.Required {
			needs("demands an Idempotency-Key", 400)
		}
	}
	if op.RateLimit != nil {
		needs("has a rate limit", op.RateLimit.Status)
	}
	if !op.Auth.Anonymous && !d.api.Internal {
		needs("needs a token", 401, 403)
	}
	if op.Stream == "both" {
		d.problem("%s is a conversation, which HTTP does not carry", op.ID)
	}
}

// answers reports whether an operation names an error with the status.
func (d *document) answers(op *arch.Operation, status int) bool {
	for _, code := range op.Errors {
		if e := d.errors[code]; e != nil && e.Status == status {
			return true
		}
	}
	return false
}

// keyed operations take the header Idempotency-Key.
func keyed(op *arch.Operation) bool { return op.Idempotency != nil && op.Idempotency.Key == "header" }

// describe is the operation in its own words, and what its mechanisms mean to the
// caller.
func describe(op *arch.Operation) string {
	parts := []string{op.About}
	if op.Deprecated != "" {
		parts = append(parts, "Deprecated. "+op.Deprecated)
	}
	if op.Idempotency != nil && op.Idempotency.Key != "header" {
		parts = append(parts, fmt.Sprintf("Idempotent by %s for %s: %s.", op.Idempotency.Key, op.Idempotency.Retention, strings.TrimSuffix(op.Idempotency.Conflict, ".")))
	}
	if op.Async && op.Follow != "" {
		parts = append(parts, fmt.Sprintf("What is accepted but not yet done is followed with %s (%s).", op.Follow, op.Progress))
	}
	if bounded(op) {
		parts = append(parts, fmt.Sprintf("Consistency: %s, within %s.", op.Consistency, op.Staleness))
	}
	return strings.Join(parts, "\n\n")
}

// bounded reports whether what an operation returns or does may lag behind, for a
// known time.
func bounded(op *arch.Operation) bool { return op.Staleness.Known() && op.Staleness.N > 0 }

func consistency(op *arch.Operation) *tree.Map {
	out := (&tree.Map{}).Put("kind", op.Consistency)
	if bounded(op) {
		out.Set("within", op.Staleness.String())
	}
	return out
}

func authorisation(op *arch.Operation) *tree.Map {
	a := op.Auth
	return (&tree.Map{}).Put("anonymous", a.Anonymous).Put("actors", tree.List(names(a.Actors))).Put("roles", tree.List(names(a.Roles))).
		Put("scope", a.Scope).Put("objects", a.Object).Put("owner", a.Owner)
}

func rateLimit(op *arch.Operation) *tree.Map {
	if op.RateLimit == nil {
		return nil
	}
	return tree.Of("per", op.RateLimit.Per, "rate", op.RateLimit.Rate.String(), "burst", op.RateLimit.Burst.String())
}

func names[ID ~string](ids []ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
