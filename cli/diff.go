package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diff"
)

// diffFlags are what plumb diff is told beside the two designs.
type diffFlags struct {
	file     string
	failOn   []string
	markdown bool
	all      bool
}

func (a *app) diffCmd() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff OLD [NEW]",
		Short: "what is different between two designs",
		Long: `Designs OLD and NEW and shows what is different: which decisions flip and the facts that
changed them, what is added, removed or resized, which objectives are won or lost, and
the cost.

OLD and NEW are each
  an input              plumb.yaml, a brief, or a directory with one
  a written design      its directory or its plan.json
  a git revision        HEAD~1, main, v1.4: the input there, with its own plumb.lock
  a path of a revision  main:shop/plumb.yaml
Without NEW it is the input in the working tree; main..HEAD names both. What is a file
here is not taken for a revision. A NEW without a plumb.lock is designed with the one
that OLD would have left.

The exit code is 0 when nothing is found that --fail-on names, 1 when there is, 3 when
one of the two cannot be designed. --markdown prints a comment for a pull request.`,
		Example: "  plumb diff HEAD~1\n  plumb diff main..HEAD --markdown\n  plumb diff old/plumb.yaml new/plumb.yaml --json\n  plumb diff design -f shop --fail-on decision",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			gates, err := f.gates()
			if err != nil {
				return err
			}
			c, err := a.compare(cmd.Context(), args, f.file)
			if err != nil {
				return err
			}
			if err := a.showComparison(c, &f); err != nil {
				return err
			}
			if failed := gates.failed(c.Comparison); failed != "" {
				if a.json || f.markdown {
					return exitError{code: ExitFindings}
				}
				return exit(ExitFindings, "%s", failed)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.file, "file", "f", "", "the input: FILE or DIR (default: the current directory)")
	flags.StringSliceVar(&f.failOn, "fail-on", []string{"objective"}, "what gives exit code 1: "+strings.Join(gateNames(), ", ")+", or none")
	flags.BoolVar(&f.markdown, "markdown", false, "print Markdown for a comment on a pull request")
	flags.BoolVar(&f.all, "all", false, "show every difference")
	return cmd
}

// gate is something that a pipeline can be stopped for.
type gate struct {
	name  string
	count func(*plumb.Comparison) int
	what  string // is counted
}

// gates in the order in which they are told.
var gates = []gate{
	{"objective", func(c *plumb.Comparison) int {
		return c.Count(func(x diff.Change) bool { return x.Kind == "objective" && x.Op == diff.Lost })
	}, "objective lost"},
	{"decision", func(c *plumb.Comparison) int {
		return c.Count(func(x diff.Change) bool { return x.Kind == "decision" && x.Op == diff.Flipped })
	}, "decision flipped"},
	{"problem", func(c *plumb.Comparison) int { return len(c.Problems) }, "new problem"},
}

func gateNames() []string {
	var out []string
	for _, g := range gates {
		out = append(out, g.name)
	}
	return out
}

type gateList []gate

// gates are those that --fail-on names.
func (f *diffFlags) gates() (gateList, error) {
	var out gateList
	for _, name := range f.failOn {
		if name == "none" || name == "" {
			continue
		}
		at := slices.IndexFunc(gates, func(g gate) bool { return g.name == name })
		if at < 0 {
			return nil, exit(ExitUsage, "--fail-on takes %s or none, not %q", strings.Join(gateNames(), ", "), name)
		}
		out = append(out, gates[at])
	}
	return out, nil
}

// failed says in a clause what stops the pipeline; "" when nothing does.
func (list gateList) failed(c *plumb.Comparison) string {
	var parts []string
	for _, g := range list {
		if n := g.count(c); n > 0 {
			first, rest, _ := strings.Cut(g.what, " ")
			parts = append(parts, strings.TrimSpace(plural(n, first)+" "+rest))
		}
	}
	return strings.Join(parts, ", ")
}

// comparison is the answer, with what was compared.
type comparison struct {
	From string `json:"from"`
	To   string `json:"to"`
	*plumb.Comparison
	source map[string]string // of the second input, for its problems
}

// compare finds both designs and compares them.
func (a *app) compare(ctx context.Context, args []string, file string) (*comparison, error) {
	a.quick = true // tipping points are not compared
	oldName, newName := args[0], ""
	if len(args) == 2 {
		newName = args[1]
	} else if from, to, both := strings.Cut(args[0], ".."); both && from != "" && to != "" && !exists(args[0]) {
		oldName, newName = from, to
	}
	path := defaultInput(file)
	was, err := a.find(ctx, oldName, path)
	if err != nil {
		return nil, err
	}
	var is found
	if newName != "" {
		is, err = a.find(ctx, newName, path)
	} else {
		is.in, err = a.open(only(file))
		is.shown = is.in.file
	}
	if err != nil {
		return nil, err
	}
	from, before, err := a.side(was, nil)
	if err != nil {
		return nil, err
	}
	to, after, err := a.side(is, before)
	if err != nil {
		return nil, err
	}
	c := &comparison{From: was.shown, To: is.shown, Comparison: plumb.Compare(from, to), source: map[string]string{}}
	if after != nil {
		c.source[is.in.file] = after.Doc.Source
	}
	return c, nil
}

// showComparison prints the answer in the form that is asked for.
func (a *app) showComparison(c *comparison, f *diffFlags) error {
	switch {
	case a.json:
		return a.printJSON(c)
	case f.markdown:
		_, err := fmt.Fprint(a.Stdout, c.markdown())
		return err
	}
	return a.showDiff(c, f.all)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
