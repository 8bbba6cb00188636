package mcp

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"plumb.dev/plumb"
	"plumb.dev/plumb/brief"
	"plumb.dev/plumb/lock"
)

// workspace is the directory a server was started for. Paths have forward slashes
// and are relative to it; whatever a path says, nothing outside is read or written.
type workspace struct {
	root *os.Root
	dir  string
	// writing is held while files are read to be changed.
	writing sync.Mutex
}

func openWorkspace(dir string) (*workspace, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	return &workspace{root: root, dir: dir}, err
}

// maxFile bounds what is read; the parsers refuse less.
const maxFile = 8 << 20

// maxName bounds a path; file systems take no longer ones.
const maxName = 4096

// local cleans a path and refuses one that leads out of the workspace or into what
// belongs to others: version control and plumb's own records.
func local(name string) (string, error) {
	clean := path.Clean(name)
	switch {
	case len(name) > maxName || strings.Contains(name, "\n"):
		return "", fmt.Errorf("%q is a text, and no path: name the file that holds it, relative to the workspace", short(name, 60))
	case strings.ContainsAny(name, "\\:\x00"):
		return "", fmt.Errorf("%q is no path here: use forward slashes, relative to the workspace", name)
	case path.IsAbs(name) || !filepath.IsLocal(filepath.FromSlash(clean)):
		return "", fmt.Errorf("%q leads out of the workspace; give a path relative to it", name)
	}
	for step := range strings.SplitSeq(clean, "/") {
		if strings.EqualFold(step, ".git") || strings.EqualFold(step, ".plumb") {
			return "", fmt.Errorf("%q is not for this: %s belongs to version control or to plumb's records", name, step)
		}
	}
	return clean, nil
}

// read returns the content of a regular file. Links are followed as long as they
// stay inside the workspace.
func (w *workspace) read(name string) ([]byte, error) {
	name, err := local(name)
	if err != nil {
		return nil, err
	}
	info, err := w.root.Stat(name)
	if err != nil {
		return nil, explained(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	f, err := w.root.Open(name)
	if err != nil {
		return nil, explained(name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s has more than %d MiB", name, maxFile>>20)
	}
	return text, err
}

// explained says what is wrong with a path without the machine's own words for it.
func explained(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return missingError{name}
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// missingError tells that there is no such file.
type missingError struct{ name string }

func (e missingError) Error() string { return fmt.Sprintf("there is no %s in the workspace", e.name) }

func isMissing(err error) bool { return errors.As(err, new(missingError)) }

// writable refuses a path that is reached through a symbolic link, as a write must
// end where its name says.
func (w *workspace) writable(name string) (string, error) {
	name, err := local(name)
	if err != nil {
		return "", err
	}
	for at := name; at != "."; at = path.Dir(at) {
		info, err := w.root.Lstat(at)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return "", fmt.Errorf("%s is a symbolic link; nothing is written through links", at)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", explained(at, err)
		}
	}
	return name, nil
}

// replace gives a file new content, whole or not at all, unless it is no longer what
// was read: nil for a file that was not there.
func (w *workspace) replace(name string, was, data []byte) error {
	name, err := w.writable(name)
	if err != nil {
		return err
	}
	now, err := w.read(name)
	switch {
	case err != nil && !isMissing(err):
		return err
	case (now == nil) != (was == nil) || !bytes.Equal(now, was):
		return fmt.Errorf("%s was changed by somebody else meanwhile and stays as it is; call again", name)
	}
	mode := fs.FileMode(0o644)
	if info, err := w.root.Lstat(name); err == nil {
		mode = info.Mode().Perm()
	}
	if dir := path.Dir(name); dir != "." {
		if err := w.root.MkdirAll(dir, 0o755); err != nil {
			return explained(dir, err)
		}
	}
	return w.swap(name, data, mode)
}

// swap writes beside the file and renames.
func (w *workspace) swap(name string, data []byte, mode fs.FileMode) (err error) {
	beside := path.Join(path.Dir(name), "."+path.Base(name)+".plumb.tmp")
	_ = w.root.Remove(beside) // left by a killed process
	f, err := w.root.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return explained(beside, err)
	}
	defer func() {
		if err != nil {
			_ = w.root.Remove(beside)
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return w.root.Rename(beside, name)
}

// input is an input file with what lies beside it.
type input struct {
	file       string // relative to the workspace
	text, lock []byte // lock is nil when there is none
}

func (in input) lockFile() string { return path.Join(path.Dir(in.file), lock.File) }

// open reads FILE, or plumb.yaml in DIR; "" is the workspace itself.
func (w *workspace) open(name string) (input, error) {
	if name == "" {
		name = "."
	}
	name, err := local(name)
	if err != nil {
		return input{}, err
	}
	if info, err := w.root.Stat(name); err == nil && info.IsDir() {
		name = path.Join(name, "plumb.yaml")
	}
	text, err := w.read(name)
	if isMissing(err) {
		if brief.Is(name) {
			return input{}, fmt.Errorf("there is no %s in the workspace: write the brief there, or call intake with its text", name)
		}
		return input{}, fmt.Errorf("there is no %s in the workspace: call intake with the text and save_as %s", name, name)
	}
	if err != nil {
		return input{}, err
	}
	in := input{file: name, text: text}
	if in.lock, err = w.read(in.lockFile()); err != nil && !isMissing(err) {
		return input{}, err
	}
	return in, nil
}

// plans keeps the latest designs: an agent asks about one many times.
type plans struct {
	mu     sync.Mutex
	latest []*planned
}

// planned is a design and what was asked about it.
type planned struct {
	key    [sha256.Size]byte
	design *plumb.Design

	asking    sync.Mutex
	questions []question // nil until they were asked for

	repairing sync.Mutex
	repaired  *plumb.Design // decided again with what its usual loads show; nil until then

	verifying sync.Mutex
	verified  *plumb.Design // with what simulating it showed; nil until it was asked for

	finishing sync.Mutex
	finished  *plumb.Design // verified, with where its decisions flip; nil until then
}

const keptPlans = 4

// plan designs an input, or remembers having done so. A design is never changed
// after it was made here.
func (s *Server) plan(in input) *plumb.Design { return s.planned(in).design }

func (s *Server) planned(in input) *planned {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(in.file), in.text, in.lock} {
		fmt.Fprintf(h, "%d %t\n", len(part), part == nil)
		h.Write(part)
	}
	key := [sha256.Size]byte(h.Sum(nil))
	s.plans.mu.Lock()
	defer s.plans.mu.Unlock()
	for _, p := range s.plans.latest {
		if p.key == key {
			return p
		}
	}
	d := plumb.Run(plumb.Input{File: path.Base(in.file), Text: in.text, Lock: in.lock, Date: s.today, Cache: s.cache})
	d.Problems = d.Problems.In(path.Base(in.file), in.file)
	p := &planned{key: key, design: d}
	s.plans.latest = append([]*planned{p}, s.plans.latest[:min(len(s.plans.latest), keptPlans-1)]...)
	return p
}
