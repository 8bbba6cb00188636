package mcp

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/emit"
)

type checkIn struct {
	which
	more
	Out     string `json:"out,omitempty" jsonschema:"a written design in the workspace to compare, too"`
	Against string `json:"against,omitempty" jsonschema:"another input, or a written design, in the workspace: what is different from it, and which changes of contracts break whom"`
	Explore bool   `json:"explore,omitempty" jsonschema:"visit every state of the design's protocols (sagas, holds, contended amounts, exchanges) while messages are lost or doubled and processes end"`
}

type checkOut struct {
	// Fine tells that there is nothing to do: no error, no file out of date, no contract
	// broken and every protocol that was explored holds.
	Fine     bool      `json:"fine"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Problems []problem `json:"problems"`
	// Stale are the files that are not what the input gives; only with out.
	Stale []fileRow `json:"stale,omitempty"`
	// Unwritten reports that none of the files is there.
	Unwritten bool `json:"unwritten,omitempty"`
	// Against is what is different from the design that was named.
	Against *againstOut `json:"against,omitempty"`
	// Protocols are what was explored, what is broken first; only with explore.
	Protocols []protocolRow `json:"protocols,omitempty"`
	Next      []call        `json:"next"`
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
		out.Unwritten = len(report.Of(emit.Created)) == len(report.Entries)
		for _, f := range rowsOf(report) {
			if f.Status != emit.Unchanged.String() && f.Status != emit.Kept.String() {
				out.Stale = append(out.Stale, f)
			}
		}
	}
	if d.Arch == nil && (in.Against != "" || in.Explore) {
		return checkOut{}, errNoDesign
	}
	if in.Against != "" {
		if d, err = s.mustRepair(ctx, src); err != nil {
			return checkOut{}, err
		}
		if out.Against, err = s.against(ctx, in.Against, d); err != nil {
			return checkOut{}, err
		}
	}
	if in.Explore {
		out.Protocols = protocolRows(d.Explore())
	}
	out.Fine = out.Errors == 0 && len(out.Stale) == 0 && (out.Against == nil || out.Against.count(breaking) == 0) &&
		!slices.ContainsFunc(out.Protocols, func(r protocolRow) bool { return r.Verdict != "holds" })
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
	if o.Unwritten {
		p.line("No design is written there.")
		o.Stale = nil
	}
	p.list("Not what the input gives", len(o.Stale), 30, func(i int) string {
		f := o.Stale[i]
		return f.Status + " " + f.Path + " " + f.Reason
	})
	if o.Against != nil {
		o.Against.show(p)
	}
	p.list("Protocols, explored state by state", len(o.Protocols), 12, func(i int) string { return short(o.Protocols[i].String(), 240) })
	p.then(o.Next)
}
