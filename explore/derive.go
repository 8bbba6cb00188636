package explore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore/state"
	"plumb.dev/plumb/fact"
)

// derive finds the protocols of a design, in the order in which a reader meets them.
func derive(a *arch.Arch) []*protocol {
	d := deriver{a}
	var out []*protocol
	for i := range a.Sagas {
		p := d.saga(&a.Sagas[i])
		r := d.sagaRunner(&a.Sagas[i])
		for _, w := range r.all() {
			p.writes = append(p.writes, w.of)
		}
		out = append(out, p)
	}
	for i := range a.Edges {
		if e := &a.Edges[i]; d.called(e) {
			out = append(out, d.call(e))
		}
	}
	for i := range a.Machines {
		for _, t := range a.Machines[i].Moves {
			if t.After.Known() {
				out = append(out, d.hold(&a.Machines[i], t))
			}
		}
	}
	for i := range a.Externals {
		out = append(out, d.keeps(&a.Externals[i])...)
	}
	for i := range a.Stores {
		for j := range a.Stores[i].Aggregates {
			if s := &a.Stores[i].Aggregates[j]; s.Contention != nil && len(s.Contention.Takers) > 0 {
				out = append(out, d.contention(s))
			}
		}
	}
	for i := range a.Channels {
		ch := &a.Channels[i]
		for j := range ch.Subscribers {
			out = append(out, d.exchanges(ch, &ch.Subscribers[j])...)
		}
	}
	out = append(out, d.races()...)
	for _, p := range out {
		d.given(p)
	}
	return out
}

// given takes over the mechanisms that a design was given before.
func (d deriver) given(p *protocol) {
	p.has &= p.could
	for i := range d.a.Protocols {
		if q := &d.a.Protocols[i]; q.ID == p.ID {
			p.has = 0
			for _, m := range q.Mechanisms {
				if k, ok := named(m.Name); ok {
					p.has = p.has.with(k)
				}
				if m.Added {
					p.Mechanisms = append(p.Mechanisms, m)
				}
			}
		}
	}
}

// deriver reads a design.
type deriver struct{ a *arch.Arch }

func (d deriver) context(id arch.ContextID) *arch.Context {
	i := slices.IndexFunc(d.a.Contexts, func(c arch.Context) bool { return c.ID == id })
	if i < 0 {
		return &arch.Context{ID: id}
	}
	return &d.a.Contexts[i]
}

// told gives a protocol the outbox of a deployable, by its decision.
func (d deriver) told(p *protocol, id arch.DeployableID) {
	dec := d.a.Decision(arch.DecisionID(string(id) + ".outbox"))
	switch {
	case dec == nil:
	case dec.Choice == "outbox" || dec.Choice == "change-capture":
		p.has = p.has.with(outbox)
	case dec.Pinned != nil:
		p.pinned = p.pinned.with(outbox)
	}
}

func (d deriver) external(id arch.ExternalID) *arch.External {
	i := slices.IndexFunc(d.a.Externals, func(e arch.External) bool { return e.ID == id })
	if i < 0 {
		return &arch.External{ID: id}
	}
	return &d.a.Externals[i]
}

func phrase(p arch.Path) string { return fact.Phrase(arch.Short(p)) }

// maxSteps is the most steps of a saga that a state has room for.
const maxSteps = 32

