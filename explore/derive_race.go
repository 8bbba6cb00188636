package explore

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
	"plumb.dev/plumb/fact"
)

// What is read of a design for races: who writes what, in which order.

// runner is a run as the design has it: a saga, a use case in one transaction, a
// timer.
type runner struct {
	useCase arch.Path
	name    string
	// alone: no second one is under way at the same time.
	alone bool
	saga  bool
	steps []taken
	// written is all that its steps write.
	written []written
	// alike are the names of others that do the same, see standing.
	alike []string
}

// taken is a step of a run.
type taken struct {
	name, place string
	useCase     arch.Path
	undoneBy    arch.Path
	writes      []written
	undo, fails bool
	before      bool // not after the pivot
	sent        bool // as of an op
}

// written is what a step does to one aggregate.
type written struct {
	of                        arch.Path
	creates, changes, deletes bool
	moves                     [][2]string
	keys                      []string
}

// bounds of what is put together: larger races are not explored, and said not to be.
const (
	mostThings = 6
	mostStarts = 4096
	mostPairs  = 4096
)

// races finds which runs meet on one instance of something that both write. Each
// pair is followed with all that both write, and told under the first of it.
func (d deriver) races() []*protocol {
	all := standing(d.runners())
	groups := map[arch.Path]*meetings{}
	var order []arch.Path
	for i := range all {
		for j := i; j < len(all); j++ {
			if i == j && all[i].alone {
				continue
			}
			shared := meet(&all[i], &all[j], i == j)
			if len(shared) == 0 {
				continue
			}
			first := shared[0].of
			if groups[first] == nil {
				groups[first] = &meetings{d: d, of: first}
				order = append(order, first)
			}
			groups[first].pair(&all[i], &all[j], shared)
		}
	}
	slices.Sort(order)
	var out []*protocol
	for _, of := range order {
		if p := groups[of].protocol(); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// standing keeps of single transactions that write the same in the same way the first
// to stand for all; those that undo a step of a saga stand for themselves.
func standing(all []runner) []runner {
	undoes := map[arch.Path]bool{}
	for i := range all {
		for _, st := range all[i].steps {
			undoes[st.undoneBy] = true
		}
	}
	var out []runner
	first := map[string]int{}
	for _, r := range all {
		if r.saga || r.alone || len(r.steps) > 1 || undoes[r.useCase] {
			out = append(out, r)
			continue
		}
		key := fmt.Sprintf("%+v", r.written)
		if i, known := first[key]; known {
			out[i].alike = append(out[i].alike, r.name)
			continue
		}
		first[key] = len(out)
		out = append(out, r)
	}
	return out
}

// common is something two runs meet on: an instance of an aggregate, or a unique key.
type common struct {
	of  arch.Path
	key string
}

// meet lists what two runs can meet on, in the order of their names. A run that
// creates something meets on it whoever finds it later, never one that creates
// another; two that create meet on a unique key.
func meet(a, b *runner, same bool) []common {
	var out []common
	add := func(c common) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	wa, wb := a.written, b.written
	makes := func(list []written, of arch.Path) bool {
		return slices.ContainsFunc(list, func(w written) bool { return w.of == of && w.creates })
	}
	for i := range wa {
		for j := range wb {
			x, y := &wa[i], &wb[j]
			if x.of != y.of {
				continue
			}
			for _, k := range x.keys {
				if slices.Contains(y.keys, k) {
					add(common{x.of, k})
				}
			}
			if !(makes(wa, x.of) && makes(wb, x.of)) && (len(x.moves) > 0 || x.changes || x.deletes || x.creates) && (len(y.moves) > 0 || y.changes || y.deletes || y.creates) {
				add(common{x.of, ""})
			}
		}
	}
	slices.SortFunc(out, func(x, y common) int { return cmp.Or(cmp.Compare(x.of, y.of), cmp.Compare(x.key, y.key)) })
	return out
}

func (r *runner) all() []written {
	var out []written
	for i := range r.steps {
		out = append(out, r.steps[i].writes...)
	}
	return out
}

// runners are the runs of a design that write something: sagas, use cases that start
// by themselves and whose promise one transaction keeps, and timers.
func (d deriver) runners() []runner {
	var out []runner
	sagas := map[arch.Path]bool{}
	for i := range d.a.Sagas {
		s := &d.a.Sagas[i]
		sagas[s.UseCase] = true
		if len(s.Steps) <= maxSteps {
			out = append(out, d.sagaRunner(s))
		}
	}
	alone := map[arch.Path]bool{}
	for i := range d.a.Jobs {
		if j := &d.a.Jobs[i]; j.Exclusive && j.UseCase != "" {
			alone[j.UseCase] = true
		}
	}
	for i := range d.a.Flows {
		f := &d.a.Flows[i]
		if f.Starts == "step" || sagas[f.UseCase] {
			continue
		}
		r := runner{useCase: f.UseCase, name: phrase(f.UseCase), alone: f.Starts == "schedule" && alone[f.UseCase]}
		if st := (taken{name: r.name, useCase: f.UseCase, writes: d.writesOf(f.UseCase, ""), sent: f.Starts != "schedule" && !d.recognised(f.UseCase)}); len(st.writes) > 0 {
			st.place = d.placeOf(st.writes[0].of)
			r.steps = []taken{st}
			out = append(out, r)
		}
	}
	for i := range d.a.Machines {
		m := &d.a.Machines[i]
		for _, t := range m.Moves {
			if t.After.Known() {
				name := fmt.Sprintf("the timer of %s %s", fact.Phrase(t.From), phrase(m.Of))
				out = append(out, runner{name: name, alone: true, steps: []taken{{name: name, place: string(m.Context), writes: []written{{of: m.Of, moves: [][2]string{{t.From, t.To}}}}}}})
			}
		}
	}
	for i := range out {
		out[i].written = out[i].all()
	}
	slices.SortStableFunc(out, func(x, y runner) int { return strings.Compare(x.name, y.name) })
	return out
}

// recognised reports whether a second request for a use case, or a second event that it
// reacts to, is known by its key wherever it comes.
func (d deriver) recognised(u arch.Path) bool {
	comes, known := false, true
	for i := range d.a.Operations {
		if op := &d.a.Operations[i]; op.UseCase == u {
			comes, known = true, known && op.Idempotency != nil
		}
	}
	for i := range d.a.Channels {
		for j := range d.a.Channels[i].Subscribers {
			if s := &d.a.Channels[i].Subscribers[j]; slices.Contains(s.UseCases, u) {
				comes, known = true, known && s.Inbox
			}
		}
	}
	return comes && known
}

// sagaRunner is a saga step by step.
func (d deriver) sagaRunner(s *arch.Saga) runner {
	r := runner{useCase: s.UseCase, name: phrase(s.UseCase), saga: true}
	for i := range d.a.Jobs {
		r.alone = r.alone || d.a.Jobs[i].Exclusive && d.a.Jobs[i].UseCase == s.UseCase
	}
	names := acts{owner: string(s.Owner), saga: s}
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Kind == "check" {
			continue
		}
		local := st.Context == s.Owner && st.External == ""
		t := taken{
			name: st.Name, place: names.place(i), useCase: st.UseCase, undoneBy: st.Compensation,
			undo: i < s.Pivot && (st.Compensation != "" || local), fails: st.Kind != "retriable", before: i <= s.Pivot, sent: st.Context != s.Owner && st.External == "",
		}
		for _, w := range d.writesOf(st.UseCase, st.UseCase) {
			if d.writtenAt(s, st.UseCase, w.of) == i {
				t.writes = append(t.writes, w)
			}
		}
		r.steps = append(r.steps, t)
	}
	return r
}

// writtenAt is the step of a saga in which a use case writes an aggregate: the last of
// its steps in the aggregate's own context, one without an external before others;
// without such a step, the last of its steps in the store of the saga.
func (d deriver) writtenAt(s *arch.Saga, u, of arch.Path) int {
	home := d.placeOf(of)
	best, rank := -1, -1
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.UseCase != u {
			continue
		}
		k := 0
		if string(st.Context) == home {
			k += 2
		}
		if st.External == "" {
			k++
		}
		if k >= rank {
			best, rank = i, k
		}
	}
	return best
}

