package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// screen is the design on a terminal: one screen for a small system, two for a
// large one.
type screen struct {
	out   io.Writer
	width int
	d     *plumb.Design
	a     *arch.Arch
	all   bool
	// causes shows which facts a decision's new choice comes from; a what-if was told
	// them.
	causes bool
	buf    strings.Builder
}

func newScreen(env *Env, d *plumb.Design, all bool) *screen {
	return &screen{out: env.Stdout, width: env.Width, d: d, a: d.Arch, all: all}
}

func (s *screen) print() error {
	s.head()
	s.questions()
	s.picture()
	if s.a.Cut != nil && s.a.Cut.Own != nil {
		s.title("Your own cut")
		s.ownCut(s.a.Cut)
	}
	s.decisions()
	s.objectives()
	s.trials()
	s.assertions()
	s.repairs()
	s.protocols()
	s.risks()
	s.next()
	_, err := io.WriteString(s.out, s.buf.String())
	return err
}

func (s *screen) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	s.buf.WriteString(text + "\n")
}

// wrap breaks a text at spaces; lines after the first are indented.
func (s *screen) wrap(indent int, format string, args ...any) {
	pad := strings.Repeat(" ", indent)
	row, used := "", 0
	for _, w := range strings.Fields(fmt.Sprintf(format, args...)) {
		n := runewidth.StringWidth(w)
		if used > 0 && indent+used+1+n > s.width {
			s.line("%s%s", pad, row)
			row, used = "", 0
		}
		if used > 0 {
			row += " "
			used++
		}
		row += w
		used += n
	}
	if row != "" {
		s.line("%s%s", pad, row)
	}
}

// hang prints a text behind a lead; its further lines stand below its first word.
func (s *screen) hang(lead, format string, args ...any) {
	at := s.buf.Len()
	indent := runewidth.StringWidth(lead)
	s.wrap(indent, format, args...)
	text := s.buf.String()[at:]
	if len(text) < indent {
		return
	}
	kept := s.buf.String()[:at]
	s.buf.Reset()
	s.buf.WriteString(kept + lead + text[indent:])
}

func (s *screen) title(t string) { s.line("\n%s", t) }

// table prints rows in columns; the last column takes what is left of the width.
func (s *screen) table(indent int, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], runewidth.StringWidth(c))
		}
	}
	for i := range widths[:len(widths)-1] {
		widths[i] = min(widths[i], max(24, s.width*3/10))
	}
	for _, r := range rows {
		row, used := strings.Repeat(" ", indent), indent
		for i, c := range r {
			if i == len(r)-1 {
				row += runewidth.Truncate(c, max(10, s.width-used), "…")
				break
			}
			c = runewidth.Truncate(c, widths[i], "…")
			row += runewidth.FillRight(c, widths[i]) + "  "
			used += widths[i] + 2
		}
		s.line("%s", row)
	}
}

// head says what was read and what was assumed.
func (s *screen) head() {
	s.wrap(0, "%s", s.a.System.Summary)
	count := map[fact.Origin]int{}
	for _, f := range s.a.Facts {
		count[f.Origin]++
	}
	m := s.d.Model
	s.line("read      %s, %s, %s, %s from %s", plural(len(m.Aggregates), "aggregate"), plural(len(m.UseCases), "use case"),
		plural(len(m.Actors), "actor"), plural(len(m.Externals), "external"), s.d.Doc.File)
	s.line("facts     %d stated, %d derived, %d from the catalogue, %d assumed", count[fact.Stated], count[fact.Derived], count[fact.Catalogued], count[fact.Assumed])
	if list := s.assumed(); len(list) > 0 {
		s.line("assumed   the ones that decide most; 'plumb explain NAME' tells what each rests on")
		rows := make([][]string, len(list))
		for i, f := range list {
			rows[i] = []string{string(f.ID), f.Value.String(), span(f)}
		}
		s.table(10, rows)
	}
}

