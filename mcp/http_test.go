package mcp_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/mcp"
)

func TestOverHTTPTheSameIsSaidToThisMachineOnly(t *testing.T) {
	dir := workspace(t, "petclinic")
	s, err := mcp.New(mcp.Options{Dir: dir, Today: "2026-01-01", Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.HTTP(ctx, l) }()
	url := "http://" + l.Addr().String()

	client, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(ctx, &sdk.StreamableClientTransport{Endpoint: url}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if over := must(t, client, "check", nil); over.text != must(t, connect(t, dir, nil), "check", nil).text {
		t.Errorf("over HTTP: %s", over.text)
	}
	_ = client.Close()

	for what, change := range map[string]func(*http.Request){
		"a page of another origin": func(r *http.Request) {
			r.Header.Set("Origin", "https://elsewhere.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		},
		"a foreign name for this machine": func(r *http.Request) { r.Host = "elsewhere.example" },
	} {
		req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/json, text/event-stream")
		change(req)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%s gets %s", what, res.Status)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
