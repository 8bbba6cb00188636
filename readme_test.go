package plumb_test

import (
	"bytes"
	"os"
	"path/filepath"
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

var (
	fenced   = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```")
	codeSpan = regexp.MustCompile("`(plumb [a-z][^`\n]*)`")
	started  = regexp.MustCompile(`(?m)^\s*(?:\$ |go run \./cmd/)?(plumb [a-z-]+(?: .*)?)$`)
	quoted   = regexp.MustCompile(`'[^']*'|"[^"]*"`)
	usage    = regexp.MustCompile(`(?m)^Usage:\n  plumb ([a-z]+(?: [a-z]+)?)`)
)

// Every command that a document shows exists, and takes the flags it is shown with.
func TestDocumentsShowCommandsThatExist(t *testing.T) {
	names, err := filepath.Glob("*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*.md", "docs/*.md", "agent/*.md", "agent/plugin/*/*.md", "agent/plugin/*/*/*.md", ".github/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, more...)
	}
	shown := map[string]string{} // each command, and where it stands
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
			for _, line := range started.FindAllStringSubmatch(block[1], -1) {
				shown[line[1]] = name
			}
		}
		for _, span := range codeSpan.FindAllStringSubmatch(fenced.ReplaceAllString(string(text), ""), -1) {
			shown[span[1]] = name
		}
	}
	if len(shown) < 40 {
		t.Errorf("only %d commands found", len(shown))
	}
	for command, name := range shown {
		line, _, _ := strings.Cut(command, "  #")
		line, _, _ = strings.Cut(line, " | ")
		line, _, _ = strings.Cut(line, " > ")
		args := strings.Fields(quoted.ReplaceAllString(line, "quoted"))[1:]
		if last := args[len(args)-1]; strings.HasPrefix(last, "-") {
			args = append(args, "its-value")
		}
		got := output(t, append(args, "--help"))
		m := usage.FindStringSubmatch(got)
		if m == nil || !strings.HasPrefix(strings.Join(args, " ")+" ", m[1]+" ") {
			t.Errorf("%s shows %q, which plumb does not take:\n%s", name, command, got)
		}
	}
}
