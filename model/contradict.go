package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// The second phase finds what cannot be meant: two statements of which one must be
// wrong, and things that lead nowhere. It reads the bound input and no defaults,
// so that every word of a problem was written by a person.

// contradictions lists the checks, one line each with what it refuses.
var contradictions = []struct {
	name string
	find func(*binder)
}{
	{"names that differ only in case, or mean two things at one place", (*binder).nameClashes},
	{"a former name that something bears", (*binder).formerNames},
	{"an average above its peak, a quiet hour above the average", (*binder).loads},
	{"more people online than there are accounts", (*binder).populations},
	{"shares of the regions that exceed the whole", (*binder).regionShares},
	{"amounts in two currencies", (*binder).currencies},
	{"a value object inside itself", (*binder).valueCycles},
	{"states nobody can reach", (*binder).unreachableStates},
	{"an undo that creates, undoes itself or is undone in turn", (*binder).undos},
	{"a promise that follows up itself", (*binder).followUpCycles},
	{"an event that starts what tells it", (*binder).eventCycles},
	{"an order that an event's key cannot keep", (*binder).orders},
	{"an availability above what an external it must call can give", (*binder).availability},
	{"filters on an answer that is no list", (*binder).filters},
	{"many items in a request that is about one thing", (*binder).itemsOfOne},
	{"an atomic rule across zones", (*binder).zones},
	{"own objects of somebody who owns none", (*binder).ownObjects},
	{"a tenant's objects where there are no tenants", (*binder).tenantObjects},
	{"deletion of what must be remembered", (*binder).deletedHistory},
	{"one instant that includes what comes later", (*binder).atomicLater},
	{"an external that is never there", (*binder).neverOpen},
}

// absences lists the checks for what is missing. Where part of the input could not
// be read or a name means nothing, what seems missing may merely be misspelt, so
// they wait.
var absences = []struct {
	name string
	find func(*binder)
}{
	{"transitions nobody performs", (*binder).unperformedMoves},
	{"use cases nobody starts", (*binder).unstarted},
	{"aggregates nobody touches or creates", (*binder).unusedAggregates},
	{"declarations nothing refers to", (*binder).unusedDeclarations},
}

func (b *binder) contradictions() {
	for _, c := range contradictions {
		c.find(b)
	}
	if b.unread || b.unbound {
		return
	}
	for _, c := range absences {
		c.find(b)
	}
}

// nameClashes finds names of one section that differ only in case, and names that
// are declared in two sections one place may refer to.
func (b *binder) nameClashes() {
	for _, t := range []struct {
		names []string
		spans map[string]diag.Span
		at    string
	}{
		{b.actors.names, b.actors.spans, spec.SecActors}, {b.externals.names, b.externals.spans, spec.SecExternals},
		{b.types.names, b.types.spans, spec.SecTypes}, {b.domain.names, b.domain.spans, spec.SecDomain},
		{b.useCases.names, b.useCases.spans, spec.SecUseCases}, {b.events.names, b.events.spans, spec.SecEvents},
		{b.teams.names, b.teams.spans, spec.SecTeams}, {b.contexts.names, b.contexts.spans, secContexts},
	} {
		first := map[string]string{}
		for _, name := range slices.Sorted(slices.Values(t.names)) {
			other, taken := first[folded(name)]
			if !taken {
				first[folded(name)] = name
				continue
			}
			b.clash(t.spans[name], t.spans[other], path(t.at, name), fmt.Sprintf("%s and %s differ only in spelling habits", name, other))
		}
	}
	for _, pair := range []struct {
		left, right map[string]diag.Span
		as          string
	}{
		{b.actors.spans, b.externals.spans, "both an actor and an external"},
		{b.domain.spans, b.types.spans, "both an aggregate and a type"},
	} {
		for _, name := range slices.Sorted(slices.Values(append(slices.Clone(b.actors.names), b.domain.names...))) {
			left, l := pair.left[name]
			right, r := pair.right[name]
			if l && r {
				b.clash(left, right, fact.ID(name), name+" is "+pair.as)
			}
		}
	}
}

