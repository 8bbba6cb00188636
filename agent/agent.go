// Package agent holds what makes a coding agent an architect: the definition of the
// agent, a skill with its eight steps, a section for AGENTS.md and the configuration
// of plumb's server, in the files that coding agents read.
//
// plugin/ is a whole plugin, usable as it is. [Install] puts its parts into a
// repository for the agents found there.
package agent

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"plumb.dev/plumb/emit"
)

//go:embed all:plugin
var plugin embed.FS

//go:embed AGENTS.md
var section string

// Plugin is the whole plugin in Claude Code's format: a directory that can be given to
// it or published.
func Plugin() []emit.File { return under("plugin") }

// Extension is the same for Gemini CLI, which reads a manifest of its own and another
// front matter of agents: the skill, the server, and the section as its context.
func Extension() []emit.File {
	var manifest struct {
		Version     string `json:"version"`
		Description string `json:"description"`
	}
	out := []emit.File{{Path: "GEMINI.md", Data: []byte(section)}}
	for _, f := range Plugin() {
		switch {
		case f.Path == ".claude-plugin/plugin.json":
			if err := json.Unmarshal(f.Data, &manifest); err != nil {
				panic("agent: the plugin's manifest: " + err.Error())
			}
		case strings.HasPrefix(f.Path, "skills/") || f.Path == "README.md":
			out = append(out, f)
		}
	}
	text := fmt.Sprintf("{\n  \"name\": \"plumb\",\n  \"version\": %q,\n  \"description\": %q,\n  \"contextFileName\": \"GEMINI.md\",\n  \"mcpServers\": {\n    \"plumb\": %s\n  }\n}\n",
		manifest.Version, manifest.Description, untypedEntry())
	return append(out, emit.File{Path: "gemini-extension.json", Data: []byte(text)})
}

// Prompt is the definition as one text for a model without a host: the agent's own and
// its skill, without the front matter that hosts read.
func Prompt() string {
	var b strings.Builder
	for _, f := range Plugin() {
		if path.Ext(f.Path) != ".md" || path.Base(f.Path) == "README.md" {
			continue
		}
		parts := strings.SplitN(string(f.Data), "---\n", 3)
		b.WriteString(strings.TrimSpace(parts[len(parts)-1]) + "\n\n")
	}
	return b.String()
}

// under lists embedded files with their paths below a directory.
func under(dir string) []emit.File {
	var out []emit.File
	err := fs.WalkDir(plugin, dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := plugin.ReadFile(p)
		out = append(out, emit.File{Path: strings.TrimPrefix(p, dir+"/"), Data: data})
		return err
	})
	if err != nil {
		panic("agent: the embedded files cannot be listed: " + err.Error())
	}
	return out
}

// host is a coding agent and where it reads its files.
type host struct {
	name string
	// marks are what tells that the repository is used with it.
	marks []string
	// dir takes the parts of the plugin that it reads.
	dir   string
	parts []string
	// servers are the files that may configure its servers: the first that is there, or
	// else the first; config is how they are written.
	servers []string
	config  config
	// section is the file of instructions that it reads; empty when it needs none.
	section string
}

const instructions = "AGENTS.md"

// hosts are the agents known, in the order in which they are served.
var hosts = []host{
	{"claude", []string{".claude", "CLAUDE.md"}, ".claude", []string{"agents", "skills"}, []string{".mcp.json"}, inJSON{"mcpServers", serverEntry, false}, ""},
	{"cursor", []string{".cursor"}, "", nil, []string{".cursor/mcp.json"}, inJSON{"mcpServers", serverEntry, false}, instructions},
	{"vscode", []string{".vscode", ".github/copilot-instructions.md"}, "", nil, []string{".vscode/mcp.json"}, inJSON{"servers", serverEntry, true}, instructions},
	{"gemini", []string{".gemini", "GEMINI.md"}, ".gemini", []string{"skills"}, []string{".gemini/settings.json"}, inJSON{"mcpServers", untypedEntry, true}, "GEMINI.md"},
	{"codex", []string{".codex"}, ".agents", []string{"skills"}, []string{".codex/config.toml"}, inTOML{}, instructions},
	{"opencode", []string{".opencode", "opencode.json", "opencode.jsonc"}, ".opencode", []string{"skills"}, []string{"opencode.json", "opencode.jsonc"}, inJSON{"mcp", localEntry, true}, instructions},
	{"agents", []string{"AGENTS.md"}, "", nil, nil, nil, instructions}, // any that reads AGENTS.md
}

// Hosts are the names of the agents that [Install] knows.
func Hosts() []string {
	out := make([]string, len(hosts))
	for i, h := range hosts {
		out[i] = h.name
	}
	return out
}

// files are the parts of the plugin for a host, below its directory.
func (h host) files() []emit.File {
	var out []emit.File
	for _, part := range h.parts {
		for _, f := range under(path.Join("plugin", part)) {
			out = append(out, emit.File{Path: path.Join(part, f.Path), Data: f.Data})
		}
	}
	slices.SortFunc(out, func(a, b emit.File) int { return strings.Compare(a.Path, b.Path) })
	return out
}
