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
	*decide.Feed
	event arch.EventID // the event that carries the state; "" when those of use cases do
}

// feeds collects who keeps what of whom.
func (b *builder) feeds() {
	for _, f := range b.p.Feeds() {
		b.fed = append(b.fed, &fed{Feed: f})
		b.fedOf[f.Of] = b.fed[len(b.fed)-1]
	}
}

// stateEvents makes the events that carry the state of what others keep copies of.
func (b *builder) stateEvents() {
	if len(b.carriers()) == 0 {
		return
	}
	for _, f := range b.fed {
		a := f.Of
		if !f.State {
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
			About: fmt.Sprintf("%s was made or changed: its state after it, for the copies of %s.", sentenceCase(article(a.Name)), and(contextNames(f.In))),
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
		for _, c := range f.In {
			for _, u := range f.For[c.ID] {
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
			b.carries(ch, f.Of)
		}
		for _, c := range f.In {
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
	each, rule := 0.7/math.Max(handle.N, 1e-6), "rate at the horizon over what one consumer handles at seven tenths of its time"
	need, inputs := queueing.PartitionsFor(ch.Rate.N, each, 1), []fact.ID{ch.Rate.Fact, handle.Fact}
	if a.SkewShare.Known() && a.SkewOn.Known() && need > 1 {
		if n, ok := queueing.PartitionsForKeys(decide.PopularityOf(a), ch.Rate.N, each); ok {
			need, inputs = n, append(inputs, a.SkewShare.Fact, a.SkewOn.Fact, a.Instances.Fact)
			rule = "so many that the fullest, with the busiest " + a.Name + ", is no more than one consumer handles at seven tenths of its time"
		}
	}
	if n := math.Max(1, float64(need)); n > ch.Partitions.N {
		ch.Partitions = b.derive(name("partitions"), fact.Count, n, rule, inputs...)
	}
}

// channelFor finds the topic of an aggregate, or makes it, kept for thirty days so
// that a copy can be built anew.
func (b *builder) channelFor(f *fed, carriers []string) *arch.Channel {
	id := b.topicOf(f.Of)
	if i := slices.IndexFunc(b.a.Channels, func(c arch.Channel) bool { return c.ID == id }); i >= 0 {
		return &b.a.Channels[i]
	}
	owner := b.owner[f.Of]
	ch := arch.Channel{
		ID: id, Kind: "topic", Owner: owner.ID, Deployable: owner.Unit.ID, Delivery: "at-least-once",
		Broker: b.carrierOf(&decide.Channel{Replay: true}, carriers),
		About:  fmt.Sprintf("What became of %s, for those who keep copies of them.", fact.Phrase(b.plural(f.Of.Name))),
	}
	name := func(what string) fact.ID { return fact.ID("channels." + string(id) + "." + what) }
	ch.Retention = b.derive(name("retention"), fact.Duration, 30*86400, "thirty days, so that a copy can be built anew")
	ch.By = b.by("broker")
	ch.Serves = []arch.Path{f.Of.Path}
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
	for _, u := range f.For[c.ID] {
		cases = append(cases, u.Path)
	}
	copies, apply := b.applied(ch, f, c)
	for i := range ch.Subscribers {
		if ch.Subscribers[i].Context == c.ID {
			for _, p := range cases {
				if !slices.Contains(ch.Subscribers[i].UseCases, p) {
					ch.Subscribers[i].UseCases = append(ch.Subscribers[i].UseCases, p)
				}
			}
			ch.Subscribers[i].Copies, ch.Subscribers[i].Apply = copies, apply
			return
		}
	}
	tries := b.planFact("decide.redeliveries", fact.Count, 8)
	sub := arch.Subscription{
		Group: string(c.ID) + "-" + fact.Kebab(b.plural(f.Of.Name)), Context: c.ID, Deployable: c.Unit.ID, UseCases: cases,
		MaxDeliver: max(1, whole(tries)), Backoff: b.backoff(tries), Inbox: true,
		Lag: b.planFact("decide.copy-lag", fact.Duration, 1), Copies: copies, Apply: apply,
	}
	ch.Subscribers = append(ch.Subscribers, sub)
	slices.SortFunc(ch.Subscribers, func(x, y arch.Subscription) int { return cmp.Compare(x.Group, y.Group) })
}

// applied is how often an event comes that a context applies to what it keeps, and what
// is done for each: a read, a write and the inbox take the time of a handler, the write
// in the store of the context.
func (b *builder) applied(ch *arch.Channel, f *fed, c *decide.Context) (arch.Value, []arch.Step) {
	rate, by := b.p.Told(f.Feed)
	inputs := make([]fact.ID, 0, len(by))
	for _, u := range by {
		inputs = append(inputs, u.Load.Peak.Fact)
	}
	id := fact.ID("channels." + string(ch.ID) + "." + string(c.ID))
	v := b.derive(id+".copies", fact.Rate, rate, "peaks of the use cases that tell of it, once for each of their events and each change", distinct(inputs)...)
	handle := b.planFact("decide.handler-time", fact.Duration, 0.01)
	work := plainStep("work", "apply the change")
	what := fact.Phrase(f.Of.Name)
	write := plainStep("store", "write the copy of "+what)
	write.Mode, write.Demand = "write", b.storeTime(string(b.p.Choice(subject(string(c.ID), "store"))), "write")
	st, ok := b.storeAt[c.ID]
	if !ok {
		work.Demand = arch.Demand{Shape: "constant", P50: handle}
		return v, []arch.Step{work}
	}
	write.Target, write.Edge = string(st), storeEdge(c.Unit, st)
	own := b.derive(id+".apply", fact.Duration, math.Max(handle.N-write.Demand.P50.N, handle.N*decide.LeastOwn), "time of a handler less that of its write, at least a fifth of it", handle.Fact, write.Demand.P50.Fact)
	work.Demand = arch.Demand{Shape: "constant", P50: own}
	return v, []arch.Step{work, write}
}

// replicas tells each context what it keeps of others, how old that may be and what
// keeps it fresh.
func (b *builder) replicas() {
	for i := range b.a.Contexts {
		c := &b.a.Contexts[i]
		c.Replicates = nil
		for _, f := range b.fed {
			if !slices.ContainsFunc(f.In, func(x *decide.Context) bool { return x.ID == c.ID }) {
				continue
			}
			r := arch.Replica{Of: f.Of.Path, Staleness: b.planFact("decide.copy-lag", fact.Duration, 1), Via: f.event}
			if r.Via == "" {
				r.Via = b.firstTold(f.Of)
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
