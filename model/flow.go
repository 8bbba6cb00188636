package model

import (
	"slices"

	"plumb.dev/plumb/fact"
)

// How often things happen follows from what was written and from what starts what:
// a use case that runs on an event runs as often as the event comes; an aggregate
// comes to be as often as its creators run. These flows depend on each other, so
// planning them sorts aggregates, events and use cases such that each comes after
// what it depends on. Dependencies that go round in a circle are cut: whoever runs
// in a loop runs as often as what starts the loop from outside.

type nodeKind uint8

const (
	nodeAggregate nodeKind = iota
	nodeEvent
	nodeUseCase
)

type flowNode struct {
	kind  nodeKind
	index int
}

// sources say from what the load of a use case follows. Indexes are those of the
// model's slices.
type sources struct {
	// rule tells how requests of actors are counted when no load was written.
	rule  loadRule
	about int // the aggregate of the rule
	// exceptions counts, per lifecycle step on that aggregate, the transitions off
	// the main path that lead to it, see branch.go.
	exceptions []int
	// events, follows, undoes and timers start it.
	events  []int
	follows []followSource
	undoes  []int
	timers  []timerSource
	// counted is the aggregate whose stated volume gives its average, -1 for none:
	// the one it creates, or the one it moves.
	counted int
	// shares tells that others create it too: beside are those with a peak of their
	// own, and the volume is what all of them make.
	shares bool
	beside []int
	// peaks and averages are the inputs of the derived facts.
	peaks, averages []fact.ID
	who             population
}

type loadRule uint8

const (
	ruleNone     loadRule = iota // nobody asks
	ruleWritten                  // peak or average was written
	rulePer                      // so many per instance of an aggregate
	ruleCreates                  // as often as what it creates comes to be
	ruleMoves                    // as often as instances pass the step it performs
	ruleAccounts                 // so many per account and day
)

type followSource struct{ useCase, step int }
type timerSource struct{ aggregate, timer int }

// population is the kind of whoever asks.
type population uint8

const (
	people population = iota
	staff
	machines
)

func populationOf(channels []string) population {
	switch {
	case slices.Contains(channels, "web") || slices.Contains(channels, "mobile"):
		return people
	case slices.Contains(channels, "staff"):
		return staff
	}
	return machines
}

// plan settles, once per input, how each flow will be worked out and in which
// order.
func (o *Bound) plan() {
	m := &o.skeleton
	for i := range o.useCases {
		o.planUseCase(i)
	}
	for _, a := range m.Aggregates {
		if a.States == nil {
			continue
		}
		for j, t := range a.States.Timers {
			if t.Does != nil {
				s := &o.useCases[t.Does.index].sources
				s.timers = append(s.timers, timerSource{a.index, j})
			}
		}
	}
	for i, a := range m.Aggregates {
		in := &o.aggregates[i]
		for _, u := range a.CreatedBy {
			s := &o.useCases[u.index].sources
			if !in.grows && !(s.rule == ruleCreates && s.about == i) {
				in.creators = append(in.creators, u.index)
			}
		}
	}
	g := flowGraph{o: o}
	g.sort()
	for i := range o.useCases {
		o.flowInputs(i)
		o.useCaseFacts(i)
	}
	for i := range o.aggregates {
		o.aggregateFacts(i)
	}
	for i := range o.events {
		for _, u := range o.events[i].tellers {
			o.events[i].tellerFacts = append(o.events[i].tellerFacts, o.useCases[u].average.id)
		}
	}
}

