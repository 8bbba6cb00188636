package mcp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/emit"
)

type emitIn struct {
	which
	more
	Out   string   `json:"out,omitempty" jsonschema:"the directory for the design, in the workspace; design beside the input when left out"`
	Write bool     `json:"write,omitempty" jsonschema:"write the files; otherwise this is a dry run"`
	Keep  []string `json:"keep,omitempty" jsonschema:"files in out to leave as a person edited them"`
}

func (in emitIn) writes() bool { return in.Write }

type emitOut struct {
	Out   string    `json:"out"`
	Wrote bool      `json:"wrote"`
	Files []fileRow `json:"files"`
	// Sum counts the files by what becomes of them.
	Sum  string `json:"sum"`
	Next []call `json:"next"`
}

type fileRow struct {
	Path   string `json:"path"`
	Status string `json:"status" jsonschema:"unchanged, created, changed, removed, kept or refused"`
	Bytes  int64  `json:"bytes"`
	Reason string `json:"reason,omitempty"`
}

func (s *Server) emit(ctx context.Context, _ *sdk.CallToolRequest, in emitIn) (emitOut, error) {
	s.files.writing.Lock()
	defer s.files.writing.Unlock()
	src, err := s.files.open(in.File)
	if err != nil {
		return emitOut{}, err
	}
	out, err := s.outDir(src, in.Out)
	if err != nil {
		return emitOut{}, err
	}
	d, err := s.mustFinish(ctx, src)
	if err != nil {
		return emitOut{}, err
	}
	files, err := d.Files()
	if err != nil {
		return emitOut{}, fmt.Errorf("this is a fault of plumb, not of the input: %w", err)
	}
	for _, k := range in.Keep {
		if _, err := s.files.read(path.Join(out, k)); err != nil {
			return emitOut{}, fmt.Errorf("keep names %q, which is no file of %s%s", short(k, 80), out, meant(k, paths(files)))
		}
	}
	act := emit.Compare
	if in.Write {
		act = emit.Write
	}
	report, err := act(filepath.Join(s.files.dir, filepath.FromSlash(out)), files, emit.Options{Keep: in.Keep})
	var refused *emit.RefusedError
	if err != nil && !errors.As(err, &refused) {
		return emitOut{}, s.hidden(err)
	}
	answer := emitOut{Out: out, Files: rowsOf(report), Sum: report.String(), Wrote: in.Write && refused == nil}
	if answer.Wrote && !bytes.Equal(d.LockText(), src.lock) {
		if err := s.files.replace(src.lockFile(), src.lock, d.LockText()); err != nil {
			return emitOut{}, err
		}
	}
	answer.Next = emitNext(in, out, report)
	return answer, nil
}

func paths(files []emit.File) []string {
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.Path
	}
	return out
}

// outDir is where the design goes; every step of it is a directory of the workspace
// and no link.
func (s *Server) outDir(src input, out string) (string, error) {
	if out == "" {
		out = path.Join(path.Dir(src.file), "design")
	}
	return s.files.writable(out)
}

// hidden takes the workspace's own place out of a message: paths are relative to it.
func (s *Server) hidden(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), s.files.dir+string(filepath.Separator), ""))
}

func rowsOf(r emit.Report) []fileRow {
	out := make([]fileRow, len(r.Entries))
	for i, e := range r.Entries {
		out[i] = fileRow{e.Path, e.Status.String(), e.Bytes, e.Reason}
	}
	return out
}

func emitNext(in emitIn, out string, r emit.Report) []call {
	with := func(more map[string]any) map[string]any {
		if in.Out != "" {
			more["out"] = in.Out
		}
		return on(in.which, more)
	}
	if refused := r.Of(emit.Refused); len(refused) > 0 {
		keep := make([]string, len(refused))
		for i, e := range refused {
			keep[i] = e.Path
		}
		return []call{{"emit", with(map[string]any{"keep": keep, "write": true}), "if the person's edits are to stay; ask first"}}
	}
	if !in.Write {
		return []call{{"emit", with(map[string]any{"write": true}), "writes what is listed"}}
	}
	return []call{{"check", on(in.which, map[string]any{"out": out}), "the gate, as CI runs it"}}
}

func (o emitOut) show(p *page) {
	var refused, rest []fileRow
	for _, f := range o.Files {
		switch f.Status {
		case "refused":
			refused = append(refused, f)
		case "unchanged":
		default:
			rest = append(rest, f)
		}
	}
	switch {
	case len(refused) > 0:
		p.line("Nothing is written to %s: a person's work is in the way.", o.Out)
	case o.Wrote:
		p.line("Written to %s: %s", o.Out, o.Sum)
	default:
		p.line("Dry run for %s: %s", o.Out, o.Sum)
	}
	show := func(f fileRow) string {
		return strings.TrimSpace(fmt.Sprintf("%s %s (%d bytes) %s", f.Status, f.Path, f.Bytes, f.Reason))
	}
	p.list("In the way", len(refused), 20, func(i int) string { return show(refused[i]) })
	p.list("Files", len(rest), 40, func(i int) string { return show(rest[i]) })
	p.link("plumb://design", "DESIGN.md", "text/markdown")
	p.then(o.Next)
}
