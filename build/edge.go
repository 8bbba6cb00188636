package build

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// An edge is named after what needs it and what it reaches: calls after their use
// case and the external, aggregate or step, because each has a time limit of its
// own; stores and channels after their deployable, because a pool is shared.

func callEdge(u *model.UseCase, reaches string) arch.EdgeID {
	return arch.EdgeID(u.Name + "/" + reaches)
}

func storeEdge(d *decide.Deployable, id arch.StoreID) arch.EdgeID {
	return arch.EdgeID(string(d.ID) + "/" + string(id))
}

func channelEdge(d *decide.Deployable, id arch.ChannelID) arch.EdgeID {
	return arch.EdgeID(string(d.ID) + "/" + string(id))
}

// edges lists every dependency that flows use, with the policy decided for it.
func (b *builder) edges() {
	for i := range b.a.Flows {
		f := &b.a.Flows[i]
		b.edgesOf(b.useCases[f.UseCase], f.Steps, 1)
	}
	for i := range b.a.Channels {
		for _, sub := range b.a.Channels[i].Subscribers {
			for k := range sub.Apply {
				if e := b.edgeAt[sub.Apply[k].Edge]; e != nil {
					e.Peak.N += sub.Copies.N
				}
			}
		}
	}
	b.a.Edges = make([]arch.Edge, 0, len(b.edgeAt))
	for _, e := range b.edgeAt {
		b.a.Edges = append(b.a.Edges, *e)
	}
	slices.SortFunc(b.a.Edges, func(x, y arch.Edge) int { return cmp.Compare(x.ID, y.ID) })
	for i := range b.a.Edges {
		b.finishEdge(&b.a.Edges[i])
		b.edgeAt[b.a.Edges[i].ID] = &b.a.Edges[i]
	}
}

// edgesOf notes the dependencies of a use case's own steps. The steps inside an
// invocation belong to the flow of the use case that is invoked, unless nothing but
// a store is reached for it.
func (b *builder) edgesOf(u *model.UseCase, steps []arch.Step, times float64) {
	for i := range steps {
		s := &steps[i]
		if s.Edge != "" {
			b.use(u, s, times)
		}
		if s.Kind == "cache" || s.Kind == "invoke" && !namesUseCase(u, s) {
			b.edgesOf(u, s.Steps, times*s.Chance*s.Times)
		}
	}
}

// namesUseCase reports whether an invocation is of a follow-up use case, which has
// a flow of its own.
func namesUseCase(u *model.UseCase, s *arch.Step) bool {
	return slices.ContainsFunc(u.Then, func(f model.Follow) bool { return fact.Phrase(f.UseCase.Name) == s.Name })
}

// use adds a step's need to its edge.
func (b *builder) use(u *model.UseCase, s *arch.Step, times float64) {
	e := b.edgeAt[s.Edge]
	if e == nil {
		e = &arch.Edge{ID: s.Edge, From: b.unit(u).ID, To: s.Target, Style: "async"}
		if from, _, found := strings.Cut(string(s.Edge), "/"); found && (s.Kind == "store" || s.Kind == "publish") {
			e.From = arch.DeployableID(from)
		}
		switch s.Kind {
		case "call":
			e.ToKind, e.Protocol = "external", "http"
		case "invoke":
			e.ToKind, e.Protocol = "deployable", orDefault(string(b.p.Choice("protocol")), "rest")
		case "store":
			e.ToKind, e.Protocol, e.Hard = "store", b.storeProtocol(arch.StoreID(s.Target)), true
		case "cache":
			e.ToKind, e.Protocol = "cache", "resp"
		case "publish":
			e.ToKind, e.Protocol = "channel", "broker"
		}
		b.edgeAt[s.Edge] = e
	}
	if !slices.Contains(e.Use, u.Path) {
		e.Use = append(e.Use, u.Path)
		e.Serves = append(e.Serves, u.Path)
	}
	if !s.After && s.Kind != "publish" {
		e.Style = "sync" // somebody waits for it
	}
	if s.Kind == "call" || s.Kind == "invoke" {
		e.Hard = e.Hard || !s.Optional && !s.After
	}
	e.Peak.Kind = fact.Rate
	e.Peak.N += u.Load.Peak.N * s.Chance * s.Times * times
}

func (b *builder) storeProtocol(id arch.StoreID) string {
	if st := b.a.Store(id); st != nil && st.Layout == "tables" {
		return "sql"
	}
	return "driver"
}

// finishEdge puts the rate on record and the decided policy in place.
func (b *builder) finishEdge(e *arch.Edge) {
	inputs := make([]fact.ID, 0, len(e.Use))
	for _, p := range e.Use {
		inputs = append(inputs, b.useCases[p].Load.Peak.Fact)
	}
	e.Peak = b.derive(fact.ID("edges."+string(e.ID)+".peak"), fact.Rate, e.Peak.N, "peaks of its use cases x how often each needs it", inputs...)
	switch e.ToKind {
	case "external", "deployable":
		b.policy(e)
	case "store", "cache":
		b.statementLimit(e)
	}
}

