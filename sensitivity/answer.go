package sensitivity

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Edit is an answer as it is written into an input.
type Edit struct {
	Path  string `json:"path"`
	Value string `json:"value"`
	// Fact is what was answered where Path also holds other facts, which stay as they
	// were; "" when it is all that is there.
	Fact fact.ID `json:"-"`
	// Text is the input with the answer; comments and layout stay.
	Text []byte `json:"-"`
}

// Answer writes an answer into the input that the planner's system was read from.
// The name is that of a fact, in full or the end of it, or a path of the input; the
// value is written as in an input. The error says what is wrong with either. Whether
// the new text still means something is for its reader to check.
func (p *Planner) Answer(doc *spec.Doc, name, value string) (Edit, error) {
	path, value, err := p.place(doc, name, value)
	if err != nil {
		return Edit{}, err
	}
	text, err := spec.Edit([]byte(doc.Source), path, value)
	if err != nil {
		return Edit{}, err
	}
	edit := Edit{Path: path, Value: value, Text: text}
	if facts := p.statable(name); p.latency(name) == "" && len(facts) == 1 && string(facts[0].ID) != path {
		edit.Fact = facts[0].ID
	}
	return edit, nil
}

// place finds where an answer belongs, and how it is worded there.
func (p *Planner) place(doc *spec.Doc, name, value string) (path, text string, err error) {
	if at := p.latency(name); at != "" {
		if _, err := fact.ParseLatency(value); err != nil {
			return "", "", fmt.Errorf("%s: %w", at, err)
		}
		return string(at), value, nil
	}
	if facts := p.statable(name); len(facts) == 1 {
		return p.worded(doc, facts[0], value)
	} else if len(facts) > 1 {
		return "", "", fmt.Errorf("%s is the name of %d facts: %s", name, len(facts), few(facts))
	}
	if f, ok := p.known(name); ok {
		return "", "", p.unstatable(f)
	}
	if section, _, ok := strings.Cut(name, "."); ok && doc.Root.Get(section) != nil {
		return name, value, nil
	}
	return "", "", p.unknown(name)
}

// known is the fact of a full name.
func (p *Planner) known(name string) (fact.Fact, bool) {
	for _, f := range p.names() {
		if strings.EqualFold(string(f.ID), name) {
			return f, true
		}
	}
	return fact.Fact{}, false
}

// unstatable says where to say what a fact says that no key of the input states.
func (p *Planner) unstatable(f fact.Fact) error {
	id := string(f.ID)
	if of, ok := strings.CutPrefix(id, "catalog."); ok {
		technology, key, _ := strings.Cut(of, ".")
		return fmt.Errorf("%s is a fact about a technology: correct it with your source, catalog: {%s: {%s: {value: %s, source: ...}}}", id, technology, key, f.Value)
	}
	var from []fact.Fact
	if f.Origin == fact.Derived {
		for _, in := range f.Inputs {
			if g, ok := p.fact(in); ok {
				from = append(from, g)
			}
		}
		return fmt.Errorf("%s is derived: answer what it is derived from, %s", id, few(from))
	}
	for _, g := range p.names() {
		if place(g.ID) != "" && slices.Contains(g.Inputs, f.ID) {
			from = append(from, g)
		}
	}
	if len(from) > 0 {
		return fmt.Errorf("%s is taken alike for all that do not say it, and has no key of its own: answer what rests on it, %s", id, few(from))
	}
	return fmt.Errorf("%s is taken alike for all, and the input has no key for it; whatif %s=... tries another value", id, id)
}

// statable are the facts of a name that an input could state.
func (p *Planner) statable(name string) []fact.Fact {
	var exact, ends []fact.Fact
	for _, f := range p.names() {
		switch {
		case place(f.ID) == "" && f.Origin != fact.Stated && f.Reason != unsaidKey && !strings.Contains(string(f.ID), ".payload."):
		case strings.EqualFold(string(f.ID), name):
			exact = append(exact, f)
		case ending(string(f.ID), name):
			ends = append(ends, f)
		}
	}
	switch {
	case len(exact) > 0:
		return exact
	case len(ends) == 0:
		return p.unsaid(name)
	}
	return ends
}

