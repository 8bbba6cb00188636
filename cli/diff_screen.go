package cli

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
)

// showDiff prints a comparison on a screen.
func (a *app) showDiff(c *comparison, all bool) error {
	s := &screen{out: a.Stdout, width: a.Width, all: all, causes: true}
	if len(c.Problems) > 0 {
		source := func(file string) (string, bool) { text, ok := c.source[file]; return text, ok }
		if err := diag.Render(a.Stderr, c.Problems, diag.Style{Color: a.colored(), Source: source}); err != nil {
			return err
		}
	}
	s.wrap(0, "%s -> %s: %s", c.From, c.To, c.headline())
	if len(c.Changes) > 0 {
		s.changes(c.Changes)
	}
	return s.flush()
}

// headline counts what is different, the most serious first.
func (c *comparison) headline() string {
	var parts []string
	add := func(one, many string, holds func(diff.Change) bool) {
		switch n := c.Count(holds); n {
		case 0:
		case 1:
			parts = append(parts, "1 "+one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	op := func(kind string, op diff.Op) func(diff.Change) bool {
		return func(x diff.Change) bool { return x.Kind == kind && x.Op == op }
	}
	add("objective lost", "objectives lost", op("objective", diff.Lost))
	add("objective won", "objectives won", op("objective", diff.Won))
	add("decision flips", "decisions flip", op("decision", diff.Flipped))
	add("decision arises or goes", "decisions arise or go", func(x diff.Change) bool { return x.Kind == "decision" && x.Op != diff.Flipped })
	add("element differs", "elements differ", first(isElement))
	for _, x := range c.Changes {
		if x.Kind == "cost" && x.What == "a month" {
			parts = append(parts, fmt.Sprintf("%s -> %s a month", x.From, x.To))
		}
	}
	if len(parts) == 0 && len(c.Changes) > 0 {
		parts = []string{"the same decisions and elements, other numbers"}
	}
	if len(parts) == 0 {
		return "the same design"
	}
	return strings.Join(parts, ", ")
}

// first counts an element once, however much of it is different.
func first(holds func(diff.Change) bool) func(diff.Change) bool {
	seen := map[string]bool{}
	return func(x diff.Change) bool {
		if !holds(x) || seen[x.Kind+" "+x.ID] {
			return false
		}
		seen[x.Kind+" "+x.ID] = true
		return true
	}
}

// causesOf says which facts a new choice comes from, the nearest ones, with their
// names and values each written in its way.
func causesOf(c diff.Change, name, value func(string) string) string {
	const most = 3
	var parts []string
	for i, f := range c.Facts {
		if i == most && len(c.Facts) > most+1 {
			parts = append(parts, fmt.Sprintf("and %d more facts", len(c.Facts)-most))
			break
		}
		switch id := name(string(f.Fact)); {
		case f.From == "":
			parts = append(parts, fmt.Sprintf("%s is new: %s", id, value(f.To)))
		case f.To == "":
			parts = append(parts, fmt.Sprintf("%s is gone, it was %s", id, value(f.From)))
		default:
			parts = append(parts, id+" "+value(f.From+" -> "+f.To))
		}
	}
	for _, by := range c.By {
		if len(c.Facts) == 0 {
			parts = append(parts, "the decision "+name(string(by)))
		}
	}
	return strings.Join(parts, "; ")
}

// asIs is the way in which a screen writes names and values.
func asIs(s string) string { return s }
