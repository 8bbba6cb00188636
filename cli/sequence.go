package cli

import (
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"plumb.dev/plumb/arch"
)

// What a sequence diagram on a terminal keeps between two lifelines.
const (
	leastGap = 16
	mostGap  = 46
)

// sequence draws a run: a lifeline for each party, arrows between them, and what
// happens at one of them beside its line. What went wrong by itself is marked ✗.
func (s *screen) sequence(indent int, lines []arch.Line) {
	parties := partiesOf(lines)
	if len(parties) == 0 {
		return
	}
	gap := leastGap
	for _, l := range lines {
		gap = max(gap, runewidth.StringWidth(l.Text)+6)
	}
	// The last lifeline keeps room for what stands beside it.
	if fits := (s.width - indent - 2) / len(parties); gap > fits {
		gap = fits
	}
	gap = min(max(gap, leastGap), mostGap)
	d := drawing{gap: gap, parties: parties, width: max(s.width-indent, gap*len(parties))}
	pad := strings.Repeat(" ", indent)
	for _, row := range d.rows(lines) {
		s.line("%s%s", pad, row)
	}
}

func partiesOf(lines []arch.Line) []string {
	var out []string
	for _, l := range lines {
		for _, who := range []string{l.From, l.To} {
			if who != "" && !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	return out
}

// drawing is a sequence diagram in cells.
type drawing struct {
	gap, width int
	parties    []string
}

func (d *drawing) rows(lines []arch.Line) []string {
	head := newRow(d.width)
	for i, p := range d.parties {
		head.put(d.at(i), runewidth.Truncate(p, d.gap-2, "…"))
	}
	out := []string{head.String()}
	for _, l := range lines {
		out = append(out, d.row(l)...)
	}
	return out
}

func (d *drawing) at(party int) int { return party * d.gap }

// row draws one line of a run; a text too long for its place goes on below.
func (d *drawing) row(l arch.Line) []string {
	from := slices.Index(d.parties, l.From)
	text := l.Text
	if l.Fault {
		text = "✗ " + text
	}
	if l.To == "" || l.To == l.From {
		var out []string
		for _, part := range wrapped(text, d.width-d.at(from)-3) {
			r := d.lifelines()
			r.put(d.at(from)+2, part+" ")
			out = append(out, r.String())
		}
		return out
	}
	to := slices.Index(d.parties, l.To)
	left, right := d.at(min(from, to)), d.at(max(from, to))
	room := right - left - 5
	var out []string
	parts := wrapped(text, room)
	for _, part := range parts[:len(parts)-1] {
		r := d.lifelines()
		r.put(left+3, part)
		out = append(out, r.String())
	}
	r := d.lifelines()
	r.put(left+1, strings.Repeat("─", right-left-1))
	r.put(left+2, " "+parts[len(parts)-1]+" ")
	if to > from {
		r.put(right-1, "▶")
	} else {
		r.put(left+1, "◀")
	}
	return append(out, r.String())
}

func (d *drawing) lifelines() *row {
	r := newRow(d.width)
	for i := range d.parties {
		r.put(d.at(i), "│")
	}
	return r
}

// wrapped breaks a text at spaces; there is always one part.
func wrapped(text string, width int) []string {
	var out []string
	line := ""
	for _, w := range strings.Fields(text) {
		switch {
		case line == "":
			line = w
		case runewidth.StringWidth(line)+1+runewidth.StringWidth(w) > width:
			out, line = append(out, line), w
		default:
			line += " " + w
		}
	}
	return append(out, runewidth.Truncate(line, max(width, 4), "…"))
}

// row is a line of cells; what is put later covers what was there.
type row struct{ cells []string }

func newRow(width int) *row {
	r := &row{make([]string, width)}
	for i := range r.cells {
		r.cells[i] = " "
	}
	return r
}

func (r *row) put(at int, text string) {
	for _, c := range text {
		w := runewidth.RuneWidth(c)
		if w == 0 || at < 0 || at+w > len(r.cells) {
			continue
		}
		r.cells[at] = string(c)
		for k := 1; k < w; k++ {
			r.cells[at+k] = ""
		}
		at += w
	}
}

func (r *row) String() string { return strings.TrimRight(strings.Join(r.cells, ""), " ") }
