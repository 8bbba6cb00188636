package sim

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

var (
	outboxLag = fact.Fact{
		ID: "decide.outbox-lag", Value: fact.Quantity{Kind: fact.Duration, N: 0.2}, Origin: fact.Assumed, Low: 0.02, High: 2,
		Reason: "interval at which a relay looks into an outbox, or age of what change capture reads from the store's log",
	}
	outboxBatch = fact.Fact{
		ID: "sim.outbox-batch", Value: fact.Quantity{Kind: fact.Count, N: 100}, Origin: fact.Assumed, Low: 10, High: 2048,
		Reason: "records that a relay takes out of an outbox at a time; Debezium takes up to 2048 (max.batch.size)",
	}
)

// noticed is how long a broker takes to notice that a consumer was killed: what is
// documented for the technology; brokers that see the connection break hand its
// messages on at once.
var noticed = map[string]fact.Fact{
	"kafka":      session("kafka", 45, 6, 300, "session.timeout.ms of Kafka's consumers, 45 s since version 3.0"),
	"kinesis":    session("kinesis", 10, 5, 60, "failoverTimeMillis of the Kinesis Client Library"),
	"nats":       session("nats", 30, 1, 300, "AckWait of JetStream's consumers"),
	"sqs":        session("sqs", 30, 1, 300, "visibility timeout of a queue unless it is set"),
	"servicebus": session("servicebus", 60, 5, 300, "lock duration of a queue unless it is set"),
}

func session(technology string, seconds, low, high float64, reason string) fact.Fact {
	return fact.Fact{
		ID: fact.ID("sim.consumer-session." + technology), Value: fact.Quantity{Kind: fact.Duration, N: seconds}, Origin: fact.Assumed, Low: low, High: high,
		Reason: "time until the broker hands on what a killed consumer had: " + reason,
	}
}

// subscribe makes a consumer group of each subscription of a flow's use case. A
// channel carries several kinds of event; the flow's own stated rate says which
// share of the messages start it. It answers false when nothing is published for it.
func (c *compiler) subscribe(f *arch.Flow, p, home int) bool {
	all := 0.0
	type feed struct {
		ch  *arch.Channel
		sub *arch.Subscription
	}
	var feeds []feed
	for i := range c.a.Channels {
		ch := &c.a.Channels[i]
		for k := range ch.Subscribers {
			if sub := &ch.Subscribers[k]; slices.Contains(sub.UseCases, f.UseCase) && c.published[string(ch.ID)] > 0 {
				all += c.published[string(ch.ID)]
				feeds = append(feeds, feed{ch, sub})
			}
		}
	}
	if all == 0 || !(f.Workload.Peak.N > 0) {
		return false
	}
	for _, x := range feeds {
		c.group(x.ch, x.sub, group{flow: string(f.ID), program: p, share: math.Min(f.Workload.Peak.N/all, 64)}, home)
	}
	return true
}

// group lets a station consume the messages of a channel under a subscription.
func (c *compiler) group(ch *arch.Channel, sub *arch.Subscription, g group, home int) {
	g.name, g.of, g.deliver, g.inbox = sub.Group, sub, sub.MaxDeliver, sub.Inbox
	g.channel, g.broker, g.link = c.channels[string(ch.ID)], c.stations[string(ch.ID)], len(c.net.links)
	g.partitions, g.inFlight = c.net.channels[g.channel].partitions, c.net.stations[home].workers
	if s, slow := noticed[ch.Broker]; slow {
		g.session = des.Seconds(c.assume(s.ID, &s))
	}
	for _, b := range sub.Backoff {
		g.backoffs = append(g.backoffs, des.Seconds(b.N))
	}
	c.net.links = append(c.net.links, link{name: "consume " + g.name + "/" + g.flow, from: string(ch.ID), station: home})
	c.net.channels[g.channel].groups = append(c.net.channels[g.channel].groups, len(c.net.groups))
	c.net.groups = append(c.net.groups, g)
}

// copies are the subscriptions that keep copies and read models up to date: the process
// that is sized for them applies each message.
func (c *compiler) copies() {
	for i := range c.a.Channels {
		ch := &c.a.Channels[i]
		if _, known := c.channels[string(ch.ID)]; !known || !(c.published[string(ch.ID)] > 0) {
			continue
		}
		for k := range ch.Subscribers {
			sub := &ch.Subscribers[k]
			if !(sub.Copies.N > 0) {
				continue
			}
			home := c.keeper(sub.Deployable)
			w := writer{c: c, flow: &arch.Flow{Entry: sub.Deployable}, unit: sub.Deployable, home: home, rate: sub.Copies.N}
			w.steps(sub.Apply, 1, 0)
			c.group(ch, sub, group{program: c.program("copies", w.out), share: 1}, home)
		}
	}
}

// keeper is the process of a deployable that keeps its copies up to date.
func (c *compiler) keeper(d arch.DeployableID) int {
	for i := range c.a.Deployables {
		x := &c.a.Deployables[i]
		for k := range x.Roles {
			if x.ID == d && x.Roles[k].Consumes {
				return c.stations[string(d)+"."+x.Roles[k].Name]
			}
		}
	}
	return c.home(d, "")
}

// channelOf is a channel of the design as the engine sees it.
func (c *compiler) channelOf(ch *arch.Channel) channel {
	out := channel{name: string(ch.ID)}
	if !c.ordered(ch) {
		return out
	}
	out.partitions = min(max(whole(ch.Partitions), 1), maxPartitions)
	if out.partitions < 2 {
		return out
	}
	for _, id := range ch.Events {
		for i := range c.a.Events {
			e := &c.a.Events[i]
			on, stated := c.a.FactOf(e.Of + ".skew.on")
			share, both := c.a.FactOf(e.Of + ".skew.share")
			if e.ID == id && stated && both {
				at, n, partitions := len(c.net.channels), c.keysOf(e.Of), out.partitions // it becomes the next one
				c.keyed = append(c.keyed, func() { c.net.channels[at].keys = spread(partitions, n, on.Value.N, share.Value.N) })
				return out
			}
		}
	}
	return out
}

