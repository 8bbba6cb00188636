package mcp_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"plumb.dev/plumb/internal/judge"
)

// The official TypeScript SDK, in two generations of the protocol, drives the built
// program from a prose brief to written files; its validators check every answer
// against the published schemas, and the foreign judges what was written.
func TestForeignClientsGoFromABriefToAWrittenDesign(t *testing.T) {
	client := judge.RequirePackages(t, "tools/mcp-client")
	plumb := filepath.Join(t.TempDir(), "plumb")
	if out, err := exec.Command("go", "build", "-o", plumb, "../cmd/plumb").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for generation, protocol := range map[string]string{"handshake": "handshake", "stateless": "2026-07-28"} {
		t.Run(generation, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range []string{"brief.md", "model.yaml"} {
				text, err := os.ReadFile(filepath.Join("testdata", "library", name))
				if err != nil {
					t.Fatal(err)
				}
				put(t, dir, name, string(text))
			}
			cmd := exec.Command("node", filepath.Join(client, "loop.mjs"), generation, plumb, dir)
			var said bytes.Buffer
			cmd.Stderr = &said
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, said.String())
			}
			var loop struct {
				Protocol string
				Steps    []struct {
					Tool, Text string
					With       map[string]any
				}
			}
			if err := json.Unmarshal(out, &loop); err != nil {
				t.Fatal(err)
			}
			if loop.Protocol != protocol {
				t.Errorf("spoke %s, not %s", loop.Protocol, protocol)
			}
			for _, s := range loop.Steps {
				if n := estimate(s.Text); n > 2000 {
					t.Errorf("%s %v has about %d tokens", s.Tool, s.With, n)
				}
			}
			judge.Clean(t, judge.Dir(t, filepath.Join(dir, "design"))...)
		})
	}
}
