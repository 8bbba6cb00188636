package emit

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The set that stands, and the one that a failing write was to put in its place:
// every kind of move, in several directories.
func oldSet() []File {
	return list("DESIGN.md", "old design", "adr/0001-a.md", "old a", "adr/0002-b.md", "b goes",
		"contracts/x/openapi.yaml", "old x", "contracts/y/only.yaml", "goes with its directory", "same", "same")
}

func newSet() []File {
	return list("DESIGN.md", "the new design", "adr/0001-a.md", "new a", "contracts/x/openapi.yaml", "new x",
		"contracts/z/deep/openapi.yaml", "created", "plan.json", "{}", "same", "same")
}

// changesOf counts the changes one write makes to the disk.
func changesOf(t *testing.T) int {
	t.Helper()
	dir := t.TempDir()
	mustWrite(t, dir, oldSet(), Options{})
	n := 0
	if _, err := write(dir, newSet(), Options{}, func(string) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	if n < 20 {
		t.Fatalf("only %d changes: the hook is not called", n)
	}
	return n
}

func TestAFailureAtAnyPointLeavesTheDirectoryAsItWas(t *testing.T) {
	broken := errors.New("the disk is full")
	for at := range changesOf(t) {
		dir := t.TempDir()
		mustWrite(t, dir, oldSet(), Options{})
		n, failedAt := 0, ""
		_, err := write(dir, newSet(), Options{}, func(change string) error {
			n++
			if n == at+1 {
				failedAt = change
				return broken
			}
			return nil
		})
		want := oldSet()
		if err == nil { // tidying up after the last rename is nobody's failure
			if !strings.HasPrefix(failedAt, "clear") && !strings.HasPrefix(failedAt, "remove") {
				t.Errorf("%s failed unnoticed", failedAt)
			}
			want = newSet()
		} else if !errors.Is(err, broken) {
			t.Errorf("%s: %v", failedAt, err)
		}
		if got := contents(t, dir); !maps.Equal(got, asMap(want)) {
			t.Errorf("failing at %q left %v", failedAt, got)
		}
		finish(t, dir, failedAt)
	}
}

func TestBeingKilledAtAnyPointLeavesEachFileWholeAndTheNextWriteFinishes(t *testing.T) {
	for at := range changesOf(t) {
		dir := t.TempDir()
		mustWrite(t, dir, oldSet(), Options{})
		stoppedAt := killedWrite(dir, at)
		before, after, got := asMap(oldSet()), asMap(newSet()), contents(t, dir)
		for p, text := range got {
			if text != before[p] && text != after[p] {
				t.Errorf("stopped at %q: %s holds %q", stoppedAt, p, text)
			}
		}
		for p := range before {
			if _, stays := after[p]; stays && got[p] == "" {
				t.Errorf("stopped at %q: %s is gone", stoppedAt, p)
			}
		}
		finish(t, dir, stoppedAt)
	}
}

// killedWrite stops dead before the change number at: nothing is undone or tidied.
func killedWrite(dir string, at int) (stoppedAt string) {
	n := 0
	defer func() { _ = recover() }()
	_, _ = write(dir, newSet(), Options{}, func(change string) error {
		n++
		if n == at+1 {
			stoppedAt = change
			panic("killed")
		}
		return nil
	})
	return ""
}

// finish writes the new set over whatever a failure left, and demands that all is
// as if nothing had happened. (An emptied directory may stay: it is nobody's file.)
func finish(t *testing.T, dir, after string) {
	t.Helper()
	if _, err := Write(dir, newSet(), Options{}); err != nil {
		t.Errorf("after %q the next write fails: %v", after, err)
	}
	if got := contents(t, dir); !maps.Equal(got, asMap(newSet())) {
		t.Errorf("after %q the next write leaves %v", after, got)
	}
	left, err := os.ReadDir(dir + "/" + ownDir)
	if err != nil || len(left) != 1 {
		t.Errorf("after %q the next write leaves %v in %s", after, left, ownDir)
	}
}

func TestAPersonsEditAfterAKilledWriteIsStillSeen(t *testing.T) {
	for at := range changesOf(t) {
		dir := t.TempDir()
		mustWrite(t, dir, oldSet(), Options{})
		stoppedAt := killedWrite(dir, at)
		put(t, dir+"/DESIGN.md", "mine")
		if _, err := Write(dir, newSet(), Options{}); err == nil {
			t.Errorf("stopped at %q: the edit was overwritten", stoppedAt)
		}
	}
}

// The environment variable that turns this test program into a writer to be
// killed: it writes large sets in turn until somebody ends it.
const victim = "PLUMB_TEST_WRITE_TO"

func TestMain(m *testing.M) {
	dir := os.Getenv(victim)
	if dir == "" {
		os.Exit(m.Run())
	}
	for i := 0; ; i++ {
		if _, err := Write(dir, bigSet(i), Options{}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("written")
	}
}

// bigSet is a set of which every file names its generation throughout, so that a
// torn file shows.
func bigSet(generation int) []File {
	var files []File
	for i := range 20 {
		line := fmt.Sprintf("generation %d of file %d\n", generation, i)
		files = append(files, File{fmt.Sprintf("d%d/f%d", i%4, i), []byte(strings.Repeat(line, 2000))})
	}
	return files
}

func TestARealKillLeavesEveryFileWhole(t *testing.T) {
	dir := t.TempDir()
	for round := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victim+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 8)); err != nil { // it has begun its second set
			t.Fatal(err)
		}
		time.Sleep(time.Duration(round*3) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		files := contents(t, dir)
		if len(files) != 20 {
			t.Errorf("round %d: %d files", round, len(files))
		}
		for p, text := range files {
			first, _, _ := strings.Cut(text, "\n")
			if strings.Count(text, first+"\n") != 2000 {
				t.Errorf("round %d: %s is torn: %q...", round, p, first)
			}
		}
	}
	mustWrite(t, dir, bigSet(0), Options{})
	if got := contents(t, dir); !maps.Equal(got, asMap(bigSet(0))) {
		t.Error("the next write does not finish")
	}
}
