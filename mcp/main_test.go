package mcp_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/cache"
	"plumb.dev/plumb/mcp"
)

// remembered is what the servers of all tests share, as those of one person do.
var remembered *cache.Cache

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "plumb-mcp")
	if err != nil {
		panic(err)
	}
	remembered = cache.New(dir, cache.Program)
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// workspace is a directory with an example's input and a brief.
func workspace(t testing.TB, example string) string {
	t.Helper()
	dir := t.TempDir()
	if example != "" {
		text, err := os.ReadFile(filepath.Join("..", "examples", example, "plumb.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, "plumb.yaml", string(text))
	}
	return dir
}

func put(t testing.TB, dir, name, text string) {
	t.Helper()
	at := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// connect starts a server for a workspace and a client that talks to it.
func connect(t testing.TB, dir string, o *sdk.ClientOptions) *sdk.ClientSession {
	t.Helper()
	s, err := mcp.New(mcp.Options{Dir: dir, Today: "2026-01-01", Version: "test", Cache: remembered})
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := sdk.NewInMemoryTransports()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Run(ctx, ours)
	}()
	client, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, o).Connect(ctx, theirs, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = client.Close()
		stop()
		<-done
		_ = s.Close()
	})
	return client
}

// reply is an answer: its text, its structured content, whether it is an error.
type reply struct {
	text    string
	data    map[string]any
	raw     string
	refused bool
}

func call(t testing.TB, c *sdk.ClientSession, tool string, with map[string]any) reply {
	t.Helper()
	res, err := c.CallTool(context.Background(), &sdk.CallToolParams{Name: tool, Arguments: with})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	r := reply{refused: res.IsError}
	for _, x := range res.Content {
		if text, ok := x.(*sdk.TextContent); ok {
			r.text += text.Text
		}
	}
	raw, err := json.Marshal(res.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	r.raw = string(raw)
	_ = json.Unmarshal(raw, &r.data)
	return r
}

func must(t testing.TB, c *sdk.ClientSession, tool string, with map[string]any) reply {
	t.Helper()
	r := call(t, c, tool, with)
	if r.refused {
		t.Fatalf("%s %v was refused: %s", tool, with, r.text)
	}
	return r
}

func mustRefuse(t testing.TB, c *sdk.ClientSession, why, tool string, with map[string]any) {
	t.Helper()
	r := call(t, c, tool, with)
	if !r.refused || !strings.Contains(r.text, why) {
		t.Errorf("%s %v: refused %t with %q, expected a refusal with %q", tool, with, r.refused, r.text, why)
	}
}
