package build

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// flows makes the call tree of every use case: what is done for it, in which order,
// where, and which of it the caller waits for.
func (b *builder) flows() {
	b.a.Flows = make([]arch.Flow, 0, len(b.m.UseCases))
	for _, u := range b.m.UseCases {
		if b.home[u] != nil {
			b.a.Flows = append(b.a.Flows, b.flow(u))
		}
	}
}

func (b *builder) flow(u *model.UseCase) arch.Flow {
	f := arch.Flow{
		ID: flowID(u), UseCase: u.Path, Entry: b.unit(u).ID, Starts: b.starts(u),
		Workload: b.workload(u), Importance: u.Importance, Fallback: u.Fallback,
	}
	f.Serves = []arch.Path{u.Path}
	for _, a := range u.By {
		f.Actors = append(f.Actors, arch.ActorID(a.Name))
	}
	t := trail{b: b, by: &f.By}
	waited := t.of(u)
	answer := b.choice(subject(u.Name, "answer"), &f.By)
	if answer == "bounded" {
		f.Wait = b.p.Parameter(subject(u.Name, "answer"), "wait")
	}
	f.Steps = waited
	if u.Asked() {
		f.Steps = append(f.Steps, arch.Step{Kind: "respond", Name: "answer", Chance: 1, Times: 1})
	}
	for _, s := range t.later {
		s.After = u.Asked()
		f.Steps = append(f.Steps, s)
	}
	f.By = b.by(f.By...)
	return f
}

// answersLate reports whether an answer may come before the outcome: at once, after a
// bounded wait, or because what the caller asked for is made elsewhere after it.
func (b *builder) answersLate(u *model.UseCase, by *[]arch.DecisionID) bool {
	late := b.choice(subject(u.Name, "answer"), by)
	return late == "accepted" || late == "bounded" || b.madeLater(u, by)
}

// madeLater reports whether what a use case creates for its caller is created by another
// deployable, from the outbox.
func (b *builder) madeLater(u *model.UseCase, by *[]arch.DecisionID) bool {
	if !u.Asked() || len(u.Creates) == 0 {
		return false
	}
	l := b.link(u, b.primary(u).Name)
	return l != nil && l.Crosses && l.Kind == decide.LinkWrite && b.choice(subject(l.Name, "style"), by) == "event"
}

func flowID(u *model.UseCase) arch.FlowID { return arch.FlowID(u.Name) }

// starts says what sets a use case off.
func (b *builder) starts(u *model.UseCase) string {
	switch {
	case u.Asked():
		return "request"
	case len(u.On) > 0:
		return "event"
	case u.Every != nil || b.timed[u]:
		return "schedule"
	}
	return "step"
}

// workload is how often a flow is started and what one start moves.
func (b *builder) workload(u *model.UseCase) arch.Workload {
	l := &u.Load
	growth := b.growth()
	w := arch.Workload{
		Peak: value(fact.Rate, l.Peak), Average: value(fact.Rate, l.Average), Quiet: value(fact.Rate, l.Quiet),
		Lasts: value(fact.Duration, l.Lasts), When: l.When.Text, Online: value(fact.Count, u.Online),
		BytesIn: b.body(u), BytesOut: value(fact.Bytes, u.BytesOut),
	}
	if l.Peak.Known() {
		w.AtHorizon = b.derive(u.Path+".peak.horizon", fact.Rate, l.Peak.N*growth.N, "peak x growth until the horizon", l.Peak.Fact, growth.Fact)
	}
	return w
}

// trail walks what a use case does and leads to.
type trail struct {
	b  *builder
	by *[]arch.DecisionID
	// later collects what nobody waits for.
	later []arch.Step
	on    []*model.UseCase // the use cases being walked, against circles
}

