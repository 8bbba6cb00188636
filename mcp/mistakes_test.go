package mcp_test

import (
	"context"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

func TestAWrongCallIsToldWhatWouldBeRight(t *testing.T) {
	c := connect(t, workspace(t, "petclinic"), nil)
	for _, x := range []struct {
		tool string
		with map[string]any
		why  []string
	}{
		{"intake", map[string]any{"path": "brief.md"}, []string{`intake takes no "path"`, "text, file, brief, save_as"}},
		{"intake", map[string]any{"text": 5}, []string{"text of intake must be a string, not 5"}},
		{"intake", map[string]any{"file": "requirements.md"}, []string{"write the brief there, or call intake with its text"}},
		{"explain", map[string]any{"whynot": "kafka"}, []string{`takes no "whynot" (did you mean why_not?)`, "explain needs name"}},
		{"whatif", map[string]any{"set": "peak=3x"}, []string{"set of whatif must be a list of strings"}},
		{"simulate", map[string]any{"seed": -1}, []string{"seed of simulate must be a whole number"}},
		{"emit", map[string]any{"write": "yes"}, []string{"write of emit must be true or false"}},
		{"explain", map[string]any{"name": "Ownr"}, []string{"did you mean Owner?"}},
		{"decide", map[string]any{"decision": "D1", "choose": "per-context", "because": "..."}, []string{"needs its reason"}},
		{"emit", map[string]any{"keep": []string{"DESIGN.md"}}, []string{`keep names "DESIGN.md", which is no file of design`}},
		{"query", map[string]any{"kind": "path", "name": "Owner"}, []string{"a path has two ends"}},
		{"query", map[string]any{"kind": "elements", "name": "stroes"}, []string{"did you mean stores?"}},
		{"check", map[string]any{"against": "old"}, []string{"old is neither an input of the workspace nor a written design"}},
	} {
		for _, why := range x.why {
			mustRefuse(t, c, why, x.tool, x.with)
		}
	}
	_, err := c.CallTool(context.Background(), &sdk.CallToolParams{Name: "Design"})
	if err == nil || !strings.Contains(err.Error(), "did you mean design?") {
		t.Errorf("a tool in another case gives %v", err)
	}
}

func TestAFactIsFoundByItsNameWithoutItsSection(t *testing.T) {
	c := connect(t, workspace(t, "petclinic"), nil)
	if r := must(t, c, "explain", map[string]any{"name": "FindOwners.latency"}); !strings.Contains(r.text, "- use_cases.FindOwners.latency.") {
		t.Errorf("the parts of the fact are not shown:\n%s", r.text)
	}
	if r := must(t, c, "explain", map[string]any{"name": "BookVisit.peak"}); !strings.Contains(r.text, "- use_cases.BookVisit.peak = ") {
		t.Errorf("the fact is not shown:\n%s", r.text)
	}
}

// What a fact shares its place with was stated, and stays as it is with its source.
func TestAFactBesideAnotherInOneValueIsAddedAndReplacesNone(t *testing.T) {
	dir := workspace(t, "")
	put(t, dir, "plumb.yaml", `system: Shed
context:
  teams: {front: 5, back: 4}  # "front has 5, back has 4"
domain:
  Tool: {owner: front, fields: {name: text}}
  Loan: {owner: back, fields: {tool: -> Tool}}
use_cases:
  AddTool: {by: member, creates: Tool}
  Lend: {by: member, creates: Loan, reads: [Tool]}
`)
	c := connect(t, dir, nil)
	assume := func(path, value string) map[string]any {
		return map[string]any{"path": path, "value": value, "assumption": true, "because": "as other teams of that size"}
	}
	must(t, c, "answer", assume("context.teams.front.releases", "2/week"))
	must(t, c, "answer", assume("context.teams.front.releases", "3/week"))
	want := `teams: {front: {people: 5, releases: 3/week}, back: 4}  # "front has 5, back has 4"  # releases: assumed, as other teams of that size`
	if got := get(t, dir, "plumb.yaml"); !strings.Contains(got, want+"\n") {
		t.Errorf("the input holds\n%s", got)
	}
	mustRefuse(t, c, "is stated as 5", "answer", assume("context.teams.front.people", "7"))
}

func TestWhatIfLeadsToDecidingAnOptionAndStatingAFact(t *testing.T) {
	c := connect(t, workspace(t, "petclinic"), nil)
	if r := must(t, c, "whatif", map[string]any{"set": []string{"broker=kafka"}}); !strings.Contains(r.text, `- decide {"because":"...","choose":"kafka","decision":"broker"}`) {
		t.Errorf("an option leads to\n%s", r.text)
	}
	if r := must(t, c, "whatif", map[string]any{"set": []string{"BookVisit.peak=2/s"}}); !strings.Contains(r.text, `- answer {"path":"use_cases.BookVisit.peak","quote":"...",`) {
		t.Errorf("a fact leads to\n%s", r.text)
	}
}

func TestCheckSaysThatNothingIsWrittenAndIsNextAfterWriting(t *testing.T) {
	c := connect(t, workspace(t, "petclinic"), nil)
	if r := must(t, c, "check", map[string]any{"out": "plans"}); !strings.Contains(r.text, "No design is written there.") {
		t.Errorf("check says\n%s", r.text)
	}
	if r := must(t, c, "emit", map[string]any{"out": "plans", "write": true}); !strings.Contains(r.text, `- check {"out":"plans"}`) {
		t.Errorf("emit leads to\n%s", r.text)
	}
	if r := must(t, c, "check", map[string]any{"out": "plans"}); !strings.Contains(r.text, "Fine") {
		t.Errorf("check says\n%s", r.text)
	}
}

// What nothing is taken for has its key all the same.
func TestAFactThatNothingIsTakenForCanBeAnswered(t *testing.T) {
	dir := workspace(t, "")
	put(t, dir, "plumb.yaml", "system: Shed\nexternals: {bank: {}}\ndomain:\n  Tool: {fields: {name: text}}\nuse_cases:\n  AddTool: {creates: Tool, calls: [bank]}\n  ListTools: {reads: [Tool], result: list}\n")
	c := connect(t, dir, nil)
	for path, value := range map[string]string{
		"context.budget": "500 EUR/month", "ListTools.stale": "5min", "Tool.retained": "2y", "externals.bank.limit": "20/s", "AddTool.available": "99.5%",
	} {
		r := must(t, c, "answer", map[string]any{"path": path, "value": value, "assumption": true, "because": "as is usual here"})
		if !strings.Contains(get(t, dir, "plumb.yaml"), value) {
			t.Errorf("%s is not in the input after\n%s", value, r.text)
		}
	}
	must(t, c, "design", nil)
}