// worded gives the place and the words of a fact's new value. Where an input says
// several facts in one value, the others keep theirs.
func (p *Planner) worded(doc *spec.Doc, f fact.Fact, value string) (path, text string, err error) {
	q, err := valueOf(f, value, 0, false)
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", f.ID, err)
	}
	id := string(f.ID)
	path = place(f.ID)
	if path == "" {
		path = id
	}
	switch {
	case path == "context.horizon":
		return path, p.horizon(f, q), nil
	case f.ID == "context.recovery.point", f.ID == "context.recovery.time":
		return id, value, nil
	case strings.HasPrefix(id, "context.teams."):
		return p.teamWord(doc, id, value)
	case strings.HasSuffix(id, ".consistency.within"):
		return path, "eventual within " + value, nil
	}
	at, last := id[:strings.LastIndexByte(id, '.')], lastPart(f.ID)
	if i := slices.Index(percentileParts, last); i >= 0 && (strings.HasSuffix(at, ".latency") || strings.HasSuffix(at, ".work")) {
		return at, p.latencyWord(doc, at, i, q), nil
	}
	switch {
	case strings.HasSuffix(at, ".payload"):
		return at, p.payload(at, last, value), nil
	case last == "lasts":
		return at, within(doc, at, lasting, "for "+value), nil
	case strings.HasSuffix(at, ".skew") && last == "share":
		return at, within(doc, at, skewed, value+" on"), nil
	case strings.HasSuffix(at, ".skew"):
		return at, within(doc, at, skewedOn, "on "+value), nil
	case strings.HasPrefix(id, "rules.") && last == "within":
		return at + ".when", "eventual within " + value, nil
	}
	return path, value, nil
}

// The parts of "350/s for 20min fri 19:00-19:20" and of "80% on 1%" that are facts of
// their own.
var (
	lasting  = regexp.MustCompile(`for \S+`)
	skewed   = regexp.MustCompile(`^.* on`)
	skewedOn = regexp.MustCompile(`on \S+`)
)

// within words a value with a part of it new; the part is added where it was not there.
func within(doc *spec.Doc, at string, part *regexp.Regexp, words string) string {
	n, _ := doc.At(at)
	switch {
	case n == nil || n.Kind != spec.Scalar:
		return words
	case part.MatchString(n.Text):
		return part.ReplaceAllLiteralString(n.Text, words)
	}
	return n.Text + " " + words
}

// horizon words "3y at 40%/y" with one half new.
func (p *Planner) horizon(f fact.Fact, q fact.Quantity) string {
	years, growth := p.base.Model.Context.Horizon.N, p.base.Model.Context.Growth.N
	if f.ID == "context.growth" {
		growth = q.N
	} else {
		years = q.N
	}
	return fact.FormatSeconds(years) + " at " + fact.FormatShare(growth) + "/y"
}

// teamWord says something of a team that may have been written as a size alone.
func (p *Planner) teamWord(doc *spec.Doc, id, value string) (string, string, error) {
	team := id[:strings.LastIndexByte(id, '.')]
	n, _ := doc.At(team)
	if n == nil || n.Kind != spec.Scalar {
		return id, value, nil
	}
	if lastPart(fact.ID(id)) == "people" {
		return team, value, nil
	}
	return team, fmt.Sprintf("{people: %s, %s: %s}", n.Text, lastPart(fact.ID(id)), value), nil
}

var percentileParts = []string{"p50", "p90", "p95", "p99", "p999", "max"}

// latencyWord words percentiles with one of them new: those written before stay.
func (p *Planner) latencyWord(doc *spec.Doc, at string, which int, q fact.Quantity) string {
	var values [6]float64
	if n, _ := doc.At(at); n != nil && n.Kind == spec.Scalar {
		if l, err := fact.ParseLatency(n.Text); err == nil {
			values = [6]float64{l.P50, l.P90, l.P95, l.P99, l.P999, l.Max}
			if bare := slices.Index(percentileParts, bareOf(at)); values[bare] == 0 {
				values[bare] = l.Mean
			}
		}
	}
	values[which] = q.N
	var words []string
	for i, v := range values {
		if v > 0 {
			words = append(words, percentileName(i)+" "+fact.FormatSeconds(v))
		}
	}
	return strings.Join(words, " ")
}

// bareOf is the percentile that a bare duration stands for: of a target the 99th, of
// what something takes the median.
func bareOf(at string) string {
	if strings.HasPrefix(at, "use_cases.") && strings.HasSuffix(at, ".latency") && strings.Count(at, ".") == 2 {
		return "p99"
	}
	return "p50"
}

func percentileName(i int) string {
	if percentileParts[i] == "p999" {
		return "p99.9"
	}
	return percentileParts[i]
}

// payload words "2 kB in, 30 kB out" with one of them new.
func (p *Planner) payload(at, which, value string) string {
	other := map[string]string{"in": "out", "out": "in"}[which]
	words := map[string]string{which: value + " " + which}
	if f, ok := p.fact(fact.ID(at + "." + other)); ok && f.Origin == fact.Stated {
		words[other] = f.Value.String() + " " + other
	}
	return strings.Trim(words["in"]+", "+words["out"], ", ")
}
