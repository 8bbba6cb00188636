package emit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// disk is every change that a write can make. Paths are resolved under root,
// which never leads out of it.
type disk struct {
	root *os.Root
	// step, when set, is called before each change with its name; its error is the
	// change's own. Tests fail and stop there.
	step func(change string) error
}

func (d disk) before(change, p string) error {
	if d.step == nil {
		return nil
	}
	return d.step(change + " " + p)
}

const usualMode fs.FileMode = 0o666

func (d disk) mkdir(p string) error {
	if err := d.before("mkdir", p); err != nil {
		return err
	}
	return d.root.Mkdir(p, 0o777)
}

// create writes a new file and waits until the disk has it. The process's mask
// applies to the usual mode only: a file that is replaced keeps its own.
func (d disk) create(p string, data []byte, mode fs.FileMode) error {
	if err := d.before("create", p); err != nil {
		return err
	}
	f, err := d.root.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if mode != usualMode {
		err = f.Chmod(mode)
	}
	return errors.Join(err, fill(f, data))
}

// fill writes data to a file just made, syncs and closes it.
func fill(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (d disk) rename(from, to string) error {
	if err := d.before("rename", to); err != nil {
		return err
	}
	return d.root.Rename(from, to)
}

func (d disk) remove(p string) error {
	if err := d.before("remove", p); err != nil {
		return err
	}
	return d.root.Remove(p)
}

// clear removes the staging directory.
func (d disk) clear() error {
	if err := d.before("clear", stagingDir); err != nil {
		return err
	}
	return d.root.RemoveAll(stagingDir)
}

// sync makes the entries of a directory durable, where the file system can.
func (d disk) sync(dir string) error {
	if err := d.before("sync", dir); err != nil {
		return err
	}
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}

// Replace gives one file new content, whole or not at all. It is for the files
// beside the input, such as plumb.lock, which a person and plumb both write; a
// symbolic link is replaced, not followed.
func Replace(name string, data []byte) (err error) {
	defer func() { err = writing(name, err) }()
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := fill(f, data); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Lstat(name); err == nil && info.Mode().IsRegular() {
		mode = info.Mode().Perm()
	}
	if err := os.Chmod(f.Name(), mode); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// writing says that a file could not be written without the name of the one that was to
// take its place.
func writing(name string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return &fs.PathError{Op: "write", Path: name, Err: path.Err}
	case errors.As(err, &link):
		return &fs.PathError{Op: "write", Path: name, Err: link.Err}
	}
	return err
}
