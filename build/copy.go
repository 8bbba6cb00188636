package build

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// Copies and projections live on events: what a context keeps of another's data
// must be told of at every change. Where use cases tell of all changes already,
// their events do; else the owner tells of each change with the state after it.

// fed is an aggregate that contexts keep copies or projections of.
type fed struct {
	of    *model.Aggregate
	in    []*decide.Context
	for_  map[arch.ContextID][]*model.UseCase
	event arch.EventID // the event that carries the state; "" when those of use cases do
}

// feeds collects who keeps what of whom, from the reads decided to be answered by
// copies, the reference data the boundaries replicate, and the projections.
func (b *builder) feeds() {
	at := map[*model.Aggregate]*fed{}
	need := func(a *model.Aggregate, c *decide.Context, u *model.UseCase) {
		if b.owner[a] == nil || b.owner[a] == c {
			return
		}
		f := at[a]
		if f == nil {
			f = &fed{of: a, for_: map[arch.ContextID][]*model.UseCase{}}
			at[a] = f
			b.fed = append(b.fed, f)
		}
		if !slices.Contains(f.in, c) {
			f.in = append(f.in, c)
		}
		if u != nil && !slices.Contains(f.for_[c.ID], u) {
			f.for_[c.ID] = append(f.for_[c.ID], u)
		}
	}
	for _, l := range b.p.Links {
		if l.Kind == decide.LinkRead && l.Crosses && b.p.Choice(subject(l.Name, "style")) == "replica" {
			need(l.Aggregate, l.From, l.UseCase)
		}
	}
	for _, c := range b.p.Contexts {
		for _, a := range c.Copies {
			if o := b.owner[a]; o != nil && o.Unit != c.Unit {
				need(a, c, nil)
			}
		}
		for _, u := range c.UseCases {
			if b.readyMade(u) {
				for _, r := range u.Reads {
					need(r.Aggregate, c, u)
				}
			}
		}
	}
	slices.SortFunc(b.fed, func(x, y *fed) int { return cmp.Compare(x.of.Path, y.of.Path) })
	for _, f := range b.fed {
		slices.SortFunc(f.in, func(x, y *decide.Context) int { return cmp.Compare(x.ID, y.ID) })
		b.fedOf[f.of] = f
	}
}

// readyMade reports whether a query is answered by a projection or index of its own.
func (b *builder) readyMade(u *model.UseCase) bool {
	c := b.p.Choice(subject(u.Name, "read-model"))
	return c == "projection" || c == "search-index"
}

// tellsAll reports whether every use case that writes the aggregate tells of it.
func (b *builder) tellsAll(a *model.Aggregate) bool {
	writers := append(slices.Clone(a.CreatedBy), a.ChangedBy...)
	for _, u := range writers {
		if !slices.ContainsFunc(u.Emits, func(e *model.Event) bool { return e.Of == a && len(e.Fields) == 0 }) {
			return false
		}
	}
	return len(writers) > 0
}

// stateEvents makes the events that carry the state of what others keep copies of.
func (b *builder) stateEvents() {
	if len(b.carriers()) == 0 {
		return
	}
	for _, f := range b.fed {
		a := f.of
		if b.tellsAll(a) {
			continue
		}
		ctx := b.contextOf(a)
		f.event = arch.EventID(fact.Pascal(a.Name + "_changed"))
		if b.event(f.event) != nil {
			f.event = arch.EventID(fact.Pascal(a.Name + "_state_changed"))
		}
		ev := arch.Event{
			ID: f.event, Context: ctx, Of: a.Path, Compatibility: "full", Channel: b.topicOf(a),
			Type:  fmt.Sprintf("example.%s.%s.%s.v1", b.slug(), ctx, fact.Kebab(string(f.event))),
			About: fmt.Sprintf("%s was made or changed: its state after it, for the copies of %s.", sentenceCase(article(a.Name)), and(contextNames(f.in))),
		}
		like := &model.Event{Element: model.Element{Name: string(f.event), Path: a.Path}, Of: a}
		ev.Payload, ev.Key = b.payload(like, a, ctx)
		ev.Size = b.eventSize(like)
		rate := 0.0
		var inputs []fact.ID
		for _, u := range append(slices.Clone(a.CreatedBy), a.ChangedBy...) {
			rate += u.Load.Average.N
			inputs = append(inputs, u.Load.Average.Fact)
			ev.EmittedBy = append(ev.EmittedBy, u.Path)
		}
		slices.Sort(ev.EmittedBy)
		ev.EmittedBy = slices.Compact(ev.EmittedBy)
		for _, c := range f.in {
			for _, u := range f.for_[c.ID] {
				ev.Consumers = append(ev.Consumers, u.Path)
			}
		}
		ev.Serves = slices.Clone(ev.Consumers)
		if len(ev.Serves) == 0 {
			ev.Serves = []arch.Path{a.Path}
		}
		ev.Rate = b.derive(fact.ID("events."+string(f.event)+".rate"), fact.Rate, rate, "average rates of the use cases that write it", inputs...)
		b.eventAt[ev.ID] = len(b.a.Events)
		b.a.Events = append(b.a.Events, ev)
	}
}

func contextNames(list []*decide.Context) []string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Name
	}
	return names
}

// topicOf is the topic of an aggregate's events.
func (b *builder) topicOf(a *model.Aggregate) arch.ChannelID {
	return arch.ChannelID(fmt.Sprintf("%s.%s.%s.v1", b.slug(), b.contextOf(a), fact.Kebab(a.Name)))
}

