package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

func joined(names []string) string { return strings.Join(names, ", ") }

// queries are the access patterns of an aggregate, each with the index that serves
// it: one per way of finding instances, named after it, at the summed rate of the
// use cases that find them so. The one that asks most often stands for all.
func (b *builder) queries(a *model.Aggregate) []arch.Query {
	byKey := map[string]*pattern{}
	var order []string
	add := func(u *model.UseCase, by, sort []string, unique bool, rate fact.Number, consistency string) {
		key := joined(by) + "|" + joined(sort)
		p := byKey[key]
		if p == nil {
			p = &pattern{by: by, sort: sort, unique: unique, useCase: u, consistency: consistency}
			byKey[key] = p
			order = append(order, key)
		}
		if u.Load.Peak.N > p.useCase.Load.Peak.N {
			p.useCase = u
		}
		if stricter(consistency, p.consistency) {
			p.consistency = consistency
		}
		p.rate += rate.N
		p.inputs = append(p.inputs, rate.Fact)
	}
	for _, u := range a.ReadBy {
		by, sort, unique := b.finds(u, a)
		add(u, by, sort, unique, u.Load.Peak, readConsistency(u, a))
	}
	for _, u := range a.ChangedBy {
		by, unique := b.changesBy(u, a)
		add(u, by, nil, unique, u.Load.Peak, "current row")
	}
	slices.Sort(order)
	out := make([]arch.Query, 0, len(order))
	for _, key := range order {
		out = append(out, b.query(a, byKey[key]))
	}
	slices.SortStableFunc(out, func(x, y arch.Query) int { return cmp.Compare(y.Rate.N, x.Rate.N) })
	return out
}

// pattern is one way of finding instances.
type pattern struct {
	by, sort    []string
	unique      bool
	useCase     *model.UseCase
	consistency string
	rate        float64
	inputs      []fact.ID
}

// stricter orders the consistencies of queries: what a change rests on before what
// is merely shown.
func stricter(a, b string) bool {
	return strings.HasPrefix(a, "current") && !strings.HasPrefix(b, "current")
}

func (b *builder) query(a *model.Aggregate, p *pattern) arch.Query {
	name := fact.Kebab(b.plural(a.Name)) + "-by-" + strings.ReplaceAll(strings.Join(p.by, "-and-"), "_", "-")
	switch {
	case p.useCase.Result == "list" && b.primary(p.useCase) == a:
		name = fact.Kebab(p.useCase.Name)
	case len(p.by) == 0:
		name = "all-" + fact.Kebab(b.plural(a.Name))
	}
	return arch.Query{
		Name: name, UseCase: p.useCase.Path, By: p.by, Sort: p.sort, Index: b.indexOf(a, p), Consistency: p.consistency,
		Rate: b.derive(a.Path+fact.ID(".queries."+name+".rate"), fact.Rate, p.rate, "peaks of the use cases that look it up so", p.inputs...),
	}
}

// indexOf is the index that serves a pattern: the primary key, a unique key that
// begins the same way, or one of its own: whose it is, the most selective filter
// (a reference before a word before a flag), then the order. Filters beyond that
// narrow what the index found.
func (b *builder) indexOf(a *model.Aggregate, p *pattern) string {
	table, id := fact.Snake(b.plural(a.Name)), fact.Snake(a.ID.Name)
	if slices.Equal(p.by, []string{id}) || len(p.by) == 0 && len(p.sort) <= 1 {
		return fmt.Sprintf("%s primary key (%s)", table, id)
	}
	if p.unique {
		return fmt.Sprintf("%s unique (%s)", table, joined(p.by))
	}
	if len(p.sort) == 0 && len(p.by) == 1 {
		for _, set := range a.Unique {
			if fact.Snake(set[0]) == p.by[0] {
				names := make([]string, len(set))
				for i, n := range set {
					names[i] = fact.Snake(n)
				}
				return fmt.Sprintf("%s unique (%s)", table, joined(names))
			}
		}
	}
	columns := append(leadingColumns(a, p), p.sort...)
	if !slices.Contains(columns, id) {
		columns = append(columns, id)
	}
	return fmt.Sprintf("%s (%s)", table, joined(unrepeated(columns)))
}

// leadingColumns are those an index begins with: the owner, and one filter.
func leadingColumns(a *model.Aggregate, p *pattern) []string {
	var out []string
	best, rank := "", 4
	for _, name := range p.by {
		f := fieldNamed(a, name)
		if f == nil || f == a.ID || slices.Contains(p.sort, name) {
			continue
		}
		if name == fact.Snake(a.OwnedByField) && len(p.by) > 1 {
			out = append(out, name)
			continue
		}
		r := 3
		switch {
		case f.List:
			continue // needs an inverted index; it narrows what the others found
		case f.Ref != nil || f.RefActor != nil || f.Unique:
			r = 0
		case f.Kind == model.KindText || f.Kind == model.KindEmail || f.Kind == model.KindPhone:
			r = 1
		case f.Kind == model.KindEnum:
			r = 2
		}
		if r < rank {
			best, rank = name, r
		}
	}
	if best != "" {
		out = append(out, best)
	}
	return out
}