// placeOf is the context that owns an aggregate.
func (d deriver) placeOf(of arch.Path) string {
	for i := range d.a.Contexts {
		if slices.Contains(d.a.Contexts[i].Aggregates, of) {
			return string(d.a.Contexts[i].ID)
		}
	}
	return arch.Short(of)
}

// writesOf is what a use case writes in a transaction of its own; only, unless empty,
// leaves out what its steps do.
func (d deriver) writesOf(u, only arch.Path) []written {
	var out []written
	for i := range d.a.Stores {
		for j := range d.a.Stores[i].Aggregates {
			g := &d.a.Stores[i].Aggregates[j]
			w := written{of: g.Of}
			for _, by := range g.Writers {
				if by.UseCase != u || only != "" && by.Step != "" {
					continue
				}
				w.creates = w.creates || slices.Contains(by.Does, "creates")
				w.deletes = w.deletes || slices.Contains(by.Does, "deletes")
				// What many take of is changed under its own guard, see contention.
				w.changes = w.changes || slices.Contains(by.Does, "changes") && g.Contention == nil
				w.keys = append(w.keys, by.Keys...)
				if slices.Contains(by.Does, "moves") {
					w.moves = append(w.moves, d.movesOf(g.Of, cmp.Or(by.Step, by.UseCase))...)
				}
			}
			if w.creates || w.deletes || w.changes || len(w.moves) > 0 {
				out = append(out, w)
			}
		}
	}
	return out
}

