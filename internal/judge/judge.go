// Package judge asks foreign validators about the artefacts that plumb writes.
// Tests use it; the product never imports it.
//
// A [Job] names a file (for Protocol Buffers a directory) and its [Kind]. Each
// kind has several judges that know nothing of one another: libraries of this
// module, oasdiff's validator (tools/judge/go) and the validators of the
// JavaScript world (tools/judge/node). [Clean] demands that all of them are
// silent; [Run] hands back what they say. Warnings and hints count like errors.
// A rule is waived only in tools/judge/waivers.yaml, with a reason, and a waiver
// that nothing needs is itself a [Finding].
//
//	judge.Clean(t, judge.Dir(t, out)...)
//
// Where Node.js or its packages are missing the test is skipped with a line that
// begins "JUDGE SKIPPED"; with PLUMB_JUDGES=required in the environment it fails
// instead. See [Require].
//
// The validators outside this process are started once per test binary, when
// first needed, and answer batch after batch: pass all files to one call, or
// call often, as the test reads best.
package judge

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Kind says what a file claims to be, and so who judges it.
type Kind string

const (
	// OpenAPI is an OpenAPI 3.1 description in YAML or JSON.
	OpenAPI Kind = "openapi"
	// AsyncAPI is an AsyncAPI 3.x document in YAML or JSON.
	AsyncAPI Kind = "asyncapi"
	// GraphQL is a schema in GraphQL's schema definition language.
	GraphQL Kind = "graphql"
	// Protobuf is a directory: the root of the import paths of its .proto
	// files, or one whose buf.yaml names such roots.
	Protobuf Kind = "protobuf"
	// Mermaid is a diagram file, or a Markdown file with fenced diagrams.
	Mermaid Kind = "mermaid"
	// JSONSchema is a JSON Schema of draft 2020-12.
	JSONSchema Kind = "jsonschema"
	// Example is a JSON or YAML value that must satisfy [Job.Schema].
	Example Kind = "example"
)

// Job is one artefact to be judged.
type Job struct {
	Kind Kind
	// Path is where the file or directory is.
	Path string
	// Name is what findings and waivers call it, with forward slashes; the
	// path where it is empty.
	Name string
	// Schema is the path of a JSON Schema; for [Example] only.
	Schema string
}

func (j Job) name() string {
	if j.Name != "" {
		return j.Name
	}
	return filepath.ToSlash(j.Path)
}

// Finding is one thing that a judge holds against an artefact.
type Finding struct {
	Job  Job
	Tool string // the judge
	Rule string // the judge's own name for what is broken
	// Severity is the judge's own word. It changes nothing: accepted means
	// that nothing was said at all.
	Severity string
	Message  string
	Place    string // where in the artefact, in the judge's own notation; may be empty
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s: %s[%s/%s]: %s", f.Job.name(), f.Place, f.Severity, f.Tool, f.Rule, f.Message)
}

// Clean fails the test for each finding about the jobs. The judges that are
// libraries of this module are heard even where [Require] then skips the test.
func Clean(t testing.TB, jobs ...Job) {
	t.Helper()
	demandJobs(t, jobs)
	if missing() != nil {
		report(t, heed(t, jobs, askHere(jobs, false)))
		Require(t)
	}
	report(t, Run(t, jobs...))
}

// Run returns what the judges say about the jobs, in the order of the jobs and
// then by judge, place and rule, less what is waived. It needs all judges; see
// [Require].
func Run(t testing.TB, jobs ...Job) []Finding {
	t.Helper()
	demandJobs(t, jobs)
	Require(t)
	all := askHere(jobs, true)
	all.add(askOutside(t, jobs))
	for _, job := range jobs {
		if !slices.ContainsFunc(all.judged, func(h hearing) bool { return h.job == job }) {
			t.Fatalf("judge: nobody judges %q, kind %q", job.name(), job.Kind)
		}
	}
	return heed(t, jobs, all)
}

func report(t testing.TB, findings []Finding) {
	t.Helper()
	for _, f := range findings {
		t.Errorf("judged: %v", f)
	}
}

// demandJobs refuses to judge nothing: a test that lost its files must not pass.
func demandJobs(t testing.TB, jobs []Job) {
	t.Helper()
	if len(jobs) == 0 {
		t.Fatal("judge: no jobs: there is nothing to judge")
	}
}

// heard is what a group of judges said, and which of them looked at which job.
type heard struct {
	findings []Finding
	judged   []hearing
}

// hearing says that a judge looked at a job.
type hearing struct {
	tool string
	job  Job
}

func (h *heard) add(other heard) {
	h.findings = append(h.findings, other.findings...)
	h.judged = append(h.judged, other.judged...)
}

// heed applies the waivers to what was heard and puts the rest in order.
func heed(t testing.TB, jobs []Job, all heard) []Finding {
	t.Helper()
	waivers, err := readWaivers()
	if err != nil {
		t.Fatalf("judge: %v", err)
	}
	findings := apply(waivers, all)
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			slices.Index(jobs, a.Job)-slices.Index(jobs, b.Job),
			strings.Compare(a.Tool, b.Tool), strings.Compare(a.Place, b.Place), strings.Compare(a.Rule, b.Rule))
	})
	return findings
}
