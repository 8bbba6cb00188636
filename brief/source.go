package brief

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"plumb.dev/plumb/diag"
)

// source is a brief cut into passages.
type source struct {
	file     string
	lines    []string
	passages []passage
	// bare tells that no heading says what any of it is.
	bare bool
}

// passageKind tells how a passage was set.
type passageKind uint8

const (
	paragraph passageKind = iota
	heading
	item
	row
)

// passage is a piece of text that says one thing or a few: a heading, an item of a
// list, a row of a table, a paragraph. Its text is free of mark-up; every byte of it
// has a place in the brief.
type passage struct {
	kind passageKind
	// level of a heading, indentation of an item.
	level int
	text  string
	marks []mark
	cells []passage // of a row
	// head tells that a row is followed by the rule below a table's head.
	head bool
}

// mark says that the text from a byte on stands at a place of the brief, up to the
// next mark.
type mark struct {
	from int
	at   diag.Pos
}

// pos returns the place of a byte of the text.
func (p *passage) pos(off int) diag.Pos {
	if len(p.marks) == 0 {
		return diag.Pos{Line: 1, Column: 1}
	}
	m := p.marks[0]
	for _, n := range p.marks[1:] {
		if n.from > off {
			break
		}
		m = n
	}
	m.at.Column += utf8.RuneCountInString(p.text[min(m.from, len(p.text)):max(min(off, len(p.text)), min(m.from, len(p.text)))])
	return m.at
}

// span returns the place of a piece of the text.
func (p *passage) span(file string, from, to int) diag.Span {
	s := diag.Span{File: file, Start: p.pos(from), End: p.pos(from)}
	if to > from {
		last := p.pos(to - 1)
		last.Column++
		s.End = last
	}
	return s
}

var (
	headingForm = regexp.MustCompile(`^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$`)
	itemForm    = regexp.MustCompile(`^(\s*)(?:[-*+•]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z])[.)])\s+(?:\[[ xX]\]\s+)?`)
	ruleForm    = regexp.MustCompile(`^\s*(?:[-*_]\s*){3,}$`)
	tableRule   = regexp.MustCompile(`^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$`)
	// opener finds lines that start to say something new even when the line above has
	// no full stop: stories, Gherkin, EARS and numbered requirements.
	opener = regexp.MustCompile(`(?i)^\W*(?:#?g\d+#?\s+)?(?:as an? |as the |in order to |given |when |then |while |where |if |and |scenario|feature:|acceptance|so that |i want |(?:the|each|every|all|any) .*\b(?:shall|must|should|will)\b|(?:fr|nfr|req|us|sc|ac|uc|r)[- ]?\d+)`)
)

// maxParagraph bounds the lines that are joined, maxCells the cells of a row: what is
// longer is no text.
const maxParagraph, maxCells = 8000, 60

// cut splits a text into passages. Fenced code and comments are no passages: their
// lines stay narrative.
func cut(file, text string) *source {
	s := &source{file: file}
	var open *passage // what a following line may continue
	inFence, inComment := false, false
	for i, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		l = strings.TrimSuffix(l, "\r")
		s.lines = append(s.lines, l)
		line := i + 1
		trimmed := strings.TrimSpace(l)
		switch {
		case inComment:
			inComment = !strings.Contains(l, "-->")
			continue
		case strings.HasPrefix(trimmed, "```"), strings.HasPrefix(trimmed, "~~~"):
			inFence, open = !inFence && !gherkin(trimmed), nil
			continue
		case inFence:
			continue
		case strings.HasPrefix(trimmed, "<!--"):
			inComment, open = !strings.Contains(l, "-->"), nil
			continue
		case trimmed == "", ruleForm.MatchString(l):
			open = nil
			continue
		case tableRule.MatchString(l):
			if n := len(s.passages); n > 0 && s.passages[n-1].kind == row {
				s.passages[n-1].head = true
			}
			continue
		}
		if m := headingForm.FindStringSubmatchIndex(l); m != nil {
			s.add(passage{kind: heading, level: m[3] - m[2]}, l[m[4]:m[5]], line, m[4], l)
			open = nil
			continue
		}
		if strings.Count(l, "|") >= 2 && !strings.Contains(l, "->") {
			s.addRow(l, line)
			open = nil
			continue
		}
		lead := len(l) - len(strings.TrimLeft(l, " \t>"))
		if m := itemForm.FindStringIndex(l[min(lead, len(l)):]); m != nil && m[0] == 0 {
			open = s.add(passage{kind: item, level: lead}, l[lead+m[1]:], line, lead+m[1], l)
			continue
		}
		if open != nil && len(open.text) < maxParagraph && !endsSentence(open.text) && !opener.MatchString(l) && !arrowed(l) && !arrowed(open.text) {
			open.append(l[lead:], line, lead, l)
			continue
		}
		open = s.add(passage{kind: paragraph}, l[lead:], line, lead, l)
	}
	s.passages = joinStories(s.passages)
	s.bare = !slices.ContainsFunc(s.passages, func(p passage) bool { return p.kind == heading && p.level > 1 })
	return s
}

