// Package asyncapi prints what the contexts of a system tell each other as AsyncAPI
// 3.0, one document per context that sends or receives.
//
// Each document is the view of its own application: what it sends, with the payloads
// it promises, and what it receives, with the group, the attempts and the place of
// what it cannot handle. The messages are CloudEvents in structured mode; the type in
// the envelope is a constant, so that a message of a channel with several events is
// valid against exactly one of them.
//
// Bindings are those the specification has for the broker: Kafka, AMQP 0-9-1
// (RabbitMQ), SQS and NATS; for others (Service Bus, Kinesis, a table in the
// service's own store) there are none. What has no field in AsyncAPI stands in keys
// that begin with x-plumb: order and its key, delivery, retention, consumers,
// attempts, the rule by which a payload may change, the class of data in it.
//
// Start reading at [Files].
package asyncapi

import (
	"errors"
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/jsonschema"
	"plumb.dev/plumb/emit/tree"
)

// Files prints the event contracts of the system, contracts/<context>/asyncapi.yaml.
// A channel that lies in a service's own store and serves its own context alone is
// nobody else's contract and left out. It fails on references to what is not there.
func Files(a *arch.Arch) ([]emit.File, error) {
	known := newIndex(a)
	var files []emit.File
	var problems []error
	for i := range a.Contexts {
		d := &document{index: known, context: &a.Contexts[i], schemas: known.graph.Printer(jsonschema.Draft07)}
		doc, err := d.print()
		if err != nil {
			problems = append(problems, fmt.Errorf("asyncapi: %s: %w", a.Contexts[i].ID, err))
		}
		if doc != nil {
			files = append(files, emit.File{Path: fmt.Sprintf("contracts/%s/asyncapi.yaml", a.Contexts[i].ID), Data: tree.YAML(doc)})
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return files, nil
}

// index finds elements of the system by their ids.
type index struct {
	arch     *arch.Arch
	graph    *jsonschema.Graph
	events   map[arch.EventID]*arch.Event
	channels map[arch.ChannelID]*arch.Channel
	brokers  map[string]*arch.Broker
	// touched lists the channels that a context sends to or receives from, in the
	// system's order.
	touched map[arch.ContextID][]*arch.Channel
}

func newIndex(a *arch.Arch) *index {
	known := &index{
		arch: a, graph: jsonschema.NewGraph(a.Schemas), events: map[arch.EventID]*arch.Event{},
		channels: map[arch.ChannelID]*arch.Channel{}, brokers: map[string]*arch.Broker{}, touched: map[arch.ContextID][]*arch.Channel{},
	}
	for i := range a.Events {
		known.events[a.Events[i].ID] = &a.Events[i]
	}
	for i := range a.Broker {
		known.brokers[a.Broker[i].Technology] = &a.Broker[i]
	}
	for i := range a.Channels {
		known.channels[a.Channels[i].ID] = &a.Channels[i]
	}
	for i := range a.Channels {
		c := &a.Channels[i]
		if known.private(c) {
			continue
		}
		for _, context := range known.contextsOf(c) {
			known.touch(context, c)
			if dead := known.channels[c.DeadLetter]; dead != nil && receives(c, context) {
				known.touch(context, dead)
			}
		}
	}
	return known
}

func (known *index) touch(context arch.ContextID, c *arch.Channel) {
	if !slices.Contains(known.touched[context], c) {
		known.touched[context] = append(known.touched[context], c)
	}
}

// private channels lie in a service's own store and are read by their owner alone.
func (known *index) private(c *arch.Channel) bool {
	b := known.brokers[c.Broker]
	if b == nil || b.Kind != tableKind {
		return false
	}
	return !slices.ContainsFunc(c.Subscribers, func(s arch.Subscription) bool { return s.Context != c.Owner })
}

// contextsOf lists those that tell of the channel's events, and those that subscribe.
// Dead letters come from those that could not handle them.
func (known *index) contextsOf(c *arch.Channel) []arch.ContextID {
	var out []arch.ContextID
	if c.Kind != deadLetter {
		for _, id := range c.Events {
			if e := known.events[id]; e != nil {
				out = append(out, e.Context)
			}
		}
	}
	for _, s := range c.Subscribers {
		out = append(out, s.Context)
	}
	return out
}

// deadLetter is the kind of channel that takes what could not be handled.
const deadLetter = "dead-letter"

func receives(c *arch.Channel, context arch.ContextID) bool {
	return slices.ContainsFunc(c.Subscribers, func(s arch.Subscription) bool { return s.Context == context })
}
