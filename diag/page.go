package diag

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed codes/*.md
var pages embed.FS

// Page returns the Markdown page of a code: its meaning, a failing input and the
// repaired one. The second result is false for an unknown code.
func Page(code Code) (string, bool) {
	text, err := pages.ReadFile("codes/" + string(code) + ".md")
	return string(text), err == nil
}

// Codes lists every code that has a page, sorted.
func Codes() []Code {
	names, err := fs.Glob(pages, "codes/*.md")
	if err != nil {
		panic("diag: the embedded pages cannot be listed: " + err.Error())
	}
	out := make([]Code, len(names))
	for i, n := range names {
		out[i] = Code(strings.TrimSuffix(strings.TrimPrefix(n, "codes/"), ".md"))
	}
	slices.Sort(out)
	return out
}