func (d deriver) movesOf(of, by arch.Path) [][2]string {
	var out [][2]string
	if m := d.machine(of); m != nil {
		for _, t := range m.Moves {
			if slices.Contains(t.By, by) {
				out = append(out, [2]string{t.From, t.To})
			}
		}
	}
	return out
}

func (d deriver) machine(of arch.Path) *arch.StateMachine {
	for i := range d.a.Machines {
		if d.a.Machines[i].Of == of {
			return &d.a.Machines[i]
		}
	}
	return nil
}

// meetings puts the pairs together that meet on one thing.
type meetings struct {
	d      deriver
	of     arch.Path
	things []common
	race   race
	words  racing
	known  map[string]int  // programs by what they are
	met    map[[2]int]bool // pairs of programs, and whether they can meet
	pairs  int
	runs   []string
	large  bool
}

// pair adds two runs that meet on some things.
func (g *meetings) pair(a, b *runner, shared []common) {
	if g.pairs++; g.pairs > mostPairs {
		g.large = true
	}
	if g.large {
		return
	}
	at := map[common]int{}
	for _, c := range shared {
		i := slices.Index(g.things, c)
		if i < 0 {
			i = len(g.things)
			g.things = append(g.things, c)
			g.race.things = append(g.race.things, g.d.thing(c))
			g.words.things = append(g.words.things, g.d.thingWords(c))
		}
		at[c] = i
	}
	if len(g.things) > mostThings {
		g.large = true
		return
	}
	pa, wa := g.d.program(a, at)
	pb, wb := g.d.program(b, at)
	link(&pa, &wa, &pb, &wb, a != b)
	ia, ib := g.add(pa, wa, a.alone), g.add(pb, wb, b.alone)
	if g.met == nil {
		g.met = map[[2]int]bool{}
	}
	met, known := g.met[[2]int{ia, ib}]
	if !known {
		starts, all := g.starts(ia, ib, at)
		met = len(starts) > 0
		g.met[[2]int{ia, ib}] = met
		g.race.starts = append(g.race.starts, starts...)
		g.large = g.large || !all || len(g.race.starts) > mostStarts
	}
	if !met {
		return
	}
	for _, r := range []*runner{a, b} {
		if !slices.Contains(g.runs, r.name) {
			g.runs = append(append(g.runs, r.name), r.alike...)
		}
	}
}

// add finds the program that does the same, or adds one. Of runs that do the same the
// first stands for all, unless it is never under way twice.
func (g *meetings) add(p program, w programWords, alone bool) int {
	if g.known == nil {
		g.known = map[string]int{}
	}
	key := fmt.Sprintf("%+v", p)
	if alone {
		key += w.run
	}
	i, ok := g.known[key]
	if !ok {
		i = len(g.race.programs)
		g.known[key] = i
		g.race.programs = append(g.race.programs, p)
		g.words.programs = append(g.words.programs, w)
	}
	return i
}

// thing is the lifecycle of something that runs meet on.
func (d deriver) thing(c common) thing {
	if c.key != "" {
		return thing{key: true, moves: [][2]byte{{0, 1}}}
	}
	var t thing
	m := d.machine(c.of)
	if m == nil {
		t.moves = [][2]byte{{0, 1}, {1, gone}}
	} else {
		for _, mv := range m.Moves {
			t.moves = append(t.moves, [2]byte{number(m, mv.From), number(m, mv.To)})
		}
		for s := range m.States { // made, moved on in the same transaction; deleted
			t.moves = append(t.moves, [2]byte{0, byte(s + 1)}, [2]byte{byte(s + 1), gone})
		}
	}
	if dec := d.a.Decision(arch.DecisionID(arch.Short(c.of) + ".concurrency")); dec != nil && dec.Choice == "last-wins" {
		t.loses = true
	}
	return t
}

func number(m *arch.StateMachine, s string) byte { return byte(slices.Index(m.States, s) + 1) }

