package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"plumb.dev/plumb/mcp"
)

// readTool lets the model read plumb's resources, which other hosts let theirs read by
// themselves.
const readTool = "read_resource"

const readSchema = `{"type":"object","additionalProperties":false,"required":["uri"],"properties":{"uri":{"type":"string","description":"plumb://..."},"from":{"type":"integer","minimum":0,"description":"where to go on, in bytes, when an earlier answer was cut"}}}`

// readMost is how many bytes of a resource one call gives.
const readMost = 24_000

// toolsOf are the tools of the server and the one that reads its resources.
func toolsOf(l *mcp.Local) []Tool {
	var out []Tool
	for _, t := range l.Tools() {
		out = append(out, Tool{t.Name, t.About, t.Input})
	}
	return append(out, Tool{readTool, "Reads a resource of plumb:\n" + l.Resources(), json.RawMessage(readSchema)})
}

// runs counts the calls of a turn that gave the same answer: a model that goes in
// circles is told so.
type runs map[string]int

// mostRuns is how often one call may give the same answer in a turn.
const mostRuns = 3

// run runs a call and adds its result, whatever becomes of it.
func (c *Chat) run(ctx context.Context, call Call, runs runs) {
	key := call.Name + " " + string(call.Arguments)
	r := Result{ID: call.ID, Name: call.Name}
	switch why := c.unfit(call); {
	case why != "":
		r.Text, r.Refused = why, true
	case runs[key] >= mostRuns:
		r.Text = fmt.Sprintf("this call was made %d times in this turn; its answers stand above. Say what you found, or ask the person", runs[key])
		r.Refused = true
	case !c.allowed(ctx, call):
		r.Text = "the person did not agree to this call, and nothing was written; ask them what they want"
		if c.Person == nil {
			r.Text = "nobody is there to agree to a call that writes, and nothing was written; say what you would write. (The person can allow it with --yes.)"
		}
		r.Refused = true
	default:
		r.Text, r.Refused = c.answer(ctx, call)
	}
	if call.Malformed == "" {
		runs[key]++
	}
	r.Text = bounded(r.Text)
	c.result(r)
	c.tell(Event{Type: ResultEvent, Result: &r})
}

// unfit says why a call cannot be run at all.
func (c *Chat) unfit(call Call) string {
	if !slices.ContainsFunc(c.tools, func(t Tool) bool { return t.Name == call.Name }) {
		names := make([]string, len(c.tools))
		for i, t := range c.tools {
			names[i] = t.Name
		}
		return fmt.Sprintf("there is no tool %q; there are %s", call.Name, strings.Join(names, ", "))
	}
	if call.Malformed != "" {
		return fmt.Sprintf("the arguments are no JSON object (%s); nothing was run. Write them whole and call again", call.Malformed)
	}
	return ""
}

// allowed asks the person before a call that writes.
func (c *Chat) allowed(ctx context.Context, call Call) bool {
	if c.Yes || !c.Tools.Writes(call.Name, call.Arguments) {
		return true
	}
	if c.Person == nil {
		return false
	}
	yes := c.Person.Agree(ctx, call)
	said := "no"
	if yes {
		said = "yes"
	}
	c.tell(Event{Type: QuestionEvent, Text: "may " + call.Name + " write?", Why: said, Calls: []Call{call}})
	return yes
}

func (c *Chat) answer(ctx context.Context, call Call) (text string, refused bool) {
	if call.Name == readTool {
		return c.read(ctx, call.Arguments)
	}
	a, err := c.Tools.Call(ctx, call.Name, call.Arguments)
	switch {
	case ctx.Err() != nil:
		return "it was interrupted; what it wrote by then, if anything, is whole", true
	case err != nil:
		return "plumb's server failed: " + err.Error(), true
	}
	return a.Text, a.Refused
}

// read gives a resource in pieces.
func (c *Chat) read(ctx context.Context, arguments json.RawMessage) (text string, refused bool) {
	var in struct {
		URI  string `json:"uri"`
		From int    `json:"from"`
	}
	if err := json.Unmarshal(arguments, &in); err != nil {
		return "the arguments do not fit: " + err.Error(), true
	}
	text, err := c.Tools.Read(ctx, in.URI)
	if err != nil {
		return err.Error() + "; there are\n" + c.Tools.Resources(), true
	}
	if in.From < 0 || in.From > len(text) {
		return fmt.Sprintf("from is between 0 and %d here", len(text)), true
	}
	rest := text[in.From:]
	if len(rest) <= readMost {
		return rest, false
	}
	cut := readMost
	for cut > 0 && !utf8.RuneStart(rest[cut]) {
		cut--
	}
	return fmt.Sprintf("%s\n... %d bytes more: from %d", rest[:cut], len(rest)-cut, in.From+cut), false
}

// mostResult bounds what one call adds to a conversation, in bytes.
const mostResult = 64 << 10

func bounded(text string) string {
	if len(text) <= mostResult {
		return text
	}
	return strings.ToValidUTF8(text[:mostResult], "") + "\n... cut here"
}

// answerOpenCalls gives calls that never ran a result, as every model's interface
// demands one for each.
func (c *Chat) answerOpenCalls(why string) {
	var open []Call
	for i := len(c.messages) - 1; i >= 0; i-- {
		if c.messages[i].Role == ToolRole {
			continue
		}
		open = c.messages[i].Calls
		for _, m := range c.messages[i+1:] {
			open = slices.DeleteFunc(slices.Clone(open), func(call Call) bool {
				return slices.ContainsFunc(m.Results, func(r Result) bool { return r.ID == call.ID })
			})
		}
		break
	}
	for _, call := range open {
		r := Result{ID: call.ID, Name: call.Name, Text: why, Refused: true}
		c.result(r)
		c.tell(Event{Type: ResultEvent, Result: &r})
	}
}
