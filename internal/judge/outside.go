package judge

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Where the validators of other worlds live, from the module's root.
const (
	nodeDir   = "tools/judge/node"
	goDir     = "tools/judge/go"
	waiverSet = "tools/judge/waivers.yaml"
)

// The processes are this package's only state, and on purpose that of the test
// binary: loading the libraries takes seconds, asking them milliseconds. They
// end by themselves when the binary ends, as their input then does.
var (
	nodeJudges = process{command: func(root string) *exec.Cmd {
		return exec.Command("node", filepath.Join(root, nodeDir, "judge.mjs"))
	}}
	goJudge = process{command: func(root string) *exec.Cmd {
		return exec.Command("go", "run", "-C", filepath.Join(root, goDir), ".")
	}}
)

// askOutside puts the jobs before the judges outside this process, side by side.
func askOutside(t testing.TB, jobs []Job) heard {
	t.Helper()
	sent, err := encode(jobs)
	if err != nil {
		t.Fatalf("judge: %v", err)
	}
	processes := []*process{&nodeJudges, &goJudge}
	answers := make([]answer, len(processes))
	failures := make([]error, len(processes))
	var all sync.WaitGroup
	for i, p := range processes {
		all.Go(func() { answers[i], failures[i] = p.ask(sent) })
	}
	all.Wait()
	var outside heard
	for i, a := range answers {
		if failures[i] != nil {
			t.Fatalf("judge: %v", failures[i])
		}
		outside.add(a.heard(jobs))
	}
	return outside
}

// encode writes a batch as the line that tools/judge/node/judge.mjs describes.
func encode(jobs []Job) ([]byte, error) {
	type wireJob struct {
		Kind   Kind   `json:"kind"`
		Path   string `json:"path"`
		Schema string `json:"schema,omitempty"`
	}
	batch := make([]wireJob, len(jobs))
	for i, job := range jobs {
		path, err := filepath.Abs(job.Path)
		if err != nil {
			return nil, err
		}
		batch[i] = wireJob{Kind: job.Kind, Path: path}
		if job.Schema != "" {
			if batch[i].Schema, err = filepath.Abs(job.Schema); err != nil {
				return nil, err
			}
		}
	}
	line, err := json.Marshal(batch)
	return append(line, '\n'), err
}

// answer is the line that comes back. Job is an index into the batch.
type answer struct {
	Findings []struct {
		Job                                  int
		Tool, Rule, Severity, Message, Place string
	}
	Judged []struct {
		Tool string
		Jobs []int
	}
}

func (a answer) heard(jobs []Job) heard {
	var all heard
	for _, f := range a.Findings {
		all.findings = append(all.findings, Finding{jobs[f.Job], f.Tool, f.Rule, f.Severity, f.Message, f.Place})
	}
	for _, judged := range a.Judged {
		for _, i := range judged.Jobs {
			all.judged = append(all.judged, hearing{judged.Tool, jobs[i]})
		}
	}
	return all
}

// process is a validator that answers lines with lines, started when first asked.
type process struct {
	command func(root string) *exec.Cmd

	mu      sync.Mutex
	in      io.Writer
	out     *bufio.Reader
	errors  bytes.Buffer
	started bool
	broken  error
}

func (p *process) ask(line []byte) (answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.started {
		p.started, p.broken = true, p.start()
	}
	if p.broken != nil {
		return answer{}, p.broken
	}
	var a answer
	_, err := p.in.Write(line)
	if err == nil {
		var reply []byte
		if reply, err = p.out.ReadBytes('\n'); err == nil {
			err = json.Unmarshal(reply, &a)
		}
	}
	if err != nil {
		p.broken = p.post(err)
	}
	return a, p.broken
}

func (p *process) start() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	if err := readSources(root); err != nil {
		return err
	}
	cmd := p.command(root)
	cmd.Stderr = &p.errors
	if p.in, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.out = bufio.NewReaderSize(out, 1<<16)
	return cmd.Start()
}

// post explains why a process broke off, with its last words.
func (p *process) post(err error) error {
	words := p.errors.String()
	if len(words) > 4000 {
		words = "... " + words[len(words)-4000:]
	}
	return fmt.Errorf("a validator broke off: %w\n%s", err, words)
}

// readSources reads what the processes are made of. Only what a test itself
// reads makes go test forget a cached result, and a changed judge must.
func readSources(root string) error {
	for _, pattern := range []string{nodeDir + "/*.mjs", nodeDir + "/package*.json", goDir + "/*.go", goDir + "/go.*"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		for _, path := range paths {
			if _, err := os.ReadFile(path); err != nil {
				return err
			}
		}
	}
	return nil
}
