package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	remembered := t.TempDir() // by all scripts together, as by one person's commands
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples)
			e.Setenv("PLUMB_CACHE", remembered)
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
		"model": model,
	})
}

// model is a language model for 'plumb chat --model "command:model FILE"': the answers
// lie in the file, parted by lines of ---, and the one is written that follows as many
// answers as the conversation has.
func model() {
	var request struct {
		Messages []struct{ Role string }
	}
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.NewDecoder(os.Stdin).Decode(&request)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	given := 0
	for _, m := range request.Messages {
		if m.Role == "assistant" {
			given++
		}
	}
	answers := strings.Split(string(text), "---\n")
	fmt.Print(answers[min(given, len(answers)-1)])
}
