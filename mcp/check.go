package mcp

import (
	"context"
	"fmt"
	"path/filepath"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/emit"
)

type checkIn struct {
	which
	more
	Out string `json:"out,omitempty" jsonschema:"a written design in the workspace to compare, too"`
}

type checkOut struct {
	// Fine tells that there is nothing to do: no error and no file out of date.
	Fine     bool      `json:"fine"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Problems []problem `json:"problems"`
	// Stale are the files that are not what the input gives; only with out.
	Stale []fileRow `json:"stale,omitempty"`
	Next  []call    `json:"next"`
}

func (s *Server) check(ctx context.Context, _ *sdk.CallToolRequest, in checkIn) (checkOut, error) {
	src, err := s.files.open(in.File)
	if err != nil {
		return checkOut{}, err
	}
	d := s.plan(src)
	out := checkOut{Errors: d.Problems.Count(diag.Error), Warnings: d.Problems.Count(diag.Warning), Problems: problemsOf(d.Problems)}
	if in.Out != "" && d.Arch != nil {
		if d, err = s.mustFinish(ctx, src); err != nil {
			return checkOut{}, err
		}
		dir, err := s.outDir(src, in.Out)
		if err != nil {
			return checkOut{}, err
		}
		files, err := d.Files()
		if err != nil {
			return checkOut{}, fmt.Errorf("this is a fault of plumb, not of the input: %w", err)
		}
		report, err := emit.Compare(filepath.Join(s.files.dir, filepath.FromSlash(dir)), files, emit.Options{})
		if err != nil {
			return checkOut{}, s.hidden(err)
		}
		for _, f := range rowsOf(report) {
			if f.Status != emit.Unchanged.String() && f.Status != emit.Kept.String() {
				out.Stale = append(out.Stale, f)
			}
		}
	}
	out.Fine = out.Errors == 0 && len(out.Stale) == 0
	out.Next = checkNext(in, out)
	return out, nil
}

func checkNext(in checkIn, out checkOut) []call {
	switch {
	case len(out.Problems) > 0:
		return []call{{"explain", on(in.which, map[string]any{"name": out.Problems[0].Code}), "a failing and a mended example"}}
	case len(out.Stale) > 0:
		return []call{{"emit", on(in.which, map[string]any{"out": in.Out}), "what would become of the files"}}
	}
	return []call{{"design", on(in.which, nil), "the whole at a glance"}}
}

func (o checkOut) show(p *page) {
	if o.Fine {
		p.line("Fine: no error, nothing out of date.")
	}
	if len(o.Problems) > 0 {
		p.line("%s, %s", plural(o.Errors, "error"), plural(o.Warnings, "warning"))
	}
	showProblems(p, o.Problems)
	p.list("Not what the input gives", len(o.Stale), 30, func(i int) string {
		f := o.Stale[i]
		return f.Status + " " + f.Path + " " + f.Reason
	})
	p.then(o.Next)
}
