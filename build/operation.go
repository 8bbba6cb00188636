package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// operations makes one operation per use case that somebody asks for, one per use
// case that another deployable calls, and the reads that a promise of another
// operation needs: a created resource can be read back where its Location points,
// and an update starts from the ETag of a read.
func (b *builder) operations() {
	b.standards()
	remote := b.remote()
	for _, u := range b.m.UseCases {
		if u.Asked() || remote[u] {
			b.operation(u, remote[u])
		}
	}
	b.internals()
	b.callbacks()
	b.fileOperations()
	b.impliedReads()
	b.followers()
	slices.SortStableFunc(b.a.Operations, func(x, y arch.Operation) int {
		return strings.Compare(string(x.Context)+"\x00"+string(x.ID), string(y.Context)+"\x00"+string(y.ID))
	})
}

// verb is what an operation does to its primary entity, in the terms of the
// standard methods.
func verb(u *model.UseCase) string {
	switch u.Result {
	case "stream":
		return "stream-out"
	case "upload":
		return "stream-in"
	case "conversation":
		return "conversation"
	}
	writes := len(u.Writes()) > 0
	switch {
	case u.Result == "long-running" && writes && len(u.Creates) == 0:
		return "act"
	case len(u.Creates) > 0 && movedOn(u) == nil:
		return "create"
	case len(u.Deletes) > 0 && len(u.Changes) == 0:
		return "delete"
	case len(u.Moves) > 0:
		return "transition"
	case len(u.Changes) == 1:
		return "update"
	case writes:
		return "act"
	case u.Result == "list":
		return "list"
	case u.Result == "report" || u.Result == "file" || u.Result == "long-running":
		return "report"
	case len(u.Reads) == 0 && len(u.Gives) == 0, u.ActsOutside():
		return "act"
	default:
		return "get"
	}
}

func (b *builder) operation(u *model.UseCase, remote bool) {
	home, main := b.home[u], b.primary(u)
	if home == nil {
		return
	}
	op := arch.Operation{
		ID: arch.OperationID(fact.Camel(u.Name)), UseCase: u.Path, About: b.aboutUseCase(u),
		Context: home.ID, Deployable: home.Unit.ID, Verb: b.verbOf(u), Peak: value(fact.Rate, u.Load.Peak),
		Consistency: b.consistency(u), Staleness: value(fact.Duration, u.Stale),
		Auth: b.authorisation(u, main), Kind: "command",
	}
	op.Serves = append(op.Serves, u.Path)
	if main != nil {
		op.Entity = schemaID(main.Name)
	}
	switch op.Verb {
	case "get", "list", "report":
		op.Kind = "query"
	case "stream-out":
		op.Kind, op.Stream = "subscription", "out"
	case "stream-in":
		op.Stream = "in"
	case "conversation":
		op.Stream = "both"
	}
	op.Async = u.Result == "long-running" || b.answersLate(u, &op.By)
	op.Body = b.inputSchema(u, main, op.Verb)
	op.Result = b.resultSchema(u, main, op.Verb)
	op.Input = b.parameters(u, main, op.Verb)
	op.Timeout = b.deadline(u)
	op.Cacheable = op.Kind == "query" && op.Stream == "" && u.Stale.N > 0 && op.Auth.Object == "any"
	b.pageOf(&op, u, main)
	b.safety(&op, u, main)
	if u.Asked() {
		b.bind(&op, u, main)
	}
	if remote {
		b.repeatable(&op)
		switch {
		case !u.Asked():
			op.Auth = arch.Authorisation{Object: "any", Scope: op.Auth.Scope}
			b.inward(&op, func() { b.bindREST(&op, u, main) })
		case b.choice("protocol", &op.By) == "grpc" && op.RPC == nil:
			b.bindRPC(&op)
			b.innerRPC[op.ID] = true
		}
	}
	op.Errors = b.errorsOf(&op, u, main)
	b.a.Operations = append(b.a.Operations, op)
}

// consistency is what was stated or, where nothing was, what comes of it: what lies in
// one transaction is never seen half done.
func (b *builder) consistency(u *model.UseCase) string {
	c := u.Consistency
	saga := b.p.Choice(subject(u.Name, "saga"))
	if c.Kind == "eventual" && !c.Stated && u.Asked() && u.Result != "long-running" && len(u.Writes()) > 0 && (saga == "" || saga == "local") {
		return "atomic"
	}
	return c.Kind
}

