package cli

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diff"
	"plumb.dev/plumb/diff/contract"
)

// markdown is the comparison as a comment on a pull request: one line that says it
// all, then a table for each part that has something; the long ones are folded.
func (c *comparison) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "**plumb** %s → %s: %s\n", code(c.From), code(c.To), plain(c.headline()))
	c.problemTable(&b)
	c.contractTable(&b)
	c.decisionTable(&b)
	c.objectiveTable(&b)
	c.elementTable(&b)
	return b.String()
}

// contractTable shows what breaks whom; what is safe is folded.
func (c *comparison) contractTable(b *strings.Builder) {
	var rows, safe [][]string
	for _, f := range c.Contracts {
		place := code(f.Contract) + "<br>" + code(f.Place)
		if f.Level == contract.Safe {
			safe = append(safe, []string{place, plain(f.What), code(f.Rule)})
			continue
		}
		rows = append(rows, []string{"**" + string(f.Level) + "**", place, plain(f.What) + "<br>" + code(f.Rule), usersOf(f, code) + plain(f.Means), plain(f.Remedy)})
	}
	table(b, "", []string{"Contract", "", "", "for whom", "remedy"}, rows)
	table(b, plural(len(safe), "change")+" of contracts that break nobody", []string{"Contract", "", "rule"}, safe)
}

// decisionTable shows what flips; what came and went is folded.
func (c *comparison) decisionTable(b *strings.Builder) {
	var flipped, other [][]string
	for _, x := range c.Changes {
		if x.Kind != "decision" {
			continue
		}
		if x.Op == diff.Flipped {
			flipped = append(flipped, []string{plain(x.Title), plain(x.From), plain(x.To), plain(x.Why), causesOf(x, code, plain)})
		} else {
			other = append(other, []string{string(x.Op), plain(x.Title), plain(x.From + x.To), plain(x.Why)})
		}
	}
	table(b, "", []string{"Decision", "was", "is", "because", "from"}, flipped)
	table(b, plural(len(other), "decision")+" that arise or no longer do", []string{"", "Decision", "choice", "because"}, other)
}

func (c *comparison) objectiveTable(b *strings.Builder) {
	var rows, folded [][]string
	for _, x := range c.Changes {
		row := []string{string(x.Op), code(x.ID), plain(x.What), plain(x.From), plain(x.To)}
		switch {
		case x.Kind == "objective" && (x.Op == diff.Lost || x.Op == diff.Won):
			row[0] = "**" + row[0] + "**"
			rows = append(rows, row)
		case x.Kind == "objective", x.Kind == "cost":
			folded = append(folded, row)
		}
	}
	head := []string{"", "Objective", "", "was", "is"}
	table(b, "", head, rows)
	table(b, "Objectives and cost", head, folded)
}

func (c *comparison) elementTable(b *strings.Builder) {
	var rows [][]string
	for _, x := range c.Changes {
		if isElement(x) {
			rows = append(rows, []string{string(x.Op), x.Kind + " " + code(x.ID), plain(x.What), plain(x.From), plain(x.To), decisionsOf(x.By)})
		}
	}
	table(b, plural(c.Count(first(isElement)), "element"), []string{"", "Element", "", "was", "is", "follows from"}, rows)
}

func (c *comparison) problemTable(b *strings.Builder) {
	var rows [][]string
	for _, p := range c.Problems {
		rows = append(rows, []string{p.Severity.String(), code(string(p.Code)), code(p.Span.String()), plain(p.Message), plain(p.Hint)})
	}
	table(b, "", []string{"Problem", "", "", "", "remedy"}, rows)
}

func decisionsOf(by []arch.DecisionID) string {
	parts := make([]string, len(by))
	for i, d := range by {
		parts[i] = code(string(d))
	}
	return strings.Join(parts, ", ")
}

// table prints rows, folded under a title when there is one.
func table(b *strings.Builder, title string, head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	if title != "" {
		fmt.Fprintf(b, "\n<details><summary>%s</summary>\n", title)
	}
	fmt.Fprintf(b, "\n| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat(" --- |", len(head)))
	for _, r := range rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(r, " | "))
	}
	if title != "" {
		b.WriteString("\n</details>\n")
	}
}

// plain shows a text as it is: what Markdown, HTML or the host of the pull request
// would read as its own is taken from it. A mention would call people.
func plain(s string) string {
	return plainer.Replace(strings.Join(strings.Fields(s), " "))
}

var plainer = strings.NewReplacer(" -> ", " → ", `\`, `\\`, "|", `\|`, "<", "&lt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "@", "@<!-- -->")

// code shows a name or value in a code span, in which only the fence and the bar
// between columns mean something.
func code(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
	if fence != "`" {
		s = " " + s + " "
	}
	return fence + s + fence
}
