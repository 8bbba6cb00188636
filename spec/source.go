package spec

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumb.dev/plumb/diag"
)

// source answers where things stand in a text. The YAML library gives the line and
// the rune at which a node starts; ends, and the places inside a scalar, are
// found here by reading the text again.
//
// The library breaks lines at U+0085, U+2028 and U+2029 and at lone carriage
// returns too, where editors do not, so its lines and ours are two tables.
type source struct {
	file string
	text string
	// yamlLines and lines hold the offsets at which lines start.
	yamlLines, lines []int
	// Nodes come in the order of the text, so both searches go on from where they
	// last were: one line of four megabytes stays linear.
	lastLine, lastColumn, lastOffset int
	here                             diag.Pos
	hereOffset                       int
}

func newSource(file, text string) *source {
	s := &source{file: file, text: text, yamlLines: []int{0}, lines: []int{0}, here: diag.Pos{Line: 1, Column: 1}}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			s.yamlLines = append(s.yamlLines, i+1)
			s.lines = append(s.lines, i+1)
		case c == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			s.yamlLines = append(s.yamlLines, i+1)
		case c == 0xC2 && strings.HasPrefix(text[i:], "\u0085"):
			s.yamlLines = append(s.yamlLines, i+2)
		case c == 0xE2 && (strings.HasPrefix(text[i:], "\u2028") || strings.HasPrefix(text[i:], "\u2029")):
			s.yamlLines = append(s.yamlLines, i+3)
		}
	}
	return s
}

// offset returns the byte at which the library's line and column (runes, both from
// 1) stand.
func (s *source) offset(line, column int) int {
	line = min(max(line, 1), len(s.yamlLines))
	if line != s.lastLine || column < s.lastColumn {
		s.lastLine, s.lastColumn, s.lastOffset = line, 1, s.yamlLines[line-1]
	}
	for s.lastColumn < column && s.lastOffset < len(s.text) {
		_, size := utf8.DecodeRuneInString(s.text[s.lastOffset:])
		s.lastOffset += size
		s.lastColumn++
	}
	return s.lastOffset
}

// pos returns the place of a byte as an editor shows it.
func (s *source) pos(offset int) diag.Pos {
	offset = min(max(offset, 0), len(s.text))
	if offset < s.hereOffset || offset-s.hereOffset > 1<<12 {
		line := sort.SearchInts(s.lines, offset+1)
		if start := s.lines[line-1]; offset < s.hereOffset || start > s.hereOffset {
			s.here, s.hereOffset = diag.Pos{Line: line, Column: 1}, start
		}
	}
	for s.hereOffset < offset {
		c, size := utf8.DecodeRuneInString(s.text[s.hereOffset:])
		s.hereOffset += size
		s.here.Column++
		if c == '\n' {
			s.here = diag.Pos{Line: s.here.Line + 1, Column: 1}
		}
	}
	return s.here
}

func (s *source) span(from, to int) diag.Span {
	start := s.pos(from)
	return diag.Span{File: s.file, Start: start, End: s.pos(to)}
}

// lineSpan is the written part of a line, counted as the library does.
func (s *source) lineSpan(line int) diag.Span {
	line = min(max(line, 1), len(s.yamlLines))
	from, to := s.yamlLines[line-1], len(s.text)
	if line < len(s.yamlLines) {
		to = s.yamlLines[line]
	}
	body := s.text[from:to]
	lead := len(body) - len(strings.TrimLeft(body, " \t"))
	body = strings.TrimRightFunc(body, unicode.IsSpace)
	return s.span(from+min(lead, len(body)), from+len(body))
}

// properties skips the anchor and the tag before a value.
func (s *source) properties(off int) int {
	for off < len(s.text) && (s.text[off] == '&' || s.text[off] == '!') {
		for off < len(s.text) && !isBlank(s.text[off]) {
			off++
		}
		off = s.gap(off, "")
	}
	return off
}

// gap skips blanks, line breaks, comments and the given signs.
func (s *source) gap(off int, signs string) int {
	for off < len(s.text) {
		switch c := s.text[off]; {
		case isBlank(c) || strings.IndexByte(signs, c) >= 0:
			off++
		case c == '#':
			for off < len(s.text) && s.text[off] != '\n' {
				off++
			}
		default:
			return off
		}
	}
	return off
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// scalar finds where the scalar that starts at off ends, where its text starts,
// and, when its runes do not simply follow one another, the place of each.
func (s *source) scalar(off int, text string) (end, textOff int, marks []diag.Pos) {
	if off >= len(s.text) {
		return off, off, nil
	}
	switch c := s.text[off]; c {
	case '"', '\'':
		body := off + 1
		if strings.HasPrefix(s.text[body:], text) && !strings.ContainsAny(text, "\"'\\\n") {
			if e := body + len(text); e < len(s.text) && s.text[e] == c {
				return e + 1, body, nil
			}
		}
		end, marks = s.follow(body, text, c)
		if end < len(s.text) && s.text[end] == c {
			end++
		}
		return end, body, marks
	case '|', '>':
		body := strings.IndexByte(s.text[off:], '\n')
		if body < 0 {
			return len(s.text), off, nil
		}
		end, marks = s.follow(off+body+1, text, 0)
		return end, off + body + 1, marks
	}
	if strings.HasPrefix(s.text[off:], text) && !strings.Contains(text, "\n") {
		return off + len(text), off, nil
	}
	end, marks = s.follow(off, text, 0)
	return end, off, marks
}

// follow walks the written form of a text beside the text itself. Between what is
// written and what is meant there are only blanks that folding added or removed,
// doubled quotes, and escapes; quote tells which of these to expect.
func (s *source) follow(off int, text string, quote byte) (int, []diag.Pos) {
	marks := make([]diag.Pos, 0, len(text))
	end := off
	for _, r := range text {
		if quote == '"' {
			off = s.continuation(off)
		}
		if r == ' ' || r == '\t' || unicode.IsSpace(r) {
			marks = append(marks, s.pos(off))
			if off < len(s.text) && (isBlank(s.text[off]) || quote == '"' && s.text[off] == '\\') {
				off += s.unit(off, quote)
			}
			continue
		}
		off = s.blanks(off)
		if off >= len(s.text) {
			break
		}
		marks = append(marks, s.pos(off))
		off += s.unit(off, quote)
		end = off
	}
	if quote != 0 {
		// The closing quote stands after blanks that folding has removed.
		for end = off; end < len(s.text) && s.text[end] != quote; end++ {
			if !isBlank(s.text[end]) && s.text[end] != '\\' {
				break
			}
		}
	}
	for len(marks) < utf8.RuneCountInString(text) {
		marks = append(marks, s.pos(end))
	}
	return end, marks
}

func (s *source) blanks(off int) int {
	for off < len(s.text) && isBlank(s.text[off]) {
		off++
	}
	return off
}

// continuation skips a backslash at the end of a line.
func (s *source) continuation(off int) int {
	for off+1 < len(s.text) && s.text[off] == '\\' && (s.text[off+1] == '\n' || s.text[off+1] == '\r') {
		off = s.blanks(off + 1)
	}
	return off
}

// unit returns how many bytes write the rune at off.
func (s *source) unit(off int, quote byte) int {
	rest := s.text[off:]
	switch {
	case quote == '\'' && strings.HasPrefix(rest, "''"):
		return 2
	case quote == '"' && rest[0] == '\\' && len(rest) > 1:
		size := map[byte]int{'x': 4, 'u': 6, 'U': 10}[rest[1]]
		return min(max(size, 2), len(rest))
	}
	_, size := utf8.DecodeRuneInString(rest)
	return size
}
