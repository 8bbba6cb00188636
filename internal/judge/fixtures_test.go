package judge_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/internal/judge"
)

const fixtures = "../../tools/judge/testdata"

// fixture is an entry of broken.yaml: an artefact of clean/ with one edit.
type fixture struct {
	Break    string
	Artefact string
	File     string // below the artefact, where that is a directory
	Edit     struct{ Old, New string }
	Refused  []string `yaml:"refused_by"`
}

// cleanJobs are the clean artefacts by the name of the file or directory.
func cleanJobs(t *testing.T, dir string) []judge.Job {
	jobs := judge.Dir(t, dir)
	return append(jobs, judge.Job{
		Kind: judge.Example, Path: filepath.Join(dir, "dock.json"), Name: "dock.json", Schema: filepath.Join(dir, "dock.schema.json"),
	})
}

func TestCleanArtefactsAreAccepted(t *testing.T) {
	judge.Clean(t, cleanJobs(t, filepath.Join(fixtures, "clean"))...)
}

func TestBrokenArtefactsAreRefusedByTheJudgesNamed(t *testing.T) {
	judge.Require(t)
	broken := readFixtures(t)
	var jobs []judge.Job
	for _, f := range broken {
		jobs = append(jobs, breakOne(t, f))
	}
	said := make([][]string, len(jobs))
	for _, f := range judge.Run(t, jobs...) {
		i := slices.Index(jobs, f.Job)
		said[i] = append(said[i], f.Tool+"/"+strings.TrimPrefix(f.Rule, f.Tool+"/"))
	}
	for i, f := range broken {
		t.Run(f.Artefact+": "+f.Break, func(t *testing.T) {
			slices.Sort(said[i])
			got := slices.Compact(said[i])
			if len(got) == 0 {
				t.Error("nobody refuses it")
			}
			if !slices.Equal(got, f.Refused) {
				t.Errorf("refused by\n  %s\nwant\n  %s", strings.Join(got, ", "), strings.Join(f.Refused, ", "))
			}
		})
	}
}

// breakOne copies the clean artefacts, so that every reference between them
// holds, makes the edit, and returns the job of the one that is edited.
func breakOne(t *testing.T, f fixture) judge.Job {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(fixtures, "clean"))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, f.Artefact, f.File)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), f.Edit.Old) != 1 {
		t.Fatalf("%s: %q does not stand there exactly once", f.Break, f.Edit.Old)
	}
	for _, job := range cleanJobs(t, dir) {
		if job.Name == f.Artefact {
			// Recognised while clean: a broken file is still what it claims to be.
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), f.Edit.Old, f.Edit.New, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			return job
		}
	}
	t.Fatalf("no clean artefact %q", f.Artefact)
	return judge.Job{}
}

func readFixtures(t *testing.T) []fixture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(fixtures, "broken.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []fixture
	if err := yaml.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// seat is what a validator outside this process says of itself.
type seat struct {
	Tool, Module, Version string
	Rules                 []string
}

// outsidePanel asks the validators outside, once, who they are.
func outsidePanel(t *testing.T) []seat {
	t.Helper()
	judge.Require(t)
	seats, err := askPanel()
	if err != nil {
		t.Fatal(err)
	}
	return seats
}

var askPanel = sync.OnceValues(func() ([]seat, error) {
	var all []seat
	for _, command := range [][]string{
		{"node", "../../tools/judge/node/judge.mjs", "--panel"},
		{"go", "run", "-C", "../../tools/judge/go", ".", "--panel"},
	} {
		printed, err := exec.Command(command[0], command[1:]...).Output()
		if err != nil {
			return nil, err
		}
		var seats []seat
		if err := json.Unmarshal(printed, &seats); err != nil {
			return nil, err
		}
		all = append(all, seats...)
	}
	return all, nil
})

func TestEveryJudgeAndEveryRelayRuleRefusesSomething(t *testing.T) {
	var refusals []string
	for _, f := range readFixtures(t) {
		refusals = append(refusals, f.Refused...)
	}
	tools := judge.HereTools()
	for _, seat := range outsidePanel(t) {
		tools = append(tools, seat.Tool)
		for _, rule := range seat.Rules {
			if !slices.Contains(refusals, rule) {
				t.Errorf("no broken artefact is refused by the rule %s", rule)
			}
		}
	}
	for _, tool := range tools {
		if !slices.ContainsFunc(refusals, func(r string) bool { return strings.HasPrefix(r, tool+"/") }) {
			t.Errorf("no broken artefact is refused by %s", tool)
		}
	}
}

func TestTheReadmeNamesEveryJudgeInItsVersion(t *testing.T) {
	text, err := os.ReadFile("../../tools/judge/README.md")
	if err != nil {
		t.Fatal(err)
	}
	// A row of the table: artefact, judge, what it is, version, where.
	versions := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, " | "); len(cells) == 5 {
			versions[strings.Trim(cells[1], "`")] = cells[3]
		}
	}
	for _, tool := range judge.HereTools() {
		if versions[tool] == "" {
			t.Errorf("the table has no row for %s", tool)
		}
	}
	for _, seat := range outsidePanel(t) {
		if versions[seat.Tool] != seat.Version {
			t.Errorf("%s is of version %s, the table says %q", seat.Tool, seat.Version, versions[seat.Tool])
		}
	}
}

func TestAMissingFileKeepsNoJudgeFromTheOthers(t *testing.T) {
	clean := filepath.Join(fixtures, "clean", "openapi.yaml")
	missing := judge.Job{Kind: judge.OpenAPI, Path: filepath.Join(t.TempDir(), "openapi.yaml")}
	heard := map[string]bool{}
	for _, f := range judge.Run(t, missing, judge.Job{Kind: judge.OpenAPI, Path: clean}) {
		if f.Job != missing {
			t.Errorf("blamed for the missing one: %v", f)
		}
		heard[f.Tool] = true
	}
	for _, tool := range []string{"redocly", "spectral", "oasdiff", "kin-openapi", "examples"} {
		if !heard[tool] {
			t.Errorf("%s does not miss it", tool)
		}
	}
}