// deadline is when a request is given up: at twice what its caller should wait.
// Nearly all answers of a system that meets its target come before; what comes
// later holds a worker for somebody who is about to ask again. The time limits of
// the calls within are shorter.
func (b *builder) deadline(u *model.UseCase) arch.Value {
	if !u.Asked() || u.Result == "stream" || u.Result == "upload" || u.Result == "conversation" {
		return arch.Value{}
	}
	target := u.Latency.P99
	if !target.Known() {
		target = b.m.Context.Patience
	}
	if !target.Known() {
		return arch.Value{}
	}
	return b.derive(u.Path+".deadline", fact.Duration, 2*target.N, "twice the target; twice what a person waits where there is none", target.Fact)
}

// aboutUseCase is what the owner wrote, or what follows from the lists of the use
// case.
func (b *builder) aboutUseCase(u *model.UseCase) string {
	if u.About != "" {
		return orAbout(u.About, "")
	}
	var parts []string
	say := func(verb string, list []*model.Aggregate) {
		if len(list) > 0 {
			names := make([]string, len(list))
			for i, a := range list {
				names[i] = article(a.Name)
			}
			parts = append(parts, verb+" "+and(names))
		}
	}
	say("creates", u.Creates)
	for _, mv := range u.Moves {
		parts = append(parts, fmt.Sprintf("moves %s from %s to %s", article(mv.Aggregate.Name), fact.Phrase(mv.From), fact.Phrase(mv.To)))
	}
	var plain []*model.Aggregate
	for _, a := range u.Changes {
		if !slices.ContainsFunc(u.Moves, func(mv model.Performed) bool { return mv.Aggregate == a }) {
			plain = append(plain, a)
		}
	}
	say("changes", plain)
	say("deletes", u.Deletes)
	if len(parts) == 0 {
		parts = b.asksAndShows(u)
	}
	who := "The system"
	if len(u.By) > 0 {
		names := make([]string, len(u.By))
		for i, a := range u.By {
			names[i] = fact.Phrase(a.Name)
		}
		who = "For " + and(names) + ": it"
	}
	return who + " " + and(parts) + "."
}

// asksAndShows says what a use case that changes nothing is for.
func (b *builder) asksAndShows(u *model.UseCase) []string {
	var parts, names []string
	for _, r := range u.Reads {
		names = append(names, fact.Phrase(r.Aggregate.Name))
	}
	if len(names) > 0 {
		return []string{"shows " + and(names)}
	}
	for i := range u.Calls {
		names = append(names, fact.Phrase(u.Calls[i].External.Name))
	}
	if len(names) > 0 {
		parts = append(parts, "asks "+and(names))
	}
	names = nil
	for _, f := range u.Gives {
		names = append(names, fact.Phrase(f.Name))
	}
	if len(names) > 0 {
		parts = append(parts, "tells "+and(names))
	}
	return parts
}

// authorisation says who may do it, and on whose objects.
func (b *builder) authorisation(u *model.UseCase, main *model.Aggregate) arch.Authorisation {
	auth := arch.Authorisation{Object: "any"}
	for _, a := range u.By {
		auth.Actors = append(auth.Actors, arch.ActorID(a.Name))
		auth.Anonymous = auth.Anonymous || a.Guest
		for _, r := range rolesOf(a) {
			if len(a.Roles) < 2 || slices.Contains(u.Roles, r) {
				auth.Roles = append(auth.Roles, roleID(a, r))
			}
		}
	}
	if main != nil {
		act := "read"
		if len(u.Writes()) > 0 {
			act = "write"
		}
		auth.Scope = b.scopeName(main, act)
	}
	switch {
	case u.Only == "own" && main != nil:
		auth.Object = "own"
		auth.Owner = orDefault(ownerPath(u, main, 2), ownerField(main))
	case u.Only == "tenant":
		auth.Object = "tenant"
	}
	return auth
}

// rolesOf are the roles of an actor: those it was said to have, else one named after
// it. Guests have none.
func rolesOf(a *model.Actor) []string {
	switch {
	case a.Guest:
		return nil
	case len(a.Roles) == 0:
		return []string{a.Name}
	}
	return a.Roles
}

// roleID is unique over actors: the role alone when it is named after its actor.
func roleID(a *model.Actor, role string) arch.RoleID {
	if role == a.Name {
		return arch.RoleID(fact.Kebab(a.Name))
	}
	return arch.RoleID(fact.Kebab(a.Name) + "-" + fact.Kebab(role))
}