func (b *binder) clash(span, other diag.Span, at fact.ID, message string) {
	b.unbound = true
	b.add(diag.Problem{
		Code: "model.name-clash", Severity: diag.Error, Span: span, Path: string(at), Message: message,
		Related: []diag.Related{{Span: other, Note: "the other one"}},
		Hint:    "give one of them another name; contracts and code are named after them",
	})
}

// formerNames finds a was: that names something that exists.
func (b *binder) formerNames() {
	m := &b.out.skeleton
	check := func(e *Element, declared map[string]diag.Span) {
		other, exists := declared[e.Was]
		if e.Was == "" || !exists {
			return
		}
		b.add(diag.Problem{
			Code: "model.former-name-exists", Severity: diag.Error, Span: e.Span, Path: string(e.id("was")),
			Message: fmt.Sprintf("%s says that it was called %s, but that still exists", e.Name, e.Was),
			Related: []diag.Related{{Span: other, Note: e.Was + " is declared here"}},
			Hint:    "a rename moves the name: remove the old entry, or leave was out",
		})
	}
	for _, x := range m.Actors {
		check(&x.Element, b.actors.spans)
	}
	for _, x := range m.Externals {
		check(&x.Element, b.externals.spans)
	}
	for _, x := range m.Types {
		check(&x.Element, b.types.spans)
	}
	for _, x := range m.Aggregates {
		check(&x.Element, b.domain.spans)
	}
	for _, x := range m.UseCases {
		check(&x.Element, b.useCases.spans)
	}
}

// loads finds rates in the wrong order.
func (b *binder) loads() {
	for i := range b.out.useCases {
		in := &b.out.useCases[i]
		b.above(&in.average, &in.peak, "average", "peak")
		b.above(&in.quiet, &in.average, "quiet hour", "average")
		if !in.average.said {
			b.above(&in.quiet, &in.peak, "quiet hour", "peak")
		}
	}
}

func (b *binder) above(low, high *written, lowName, highName string) {
	if !low.said || !high.said || low.q.N <= high.q.N {
		return
	}
	b.add(diag.Problem{
		Code: "model.loads-out-of-order", Severity: diag.Error, Span: low.span, Path: string(low.id),
		Message: fmt.Sprintf("the %s of %s lies above the %s of %s", lowName, low.q, highName, high.q),
		Related: []diag.Related{{Span: high.span, Path: string(high.id), Note: "the " + highName + " is given here"}},
		Hint:    "exchange the two, or correct one",
	})
}

func (b *binder) populations() {
	for i := range b.out.actors {
		in := &b.out.actors[i]
		if !in.accounts.said || !in.online.said || in.online.q.N <= in.accounts.q.N || b.out.skeleton.Actors[i].Guest {
			continue
		}
		b.add(diag.Problem{
			Code: "model.accounts-below-online", Severity: diag.Error, Span: in.online.span, Path: string(in.online.id),
			Message: fmt.Sprintf("%s of them are online, but there are only %s accounts", in.online.q, in.accounts.q),
			Related: []diag.Related{{Span: in.accounts.span, Note: "the accounts are given here"}},
			Hint:    "raise accounts, lower online, or say guest: yes when most of them have no account",
		})
	}
}

func (b *binder) regionShares() {
	total := 0.0
	var last *written
	var related []diag.Related
	for i := range b.out.context.regions {
		w := &b.out.context.regions[i].share
		if !w.said {
			continue
		}
		total += w.q.N
		if last != nil {
			related = append(related, diag.Related{Span: last.span, Note: last.q.String() + " is given here"})
		}
		last = w
	}
	if last == nil || total <= 1+1e-9 {
		return
	}
	b.add(diag.Problem{
		Code: "model.shares-above-all", Severity: diag.Error, Span: last.span, Path: string(last.id),
		Message: fmt.Sprintf("the regions' shares add up to %s", fact.FormatShare(total)), Related: related,
		Hint: "lower them until they add up to 100%, or leave one out to give it the rest",
	})
}

