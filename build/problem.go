package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// errorsOf lists the codes an operation can answer with, and puts each into the
// catalogue. Only what this operation can really run into is listed.
func (b *builder) errorsOf(op *arch.Operation, u *model.UseCase, main *model.Aggregate) []string {
	var codes []string
	add := func(e arch.ErrorType) {
		if !slices.Contains(codes, e.Code) {
			codes = append(codes, e.Code)
		}
		if _, known := b.problems[e.Code]; !known {
			b.problems[e.Code] = &e
		}
	}
	if !op.Auth.Anonymous {
		add(arch.ErrorType{Code: "not-signed-in", Title: "Not signed in", Status: 401, GRPC: "UNAUTHENTICATED",
			About: "The access token is missing, expired or not meant for " + b.m.Name + "; get a new one and repeat."})
		add(arch.ErrorType{Code: "not-allowed", Title: "Not allowed", Status: 403, GRPC: "PERMISSION_DENIED",
			About: "The token lacks the scope or the role this needs; the detail names it."})
	}
	if op.Body != "" || len(op.Input) > 0 || op.Paging != nil {
		add(arch.ErrorType{Code: "request-invalid", Title: "Request not valid", Status: 400, GRPC: "INVALID_ARGUMENT",
			About: "A field or parameter breaks its type or bounds; errors lists each with its place."})
	}
	if op.Paging != nil {
		add(arch.ErrorType{Code: "cursor-expired", Title: "Cursor no longer valid", Status: 400, GRPC: "INVALID_ARGUMENT",
			About: "The cursor is too old, or filters or order changed while paging; start again without it."})
	}
	if main != nil && addressed(op) {
		add(notFound(main))
	}
	if u != nil && main != nil {
		b.stateErrors(op, u, add)
		b.ruleErrors(op, u, add)
		b.acrossErrors(u, add)
	}
	if u != nil {
		b.externalErrors(u, add)
	}
	if op.Idempotency != nil {
		add(arch.ErrorType{Code: "idempotency-key-missing", Title: "Idempotency key missing", Status: 400, GRPC: "INVALID_ARGUMENT",
			About: "This request has an effect that must not happen twice; send the header Idempotency-Key."})
		add(arch.ErrorType{Code: "idempotency-key-reused", Title: "Idempotency key used for another request", Status: 422, GRPC: "FAILED_PRECONDITION",
			About: "The key came before with another content; use a new key for a new request."})
		add(arch.ErrorType{Code: "request-in-progress", Title: "The same request is still running", Status: 409, GRPC: "ABORTED", Retry: true,
			About: "A request with this key has not finished; repeat with the same key to get its answer."})
	}
	if op.Concurrency == "if-match" {
		add(arch.ErrorType{Code: "version-missing", Title: "Version missing", Status: 428, GRPC: "FAILED_PRECONDITION",
			About: "A change says which version it starts from; send the ETag of the last read in If-Match."})
		add(arch.ErrorType{Code: "version-changed", Title: "Changed by somebody else", Status: 412, GRPC: "ABORTED",
			About: "It was changed since it was read; read it again and decide anew."})
	}
	add(arch.ErrorType{Code: "rate-limited", Title: "Too many requests", Status: 429, GRPC: "RESOURCE_EXHAUSTED", Retry: true,
		About: "The client's share is used up; Retry-After says when to come back."})
	add(arch.ErrorType{Code: "overloaded", Title: "Temporarily overloaded", Status: 503, GRPC: "UNAVAILABLE", Retry: true,
		About: b.m.Name + " sheds this request to keep more important ones going; Retry-After says when to come back."})
	return codes
}

// addressed operations name one instance in their path.
func addressed(op *arch.Operation) bool {
	return op.REST != nil && len(op.REST.InPath) > 0 || op.Verb == "get" || op.Verb == "update" || op.Verb == "transition" || op.Verb == "delete"
}

func notFound(a *model.Aggregate) arch.ErrorType {
	return arch.ErrorType{
		Code: fact.Kebab(a.Name) + "-not-found", Title: sentenceCase(fact.Phrase(a.Name)) + " not found", Status: 404, GRPC: "NOT_FOUND", Of: a.Path,
		About: fmt.Sprintf("There is no such %s, or it belongs to somebody else; the two are not told apart.", fact.Phrase(a.Name)),
	}
}

// stateErrors are the transitions refused because of the state.
func (b *builder) stateErrors(_ *arch.Operation, u *model.UseCase, add func(arch.ErrorType)) {
	from := map[*model.Aggregate][]string{}
	var order []*model.Aggregate
	for _, mv := range u.Moves {
		if slices.Contains(u.Creates, mv.Aggregate) {
			continue
		}
		if from[mv.Aggregate] == nil {
			order = append(order, mv.Aggregate)
		}
		from[mv.Aggregate] = append(from[mv.Aggregate], fact.Phrase(mv.From))
	}
	for _, a := range order {
		states := from[a]
		slices.Sort(states)
		add(arch.ErrorType{
			Code: fact.Kebab(a.Name) + "-in-wrong-state", Title: sentenceCase(fact.Phrase(a.Name)) + " in the wrong state", Status: 409, GRPC: "FAILED_PRECONDITION", Of: a.Path + ".states",
			About: fmt.Sprintf("The lifecycle of the %s does not allow this step from its present state; allowedActions of the %s lists what it does.", fact.Phrase(a.Name), fact.Phrase(a.Name)),
		})
	}
}