// program is what a run does to the things that it shares with another, between
// effects of its own.
func (d deriver) program(r *runner, at map[common]int) (program, programWords) {
	var p program
	words := programWords{run: r.name}
	made := map[int]bool{}
	claims := map[int][]byte{}
	for i := range r.steps {
		st := &r.steps[i]
		o := op{undo: st.undo, fails: st.fails && r.saga, ends: st.before && r.saga, sent: st.sent}
		var layers [][]access // the moves of one step that follow each other
		for _, w := range st.writes {
			for k, list := range d.accesses(&w, at) {
				if k == len(layers) {
					layers = append(layers, nil)
				}
				layers[k] = append(layers[k], list...)
			}
		}
		if st.undoneBy != "" && len(layers) > 0 {
			for _, w := range d.writesOf(st.undoneBy, st.undoneBy) {
				for _, list := range d.accesses(&w, at) {
					for _, a := range list {
						if len(a.moves) > 0 && !a.change {
							o.back = append(o.back, a)
						}
					}
				}
			}
		}
		if len(layers) == 0 {
			p.ops, words.ops = append(p.ops, o), append(words.ops, opWords{st.name, st.place, st.useCase, st.undoneBy})
		}
		for k, list := range layers {
			acc := o
			acc.access = list
			acc.optional = k > 0 && !follows(layers[k-1], list)
			acc.fails = o.fails && k == 0
			acc.sent = o.sent && len(layers) == 1 // what takes several transactions goes on by itself
			p.ops, words.ops = append(p.ops, acc), append(words.ops, opWords{st.name, st.place, st.useCase, st.undoneBy})
			for _, a := range list {
				for _, mv := range a.moves {
					made[a.thing] = made[a.thing] || mv[0] == 0
				}
				if _, known := claims[a.thing]; !known && len(a.moves) > 0 {
					var from []byte
					for _, mv := range a.moves {
						from = append(from, mv[0])
					}
					claims[a.thing] = from
				}
			}
		}
	}
	if len(p.ops) > 1 {
		for _, i := range slices.Sorted(maps.Keys(claims)) {
			if !made[i] {
				p.claims = append(p.claims, claim{i, claims[i]})
			}
		}
	}
	return p, words
}

// follows reports whether moves always lead to where the next ones begin.
func follows(before, next []access) bool {
	for _, a := range before {
		for _, mv := range a.moves {
			if !slices.ContainsFunc(next, func(b access) bool { return b.thing == a.thing && leaves(b.moves, mv[1]) }) {
				return false
			}
		}
	}
	return true
}

// accesses are what a step does to one aggregate, as far as it is shared: moves that
// follow each other in one after the other.
func (d deriver) accesses(w *written, at map[common]int) [][]access {
	var out [][]access
	if i, ok := at[common{w.of, ""}]; ok {
		m := d.machine(w.of)
		var moves [][2]byte
		switch {
		case w.creates && m == nil:
			moves = [][2]byte{{0, 1}}
		case w.creates:
			moves = [][2]byte{{0, number(m, m.Initial)}}
		}
		if len(moves) > 0 {
			out = append(out, []access{{thing: i, moves: moves}})
		}
		if w.changes {
			if len(out) == 0 {
				out = append(out, nil)
			}
			if !w.creates {
				out[0] = append(out[0], access{thing: i, change: true})
			}
		}
		for k, layer := range layersOf(w.moves) {
			var bytes [][2]byte
			for _, mv := range layer {
				if k == 0 && w.creates && mv[0] == m.Initial { // made and moved on in one
					bytes = append(bytes, [2]byte{0, number(m, mv[1])})
				} else {
					bytes = append(bytes, [2]byte{number(m, mv[0]), number(m, mv[1])})
				}
			}
			if k == 0 && bytes[0][0] == 0 {
				out[0][0].moves = bytes
			} else {
				out = append(out, []access{{thing: i, moves: bytes}})
			}
		}
		if w.deletes {
			t := d.thing(common{w.of, ""})
			var ends [][2]byte
			for _, mv := range t.moves {
				if mv[1] == gone {
					ends = append(ends, mv)
				}
			}
			out = append(out, []access{{thing: i, moves: ends}})
		}
	}
	for _, k := range w.keys {
		if i, ok := at[common{w.of, k}]; ok {
			if len(out) == 0 {
				out = append(out, nil)
			}
			out[0] = append(out[0], access{thing: i, moves: [][2]byte{{0, 1}}})
		}
	}
	return out
}

