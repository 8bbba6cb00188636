// Command go asks oasdiff's validator about OpenAPI descriptions.
//
// It speaks the protocol of ../node/judge.mjs: each line of standard input is
// a JSON array of jobs, each line of standard output their findings, until the
// input ends. With --panel it prints what it judges and in which version.
//
// It is a module of its own because the validator, oasdiff's command and the test
// runner's summary bring libraries that the product does not need.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/validate"
)

const (
	tool   = "oasdiff"
	module = "github.com/oasdiff/oasdiff"
)

type job struct {
	Kind string `json:"kind"`
	Path string `json:"path"`
}

type finding struct {
	Job      int    `json:"job"`
	Tool     string `json:"tool"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Place    string `json:"place"`
}

type judged struct {
	Tool string `json:"tool"`
	Jobs []int  `json:"jobs"`
}

type answer struct {
	Findings []finding `json:"findings"`
	Judged   []judged  `json:"judged"`
}

func main() {
	if slices.Contains(os.Args[1:], "--panel") {
		fmt.Println(panel())
		return
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

// panel describes the judge as ../node/judge.mjs --panel does.
func panel() string {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == module {
				version = dep.Version
			}
		}
	}
	return fmt.Sprintf(`[{"tool":%q,"kinds":["openapi"],"module":%q,"version":%q}]`, tool, module, version)
}

func serve(in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	answers := json.NewEncoder(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var jobs []job
			if err := json.Unmarshal(line, &jobs); err != nil {
				return err
			}
			if err := answers.Encode(judge(jobs)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func judge(jobs []job) answer {
	given := answer{Findings: []finding{}, Judged: []judged{}}
	var share []int
	for i, job := range jobs {
		if job.Kind != "openapi" {
			continue
		}
		share = append(share, i)
		for _, f := range ask(job.Path) {
			f.Job, f.Tool = i, tool
			given.Findings = append(given.Findings, f)
		}
	}
	if share != nil {
		given.Judged = append(given.Judged, judged{Tool: tool, Jobs: share})
	}
	return given
}

// ask loads a description as oasdiff's own command does and validates it.
// Findings of every level count.
func ask(path string) []finding {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	spec, err := loader.LoadFromFile(path)
	if err != nil {
		return []finding{{Rule: "unreadable", Severity: "error", Message: err.Error()}}
	}
	var findings []finding
	for _, f := range validate.Validate(spec, path) {
		findings = append(findings, finding{
			Rule:     f.Id,
			Severity: f.Level.String(),
			Message:  f.Text,
			Place:    fmt.Sprintf("%d:%d %s %s", f.Source.Line, f.Source.Column, f.Operation, f.Path),
		})
	}
	return findings
}
