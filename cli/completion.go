package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// completionCmd prints what makes a shell complete the commands and flags of plumb.
func (a *app) completionCmd() *cobra.Command {
	shells := map[string]func(*cobra.Command) error{
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(a.Stdout, true) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(a.Stdout) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(a.Stdout, true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(a.Stdout) },
	}
	names := slices.Sorted(maps.Keys(shells))
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "print completion for your shell: " + strings.Join(names, ", "),
		Long: `Prints a script that makes a shell complete commands and flags. Load it in one shell
with the first line of the examples, or keep it where your shell looks, as in the others.`,
		Example: `  source <(plumb completion bash)
  plumb completion bash > /etc/bash_completion.d/plumb
  plumb completion zsh > "${fpath[1]}/_plumb"
  plumb completion fish > ~/.config/fish/completions/plumb.fish
  plumb completion powershell | Out-String | Invoke-Expression`,
		Args:      takes(1, 1, "one SHELL: "+strings.Join(names, ", ")),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			print := shells[args[0]]
			if print == nil {
				return exit(ExitUsage, "completion is printed for %s, not for %q", strings.Join(names, ", "), args[0])
			}
			return print(cmd.Root())
		},
	}
}
