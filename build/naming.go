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
// deletes first, else the first it reads; of several, the one it is named after.
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
	case len(u.Creates) > 0:
		return b.leading(u, u.Creates)
	case len(u.Moves) > 0:
		return u.Moves[0].Aggregate
	case len(u.Changes) > 0:
		return b.leading(u, u.Changes)
	case len(u.Deletes) > 0:
		return b.leading(u, u.Deletes)
	case len(u.Reads) > 0:
		for _, r := range u.Reads {
			if b.sharesWord(u.Name, r.Aggregate.Name) {
				return r.Aggregate
			}
		}
		return u.Reads[0].Aggregate
	}
	return nil
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
