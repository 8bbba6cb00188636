package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/emit"
)

// simulateFlags are what plumb simulate is told beside its input.
type simulateFlags struct {
	input        string // as on the command line
	scenarios    []string
	load         string
	faults       []string
	changes      []string
	shapes       []string
	holds        []string
	assert       bool
	length       time.Duration
	seed         uint64
	seedSaid     bool
	replications int
	csv          string // use-cases, elements, timeline; "" for no CSV
	sweep        bool
	untilBreaks  string // load, outage, capacity; "auto" for the one that the fault says
	metastable   bool
	compare      string
	compareIf    []string
	compareAsIf  []string
	html         string
	all          bool
}

func (a *app) simulateCmd() *cobra.Command {
	var f simulateFlags
	cmd := &cobra.Command{
		Use:   "simulate [FILE|DIR]",
		Short: "run the design under load and faults, and hold it against its objectives",
		Long: `Designs the system as 'plumb design' does and simulates it: without flags the scenarios
of the input, the normal load, the peak, a lost zone, each external slow and silent, a
store's lost primary, a broker away and a cache emptied, a line or two each; with
--scenario, --load, --shape or --fault that one in full: every use case with its goodput,
its percentiles with 95 % confidence intervals and its errors by cause, the elements that
are busy, the breakers and retries, the outboxes and consumers, the sagas, the caches and
the timeline. A percentile that the sample does not carry is not printed.

A fault is written like one of these, begins at 30s unless 'at' says otherwise and lasts
to the end unless 'for' says how long (docs/simulation.md tells what each does):
  ` + strings.Join(plumb.FaultExamples(), "\n  ") + `

--as-if simulates the design as if one of its policies were otherwise, written like one
of these; 'off' instead of a value takes a policy away, 'all' means every edge:
  ` + strings.Join(plumb.ChangeExamples(), "\n  ") + `

A scenario of the input says what must hold (PlaceOrder.latency p99 < 800ms, errors < 1%,
recovers within 30s, no dead letters, all objectives; see docs/language.md). With
--assert a line is printed for each such claim, with what was measured, its 95 %
interval and the verdict: met or missed when the whole interval lies on one side of the
bound, close when the bound lies within, unknown when the run is too short to tell. The
exit code is 0 when all are met and 1 otherwise.

--compare runs another design beside, under the same scenarios and the same random numbers:
per use case and objective which is better, with the 95 % interval of the difference
over pairs of replications, and what both cost.

--sweep, --until-breaks and --metastable vary one scenario: that of the flags, or one named by
--scenario, or the peak. docs/simulation.md tells how each is judged.

The result depends on the input, the flags and the seed alone, not on the machine.`,
		Example: "  plumb simulate\n  plumb simulate shop.yaml --load 2x\n  plumb simulate --fault 'kill order 1/3 at 30s for 60s'\n  plumb simulate --assert\n  plumb simulate --sweep\n  plumb simulate --until-breaks=capacity\n  plumb simulate --metastable --load 2x\n  plumb simulate --compare main --scenario peak",
		Args:    takes(0, 1, "at most one FILE or DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := a.open(args)
			if err != nil {
				return err
			}
			if err := f.pageFree(); err != nil {
				return err
			}
			f.seedSaid = cmd.Flags().Changed("seed")
			if cmd.Flags().Changed("for") && f.length <= 0 {
				return exit(ExitUsage, "--for takes a time above 0, such as 2m, not %s", f.length)
			}
			a.asking = true
			d, err := a.design(in)
			if err != nil {
				return err
			}
			if err := a.repair(cmd.Context(), d); err != nil {
				return err
			}
			f.input = strings.Join(args, "")
			return a.simulate(cmd.Context(), d, &f)
		},
	}
	takesFile(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.scenarios, "scenario", nil, "only this scenario, of the input or chosen (may be repeated)")
	flags.StringVar(&f.load, "load", "", "the load: normal, peak, horizon, or a multiple such as 2x or 1.5x horizon")
	flags.StringArrayVar(&f.faults, "fault", nil, "a fault, in words (may be repeated)")
	flags.StringArrayVar(&f.changes, "as-if", nil, "a policy made otherwise, in words (may be repeated)")
	flags.StringArrayVar(&f.shapes, "shape", nil, "how the load changes: 'burst 5x at 1min for 30s', 'ramp to 3x over 5min', 'daily 0.2x', or how unevenly it comes: 'bursty 5x for 2s 10%', 'batches of 20' (may be repeated)")
	flags.StringArrayVar(&f.holds, "holds", nil, "a claim to hold the scenario of the flags against: 'errors < 1%' (may be repeated)")
	flags.BoolVar(&f.assert, "assert", false, "hold the scenarios against their claims, a line each; exit 1 unless all are met")
	flags.DurationVar(&f.length, "for", 0, "how long is simulated after the warm-up, such as 2m (default chosen by the load)")
	flags.Uint64Var(&f.seed, "seed", 1, "the seed of the random numbers")
	flags.IntVar(&f.replications, "replications", 0, "how many replications; 0 chooses")
	flags.StringVar(&f.csv, "csv", "", "print a `table` as CSV: use-cases, elements or timeline; without a value the use cases")
	flags.Lookup("csv").NoOptDefVal = "use-cases"
	flags.StringVar(&f.html, "html", "", "also write what is simulated to this file, as one HTML page with plots")
	flags.BoolVar(&f.sweep, "sweep", false, "run at multiples of the load and mark the knee")
	flags.StringVar(&f.untilBreaks, "until-breaks", "", "find the `edge` that the design no longer survives: load, outage (the length of --fault), or capacity (lost by each element, or that of --fault); without a value load, or outage with --fault")
	flags.Lookup("until-breaks").NoOptDefVal = "auto"
	flags.BoolVar(&f.metastable, "metastable", false, "say whether the design comes back by itself once something pushes it over, what keeps it down, and the cheapest change that helps")
	flags.StringVar(&f.compare, "compare", "", "run another design under the same scenarios with the same random numbers: an input, a written design or a git revision, as for 'plumb diff'")
	flags.StringArrayVar(&f.compareIf, "compare-whatif", nil, "compare with the design that it would be if NAME=VALUE, as for 'plumb whatif' (may be repeated)")
	flags.StringArrayVar(&f.compareAsIf, "compare-as-if", nil, "compare with the design as if a policy were otherwise, as for --as-if (may be repeated)")
	flags.BoolVar(&a.quick, "quick", false, quickSession)
	flags.BoolVar(&f.all, "all", false, "show every element and edge, the idle ones too")
	cmd.MarkFlagsMutuallyExclusive("sweep", "until-breaks", "metastable", "assert", "csv", "compare", "compare-whatif", "compare-as-if")
	cmd.MarkFlagsMutuallyExclusive("until-breaks", "html")
	for _, own := range []string{"load", "fault", "shape", "holds"} {
		cmd.MarkFlagsMutuallyExclusive("scenario", own)
	}
	return cmd
}

