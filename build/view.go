package build

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// caches of reads that may be some time old, as decided.
func (b *builder) caches() {
	for _, u := range b.m.UseCases {
		id := subject(u.Name, "cache")
		where := b.p.Choice(id)
		main := b.primary(u)
		if where == "" || where == "none" || main == nil || b.home[u] == nil {
			continue
		}
		c := arch.Cache{
			ID: fact.Kebab(u.Name), Of: main.Path, Where: string(where), Technology: b.p.Word(id, "technology"), Deployable: b.unit(u).ID,
			Serves: []arch.Path{u.Path}, TTL: b.p.Parameter(id, "ttl"), HitRatio: b.p.Parameter(id, "hit-ratio"),
			Answers: b.p.Parameter(id, "answers"), Entries: b.p.Parameter(id, "entries"), Bytes: b.p.Parameter(id, "bytes"),
			Invalidation: b.p.Word(id, "invalidation"), Never: b.p.Word(id, "never"),
			Trace: arch.Trace{Serves: []arch.Path{u.Path}, By: b.by(id)},
		}
		if c.Where == "shared" {
			c.Nodes, c.Failover = b.catalogued(c.Technology, "nodes-min-ha"), b.catalogued(c.Technology, "failover-time")
		}
		b.cacheAt[u] = c
		b.a.Caches = append(b.a.Caches, c)
	}
}

// projections are the queries kept ready, as decided.
func (b *builder) projections() {
	for _, u := range b.m.UseCases {
		home := b.home[u]
		if home == nil || !b.p.ReadyMade(u) {
			continue
		}
		id := subject(u.Name, "read-model")
		p := arch.Projection{
			ID: fact.Kebab(u.Name), Serves: []arch.Path{u.Path}, Context: home.ID, Store: b.storeAt[home.ID],
			Staleness: b.p.Parameter(id, "staleness"), Schema: b.resultOf(u),
			Trace: arch.Trace{Serves: []arch.Path{u.Path}, By: b.by(id)},
		}
		var names []string
		for _, r := range u.Reads {
			names = append(names, fact.Phrase(r.Aggregate.Name))
			p.From = append(p.From, b.eventsOf(r.Aggregate)...)
		}
		rows := b.p.Parameter(id, "rows")
		p.About = fmt.Sprintf("%s put together for %s: one row for each of %s.", sentenceCase(and(names)), fact.Phrase(u.Name), rows)
		p.Rebuild = fmt.Sprintf("Read the topics of %s from their beginning into a new table, compare, swap.", and(names))
		b.a.Projections = append(b.a.Projections, p)
	}
}

func (b *builder) resultOf(u *model.UseCase) arch.SchemaID {
	for i := range b.a.Operations {
		if op := &b.a.Operations[i]; op.UseCase == u.Path && op.ID == arch.OperationID(fact.Camel(u.Name)) {
			return op.Result
		}
	}
	return ""
}

// eventsOf lists what is told of an aggregate.
func (b *builder) eventsOf(a *model.Aggregate) []arch.EventID {
	var out []arch.EventID
	for i := range b.a.Events {
		if e := &b.a.Events[i]; e.Of == a.Path {
			out = append(out, e.ID)
		}
	}
	slices.Sort(out)
	return out
}
