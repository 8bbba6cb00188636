package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
)

// explore visits the states of the design's protocols. How fast goes to standard
// error: it is the one thing about it that differs between runs.
func (a *app) explore(d *plumb.Design) *plumb.Exploration {
	clock := a.Clock
	if clock == nil {
		clock = func() time.Duration { return 0 }
	}
	start := clock()
	out := d.Explore()
	if took := clock() - start; took > 0 && out.States > 0 && !a.json {
		fmt.Fprintf(a.Stderr, "%d states in %s, %.2g million a second\n", out.States, took.Round(time.Millisecond), float64(out.States)/took.Seconds()/1e6)
	}
	return &out
}

// showExplored prints what was explored: a line for each protocol, what the
// exploration added, and the run of each that breaks.
func (a *app) showExplored(r *plumb.Exploration) error {
	s := &screen{out: a.Stdout, width: a.Width}
	if len(r.Protocols) == 0 {
		s.line("no protocol to explore: no saga, no state left by time, no amount that many want, no channel, nothing that two runs write")
		return s.flush()
	}
	s.line("%s, %d when names are left aside; %d states visited", plural(len(r.Protocols), "protocol"), r.Unlike, r.States)
	if whole := seenWhole(r.Protocols); whole < len(r.Protocols) {
		s.line("explored whole: %d of %d; of the others (?) nothing wrong was found before a bound was met", whole, len(r.Protocols))
	}
	s.title("Protocols")
	rows := [][]string{{"", "protocol", "states", "deep", "kept right by"}}
	for i := range r.Protocols {
		p := &r.Protocols[i]
		rows = append(rows, []string{verdictMark(p), p.ID, fmt.Sprint(p.Explored.States), fmt.Sprint(p.Explored.Depth), strings.Join(mechanismsOf(p), ", ")})
	}
	s.table(2, rows)
	s.boundsOf(r.Protocols)
	s.rulesTold(r.Rules)
	s.addedMechanisms(r.Protocols)
	for i := range r.Protocols {
		if p := &r.Protocols[i]; p.Explored.Violation != nil {
			s.title("BROKEN " + p.ID)
			s.wrap(2, "%s", p.Explored.Violation.What)
			s.line("  missing: %s", missingText(p.Explored.Missing))
			s.line("")
			s.sequence(2, p.Explored.Violation.Lines)
		}
	}
	return s.flush()
}

// seenWhole counts the protocols of which every state was visited, or one that breaks.
func seenWhole(list []arch.Protocol) int {
	n := 0
	for i := range list {
		if list[i].Explored.Verdict != "unknown" {
			n++
		}
	}
	return n
}

func missingText(list []string) string {
	if len(list) == 0 {
		return "no mechanism repairs it"
	}
	return strings.Join(list, ", ")
}

func verdictMark(p *arch.Protocol) string {
	switch p.Explored.Verdict {
	case "holds":
		return "ok"
	case "broken":
		return "BROKEN"
	}
	return "?"
}

// mechanismsOf are the names of a protocol's mechanisms: first, and marked, those that
// the exploration added.
func mechanismsOf(p *arch.Protocol) []string {
	var added, given []string
	for _, m := range p.Mechanisms {
		if m.Added {
			added = append(added, "+"+m.Name)
		} else {
			given = append(given, m.Name)
		}
	}
	return append(added, given...)
}

// boundsOf says once for each kind of protocol how often each thing goes wrong.
func (s *screen) boundsOf(list []arch.Protocol) {
	s.title("Bounds of one run")
	var said []string
	for _, p := range list {
		if line := p.Kind + ": " + p.Explored.Bounds; !slices.Contains(said, line) {
			said = append(said, line)
			s.hang("  ", "%s", line)
		}
	}
}