// layersOf puts the moves of a use case one after the other where one leads to the
// next; where they lead in a circle, each is one by itself.
func layersOf(moves [][2]string) [][][2]string {
	rest := slices.Clone(moves)
	var out [][][2]string
	for len(rest) > 0 {
		var layer, later [][2]string
		for _, m := range rest {
			if slices.ContainsFunc(rest, func(x [2]string) bool { return x[1] == m[0] }) {
				later = append(later, m)
			} else {
				layer = append(layer, m)
			}
		}
		if len(layer) == 0 {
			return [][][2]string{moves}
		}
		out, rest = append(out, layer), later
	}
	return out
}

// link ties the ops of one run that undo those of the other. What a run itself is
// about, up to its pivot, it must find.
func link(a *program, wa *programWords, b *program, wb *programWords, differ bool) {
	tie := func(p *program, wp *programWords, q *program, wq *programWords) {
		for i := range p.ops {
			for j := range q.ops {
				if wq.ops[j].undoneBy != "" && wq.ops[j].undoneBy == wp.ops[i].useCase && p.ops[i].undoes == 0 && !q.ops[j].seen && undoesThis(&p.ops[i], &q.ops[j]) && (len(p.ops[i].access) == 0 || !p.ops[i].ends) {
					p.ops[i].undoes, q.ops[j].seen = j+1, true
				}
			}
		}
	}
	if differ {
		tie(a, wa, b, wb)
		tie(b, wb, a, wa)
	}
	merge(a, wa, b)
	merge(b, wb, a)
}

// undoesThis tells an undo of what a step did from one that concerns another thing:
// what moves a shared thing undoes what made or moved the same.
func undoesThis(undo, did *op) bool {
	if len(undo.access) == 0 || len(did.access) == 0 {
		return len(undo.access) == len(did.access)
	}
	return undo.access[0].thing == did.access[0].thing
}

// merge makes one of effects that follow each other and concern nobody else.
func merge(p *program, w *programWords, other *program) {
	var ops []op
	var words []opWords
	became := make([]int, len(p.ops))
	for i := range p.ops {
		o := p.ops[i]
		pure := len(o.access) == 0 && !o.seen && o.undoes == 0
		if n := len(ops); pure && n > 0 {
			if last := &ops[n-1]; len(last.access) == 0 && !last.seen && last.undoes == 0 && last.undo == o.undo && last.ends == o.ends {
				last.fails = last.fails || o.fails
				words[n-1].name += ", " + w.ops[i].name
				became[i] = n - 1
				continue
			}
		}
		became[i] = len(ops)
		ops, words = append(ops, o), append(words, w.ops[i])
	}
	for k := range other.ops {
		if j := other.ops[k].undoes; j > 0 {
			other.ops[k].undoes = became[j-1] + 1
		}
	}
	p.ops, w.ops = ops, words
	// What only undoes need not be there.
	p.claims = slices.DeleteFunc(p.claims, func(c claim) bool {
		for i := range ops {
			if slices.ContainsFunc(ops[i].access, func(a access) bool { return a.thing == c.thing && len(a.moves) > 0 }) {
				return ops[i].undoes > 0
			}
		}
		return false
	})
}

// starts are the states of the shared things from which one run can be carried out
// alone, and the other then or at some moment of it; false when there are too many to
// try.
func (g *meetings) starts(a, b int, at map[common]int) ([]begun, bool) {
	var touched []int
	for _, c := range slices.SortedFunc(maps.Keys(at), func(x, y common) int { return at[x] - at[y] }) {
		touched = append(touched, at[c])
	}
	combos := [][]byte{make([]byte, len(g.things))}
	for _, t := range touched {
		states := []byte{0}
		for _, mv := range g.race.things[t].moves {
			if mv[1] != gone && !g.race.things[t].key && !slices.Contains(states, mv[1]) {
				states = append(states, mv[1])
			}
		}
		slices.Sort(states)
		var next [][]byte
		for _, c := range combos {
			for _, v := range states {
				n := slices.Clone(c)
				n[t] = v
				next = append(next, n)
			}
		}
		if combos = next; len(combos) > mostStarts {
			return nil, false
		}
	}
	var out []begun
	for _, c := range combos {
		if g.possible(c, a, b) || g.possible(c, b, a) {
			out = append(out, begun{[2]int{a, b}, c})
		}
	}
	return out, true
}

// possible reports whether a run can be carried out alone, and another from one of
// the states it passes.
func (g *meetings) possible(states []byte, first, second int) bool {
	alone := func(p int, from []byte, each func([]byte)) bool {
		at := [][]byte{from}
		for _, o := range g.race.programs[p].ops {
			var next [][]byte
			for _, s := range at {
				each(s)
				next = append(next, solo(&o, s)...)
			}
			if at = next; len(at) == 0 {
				return false
			}
		}
		for _, s := range at {
			each(s)
		}
		return true
	}
	var passed [][]byte
	if !alone(first, states, func(s []byte) { passed = append(passed, s) }) {
		return false
	}
	return slices.ContainsFunc(passed, func(s []byte) bool { return alone(second, s, func([]byte) {}) })
}

