package diag

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Style says how a list is shown to a person.
type Style struct {
	// Color adds ANSI colours.
	Color bool
	// Source returns the text of a file, so that the line can be quoted; nil or a
	// false result leaves the quote out.
	Source func(file string) (string, bool)
}

// Render writes the list as text, one block per problem:
//
//	error[model.unknown-name]: no aggregate is called "Ordr"
//	  ┌─ plumb.yaml:12:15  use_cases.PlaceOrder.creates
//	  │  creates: Ordr
//	  │           ^^^^ did you mean Order?
//	  ├─ plumb.yaml:4:3  Order is declared here
//	  = hint: write Order
func Render(w io.Writer, list List, st Style) error {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		renderProblem(&b, p, st)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func renderProblem(b *strings.Builder, p Problem, st Style) {
	fmt.Fprintf(b, "%s: %s\n", st.paint(p.Severity, fmt.Sprintf("%s[%s]", p.Severity, p.Code)), printable(p.Message))
	if p.Span.Valid() || p.Path != "" {
		fmt.Fprintf(b, "  ┌─ %s\n", strings.TrimSpace(p.Span.String()+"  "+p.Path))
	}
	st.quote(b, p.Span, p.Label)
	for _, r := range p.Related {
		place := strings.TrimSpace(r.Span.String() + "  " + r.Path)
		fmt.Fprintf(b, "  ├─ %s\n", strings.TrimSpace(place+"  "+printable(r.Note)))
		st.quote(b, r.Span, "")
	}
	if p.Hint != "" {
		fmt.Fprintf(b, "  = hint: %s\n", printable(p.Hint))
	}
}

// quote shows the source line with the span underlined. Long lines are cut
// around the span, so that a minified file cannot flood a terminal.
func (st Style) quote(b *strings.Builder, s Span, label string) {
	if st.Source == nil || !s.Valid() {
		if label != "" {
			fmt.Fprintf(b, "  │  %s\n", printable(label))
		}
		return
	}
	text, ok := st.Source(s.File)
	if !ok {
		return
	}
	line, ok := lineOf(text, s.Start.Line)
	if !ok {
		return
	}
	const most = 96
	runes := []rune(line)
	from := min(max(s.Start.Column-1, 0), len(runes))
	to := len(runes)
	if s.End.Line == s.Start.Line && s.End.Column > s.Start.Column {
		to = min(s.End.Column-1, len(runes))
	}
	first := 0
	if from > most/2 && len(runes) > most {
		first = from - most/2
	}
	last := min(len(runes), first+most)
	to = max(min(to, last), from)
	lead := printable(string(runes[first:from]))
	body := printable(string(runes[from:to]))
	tail := printable(string(runes[to:last]))
	fmt.Fprintf(b, "  │  %s%s%s\n", lead, body, tail)
	// The zero condition: the package's own would look at the environment.
	var cells runewidth.Condition
	carets := strings.Repeat("^", max(1, cells.StringWidth(body)))
	under := strings.Repeat(" ", cells.StringWidth(lead)) + carets
	if label != "" {
		under += " " + printable(label)
	}
	fmt.Fprintf(b, "  │  %s\n", under)
}

// lineOf returns the n-th line (from 1) of a text.
func lineOf(text string, n int) (string, bool) {
	for ; n > 1; n-- {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			return "", false
		}
		text = text[i+1:]
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, "\r"), true
}

// printable keeps control characters of an input away from the terminal, and marks
// that change the direction of writing.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, s)
}

func (st Style) paint(s Severity, text string) string {
	if !st.Color {
		return text
	}
	colour := map[Severity]string{Error: "31;1", Warning: "33;1", Note: "36"}[s]
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
