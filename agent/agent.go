// Package agent holds what makes a coding agent an architect: the definition of the
// agent, a skill with its eight steps, a section for AGENTS.md and the configuration
// of plumb's server, in the files that coding agents read.
//
// plugin/ is a whole plugin, usable as it is. [Install] puts its parts into a
// repository for the agents found there.
package agent

import (
	"embed"
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

// Plugin is the whole plugin: a directory that can be given to a coding agent or
// published.
func Plugin() []emit.File { return under("plugin") }

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
	// servers is the file that configures servers, and the key that holds them.
	servers, key string
	// section tells that it reads AGENTS.md.
	section bool
}

// hosts are the agents known, in the order in which they are served.
var hosts = []host{
	{"claude", []string{".claude", "CLAUDE.md"}, ".claude", []string{"agents", "skills"}, ".mcp.json", "mcpServers", false},
	{"cursor", []string{".cursor"}, "", nil, ".cursor/mcp.json", "mcpServers", true},
	{"vscode", []string{".vscode", ".github/copilot-instructions.md"}, "", nil, ".vscode/mcp.json", "servers", true},
	{"agents", []string{"AGENTS.md"}, "", nil, "", "", true}, // any that reads AGENTS.md
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