// ownerPath is the field of an aggregate that names whoever asks: its own, or that
// of something it belongs to ("order.consumer").
func ownerPath(u *model.UseCase, a *model.Aggregate, deep int) string {
	if a.OwnedBy != nil && slices.Contains(u.By, a.OwnedBy) {
		if a.OwnedByField != "" {
			return fact.Camel(a.OwnedByField)
		}
		return fact.Camel(a.ID.Name) // the record of the actor itself
	}
	for _, f := range a.Fields {
		if f.List {
			continue
		}
		for _, by := range u.By {
			if f.RefActor == by || f.Ref != nil && f.Ref.OwnedBy == by && f.Ref.OwnedByField == "" {
				return fact.Camel(f.Name)
			}
		}
	}
	for _, f := range a.Fields {
		if f.Ref != nil && !f.List && f.Ref != a && deep > 1 {
			if p := ownerPath(u, f.Ref, deep-1); p != "" {
				return fact.Camel(f.Name) + "." + p
			}
		}
	}
	return ""
}

func ownerField(a *model.Aggregate) string {
	if a.OwnedByField != "" {
		return fact.Camel(a.OwnedByField)
	}
	return ""
}

// inputSchema is the request body, "" when there is none.
func (b *builder) inputSchema(u *model.UseCase, main *model.Aggregate, verb string) arch.SchemaID {
	s := arch.Schema{ID: schemaID(u.Name + "_request"), Kind: "object", Role: "input", Of: u.Path, Context: b.home[u].ID, Was: wasRequest(u)}
	switch verb {
	case "create", "stream-in":
		s.About = fmt.Sprintf("What is needed to %s.", fact.Phrase(u.Name))
		if main != nil {
			s.Fields = b.given(u, main)
		}
	case "update":
		s.About = fmt.Sprintf("The fields of %s to change; what is left out stays.", article(main.Name))
		s.Role, s.Fields = "patch", b.patch(u, main)
	case "act":
		s.About = fmt.Sprintf("What %s needs to know beyond the path.", fact.Phrase(u.Name))
		if main != nil && len(u.Takes) == 0 && len(u.Changes) > 0 && namedUpdate(u) {
			s.Role, s.Fields = "patch", b.patch(u, main)
		}
	case "transition", "report", "delete":
		s.About = fmt.Sprintf("What %s needs to know beyond the path.", fact.Phrase(u.Name))
		if len(u.Takes) == 0 && b.movesAmount(u) {
			s.Fields = []arch.Field{b.amount(main)}
		}
	case "conversation":
		return b.conversation(u, main)
	default:
		if asksInPrivate(u) {
			s.About = fmt.Sprintf("What %s is asked with: personal data, which belongs in no URL.", fact.Phrase(u.Name))
			break
		}
		about := b.namedAggregate(u, main)
		if about == nil || len(u.Gives) == 0 || refersTo(main, about) {
			return ""
		}
		s.About = fmt.Sprintf("What %s would be made of.", article(about.Name))
		s.Fields = slices.DeleteFunc(b.given(u, about), func(f arch.Field) bool {
			return slices.ContainsFunc(u.Gives, func(g *model.Field) bool { return fact.Camel(g.Name) == f.Name })
		})
	}
	for _, f := range b.fields(u.Takes, u.Name) {
		f.ReadOnly = false
		s.Fields = append(s.Fields, f)
	}
	if len(s.Fields) == 0 {
		return ""
	}
	return b.add(s)
}

func wasRequest(u *model.UseCase) arch.SchemaID {
	if u.Was == "" {
		return ""
	}
	return schemaID(u.Was + "_request")
}

// given are the fields a caller states: not the id, not what the system stamps, and
// not the owner, who is known from the token.
func (b *builder) given(u *model.UseCase, a *model.Aggregate) []arch.Field {
	var out []arch.Field
	for _, f := range a.Fields {
		if stamped(f) || fact.Camel(f.Name) == ownerField(a) && calledByOwner(u, a) {
			continue
		}
		x := b.field(f, a.Name)
		x.ReadOnly = false
		out = append(out, x)
	}
	return out
}

// patch are the fields a caller may change, each by itself.
func (b *builder) patch(u *model.UseCase, a *model.Aggregate) []arch.Field {
	var out []arch.Field
	amount := ""
	if f := b.byAmount(a); f != nil {
		amount = fact.Camel(f.Name)
	}
	for _, f := range b.given(u, a) {
		if f.Fixed || f.Name == amount {
			continue
		}
		f.Required, f.Nullable = false, !requiredIn(a, f.Name)
		out = append(out, f)
	}
	return out
}

