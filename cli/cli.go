// Package cli is plumb on the command line.
//
// The rules of the interface: results go to standard output, everything about them
// (problems, progress, what was written) to standard error; messages are one clause,
// without capitals and full stops; a problem shows the place, the reason and a
// remedy; --json prints exactly one JSON value on standard output, {"error": "..."} when
// there is no answer; exit codes are 0 fine, 1 findings, 2 usage, 3 infeasible or
// failure.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"plumb.dev/plumb"
	"plumb.dev/plumb/cache"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/lock"
)

// Exit codes.
const (
	ExitFine     = 0 // done, nothing to complain about
	ExitFindings = 1 // the input has problems, or files are not up to date
	ExitUsage    = 2 // the command line is wrong
	ExitFailure  = 3 // no design is feasible, or the machine failed
)

// Env is the world a command runs in, so that tests run in process.
type Env struct {
	Args           []string // without the program's name
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Terminal tells whether standard output is a terminal, Interactive whether a
	// person can be asked on standard input.
	Terminal, Interactive bool
	// Today is the date put on new decision records, YYYY-MM-DD.
	Today   string
	NoColor bool
	// Width of the terminal in columns.
	Width int
	// Clock tells how long the process has run, for rates that are shown and kept
	// nowhere; nil when there is none.
	Clock func() time.Duration
	// Git runs git in a directory and returns what it prints; the error is what git
	// says.
	Git func(ctx context.Context, dir string, args ...string) ([]byte, error)
	// Cache is where what took long to work out is remembered; nil for nowhere.
	Cache *cache.Cache
	// Getenv reads the variables that 'plumb chat --help' names; nil when there are none.
	Getenv func(string) string
}

// System is the process's own environment. It is the only place where plumb reads
// the clock and the environment.
func System() Env {
	out, start := int(os.Stdout.Fd()), time.Now()
	width, _, err := term.GetSize(out)
	if err != nil || width < 60 {
		width = 100
	}
	return Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: term.IsTerminal(out), Interactive: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(out),
		Today: time.Now().UTC().Format(time.DateOnly), NoColor: os.Getenv("NO_COLOR") != "", Width: min(width, 140),
		Clock:  func() time.Duration { return time.Since(start) },
		Git:    runGit,
		Getenv: os.Getenv,
		Cache:  cache.New(cacheDir(), cache.Program),
	}
}

// cacheDir is where this person's programs keep what they can do without, unless
// PLUMB_CACHE says where else, or off; "" when there is no such place.
func cacheDir() string {
	switch dir := os.Getenv("PLUMB_CACHE"); dir {
	case "off":
		return ""
	case "":
		if dir, err := os.UserCacheDir(); err == nil {
			return filepath.Join(dir, "plumb")
		}
		return ""
	default:
		return dir
	}
}

// Main runs one command and returns its exit code.
func Main(env Env) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(env.Stderr, "plumb: this is a fault of plumb, not of your input: %v\n%s", r, debug.Stack())
			code = ExitFailure
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	defer context.AfterFunc(ctx, func() {
		stop() // what does not listen ends by a second interrupt
		fmt.Fprintln(env.Stderr, "\nplumb: interrupted, stopping; once more stops at once")
	})()
	out := &counted{Writer: env.Stdout}
	env.Stdout = out
	a := &app{Env: env}
	root := a.root()
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	var status exitError
	// A command that is not known has read no flag.
	if (a.json || slices.Contains(env.Args, "--json")) && err != nil && err.Error() != "" && out.n == 0 {
		_ = a.printJSON(map[string]string{"error": err.Error()})
	}
	switch {
	case err == nil:
		return ExitFine
	case errors.As(err, &status):
		if status.message != "" {
			fmt.Fprintln(env.Stderr, "plumb: "+status.message)
		}
		return status.code
	case errors.Is(err, context.Canceled):
		return ExitFailure // which has been said
	default:
		fmt.Fprintf(env.Stderr, "plumb: %v\n", err)
		if isFailure(err) {
			return ExitFailure
		}
		fmt.Fprintln(env.Stderr, "plumb: 'plumb help' lists the commands")
		return ExitUsage
	}
}

