//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// lock takes the lock of a directory without waiting. Here the file itself is the
// lock, so a killed process leaves it behind for a person to delete.
func lock(root *os.Root) (unlock func(), err error) {
	f, err := root.OpenFile(lockPath, os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w; if none is, delete %s", ErrBusy, lockPath)
	}
	if err != nil {
		return nil, err
	}
	f.Close()
	return func() { _ = root.Remove(lockPath) }, nil
}
