package chat_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plumb.dev/plumb/chat"
	"plumb.dev/plumb/chat/anthropic"
	"plumb.dev/plumb/chat/openai"
)

// overHTTP are the models that are asked over HTTP, each with how it streams calls in
// pieces: an index, an id and a name once, arguments.
var overHTTP = map[string]struct {
	model func(address string) chat.Model
	text  string // an event with a text
	begin string // an event that begins a call: index, id
	piece string // an event with a piece of arguments: index, piece
	end   string
}{
	"anthropic": {
		func(address string) chat.Model {
			return anthropic.New(anthropic.Options{Model: "m", Key: key, Address: address})
		},
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n",
		"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"check\",\"input\":{}}}\n\n",
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":%s}}\n\n",
		"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
	},
	"openai": {
		func(address string) chat.Model {
			return openai.New(openai.Options{Model: "m", Key: key, Address: address})
		},
		"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n",
		"data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":%d,\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"check\",\"arguments\":\"\"}}]}}]}\n\n",
		"data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]}}]}\n\n",
		"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n",
	},
}

// asked is what a model answers when its address does as the handler says.
func asked(t *testing.T, model func(string) chat.Model, handle http.HandlerFunc) (chat.Reply, error) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	return model(server.URL).Ask(ctx, chat.Request{System: "s", Messages: []chat.Message{{Role: chat.User, Text: "hello"}}, MaxTokens: 100}, func(string) {})
}

func streaming(w http.ResponseWriter) flushed {
	w.Header().Set("Content-Type", "text/event-stream")
	return flushed{w}
}

// Whatever an address does, the model has an answer or says in a clause why not, within
// bounds, and the key goes nowhere else.
func TestAnAddressThatMisbehavesIsToldInAClause(t *testing.T) {
	for kind, m := range overHTTP {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, c := range []struct {
				name    string
				handle  http.HandlerFunc
				says    string
				passing bool
			}{
				{"an error page", func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/html")
					w.WriteHeader(http.StatusBadGateway)
					fmt.Fprint(w, "<html><body><h1>502 Bad Gateway</h1></body></html>")
				}, "answered 502", true},
				{"an error page without end", func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(http.StatusInternalServerError)
					for {
						if _, err := fmt.Fprint(w, strings.Repeat("<p>error</p>", 1000)); err != nil {
							return
						}
					}
				}, "answered 500", true},
				{"a page instead of a stream", func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/html")
					fmt.Fprint(w, "<html>welcome</html>")
				}, "broke off", true},
				{"nothing at all", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, "broke off", true},
				{"arguments without end", func(w http.ResponseWriter, _ *http.Request) {
					s := streaming(w)
					fmt.Fprintf(s, m.begin, 1, "c1")
					for {
						if _, err := fmt.Fprintf(s, m.piece, 1, quote(strings.Repeat("x", 10_000))); err != nil {
							return
						}
					}
				}, "grew beyond 1 MiB", false},
				{"calls without end", func(w http.ResponseWriter, _ *http.Request) {
					s := streaming(w)
					for i := 0; ; i++ {
						if _, err := fmt.Fprintf(s, m.begin, i, fmt.Sprint("c", i)); err != nil {
							return
						}
					}
				}, "grew beyond 1 MiB", false},
			} {
				_, err := asked(t, m.model, c.handle)
				var f *chat.Failure
				if !errors.As(err, &f) || !strings.Contains(err.Error(), c.says) || f.Passing != c.passing || len(err.Error()) > 300 {
					t.Errorf("%s: %v", c.name, err)
				}
			}
		})
	}
}

func TestTheKeyFollowsNoRedirect(t *testing.T) {
	for kind, m := range overHTTP {
		elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			t.Errorf("%s: another address was asked, with %v", kind, r.Header)
		}))
		t.Cleanup(elsewhere.Close)
		_, err := asked(t, m.model, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1), http.StatusTemporaryRedirect)
		})
		if err == nil || !strings.Contains(err.Error(), "leads on to http://localhost") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// Calls whose pieces arrive by turns are told apart, and bytes that are no text become
// text.
func TestPiecesThatArriveByTurnsAreOneAnswer(t *testing.T) {
	for kind, m := range overHTTP {
		r, err := asked(t, m.model, func(w http.ResponseWriter, _ *http.Request) {
			s := streaming(w)
			fmt.Fprintf(s, m.text, "gr\xfc\xdfe")
			fmt.Fprintf(s, m.begin, 1, "c1")
			fmt.Fprintf(s, m.begin, 2, "c2")
			fmt.Fprintf(s, m.piece, 1, quote(`{"out":`))
			fmt.Fprintf(s, m.piece, 2, quote(`{"explore":`))
			fmt.Fprint(s, ": still here\n\n")
			fmt.Fprintf(s, m.piece, 1, quote(`"a"}`))
			fmt.Fprintf(s, m.piece, 2, quote(`true}`))
			fmt.Fprint(s, m.end)
		})
		if err != nil || len(r.Calls) != 2 || string(r.Calls[0].Arguments) != `{"out":"a"}` || string(r.Calls[1].Arguments) != `{"explore":true}` {
			t.Errorf("%s: %v, %+v", kind, err, r.Calls)
		}
		if !utf8.ValidString(r.Text) || !strings.HasPrefix(r.Text, "gr") {
			t.Errorf("%s: %q", kind, r.Text)
		}
	}
}

// An address that sends signs of life and nothing else is not waited for longer than
// an answer may take.
func TestATrickleEndsWithTheTimeOfAnAnswer(t *testing.T) {
	for kind, m := range overHTTP {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := streaming(w)
			for r.Context().Err() == nil {
				fmt.Fprintf(s, m.text, "a")
				time.Sleep(20 * time.Millisecond)
			}
		}))
		t.Cleanup(server.Close)
		w := sit(t, workspace(t), "command", "", func(o *chat.Options) {
			o.Model = m.model(server.URL)
			o.Limits.Timeout, o.Limits.Attempts = 400*time.Millisecond, 1
		}, says("unused"))
		err := w.chat.Say(context.Background(), "Hello.")
		if err == nil || !strings.Contains(err.Error(), "did not answer within 400ms") {
			t.Errorf("%s: %v", kind, err)
		}
		if p := w.of(chat.PartialEvent); len(p) != 1 || !strings.HasPrefix(p[0].Text, "aa") {
			t.Errorf("%s: what had arrived is not kept: %s", kind, quote(p))
		}
	}
}
