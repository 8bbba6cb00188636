package boundary

import (
	"fmt"
	"math"
	"slices"
)

// check reports statements that mean nothing: names that nothing declares, ids
// declared twice, numbers out of range. The searches rely on there being none.
func check(in *Input) []Conflict {
	c := &checker{aggs: map[AggregateID]string{}, uses: map[UseCaseID]string{}, externals: map[ExternalID]string{}}
	for i := range in.Aggregates {
		a := &in.Aggregates[i]
		c.declare(c.aggs, a.ID, a.Ref)
		c.number(a.Ref, string(a.ID), "rate", float64(a.Rate), math.MaxFloat64)
		c.number(a.Ref, string(a.ID), "availability", float64(a.Availability), 1)
		c.number(a.Ref, string(a.ID), "cadence", float64(a.Cadence), math.MaxFloat64)
		c.number(a.Ref, string(a.ID), "volume", a.Volume, math.MaxFloat64)
	}
	for i := range in.Externals {
		e := &in.Externals[i]
		declare(c, c.externals, e.ID, e.Ref)
	}
	for i := range in.UseCases {
		declare(c, c.uses, in.UseCases[i].ID, in.UseCases[i].Ref)
	}
	for i := range in.UseCases {
		c.use(&in.UseCases[i])
	}
	for _, r := range in.References {
		c.known(r.Ref, "a reference", r.From, r.To)
	}
	for _, v := range in.Invariants {
		c.known(v.Ref, "an invariant", v.Aggregates...)
	}
	for _, p := range in.Pins {
		c.known(p.Ref, "a pin", p.Aggregates...)
	}
	for _, o := range in.Own {
		c.known(o.Ref, "context "+o.Name, o.Aggregates...)
	}
	c.ownOnce(in)
	c.teamsAndZones(in)
	return c.found
}

type checker struct {
	aggs      map[AggregateID]string // declared ids and their Ref
	uses      map[UseCaseID]string
	externals map[ExternalID]string
	found     []Conflict
}

func (c *checker) declare(seen map[AggregateID]string, id AggregateID, ref string) {
	if declare(c, seen, id, ref) {
		c.found[len(c.found)-1].Aggregates = []AggregateID{id}
	}
}

// declare notes an id and reports whether it was there already.
func declare[ID ~string](c *checker, seen map[ID]string, id ID, ref string) bool {
	first, twice := seen[id]
	if twice {
		c.add(Duplicate, fmt.Sprintf("%q is declared twice", string(id)), first, ref)
		return true
	}
	seen[id] = ref
	return false
}

func (c *checker) use(u *UseCase) {
	c.known(u.Ref, string(u.ID), slices.Concat(u.Reads, u.Writes, u.Creates)...)
	c.number(u.Ref, string(u.ID), "rate", float64(u.Rate), math.MaxFloat64)
	for _, f := range u.Then {
		if _, ok := c.uses[f.UseCase]; !ok {
			c.add(Undeclared, fmt.Sprintf("%s is followed by %q, which is no use case", u.ID, string(f.UseCase)), u.Ref)
		}
	}
	for _, e := range u.Externals {
		if _, ok := c.externals[e]; !ok {
			c.add(Undeclared, fmt.Sprintf("%s calls %q, which is no external", u.ID, string(e)), u.Ref)
		}
	}
}

func (c *checker) known(ref, who string, ids ...AggregateID) {
	for _, id := range ids {
		if _, ok := c.aggs[id]; !ok {
			c.add(Undeclared, fmt.Sprintf("%s names %q, which is no aggregate", who, string(id)), ref)
		}
	}
}

// ownOnce reports aggregates that the user's own cut puts into two contexts.
func (c *checker) ownOnce(in *Input) {
	where := map[AggregateID]int{}
	for i, o := range in.Own {
		for _, id := range o.Aggregates {
			if first, ok := where[id]; ok && first != i {
				c.add(Duplicate, fmt.Sprintf("%q is in two contexts", string(id)), in.Own[first].Ref, o.Ref)
				continue
			}
			where[id] = i
		}
	}
}

func (c *checker) teamsAndZones(in *Input) {
	teams := map[TeamID]string{}
	for _, t := range in.Teams {
		declare(c, teams, t.ID, t.Ref)
		c.number(t.Ref, string(t.ID), "size", float64(t.Size), math.MaxInt32)
	}
	zones := map[ZoneID]string{}
	for _, z := range in.Zones {
		declare(c, zones, z.ID, z.Ref)
	}
}

func (c *checker) number(ref, who, what string, v, most float64) {
	if !(v >= 0 && v <= most) {
		c.add(BadNumber, fmt.Sprintf("%s has %s %v, which is not between 0 and %v", who, what, v, most), ref)
	}
}

func (c *checker) add(kind ConflictKind, message string, refs ...string) {
	c.found = append(c.found, Conflict{Kind: kind, Message: message, Refs: refs})
}
