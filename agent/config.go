package agent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// serverEntry is the server as the plugin configures it, on one line.
func serverEntry() string {
	text, err := plugin.ReadFile("plugin/.mcp.json")
	if err != nil {
		panic("agent: the plugin has no server: " + err.Error())
	}
	var file struct {
		Servers struct{ Plumb json.RawMessage } `json:"mcpServers"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		panic("agent: the plugin's server: " + err.Error())
	}
	return strings.Join(strings.Fields(string(file.Servers.Plumb)), " ")
}

// untypedEntry is the server for agents that tell a program from an address by the
// keys.
func untypedEntry() string { return strings.Replace(serverEntry(), `"type": "stdio", `, "", 1) }

// localEntry is the server as opencode writes a local one.
func localEntry() string {
	return `{ "type": "local", "command": ["plumb", "mcp"], "enabled": true }`
}

// config is how an agent's servers are written down.
type config interface {
	// with adds the server to a configuration; one that has it stays as it is.
	with(text string) (string, error)
}

// inTOML is a table of Codex's configuration.
type inTOML struct{}

var (
	tomlServer = regexp.MustCompile(`(?m)^\s*\[\s*"?mcp_servers"?\s*\.\s*"?plumb"?\s*[\].]|^\s*mcp_servers\s*\.\s*"?plumb"?\s*[.=]`)
	// tomlClosed are servers in a form that a table at the end cannot add to.
	tomlClosed = regexp.MustCompile(`(?m)^\s*"?mcp_servers"?\s*=`)
	// tomlText is text over several lines, in which a table would be words.
	tomlText = regexp.MustCompile(`"""|'''`)
)

const tomlEntry = "[mcp_servers.plumb]\ncommand = \"plumb\"\nargs = [\"mcp\"]\n"

func (inTOML) with(text string) (string, error) {
	switch {
	case tomlServer.MatchString(text):
		return text, nil
	case tomlClosed.MatchString(text), len(tomlText.FindAllString(text, -1))%2 != 0:
		return "", fmt.Errorf("its servers are written in a way that cannot be added to; add by hand\n%s", tomlEntry)
	case strings.TrimSpace(text) == "":
		return tomlEntry, nil
	}
	return strings.TrimRight(text, "\n") + "\n\n" + tomlEntry, nil
}

// inJSON is an object of servers under a key.
type inJSON struct {
	key   string
	entry func() string
	// comments tells that the agent takes them, and a comma behind the last member.
	comments bool
}

func (c inJSON) with(text string) (string, error) {
	key, entry := c.key, c.entry()
	if strings.TrimSpace(text) == "" {
		return fmt.Sprintf("{\n  %q: {\n    \"plumb\": %s\n  }\n}\n", key, entry), nil
	}
	at, has, more, err := servers(c.strict(text), key)
	if err != nil {
		return "", fmt.Errorf("it cannot be read as JSON (%w); add \"plumb\": %s to its %s by hand", err, entry, key)
	}
	if has {
		return text, nil
	}
	added := "\n    \"plumb\": " + entry
	comma := ","
	if at.root {
		added = fmt.Sprintf("\n  %q: {\n    \"plumb\": %s\n  }", key, entry)
	}
	if !more {
		comma = "\n"
		if !at.root {
			comma += "  "
		}
	}
	out := text[:at.offset] + added + comma + strings.TrimLeft(text[at.offset:], blank(more))
	if !json.Valid([]byte(c.strict(out))) {
		return "", fmt.Errorf("it is laid out in an unusual way; add \"plumb\": %s to its %s by hand", entry, key)
	}
	return out, nil
}

// strict is a configuration without its comments and the commas behind last members,
// where the agent takes them: blanks stand in their places, so that whatever is found
// lies where it lay.
func (c inJSON) strict(text string) string {
	if !c.comments {
		return text
	}
	out := []byte(text)
	comma := -1 // the last one, while nothing but blanks follows it
	before := byte('{')
	for i := 0; i < len(text); i++ {
		end := i + 1
		switch rest := text[i:]; {
		case rest[0] == '"':
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			comma, before = -1, '"'
			i = end
			continue
		case strings.HasPrefix(rest, "//"):
			end = i + len(rest)
			if n := strings.IndexByte(rest, '\n'); n >= 0 {
				end = i + n
			}
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				return text // never ends: let it be refused as it is
			}
			end = i + n + 4
		case rest[0] == ',':
			if strings.IndexByte("{[,", before) < 0 {
				comma = i
			}
			before = ','
			continue
		case rest[0] == '}' || rest[0] == ']':
			if comma >= 0 {
				out[comma] = ' '
			}
			comma, before = -1, rest[0]
			continue
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			continue
		default:
			comma, before = -1, rest[0]
			continue
		}
		for j := i; j < end; j++ {
			if out[j] != '\n' {
				out[j] = ' '
			}
		}
		i = end - 1
	}
	return string(out)
}

// blank is what an empty object holds between its braces; of others the layout stays.
func blank(more bool) string {
	if more {
		return ""
	}
	return " \t\r\n"
}

// place is where an entry can be inserted: behind the brace of the servers, or of the
// whole file when it has none.
type place struct {
	offset int64
	root   bool
}

func servers(text, key string) (at place, has, more bool, err error) {
	if !json.Valid([]byte(text)) {
		return at, false, false, errors.New("it is not valid")
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		return at, false, false, err
	}
	dec := json.NewDecoder(strings.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return at, false, false, err
	}
	at, more = place{dec.InputOffset(), true}, dec.More()
	if whole[key] == nil {
		return at, false, more, nil
	}
	var inner map[string]json.RawMessage
	if err := json.Unmarshal(whole[key], &inner); err != nil {
		return at, false, false, err
	}
	_, has = inner["plumb"]
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return at, false, false, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return at, false, false, err
		}
		if name == key {
			start := dec.InputOffset() - int64(len(value))
			return place{start + int64(bytes.IndexByte(value, '{')) + 1, false}, has, len(inner) > 0, nil
		}
	}
	return at, false, false, fmt.Errorf("%s is not where it was", key)
}
