package spec

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumb.dev/plumb/diag"
)

// flaw is what is wrong with a scalar that has a grammar of its own: a piece of its
// text, the finding and a remedy.
type flaw struct {
	from, to  int // bytes of Node.Text
	msg, hint string
	// fix would repair the piece; "" when nothing is sure enough.
	fix string
	// code is the problem's when it is not the form's usual one.
	code diag.Code
	// node is the item at fault when the value is a list or a mapping; nil means the
	// value itself.
	node *Node
}

func flawf(from, to int, format string, args ...any) *flaw {
	return &flaw{from: from, to: to, msg: fmt.Sprintf(format, args...)}
}

func (f *flaw) with(hint string) *flaw {
	f.hint = hint
	return f
}

// in returns the flaw with the node it is about, unless it names one already.
func (f *flaw) in(n *Node) *flaw {
	if f != nil && f.node == nil {
		f.node = n
	}
	return f
}

// piece is a blank-separated piece of a scalar.
type piece struct {
	text     string
	from, to int
}

// pieces splits at blanks, keeping the places.
func pieces(s string) []piece {
	var out []piece
	from := -1
	for i := 0; i <= len(s); i++ {
		blank := i == len(s) || s[i] == ' ' || s[i] == '\n' || s[i] == '\t'
		switch {
		case blank && from >= 0:
			out = append(out, piece{s[from:i], from, i})
			from = -1
		case !blank && from < 0:
			from = i
		}
	}
	return out
}

// span returns the text from the start of the first to the end of the last piece.
func spanOf(s string, ps []piece) (text string, from, to int) {
	if len(ps) == 0 {
		return "", len(s), len(s)
	}
	from, to = ps[0].from, ps[len(ps)-1].to
	return s[from:to], from, to
}

// The classes of token in the grammars of field types and lifecycles.
type tokenKind uint8

const (
	tokEnd     tokenKind = iota
	tokName              // letter, then letters, digits, _ and -
	tokNumber            // 12, -0.5
	tokMark              // -> .. <= >= , | ( ) [ ] and any other single rune
	tokPattern           // /regular expression/
	tokQuoted            // 'text' or "text"
)

type token struct {
	kind     tokenKind
	text     string // without slashes or quotes
	from, to int
}

// is tells whether the token is the given mark or word.
func (t token) is(text string) bool {
	return (t.kind == tokMark || t.kind == tokName) && t.text == text
}

// tokens splits a scalar; the last token is always tokEnd. A line break counts as
// a comma, so that a block of lines reads like a list.
func tokens(s string) []token {
	out := make([]token, 0, 8)
	for i := 0; i < len(s); {
		if c := s[i]; c == ' ' || c == '\t' || c == '\r' {
			i++
			continue
		}
		t := next(s, i)
		out = append(out, t)
		i = t.to
	}
	return append(out, token{kind: tokEnd, from: len(s), to: len(s)})
}

// next reads the token that starts at s[i], which is no blank.
func next(s string, i int) token {
	switch c := s[i]; {
	case c == '\n':
		return token{tokMark, ",", i, i + 1}
	case isLetter(c):
		end := i + nameLength(s[i:])
		return token{tokName, s[i:end], i, end}
	case isDigit(c), c == '-' && i+1 < len(s) && isDigit(s[i+1]):
		end := numberEnd(s, i)
		return token{tokNumber, s[i:end], i, end}
	case c == '/', c == '"', c == '\'':
		if end := strings.IndexByte(s[i+1:], c); end >= 0 && c != '/' {
			return token{tokQuoted, s[i+1 : i+1+end], i, i + end + 2}
		}
		if end := patternEnd(s, i); c == '/' && end > 0 {
			return token{tokPattern, s[i+1 : end-1], i, end}
		}
	}
	for _, mark := range [...]string{"->", "→", "..", "<=", ">="} {
		if strings.HasPrefix(s[i:], mark) {
			text := mark
			if mark == "→" {
				text = "->"
			}
			return token{tokMark, text, i, i + len(mark)}
		}
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return token{tokMark, s[i : i+size], i, i + size}
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// nameLength returns how many bytes of s form a name, 0 for none. A dash belongs to
// the name only between its letters, so that a->b reads as three tokens.
func nameLength(s string) int {
	if s == "" || !isLetter(s[0]) {
		return 0
	}
	i := 1
	for i < len(s) {
		c := s[i]
		if c == '-' {
			if i+1 == len(s) || !isLetter(s[i+1]) && !isDigit(s[i+1]) {
				break
			}
		} else if !isLetter(c) && !isDigit(c) && c != '_' {
			break
		}
		i++
	}
	return i
}

// isName reports whether s is a name of the language, at most 64 letters long.
func isName(s string) bool { return s != "" && len(s) <= 64 && nameLength(s) == len(s) }

// numberEnd returns where the number at s[i] ends. One dot belongs to it when a
// digit follows, so that 1..99 reads as three tokens.
func numberEnd(s string, i int) int {
	i++
	dot := false
	for i < len(s) {
		switch {
		case isDigit(s[i]):
		case s[i] == '.' && !dot && i+1 < len(s) && isDigit(s[i+1]):
			dot = true
		default:
			return i
		}
		i++
	}
	return i
}

// patternEnd returns where the /pattern/ at s[i] ends, 0 when it does not. A slash
// after a backslash belongs to the pattern.
func patternEnd(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '/':
			return j + 1
		}
	}
	return 0
}

// at returns the place of bytes from..to of a scalar's text.
func (n *Node) at(from, to int) diag.Span {
	if !n.textAt.Valid() {
		return n.Span
	}
	if n.marks == nil {
		start := utf8.RuneCountInString(n.Text[:from])
		length := utf8.RuneCountInString(n.Text[from:to])
		s := n.Span
		s.Start = diag.Pos{Line: n.textAt.Line, Column: n.textAt.Column + start}
		s.End = diag.Pos{Line: n.textAt.Line, Column: n.textAt.Column + start + length}
		return s
	}
	s := n.Span
	first := utf8.RuneCountInString(n.Text[:from])
	last := first + utf8.RuneCountInString(n.Text[from:to])
	s.Start = n.marks[first]
	s.End = s.Start
	if last > first {
		s.End = n.marks[last-1]
		// A blank at the end may be a line break, behind which no column is.
		if r, _ := utf8.DecodeLastRuneInString(n.Text[:to]); !unicode.IsSpace(r) {
			s.End.Column++
		}
	}
	if n.Span.End.Before(s.End) {
		s.End = n.Span.End
	}
	if s.End.Before(s.Start) {
		s.End = s.Start
	}
	return s
}

func (n *Node) word(t token) Word { return Word{t.text, n.at(t.from, t.to)} }

// read runs a reader on behalf of an exported method: nothing is read from a
// missing value or one already reported.
func read[T any](n *Node, reader func(*Node) (T, *flaw)) (T, bool) {
	var zero T
	if n == nil || n.Bad {
		return zero, false
	}
	v, f := reader(n)
	if f != nil {
		return zero, false
	}
	return v, true
}

// scalar refuses what is no single value.
func scalar(n *Node) *flaw {
	if n.Kind != Scalar {
		return flawf(0, 0, "expected a single value, found %s", n.Kind.describe()).in(n)
	}
	return nil
}
