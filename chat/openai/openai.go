// Package openai puts an address that speaks OpenAI's Chat Completions behind a
// conversation: OpenAI's own, or one of the many servers that speak it too.
package openai

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/shared"

	"plumb.dev/plumb/chat"
)

// Usual is OpenAI's own address.
const Usual = "https://api.openai.com/v1"

// Options say where the model is.
type Options struct {
	// Model is its name, Key the API key, which servers on this machine often do not
	// need. Nothing is read from the environment.
	Model, Key string
	// Address is the base address, with /v1 where the server has it; [Usual] when empty.
	Address string
}

type model struct {
	name string
	own  bool
	chat sdk.ChatCompletionService
}

// New is a model behind the address. Nothing is sent before it is asked.
func New(o Options) chat.Model {
	own := o.Address == "" || o.Address == Usual
	if o.Address == "" {
		o.Address = Usual
	}
	options := []option.RequestOption{option.WithBaseURL(o.Address), option.WithMaxRetries(0)}
	if o.Key != "" {
		options = append(options, option.WithAPIKey(o.Key))
	}
	return &model{o.Model, own, sdk.NewChatCompletionService(options...)}
}

func (m *model) Ask(ctx context.Context, r chat.Request, text func(string)) (chat.Reply, error) {
	params, err := m.paramsOf(r)
	if err != nil {
		return chat.Reply{}, err
	}
	stream := m.chat.NewStreaming(ctx, params)
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

func (m *model) paramsOf(r chat.Request) (sdk.ChatCompletionNewParams, error) {
	p := sdk.ChatCompletionNewParams{
		Model: m.name, StreamOptions: sdk.ChatCompletionStreamOptionsParam{IncludeUsage: sdk.Bool(true)},
		Messages: []sdk.ChatCompletionMessageParamUnion{sdk.SystemMessage(r.System)},
	}
	if m.own {
		p.MaxCompletionTokens = sdk.Int(int64(r.MaxTokens))
	} else {
		p.MaxTokens = sdk.Int(int64(r.MaxTokens)) // the name that compatible servers know
	}
	for _, t := range r.Tools {
		var schema shared.FunctionParameters
		if err := json.Unmarshal(t.Schema, &schema); err != nil {
			return p, err
		}
		p.Tools = append(p.Tools, sdk.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
			Name: t.Name, Description: sdk.String(t.About), Parameters: schema,
		}))
	}
	for _, x := range r.Messages {
		switch x.Role {
		case chat.User:
			p.Messages = append(p.Messages, sdk.UserMessage(x.Text))
		case chat.Assistant:
			p.Messages = append(p.Messages, assistant(x))
		default:
			for _, result := range x.Results {
				p.Messages = append(p.Messages, sdk.ToolMessage(result.Text, result.ID))
			}
		}
	}
	return p, nil
}

func assistant(x chat.Message) sdk.ChatCompletionMessageParamUnion {
	var a sdk.ChatCompletionAssistantMessageParam
	if x.Text != "" {
		a.Content.OfString = sdk.String(x.Text)
	}
	for _, c := range x.Calls {
		a.ToolCalls = append(a.ToolCalls, sdk.ChatCompletionMessageToolCallUnionParam{OfFunction: &sdk.ChatCompletionMessageFunctionToolCallParam{
			ID: c.ID, Function: sdk.ChatCompletionMessageFunctionToolCallFunctionParam{Name: c.Name, Arguments: string(c.Arguments)},
		}})
	}
	return sdk.ChatCompletionMessageParamUnion{OfAssistant: &a}
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

// call is a tool call, whose pieces name its index.
type call struct {
	index     int64
	id, name  string
	arguments string
}

func (a *answer) take(chunk sdk.ChatCompletionChunk) {
	if u := chunk.Usage; u.PromptTokens+u.CompletionTokens > 0 {
		a.usage = chat.Usage{In: int(u.PromptTokens), Out: int(u.CompletionTokens), Cached: int(u.PromptTokensDetails.CachedTokens)}
	}
	for _, c := range chunk.Choices {
		if c.Index != 0 {
			continue // one answer was asked for
		}
		for _, piece := range []string{c.Delta.Content, c.Delta.Refusal} {
			if piece != "" {
				a.said += piece
				a.text(piece)
			}
		}
		for _, t := range c.Delta.ToolCalls {
			a.piece(t)
		}
		if c.FinishReason != "" {
			a.whole, a.cut = true, c.FinishReason == "length"
		}
	}
}

func (a *answer) piece(t sdk.ChatCompletionChunkChoiceDeltaToolCall) {
	at := -1
	for i := range a.calls {
		// Some servers number every call 0 and tell them apart by their ids.
		if a.calls[i].index == t.Index && (t.ID == "" || t.ID == a.calls[i].id) {
			at = i
		}
	}
	if at < 0 {
		a.calls = append(a.calls, call{index: t.Index, id: t.ID})
		at = len(a.calls) - 1
	}
	a.calls[at].name += t.Function.Name
	a.calls[at].arguments += t.Function.Arguments
}

func (a *answer) reply() chat.Reply {
	r := chat.Reply{Text: a.said, Usage: a.usage, Cut: a.cut}
	for _, c := range a.calls {
		arguments, malformed := chat.Arguments(c.arguments)
		r.Calls = append(r.Calls, chat.Call{ID: c.id, Name: c.name, Arguments: arguments, Malformed: malformed})
	}
	return r
}

// failure words an error of the server.
func failure(err error) error {
	var api *sdk.Error
	if errors.As(err, &api) {
		why := api.Message
		if why == "" {
			why = http.StatusText(api.StatusCode)
		}
		after := ""
		if api.Response != nil {
			after = api.Response.Header.Get("Retry-After")
		}
		return chat.Fail(api.StatusCode, after, why)
	}
	var within *ssestream.StreamError
	if errors.As(err, &within) {
		return chat.Fail(http.StatusServiceUnavailable, "", within.Message)
	}
	return chat.Broken(err)
}
