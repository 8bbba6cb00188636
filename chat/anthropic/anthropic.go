// Package anthropic puts Anthropic's Messages API behind a conversation.
package anthropic

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	sdk "github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"

	"plumb.dev/plumb/chat"
)

// Options say where the model is.
type Options struct {
	// Model is its name, Key the API key. Nothing is read from the environment.
	Model, Key string
	// Address replaces the API's own, where it is not empty.
	Address string
}

type model struct {
	name     string
	messages sdk.MessageService
}

// New is a model behind the API. Nothing is sent before it is asked.
func New(o Options) chat.Model {
	options := []option.RequestOption{option.WithEnvironmentProduction(), option.WithAPIKey(o.Key), option.WithMaxRetries(0)}
	if o.Address != "" {
		options = append(options, option.WithBaseURL(o.Address))
	}
	return &model{o.Model, sdk.NewMessageService(options...)}
}

func (m *model) Ask(ctx context.Context, r chat.Request, text func(string)) (chat.Reply, error) {
	params, err := paramsOf(m.name, r)
	if err != nil {
		return chat.Reply{}, err
	}
	stream := m.messages.NewStreaming(ctx, params)
	defer stream.Close()
	a := answer{text: text}
	for stream.Next() {
		a.take(stream.Current())
	}
	switch err := stream.Err(); {
	case err != nil:
		return a.reply(), failure(err)
	case !a.whole:
		return a.reply(), chat.Broken(nil)
	}
	return a.reply(), nil
}

func paramsOf(name string, r chat.Request) (sdk.MessageNewParams, error) {
	p := sdk.MessageNewParams{
		Model: sdk.Model(name), MaxTokens: int64(r.MaxTokens), System: []sdk.TextBlockParam{{Text: r.System}},
	}
	for _, t := range r.Tools {
		var schema map[string]any
		if err := json.Unmarshal(t.Schema, &schema); err != nil {
			return p, err
		}
		delete(schema, "type") // the library writes it
		tool := sdk.ToolParam{Name: t.Name, Description: sdk.String(t.About), InputSchema: sdk.ToolInputSchemaParam{ExtraFields: schema}}
		p.Tools = append(p.Tools, sdk.ToolUnionParam{OfTool: &tool})
	}
	for _, m := range r.Messages {
		var blocks []sdk.ContentBlockParamUnion
		if m.Text != "" {
			blocks = append(blocks, sdk.NewTextBlock(m.Text))
		}
		for _, c := range m.Calls {
			blocks = append(blocks, sdk.NewToolUseBlock(c.ID, c.Arguments, c.Name))
		}
		for _, x := range m.Results {
			blocks = append(blocks, sdk.NewToolResultBlock(x.ID, x.Text, x.Refused))
		}
		if m.Role == chat.Assistant {
			p.Messages = append(p.Messages, sdk.NewAssistantMessage(blocks...))
		} else {
			p.Messages = append(p.Messages, sdk.NewUserMessage(blocks...))
		}
	}
	return p, nil
}

// answer is what arrived of a message.
type answer struct {
	text  func(string)
	said  string
	calls []call
	usage chat.Usage
	cut   bool
	whole bool
}

// call is a tool use; its arguments arrive in pieces for the block at an index.
type call struct {
	index     int64
	id, name  string
	arguments string
}

func (a *answer) take(e sdk.MessageStreamEventUnion) {
	switch e.Type {
	case "message_start":
		u := e.Message.Usage
		a.usage.In = int(u.InputTokens + u.CacheReadInputTokens + u.CacheCreationInputTokens)
		a.usage.Cached = int(u.CacheReadInputTokens)
		a.usage.Out = int(u.OutputTokens)
	case "content_block_start":
		switch e.ContentBlock.Type {
		case "text":
			a.say(e.ContentBlock.Text)
		case "tool_use":
			a.calls = append(a.calls, call{index: e.Index, id: e.ContentBlock.ID, name: e.ContentBlock.Name})
		}
	case "content_block_delta":
		switch e.Delta.Type {
		case "text_delta":
			a.say(e.Delta.Text)
		case "input_json_delta":
			for i := range a.calls {
				if a.calls[i].index == e.Index {
					a.calls[i].arguments += e.Delta.PartialJSON
				}
			}
		}
	case "message_delta":
		a.usage.Out = int(e.Usage.OutputTokens)
		a.cut = e.Delta.StopReason == sdk.StopReasonMaxTokens
	case "message_stop":
		a.whole = true
	}
}

func (a *answer) say(piece string) {
	if piece != "" {
		a.said += piece
		a.text(piece)
	}
}

func (a *answer) reply() chat.Reply {
	r := chat.Reply{Text: a.said, Usage: a.usage, Cut: a.cut}
	for _, c := range a.calls {
		arguments, malformed := chat.Arguments(c.arguments)
		r.Calls = append(r.Calls, chat.Call{ID: c.id, Name: c.name, Arguments: arguments, Malformed: malformed})
	}
	return r
}

// failure words an error of the API.
func failure(err error) error {
	var api *sdk.Error
	if !errors.As(err, &api) {
		return chat.Broken(err)
	}
	why := api.Message
	if why == "" {
		why = http.StatusText(api.StatusCode)
	}
	status, after := api.StatusCode, ""
	if api.Response != nil {
		after = api.Response.Header.Get("Retry-After")
	}
	if status == http.StatusOK { // an error within a stream that had begun
		status = http.StatusServiceUnavailable
		if kind := api.Type(); kind == "invalid_request_error" || kind == "authentication_error" || kind == "permission_error" {
			status = http.StatusBadRequest
		}
		return chat.Fail(status, after, "within the answer, "+why)
	}
	return chat.Fail(status, after, why)
}