// ruleErrors are invariants, unique fields and contended amounts that can refuse.
func (b *builder) ruleErrors(_ *arch.Operation, u *model.UseCase, add func(arch.ErrorType)) {
	for _, a := range u.Writes() {
		name := fact.Phrase(a.Name)
		switch {
		case !slices.Contains(u.Changes, a):
		case a.Replaced():
			add(arch.ErrorType{Code: fact.Kebab(a.Name) + "-overtaken", Title: sentenceCase(name) + " overtaken", Status: 409, GRPC: "ABORTED", Of: a.Path + ".contended",
				About: fmt.Sprintf("Another changed the %s of the %s first; nothing was changed.", fact.Phrase(a.Contended), name)})
		case a.Contended != "":
			add(arch.ErrorType{Code: fact.Kebab(a.Name) + "-exhausted", Title: sentenceCase(name) + " used up", Status: 409, GRPC: "FAILED_PRECONDITION", Of: a.Path + ".contended",
				About: fmt.Sprintf("The %s of the %s does not suffice any more; nothing was changed.", fact.Phrase(a.Contended), name)})
		}
		if len(a.Invariants) > 0 && (slices.Contains(u.Creates, a) || slices.Contains(u.Changes, a)) {
			rules := make([]string, len(a.Invariants))
			for i, inv := range a.Invariants {
				rules[i] = inv.Text
			}
			add(arch.ErrorType{Code: fact.Kebab(a.Name) + "-rule-broken", Title: sentenceCase(name) + " would break a rule", Status: 422, GRPC: "FAILED_PRECONDITION", Of: a.Path + ".invariants",
				About: fmt.Sprintf("One of the rules of the %s would not hold (%s); errors names it.", name, strings.Join(rules, "; "))})
		}
		if (len(a.Unique) > 0 || slices.ContainsFunc(a.Fields, func(f *model.Field) bool { return f.Unique })) && (slices.Contains(u.Creates, a) || slices.Contains(u.Changes, a)) {
			add(arch.ErrorType{Code: fact.Kebab(a.Name) + "-exists", Title: sentenceCase(name) + " exists already", Status: 409, GRPC: "ALREADY_EXISTS", Of: a.Path,
				About: fmt.Sprintf("Another %s has the same %s.", name, uniqueFields(a))})
		}
	}
}

// acrossErrors are the rules over several aggregates that hold at every instant, and so
// refuse what would break them.
func (b *builder) acrossErrors(u *model.UseCase, add func(arch.ErrorType)) {
	for _, r := range b.m.Rules {
		if !atOnce(r) || len(r.Over) < 2 || !slices.ContainsFunc(u.Writes(), func(a *model.Aggregate) bool { return slices.Contains(r.Over, a) }) {
			continue
		}
		add(arch.ErrorType{Code: "breaks-" + fact.Kebab(arch.Short(r.Path)), Title: "Would break " + fact.Phrase(arch.Short(r.Path)), Status: 422, GRPC: "FAILED_PRECONDITION", Of: r.Path,
			About: fmt.Sprintf("Afterwards it would no longer be true that %s; nothing was changed.", lowerFirst(strings.TrimSuffix(r.Holds.Text, ".")))})
	}
}

func uniqueFields(a *model.Aggregate) string {
	var list []string
	for _, f := range a.Fields {
		if f.Unique {
			list = append(list, fact.Phrase(f.Name))
		}
	}
	for _, u := range a.Unique {
		names := make([]string, len(u))
		for i, n := range u {
			names[i] = fact.Phrase(n)
		}
		list = append(list, strings.Join(names, " and "))
	}
	return strings.Join(slices.Compact(list), " or ")
}

// externalErrors are the failures of others that the caller is told of: none where the
// answer does not need them.
func (b *builder) externalErrors(u *model.UseCase, add func(arch.ErrorType)) {
	if b.answersLate(u, nil) {
		return
	}
	calls := slices.Clone(u.Calls)
	for _, f := range u.Then {
		if !f.Later && !f.Optional {
			calls = append(calls, f.UseCase.Calls...)
		}
	}
	for _, c := range calls {
		if c.Optional || c.Later || c.Fallback != "" {
			continue
		}
		name := fact.Phrase(c.External.Name)
		add(arch.ErrorType{Code: fact.Kebab(c.External.Name) + "-unavailable", Title: sentenceCase(name) + " does not answer", Status: 503, GRPC: "UNAVAILABLE", Retry: true, Of: c.External.Path,
			About: fmt.Sprintf("The %s did not answer in time and this cannot be done without it; nothing is left half done. Retry-After says when to come back.", name)})
	}
}

// errors puts the catalogue in order, by status and code.
func (b *builder) errors() {
	for _, e := range b.problems {
		b.a.Errors = append(b.a.Errors, *e)
	}
	slices.SortFunc(b.a.Errors, func(x, y arch.ErrorType) int {
		return strings.Compare(fmt.Sprint(x.Status, x.Code), fmt.Sprint(y.Status, y.Code))
	})
}