// rulesTold says of each rule of the input whether states were held against it.
func (s *screen) rulesTold(list []plumb.Told) {
	if len(list) == 0 {
		return
	}
	marks := map[string]string{"holds": "ok", "broken": "BROKEN", "unknown": "?", "in part": "part", "not explored": "no"}
	s.title("Rules of the input: ok is held in every state, part in what it rests on, no is not explored")
	rows := [][]string{{"", "of", "rule", "in"}}
	why, of := []string{}, map[string][]string{}
	for _, t := range list {
		rows = append(rows, []string{marks[t.Verdict], arch.Short(t.Of), t.Holds, strings.Join(some(t.In, 2), ", ")})
		if t.Why != "" {
			if of[t.Why] == nil {
				why = append(why, t.Why)
			}
			if name := arch.Short(t.Of); !slices.Contains(of[t.Why], name) {
				of[t.Why] = append(of[t.Why], name)
			}
		}
	}
	s.table(2, rows)
	for _, w := range why {
		s.hang("  "+strings.Join(some(of[w], 4), ", ")+": ", "%s", w)
	}
}

// addedMechanisms says what the exploration added, and why: one run for each
// mechanism, in which it is missing.
func (s *screen) addedMechanisms(list []arch.Protocol) {
	var names []string
	first, in := map[string]string{}, map[string][]string{}
	for _, p := range list {
		for _, m := range p.Mechanisms {
			if !m.Added || m.Without == nil {
				continue
			}
			if in[m.Name] == nil {
				names = append(names, m.Name)
				first[m.Name] = m.Without.What
			}
			in[m.Name] = append(in[m.Name], p.ID)
		}
	}
	if len(names) == 0 {
		return
	}
	s.title("Added (+) because without it")
	for _, n := range names {
		s.hang("  "+n+": ", "%s (%s)", first[n], strings.Join(some(in[n], 4), ", "))
	}
	s.line("  'plumb explain PROTOCOL' shows the run")
}

// some keeps the first of a list and counts the rest.
func some(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(slices.Clone(list[:n]), fmt.Sprintf("%d more", len(list)-n))
}

// protocols says what was explored of the design, and what it was given because of
// that.
func (s *screen) protocols() {
	list := s.a.Protocols
	if len(list) == 0 {
		return
	}
	largest, broken, open := 0, 0, 0
	in := map[string][]string{}
	var names []string
	for i := range list {
		largest = max(largest, list[i].Explored.States)
		switch list[i].Explored.Verdict {
		case "broken":
			broken++
		case "unknown":
			open++
		}
		for _, m := range list[i].Mechanisms {
			if m.Added {
				if in[m.Name] == nil {
					names = append(names, m.Name)
				}
				in[m.Name] = append(in[m.Name], list[i].ID)
			}
		}
	}
	s.title("Protocols, explored state by state")
	verdict := "all hold"
	switch {
	case broken > 0:
		verdict = fmt.Sprintf("%d BROKEN", broken)
	case open > 0:
		verdict = fmt.Sprintf("%d too large to be seen whole, the others hold", open)
	}
	s.line("  %s, %s; the largest has %d states; 'plumb check --explore' shows each", plural(len(list), "protocol"), verdict, largest)
	shown := 2
	if s.all {
		shown = len(list)
	}
	for _, n := range names {
		s.hang("  added "+n+": ", "%s", strings.Join(some(in[n], shown), ", "))
	}
}

// exploredSaga says in a line what was explored of a saga.
func (s *screen) exploredSaga(g *arch.Saga) {
	for i := range s.a.Protocols {
		if p := &s.a.Protocols[i]; p.ID == "saga/"+g.ID {
			s.wrap(2, "explored: %s; 'plumb explain %s' shows how it is kept right", p.Explored, p.ID)
		}
	}
}

// explainProtocol tells how a protocol is kept right, and what happened without each
// mechanism that the exploration added.
func (s *screen) explainProtocol(p *arch.Protocol) {
	s.line("")
	s.line("protocol %s", p.ID)
	s.wrap(2, "%s", p.About)
	s.wrap(2, "explored: %s", p.Explored)
	if len(p.Mechanisms) > 0 {
		s.line("  kept right by")
	}
	for _, m := range p.Mechanisms {
		s.hang("    "+m.Name+": ", "%s", m.How)
	}
	for _, m := range p.Mechanisms {
		if m.Without != nil {
			s.line("")
			s.wrap(2, "%s was added: without it, %s", m.Name, m.Without.What)
			s.sequence(4, m.Without.Lines)
		}
	}
	if v := p.Explored.Violation; v != nil {
		s.line("")
		s.wrap(2, "broken: %s; missing: %s", v.What, missingText(p.Explored.Missing))
		s.sequence(4, v.Lines)
	}
}
