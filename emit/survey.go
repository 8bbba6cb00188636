package emit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// move is what is to happen to one file.
type move struct {
	Entry
	data []byte      // the new content; nil for a removal
	want digest      // of data
	seen fs.FileInfo // what stood there when it was looked at; nil for nothing
	is   digest      // of what stood there; zero when it was not read
	old  record      // what the manifest knew
}

// changes reports whether the directory changes.
func (m *move) changes() bool {
	return m.Status == Created || m.Status == Changed || m.Status == Removed
}

// checkPaths refuses lists that no directory could hold. Such a list is a fault
// of plumb, not of a person.
func checkPaths(files []File) error {
	folded := make(map[string]string, len(files))
	for _, f := range files {
		if err := checkPath(f.Path); err != nil {
			return err
		}
		key := strings.ToLower(f.Path)
		if other, taken := folded[key]; taken {
			return fmt.Errorf("%q and %q are one file where case does not count", other, f.Path)
		}
		folded[key] = f.Path
	}
	for _, f := range files {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if other, taken := folded[strings.ToLower(dir)]; taken {
				return fmt.Errorf("%q is a file and the directory of %q", other, f.Path)
			}
		}
	}
	return nil
}

// checkPath refuses a path that leaves the directory, that plumb keeps for itself,
// or that some file system cannot spell.
func checkPath(p string) error {
	switch {
	case !fs.ValidPath(p) || p == ".":
		return fmt.Errorf("%q is no path inside a directory", p)
	case strings.EqualFold(strings.SplitN(p, "/", 2)[0], ownDir):
		return fmt.Errorf("%q lies where plumb keeps its own records", p)
	case strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || strings.ContainsRune(`\:*?"<>|`, r) }):
		return fmt.Errorf("%q holds a character that not every file system can spell", p)
	}
	return nil
}

// survey decides what is to happen to each file, without changing anything.
func survey(root *os.Root, files []File, keep []string) (manifest, []move, error) {
	known, err := readManifest(root)
	if err != nil {
		return known, nil, err
	}
	moves := make([]move, 0, len(files))
	made := make(map[string]bool, len(files))
	for _, f := range files {
		made[f.Path] = true
		m := move{Entry: Entry{Path: f.Path, Bytes: int64(len(f.Data))}, data: f.Data, want: digestOf(f.Data), old: known.Files[f.Path]}
		if err := m.judge(root, slices.Contains(keep, f.Path)); err != nil {
			return known, nil, err
		}
		moves = append(moves, m)
	}
	for p, old := range known.Files {
		if made[p] {
			continue
		}
		m := move{Entry: Entry{Path: p}, old: old}
		gone, err := m.judgeLeftover(root, slices.Contains(keep, p))
		if err != nil {
			return known, nil, err
		}
		if !gone {
			moves = append(moves, m)
		}
	}
	slices.SortFunc(moves, func(a, b move) int { return cmp.Compare(a.Path, b.Path) })
	return known, moves, nil
}

// judge sets the status of a file that plumb makes.
func (m *move) judge(root *os.Root, keep bool) error {
	info, obstacle, err := look(root, m.Path)
	if err != nil {
		return err
	}
	m.seen = info
	if obstacle == "" && info == nil {
		m.Status = Created
		return nil
	}
	if obstacle == "" {
		if info.Size() == m.want.Bytes || m.old.sizes(info.Size()) {
			if m.is, err = digestFile(root, m.Path); err != nil {
				return err
			}
		}
		switch {
		case m.is == m.want:
			m.Status = Unchanged
			return nil
		case m.old.SHA256 == "":
			obstacle = "it was not written by plumb"
		case !m.old.wrote(m.is):
			obstacle = "it was edited since plumb wrote it"
		default:
			m.Status = Changed
			if keep {
				m.Status, m.Reason = Kept, "it is to be kept"
			}
			return nil
		}
		m.Bytes = info.Size()
	}
	m.Status, m.Reason = Refused, obstacle
	if keep {
		m.Status = Kept
	}
	return nil
}

// judgeLeftover sets the status of a file that plumb wrote once and makes no more.
// gone tells that nobody needs to hear of it, because it is not there.
func (m *move) judgeLeftover(root *os.Root, keep bool) (gone bool, err error) {
	info, obstacle, err := look(root, m.Path)
	if err != nil || info == nil && obstacle == "" {
		return true, err
	}
	m.seen = info
	if obstacle == "" {
		m.Bytes = info.Size()
		if m.old.sizes(info.Size()) {
			if m.is, err = digestFile(root, m.Path); err != nil {
				return false, err
			}
		}
		if !m.old.wrote(m.is) {
			obstacle = "plumb makes it no more, and it was edited: it is yours now"
		}
	}
	switch {
	case obstacle != "":
		m.Status, m.Reason = Kept, obstacle
	case keep:
		m.Status, m.Reason = Kept, "it is to be kept"
	default:
		m.Status = Removed
	}
	return false, nil
}

// look says what stands at a path: a regular file, nothing, or an obstacle. No
// link is followed, so nothing outside the directory is read or written.
func look(root *os.Root, p string) (info fs.FileInfo, obstacle string, err error) {
	steps := strings.Split(p, "/")
	for i := range steps {
		at := strings.Join(steps[:i+1], "/")
		info, err = root.Lstat(at)
		last := i == len(steps)-1
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, "", nil
		case err != nil:
			return nil, "", err
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, at + " is a symbolic link", nil
		case !last && !info.IsDir():
			return nil, at + " is a file where a directory is needed", nil
		case last && info.IsDir():
			return nil, "it is a directory", nil
		case last && !info.Mode().IsRegular():
			return nil, "it is no regular file", nil
		}
	}
	return info, "", nil
}

func digestFile(root *os.Root, p string) (digest, error) {
	f, err := root.Open(p)
	if err != nil {
		return digest{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return digest{hex.EncodeToString(h.Sum(nil)), n}, err
}

// report turns moves into what the caller sees.
func report(dir string, moves []move) Report {
	r := Report{Dir: dir, Entries: make([]Entry, len(moves))}
	for i, m := range moves {
		r.Entries[i] = m.Entry
	}
	return r
}