// simulate does what the flags ask for.
func (a *app) simulate(ctx context.Context, d *plumb.Design, f *simulateFlags) error {
	list, err := f.chosen(d)
	if err != nil {
		return err
	}
	if f.csv != "" && csvTables[f.csv] == nil {
		return exit(ExitUsage, "--csv prints use-cases, elements or timeline, not %q", f.csv)
	}
	changes, err := f.asIf()
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Changes = changes
		list[i].Workers = runtime.GOMAXPROCS(0)
		if list[i].Seed == 0 || f.seedSaid {
			list[i].Seed = f.seed
		}
		if f.length > 0 {
			list[i].For = f.length
		}
		if f.replications != 0 {
			list[i].Replications = f.replications
		}
	}
	switch {
	case f.sweep:
		return a.sweep(ctx, d, list[0], f)
	case f.untilBreaks != "":
		return a.untilBreaks(ctx, d, list[0], f)
	case f.metastable:
		return a.metastable(ctx, d, list[0], f)
	case f.assert:
		return a.assert(ctx, d, list, f)
	case f.compares():
		return a.compareUnder(ctx, d, list, f)
	}
	return a.scenarios(ctx, d, list, f)
}

// given reports whether the flags describe a scenario of their own.
func (f *simulateFlags) given() bool {
	return f.load != "" || len(f.faults)+len(f.shapes)+len(f.holds) > 0
}

// explores reports whether one scenario is varied instead of run.
func (f *simulateFlags) explores() bool { return f.sweep || f.untilBreaks != "" || f.metastable }

// chosen are the scenarios to run.
func (f *simulateFlags) chosen(d *plumb.Design) ([]plumb.Scenario, error) {
	if f.given() || f.explores() && len(f.scenarios) == 0 {
		s, err := f.scenario()
		return []plumb.Scenario{s}, err
	}
	list := d.Scenarios()
	if len(f.scenarios) == 0 {
		if f.assert {
			list = slices.DeleteFunc(list, func(s plumb.Scenario) bool { return len(s.Holds) == 0 })
		}
		return list, nil
	}
	var out []plumb.Scenario
	for _, name := range f.scenarios {
		i := slices.IndexFunc(list, func(s plumb.Scenario) bool { return s.Name == name })
		if i < 0 {
			var names []string
			for _, s := range list {
				names = append(names, s.Name)
			}
			return nil, exit(ExitUsage, "there is no scenario %q; there are %s", name, strings.Join(names, ", "))
		}
		out = append(out, list[i])
	}
	return out, nil
}

