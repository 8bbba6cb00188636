package plumb_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"plumb.dev/plumb/cli"
)

var shownOutput = regexp.MustCompile("(?s)<!-- output: ([^>]+) -->\n```text\n(.*?)```")

// Documents that show plumb's output show what it prints today. PLUMB_UPDATE=1
// writes it again.
func TestDocumentsShowWhatPlumbPrints(t *testing.T) {
	for _, name := range []string{"README.md", "docs/tutorial.md", "docs/exploration.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		blocks := shownOutput.FindAllStringSubmatch(string(text), -1)
		if len(blocks) == 0 {
			t.Errorf("%s shows no output", name)
		}
		updated := string(text)
		for _, b := range blocks {
			got := output(t, strings.Fields(b[1]))
			if got == b[2] {
				continue
			}
			if os.Getenv("PLUMB_UPDATE") == "" {
				t.Errorf("%s: plumb %s prints something else; PLUMB_UPDATE=1 writes it again:\n%s", name, b[1], got)
			}
			updated = strings.Replace(updated, b[0], "<!-- output: "+b[1]+" -->\n```text\n"+got+"```", 1)
		}
		if os.Getenv("PLUMB_UPDATE") != "" {
			if err := os.WriteFile(name, []byte(updated), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// output runs plumb in process as a person without a terminal would.
func output(t *testing.T, args []string) string {
	t.Helper()
	var out, problems bytes.Buffer
	env := cli.Env{Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &problems, Today: "2026-01-31", NoColor: true, Width: 100}
	cli.Main(env)
	return problems.String() + out.String()
}
