package explore_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"plumb.dev/plumb/explore"
	"plumb.dev/plumb/explore/state"
)

// What follows is a second reading of what a race is, written from its description
// and not from its code: values in structures, every order of every step, a map of
// what was visited.

type raced struct {
	things []racedThing
	runs   [2]racedRun
	wrong  string
	// fault is what became of the one message that may go wrong: lost (its answer), again
	// (it comes a second time), undo again, over.
	fault             string
	faultRun, faultOp int
}

type racedThing struct {
	state     byte
	lock      int // the run that has it, plus one
	holds     [2]bool
	committed [2]bool
	version   int
}

type racedRun struct {
	program       int
	where         string // looks, goes, back, done, undone, shown
	at            int
	claimed       int
	reading       bool
	read          []racedThing
	acted, undone []int
}

func (s raced) copy() raced {
	s.things = slices.Clone(s.things)
	for i := range s.runs {
		r := &s.runs[i]
		r.read, r.acted, r.undone = slices.Clone(r.read), slices.Clone(r.acted), slices.Clone(r.undone)
	}
	return s
}

// reader tells what can follow a state.
type reader struct {
	things   []explore.Thing
	programs []explore.Program
	has      func(string) bool
}

func (g *reader) ops(s *raced, run int) []explore.Op {
	ops, _ := g.programs[s.runs[run].program].Is()
	return ops
}

func (g *reader) finish(s *raced, run int, where string) {
	r := &s.runs[run]
	r.where, r.at, r.claimed, r.reading, r.read = where, 0, 0, false, nil
	for i := range s.things {
		if s.things[i].lock == run+1 {
			s.things[i].lock = 0
		}
	}
}

// after lists what can follow, and whether it must not need a fault.
func (g *reader) after(s raced) (next []raced, fault []bool) {
	add := func(n raced, isFault bool) { next, fault = append(next, n), append(fault, isFault) }
	for run := range 2 {
		r := &s.runs[run]
		ops := g.ops(&s, run)
		if s.fault == "lost" && s.faultRun == run {
			n := s.copy()
			n.fault, n.faultRun, n.faultOp = "over", 0, 0
			if g.has("duplicate check") {
				g.passes(&n, run)
				add(n, false)
			} else {
				g.goes(n, run, func(n raced) { add(n, false) })
			}
			continue
		}
		switch r.where {
		case "looks":
			g.looks(s, run, func(n raced) { add(n, false) })
		case "goes":
			_, _, _, fails, ends, _ := ops[r.at].Is()
			g.goes(s, run, func(n raced) {
				add(n, false)
				if s.fault != "" || !g.concerns(&s, run, r.at) || n.runs[run].acted[r.at] == r.acted[r.at] {
					return
				}
				twice := n.copy()
				twice.fault, twice.faultRun, twice.faultOp = "again", run, r.at
				add(twice, true)
				unheard := n.copy() // what it did stands, and it is where it was
				unheard.fault, unheard.faultRun, unheard.faultOp = "lost", run, r.at
				u := &unheard.runs[run]
				u.where, u.at, u.claimed, u.reading, u.read = r.where, r.at, r.claimed, false, nil
				for i := range s.things {
					if s.things[i].lock == run+1 {
						unheard.things[i].lock = run + 1
					}
				}
				add(unheard, true)
			})
			if !r.reading && fails {
				n := s.copy()
				g.turns(&n, run)
				add(n, true)
			}
			if !r.reading && ends && r.at > 0 {
				n := s.copy()
				g.turns(&n, run)
				add(n, true)
			}
		case "back":
			n := s.copy()
			j := r.at - 1
			took := g.takesBack(&n, run)
			add(n, false)
			if s.fault == "" && took && g.concerns(&s, run, j) {
				twice := n.copy()
				twice.fault, twice.faultRun, twice.faultOp = "undo again", run, j
				add(twice, true)
			}
		}
	}
	if s.fault == "again" || s.fault == "undo again" {
		g.comesAgain(s, func(n raced) { add(n, false) })
	}
	return next, fault
}

// concerns: the op is asked for by message, and a second one can concern the other run.
func (g *reader) concerns(s *raced, run, at int) bool {
	o := g.ops(s, run)[at]
	list, _, _, _, _, undoes := o.Is()
	moves := slices.ContainsFunc(list, func(a explore.Access) bool { _, m, _ := a.Is(); return len(m) > 0 })
	return o.Sent() && (moves || undoes >= 0 || g.undoer(s, 1-run, at))
}

