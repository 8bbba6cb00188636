package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"plumb.dev/plumb/lock"
)

// runGit runs git in a directory and returns what it prints. The command that people
// have is asked and not a library: it reads every repository they work in (linked
// work trees, partial clones, SHA-256, replaced objects) and weighs nothing.
func runGit(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir, "--no-optional-locks"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exited *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("git is not installed, and revisions are read with it")
	case errors.As(err, &exited):
		said, _, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n")
		return nil, errors.New(strings.TrimPrefix(said, "fatal: "))
	}
	return out.Bytes(), err
}

// revision is a commit of the repository around a directory.
type revision struct {
	ctx    context.Context
	git    func(ctx context.Context, dir string, args ...string) ([]byte, error)
	dir    string // in the working tree
	commit string // its full name
}

// revisionOf finds a revision, by any name that git knows it by.
func (a *app) revisionOf(ctx context.Context, dir, name string) (revision, error) {
	r := revision{ctx: ctx, git: a.Git, dir: dir}
	if r.git == nil {
		return r, errors.New("there is no git here")
	}
	if strings.HasPrefix(name, "-") || name == "" {
		return r, fmt.Errorf("%q is no revision", name)
	}
	out, err := r.git(ctx, dir, "rev-parse", "--verify", "--quiet", name+"^{commit}")
	if err != nil {
		if said := err.Error(); said != "" {
			return r, errors.New(said)
		}
		return r, fmt.Errorf("git knows no revision %q", name)
	}
	r.commit = strings.TrimSpace(string(out))
	return r, nil
}

// kind is blob, tree, or "" where the revision has nothing of the path. Paths are
// those of git: from the top of the repository, or from here when they begin with
// "./" or "../".
func (r revision) kind(name string) string {
	out, err := r.git(r.ctx, r.dir, "cat-file", "-t", r.commit+":"+name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// read reads a file of the revision, up to a bound.
func (r revision) read(name string, most int64) ([]byte, error) {
	out, err := r.git(r.ctx, r.dir, "cat-file", "-s", r.commit+":"+name)
	if err != nil {
		return nil, err
	}
	if size, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64); err != nil || size > most {
		return nil, exit(ExitUsage, "%s has more than %d MiB", name, most>>20)
	}
	return r.git(r.ctx, r.dir, "cat-file", "blob", r.commit+":"+name)
}

// input reads the input at a path of the revision, with the lock beside it.
func (r revision) input(name, shown string) (input, error) {
	text, err := r.read(name, maxInput)
	if err != nil {
		return input{}, err
	}
	in := input{file: shown, text: text, dir: "."}
	if beside := beside(name, lock.File); r.kind(beside) == "blob" {
		in.lock, err = r.read(beside, maxInput)
	}
	return in, err
}

// beside is the path of another file in a file's directory; path.Join alone would
// take away the "./" that git tells paths from here by.
func beside(name, other string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i+1] + other
	}
	return other
}

// inTree joins a directory of a revision and a file in it.
func inTree(dir, name string) string {
	if dir == "" {
		return name
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}

// seen gives the path of a file as a repository is asked for it: the nearest
// directory there is, and the way from there, which begins with "./".
func seen(name string) (dir, rest string) {
	name = filepath.Clean(name)
	dir = filepath.Dir(name)
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	rest, err := filepath.Rel(dir, name)
	if err != nil {
		rest = filepath.Base(name)
	}
	return dir, "./" + path.Clean(filepath.ToSlash(rest))
}
