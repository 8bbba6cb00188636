package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/emit"
)

func (a *app) answerCmd() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "answer NAME VALUE",
		Short: "write the answer to a question into the input",
		Long: `Writes a value into the input, at its place; comments and layout stay. NAME is what
'plumb questions' calls it, any other fact, or a path of the input. Nothing is written
when the input would no longer be valid.`,
		Example: "  plumb answer ChangeSchedule.average 40/h\n  plumb answer context.growth 60%",
		Args:    takes(2, 2, "a NAME and a VALUE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := a.open(only(file))
			if err != nil {
				return err
			}
			if in.file == "<stdin>" {
				return exit(ExitUsage, "an answer is written into a file, not into standard input")
			}
			a.quick = true // only where the answer belongs is asked
			d, s, err := a.session(cmd.Context(), file)
			if err != nil {
				return err
			}
			edit, wrong, err := s.Answer(args[0], args[1])
			if err != nil {
				return exit(ExitUsage, "%v", err)
			}
			if len(wrong) > 0 {
				source := func(string) (string, bool) { return string(edit.Text), true }
				if err := diag.Render(a.Stderr, wrong, diag.Style{Color: a.colored(), Source: source}); err != nil {
					return err
				}
				return exit(ExitFindings, "nothing was written: %s is not valid with %s = %s", in.file, edit.Path, edit.Value)
			}
			name, err := filepath.EvalSymlinks(in.file) // a link stays one
			if err == nil {
				err = emit.Replace(name, edit.Text)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(edit)
			}
			_, err = fmt.Fprintf(a.Stdout, "%s: %s is %s now; %s\n", in.file, edit.Path, edit.Value, "'plumb design' shows what follows for "+d.Model.Name)
			return err
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "the input: FILE or DIR (default: the current directory)")
	return cmd
}

func only(file string) []string {
	if file == "" {
		return nil
	}
	return []string{file}
}
