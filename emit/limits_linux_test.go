package emit

import (
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestAFullDiskLeavesThePreviousFilesWhole(t *testing.T) {
	if os.Getenv("PLUMB_TEST_LIMIT") != "" {
		writeUnderALimit(t)
		return
	}
	dir := t.TempDir()
	mustWrite(t, dir, oldSet(), Options{})
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), "PLUMB_TEST_LIMIT="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "file too large") {
		t.Fatalf("the limited process: %v\n%s", err, out)
	}
	if got := contents(t, dir); !maps.Equal(got, asMap(oldSet())) {
		t.Errorf("left %v", got)
	}
	finish(t, dir, "a full disk")
}

// writeUnderALimit runs in a process of its own: no file may grow beyond 64 kB, as
// if the disk were full from there on.
func writeUnderALimit(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	files := append(newSet(), File{"zz/large", make([]byte, 1<<20)})
	_, err := Write(os.Getenv("PLUMB_TEST_LIMIT"), files, Options{})
	if err == nil {
		t.Fatal("a megabyte was written past the limit")
	}
	t.Log(err)
}

func TestADirectoryWithoutWritePermissionLeavesThePreviousFilesWhole(t *testing.T) {
	for _, readOnly := range []string{"", "adr", "contracts", "contracts/x"} {
		dir := t.TempDir()
		mustWrite(t, dir, oldSet(), Options{})
		asNobody(t, dir, func() {
			locked := filepath.Join(dir, readOnly)
			if err := os.Chmod(locked, 0o555); err != nil {
				t.Fatal(err)
			}
			if readOnly == "" {
				if err := os.Chmod(filepath.Join(dir, ownDir), 0o555); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Write(dir, newSet(), Options{}); err == nil {
				t.Errorf("%q: written", readOnly)
			}
			if got := contents(t, dir); !maps.Equal(got, asMap(oldSet())) {
				t.Errorf("%q: left %v", readOnly, got)
			}
			for _, d := range []string{locked, filepath.Join(dir, ownDir)} {
				if err := os.Chmod(d, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			finish(t, dir, "a read-only "+readOnly)
		})
	}
}

// asNobody runs f on a thread to which permissions apply even when the tests run
// as root. The thread ends with f's goroutine, so nothing else runs on it.
func asNobody(t *testing.T, dir string, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	const nobody = 65534
	err := filepath.WalkDir(dir, func(p string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(p, nobody, nobody)
	})
	if err != nil {
		t.Fatal(err)
	}
	for p := dir; p != os.TempDir() && p != "/"; p = filepath.Dir(p) {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}
