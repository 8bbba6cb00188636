package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb.dev/plumb/cli"
)

// Every command answers --json with one JSON value, also when it has no answer; and
// with the same one each time.
func TestEveryCommandAnswersInOneJSONValue(t *testing.T) {
	dir := t.TempDir()
	good, bad, brief := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.yaml"), filepath.Join(dir, "brief.md")
	slow := filepath.Join(dir, "slow.yaml") // beyond its capacity from the first: a sweep of it is short
	for name, text := range map[string]string{
		good: `system: Tools
domain: {Tool: {fields: {name: text}}, Loan: {fields: {of: -> Tool}}}
use_cases: {AddTool: {creates: Tool}, LendTool: {creates: Loan, reads: [Tool], peak: 5/s, latency: p99 300ms}}
scenarios: {rush: {load: 2x, holds: [errors < 1%]}}
`,
		slow: `system: Prints
domain: {Print: {fields: {name: text}}}
use_cases: {Render: {creates: Print, work: p50 5s p99 20s, peak: 1/s}}
`,
		bad:   "system: Tools\ndomian: {}\n",
		brief: "# Tools\n\nAs a member, I want to lend a tool, so that I can mend my bike.\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) (string, int) {
		var out, about bytes.Buffer
		code := cli.Main(cli.Env{Args: append(args, "--json"), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &about, Today: "2026-01-01", Width: 100})
		return out.String(), code
	}
	for _, c := range []struct {
		args string
		code int
	}{
		{"design GOOD --quick", 0}, {"design BAD", 1}, {"design NOWHERE", 2}, {"design GOOD BAD", 2}, {"design BRIEF --quick", 0},
		{"design BRIEF --lines", 0}, {"design GOOD --lines", 2}, {"design GOOD --quick -o DIR/design", 0}, {"design GOOD --quick -o DIR/design --keep X", 2},
		{"design -f GOOD --quick", 0}, {"design GOOD -f GOOD --quick", 2}, {"design GOOD --keep X", 2}, {"check GOOD --fail-on breaking", 2}, {"agent install NOWHERE", 2},
		{"questions -f GOOD --quick", 0}, {"diff GOOD BAD --quick", 3}, {"diff BAD GOOD --quick", 3}, {"answer -f GOOD assumed.patience 2s", 2},
		{"check GOOD", 0}, {"check BAD", 1}, {"check GOOD --quick -o DIR/design", 0}, {"check GOOD --explore", 0}, {"check GOOD --against DIR/design --quick", 0},
		{"explain -f GOOD tool.store --quick", 0}, {"explain -f GOOD LendTool --quick", 0}, {"explain -f GOOD nothing --quick", 2}, {"explain spec.bad-yaml", 0},
		{"explain -f GOOD tool.store --why-not mysql --quick", 0}, {"explain -f GOOD tool.store --why-not excel --quick", 2}, {"explain", 2},
		{"whatif -f GOOD peak=3x --quick", 0}, {"whatif -f GOOD nothing=3 --quick", 2}, {"whatif -f BAD peak=3x", 1},
		{"questions GOOD --quick", 0}, {"diff GOOD DIR/design --quick", 0}, {"diff NOWHERE -f GOOD --quick", 2},
		{"simulate GOOD --scenario rush --quick", 0}, {"simulate GOOD --assert --quick", 0}, {"simulate GOOD --scenario no --quick", 2},
		{"simulate GOOD --fault nonsense --quick", 2}, {"simulate SLOW --sweep --quick", 0}, {"simulate GOOD --load 2x --compare-as-if timeout all 1s", 2},
		{"schema", 0}, {"new DIR/new", 0}, {"new DIR/new", 1}, {"new DIR/from --from BRIEF", 0}, {"new DIR/more --from NOWHERE", 2},
		{"agent install DIR --for claude", 0}, {"agent plugin DIR/plugin", 0}, {"agent show", 0}, {"answer -f GOOD LendTool.peak x", 2}, {"nonsense", 2},
	} {
		words := strings.Fields(strings.NewReplacer("GOOD", good, "SLOW", slow, "BAD", bad, "BRIEF", brief, "NOWHERE", filepath.Join(dir, "nowhere"), "DIR", dir).Replace(c.args))
		out, code := run(words...)
		if code != c.code {
			t.Errorf("%s: exit code %d, not %d: %s", c.args, code, c.code, out)
		}
		var value any
		if err := json.Unmarshal([]byte(out), &value); err != nil {
			t.Errorf("%s: %v in %q", c.args, err, out)
		}
		if m, ok := value.(map[string]any); c.code == cli.ExitUsage && (!ok || m["error"] == nil) {
			t.Errorf("%s: a wrong command line gives %s", c.args, out)
		}
		if strings.HasPrefix(c.args, "new") || strings.Contains(c.args, "-o ") || strings.HasPrefix(c.args, "agent") {
			continue // what was written changes the next answer
		}
		if again, _ := run(words...); again != out {
			t.Errorf("%s answers otherwise the second time", c.args)
		}
	}
}
