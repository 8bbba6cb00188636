package chat_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"plumb.dev/plumb/chat"
	"plumb.dev/plumb/chat/anthropic"
	"plumb.dev/plumb/chat/openai"
)

// step is what a scripted model does when it is asked; after the last one it repeats
// that.
type step struct {
	Text  string
	Calls []scripted
	// Status other than 0 is an error of the server, After its Retry-After.
	Status int
	After  string
	// Break ends the stream in the middle of the message, Garbage writes an event
	// that is no JSON, Endless writes text without end, Hang says nothing more.
	Break, Garbage, Endless, Hang bool
}

type scripted struct{ Name, Arguments string }

func says(text string) step { return step{Text: text} }

func calls(name, arguments string) step { return step{Calls: []scripted{{name, arguments}}} }

// key is what no event may show.
const key = "key-that-nobody-may-see"

// script is a model that misbehaves as it is told.
type script struct {
	mu    sync.Mutex
	steps []step
	// asked are the requests as they came.
	asked []string
	times []time.Time
}

func (s *script) next(request string) step {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.times = append(s.asked, request), append(s.times, time.Now())
	return s.steps[min(len(s.asked), len(s.steps))-1]
}

// kinds are the interfaces behind which a script can stand.
var kinds = map[string]func(t *testing.T, s *script) chat.Model{
	"anthropic": func(t *testing.T, s *script) chat.Model {
		return anthropic.New(anthropic.Options{Model: "scripted", Key: key, Address: s.serve(t, "/v1/messages", anthropicStream)})
	},
	"openai": func(t *testing.T, s *script) chat.Model {
		return openai.New(openai.Options{Model: "scripted", Key: key, Address: s.serve(t, "/chat/completions", openaiStream)})
	},
	"command": commandModel,
}

// serve answers over HTTP, and in errors repeats the key it was sent.
func (s *script) serve(t *testing.T, path string, stream func(w io.Writer, s step)) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != path || !strings.Contains(r.Header.Get("X-Api-Key")+r.Header.Get("Authorization"), key) {
			http.Error(w, `{"error":{"message":"wrong place or key"}}`, http.StatusTeapot)
			return
		}
		st := s.next(string(body))
		if st.Status != 0 {
			w.Header().Set("Content-Type", "application/json")
			if st.After != "" {
				w.Header().Set("Retry-After", st.After)
			}
			w.WriteHeader(st.Status)
			fmt.Fprintf(w, `{"type":"error","error":{"type":"scripted_error","message":"no answer for %s now"}}`, key)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		stream(flushed{w}, st)
		if st.Hang {
			<-r.Context().Done()
		}
		if st.Break {
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

type flushed struct{ w http.ResponseWriter }

func (f flushed) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	f.w.(http.Flusher).Flush()
	return n, err
}

func quote(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// pieces are a text as it is streamed.
func pieces(s string) []string {
	var out []string
	for len(s) > 7 {
		out, s = append(out, s[:7]), s[7:]
	}
	return append(out, s)
}

func anthropicStream(w io.Writer, s step) {
	event := func(kind, data string) error {
		_, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", kind, data)
		return err
	}
	event("message_start", `{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"scripted","content":[],"usage":{"input_tokens":100,"output_tokens":1}}}`)
	event("ping", `{"type":"ping"}`)
	event("content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
	for _, p := range pieces(s.Text) {
		event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":`+quote(p)+`}}`)
	}
	for s.Endless && event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"`+strings.Repeat("a ", 4000)+`"}}`) == nil {
	}
	if s.Garbage {
		event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":`)
	}
	if s.Break || s.Hang {
		return
	}
	event("content_block_stop", `{"type":"content_block_stop","index":0}`)
	stop := "end_turn"
	for i, c := range s.Calls {
		stop = "tool_use"
		event("content_block_start", fmt.Sprintf(`{"type":"content_block_start","index":%d,"content_block":{"type":"tool_use","id":"%s","name":%s,"input":{}}}`, i+1, callID(), quote(c.Name)))
		for _, p := range pieces(c.Arguments) {
			event("content_block_delta", fmt.Sprintf(`{"type":"content_block_delta","index":%d,"delta":{"type":"input_json_delta","partial_json":%s}}`, i+1, quote(p)))
		}
		event("content_block_stop", fmt.Sprintf(`{"type":"content_block_stop","index":%d}`, i+1))
	}
	event("message_delta", `{"type":"message_delta","delta":{"stop_reason":"`+stop+`"},"usage":{"output_tokens":10}}`)
	event("message_stop", `{"type":"message_stop"}`)
}

