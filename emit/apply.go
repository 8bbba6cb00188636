package emit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
)

// The manifests that wait in the staging directory.
const (
	manifestBefore = stagingDir + "/manifest-before.json"
	manifestDuring = stagingDir + "/manifest-during.json"
	manifestAfter  = stagingDir + "/manifest-after.json"
)

// apply carries out the moves, all or none.
func apply(d disk, known manifest, moves []move) error {
	s := &staged{disk: d, moves: moves, fresh: !known.found}
	texts, err := s.manifests(known)
	if err != nil {
		return err
	}
	if texts == nil {
		return s.clear() // of a write that was killed, if any
	}
	if err := s.stage(texts); err != nil {
		return errors.Join(err, s.undo())
	}
	if err := s.place(); err != nil {
		return errors.Join(err, s.undo())
	}
	s.pruneEmpty()
	_ = s.clear() // the work is done; the next write clears what may be left
	return nil
}

// staged is a write under way.
type staged struct {
	disk
	moves []move
	fresh bool     // there was no manifest
	begun bool     // the manifest says that a write is under way
	done  []int    // moves that were carried out
	made  []string // directories that were made, outermost first
}

func stagedNew(i int) string { return path.Join(stagingDir, "new-"+strconv.Itoa(i)) }
func stagedOld(i int) string { return path.Join(stagingDir, "old-"+strconv.Itoa(i)) }

// manifests returns the texts to stage; none when there is nothing to do.
func (s *staged) manifests(known manifest) ([]File, error) {
	during, after := known.after(s.moves)
	files := []File{{Path: manifestBefore}, {Path: manifestDuring}, {Path: manifestAfter}}
	for i, m := range []manifest{known, during, after} {
		var err error
		if files[i].Data, err = m.text(); err != nil {
			return nil, err
		}
	}
	same := known.found && bytes.Equal(files[0].Data, files[2].Data)
	if same && !slices.ContainsFunc(s.moves, func(m move) bool { return m.changes() }) {
		return nil, nil
	}
	return files, nil
}

// stage writes all that will be needed, so that from here on a full disk cannot
// stop the write: new contents, copies of the old ones, manifests, directories.
func (s *staged) stage(manifests []File) error {
	if err := s.clear(); err != nil {
		return err
	}
	if err := s.mkdir(stagingDir); err != nil {
		return err
	}
	for _, f := range manifests {
		if err := s.create(f.Path, f.Data, usualMode); err != nil {
			return err
		}
	}
	for i := range s.moves {
		if m := &s.moves[i]; m.changes() {
			if err := s.stageMove(i, m); err != nil {
				return err
			}
		}
	}
	return s.sync(stagingDir)
}

func (s *staged) stageMove(i int, m *move) error {
	mode := usualMode
	if m.seen != nil {
		mode = m.seen.Mode().Perm()
		old, err := s.root.ReadFile(m.Path)
		if err != nil {
			return err
		}
		if digestOf(old) != m.is {
			return editedMeanwhile(m.Path)
		}
		if err := s.create(stagedOld(i), old, mode); err != nil {
			return err
		}
	}
	if m.Status == Removed {
		return nil
	}
	if err := s.create(stagedNew(i), m.data, mode); err != nil {
		return err
	}
	return s.mkdirs(path.Dir(m.Path))
}

// mkdirs makes a directory with its parents and remembers what was not there.
func (s *staged) mkdirs(dir string) error {
	if dir == "." {
		return nil
	}
	if err := s.mkdirs(path.Dir(dir)); err != nil {
		return err
	}
	if _, err := s.root.Lstat(dir); err == nil {
		return nil
	}
	if err := s.mkdir(dir); err != nil {
		return err
	}
	s.made = append(s.made, dir)
	return nil
}

// place renames everything to where it belongs, the final manifest last.
func (s *staged) place() error {
	s.begun = true
	if err := s.rename(manifestDuring, manifestPath); err != nil {
		return err
	}
	if err := s.sync(ownDir); err != nil {
		return err
	}
	for i := range s.moves {
		m := &s.moves[i]
		if !m.changes() {
			continue
		}
		if err := s.placeMove(i, m); err != nil {
			return err
		}
		s.done = append(s.done, i)
	}
	if err := s.syncTouched(); err != nil {
		return err
	}
	if err := s.rename(manifestAfter, manifestPath); err != nil {
		return err
	}
	return s.sync(ownDir)
}

func (s *staged) placeMove(i int, m *move) error {
	now, obstacle, err := look(s.root, m.Path)
	if err != nil {
		return err
	}
	if obstacle != "" || !sameFile(now, m.seen) {
		return editedMeanwhile(m.Path)
	}
	if m.Status == Removed {
		return s.remove(m.Path)
	}
	return s.rename(stagedNew(i), m.Path)
}

// sameFile reports whether nobody has touched a file between two looks.
func sameFile(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

func editedMeanwhile(p string) error {
	return fmt.Errorf("%s was changed by somebody else while plumb was writing", p)
}

// undo puts everything back, newest first. What cannot be put back stays whole:
// the manifest then still names both contents as plumb's.
func (s *staged) undo() error {
	var failed error
	for _, i := range slices.Backward(s.done) {
		m := &s.moves[i]
		if m.Status == Created {
			failed = errors.Join(failed, s.remove(m.Path))
		} else {
			failed = errors.Join(failed, s.rename(stagedOld(i), m.Path))
		}
	}
	for _, dir := range slices.Backward(s.made) {
		_ = s.remove(dir) // fails when somebody put something there
	}
	if failed != nil {
		return failed
	}
	if s.begun && s.fresh {
		failed = s.remove(manifestPath)
	} else if s.begun {
		failed = s.rename(manifestBefore, manifestPath)
	}
	return errors.Join(failed, s.clear())
}

// pruneEmpty removes directories in which a removed file was the last.
func (s *staged) pruneEmpty() {
	for i := range s.moves {
		if s.moves[i].Status != Removed {
			continue
		}
		for dir := path.Dir(s.moves[i].Path); dir != "."; dir = path.Dir(dir) {
			if s.remove(dir) != nil {
				break // not empty
			}
		}
	}
}

// syncTouched makes the renames durable before the manifest calls them done.
func (s *staged) syncTouched() error {
	touched := map[string]bool{}
	for _, i := range s.done {
		dir := path.Dir(s.moves[i].Path)
		if touched[dir] {
			continue
		}
		touched[dir] = true
		if err := s.sync(dir); err != nil {
			return err
		}
	}
	for _, dir := range s.made {
		if err := s.sync(path.Dir(dir)); err != nil {
			return err
		}
	}
	return nil
}