func (o *Bound) planUseCase(i int) {
	u, in := o.skeleton.UseCases[i], &o.useCases[i]
	s := &in.sources
	s.counted = -1
	for _, a := range u.By {
		s.who = max(s.who, populationOf(a.Channels))
	}
	if slices.ContainsFunc(u.By, func(a *Actor) bool { return populationOf(a.Channels) == people }) {
		s.who = people
	} else if len(u.By) == 0 && len(u.ByExternals) > 0 {
		s.who = machines
	}
	for _, e := range u.On {
		s.events = append(s.events, e.index)
	}
	for _, v := range u.FollowsUp {
		for j, f := range v.Then {
			if f.UseCase == u {
				s.follows = append(s.follows, followSource{v.index, j})
			}
		}
	}
	for _, v := range u.Undoes {
		s.undoes = append(s.undoes, v.index)
	}
	o.loadRule(u, in)
}

// loadRule picks how the requests of actors are counted.
func (o *Bound) loadRule(u *UseCase, in *useCaseInput) {
	s := &in.sources
	for _, a := range u.Creates {
		if o.aggregates[a.index].volume.said && o.soleCreator(u, a) {
			s.counted = a.index
			break
		}
	}
	o.sharedVolume(u, in)
	creates, moved := s.counted >= 0, -1
	if !creates {
		moved = o.mainMoves(u, s)
	}
	if moved >= 0 && o.aggregates[moved].grows {
		s.counted = moved
	}
	switch {
	case in.peak.said || in.average.said:
		s.rule = ruleWritten
	case in.per.said:
		s.rule, s.about = rulePer, u.PerName.index
	case !u.Asked():
		s.rule = ruleNone
	case creates:
		s.rule, s.about = ruleCreates, s.counted
	case moved >= 0:
		s.rule, s.about = ruleMoves, moved
	default:
		s.rule = ruleAccounts
	}
}

// sharedVolume finds the aggregate whose stated rate of coming bounds the average of a
// use case that creates it at a written peak, besides others that do.
func (o *Bound) sharedVolume(u *UseCase, in *useCaseInput) {
	s := &in.sources
	if !in.peak.said || in.items.said {
		return
	}
	for _, a := range u.Creates {
		if !o.aggregates[a.index].grows || s.counted >= 0 && s.counted != a.index {
			continue
		}
		if len(a.CreatedBy) < 2 {
			continue
		}
		s.counted, s.shares = a.index, true
		for _, v := range a.CreatedBy {
			if w := &o.useCases[v.index]; v != u && w.peak.said && !w.items.said {
				s.beside = append(s.beside, v.index)
			}
		}
		return
	}
}

// mainMoves picks, of the aggregates a use case moves, the one on whose main path
// it lies, -1 when it moves none, and keeps how far off that path its steps are.
func (o *Bound) mainMoves(u *UseCase, s *sources) int {
	best, about := -1, -1
	for _, a := range movedBy(u) {
		steps := exceptionsOf(a, u)
		if fewest := slices.Min(steps); best < 0 || fewest < best {
			best, about, s.exceptions = fewest, a.index, steps
		}
	}
	return about
}

// soleCreator reports whether all instances of an aggregate come from one use
// case, others being told apart by a load of their own.
func (o *Bound) soleCreator(u *UseCase, a *Aggregate) bool {
	for _, v := range a.CreatedBy {
		if v != u && (!v.Asked() || !o.useCases[v.index].writtenLoad()) {
			return false
		}
	}
	in := &o.useCases[u.index]
	return !in.items.said
}

// flowGraph sorts the nodes (Tarjan's algorithm: strongly connected components
// come out after those they depend on).
type flowGraph struct {
	o     *Bound
	index map[flowNode]int
	low   map[flowNode]int
	group map[flowNode]int
	stack []flowNode
	next  int
	done  int
}

func (g *flowGraph) sort() {
	g.index, g.low, g.group = map[flowNode]int{}, map[flowNode]int{}, map[flowNode]int{}
	for i := range g.o.useCases {
		g.start(flowNode{nodeUseCase, i})
	}
	for i := range g.o.aggregates {
		g.start(flowNode{nodeAggregate, i})
	}
	for i := range g.o.events {
		g.start(flowNode{nodeEvent, i})
	}
	g.cut()
}