// of gives the steps of a use case that its caller waits for, and notes those that
// come later.
func (t *trail) of(u *model.UseCase) []arch.Step {
	b := t.b
	t.on = append(t.on, u)
	defer func() { t.on = t.on[:len(t.on)-1] }()
	reads, writes := t.reads(u), t.writes(u)
	calls, queued, deferred := t.calls(u)
	steps := []arch.Step{b.work(u, reads, writes)}
	if c, cached := b.cacheAt[u]; cached && len(reads) > 0 && !b.p.ReadyMade(u) {
		b.choice(subject(u.Name, "cache"), t.by)
		reads = []arch.Step{b.lookup(u, c, reads)}
	}
	steps = append(steps, reads...)
	hard := func(s arch.Step) bool { return !s.Optional }
	noted := len(writes) > 0 && (slices.ContainsFunc(calls, hard) || slices.ContainsFunc(queued, hard))
	if noted {
		steps = append(steps, b.reservation(u, writes))
	}
	if noted && len(t.on) == 1 && b.choice(subject(u.Name, "answer"), t.by) == "accepted" {
		calls, queued = nil, append(calls, queued...) // all that was noted is done after the answer
	}
	if home := b.home[u]; home != nil && len(calls)+len(queued) == 0 && len(writes) > 1 && slices.ContainsFunc(b.elsewhere(u), func(c *decide.Context) bool { return b.mayRefuse(u, c) }) {
		steps = append(steps, b.reservation(u, writes))
		slices.SortStableFunc(writes, func(x, y arch.Step) int { return cmp.Compare(elsewhereFirst[x.Kind], elsewhereFirst[y.Kind]) })
	}
	steps = append(steps, calls...)
	t.later = append(t.later, queued...)
	if noted && slices.ContainsFunc(queued, hard) {
		t.later = append(t.later, writes...) // what depends on an outcome is written when it is known
	} else {
		steps = append(steps, writes...)
	}
	waited, follows := t.follows(u)
	steps = append(steps, waited...)
	t.later = append(t.later, deferred...)
	t.later = append(t.later, follows...)
	t.later = append(t.later, t.publishes(u)...)
	return steps
}

// elsewhereFirst puts what may be refused elsewhere before what is kept here.
var elsewhereFirst = map[string]int{"invoke": 0, "store": 1}

// reservation is the transaction before an outside step: what is promised is
// written first, so that nothing happens outside that is not on record here.
func (b *builder) reservation(u *model.UseCase, writes []arch.Step) arch.Step {
	s := writes[0]
	if i := slices.IndexFunc(writes, func(s arch.Step) bool { return s.Kind == "store" }); i >= 0 {
		s = writes[i] // here, not elsewhere
	}
	s.Name = "note what " + fact.Phrase(u.Name) + " is about to ask for"
	return s
}

func plainStep(kind, name string) arch.Step {
	return arch.Step{Kind: kind, Name: name, Chance: 1, Times: 1}
}

// under gives a step the conditions the input states for it.
func under(s arch.Step, c *model.Step) arch.Step {
	s.Chance, s.Times = c.Chance.Or(1), c.Times.Or(1)
	s.Parallel, s.Optional = c.Parallel, c.Optional || c.Fallback != ""
	return s
}

// reads are the accesses to what a use case reads: its own store, a copy, or the
// deployable that owns it.
func (t *trail) reads(u *model.UseCase) []arch.Step {
	b := t.b
	if home := b.home[u]; b.p.ReadyMade(u) {
		b.choice(subject(u.Name, "read-model"), t.by)
		return []arch.Step{b.look(u, u.Reads[0].Aggregate, home, "read what is kept ready for "+fact.Phrase(u.Name))}
	}
	var out []arch.Step
	for i := range u.Reads {
		r := &u.Reads[i]
		owner := b.owner[r.Aggregate]
		if owner == nil || r.Later {
			continue
		}
		out = append(out, under(t.read(u, r.Aggregate, owner), &r.Step))
	}
	return out
}

func (t *trail) read(u *model.UseCase, a *model.Aggregate, owner *decide.Context) arch.Step {
	b := t.b
	what := fact.Phrase(a.Name)
	home := b.home[u]
	if l := b.link(u, a.Name); l != nil && l.Crosses {
		if b.choice(subject(l.Name, "style"), t.by) == "replica" {
			return b.look(u, a, home, "read the copy of "+what)
		}
		s := b.invocation(u, owner.Unit, a.Name, "ask for "+what)
		s.Steps = []arch.Step{b.look(u, a, owner, "read "+what)}
		return s
	}
	return b.look(u, a, owner, "read "+what)
}

