// Package cache keeps what took long to compute in a directory, so that the next
// process that asks need not compute it again.
//
// It is a memory and nothing else: whoever uses it gets the same answer without it.
// An entry is found by a digest of everything that its value depends on, the program
// included, so that there is nothing to invalidate; it carries a digest of itself,
// so that one that was cut off or damaged counts as missing and is written anew.
// Entries appear whole or not at all, whichever processes write at once. What cannot
// be kept (no room, no permission) is not: no method returns an error.
package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Cache is a directory of entries; nil keeps nothing. It is safe for concurrent use,
// also by several processes.
type Cache struct {
	dir string
	// program is what the values are computed by.
	program func() string
}

const (
	mostEntry = 8 << 20  // bytes of one value
	mostTotal = 64 << 20 // bytes of all entries, about
)

// New uses a directory, which is made when something is kept; none for "". program
// identifies the build that computes the values, see [Program], and is called when that
// is first needed; when it says "", nothing is kept, as another build may compute others.
func New(dir string, program func() string) *Cache {
	if dir == "" {
		return nil
	}
	return &Cache{dir, sync.OnceValue(program)}
}

// Key is a digest of everything that a value depends on.
type Key [sha256.Size]byte

// Key digests the parts that a value depends on, in order, with the build. The second
// result is false when a part cannot be told apart from others.
func (c *Cache) Key(parts ...any) (Key, bool) {
	if c == nil || c.program() == "" {
		return Key{}, false
	}
	h := sha256.New()
	// JSON keeps apart what is next to each other, and prints maps in order.
	e := json.NewEncoder(h)
	if err := e.Encode(c.program()); err != nil {
		return Key{}, false
	}
	for _, p := range parts {
		if err := e.Encode(p); err != nil {
			return Key{}, false
		}
	}
	return Key(h.Sum(nil)), true
}

// Get returns the value that was put under a key, and whether there is one.
func (c *Cache) Get(k Key) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	name := c.file(k)
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() || info.Size() > mostEntry+sha256.Size {
		return nil, false
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	entry, err := io.ReadAll(io.LimitReader(f, mostEntry+sha256.Size))
	if err != nil || len(entry) < sha256.Size {
		return nil, false
	}
	value := entry[sha256.Size:]
	if sum := seal(k, value); !bytes.Equal(sum[:], entry[:sha256.Size]) {
		return nil, false
	}
	return value, true
}

// Put keeps a value under a key, and lets go of the oldest ones when all together
// have become too large.
func (c *Cache) Put(k Key, value []byte) {
	if c == nil || len(value) > mostEntry || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(c.dir, "new-*"+suffix)
	if err != nil {
		return
	}
	sum := seal(k, value)
	_, err = f.Write(append(sum[:], value...))
	if err = cmp.Or(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), c.file(k))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return
	}
	c.trim()
}

// trim removes the oldest entries until a quarter of the room is free, once there is
// none. Files that a killed process left behind are among the oldest some day.
func (c *Cache) trim() {
	list, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	total := int64(0)
	for _, e := range list {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && filepath.Ext(e.Name()) == suffix {
			files = append(files, info)
			total += info.Size()
		}
	}
	if total <= mostTotal {
		return
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, f := range files {
		if total <= mostTotal*3/4 {
			return
		}
		if os.Remove(filepath.Join(c.dir, f.Name())) == nil {
			total -= f.Size()
		}
	}
}

// suffix marks the files that may be removed, whatever else lies in the directory.
const suffix = ".plumb"

func (c *Cache) file(k Key) string { return filepath.Join(c.dir, hex.EncodeToString(k[:])+suffix) }

// seal is the digest that an entry carries; with the key in it, an entry under
// another's name is none.
func seal(k Key, value []byte) Key {
	h := sha256.New()
	h.Write(k[:])
	h.Write(value)
	return Key(h.Sum(nil))
}