// comesAgain is the second message, which finds its memory or is carried out once more
// where the state allows it.
func (g *reader) comesAgain(s raced, add func(raced)) {
	run, at, what := s.faultRun, s.faultOp, s.fault
	n := s.copy()
	n.fault, n.faultRun, n.faultOp = "over", 0, 0
	list, back, _, _, _, undoes := g.ops(&s, run)[at].Is()
	again := func(whose *racedRun, op int, moves []explore.Access) {
		if len(moves) == 0 || g.moveBack(&n, moves) {
			whose.undone[op]++
		}
		add(n)
	}
	mine, theirs := &n.runs[run], &n.runs[1-run]
	switch {
	case g.has("duplicate check"):
		add(n)
	case what == "undo again":
		again(mine, at, back)
	case undoes >= 0 && theirs.acted[undoes] > 0:
		again(theirs, undoes, list)
	case undoes >= 0:
		if g.has("early undo") {
			theirs.undone[undoes] = 1
		}
		add(n)
	case mine.acted[at] == 0 && mine.undone[at] > 0, !g.can(&s, run, list):
		add(n)
	default:
		g.make(n, run, at, list, s.things, add)
	}
}

// make is choose without going on.
func (g *reader) make(n raced, run, at int, list []explore.Access, from []racedThing, add func(raced)) {
	where := n.runs[run]
	where.read = slices.Clone(where.read)
	n.runs[run].at, n.runs[run].where = at, "goes"
	g.choose(n, run, list, from, func(m raced) {
		r := &m.runs[run]
		r.where, r.at, r.claimed, r.reading, r.read = where.where, where.at, where.claimed, where.reading, where.read
		for i := range m.things { // and holds its locks as before
			m.things[i].lock = n.things[i].lock
		}
		add(m)
	})
}

func (g *reader) looks(s raced, run int, add func(raced)) {
	_, claims := g.programs[s.runs[run].program].Is()
	free := func(c explore.Claim) bool {
		at, from := c.Is()
		return s.things[at].lock == 0 && slices.Contains(from, s.things[at].state)
	}
	n := s.copy()
	if g.has("semantic lock") {
		c := claims[s.runs[run].claimed]
		if !free(c) {
			g.finish(&n, run, "undone")
			add(n)
			return
		}
		at, _ := c.Is()
		n.things[at].lock = run + 1
		n.runs[run].claimed++
	} else {
		for _, c := range claims {
			if !free(c) {
				g.finish(&n, run, "undone")
				add(n)
				return
			}
		}
		n.runs[run].claimed = len(claims)
	}
	if n.runs[run].claimed == len(claims) {
		n.runs[run].where = "goes"
	}
	add(n)
}

func (g *reader) steps(n *raced, run int) {
	r := &n.runs[run]
	if _, _, _, _, _, undoes := g.ops(n, run)[r.at].Is(); undoes < 0 && g.concerns(n, run, r.at) {
		r.acted[r.at]++
	} else {
		r.acted[r.at] = 1
	}
	g.passes(n, run)
}

// passes goes on to the next op.
func (g *reader) passes(n *raced, run int) {
	r := &n.runs[run]
	r.at++
	r.reading, r.read = false, nil
	if r.at == len(g.ops(n, run)) {
		g.finish(n, run, "done")
	}
}

func (g *reader) turns(n *raced, run int) {
	n.runs[run].where, n.runs[run].reading, n.runs[run].read = "back", false, nil
	g.skipsBack(n, run)
}

// skipsBack passes over what need not be undone.
func (g *reader) skipsBack(n *raced, run int) {
	r := &n.runs[run]
	for ; r.at > 0; r.at-- {
		_, _, undo, _, _, _ := g.ops(n, run)[r.at-1].Is()
		stands := r.acted[r.at-1] > r.undone[r.at-1]
		if undo && (stands || r.acted[r.at-1] > 0 && g.undoer(n, 1-run, r.at-1)) {
			return
		}
	}
	g.finish(n, run, "undone")
}

func (g *reader) undoer(n *raced, run, op int) bool {
	for _, o := range g.ops(n, run) {
		if _, _, _, _, _, undoes := o.Is(); undoes == op {
			return true
		}
	}
	return false
}