// writes are the transactions in which a use case changes something: one in each
// store it changes.
func (t *trail) writes(u *model.UseCase) []arch.Step {
	b := t.b
	var out []arch.Step
	var seen []*decide.Context
	for _, a := range u.Writes() {
		owner := b.owner[a]
		if owner == nil || slices.ContainsFunc(seen, func(c *decide.Context) bool { return b.storeAt[c.ID] == b.storeAt[owner.ID] }) {
			continue
		}
		seen = append(seen, owner)
		s := b.access(u, owner, "write", "change "+and(changed(u, b, owner)))
		if l := b.link(u, a.Name); l != nil && l.Crosses {
			inner := s
			s = b.invocation(u, owner.Unit, a.Name, "have "+and(changed(u, b, owner))+" changed")
			s.Steps = []arch.Step{inner}
			if b.choice(subject(l.Name, "style"), t.by) == "event" {
				t.later = append(t.later, s)
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// changed names what a use case changes in the store of a context.
func changed(u *model.UseCase, b *builder, c *decide.Context) []string {
	var names []string
	for _, a := range u.Writes() {
		if o := b.owner[a]; o != nil && b.storeAt[o.ID] == b.storeAt[c.ID] {
			names = append(names, fact.Phrase(a.Name))
		}
	}
	return names
}

// calls of externals: those that are waited for, those whose outcome is needed but which
// wait in a queue of their own, and those that may come later.
func (t *trail) calls(u *model.UseCase) (now, queued, later []arch.Step) {
	b := t.b
	for i := range u.Calls {
		c := &u.Calls[i]
		s := plainStep("call", "ask "+fact.Phrase(c.External.Name))
		s.Target = c.External.Name
		s.Edge = callEdge(u, c.External.Name)
		s.Demand = arch.Demand{Shape: "lognormal", P50: value(fact.Duration, c.Latency.P50), P99: value(fact.Duration, c.Latency.P99)}
		s = under(s, &c.Step)
		inQueue := b.choice(subject(u.Name+">"+c.External.Name, "call"), t.by) == "queued"
		switch {
		case c.Later:
			later = append(later, s)
		case inQueue:
			queued = append(queued, s)
		default:
			now = append(now, s)
		}
	}
	return now, queued, later
}

// follows are the steps of a promise in the order in which a saga runs them.
func (t *trail) follows(u *model.UseCase) (now, later []arch.Step) {
	b := t.b
	for _, f := range b.inOrder(u) {
		v := f.UseCase
		if b.home[v] == nil || slices.Contains(t.on, v) || len(t.on) > deepest {
			continue
		}
		s := b.invocation(u, b.unit(v), v.Name, fact.Phrase(v.Name))
		l := b.link(u, v.Name)
		inner := trail{b: b, by: t.by, on: t.on}
		s.Steps = inner.of(v)
		for _, x := range inner.later {
			x.After = true
			s.Steps = append(s.Steps, x)
		}
		s = under(s, &f.Step)
		byEvent := l != nil && l.Crosses && b.choice(subject(l.Name, "style"), t.by) == "event"
		waits := !f.Later
		switch b.choice(subject(u.Name, "answer"), t.by) {
		case "accepted":
			waits = false
		case "bounded", "complete": // it waits for the outcome, however the step is reached
		default:
			waits = waits && !byEvent
		}
		if waits {
			now = append(now, s)
		} else {
			later = append(later, s)
		}
	}
	return now, later
}

// deepest chain of steps that is unfolded: a promise over more levels than this is
// read in the flows of its steps.
const deepest = 8

// inOrder gives the steps of a use case: as a saga runs them where there is one, as
// written otherwise.
func (b *builder) inOrder(u *model.UseCase) []*model.Follow {
	out := make([]*model.Follow, len(u.Then))
	for i := range u.Then {
		out[i] = &u.Then[i]
	}
	if c := b.p.Choice(subject(u.Name, "saga")); c != "" && c != "local" {
		rank := map[*model.UseCase]int{}
		for i, st := range b.p.SagaSteps(u) {
			rank[st.UseCase] = i
		}
		slices.SortStableFunc(out, func(x, y *model.Follow) int { return cmp.Compare(rank[x.UseCase], rank[y.UseCase]) })
	}
	return out
}

// publishes are the events a use case tells, through its outbox.
func (t *trail) publishes(u *model.UseCase) []arch.Step {
	b := t.b
	var out []arch.Step
	for _, e := range u.Emits {
		ch, ok := b.channelAt[e]
		if !ok {
			continue
		}
		s := plainStep("publish", fact.Pascal(e.Name))
		s.Target, s.Edge, s.Demand = string(ch), channelEdge(b.unit(u), ch), b.publishTime(ch)
		out = append(out, s)
	}
	for _, a := range u.Writes() {
		if f := b.fedOf[a]; f != nil && f.event != "" && b.event(f.event) != nil {
			ch := b.topicOf(a)
			s := plainStep("publish", string(f.event))
			s.Target, s.Edge, s.Demand = string(ch), channelEdge(b.owner[a].Unit, ch), b.publishTime(ch)
			out = append(out, s)
		}
	}
	return out
}
