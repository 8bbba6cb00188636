// Package corpus runs broken inputs against the stage that has to refuse them.
//
// A broken input says itself what is wrong, in a comment at the end of the line
// that is at fault:
//
//	latency: p99 800   # ERROR spec.bad-quantity "has no unit"
//
// WARNING and NOTE stand for the other severities. Where a comment cannot stand, or
// where the column matters, the place is written out, on any line:
//
//	# ERROR-AT 3:9 spec.bad-yaml "never closed"
//
// Expectations are exact both ways: every problem of the file is expected, and
// every expectation is met. The pages of the diagnostic codes hold a failing and a
// repaired input each; [Pages] runs them.
package corpus

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"plumb.dev/plumb/diag"
)

// Stage reads a file and returns the problems found.
type Stage func(file string, text []byte) diag.List

// Expectation is one problem a file claims to have.
type Expectation struct {
	Severity diag.Severity
	Line     int
	// Column is 0 where any column will do.
	Column int
	Code   diag.Code
	// Says must be part of the message.
	Says string
}

var claim = regexp.MustCompile(`#\s*(ERROR|WARNING|NOTE)(?:-AT (\d+):(\d+))? ([a-z0-9.-]+) ("(?:[^"\\]|\\.)*")`)

// Expectations reads the claims of a file. A comment that starts like a claim and
// is none is an error.
func Expectations(text string) ([]Expectation, error) {
	var out []Expectation
	for i, line := range strings.Split(text, "\n") {
		claims := claim.FindAllStringSubmatch(line, -1)
		if len(claims) == 0 && regexp.MustCompile(`#\s*(ERROR|WARNING|NOTE)\b`).MatchString(line) {
			return nil, fmt.Errorf("line %d: a claim is written # ERROR code \"part of the message\"", i+1)
		}
		for _, m := range claims {
			says, err := strconv.Unquote(m[5])
			if err != nil {
				return nil, fmt.Errorf("line %d: %s: %w", i+1, m[5], err)
			}
			e := Expectation{Line: i + 1, Code: diag.Code(m[4]), Says: says}
			e.Severity = map[string]diag.Severity{"ERROR": diag.Error, "WARNING": diag.Warning, "NOTE": diag.Note}[m[1]]
			if m[2] != "" {
				e.Line, _ = strconv.Atoi(m[2])
				e.Column, _ = strconv.Atoi(m[3])
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// String shows an expectation as it is written.
func (e Expectation) String() string {
	word := strings.ToUpper(e.Severity.String())
	if e.Column > 0 {
		return fmt.Sprintf("%s-AT %d:%d %s %q", word, e.Line, e.Column, e.Code, e.Says)
	}
	return fmt.Sprintf("line %d: %s %s %q", e.Line, word, e.Code, e.Says)
}

func (e Expectation) meets(p diag.Problem) bool {
	return e.Code == p.Code && e.Severity == p.Severity && e.Line == p.Span.Start.Line &&
		(e.Column == 0 || e.Column == p.Span.Start.Column) && strings.Contains(p.Message, e.Says)
}

// Differences lists the expectations not met and the problems not expected, each
// as a sentence.
func Differences(want []Expectation, got diag.List) []string {
	var out []string
	met := make([]bool, len(got))
next:
	for _, e := range want {
		for i, p := range got {
			if !met[i] && e.meets(p) {
				met[i] = true
				continue next
			}
		}
		out = append(out, "not reported: "+e.String())
	}
	for i, p := range got {
		if !met[i] {
			out = append(out, fmt.Sprintf("not expected: %s: %s %s %q", p.Span, strings.ToUpper(p.Severity.String()), p.Code, p.Message))
		}
	}
	return out
}

// Run runs the stage on every file that the glob matches. Only claims whose code
// starts with prefix ("spec.", or "" for all) concern the stage; a file without
// such claims must pass it. It returns how many files it ran.
func Run(t *testing.T, fsys fs.FS, glob, prefix string, stage Stage) int {
	t.Helper()
	files, err := fs.Glob(fsys, glob)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(path.Base(file), ".yaml"), func(t *testing.T) {
			text, err := fs.ReadFile(fsys, file)
			if err != nil {
				t.Fatal(err)
			}
			claims, err := Expectations(string(text))
			if err != nil {
				t.Fatal(err)
			}
			if len(claims) == 0 {
				t.Fatal("the file claims no problem")
			}
			var want []Expectation
			for _, e := range claims {
				if strings.HasPrefix(string(e.Code), prefix) {
					want = append(want, e)
				}
			}
			for _, d := range Differences(want, stage(path.Base(file), text)) {
				t.Error(d)
			}
		})
	}
	return len(files)
}
