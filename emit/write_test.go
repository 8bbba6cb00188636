package emit

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// list makes files from pairs of path and content.
func list(pairs ...string) []File {
	var out []File
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, File{pairs[i], []byte(pairs[i+1])})
	}
	return out
}

// contents reads a directory as path to content, plumb's own records left out.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		rel = filepath.ToSlash(rel)
		if rel == ownDir {
			return filepath.SkipDir
		}
		if e.Type()&os.ModeSymlink != 0 {
			to, err := os.Readlink(p)
			out[rel] = "link to " + to
			return err
		}
		if !e.IsDir() {
			data, err := os.ReadFile(p)
			out[rel] = string(data)
			return err
		}
		return nil
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

func asMap(files []File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		out[f.Path] = string(f.Data)
	}
	return out
}

func mustWrite(t *testing.T, dir string, files []File, o Options) Report {
	t.Helper()
	r, err := Write(dir, files, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func statuses(r Report) string {
	var b strings.Builder
	for _, e := range r.Entries {
		b.WriteString(e.Path + " " + e.Status.String() + "\n")
	}
	return b.String()
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWriteReportsWhatHappenedToEachFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "out")
	first := list("DESIGN.md", "one", "adr/0001-store.md", "store", "contracts/a/openapi.yaml", "a")
	r := mustWrite(t, dir, first, Options{})
	if got := r.String(); got != "3 created" {
		t.Errorf("first write: %s", got)
	}
	second := list("DESIGN.md", "two!", "contracts/a/openapi.yaml", "a", "plan.json", "{}")
	r = mustWrite(t, dir, second, Options{})
	want := "DESIGN.md changed\nadr/0001-store.md removed\ncontracts/a/openapi.yaml unchanged\nplan.json created\n"
	if got := statuses(r); got != want {
		t.Errorf("second write:\n%swant\n%s", got, want)
	}
	if r.Entries[0].Bytes != 4 || r.Entries[1].Bytes != 5 {
		t.Errorf("sizes: %+v", r.Entries)
	}
	if got := contents(t, dir); !maps.Equal(got, asMap(second)) {
		t.Errorf("the directory holds %v", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "adr")); err == nil {
		t.Error("the emptied directory is still there")
	}
}

func TestWriteLeavesNothingBehindButTheManifest(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, list("a", "1"), Options{})
	left, err := os.ReadDir(filepath.Join(dir, ownDir))
	if err != nil || len(left) != 1 || left[0].Name() != "manifest.json" {
		t.Errorf("left: %v %v", left, err)
	}
}

func TestWriteTouchesNothingWhenAllIsUpToDate(t *testing.T) {
	dir := t.TempDir()
	files := list("a", "1", "b/c", "2")
	mustWrite(t, dir, files, Options{})
	r, err := write(dir, files, Options{}, func(change string) error {
		if strings.HasPrefix(change, "clear") {
			return nil
		}
		return errors.New("changed: " + change)
	})
	if err != nil || !r.UpToDate() {
		t.Errorf("%v, %v", r, err)
	}
}

func TestWriteRefusesAPersonsWorkAndThenWritesNothing(t *testing.T) {
	ours := list("DESIGN.md", "ours", "adr/README.md", "index")
	next := list("DESIGN.md", "newer", "adr/README.md", "newer", "plan.json", "{}")
	cases := map[string]struct {
		disturb func(t *testing.T, dir string)
		path    string
		reason  string
	}{
		"an edited file":                {func(t *testing.T, dir string) { put(t, dir+"/DESIGN.md", "ours, and mine") }, "DESIGN.md", "edited"},
		"an edit of the same length":    {func(t *testing.T, dir string) { put(t, dir+"/DESIGN.md", "mine") }, "DESIGN.md", "edited"},
		"a file never written by plumb": {func(t *testing.T, dir string) { put(t, dir+"/plan.json", "mine") }, "plan.json", "not written by plumb"},
		"a directory in the way":        {func(t *testing.T, dir string) { put(t, dir+"/plan.json/x", "mine") }, "plan.json", "is a directory"},
		"a file for a directory": {func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir + "/adr"); err != nil {
				t.Fatal(err)
			}
			put(t, dir+"/adr", "mine")
		}, "adr/README.md", "adr is a file"},
		"a link in place of a file": {func(t *testing.T, dir string) {
			link(t, filepath.Join(t.TempDir(), "elsewhere"), dir+"/plan.json")
		}, "plan.json", "symbolic link"},
		"a link in place of a directory": {func(t *testing.T, dir string) {
			other := t.TempDir()
			put(t, other+"/README.md", "index")
			if err := os.RemoveAll(dir + "/adr"); err != nil {
				t.Fatal(err)
			}
			link(t, other, dir+"/adr")
		}, "adr/README.md", "adr is a symbolic link"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mustWrite(t, dir, ours, Options{})
			c.disturb(t, dir)
			before := contents(t, dir)
			r, err := Write(dir, next, Options{})
			var refused *RefusedError
			if !errors.As(err, &refused) || len(refused.Files) != 1 {
				t.Fatalf("error %v", err)
			}
			if f := refused.Files[0]; f.Path != c.path || !strings.Contains(f.Reason, c.reason) {
				t.Errorf("refused %+v", f)
			}
			if !strings.Contains(err.Error(), c.path) || !strings.Contains(err.Error(), "move or delete") {
				t.Errorf("the error names no file or no remedy: %v", err)
			}
			if len(r.Entries) != 3 {
				t.Errorf("the report does not cover every file: %v", r.Entries)
			}
			if got := contents(t, dir); !maps.Equal(got, before) {
				t.Errorf("written all the same: %v", got)
			}
		})
	}
}

