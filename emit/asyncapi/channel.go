package asyncapi

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// channel prints one channel with all the messages that can be met in it.
func (d *document) channel(c *arch.Channel) *tree.Map {
	messages := &tree.Map{}
	for _, id := range c.Events {
		if e := d.events[id]; e != nil {
			messages.Set(string(id), d.message(e))
		} else {
			d.problem("the channel %s carries the event %q, which does not exist", c.ID, id)
		}
	}
	out := tree.Of("address", string(c.ID), "description", c.About)
	if d.brokers[c.Broker] == nil {
		d.problem("the channel %s has the broker %q, which does not exist", c.ID, c.Broker)
	}
	out.Set("servers", []any{tree.Of("$ref", "#/servers/"+c.Broker)})
	out.Set("messages", messages).Put("bindings", d.channelBindings(c))
	out.Set("x-plumb-kind", c.Kind).Set("x-plumb-owner", string(c.Owner)).Put("x-plumb-delivery", c.Delivery)
	if c.Key != "" {
		out.Set("x-plumb-ordering", tree.Of("key", c.Key, "scope", "per key"))
	}
	known(out, "x-plumb-retention", c.Retention)
	known(out, "x-plumb-rate", c.Rate)
	out.Put("x-plumb-dead-letter", string(c.DeadLetter)).Put("x-plumb-was", string(c.Was))
	return out.Put("x-plumb-consumers", consumers(c))
}

// known sets what is known.
func known(m *tree.Map, key string, v arch.Value) {
	if v.Known() {
		m.Set(key, v.String())
	}
}

func consumers(c *arch.Channel) []any {
	var out []any
	for _, s := range c.Subscribers {
		out = append(out, tree.Of("group", s.Group, "context", string(s.Context)))
	}
	return out
}

// message adds the message of an event to the components and refers to it.
func (d *document) message(e *arch.Event) *tree.Map {
	if d.messages.Get(string(e.ID)) == nil {
		d.messages.Set(string(e.ID), d.printMessage(e))
	}
	return tree.Of("$ref", "#/components/messages/"+string(e.ID))
}

func (d *document) printMessage(e *arch.Event) *tree.Map {
	payload := d.schemas.Own(string(e.ID)+"CloudEvent", func() *tree.Map { return d.schemas.CloudEvent(d.arch.System, *e) })
	out := tree.Of("name", string(e.ID), "title", fact.Title(string(e.ID)), "summary", e.About)
	out.Set("correlationId", tree.Of("$ref", "#/components/correlationIds/trace")).Set("payload", payload)
	out.Put("bindings", d.messageBindings(e))
	example := tree.Of("name", fact.Camel(string(e.ID)), "summary", e.About, "payload", d.graph.CloudEventExample(d.arch.System, *e))
	out.Set("examples", []any{example})
	out.Put("x-plumb-evolution", e.Compatibility)
	out.Put("x-plumb-data-class", d.classes(e.Payload))
	known(out, "x-plumb-rate", e.Rate)
	known(out, "x-plumb-size", e.Size)
	return out.Put("x-plumb-emitted-by", tree.List(paths(e.EmittedBy))).Put("x-plumb-consumed-by", tree.List(paths(e.Consumers))).Put("x-plumb-was", string(e.Was))
}

// classes lists the classes of data in a payload, also inside of what it holds.
func (d *document) classes(id arch.SchemaID) []any {
	found, seen := []string{}, map[arch.SchemaID]bool{}
	var look func(arch.SchemaID)
	look = func(id arch.SchemaID) {
		s := d.graph.Get(id)
		if s == nil || seen[id] {
			return
		}
		seen[id] = true
		for _, f := range s.Fields {
			if f.Class != "" && !slices.Contains(found, f.Class) {
				found = append(found, f.Class)
			}
			look(f.Type.Schema)
		}
	}
	look(id)
	slices.Sort(found)
	return tree.List(found)
}

func paths(list []arch.Path) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = string(p)
	}
	return out
}
