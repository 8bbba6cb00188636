package mcp_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"plumb.dev/plumb/mcp"
)

// A client that writes all it wants and closes its end gets every answer.
func TestAnswersComeAfterTheInputHasEnded(t *testing.T) {
	s, err := mcp.New(mcp.Options{Dir: t.TempDir(), Today: "2026-03-01"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var in strings.Builder
	in.WriteString(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n")
	in.WriteString(`{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n")
	const calls = 20
	for i := range calls {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"tools/list"}`+"\n", i+2)
	}
	var out bytes.Buffer
	if err := s.Stdio(context.Background(), strings.NewReader(in.String()), &out); err != nil {
		t.Fatal(err)
	}
	for i := range calls + 1 {
		if !strings.Contains(out.String(), fmt.Sprintf(`"id":%d,`, i+1)) {
			t.Errorf("no answer to request %d", i+1)
		}
	}
}