func (d deriver) saga(s *arch.Saga) *protocol {
	g := &saga{pivot: s.Pivot, confirm: len(s.Steps)}
	g.rival, g.rivalUndoes = d.rival(s)
	p := &protocol{
		Protocol: arch.Protocol{ID: "saga/" + s.ID, Kind: "saga", Of: s.UseCase, Trace: s.Trace},
		bounds:   g.bounds(), build: g.model, large: len(s.Steps) > maxSteps || len(s.Steps) == 0, limit: fmt.Sprintf("sagas of up to %d steps are explored", maxSteps),
	}
	names := acts{owner: string(s.Owner), pending: cmp.Or(fact.Phrase(s.Pending), phrase(s.UseCase)), limit: s.Timeout.String(), saga: s}
	var places []string
	for i := range s.Steps {
		st := &s.Steps[i]
		x := d.external(st.External)
		g.steps = append(g.steps, stage{
			remote: st.Context != s.Owner || st.External != "", external: st.External != "",
			free: st.Kind == "check", fails: st.Kind != "retriable", undo: st.Compensation != "",
			key: st.External != "" && x.Idempotent, lookup: st.External != "" && x.Lookup, undoesToo: d.undoneBy(s, st.Compensation) &^ (1 << min(i, maxSteps)),
		})
		if i >= s.Pivot && !g.steps[i].remote {
			g.confirm = min(g.confirm, i)
		}
		if place := names.place(i); place != names.owner && !slices.Contains(places, place) {
			places = append(places, place)
		}
		if st.External != "" && st.OnUnknown != "" {
			if x.Idempotent {
				p.has = p.has.with(idempotencyKey)
			}
			if x.Lookup {
				p.has = p.has.with(queryByReference)
			}
		}
	}
	d.told(p, d.context(s.Owner).Deployable)
	if s.Style == "orchestration" { // a table of runs, with a timer and a view
		p.has |= of(resume, repeat)
	}
	if s.WorkItem != "" {
		p.has = p.has.with(workItem)
	}
	p.About = fmt.Sprintf("%s asks %s, one after the other, and turns back before %s is done", s.Owner, list(places), pivotName(s))
	p.could, p.shape, p.say, p.how = g.candidates(), g.shape(), names.say, names.how
	p.wrong = func(what string, state []byte) string {
		if i := g.which(state); i >= 0 {
			return strings.Replace(what, "a step", names.step(i), 1)
		}
		return what
	}
	return p
}

// called reports whether an edge is a call of an external that leaves something there
// and is part of no saga.
func (d deriver) called(e *arch.Edge) bool {
	if e.ToKind != "external" || e.Fallback != "" || e.Unknown == "" || e.Unknown == "answer missing" || len(e.Use) == 0 {
		return false
	}
	return !slices.ContainsFunc(d.a.Sagas, func(s arch.Saga) bool {
		return slices.ContainsFunc(s.Steps, func(st arch.SagaStep) bool {
			return string(st.External) == e.To && (slices.Contains(e.Use, st.UseCase) || slices.Contains(e.Use, st.Compensation))
		})
	})
}

// call is the exchange with an external: what is to be asked is noted, asked once,
// and its outcome taken over. It is explored as a saga that can only go forward.
func (d deriver) call(e *arch.Edge) *protocol {
	u := e.Use[0]
	s := &arch.Saga{
		ID: fact.Kebab(string(e.ID)), UseCase: u, Style: "orchestration", Owner: arch.ContextID(e.From),
		Steps: []arch.SagaStep{
			{UseCase: u, Name: "note " + phrase(u), Context: arch.ContextID(e.From), Kind: "retriable"},
			{UseCase: u, Name: phrase(u), Context: arch.ContextID(e.From), Kind: "retriable", External: arch.ExternalID(e.To), OnUnknown: e.Unknown},
			{UseCase: u, Name: "take over the outcome", Context: arch.ContextID(e.From), Kind: "retriable"},
		},
		Trace: e.Trace,
	}
	s.WorkItem = d.itemOf(arch.ExternalID(e.To))
	for i := range d.a.Contexts {
		if c := &d.a.Contexts[i]; slices.Contains(c.UseCases, u) {
			for j := range s.Steps {
				s.Steps[j].Context = c.ID
			}
			s.Owner = c.ID
		}
	}
	p := d.saga(s)
	// What is to be asked is noted before: it stands in the outbox of the same commit,
	// or is found again by the job that asks. That is how it goes on after a crash.
	noted := p.has.has(outbox)
	job := slices.IndexFunc(d.a.Jobs, func(j arch.Job) bool { return j.UseCase == u })
	p.could, p.has, p.pinned = p.could.without(outbox), p.has.without(outbox), 0
	if !noted && job < 0 {
		p.has = p.has.without(resume)
	}
	build, how := p.build, p.how
	p.build = func(has set) state.Model { return build(has.with(outbox)) }
	p.how = func(k mechanism) string {
		switch {
		case k == resume && job >= 0:
			return strings.TrimSuffix(d.a.Jobs[job].Resume, ".")
		case k == resume:
			return "what is to be asked is written with the commit that wants it, and asked from there"
		}
		return how(k)
	}
	p.ID, p.Kind = "call/"+s.ID, "call"
	p.About = fmt.Sprintf("%s asks %s, and must know what became of it", s.Owner, e.To)
	return p
}