// currencies finds amounts that cannot be added up.
func (b *binder) currencies() {
	amounts := []*written{&b.out.context.budget}
	for i := range b.out.externals {
		amounts = append(amounts, &b.out.externals[i].price, &b.out.externals[i].cost)
	}
	var first *written
	for _, w := range amounts {
		switch {
		case !w.said:
		case first == nil:
			first = w
			b.out.context.currency = w.q.Text
		case w.q.Text != first.q.Text:
			b.add(diag.Problem{
				Code: "model.two-currencies", Severity: diag.Error, Span: w.span, Path: string(w.id),
				Message: fmt.Sprintf("an amount in %s cannot be added to one in %s", w.q.Text, first.q.Text),
				Related: []diag.Related{{Span: first.span, Path: string(first.id), Note: first.q.Text + " is used here"}},
				Hint:    "write all amounts in one currency; an exchange is known for list prices alone",
			})
		}
	}
	in := &b.out.context
	_, known := exchanges[in.currency]
	switch local := in.currency != "" && in.currency != "USD"; {
	case in.exchange.said && !local:
		b.add(diag.Problem{
			Code: "model.exchange", Severity: diag.Error, Span: in.exchange.span, Path: string(in.exchange.id),
			Message: "an exchange is stated, and no amount is in another currency than US dollars",
			Hint:    "leave it out, or write the budget in the currency it is meant for",
		})
	case local && !known && !in.exchange.said:
		b.add(diag.Problem{
			Code: "model.exchange", Severity: diag.Error, Span: first.span, Path: string(first.id),
			Message: fmt.Sprintf("list prices are in US dollars, and nothing says what one costs in %s", in.currency),
			Hint:    "write context.exchange: how much " + in.currency + " a dollar costs",
		})
	}
}

func (b *binder) valueCycles() {
	for _, v := range b.out.skeleton.Types {
		if f := fieldInto(v, v, map[*ValueType]bool{}); f != nil {
			b.add(diag.Problem{
				Code: "model.value-inside-itself", Severity: diag.Error, Span: v.Span, Path: string(v.Path),
				Message: fmt.Sprintf("%s contains itself", v.Name),
				Related: []diag.Related{{Span: f.Span, Path: string(f.Path), Note: "through this field"}},
				Hint:    "a value has no end then: make it an aggregate and refer to it with ->",
			})
		}
	}
}

// fieldInto returns a field through which from contains to.
func fieldInto(from, to *ValueType, seen map[*ValueType]bool) *Field {
	if seen[from] {
		return nil
	}
	seen[from] = true
	for _, f := range from.Fields {
		if f.Value == nil || f.Kind != KindValue {
			continue
		}
		if f.Value == to || fieldInto(f.Value, to, seen) != nil {
			return f
		}
	}
	return nil
}

// filters finds list controls on what is no list.
func (b *binder) filters() {
	for i, u := range b.out.skeleton.UseCases {
		in := &b.out.useCases[i]
		listed := []string{"list", "report", "file", "stream"}
		if len(u.Filter)+len(u.Sort) == 0 || !in.result.said || slices.Contains(listed, in.result.q.Text) {
			continue
		}
		b.add(diag.Problem{
			Code: "model.filter-without-list", Severity: diag.Error, Span: in.result.span, Path: string(u.id("result")),
			Message: fmt.Sprintf("%s is filtered or sorted, but its result is %s", u.Name, in.result.q.Text),
			Related: []diag.Related{{Span: u.Span, Note: u.Name + " is declared here"}},
			Hint:    "write result: list, or leave filter and sort out",
		})
	}
}