func openaiStream(w io.Writer, s step) {
	chunk := func(delta, finish string) error {
		_, err := fmt.Fprintf(w, "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n", delta, finish)
		return err
	}
	chunk(`{"role":"assistant","content":""}`, "null")
	for _, p := range pieces(s.Text) {
		chunk(`{"content":`+quote(p)+`}`, "null")
	}
	for s.Endless && chunk(`{"content":"`+strings.Repeat("a ", 4000)+`"}`, "null") == nil {
	}
	if s.Garbage {
		fmt.Fprint(w, "data: {\"id\":\"c\",\"choices\":\n\n")
	}
	if s.Break || s.Hang {
		return
	}
	finish := `"stop"`
	for i, c := range s.Calls {
		finish = `"tool_calls"`
		chunk(fmt.Sprintf(`{"tool_calls":[{"index":%d,"id":"%s","type":"function","function":{"name":%s,"arguments":""}}]}`, i, callID(), quote(c.Name)), "null")
		for _, p := range pieces(c.Arguments) {
			chunk(fmt.Sprintf(`{"tool_calls":[{"index":%d,"function":{"arguments":%s}}]}`, i, quote(p)), "null")
		}
	}
	chunk(`{}`, finish)
	fmt.Fprint(w, "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":10,\"total_tokens\":110}}\n\ndata: [DONE]\n\n")
}

var callNumber struct {
	mu sync.Mutex
	n  int
}

func callID() string {
	callNumber.mu.Lock()
	defer callNumber.mu.Unlock()
	callNumber.n++
	return "call_" + strconv.Itoa(callNumber.n)
}

// commandModel is this test binary as a program. Its script lies in a file, and what
// it was asked is left beside it.
func commandModel(t *testing.T, s *script) chat.Model {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "steps"), []byte(quote(s.steps)), 0o600); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return recorded{chat.Command{Args: []string{program, commandMark, dir}}, s}
}

// recorded notes in the script what a command is asked.
type recorded struct {
	chat.Model
	script *script
}

func (r recorded) Ask(ctx context.Context, q chat.Request, text func(string)) (chat.Reply, error) {
	r.script.next(quote(q))
	return r.Model.Ask(ctx, q, text)
}

const commandMark = "-as-a-model-of-the-test"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == commandMark {
		os.Exit(commandMain(os.Args[2]))
	}
	os.Exit(m.Run())
}

func commandMain(dir string) int {
	request, err := bufio.NewReader(os.Stdin).ReadBytes('\n')
	if err != nil || !json.Valid(request) {
		fmt.Fprintln(os.Stderr, "the request is no line of JSON")
		return 7
	}
	n := 1
	for ; ; n++ {
		f, err := os.OpenFile(filepath.Join(dir, fmt.Sprintf("asked-%03d", n)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			_, _ = f.Write(request)
			_ = f.Close()
			break
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "steps"))
	if err != nil {
		return 8
	}
	var steps []step
	if err := json.Unmarshal(text, &steps); err != nil {
		return 9
	}
	return steps[min(n, len(steps))-1].write(n)
}

func (s step) write(n int) int {
	if s.Status != 0 {
		after, _ := strconv.ParseFloat(s.After, 64)
		fmt.Println(quote(map[string]any{"error": fmt.Sprintf("%d: no answer now", s.Status), "passing": s.Status == 429 || s.Status >= 500, "after": after}))
		return 0
	}
	for _, p := range pieces(s.Text) {
		fmt.Println(quote(map[string]any{"text": p}))
	}
	for s.Endless {
		if _, err := fmt.Println(`{"text":"` + strings.Repeat("a ", 4000) + `"}`); err != nil {
			return 1
		}
	}
	if s.Garbage {
		fmt.Println(`{"text":`)
		return 0
	}
	if s.Hang {
		time.Sleep(time.Minute)
	}
	if s.Break {
		fmt.Fprintln(os.Stderr, "the connection was lost")
		return 5
	}
	for i, c := range s.Calls {
		// Arguments that are no JSON travel as a string.
		arguments := c.Arguments
		if !json.Valid([]byte(arguments)) {
			arguments = quote(arguments)
		}
		fmt.Printf(`{"call":{"id":"c%d-%d","name":%s,"arguments":%s}}`+"\n", n, i, quote(c.Name), arguments)
	}
	fmt.Println(`{"usage":{"in":100,"out":10}}`)
	fmt.Println(`{"done":true}`)
	return 0
}
