package mcp

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Stdio serves one session over a process's own input and output, a message a line,
// until the input ends and what it asked for is answered.
func (s *Server) Stdio(ctx context.Context, in io.Reader, out io.Writer) error {
	open := &session{changed: make(chan struct{}, 1)}
	return s.Run(ctx, &sdk.IOTransport{
		Reader: io.NopCloser(&drained{ctx: ctx, in: bufio.NewReader(in), session: open}),
		Writer: noted{out, open},
	})
}

// session counts what is open between the two sides: the transport ends a session
// with its input, and would drop the answers that are still being made.
type session struct {
	mu              sync.Mutex
	asked, answered int // requests of the client, and the answers to them
	asking, replied int // requests of the server, and the replies to them
	changed         chan struct{}
}

// note counts one message: of the client when in is true, else of the server.
func (s *session) note(line []byte, in bool) {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if json.Unmarshal(line, &m) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch request := m.Method != "" && m.ID != nil; {
	case in && request:
		s.asked++
	case in && m.Method == "notifications/cancelled":
		s.answered++ // no answer need come
	case in && m.Method == "":
		s.replied++
	case !in && request:
		s.asking++
	case !in && m.Method == "":
		s.answered++
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// over reports whether nothing more can come: everything is answered, or an answer
// waits for a reply that the client, whose input has ended, will never give.
func (s *session) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered >= s.asked || s.asking > s.replied
}

// drained is the client's messages, with an end that waits for the answers.
type drained struct {
	ctx     context.Context
	in      *bufio.Reader
	session *session
	rest    []byte
}

func (d *drained) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		line, err := d.in.ReadBytes('\n')
		if len(line) == 0 {
			for err == io.EOF && !d.session.over() {
				select {
				case <-d.session.changed:
				case <-d.ctx.Done():
					return 0, d.ctx.Err()
				}
			}
			return 0, err
		}
		d.session.note(line, true)
		d.rest = line
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// noted is the server's messages, each written at once.
type noted struct {
	io.Writer
	session *session
}

func (n noted) Write(p []byte) (int, error) {
	written, err := n.Writer.Write(p)
	n.session.note(p, false)
	return written, err
}

func (noted) Close() error { return nil }