// amount is by how much a caller changes what many change at once.
func (b *builder) amount(a *model.Aggregate) arch.Field {
	f := b.field(b.byAmount(a), a.Name)
	what := fact.Phrase(f.Name)
	f.Name += "Change"
	f.About = fmt.Sprintf("How much is added to the %s of the %s; below zero takes away.", what, fact.Phrase(a.Name))
	f.Required, f.ReadOnly, f.Nullable, f.Fixed, f.Default, f.Type.Min = true, false, false, false, "", nil
	return f
}

func calledByOwner(u *model.UseCase, a *model.Aggregate) bool {
	return a.OwnedBy != nil && slices.Contains(u.By, a.OwnedBy)
}

func requiredIn(a *model.Aggregate, camel string) bool {
	for _, f := range a.Fields {
		if fact.Camel(f.Name) == camel {
			return !f.Optional
		}
	}
	return false
}

// conversation is the union of what may be said in it.
func (b *builder) conversation(u *model.UseCase, main *model.Aggregate) arch.SchemaID {
	if main == nil {
		return ""
	}
	body := arch.Schema{ID: schemaID(u.Name + "_message"), Kind: "object", Role: "input", Of: u.Path, Context: b.home[u].ID,
		About: fmt.Sprintf("One message said in %s.", fact.Phrase(u.Name)), Fields: b.given(u, main)}
	return b.add(body)
}

// resultSchema is what comes back: the entity, a view over several, what the use
// case says it gives, or the element of a list or stream.
func (b *builder) resultSchema(u *model.UseCase, main *model.Aggregate, verb string) arch.SchemaID {
	switch {
	case len(u.Gives) > 0:
		return b.add(arch.Schema{ID: schemaID(u.Name + "_result"), Kind: "object", Role: "result", Of: u.Path, Context: b.home[u].ID,
			About: fmt.Sprintf("What %s answers.", fact.Phrase(u.Name)), Fields: readOnly(b.fields(u.Gives, u.Name))})
	case verb == "delete" || main == nil || u.Result == "none":
		return ""
	case verb == "stream-in":
		return b.add(arch.Schema{ID: schemaID(u.Name + "_receipt"), Kind: "object", Role: "result", Of: u.Path, Context: b.home[u].ID,
			About: fmt.Sprintf("How much of the upload of %s was taken.", fact.Phrase(u.Name)),
			Fields: []arch.Field{{Name: "accepted", Required: true, ReadOnly: true, Type: arch.Type{Scalar: arch.ScalarInt, Min: new(float64)},
				About: fmt.Sprintf("Messages of %s taken since the stream was opened.", fact.Phrase(u.Name)), Example: 42}}})
	case (verb == "get" || verb == "stream-out" || verb == "report") && len(u.Reads) > 1:
		return b.view(u, main)
	}
	return schemaID(main.Name)
}

func readOnly(list []arch.Field) []arch.Field {
	for i := range list {
		list[i].ReadOnly = true
	}
	return list
}

// view composes what a use case reads of several aggregates.
func (b *builder) view(u *model.UseCase, main *model.Aggregate) arch.SchemaID {
	noun := nounOf(u)
	if noun == "" || b.get(schemaID(noun)) != nil {
		noun = u.Name + "_view"
	}
	s := arch.Schema{ID: schemaID(noun), Kind: "object", Role: "result", Of: u.Path, Context: b.home[u].ID,
		About: fmt.Sprintf("What %s shows around one %s.", fact.Phrase(u.Name), fact.Phrase(main.Name))}
	for _, r := range u.Reads {
		many := r.Aggregate != main && !refersTo(main, r.Aggregate)
		name := fact.Camel(r.Aggregate.Name)
		if many {
			name = fact.Camel(b.plural(r.Aggregate.Name))
		}
		f := arch.Field{Name: name, ReadOnly: true, Required: r.Aggregate == main, Source: r.Path,
			Type: arch.Type{Schema: schemaID(r.Aggregate.Name), List: many}}
		if many {
			most := listMost
			f.Type.MaxItems, f.Required = &most, true
		}
		f.About = fmt.Sprintf("The %s shown with the %s.", fact.Phrase(name), fact.Phrase(main.Name))
		if r.Aggregate == main {
			f.About = fmt.Sprintf("The %s itself.", fact.Phrase(main.Name))
		}
		if r.Fallback != "" {
			f.About += fmt.Sprintf(" When it cannot be had: %s.", strings.TrimSuffix(r.Fallback, "."))
			if !many {
				f.Required = false
			}
		}
		s.Fields = append(s.Fields, f)
	}
	return b.add(s)
}