func fieldNamed(a *model.Aggregate, snake string) *model.Field {
	for _, f := range a.Fields {
		if fact.Snake(f.Name) == snake {
			return f
		}
	}
	return nil
}

func unrepeated(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// finds tells by which fields a use case finds instances of an aggregate it reads.
func (b *builder) finds(u *model.UseCase, a *model.Aggregate) (by, sort []string, unique bool) {
	main := b.primary(u)
	id := []string{fact.Snake(a.ID.Name)}
	if main == a {
		switch {
		case u.Result == "list":
			return listed(u, a)
		case u.Result != "report" && u.Result != "file" && u.Every == nil:
			return id, nil, true
		case u.Only == "own" && a.OwnedByField != "":
			return []string{fact.Snake(a.OwnedByField)}, nil, false
		case u.Only == "own":
			return id, nil, true
		}
		return nil, nil, false // a run over all of it
	}
	return b.foundBy(u, a)
}

// foundBy tells how instances are found from what else a use case touches: by the
// reference to it; by id where it refers to them; by what both refer to.
func (b *builder) foundBy(u *model.UseCase, a *model.Aggregate) (by, sort []string, unique bool) {
	others := append(b.starters(u), u.Touches()...)
	if main := b.primary(u); main != nil {
		others = append([]*model.Aggregate{main}, others...)
	}
	for _, x := range others {
		if x == a {
			continue
		}
		if leadsTo(x.Fields, a) {
			break
		}
		if f := referenceTo(a, x); f != nil {
			return []string{fact.Snake(f.Name)}, nil, f.Unique
		}
	}
	for _, x := range others {
		if x == a || leadsTo(x.Fields, a) {
			break
		}
		if f := sharedReference(a, x); f != nil {
			return []string{fact.Snake(f.Name)}, nil, f.Unique
		}
	}
	return []string{fact.Snake(a.ID.Name)}, nil, true
}

// leadsTo reports whether fields refer to the aggregate, those of value objects
// included: the lines of an order name dishes.
func leadsTo(fields []*model.Field, a *model.Aggregate) bool {
	return slices.ContainsFunc(fields, func(f *model.Field) bool {
		return f.Ref == a || f.Value != nil && slices.ContainsFunc(f.Value.Fields, func(g *model.Field) bool { return g.Ref == a })
	})
}

// sharedReference is the field of a that refers to what x must refer to as well.
func sharedReference(a, x *model.Aggregate) *model.Field {
	for _, f := range a.Fields {
		if f.Ref == nil || f.List || f.Ref == x {
			continue
		}
		for _, g := range x.Fields {
			if g.Ref == f.Ref && !g.List && !g.Optional {
				return f
			}
		}
	}
	return nil
}

// listed is the way into a list: whose it is, its filters, its order.
func listed(u *model.UseCase, a *model.Aggregate) (by, sort []string, unique bool) {
	if u.Only == "own" && a.OwnedByField != "" {
		by = append(by, fact.Snake(a.OwnedByField))
	}
	for _, f := range u.Filter {
		if name := fact.Snake(f); !slices.Contains(by, name) {
			by = append(by, name)
		}
	}
	for _, s := range u.Sort {
		sort = append(sort, fact.Snake(s))
	}
	if id := fact.Snake(a.ID.Name); !slices.Contains(sort, id) {
		sort = append(sort, id)
	}
	return by, sort, false
}

func referenceTo(from, to *model.Aggregate) *model.Field {
	for _, f := range from.Fields {
		if f.Ref == to && !f.List {
			return f
		}
	}
	return nil
}

// changesBy tells by which field a use case finds what it changes: by id when
// somebody asks for it; in a step or on an event by its relation to what started
// it.
func (b *builder) changesBy(u *model.UseCase, a *model.Aggregate) (by []string, unique bool) {
	if u.Asked() && b.primary(u) == a || u.Every != nil {
		return []string{fact.Snake(a.ID.Name)}, true
	}
	by, _, unique = b.foundBy(u, a)
	return by, unique
}

// starters are the aggregates of what starts a use case: the subject of the request
// itself, of the use case it is a step of, of the event it listens to.
func (b *builder) starters(u *model.UseCase) []*model.Aggregate {
	var out []*model.Aggregate
	if u.Asked() {
		if p := b.primary(u); p != nil {
			out = append(out, p)
		}
	}
	for _, f := range append(slices.Clone(u.FollowsUp), u.Undoes...) {
		if p := b.primary(f); p != nil {
			out = append(out, p)
		}
	}
	for _, e := range u.On {
		if e.Of != nil {
			out = append(out, e.Of)
		}
	}
	return out
}

// readConsistency says what a read must see, from what was said about its age.
func readConsistency(u *model.UseCase, a *model.Aggregate) string {
	if len(u.Writes()) > 0 {
		return "current row"
	}
	for i := range u.Reads {
		if r := &u.Reads[i]; r.Aggregate == a {
			if r.Stale.Known() && r.Stale.N > 0 {
				return "up to " + fact.FormatSeconds(r.Stale.N) + " old"
			}
			if r.Optional || r.Fallback != "" {
				return "may be missing"
			}
		}
	}
	return u.Consistency.Kind
}