// counted tells whether anything was written.
type counted struct {
	io.Writer
	n int
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += n
	return n, err
}

// isFailure tells the machine's failures from mistakes on the command line.
func isFailure(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	return errors.As(err, &path) || errors.As(err, &link) || errors.Is(err, io.ErrShortWrite)
}

// exitError ends a command with a code; an empty message has been said already.
type exitError struct {
	code    int
	message string
}

func (e exitError) Error() string { return e.message }

func exit(code int, format string, args ...any) error {
	return exitError{code, fmt.Sprintf(format, args...)}
}

// app holds what the flags say.
type app struct {
	Env
	json    bool
	color   string
	quick   bool
	asking  bool // about a design: what is wrong with its input is said in one line
	noCache bool
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "plumb",
		Short: "plumb designs backends and can say why",
		Long: `plumb reads what a business needs and answers with a backend architecture that can
be defended and checked: every line of a design can say why.

A newcomer needs these:

  plumb new                 start an input, by a short interview
  plumb design [FILE|DIR]   read it, decide, and show what it would build and why
  plumb design -o DIR       the same, written: DESIGN.md, decision records, contracts
  plumb explain NAME        all about a decision, an element, a number, a code
  plumb whatif FACT=VALUE   what another value would change
  plumb simulate            run the design under load and faults
  plumb check               the gate for CI: problems, and whether files are up to date
  plumb schema              the input's JSON Schema, for editors`,
		SilenceUsage: true, SilenceErrors: true,
		Version: version(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("plumb {{.Version}}\n")
	flags := root.PersistentFlags()
	flags.BoolVar(&a.json, "json", false, "print one JSON value instead of text")
	flags.BoolVar(&a.noCache, "no-cache", false, "work everything out again; nothing that is shown depends on it")
	flags.StringVar(&a.color, "color", "auto", "colours: auto, always or never")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if a.noCache {
			a.Cache = nil
		}
		if a.color != "auto" && a.color != "always" && a.color != "never" {
			return exit(ExitUsage, "--color takes auto, always or never, not %q", a.color)
		}
		return nil
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		message := parsing.ReplaceAllString(err.Error(), "")
		return exit(ExitUsage, "%s; '%s --help' lists the flags", message, cmd.CommandPath())
	})
	root.AddCommand(a.designCmd(), a.explainCmd(), a.whatifCmd(), a.diffCmd(), a.questionsCmd(), a.answerCmd(), a.checkCmd(), a.simulateCmd(), a.newCmd(), a.schemaCmd(), a.mcpCmd(), a.agentCmd(), a.chatCmd(), a.completionCmd())
	return root
}

// parsing is what strconv says of itself in the error of a flag.
var parsing = regexp.MustCompile(`strconv\.\w+: parsing "[^"]*": `)

const maxArgs = 1000

// takes says how many arguments a command has, in words.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if least <= len(args) && len(args) <= most {
			return nil
		}
		return exit(ExitUsage, "%s takes %s, not %s; '%s --help' shows examples", strings.TrimPrefix(cmd.CommandPath(), "plumb "), what, plural(len(args), "argument"), cmd.CommandPath())
	}
}

// version is what the build says of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func (a *app) colored() bool {
	return a.color == "always" || a.color == "auto" && a.Terminal && !a.NoColor
}

// input is a read input file with what lies beside it.
type input struct {
	file string // as shown in problems
	text []byte
	dir  string // where plumb.lock lies
	lock []byte // nil when there is none
}

// maxInput bounds what is read before the parser can refuse it.
const maxInput = 8 << 20

