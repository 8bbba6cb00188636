package openapi

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/jsonschema"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

func signatureScheme(w *arch.Webhook) string { return fact.Camel(w.ID) + "Signature" }

// signatureHeader falls back on the header of the Standard Webhooks specification.
func signatureHeader(w *arch.Webhook) string {
	if w.Header == "" {
		return "Webhook-Signature"
	}
	return w.Header
}

// callouts prints the webhooks of an interface: the calls that its users receive.
func (d *document) callouts() *tree.Map {
	out := &tree.Map{}
	for _, w := range d.webhooks[d.api.ID] {
		for _, id := range w.Events {
			e := d.events[id]
			if e == nil {
				d.problem("the webhook %s tells of the event %q, which does not exist", w.ID, id)
				continue
			}
			name := fact.Camel(w.ID) + fact.Pascal(string(id))
			out.Set(name, tree.Of("post", d.callout(name, w, e)))
		}
	}
	return out
}

func (d *document) callout(name string, w *arch.Webhook, e *arch.Event) *tree.Map {
	content := tree.Of("schema", d.envelope(e), "example", d.graph.CloudEventExample(d.arch.System, *e))
	return tree.Of("tags", []any{w.ID}, "operationId", name, "summary", fact.Title(string(e.ID)),
		"description", strings.Join([]string{e.About, "Repeats: " + w.Dedup, "Replay: " + w.Replay}, "\n\n"),
		"requestBody", tree.Of("description", e.About, "required", true, "content", tree.Of(jsonschema.MediaCloudEvent, content)),
		"responses", tree.Of(
			"204", tree.Of("description", fmt.Sprintf("%s took it.", fact.Title(string(w.To)))),
			"4XX", tree.Of("description", "Not taken. "+schedule(w)),
			"5XX", tree.Of("description", "Not taken. "+schedule(w))),
		"security", []any{tree.Of(signatureScheme(w), []any{})})
}

// envelope is the CloudEvent of an event, as a component of its own name.
func (d *document) envelope(e *arch.Event) *tree.Map {
	return d.schemas.Own(string(e.ID)+"CloudEvent", func() *tree.Map { return d.schemas.CloudEvent(d.arch.System, *e) })
}

// schedule says when a call that failed is repeated.
func schedule(w *arch.Webhook) string {
	if len(w.Schedule) == 0 {
		return "It is not repeated."
	}
	var after []string
	for _, v := range w.Schedule {
		after = append(after, v.String())
	}
	return fmt.Sprintf("Told again %s after the first attempt.", strings.Join(after, ", "))
}
