package model

// clone copies a skeleton into fresh memory, so that completing it with other
// numbers touches nobody else's model. Elements of one kind lie in one piece of
// memory, and lists of pointers share one backing array: a what-if is made
// thousands of times.
func (m *Model) clone() *Model {
	c := cloner{
		actors: make([]Actor, len(m.Actors)), externals: make([]External, len(m.Externals)),
		types: make([]ValueType, len(m.Types)), aggregates: make([]Aggregate, len(m.Aggregates)),
		events: make([]Event, len(m.Events)), useCases: make([]UseCase, len(m.UseCases)),
		teams: make([]Team, len(m.Context.Teams)),
	}
	out := *m
	out.Context = m.Context
	out.Context.Regions = append([]Region(nil), m.Context.Regions...)
	out.Context.Teams = pointers(c.teams)
	out.Actors, out.Externals, out.Types = pointers(c.actors), pointers(c.externals), pointers(c.types)
	out.Aggregates, out.Events, out.UseCases = pointers(c.aggregates), pointers(c.events), pointers(c.useCases)
	out.Context.Tenant = c.aggregate(m.Context.Tenant)
	for i, t := range m.Context.Teams {
		c.teams[i] = *t
	}
	for i, a := range m.Actors {
		c.actors[i] = *a
	}
	for i, x := range m.Externals {
		c.externals[i] = *x
		c.externals[i].AlsoChanges = c.aggregateList(x.AlsoChanges)
		c.externals[i].Owner = c.team(x.Owner)
	}
	for i, v := range m.Types {
		c.types[i] = *v
		c.types[i].Fields = c.fields(v.Fields)
	}
	for i, a := range m.Aggregates {
		c.copyAggregate(&c.aggregates[i], a)
	}
	for i, e := range m.Events {
		d := &c.events[i]
		*d = *e
		d.Of, d.Fields, d.From = c.aggregate(e.Of), c.fields(e.Fields), c.external(e.From)
		d.EmittedBy, d.Starts = c.useCaseList(e.EmittedBy), c.useCaseList(e.Starts)
	}
	for i, u := range m.UseCases {
		c.copyUseCase(&c.useCases[i], u)
	}
	rules := make([]Rule, len(m.Rules))
	for i, r := range m.Rules {
		rules[i] = *r
		rules[i].Over = c.aggregateList(r.Over)
	}
	out.Rules = pointers(rules)
	return &out
}

type cloner struct {
	actors     []Actor
	externals  []External
	types      []ValueType
	aggregates []Aggregate
	events     []Event
	useCases   []UseCase
	teams      []Team
	spareField []Field
	spareUse   []*UseCase
	spareAgg   []*Aggregate
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
		*spare = make([]T, max(n, 256))
	}
	out := (*spare)[:n:n]
	*spare = (*spare)[n:]
	return out
}

func (c *cloner) team(t *Team) *Team {
	if t == nil {
		return nil
	}
	return &c.teams[t.index]
}

func (c *cloner) actor(a *Actor) *Actor {
	if a == nil {
		return nil
	}
	return &c.actors[a.index]
}

func (c *cloner) external(x *External) *External {
	if x == nil {
		return nil
	}
	return &c.externals[x.index]
}

func (c *cloner) aggregate(a *Aggregate) *Aggregate {
	if a == nil {
		return nil
	}
	return &c.aggregates[a.index]
}

func (c *cloner) useCase(u *UseCase) *UseCase {
	if u == nil {
		return nil
	}
	return &c.useCases[u.index]
}

func (c *cloner) aggregateList(list []*Aggregate) []*Aggregate {
	if len(list) == 0 {
		return nil
	}
	out := take(&c.spareAgg, len(list))
	for i, a := range list {
		out[i] = &c.aggregates[a.index]
	}
	return out
}

func (c *cloner) useCaseList(list []*UseCase) []*UseCase {
	if len(list) == 0 {
		return nil
	}
	out := take(&c.spareUse, len(list))
	for i, u := range list {
		out[i] = &c.useCases[u.index]
	}
	return out
}

func (c *cloner) actorList(list []*Actor) []*Actor {
	if len(list) == 0 {
		return nil
	}
	out := make([]*Actor, len(list))
	for i, a := range list {
		out[i] = &c.actors[a.index]
	}
	return out
}

func (c *cloner) fields(list []*Field) []*Field {
	if len(list) == 0 {
		return nil
	}
	slab := take(&c.spareField, len(list))
	for i, f := range list {
		slab[i] = *f
		slab[i].Ref, slab[i].RefActor = c.aggregate(f.Ref), c.actor(f.RefActor)
		if f.Value != nil {
			slab[i].Value = &c.types[f.Value.index]
		}
	}
	return pointers(slab)
}

func (c *cloner) copyAggregate(to, a *Aggregate) {
	*to = *a
	to.Owner, to.OwnedBy = c.team(a.Owner), c.actor(a.OwnedBy)
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
		l.Timers[i].Does = c.useCase(l.Timers[i].Does)
	}
	to.States = &l
}

func (c *cloner) copyUseCase(to, u *UseCase) {
	*to = *u
	to.By, to.Webhook = c.actorList(u.By), c.actorList(u.Webhook)
	if len(u.ByExternals) > 0 {
		to.ByExternals = make([]*External, len(u.ByExternals))
		for i, x := range u.ByExternals {
			to.ByExternals[i] = c.external(x)
		}
	}
	to.On, to.Emits = c.eventList(u.On), c.eventList(u.Emits)
	to.Reads = append([]Read(nil), u.Reads...)
	for i := range to.Reads {
		to.Reads[i].Aggregate = c.aggregate(u.Reads[i].Aggregate)
	}
	to.Calls = append([]Call(nil), u.Calls...)
	for i := range to.Calls {
		to.Calls[i].External = c.external(u.Calls[i].External)
	}
	to.Then = append([]Follow(nil), u.Then...)
	for i := range to.Then {
		to.Then[i].UseCase = c.useCase(u.Then[i].UseCase)
	}
	to.Moves = append([]Performed(nil), u.Moves...)
	for i := range to.Moves {
		to.Moves[i].Aggregate = c.aggregate(u.Moves[i].Aggregate)
	}
	if u.Every != nil {
		every := *u.Every
		to.Every = &every
	}
	to.Creates, to.Changes, to.Deletes = c.aggregateList(u.Creates), c.aggregateList(u.Changes), c.aggregateList(u.Deletes)
	to.Undo, to.PerName, to.Owner = c.useCase(u.Undo), c.aggregate(u.PerName), c.team(u.Owner)
	to.Undoes, to.FollowsUp = c.useCaseList(u.Undoes), c.useCaseList(u.FollowsUp)
	to.Takes, to.Gives = c.fields(u.Takes), c.fields(u.Gives)
}

func (c *cloner) eventList(list []*Event) []*Event {
	if len(list) == 0 {
		return nil
	}
	out := make([]*Event, len(list))
	for i, e := range list {
		out[i] = &c.events[e.index]
	}
	return out
}
