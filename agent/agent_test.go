package agent_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/agent"
	"plumb.dev/plumb/emit"
)

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	at := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func install(t *testing.T, dir string, names ...string) agent.Report {
	t.Helper()
	r, err := agent.Install(dir, names...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestThePluginIsWhatCodingAgentsRead(t *testing.T) {
	files := map[string]string{}
	for _, f := range agent.Plugin() {
		files[f.Path] = string(f.Data)
	}
	for _, name := range []string{".claude-plugin/plugin.json", ".mcp.json"} {
		if !json.Valid([]byte(files[name])) {
			t.Errorf("%s is no JSON", name)
		}
	}
	for _, name := range []string{"agents/backend-architect.md", "skills/backend-architect/SKILL.md"} {
		parts := strings.SplitN(files[name], "---\n", 3)
		if len(parts) != 3 || parts[0] != "" {
			t.Fatalf("%s has no front matter", name)
		}
		var front map[string]string
		if err := yaml.Unmarshal([]byte(parts[1]), &front); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if front["name"] != "backend-architect" || len(front["description"]) < 80 || len(front["description"]) > 1024 {
			t.Errorf("%s: name %q, a description of %d bytes", name, front["name"], len(front["description"]))
		}
		if strings.HasPrefix(name, "agents/") && (front["model"] != "inherit" || !strings.Contains(front["tools"], "mcp__plumb__design")) {
			t.Errorf("%s: model %q, tools %q", name, front["model"], front["tools"])
		}
	}
	skill := files["skills/backend-architect/SKILL.md"]
	if len(skill) > 8<<10 {
		t.Errorf("the skill has %d bytes", len(skill))
	}
	if n := len(regexp.MustCompile(`(?m)^\*\*[1-8]\. `).FindAllString(skill, -1)); n != 8 {
		t.Errorf("the skill has %d steps", n)
	}
	for _, part := range []string{"Summary", "Service Boundaries", "API Design", "Resilience & Observability", "Recommendations", "Follow-up"} {
		if !strings.Contains(skill, "**"+part+"**") {
			t.Errorf("the answer's part %s is missing", part)
		}
	}
}

func TestInstallServesTheAgentsFoundAndNoOthers(t *testing.T) {
	for _, c := range []struct {
		mark  string
		found []string
		files []string
	}{
		{"", []string{}, []string{"AGENTS.md"}},
		{"CLAUDE.md", []string{"claude"}, []string{".claude/agents/backend-architect.md", ".claude/skills/backend-architect/SKILL.md", ".mcp.json"}},
		{".cursor/rules/x.mdc", []string{"cursor"}, []string{".cursor/mcp.json", "AGENTS.md"}},
		{".vscode/settings.json", []string{"vscode"}, []string{".vscode/mcp.json", "AGENTS.md"}},
		{"GEMINI.md", []string{"gemini"}, []string{".gemini/skills/backend-architect/SKILL.md", ".gemini/settings.json", "GEMINI.md"}},
		{".codex/config.toml", []string{"codex"}, []string{".agents/skills/backend-architect/SKILL.md", ".codex/config.toml", "AGENTS.md"}},
		{".opencode/notes.md", []string{"opencode"}, []string{".opencode/skills/backend-architect/SKILL.md", "opencode.json", "AGENTS.md"}},
		{"AGENTS.md", []string{"agents"}, []string{"AGENTS.md"}},
	} {
		dir := t.TempDir()
		if c.mark != "" {
			put(t, dir, c.mark, "mine\n")
		}
		r := install(t, dir)
		var paths []string
		for _, e := range r.Entries {
			paths = append(paths, e.Path)
		}
		if !slices.Equal(r.Found, c.found) || !slices.Equal(paths, c.files) {
			t.Errorf("%q: found %v, wrote %v", c.mark, r.Found, paths)
		}
		if c.mark != "" && !strings.HasPrefix(get(t, dir, c.mark), "mine\n") {
			t.Errorf("%s is %q now", c.mark, get(t, dir, c.mark))
		}
		for _, e := range install(t, dir).Entries {
			if e.Status != emit.Unchanged {
				t.Errorf("%q: the second time %s is %s", c.mark, e.Path, e.Status)
			}
		}
	}
	if _, err := agent.Install(t.TempDir(), "nobody"); err == nil {
		t.Error("an unknown agent was served")
	}
}

func TestAPersonsEditIsNeverOverwritten(t *testing.T) {
	dir := t.TempDir()
	install(t, dir, "claude", "agents")
	put(t, dir, ".claude/agents/backend-architect.md", "my own architect\n")
	section := strings.Replace(get(t, dir, "AGENTS.md"), "Do not edit", "Do edit", 1)
	put(t, dir, "AGENTS.md", section)
	r := install(t, dir, "claude", "agents")
	refused := r.Of(emit.Refused)
	if len(refused) != 2 || refused[0].Path != ".claude/agents/backend-architect.md" || refused[1].Path != "AGENTS.md" {
		t.Errorf("refused: %v", refused)
	}
	if get(t, dir, ".claude/agents/backend-architect.md") != "my own architect\n" || get(t, dir, "AGENTS.md") != section {
		t.Error("an edit is gone")
	}
}

func TestWhatStandsAroundTheSectionStays(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "AGENTS.md", "# Rules\n\nBe kind.")
	install(t, dir)
	text := get(t, dir, "AGENTS.md")
	put(t, dir, "AGENTS.md", "Before.\n"+text+"\nAfter.\n")
	install(t, dir)
	if got := get(t, dir, "AGENTS.md"); got != "Before.\n"+text+"\nAfter.\n" || !strings.HasPrefix(text, "# Rules\n\nBe kind.\n\n<!--") {
		t.Errorf("AGENTS.md is %q", got)
	}
}

func TestTheServerIsAddedToAConfigurationWithoutTouchingTheRest(t *testing.T) {
	for _, text := range []string{
		"", "{}", "{\n}\n", `{"mcpServers":{}}`, "{\n  \"mcpServers\": {\n  }\n}\n", `{"mcpServers": {"other": {"command": "x"}}}`,
		"{\n\t\"inputs\": [1.0, {\"mcpServers\": {}}],\n\t\"mcpServers\": {\n\t\t\"other\": {\"command\": \"x\", \"n\": 1e2}\n\t}\n}\n", `{"a": {"mcpServers": 1}}`,
	} {
		dir := t.TempDir()
		put(t, dir, "CLAUDE.md", "")
		if text != "" {
			put(t, dir, ".mcp.json", text)
		}
		install(t, dir)
		got := get(t, dir, ".mcp.json")
		var now struct {
			Servers map[string]struct{ Command string } `json:"mcpServers"`
		}
		if err := json.Unmarshal([]byte(got), &now); err != nil || now.Servers["plumb"].Command != "plumb" {
			t.Fatalf("%q became %q: %v", text, got, err)
		}
		if strings.Contains(text, "other") && now.Servers["other"].Command != "x" {
			t.Errorf("%q lost a server: %q", text, got)
		}
		if strings.Contains(text, "1e2") && !strings.Contains(got, "\"inputs\": [1.0, {\"mcpServers\": {}}],\n\t\"mcpServers\": {") {
			t.Errorf("the layout changed: %q", got)
		}
	}
	for _, text := range []string{"// mine\n{}", "[]", "{", `{"mcpServers": []}`, `{"mcpServers": null}`} {
		dir := t.TempDir()
		put(t, dir, "CLAUDE.md", "")
		put(t, dir, ".mcp.json", text)
		if r := install(t, dir); text != `{"mcpServers": null}` && len(r.Of(emit.Refused)) != 1 || get(t, dir, ".mcp.json") != text {
			t.Errorf("%q became %q: %v", text, get(t, dir, ".mcp.json"), r.Entries)
		}
	}
	own := `{"mcpServers": {"plumb": {"command": "mine"}}}`
	dir := t.TempDir()
	put(t, dir, "CLAUDE.md", "")
	put(t, dir, ".mcp.json", own)
	if install(t, dir); get(t, dir, ".mcp.json") != own {
		t.Error("a person's own entry was changed")
	}
}

func TestTheServerIsAddedToCodexWithoutTouchingTheRest(t *testing.T) {
	const entry = "[mcp_servers.plumb]\ncommand = \"plumb\"\nargs = [\"mcp\"]\n"
	for text, want := range map[string]string{
		"":                 entry,
		"model = \"mine\"": "model = \"mine\"\n\n" + entry,
		"[mcp_servers.other]\ncommand = \"x\"\n\n":  "[mcp_servers.other]\ncommand = \"x\"\n\n" + entry,
		"[mcp_servers.plumb]\ncommand = \"mine\"\n": "[mcp_servers.plumb]\ncommand = \"mine\"\n",
		"mcp_servers.plumb.command = \"mine\"\n":    "mcp_servers.plumb.command = \"mine\"\n",
		"mcp_servers = {}\n":                        "", // refused
		"a = \"\"\"\nopen\n":                        "",
	} {
		dir := t.TempDir()
		put(t, dir, ".codex/config.toml", text)
		r := install(t, dir)
		if refused := len(r.Of(emit.Refused)) == 1; refused != (want == "") {
			t.Errorf("%q: refused %t", text, refused)
		}
		if want == "" {
			want = text
		}
		if got := get(t, dir, ".codex/config.toml"); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestOpencodesOwnFileIsTakenWhereItIs(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "opencode.jsonc", "{\n  \"mcp\": {}\n}\n")
	if install(t, dir); !strings.Contains(get(t, dir, "opencode.jsonc"), `"plumb": { "type": "local", "command": ["plumb", "mcp"], "enabled": true }`) {
		t.Errorf("it is %q", get(t, dir, "opencode.jsonc"))
	}
	if _, err := os.Lstat(filepath.Join(dir, "opencode.json")); err == nil {
		t.Error("a second file was written")
	}
}

func TestNothingIsWrittenThroughALink(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "repo")
	put(t, base, "elsewhere/notes.md", "mine\n")
	put(t, dir, "CLAUDE.md", "mine\n")
	for link, to := range map[string]string{".claude": "../elsewhere", "AGENTS.md": "../elsewhere/notes.md", ".mcp.json": "../elsewhere/mcp.json"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if r := install(t, dir); len(r.Of(emit.Refused)) != 3 {
		t.Errorf("%v", r.Entries)
	}
	if list, _ := os.ReadDir(filepath.Join(base, "elsewhere")); len(list) != 1 || get(t, base, "elsewhere/notes.md") != "mine\n" {
		t.Error("something was written through a link")
	}
}

// VS Code, Gemini CLI and opencode take comments and a comma behind the last member.
func TestTheServerIsAddedBesideCommentsAndTrailingCommas(t *testing.T) {
	for _, c := range []struct{ name, host, was, now string }{
		{".vscode/mcp.json", "vscode", "{\n  // mine: \"servers\": {\n  \"servers\": {\n    \"other\": {\"command\": \"x\"}, // last,\n  },\n}\n",
			"{\n  // mine: \"servers\": {\n  \"servers\": {\n    \"plumb\": { \"type\": \"stdio\", \"command\": \"plumb\", \"args\": [\"mcp\"] },\n    \"other\": {\"command\": \"x\"}, // last,\n  },\n}\n"},
		{".gemini/settings.json", "gemini", "{\n  \"theme\": \"a // b \\\" /*\", /* c */\n  \"mcpServers\": {}\n}\n",
			"{\n  \"theme\": \"a // b \\\" /*\", /* c */\n  \"mcpServers\": {\n    \"plumb\": { \"command\": \"plumb\", \"args\": [\"mcp\"] }\n  }\n}\n"},
		{"opencode.jsonc", "opencode", "{\n  // none yet\n}\n",
			"{\n  \"mcp\": {\n    \"plumb\": { \"type\": \"local\", \"command\": [\"plumb\", \"mcp\"], \"enabled\": true }\n  }\n// none yet\n}\n"},
	} {
		dir := t.TempDir()
		put(t, dir, c.name, c.was)
		for range 2 {
			if refused := install(t, dir, c.host).Of(emit.Refused); len(refused) > 0 {
				t.Errorf("refused: %v", refused)
			}
			if got := get(t, dir, c.name); got != c.now {
				t.Errorf("%s is\n%s\nand not\n%s", c.name, got, c.now)
			}
		}
	}
	for _, broken := range []string{"{ /* no end", "{ \"a\": \"", "{,}", "{\"a\": 1,,}", "// nothing\n[1]"} {
		dir := t.TempDir()
		put(t, dir, ".vscode/mcp.json", broken)
		if r := install(t, dir, "vscode"); len(r.Of(emit.Refused)) != 1 || get(t, dir, ".vscode/mcp.json") != broken {
			t.Errorf("%q became %q", broken, get(t, dir, ".vscode/mcp.json"))
		}
	}
}
