package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Model is a language model behind some interface. It is asked with the whole
// conversation each time and keeps nothing.
type Model interface {
	// Ask sends a request and hands on the answer's text as it arrives. With an error
	// the reply holds what came before it. An error that is no [*Failure] is final.
	Ask(ctx context.Context, r Request, text func(string)) (Reply, error)
}

// Request is the conversation so far and what the model may do.
type Request struct {
	System   string    `json:"system"`
	Messages []Message `json:"messages"`
	Tools    []Tool    `json:"tools"`
	// MaxTokens bounds the answer.
	MaxTokens int `json:"max_tokens"`
}

// Roles of a message.
const (
	User      = "user"
	Assistant = "assistant"
	ToolRole  = "tool"
)

// Message is one contribution: of the person, of the model, or the results of the
// calls that the model made in the message before.
type Message struct {
	Role    string   `json:"role"`
	Text    string   `json:"text,omitempty"`
	Calls   []Call   `json:"calls,omitempty"`
	Results []Result `json:"results,omitempty"`
}

// Tool is what a model may call; Schema is the JSON Schema of its arguments.
type Tool struct {
	Name   string          `json:"name"`
	About  string          `json:"description"`
	Schema json.RawMessage `json:"schema"`
}

// Call is a tool that the model wants run. Arguments are always a JSON object;
// Malformed says what was wrong with those the model wrote, when they were none.
type Call struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
	Malformed string          `json:"malformed,omitempty"`
}

// Result is what became of a call.
type Result struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Text    string `json:"text"`
	Refused bool   `json:"refused,omitempty"`
}

// Reply is an answer of the model.
type Reply struct {
	Text  string
	Calls []Call
	Usage Usage
	// Cut tells that the answer ended at its limit of tokens.
	Cut bool
}

// Usage counts tokens as the model's interface reports them. In includes those read
// from a cache, which Cached counts.
type Usage struct {
	In     int `json:"in"`
	Out    int `json:"out"`
	Cached int `json:"cached,omitempty"`
}

func (u *Usage) add(v Usage) {
	u.In += v.In
	u.Out += v.Out
	u.Cached += v.Cached
}

// Failure is an error of a model that may pass.
type Failure struct {
	// Why is a clause for a person, without secrets.
	Why string
	// Passing tells that asking again may help; After is how long the model said to
	// wait first, 0 when it did not say.
	Passing bool
	After   time.Duration
}

func (f *Failure) Error() string { return f.Why }

// Fail makes a failure of an HTTP status: 408, 409, 425, 429 and those from 500 up
// pass, others do not.
func Fail(status int, retryAfter, why string) *Failure {
	f := &Failure{Why: fmt.Sprintf("the model's address answered %d: %s", status, why)}
	switch {
	case status == 429, status == 408, status == 409, status == 425, status >= 500:
		f.Passing, f.After = true, waitOf(retryAfter)
	case status == 401, status == 403:
		f.Why += " (is the key right?)"
	case status == 404:
		f.Why += " (are the model's name and the address right?)"
	}
	return f
}

// Broken is the failure of an answer that ended before it was whole, or the one that
// the error is already.
func Broken(err error) *Failure {
	if f := (*Failure)(nil); errors.As(err, &f) {
		return f
	}
	why := "the answer broke off"
	if err != nil {
		why += ": " + err.Error()
	}
	return &Failure{Why: why, Passing: true}
}

// waitOf reads a Retry-After header: seconds, or a date, which is left to the usual
// steps as it would need a clock that agrees with the server's.
func waitOf(header string) time.Duration {
	seconds, err := time.ParseDuration(header + "s")
	if err != nil || seconds < 0 {
		return 0
	}
	return seconds
}

// Arguments makes the arguments of a call of what a model wrote: an empty text is an
// empty object, and what is no object is kept as malformed.
func Arguments(written string) (arguments json.RawMessage, malformed string) {
	if written == "" {
		return json.RawMessage("{}"), ""
	}
	// Written anew, so that everybody who reads them reads the same: of a name that
	// is there twice the last value stays.
	var object map[string]any
	err := json.Unmarshal([]byte(written), &object)
	if err == nil && object == nil {
		err = fmt.Errorf("they are null")
	}
	if err != nil {
		return json.RawMessage("{}"), err.Error()
	}
	again, err := json.Marshal(object)
	if err != nil {
		return json.RawMessage("{}"), err.Error()
	}
	return again, ""
}