// solo is what an op makes of things when nobody else is there; an undo finds nothing
// to undo where there is nothing yet.
func solo(o *op, s []byte) [][]byte {
	out := [][]byte{slices.Clone(s)}
	for _, a := range o.access {
		var next [][]byte
		for _, v := range out {
			if a.change && v[a.thing] != 0 || o.undoes > 0 && v[a.thing] == 0 || o.optional && !leaves(a.moves, v[a.thing]) {
				next = append(next, v)
			}
			for _, mv := range a.moves {
				if mv[0] == v[a.thing] {
					n := slices.Clone(v)
					n[a.thing] = mv[1]
					next = append(next, n)
				}
			}
		}
		out = next
	}
	return out
}

// protocol is what is explored of the pairs; nil when none can be under way at once.
func (g *meetings) protocol() *protocol {
	if len(g.race.starts) == 0 && !g.large {
		return nil
	}
	r, thing := g.race, phrase(g.of)
	slices.Sort(g.runs)
	p := &protocol{
		Protocol: arch.Protocol{
			ID: "race/" + slug(g.of, ""), Kind: "race", Of: g.of,
			About: fmt.Sprintf("any two of %s at once on one %s", list(someOf(g.runs)), thing),
		},
		bounds: r.bounds(), large: g.large,
	}
	p.Serves = []arch.Path{g.of}
	p.meets = slices.Clone(g.things)
	for _, q := range r.programs {
		for i := range q.ops {
			for _, a := range q.ops[i].access {
				if of := g.things[a.thing].of; a.change && !slices.Contains(p.changes, of) {
					p.changes = append(p.changes, of)
				}
			}
		}
	}
	for _, c := range g.things {
		p.writes = append(p.writes, c.of)
	}
	if g.large {
		p.limit = fmt.Sprintf("races of up to %d pairs over up to %d things from up to %d beginnings are explored", mostPairs, mostThings, mostStarts)
	}
	p.could, p.shape = r.candidates(), r.shape()
	p.build = r.model
	words := g.words
	words.race = &r
	p.say, p.wrong = words.say, words.wrong
	p.how = func(k mechanism) string { return words.how(k, thing) }
	p.has = g.d.guarded(&r, g.things)
	return p
}

// someOf keeps a list readable.
func someOf(names []string) []string {
	const most = 12
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most-1]), fmt.Sprintf("%d more", len(names)-most+1))
}

// guarded are the mechanisms that decisions give a race.
func (d deriver) guarded(r *race, things []common) set {
	has := of(versionCheck, conditionalConfirm, uniqueIndex)
	for _, p := range r.programs {
		for i := range p.ops {
			for _, a := range p.ops[i].access {
				c := things[a.thing]
				dec := d.a.Decision(arch.DecisionID(arch.Short(c.of) + ".concurrency"))
				versioned := dec != nil && (dec.Choice == "etag" || dec.Choice == "version")
				switch {
				case c.key != "":
					if !d.unique(c) {
						has = has.without(uniqueIndex)
					}
				case versioned:
				case a.change && !r.things[a.thing].loses:
					has = has.without(versionCheck)
				default:
					if m, ok := r.comparing(a); ok {
						has = has.without(m)
					}
				}
			}
		}
	}
	return has
}

// unique reports whether the store keeps a key from being there twice.
func (d deriver) unique(c common) bool {
	for i := range d.a.Stores {
		for j := range d.a.Stores[i].Aggregates {
			if g := &d.a.Stores[i].Aggregates[j]; g.Of == c.of {
				return slices.ContainsFunc(g.Unique, func(u string) bool { return strings.Trim(u, "()") == c.key })
			}
		}
	}
	return false
}

// racing names the parties of a race.
type racing struct {
	race     *race
	things   []thingWords
	programs []programWords
}

type thingWords struct {
	name   string
	key    string
	states []string
}

type programWords struct {
	run string
	ops []opWords
}

type opWords struct {
	name, place       string
	useCase, undoneBy arch.Path
}

func (d deriver) thingWords(c common) thingWords {
	w := thingWords{name: phrase(c.of), key: c.key}
	if m := d.machine(c.of); m != nil {
		w.states = m.States
	}
	return w
}