// scenario is the one that the flags describe.
func (f *simulateFlags) scenario() (plumb.Scenario, error) {
	s := plumb.Scenario{Name: "given", Load: "peak", Given: true}
	var err error
	if f.load != "" {
		if s.Load, s.Scale, err = plumb.ParseLoad(f.load); err != nil {
			return s, exit(ExitUsage, "--load: %v", err)
		}
		if s.Scale == 0 {
			return s, exit(ExitUsage, "--load: a multiple is above 0")
		}
	}
	for _, text := range f.shapes {
		if err = s.AddShape(text); err != nil {
			return s, exit(ExitUsage, "--shape: %v", err)
		}
	}
	for _, text := range f.holds {
		claim, err := plumb.ParseClaim(text)
		if err != nil {
			return s, exit(ExitUsage, "--holds: %v", err)
		}
		s.Holds = append(s.Holds, claim)
	}
	for _, text := range f.faults {
		fault, err := plumb.ParseFault(text)
		if err != nil {
			return s, exit(ExitUsage, "--fault: %v", err)
		}
		s.Faults = append(s.Faults, fault)
	}
	return s, nil
}

// asIf are the policies that are made otherwise.
func (f *simulateFlags) asIf() (out []plumb.Change, err error) {
	for _, text := range f.changes {
		c, err := plumb.ParseChange(text)
		if err != nil {
			return nil, exit(ExitUsage, "--as-if: %v", err)
		}
		out = append(out, c)
	}
	return out, nil
}

// simulated is the answer of simulate as JSON.
type simulated struct {
	Findings diag.List          `json:"findings"`
	Results  []plumb.Simulation `json:"results"`
}

func (a *app) scenarios(ctx context.Context, d *plumb.Design, list []plumb.Scenario, f *simulateFlags) error {
	out := simulated{Findings: d.PolicyFindings()}
	full := len(list) == 1
	t := newTables(&a.Env, f.all)
	if !a.json && f.csv == "" {
		t.findings(out.Findings)
	}
	for _, s := range list {
		s.Progress = a.replicated(s.Name)
		r, problems := d.Simulate(ctx, s)
		a.replicatedAll()
		if problems.HasErrors() {
			return a.badScenario(problems)
		}
		out.Results = append(out.Results, r)
		switch {
		case a.json:
		case f.csv != "":
			t.csv(f.csv, &r, len(out.Results) == 1)
		case full:
			t.result(&r)
		default:
			t.summary(&r)
		}
		if err := t.flush(); err != nil {
			return err
		}
		if r.Interrupted {
			break
		}
	}
	if a.json {
		if err := a.printJSON(out); err != nil {
			return err
		}
	}
	if err := a.page(f, plumb.PageContent{System: d.Arch.System.Name, Results: out.Results, Findings: out.Findings}); err != nil {
		return err
	}
	return interrupted(ctx)
}

// pageFree tells whether the page may be written: a file that is not as plumb wrote it
// is a person's, and stays.
func (f *simulateFlags) pageFree() error {
	if f.html == "" {
		return nil
	}
	old, err := os.ReadFile(f.html)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(f.html)); err != nil { // known before hours of simulation
			return exit(ExitUsage, "--html: there is no directory %s", filepath.ToSlash(filepath.Dir(f.html)))
		}
		return nil
	case err == nil && !plumb.PageUntouched(old):
		return exit(ExitFindings, "%s is there and is not as plumb wrote it: move it away, or name another file", f.html)
	}
	return err
}

// page writes the HTML page that --html asks for.
func (a *app) page(f *simulateFlags, c plumb.PageContent) error {
	if f.html == "" {
		return nil
	}
	if err := f.pageFree(); err != nil {
		return err
	}
	text, err := plumb.SimulationPage(c)
	if err != nil {
		return err
	}
	return emit.Replace(f.html, text)
}

// interrupted is the end of a command that was told to stop and has printed what it
// had.
func interrupted(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return exit(ExitFailure, "interrupted; what is shown is what was done until then")
	}
	return nil
}

func (a *app) badScenario(list diag.List) error {
	if a.json {
		if err := a.printJSON(struct {
			Problems diag.List `json:"problems"`
		}{list}); err != nil {
			return err
		}
	} else if err := diag.Render(a.Stderr, list, diag.Style{Color: a.colored()}); err != nil {
		return err
	}
	return exitError{code: ExitFindings}
}

// replicated shows on a terminal how far a scenario is.
func (a *app) replicated(name string) func(done, all int) {
	if !a.Terminal || a.json {
		return nil
	}
	return func(done, all int) { fmt.Fprintf(a.Stderr, "\r%s %d/%d\x1b[K", name, done, all) }
}

func (a *app) replicatedAll() {
	if a.Terminal && !a.json {
		fmt.Fprint(a.Stderr, "\r\x1b[K")
	}
}
