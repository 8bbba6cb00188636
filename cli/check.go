package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"plumb.dev/plumb"
	"plumb.dev/plumb/emit"
)

func (a *app) checkCmd() *cobra.Command {
	var out, against string
	var explored bool
	var gate diffFlags
	cmd := &cobra.Command{
		Use:   "check [FILE|DIR]",
		Short: "the gate for CI: problems, and whether written files are up to date",
		Long: `Runs the whole design and prints nothing but problems. With -o it also compares the
files in DIR with what the input now gives; with --against it compares the design with
another one, named as for 'plumb diff', and prints what breaks whom. Scenarios of the
input are read and not run: 'plumb simulate --assert' does that.

With --explore it also visits every state that the protocols of the design can reach
(sagas, states left by time, amounts that many want, exchanges over channels) while
messages are lost, late, doubled or reordered, processes end between any two effects
and timers fire at any moment, within stated bounds. It prints for each the states
visited and whether it holds; for one that breaks the shortest run and the mechanism
that is missing. docs/exploration.md tells what is followed and what is not.

The exit code is 0 when there is nothing to do, warnings or not, 1 when there are
errors, protocols that do not hold, files that are not up to date or what --fail-on names, 3 when no
design is feasible.`,
		Example: "  plumb check\n  plumb check shop -o shop/design\n  plumb check --explore\n  plumb check shop --against main",
		Args:    takes(0, 1, "at most one FILE or DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if against == "" && cmd.Flags().Changed("fail-on") {
				return exit(ExitUsage, "--fail-on is about what --against finds")
			}
			in, err := a.open(args)
			if err != nil {
				return err
			}
			d, err := a.design(in)
			if err != nil {
				return err
			}
			report := checkReport{Problems: d.Problems, UpToDate: true}
			if d.Arch != nil {
				report.Scenarios = len(d.Arch.Scenarios)
			}
			if out != "" {
				if err := a.verify(cmd.Context(), d); err != nil {
					return err
				}
				if err := a.tips(cmd.Context(), d); err != nil {
					return err
				}
				list, err := files(d)
				if err != nil {
					return err
				}
				if report.Files, err = emit.Compare(out, list, emit.Options{}); err != nil {
					return err
				}
				report.UpToDate = report.Files.UpToDate()
			}
			if against != "" {
				if report.Against, err = a.checkAgainst(cmd.Context(), against, in, args, &gate); err != nil {
					return err
				}
			}
			if explored {
				report.Explored = a.explore(d)
			}
			return a.reportCheck(report, out)
		},
	}
	takesFile(cmd)
	cmd.Flags().StringVarP(&out, "out", "o", "", "compare the files in this directory, too")
	cmd.Flags().BoolVar(&explored, "explore", false, "visit every state of the design's protocols, too")
	cmd.Flags().BoolVar(&a.quick, "quick", false, "the files were written with --quick")
	cmd.Flags().StringVar(&against, "against", "", "compare the design with this one: a git revision, an input or a written design")
	gate.addFailOn(cmd.Flags(), "with --against, ")
	return cmd
}

// checkReport is the answer of check as JSON.
type checkReport struct {
	Problems any  `json:"problems"`
	UpToDate bool `json:"up_to_date"`
	// Scenarios is how many the input has; they are read here and run by simulate.
	Scenarios int         `json:"scenarios,omitempty"`
	Files     emit.Report `json:"files,omitzero"`
	// Explored is nil unless it was asked for.
	Explored *plumb.Exploration `json:"explored,omitempty"`
	// Against is what is different from another design, nil when none was named.
	Against *comparison `json:"against,omitempty"`
}

func (a *app) reportCheck(r checkReport, out string) error {
	if a.json {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else {
		for _, e := range r.Files.Entries {
			if e.Status != emit.Unchanged {
				fmt.Fprintf(a.Stderr, "%-9s %s %s\n", e.Status, e.Path, e.Reason)
			}
		}
		if r.Scenarios > 0 {
			fmt.Fprintf(a.Stderr, "%s in the input, not run here; 'plumb simulate --assert' holds the design against them\n", plural(r.Scenarios, "scenario"))
		}
		if !r.UpToDate {
			fmt.Fprintf(a.Stderr, "%s is not what the input gives; 'plumb design -o %s' writes it\n", out, out)
		}
		if r.Against != nil && r.Against.failed != "" {
			if err := a.showBroken(r.Against); err != nil {
				return err
			}
		}
	}
	holds := true
	if r.Explored != nil {
		if !a.json {
			if err := a.showExplored(r.Explored); err != nil {
				return err
			}
		}
		for _, p := range r.Explored.Protocols {
			holds = holds && p.Explored.Verdict == "holds"
		}
	}
	if !r.UpToDate || !holds || r.Against != nil && r.Against.failed != "" {
		return exitError{code: ExitFindings}
	}
	return nil
}