// assumed are the assumptions that decide most, at most four: those at whose values
// a decision flips, then those about this system that decisions read most.
func (s *screen) assumed() []fact.Fact {
	weight := map[fact.ID]int{}
	for _, d := range s.a.Decisions {
		for _, f := range d.Flips {
			weight[f.Fact] += 1000
		}
		for _, id := range d.Facts {
			weight[id]++
		}
	}
	var list []fact.Fact
	for _, f := range s.a.Facts {
		ours := strings.HasPrefix(string(f.ID), "catalog.") || strings.HasPrefix(string(f.ID), "decide.")
		if f.Origin != fact.Assumed || !f.HasRange() || weight[f.ID] == 0 || ours && weight[f.ID] < 1000 {
			continue
		}
		if f.Value.Kind != fact.Bytes || weight[f.ID] >= 1000 {
			list = append(list, f) // sizes move little; they are listed when a decision hangs on one
		}
	}
	slices.SortStableFunc(list, func(a, b fact.Fact) int { return cmp.Compare(weight[b.ID], weight[a.ID]) })
	return list[:min(4, len(list))]
}

func span(f fact.Fact) string {
	low, high := f.Value, f.Value
	low.N, high.N = f.Low, f.High
	return fmt.Sprintf("%s to %s", low, high)
}

func (s *screen) questions() {
	if len(s.a.Questions) == 0 {
		return
	}
	s.title("Questions: requirements that do not fit together; the design took the default")
	for i, q := range s.a.Questions {
		if i == 5 && !s.all {
			s.line("  and %d more in DESIGN.md", len(s.a.Questions)-5)
			break
		}
		s.hang(fmt.Sprintf("  %d. ", q.Number), "%s", q.Asks)
		s.hang("     because: ", "%s", q.Finding)
		s.hang("     taken:   ", "%s", q.Default)
	}
}

// picture draws clients, deployables with their contexts, and what they stand on.
func (s *screen) picture() {
	s.title("The picture")
	clients := make([]string, 0, len(s.a.Actors))
	for _, a := range s.a.Actors {
		clients = append(clients, string(a.ID))
	}
	s.wrap(2, "%s", strings.Join(clients, ", "))
	door := "│"
	if s.a.Gateway != nil {
		door = "│ " + s.a.Gateway.Technology
	}
	s.line("     %s", door)
	for _, d := range s.a.Deployables {
		s.box(&d)
	}
	var below []string
	for _, b := range s.a.Broker {
		below = append(below, fmt.Sprintf("%s (%s)", b.Technology, plural(len(b.Channels), "channel")))
	}
	if len(below) > 0 {
		s.line("     │ %s", strings.Join(below, ", "))
	}
	var ext []string
	for _, e := range s.a.Externals {
		ext = append(ext, string(e.ID))
	}
	if len(ext) > 0 {
		s.wrap(2, "others: %s", strings.Join(ext, ", "))
	}
}

// box draws one deployable.
func (s *screen) box(d *arch.Deployable) {
	var rows []string
	for _, c := range s.a.Contexts {
		if c.Deployable != d.ID {
			continue
		}
		names := make([]string, len(c.Aggregates))
		for i, p := range c.Aggregates {
			names[i] = strings.TrimPrefix(string(p), "domain.")
		}
		rows = append(rows, fmt.Sprintf("%s: %s", c.Name, strings.Join(names, ", ")))
	}
	var stores []string
	for _, st := range s.a.Stores {
		if st.Deployable == d.ID && !slices.Contains(stores, st.Technology) {
			stores = append(stores, st.Technology)
		}
	}
	for _, f := range s.a.Files {
		if kept := cmp.Or(f.Product, f.Technology); f.Deployable == d.ID && f.Where == "object-store" && !slices.Contains(stores, kept) {
			stores = append(stores, kept)
		}
	}
	var procs []string
	for _, p := range d.Roles {
		if p.Replicas.Known() {
			procs = append(procs, fmt.Sprintf("%s x %s", p.Name, p.Replicas))
		}
	}
	head := string(d.ID)
	if d.Team != "" && len(s.a.Teams) > 1 {
		head += " (" + string(d.Team) + ")"
	}
	foot := strings.Join(append(procs, stores...), ", ")
	width := runewidth.StringWidth(head)
	for _, r := range append(slices.Clone(rows), foot) {
		width = max(width, runewidth.StringWidth(r)+2)
	}
	width = min(width, s.width-8)
	s.line("  ┌─ %s %s┐", head, strings.Repeat("─", max(0, width-runewidth.StringWidth(head)-1)))
	for _, r := range rows {
		s.line("  │  %s│", runewidth.FillRight(runewidth.Truncate(r, width, "…"), width))
	}
	s.line("  └─ %s %s┘", foot, strings.Repeat("─", max(0, width-runewidth.StringWidth(foot)-1)))
}

