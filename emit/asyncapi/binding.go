package asyncapi

import (
	"math"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// The versions of the bindings that are printed.
const (
	kafkaBinding = "0.5.0"
	amqpBinding  = "0.3.0"
	sqsBinding   = "0.2.0"
	natsBinding  = "0.1.0"
)

// protocol is the specification's word for how a broker is spoken to. Service Bus
// speaks AMQP 1.0; Kinesis has no word and keeps its own.
func protocol(technology string) string {
	switch technology {
	case "rabbitmq":
		return "amqps"
	case "servicebus":
		return "amqp1"
	case "kafka":
		return "kafka-secure"
	}
	return technology
}

// channelBindings say how a channel is laid out in its broker.
func (d *document) channelBindings(c *arch.Channel) *tree.Map {
	switch c.Broker {
	case "kafka":
		return tree.Of("kafka", d.topic(c))
	case "rabbitmq":
		return tree.Of("amqp", exchange(c))
	case "sqs":
		return tree.Of("sqs", tree.Of("queue", d.queue(c), "bindingVersion", sqsBinding))
	}
	return nil
}

func (d *document) topic(c *arch.Channel) *tree.Map {
	out := tree.Of("topic", string(c.ID))
	if n := whole(c.Partitions); n > 0 {
		out.Set("partitions", n)
	}
	if b := d.brokers[c.Broker]; b != nil && b.Nodes.Known() {
		out.Set("replicas", max(1, min(3, whole(b.Nodes)))) // three copies outlive a zone and a broker
	}
	configuration := tree.Of("cleanup.policy", []any{"delete"})
	if c.Retention.Known() {
		configuration.Set("retention.ms", int(math.Min(c.Retention.N*1000, math.MaxInt64/2)))
	}
	return out.Set("topicConfiguration", configuration).Set("bindingVersion", kafkaBinding)
}

// exchange lays out a topic as an exchange to which each group binds a queue of its
// own, and anything else as a queue.
func exchange(c *arch.Channel) *tree.Map {
	if c.Kind == "topic" {
		return tree.Of("is", "routingKey", "exchange", tree.Of("name", string(c.ID), "type", "topic", "durable", true, "autoDelete", false), "bindingVersion", amqpBinding)
	}
	return tree.Of("is", "queue", "queue", tree.Of("name", string(c.ID), "durable", true, "exclusive", false, "autoDelete", false), "bindingVersion", amqpBinding)
}

// The longest that SQS keeps a message, and the shortest, in seconds.
const (
	sqsLongest  = 1209600
	sqsShortest = 60
)

// queue lays out an SQS queue; one whose messages keep an order is first in, first
// out, grouped by the key.
func (d *document) queue(c *arch.Channel) *tree.Map {
	ordered := c.Key != ""
	out := tree.Of("name", queueName(c), "fifoQueue", ordered)
	if ordered {
		out.Set("deduplicationScope", "messageGroup").Set("fifoThroughputLimit", "perMessageGroupId")
	}
	if c.Retention.Known() {
		out.Set("messageRetentionPeriod", int(min(max(c.Retention.N, sqsShortest), sqsLongest)))
	}
	if dead := d.channels[c.DeadLetter]; dead != nil {
		policy := tree.Of("deadLetterQueue", tree.Of("name", queueName(dead)))
		if len(c.Subscribers) > 0 && c.Subscribers[0].MaxDeliver > 0 {
			policy.Set("maxReceiveCount", c.Subscribers[0].MaxDeliver)
		}
		out.Set("redrivePolicy", policy)
	}
	return out
}

// queueName is a channel's name in the characters that SQS allows.
func queueName(c *arch.Channel) string {
	name := strings.ReplaceAll(string(c.ID), ".", "-")
	if c.Key != "" {
		name += ".fifo"
	}
	return name
}

// messageBindings name the key of a message. All brokers of a context agree on it, so
// that those of the event's own channel count.
func (d *document) messageBindings(e *arch.Event) *tree.Map {
	c := d.channels[e.Channel]
	if c == nil || c.Broker != "kafka" || e.Key == "" {
		return nil
	}
	about := "The event's " + e.Key + "."
	if f, ok := d.graph.Field(e.Payload, e.Key); ok {
		about = f.About
	}
	return tree.Of("kafka", tree.Of("key", tree.Of("description", about, "type", "string"), "bindingVersion", kafkaBinding))
}

// sendBindings say how a message is handed to the broker.
func sendBindings(c *arch.Channel) *tree.Map {
	if c.Broker == "rabbitmq" {
		return tree.Of("amqp", tree.Of("deliveryMode", 2, "mandatory", true, "bindingVersion", amqpBinding))
	}
	return nil
}

// receiveBindings name the group under which messages are taken.
func receiveBindings(c *arch.Channel, s *arch.Subscription) *tree.Map {
	switch c.Broker {
	case "kafka":
		return tree.Of("kafka", tree.Of("groupId", tree.Of("type", "string", "const", s.Group), "bindingVersion", kafkaBinding))
	case "rabbitmq":
		return tree.Of("amqp", tree.Of("ack", true, "bindingVersion", amqpBinding))
	case "sqs":
		return tree.Of("sqs", tree.Of("queues", []any{tree.Of("name", queueName(c))}, "bindingVersion", sqsBinding))
	case "nats":
		return tree.Of("nats", tree.Of("queue", fact.Kebab(s.Group), "bindingVersion", natsBinding))
	}
	return nil
}

// whole is a count as an integer, 0 when it is not known.
func whole(v arch.Value) int {
	if !v.Known() {
		return 0
	}
	return int(math.Round(v.N))
}
