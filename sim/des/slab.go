package des

// Slab holds the live things of a run in one piece of memory and reuses the
// places of those that ended. A Ref to one carries the generation of its
// place, so a Ref kept by a pending event goes stale when its thing ends,
// and events about it can be skipped when they come up. A place's generations
// repeat after 2^24-1 uses, far beyond the life of a pending event.
//
// The zero Slab is empty and unlimited (up to 2^32 things).
type Slab[T any] struct {
	items       []T
	generations []uint32
	free        []uint32
	limit       int
}

const (
	indexBits      = 32
	lastGeneration = 1<<(refBits-indexBits) - 1
)

// NewSlab is a slab for at most limit things at a time, so that an overloaded
// model fails instead of filling the memory.
func NewSlab[T any](limit int) *Slab[T] { return &Slab[T]{limit: max(limit, 1)} }

// Add makes a place for one thing, zeroed. The pointer is valid until the next
// Add. It answers 0 and nil when the slab is full.
func (s *Slab[T]) Add() (Ref, *T) {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		item := &s.items[i]
		var zero T
		*item = zero
		return reference(i, s.generations[i]), item
	}
	n := len(s.items)
	if (s.limit > 0 && n >= s.limit) || n >= 1<<indexBits-1 {
		return 0, nil
	}
	var zero T
	s.items = append(s.items, zero)
	s.generations = append(s.generations, 1)
	return reference(uint32(n), 1), &s.items[n]
}

func reference(index, generation uint32) Ref { return Ref(generation)<<indexBits | Ref(index) }

// Get is the thing that r refers to, nil when it has ended. The pointer is
// valid until the next Add.
func (s *Slab[T]) Get(r Ref) *T {
	i := uint32(r)
	if int64(i) >= int64(len(s.generations)) || s.generations[i] != uint32(r>>indexBits) {
		return nil
	}
	return &s.items[i]
}

// Alive tells whether what r refers to has not ended.
func (s *Slab[T]) Alive(r Ref) bool { return s.Get(r) != nil }

// End ends what r refers to and frees its place; ending it again does nothing.
func (s *Slab[T]) End(r Ref) {
	if s.Get(r) == nil {
		return
	}
	i := uint32(r)
	// Generation 0 is skipped, so that no Ref is 0.
	s.generations[i] = s.generations[i]%lastGeneration + 1
	s.free = append(s.free, i)
}

// Len is the number of live things.
func (s *Slab[T]) Len() int { return len(s.items) - len(s.free) }

// Reset ends all things and keeps the memory. References from before it may
// come alive again: empty the calendar, too.
func (s *Slab[T]) Reset() {
	s.items, s.generations, s.free = s.items[:0], s.generations[:0], s.free[:0]
}