func link(t *testing.T, to, from string) {
	t.Helper()
	if err := os.Symlink(to, from); err != nil {
		t.Fatal(err)
	}
}

func TestWriteListsEveryRefusedFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/a", "mine")
	put(t, dir+"/b", "mine too")
	_, err := Write(dir, list("a", "1", "b", "2", "c", "3"), Options{})
	var refused *RefusedError
	if !errors.As(err, &refused) || len(refused.Files) != 2 {
		t.Fatalf("error %v", err)
	}
}

func TestKeptFilesStayAndStopNothing(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, list("DESIGN.md", "ours", "old.md", "old", "plan.json", "1"), Options{})
	put(t, dir+"/DESIGN.md", "mine")
	keep := Options{Keep: []string{"DESIGN.md", "old.md"}}
	r := mustWrite(t, dir, list("DESIGN.md", "newer", "plan.json", "2"), keep)
	if got := statuses(r); got != "DESIGN.md kept\nold.md kept\nplan.json changed\n" {
		t.Error(got)
	}
	want := map[string]string{"DESIGN.md": "mine", "old.md": "old", "plan.json": "2"}
	if got := contents(t, dir); !maps.Equal(got, want) {
		t.Error(got)
	}
	if _, err := Write(dir, list("DESIGN.md", "newer", "plan.json", "2"), Options{}); err == nil {
		t.Error("the edit is forgotten once it was kept")
	}
}

func TestAnEditedFileThatPlumbMakesNoMoreIsLeftToThePerson(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, list("a", "1", "b", "2"), Options{})
	put(t, dir+"/b", "mine")
	r := mustWrite(t, dir, list("a", "1"), Options{})
	if got := statuses(r); got != "a unchanged\nb kept\n" {
		t.Error(got)
	}
	r = mustWrite(t, dir, list("a", "1"), Options{})
	if got := statuses(r); got != "a unchanged\n" {
		t.Errorf("still told of: %s", got)
	}
	if _, err := Write(dir, list("a", "1", "b", "2"), Options{}); err == nil {
		t.Error("the person's file was overwritten")
	}
}

func TestADeletedFileIsMadeAgain(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, list("a", "1", "b", "2"), Options{})
	if err := os.Remove(dir + "/a"); err != nil {
		t.Fatal(err)
	}
	r := mustWrite(t, dir, list("a", "1", "b", "2"), Options{})
	if got := statuses(r); got != "a created\nb unchanged\n" {
		t.Error(got)
	}
}

func TestFilesAreRecognisedWithoutAManifest(t *testing.T) {
	dir := t.TempDir()
	files := list("a", "1", "b/c", "2")
	mustWrite(t, dir, files, Options{})
	if err := os.RemoveAll(dir + "/.plumb"); err != nil {
		t.Fatal(err)
	}
	if r := mustWrite(t, dir, files, Options{}); !r.UpToDate() {
		t.Error(statuses(r))
	}
	if r := mustWrite(t, dir, list("a", "2"), Options{}); statuses(r) != "a changed\nb/c removed\n" {
		t.Error(statuses(r))
	}
}