// feedChannels puts the state events on the topics of their aggregates, with those
// who keep copies as consumers.
func (b *builder) feedChannels(carriers []string) {
	for _, f := range b.fed {
		ch := b.channelFor(f, carriers)
		if f.event != "" {
			ch.Events = append(ch.Events, f.event)
			ch.Key = cmp.Or(ch.Key, b.event(f.event).Key)
			b.carries(ch, f.of)
		}
		for _, c := range f.in {
			b.subscribe(ch, f, c)
		}
	}
}

// carries sizes a channel for the state events of an aggregate beside what it carries
// already: each change at the peak of what changes it, at the horizon. Partitions
// follow from the rate over what one consumer handles at seven tenths of its time; a
// channel that keeps one order for all has one.
func (b *builder) carries(ch *arch.Channel, a *model.Aggregate) {
	growth := b.growth()
	rate := 0.0
	inputs := []fact.ID{growth.Fact}
	for _, u := range append(slices.Clone(a.CreatedBy), a.ChangedBy...) {
		rate += u.Load.Peak.N
		inputs = append(inputs, u.Load.Peak.Fact)
	}
	name := func(what string) fact.ID { return fact.ID("channels." + string(ch.ID) + "." + what) }
	state := b.derive(name("state-events"), fact.Rate, rate*growth.N, "peaks of the use cases that change it, at the horizon", inputs...)
	if ch.Rate.Known() {
		ch.Rate = b.derive(name("all-events"), fact.Rate, ch.Rate.N+state.N, "events of use cases, and a state event for each change", ch.Rate.Fact, state.Fact)
	} else {
		ch.Rate = state
	}
	if b.p.Choice(subject(string(ch.ID), "channel")) == "single" {
		return
	}
	handle := b.planFact("decide.handler-time", fact.Duration, 0.01)
	if need := math.Max(1, float64(queueing.PartitionsFor(ch.Rate.N, 0.7/math.Max(handle.N, 1e-6), 1))); need > ch.Partitions.N {
		ch.Partitions = b.derive(name("partitions"), fact.Count, need, "rate at the horizon over what one consumer handles at seven tenths of its time", ch.Rate.Fact, handle.Fact)
	}
}

// channelFor finds the topic of an aggregate, or makes it, kept for thirty days so
// that a copy can be built anew.
func (b *builder) channelFor(f *fed, carriers []string) *arch.Channel {
	id := b.topicOf(f.of)
	if i := slices.IndexFunc(b.a.Channels, func(c arch.Channel) bool { return c.ID == id }); i >= 0 {
		return &b.a.Channels[i]
	}
	owner := b.owner[f.of]
	ch := arch.Channel{
		ID: id, Kind: "topic", Owner: owner.ID, Deployable: owner.Unit.ID, Delivery: "at-least-once",
		Broker: b.carrierOf(&decide.Channel{Replay: true}, carriers),
		About:  fmt.Sprintf("What became of %s, for those who keep copies of them.", fact.Phrase(b.plural(f.of.Name))),
	}
	name := func(what string) fact.ID { return fact.ID("channels." + string(id) + "." + what) }
	ch.Retention = b.derive(name("retention"), fact.Duration, 30*86400, "thirty days, so that a copy can be built anew")
	ch.By = b.by("broker")
	ch.Serves = []arch.Path{f.of.Path}
	b.a.Channels = append(b.a.Channels, ch)
	return &b.a.Channels[len(b.a.Channels)-1]
}

// planFact reads a constant that decisions take for granted.
func (b *builder) planFact(id fact.ID, kind fact.Kind, otherwise float64) arch.Value {
	if f, ok := b.p.Facts.Get(id); ok {
		return arch.Value{Quantity: f.Value, Fact: id}
	}
	return b.derive("build."+id, kind, otherwise, "no decision of this system rests on another value")
}

// subscribe makes a context that keeps a copy a consumer of a topic.
func (b *builder) subscribe(ch *arch.Channel, f *fed, c *decide.Context) {
	var cases []arch.Path
	for _, u := range f.for_[c.ID] {
		cases = append(cases, u.Path)
	}
	for i := range ch.Subscribers {
		if ch.Subscribers[i].Context == c.ID {
			for _, p := range cases {
				if !slices.Contains(ch.Subscribers[i].UseCases, p) {
					ch.Subscribers[i].UseCases = append(ch.Subscribers[i].UseCases, p)
				}
			}
			return
		}
	}
	tries := b.planFact("decide.redeliveries", fact.Count, 8)
	sub := arch.Subscription{
		Group: string(c.ID) + "-" + fact.Kebab(b.plural(f.of.Name)), Context: c.ID, Deployable: c.Unit.ID, UseCases: cases,
		MaxDeliver: max(1, whole(tries)), Backoff: b.backoff(tries), Inbox: true,
		Lag: b.planFact("decide.copy-lag", fact.Duration, 1),
	}
	ch.Subscribers = append(ch.Subscribers, sub)
	slices.SortFunc(ch.Subscribers, func(x, y arch.Subscription) int { return cmp.Compare(x.Group, y.Group) })
}

// replicas tells each context what it keeps of others, how old that may be and what
// keeps it fresh.
func (b *builder) replicas() {
	for i := range b.a.Contexts {
		c := &b.a.Contexts[i]
		c.Replicates = nil
		for _, f := range b.fed {
			if !slices.ContainsFunc(f.in, func(x *decide.Context) bool { return x.ID == c.ID }) {
				continue
			}
			r := arch.Replica{Of: f.of.Path, Staleness: b.planFact("decide.copy-lag", fact.Duration, 1), Via: f.event}
			if r.Via == "" {
				r.Via = b.firstTold(f.of)
			}
			c.Replicates = append(c.Replicates, r)
		}
	}
}

func (b *builder) firstTold(a *model.Aggregate) arch.EventID {
	for i := range b.a.Events {
		if b.a.Events[i].Of == a.Path {
			return b.a.Events[i].ID
		}
	}
	return ""
}
