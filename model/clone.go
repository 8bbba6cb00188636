package model

import "slices"

// clone copies a skeleton into fresh memory, so that completing it with other
// numbers touches nobody else's model. Elements of one kind lie in one piece of
// memory, and lists of pointers share one backing array: a what-if is made
// thousands of times.
func (m *Model) clone() *Model {
	c := cloner{
		actors: make([]Actor, len(m.Actors)), externals: make([]External, len(m.Externals)),
		types: make([]ValueType, len(m.Types)), aggregates: make([]Aggregate, len(m.Aggregates)),
		events: make([]Event, len(m.Events)), useCases: make([]UseCase, len(m.UseCases)),
		teams: make([]Team, len(m.Context.Teams)), rules: make([]Rule, len(m.Rules)),
	}
	out := *m
	out.Context.Regions = append([]Region(nil), m.Context.Regions...)
	out.Context.Teams, out.Rules = pointers(c.teams), pointers(c.rules)
	out.Actors, out.Externals, out.Types = pointers(c.actors), pointers(c.externals), pointers(c.types)
	out.Aggregates, out.Events, out.UseCases = pointers(c.aggregates), pointers(c.events), pointers(c.useCases)
	out.Context.Tenant = copyOf(c.aggregates, m.Context.Tenant)
	for i, t := range m.Context.Teams {
		c.teams[i] = *t
	}
	for i, a := range m.Actors {
		c.actors[i] = *a
	}
	for i, x := range m.Externals {
		to := &c.externals[i]
		*to = *x
		to.AlsoChanges, to.Owner = copies(c.aggregates, x.AlsoChanges, &c.spareAggregates), copyOf(c.teams, x.Owner)
	}
	for i, v := range m.Types {
		c.types[i] = *v
		c.types[i].Fields = c.fields(v.Fields)
	}
	for i, a := range m.Aggregates {
		c.aggregate(&c.aggregates[i], a)
	}
	for i, e := range m.Events {
		to := &c.events[i]
		*to = *e
		to.Of, to.Fields, to.From = copyOf(c.aggregates, e.Of), c.fields(e.Fields), copyOf(c.externals, e.From)
		to.EmittedBy, to.Starts = c.useCaseList(e.EmittedBy), c.useCaseList(e.Starts)
	}
	for i, u := range m.UseCases {
		c.useCase(&c.useCases[i], u)
	}
	for i, r := range m.Rules {
		c.rules[i] = *r
		c.rules[i].Over = copies(c.aggregates, r.Over, &c.spareAggregates)
	}
	out.Contexts = slices.Clone(m.Contexts)
	for i, x := range m.Contexts {
		out.Contexts[i].Aggregates = copies(c.aggregates, x.Aggregates, &c.spareAggregates)
	}
	return &out
}

// cloner holds the copies, by kind and index, and spare memory for lists.
type cloner struct {
	actors     []Actor
	externals  []External
	types      []ValueType
	aggregates []Aggregate
	events     []Event
	useCases   []UseCase
	teams      []Team
	rules      []Rule

	spareFields     []Field
	spareAggregates []*Aggregate
	spareUseCases   []*UseCase
	spareActors     []*Actor
	spareExternals  []*External
	spareEvents     []*Event
}

// element is a pointer to a kind of element.
type element[T any] interface {
	*T
	self() *Element
}

// copyOf returns the copy of an element, nil of nil.
func copyOf[T any, P element[T]](slab []T, e P) P {
	if e == nil {
		return nil
	}
	return &slab[e.self().index]
}

// copies returns the list of the copies of a list's elements.
func copies[T any, P element[T]](slab []T, list []P, spare *[]P) []P {
	if len(list) == 0 {
		return nil
	}
	out := take(spare, len(list))
	for i, e := range list {
		out[i] = &slab[e.self().index]
	}
	return out
}

func pointers[T any](slab []T) []*T {
	if len(slab) == 0 {
		return nil
	}
	out := make([]*T, len(slab))
	for i := range slab {
		out[i] = &slab[i]
	}
	return out
}

