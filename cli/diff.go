package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diff"
	"plumb.dev/plumb/diff/contract"
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
		Long: `Designs OLD and NEW and shows what is different: what breaks whom in the contracts, which
decisions flip and the facts that changed them, what is added, removed or resized, which
objectives are won or lost, and the cost.

Contracts are compared by the rules of their own fields, which docs/diff.md lists: those
of oasdiff for OpenAPI and for the messages of AsyncAPI, of buf for Protocol Buffers, of
graphql-js for GraphQL. A major version is compared with the same major version.

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
		Args:    takes(1, 2, "one design or two"),
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
			failed := gates.failed(c.Comparison)
			switch {
			case failed == "":
				return nil
			case a.json || f.markdown:
				return exitError{code: ExitFindings}
			}
			return exit(ExitFindings, "%s", failed)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.file, "file", "f", "", "the input: FILE or DIR (default: the current directory)")
	f.addFailOn(flags, "")
	flags.BoolVar(&f.markdown, "markdown", false, "print Markdown for a comment on a pull request")
	flags.BoolVar(&a.quick, "quick", false, quickSession)
	flags.BoolVar(&f.all, "all", false, "show every difference")
	return cmd
}

// addFailOn lets a command be told what fails.
func (f *diffFlags) addFailOn(flags *pflag.FlagSet, when string) {
	flags.StringSliceVar(&f.failOn, "fail-on", []string{"breaking", "objective"}, when+"what gives exit code 1: "+strings.Join(gateNames(), ", ")+", or none")
}

// gate is something that a pipeline can be stopped for.
type gate struct {
	name  string
	count func(*plumb.Comparison) int
	// one and many say what is counted.
	one, many string
}

// gates in the order in which they are told.
var gates = []gate{
	{"breaking", func(c *plumb.Comparison) int { return c.CountContracts(contract.Breaking) }, "breaking change", "breaking changes"},
	{"dangerous", func(c *plumb.Comparison) int { return c.CountContracts(contract.Dangerous) }, "dangerous change", "dangerous changes"},
	{"objective", func(c *plumb.Comparison) int {
		return c.Count(func(x diff.Change) bool { return x.Kind == "objective" && x.Op == diff.Lost })
	}, "objective lost", "objectives lost"},
	{"decision", func(c *plumb.Comparison) int {
		return c.Count(func(x diff.Change) bool { return x.Kind == "decision" && x.Op == diff.Flipped })
	}, "decision flipped", "decisions flipped"},
	{"problem", func(c *plumb.Comparison) int { return len(c.Problems) }, "new problem", "new problems"},
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
			parts = append(parts, fmt.Sprintf("%d %s", n, verb(n, g.one, g.many)))
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
	failed string            // what stops a pipeline, in a clause
}

// compare finds both designs and compares them.
func (a *app) compare(ctx context.Context, args []string, file string) (*comparison, error) {
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
	from, before, err := a.side(ctx, was, nil)
	if err != nil {
		return nil, err
	}
	to, after, err := a.side(ctx, is, before)
	if err != nil {
		return nil, err
	}
	compared, err := plumb.Compare(from, to)
	if err != nil {
		return nil, exit(ExitFailure, "%v", err)
	}
	c := &comparison{From: was.shown, To: is.shown, Comparison: compared, source: map[string]string{}}
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

// checkAgainst compares the input with another design.
func (a *app) checkAgainst(ctx context.Context, against string, in input, args []string, f *diffFlags) (*comparison, error) {
	if in.file == "<stdin>" {
		return nil, exit(ExitUsage, "--against compares files and revisions, not standard input")
	}
	gates, err := f.gates()
	if err != nil {
		return nil, err
	}
	c, err := a.compare(ctx, []string{against}, strings.Join(args, ""))
	if err != nil {
		return nil, err
	}
	c.failed = gates.failed(c.Comparison)
	return c, nil
}
