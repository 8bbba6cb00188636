package mcp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// outside is a workspace with every kind of way out, and what lies outside.
func outside(t *testing.T) (dir, secret string) {
	t.Helper()
	base := t.TempDir()
	dir = filepath.Join(base, "workspace")
	put(t, base, "secret/plumb.yaml", "system: Secret\n")
	put(t, base, "secret/brief.md", "the secret number is 350/s\n")
	put(t, dir, "plumb.yaml", get(t, filepath.Join("..", "examples", "petclinic"), "plumb.yaml"))
	put(t, dir, "brief.md", "Twenty visits an hour.\n")
	for link, to := range map[string]string{
		"link": filepath.Join(base, "secret"), "up": "../secret", "file.yaml": filepath.Join(base, "secret", "plumb.yaml"),
		"self": "self", "inner": "sub",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	put(t, dir, "sub/brief.md", "inside\n")
	return dir, filepath.Join(base, "secret")
}

// ways are paths that lead, or try to lead, out of the workspace.
func ways(secret string) []string {
	return []string{
		"../secret", "../secret/plumb.yaml", "sub/../../secret/plumb.yaml", "./../secret/plumb.yaml", secret, secret + "/plumb.yaml", "/etc/passwd",
		"link", "link/plumb.yaml", "up/plumb.yaml", "file.yaml", "self", `..\secret\plumb.yaml`, "C:/secret", "C:secret", "link/../../secret/plumb.yaml",
		"//etc/passwd", "sub/../link/plumb.yaml", "\x00", "..", "../",
	}
}

func TestNothingOutsideTheWorkspaceIsRead(t *testing.T) {
	dir, secret := outside(t)
	c := connect(t, dir, nil)
	for _, way := range ways(secret) {
		for _, try := range []struct {
			tool string
			with map[string]any
		}{
			{"design", map[string]any{"file": way}}, {"check", map[string]any{"file": way}}, {"intake", map[string]any{"file": way}},
			{"explain", map[string]any{"name": "D1", "file": way}}, {"whatif", map[string]any{"set": []string{"peak=2x"}, "file": way}},
			{"query", map[string]any{"kind": "elements", "file": way}}, {"emit", map[string]any{"file": way}},
			{"answer", map[string]any{"path": "FindOwners.peak", "value": "350/s", "quote": "the secret number is 350/s", "brief": way}},
			{"answer", map[string]any{"path": "FindOwners.peak", "value": "350/s", "quote": "the secret number is 350/s", "brief": way + "/brief.md"}},
			{"intake", map[string]any{"text": "system: X", "brief": way}},
		} {
			r := call(t, c, try.tool, try.with)
			if !r.refused {
				t.Errorf("%s %v was answered: %s", try.tool, try.with, r.text)
			}
			if strings.Contains(r.text, "Secret") || strings.Contains(r.text, "secret number is 350/s\n") {
				t.Errorf("%s %v tells the secret: %s", try.tool, try.with, r.text)
			}
		}
	}
}

func TestNothingOutsideTheWorkspaceIsWritten(t *testing.T) {
	dir, secret := outside(t)
	c := connect(t, dir, nil)
	text := get(t, dir, "plumb.yaml")
	for _, way := range append(ways(secret), ".git", ".GIT/hooks", "sub/.Git", ".plumb", ".PLUMB/x", "inner", "inner/design", "link/new/design") {
		if r := call(t, c, "emit", map[string]any{"out": way, "write": true}); !r.refused {
			t.Errorf("emit to %q was answered: %s", way, r.text)
		}
		for _, name := range []string{way, way + "/new.yaml"} {
			if r := call(t, c, "intake", map[string]any{"text": text, "save_as": name}); !r.refused {
				t.Errorf("intake saved as %q: %s", name, r.text)
			}
		}
	}
	var found []string
	_ = filepath.WalkDir(filepath.Dir(dir), func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, strings.TrimPrefix(p, filepath.Dir(dir)+"/"))
		}
		return nil
	})
	if want := 2 + 2 + 1 + 5; len(found) != want {
		t.Errorf("%d files, not %d: %v", len(found), want, found)
	}
	if get(t, secret, "plumb.yaml") != "system: Secret\n" {
		t.Error("the secret has changed")
	}
}

func TestAnInputThatIsALinkIsReadAndNotWrittenThrough(t *testing.T) {
	dir := workspace(t, "petclinic")
	put(t, dir, "real/plumb.yaml", get(t, dir, "plumb.yaml"))
	if err := os.Symlink("real", filepath.Join(dir, "alias")); err != nil {
		t.Fatal(err)
	}
	c := connect(t, dir, nil)
	must(t, c, "design", map[string]any{"file": "alias"})
	mustRefuse(t, c, "symbolic link", "answer", map[string]any{"file": "alias", "path": "FindOwners.peak", "value": "40/min", "assumption": true, "because": "a guess made here", "replace": true})
}

func TestAPersonsFilesStayAsTheyAre(t *testing.T) {
	dir := workspace(t, "petclinic")
	before := get(t, dir, "plumb.yaml")
	c := connect(t, dir, nil)
	mustRefuse(t, c, "is there already", "intake", map[string]any{"text": "# other\n" + before, "save_as": "plumb.yaml"})
	put(t, dir, "design/DESIGN.md", "mine\n")
	r := must(t, c, "emit", map[string]any{"write": true})
	if r.data["wrote"] != false || !strings.Contains(r.text, "DESIGN.md") || !strings.Contains(r.text, "person") {
		t.Errorf("a person's DESIGN.md is in the way, and emit says %s", r.text)
	}
	if get(t, dir, "design/DESIGN.md") != "mine\n" || get(t, dir, "plumb.yaml") != before {
		t.Error("a person's file has changed")
	}
	r = must(t, c, "emit", map[string]any{"write": true, "keep": []string{"DESIGN.md"}})
	if r.data["wrote"] != true || get(t, dir, "design/DESIGN.md") != "mine\n" {
		t.Errorf("with keep: %s", r.text)
	}
}

func TestInputWrittenInEitherLineEndingKeepsIt(t *testing.T) {
	dir := workspace(t, "petclinic")
	put(t, dir, "plumb.yaml", strings.ReplaceAll(get(t, dir, "plumb.yaml"), "\n", "\r\n"))
	c := connect(t, dir, nil)
	must(t, c, "answer", map[string]any{"path": "BookVisit.peak", "value": "3/min", "assumption": true, "because": "two desks at most"})
	text := get(t, dir, "plumb.yaml")
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("line endings are mixed now")
	}
}
