package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plumb.dev/plumb/cli"
)

// said is what a program wrote so far.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// wait blocks until something was written n times.
func (s *said) wait(t *testing.T, what string, n int) {
	t.Helper()
	for range 3000 {
		if strings.Count(s.String(), what) >= n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%q was not written %d times:\n%s", what, n, s)
}

// A person at a terminal is asked, agrees, is asked by a tool, interrupts, and leaves.
func TestAPersonTalksAtATerminal(t *testing.T) {
	chunk := func(delta, finish string) string {
		return `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":` + delta + `,"finish_reason":` + finish + "}]}\n\n"
	}
	call := func(id, name, arguments string) string {
		return chunk(fmt.Sprintf(`{"tool_calls":[{"index":0,"id":%q,"type":"function","function":{"name":%q,"arguments":%q}}]}`, id, name, arguments), "null") + chunk("{}", `"tool_calls"`)
	}
	steps := []string{
		call("1", "answer", `{"path":"use_cases.Borrow.peak"}`), // the person is asked, and their answer is the leave
		call("2", "decide", `{"decision":"D1","accept":true}`),
		call("3", "emit", `{"write":true}`),
		chunk(`{"content":"So it is, \u001b[31mred\u001b[0m."}`, `"stop"`),
		chunk(`{"content":"Let me think "}`, "null"), // and nothing more
		chunk(`{"content":"Thought."}`, `"stop"`),
	}
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		text := steps[min(asked, len(steps)-1)]
		asked++
		fmt.Fprint(w, text)
		w.(http.Flusher).Flush()
		if strings.Contains(text, "Let me think") {
			<-r.Context().Done()
		}
	}))
	defer server.Close()
	dir := t.TempDir()
	input := "system: Library\ndomain:\n  Loan:\n    volume: 500/day\nuse_cases:\n  Borrow:\n    by: librarian\n    creates: Loan\n"
	if err := os.WriteFile(filepath.Join(dir, "plumb.yaml"), []byte(input), 0o600); err != nil {
		t.Fatal(err)
	}
	in, keys := io.Pipe()
	var out, about said
	code := make(chan int, 1)
	go func() {
		code <- cli.Main(cli.Env{
			Args: []string{"chat", "--dir", dir, "--model", "openai:m", "--address", server.URL}, Stdin: in, Stdout: &out, Stderr: &about,
			Interactive: true, Today: "2026-01-31", Width: 100,
		})
	}()
	types := func(text string) {
		t.Helper()
		if _, err := io.WriteString(keys, text+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	about.wait(t, "\n> ", 1)
	types("/nothing")
	about.wait(t, "there is no /nothing", 1)
	types(`Ask me \`)
	types("what you need.")
	about.wait(t, "answer, or Enter for none: ", 1)
	types("30/min")
	about.wait(t, "may decide write", 1)
	types("yes")
	about.wait(t, "may emit write", 1)
	types("rather not")
	about.wait(t, "\n> ", 3)
	types("Think.")
	out.wait(t, "Let me think", 1)
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	about.wait(t, "no answer: interrupted", 1)
	about.wait(t, "\n> ", 4)
	types("And?")
	out.wait(t, "Thought.", 1)
	about.wait(t, "\n> ", 5)
	_ = keys.Close()
	if c := <-code; c != cli.ExitFine {
		t.Errorf("exit code %d", c)
	}
	if strings.ContainsRune(out.String(), '\x1b') {
		t.Errorf("the terminal obeys the model: %q", out.String())
	}
	text, err := os.ReadFile(filepath.Join(dir, "plumb.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `peak: 30/min  # peak: "30/min" (said when asked)`) {
		t.Errorf("what was said when asked is not in the input:\n%s", text)
	}
	if lock, err := os.ReadFile(filepath.Join(dir, "plumb.lock")); err != nil || !strings.Contains(string(lock), "status: accepted") {
		t.Errorf("what was agreed to is not written: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "design")); err == nil {
		t.Error("what was not agreed to is written")
	}
}
