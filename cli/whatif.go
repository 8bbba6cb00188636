package cli

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff"
)

func (a *app) whatifCmd() *cobra.Command {
	var file string
	var all bool
	cmd := &cobra.Command{
		Use:   "whatif NAME=VALUE...",
		Short: "what would be different if something were",
		Long: `Designs the system again with something changed, and shows what is different: which
decisions flip and why, what is added, removed or resized, which objectives are won
or lost, and the cost. Several changes are made at once. Nothing is written.

NAME is one of
  a fact         PlaceOrder.peak, by its name or the end of it; a name that several
                 facts end in, such as peak, takes a multiple and means all stated ones
  a decision     broker, which is forced to the option that VALUE names
  a team         which VALUE none takes away

VALUE is written as in the input (350/s, p99:200ms, 99.9%, yes), or is a multiple:
3x, +20%, -20%.

It is calculated. 'plumb simulate --compare-whatif NAME=VALUE' runs both designs under the
same load, faults and random numbers. The first question about an input simulates its
design once, as 'plumb design' does; --quick asks the design as it is before that.`,
		Example: "  plumb whatif peak=3x\n  plumb whatif PlaceOrder.latency=p99:200ms broker=rabbitmq\n  plumb whatif delivery=none",
		Args:    takes(1, maxArgs, "at least one NAME=VALUE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, s, err := a.session(cmd.Context(), file)
			if err != nil {
				return err
			}
			w, err := s.WhatIf(args)
			if err != nil {
				return exit(ExitUsage, "%v", err)
			}
			if a.json {
				err = a.printJSON(w)
			} else {
				err = a.showWhatIf(d, w, bothSimulated(file, args), all)
			}
			if err == nil && !w.Feasible() {
				err = exitError{code: ExitFailure}
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "the input: FILE or DIR (default: the current directory)")
	cmd.Flags().BoolVar(&a.quick, "quick", false, quickSession)
	cmd.Flags().BoolVar(&all, "all", false, "show every difference")
	return cmd
}

// quickSession is what --quick means where a design is asked about.
const quickSession = "ask the design as it is before it is simulated"

// session designs an input as far as it is asked about, and starts asking.
func (a *app) session(ctx context.Context, file string) (*plumb.Design, *plumb.Session, error) {
	in, err := a.open(only(file))
	if err != nil {
		return nil, nil, err
	}
	a.asking = true
	d, err := a.design(in)
	if err != nil {
		return nil, nil, err
	}
	if err := a.repair(ctx, d); err != nil {
		return nil, nil, err
	}
	return d, d.Session(), nil
}

// bothSimulated is the command that runs a design beside the one of a what-if.
func bothSimulated(file string, words []string) string {
	command := []string{"plumb simulate"}
	if file != "" {
		command = append(command, quoted(file))
	}
	for _, w := range words {
		command = append(command, "--compare-whatif "+quoted(w))
	}
	return strings.Join(command, " ")
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if !strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-./:=%+,@", r)
	}) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// showWhatIf prints the answer on one screen, unless all of it is asked for; simulated
// is the command that simulates it.
func (a *app) showWhatIf(d *plumb.Design, w *plumb.WhatIf, simulated string, all bool) error {
	s := newScreen(&a.Env, d, all)
	var rows [][]string
	const most = 6 // parts shown of a wish that a multiple made long
	for i, part := range w.Asked {
		if i == most && len(w.Asked) > most+1 && !all {
			break
		}
		rows = append(rows, []string{part.Name, part.From, "->", part.To})
	}
	s.line("What if")
	s.table(2, rows)
	if more := len(w.Asked) - len(rows); more > 0 {
		s.line("  and %d more of the same name: --all", more)
	}
	if len(w.Problems) > 0 {
		source := func(string) (string, bool) { return d.Doc.Source, true }
		if err := diag.Render(a.Stderr, w.Problems, diag.Style{Color: a.colored(), Source: source}); err != nil {
			return err
		}
	}
	if !w.Feasible() {
		s.line("")
		s.wrap(0, "no design serves every requirement then; what is said above would have to give way")
	}
	s.changes(w.Changes)
	if !w.Feasible() {
		return s.flush()
	}
	s.line("")
	s.wrap(0, "calculated, not simulated; 'plumb design' on the changed input repairs it, too, and this runs both on the same random numbers:")
	s.line("  %s", simulated)
	return s.flush()
}

// parts of a comparison, in the order shown, with how many differences are shown
// unless all are asked for.
var parts = []struct {
	title string
	holds func(diff.Change) bool
	most  int
}{
	{"Decisions that come out differently", func(c diff.Change) bool { return c.Kind == "decision" && c.Op == diff.Flipped }, 8},
	{"Decisions that arise or no longer do", func(c diff.Change) bool { return c.Kind == "decision" && c.Op != diff.Flipped }, 4},
	{"Elements", isElement, 14},
	{"Objectives", func(c diff.Change) bool { return c.Kind == "objective" }, 8},
	{"Cost", func(c diff.Change) bool { return c.Kind == "cost" }, 2},
}

func isElement(c diff.Change) bool {
	return c.Kind != "decision" && c.Kind != "objective" && c.Kind != "cost"
}

func (s *screen) changes(list []diff.Change) {
	if len(list) == 0 {
		s.line("")
		s.line("nothing is different")
		return
	}
	for _, p := range parts {
		var rows []diff.Change
		for _, c := range list {
			if p.holds(c) {
				rows = append(rows, c)
			}
		}
		if len(rows) == 0 {
			continue
		}
		s.title(p.title)
		for i, c := range rows {
			if i == p.most && len(rows) > p.most+1 && !s.all {
				s.line("  and %d more: --all", len(rows)-i)
				break
			}
			s.change(c)
		}
	}
}

func (s *screen) change(c diff.Change) {
	name := c.Kind + " " + c.ID
	switch c.Kind {
	case "decision":
		name = c.Title
	case "objective":
		name = c.ID
	case "cost":
		name = "running it"
	}
	s.hang("  "+sign(c.Op)+" ", "%s%s", name, moved(c))
	if c.Op == diff.Flipped && c.Why != "" {
		s.hang("      ", "%s", c.Why)
	}
	if from := causesOf(c, asIs, asIs); s.causes && c.Op == diff.Flipped && from != "" {
		s.hang("      from ", "%s", from)
	}
}

// sign is one column that tells the kinds of difference apart without colour.
func sign(op diff.Op) string {
	switch op {
	case diff.Added:
		return "+"
	case diff.Removed:
		return "-"
	case diff.Lost:
		return "!"
	case diff.Won:
		return "*"
	default:
		return "~"
	}
}

// moved says from what to what.
func moved(c diff.Change) string {
	var b strings.Builder
	if c.What != "" {
		b.WriteString(", " + c.What)
	}
	switch {
	case c.From != "" && c.To != "":
		fmt.Fprintf(&b, ": %s -> %s", c.From, c.To)
	case c.Op == diff.Added || c.From == "":
		b.WriteString(": " + c.To)
	default:
		b.WriteString(": was " + c.From)
	}
	switch {
	case c.Op == diff.Won || c.Op == diff.Lost:
		fmt.Fprintf(&b, " (%s)", c.Op)
	case c.Ratio >= 2 || c.Ratio > 0 && c.Ratio <= 0.5:
		fmt.Fprintf(&b, " (%.3gx)", c.Ratio)
	case c.Ratio > 0:
		fmt.Fprintf(&b, " (%+.0f%%)", (c.Ratio-1)*100)
	}
	return strings.TrimSuffix(b.String(), ": ")
}
