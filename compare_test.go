package plumb_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diff"
)

func compared(t *testing.T, from, to string) *plumb.Comparison {
	t.Helper()
	side := func(text string) plumb.Side {
		d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: []byte(text), Quick: true})
		if d.Arch == nil {
			t.Fatal(d.Problems)
		}
		return plumb.Side{Arch: d.Arch, Design: d, Problems: d.Problems}
	}
	c, err := plumb.Compare(side(from), side(to))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const shed = `system: Tool shed
actors: {member: {accounts: 2k}}
domain:
  Tool: {fields: {name: text, kind: text}, volume: 2k}
use_cases:
  AddTool: {by: member, creates: Tool, peak: 5/s}
  ListTools: {by: member, reads: [Tool], result: list}
`

// Two facts changed, and both lie below both decisions; each is flipped by one.
func TestAFlippedDecisionNamesTheFactThatFlipsItAlone(t *testing.T) {
	c := compared(t, shed, strings.NewReplacer("2k}}", "500k}}", "peak: 5/s", "peak: 900/s").Replace(shed))
	want := map[string]arch.FactChange{
		"identity": {Fact: "actors.member.accounts", From: "2000", To: "500k"},
		"zones":    {Fact: "use_cases.AddTool.peak", From: "5/s", To: "900/s"},
	}
	for _, x := range c.Changes {
		if w, asked := want[x.ID]; asked && x.Kind == "decision" && x.Op == diff.Flipped {
			if len(x.Facts) != 1 || x.Facts[0] != w {
				t.Errorf("%s comes from %v, want %v", x.ID, x.Facts, w)
			}
			delete(want, x.ID)
		}
	}
	if len(want) > 0 {
		t.Errorf("not flipped: %v", want)
	}
}

func TestADesignComparedWithItselfIsTheSame(t *testing.T) {
	if c := compared(t, shed, shed); len(c.Changes)+len(c.Contracts)+len(c.Problems) > 0 {
		t.Errorf("%+v", c)
	}
}
