package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
)

// channels turns the channels of the plan into topics with their consumer groups
// and dead letters, and names the brokers that carry them.
func (b *builder) channels() {
	carriers := b.carriers()
	if len(carriers) == 0 {
		return
	}
	for _, ch := range b.p.Channels {
		b.a.Channels = append(b.a.Channels, b.channel(ch, b.carrierOf(ch, carriers)))
	}
	b.feedChannels(carriers)
	for i := range b.a.Channels {
		if live := &b.a.Channels[i]; len(live.Subscribers) > 0 {
			dead := b.deadLetters(live)
			live.DeadLetter = dead.ID
			b.a.Channels = append(b.a.Channels, dead)
		}
	}
	slices.SortFunc(b.a.Channels, func(x, y arch.Channel) int { return cmp.Compare(x.ID, y.ID) })
	for _, tech := range carriers {
		b.broker(tech)
	}
}

// carriers are the technologies of the broker decision: one, or a pair.
func (b *builder) carriers() []string {
	c := string(b.p.Choice("broker"))
	if c == "" || c == "none" {
		return nil
	}
	return strings.Split(c, "+")
}

// carrierOf picks, of a pair, the stream for what must be read again and the queue
// for the rest.
func (b *builder) carrierOf(ch *decide.Channel, carriers []string) string {
	for _, tech := range carriers {
		t, ok := b.p.Catalog.Technology(tech)
		if ok && t.Is(catalog.Stream) == (ch.Replay || len(ch.Consumers) > 1) {
			return tech
		}
	}
	return carriers[0]
}

func (b *builder) channel(ch *decide.Channel, tech string) arch.Channel {
	id := subject(string(ch.ID), "channel")
	out := arch.Channel{
		ID: ch.ID, Kind: "topic", Broker: tech, Owner: ch.Owner.ID, Deployable: ch.Owner.Unit.ID, Delivery: "at-least-once",
		About:      b.aboutChannel(ch),
		Rate:       b.derive(fact.ID("channels."+string(ch.ID)+".rate"), fact.Rate, ch.Rate, "peaks of the use cases that tell its events, at the horizon", append(slices.Clone(ch.Inputs), "context.growth.factor")...),
		Partitions: b.p.Parameter(id, "partitions"), Retention: b.p.Parameter(id, "retention"),
	}
	out.By = b.by("broker", id)
	for _, e := range ch.Events {
		b.channelAt[e] = ch.ID
		name := arch.EventID(fact.Pascal(e.Name))
		out.Events = append(out.Events, name)
		if ev := b.event(name); ev != nil {
			ev.Channel = ch.ID
			if e.Key == ch.Key {
				out.Key = cmp.Or(out.Key, ev.Key)
			}
		}
		for _, u := range e.EmittedBy {
			out.Serves = append(out.Serves, u.Path)
		}
		if len(e.EmittedBy) == 0 {
			out.Serves = append(out.Serves, e.Path)
		}
	}
	slices.Sort(out.Serves)
	out.Serves = slices.Compact(out.Serves)
	for i := range ch.Consumers {
		out.Subscribers = append(out.Subscribers, b.subscription(ch, &ch.Consumers[i], id))
	}
	return out
}

// event returns the contract of an event, nil when nobody is told of it.
func (b *builder) event(id arch.EventID) *arch.Event {
	if i, ok := b.eventAt[id]; ok {
		return &b.a.Events[i]
	}
	return nil
}

func (b *builder) aboutChannel(ch *decide.Channel) string {
	if ch.About == nil {
		return fmt.Sprintf("What %s tells others.", ch.Owner.Name)
	}
	return fmt.Sprintf("What happened to %s, in the order in which it happened to each.", fact.Phrase(b.plural(ch.About.Name)))
}

// subscription is the consumer group of one context.
func (b *builder) subscription(ch *decide.Channel, c *decide.Consumer, id arch.DecisionID) arch.Subscription {
	about := "events"
	if ch.About != nil {
		about = fact.Kebab(b.plural(ch.About.Name))
	}
	out := arch.Subscription{
		Group: string(c.Context.ID) + "-" + about, Context: c.Context.ID, Deployable: c.Context.Unit.ID, Inbox: true,
	}
	lag := fact.Number{}
	for _, u := range c.UseCases {
		out.UseCases = append(out.UseCases, u.Path)
		if w := u.Consistency.Within; w.Known() && (!lag.Known() || w.N < lag.N) {
			lag = w
		}
	}
	if !lag.Known() {
		if f, ok := b.m.Facts.Get("assumed.eventual"); ok {
			lag = fact.Number{N: f.Value.N, Fact: f.ID}
		}
	}
	out.Lag = value(fact.Duration, lag)
	deliveries := b.p.Parameter(id, "deliveries")
	out.MaxDeliver, out.Backoff = max(1, whole(deliveries)), b.backoff(deliveries)
	return out
}