// at says in which state a thing is.
func (w *thingWords) at(s byte) string {
	switch {
	case w.key != "" && s == 0:
		return "free"
	case w.key != "":
		return "taken"
	case s == 0:
		return "not there yet"
	case s == gone:
		return "deleted"
	case int(s) <= len(w.states):
		return fact.Phrase(w.states[s-1])
	}
	return "there"
}

// who names a run; two of one name are told apart.
func (n *racing) who(s []byte, run int) string {
	name := n.programs[s[rProgram+run]].run
	if name == n.programs[s[rProgram+1-run]].run {
		name = fmt.Sprintf("%s %d", name, run+1)
	}
	return name
}

func (n *racing) say(step state.Step, before, after []byte) arch.Line {
	run, i := int(step>>7&1), int(step&127)
	g, words := n.race, &n.programs[before[rProgram+int(step>>7&1)]]
	who := n.who(before, run)
	o := &g.programs[before[rProgram+run]].ops
	line := arch.Line{From: who}
	// target is the thing that an op is about, in words, or the place of its effect.
	target := func(list []access) string {
		if len(list) == 0 {
			return words.ops[min(i, len(words.ops)-1)].place
		}
		return n.thingName(list[0].thing)
	}
	switch step &^ 255 {
	case rLooks, rClaims, rClaimRefused:
		t := g.programs[before[rProgram+run]].claims[i].thing
		now := n.things[t].at(before[g.thingAt(t)+tState])
		line.To, line.Text = n.thingName(t), "looks: it is "+now
		switch step &^ 255 {
		case rClaims:
			line.Text = "marks it as taken: it is " + now
		case rClaimRefused:
			line = arch.Line{From: n.thingName(t), To: who, Text: "is " + now + ": refused before anything was done"}
		}
		return line
	case rReads:
		line.To, line.Text = target((*o)[i].access), "reads: "+n.seen(before, (*o)[i].access)
	case rActs, rWrites:
		line.To, line.Text = target((*o)[i].access), words.ops[i].name
		if moved := n.moved(before, after, (*o)[i].access); moved != "" {
			line.Text += ": " + moved
		} else if len((*o)[i].access) > 0 && step&^255 == rWrites {
			line.Text += ": writes over what it read"
		}
	case rReadsAgain:
		line = arch.Line{From: target((*o)[i].access), To: who, Text: "has changed since it was read: is read again"}
	case rRefuses:
		line = arch.Line{From: target((*o)[i].access), To: who, Text: fmt.Sprintf("refuses %s: %s", words.ops[i].name, n.seen(before, (*o)[i].access))}
	case rShows:
		line = arch.Line{From: target((*o)[i].access), To: who, Text: fmt.Sprintf("refuses %s: %s; a person must see to it", words.ops[i].name, n.seen(before, (*o)[i].access))}
	case rFails:
		line.Text, line.Fault = words.ops[i].name+" is refused: turns back", true
	case rTimeUp:
		line.Text, line.Fault = "time is over: turns back", true
	case rUndo:
		line.To, line.Text = target((*o)[i].access), n.undoing(words, i)
	case rUndoNothing:
		line = arch.Line{From: words.ops[i].place, To: who, Text: "was undone before: the same answer"}
	case rSkips:
		line = arch.Line{From: words.ops[i].place, To: who, Text: words.ops[i].name + " comes after its undo: is not done"}
	case rUndoTheirs:
		line.To, line.Text = target((*o)[i].access), words.ops[i].name
	case rNothingThere:
		line.To, line.Text = target((*o)[i].access), words.ops[i].name+": nothing to undo"
	case rDoubled, rLosesAnswer:
		line.To, line.Text, line.Fault = target((*o)[i].access), words.ops[i].name, true
		if moved := n.moved(before, after, (*o)[i].access); moved != "" {
			line.Text += ": " + moved
		}
		if step&^255 == rDoubled {
			line.Text += "; its message comes a second time"
		} else {
			line.Text += "; the answer is lost"
		}
	case rDoubledUndo:
		line.To, line.Text, line.Fault = target((*o)[i].back), n.undoing(words, i)+"; its message comes a second time", true
	case rCopyComes:
		line.To, line.Text = target((*o)[i].access), "the second message: "+words.ops[i].name
		if moved := n.moved(before, after, (*o)[i].access); moved != "" {
			line.Text += ": " + moved
		}
	case rCopyKnown, rSameAnswer:
		line = arch.Line{From: target((*o)[i].access), To: who, Text: words.ops[i].name + " was done before: the same answer"}
	case rCopyRefused:
		line = arch.Line{From: target((*o)[i].access), To: who, Text: "the second message of " + words.ops[i].name + " changes nothing"}
	case rUndoComes:
		line.To, line.Text = target((*o)[i].back), "the second message: "+n.undoing(words, i)
	}
	return line
}