// itemsOfOne finds requests that are said to hold many items and are read as being about
// one thing: a request creates or changes one, unless it is a file or goes on after the
// answer.
func (b *binder) itemsOfOne() {
	for i, u := range b.out.skeleton.UseCases {
		in := &b.out.useCases[i]
		if !in.items.said || in.items.q.N < 2 || !u.Asked() || len(u.writes()) == 0 ||
			in.result.said && in.result.q.Text != "one" && in.result.q.Text != "none" {
			continue
		}
		b.add(diag.Problem{
			Code: "model.items-of-one", Severity: diag.Warning, Span: in.items.span, Path: string(u.id("items")),
			Message: fmt.Sprintf("%s is read as a request about one %s, and its items change nothing", u.Name, u.writes()[0].Name),
			Related: []diag.Related{{Span: u.Span, Note: u.Name + " is declared here"}},
			Hint:    "write result: long-running for many at once that are worked off after the answer, or make items the count of a list in takes",
		})
	}
}

// zones finds atomic rules over data that must be kept apart.
func (b *binder) zones() {
	for _, r := range b.out.skeleton.Rules {
		if !r.Atomic {
			continue
		}
		var first *Aggregate
		for _, a := range r.Over {
			switch {
			case a.Zone == "":
			case first == nil:
				first = a
			case a.Zone != first.Zone:
				b.add(diag.Problem{
					Code: "model.rule-across-zones", Severity: diag.Error, Span: r.Span, Path: string(r.Path),
					Message: fmt.Sprintf("%s must hold at every instant over %s and %s, which lie in different zones", r.Name, first.Name, a.Name),
					Related: []diag.Related{
						{Span: first.Span, Note: fmt.Sprintf("%s lies in zone %s", first.Name, first.Zone)},
						{Span: a.Span, Note: fmt.Sprintf("%s lies in zone %s", a.Name, a.Zone)},
					},
					Hint: "let it hold eventually within a time, or keep the regulated fields in one aggregate",
				})
			}
		}
	}
}

// ownObjects finds only: own where nothing touched belongs to whoever asks.
func (b *binder) ownObjects() {
	for _, u := range b.out.skeleton.UseCases {
		if u.Only != "own" {
			continue
		}
		var guest *Actor
		owned := false
		for _, a := range u.touches() {
			owned = owned || a.OwnedBy != nil && slices.Contains(u.By, a.OwnedBy) || a.OwnedByField != ""
		}
		for _, a := range u.By {
			if a.Guest {
				guest = a
			}
			// The record of the actor may be a reference away: a ticket of a kitchen.
			owned = owned || b.refersTo(u, a)
		}
		switch {
		case guest != nil && len(u.By) == 1:
			b.add(diag.Problem{
				Code: "model.own-without-owner", Severity: diag.Error, Span: u.Span, Path: string(u.id("only")),
				Message: fmt.Sprintf("%s is for one's own objects, but %s is a guest and owns none", u.Name, guest.Name),
				Related: []diag.Related{{Span: guest.Span, Note: guest.Name + " is declared as a guest here"}},
				Hint:    "let somebody signed in ask for it, or leave only out",
			})
		case !owned:
			b.add(diag.Problem{
				Code: "model.own-without-owner", Severity: diag.Warning, Span: u.Span, Path: string(u.id("only")),
				Message: fmt.Sprintf("%s is for one's own objects, but nothing says whose %s is", u.Name, aggregateNames(u.touches())),
				Hint:    "add owned_by to the aggregate: the field or the actor that owns an instance",
			})
		}
	}
}

// refersTo reports whether something touched refers to the actor or to the record
// that bears the actor's name.
func (b *binder) refersTo(u *UseCase, x *Actor) bool {
	for _, a := range u.touches() {
		if b.namesake(a.Name) == x {
			return true
		}
		for _, f := range a.Fields {
			if b.ownerOf(f) == x {
				return true
			}
		}
	}
	return b.belongs(u.touches(), x)
}

