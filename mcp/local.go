package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Local is a client of a server in the same process: what a conversation without a
// host goes through, so that it has the tools, the prompts and the confinement of
// every other client and no second set of them. It may be used by one goroutine at a
// time.
type Local struct {
	session *sdk.ClientSession
	server  *Server
	tools   []Tool
	close   func()
}

// Tool is a tool as a client sees it; Input is the JSON Schema of its arguments.
type Tool struct {
	Name, About string
	Input       json.RawMessage
}

// Answer is what a tool said. A refused call changed nothing; its text says why.
type Answer struct {
	Text    string
	Refused bool
}

// PromptInfo names a prompt and its one argument.
type PromptInfo struct{ Name, Title, Argument string }

// Local connects a client in the same process. ask puts a question to the person and
// returns their answer, or false when they gave none; nil when nobody can be asked.
func (s *Server) Local(ctx context.Context, ask func(ctx context.Context, question string) (string, bool)) (*Local, error) {
	o := &sdk.ClientOptions{}
	if ask != nil {
		o.ElicitationHandler = func(ctx context.Context, req *sdk.ElicitRequest) (*sdk.ElicitResult, error) {
			said, ok := ask(ctx, req.Params.Message)
			if !ok {
				return &sdk.ElicitResult{Action: "decline"}, nil
			}
			return &sdk.ElicitResult{Action: "accept", Content: map[string]any{askedFor: said}}, nil
		}
	}
	ours, theirs := sdk.NewInMemoryTransports()
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Run(ctx, ours)
	}()
	session, err := sdk.NewClient(&sdk.Implementation{Name: "plumb", Version: "local"}, o).Connect(ctx, theirs, nil)
	if err != nil {
		stop()
		<-done
		return nil, err
	}
	l := &Local{session: session, server: s, close: func() {
		_ = session.Close()
		stop()
		<-done
	}}
	for t, err := range session.Tools(ctx, nil) {
		if err != nil {
			l.Close()
			return nil, err
		}
		schema, err := json.Marshal(t.InputSchema)
		if err != nil {
			l.Close()
			return nil, err
		}
		l.tools = append(l.tools, Tool{t.Name, t.Description, schema})
	}
	return l, nil
}

// Close ends the session.
func (l *Local) Close() { l.close() }

// Tools are the tools of the server, in the order of their names.
func (l *Local) Tools() []Tool { return l.tools }

// Writes tells whether a call would change files of the workspace by itself. One
// that asks the person first does not: their answer is the leave.
func (l *Local) Writes(tool string, arguments json.RawMessage) bool {
	writes := l.server.writes[tool]
	return writes != nil && writes(arguments)
}

// Call runs a tool. The error is that of the session; whatever is wrong with the call
// itself is a refused answer.
func (l *Local) Call(ctx context.Context, tool string, arguments json.RawMessage) (Answer, error) {
	res, err := l.session.CallTool(ctx, &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		if ctx.Err() != nil {
			return Answer{}, ctx.Err()
		}
		return Answer{Text: err.Error(), Refused: true}, nil
	}
	var b strings.Builder
	for _, c := range res.Content {
		if text, ok := c.(*sdk.TextContent); ok {
			b.WriteString(text.Text)
		}
	}
	return Answer{b.String(), res.IsError}, nil
}

// Resources lists what can be read, a line each: the address, and what is there.
func (l *Local) Resources() string {
	var b strings.Builder
	for _, r := range fixed {
		fmt.Fprintf(&b, "%s: %s\n", r.uri, r.about)
	}
	for _, k := range kinds {
		fmt.Fprintf(&b, "%s: %s\n", k.template, k.about)
	}
	return b.String()
}

// Read returns the text of a resource.
func (l *Local) Read(ctx context.Context, uri string) (string, error) {
	res, err := l.session.ReadResource(ctx, &sdk.ReadResourceParams{URI: uri})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, c := range res.Contents {
		b.WriteString(c.Text)
	}
	return b.String(), nil
}

// Prompts are the prompts of the server.
func (l *Local) Prompts() []PromptInfo {
	out := make([]PromptInfo, len(prompts))
	for i, p := range prompts {
		out[i] = PromptInfo{p.name, p.title, p.argument}
	}
	return out
}

// Prompt is the text of a prompt for its argument.
func (l *Local) Prompt(ctx context.Context, name, argument string) (string, error) {
	with := map[string]string{}
	for _, p := range prompts {
		if p.name == name && argument != "" {
			with[p.argument] = argument
		}
	}
	res, err := l.session.GetPrompt(ctx, &sdk.GetPromptParams{Name: name, Arguments: with})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, m := range res.Messages {
		if text, ok := m.Content.(*sdk.TextContent); ok {
			b.WriteString(text.Text)
		}
	}
	return b.String(), nil
}

// Brief is the workspace's brief, brief.md.
func (l *Local) Brief() (string, error) {
	text, err := l.server.files.read(usualBrief)
	return string(text), err
}