// itemOf is where a call of an external without an outcome is seen; "" nowhere.
func (d deriver) itemOf(x arch.ExternalID) string {
	for i := range d.a.Guarantees {
		if g := &d.a.Guarantees[i]; g.Of == arch.Path("externals."+string(x)) {
			return g.WorkItem
		}
	}
	return ""
}

// slug is an id of an element and something about it.
func slug(p arch.Path, what string) string {
	return fact.Kebab(strings.TrimSpace(arch.Short(p) + " " + what))
}

// pivotName is the step after which a saga only goes forward.
func pivotName(s *arch.Saga) string {
	if s.Pivot >= 0 && s.Pivot < len(s.Steps) {
		return s.Steps[s.Pivot].Name
	}
	return "its last step"
}

func list(names []string) string {
	switch len(names) {
	case 0:
		return "nobody else"
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// rival reports whether somebody else can end the state in which the subject of a
// saga waits, a timer or a person, and which of its steps, as bits, are undone then.
func (d deriver) rival(s *arch.Saga) (comes bool, undoes uint) {
	thing, waits, _ := strings.Cut(s.Pending, " ")
	for i := range d.a.Machines {
		m := &d.a.Machines[i]
		if arch.Short(m.Of) != thing || m.Context != s.Owner {
			continue
		}
		for _, t := range m.Moves {
			own := slices.ContainsFunc(t.By, func(u arch.Path) bool {
				return slices.ContainsFunc(s.Steps, func(st arch.SagaStep) bool { return st.UseCase == u })
			})
			if t.From != waits || own || !t.After.Known() && len(t.Actors) == 0 {
				continue
			}
			comes = true
			for _, u := range t.By {
				undoes |= d.undoneBy(s, u)
			}
		}
	}
	return comes, undoes
}

// undoneBy are the steps of a saga, as bits, whose compensations are steps of the
// saga of another use case.
func (d deriver) undoneBy(s *arch.Saga, u arch.Path) uint {
	var out uint
	for j := range d.a.Sagas {
		if d.a.Sagas[j].UseCase != u || u == "" {
			continue
		}
		for _, st := range d.a.Sagas[j].Steps {
			for k := range s.Steps {
				if k < maxSteps && s.Steps[k].Compensation == st.UseCase && st.UseCase != u {
					out |= 1 << k
				}
			}
		}
	}
	return out
}

func (d deriver) hold(m *arch.StateMachine, t arch.Transition) *protocol {
	var comes, came []string
	for _, other := range m.Moves {
		if other.From != t.From || other.To == t.To {
			continue
		}
		for _, u := range other.By {
			if name := phrase(u); !slices.Contains(comes, name) {
				comes, came = append(comes, name), append(came, fact.Phrase(other.To))
			}
		}
	}
	c := d.context(m.Context)
	job := d.timer(m, t)
	h := hold{rivals: len(comes) > 0, again: leads(m, t.To, t.From), follows: job != "" || t.Event != ""}
	thing := phrase(m.Of)
	p := &protocol{
		Protocol: arch.Protocol{
			ID: "hold/" + slug(m.Of, t.From), Kind: "hold", Of: m.Of,
			About: fmt.Sprintf("%s %s is %s for %s, then %s, unless %s comes before", article(thing), thing, fact.Phrase(t.From), t.After, fact.Phrase(t.To), orNobody(comes)),
		},
		could: h.candidates(), shape: fmt.Sprintf("%+v", h), bounds: h.bounds(), build: h.model,
	}
	p.Serves = []arch.Path{m.Of}
	d.told(p, c.Deployable)
	if dec := d.a.Decision(arch.DecisionID(arch.Short(m.Of) + ".concurrency")); dec != nil && (dec.Choice == "etag" || dec.Choice == "version") {
		p.has = p.has.with(conditionalConfirm)
	}
	names := holding{thing: thing, timer: "timer", held: fact.Phrase(t.From), over: fact.Phrase(t.To), does: cmp.Or(job, "listeners")}
	if len(comes) > 0 {
		names.comes, names.came = comes[0], came[0]
	}
	p.say = names.say
	p.how = func(k mechanism) string {
		switch k {
		case conditionalConfirm:
			return fmt.Sprintf("each move out of %s names it in its update (where state = '%s'); no row changed means it came too late", names.held, t.From)
		case versionCheck:
			return fmt.Sprintf("%s carries the version of the %s it answers, and the timer the one it was set for; an earlier round's changes nothing", cmp.Or(names.comes, "who comes"), thing)
		case outbox:
			return fmt.Sprintf("what follows when time is over (%s) stands in the outbox of the same commit", names.does)
		}
		return catalogue[k].does
	}
	return p
}

func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an"
	}
	return "a"
}

