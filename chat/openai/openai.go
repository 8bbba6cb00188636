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
	options := []option.RequestOption{option.WithBaseURL(o.Address), option.WithMaxRetries(0), option.WithHTTPClient(chat.Client())}
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
	return chat.Collect(m.chat.NewStreaming(ctx, params), text, take, failure)
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

// take adds a chunk to what arrived of a message.
func take(a *chat.Arriving, chunk sdk.ChatCompletionChunk) {
	if u := chunk.Usage; u.PromptTokens+u.CompletionTokens > 0 {
		a.Usage = chat.Usage{In: int(u.PromptTokens), Out: int(u.CompletionTokens), Cached: int(u.PromptTokensDetails.CachedTokens)}
	}
	for _, c := range chunk.Choices {
		if c.Index != 0 {
			continue // one answer was asked for
		}
		a.Say(c.Delta.Content)
		a.Say(c.Delta.Refusal)
		for _, t := range c.Delta.ToolCalls {
			a.Call(t.Index, t.ID, t.Function.Name, t.Function.Arguments)
		}
		if c.FinishReason != "" {
			a.Whole, a.Cut = true, c.FinishReason == "length"
		}
	}
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
