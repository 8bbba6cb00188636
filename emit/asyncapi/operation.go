package asyncapi

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// operations prints what the application sends and receives.
func (d *document) operations(channels []*arch.Channel) *tree.Map {
	out := &tree.Map{}
	for _, c := range channels {
		if c.Kind != deadLetter {
			d.send(out, c)
		}
		for i := range c.Subscribers {
			if c.Subscribers[i].Context == d.context.ID {
				d.receive(out, c, &c.Subscribers[i])
			}
		}
	}
	return out
}

// send prints the sending of the context's own events.
func (d *document) send(out *tree.Map, c *arch.Channel) {
	var own []arch.EventID
	var by []string
	for _, id := range c.Events {
		if e := d.events[id]; e != nil && e.Context == d.context.ID {
			own = append(own, id)
			by = append(by, paths(e.EmittedBy)...)
		}
	}
	if len(own) == 0 {
		return
	}
	slices.Sort(by)
	op := tree.Of("action", "send", "title", "Send "+phrases(own), "summary", "Tells of "+phrases(own)+".", "description", c.About)
	op.Set("channel", channelRef(c)).Set("messages", messageRefs(c, own)).Set("security", securityRef(c.Broker)).Put("bindings", sendBindings(c))
	out.Set("send"+fact.Pascal(string(c.ID)), op.Put("x-plumb-use-cases", tree.List(slices.Compact(by))))
}

// receive prints a subscription, and the sending of what it could not handle.
func (d *document) receive(out *tree.Map, c *arch.Channel, s *arch.Subscription) {
	ids := d.heard(c, s)
	op := tree.Of("action", "receive", "title", "Receive "+phrases(ids), "summary", fmt.Sprintf("Acts on %s.", phrases(ids)), "description", d.handling(c, s))
	op.Set("channel", channelRef(c)).Set("messages", messageRefs(c, ids)).Set("security", securityRef(c.Broker)).Put("bindings", receiveBindings(c, s))
	op.Put("x-plumb-use-cases", tree.List(paths(s.UseCases))).Set("x-plumb-group", s.Group)
	if s.MaxDeliver > 0 {
		op.Set("x-plumb-attempts", s.MaxDeliver)
	}
	op.Put("x-plumb-backoff", tree.List(texts(s.Backoff))).Put("x-plumb-inbox", s.Inbox)
	known(op, "x-plumb-lag-objective", s.Lag)
	out.Set("receive"+fact.Pascal(s.Group), op)
	dead := d.channels[c.DeadLetter]
	if dead == nil {
		if c.DeadLetter != "" {
			d.problem("the dead letters of %s go to %q, which does not exist", c.ID, c.DeadLetter)
		}
		return
	}
	var kept []arch.EventID
	for _, id := range ids {
		if slices.Contains(dead.Events, id) {
			kept = append(kept, id)
		}
	}
	out.Set("giveUp"+fact.Pascal(s.Group), tree.Of("action", "send", "title", "Give up "+phrases(kept),
		"summary", fmt.Sprintf("Puts aside what %s could not handle.", s.Group), "description", dead.About,
		"channel", channelRef(dead), "messages", messageRefs(dead, kept), "security", securityRef(dead.Broker)).Put("bindings", sendBindings(dead)))
}

// handling says what the group does with a message that it has seen, or cannot use.
func (d *document) handling(c *arch.Channel, s *arch.Subscription) string {
	var parts []string
	if s.Inbox {
		parts = append(parts, "A second message with the same source and id is not acted on.")
	}
	if s.MaxDeliver > 0 {
		again := ""
		if len(s.Backoff) > 0 {
			again = " after " + strings.Join(texts(s.Backoff), ", ")
		}
		text := fmt.Sprintf("Tried %d times%s", s.MaxDeliver, again)
		if c.DeadLetter != "" {
			text += fmt.Sprintf(", then put aside in %s", c.DeadLetter)
		}
		parts = append(parts, text+".")
	}
	for _, p := range d.arch.Protocols {
		if p.ID != "exchange/"+s.Group && p.ID != "exchange/"+s.Group+"/copy" {
			continue
		}
		for _, m := range p.Mechanisms {
			if m.Added {
				parts = append(parts, fmt.Sprintf("With a %s: %s.", m.Name, m.How))
			}
		}
	}
	return strings.Join(append([]string{c.About}, parts...), " ")
}

// heard are the events of a channel that the group's use cases act on; all where none
// is named.
func (d *document) heard(c *arch.Channel, s *arch.Subscription) []arch.EventID {
	var out []arch.EventID
	for _, id := range c.Events {
		if e := d.events[id]; e != nil && slices.ContainsFunc(e.Consumers, func(p arch.Path) bool { return slices.Contains(s.UseCases, p) }) {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return c.Events
	}
	return out
}

func channelRef(c *arch.Channel) *tree.Map { return tree.Of("$ref", "#/channels/"+string(c.ID)) }

func messageRefs(c *arch.Channel, ids []arch.EventID) []any {
	var out []any
	for _, id := range ids {
		out = append(out, tree.Of("$ref", fmt.Sprintf("#/channels/%s/messages/%s", c.ID, id)))
	}
	return out
}

// phrases names events in words: "order placed, order cancelled".
func phrases(ids []arch.EventID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = fact.Phrase(string(id))
	}
	return strings.Join(out, ", ")
}

func texts(values []arch.Value) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.String()
	}
	return out
}
