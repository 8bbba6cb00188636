package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumb.dev/plumb/agent"
	"plumb.dev/plumb/emit"
)

func (a *app) agentCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "make a coding agent an architect that asks plumb",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.agentInstallCmd(), a.agentPluginCmd(), a.agentShowCmd())
	return cmd
}

func (a *app) agentInstallCmd() *cobra.Command {
	var names []string
	cmd := &cobra.Command{
		Use:   "install [DIR]",
		Short: "put the architect into a repository, for the coding agents found there",
		Long: `Puts the backend-architect agent, its skill and the configuration of 'plumb mcp' where
the coding agents of the repository read them: .claude and .mcp.json, .cursor, .vscode,
.gemini, .codex, opencode.json, and a section of AGENTS.md or GEMINI.md. What a person
edited stays as it is.`,
		Example: "  plumb agent install\n  plumb agent install shop --for claude",
		Args:    takes(0, 1, "at most one DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			for _, n := range names {
				if !slices.Contains(agent.Hosts(), n) {
					return exit(ExitUsage, "--for takes %s, not %q", strings.Join(agent.Hosts(), ", "), n)
				}
			}
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				return exit(ExitUsage, "there is no directory %s", filepath.ToSlash(dir))
			}
			r, err := agent.Install(dir, names...)
			if err != nil {
				return err
			}
			return a.reportInstall(r, names)
		},
	}
	cmd.Flags().StringSliceVar(&names, "for", nil, "serve this agent, found or not: "+strings.Join(agent.Hosts(), ", "))
	return cmd
}

func (a *app) reportInstall(r agent.Report, names []string) error {
	if a.json {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else {
		for _, e := range r.Entries {
			fmt.Fprintf(a.Stdout, "%-9s %s\n", e.Status, e.Path)
		}
		if len(r.Found)+len(names) == 0 {
			fmt.Fprintf(a.Stdout, "no coding agent was found here; --for %s serves one all the same\n", strings.Join(agent.Hosts(), ", --for "))
		}
	}
	refused := r.Of(emit.Refused)
	for _, e := range refused {
		fmt.Fprintf(a.Stderr, "refused   %s: %s\n", e.Path, e.Reason)
	}
	if len(refused) > 0 {
		return exitError{code: ExitFindings}
	}
	return nil
}

func (a *app) agentPluginCmd() *cobra.Command {
	forms := map[string]func() []emit.File{"claude": agent.Plugin, "gemini": agent.Extension}
	form := "claude"
	cmd := &cobra.Command{
		Use:   "plugin DIR",
		Short: "write the whole plugin into a directory",
		Long: `Writes the agent, its skill and the configuration of 'plumb mcp' as a plugin of Claude
Code, or with --for gemini as an extension of Gemini CLI.`,
		Example: "  plumb agent plugin plumb-plugin\n  plumb agent plugin plumb-extension --for gemini",
		Args:    takes(1, 1, "one DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			files, ok := forms[form]
			if !ok {
				return exit(ExitUsage, "--for takes claude or gemini, not %q", form)
			}
			report, err := emit.Write(args[0], files(), emit.Options{})
			for _, e := range report.Of(emit.Refused) {
				fmt.Fprintf(a.Stderr, "refused   %s: %s\n", e.Path, e.Reason)
			}
			if errors.As(err, new(*emit.RefusedError)) {
				return exit(ExitFindings, "nothing was written to %s: what was edited there stays; give another directory", filepath.ToSlash(args[0]))
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(report)
			}
			fmt.Fprintf(a.Stdout, "%s: %s\n", filepath.ToSlash(args[0]), report)
			return nil
		},
	}
	cmd.Flags().StringVar(&form, "for", form, "the agent whose form it has: claude or gemini")
	return cmd
}

func (a *app) agentShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "print the section for AGENTS.md, to add by hand",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.printJSON(map[string]string{"section": string(agent.Section())})
			}
			_, err := fmt.Fprint(a.Stdout, agent.Section())
			return err
		},
	}
}
