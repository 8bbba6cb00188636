package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Pair is a contract before and after a change: files, or directories of Protocol
// Buffers.
type Pair struct {
	Kind Kind   `json:"kind"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Verdict is one change as the field's own tool sees it.
type Verdict struct {
	Rule string `json:"rule"`
	// Level is the tool's own word: ERR, WARN or INFO (oasdiff), FILE or WIRE_JSON (the
	// category of buf that objects), breaking or dangerous (graphql-js), breaking,
	// non-breaking or unclassified (@asyncapi/diff).
	Level string `json:"level"`
	Place string `json:"place"`
}

// Compare asks the tool of each pair's kind what changed: oasdiff's command, buf
// breaking, graphql-js and @asyncapi/diff. A tool that fails, fails the test.
func Compare(t testing.TB, pairs ...Pair) [][]Verdict {
	t.Helper()
	Require(t)
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]Verdict, len(pairs))
	var others []Pair
	var at []int
	for i, p := range pairs {
		if p.Kind == OpenAPI {
			out[i] = oasdiff(t, root, p)
		} else {
			others, at = append(others, p), append(at, i)
		}
	}
	if len(others) == 0 {
		return out
	}
	sent, err := json.Marshal(others)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join(root, nodeDir, "compare.mjs"))
	cmd.Stdin = bytes.NewReader(sent)
	var answers []struct {
		Findings []Verdict
		Error    string
	}
	hear(t, cmd, &answers)
	for k, a := range answers {
		if a.Error != "" {
			t.Fatalf("judge: %s -> %s: %s", others[k].From, others[k].To, a.Error)
		}
		out[at[k]] = a.Findings
	}
	return out
}

// oasdiff runs oasdiff's own command, with every change it knows.
func oasdiff(t testing.TB, root string, p Pair) []Verdict {
	t.Helper()
	var changes []struct {
		ID        string
		Level     int
		Operation string
		Path      string
		Text      string
	}
	program, err := oasdiffProgram(root)
	if err != nil {
		t.Fatalf("judge: oasdiff: %v", err)
	}
	hear(t, exec.Command(program, "changelog", p.From, p.To, "--format", "json"), &changes)
	out := []Verdict{}
	for _, c := range changes {
		level := map[int]string{3: "ERR", 2: "WARN", 1: "INFO"}[c.Level]
		out = append(out, Verdict{Rule: c.ID, Level: level, Place: c.Operation + " " + c.Path + ": " + c.Text})
	}
	return out
}

var oasdiffBuilt struct {
	sync.Once
	program string
	err     error
}

// oasdiffProgram builds oasdiff's command, or finds it built, and returns where it is.
func oasdiffProgram(root string) (string, error) {
	b := &oasdiffBuilt
	b.Do(func() {
		dir := filepath.Join(root, goDir)
		out, err := exec.Command("go", "-C", dir, "tool", "oasdiff", "--version").CombinedOutput()
		if err != nil {
			b.err = fmt.Errorf("%w: %s", err, out)
			return
		}
		out, b.err = exec.Command("go", "-C", dir, "tool", "-n", "oasdiff").Output()
		b.program = strings.TrimSpace(string(out))
	})
	return b.program, b.err
}

// hear runs a judge and reads its answer.
func hear(t testing.TB, cmd *exec.Cmd, answer any) {
	t.Helper()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("judge: %v: %v\n%s%s", cmd.Args, err, printed, errs.Bytes())
	}
	if err := json.Unmarshal(printed, answer); err != nil {
		t.Fatalf("judge: %v: %v\n%s%s", cmd.Args, err, printed, errs.Bytes())
	}
}