// takesBack undoes one op, and reports whether there was something to undo.
func (g *reader) takesBack(n *raced, run int) (took bool) {
	r := &n.runs[run]
	j := r.at - 1
	_, back, _, _, _, _ := g.ops(n, run)[j].Is()
	if len(back) > 0 { // by its state: the second time nothing fits
		took = g.moveBack(n, back)
		r.undone[j] = max(1, r.undone[j])
	} else if r.undone[j] == 0 || !g.has("duplicate check") {
		r.undone[j]++
		took = true
	}
	r.at--
	g.skipsBack(n, run)
	return took
}

func (g *reader) moveBack(n *raced, list []explore.Access) (moved bool) {
	for _, a := range list {
		at, moves, _ := a.Is()
		for _, mv := range moves {
			if mv[0] == n.things[at].state {
				n.things[at].state = mv[1]
				moved = true
				break
			}
		}
	}
	return moved
}

func (g *reader) goes(s raced, run int, add func(raced)) {
	r := &s.runs[run]
	list, _, _, _, _, undoes := g.ops(&s, run)[r.at].Is()
	n := s.copy()
	switch {
	case undoes >= 0:
		g.undoesTheirs(n, run, list, undoes, add)
	case r.undone[r.at] > 0: // its undo was first, and is remembered
		n.runs[run].acted[r.at] = 1
		g.passes(&n, run)
		add(n)
	case len(list) == 0: // nothing that both write
		g.steps(&n, run)
		add(n)
	case !r.reading && !g.can(&s, run, list):
		g.isRefused(n, run, add)
	case !r.reading && !g.atOnce(list):
		n.runs[run].reading, n.runs[run].read = true, slices.Clone(s.things)
		add(n)
	case r.reading && g.outdated(&s, run, list):
		n.runs[run].reading, n.runs[run].read = false, nil
		add(n)
	default:
		from := s.things
		if r.reading {
			from = r.read
		}
		g.choose(n, run, list, from, add)
	}
}

func (g *reader) guards(a explore.Access) bool {
	at, moves, change := a.Is()
	_, key := g.things[at].Is()
	if change && !g.has("version check") {
		return false
	}
	if !key && !slices.ContainsFunc(moves, func(m [2]byte) bool { return m[0] > 0 }) {
		return true // a change alone, or one that is made: nobody else has it
	}
	if key {
		return g.has("unique index")
	}
	return g.has("conditional confirm")
}

func (g *reader) atOnce(list []explore.Access) bool {
	return !slices.ContainsFunc(list, func(a explore.Access) bool { return !g.guards(a) })
}

func (g *reader) can(s *raced, run int, list []explore.Access) bool {
	for _, a := range list {
		at, moves, _ := a.Is()
		x := &s.things[at]
		if len(moves) > 0 && (x.lock != 0 && x.lock != run+1 || !slices.ContainsFunc(moves, func(m [2]byte) bool { return m[0] == x.state })) {
			return false
		}
	}
	return true
}

// outdated: what is compared is no longer what was read.
func (g *reader) outdated(s *raced, run int, list []explore.Access) bool {
	for _, a := range list {
		at, moves, change := a.Is()
		_, key := g.things[at].Is()
		name := "conditional confirm"
		if key {
			name = "unique index"
		}
		now, was := &s.things[at], &s.runs[run].read[at]
		made := !key && !slices.ContainsFunc(moves, func(m [2]byte) bool { return m[0] > 0 })
		if len(moves) > 0 && !made && g.has(name) && now.state != was.state || change && g.has("version check") && now.version != was.version {
			return true
		}
	}
	return false
}

// choose makes every choice of moves from what was read.
func (g *reader) choose(n raced, run int, list []explore.Access, from []racedThing, add func(raced)) {
	if len(list) == 0 {
		g.steps(&n, run)
		add(n)
		return
	}
	at, moves, change := list[0].Is()
	each := func(to byte) {
		m := n.copy()
		x := &m.things[at]
		if to != 0 {
			legal, key := g.things[at].Is()
			if !slices.Contains(legal, [2]byte{x.state, to}) {
				m.wrong = "it makes a move that its lifecycle does not have"
				if key {
					m.wrong = "two have the same key"
				}
			}
			x.state = to
		}
		if change && x.state != 0 {
			x.holds = from[at].holds
			x.holds[run] = true
			x.committed[run] = true
			x.version++
		}
		g.choose(m, run, list[1:], from, add)
	}
	if len(moves) == 0 {
		each(0)
	}
	for _, mv := range moves {
		if mv[0] == from[at].state {
			each(mv[1])
		}
	}
}

