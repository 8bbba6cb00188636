package state

// AllFaults turns every move added so far into one that need not happen.
func (m *Moves) AllFaults() {
	for i := range m.list {
		m.list[i].fault = true
	}
}

// Full is Search without use of what states have in common.
func Full(m Model, b Bounds) Result {
	m.Same = nil
	return Search(m, b)
}

// After are the states that can follow one.
func After(m Model, s []byte) []Visit {
	moves := &Moves{width: m.Width}
	m.Next(s, moves)
	var out []Visit
	for i, mv := range moves.list {
		out = append(out, Visit{mv.step, moves.At(i)})
	}
	return out
}
