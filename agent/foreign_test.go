package agent_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/agent"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/internal/judge"
)

// foreign is a coding agent of somebody else, with a home of its own and plumb on its
// path.
type foreign struct {
	t    *testing.T
	args []string
	env  []string
	home string
}

func newForeign(t *testing.T, args ...string) *foreign {
	t.Helper()
	bin, home := t.TempDir(), t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "plumb"), "../cmd/plumb").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return &foreign{t: t, args: args, home: home, env: append(os.Environ(),
		"HOME="+home, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "NO_COLOR=1", "GEMINI_CLI_TRUST_WORKSPACE=true")}
}

// says runs the agent in a directory and returns all it says.
func (f *foreign) says(dir string, args ...string) (string, error) {
	f.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	all := append(append([]string{}, f.args[1:]...), args...)
	cmd := exec.CommandContext(ctx, f.args[0], all...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, f.env, time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// must demands that the agent is content and says something.
func (f *foreign) must(dir, want string, args ...string) string {
	f.t.Helper()
	out, err := f.says(dir, args...)
	if err != nil || !strings.Contains(out, want) {
		f.t.Errorf("%v: %v, expected %q in\n%s", args, err, want, out)
	}
	return out
}

// files writes files below a directory.
func files(t *testing.T, dir string, list []emit.File) {
	t.Helper()
	if _, err := emit.Write(dir, list, emit.Options{}); err != nil {
		t.Fatal(err)
	}
}

// Gemini CLI finds what is installed for it, connects to the server, and has nothing
// against the extension; one that is broken it refuses.
func TestGeminiTakesWhatIsInstalled(t *testing.T) {
	at := judge.RequirePackages(t, "tools/agents/gemini")
	f := newForeign(t, "node", filepath.Join(at, "node_modules", "@google", "gemini-cli", "bundle", "gemini.js"))
	repo := t.TempDir()
	put(t, repo, ".gemini/settings.json", "{\n  \"model\": {\"name\": \"mine\"}\n}\n")
	if r := install(t, repo); len(r.Of(emit.Refused)) > 0 {
		t.Fatalf("%v", r.Entries)
	}
	if out := f.must(repo, "plumb: plumb mcp (stdio) - Connected", "mcp", "list"); strings.Contains(out, "Error") {
		t.Errorf("the agent complains:\n%s", out)
	}
	if out := f.must(repo, "backend-architect [Enabled]", "skills", "list"); strings.Contains(out, "Error") {
		t.Errorf("the agent complains:\n%s", out)
	}
	extension := t.TempDir()
	files(t, extension, agent.Extension())
	f.must(repo, "has been successfully validated", "extensions", "validate", extension)
	if out := f.must(repo, "installed successfully", "extensions", "install", extension, "--consent"); strings.Contains(out, "Error") {
		t.Errorf("the agent complains:\n%s", out)
	}
	if err := os.Remove(filepath.Join(extension, "GEMINI.md")); err != nil {
		t.Fatal(err)
	}
	if out, err := f.says(repo, "extensions", "validate", extension); err == nil {
		t.Errorf("a broken extension passes:\n%s", out)
	}
}
