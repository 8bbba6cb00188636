package mcp_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/agent"
)

func TestToolsAreFewAndSayWhatTheyDo(t *testing.T) {
	c := connect(t, workspace(t, ""), nil)
	list, err := c.ListTools(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(list.Tools); n > 12 {
		t.Errorf("%d tools, at most twelve", n)
	}
	writes := []string{"answer", "decide", "emit", "intake"}
	for _, tool := range list.Tools {
		a := tool.Annotations
		if a == nil || a.ReadOnlyHint == slices.Contains(writes, tool.Name) {
			t.Errorf("%s does not say whether it only reads", tool.Name)
		}
		if a.OpenWorldHint == nil || *a.OpenWorldHint || a.DestructiveHint == nil || *a.DestructiveHint {
			t.Errorf("%s claims to reach outside or to destroy", tool.Name)
		}
		if tool.Description == "" || tool.OutputSchema == nil || tool.InputSchema == nil {
			t.Errorf("%s lacks a description or a schema", tool.Name)
		}
	}
}

var examples = []string{"petclinic", "cargo", "harbour"}

// reading are calls that answer about any example.
func reading(name string) []struct {
	tool string
	with map[string]any
} {
	return []struct {
		tool string
		with map[string]any
	}{
		{"design", nil}, {"explain", map[string]any{"name": "D1"}}, {"explain", map[string]any{"name": name}},
		{"explain", map[string]any{"name": "model.unknown-name"}},
		{"whatif", map[string]any{"set": []string{"peak=3x"}}}, {"check", nil},
		{"simulate", nil}, {"simulate", map[string]any{"load": "peak", "seed": 7}},
		{"query", map[string]any{"kind": "elements"}}, {"query", map[string]any{"kind": "elements", "name": "operations"}},
		{"query", map[string]any{"kind": "impact", "name": name}}, {"intake", map[string]any{"file": "plumb.yaml"}},
	}
}

func useCaseOf(t *testing.T, example string) string {
	t.Helper()
	text := get(t, filepath.Join("..", "examples", example), "plumb.yaml")
	_, rest, _ := strings.Cut(text, "\nuse_cases:\n")
	return regexp.MustCompile(`(?m)^  (\w+):`).FindStringSubmatch(rest)[1]
}

func TestAnswersKeepTheirBudget(t *testing.T) {
	for _, example := range examples {
		c := connect(t, workspace(t, example), nil)
		for _, r := range reading(useCaseOf(t, example)) {
			if r.tool == "simulate" && r.with != nil && example != "petclinic" {
				continue // minutes of simulated load say nothing more about length
			}
			with := map[string]any{}
			for k, v := range r.with {
				with[k] = v
			}
			answer := must(t, c, r.tool, with)
			if n := estimate(answer.text); n > 2000 || n == 0 {
				t.Errorf("%s: %s %v has about %d tokens", example, r.tool, with, n)
			}
			if !strings.Contains(answer.text, "\nNext\n") {
				t.Errorf("%s: %s %v does not say what is next", example, r.tool, with)
			}
			if r.tool == "design" {
				with["detail"] = true
				if more := must(t, c, r.tool, with); len(more.text) <= len(answer.text) || estimate(more.text) > 10000 {
					t.Errorf("%s: %s in detail has about %d tokens, without %d", example, r.tool, estimate(more.text), estimate(answer.text))
				}
			}
		}
	}
}

// estimate counts tokens in another way than the server does: four characters each.
func estimate(s string) int { return (len(s) + 3) / 4 }

func TestTheSameCallGivesTheSameAnswer(t *testing.T) {
	for _, example := range examples[:1] {
		one, two := connect(t, workspace(t, example), nil), connect(t, workspace(t, example), nil)
		for _, r := range reading(useCaseOf(t, example)) {
			a, b := must(t, one, r.tool, r.with), must(t, two, r.tool, r.with)
			if a.text != b.text || a.raw != b.raw {
				t.Errorf("%s: %s %v differs between two servers", example, r.tool, r.with)
			}
			if again := must(t, one, r.tool, r.with); again.raw != a.raw {
				t.Errorf("%s: %s %v differs the second time", example, r.tool, r.with)
			}
		}
	}
}

func TestReadingToolsWriteNothing(t *testing.T) {
	dir := workspace(t, "petclinic")
	c := connect(t, dir, nil)
	for _, r := range reading("FindOwners") {
		must(t, c, r.tool, r.with)
	}
	must(t, c, "emit", nil)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("the workspace holds %v now", entries)
	}
}

func TestEveryResourceCanBeRead(t *testing.T) {
	c := connect(t, workspace(t, "petclinic"), nil)
	ctx := context.Background()
	list, err := c.ListResources(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	uris := []string{"plumb://decision/D1", "plumb://diagnostic/model.unknown-name", "plumb://file/DESIGN.md", "plumb://design?file=plumb.yaml"}
	for _, r := range list.Resources {
		uris = append(uris, r.URI)
	}
	for _, uri := range uris {
		res, err := c.ReadResource(ctx, &sdk.ReadResourceParams{URI: uri})
		if err != nil || len(res.Contents) != 1 || res.Contents[0].Text == "" || res.Contents[0].MIMEType == "" {
			t.Errorf("%s: %v", uri, err)
		}
	}
	for _, uri := range []string{"plumb://decision/D999", "plumb://file/../plumb.yaml", "plumb://nothing", "plumb://file/etc/passwd", "plumb://design?file=../x", "plumb://design?file=/etc/passwd"} {
		if _, err := c.ReadResource(ctx, &sdk.ReadResourceParams{URI: uri}); err == nil {
			t.Errorf("%s can be read", uri)
		}
	}
}

func TestPromptsAreWholeSentences(t *testing.T) {
	c := connect(t, workspace(t, ""), nil)
	ctx := context.Background()
	list, err := c.ListPrompts(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Prompts) != 4 {
		t.Errorf("%d prompts", len(list.Prompts))
	}
	for _, p := range list.Prompts {
		res, err := c.GetPrompt(ctx, &sdk.GetPromptParams{Name: p.Name, Arguments: map[string]string{p.Arguments[0].Name: "XYZ"}})
		if err != nil {
			t.Fatal(err)
		}
		if text := res.Messages[0].Content.(*sdk.TextContent).Text; !strings.Contains(text, "XYZ") || strings.Contains(text, "%!") {
			t.Errorf("%s: %s", p.Name, text)
		}
	}
}

func TestTheAgentKnowsEveryToolByItsName(t *testing.T) {
	c := connect(t, workspace(t, ""), nil)
	list, err := c.ListTools(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range agent.Plugin() {
		if f.Path != "agents/backend-architect.md" {
			continue
		}
		for _, tool := range list.Tools {
			if !strings.Contains(string(f.Data), ", mcp__plumb__"+tool.Name) || !strings.Contains(string(f.Data), ", mcp__plugin_plumb_plumb__"+tool.Name) {
				t.Errorf("%s may not be used by the agent", tool.Name)
			}
		}
		if n := strings.Count(string(f.Data), "mcp__plumb__"); n != len(list.Tools) {
			t.Errorf("the agent names %d tools of %d", n, len(list.Tools))
		}
	}
}