// tenantObjects finds only: tenant in a system without tenants.
func (b *binder) tenantObjects() {
	for _, u := range b.out.skeleton.UseCases {
		if u.Only != "tenant" || b.out.skeleton.Context.Tenant != nil || b.unread {
			continue
		}
		b.add(diag.Problem{
			Code: "model.no-tenants", Severity: diag.Error, Span: u.Span, Path: string(u.id("only")),
			Message: fmt.Sprintf("%s is for the objects of one's tenant, but there is only one tenant", u.Name),
			Hint:    "say what a tenant is, such as tenancy: by Restaurant in context; or write only: own",
		})
	}
}

// deletedHistory finds use cases that delete what any past state may be asked of.
func (b *binder) deletedHistory() {
	for _, u := range b.out.skeleton.UseCases {
		for _, a := range u.Deletes {
			in := &b.out.aggregates[a.index]
			if !in.history.said || in.history.q.Text != "required" {
				continue
			}
			b.add(diag.Problem{
				Code: "model.deletes-history", Severity: diag.Error, Span: u.Span, Path: string(u.id("deletes")),
				Message: fmt.Sprintf("%s deletes %s, of which every past state is to be kept", u.Name, a.Name),
				Related: []diag.Related{{Span: in.history.span, Path: string(in.history.id), Note: "history is required here"}},
				Hint:    "end its life with a state instead, or write history: audit",
			})
		}
	}
}

// atomicLater finds steps that come later in what is to happen at one instant.
func (b *binder) atomicLater() {
	for i, u := range b.out.skeleton.UseCases {
		in := &b.out.useCases[i]
		if !in.consistency.said || in.consistency.q.Text != "atomic" {
			continue
		}
		for j, f := range u.Then {
			if !in.then[j].later {
				continue
			}
			b.add(diag.Problem{
				Code: "model.atomic-but-later", Severity: diag.Error, Span: in.then[j].laterSpan, Path: string(f.Path),
				Message: fmt.Sprintf("%s happens at one instant, yet %s comes later", u.Name, f.UseCase.Name),
				Related: []diag.Related{{Span: in.consistency.span, Path: string(in.consistency.id), Note: "atomic is asked for here"}},
				Hint:    "write consistency: eventual within a time, or leave later out",
			})
		}
	}
}

// neverOpen finds externals whose hours leave no time to call them.
func (b *binder) neverOpen() {
	for _, x := range b.out.skeleton.Externals {
		if x.closedShare < 1 {
			continue
		}
		b.add(diag.Problem{
			Code: "model.never-open", Severity: diag.Error, Span: x.Span, Path: string(x.Path),
			Message: fmt.Sprintf("%s is never there: its maintenance covers all its open hours", x.Name),
			Hint:    "shorten the maintenance, or widen the open hours",
		})
	}
}

func aggregateNames(list []*Aggregate) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.Name
	}
	return cmp.Or(strings.Join(names, ", "), "it")
}

// quiet drops the warnings that the input silences with a reason.
func (b *binder) quiet(list diag.List) diag.List {
	n := b.doc.Root.Get("quiet")
	known := diag.Codes()
	for _, e := range declarations(n) {
		if slices.Contains(known, diag.Code(e.Key)) {
			continue
		}
		p := diag.Problem{
			Code: "model.unknown-code", Severity: diag.Error, Span: e.KeySpan, Path: "quiet",
			Message: fmt.Sprintf("no problem has the code %q, so nothing is silenced", e.Key),
			Hint:    "write the code as it stands in brackets after the word warning",
		}
		var names []string
		for _, c := range known {
			names = append(names, string(c))
		}
		if near := b.nearest(e.Key, names); near != "" {
			p.Label, p.Hint = fmt.Sprintf("did you mean %s?", near), "write "+near
		}
		list.Add(p)
	}
	return Silence(b.doc, list).Sorted()
}

// Silence returns the list without the warnings that the input's quiet section
// names. Errors and notes stay: only a warning can be silenced.
func Silence(doc *spec.Doc, list diag.List) diag.List {
	n := doc.Root.Get("quiet")
	return slices.DeleteFunc(slices.Clone(list), func(p diag.Problem) bool {
		return p.Severity == diag.Warning && n.Get(string(p.Code)) != nil
	})
}