// open reads FILE, DIR/plumb.yaml, or standard input for "-".
func (a *app) open(args []string) (input, error) {
	name := "."
	if len(args) > 0 {
		name = args[0]
	}
	if name == "-" {
		text, err := io.ReadAll(io.LimitReader(a.Stdin, maxInput))
		return input{file: "<stdin>", text: text, dir: "."}, err
	}
	if name == "" {
		return input{}, exit(ExitUsage, "the name of the input is empty")
	}
	info, err := os.Stat(name)
	if err != nil {
		return input{}, missing(name, err)
	}
	if info.IsDir() {
		name = filepath.Join(name, "plumb.yaml")
		if _, err := os.Stat(name); err != nil {
			return input{}, missing(name, err)
		}
	}
	text, err := readBounded(name)
	if err != nil {
		return input{}, err
	}
	in := input{file: filepath.ToSlash(filepath.Clean(name)), text: text, dir: filepath.Dir(name)}
	lock, err := readBounded(filepath.Join(in.dir, lock.File))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return input{}, err
	}
	in.lock = lock
	return in, nil
}

// takesFile lets a command that names its input by an argument take -f as well, as
// those do whose arguments are something else.
func takesFile(cmd *cobra.Command) {
	var file string
	cmd.Flags().StringVarP(&file, "file", "f", "", "the input: the same as naming it without -f")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case file == "":
			return run(cmd, args)
		case len(args) > 0:
			return exit(ExitUsage, "the input is named twice, as %s and with -f %s", args[0], file)
		}
		return run(cmd, []string{file})
	}
}

func missing(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return exit(ExitUsage, "there is no %s: name another FILE or DIR, or let 'plumb new' write one to start from", filepath.ToSlash(name))
	}
	return err
}

// readBounded reads a regular file up to a byte more than any valid input has, so
// that the parser sees and names what is too large.
func readBounded(name string) ([]byte, error) {
	// Opening a pipe would wait for whoever writes it.
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, exit(ExitUsage, "%s is not a regular file; '-' reads standard input", filepath.ToSlash(name))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxInput))
}

// design runs the pipeline and shows the problems.
func (a *app) design(in input) (*plumb.Design, error) {
	d := a.run(in)
	if !a.json {
		if err := a.problems(d); err != nil {
			return nil, err
		}
	}
	if d.Arch == nil {
		if a.json {
			if err := a.printJSON(struct {
				Problems diag.List `json:"problems"`
			}{d.Problems}); err != nil {
				return nil, err
			}
		}
		return nil, exitError{code: a.failureCode(d)}
	}
	return d, nil
}

// run runs the pipeline. A design names its input by the file alone, so that it is
// the same from whichever directory it is made; problems show the whole path.
func (a *app) run(in input) *plumb.Design {
	base := path.Base(in.file)
	d := plumb.Run(plumb.Input{File: base, Text: in.text, Lock: in.lock, Date: a.Today, Quick: a.quick, Cache: a.Cache})
	d.Problems = d.Problems.In(base, in.file)
	return d
}

// failureCode tells mistakes in the input from needs nothing can serve.
func (a *app) failureCode(d *plumb.Design) int {
	for _, p := range d.Problems {
		if p.Severity == diag.Error && !strings.HasPrefix(string(p.Code), "decide.") {
			return ExitFindings
		}
	}
	return ExitFailure
}

// problems prints what was found about the input.
func (a *app) problems(d *plumb.Design) error {
	if len(d.Problems) == 0 {
		return nil
	}
	if a.asking && !d.Problems.HasErrors() {
		if n := d.Problems.Count(diag.Warning); n > 0 {
			fmt.Fprintf(a.Stderr, "the input has %s: 'plumb check' shows what\n", plural(n, "warning"))
		}
		return nil
	}
	source := func(string) (string, bool) { return d.Doc.Source, d.Doc.Source != "" }
	if err := diag.Render(a.Stderr, d.Problems, diag.Style{Color: a.colored(), Source: source}); err != nil {
		return err
	}
	errs, warns := d.Problems.Count(diag.Error), d.Problems.Count(diag.Warning)
	fmt.Fprintf(a.Stderr, "\n%s, %s; 'plumb explain CODE' tells more about one\n\n", plural(errs, "error"), plural(warns, "warning"))
	return nil
}

// files prints the design as files; what cannot be printed is a fault of plumb.
func files(d *plumb.Design) ([]emit.File, error) {
	list, err := d.Files()
	if err != nil {
		return nil, exit(ExitFailure, "this is a fault of plumb, not of your input: %v", err)
	}
	return list, nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
