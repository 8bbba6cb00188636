package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"plumb.dev/plumb/cli"
)

// The scripts run plumb in process, each in a directory of its own, with the
// examples of the repository under $EXAMPLES. They are named <command>_<claim>.
func TestScripts(t *testing.T) {
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples)
			return nil
		},
		UpdateScripts:       os.Getenv("PLUMB_UPDATE") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"plumb": func() { os.Exit(cli.Main(cli.System())) },
	})
}
