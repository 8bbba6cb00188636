package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"plumb.dev/plumb/mcp"
)

func (a *app) mcpCmd() *cobra.Command {
	var dir, addr string
	var public bool
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "serve coding agents over the Model Context Protocol",
		Long: `Serves a coding agent: tools to read requirements, design, explain, try other facts,
decide and write, over standard input and output, or over streamable HTTP with --http.
Every path is inside the workspace; no call reads or writes anything outside it, and a
file that a person edited is never overwritten.

--http listens on this machine only; --public lets it listen on another address, where
anybody who reaches it can read and write the workspace.`,
		Example: "  plumb mcp\n  plumb mcp --dir shop\n  plumb mcp --http 127.0.0.1:8137",
		Args:    takes(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := mcp.New(mcp.Options{Dir: dir, Today: a.Today, Version: version(), Workers: runtime.GOMAXPROCS(0), Cache: a.Cache})
			if err != nil {
				if errors.Is(err, fs.ErrNotExist) {
					return exit(ExitUsage, "there is no directory %s", filepath.ToSlash(dir))
				}
				return err
			}
			defer s.Close()
			if addr == "" {
				if err := s.Stdio(cmd.Context(), a.Stdin, a.Stdout); err != nil && !errors.Is(err, io.EOF) && cmd.Context().Err() == nil {
					return exit(ExitFailure, "the session broke: %v", err)
				}
				return nil
			}
			if !public && !loopback(addr) {
				return exit(ExitUsage, "%s is not an address of this machine alone, such as 127.0.0.1:8137; --public allows it", addr)
			}
			l, err := net.Listen("tcp", addr)
			if err != nil {
				return exit(ExitFailure, "%v", err)
			}
			fmt.Fprintf(a.Stderr, "serving http://%s; interrupt to stop\n", l.Addr())
			return s.HTTP(cmd.Context(), l)
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", ".", "the workspace")
	f.StringVar(&addr, "http", "", "serve streamable HTTP at this address (127.0.0.1:8137) instead of standard input and output")
	f.BoolVar(&public, "public", false, "let --http listen on an address that other machines reach")
	return cmd
}

// loopback reports whether an address is one that only this machine reaches. Names
// other than localhost are not looked up: what they mean can change.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
