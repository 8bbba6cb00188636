package spec

// Transitions reads a lifecycle: pending -> approved -> delivered, pending ->
// rejected; or a list of such chains.
func (n *Node) Transitions() ([]Transition, bool) { return read(n, readTransitions) }

func readTransitions(n *Node) ([]Transition, *flaw) {
	var out []Transition
	switch n.Kind {
	case Scalar:
		for _, chain := range chains(tokens(n.Text)) {
			steps, f := chainOf(n, chain)
			if f != nil {
				return nil, f.in(n)
			}
			out = append(out, steps...)
		}
	case Sequence:
		for _, item := range n.Items {
			if f := scalar(item); f != nil {
				return nil, f
			}
			steps, f := readTransitions(item)
			if f != nil {
				return nil, f.in(item)
			}
			out = append(out, steps...)
		}
	default:
		return nil, flawf(0, 0, "expected transitions, found %s", n.Kind.describe()).in(n).with("write them as pending -> approved, pending -> rejected")
	}
	if len(out) == 0 {
		return nil, flawf(0, len(n.Text), "a lifecycle needs at least one transition").in(n).with("write pending -> approved")
	}
	return out, nil
}

// chains cuts tokens at commas; the end token closes the last chain.
func chains(ts []token) [][]token {
	var out [][]token
	from := 0
	for i, t := range ts {
		if t.is(",") || t.is(";") || t.kind == tokEnd {
			if i > from {
				out = append(out, ts[from:i])
			}
			from = i + 1
		}
	}
	return out
}

// chainOf reads a -> b -> c.
func chainOf(n *Node, ts []token) ([]Transition, *flaw) {
	var out []Transition
	for i, t := range ts {
		wantName := i%2 == 0
		switch {
		case wantName && t.kind != tokName:
			return nil, flawf(t.from, t.to, "expected the name of a state, found %q", t.text).with("states are names, joined by ->")
		case !wantName && !t.is("->"):
			return nil, flawf(t.from, t.to, "expected -> or a comma before %q", t.text)
		case wantName && i > 0:
			out = append(out, Transition{n.word(ts[i-2]), n.word(t)})
		}
	}
	last := ts[len(ts)-1]
	switch {
	case last.is("->"):
		return nil, flawf(last.from, last.to, "the state after -> is missing")
	case len(ts) == 1:
		return nil, flawf(last.from, last.to, "%q leads nowhere", last.text).with("write a transition, such as pending -> " + last.text)
	}
	return out, nil
}

// Moves reads the lifecycle steps of a use case: Order pending -> approved; a list
// of such; or a mapping from aggregates to transitions.
func (n *Node) Moves() ([]Move, bool) { return read(n, readMoves) }

func readMoves(n *Node) ([]Move, *flaw) {
	switch n.Kind {
	case Scalar:
		return movesOf(n)
	case Sequence:
		var out []Move
		for _, item := range n.Items {
			if item.Kind == Sequence {
				return nil, scalar(item)
			}
			moves, f := readMoves(item)
			if f != nil {
				return nil, f.in(item)
			}
			out = append(out, moves...)
		}
		return out, nil
	case Mapping:
		return movesByName(n)
	default:
		return nil, flawf(0, 0, "expected a move such as Order pending -> approved").in(n)
	}
}

func movesByName(n *Node) ([]Move, *flaw) {
	var out []Move
	for _, e := range n.Entries {
		if !isName(e.Key) {
			return nil, flawf(0, 0, "%q is no name of an aggregate", e.Key).in(e.Value)
		}
		steps, f := readTransitions(e.Value)
		if f != nil {
			return nil, f.in(e.Value)
		}
		for _, s := range steps {
			out = append(out, Move{Word{e.Key, e.KeySpan}, s.From, s.To})
		}
	}
	return out, nil
}

// movesOf reads Order pending -> approved, draft -> open, Stock free -> held: a
// chain without an aggregate belongs to the one before it.
func movesOf(n *Node) ([]Move, *flaw) {
	var out []Move
	var aggregate Word
	for _, chain := range chains(tokens(n.Text)) {
		if len(chain) > 1 && chain[0].kind == tokName && chain[1].kind == tokName {
			aggregate = n.word(chain[0])
			chain = chain[1:]
		}
		if aggregate.Text == "" {
			return nil, flawf(chain[0].from, chain[len(chain)-1].to, "a move names the aggregate first").in(n).with("write Order pending -> approved")
		}
		steps, f := chainOf(n, chain)
		if f != nil {
			return nil, f.in(n)
		}
		for _, s := range steps {
			out = append(out, Move{aggregate, s.From, s.To})
		}
	}
	if len(out) == 0 {
		return nil, flawf(0, len(n.Text), "expected a move such as Order pending -> approved").in(n)
	}
	return out, nil
}