func orNobody(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, " or ")
}

// timer names what a state's timer runs; "" when nothing.
func (d deriver) timer(m *arch.StateMachine, t arch.Transition) string {
	id := fact.Kebab(arch.Short(m.Of) + " " + t.From + " timer")
	for i := range d.a.Jobs {
		if d.a.Jobs[i].ID == id && d.a.Jobs[i].UseCase != "" {
			return phrase(d.a.Jobs[i].UseCase)
		}
	}
	return ""
}

// leads reports whether one state can be followed, sooner or later, by another.
func leads(m *arch.StateMachine, from, to string) bool {
	seen := map[string]bool{from: true}
	queue := []string{from}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, t := range m.Moves {
			if t.From == at && !seen[t.To] {
				seen[t.To] = true
				queue = append(queue, t.To)
			}
		}
	}
	return from == to || seen[to]
}

func (d deriver) contention(s *arch.StoredAggregate) *protocol {
	c := s.Contention
	shape := contention{returned: true}
	keyed, taker := true, &c.Takers[0]
	for i := range c.Takers {
		t := &c.Takers[i]
		keyed = keyed && t.Key
		if t.Undo == "" {
			continue
		}
		if !shape.undone || shape.returned && !t.GivesBack {
			taker = t
		}
		shape.undone, shape.returned = true, shape.returned && t.GivesBack
	}
	what := fmt.Sprintf("%s of %s", fact.Phrase(c.What), phrase(s.Of))
	p := &protocol{
		Protocol: arch.Protocol{
			ID: "contention/" + slug(s.Of, ""), Kind: "contention", Of: s.Of,
			About: fmt.Sprintf("many want %s at once", what),
		},
		could: shape.candidates(), shape: fmt.Sprintf("%+v", shape), bounds: shape.bounds(), build: shape.model,
	}
	p.Serves = []arch.Path{s.Of}
	if c.Guard != "" {
		p.has = p.has.with(guardedUpdate)
	}
	if keyed {
		p.has = p.has.with(duplicateCheck)
	}
	names := taking{amount: what, take: phrase(taker.UseCase), undo: phrase(taker.Undo), back: phrase(taker.Undo)}
	p.say = names.say
	p.wrong = func(said string, _ []byte) string {
		if strings.Contains(said, "never given back") {
			return fmt.Sprintf("%s takes of %s, and %s, which undoes it, gives nothing back", names.take, what, names.undo)
		}
		return said
	}
	p.how = func(k mechanism) string {
		switch k {
		case guardedUpdate:
			return cmp.Or(s.Guard, catalogue[k].does)
		case duplicateCheck:
			return fmt.Sprintf("what takes of %s or gives back writes, in the same transaction, for which request it did; the second changes nothing", what)
		}
		return catalogue[k].does
	}
	return p
}

// exchanges are what a consumer group acts on, and what it copies.
func (d deriver) exchanges(ch *arch.Channel, s *arch.Subscription) []*protocol {
	var acting, copying []arch.Path
	for _, u := range s.UseCases {
		if slices.ContainsFunc(d.a.Flows, func(f arch.Flow) bool { return f.UseCase == u && f.Starts == "event" }) {
			acting = append(acting, u)
		} else {
			copying = append(copying, u)
		}
	}
	var out []*protocol
	if len(acting) > 0 {
		out = append(out, d.exchange(ch, s, exchange{}, acting))
	}
	if len(copying) > 0 {
		out = append(out, d.exchange(ch, s, exchange{copies: true}, copying))
	}
	return out
}

