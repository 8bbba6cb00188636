package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
)

// Require skips the test, loudly, where the validators cannot run: Node.js is
// missing or too old, or its packages are not installed or not those of the lock
// file. With PLUMB_JUDGES=required in the environment it fails the test instead.
func Require(t testing.TB) {
	t.Helper()
	demand(t, missing())
}

// RequirePackages does the same for other packages of Node.js, locked in a directory
// that is named from the module's root, and returns where it is.
func RequirePackages(t testing.TB, dir string) string {
	t.Helper()
	root, err := moduleRoot()
	if err == nil {
		err = checkNode()
	}
	if err == nil {
		err = checkPackages(filepath.Join(root, filepath.FromSlash(dir)))
	}
	demand(t, err)
	return filepath.Join(root, filepath.FromSlash(dir))
}

func demand(t testing.TB, why error) {
	t.Helper()
	if why == nil {
		return
	}
	if os.Getenv("PLUMB_JUDGES") == "required" {
		t.Fatalf("JUDGE MISSING: %v", why)
	}
	t.Skipf("JUDGE SKIPPED: %v", why)
}

// missing says what keeps the validators from running, nil where nothing does.
// The answer holds for the test binary's life.
var missing = sync.OnceValue(func() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	if err := checkNode(); err != nil {
		return err
	}
	return checkPackages(filepath.Join(root, nodeDir))
})

// checkNode demands Node.js 20.19 or later, as Redocly does.
func checkNode() error {
	printed, err := exec.Command("node", "--version").Output()
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("there is no node on the path: install Node.js 20.19 or later")
	}
	if err != nil {
		return fmt.Errorf("node --version: %w", err)
	}
	parts := regexp.MustCompile(`^v(\d+)\.(\d+)`).FindSubmatch(printed)
	if parts == nil {
		return fmt.Errorf("node --version prints %q", printed)
	}
	major, _ := strconv.Atoi(string(parts[1]))
	minor, _ := strconv.Atoi(string(parts[2]))
	if major < 20 || major == 20 && minor < 19 {
		return fmt.Errorf("node is %s, older than the 20.19 that the validators need", parts[0])
	}
	return nil
}

// checkPackages demands that what is installed is what the lock file says.
func checkPackages(dir string) error {
	wanted, err := readLock(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	installed, err := readLock(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if err != nil {
		return fmt.Errorf("the validators are not installed: run npm ci in %s", dir)
	}
	for path, want := range wanted {
		have, ok := installed[path]
		if path != "" && !(ok && have.Version == want.Version) && !(!ok && want.Optional) {
			return fmt.Errorf("the installed %s is %q, not %q: run npm ci in %s", path, have.Version, want.Version, dir)
		}
	}
	return nil
}

type lockedPackage struct {
	Version  string
	Optional bool
}

func readLock(path string) (map[string]lockedPackage, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var lock struct{ Packages map[string]lockedPackage }
	err = json.Unmarshal(text, &lock)
	return lock.Packages, err
}

// moduleRoot finds the directory of plumb's go.mod: tests run in their own
// package's directory, somewhere below it.
var moduleRoot = sync.OnceValues(func() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	module := regexp.MustCompile(`(?m)^module plumb\.dev/plumb$`)
	for dir := start; ; dir = filepath.Dir(dir) {
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && module.Match(text) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod of plumb above %s", start)
		}
	}
})
