package lock

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// maxBytes bounds what is read: the lock of a system of 1,000 aggregates has about
// half a megabyte.
const maxBytes = 8 << 20

// Read reads a lock; no text at all is the lock of a new system. With an error among
// the problems the lock is nil, so that nothing can be written over a file that was
// not understood.
func Read(text []byte) (*Lock, diag.List) {
	r := &reader{}
	if p, bad := r.unreadable(text); bad {
		return nil, diag.List{p}
	}
	if conflicts := r.conflicts(text); conflicts != nil {
		return nil, conflicts
	}
	l := &Lock{
		next: 1, decisions: map[arch.DecisionID]decision{}, schemas: map[arch.SchemaID]numbers{},
		operations: map[arch.OperationID]operation{}, channels: map[arch.ChannelID]bool{}, events: map[arch.EventID]event{},
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		r.add("lock.unreadable", at(lineOf(err), 1, 1), "", "this is no YAML: "+strings.TrimPrefix(err.Error(), "yaml: "), takeBack)
		return nil, r.problems
	}
	if len(doc.Content) > 0 {
		r.top(doc.Content[0], l)
		r.unique(l)
	}
	if r.problems.HasErrors() {
		return nil, r.problems
	}
	return l, r.problems
}

const takeBack = "take the file back from version control, or delete it when no number in it has been published"

type reader struct{ problems diag.List }

func (r *reader) add(code diag.Code, span diag.Span, path, message, hint string) {
	r.problems.Add(diag.Problem{Code: code, Severity: diag.Error, Span: span, Path: path, Message: message, Hint: hint})
}

func (r *reader) unreadable(text []byte) (diag.Problem, bool) {
	p := diag.Problem{Code: "lock.unreadable", Severity: diag.Error, Span: at(1, 1, 1), Hint: takeBack}
	switch {
	case len(text) > maxBytes:
		p.Message = fmt.Sprintf("the file has %d bytes, more than any lock", len(text))
	case strings.IndexByte(string(text), 0) >= 0:
		p.Message = "this is no text"
	default:
		return p, false
	}
	return p, true
}

var marker = regexp.MustCompile(`^(<<<<<<<|>>>>>>>|\|\|\|\|\|\|\|)( |$)|^=======$`)

// conflicts reports each merge conflict that was left in the file.
func (r *reader) conflicts(text []byte) diag.List {
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if line = strings.TrimRight(line, "\r\n"); strings.HasPrefix(line, "<<<<<<<") && marker.MatchString(line) {
			r.add("lock.merge-conflict", at(n, 1, len(line)), "", "a merge conflict was left here",
				"keep the entries of both sides; where both gave one number to different names, keep the name that was released first and delete the other, which then gets a new number")
		}
	}
	return r.problems
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func lineOf(err error) int {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return max(n, 1)
	}
	return 1
}

func at(line, column, width int) diag.Span {
	return diag.Span{File: File, Start: diag.Pos{Line: line, Column: column}, End: diag.Pos{Line: line, Column: column + max(width, 1)}}
}

func spanOf(n *yaml.Node) diag.Span { return at(n.Line, n.Column, len([]rune(n.Value))) }

// pair is one entry of a mapping.
type pair struct{ key, value *yaml.Node }

// mapping returns the entries of a mapping, reporting what is none and what is
// listed twice. A key without a value is a mapping without entries.
func (r *reader) mapping(n *yaml.Node, path string) []pair {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode || n.Anchor != "" {
		r.value(n, path, "entries", "name: value")
		return nil
	}
	seen := map[string]*yaml.Node{}
	var out []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.value(key, path, "a name", "Order")
			continue
		}
		if first := seen[key.Value]; first != nil {
			r.problems.Add(diag.Problem{
				Code: "lock.duplicate", Severity: diag.Error, Span: spanOf(key), Path: join(path, key.Value),
				Message: fmt.Sprintf("%q is listed twice", key.Value), Related: []diag.Related{{Span: spanOf(first), Note: "it is listed here already"}},
				Hint: "delete one of the two: after a merge, the one whose number was not released",
			})
			continue
		}
		seen[key.Value] = key
		out = append(out, pair{key, value})
	}
	return out
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) value(n *yaml.Node, path, want, example string) {
	r.add("lock.bad-value", spanOf(n), path, "expected "+want+", such as "+example, takeBack)
}

func (r *reader) text(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" {
		r.value(n, path, "a text", "accepted")
		return ""
	}
	return n.Value
}

func (r *reader) number(n *yaml.Node, path string, most int) int {
	number, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || number < 1 || number > most {
		r.value(n, path, fmt.Sprintf("a number from 1 to %d", most), "7")
		return 1
	}
	return number
}

// keys walks a mapping of known keys.
func (r *reader) keys(n *yaml.Node, path string, read map[string]func(*yaml.Node, string)) {
	for _, p := range r.mapping(n, path) {
		if f := read[p.key.Value]; f != nil {
			f(p.value, join(path, p.key.Value))
			continue
		}
		known := make([]string, 0, len(read))
		for k := range read {
			known = append(known, k)
		}
		slices.Sort(known)
		hint := "a newer plumb may have written this file; use that one"
		if near := diag.Nearest(p.key.Value, known); near != "" {
			hint = "did you mean " + near + "?"
		}
		r.add("lock.unknown-key", spanOf(p.key), join(path, p.key.Value), fmt.Sprintf("the lock has no %q here", p.key.Value), hint)
	}
}

// into makes a reader of a key that stores a text.
func (r *reader) into(s *string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) { *s = r.text(n, path) }
}