func (d deriver) exchange(ch *arch.Channel, s *arch.Subscription, x exchange, uses []arch.Path) *protocol {
	what := d.heardOf(ch, uses)
	id, does := "exchange/"+s.Group, "acts on"
	if x.copies {
		id, does = id+"/copy", "keeps a copy by"
	}
	p := &protocol{
		Protocol: arch.Protocol{
			ID: id, Kind: "exchange", Of: uses[0],
			About: fmt.Sprintf("%s %s %s over %s", s.Context, does, what, ch.ID), Trace: arch.Trace{Serves: uses, By: ch.By},
		},
		could: x.candidates(), shape: fmt.Sprintf("%+v", x), bounds: x.bounds(), build: x.model,
	}
	for k, is := range map[mechanism]bool{
		duplicateCheck: s.Inbox, keyOrder: ch.Key != "", deadLetter: ch.DeadLetter != "", ackAfter: ch.Delivery == "at-least-once",
	} {
		if is {
			p.has = p.has.with(k)
		}
	}
	d.told(p, ch.Deployable)
	p.say = heard{string(ch.Owner), string(ch.ID), string(s.Context), what}.say
	p.how = func(k mechanism) string {
		switch k {
		case outbox:
			return fmt.Sprintf("%s writes %s with its commits and relays it in order", ch.Deployable, what)
		case duplicateCheck:
			return fmt.Sprintf("%s keeps the ids of what it handled (inbox)", s.Context)
		case keyOrder:
			return fmt.Sprintf("by %s, from the outbox to the consumer", ch.Key)
		case deadLetter:
			return fmt.Sprintf("after %d deliveries into %s", s.MaxDeliver, ch.DeadLetter)
		case ackAfter:
			return fmt.Sprintf("%s takes %s off %s after its commit", s.Context, what, ch.ID)
		case versionCheck:
			return fmt.Sprintf("%s carries the version of what it tells; %s changes its copy only to a newer one", what, s.Context)
		}
		return catalogue[k].does
	}
	return p
}

// heardOf is the event of a channel that a use case listens to, else the last, which
// tells of any change.
func (d deriver) heardOf(ch *arch.Channel, by []arch.Path) string {
	for i := range d.a.Events {
		e := &d.a.Events[i]
		if slices.Contains(ch.Events, e.ID) && slices.ContainsFunc(by, func(u arch.Path) bool { return slices.Contains(e.Consumers, u) }) {
			return string(e.ID)
		}
	}
	if len(ch.Events) == 0 {
		return "a message"
	}
	return string(ch.Events[len(ch.Events)-1])
}

// acts names the parties of a saga.
type acts struct {
	owner, pending, limit string
	saga                  *arch.Saga
}

func (n acts) step(i int) string { return n.saga.Steps[i].Name }

func (n acts) place(i int) string {
	if st := &n.saga.Steps[i]; st.External != "" {
		return string(st.External)
	}
	return string(n.saga.Steps[i].Context)
}

func (n acts) undo(i int) string {
	if c := n.saga.Steps[i].Compensation; c != "" {
		return phrase(c)
	}
	return "undo " + n.step(i)
}

