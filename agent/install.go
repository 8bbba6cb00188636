package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/emit"
)

// Report says what became of each file; paths are relative to the repository.
type Report struct {
	// Found are the agents that the repository is used with.
	Found   []string     `json:"found"`
	Entries []emit.Entry `json:"files"`
}

// Of returns the entries with a status.
func (r Report) Of(s emit.Status) []emit.Entry { return emit.Report{Entries: r.Entries}.Of(s) }

// Install puts the agent into a repository: for the named agents, or with no name
// for those found there, and where none is found as a section of AGENTS.md. What a
// person edited stays, and is reported as refused with what to do.
func Install(dir string, names ...string) (Report, error) {
	chosen, err := choose(dir, names)
	if err != nil {
		return Report{}, err
	}
	r := Report{Found: []string{}}
	var sections []string
	if len(names) == 0 && len(chosen) == 0 {
		sections = []string{instructions}
	}
	for _, h := range chosen {
		r.Found = append(r.Found, h.name)
		if h.section != "" && !slices.Contains(sections, h.section) {
			sections = append(sections, h.section)
		}
		if h.dir != "" {
			if err := r.copy(dir, h); err != nil {
				return r, err
			}
		}
		if h.config != nil {
			if err := r.edit(dir, h.configFile(dir), h.config.with); err != nil {
				return r, err
			}
		}
	}
	for _, name := range sections {
		if err := r.edit(dir, name, withAgents); err != nil {
			return r, err
		}
	}
	return r, nil
}

// configFile is the file that configures the servers of an agent in a repository.
func (h host) configFile(dir string) string {
	for _, name := range h.servers {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			return name
		}
	}
	return h.servers[0]
}

func choose(dir string, names []string) ([]host, error) {
	var out []host
	for _, h := range hosts {
		found := slices.ContainsFunc(h.marks, func(m string) bool {
			_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(m)))
			return err == nil
		})
		if slices.Contains(names, h.name) || len(names) == 0 && found {
			out = append(out, h)
		}
	}
	for _, n := range names {
		if !slices.Contains(Hosts(), n) {
			return nil, fmt.Errorf("no agent is called %q; known are %s", n, strings.Join(Hosts(), ", "))
		}
	}
	return out, nil
}

// copy writes whole files, which are plumb's as long as nobody edits them.
func (r *Report) copy(dir string, h host) error {
	if linked(dir, h.dir) {
		r.refuse(h.dir, "it is a symbolic link")
		return nil
	}
	report, err := emit.Write(filepath.Join(dir, h.dir), h.files(), emit.Options{})
	if refused := new(emit.RefusedError); err != nil && !errors.As(err, &refused) {
		return err
	}
	for _, e := range report.Entries {
		e.Path = path.Join(h.dir, e.Path)
		if err != nil && e.Status != emit.Refused {
			continue // nothing was written
		}
		r.Entries = append(r.Entries, e)
	}
	return nil
}

func linked(dir, name string) bool {
	for at := name; at != "."; at = path.Dir(at) {
		if info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(at))); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

func (r *Report) refuse(name, why string) {
	r.Entries = append(r.Entries, emit.Entry{Path: name, Status: emit.Refused, Reason: why})
}

// edit changes a file that belongs to the person: only by adding, or by renewing
// what was added.
func (r *Report) edit(dir, name string, change func(string) (string, error)) error {
	if linked(dir, name) {
		r.refuse(name, "it is a symbolic link; 'plumb agent show' prints what to add")
		return nil
	}
	at := filepath.Join(dir, filepath.FromSlash(name))
	was, err := os.ReadFile(at)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return err
	}
	text, err := change(string(was))
	entry := emit.Entry{Path: name, Bytes: int64(len(text))}
	switch {
	case err != nil:
		r.refuse(name, err.Error())
		return nil
	case missing:
		entry.Status = emit.Created
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
	case text != string(was):
		entry.Status = emit.Changed
	}
	if entry.Status != emit.Unchanged {
		if err := emit.Replace(at, []byte(text)); err != nil {
			return err
		}
	}
	r.Entries = append(r.Entries, entry)
	return nil
}

// The section of AGENTS.md or GEMINI.md stands between marks; the first holds the digest of what
// plumb wrote, so that an edit by a person is seen.
var marked = regexp.MustCompile(`(?s)<!-- plumb:begin ([0-9a-f]+) -->\n(.*?)<!-- plumb:end -->\n?`)

// Section is what such a file gets, with its marks.
func Section() string {
	return fmt.Sprintf("<!-- plumb:begin %s -->\n%s<!-- plumb:end -->\n", digest(section), section)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

func withAgents(text string) (string, error) {
	m := marked.FindStringSubmatchIndex(text)
	if m == nil {
		if strings.Contains(text, "<!-- plumb:") {
			return "", errors.New("plumb's marks in it are damaged; take them out, or mend them")
		}
		if text != "" {
			text = strings.TrimRight(text, "\n") + "\n\n"
		}
		return text + Section(), nil
	}
	if digest(text[m[4]:m[5]]) != text[m[2]:m[3]] {
		return "", errors.New("the section between plumb's marks was edited; move your words out of it, or delete the marks to keep it as yours")
	}
	return text[:m[0]] + Section() + text[m[1]:], nil
}
