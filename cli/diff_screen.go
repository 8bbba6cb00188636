package cli

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
	"plumb.dev/plumb/diff/contract"
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
	s.contracts(c.Contracts)
	if len(c.Changes) > 0 {
		s.changes(c.Changes)
	}
	return s.flush()
}

// showBroken prints, to where problems go, what of a comparison stops a pipeline.
func (a *app) showBroken(c *comparison) error {
	s := &screen{out: a.Stderr, width: a.Width, causes: true}
	s.wrap(0, "against %s: %s", c.From, c.failed)
	s.contracts(slices.DeleteFunc(slices.Clone(c.Contracts), isSafe))
	var lost []diff.Change
	for _, x := range c.Changes {
		if x.Op == diff.Lost || x.Op == diff.Flipped {
			lost = append(lost, x)
		}
	}
	if len(lost) > 0 {
		s.changes(lost)
	}
	return s.flush()
}

// contracts shows what breaks whom; what is safe is counted.
func (s *screen) contracts(list []contract.Finding) {
	shown := list
	if !s.all {
		shown = slices.DeleteFunc(slices.Clone(list), isSafe)
	}
	if len(shown) > 0 {
		s.title("Contracts")
	}
	const most = 20
	for i, f := range shown {
		if i == most && len(shown) > most+1 && !s.all {
			s.line("  and %d more: --all", len(shown)-i)
			break
		}
		if i == 0 || f.Contract != shown[i-1].Contract || f.Level != shown[i-1].Level {
			s.line("  %s", f.Contract)
		}
		s.hang("    "+levelSign[f.Level]+" ", "%s: %s (%s)", f.Place, f.What, f.Rule)
		if f.Level == contract.Safe {
			continue
		}
		s.hang("        ", "%s%s", usersOf(f, asIs), f.Means)
		if i+1 == len(shown) || shown[i+1].Remedy != f.Remedy {
			s.hang("        ", "remedy: %s", f.Remedy)
		}
	}
	if n := len(list) - len(shown); n > 0 {
		s.line("\n%s of contracts %s nobody: --all", plural(n, "change"), verb(n, "breaks", "break"))
	}
}

func isSafe(f contract.Finding) bool { return f.Level == contract.Safe }

// levelSign is one column that tells how serious a change of a contract is.
var levelSign = map[contract.Level]string{contract.Breaking: "!", contract.Dangerous: "?", contract.Safe: "+"}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// usersOf names those whom a finding is about, and ends where what it means begins.
func usersOf(f contract.Finding, name func(string) string) string {
	const most = 5
	var parts []string
	for i, u := range f.Users {
		if i == most && len(f.Users) > most+1 {
			parts = append(parts, fmt.Sprintf("%d more", len(f.Users)-i))
			break
		}
		parts = append(parts, name(u))
	}
	if len(parts) == 0 {
		return "nobody in the design uses it; whoever does: "
	}
	return strings.Join(parts, ", ") + ": "
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
	for _, l := range []contract.Level{contract.Breaking, contract.Dangerous} {
		if n := c.CountContracts(l); n > 0 {
			parts = append(parts, plural(n, string(l)+" change"))
		}
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
	if len(parts) == 0 && len(c.Changes)+len(c.Contracts) > 0 {
		parts = []string{"the same decisions and elements, nothing breaks"}
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