func TestABrokenManifestIsRefusedWithARemedy(t *testing.T) {
	for _, text := range []string{
		"<<<<<<< HEAD\n{}\n", "[]", `{"format":"plumb.manifest/9","files":{}}`,
		`{"format":"plumb.manifest/1","files":{"../x":{"sha256":"","bytes":0}}}`, "",
	} {
		dir := t.TempDir()
		put(t, dir+"/.plumb/manifest.json", text)
		_, err := Write(dir, list("a", "1"), Options{})
		if err == nil || !strings.Contains(err.Error(), "delete it") {
			t.Errorf("%q: %v", text, err)
		}
		if got := contents(t, dir); len(got) != 0 {
			t.Errorf("%q: written all the same", text)
		}
	}
}

func TestWriteRefusesPathsThatNoDirectoryShouldHold(t *testing.T) {
	for _, p := range []string{
		"../x", "/etc/x", "a/../../x", "", ".", "a//b", "a/", ".plumb/manifest.json", ".PLUMB/x",
		`a\b`, "c:x", "a\x00b", "a\nb", "what?",
	} {
		dir := t.TempDir()
		if _, err := Write(dir, list(p, "1"), Options{}); err == nil {
			t.Errorf("%q was written", p)
		}
		if _, err := Compare(dir, list(p, "1"), Options{}); err == nil {
			t.Errorf("%q was compared", p)
		}
	}
	for _, files := range [][]File{
		list("a", "1", "a", "2"), list("README.md", "1", "readme.md", "2"), list("a", "1", "a/b", "2"), list("a/b/c", "1", "a", "2"),
	} {
		if _, err := Write(t.TempDir(), files, Options{}); err == nil {
			t.Errorf("%v was written", files)
		}
	}
}

func TestWriteKeepsTheModeOfAFile(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, list("run.sh", "1"), Options{})
	if err := os.Chmod(dir+"/run.sh", 0o775); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, dir, list("run.sh", "2"), Options{})
	info, err := os.Stat(dir + "/run.sh")
	if err != nil || info.Mode().Perm() != 0o775 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestCompareSeesWhatWriteWouldDoAndChangesNothing(t *testing.T) {
	dir := t.TempDir()
	first, second := list("a", "1", "b", "2"), list("a", "9", "c/d", "3")
	mustWrite(t, dir, first, Options{})
	r, err := Compare(dir, second, Options{})
	if err != nil || r.UpToDate() {
		t.Fatal(r, err)
	}
	if got := contents(t, dir); !maps.Equal(got, asMap(first)) {
		t.Errorf("changed to %v", got)
	}
	if w := mustWrite(t, dir, second, Options{}); !slices.Equal(r.Entries, w.Entries) {
		t.Errorf("compared %v, written %v", r.Entries, w.Entries)
	}
	if r, err = Compare(dir, second, Options{}); err != nil || !r.UpToDate() {
		t.Errorf("not up to date after the write: %v %v", r, err)
	}
	put(t, dir+"/a", "mine")
	if r, err = Compare(dir, second, Options{}); err != nil || r.UpToDate() {
		t.Errorf("an edit counts as up to date: %v %v", r, err)
	}
	absent := filepath.Join(dir, "absent")
	if r, err = Compare(absent, second, Options{}); err != nil || len(r.Of(Created)) != 2 {
		t.Errorf("absent directory: %v %v", r, err)
	}
	if _, err := os.Stat(absent); err == nil {
		t.Error("Compare made the directory")
	}
}

func TestASecondWriterIsTurnedAway(t *testing.T) {
	dir := t.TempDir()
	var inner error
	_, err := write(dir, list("a", "1"), Options{}, func(string) error {
		if inner == nil {
			_, inner = Write(dir, list("a", "2"), Options{})
		}
		return nil
	})
	if err != nil || !errors.Is(inner, ErrBusy) {
		t.Errorf("first: %v, second: %v", err, inner)
	}
	if got := contents(t, dir); got["a"] != "1" {
		t.Errorf("holds %v", got)
	}
	mustWrite(t, dir, list("a", "2"), Options{})
}

func TestReplaceLeavesTheOldFileWhenItFails(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "plumb.lock")
	for _, text := range []string{"one", "two"} {
		if err := Replace(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, dir); len(got) != 1 || got["plumb.lock"] != text {
			t.Errorf("holds %v", got)
		}
	}
	if err := Replace(filepath.Join(dir, "plumb.lock", "x"), nil); err == nil {
		t.Error("a file served as directory")
	}
	put(t, dir+"/full/x", "")
	if err := Replace(filepath.Join(dir, "full"), []byte("three")); err == nil {
		t.Error("a directory was replaced")
	}
	if got := contents(t, dir); len(got) != 2 || got["plumb.lock"] != "two" {
		t.Errorf("holds %v", got)
	}
}
