package openapi

import (
	"encoding/csv"
	"fmt"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

const (
	mediaEvents  = "text/event-stream"
	mediaRecords = "application/x-ndjson"
	mediaTable   = "text/csv"
)

// sendsFile reports whether the request is a file or a stream of records.
func sendsFile(op *arch.Operation) bool {
	return op.Stream == "in" || op.Verb == "stream-in" || op.Verb == "import"
}

// upload prints the body of a request that is a file or a stream.
func (d *document) upload(op *arch.Operation) *tree.Map {
	media := op.REST.Media
	if media == "" {
		media = mediaRecords
	}
	about := media
	content := tree.Of("schema", tree.Of("contentMediaType", media))
	if op.Body != "" {
		content = d.records(media, op.Body, d.schemas.RequestRef(op.Body))
		about = d.run(media, op.Body)
	}
	return tree.Of("description", about, "required", true, "content", tree.Of(media, content))
}

// run says what a text of many records is.
func (d *document) run(media string, id arch.SchemaID) string {
	if s := d.graph.Get(id); s != nil {
		return fmt.Sprintf("%s, one after the other: %s", media, s.About)
	}
	return media
}

// records prints a text of many records: the schema of one stands inside, the example
// shows two (of a table: the heading and a line).
func (d *document) records(media string, id arch.SchemaID, ref *tree.Map) *tree.Map {
	one := d.graph.Example(id)
	line, err := tree.JSON(one)
	if err != nil {
		d.problem("the example of %s cannot be written: %w", id, err)
	}
	example := line + "\n" + line + "\n"
	switch media {
	case mediaTable:
		example = table(d.graph.Get(id), one)
	case mediaEvents:
		example = fmt.Sprintf("event: %s\ndata: %s\n\n", fact.Kebab(string(id)), line)
	}
	schema := tree.Of("type", "string", "contentMediaType", media, "contentSchema", ref)
	return tree.Of("schema", schema, "example", example)
}

// table writes the heading and one line of a table.
func table(s *arch.Schema, example any) string {
	row, ok := example.(*tree.Map)
	if s == nil || !ok {
		return ""
	}
	var heads, cells []string
	row.Each(func(key string, value any) {
		heads = append(heads, key)
		text, isText := value.(string)
		if !isText {
			text, _ = tree.JSON(value) // what cannot be written is left empty
		}
		cells = append(cells, text)
	})
	var out strings.Builder
	w := csv.NewWriter(&out)
	_ = w.WriteAll([][]string{heads, cells}) // a Builder takes everything
	return out.String()
}