// statementLimit is the time after which an access is of no use to any caller: the
// tightest target of what needs it, or what a person waits.
func (b *builder) statementLimit(e *arch.Edge) {
	limit := b.m.Context.Patience
	for _, p := range e.Use {
		u := b.useCases[p]
		if t := u.Latency.P99; t.Known() && t.N < limit.N {
			limit = t
		}
	}
	if e.ToKind == "store" {
		if st := b.a.Store(arch.StoreID(e.To)); st != nil {
			e.By = st.By[:1:1]
		}
	}
	if limit.Known() {
		e.Timeout = b.derive(fact.ID("edges."+string(e.ID)+".timeout"), fact.Duration, limit.N, "the tightest target of what needs it: an answer after that is of no use", limit.Fact)
	}
}

// policy reads how a call was decided to be guarded. The names are those of the
// libraries that implement it.
func (b *builder) policy(e *arch.Edge) {
	u, l := b.calledBy(e)
	if l == nil {
		return
	}
	if l.Call != nil {
		e.Protocol = orDefault(l.Call.External.Protocol, "http")
	}
	id := subject(l.Name, "call")
	d := b.p.Decision(id)
	if d == nil {
		return
	}
	e.By = append(e.By, id)
	n := func(name string) arch.Value { return b.p.Parameter(id, name) }
	// What is called from the outbox has its attempt's time as the deadline of all that
	// happens inside; an external is told only what somebody waits for.
	e.Timeout, e.Deadline = n("timeout"), e.ToKind == "deployable" || b.waitedFor(u, 0)
	e.Hard = b.p.Word(id, "hard") == "yes"
	if d.Choice == "queued" {
		e.Style, e.Backlog = "async", &arch.Backlog{Late: n("late"), Drain: n("drain")}
	}
	e.Fallback, e.Unknown = b.p.Word(id, "fallback"), b.p.Word(id, "unknown")
	if attempts := whole(n("attempts")); attempts > 1 {
		e.Retry = &arch.Retry{
			MaxAttempts: attempts, Base: n("backoff-base"), Max: n("backoff-max"), Multiplier: math.Max(1, n("backoff-factor").N), Jitter: orDefault(b.p.Word(id, "jitter"), "full"),
			Budget: n("retry-budget"), Only: strings.Split(b.p.Word(id, "retry-on"), ", "), Key: retryKey(u),
		}
	}
	if window := n("breaker-window"); window.Known() {
		e.Breaker = &arch.Breaker{Window: window, MinCalls: whole(n("breaker-calls")), Threshold: n("breaker-threshold").N, Open: n("breaker-open"), Probes: whole(n("breaker-probes"))}
	}
	e.NoBreaker = b.p.Word(id, "no-breaker")
	if most := whole(n("bulkhead")); most > 0 {
		e.Bulkhead = &arch.Bulkhead{MaxConcurrent: most, MaxWait: n("bulkhead-wait")}
	}
	if rate := n("throttle"); rate.Known() {
		e.RateLimit = &arch.Throttle{Rate: rate, Burst: n("throttle-burst"), MaxWait: n("throttle-wait")}
	}
}

// waitedFor reports whether a caller waits until the use case is done, so that what
// it has left goes along as a deadline. After a bounded wait, or at once, the rest
// goes on without it.
func (b *builder) waitedFor(u *model.UseCase, deep int) bool {
	if b.answersLate(u, nil) || u.Result == "long-running" {
		return false
	}
	if u.Asked() {
		return true
	}
	if deep > deepest {
		return false
	}
	for _, f := range u.FollowsUp {
		for i := range f.Then {
			if f.Then[i].UseCase == u && !f.Then[i].Later && b.waitedFor(f, deep+1) {
				return true
			}
		}
	}
	return false
}

// retryKey is what makes a repeat harmless where the call has an effect: the id of
// what the use case creates or changes.
func retryKey(u *model.UseCase) string {
	if list := u.Writes(); len(list) > 0 {
		return "the " + fact.Phrase(list[0].ID.Name) + " of the " + fact.Phrase(list[0].Name)
	}
	return ""
}

func whole(v arch.Value) int { return int(math.Round(v.N)) }

// calledBy is the use case an edge is named after and its link.
func (b *builder) calledBy(e *arch.Edge) (*model.UseCase, *decide.Link) {
	for _, p := range e.Use {
		u := b.useCases[p]
		for _, l := range b.links[u] {
			if l.Kind != decide.LinkEvent && (l.Call != nil || l.Crosses) && callEdge(u, l.Reaches()) == e.ID {
				return u, l
			}
		}
	}
	return nil, nil
}
