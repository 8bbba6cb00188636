// Package chat is a conversation without a host: a language model that reads and
// writes prose, and plumb's own tools, which compute.
//
// The model gets the text of the agent definition, the tools, resources and prompts of
// [plumb.dev/plumb/mcp] through a client in the same process, and nothing else. What
// it says of facts is held against the person's words by those tools; what it says in
// numbers is held against their answers here: a number that none of them holds is
// shown to the person as not from plumb.
//
//	chat.go        one turn: ask, run the calls, ask again, until there is an answer
//	ask.go         one answer of a model, asked again while that may help
//	call.go        the calls that an answer makes
//	trim.go        what of a long conversation is sent
//	event.go       what is told; transcript.go keeps it
//	model.go       the words between a conversation and a model
//	command.go     a model behind a local program
//	stream.go      what models over HTTP have in common
//
// The models of other interfaces are packages below this one, so that nothing but the
// command line imports their libraries.
package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumb.dev/plumb/mcp"
)

// Options of a conversation.
type Options struct {
	Model Model
	// Name is how the model is called in the transcript.
	Name string
	// Tools are those of plumb's server.
	Tools *mcp.Local
	// System is the text of the agent definition.
	System string
	// Person is who can be asked; nil when nobody is there.
	Person Person
	// Yes lets calls that write run without asking.
	Yes    bool
	Limits Limits
	// Prices of tokens; nil when they are not known.
	Prices *Prices
	// Show is told of every event, from one goroutine.
	Show func(Event)
	// Transcript keeps the conversation. A resumed one goes on.
	Transcript *Transcript
	// Secrets are never shown or kept, whoever repeats them.
	Secrets []string
}

// Person is asked during a turn.
type Person interface {
	// Agree puts a call that writes to the person.
	Agree(ctx context.Context, c Call) bool
}

// Limits bound a turn. [Usual] are those taken for zero values.
type Limits struct {
	// Steps is how often the model may be asked in one turn.
	Steps int
	// MaxTokens bounds one answer, Context what is sent: both in tokens.
	MaxTokens, Context int
	// Timeout bounds one answer, waiting between attempts excluded.
	Timeout time.Duration
	// Attempts is how often one answer is asked for, with pauses that begin with Pause
	// and double. A model that says to wait longer than MaxWait is not waited for.
	Attempts       int
	Pause, MaxWait time.Duration
}

// Usual are the limits of a conversation.
var Usual = Limits{Steps: 30, MaxTokens: 8192, Context: 120_000, Timeout: 5 * time.Minute, Attempts: 5, Pause: time.Second, MaxWait: 2 * time.Minute}

func (l Limits) filled() Limits {
	or := func(v *int, usual int) {
		if *v <= 0 {
			*v = usual
		}
	}
	wait := func(v *time.Duration, usual time.Duration) {
		if *v <= 0 {
			*v = usual
		}
	}
	or(&l.Steps, Usual.Steps)
	or(&l.MaxTokens, Usual.MaxTokens)
	or(&l.Context, Usual.Context)
	or(&l.Attempts, Usual.Attempts)
	wait(&l.Timeout, Usual.Timeout)
	wait(&l.Pause, Usual.Pause)
	wait(&l.MaxWait, Usual.MaxWait)
	return l
}

// Chat is a conversation. It may be used by one goroutine at a time.
type Chat struct {
	Options
	tools    []Tool
	messages []Message
	used     Usage
	unbacked bool
	// trimming tells that the person knows of it.
	trimming bool
	// broken is the first failure to keep the transcript: nothing goes on after it.
	broken error
}

// New begins a conversation, or takes up the one that the transcript holds.
func New(o Options) (*Chat, error) {
	c := &Chat{Options: o, tools: toolsOf(o.Tools)}
	c.Limits = o.Limits.filled()
	for _, e := range o.Transcript.Past() {
		c.recall(e)
	}
	if o.Transcript.mended {
		c.tell(Event{Type: NoticeEvent, Text: "the last line of the transcript was cut by an interruption and is left out"})
	}
	c.tell(Event{Type: SessionEvent, Model: o.Name, Text: o.Transcript.Name})
	c.answerOpenCalls("it was interrupted before it ran, or its answer was lost: call again if it still matters")
	return c, c.broken
}

// recall takes an event of the past into the conversation.
func (c *Chat) recall(e Event) {
	switch e.Type {
	case UserEvent:
		c.messages = append(c.messages, Message{Role: User, Text: e.Text})
	case AssistantEvent:
		c.messages = append(c.messages, Message{Role: Assistant, Text: e.Text, Calls: e.Calls})
	case ResultEvent:
		if e.Result != nil {
			c.result(*e.Result)
		}
	}
	if e.Usage != nil && (e.Type == AssistantEvent || e.Type == PartialEvent) {
		c.used.add(*e.Usage)
	}
}