// maxPartitions bounds those of a channel.
const maxPartitions = 1 << 12

// keysOf is how many instances of an aggregate there are, many when nothing is known.
func (c *compiler) keysOf(of arch.Path) float64 {
	if f, ok := c.a.FactOf(of + ".instances"); ok {
		return math.Max(f.Value.N, 1)
	}
	return 1e6
}

// spread is the share of the messages that each partition gets when share of them is
// about the part hot of n keys, and keys are hashed onto partitions.
func spread(partitions int, n, hot, share float64) *popularity {
	keys := zipf(n, skew(n, hot, share), 1<<14)
	p := &popularity{head: partitions, each: 1, share: make([]float64, partitions)}
	hash := des.NewStream(1, uint64(partitions))
	for k, s := range keys.share {
		if k < keys.head {
			p.share[hash.Below(partitions)] += s
			continue
		}
		for i := range p.share { // a group of keys is spread evenly
			p.share[i] += s / float64(partitions)
		}
	}
	p.tables()
	return p
}

// ordered reports whether the broker of a channel keeps the order of a partition.
func (c *compiler) ordered(ch *arch.Channel) bool {
	for i := range c.a.Broker {
		if b := &c.a.Broker[i]; b.Technology == ch.Broker {
			return b.Kind == "stream"
		}
	}
	return false
}

// queued reports whether a step is a call that waits in a queue of its own before it
// leaves.
func (c *compiler) queued(s *arch.Step) bool {
	e := c.edges[s.Edge]
	return s.Kind == "call" && e != nil && e.Backlog != nil
}

// queue is the queue before a call, as a channel that a worker of the process reads which
// makes the call: it takes the next one when throttle and bulkhead have room for it, and
// puts one that failed back, for longer each time, until it is done. It lies in the store
// of the process.
func (c *compiler) queue(s *arch.Step, w *writer) int {
	if at, ok := c.queues[s.Edge]; ok {
		return at
	}
	at, e := len(c.net.channels), c.edges[s.Edge]
	c.queues[s.Edge] = at
	over, leaf := c.link(s.Edge, c.stationOf(s.Target, "external"), arch.Demand{}), c.leaf(w.demand(s), -1)
	g := group{
		name: string(s.Edge), channel: at, broker: w.home, link: len(c.net.links), gate: over + 1,
		program: c.program("call "+string(s.Edge), []step{{kind: invoke, chance: 1, times: 1, link: over, program: leaf}}),
		share:   1, inFlight: c.net.stations[w.home].workers, session: sagaPause,
	}
	for i := range c.a.Stores {
		if st := &c.a.Stores[i]; st.Deployable == e.From {
			g.broker = c.stationOf(string(st.ID), "store")
			break
		}
	}
	for wait := sagaPause; len(g.backoffs) <= 6; wait = min(2*wait, 60*sagaPause) {
		g.backoffs = append(g.backoffs, wait)
	}
	c.net.links = append(c.net.links, link{name: "take " + g.name, from: string(e.From), station: w.home})
	c.net.channels = append(c.net.channels, channel{name: "queue before " + s.Target, groups: []int{len(c.net.groups)}})
	c.net.groups = append(c.net.groups, g)
	return at
}

type relayKey struct {
	from    arch.DeployableID
	channel int
}

// relay is the outbox through which a step's event leaves, -1 when it is published
// beside its transaction.
func (c *compiler) relay(s *arch.Step) int {
	channel, known := c.channels[s.Target]
	edge := c.edges[s.Edge]
	if s.Kind != "publish" || !known || edge == nil {
		return -1
	}
	how := c.outbox(edge.From)
	if how == "" {
		return -1
	}
	key := relayKey{edge.From, channel}
	if at, ok := c.relays[key]; ok {
		return at
	}
	at := len(c.net.relays)
	c.relays[key] = at
	c.net.programs = append(c.net.programs, program{name: "relay", steps: []step{
		{kind: work, time: dist(s.Demand), chance: 1, times: 1}, {kind: carry, relay: at},
	}})
	c.net.relays = append(c.net.relays, relay{
		name: string(edge.From) + " to " + s.Target, home: c.home(edge.From, ""), channel: channel, program: len(c.net.programs) - 1,
		link:     c.link(s.Edge, c.stationOf(s.Target, "channel"), arch.Demand{}),
		interval: des.Seconds(c.assume(outboxLag.ID, &outboxLag)), capture: how == "change-capture",
		batch: max(int(c.assume(outboxBatch.ID, &outboxBatch)), 1),
	})
	return at
}

// outbox says how the events of a deployable follow its transactions: outbox,
// change-capture, or "" when they are sent beside them.
func (c *compiler) outbox(d arch.DeployableID) string {
	if x := c.a.Decision(arch.DecisionID(string(d) + ".outbox")); x != nil {
		if x.Choice == "outbox" || x.Choice == "change-capture" {
			return string(x.Choice)
		}
		return ""
	}
	for i := range c.a.Stores {
		st := &c.a.Stores[i]
		if st.Deployable == d && slices.ContainsFunc(st.Aggregates, func(a arch.StoredAggregate) bool { return a.Outbox }) {
			return "outbox"
		}
	}
	return ""
}
