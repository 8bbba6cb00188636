package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"plumb.dev/plumb"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/lock"
)

func (a *app) designCmd() *cobra.Command {
	var out string
	var keep []string
	var all, lines bool
	cmd := &cobra.Command{
		Use:   "design [FILE|DIR]",
		Short: "read the input, decide, and show what plumb would build and why",
		Long: `Reads plumb.yaml (in the current directory, in DIR, or FILE; '-' reads standard
input), designs the system and shows it on a screen or two: what was read and
assumed, the questions worth answering, the picture, the decisions, each objective
against what the design achieves, the largest risks and what to do next.

A file whose name ends in .md is a brief: prose, read as docs/brief.md tells. --lines
shows what became of each of its lines.

It writes nothing unless -o names a directory. A file that a person has edited is
never overwritten; files plumb wrote earlier and makes no more are removed.`,
		Example: "  plumb design\n  plumb design examples/petclinic\n  plumb design shop.yaml -o design\n  plumb design brief.md --lines",
		Args:    takes(0, 1, "at most one FILE or DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch written := cmd.Flags().Changed("out"); {
			case written && out == "":
				return exit(ExitUsage, "-o names no directory")
			case !written && len(keep) > 0:
				return exit(ExitUsage, "--keep is about what -o writes")
			}
			in, err := a.open(args)
			if err != nil {
				return err
			}
			if lines {
				return a.lines(in)
			}
			d, err := a.design(in)
			if err != nil {
				return err
			}
			if err := a.verify(cmd.Context(), d); err != nil {
				return err
			}
			if err := a.tips(cmd.Context(), d); err != nil {
				return err
			}
			if out != "" {
				return a.write(in, d, out, keep)
			}
			if a.json {
				return a.printJSON(d.Arch)
			}
			return newScreen(&a.Env, d, all).print()
		},
	}
	takesFile(cmd)
	f := cmd.Flags()
	f.StringVarP(&out, "out", "o", "", "write the design into this directory")
	f.StringSliceVar(&keep, "keep", nil, "with -o: leave this file as it is, though edited (may be repeated)")
	f.BoolVar(&all, "all", false, "show every decision, the small ones too")
	f.BoolVar(&lines, "lines", false, "of a brief: show what became of each line instead")
	f.BoolVar(&a.quick, "quick", false, "leave out what takes time: the simulation, and tipping points")
	return cmd
}

// verify simulates the design and adds what that shows.
func (a *app) verify(ctx context.Context, d *plumb.Design) error {
	return a.simulated(ctx, d.Verify)
}

// repair simulates as much of the design as changes it.
func (a *app) repair(ctx context.Context, d *plumb.Design) error {
	return a.simulated(ctx, d.Repair)
}

// simulated simulates and shows how far that is, unless what takes time is left out.
func (a *app) simulated(ctx context.Context, simulate func(context.Context, plumb.Effort) error) error {
	if a.quick {
		return nil
	}
	e := plumb.Effort{Workers: runtime.GOMAXPROCS(0)}
	if a.Terminal && !a.json {
		what := "simulating"
		if a.asking { // who asks for a what-if wonders what is simulated
			what = "simulating the design, once; --quick asks it as it is without:"
		}
		e.Progress = func(scenario string, done, all int) {
			fmt.Fprintf(a.Stderr, "\r%s %s, %d of %d\x1b[K", what, scenario, done, all)
		}
	}
	err := simulate(ctx, e)
	if e.Progress != nil {
		fmt.Fprint(a.Stderr, "\r\x1b[K")
	}
	switch {
	case ctx.Err() != nil:
		return exit(ExitFailure, "stopped; nothing was written")
	case err != nil:
		return exit(ExitFailure, "this is a fault of plumb, not of your input: %v", err)
	}
	return nil
}

// tips adds to the significant decisions the values at which they would come out
// differently, by planning the whole system again.
func (a *app) tips(ctx context.Context, d *plumb.Design) error {
	if a.quick {
		return nil
	}
	p := a.progress("plans tried for tipping points")
	defer p.stop()
	if err := d.Session().Tips(ctx, runtime.GOMAXPROCS(0), p.count); err != nil {
		return exit(ExitFailure, "stopped; nothing was written")
	}
	return nil
}

// write puts the design on disk and says what became of each file.
func (a *app) write(in input, d *plumb.Design, out string, keep []string) error {
	list, err := files(d)
	if err != nil {
		return err
	}
	if len(keep) > 0 {
		is, err := emit.Compare(out, list, emit.Options{Keep: keep})
		if err != nil {
			return err
		}
		for _, name := range keep {
			if !slices.ContainsFunc(is.Entries, func(e emit.Entry) bool { return e.Path == name }) {
				return exit(ExitUsage, "--keep %s: neither this design nor the one in %s has such a file; name it as it is listed, such as DESIGN.md", name, out)
			}
		}
	}
	report, err := emit.Write(out, list, emit.Options{Keep: keep})
	var refused *emit.RefusedError
	if errors.As(err, &refused) {
		for _, e := range report.Of(emit.Refused) {
			fmt.Fprintf(a.Stderr, "refused    %s: %s\n", e.Path, e.Reason)
		}
		return exit(ExitFindings, "nothing was written: take your edits out, move them to the input, or name each file with --keep")
	}
	if err != nil {
		return err
	}
	if err := a.writeLock(in, d); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	a.reportWrite(report)
	return nil
}

// writeLock keeps the ids beside the input; an unchanged lock is not touched.
func (a *app) writeLock(in input, d *plumb.Design) error {
	text := d.LockText()
	if string(text) == string(in.lock) || in.file == "<stdin>" {
		return nil
	}
	return emit.Replace(filepath.Join(in.dir, lock.File), text)
}

func (a *app) reportWrite(r emit.Report) {
	for _, e := range r.Entries {
		if e.Status != emit.Unchanged {
			fmt.Fprintf(a.Stdout, "%-9s %s\n", e.Status, e.Path)
		}
	}
	fmt.Fprintf(a.Stdout, "%s: %s created, %d changed, %d removed, %d unchanged\n", r.Dir,
		plural(len(r.Of(emit.Created)), "file"), len(r.Of(emit.Changed)), len(r.Of(emit.Removed)), len(r.Of(emit.Unchanged)))
	if kept := r.Of(emit.Kept); len(kept) > 0 {
		fmt.Fprintf(a.Stdout, "%s kept as edited\n", plural(len(kept), "file"))
	}
	fmt.Fprintf(a.Stdout, "start reading at %s\n", filepath.ToSlash(filepath.Join(r.Dir, "DESIGN.md")))
}
