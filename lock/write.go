package lock

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const heading = `# Ids that must not move between runs, and decisions with their status. plumb writes
# this file; commit it beside the input. A person may set the status of a record to
# accepted: from then on another choice supersedes it instead of replacing it.
`

// Text prints the lock as it stands in the file: sorted, one entry a line where it
// fits, so that two branches rarely touch the same line.
func (l *Lock) Text() []byte {
	p := &printer{}
	p.WriteString(heading)
	p.line(0, "format", format)
	p.line(0, "next_record", strconv.Itoa(max(l.next, 1)))
	p.decisions(l)
	p.former(l)
	p.schemas(l)
	p.operations(l)
	p.channels(l)
	p.events(l)
	return []byte(p.String())
}

type printer struct{ strings.Builder }

func (p *printer) line(depth int, key, value string) {
	p.WriteString(strings.Repeat("  ", depth))
	p.WriteString(plain(key))
	p.WriteByte(':')
	if value != "" {
		p.WriteByte(' ')
		p.WriteString(value)
	}
	p.WriteByte('\n')
}

// section begins a part of the file; nothing is written for one without entries.
func (p *printer) section(name string, entries int) bool {
	if entries > 0 {
		p.WriteByte('\n')
		p.line(0, name, "")
	}
	return entries > 0
}

func (p *printer) decisions(l *Lock) {
	if !p.section("decisions", len(l.decisions)) {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.decisions)) {
		d := l.decisions[id]
		if d.status == "" {
			p.line(1, string(id), fmt.Sprintf("{number: %d, choice: %s}", d.number, plain(string(d.choice))))
			continue
		}
		p.line(1, string(id), "")
		p.line(2, "number", strconv.Itoa(d.number))
		p.line(2, "title", plain(d.title))
		p.line(2, "choice", plain(string(d.choice)))
		p.line(2, "name", plain(d.name))
		p.line(2, "status", plain(d.status))
		p.line(2, "date", plain(d.date))
		if len(d.facts) > 0 {
			p.line(2, "facts", "")
			for _, f := range slices.Sorted(maps.Keys(d.facts)) {
				p.line(3, string(f), plain(d.facts[f]))
			}
		}
	}
}

func (p *printer) former(l *Lock) {
	if !p.section("former", len(l.former)) {
		return
	}
	for _, f := range l.former {
		p.line(1, strconv.Itoa(f.Number), "")
		p.line(2, "decision", plain(string(f.ID)))
		p.line(2, "title", plain(f.Title))
		p.line(2, "choice", plain(f.Choice))
		p.line(2, "date", plain(f.Date))
		if f.By > 0 {
			p.line(2, "superseded_by", strconv.Itoa(f.By))
		}
		if len(f.Since) > 0 {
			p.line(2, "since", "")
			for _, c := range f.Since {
				p.line(3, string(c.Fact), fmt.Sprintf("{from: %s, to: %s}", plain(c.From), plain(c.To)))
			}
		}
	}
}

func (p *printer) schemas(l *Lock) {
	if !p.section("schemas", len(l.schemas)) {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.schemas)) {
		p.line(1, string(id), "")
		p.numbers(2, l.schemas[id])
	}
}

// numbers prints names by number: a merge of two new fields then shows at the end.
func (p *printer) numbers(depth int, n numbers) {
	if len(n.live) > 0 {
		p.line(depth, "numbers", "")
		names := slices.Collect(maps.Keys(n.live))
		slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(n.live[a], n.live[b]), cmp.Compare(a, b)) })
		for _, name := range names {
			p.line(depth+1, name, strconv.Itoa(n.live[name]))
		}
	}
	if len(n.retired) > 0 {
		p.line(depth, "retired", "")
		for _, r := range n.sorted() {
			p.line(depth+1, strconv.Itoa(r.Number), plain(r.Name))
		}
	}
}

func (p *printer) operations(l *Lock) {
	if !p.section("operations", len(l.operations)) {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.operations)) {
		o := l.operations[id]
		if len(o.inputs.live)+len(o.inputs.retired) == 0 {
			p.line(1, string(id), fmt.Sprintf("{use_case: %s, verb: %s}", plain(string(o.useCase)), plain(o.verb)))
			continue
		}
		p.line(1, string(id), "")
		p.line(2, "use_case", plain(string(o.useCase)))
		p.line(2, "verb", plain(o.verb))
		p.numbers(2, o.inputs)
	}
}

func (p *printer) channels(l *Lock) {
	if !p.section("channels", len(l.channels)) {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.channels)) {
		p.WriteString("  - " + plain(string(id)) + "\n")
	}
}

func (p *printer) events(l *Lock) {
	if !p.section("events", len(l.events)) {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.events)) {
		e := l.events[id]
		p.line(1, string(id), fmt.Sprintf("{type: %s, channel: %s}", plain(e.typ), plain(string(e.channel))))
	}
}

// safe is what YAML reads as the same text without quotes, in a list as well: words
// of harmless characters. What YAML would take for a number, a date or a truth is
// safe too, because the reader asks for texts.
var safe = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./%-]*( [A-Za-z0-9_./%-]+)*$`)

// plain writes a text so that YAML reads the same text back.
func plain(s string) string {
	if safe.MatchString(s) {
		return s
	}
	return quote(s)
}

// quote is YAML's double-quoted form: JSON's, which has no escape of Go's own.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
