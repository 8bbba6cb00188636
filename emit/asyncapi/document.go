package asyncapi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/jsonschema"
	"plumb.dev/plumb/emit/masthead"
	"plumb.dev/plumb/emit/tree"
)

// document is the contract of one context while it is printed.
type document struct {
	*index
	context  *arch.Context
	schemas  *jsonschema.Printer
	messages *tree.Map // components
	problems []error
}

func (d *document) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Errorf(format, args...))
}

// print returns the document, nil for a context that neither sends nor receives.
func (d *document) print() (*tree.Map, error) {
	channels := d.touched[d.context.ID]
	if len(channels) == 0 {
		return nil, nil
	}
	d.messages = &tree.Map{}
	channelMap := &tree.Map{}
	for _, c := range channels {
		channelMap.Set(string(c.ID), d.channel(c))
	}
	operations := d.operations(channels)
	schemas, err := d.schemas.Components()
	if err := errors.Join(append(d.problems, err)...); err != nil {
		return nil, err
	}
	doc := tree.Of("asyncapi", "3.0.0", "id", d.urn(), "info", d.info(channels), "defaultContentType", jsonschema.MediaCloudEvent)
	doc.Put("servers", d.servers(channels)).Set("channels", channelMap).Put("operations", operations)
	return doc.Set("components", tree.Of("schemas", schemas, "messages", d.messages, "correlationIds", d.correlation(), "securitySchemes", d.securitySchemes(channels))), nil
}

func (d *document) urn() string {
	return fmt.Sprintf("urn:%s:%s", d.arch.System.Slug, d.context.ID)
}

func (d *document) info(channels []*arch.Channel) *tree.Map {
	s := d.arch.System
	about := d.context.Responsibility + d.traffic(channels)
	tags := []any{tree.Of("name", string(d.context.ID), "description", d.context.Responsibility)}
	return tree.Of("title", fmt.Sprintf("%s %s events", s.Name, strings.ToLower(d.context.Name)), "version", d.version(channels),
		"description", about, "contact", masthead.Contact(d.arch, d.context.ID), "license", masthead.Licence(s, false), "tags", tags)
}

// traffic names what the context tells and what it listens to.
func (d *document) traffic(channels []*arch.Channel) string {
	var tells, hears []arch.EventID
	for _, c := range channels {
		for _, id := range c.Events {
			if e := d.events[id]; e != nil && e.Context == d.context.ID && c.Kind != deadLetter {
				tells = append(tells, id)
			}
		}
		for i := range c.Subscribers {
			if c.Subscribers[i].Context == d.context.ID {
				hears = append(hears, d.heard(c, &c.Subscribers[i])...)
			}
		}
	}
	out := ""
	if len(tells) > 0 {
		out += fmt.Sprintf("\n\nTells of: %s.", phrases(tells))
	}
	if len(hears) > 0 {
		out += fmt.Sprintf("\n\nActs on: %s.", phrases(hears))
	}
	return out
}

// version is the highest major version among the event types of the context, which
// carry it at their end; 1 for a context that only receives.
func (d *document) version(channels []*arch.Channel) string {
	highest := 1
	for _, c := range channels {
		for _, id := range c.Events {
			e := d.events[id]
			if e == nil || e.Context != d.context.ID {
				continue
			}
			if n, err := strconv.Atoi(e.Type[strings.LastIndex(e.Type, ".v")+2:]); err == nil && strings.Contains(e.Type, ".v") {
				highest = max(highest, n)
			}
		}
	}
	return fmt.Sprintf("%d.0.0", highest)
}

// servers are the brokers of the document's channels.
func (d *document) servers(channels []*arch.Channel) *tree.Map {
	out := &tree.Map{}
	for i := range d.arch.Broker {
		b := &d.arch.Broker[i]
		if !carriesAny(b, channels) {
			continue
		}
		host, about := b.Host, b.Technology
		if b.Product != "" {
			about = fmt.Sprintf("%s (%s)", b.Product, b.Technology)
		}
		if b.Kind == tableKind {
			host = d.store()
			about = fmt.Sprintf("Tables in %s, the context's own store.", host)
		}
		if host == "" {
			host = fmt.Sprintf("%s.%s.internal", b.Technology, d.arch.System.Slug)
		}
		out.Set(b.Technology, tree.Of("host", host, "protocol", protocol(b.Technology), "description", about, "security", securityRef(b.Technology)))
	}
	return out
}

// tableKind is the kind of broker that is a table in a service's own store.
const tableKind = "table"

// store is where the context keeps its data, its deployable where that is not said.
func (d *document) store() string {
	if d.context.Store != "" {
		return string(d.context.Store)
	}
	return string(d.context.Deployable)
}

func carriesAny(b *arch.Broker, channels []*arch.Channel) bool {
	for _, c := range channels {
		if c.Broker == b.Technology {
			return true
		}
	}
	return false
}

func (d *document) correlation() *tree.Map {
	about := d.arch.Telemetry.Correlation
	if about == "" {
		about = "The trace in which the event happened (W3C Trace Context)."
	}
	return tree.Of("trace", tree.Of("description", about, "location", "$message.payload#/traceparent"))
}