// decisions shows the significant ones, or all of them, then what is not needed.
func (s *screen) decisions() {
	var rows [][]string
	small, without := 0, s.notNeeded()
	for _, d := range s.a.Decisions {
		switch {
		case d.NotNeeded:
			if s.all {
				rows = append(rows, decisionRow(&d))
			}
		case d.Significant || s.all:
			rows = append(rows, decisionRow(&d))
		default:
			small++
		}
	}
	s.title("Decisions")
	head := []string{"", "decision", "choice", "margin", "over", "flips when"}
	if !slices.ContainsFunc(rows, func(r []string) bool { return r[5] != "" }) {
		head = head[:5]
		for i := range rows {
			rows[i] = rows[i][:5]
		}
	}
	s.table(2, append([][]string{head}, rows...))
	s.untried()
	if small > 0 {
		s.line("  and %d small ones, each with its reasons: --all, or 'plumb explain NAME'", small)
	}
	if len(without) > 0 && !s.all {
		s.wrap(2, "not needed: %s; DESIGN.md says what would change that", strings.Join(without, ", "))
	}
}

// untried says how far tipping points were looked for, where that is not to the end.
func (s *screen) untried() {
	if n := s.a.Untried; n > 0 {
		s.wrap(2, "flips were looked for at the facts on which most decisions rest; %s not tried, the system is too large for all", wereNot(n))
	}
}

func wereNot(n int) string {
	if n == 1 {
		return "1 fact was"
	}
	return plural(n, "fact") + " were"
}

// notNeeded lists the questions that came out as not needed wherever they were
// asked.
func (s *screen) notNeeded() []string {
	var out []string
	needed := map[string]bool{}
	for _, d := range s.a.Decisions {
		if !d.NotNeeded {
			needed[d.Question] = true
		}
	}
	for _, d := range s.a.Decisions {
		if !needed[d.Question] {
			out = append(out, d.Question)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func decisionRow(d *arch.Decision) []string {
	choice := string(d.Choice)
	for _, o := range d.Options {
		if o.ID == d.Choice {
			choice = o.Name
		}
	}
	if d.Pinned != nil {
		choice += " (pinned)"
	}
	number := ""
	if d.Number > 0 {
		number = fmt.Sprintf("D%d", d.Number)
	}
	over := strings.ReplaceAll(string(d.RunnerUp), "-", " ")
	if over == "" {
		over = "none possible"
	}
	return []string{number, d.Title, choice, fmt.Sprintf("%.2f", d.Margin), over, flipsWhen(d)}
}

// flipsWhen is the nearest tipping point in a few words.
func flipsWhen(d *arch.Decision) string {
	if len(d.Flips) == 0 {
		if len(d.Steady) > 0 {
			return "no fact stated moves it, up to 100x"
		}
		return ""
	}
	f := d.Flips[0]
	sign := ">="
	switch {
	case f.Named():
		sign = "is"
	case f.Below:
		sign = "<="
	}
	return fmt.Sprintf("%s %s %s", f.Fact, sign, f.At)
}

// signed shows a margin as a percentage; beyond ten times the target digits say
// nothing.
func signed(margin float64) string {
	switch p := margin * 100; {
	case p > 1000:
		return "> +1000%"
	case p > -0.5 && p < 0.5:
		return "0%"
	default:
		return fmt.Sprintf("%+.0f%%", p)
	}
}

func unknown(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "; unknown: " + strings.Join(list, ", ")
}

func (s *screen) risks() {
	if len(s.a.Risks) == 0 {
		return
	}
	s.title("Largest risks")
	for i, r := range s.a.Risks {
		if i == 3 && !s.all {
			break
		}
		s.hang(fmt.Sprintf("  %d. ", i+1), "%s", r.Risk)
		s.hang("     because: ", "%s", r.Why)
		s.hang("     answer:  ", "%s", r.Answer)
	}
}

func (s *screen) next() {
	s.title("Next")
	for i, n := range s.a.NextSteps {
		if i == 3 && !s.all {
			break
		}
		s.wrap(2, "%d. %s", i+1, n.Do)
	}
	s.line("  'plumb design -o DIR' writes DESIGN.md, decision records and contracts")
}