// take cuts n elements from a spare piece of memory, making a new piece when it is
// used up. The capacity ends with the length: appending to one list never
// overwrites the next.
func take[T any](spare *[]T, n int) []T {
	if n > len(*spare) {
		*spare = make([]T, max(n, 128))
	}
	out := (*spare)[:n:n]
	*spare = (*spare)[n:]
	return out
}

func (c *cloner) useCaseList(list []*UseCase) []*UseCase {
	return copies(c.useCases, list, &c.spareUseCases)
}

func (c *cloner) fields(list []*Field) []*Field {
	if len(list) == 0 {
		return nil
	}
	slab := take(&c.spareFields, len(list))
	for i, f := range list {
		slab[i] = *f
		slab[i].Ref, slab[i].RefActor, slab[i].Value = copyOf(c.aggregates, f.Ref), copyOf(c.actors, f.RefActor), copyOf(c.types, f.Value)
	}
	return pointers(slab)
}

func (c *cloner) aggregate(to, a *Aggregate) {
	*to = *a
	to.Owner, to.OwnedBy = copyOf(c.teams, a.Owner), copyOf(c.actors, a.OwnedBy)
	to.Fields = c.fields(a.Fields)
	to.ID = c.fields([]*Field{a.ID})[0]
	to.CreatedBy, to.ChangedBy, to.ReadBy = c.useCaseList(a.CreatedBy), c.useCaseList(a.ChangedBy), c.useCaseList(a.ReadBy)
	if a.States == nil {
		return
	}
	l := *a.States
	l.Moves = append([]Move(nil), l.Moves...)
	for i := range l.Moves {
		l.Moves[i].By = c.useCaseList(l.Moves[i].By)
	}
	l.Timers = append([]Timer(nil), l.Timers...)
	for i := range l.Timers {
		l.Timers[i].Does = copyOf(c.useCases, l.Timers[i].Does)
	}
	to.States = &l
}

func (c *cloner) useCase(to, u *UseCase) {
	*to = *u
	to.asWritten = nil
	to.By, to.Webhook = copies(c.actors, u.By, &c.spareActors), copies(c.actors, u.Webhook, &c.spareActors)
	to.ByExternals = copies(c.externals, u.ByExternals, &c.spareExternals)
	to.On, to.Emits = copies(c.events, u.On, &c.spareEvents), copies(c.events, u.Emits, &c.spareEvents)
	to.Reads = append([]Read(nil), u.Reads...)
	for i := range to.Reads {
		to.Reads[i].Aggregate = copyOf(c.aggregates, u.Reads[i].Aggregate)
	}
	to.Calls = append([]Call(nil), u.Calls...)
	for i := range to.Calls {
		to.Calls[i].External = copyOf(c.externals, u.Calls[i].External)
	}
	to.Then = append([]Follow(nil), u.Then...)
	for i := range to.Then {
		to.Then[i].UseCase = copyOf(c.useCases, u.Then[i].UseCase)
	}
	to.Moves = append([]Performed(nil), u.Moves...)
	for i := range to.Moves {
		to.Moves[i].Aggregate = copyOf(c.aggregates, u.Moves[i].Aggregate)
	}
	if u.Every != nil {
		every := *u.Every
		to.Every = &every
	}
	to.Creates, to.Changes = copies(c.aggregates, u.Creates, &c.spareAggregates), copies(c.aggregates, u.Changes, &c.spareAggregates)
	to.Deletes = copies(c.aggregates, u.Deletes, &c.spareAggregates)
	to.Main, to.PerName = copyOf(c.aggregates, u.Main), copyOf(c.aggregates, u.PerName)
	to.Undo, to.Owner = copyOf(c.useCases, u.Undo), copyOf(c.teams, u.Owner)
	to.Undoes, to.FollowsUp = c.useCaseList(u.Undoes), c.useCaseList(u.FollowsUp)
	to.Takes, to.Gives = c.fields(u.Takes), c.fields(u.Gives)
}