func (n acts) say(step state.Step, _, _ []byte) arch.Line {
	i := int(step & (maxSteps - 1))
	if i >= len(n.saga.Steps) {
		i = 0
	}
	owner, place := n.owner, n.place(i)
	at := func(who, text string) arch.Line { return arch.Line{From: who, Text: text} }
	sends := func(from, to, text string) arch.Line { return arch.Line{From: from, To: to, Text: text} }
	fault := func(who, text string) arch.Line { return arch.Line{From: who, Text: text, Fault: true} }
	switch step &^ (maxSteps - 1) {
	case sLocal:
		return at(owner, n.step(i))
	case sLocalNo:
		return fault(owner, n.step(i)+" is refused: turns back")
	case sConfirmLate:
		return at(owner, n.step(i)+" comes too late: turns back")
	case sAsks, sSends:
		return sends(owner, place, n.step(i))
	case sNotes:
		return at(owner, "notes that "+n.step(i)+" was asked")
	case sActs:
		return at(place, n.step(i)+": done")
	case sRefuses:
		return fault(place, n.step(i)+": refused")
	case sKnown:
		return at(place, n.step(i)+" was done before: the same answer")
	case sSilent:
		return fault(place, "answers no more")
	case sHears:
		return sends(place, owner, n.step(i)+" done")
	case sHearsNo:
		return sends(place, owner, n.step(i)+" refused")
	case sIgnores:
		return sends(place, owner, n.step(i)+": an answer nobody waits for")
	case sLosesAsk:
		return fault(owner, n.step(i)+" is lost on its way")
	case sLosesAnswer:
		return fault(place, "the answer to "+n.step(i)+" is lost")
	case sDoublesAsk:
		return fault(owner, n.step(i)+" is sent twice")
	case sDoublesUndo:
		return fault(owner, n.undo(i)+" is sent twice")
	case sDoublesAnswer:
		return fault(place, "the answer to "+n.step(i)+" comes twice")
	case sAgainAfter:
		return sends(owner, place, n.step(i)+" again")
	case sTooEarly:
		return arch.Line{From: owner, To: place, Text: n.step(i) + " again, before the answer", Fault: true}
	case sFinds:
		return sends(owner, place, "asks by reference what became of "+n.step(i))
	case sTimeUp:
		return fault(owner, "time is over: turns back")
	case sGivesUp:
		return at(owner, "takes no answer to "+n.step(i)+" for a no")
	case sRivalComes:
		return fault(owner, n.pending+" is ended by its timer or a person")
	case sUndoLocal:
		return at(owner, n.undo(i))
	case sAsksUndo:
		return sends(owner, place, n.undo(i))
	case sUndoes:
		return at(place, n.undo(i)+": done")
	case sUndoKnown:
		return at(place, n.undo(i)+" was done before")
	case sNothingToUndo:
		return at(place, n.undo(i)+": nothing to undo")
	case sHearsUndo:
		return sends(place, owner, n.undo(i)+" done")
	case sLosesUndo:
		return fault(owner, n.undo(i)+" is lost on its way")
	case sAgainUndo:
		return sends(owner, place, n.undo(i)+" again")
	case sCrashNow:
		return fault(owner, "ends in the middle")
	case sComesBack:
		return at(owner, "another replica goes on")
	}
	return at(owner, "shows a work item")
}

func (n acts) how(k mechanism) string {
	s := n.saga
	switch k {
	case conditionalConfirm:
		return fmt.Sprintf("%s only where it is still %s; no row changed means the saga turns back", pivotName(s), n.pending)
	case duplicateCheck:
		return fmt.Sprintf("in %s, the id of each %s and its step are written with what is done: %s once, however often and by whom it is sent",
			list(n.places(false)), phrase(s.UseCase), list(n.remote(false)))
	case lateUndo:
		return fmt.Sprintf("turning back, %s first settles what has not answered (%s), then undoes it if it acted", n.owner, list(n.remote(true)))
	case finalResult:
		return fmt.Sprintf("once %s was asked, the saga waits for its outcome, however long; its time limit makes a work item, it decides nothing", pivotName(s))
	case workItem:
		return cmp.Or(s.WorkItem, catalogue[k].does)
	case outbox:
		return fmt.Sprintf("%s writes what it asks in the transaction that notes it", n.owner)
	case resume:
		return fmt.Sprintf("where %s stands is a row in the store of %s; after a crash another replica goes on from there", phrase(s.UseCase), n.owner)
	case repeat:
		return fmt.Sprintf("%s sends again what %s did not answer", n.owner, list(n.places(false)))
	case queryByReference:
		return fmt.Sprintf("%s is asked by our own reference what became of it", list(n.places(true)))
	case idempotencyKey:
		return fmt.Sprintf("asked again with the same key, %s acts once", list(n.places(true)))
	}
	return catalogue[k].does
}

// places are where the steps of a saga run outside of its own store: at externals, or
// in other contexts.
func (n acts) places(external bool) []string {
	var out []string
	for i := range n.saga.Steps {
		if p := n.place(i); (n.saga.Steps[i].External != "") == external && p != n.owner && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// remote are the steps that run there: those that can be undone, or those that other
// contexts take.
func (n acts) remote(undoable bool) []string {
	var out []string
	for i := range n.saga.Steps {
		st := &n.saga.Steps[i]
		if n.place(i) == n.owner || undoable && i >= n.saga.Pivot || !undoable && st.External != "" || slices.Contains(out, st.Name) {
			continue
		}
		out = append(out, st.Name)
	}
	return out
}
