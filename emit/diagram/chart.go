package diagram

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// chart is a flowchart being put together. Nodes and groups are known by keys of
// the caller's making, of which the chart makes Mermaid's identifiers.
type chart struct {
	direction string // LR or TB
	groups    []group
	nodes     []node
	arrows    []arrow
	index     map[string]int
	drawn     map[arrow]bool
	size      int // about how long the text is
}

type group struct{ key, label, in string }

type node struct {
	key, label string
	shape      shape
	in         string // key of its group, "" for none
}

type arrow struct {
	from, to string
	label    string
	dashed   bool // asynchronous
}

// shape is how a node is drawn: what stands before and after its label.
type shape [2]string

var (
	box      = shape{"[", "]"}
	person   = shape{"([", "])"}
	foreign  = shape{"[[", "]]"}
	cylinder = shape{"[(", ")]"}
	hexagon  = shape{"{{", "}}"}
)

func newChart(direction string) *chart {
	return &chart{direction: direction, index: map[string]int{}, drawn: map[arrow]bool{}}
}

func (c *chart) group(key, in string, label ...string) {
	c.groups = append(c.groups, group{key, cmp.Or(lines(label), " "), in})
}

func (c *chart) node(key string, s shape, in string, label ...string) {
	c.add(node{key, cmp.Or(lines(label), " "), s, in})
}

func (c *chart) add(n node) {
	if _, known := c.index[n.key]; known {
		return
	}
	c.index[n.key] = len(c.nodes)
	c.nodes = append(c.nodes, n)
	c.size += len(n.label) + 2*longestID
}

// arrow draws one between nodes that are there; anything else is left out, so that
// a dangling reference never becomes an empty box.
func (c *chart) arrow(from, to string, dashed bool, label ...string) {
	_, known1 := c.index[from]
	_, known2 := c.index[to]
	if !known1 || !known2 {
		return
	}
	c.draw(arrow{from, to, lines(label), dashed})
}

func (c *chart) draw(a arrow) {
	if c.drawn[a] {
		return
	}
	c.drawn[a] = true
	c.arrows = append(c.arrows, a)
	c.size += len(a.label) + 3*longestID
}

// diagrams finishes the chart: one diagram, or as many parts as it takes.
func (c *chart) diagrams(k Kind, title string) []Diagram {
	parts := c.split()
	out := make([]Diagram, len(parts))
	for i, p := range parts {
		out[i] = Diagram{ID: string(k), Kind: k, Title: title, Text: p.text(), Arrows: len(p.arrows)}
		if len(parts) > 1 {
			out[i].ID += "-" + strconv.Itoa(i+1)
			out[i].Title += fmt.Sprintf(", part %d of %d", i+1, len(parts))
		}
	}
	return out
}

// split cuts the arrows into runs of the same source, packs the runs into parts,
// and gives each part the nodes its arrows touch. Nodes without arrows stay in the
// first part.
func (c *chart) split() []*chart {
	if len(c.arrows) <= maxArrows && len(c.nodes) <= maxArrows && c.size <= maxText {
		return []*chart{c}
	}
	touched := map[string]bool{}
	for _, a := range c.arrows {
		touched[a.from], touched[a.to] = true, true
	}
	part := newChart(c.direction)
	var parts []*chart
	closePart := func() {
		if len(part.nodes) > 0 {
			parts = append(parts, part.withGroups(c.groups))
		}
		part = newChart(c.direction)
	}
	for _, n := range c.nodes {
		if touched[n.key] {
			continue
		}
		if part.full(1) {
			closePart()
		}
		part.add(n)
	}
	for _, run := range c.runs() {
		if part.full(len(run)) {
			closePart()
		}
		for _, a := range run {
			if part.full(1) {
				closePart()
			}
			part.add(c.nodes[c.index[a.from]])
			part.add(c.nodes[c.index[a.to]])
			part.draw(a)
		}
	}
	closePart()
	return parts
}

