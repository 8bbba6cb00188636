package build

import (
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Resources: which path an operation is found under. Nouns in the plural, at most
// one level below an instance; what is no standard method is a custom one of its
// resource (AIP-136). No literal stands where an id could, so that no path is
// ambiguous.

// standard are the use cases that are the standard methods of an aggregate; others
// that do the same are custom methods.
type standard struct{ create, update, list *model.UseCase }

// standards picks them: a plain create before one that is done later, a use case
// named as a change before one named as something else, a list of everything before
// one of the caller's own; the busiest of equals.
func (b *builder) standards() {
	for _, u := range b.m.UseCases {
		a := b.primary(u)
		if a == nil || !u.Asked() {
			continue
		}
		s := b.standard[a]
		if s == nil {
			s = &standard{}
			b.standard[a] = s
		}
		switch verb(u) {
		case "create":
			s.create = preferred(s.create, u, func(u *model.UseCase) bool { return u.Result != "long-running" })
		case "update":
			s.update = preferred(s.update, u, namedUpdate)
		case "list":
			s.list = preferred(s.list, u, func(u *model.UseCase) bool { return u.Only != "own" })
		}
	}
}

func preferred(old, u *model.UseCase, first func(*model.UseCase) bool) *model.UseCase {
	switch {
	case old == nil, first(u) && !first(old):
		return u
	case first(old) && !first(u), u.Load.Peak.N <= old.Load.Peak.N:
		return old
	}
	return u
}

// namedUpdate reports whether a use case is named after changing as such.
func namedUpdate(u *model.UseCase) bool {
	w := fact.Words(u.Name)
	return len(w) > 0 && slices.Contains([]string{"change", "update", "edit", "correct", "amend", "modify", "maintain"}, w[0])
}

// verbOf is what an operation does to its resource, seen beside the others: a
// second update of the same aggregate is an action of its own.
func (b *builder) verbOf(u *model.UseCase) string {
	v := verb(u)
	if v == "update" && b.movesAmount(u) {
		return "transition"
	}
	if s := b.standard[b.primary(u)]; v == "update" && s != nil && s.update != nil && s.update != u {
		return "act"
	}
	return v
}

// movesAmount reports whether a change is one of an amount that many change at once: it
// says by how much, as the guard compares and changes in one step, and what was read
// before does not count. A use case that is named after changing the thing as such changes
// its other fields.
func (b *builder) movesAmount(u *model.UseCase) bool {
	if len(u.Changes) != 1 || len(u.Creates)+len(u.Moves)+len(u.Deletes) > 0 {
		return false
	}
	a := u.Changes[0]
	return b.byAmount(a) != nil && (!namedUpdate(u) || len(b.patch(u, a)) == 0)
}

// byAmount is the field of an aggregate that is changed by amounts alone, nil where there
// is none.
func (b *builder) byAmount(a *model.Aggregate) *model.Field {
	if c := b.p.Choice(subject(a.Name, "guard")); c == "" || c == "version" {
		return nil
	}
	return a.Amount()
}

// resource is where the instances of an aggregate are found.
type resource struct {
	collection, one string
	id              arch.Field
	tag             string
}

func (b *builder) resourceOf(a *model.Aggregate, op *arch.Operation) resource {
	if a == nil {
		path := "/" + fact.Kebab(string(op.ID))
		if u := b.useCase(op.UseCase); op.Kind == "query" && u != nil && nounOf(u) != "" {
			path = "/" + fact.Kebab(nounOf(u))
		}
		return resource{collection: path, one: path, tag: string(op.Context)}
	}
	r := resource{collection: "/" + fact.Kebab(b.plural(a.Name)), id: b.pathID(a), tag: fact.Phrase(b.plural(a.Name))}
	r.one = r.collection + "/{" + r.id.Name + "}"
	return r
}

// bindREST gives an operation its method and path. Two operations never share one.
// u is nil for operations that no use case asks for.
func (b *builder) bindREST(op *arch.Operation, u *model.UseCase, main *model.Aggregate) {
	at := b.resourceOf(main, op)
	r := &arch.RESTBinding{Success: b.successOf(op, u), Tag: at.tag}
	switch {
	case u == nil:
		r.Method, r.Path = "GET", at.one
	case op.Kind == "command":
		b.commandPath(r, op, u, main, at)
	default:
		at = b.queryPath(r, op, u, main, at)
		if r.Method == "GET" && (asksInPrivate(u) || op.Verb == "list" && b.filtersInPrivate(u, main)) {
			b.askPrivately(r, op, u, main, at)
		}
	}
	r.Path = b.free(r, op)
	if at.id.Name != "" && strings.Contains(r.Path, "{"+at.id.Name+"}") {
		r.InPath = []arch.Field{at.id}
	}
	if op.Kind != "command" && r.Method == "GET" {
		r.Query = op.Input
	}
	op.REST = r
}

func (b *builder) commandPath(r *arch.RESTBinding, op *arch.Operation, u *model.UseCase, main *model.Aggregate, at resource) {
	act := b.action(u, main)
	s := b.standard[main]
	r.Method = "POST"
	switch op.Verb {
	case "create":
		r.Path = at.collection
		if s != nil && s.create != nil && s.create != u {
			r.Path = b.ofCollection(at, act)
		}
	case "update":
		r.Method, r.Path = "PATCH", at.one
	case "delete":
		r.Method, r.Path = "DELETE", at.one
	case "stream-in", "conversation":
		r.Path = b.ofCollection(at, act)
	default: // transition, act
		r.Path = at.one + b.actionMark() + act
		if main == nil {
			r.Path = at.one
		}
	}
}

// askPrivately sends what a query is asked with in a body: what stands in a URL stands in
// the log of every server and browser on the way.
func (b *builder) askPrivately(r *arch.RESTBinding, op *arch.Operation, u *model.UseCase, main *model.Aggregate, at resource) {
	r.Method = "POST"
	op.Cacheable = false
	if main == nil {
		return
	}
	act := b.action(u, main)
	if w := fact.Words(act); !looks(w[0]) {
		act = "search" // it is named after what it shows
	}
	switch {
	case op.Verb == "list":
		r.Path = b.ofCollection(at, act)
	case !strings.Contains(r.Path, b.actionMark()):
		r.Path = at.one + b.actionMark() + act
	}
}

func (b *builder) queryPath(r *arch.RESTBinding, op *arch.Operation, u *model.UseCase, main *model.Aggregate, at resource) resource {
	r.Method = "GET"
	below := ""
	about := b.namedAggregate(u, main)
	switch {
	case about == nil:
	case refersTo(main, about): // what belongs to another resource: the delivery of a cargo
		at, below = b.resourceOf(about, op), fact.Kebab(main.Name)
		r.Tag = at.tag
	case len(u.Gives) > 0: // worked out about something that is not there yet: a quote for an order
		at = b.resourceOf(about, op)
		r.Method, r.Path, r.Tag = "POST", b.ofCollection(at, b.action(u, about)), at.tag
		return at
	}
	noun := b.nounPath(u, main)
	switch op.Verb {
	case "list":
		r.Path = at.collection
		if s := b.standard[main]; s != nil && s.list != nil && s.list != u {
			r.Path = b.ofCollection(at, orDefault(noun, fact.Kebab(u.Name)))
			if u.Only == "own" {
				r.Path = "/my" + at.collection
			}
		}
	case "stream-out":
		r.Media = "text/event-stream"
		switch {
		case below != "":
			r.Path = at.one + "/" + below + "/changes"
		case b.namesMany(u, main):
			r.Path = b.ofCollection(at, orDefault(noun, "changes"))
		default:
			r.Path = at.one + "/" + orDefault(noun, "changes")
		}
	case "report":
		b.reportPath(r, u, noun, at)
	default:
		r.Path = at.one
		if below = orDefault(below, noun); below != "" {
			r.Path += "/" + below
		}
	}
	return at
}

// reportPath of what is worked out over many: of the caller's own resource, or of
// all of them.
func (b *builder) reportPath(r *arch.RESTBinding, u *model.UseCase, noun string, at resource) {
	if noun == "" || noun == "report" {
		noun = fact.Kebab(u.Name)
	}
	r.Path = b.ofCollection(at, noun)
	if u.Only == "own" && at.id.Name != "" {
		r.Path = at.one + "/" + noun
	}
	if u.Result == "file" {
		r.Media = "text/csv"
	}
}

// ofCollection is a custom method of a collection.
func (b *builder) ofCollection(at resource, name string) string {
	if b.actionMark() == ":" {
		return at.collection + ":" + name
	}
	return at.collection + "-" + name
}

// namedAggregate is an aggregate that a query is named after without reading it.
func (b *builder) namedAggregate(u *model.UseCase, main *model.Aggregate) *model.Aggregate {
	w := fact.Words(u.Name)
	for i := 1; i < len(w); i++ {
		a := b.byPhrase[strings.Join(w[i:], " ")]
		if a == nil {
			continue
		}
		if main == nil || a == main || slices.ContainsFunc(u.Reads, func(r model.Read) bool { return r.Aggregate == a }) {
			return nil
		}
		return a
	}
	return nil
}

// namesMany reports whether a use case is named after several instances: WatchTickets.
func (b *builder) namesMany(u *model.UseCase, a *model.Aggregate) bool {
	if a == nil {
		return true
	}
	one, many := fact.Words(a.Name), fact.Words(b.plural(a.Name))
	last := many[len(many)-1]
	return last != one[len(one)-1] && slices.Contains(fact.Words(u.Name), last)
}

// free keeps method and path unique over the system: operations of all contexts
// share one host. Parameters count as equal whatever they are called.
func (b *builder) free(r *arch.RESTBinding, op *arch.Operation) string {
	name := fact.Kebab(string(op.ID))
	base, _, _ := strings.Cut(r.Path, b.actionMark())
	for _, path := range []string{r.Path, base + b.actionMark() + name, "/" + name, "/" + fact.Kebab(string(op.Context)) + "-" + name} {
		k := r.Method + " " + paramless(path)
		if owner, used := b.taken[k]; !used || owner == op.ID {
			b.taken[k] = op.ID
			return path
		}
	}
	return r.Path
}

func paramless(path string) string {
	var out strings.Builder
	in := false
	for _, r := range path {
		switch {
		case r == '{':
			in = true
			out.WriteString("{}")
		case r == '}':
			in = false
		case !in:
			out.WriteRune(r)
		}
	}
	return out.String()
}