func (g *reader) isRefused(n raced, run int, add func(raced)) {
	r := &n.runs[run]
	for j := range r.at {
		if _, _, undo, _, _, _ := g.ops(&n, run)[j].Is(); r.acted[j] > r.undone[j] && !undo {
			n.wrong = "it is refused half way, and what it did cannot be taken back"
			g.finish(&n, run, "shown")
			add(n)
			return
		}
	}
	g.turns(&n, run)
	add(n)
}

func (g *reader) undoesTheirs(n raced, run int, list []explore.Access, op int, add func(raced)) {
	theirs := &n.runs[1-run]
	moved := false
	switch {
	case theirs.acted[op] == 0:
		if g.has("early undo") {
			theirs.undone[op] = 1
		}
	case theirs.undone[op] > 0 && (len(list) > 0 && !g.can(&n, run, list) || g.has("duplicate check")):
	case len(list) > 0 && !g.can(&n, run, list):
		g.isRefused(n, run, add)
		return
	case len(list) > 0:
		moved = theirs.undone[op] == 0
		theirs.undone[op] = 1
	default:
		theirs.undone[op]++
	}
	if moved {
		g.moveBack(&n, list)
	}
	g.steps(&n, run)
	add(n)
}

func (g *reader) isWrong(s *raced) string {
	if s.wrong != "" {
		return s.wrong
	}
	for _, r := range s.runs {
		if slices.Max(r.acted) > 1 {
			return "a step acts twice"
		}
		for _, u := range r.undone {
			if u > 1 {
				return "what was done once is undone twice"
			}
		}
	}
	return ""
}

func (g *reader) restsWrong(s *raced) string {
	for _, x := range s.things {
		for run := range 2 {
			if x.committed[run] && !x.holds[run] {
				return "a change is lost"
			}
		}
	}
	for run := range 2 {
		r, other := &s.runs[run], &s.runs[1-run]
		for i := range r.acted {
			stands := r.acted[i] > r.undone[i]
			undone := g.undoer(s, 1-run, i)
			_, _, undo, _, _, _ := g.ops(s, run)[i].Is()
			switch {
			case r.where == "done" && undone && other.where == "done" && stands:
				return "it is undone, and the effect of a step is still there"
			case r.where == "done" && !undone && !stands:
				return "it is said to be done, and a step has no effect"
			case r.where == "undone" && stands && undo:
				return "it is said to be undone, and the effect of a step is still there"
			}
		}
	}
	return ""
}

// all is everything that can go wrong; false when there is too much to visit.
func (g *reader) all(starts []raced, most int) (map[string]bool, bool) {
	found, seen, list := map[string]bool{}, map[string]bool{}, starts
	for len(list) > 0 {
		s := list[len(list)-1]
		list = list[:len(list)-1]
		key := fmt.Sprintf("%v", s)
		if seen[key] {
			continue
		}
		seen[key] = true
		if len(seen) > most {
			return nil, false
		}
		if what := g.isWrong(&s); what != "" {
			found[what] = true
		}
		next, faults := g.after(s)
		if !slices.Contains(faults, false) {
			if what := g.restsWrong(&s); what != "" {
				found[what] = true
			}
		}
		list = append(list, next...)
	}
	return found, true
}