// backoff are the pauses between deliveries, doubling from a second.
func (b *builder) backoff(deliveries arch.Value) []arch.Value {
	var out []arch.Value
	pause := 1.0
	for i := 1; i < whole(deliveries); i++ {
		out = append(out, b.derive(fact.ID(fmt.Sprintf("channels.backoff.%d", i)), fact.Duration, pause, "doubling from a second", deliveries.Fact))
		pause *= 2
	}
	return out
}

// deadLetters is where a message goes that no delivery could get through.
func (b *builder) deadLetters(of *arch.Channel) arch.Channel {
	groups := make([]string, len(of.Subscribers))
	for i, s := range of.Subscribers {
		groups[i] = s.Group
	}
	tries := of.Subscribers[0].MaxDeliver
	return arch.Channel{
		ID: of.ID + ".dead", Kind: "dead-letter", Broker: of.Broker, Owner: of.Owner, Deployable: of.Deployable,
		Events: of.Events, Key: of.Key, Delivery: of.Delivery, Retention: of.Retention,
		Partitions: b.derive("channels.dead.partitions", fact.Count, 1, "read by people and in order"),
		Rate:       b.derive("channels.dead.rate", fact.Rate, 0, "none when all is well"),
		About:      fmt.Sprintf("What %s could not handle in %d deliveries: each is a work item, looked at, then put back or dropped with a reason.", and(groups), tries),
		Trace:      of.Trace,
	}
}

// divide rounds the partitions of each channel up until the consumers of every group
// that has fewer than there are partitions divide them evenly: whole partitions are
// handed out, and the consumer with one more than the others is the first that is full.
func (b *builder) divide() {
	for i := range b.a.Channels {
		ch := &b.a.Channels[i]
		need := whole(ch.Partitions)
		if need < 2 || len(ch.Subscribers) == 0 {
			continue
		}
		inputs := []fact.ID{ch.Partitions.Fact}
		var consumers []int
		for k := range ch.Subscribers {
			sub := &ch.Subscribers[k]
			for _, pr := range b.consuming(sub) {
				if n := whole(pr.Replicas); n > 1 && n <= need && !slices.Contains(consumers, n) {
					consumers = append(consumers, n)
					inputs = append(inputs, pr.Replicas.Fact)
				}
			}
		}
		n := evenly(need, consumers)
		if n == need {
			continue
		}
		slices.Sort(consumers)
		words := make([]string, len(consumers))
		for k, c := range consumers {
			words[k] = fact.FormatCount(float64(c))
		}
		ch.Partitions = b.derive(fact.ID("channels."+string(ch.ID)+".divided"), fact.Count, float64(n),
			"rounded up until groups of "+and(words)+" consumers divide them so that none has a tenth more than its share", inputs...)
	}
}

// evenly is the smallest number of partitions from need up, and below twice that, with
// which no consumer of any group has more than a tenth above its even share; need where
// there is none.
func evenly(need int, consumers []int) int {
	const even = 1 / 1.1
	for n := need; n < 2*need; n++ {
		if !slices.ContainsFunc(consumers, func(c int) bool { return queueing.Assignment{Partitions: n, Consumers: c}.Balance() < even }) {
			return n
		}
	}
	return need
}

// consuming are the processes in which a group consumes: of the use cases that its
// messages start, and the one that keeps copies up to date.
func (b *builder) consuming(sub *arch.Subscription) (out []*arch.Process) {
	add := func(pr *arch.Process) {
		if pr != nil && !slices.Contains(out, pr) {
			out = append(out, pr)
		}
	}
	for _, path := range sub.UseCases {
		if u := b.useCases[path]; u != nil && len(u.On) > 0 {
			add(b.processOf[flowID(u)])
		}
	}
	for i := range b.a.Deployables {
		d := &b.a.Deployables[i]
		for k := range d.Roles {
			if d.ID == sub.Deployable && d.Roles[k].Consumes && sub.Copies.Known() {
				add(&d.Roles[k])
			}
		}
	}
	return out
}

// broker is what carries the channels of one technology.
func (b *builder) broker(tech string) {
	t, ok := b.p.Catalog.Technology(tech)
	out := arch.Broker{Technology: tech, Kind: "queue", Trace: arch.Trace{By: b.by("broker")}}
	switch {
	case tech == "postgres-queue":
		out.Kind = "table"
	case ok && t.Is(catalog.Stream):
		out.Kind = "stream"
	}
	for i := range b.a.Channels {
		if ch := &b.a.Channels[i]; ch.Broker == tech {
			out.Channels = append(out.Channels, ch.ID)
			out.Serves = append(out.Serves, ch.Serves...)
		}
	}
	if len(out.Channels) == 0 {
		return
	}
	slices.Sort(out.Serves)
	out.Serves = slices.Compact(out.Serves)
	if out.Kind != "table" {
		if m, managed := t.Managed(b.m.Context.Platform.Cloud); ok && managed {
			out.Product = m.Value
		}
		out.Host = fmt.Sprintf("%s.%s.internal", tech, b.slug())
		out.Nodes, out.Failover = b.catalogued(tech, "nodes-min-ha"), b.catalogued(tech, "failover-time")
	}
	b.a.Broker = append(b.a.Broker, out)
}
