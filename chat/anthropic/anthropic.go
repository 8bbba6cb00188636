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
	options := []option.RequestOption{option.WithEnvironmentProduction(), option.WithAPIKey(o.Key), option.WithMaxRetries(0), option.WithHTTPClient(chat.Client())}
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
	return chat.Collect(m.messages.NewStreaming(ctx, params), text, take, failure)
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

// take adds an event to what arrived of a message. The arguments of a call arrive in
// pieces for the block at an index.
func take(a *chat.Arriving, e sdk.MessageStreamEventUnion) {
	switch e.Type {
	case "message_start":
		u := e.Message.Usage
		a.Usage.In = int(u.InputTokens + u.CacheReadInputTokens + u.CacheCreationInputTokens)
		a.Usage.Cached = int(u.CacheReadInputTokens)
		a.Usage.Out = int(u.OutputTokens)
	case "content_block_start":
		switch e.ContentBlock.Type {
		case "text":
			a.Say(e.ContentBlock.Text)
		case "tool_use":
			a.Call(e.Index, e.ContentBlock.ID, e.ContentBlock.Name, "")
		}
	case "content_block_delta":
		switch e.Delta.Type {
		case "text_delta":
			a.Say(e.Delta.Text)
		case "input_json_delta":
			a.Call(e.Index, "", "", e.Delta.PartialJSON)
		}
	case "message_delta":
		a.Usage.Out = int(e.Usage.OutputTokens)
		a.Cut = e.Delta.StopReason == sdk.StopReasonMaxTokens
	case "message_stop":
		a.Whole = true
	}
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
