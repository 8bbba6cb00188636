package chat

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// Command is a model behind a local program, which is started for every answer. It
// gets the [Request] as one line of JSON on its standard input, which then ends, and
// writes a line of JSON per event on its standard output:
//
//	{"text":"We have "}                                     a piece of the answer
//	{"call":{"id":"1","name":"design","arguments":{}}}      a tool to be run
//	{"usage":{"in":1200,"out":80,"cached":0}}               tokens, once
//	{"error":"overloaded","passing":true,"after":2}         no answer; passing: ask again, after seconds
//	{"done":true,"cut":false}                               the end of a whole answer
//
// What it writes to standard error is shown when it fails. It runs without a shell,
// in plumb's own directory, and is ended when the person interrupts.
type Command struct {
	// Args are the program and its arguments.
	Args []string
}

// commandEvent is a line of such a program.
type commandEvent struct {
	Text string `json:"text"`
	Call *struct {
		ID        string          `json:"id"`
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
	} `json:"call"`
	Usage   *Usage  `json:"usage"`
	Error   string  `json:"error"`
	Passing bool    `json:"passing"`
	After   float64 `json:"after"`
	Done    bool    `json:"done"`
	Cut     bool    `json:"cut"`
}

// Ask runs the program once.
func (m Command) Ask(ctx context.Context, r Request, text func(string)) (Reply, error) {
	request, err := json.Marshal(r)
	if err != nil {
		return Reply{}, err
	}
	if len(m.Args) == 0 {
		return Reply{}, errors.New("no command is given")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, m.Args[0], m.Args[1:]...)
	cmd.WaitDelay = time.Second // a child of it may hold the pipes
	cmd.Stdin = bytes.NewReader(append(request, '\n'))
	said := &tail{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Reply{}, err
	}
	if err := cmd.Start(); err != nil {
		return Reply{}, fmt.Errorf("the model's command cannot be started: %w", err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 2*maxAnswer)
	reply, done, failed := read(lines, text)
	if failed != nil {
		stop()
	}
	// One that has answered, or closed its output, has a moment to end.
	defer time.AfterFunc(time.Second, stop).Stop()
	ended := cmd.Wait()
	switch {
	case failed != nil:
		return reply, failed
	case done:
		return reply, nil // what the program does afterwards is its own affair
	}
	why := "the model's command ended before its answer was done"
	var exit *exec.ExitError
	if errors.As(ended, &exit) && exit.ExitCode() > 0 {
		why += fmt.Sprintf(", with exit code %d", exit.ExitCode())
	}
	if s := said.last(); s != "" {
		why += ": " + s
	}
	return reply, &Failure{Why: why, Passing: true}
}

// read takes the events of a program up to the end of its answer.
func read(lines *bufio.Scanner, text func(string)) (r Reply, done bool, err error) {
	for lines.Scan() {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var e commandEvent
		if err := json.Unmarshal(line, &e); err != nil {
			return r, false, &Failure{Why: fmt.Sprintf("the model's command wrote a line that is no event: %v", err), Passing: true}
		}
		if e.Error != "" {
			return r, false, &Failure{Why: "the model's command says: " + e.Error, Passing: e.Passing, After: time.Duration(max(0, min(e.After, 1e6)) * float64(time.Second))}
		}
		if e.Text != "" {
			r.Text += e.Text
			text(e.Text)
		}
		if e.Call != nil {
			arguments, malformed := Arguments(string(e.Call.Arguments))
			r.Calls = append(r.Calls, Call{ID: e.Call.ID, Name: e.Call.Name, Arguments: arguments, Malformed: malformed})
		}
		if e.Usage != nil {
			r.Usage = *e.Usage
		}
		if e.Done {
			r.Cut = e.Cut
			return r, true, nil
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
		return r, false, nil // the pipe was closed with the program
	} else if err != nil {
		return r, false, errLong
	}
	return r, false, nil
}

// tail keeps the end of what a program says.
type tail struct{ text []byte }

const tailBytes = 2000

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if n := len(t.text) - tailBytes; n > 0 {
		t.text = t.text[n:]
	}
	return len(p), nil
}

// last is the last line that says something.
func (t *tail) last() string {
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(t.text), "")), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
