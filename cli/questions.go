package cli

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"plumb.dev/plumb/arch"
)

func (a *app) questionsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "questions [FILE|DIR]",
		Short: "the guesses that matter most, to be answered by a person",
		Long: `Lists at most five values that nobody stated and that matter: other plausible values
would flip decisions that are costly to reverse later. Each comes with the value
taken until somebody answers, and with what each answer would change.

'plumb answer NAME VALUE' writes an answer into the input.`,
		Args: takes(0, 1, "at most one FILE or DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := strings.Join(args, "")
			d, s, err := a.session(cmd.Context(), file)
			if err != nil {
				return err
			}
			done := a.progress("plans made")
			list, err := s.Questions(cmd.Context(), runtime.GOMAXPROCS(0), done.count)
			done.stop()
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"questions": list})
			}
			out := newScreen(&a.Env, d, true)
			if len(list) == 0 {
				out.line("nothing that was assumed decides anything: every plausible value gives this design")
			}
			for i, q := range list {
				if i > 0 {
					out.line("")
				}
				out.hang(fmt.Sprintf("%d. ", i+1), "%s", q.Asks)
				out.wrap(3, "taken: %s (%s)", q.Default, q.Rests)
				out.wrap(3, "%s", q.Why)
				for _, ans := range q.Answers {
					out.hang("   "+ans.Value+": ", "%s", follows(ans.Changes, ans.Infeasible))
				}
				out.line("   plumb answer %s VALUE", q.Fact.ID)
			}
			return out.flush()
		},
	}
	takesFile(cmd)
	cmd.Flags().BoolVar(&a.quick, "quick", false, quickSession)
	return cmd
}

// follows says in one clause what an answer flips.
func follows(changes []arch.Change, infeasible bool) string {
	var parts []string
	came, went := 0, 0
	for _, c := range changes {
		switch {
		case c.From == "":
			came++
		case c.To == "" && !infeasible:
			went++
		case c.To == "":
			parts = append(parts, string(c.Decision)+" has no feasible option")
		default:
			parts = append(parts, fmt.Sprintf("%s becomes %s", c.Decision, c.To))
		}
	}
	const most = 4
	if more := len(parts) - most; more > 0 {
		parts = append(parts[:most], fmt.Sprintf("%d more flip", more))
	}
	if came+went > 0 {
		parts = append(parts, fmt.Sprintf("%s arise, %d go", plural(came, "decision"), went))
	}
	if len(parts) == 0 {
		return "the same design"
	}
	return strings.Join(parts, "; ")
}

// progress shows a count on a terminal, from the second second on.
type progress struct {
	n    atomic.Int64
	quit chan struct{}
	gone chan struct{}
}

func (a *app) progress(what string) *progress {
	p := &progress{quit: make(chan struct{}), gone: make(chan struct{})}
	go func() {
		defer close(p.gone)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-tick.C:
				if a.Terminal && !a.json {
					fmt.Fprintf(a.Stderr, "\r%d %s", p.n.Load(), what)
					shown = true
				}
			case <-p.quit:
				if shown {
					fmt.Fprintf(a.Stderr, "\r%d %s\n", p.n.Load(), what)
				}
				return
			}
		}
	}()
	return p
}

func (p *progress) count(n int) { p.n.Store(int64(n)) }

func (p *progress) stop() {
	close(p.quit)
	<-p.gone
}
