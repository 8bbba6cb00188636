package build

import (
	"slices"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Names are asked for again and again, and a plural is worked out by many rules, so
// that each is worked out once.

// plural of a name, in the habit of the name.
func (b *builder) plural(name string) string {
	p, known := b.plurals[name]
	if !known {
		p = fact.Plural(name)
		b.plurals[name] = p
	}
	return p
}

// primary is the aggregate a use case is about: what it creates, moves, changes or
// deletes first, else the first it reads; of several, the one it is named after, and of
// those a list reads, the one that has most of the fields it filters and sorts by.
func (b *builder) primary(u *model.UseCase) *model.Aggregate {
	a, known := b.primaries[u]
	if !known {
		a = b.about(u)
		b.primaries[u] = a
	}
	return a
}

func (b *builder) about(u *model.UseCase) *model.Aggregate {
	switch {
	case movedOn(u) != nil:
		return movedOn(u)
	case len(u.Creates) > 0:
		return b.leading(u, u.Creates)
	case len(u.Moves) > 0:
		return u.Moves[0].Aggregate
	case len(u.Changes) > 0:
		return b.leading(u, u.Changes)
	case len(u.Deletes) > 0:
		return b.leading(u, u.Deletes)
	case len(u.Reads) > 0:
		if a := b.listed(u); a != nil {
			return a
		}
		for _, r := range u.Reads {
			if b.sharesWord(u.Name, r.Aggregate.Name) {
				return r.Aggregate
			}
		}
		return u.Reads[0].Aggregate
	}
	return nil
}

// movedOn is the aggregate of which a use case moves an instance that was there before,
// where what it creates besides does not refer to it: only the path can say which one is
// meant. nil where there is none, or the new one names it.
func movedOn(u *model.UseCase) *model.Aggregate {
	if len(u.Creates) == 0 {
		return nil
	}
	for _, mv := range u.Moves {
		a := mv.Aggregate
		if !slices.Contains(u.Creates, a) && !slices.ContainsFunc(u.Creates, func(c *model.Aggregate) bool { return refersTo(c, a) }) {
			return a
		}
	}
	return nil
}

// listed is the aggregate whose instances a list shows: of those it reads, the one that
// has most of the fields it filters and sorts by; nil where another has as many.
func (b *builder) listed(u *model.UseCase) *model.Aggregate {
	var best *model.Aggregate
	most, alone := 0, false
	for _, r := range u.Reads {
		n := 0
		for _, name := range slices.Concat(u.Filter, u.Sort) {
			if r.Aggregate.Field(name) != nil {
				n++
			}
		}
		if n > most {
			best, most, alone = r.Aggregate, n, true
		} else if n == most {
			alone = false
		}
	}
	if !alone {
		return nil
	}
	return best
}

// leading is the aggregate of a list that the use case is named after, else the
// first.
func (b *builder) leading(u *model.UseCase, list []*model.Aggregate) *model.Aggregate {
	for _, a := range list {
		if b.sharesWord(u.Name, a.Name) {
			return a
		}
	}
	return list[0]
}

// sharesWord reports whether a use case is named after an aggregate, one or many.
func (b *builder) sharesWord(useCase, aggregate string) bool {
	have := b.wordsOf(useCase)
	for _, name := range []string{aggregate, b.plural(aggregate)} {
		for _, w := range b.wordsOf(name) {
			if slices.Contains(have, w) {
				return true
			}
		}
	}
	return false
}

// wordsOf are the words of a name.
func (b *builder) wordsOf(name string) []string {
	w, known := b.words[name]
	if !known {
		w = fact.Words(name)
		b.words[name] = w
	}
	return w
}
