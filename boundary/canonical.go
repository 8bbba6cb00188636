package boundary

import "slices"

// The labels of the edges and kinds of vertex in the web of an input. Their
// values carry no meaning beyond being different.
const (
	webAggregate = iota + 1
	webUse
	webTeam
	webZone
	webSubdomain
	webRuntime
	webActor
	webExternal
	webInvariant
	webPin

	webReads
	webWrites
	webThen
	webThenEvent
	webRefers
	webMember
	webBelongs
)

// canonical returns the positions of the aggregates and of the use cases of a
// checked input in canonical order. The user's own cut is no part of it: giving
// one must not change what is computed beside it.
func canonical(in *Input) (aggregates, uses []int) {
	w := &web{}
	b := &weaver{w: w, named: map[string]int{}, aggs: map[AggregateID]int{}, uses: map[UseCaseID]int{}}
	for i := range in.Zones {
		b.named["zone "+string(in.Zones[i].ID)] = w.vertex("zone "+string(in.Zones[i].ID), webZone, bit(in.Zones[i].Isolated))
	}
	for i := range in.Teams {
		b.named["team "+string(in.Teams[i].ID)] = w.vertex("team "+string(in.Teams[i].ID), webTeam)
		w.sizes[len(w.sizes)-1] = []float64{float64(in.Teams[i].Size)}
	}
	for i := range in.Externals {
		e := &in.Externals[i]
		b.named["external "+string(e.ID)] = w.vertex("external "+string(e.ID), webExternal, bit(e.Legacy))
	}
	firstAgg := len(w.colour)
	for i := range in.Aggregates {
		b.aggregate(&in.Aggregates[i])
	}
	for i := range in.Aggregates {
		b.belongings(&in.Aggregates[i])
	}
	firstUse := len(w.colour)
	for i := range in.UseCases {
		b.use(&in.UseCases[i])
	}
	endUse := len(w.colour)
	for i := range in.UseCases {
		b.useLinks(&in.UseCases[i])
	}
	b.statements(in)
	for _, v := range w.order() {
		switch {
		case v >= firstAgg && v < firstAgg+len(in.Aggregates):
			aggregates = append(aggregates, v-firstAgg)
		case v >= firstUse && v < endUse:
			uses = append(uses, v-firstUse)
		}
	}
	return aggregates, uses
}

type weaver struct {
	w     *web
	named map[string]int // vertices made on first mention
	aggs  map[AggregateID]int
	uses  map[UseCaseID]int
}

func (b *weaver) aggregate(a *Aggregate) {
	v := b.w.vertex("aggregate "+string(a.ID), webAggregate, uint64(a.SubdomainKind), bit(a.Foreign), uint64(a.Volatility))
	b.w.sizes[v] = []float64{a.Volume, float64(a.Rate), float64(a.Availability), float64(a.Cadence)}
	b.aggs[a.ID] = v
}

func (b *weaver) belongings(a *Aggregate) {
	v := b.aggs[a.ID]
	b.belong(v, "team", string(a.Owner), webTeam)
	b.belong(v, "subdomain", a.Subdomain, webSubdomain)
	b.belong(v, "zone", string(a.Zone), webZone)
	b.belong(v, "runtime", a.Runtime, webRuntime)
}

// belong links a vertex with the one of a name, if there is a name.
func (b *weaver) belong(v int, kind, name string, fact uint64) {
	if name == "" {
		return
	}
	key := kind + " " + name
	to, ok := b.named[key]
	if !ok {
		to = b.w.vertex(key, fact)
		b.named[key] = to
	}
	b.w.link(v, to, webBelongs+fact<<8)
}

func (b *weaver) use(u *UseCase) {
	v := b.w.vertex("use "+string(u.ID), webUse, bit(u.ByEvent), uint64(u.Consistency), bit(u.Admin))
	b.w.sizes[v] = []float64{float64(u.Rate)}
	b.uses[u.ID] = v
}

func (b *weaver) useLinks(u *UseCase) {
	v := b.uses[u.ID]
	b.belong(v, "actor", u.Actor, webActor)
	b.belong(v, "team", string(u.Team), webTeam)
	for _, e := range u.Externals {
		b.belong(v, "external", string(e), webExternal)
	}
	written := make(map[AggregateID]bool)
	for _, ids := range [][]AggregateID{u.Writes, u.Creates} {
		for _, id := range ids {
			if !written[id] {
				written[id] = true
				b.w.link(v, b.aggs[id], webWrites)
			}
		}
	}
	for _, id := range u.Reads {
		if !written[id] {
			written[id] = true
			b.w.link(v, b.aggs[id], webReads)
		}
	}
	for _, f := range u.Then {
		label := uint64(webThen)
		if f.ByEvent {
			label = webThenEvent
		}
		b.w.link(v, b.uses[f.UseCase], label)
	}
}

func (b *weaver) statements(in *Input) {
	for _, r := range in.References {
		b.w.link(b.aggs[r.From], b.aggs[r.To], webRefers)
	}
	for _, i := range in.Invariants {
		b.group(i.Aggregates, webInvariant, bit(i.Atomic))
	}
	for _, p := range in.Pins {
		b.group(p.Aggregates, webPin, uint64(p.Kind))
	}
}

// group adds a nameless vertex for a statement about several aggregates, keyed
// by its members.
func (b *weaver) group(members []AggregateID, kind, fact uint64) {
	sorted := slices.Compact(slices.Sorted(slices.Values(members)))
	key := "group"
	for _, m := range sorted {
		key += " " + string(m)
	}
	v := b.w.vertex(key, kind, fact)
	for _, m := range sorted {
		b.w.link(v, b.aggs[m], webMember)
	}
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