// result adds the result of a call behind the message that made it.
func (c *Chat) result(r Result) {
	if n := len(c.messages); n == 0 || c.messages[n-1].Role != ToolRole {
		c.messages = append(c.messages, Message{Role: ToolRole})
	}
	last := &c.messages[len(c.messages)-1]
	last.Results = append(last.Results, r)
}

// tell shows an event, and keeps it first.
func (c *Chat) tell(e Event) {
	e = c.hidden(e)
	if e.Type != TextEvent && c.broken == nil {
		if err := c.Transcript.keep(e); err != nil {
			c.broken = fmt.Errorf("the transcript cannot be kept: %w", err)
		}
	}
	if c.Show != nil {
		c.Show(e)
	}
}

// Unbacked tells whether an answer since the conversation was opened held numbers
// that are not plumb's.
func (c *Chat) Unbacked() bool { return c.unbacked }

// Used is what the conversation used so far, over all its sessions.
func (c *Chat) Used() Usage { return c.used }

// Said is everything the person wrote.
func (c *Chat) Said() string {
	var b strings.Builder
	for _, m := range c.messages {
		if m.Role == User {
			b.WriteString(m.Text + "\n")
		}
	}
	return b.String()
}

// Say is one turn: what the person says, until the model has an answer. The error says
// why there is none; the conversation can go on after it.
func (c *Chat) Say(ctx context.Context, text string) error {
	c.messages = append(c.messages, Message{Role: User, Text: text})
	c.tell(Event{Type: UserEvent, Text: text})
	err := c.turn(ctx)
	c.answerOpenCalls("the turn was stopped before it ran")
	err = errors.Join(err, c.broken)
	if err != nil {
		c.tell(Event{Type: StoppedEvent, Why: err.Error()})
	}
	used := c.used
	done := Event{Type: DoneEvent, Usage: &used}
	if c.Prices != nil {
		cost := c.Prices.of(used)
		done.Cost = &cost
	}
	c.tell(done)
	return err
}

func (c *Chat) turn(ctx context.Context) error {
	runs := runs{}
	for range c.Limits.Steps {
		if c.broken != nil {
			return nil // Say adds it
		}
		reply, err := c.ask(ctx)
		if err != nil {
			return err
		}
		c.messages = append(c.messages, Message{Role: Assistant, Text: reply.Text, Calls: reply.Calls})
		c.tell(Event{Type: AssistantEvent, Text: reply.Text, Calls: reply.Calls, Usage: &reply.Usage})
		c.flag(reply.Text)
		if reply.Cut {
			c.tell(Event{Type: NoticeEvent, Text: fmt.Sprintf("the answer was cut at its limit of %d tokens", c.Limits.MaxTokens)})
		}
		if len(reply.Calls) == 0 {
			return nil
		}
		for _, call := range reply.Calls {
			c.run(ctx, call, runs)
			if err := ctx.Err(); err != nil {
				return stopped(err)
			}
		}
	}
	return fmt.Errorf("the model called tools %d times without an answer and was stopped; say more, or raise the limit of steps", c.Limits.Steps)
}

// stopped words the end of a context.
func stopped(err error) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted; what was said so far is kept")
	}
	return err
}

// flag shows the numbers of an answer that neither a tool nor the person gave.
func (c *Chat) flag(text string) {
	var sources []string
	for _, m := range c.messages {
		if m.Role == User {
			sources = append(sources, m.Text)
		}
		for _, r := range m.Results {
			if !r.Refused { // a refusal repeats what the model made up
				sources = append(sources, r.Text)
			}
		}
	}
	figures := mcp.Unbacked(text, sources)
	if len(figures) == 0 {
		return
	}
	if brief, err := c.Tools.Brief(); err == nil {
		figures = mcp.Unbacked(text, append(sources, brief))
	}
	if len(figures) > 0 {
		c.unbacked = true
		c.tell(Event{Type: UnbackedEvent, Figures: figures})
	}
}

// hidden takes the secrets out of an event.
func (c *Chat) hidden(e Event) Event {
	if len(c.Secrets) == 0 {
		return e
	}
	e.Text, e.Why = c.hide(e.Text), c.hide(e.Why)
	e.Calls = slices.Clone(e.Calls)
	for i := range e.Calls {
		e.Calls[i].Arguments = []byte(c.hide(string(e.Calls[i].Arguments)))
		e.Calls[i].Malformed = c.hide(e.Calls[i].Malformed)
	}
	if e.Result != nil {
		r := *e.Result
		r.Text = c.hide(r.Text)
		e.Result = &r
	}
	return e
}

func (c *Chat) hide(s string) string {
	for _, secret := range c.Secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "[hidden]")
		}
	}
	return s
}
