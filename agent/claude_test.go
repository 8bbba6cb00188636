//go:build claude

package agent_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb.dev/plumb/agent"
	"plumb.dev/plumb/internal/judge"
)

// Claude Code's own validator has no warning about the plugin and about what is
// installed, and it connects to the server both ways. `make agents` runs this; its
// program is too large for every check.
func TestClaudeTakesWhatIsInstalled(t *testing.T) {
	at := judge.RequirePackages(t, "tools/agents/claude")
	programs, err := filepath.Glob(filepath.Join(at, "node_modules", "@anthropic-ai", "claude-code*", "claude"))
	if err != nil || len(programs) == 0 {
		programs, _ = filepath.Glob(filepath.Join(at, "node_modules", "@anthropic-ai", "claude-code", "bin", "claude*"))
	}
	if len(programs) == 0 {
		t.Fatal("the program of the package is not there")
	}
	f := newForeign(t, programs[0])
	repo, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	put(t, repo, "CLAUDE.md", "# Rules\n")
	install(t, repo)
	f.must(repo, "Validation passed", "plugin", "validate", "--strict", filepath.Join(repo, ".claude"))
	f.must(repo, "Pending approval", "mcp", "list")
	// As when a person has agreed to the servers of the repository.
	trust, err := json.Marshal(map[string]any{"projects": map[string]any{repo: map[string]any{"hasTrustDialogAccepted": true, "enabledMcpjsonServers": []string{"plumb"}}}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, f.home, ".claude.json", string(trust))
	f.must(repo, "Connected", "mcp", "list")

	market := t.TempDir()
	files(t, filepath.Join(market, "plumb"), agent.Plugin())
	put(t, market, ".claude-plugin/marketplace.json", `{"name":"here","owner":{"name":"here"},"plugins":[{"name":"plumb","source":"./plumb"}]}`)
	out := f.must(repo, "Validation passed", "plugin", "validate", "--strict", filepath.Join(market, "plumb"))
	for _, part := range []string{"mcpServers: plumb", "skills: plumb:backend-architect", "agents: plumb:backend-architect"} {
		if !strings.Contains(out, part) {
			t.Errorf("the validator does not see %s:\n%s", part, out)
		}
	}
	f.must(repo, "Successfully added marketplace", "plugin", "marketplace", "add", market)
	f.must(repo, "Successfully installed plugin", "plugin", "install", "plumb@here")
	f.must(t.TempDir(), "plugin:plumb:plumb: plumb mcp", "mcp", "list")
	if err := os.Remove(filepath.Join(market, "plumb", "agents", "backend-architect.md")); err != nil {
		t.Fatal(err)
	}
	put(t, market, "plumb/agents/backend-architect.md", "---\nname: [broken\n---\nNothing.\n")
	if out, err := f.says(repo, "plugin", "validate", "--strict", filepath.Join(market, "plumb")); err == nil {
		t.Errorf("a broken agent passes:\n%s", out)
	}
}
