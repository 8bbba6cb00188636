package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lineWidth is the width within which Print keeps a value on one line.
const lineWidth = 88

// Print writes a document in one canonical layout: sections as blocks, what fits a
// line on one line, quotes only where they were or are needed. Comments and aliases
// are not part of the tree and are lost; [Edit] keeps them. Reading the result
// gives the same tree at other places.
func Print(d *Doc) []byte {
	p := printer{}
	switch d.Root.Kind {
	case Mapping:
		p.mapping(d.Root, 0)
	case Null:
	default:
		p.out.WriteString(inline(d.Root, false) + "\n")
	}
	return []byte(p.out.String())
}

type printer struct{ out strings.Builder }

func (p *printer) mapping(n *Node, indent int) {
	for _, e := range n.Entries {
		p.out.WriteString(strings.Repeat(" ", indent))
		p.entry(e, indent)
	}
}

// entry writes a key and its value; the line's indentation is written already.
func (p *printer) entry(e Entry, indent int) {
	key := scalarText(&Node{Text: e.Key}, true)
	if len(key) > 128 {
		// A key this long needs the explicit form.
		p.out.WriteString("? " + key + "\n" + strings.Repeat(" ", indent) + ":")
	} else {
		p.out.WriteString(key + ":")
	}
	p.value(e.Value, indent, indent+len(key)+2)
}

// value writes what follows a colon or a dash, up to the end of the line.
func (p *printer) value(n *Node, indent, column int) {
	if text, ok := literal(n, indent+2); ok {
		p.out.WriteString(" " + text)
		return
	}
	if n.Kind == Null {
		p.out.WriteString("\n")
		return
	}
	nested := (n.Kind == Mapping || n.Kind == Sequence) && size(n) > 0
	if nested && (indent == 0 && n.Kind == Mapping || !fits(n, lineWidth-column)) {
		p.out.WriteString("\n")
		if n.Kind == Mapping {
			p.mapping(n, indent+2)
		} else {
			p.sequence(n, indent+2)
		}
		return
	}
	p.out.WriteString(" " + inline(n, false) + "\n")
}

func (p *printer) sequence(n *Node, indent int) {
	lead := strings.Repeat(" ", indent)
	for _, item := range n.Items {
		p.out.WriteString(lead + "-")
		if item.Kind == Mapping && len(item.Entries) > 0 && !fits(item, lineWidth-indent-2) {
			p.out.WriteString(" ")
			p.entry(item.Entries[0], indent+2)
			rest := *item
			rest.Entries = item.Entries[1:]
			p.mapping(&rest, indent+2)
			continue
		}
		p.value(item, indent, indent+2)
	}
}

func size(n *Node) int { return len(n.Entries) + len(n.Items) }

// fits tells whether a value goes on one line of the given width: short, and no
// mapping inside a mapping inside it.
func fits(n *Node, width int) bool { return room(n, width, 2) >= 0 }

// room returns the width left after writing n on one line, negative for none.
func room(n *Node, width, levels int) int {
	if width < 0 {
		return -1
	}
	switch n.Kind {
	case Mapping:
		if levels == 0 {
			return -1
		}
		for i := 0; i < len(n.Entries) && width >= 0; i++ {
			width = room(n.Entries[i].Value, width-len(n.Entries[i].Key)-4, levels-1)
		}
		return width
	case Sequence:
		for i := 0; i < len(n.Items) && width >= 0; i++ {
			width = room(n.Items[i], width-2, levels)
		}
		return width
	case Scalar:
		if !n.Quoted && strings.Contains(n.Text, "\n") {
			return -1
		}
		return width - utf8.RuneCountInString(scalarText(n, true))
	}
	return width - 1
}

// inline writes a value on one line; flow tells that it stands inside brackets.
func inline(n *Node, flow bool) string {
	var b strings.Builder
	writeInline(&b, n, flow)
	return b.String()
}

func writeInline(b *strings.Builder, n *Node, flow bool) {
	switch n.Kind {
	case Mapping:
		b.WriteByte('{')
		for i, e := range n.Entries {
			if i > 0 {
				b.WriteString(", ")
			}
			key := scalarText(&Node{Text: e.Key}, true)
			if len(key) > 128 {
				key = "? " + key
			}
			b.WriteString(key + ": ")
			writeInline(b, e.Value, true)
		}
		b.WriteByte('}')
	case Sequence:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			writeInline(b, item, true)
		}
		b.WriteByte(']')
	case Scalar:
		b.WriteString(scalarText(n, flow))
	default:
		b.WriteByte('~')
	}
}

// literal writes a text of several lines as a text block, when it can.
func literal(n *Node, indent int) (string, bool) {
	if n.Kind != Scalar || n.Quoted || !strings.Contains(n.Text, "\n") || n.Text[0] == ' ' || n.Text[0] == '\n' || n.Text[0] == '\t' {
		return "", false
	}
	for _, r := range n.Text {
		if r != '\n' && !unicode.IsPrint(r) {
			return "", false
		}
	}
	body := strings.TrimRight(n.Text, "\n")
	head := "|"
	switch len(n.Text) - len(body) {
	case 0:
		head = "|-"
	case 1:
	default:
		head = "|+"
	}
	lead := "\n" + strings.Repeat(" ", indent)
	var b strings.Builder
	b.WriteString(head)
	for line := range strings.SplitSeq(body, "\n") {
		if strings.Trim(line, " ") == "" && line != "" {
			return "", false // blanks alone would be lost
		}
		if line == "" {
			b.WriteString("\n")
		} else {
			b.WriteString(lead + line)
		}
	}
	b.WriteString(strings.Repeat("\n", max(1, len(n.Text)-len(body))))
	return b.String(), true
}

// scalarText writes a scalar with quotes where they were written or are needed.
func scalarText(n *Node, flow bool) string {
	if !n.Quoted && plain(n.Text, flow) {
		return n.Text
	}
	return quote(n.Text)
}

// plain tells whether a text reads as itself without quotes.
func plain(s string, flow bool) bool {
	if s == "" || isNull(s) || s == "<<" || strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...") {
		return false
	}
	if strings.IndexByte("-?:,[]{}#&*!|>'\"%@`", s[0]) >= 0 && !strings.HasPrefix(s, "->") {
		return false
	}
	if s[len(s)-1] == ' ' || s[len(s)-1] == ':' || s[0] == ' ' {
		return false
	}
	for i, r := range s {
		switch {
		case r == '#' && i > 0 && s[i-1] == ' ', flow && strings.ContainsRune(",[]{}?", r): // the library ends a plain text at ? in a flow
			return false
		case r == ':' && (s[i+1] == ' ' || flow && !isLetter(s[i+1]) && !isDigit(s[i+1]) && s[i+1] != '/'):
			return false
		case !unicode.IsPrint(r):
			return false
		}
	}
	return true
}

// quote writes a text in double quotes with YAML's escapes.
func quote(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(`\U`)
			for shift := 28; shift >= 0; shift -= 4 {
				b.WriteByte(hex[r>>shift&15])
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
