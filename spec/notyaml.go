package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"plumb.dev/plumb/diag"
)

var (
	yamlError     = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// notYAML turns the library's error into a problem. The library names the line
// where it gave up, often far from the slip, so the text is read once more in
// search of the slips people make.
func notYAML(src *source, err error) diag.Problem {
	line, msg := 1, err.Error()
	if m := yamlError.FindStringSubmatch(msg); m != nil {
		msg = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	if m := unknownAnchor.FindStringSubmatch(msg); m != nil {
		p := diag.Problem{Code: "spec.bad-alias", Span: src.lineSpan(line), Message: "*" + m[1] + " repeats a value that is not marked before it", Hint: "mark the value with &" + m[1] + ", or put the text in quotes if no repetition is meant"}
		if at := strings.Index(src.text, "*"+m[1]); at >= 0 {
			p.Span = src.span(at, at+1+len(m[1]))
		}
		return p
	}
	s := slips{text: src.text}
	s.find()
	if s.msg == "" {
		return diag.Problem{Code: "spec.bad-yaml", Span: src.lineSpan(line), Message: msg}
	}
	p := diag.Problem{Code: "spec.bad-yaml", Span: src.span(s.from, s.to), Message: s.msg, Hint: s.hint}
	if s.other >= 0 {
		p.Related = []diag.Related{{Span: src.span(s.other, s.other+1), Note: s.note}}
	}
	return p
}

// slips searches a text that is no YAML for the first usual slip. It knows just
// enough YAML for that: indentation, keys, quotes, brackets, text blocks.
type slips struct {
	text string
	// levels are the mappings and lists open on the current line.
	levels []level
	// scalar tells that the line before ended with a plain value, which a deeper
	// line continues.
	scalar bool

	from, to  int
	msg, hint string
	// other is a second place, -1 for none.
	other int
	note  string
}

// level is a mapping or list: its indentation and what its last line was.
type level struct {
	indent int
	last   lineKind
}

type lineKind uint8

const (
	noLine     lineKind = iota
	keyLine             // a key with its value
	openLine            // a key whose value starts on the next line
	itemLine            // an item of a list
	inOpenLine          // an item of a list that is the value of a key as far left
)

// top returns the innermost level.
func (s *slips) top() *level { return &s.levels[len(s.levels)-1] }

func (s *slips) found(from, to int, hint, msg string, args ...any) int {
	s.from, s.to, s.other = from, max(to, from), -1
	s.msg, s.hint = fmt.Sprintf(msg, args...), hint
	return len(s.text)
}

func (s *slips) find() {
	for off := 0; off < len(s.text) && s.msg == ""; {
		off = s.line(off)
	}
}

func (s *slips) endOfLine(off int) int {
	if i := strings.IndexByte(s.text[off:], '\n'); i >= 0 {
		return off + i
	}
	return len(s.text)
}

// line reads the line at off, with all that its value runs over, and returns where
// the next one starts.
func (s *slips) line(off int) int {
	start, end := off, s.endOfLine(off)
	for off < end && s.text[off] == ' ' {
		off++
	}
	rest := strings.TrimRight(s.text[off:end], " \t\r")
	switch {
	case rest == "" || rest[0] == '#' || off == start && (rest == "---" || rest == "..." || rest[0] == '%'):
		return end + 1
	case rest[0] == '\t':
		return s.found(off, off+1, "indent with blanks", "a tab cannot indent a line")
	}
	indent := off - start
	if s.scalar && len(s.levels) > 0 && indent > s.top().indent {
		if at := colon(rest); at > 0 {
			return s.found(off, off+at, "the line above has a value already: indent both lines alike, or remove that value", "%q is indented as if it belonged to the value above it", rest[:at])
		}
		return end + 1
	}
	for len(s.levels) > 0 && s.top().indent > indent {
		s.levels = s.levels[:len(s.levels)-1]
		if len(s.levels) == 0 || s.top().indent < indent {
			return s.found(off, off+len(rest), "give it the indentation of the lines it belongs to", "the line is indented like no line above it")
		}
	}
	return s.entry(off, off, indent)
}

// entry reads dashes, a key and a value; lead is where the line's text starts.
func (s *slips) entry(lead, off, indent int) int {
	if len(s.levels) == 0 || s.top().indent < indent {
		s.levels = append(s.levels, level{indent: indent})
	}
	if s.mixes(off) {
		return len(s.text)
	}
	for strings.HasPrefix(s.text[off:], "- ") {
		next := off + 1
		for next < len(s.text) && s.text[next] == ' ' {
			next++
		}
		if c := s.text[min(next, len(s.text)-1)]; c != '\n' && c != '#' {
			s.levels = append(s.levels, level{indent: indent + next - off})
			indent += next - off
		}
		off = next
	}
	end := s.endOfLine(off)
	rest := strings.TrimRight(s.text[off:end], " \t\r")
	if rest == "-" || rest == "" || rest[0] == '#' {
		s.scalar = false
		return end + 1
	}
	if at := colon(rest); at >= 0 {
		s.top().last = keyLine
		off += at + 1
		for off < end && s.text[off] == ' ' {
			off++
		}
		return s.value(off, indent)
	}
	dashed := off > lead
	if c := rest[0]; dashed || strings.IndexByte("[{\"'&*|>!@`", c) >= 0 {
		return s.value(off, indent)
	}
	hint := "write a colon and a blank between the key and its value"
	return s.found(off, off+len(rest), hint, "%q has no colon after its key", shorten(rest))
}

// mixes reports an item among keys or a key among items, and notes what the line
// at off is.
func (s *slips) mixes(off int) bool {
	rest := strings.TrimRight(s.text[off:s.endOfLine(off)], " \t\r")
	dash := strings.HasPrefix(rest, "- ") || rest == "-"
	switch lv := s.top(); {
	case dash && lv.last == keyLine:
		s.found(off, off+len(rest), "a list goes below a key without a value; keys and items do not mix", "an item of a list stands among keys")
		return true
	case !dash && lv.last == itemLine:
		s.found(off, off+len(rest), "indent it to the key it belongs to; keys and items do not mix", "a key stands among the items of a list")
		return true
	case dash && (lv.last == openLine || lv.last == inOpenLine):
		lv.last = inOpenLine
	case dash:
		lv.last = itemLine
	}
	return false
}

// colon returns where the colon after a key stands in a line, -1 for no key.
func colon(rest string) int {
	quote := byte(0)
	for i := range len(rest) {
		c := rest[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case i == 0 && (c == '"' || c == '\''):
			quote = c
		case i == 0 && (c == '[' || c == '{'), c == '#' && i > 0 && rest[i-1] == ' ':
			return -1
		case c == ':' && (i+1 == len(rest) || rest[i+1] == ' ' || rest[i+1] == '\t'):
			return i
		}
	}
	return -1
}

// value reads the value at off, which belongs to a line of the given indentation.
func (s *slips) value(off, indent int) int {
	for off < len(s.text) && (s.text[off] == '&' || s.text[off] == '!') {
		for off < len(s.text) && !isBlank(s.text[off]) {
			off++
		}
		for off < len(s.text) && s.text[off] == ' ' {
			off++
		}
	}
	end := s.endOfLine(off)
	rest := strings.TrimRight(s.text[off:end], " \t\r")
	s.scalar = false
	if rest == "" || rest[0] == '#' {
		if s.top().last == keyLine {
			s.top().last = openLine
		}
		return end + 1
	}
	switch c := rest[0]; c {
	case '"', '\'':
		return s.after(s.quoted(off), "quote")
	case '[', '{':
		return s.after(s.flow(off), "bracket")
	case '|', '>':
		return s.block(end+1, indent)
	case '@', '`', '%':
		return s.found(off, off+1, "put the value in quotes", "a value cannot start with %c", c)
	}
	if at := strings.Index(rest, " #"); at >= 0 {
		rest = strings.TrimRight(rest[:at], " ")
	}
	if at := colon(rest); at > 0 {
		return s.found(off+at, off+at+1, "put the value in quotes if the colon belongs to it", "a second colon on the same line")
	}
	s.scalar = true
	return end + 1
}

// after refuses text between the end of a quote or bracket and the line's end.
func (s *slips) after(off int, what string) int {
	if s.msg != "" {
		return off
	}
	end := s.endOfLine(off)
	rest := strings.TrimRight(s.text[off:end], " \t\r")
	lead := len(rest) - len(strings.TrimLeft(rest, " \t"))
	if body := rest[lead:]; body != "" && body[0] != '#' && body[0] != ':' {
		hint := "put the whole value in quotes"
		if what == "quote" {
			hint += "; a quote inside '...' is written twice"
		}
		return s.found(off+lead, off+len(rest), hint, "text after the closing %s", what)
	}
	return end + 1
}

// quoted returns where the quoted text at off ends.
func (s *slips) quoted(off int) int {
	quote := s.text[off]
	for i := off + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '\\' && quote == '"':
			if i++; i < len(s.text) && strings.IndexByte("0abt\tnvfre \"/\\N_LPxuU\n\r", s.text[i]) < 0 {
				return s.found(i-1, i+1, `write \\ for a backslash, or use single quotes`, `\%c means nothing inside double quotes`, s.text[i])
			}
		case c == quote && quote == '\'' && i+1 < len(s.text) && s.text[i+1] == quote:
			i++
		case c == quote:
			return i + 1
		}
	}
	return s.found(off, s.endOfLine(off), "add the closing quote", "the quote is never closed")
}

