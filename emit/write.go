package emit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// Options of a write.
type Options struct {
	// Keep lists paths that stay as the person left them: they are neither written
	// nor removed, and never refused.
	Keep []string
}

// ErrBusy tells that another plumb is writing to the same directory.
var ErrBusy = errors.New("another plumb is writing there")

// Write makes the directory hold the files: it creates and changes what is
// needed, removes what it wrote earlier and makes no more, and reports on every
// file.
//
// What a person did is never lost. A file that was edited since plumb wrote it,
// that plumb never wrote, or that is reached through a symbolic link is refused
// with a [RefusedError], and then nothing at all is written. An edited file that
// plumb makes no more is left to the person.
//
// A failure leaves the directory as it was: all files are first staged under
// .plumb/staging, on the same disk, and then put in place by renaming; when a
// rename fails the earlier ones are undone. A killed process leaves each file
// whole, old or new, and the next write finishes the work: before the first
// rename the manifest names both contents as plumb's.
func Write(dir string, files []File, o Options) (Report, error) {
	return write(dir, files, o, nil)
}

// Compare reports what [Write] would do, and changes nothing.
func Compare(dir string, files []File, o Options) (Report, error) {
	if err := checkPaths(files); err != nil {
		return Report{}, err
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return allNew(dir, files), nil
	}
	if err != nil {
		return Report{}, err
	}
	defer root.Close()
	_, moves, err := survey(root, files, o.Keep)
	return report(dir, moves), err
}

func allNew(dir string, files []File) Report {
	r := Report{Dir: dir, Entries: make([]Entry, len(files))}
	for i, f := range files {
		r.Entries[i] = Entry{Path: f.Path, Status: Created, Bytes: int64(len(f.Data))}
	}
	slices.SortFunc(r.Entries, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
	return r
}

// write is [Write] with a place for tests to fail at: see disk.step.
func write(dir string, files []File, o Options, step func(string) error) (Report, error) {
	if err := checkPaths(files); err != nil {
		return Report{}, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return Report{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, err
	}
	defer root.Close()
	unlock, err := claim(root)
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", dir, err)
	}
	defer unlock()
	known, moves, err := survey(root, files, o.Keep)
	if err != nil {
		return Report{}, err
	}
	r := report(dir, moves)
	if refused := r.Of(Refused); refused != nil {
		return r, &RefusedError{Dir: dir, Files: refused}
	}
	return r, apply(disk{root, step}, known, moves)
}

// claim makes plumb's own directory and locks it, so that two processes never
// write side by side. unlock leaves no lock behind, and no directory that is
// empty.
func claim(root *os.Root) (unlock func(), err error) {
	if err := root.Mkdir(ownDir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	info, err := root.Lstat(ownDir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is no directory: move it away, plumb keeps its records there", ownDir)
	}
	release, err := lock(root)
	if err != nil {
		return nil, err
	}
	return func() {
		release()
		_ = root.Remove(ownDir) // fails, as it should, when a manifest is there
	}, nil
}