func (g *flowGraph) start(n flowNode) {
	if g.index[n] == 0 {
		g.visit(n)
	}
}

func (g *flowGraph) visit(n flowNode) {
	g.next++
	g.index[n], g.low[n] = g.next, g.next
	g.stack = append(g.stack, n)
	for _, d := range g.dependencies(n) {
		switch {
		case g.index[d] == 0:
			g.visit(d)
			g.low[n] = min(g.low[n], g.low[d])
		case g.group[d] == 0:
			g.low[n] = min(g.low[n], g.index[d])
		}
	}
	if g.low[n] != g.index[n] {
		return
	}
	g.done++
	for {
		top := g.stack[len(g.stack)-1]
		g.stack = g.stack[:len(g.stack)-1]
		g.group[top] = g.done
		g.o.order = append(g.o.order, top)
		if top == n {
			return
		}
	}
}

// dependencies of a node: what must be known before it.
func (g *flowGraph) dependencies(n flowNode) []flowNode {
	var out []flowNode
	m := &g.o.skeleton
	switch n.kind {
	case nodeAggregate:
		for _, u := range g.o.aggregates[n.index].creators {
			out = append(out, flowNode{nodeUseCase, u})
		}
	case nodeEvent:
		if !g.o.events[n.index].rate.said {
			for _, u := range m.Events[n.index].EmittedBy {
				out = append(out, flowNode{nodeUseCase, u.index})
			}
		}
	case nodeUseCase:
		in := &g.o.useCases[n.index]
		s := &in.sources
		if s.counted >= 0 {
			out = append(out, flowNode{nodeAggregate, s.counted})
		}
		if s.rule == rulePer || s.rule == ruleMoves {
			out = append(out, flowNode{nodeAggregate, s.about})
		}
		if s.rule == ruleWritten {
			break
		}
		for _, e := range s.events {
			out = append(out, flowNode{nodeEvent, e})
		}
		for _, f := range s.follows {
			out = append(out, flowNode{nodeUseCase, f.useCase})
		}
		for _, u := range s.undoes {
			out = append(out, flowNode{nodeUseCase, u})
		}
		for _, t := range s.timers {
			out = append(out, flowNode{nodeAggregate, t.aggregate})
		}
	}
	return out
}

// cut drops every dependency inside a circle, all of them alike, so that neither
// names nor the order of declarations decide which one gives way.
func (g *flowGraph) cut() {
	inside := func(n flowNode, kind nodeKind, index int) bool {
		return g.group[n] == g.group[flowNode{kind, index}]
	}
	for i := range g.o.aggregates {
		n, in := flowNode{nodeAggregate, i}, &g.o.aggregates[i]
		in.creators = slices.DeleteFunc(in.creators, func(u int) bool { return inside(n, nodeUseCase, u) })
	}
	for i := range g.o.events {
		n := flowNode{nodeEvent, i}
		for _, u := range g.o.skeleton.Events[i].EmittedBy {
			if !inside(n, nodeUseCase, u.index) {
				g.o.events[i].tellers = append(g.o.events[i].tellers, u.index)
			}
		}
	}
	for i := range g.o.useCases {
		n, s := flowNode{nodeUseCase, i}, &g.o.useCases[i].sources
		s.events = slices.DeleteFunc(s.events, func(e int) bool { return inside(n, nodeEvent, e) })
		s.follows = slices.DeleteFunc(s.follows, func(f followSource) bool { return inside(n, nodeUseCase, f.useCase) })
		s.undoes = slices.DeleteFunc(s.undoes, func(u int) bool { return inside(n, nodeUseCase, u) })
		s.timers = slices.DeleteFunc(s.timers, func(t timerSource) bool { return inside(n, nodeAggregate, t.aggregate) })
		if s.counted >= 0 && inside(n, nodeAggregate, s.counted) {
			s.counted = -1
		}
		if (s.rule == rulePer || s.rule == ruleMoves || s.rule == ruleCreates) && inside(n, nodeAggregate, s.about) {
			s.rule = ruleAccounts
		}
	}
}

