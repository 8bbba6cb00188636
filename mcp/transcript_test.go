package mcp_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"plumb.dev/plumb/mcp"
)

// A transcript is what a client and the server say to each other, a message a line:
// the lines of the client are sent one after the other, each after the answer to the
// one before, and the answers are compared with the lines of the server. Other files
// of the archive are the workspace. PLUMB_UPDATE=1 writes the lines of the server.
func TestTranscripts(t *testing.T) {
	names, err := filepath.Glob("testdata/transcripts/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { transcript(t, name) })
	}
}

func transcript(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var client, server *txtar.File
	for i := range archive.Files {
		switch f := &archive.Files[i]; f.Name {
		case "client":
			client = f
		case "server":
			server = f
		default:
			put(t, dir, f.Name, string(f.Data))
		}
	}
	got := converse(t, dir, string(client.Data))
	if os.Getenv("PLUMB_UPDATE") != "" {
		server.Data = got
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(got, server.Data) {
		t.Errorf("the server said\n%s\nand not\n%s", got, server.Data)
	}
}

// converse sends the lines of a client and collects the answers.
func converse(t *testing.T, dir, lines string) []byte {
	s, err := mcp.New(mcp.Options{Dir: dir, Today: "2026-01-01", Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	in, send := io.Pipe()
	receive, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- s.Stdio(context.Background(), in, out)
		_ = out.Close()
	}()
	answers := bufio.NewReader(receive)
	var got bytes.Buffer
	for line := range strings.Lines(lines) {
		var message struct {
			ID any `json:"id"`
		}
		_ = json.Unmarshal([]byte(line), &message)
		if _, err := io.WriteString(send, line); err != nil {
			t.Fatal(err)
		}
		if message.ID == nil {
			continue
		}
		answer, err := answers.ReadString('\n')
		if err != nil {
			t.Fatalf("after %s: %v", line, err)
		}
		got.WriteString(answer)
	}
	_ = send.Close()
	<-done
	return got.Bytes()
}