// full reports whether so many more arrows would make the part too large.
func (c *chart) full(more int) bool {
	return len(c.nodes) > 0 && (len(c.arrows)+more > maxArrows || len(c.nodes)+more > maxArrows || c.size > maxText/2)
}

// withGroups takes over the groups that hold any of the part's nodes.
func (c *chart) withGroups(all []group) *chart {
	used := map[string]bool{}
	for _, n := range c.nodes {
		used[n.in] = true
	}
	for i := len(all) - 1; i >= 0; i-- { // inner groups come after outer ones
		if used[all[i].key] {
			used[all[i].in] = true
		}
	}
	for _, g := range all {
		if used[g.key] {
			c.groups = append(c.groups, g)
		}
	}
	return c
}

// runs are the arrows by source, in order of the sources' first arrow.
func (c *chart) runs() [][]arrow {
	var out [][]arrow
	at := map[string]int{}
	for _, a := range c.arrows {
		i, known := at[a.from]
		if !known {
			i = len(out)
			at[a.from] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], a)
	}
	return out
}

// text prints the chart.
func (c *chart) text() string {
	var b strings.Builder
	ids := newNamer()
	b.WriteString("flowchart " + c.direction + "\n")
	c.printGroup(&b, ids, "", "  ")
	for _, a := range c.arrows {
		line := "-->"
		if a.dashed {
			line = "-.->"
		}
		if a.label != "" {
			line += `|"` + a.label + `"|`
		}
		fmt.Fprintf(&b, "  %s %s %s\n", ids.of(a.from), line, ids.of(a.to))
	}
	return b.String()
}

func (c *chart) printGroup(b *strings.Builder, ids *namer, in, indent string) {
	for _, n := range c.nodes {
		if n.in == in {
			fmt.Fprintf(b, "%s%s%s\"%s\"%s\n", indent, ids.of(n.key), n.shape[0], n.label, n.shape[1])
		}
	}
	for _, g := range c.groups {
		if g.in != in {
			continue
		}
		fmt.Fprintf(b, "%ssubgraph %s[\"%s\"]\n", indent, ids.of("group "+g.key), g.label)
		c.printGroup(b, ids, g.key, indent+"  ")
		fmt.Fprintf(b, "%send\n", indent)
	}
}

// namer makes identifiers that Mermaid accepts: ASCII words, each only once. A key
// begins with what the thing is ("store orders"), so none is a word of Mermaid's.
type namer struct {
	ids  map[string]string
	used map[string]bool
}

func newNamer() *namer { return &namer{map[string]string{}, map[string]bool{}} }

func (n *namer) of(key string) string {
	if id, known := n.ids[key]; known {
		return id
	}
	word := strings.Map(func(r rune) rune {
		if r < 128 && (r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, key)
	if len(word) > longestID-10 {
		word = word[:longestID-10]
	}
	id := word
	for i := 2; n.used[id]; i++ {
		id = word + "_" + strconv.Itoa(i)
	}
	n.used[id] = true
	n.ids[key] = id
	return id
}

// A line of a label should fit on a phone; an identifier is seen in the source only.
const (
	longestLabel = 80
	longestID    = 60
)

// lines joins the parts of a label, leaving out empty ones.
func lines(parts []string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, escape(p))
		}
	}
	return strings.Join(kept, "<br/>")
}

// escape makes a text harmless inside quotes: whatever Mermaid or HTML would read
// as its own becomes an entity of Mermaid's.
func escape(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longestLabel {
		s = string(r[:longestLabel-1]) + "…"
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune("\"#<>&;`{}|", r):
			fmt.Fprintf(&b, "#%d;", r)
		case r < ' ':
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// known shows a value with a unit word after it, or nothing when it is unknown.
func known(v arch.Value, after string) string {
	if !v.Known() || v.Kind == fact.Text && v.Text == "" {
		return ""
	}
	return v.String() + after
}

// join puts non-empty parts together.
func join(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
