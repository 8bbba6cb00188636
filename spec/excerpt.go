package spec

import "strings"

// Excerpt is the text of a node at its own place: the lines before it are empty and
// what precedes it on its first line is blank, so that a second reader of the
// excerpt reports the places of the whole file.
func (d *Doc) Excerpt(n *Node) []byte {
	lines := strings.SplitAfter(d.Source, "\n")
	from, to := n.Span.Start, n.Span.End
	if from.Line < 1 || from.Line > len(lines) {
		return nil
	}
	var out strings.Builder
	out.WriteString(strings.Repeat("\n", from.Line-1))
	for i := from.Line; i <= min(to.Line, len(lines)); i++ {
		line := []rune(lines[i-1])
		if i == to.Line {
			line = line[:min(max(to.Column-1, 0), len(line))]
		}
		if i == from.Line {
			skip := min(from.Column-1, len(line))
			out.WriteString(strings.Repeat(" ", skip))
			line = line[skip:]
		}
		out.WriteString(string(line))
	}
	return []byte(out.String())
}