// flowInputs names the facts from which a derived load follows.
func (o *Bound) flowInputs(i int) {
	in := &o.useCases[i]
	s := &in.sources
	both := func(peak, average fact.ID) {
		s.peaks = append(s.peaks, peak)
		s.averages = append(s.averages, average)
	}
	for _, e := range s.events {
		both(o.events[e].rate.id, o.events[e].rate.id)
	}
	for _, f := range s.follows {
		v := &o.useCases[f.useCase]
		both(v.peak.id, v.average.id)
	}
	for _, u := range s.undoes {
		v := &o.useCases[u]
		both(v.peak.id, v.average.id)
		both(v.undone.id, v.undone.id)
	}
	for _, t := range s.timers {
		id := o.aggregates[t.aggregate].timers[t.timer].share.id
		both(id, id)
	}
	switch s.rule {
	case ruleCreates, ruleMoves, rulePer:
		id := o.aggregates[s.about].flowID()
		both(id, id)
	}
	if in.every.said {
		both(in.every.id, in.every.id)
	}
}

// flowID is the fact that says how many instances come.
func (in *aggregateInput) flowID() fact.ID {
	if in.grows {
		return in.volume.id
	}
	return in.inflow.id
}

// aggregateFacts names the inputs of what is derived about an aggregate.
func (o *Bound) aggregateFacts(i int) {
	in := &o.aggregates[i]
	a := o.skeleton.Aggregates[i]
	in.fieldBytes = fieldBytes(a.Fields, 0) + 16
	var written []*Aggregate
	for _, u := range a.ReadBy {
		written = append(written, u.writes()...)
	}
	written = slices.DeleteFunc(unique(written), func(x *Aggregate) bool { return x == a })
	in.dependents = len(written)
	for _, u := range in.creators {
		in.creatorFacts = append(in.creatorFacts, o.useCases[u].average.id)
	}
	in.instanceFacts = []fact.ID{in.flowID(), o.context.horizon.id, o.context.growth.id}
	if in.volume.said && !in.grows {
		in.instanceFacts[0] = in.volume.id
	}
	if in.retained.said {
		in.instanceFacts = append(in.instanceFacts, in.retained.id)
	}
}

// useCaseFacts names the inputs of what is derived about a use case, and sizes its
// request and answer: a write sends what it takes and, when it creates, all the
// fields; it answers with what it gives, else with what it wrote or reads.
func (o *Bound) useCaseFacts(i int) {
	u, in := o.skeleton.UseCases[i], &o.useCases[i]
	in.sentBytes = fieldBytes(u.Takes, 0)
	for _, a := range u.Creates {
		in.sentBytes += fieldBytes(a.Fields, 0)
	}
	if len(u.Moves) == 0 {
		for _, a := range u.Changes {
			in.sentBytes += fieldBytes(a.Fields, 0) / 2
		}
	}
	in.givenBytes = fieldBytes(u.Gives, 0)
	if len(u.Gives) == 0 {
		answered := u.writes()
		if len(answered) == 0 {
			answered = u.touches()
		}
		for _, a := range answered {
			in.givenBytes += fieldBytes(a.Fields, 0) + 16
		}
	}
	in.byteFacts = []fact.ID{assumptions[requestOverhead].id, assumptions[jsonFactor].id}
	in.workFacts = []fact.ID{in.work.p50.id, assumptions[workTail].id}
	if !in.work.p50.said && in.work.p99.said {
		in.workFacts[0] = in.work.p99.id
	}
	in.batchFacts = []fact.ID{in.items.id, assumptions[workBatchItem].id}
	in.onlineFacts = []fact.ID{in.peak.id, assumptions[sessionLength].id}
	for _, a := range u.By {
		in.onlineFacts = append(in.onlineFacts, o.actors[a.index].online.id)
	}
}