// part is a stretch of a passage as one of its own.
func (p *passage) part(from, to int) passage {
	out := passage{kind: p.kind, level: p.level, text: p.text[from:to]}
	out.marks = append(out.marks, mark{0, p.pos(from)})
	for _, m := range p.marks {
		if m.from > from && m.from < to {
			out.marks = append(out.marks, mark{m.from - from, m.at})
		}
	}
	return out
}

// joinStories makes one passage of a story set on lines or items of its own: As a ...,
// I want ..., So that ...
func joinStories(in []passage) []passage {
	var out []passage
	for _, p := range in {
		if n := len(out); n > 0 && out[n-1].kind != heading && p.kind != heading && p.kind != row {
			last, low := lower(out[n-1].text), lower(p.text)
			wants := strings.HasPrefix(low, "i ") || strings.HasPrefix(low, "we ") || strings.HasPrefix(low, "i'd ")
			ends := strings.HasPrefix(low, "so that") || strings.HasPrefix(low, "so i ") || strings.HasPrefix(low, "in order to")
			if storyLead.MatchString(last) && (wants && !storyForm.MatchString(last) || ends && storyForm.MatchString(last)) {
				out[n-1].extend(p)
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

var storyLead = regexp.MustCompile(`^\W*(?:user story:?\W*)?as an? `)

// extend adds the text of a passage behind another's.
func (p *passage) extend(more passage) {
	off := len(p.text) + 1
	p.text += " " + more.text
	for _, m := range more.marks {
		p.marks = append(p.marks, mark{m.from + off, m.at})
	}
}

// gherkin tells a fence whose content is requirements all the same.
func gherkin(fence string) bool {
	lang := strings.ToLower(strings.Trim(fence, "`~ "))
	return lang == "gherkin" || lang == "ears" || lang == "cucumber"
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, " *_")
	return s != "" && strings.ContainsRune(".!?:;", rune(s[len(s)-1]))
}

func (s *source) add(p passage, text string, line, from int, whole string) *passage {
	p.append(text, line, from, whole)
	s.passages = append(s.passages, p)
	return &s.passages[len(s.passages)-1]
}

// addRow adds a row of a table with its cells.
func (s *source) addRow(l string, line int) {
	p := passage{kind: row}
	p.append(l, line, 0, l)
	from := 0
	for from <= len(l) && len(p.cells) < maxCells {
		to := strings.IndexByte(l[from:], '|')
		if to < 0 {
			to = len(l) - from
		}
		cell := l[from : from+to]
		lead := len(cell) - len(strings.TrimLeft(cell, " \t"))
		if body := strings.TrimSpace(cell); body != "" || from > 0 && from+to < len(l) {
			c := passage{kind: row}
			c.append(body, line, from+lead, l)
			p.cells = append(p.cells, c)
		}
		from += to + 1
	}
	s.passages = append(s.passages, p)
}

// append adds a piece of a line that starts at byte from of it, without its mark-up.
func (p *passage) append(text string, line, from int, whole string) {
	if p.text != "" {
		p.text += " "
	}
	var b strings.Builder
	b.WriteString(p.text)
	column := utf8.RuneCountInString(whole[:min(from, len(whole))]) + 1
	p.marks = append(p.marks, mark{b.Len(), diag.Pos{Line: line, Column: column}})
	for i := 0; i < len(text); {
		if n := markup(text, i); n > 0 {
			column += utf8.RuneCountInString(text[i : i+n])
			i += n
			p.marks = append(p.marks, mark{b.Len(), diag.Pos{Line: line, Column: column}})
			continue
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		b.WriteString(text[i : i+n])
		column++
		i += n
	}
	p.text = strings.TrimRight(b.String(), " \t")
}

// markup returns how many bytes of mark-up stand at i: emphasis, code marks, and
// what surrounds the text of a link.
func markup(s string, i int) int {
	switch s[i] {
	case '*', '`':
		return 1
	case '_':
		before := i == 0 || !isWordByte(s[i-1])
		after := i+1 == len(s) || !isWordByte(s[i+1])
		if before != after {
			return 1
		}
	case '\\':
		if i+1 < len(s) && strings.IndexByte("*_`#[]<>-+.|", s[i+1]) >= 0 {
			return 1
		}
	case ']':
		if i+1 < len(s) && s[i+1] == '(' {
			if end := strings.IndexByte(s[i:], ')'); end > 0 {
				return end + 1
			}
		}
	case '[':
		if end := strings.Index(s[i:], "]("); end > 0 && !strings.Contains(s[i+1:i+end], "[") {
			return 1
		}
	}
	return 0
}

func isWordByte(c byte) bool {
	return c >= 0x80 || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
