// Package document writes DESIGN.md, the design as a person reads it.
//
// Input is [arch.Arch]; output is DESIGN.md, the diagrams that it links instead of
// showing, and PROOF.md: what keeps each guarantee, the tests, the walk-through of
// failures, the sums behind the capacity and every alert, in full sentences, which
// would drown the design. DESIGN.md has exactly the parts Summary, Service Boundaries, API
// Design, Resilience & Observability, Recommendations and Follow-up. Each part is
// one template under part/, which reads like the document it makes: headings and
// tables. Every sentence comes from the design itself, so none would be true of
// another system, and what a design does not have leaves no trace: empty columns,
// tables and sections go away (see markdown.Tidy). The document of a small system is short
// because a small system has little of everything.
//
// A number is printed from its [arch.Value]: unknown as "unknown", an assumed one
// in italics.
//
// Start reading at the templates; view.go picks the rows of the tables, cells.go
// and policies.go put single cells into words.
package document

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/diagram"
	"plumb.dev/plumb/emit/markdown"
)

// proofFile stands beside DESIGN.md.
const proofFile = "PROOF.md"

//go:embed part/*.tmpl
var parts embed.FS

// Files returns DESIGN.md and the diagrams it links. An error is a fault of plumb.
func Files(a *arch.Arch) ([]emit.File, error) {
	v := newView(a)
	names, err := fs.Glob(parts, "part/[0-9]_*.tmpl") // sorted: the order of the document
	if err != nil {
		return nil, err
	}
	t, err := template.New("design").Funcs(v.functions()).ParseFS(parts, "part/*.tmpl")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, name := range names {
		if err := t.ExecuteTemplate(&b, strings.TrimPrefix(name, "part/"), v); err != nil {
			return nil, fmt.Errorf("DESIGN.md: %w", err)
		}
		b.WriteByte('\n')
	}
	files := []emit.File{{Path: "DESIGN.md", Data: []byte(markdown.Tidy(b.String()))}}
	b.Reset()
	if err := t.ExecuteTemplate(&b, "proof.md.tmpl", v); err != nil {
		return nil, fmt.Errorf("%s: %w", proofFile, err)
	}
	files = append(files, emit.File{Path: proofFile, Data: []byte(markdown.Tidy(b.String()))})
	for _, d := range v.drawings.all {
		if v.drawings.linked[d.ID] {
			files = append(files, emit.File{Path: fileOf(d), Data: page(d)})
		}
	}
	return files, nil
}

// page is a diagram with a page of its own.
func page(d diagram.Diagram) []byte {
	return []byte("# " + markdown.Text(d.Title) + "\n\n```mermaid\n" + d.Text + "```\n")
}

func fileOf(d diagram.Diagram) string { return "diagrams/" + d.ID + ".md" }
