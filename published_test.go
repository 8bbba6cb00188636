package plumb_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/internal/golden"
)

var (
	publishedInput = regexp.MustCompile(`\]\(\.\./(testdata/published/[a-z]+/plumb\.yaml)\)`)
	decisionNamed  = regexp.MustCompile("`([^`]+)`")
)

// TestPublishedDesignsStandBesideWhatPlumbDecides writes the third column of the
// tables in docs/published.md from the designs: the decisions that it names by their
// ids, each with its choice and the reason.
func TestPublishedDesignsStandBesideWhatPlumbDecides(t *testing.T) {
	text, err := os.ReadFile("docs/published.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	var a *arch.Arch
	rows := 0
	for i, line := range lines {
		if m := publishedInput.FindStringSubmatch(line); m != nil {
			a = published(t, m[1])
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		if a == nil || !strings.HasPrefix(line, "| ") || len(cells) != 5 || strings.TrimSpace(cells[0]) == "about" {
			continue
		}
		rows++
		var said []string
		for _, m := range decisionNamed.FindAllStringSubmatch(cells[2], -1) {
			said = append(said, decided(a, arch.DecisionID(m[1])))
		}
		if len(said) == 0 {
			t.Errorf("line %d names no decision: %s", i+1, cells[2])
		}
		cells[2] = strings.Join(said, "<br>")
		lines[i] = "| " + strings.TrimSpace(strings.Join(cells, " | ")) + " |"
	}
	if rows < 20 {
		t.Errorf("only %d rows", rows)
	}
	golden.Equal(t, "../docs/published.md", []byte(strings.Join(lines, "\n")))
}

func published(t *testing.T, file string) *arch.Arch {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: text, Quick: true})
	if len(d.Problems) > 0 {
		t.Fatal(d.Problems)
	}
	return d.Arch
}

// decided is a decision in a cell; one that was not to be taken says so.
func decided(a *arch.Arch, id arch.DecisionID) string {
	d := a.Decision(id)
	if d == nil {
		if i := slices.IndexFunc(a.Decisions, func(d arch.Decision) bool { return d.Question == string(id) }); i < 0 {
			return fmt.Sprintf("`%s`: does not arise", id)
		}
		return fmt.Sprintf("`%s`: arises elsewhere", id)
	}
	return fmt.Sprintf("`%s`: **%s**; %s", id, d.NameOf(d.Choice), strings.ReplaceAll(d.Because.String(), "|", `\|`))
}
