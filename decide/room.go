package decide

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
)

// Room is memory for plans that are made one after the other by a caller who looks at
// each and forgets it before the next is made: a plan that was made in a room holds
// until then. The zero Room is empty. It is not safe for concurrent use.
//
// A plan is thousands of small lists. They are cut out of blocks, which a room hands
// out again.
type Room struct {
	scores    blocks[arch.Score]
	options   blocks[arch.Option]
	ids       blocks[fact.ID]
	sheets    blocks[sheet]
	decisions []arch.Decision

	known        map[fact.ID]bool
	numbered     map[fact.ID]int
	numbers      map[entry]number
	technologies map[string]*catalog.Technology
	perCloud     map[entry]string
}

// reset makes everything that was handed out free.
func (r *Room) reset() {
	r.scores.reset()
	r.options.reset()
	r.ids.reset()
	r.sheets.reset()
	empty(&r.known)
	empty(&r.numbered)
	empty(&r.numbers)
	empty(&r.technologies)
	empty(&r.perCloud)
}

// empty leaves a map without entries, which keeps the memory it has.
func empty[K comparable, V any](m *map[K]V) {
	if *m == nil {
		*m = map[K]V{}
	}
	clear(*m)
}

// blocks hands out lists in pieces of some larger ones.
type blocks[T any] struct {
	all  [][]T
	used int // of them, the last one up to its length
}

func (b *blocks[T]) reset() { b.used = 0 }

// current is the block at hand, with room for n more; a block begun has usual ones.
func (b *blocks[T]) current(n, usual int) *[]T {
	if b.used > 0 {
		if at := &b.all[b.used-1]; len(*at)+n <= cap(*at) {
			return at
		}
	}
	for b.used < len(b.all) {
		at := &b.all[b.used]
		b.used++
		if n <= cap(*at) {
			*at = (*at)[:0]
			return at
		}
	}
	b.all = append(b.all, make([]T, 0, max(usual, n)))
	b.used = len(b.all)
	return &b.all[b.used-1]
}

// list is an empty list with room for n.
func (b *blocks[T]) list(n, usual int) []T {
	block := b.current(n, usual)
	at := len(*block)
	*block = (*block)[:at+n]
	return (*block)[at : at : at+n]
}

// room is an empty list of facts with some room to grow, taken from a block: plans
// are computed thousands of times and hold hundreds of such lists. What it uses of that
// is told by taken; until then the next list has the same room.
func (p *planner) room() []fact.ID {
	const block, most = 2048, 64
	ids := *p.memory.ids.current(most, block)
	return ids[len(ids):len(ids):min(len(ids)+most, cap(ids))]
}

// taken keeps what a list used of its room from being given out again.
func (p *planner) taken(list []fact.ID) []fact.ID {
	ids := p.memory.ids.current(0, 0)
	at := len(*ids)
	if n := len(list); n > 0 && at+n <= cap(*ids) && &list[0] == &(*ids)[at : at+1][0] {
		*ids = (*ids)[:at+n]
	}
	return slices.Clip(list)
}

// scoreRoom is an empty list of scores with room for n, or what is usual.
func (p *planner) scoreRoom(n int) []arch.Score {
	const block, usual = 256, 6
	if n == 0 {
		n = usual
	}
	return p.memory.scores.list(n, block)
}

// sheet is an empty sheet with room for the usual number of options.
func (p *planner) sheet() *sheet {
	const block, usual = 64, 4
	s := &p.memory.sheets.list(1, block)[:1][0]
	*s = sheet{planner: p, options: p.memory.options.list(usual, block*usual)}
	return s
}