// randomRace is two or three programs over one or two things.
func randomRace(r *rand.Rand) *explore.Race {
	yes := func(one int) bool { return r.IntN(one) == 0 }
	things := make([]explore.Thing, 1+r.IntN(2))
	for i := range things {
		moves := [][2]byte{{0, 1}}
		if key := yes(4); key {
			things[i] = explore.NewThing(moves, true)
			continue
		}
		for range 2 + r.IntN(3) {
			moves = append(moves, [2]byte{byte(1 + r.IntN(3)), byte(1 + r.IntN(3))})
		}
		things[i] = explore.NewThing(moves, false)
	}
	some := func(i int) [][2]byte {
		legal, _ := things[i].Is()
		var out [][2]byte
		for range 1 + r.IntN(2) {
			if mv := legal[r.IntN(len(legal))]; !slices.Contains(out, mv) {
				out = append(out, mv)
			}
		}
		return out
	}
	program := func() explore.Program {
		pivot := r.IntN(3)
		var ops []explore.Op
		claims := map[int][]byte{}
		for i := range 1 + r.IntN(3) {
			var list, back []explore.Access
			if at := r.IntN(len(things)); yes(2) {
				moves, change := some(at), false
				if _, key := things[at].Is(); !key && yes(3) {
					moves, change = nil, true
				}
				list = append(list, explore.NewAccess(at, moves, change))
				if len(moves) > 0 && claims[at] == nil {
					for _, m := range moves {
						claims[at] = append(claims[at], m[0])
					}
				}
				if yes(3) && len(moves) > 0 {
					back = append(back, explore.NewAccess(at, [][2]byte{{moves[0][1], byte(1 + r.IntN(3))}}, false))
				}
			}
			o := explore.NewOp(list, back, i < pivot && yes(2) || back != nil, i <= pivot && yes(2), i <= pivot)
			if yes(2) {
				o = explore.Send(o)
			}
			ops = append(ops, o)
		}
		var list []explore.Claim
		if len(ops) > 1 {
			for _, at := range slices.Sorted(maps.Keys(claims)) {
				list = append(list, explore.NewClaim(at, claims[at]))
			}
		}
		return explore.NewProgram(ops, list)
	}
	a, b := program(), program()
	if yes(2) {
		a2, _ := a.Is()
		b2, _ := b.Is()
		i, j := r.IntN(len(a2)), r.IntN(len(b2))
		ops, _, _, _, _, _ := a2[i].Is()
		theirs, _, _, _, _, _ := b2[j].Is()
		if len(ops) == 0 && len(theirs) == 0 {
			explore.Ties(&a, &b, i, j)
		}
	}
	states := func() []byte {
		out := make([]byte, len(things))
		for i := range out {
			if _, key := things[i].Is(); !key {
				out[i] = byte(r.IntN(4))
			}
		}
		return out
	}
	starts := []explore.Begun{explore.NewBegun(0, 1, states())}
	if c, _ := b.Is(); len(c) > 0 && !slices.ContainsFunc(c, func(o explore.Op) bool { _, _, _, _, _, u := o.Is(); return u >= 0 }) {
		c := program()
		return explore.NewRace(things, []explore.Program{a, b, c}, append(starts, explore.NewBegun(2, 2, states())))
	}
	return explore.NewRace(things, []explore.Program{a, b}, starts)
}

// Races put together at random, with mechanisms at random: the search that leaves
// orders out and takes like runs for each other, the same model in full, and a second
// reading of the description find the same.
func TestRacesAreWhatASecondReadingFinds(t *testing.T) {
	const most = 40_000
	bounds := state.Bounds{States: 1 << 20, Bytes: 1 << 30}
	seen, smaller := map[string]int{}, 0
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 17))
		g := randomRace(r)
		some, more := uint32(r.IntN(1<<18)), uint32(r.IntN(1<<18))
		has := some | more
		things, programs, starts := g.Parts()
		second := &reader{things, programs, func(name string) bool { return explore.Has(has, name) }}
		var from []raced
		for _, b := range starts {
			which, states := b.Is()
			s := raced{things: make([]racedThing, len(things))}
			for i, v := range states {
				s.things[i].state = v
			}
			for run, p := range which {
				ops, claims := programs[p].Is()
				where := "goes"
				if len(claims) > 0 {
					where = "looks"
				}
				s.runs[run] = racedRun{program: p, where: where, acted: make([]int, len(ops)), undone: make([]int, len(ops))}
			}
			from = append(from, s)
		}
		want, whole := second.all(from, most)
		if !whole {
			t.Fatalf("race %d is too large", seed)
		}
		reduced, plain := g.Models(has)
		few, _ := everything(reduced, most)
		many, ok := everything(plain, most)
		if !ok {
			t.Fatalf("race %d is too large", seed)
		}
		names := func(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }
		if w := slices.Sorted(maps.Keys(want)); !slices.Equal(names(many), w) || !slices.Equal(names(few), w) {
			t.Fatalf("race %d: reduced %v, in full %v, a second reading %v\n%+v\n%+v\n%+v", seed, few, many, w, things, programs, starts)
		}
		agrees(t, fmt.Sprintf("race %d", seed), state.Search(reduced, bounds), few)
		for what := range want {
			seen[what]++
		}
		if len(want) == 0 {
			seen["holds"]++
		}
		if a, b := state.Search(reduced, bounds), state.Search(plain, bounds); a.Violation == nil && a.States < b.States {
			smaller++
		}
	}
	if len(seen) < 8 || smaller < 50 {
		t.Errorf("only %v was met, and %d were smaller", seen, smaller)
	}
	t.Logf("%v, %d smaller", seen, smaller)
}
