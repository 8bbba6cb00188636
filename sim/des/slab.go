package des

// Slab holds the live things of a run in pages of memory and reuses the places of
// those that ended. A Ref to one carries the generation of its place, so a Ref kept
// by a pending event goes stale when its thing ends, and events about it can be
// skipped when they come up. A place's generations repeat after 2^24-1 uses, far
// beyond the life of a pending event.
//
// The zero Slab is empty and unlimited (up to 2^32 things).
type Slab[T any] struct {
	pages []*[pageSize]place[T]
	made  int // places that have been given out since the last Reset
	free  []uint32
	limit int
}

// place has its generation beside its thing, so that looking a thing up touches one
// piece of memory.
type place[T any] struct {
	item       T
	generation uint32
}

const (
	indexBits      = 32
	lastGeneration = 1<<(refBits-indexBits) - 1
	// unused is the generation of a place that no Ref was given out for.
	unused   = lastGeneration + 1
	pageBits = 8
	pageSize = 1 << pageBits
)

// NewSlab is a slab for at most limit things at a time, so that an overloaded
// model fails instead of filling the memory.
func NewSlab[T any](limit int) *Slab[T] { return &Slab[T]{limit: max(limit, 1)} }

// Add makes a place for one thing, zeroed. The pointer stays where it is; it is
// valid until the thing ends. It answers 0 and nil when the slab is full.
func (s *Slab[T]) Add() (Ref, *T) {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		p := &s.pages[i>>pageBits][i&(pageSize-1)]
		var zero T
		p.item = zero
		return reference(i, p.generation), &p.item
	}
	return s.extend()
}

// extend gives out a place that was not used before.
func (s *Slab[T]) extend() (Ref, *T) {
	n := s.made
	if (s.limit > 0 && n >= s.limit) || n >= 1<<indexBits-1 {
		return 0, nil
	}
	if n>>pageBits >= len(s.pages) {
		page := new([pageSize]place[T])
		for i := range page {
			page[i].generation = unused
		}
		s.pages = append(s.pages, page)
	}
	s.made++
	p := &s.pages[n>>pageBits][n&(pageSize-1)]
	var zero T
	p.item, p.generation = zero, 1
	return reference(uint32(n), 1), &p.item
}

func reference(index, generation uint32) Ref { return Ref(generation)<<indexBits | Ref(index) }

// Get is the thing that r refers to, nil when it has ended.
func (s *Slab[T]) Get(r Ref) *T {
	i := uint32(r)
	if int(i>>pageBits) >= len(s.pages) {
		return nil
	}
	if p := &s.pages[i>>pageBits][i&(pageSize-1)]; p.generation == uint32(r>>indexBits) {
		return &p.item
	}
	return nil
}

// Alive tells whether what r refers to has not ended.
func (s *Slab[T]) Alive(r Ref) bool { return s.Get(r) != nil }

// End ends what r refers to and frees its place; ending it again does nothing.
func (s *Slab[T]) End(r Ref) {
	i := uint32(r)
	if int(i>>pageBits) >= len(s.pages) {
		return
	}
	p := &s.pages[i>>pageBits][i&(pageSize-1)]
	if p.generation != uint32(r>>indexBits) {
		return
	}
	// Generation 0 is skipped, so that no Ref is 0.
	if p.generation++; p.generation > lastGeneration {
		p.generation = 1
	}
	s.free = append(s.free, i)
}

// Len is the number of live things.
func (s *Slab[T]) Len() int { return s.made - len(s.free) }

// Reset ends all things and keeps the memory. References from before it may
// come alive again: empty the calendar, too.
func (s *Slab[T]) Reset() {
	for i := range s.made {
		s.pages[i>>pageBits][i&(pageSize-1)].generation = unused
	}
	s.made, s.free = 0, s.free[:0]
}
