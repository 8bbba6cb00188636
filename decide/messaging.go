package decide

import (
	"cmp"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// Channel is a topic or queue that the interactions call for, with its needs.
type Channel struct {
	ID    arch.ChannelID
	Owner *Context
	// About is the aggregate whose events it carries; nil for a work queue before an
	// external, see External.
	About    *model.Aggregate
	Events   []*model.Event
	External *model.External
	Key      string
	Rate     float64   // messages a second at peak, at the horizon
	Inputs   []fact.ID // the facts the rate follows from
	Bytes    float64   // of one message
	// Consumers are the groups that read it, one per context.
	Consumers []Consumer
	// Webhooks are the partners who are told of its events.
	Webhooks []*model.Actor
	// Crosses tells whether a consumer runs in another deployable.
	Crosses bool
	// Replay tells whether a consumer must be able to read it again from a point: a copy
	// of its data elsewhere, or listeners in other deployables of an event-sourced owner.
	// Who listens in the owner's own deployable reads its record itself.
	Replay bool
}

// Consumer is a group that reads a channel.
type Consumer struct {
	Context  *Context
	UseCases []*model.UseCase
}

// heard reports whether anybody but its owner hears what it carries.
func (ch *Channel) heard() bool {
	return len(ch.Consumers)+len(ch.Webhooks) > 0 || slices.ContainsFunc(ch.Events, func(e *model.Event) bool { return e.Declared })
}

// channels derives the channels from events with listeners, events carried by
// webhooks, declared events, and copies of reference data.
func (p *planner) channels() []*Channel {
	byKey := map[string]*Channel{}
	grow := (&sheet{planner: p}).growth()
	for _, e := range p.model.Events {
		if e.From != nil {
			continue
		}
		owner := p.eventOwner(e)
		if owner == nil || len(e.Starts) == 0 && !e.Declared && !carriedByWebhook(e) && len(e.EmittedBy) == 0 {
			continue
		}
		about := string(owner.ID)
		if e.Of != nil {
			about = fact.Kebab(e.Of.Name)
		}
		id := fact.Kebab(p.model.Name) + "." + string(owner.ID) + "." + about + ".v1"
		ch := byKey[id]
		if ch == nil {
			ch = &Channel{ID: arch.ChannelID(id), Owner: owner, About: e.Of, Key: e.Key}
			byKey[id] = ch
		}
		if e.Of != nil && ch.Key == e.Of.ID.Name && e.Key != "" {
			ch.Key = e.Key // an order that somebody asked for goes before the usual one
		}
		ch.Events = append(ch.Events, e)
		for _, u := range e.EmittedBy {
			ch.Rate += u.Load.Peak.N * grow
			ch.Inputs = append(ch.Inputs, u.Load.Peak.Fact)
			ch.Webhooks = append(ch.Webhooks, u.Webhook...)
		}
		ch.Bytes = math.Max(ch.Bytes, eventBytes(e))
		for _, u := range e.Starts {
			p.consume(ch, u)
		}
	}
	var out []*Channel
	for _, ch := range byKey {
		p.copies(ch)
		ch.Replay = ch.Replay || ch.Crosses && ch.About != nil && ch.About.History == "required"
		slices.SortFunc(ch.Consumers, func(a, b Consumer) int { return cmp.Compare(a.Context.ID, b.Context.ID) })
		slices.Sort(ch.Inputs)
		ch.Inputs = slices.Compact(ch.Inputs)
		out = append(out, ch)
	}
	slices.SortFunc(out, func(a, b *Channel) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func carriedByWebhook(e *model.Event) bool {
	return slices.ContainsFunc(e.EmittedBy, func(u *model.UseCase) bool { return len(u.Webhook) > 0 })
}

func (p *planner) eventOwner(e *model.Event) *Context {
	if e.Of != nil {
		return p.plan.OwnerOf(e.Of)
	}
	for _, u := range e.EmittedBy {
		return p.plan.Home(u)
	}
	return nil
}

// eventBytes estimates a message: the fields of the aggregate without its bulk, and
// the envelope.
func eventBytes(e *model.Event) float64 {
	const envelope = 400 // CloudEvents attributes, trace context and key, as text
	if e.Of == nil {
		return envelope + 200
	}
	return envelope + math.Min(e.Of.Size.Or(500), 4000)
}

func (p *planner) consume(ch *Channel, u *model.UseCase) {
	home := p.plan.Home(u)
	if home == nil {
		return
	}
	ch.Crosses = ch.Crosses || home.Unit != ch.Owner.Unit
	for i := range ch.Consumers {
		if ch.Consumers[i].Context == home {
			if !slices.Contains(ch.Consumers[i].UseCases, u) {
				ch.Consumers[i].UseCases = append(ch.Consumers[i].UseCases, u)
			}
			return
		}
	}
	ch.Consumers = append(ch.Consumers, Consumer{Context: home, UseCases: []*model.UseCase{u}})
}

// copies makes contexts that keep a copy of the channel's aggregate its consumers.
func (p *planner) copies(ch *Channel) {
	for _, c := range p.plan.Contexts {
		if ch.About == nil || !slices.Contains(c.Copies, ch.About) || c == ch.Owner || c.Unit == ch.Owner.Unit {
			continue
		}
		ch.Replay, ch.Crosses = true, true
		if !slices.ContainsFunc(ch.Consumers, func(x Consumer) bool { return x.Context == c }) {
			ch.Consumers = append(ch.Consumers, Consumer{Context: c})
		}
	}
}

var brokerQuestion = question{"broker", "communication", "What carries events and work",
	system, fillBroker,
	"Asked once, for all channels together, when it is known which interactions go by events: the needs of every channel (crossing deployables, independent consumers, order within a key, replay, rate, message size, retention) eliminate technologies by the facts of the catalogue; one technology that can carry all is preferred, a pair is only offered where none can. A table in the services' own store is an option as long as nobody else would have to read it. Options: none, the catalogue's queues and streams by id, postgres-queue (a table), and pairs joined by +."}

func fillBroker(s *sheet) {
	channels := s.plan.Channels
	rate, crossing := 0.0, 0
	for _, ch := range channels {
		rate += ch.Rate
		for _, id := range ch.Inputs {
			s.read(id)
		}
		if ch.Crosses {
			crossing++
		}
		for _, e := range ch.Events {
			for _, u := range append(slices.Clone(e.EmittedBy), e.Starts...) {
				s.requires(u.Path)
			}
		}
	}
	carried := s.carriedLinks()
	none := s.none("no events: nothing listens")
	if i := slices.IndexFunc(channels, (*Channel).heard); i >= 0 {
		none.out(channels[i].about(), "%s is heard by others than who tells it", string(channels[i].ID))
	}
	if len(carried) > 0 {
		none.out(carried[0].Path, "%s is reached by events: %d interactions are", carried[0].Name, len(carried))
	}
	none.score(critStaleness, 0, "nothing to tell").score(critOperations, 0, "nothing to run").score(critMoney, 0, "nothing to pay").
		score(critBuild, 0, "nothing to build").score(critDowntime, 0, "nothing to fail")
	techs := s.carriers()
	feasible := false
	for _, t := range techs {
		o := s.carrier(arch.OptionID(t.ID), t.Name, t)
		for _, ch := range channels {
			s.carry(o, ch, t)
		}
		if t.ID == "postgres-queue" && len(carried) > 0 && s.options[o.i].Feasible() {
			o.out(carried[0].Path, "what %s needs is kept in another deployable, which would have to read a table of its owner", carried[0].UseCase.Name)
		}
		feasible = feasible || s.options[o.i].Feasible()
	}
	if !feasible && len(channels)+len(carried) > 0 {
		s.pairs(techs, channels)
	}
	s.undo(3 + 2*float64(len(channels)))
	if len(channels)+len(carried) > 0 {
		s.say("%d channels carry %s at the horizon's peak, %d of them across deployables; %d interactions are by copy or after the answer", len(channels), ps(rate), crossing, len(carried))
	} else {
		s.say("none of the %d use cases of %s emits an event that anybody hears", len(s.model.UseCases), s.model.Name)
	}
	s.flip("an event has a listener outside its own deployable")
	groups := 0
	for _, ch := range channels {
		groups += len(ch.Consumers)
	}
	s.concrete(func(o option) {
		if s.options[o.i].ID != "none" {
			s.pro("%d channels are run and watched in one way", len(channels))
			s.con("%d consumer groups see an event at least once and must recognise repeats", groups)
		}
	})
	s.test("a message is delivered twice and out of order to each of %d consumer groups: the state after is the same; a poisoned one ends in the dead-letter channel within its redeliveries", groups)
}

// carriedLinks are the interactions between deployables that go by events: what is
// done after the answer, and what is read from a copy or a projection.
func (s *sheet) carriedLinks() []*Link {
	var out []*Link
	for _, l := range s.plan.Links {
		if !l.Crosses || l.To == nil || l.Kind == LinkEvent {
			continue
		}
		style := s.chosen(arch.DecisionID(l.Name + ".style"))
		if style == "event" || style == "replica" || l.Kind == LinkRead && s.plan.keptReady(l) {
			out = append(out, l)
		}
	}
	return out
}

// carriers are the technologies that move messages, in catalogue order.
func (s *sheet) carriers() []catalog.Technology {
	list := append(slices.Clone(s.catalog.Of(catalog.Queue)), s.catalog.Of(catalog.Stream)...)
	var out []catalog.Technology
	for _, t := range list {
		if !slices.ContainsFunc(out, func(x catalog.Technology) bool { return x.ID == t.ID }) {
			out = append(out, t)
		}
	}
	return out
}

// carrier adds the option with its scores.
func (s *sheet) carrier(id arch.OptionID, name string, techs ...catalog.Technology) option {
	o := s.option(id, name)
	lag, hours, money, learn, down := 0.0, 0.0, 0.0, 0.0, 0.0
	cloud := s.model.Context.Platform.Cloud
	for _, t := range techs {
		if v, ok := s.tech(t, "delivery-p99"); ok {
			lag = math.Max(lag, v)
		}
		hours += s.hours(t)
		learn += s.learning(t)
		down += s.storeDowntime(t)
		money += s.brokerMoney(t, cloud)
	}
	o.score(critStaleness, lag, "p99 from publish to handler")
	o.score(critOperations, hours, "to run it here")
	o.score(critMoney, money, "nodes, partitions and messages at list price")
	o.score(critBuild, learn+1, "learning it, one adapter")
	o.score(critDowntime, down, "its failovers")
	return o
}

// brokerMoney at list price a month; a table in our own store costs nothing more.
func (s *sheet) brokerMoney(t catalog.Technology, cloud string) float64 {
	if t.ID == "postgres-queue" || s.runs(t.ID) {
		return 0
	}
	messages := 0.0
	for _, ch := range s.plan.Channels {
		messages += ch.Rate * 0.3 * monthSeconds * float64(1+len(ch.Consumers))
	}
	if per, ok := s.priced(t, "price-million", cloud); ok {
		return messages / 1e6 * per
	}
	if per, ok := s.priced(t, "price-partition-hour", cloud); ok {
		return per * monthSeconds / 3600 * math.Max(1, float64(len(s.plan.Channels)))
	}
	nodes, ok := s.tech(t, "nodes-min-ha")
	if !ok {
		nodes = 3
	}
	if node, ok := s.priced(t, "price-node-hour", cloud); ok {
		return node * nodes * monthSeconds / 3600
	}
	return s.k(nodeMonth) * nodes
}

// carry eliminates the technology where it cannot carry the channel.
func (s *sheet) carry(o option, ch *Channel, t catalog.Technology) {
	if !s.options[o.i].Feasible() {
		return // one reason is enough to read; the first channel in order gives it
	}
	about := ch.about()
	s.onlyAtProvider(o, t)
	if t.ID == "postgres-queue" {
		if ch.Crosses {
			o.out(about, "consumers of %s run in other deployables and would have to read a table of %s", string(ch.ID), ch.Owner.Name)
		}
		if !s.relational(ch.Owner) {
			o.out(about, "%s keeps its data in %s, which has no such table", ch.Owner.Name, s.chosen(arch.DecisionID(string(ch.Owner.ID)+".store")))
		}
	}
	if ch.Crosses && len(ch.Consumers) > 1 && lacks(t, "fan-out") {
		o.out(about, "%s has %d independent consumers, and each of its messages reaches one", string(ch.ID), len(ch.Consumers))
	}
	if ch.Replay && lacks(t, "replay") {
		o.out(about, "%s must be read again from a chosen point (history or copies of its data), and consumed messages are gone", string(ch.ID))
	}
	if limit, ok := s.tech(t, "publish-rate-node"); ok {
		nodes, known := s.tech(t, "nodes-min-ha")
		if !known || nodes < 1 {
			nodes = 1
		}
		if usual := limit * nodes * s.k(brokerGrowth); ch.Rate > usual {
			o.out(about, "%s at the horizon on %s, and a usual set-up takes in %s", ps(ch.Rate), string(ch.ID), ps(usual))
		}
	}
	if most, ok := s.tech(t, "message-size-max"); ok && ch.Bytes > most {
		o.out(about, "messages of %s on %s, at most %s fit", size(ch.Bytes), string(ch.ID), size(most))
	}
	s.carryInOrder(o, ch, t)
}

var brokerGrowth = &assumption{"decide.broker-nodes", fact.Count, 4, 2, 10, "how many times the smallest highly available set-up a broker is enlarged without trouble"}

// carryInOrder eliminates the technology where it cannot keep the channel's order at
// the channel's rate.
func (s *sheet) carryInOrder(o option, ch *Channel, t catalog.Technology) {
	order, ok := t.Text("ordering")
	if !ok || ch.Key == "" {
		return
	}
	if order.Value == "none" {
		// A table of our own keeps order as long as one worker reads it.
		if one := s.oneConsumer(); t.ID != "postgres-queue" {
			o.out(ch.about(), "events of one %s must stay in order", ch.Key)
		} else if rate := s.listened(ch); rate > one {
			o.out(ch.about(), "events of one %s must stay in order, and the one worker that keeps it handles %s of %s", ch.Key, ps(one), ps(rate))
		}
	}
	if order.Value == "queue" && lacks(t, "keyed-order-parallel") {
		if limit, ok := s.tech(t, "publish-rate-group"); ok && ch.Rate > limit {
			o.out(ch.about(), "order within %s holds only with one consumer, which keeps up with %s of %s", ch.Key, ps(limit), ps(ch.Rate))
		}
	}
}

// listened is the rate, a second at the horizon's peak, of those events of a channel
// that start something or keep a copy up to date: what nobody reads keeps no worker busy.
func (s *sheet) listened(ch *Channel) (rate float64) {
	copied := slices.ContainsFunc(ch.Consumers, func(c Consumer) bool { return len(c.UseCases) == 0 })
	for _, e := range ch.Events {
		if !copied && len(e.Starts) == 0 {
			continue
		}
		for _, by := range e.EmittedBy {
			rate += s.n(by.Load.Peak) * s.growth()
		}
	}
	return rate
}

// about is the requirement a channel exists for.
func (ch *Channel) about() arch.Path {
	for _, e := range ch.Events {
		for _, u := range e.Starts {
			return u.Path
		}
		for _, u := range e.EmittedBy {
			return u.Path
		}
	}
	return ch.Owner.firstPath()
}

func (s *sheet) relational(c *Context) bool {
	id := s.chosen(arch.DecisionID(string(c.ID) + ".store"))
	t, ok := s.catalog.Technology(string(id))
	if !ok {
		return true
	}
	f, known := t.Flag("skip-locked")
	return known && f.Value
}

// pairs offers, where no single technology can carry everything, a stream for the
// channels that need one and a queue for the rest.
func (s *sheet) pairs(techs []catalog.Technology, channels []*Channel) {
	for i, a := range techs {
		for _, b := range techs[i+1:] {
			if a.Is(catalog.Stream) == b.Is(catalog.Stream) {
				continue
			}
			o := s.carrier(arch.OptionID(a.ID+"+"+b.ID), a.Name+" and "+b.Name, a, b)
			for _, ch := range channels {
				probeA, probeB := s.scratchCarry(ch, a), s.scratchCarry(ch, b)
				if probeA != nil && probeB != nil {
					s.options[o.i].Eliminated = append(s.options[o.i].Eliminated, *probeA)
					break
				}
			}
		}
	}
}

// scratchCarry returns what rules the technology out for the channel, nil when
// nothing does.
func (s *sheet) scratchCarry(ch *Channel, t catalog.Technology) *arch.Elimination {
	scratch := &sheet{planner: s.planner, Subject: s.Subject, q: s.q, probe: s.probe, silent: true}
	o := scratch.option("x", "")
	scratch.carry(o, ch, t)
	if e := scratch.options[0].Eliminated; len(e) > 0 {
		return &e[0]
	}
	return nil
}

// Of each channel: how it is cut, how long it is kept, how failures are repeated.

var channelQuestion = question{"channel", "communication", "Shape of %s",
	func(p *Plan) []Subject {
		out := make([]Subject, 0, len(p.Channels))
		if p.Choice("broker") == "none" {
			return nil
		}
		for _, ch := range p.Channels {
			out = append(out, Subject{Name: string(ch.ID), Path: ch.about(), Channel: ch})
		}
		return out
	}, fillChannel,
	"Asked of each channel. Partitions: the rate over what one consumer handles at 70% of its time, of the group that has most in hand (a use case that its events start, with all that it waits for, or a context that keeps copies), and where a skew is stated so many that the fullest is no more than that; retention: the longest outage a consumer must survive, or all of it where it is replayed; redelivery by exponential backoff until the dead-letter channel. Options: single, keyed, unordered. Parameters partitions, retention (s), deliveries."}

var (
	handleTime = &assumption{"decide.handler-time", fact.Duration, 0.01, 0.002, 0.1, "time a consumer needs for one event: a read, a write and its inbox"}
	outage     = &assumption{"decide.consumer-outage", fact.Duration, 3 * 86400, 86400, 14 * 86400, "longest time a consumer may be down without losing events: a long weekend"}
	deliveries = &assumption{"decide.redeliveries", fact.Count, 8, 4, 16, "deliveries of an event before it is set aside: with doubling pauses from one second they span four minutes"}
)

// oneConsumer is the rate that one consumer handles at 70% of its time.
func (s *sheet) oneConsumer() float64 { return easyTime / s.k(handleTime) }

// easyTime is the share of its time that a consumer of ordered messages may be busy.
const easyTime = 0.7

// groupLoad is what keeps one group of consumers of a channel busiest at the peak of
// the horizon.
type groupLoad struct {
	who  string  // the use case, or the context that keeps copies
	rate float64 // messages a second that it handles
	each float64 // seconds for one
}

// busiestGroup is the group of a channel whose messages take longest together: of each
// use case that its events start, and of each context that keeps copies of what it is
// about. Messages of one key are handled one after the other, so that a group needs as
// many partitions as it has messages in hand.
func (s *sheet) busiestGroup(ch *Channel) (most groupLoad) {
	grow := s.growth()
	take := func(g groupLoad) {
		if g.rate*g.each > most.rate*most.each {
			most = g
		}
	}
	for _, c := range ch.Consumers {
		for _, u := range c.UseCases {
			g := groupLoad{who: u.Name, each: math.Max(s.k(handleTime), s.held(u))}
			for _, e := range ch.Events {
				if slices.Contains(e.Starts, u) {
					for _, by := range e.EmittedBy {
						g.rate += s.n(by.Load.Peak) * grow
					}
				}
			}
			take(g)
		}
	}
	for _, f := range s.plan.Feeds() {
		if f.Of == ch.About && ch.About != nil {
			t := s.plan.told(f)
			s.readPeaks(t)
			for _, c := range f.In {
				take(groupLoad{who: "the copies of " + c.Name, rate: t.peak * grow, each: s.applies(c)})
			}
		}
	}
	if most.each == 0 {
		most = groupLoad{who: "whoever listens", rate: ch.Rate, each: s.k(handleTime)}
	}
	return most
}

// PopularityOf is how often each instance of an aggregate with a stated skew is asked for.
func PopularityOf(a *model.Aggregate) queueing.Zipf {
	return queueing.ZipfThrough(int(math.Min(math.Max(1, math.Round(a.Instances.N)), 1<<40)), a.SkewOn.N, a.SkewShare.N)
}

func fillChannel(s *sheet) {
	ch := s.Channel
	for _, id := range ch.Inputs {
		s.read(id)
	}
	g := s.busiestGroup(ch)
	each := easyTime / g.each
	partitions, divides := float64(queueing.PartitionsFor(g.rate, each, 1)), true
	skewed := ch.About != nil && s.has(ch.About.SkewShare) && s.has(ch.About.SkewOn)
	var keys queueing.Zipf
	if skewed && partitions > 1 {
		keys = PopularityOf(ch.About)
		s.n(ch.About.Instances)
		s.n(ch.About.SkewShare)
		s.n(ch.About.SkewOn)
		n, ok := queueing.PartitionsForKeys(keys, g.rate, each)
		partitions, divides = float64(n), ok
	}
	single := s.option("single", "one ordered stream, one consumer per group")
	single.outIf(partitions > 1, ch.about(), "%s at the horizon for %s, and one consumer handles %s", ps(g.rate), g.who, ps(each))
	keyed := s.option("keyed", "partitioned by key: order within a key, consumers side by side")
	shared := s.option("unordered", "any consumer takes any message")
	shared.outIf(ch.Key != "", ch.about(), "events of one %s must stay in order", ch.Key)
	for _, o := range []struct {
		option
		parts, build, loss float64
	}{{single, 1, 0, 0}, {keyed, math.Max(2, partitions), 0.5, 0}, {shared, math.Max(2, partitions), 0.2, 1}} {
		o.score(critBuild, o.build, "choosing and testing the key")
		o.score(critStaleness, g.each/math.Max(0.05, 1-math.Min(0.95, g.rate/(each*o.parts))), "waiting behind others at the horizon's peak")
		o.score(critLoss, o.loss, "events handled in the wrong order")
	}
	s.concrete(func(o option) {
		for _, id := range ch.Inputs {
			s.read(id)
		}
		s.busiestGroup(ch)
		parts := math.Max(2, partitions)
		if s.options[o.i].ID == "single" {
			parts = 1
		}
		rule := "messages of " + g.who + " at the horizon over what one consumer handles at 70% of its time: of all who listen, it has most in hand"
		if keys.Items > 0 && divides {
			rule += "; so many that the fullest, with the busiest " + ch.About.Name + ", is no more than one consumer handles"
		}
		o.param("partitions", fact.Count, parts, rule)
		if !divides {
			many := int(partitions) * queueing.MostSpread
			s.con("even of %d partitions the fullest, with the busiest %s, has %s at the horizon, more than one consumer handles: what is about it falls behind at the peak", many, ch.About.Name, ps(g.rate*keys.Fullest(many)))
		}
		keep := s.k(outage)
		if ch.Replay {
			keep = math.Max(keep, 30*86400)
		}
		o.param("retention", fact.Duration, keep, "the longest outage a consumer may have; thirty days where it is replayed")
		o.param("deliveries", fact.Count, s.k(deliveries), "as assumed")
	})
	s.undo(4)
	s.requires(ch.about())
	s.say("%s at the horizon's peak for %d consumer groups; of %s one consumer handles %s", ps(ch.Rate), len(ch.Consumers), g.who, ps(each))
	s.test("the consumers of %s are stopped for an hour at peak; the backlog of %s messages drains without any being lost or out of order", string(ch.ID), num(ch.Rate*3600))
}
