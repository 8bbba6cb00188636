package catalog

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/diag"
)

// maxFile bounds what a project's file may cost to read; the largest shipped one has a twentieth of it.
const maxFile = 1 << 20

// With reads a project's own file, in the format of the shipped ones, and returns a catalogue in which it adds
// technologies, adds facts and replaces facts. What is wrong in the file is left out and reported; a fact that names
// no source is taken as stated by the project, with a note. The receiver does not change.
func (c *Catalog) With(file string, content []byte) (*Catalog, diag.List) {
	return c.with(file, content, false)
}

func (c *Catalog) with(file string, content []byte, section bool) (*Catalog, diag.List) {
	r := reader{properties: declared(), project: true, section: section}
	for _, t := range c.technologies {
		t.entries = slices.Clone(t.entries)
		t.Kinds = slices.Clone(t.Kinds)
		r.technologies = append(r.technologies, t)
	}
	r.read(file, content)
	return arrange(r.technologies), r.problems.Sorted()
}

// Section is With for the section catalog of an input: technologies by id, each with its facts directly below it,
// beside name, about, kind and features. The content is that section's text with as many empty lines before it as
// place it where it stands in the file, so that problems point there.
func (c *Catalog) Section(file string, content []byte) (*Catalog, diag.List) {
	return c.with(file, content, true)
}

// unfold gives a technology of a section the shape it has in a file: what is no field of a technology is a fact.
func unfold(n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	out, facts := *n, &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	out.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key := n.Content[i]; key.Value {
		case "name", "about", "kind", "features":
			out.Content = append(out.Content, key, n.Content[i+1])
		default:
			facts.Content = append(facts.Content, key, n.Content[i+1])
		}
	}
	if len(facts.Content) > 0 {
		out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "facts", Line: n.Line, Column: n.Column}, facts)
	}
	return &out
}

// A reader collects technologies from files, and what is wrong in them.
type reader struct {
	properties   map[string]Property
	project      bool // the file is a project's, not one of ours
	section      bool // it is the section of an input
	file         string
	sources      map[string]source
	technologies []Technology
	problems     diag.List
}

// A source is a document that facts refer to.
type source struct{ title, url, date string }

func (r *reader) read(file string, content []byte) {
	r.file, r.sources = file, map[string]source{}
	if len(content) > maxFile {
		r.report(nil, "bad-file", "", fmt.Sprintf("the file has %d bytes, the limit is %d", len(content), maxFile), "")
		return
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(content, &doc); err != nil {
		r.report(nil, "bad-file", "", strings.TrimPrefix(err.Error(), "yaml: "), "")
		return
	}
	if len(doc.Content) == 0 {
		return // an empty file adds nothing
	}
	if r.section {
		for _, t := range r.pairs(doc.Content[0], "catalog") {
			t.value = unfold(t.value)
			r.readTechnology(t)
		}
		return
	}
	top := r.fields(doc.Content[0], "", "sources", "technologies")
	for _, s := range r.pairs(top["sources"], "sources") {
		r.readSource(s)
	}
	for _, t := range r.pairs(top["technologies"], "technologies") {
		r.readTechnology(t)
	}
}

// A pair is one entry of a mapping, with its path in the data.
type pair struct {
	key   *yaml.Node
	value *yaml.Node
	path  string
}

// pairs returns the entries of a mapping, reporting what is no mapping, names that are no plain text and repeated ones.
func (r *reader) pairs(n *yaml.Node, at string) []pair {
	if n == nil || n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.report(n, "bad-file", at, "expected names with values here", "write name: value lines")
		return nil
	}
	var out []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.report(key, "bad-file", at, "a name must be plain text", "")
		case seen[key.Value]:
			r.report(key, "duplicate", join(at, key.Value), fmt.Sprintf("%q is given twice", key.Value), "keep one of the two")
		default:
			seen[key.Value] = true
			out = append(out, pair{key, value, join(at, key.Value)})
		}
	}
	return out
}

