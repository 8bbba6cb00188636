package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/spec"
)

func (a *app) newCmd() *cobra.Command {
	var bare bool
	var from string
	cmd := &cobra.Command{
		Use:   "new [DIR]",
		Short: "start an input, by a short interview",
		Long: `Writes a commented plumb.yaml to start from. On a terminal it asks a few questions
first; every answer can be skipped with Enter, and what is skipped will be assumed in
the open. It never overwrites an existing file.

--from reads a brief in Markdown instead (docs/brief.md tells how) and writes what it
says as plumb.yaml, each fact with its line of the brief beside it.`,
		Example: "  plumb new\n  plumb new shop --bare\n  plumb new shop --from brief.md",
		Args:    takes(0, 1, "at most one DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			if err := free(dir); err != nil { // before anything is asked
				return err
			}
			if from != "" {
				return a.startFrom(dir, from)
			}
			var said answers
			if a.Interactive && !bare {
				var err error
				if said, err = a.interview(cmd.Context()); err != nil {
					return err
				}
			}
			return a.start(dir, said)
		},
	}
	cmd.Flags().BoolVar(&bare, "bare", false, "ask nothing")
	cmd.Flags().StringVar(&from, "from", "", "a brief in Markdown to start from")
	return cmd
}

// answers of the interview; an empty one was skipped.
type answers struct {
	system, about, things, actors, team, platform, peak string
}

// interview asks in the order in which people think: what, who, how much.
func (a *app) interview(ctx context.Context) (answers, error) {
	var said answers
	lines := make(chan string)
	in := bufio.NewScanner(a.Stdin)
	go func() { // reading does not end when a person interrupts
		defer close(lines)
		for in.Scan() {
			lines <- in.Text()
		}
	}()
	for _, q := range []struct {
		ask     string
		example string
		to      *string
	}{
		{"What is the system called?", "Harbour", &said.system},
		{"What does it do, for whom, in a sentence?", "Food delivery for mid-size cities", &said.about},
		{"What does it keep? The main things, separated by commas.", "Order, Restaurant, Courier", &said.things},
		{"Who uses it?", "consumer, courier, support", &said.actors},
		{"How many engineers build and run it?", "6", &said.team},
		{"What does it run on?", "kubernetes on aws", &said.platform},
		{"How many requests come at the busiest time?", "50/s", &said.peak},
	} {
		fmt.Fprintf(a.Stdout, "%s (such as: %s; Enter to skip)\n> ", q.ask, q.example)
		select {
		case line, ok := <-lines:
			if !ok {
				fmt.Fprintln(a.Stdout)
				return said, in.Err()
			}
			*q.to = strings.TrimSpace(line)
		case <-ctx.Done():
			return said, exit(ExitFailure, "stopped; nothing was written")
		}
	}
	fmt.Fprintln(a.Stdout)
	return said, nil
}

// start writes the input.
func (a *app) start(dir string, said answers) error {
	text := starter(said)
	if _, problems := spec.Parse("plumb.yaml", text); problems.HasErrors() {
		return fmt.Errorf("the start is not valid, which is a fault of plumb: %s", problems[0].Message)
	}
	return a.keep(dir, text)
}

// keep writes a new input into a directory that has none.
func (a *app) keep(dir string, text []byte) error {
	name := filepath.Join(dir, inputName)
	if err := free(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := emit.Replace(name, text); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"wrote": filepath.ToSlash(name)})
	}
	fmt.Fprintf(a.Stdout, "wrote %s; edit it, then run: plumb design %s\n", filepath.ToSlash(name), filepath.ToSlash(dir))
	return nil
}

// free reports whether a directory has no input yet.
func free(dir string) error {
	name := filepath.Join(dir, inputName)
	if _, err := os.Lstat(name); err == nil {
		return exit(ExitFindings, "%s is there already and stays as it is; give another directory", filepath.ToSlash(name))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
