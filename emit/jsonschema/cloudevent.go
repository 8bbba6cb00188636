package jsonschema

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/masthead"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// MediaCloudEvent is the media type of a CloudEvent in structured mode: envelope and
// data in one JSON object.
const MediaCloudEvent = "application/cloudevents+json"

// TraceparentPattern is the form of version 00 of the W3C trace context.
const TraceparentPattern = "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"

// TraceparentExample is the one of the W3C recommendation.
const TraceparentExample = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// CloudEvent prints the envelope of an event (CloudEvents 1.0.2, structured mode)
// around its payload. Its type is a constant, so that a message in a channel of
// several events is valid against exactly one of them.
func (p *Printer) CloudEvent(system arch.System, e arch.Event) *tree.Map {
	constant := func(value, about string) *tree.Map {
		return tree.Of("description", about, "type", "string", "const", value)
	}
	text := func(about, key string, value any) *tree.Map {
		return tree.Of("description", about, "type", "string", key, value)
	}
	key := fmt.Sprintf("The event's %s; events of one keep their order.", e.Key)
	required := []any{"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "partitionkey", "data"}
	if e.Sequence {
		required = append(required, "sequence")
	}
	return tree.Of("description", e.About,
		"type", "object",
		"required", required,
		"properties", sequenced(e, text, tree.Of(
			"specversion", constant("1.0", "Version of CloudEvents."),
			"id", text("Unique within the source: a second event with the same id is the same event.", "minLength", 1),
			"source", constant(source(system, e), fmt.Sprintf("The context %s.", e.Context)),
			"type", constant(e.Type, fmt.Sprintf("%s; a change that breaks readers gets another type.", e.ID)),
			"subject", text(fmt.Sprintf("The %s it is about.", e.Key), "minLength", 1),
			"time", text("When it happened.", "format", "date-time"),
			"datacontenttype", constant("application/json", "Encoding of data."),
			"partitionkey", text(key, "minLength", 1),
			"traceparent", text("Trace in which it happened (W3C Trace Context).", "pattern", TraceparentPattern),
			"data", p.Ref(e.Payload))))
}

// SequenceExample is a version as it is compared: as text.
const SequenceExample = "00000000000000000007"

// sequenced adds the version of what an event tells of, where somebody needs it.
func sequenced(e arch.Event, text func(about, key string, value any) *tree.Map, properties *tree.Map) *tree.Map {
	if e.Sequence {
		properties.Set("sequence", text(fmt.Sprintf("Version of the %s after this change, in digits of one length: a copy takes only a greater one.", fact.Phrase(arch.Short(e.Of))), "pattern", "^[0-9]{20}$"))
	}
	return properties
}

// CloudEventExample is an instance of the envelope.
func (g *Graph) CloudEventExample(system arch.System, e arch.Event) *tree.Map {
	key := "01JQ3B4T5V6W7X8Y9Z0A1B2C3D"
	if f, ok := g.Field(e.Payload, e.Key); ok {
		key = fmt.Sprint(g.FieldExample(f))
	}
	out := tree.Of(
		"specversion", "1.0",
		"id", "01JQ3BD2E4F6G8H0J2K4M6N8P0",
		"source", source(system, e),
		"type", e.Type,
		"subject", key,
		"time", plainExamples(arch.ScalarInstant),
		"datacontenttype", "application/json",
		"partitionkey", key,
		"traceparent", TraceparentExample,
		"data", g.Example(e.Payload))
	if e.Sequence {
		out.Set("sequence", SequenceExample)
	}
	return out
}

// source is the URI of the context that tells of an event.
func source(system arch.System, e arch.Event) string {
	return fmt.Sprintf("https://%s/%s", masthead.Domain(system), e.Context)
}