// fields returns a mapping's values by name, reporting names that are not allowed.
func (r *reader) fields(n *yaml.Node, at string, allowed ...string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for _, p := range r.pairs(n, at) {
		if !slices.Contains(allowed, p.key.Value) {
			r.unknown(p.key, "unknown-field", p.path, "field", allowed)
			continue
		}
		out[p.key.Value] = p.value
	}
	return out
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// maxID bounds a technology's id.
const maxID = 60

var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func (r *reader) readSource(p pair) {
	f := r.fields(p.value, p.path, "title", "url", "date")
	s := source{r.scalar(f["title"], p.path), r.scalar(f["url"], p.path), r.date(f["date"], p.path)}
	if s.title == "" {
		r.report(p.key, "incomplete", p.path, fmt.Sprintf("source %q has no title", p.key.Value), "add title: name of the document")
	}
	r.sources[p.key.Value] = s
}

func (r *reader) readTechnology(p pair) {
	f := r.fields(p.value, p.path, "name", "kind", "about", "features", "facts")
	i, ok := r.place(p)
	if !ok {
		return
	}
	t := Technology{ID: p.key.Value}
	if i >= 0 {
		t = r.technologies[i]
	}
	t.Name = cmp.Or(r.scalar(f["name"], p.path), t.Name)
	t.About = cmp.Or(r.scalar(f["about"], p.path), t.About)
	if kinds := r.kinds(f["kind"], p.path); len(kinds) > 0 {
		t.Kinds = kinds
	} else if f["kind"] != nil {
		return // reported already
	}
	if t.Name == "" || len(t.Kinds) == 0 {
		r.report(p.key, "incomplete", p.path, fmt.Sprintf("technology %q is new and has no name or no kind", t.ID), "add name: and kind:, or correct the id of a known technology")
		return
	}
	stated := r.readFeatures(t, f["features"], p.path+".features")
	for _, fp := range r.pairs(f["facts"], p.path+".facts") {
		if e, ok := r.readFact(t, fp); ok {
			stated = append(stated, e)
		}
	}
	r.merge(&t, stated, p)
	if i >= 0 {
		r.technologies[i] = t
		return
	}
	r.technologies = append(r.technologies, t)
}

// place finds where a technology stands already, or -1 for a new one. The second result is false where its id cannot
// be used.
func (r *reader) place(p pair) (int, bool) {
	id := p.key.Value
	i := slices.IndexFunc(r.technologies, func(t Technology) bool { return t.ID == id })
	switch {
	case i >= 0 && !r.project:
		r.report(p.key, "duplicate", p.path, fmt.Sprintf("technology %q is in another file too", id), "")
		return i, false
	case i < 0 && (len(id) > maxID || !idForm.MatchString(id)):
		r.report(p.key, "bad-value", p.path, "a technology's id is written in small letters, digits and hyphens", "for example apache-pulsar")
		return i, false
	}
	return i, true
}

// merge adds what the file states to what is known already, replacing facts of the same key. One file may state a key
// once, in a feature group or as a fact.
func (r *reader) merge(t *Technology, stated []Entry, p pair) {
	seen := map[string]bool{}
	for _, e := range stated {
		if seen[e.Key] {
			r.report(p.key, "duplicate", join(p.path, e.Key), fmt.Sprintf("%q is given twice for %s", e.Key, t.ID), "keep one of the two")
			continue
		}
		seen[e.Key] = true
	}
	t.entries = slices.DeleteFunc(t.entries, func(old Entry) bool { return seen[old.Key] })
	for _, e := range stated {
		if seen[e.Key] {
			t.entries = append(t.entries, e)
			delete(seen, e.Key)
		}
	}
}

// kinds reads one kind or a list of them.
func (r *reader) kinds(n *yaml.Node, at string) []Kind {
	if n == nil {
		return nil
	}
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	var out []Kind
	for _, node := range nodes {
		word := r.scalar(node, at+".kind")
		if !slices.Contains(names, word) {
			r.unknown(node, "unknown-kind", at+".kind", "kind", names)
			continue
		}
		if !slices.Contains(out, Kind(word)) {
			out = append(out, Kind(word))
		}
	}
	return out
}

// scalar returns a node's plain text, or "" where there is none; something else in its place is reported.
func (r *reader) scalar(n *yaml.Node, at string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		r.report(n, "bad-value", at, "expected a single value here", "")
		return ""
	}
	if len(n.Value) > maxText {
		r.report(n, "bad-value", at, fmt.Sprintf("the text has %d bytes, the limit is %d", len(n.Value), maxText), "")
		return ""
	}
	if n.Tag == "!!null" {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// maxText bounds one text of a file.
const maxText = 1000

// report adds a problem at a node, or at the file's beginning where there is none.
func (r *reader) report(n *yaml.Node, code, at, message, hint string) {
	span := diag.Span{File: r.file, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
	if n != nil {
		span = r.span(n)
	}
	r.problems.Add(diag.Problem{Code: diag.Code("catalog." + code), Span: span, Path: at, Message: message, Hint: hint})
}

// unknown reports a word that is not among those allowed, with the nearest one.
func (r *reader) unknown(n *yaml.Node, code, at, what string, allowed []string) {
	hint := "known: " + strings.Join(allowed, ", ")
	if near := diag.Nearest(n.Value, allowed); near != "" {
		hint = "did you mean " + near + "?"
	} else if len(allowed) > 12 {
		hint = "the catalogue's documentation lists what is known"
	}
	r.report(n, code, at, fmt.Sprintf("there is no %s %q", what, shorten(n.Value)), hint)
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:57]) + "..."
	}
	return s
}

// span covers a node's text on its first line.
func (r *reader) span(n *yaml.Node) diag.Span {
	start := diag.Pos{Line: max(n.Line, 1), Column: max(n.Column, 1)}
	end := start
	if n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n") {
		end.Column += len([]rune(n.Value))
	}
	return diag.Span{File: r.file, Start: start, End: end}
}
