//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package emit

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the lock of a directory without waiting. The kernel releases it when
// the process ends, however it ends. The file goes away with the lock, so a lock
// taken on a file that is no longer there does not count.
func lock(root *os.Root) (unlock func(), err error) {
	for range 100 {
		f, err := root.OpenFile(lockPath, os.O_CREATE|os.O_RDWR, 0o666)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			f.Close()
			if errors.Is(err, syscall.EWOULDBLOCK) {
				err = ErrBusy
			}
			return nil, err
		}
		held, err1 := f.Stat()
		there, err2 := root.Lstat(lockPath)
		if err1 == nil && err2 == nil && os.SameFile(held, there) {
			return func() {
				_ = root.Remove(lockPath)
				f.Close()
			}, nil
		}
		f.Close()
	}
	return nil, ErrBusy
}