// asksInPrivate reports whether what a query takes carries regulated data, which would
// stand in every log on the way if it stood in a URL.
func asksInPrivate(u *model.UseCase) bool {
	return slices.ContainsFunc(u.Takes, func(f *model.Field) bool { return f.Class != "" })
}

// filtersInPrivate says the same of what a list is filtered by.
func (b *builder) filtersInPrivate(u *model.UseCase, main *model.Aggregate) bool {
	return main != nil && slices.ContainsFunc(u.Filter, func(name string) bool {
		f := b.filterField(u, main, name)
		return f != nil && f.Class != ""
	})
}

func refersTo(from, to *model.Aggregate) bool {
	return from != nil && slices.ContainsFunc(from.Fields, func(f *model.Field) bool { return f.Ref == to && !f.List })
}

// parameters are what a query takes besides paging: the fields of 'takes'.
func (b *builder) parameters(u *model.UseCase, _ *model.Aggregate, verb string) []arch.Field {
	if verb != "get" && verb != "list" && verb != "stream-out" || asksInPrivate(u) {
		return nil
	}
	out := b.fields(u.Takes, u.Name)
	for i := range out {
		out[i].ReadOnly = false
	}
	return out
}

// Page sizes: twenty fit a screen; a hundred bound what one request can cost, the
// usual limits of public APIs (GitHub: 30 and 100; Stripe: 10 and 100).
const (
	pageDefault = 20
	pageMax     = 100
)

// pageOf gives lists their cursor, filters and order.
func (b *builder) pageOf(op *arch.Operation, u *model.UseCase, main *model.Aggregate) {
	if op.Verb != "list" || main == nil {
		return
	}
	b.choice(subject(u.Name, "paging"), &op.By)
	pg := &arch.Paging{Default: pageDefault, Max: pageMax}
	if n := int(u.Items.Or(0)); n > 0 && n <= pageMax {
		pg.Default = n
	}
	for _, name := range u.Filter {
		f := b.filterField(u, main, name)
		if f == nil {
			continue
		}
		pg.Filter = append(pg.Filter, arch.Filter{Field: fact.Camel(name), Operators: operators(f), Type: elementType(b.typeOf(f))})
	}
	for _, name := range u.Sort {
		pg.Sort = append(pg.Sort, fact.Camel(name))
	}
	if len(pg.Sort) > 0 {
		pg.Key = append(pg.Key, pg.Sort[0])
	}
	pg.Key = append(pg.Key, fact.Camel(main.ID.Name))
	op.Paging = pg
	page := arch.Schema{ID: schemaID(string(op.Result) + "_page"), Kind: "object", Role: "page", Of: u.Path, Context: op.Context,
		About: fmt.Sprintf("A page of %s.", fact.Phrase(b.plural(main.Name)))}
	most := pg.Max
	page.Fields = []arch.Field{
		{Name: "items", Required: true, ReadOnly: true, Type: arch.Type{Schema: op.Result, List: true, MaxItems: &most},
			About: fmt.Sprintf("The %s of this page, in the order asked for.", fact.Phrase(b.plural(main.Name)))},
		{Name: "nextCursor", ReadOnly: true, Type: arch.Type{Scalar: arch.ScalarText, MaxLength: intp(textMost)},
			About:   fmt.Sprintf("Continues the list of %s; absent on the last page.", fact.Phrase(b.plural(main.Name))),
			Example: "eyJrIjoiMDFKUTNCIn0"},
	}
	b.add(page)
}

func intp(n int) *int { return &n }

// filterField finds a filter's field on the primary aggregate or on another one
// the list reads; the state counts as a field.
func (b *builder) filterField(u *model.UseCase, main *model.Aggregate, name string) *model.Field {
	if f := main.Field(name); f != nil {
		return f
	}
	for _, r := range u.Reads {
		if f := r.Aggregate.Field(name); f != nil {
			return f
		}
	}
	if (name == "status" || name == "state") && main.States != nil {
		return &model.Field{Name: "status", Path: main.Path + ".states", Kind: model.KindEnum, Enum: main.States.States}
	}
	return nil
}

func elementType(t arch.Type) arch.Type {
	t.List, t.MinItems, t.MaxItems = false, nil, nil
	return t
}

// operators are those one index serves.
func operators(f *model.Field) []string {
	switch f.Kind {
	case model.KindInstant, model.KindDate, model.KindInt, model.KindDecimal:
		return []string{"eq", "from", "to"}
	case model.KindText:
		return []string{"eq", "prefix"}
	case model.KindPosition:
		return []string{"near"}
	case model.KindFlag:
		return []string{"eq"}
	default:
		return []string{"eq", "in"}
	}
}
