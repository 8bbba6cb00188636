package markdown

import "strings"

// Tidy takes away what a design leaves empty or says again: columns without a cell,
// columns that are the same in all of several rows (their value goes into the head of
// the first), tables without a row, headings below the second level without a content, and blank lines in
// a row. It knows as much Markdown as plumb's templates use.
func Tidy(markdown string) string {
	blocks := split(markdown)
	var kept []string
	for i, b := range blocks {
		if isTable(b) {
			if b = tidyTable(b); b == "" {
				blocks[i] = ""
				continue
			}
			blocks[i] = b
		}
	}
	for i, b := range blocks {
		if b == "" || strings.HasPrefix(b, "### ") && emptyUntilNext(blocks[i+1:]) {
			continue
		}
		kept = append(kept, b)
	}
	return strings.Join(kept, "\n\n") + "\n"
}

// split cuts a text into blocks: headings, tables, fenced code and paragraphs,
// without the blank lines between them.
func split(markdown string) []string {
	var blocks []string
	var block []string
	flush := func() {
		if len(block) > 0 {
			blocks = append(blocks, strings.Join(block, "\n"))
			block = nil
		}
	}
	fenced := false
	for line := range strings.Lines(markdown) {
		line = strings.TrimRight(line, "\n")
		fence := strings.HasPrefix(line, "```")
		switch {
		case fenced:
			block = append(block, line)
			if fence {
				fenced = false
				flush()
			}
		case fence:
			flush()
			fenced = true
			block = append(block, line)
		case strings.TrimSpace(line) == "":
			flush()
		case strings.HasPrefix(line, "#"):
			flush()
			blocks = append(blocks, line)
		case len(block) > 0 && isTable(block[0]) != isTable(line):
			flush()
			block = append(block, line)
		default:
			block = append(block, line)
		}
	}
	flush()
	return blocks
}

func isTable(block string) bool { return strings.HasPrefix(block, "|") }

func emptyUntilNext(rest []string) bool {
	for _, b := range rest {
		if b != "" {
			return strings.HasPrefix(b, "## ") || strings.HasPrefix(b, "### ")
		}
	}
	return true
}

// tidyTable drops empty columns. A table without rows becomes "", and so does one of
// which nothing but the names is left.
func tidyTable(block string) string {
	var rows [][]string
	for line := range strings.Lines(block) {
		rows = append(rows, cellsOf(strings.TrimSpace(line)))
	}
	if len(rows) < 3 {
		return ""
	}
	used := make([]bool, len(rows[0]))
	columns := 0
	for _, r := range rows[2:] {
		for i, c := range r {
			if i < len(used) && c != "" && !used[i] {
				used[i] = true
				columns++
			}
		}
	}
	if columns < min(2, len(rows[0])) {
		return ""
	}
	hoist(rows, used, columns)
	var b strings.Builder
	for n, r := range rows {
		if n > 0 {
			b.WriteByte('\n')
		}
		b.WriteByte('|')
		for i, c := range r {
			switch {
			case i >= len(used) || !used[i]:
			case n == 1:
				b.WriteString(c + "|")
			default:
				b.WriteString(" " + c + " |")
			}
		}
	}
	return b.String()
}

// fromRows is how many rows a table needs for a column that is the same in all of them
// to be said once, in the head of the first column.
const fromRows = 4

// hoist moves columns of one value into the head of the first.
func hoist(rows [][]string, used []bool, columns int) {
	if len(rows)-2 < fromRows {
		return
	}
	var same []string
	for i := 1; i < len(used) && columns > 2; i++ {
		if !used[i] || !constant(rows[2:], i) {
			continue
		}
		used[i] = false
		columns--
		same = append(same, strings.TrimSpace(rows[0][i]+" "+rows[2][i]))
	}
	if len(same) > 0 {
		rows[0][0] = strings.TrimSpace(rows[0][0] + " (all: " + strings.Join(same, "; ") + ")")
	}
}

func constant(rows [][]string, column int) bool {
	for _, r := range rows {
		if column >= len(r) || r[column] == "" || r[column] != rows[0][column] {
			return false
		}
	}
	return true
}

// cellsOf cuts a row at its bars, except escaped ones.
func cellsOf(line string) []string {
	line = strings.TrimPrefix(line, "|")
	var cells []string
	var c strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			c.WriteString(line[i : i+2])
			i++
		case line[i] == '|':
			cells = append(cells, strings.TrimSpace(c.String()))
			c.Reset()
		default:
			c.WriteByte(line[i])
		}
	}
	return cells
}
