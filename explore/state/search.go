package state

import "slices"

// none marks the parent of a start.
const none = ^uint32(0)

// search is one run over a model.
type search struct {
	m       *Model
	bounds  Bounds
	seen    table
	parents []uint32
	// next are the states that moves other than faults lead to, those of state i from
	// ends[i-1] to ends[i].
	next []uint32
	ends []uint32
	rest []uint32 // states that are a proper end

	moves     int
	depth     int
	cut       bool
	violation *Violation
}

func newSearch(m *Model, b Bounds) *search {
	return &search{m: m, bounds: b, seen: newTable(m.Width)}
}

func (s *search) run() {
	for _, start := range s.m.Start {
		st := slices.Clone(start)
		if s.m.Same != nil {
			s.m.Same(st)
		}
		s.visit(st, none)
	}
	moves := &Moves{width: s.m.Width}
	last := s.seen.len() // the first state after those of the present depth
	for i := 0; i < s.seen.len(); i++ {
		if i == last {
			s.depth++
			last = s.seen.len()
		}
		if s.expand(i, moves); s.violation != nil {
			return
		}
	}
	if !s.cut {
		s.endless()
	}
}

// visit keeps a state unless it is known, and returns its number; false when a bound
// leaves no room for it.
func (s *search) visit(state []byte, parent uint32) (int, bool) {
	i, found := s.seen.find(state)
	if found {
		return i, true
	}
	// What grows doubles at most: with half the memory taken the bound still holds.
	if s.seen.len() >= s.bounds.States || s.bytes() > s.bounds.Bytes/2 {
		s.cut = true
		return 0, false
	}
	s.parents = append(s.parents, parent)
	return s.seen.insert(state), true
}

// expand checks a state and visits all that follow it.
func (s *search) expand(i int, moves *Moves) {
	if s.m.Bad != nil {
		if what := s.m.Bad(s.seen.at(i)); what != "" {
			s.violation = &Violation{Broken, what, s.trace(i)}
			return
		}
	}
	moves.reset()
	s.m.Next(s.seen.at(i), moves)
	s.moves += len(moves.list)
	goesOn := false
	for k, mv := range moves.list {
		to := moves.At(k)
		if s.m.Same != nil {
			s.m.Same(to)
		}
		goesOn = goesOn || !mv.fault
		if j, ok := s.visit(to, uint32(i)); ok && !mv.fault {
			s.next = append(s.next, uint32(j))
		}
	}
	s.ends = append(s.ends, uint32(len(s.next)))
	if goesOn {
		return
	}
	if s.m.Rest != nil {
		if what := s.m.Rest(s.seen.at(i)); what != "" {
			s.violation = &Violation{Stuck, what, s.trace(i)}
			return
		}
	}
	s.rest = append(s.rest, uint32(i))
}

// endless looks for a state from which no proper end can be reached: it goes back
// from the ends over all moves that are no faults, and sees what is left.
func (s *search) endless() {
	n := s.seen.len()
	into := make([]uint32, n+1) // where the predecessors of a state begin
	for _, to := range s.next {
		into[to+1]++
	}
	for i := range n {
		into[i+1] += into[i]
	}
	from, fill := make([]uint32, len(s.next)), slices.Clone(into)
	begin := uint32(0)
	for i, end := range s.ends {
		for _, to := range s.next[begin:end] {
			from[fill[to]] = uint32(i)
			fill[to]++
		}
		begin = end
	}
	ends := make([]bool, n)
	queue := slices.Clone(s.rest)
	for _, i := range queue {
		ends[i] = true
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, p := range from[into[i]:into[i+1]] {
			if !ends[p] {
				ends[p] = true
				queue = append(queue, p)
			}
		}
	}
	if i := slices.Index(ends, false); i >= 0 {
		s.violation = &Violation{Endless, "it goes on for ever and reaches no end", s.trace(i)}
	}
}

// trace is the way from a start to a state. Steps are found by trying the parent's
// moves again, so that nothing is kept for them.
func (s *search) trace(i int) []Visit {
	var path []int
	for at := uint32(i); at != none; at = s.parents[at] {
		path = append(path, int(at))
	}
	slices.Reverse(path)
	out := make([]Visit, len(path))
	moves := &Moves{width: s.m.Width}
	for k, at := range path {
		out[k].State = slices.Clone(s.seen.at(at))
		if k == 0 {
			continue
		}
		moves.reset()
		s.m.Next(s.seen.at(path[k-1]), moves)
		for j, mv := range moves.list {
			to := moves.At(j)
			if s.m.Same != nil {
				s.m.Same(to)
			}
			if slices.Equal(to, out[k].State) {
				out[k].Step = mv.step
				break
			}
		}
	}
	return out
}

func (s *search) bytes() int {
	return s.seen.bytes() + 4*(cap(s.parents)+cap(s.next)+cap(s.ends)+cap(s.rest))
}

func (s *search) result() Result {
	return Result{
		States: s.seen.len(), Moves: s.moves, Depth: s.depth, Bytes: s.bytes(),
		Complete: !s.cut && (s.violation == nil || s.violation.Kind == Endless), Violation: s.violation,
	}
}