func (n *racing) undoing(w *programWords, i int) string {
	if u := w.ops[i].undoneBy; u != "" {
		return phrase(u)
	}
	return "takes back " + w.ops[i].name
}

func (n *racing) thingName(t int) string {
	if w := &n.things[t]; w.key != "" {
		return w.name + " by " + w.key
	}
	return n.things[t].name
}

// seen says how the things of an op stand.
func (n *racing) seen(s []byte, list []access) string {
	var out []string
	for _, a := range list {
		w := &n.things[a.thing]
		if text := n.nameBeside(list, a.thing) + "it is " + w.at(s[n.race.thingAt(a.thing)+tState]); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// nameBeside names a thing where an op concerns several.
func (n *racing) nameBeside(list []access, t int) string {
	if slices.ContainsFunc(list, func(a access) bool { return a.thing != t }) {
		return "of " + n.thingName(t) + " "
	}
	return ""
}

// moved says what became of the things of an op.
func (n *racing) moved(before, after []byte, list []access) string {
	var out []string
	for _, a := range list {
		if at := n.race.thingAt(a.thing) + tState; len(a.moves) > 0 && before[at] != after[at] {
			out = append(out, n.nameBeside(list, a.thing)+n.things[a.thing].at(before[at])+" → "+n.things[a.thing].at(after[at]))
		}
	}
	return strings.Join(out, ", ")
}

// wrong puts what is wrong into the words of the two runs.
func (n *racing) wrong(what string, s []byte) string {
	a, b := n.programs[s[rProgram]].run, n.programs[s[rProgram+1]].run
	pair := fmt.Sprintf("%s and %s at once", a, b)
	if a == b {
		pair = fmt.Sprintf("%s twice at once", a)
	}
	for run := range 2 {
		for i := range n.programs[s[rProgram+run]].ops {
			if u := s[n.race.undone(run, i)]; u > 1 || s[n.race.acted(run, i)] > 1 || strings.Contains(what, "a step") && s[n.race.acted(run, i)] > u && n.race.undoneBy(s, 1-run, i) {
				what = strings.Replace(strings.Replace(what, "what was done once", n.programs[s[rProgram+run]].ops[i].name, 1), "a step", n.programs[s[rProgram+run]].ops[i].name, 1)
			}
		}
	}
	return pair + ": " + what
}

func (n *racing) how(k mechanism, thing string) string {
	switch k {
	case conditionalConfirm:
		return fmt.Sprintf("each move of %s %s names the state it starts from in its update; no row changed means somebody was faster", article(thing), thing)
	case versionCheck:
		return fmt.Sprintf("each change of %s %s names the version that was read; no row changed means it is read again", article(thing), thing)
	case uniqueIndex:
		var keys []string
		for i := range n.things {
			if w := &n.things[i]; w.key != "" {
				keys = append(keys, w.name+" ("+w.key+")")
			}
		}
		return "the store refuses a second " + orNobody(keys)
	case duplicateCheck:
		var how []string
		if sent := n.sent(); len(sent) > 0 {
			how = append(how, fmt.Sprintf("the id of what asks for %s is written in the transaction that does it: once, however late it comes again", list(someOf(sent))))
		}
		if len(n.undoers()) > 0 {
			how = append(how, "what undoes a step is written with the id of the run it undoes: once, whoever asks for it")
		}
		return strings.Join(how, "; ")
	case earlyUndo:
		return fmt.Sprintf("%s that finds nothing to undo is remembered by the id of its run; the step that comes after it does nothing", orNobody(n.undoers()))
	case semanticLock:
		return fmt.Sprintf("%s first mark what they will move with the id of the run, where it is in the right state and unmarked; the end of the run takes the mark away", list(n.lockers()))
	}
	return catalogue[k].does
}

// lockers are the runs that take a lock.
func (n *racing) lockers() []string {
	var out []string
	for i, p := range n.race.programs {
		if w := n.programs[i].run; len(p.claims) > 0 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// sent are the steps whose messages may come twice.
func (n *racing) sent() []string {
	var out []string
	for i, p := range n.race.programs {
		for k := range p.ops {
			if w := n.programs[i].ops[k].name; p.ops[k].matters() && p.ops[k].undoes == 0 && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	slices.Sort(out)
	return out
}

// undoers are the steps that undo those of another run.
func (n *racing) undoers() []string {
	var out []string
	for i, p := range n.race.programs {
		for k := range p.ops {
			if w := n.programs[i].ops[k].name; p.ops[k].undoes > 0 && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	slices.Sort(out)
	return out
}
