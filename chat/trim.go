package chat

import (
	"fmt"
	"slices"
)

// A token is taken to have three bytes at least, which errs towards sending less.
const bytesPerToken = 3

// recent is how many messages at the end are always sent whole.
const recent = 8

// trimmed stands for a result that is no longer sent.
const trimmed = "[left out to save room; call again if it still matters]"

// sent is what of the conversation goes to the model: all of it while there is room.
// Then the oldest results of tools are left out, as they can be had again, and then
// the oldest turns. What the person said in turns that are sent stays whole, and so
// does the transcript.
func (c *Chat) sent() []Message {
	room := c.Limits.Context*bytesPerToken - len(c.System)
	for _, t := range c.tools {
		room -= len(t.About) + len(t.Schema)
	}
	messages := slices.Clone(c.messages)
	size := sizeOf(messages)
	if size <= room {
		return messages
	}
	if !c.trimming {
		c.trimming = true
		c.tell(Event{Type: NoticeEvent, Text: "the conversation is long: what is oldest in it is no longer sent to the model (the transcript keeps it)"})
	}
	for i := range messages[:max(0, len(messages)-recent)] {
		if messages[i].Role != ToolRole {
			continue
		}
		messages[i].Results = slices.Clone(messages[i].Results)
		for j := range messages[i].Results {
			if r := &messages[i].Results[j]; len(r.Text) > len(trimmed) && size > room {
				size -= len(r.Text) - len(trimmed)
				r.Text = trimmed
			}
		}
	}
	dropped := 0
	for size > room {
		next := slices.IndexFunc(messages[min(1, len(messages)):], func(m Message) bool { return m.Role == User }) + 1
		if next == 0 {
			break // one turn is left; the model's own limit decides
		}
		size -= sizeOf(messages[:next])
		messages = messages[next:]
		dropped++
	}
	if dropped > 0 {
		messages = slices.Clone(messages)
		messages[0].Text = fmt.Sprintf("[%d earlier turns are left out here; plumb.yaml and the design hold what came of them]\n\n%s", dropped, messages[0].Text)
	}
	return messages
}

func sizeOf(messages []Message) int {
	n := 0
	for _, m := range messages {
		n += len(m.Text) + 16
		for _, call := range m.Calls {
			n += len(call.Name) + len(call.Arguments) + 32
		}
		for _, r := range m.Results {
			n += len(r.Text) + 32
		}
	}
	return n
}