// flow returns where the bracketed value at off ends.
func (s *slips) flow(off int) int {
	var open []int
	for i := off; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '[' || c == '{':
			open = append(open, i)
		case c == ']' || c == '}':
			at := open[len(open)-1]
			if want := s.text[at] + 2; c != want {
				s.found(i, i+1, fmt.Sprintf("write %c", want), "%c closes a %c", c, s.text[at])
				s.other, s.note = at, "opened here"
				return len(s.text)
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return i + 1
			}
		case c == '#' && isBlank(s.text[i-1]):
			i = s.endOfLine(i) - 1
		case (c == '"' || c == '\'') && strings.IndexByte(" \n[{,", s.text[i-1]) >= 0:
			if i = s.quoted(i) - 1; s.msg != "" {
				return len(s.text)
			}
		}
	}
	at := open[len(open)-1]
	return s.found(at, s.endOfLine(at), fmt.Sprintf("add %c", s.text[at]+2), "%c is never closed", s.text[at])
}

// block skips a text block: all lines that are blank or indented deeper.
func (s *slips) block(off, indent int) int {
	for off < len(s.text) {
		end := s.endOfLine(off)
		lead := 0
		for off+lead < end && s.text[off+lead] == ' ' {
			lead++
		}
		if off+lead < end && s.text[off+lead] != '\r' && lead <= indent {
			return off
		}
		off = end + 1
	}
	return off
}
