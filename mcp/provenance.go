package mcp

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Where a fact comes from stands behind it in the input, where people see it and
// version control keeps it:
//
//	peak: 350/s  # peak: "350 orders per second at peak" (brief.md:12)
//	latency: 300ms  # latency: assumed, no figure in the brief; people wait this long
//	retained: 2y  # line 14: A loan is kept for 2 years.
//
// The name may be left out when the line holds one fact; the last form is that of an
// input that was read from a brief.

// source is one remark about where the facts of a line come from.
type source struct {
	of      string // the fact's last name; "" for all of the line
	quote   string
	assumed bool
	because string
}

var (
	quotedSource  = regexp.MustCompile(`^#\s*(?:([\w.-]+):\s*)?"([^#]*)"(?:\s*\([^)#]*\))?\s*`)
	lineSource    = regexp.MustCompile(`^#\s*(?:proposed, declared nowhere; )?line \d+: (.*)`)
	assumedSource = regexp.MustCompile(`^#\s*(?:([\w.-]+):\s*)?assumed[:,]?\s*([^#]*)`)
)

// sources reads the remarks of a line; other comments are none.
func sources(line string) []source {
	var out []source
	for i := 0; i < len(line); i++ {
		if line[i] != '#' {
			continue
		}
		if m := quotedSource.FindStringSubmatch(line[i:]); m != nil {
			out = append(out, source{of: m[1], quote: strings.TrimSpace(m[2])})
			i += len(m[0]) - 1
		} else if m := assumedSource.FindStringSubmatch(line[i:]); m != nil {
			out = append(out, source{of: m[1], assumed: true, because: strings.TrimSpace(m[2])})
			i += len(m[0]) - 1
		} else if m := lineSource.FindStringSubmatch(line[i:]); m != nil {
			text, _, _ := strings.Cut(m[1], "  # ") // a remark may follow
			out = append(out, source{quote: strings.TrimSpace(text)})
			i += len(m[0]) - len(m[1]) + len(text) - 1
		}
	}
	return out
}

// covers reports whether a remark is about a fact.
func (s source) covers(id string) bool {
	return s.of == "" || strings.HasSuffix(id, "."+s.of) || strings.Contains(id, "."+s.of+".")
}

// markedAssumed tells whether the input marks a stated fact as assumed, and why.
func markedAssumed(lines []string, f fact.Fact) (why string, ok bool) {
	if f.Origin != fact.Stated || f.Span.End.Line < 1 || f.Span.End.Line > len(lines) {
		return "", false
	}
	for _, s := range sources(lines[f.Span.End.Line-1]) {
		if s.assumed && s.covers(string(f.ID)) {
			return s.because, true
		}
	}
	return "", false
}

// remarkName is what a remark calls an answer: the last name of its path, and the
// fact's own behind it where the place holds others too.
func remarkName(path string, of fact.ID) string {
	at := strings.LastIndexByte(path, '.') + 1
	if strings.HasPrefix(string(of), path+".") {
		return string(of)[at:]
	}
	return path[at:]
}

// remark writes a source behind the value at a path, in place of an earlier one
// about it. Of is the fact where the place holds others too, else "". The meaning of the text stays.
func remark(text []byte, path string, of fact.ID, s source, where string) ([]byte, error) {
	doc, _ := spec.Parse("", text)
	node, span := doc.At(path)
	if node == nil {
		return nil, fmt.Errorf("%s is not in the input after the edit", path)
	}
	lines := strings.SplitAfter(string(text), "\n")
	at := span.End.Line - 1
	if node.Kind == spec.Mapping || node.Kind == spec.Sequence {
		at = span.Start.Line - 1
	}
	if at < 0 || at >= len(lines) {
		return nil, fmt.Errorf("%s has no line of its own", path)
	}
	body := strings.TrimRight(lines[at], "\r\n")
	ending := lines[at][len(body):]
	s.of = remarkName(path, of)
	lines[at] = forget(body, cmp.Or(string(of), path)) + "  " + s.text(where) + ending
	out := []byte(strings.Join(lines, ""))
	if again, problems := spec.Parse("", out); string(spec.Print(again)) != string(spec.Print(doc)) || problems.HasErrors() != hasErrors(text) {
		return nil, fmt.Errorf("where %s comes from cannot be noted behind it; give it a line of its own", path)
	}
	return out, nil
}

func hasErrors(text []byte) bool {
	_, problems := spec.Parse("", text)
	return problems.HasErrors()
}

// forget takes earlier remarks about a fact off a line.
func forget(line, id string) string {
	for i := 0; i < len(line); i++ {
		if line[i] != '#' {
			continue
		}
		for _, re := range []*regexp.Regexp{quotedSource, assumedSource} {
			if m := re.FindStringSubmatch(line[i:]); m != nil && m[1] != "" && strings.HasSuffix("."+id, "."+m[1]) {
				line = strings.TrimRight(line[:i]+line[i+len(m[0]):], " ")
				i--
				break
			}
		}
	}
	return strings.TrimRight(line, " ")
}

func (s source) text(where string) string {
	if s.assumed {
		return fmt.Sprintf("# %s: assumed, %s", s.of, comment(s.because))
	}
	return fmt.Sprintf("# %s: \"%s\" (%s)", s.of, comment(s.quote), where)
}

// comment makes a text fit for a comment: one line, no control characters, and no
// mark that would begin another remark.
func comment(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '#' || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// unquoted lists, as problems, the lines of an input that hold numbers which neither
// the brief nor an assumption accounts for, and the quotes that are not in the brief.
func unquoted(file, text, briefName, brief string) diag.List {
	var list diag.List
	for i, line := range strings.Split(text, "\n") {
		value, _ := cutComment(line)
		var said strings.Builder
		assumed := false
		for _, s := range sources(line) {
			assumed = assumed || s.assumed
			if s.assumed {
				continue
			}
			if _, ok := find(brief, s.quote); !ok {
				list.Add(sourceProblem(file, i+1, line, fmt.Sprintf("the quote %q is not in %s word for word", short(s.quote, 100), briefName)))
			}
			said.WriteString(s.quote + " ; ")
		}
		if assumed {
			continue
		}
		if _, rest, ok := strings.Cut(value, ": "); ok {
			value = rest
		}
		if missing := unsupported(value, said.String()); missing != "" {
			list.Add(sourceProblem(file, i+1, line, fmt.Sprintf("nothing quoted from %s says %s", briefName, missing)))
		}
	}
	return list
}

func sourceProblem(file string, line int, text, message string) diag.Problem {
	end := len([]rune(strings.TrimRight(text, "\r"))) + 1
	return diag.Problem{
		Code: "mcp.no-source", Severity: diag.Error, Message: message,
		Span: diag.Span{File: file, Start: diag.Pos{Line: line, Column: 1}, End: diag.Pos{Line: line, Column: end}},
		Hint: `end the line with # "the words of the brief", or with # assumed: why`,
	}
}

// cutComment takes the comment off a line of YAML: a mark at the beginning or behind
// a blank that is not inside quotes.
func cutComment(line string) (value, remark string) {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" [{,:", line[i-1]) >= 0):
			quote = c
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return line[:i], line[i:]
		}
	}
	return line, ""
}
