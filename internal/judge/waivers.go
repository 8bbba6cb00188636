package judge

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// waiver excuses one rule of one judge. All fields are demanded.
type waiver struct {
	Tool string `yaml:"tool"`
	Rule string `yaml:"rule"`
	// Scope is a kind, or a kind, a slash, and the beginning of the names of
	// the jobs it is meant for, in whole path segments.
	Scope  string `yaml:"scope"`
	Reason string `yaml:"reason"`
}

func readWaivers() ([]waiver, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(root, waiverSet))
	if err != nil {
		return nil, err
	}
	return parseWaivers(text)
}

func parseWaivers(text []byte) ([]waiver, error) {
	var file struct {
		Waivers []waiver `yaml:"waivers"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("%s: %w", waiverSet, err)
	}
	for i, w := range file.Waivers {
		if w.Tool == "" || w.Rule == "" || w.Scope == "" || strings.TrimSpace(w.Reason) == "" {
			return nil, errors.New(waiverSet + ": waiver " + fmt.Sprint(i+1) + " lacks a tool, rule, scope or reason")
		}
	}
	return file.Waivers, nil
}

func (w waiver) covers(tool string, job Job) bool {
	what := string(job.Kind) + "/" + job.name()
	return tool == w.Tool && (what == w.Scope || strings.HasPrefix(what, strings.TrimSuffix(w.Scope, "/")+"/"))
}

// apply takes out what is waived, and adds a finding for each waiver that was
// in reach, as its tool judged a job in its scope, and excused nothing.
func apply(waivers []waiver, all heard) []Finding {
	used := make([]bool, len(waivers))
	var left []Finding
	for _, f := range all.findings {
		waived := false
		for i, w := range waivers {
			if f.Rule == w.Rule && w.covers(f.Tool, f.Job) {
				used[i], waived = true, true
			}
		}
		if !waived {
			left = append(left, f)
		}
	}
	for i, w := range waivers {
		for _, h := range all.judged {
			if !used[i] && w.covers(h.tool, h.job) {
				used[i] = true
				left = append(left, Finding{
					Job: h.job, Tool: "waivers", Rule: "unused", Severity: "error",
					Message: fmt.Sprintf("the waiver of %s/%s for %s excuses nothing", w.Tool, w.Rule, w.Scope),
				})
			}
		}
	}
	return left
}
