// Package adr writes a decision record for each significant decision, in the form
// of Markdown Any Decision Records 4.0 (https://adr.github.io/madr/), and the index
// of the records.
//
// Input is [arch.Arch]; output is adr/README.md and a file for each record, named
// by the decision's number, which the lock keeps. A record is a rendering of
// [arch.Decision]: the requirements that argued are quoted with their place, the
// options are compared in the units in which they were computed, and what would
// change the choice is a number. Dates come from the lock; this package knows no
// clock.
//
// Start reading at record.md.tmpl, which looks like a record.
package adr

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

//go:embed *.tmpl
var templates embed.FS

// Files returns the records and their index; nothing for a system without a
// significant decision. An error is a fault of plumb.
func Files(a *arch.Arch) ([]emit.File, error) {
	v := view{Arch: a, stated: statedUnder(a.Facts)}
	records := v.Records()
	if len(records) == 0 {
		return nil, nil
	}
	t, err := template.New("adr").Funcs(v.functions()).ParseFS(templates, "*.tmpl")
	if err != nil {
		return nil, err
	}
	files := make([]emit.File, 0, len(records)+1)
	add := func(path, name string, data any) error {
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, name, data); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		files = append(files, emit.File{Path: path, Data: []byte(frontMatter(b.String()))})
		return nil
	}
	if err := add("adr/README.md", "index.md.tmpl", v); err != nil {
		return nil, err
	}
	for _, r := range records {
		name, data := "record.md.tmpl", any(r.decision)
		if r.decision == nil {
			name, data = "former.md.tmpl", r.former
		}
		if err := add(r.path, name, data); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// frontMatter keeps what stands between the rules at the top as it is and tidies
// the rest.
func frontMatter(text string) string {
	if !strings.HasPrefix(text, "---\n") {
		return markdown.Tidy(text)
	}
	head, body, _ := strings.Cut(text[4:], "\n---\n")
	return "---\n" + head + "\n---\n\n" + markdown.Tidy(body)
}

// view is the system as the templates see it.
type view struct {
	*arch.Arch

	stated map[arch.Path][]*fact.Fact // by the path of the fact and by each path above it
}

// entry is a line of the index with what it leads to.
type entry struct {
	Number                            int
	Title, Choice, Status, Date, File string

	path     string
	decision *arch.Decision
	former   *arch.Former
}

// Records lists the significant decisions and the former ones, by number.
func (v view) Records() []entry {
	var out []entry
	for i := range v.Decisions {
		if d := &v.Decisions[i]; d.Significant {
			out = append(out, entry{Number: d.Number, Title: d.Title, Choice: choice(d), Status: status(d), Date: d.Date, path: d.Record(), decision: d})
		}
	}
	for i := range v.Former {
		f := &v.Former[i]
		out = append(out, entry{Number: f.Number, Title: f.Title, Choice: f.Choice, Status: v.formerStatus(f), Date: f.Date, path: f.Record(), former: f})
	}
	for i := range out {
		out[i].File = strings.TrimPrefix(out[i].path, "adr/")
	}
	slices.SortStableFunc(out, func(a, b entry) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

func status(d *arch.Decision) string { return cmp.Or(d.Status, "proposed") }

func (v view) formerStatus(f *arch.Former) string {
	if f.By == 0 {
		return "deprecated"
	}
	return fmt.Sprintf("superseded by ADR-%04d", f.By)
}
