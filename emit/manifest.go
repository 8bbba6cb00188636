package emit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
)

// What plumb keeps in the directory of a design beside the design. Only the
// manifest outlives a run.
const (
	ownDir       = ".plumb"
	manifestPath = ownDir + "/manifest.json"
	lockPath     = ownDir + "/lock"
	stagingDir   = ownDir + "/staging"
)

const (
	manifestFormat = "plumb.manifest/1"
	maxManifest    = 64 << 20 // bytes; some 500,000 files
)

// manifest remembers what plumb wrote, so that an edit by a person is seen.
type manifest struct {
	Format string            `json:"format"`
	Files  map[string]record `json:"files"`
	// found tells that there is one on the disk.
	found bool
}

// record is what plumb knows of one file it wrote.
type record struct {
	digest
	// Next is what an unfinished write was about to put there. While a write is
	// under way either content is plumb's own.
	Next *digest `json:"next,omitempty"`
}

// digest identifies a content.
type digest struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

func digestOf(data []byte) digest {
	sum := sha256.Sum256(data)
	return digest{hex.EncodeToString(sum[:]), int64(len(data))}
}

// wrote reports whether the content is one that plumb put there.
func (r record) wrote(p digest) bool {
	return p == r.digest || r.Next != nil && p == *r.Next
}

// sizes lists the lengths a file of plumb's can have; any other was edited, and
// need not be read.
func (r record) sizes(n int64) bool {
	return n == r.Bytes || r.Next != nil && n == r.Next.Bytes
}

// readManifest returns the manifest of the directory; an absent one is empty.
func readManifest(root *os.Root) (manifest, error) {
	m := manifest{Format: manifestFormat, Files: map[string]record{}}
	info, err := root.Lstat(manifestPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, nil
	case err != nil:
		return m, err
	case !info.Mode().IsRegular() || info.Size() > maxManifest:
		return m, badManifest("it is not a file that plumb wrote")
	}
	data, err := root.ReadFile(manifestPath)
	if err != nil {
		return m, err
	}
	m.found = true
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, badManifest(err.Error())
	}
	if m.Format != manifestFormat {
		return m, badManifest(fmt.Sprintf("its format is %q, expected %q", m.Format, manifestFormat))
	}
	for path := range m.Files {
		if err := checkPath(path); err != nil {
			return m, badManifest(err.Error())
		}
	}
	if m.Files == nil {
		m.Files = map[string]record{}
	}
	return m, nil
}

func badManifest(why string) error {
	return fmt.Errorf("%s cannot be used: %s\ndelete it and write again: files that are as plumb would write them are recognised", manifestPath, why)
}

// text is the manifest as a file: paths sorted, one member a line, so that it
// reads well in a review.
func (m manifest) text() ([]byte, error) {
	data, err := json.MarshalIndent(m, "", "  ")
	return append(data, '\n'), err
}

// after returns the manifest while the moves are carried out and when they are
// done.
func (m manifest) after(moves []move) (during, done manifest) {
	during = manifest{Format: m.Format, Files: maps.Clone(m.Files)}
	done = manifest{Format: m.Format, Files: map[string]record{}}
	for i := range moves {
		mv := &moves[i]
		rec, ours := m.Files[mv.Path]
		switch mv.Status {
		case Created, Changed:
			if !ours {
				rec.digest = mv.want
			}
			rec.Next = &mv.want
			during.Files[mv.Path] = rec
			done.Files[mv.Path] = record{digest: mv.want}
		case Unchanged:
			done.Files[mv.Path] = record{digest: mv.want}
		case Kept:
			// An edited file that plumb makes no more is the person's from now on.
			if ours && (mv.data != nil || rec.wrote(mv.is)) {
				done.Files[mv.Path] = rec
			}
		}
	}
	return during, done
}
