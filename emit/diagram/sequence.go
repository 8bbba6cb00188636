package diagram

import (
	"cmp"
	"fmt"
	"strings"

	"plumb.dev/plumb/arch"
)

// script is a sequence diagram being put together.
type script struct {
	ids    *namer
	cast   strings.Builder // participants, in order of their first line
	known  map[string]bool
	body   strings.Builder
	indent int
	arrows int
}

func newScript() *script {
	return &script{ids: newNamer(), known: map[string]bool{}, indent: 1}
}

// noteWidth is how wide a note grows, in characters.
const noteWidth = 48

// The arrows of a sequence diagram.
const (
	asks    = "->>"
	answers = "-->>"
	tells   = "-)"
)

// player makes sure that somebody stands on the stage; word is participant or
// actor.
func (s *script) player(word, key, name string) {
	if s.known[key] {
		return
	}
	s.known[key] = true
	fmt.Fprintf(&s.cast, "  %s %s as %s\n", word, s.ids.of(key), line(name))
}

func (s *script) say(from, arrow, to, text string) {
	s.arrows++
	s.write("%s%s%s: %s", s.ids.of(from), arrow, s.ids.of(to), line(text))
}

// note writes beside somebody, a few words a line.
func (s *script) note(over, text string) {
	var rows []string
	row := ""
	for _, word := range strings.Fields(text) {
		if row != "" && len(row)+len(word) >= noteWidth {
			rows, row = append(rows, row), ""
		}
		row = join(" ", row, word)
	}
	s.write("Note over %s: %s", s.ids.of(over), cmp.Or(lines(append(rows, row)), " "))
}

// open begins a block: alt, else, opt, par, and, loop. Close ends it; next begins
// another branch of it.
func (s *script) open(word, text string) {
	s.write("%s %s", word, line(text))
	s.indent++
}

func (s *script) next(word, text string) {
	s.indent--
	s.open(word, text)
}

func (s *script) close() {
	s.indent--
	s.write("end")
}

func (s *script) write(format string, args ...any) {
	s.body.WriteString(strings.Repeat("  ", s.indent))
	fmt.Fprintf(&s.body, format, args...)
	s.body.WriteByte('\n')
}

func (s *script) text() string {
	return "sequenceDiagram\n  autonumber\n" + s.cast.String() + s.body.String()
}

func (s *script) diagram(k Kind, of arch.Path, title string) Diagram {
	return Diagram{ID: string(k) + "-" + slug(of), Kind: k, Of: of, Title: title, Text: s.text(), Arrows: s.arrows}
}

// line makes a text harmless after the colon of a message: it must not be empty.
func line(text string) string { return cmp.Or(escape(text), " ") }
