// Package golden compares what a test made with a file of its testdata, which a
// person has read. Tests use it; the product never imports it.
//
// With PLUMB_UPDATE=1 in the environment the file is written instead; the difference
// is then reviewed like any other change.
package golden

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Equal fails the test at the first line in which got differs from testdata/name.
func Equal(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if os.Getenv("PLUMB_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s does not exist: run the test with PLUMB_UPDATE=1 and read what it writes", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, was, is := firstDifference(want, got); line > 0 {
		t.Errorf("%s:%d\n  has  %s\n  made %s\nPLUMB_UPDATE=1 accepts what was made", path, line, was, is)
	}
}

// firstDifference returns the first line, counted from 1, in which two texts differ;
// 0 when they are equal.
func firstDifference(want, got []byte) (line int, was, is string) {
	w, g := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range max(len(w), len(g)) {
		var a, b []byte
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if !bytes.Equal(a, b) || i >= len(w) || i >= len(g) {
			return i + 1, string(a), string(b)
		}
	}
	return 0, "", ""
}
