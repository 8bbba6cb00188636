package plumb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/cache"
)

// finished is a whole design as files, with what is asked of it, and how much was
// simulated and planned for it.
func finished(t *testing.T, in plumb.Input) (files map[string][]byte, questions string, worked int) {
	t.Helper()
	ctx := context.Background()
	count := func(int) { worked++ }
	d := design(t, in)
	if err := d.Verify(ctx, plumb.Effort{Workers: 1, Progress: func(string, int, int) { worked++ }}); err != nil {
		t.Fatal(err)
	}
	if err := d.Session().Tips(ctx, 1, count); err != nil {
		t.Fatal(err)
	}
	asked, err := d.Session().Questions(ctx, 1, count)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, d), string(shown), worked
}

// A cache changes nothing but the time: not when it is empty, not when it is full, not
// when its entries are damaged, and not by the lock that a design leaves behind. The
// second system is repaired by its simulation, so that evidence is remembered, too.
func TestACacheChangesNothingButTheTime(t *testing.T) {
	repaired, err := os.ReadFile("testdata/repair/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	clinic := example(t, "petclinic")
	clinic.Quick = false
	for name, in := range map[string]plumb.Input{
		"petclinic": clinic,
		"repair":    {File: "plumb.yaml", Text: repaired, Date: "2026-01-01"},
	} {
		want, wantAsked, _ := finished(t, in)
		dir := t.TempDir()
		in.Cache = cache.New(dir, func() string { return "this test" })
		again := func(state string, works bool) {
			t.Helper()
			files, asked, worked := finished(t, in)
			for file, data := range want {
				if !bytes.Equal(files[file], data) {
					t.Errorf("%s, %s: %s is otherwise", name, state, file)
				}
			}
			if len(files) != len(want) || asked != wantAsked {
				t.Errorf("%s, %s: %d files instead of %d; questions %s", name, state, len(files), len(want), asked)
			}
			if works != (worked > 0) {
				t.Errorf("%s, %s: worked %d times", name, state, worked)
			}
		}
		again("nothing kept", true)
		again("all kept", false)
		in.Lock = want["plumb.lock"]
		again("all kept, with the lock that was written", false)
		list, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(list) == 0 {
			t.Fatalf("%v, %v", list, err)
		}
		for _, file := range list {
			if err := os.WriteFile(file, []byte(`{"Verification":{}}`), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		again("all damaged", true)
		again("all mended", false)
		in.Cache = cache.New(dir, func() string { return "another build" })
		again("of another build", true)
	}
}

// One fact more in the input is another design, whatever is remembered of the first.
func TestNothingIsRememberedOfAnotherInput(t *testing.T) {
	in := example(t, "petclinic")
	in.Quick = false
	kept := cache.New(t.TempDir(), func() string { return "this test" })
	in.Cache = kept
	finished(t, in)
	in.Text = append(in.Text, []byte("\n# a remark\n")...)
	if _, _, worked := finished(t, in); worked == 0 {
		t.Error("what another text gave was taken")
	}
}

// As much as changes a design is what the whole of its simulations changes.
func TestRepairGivesTheDesignThatVerifyGives(t *testing.T) {
	text, err := os.ReadFile("testdata/repair/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	in := plumb.Input{File: "plumb.yaml", Text: text, Date: "2026-01-01", Quick: true}
	whole, part := design(t, in), design(t, in)
	ctx := context.Background()
	if err := whole.Verify(ctx, plumb.Effort{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	before := part.Plan.Parameter("ShowSeats>seats.call", "bulkhead").N
	if err := part.Repair(ctx, plumb.Effort{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	is, want := part.Plan.Parameter("ShowSeats>seats.call", "bulkhead").N, whole.Plan.Parameter("ShowSeats>seats.call", "bulkhead").N
	if is != want || is == before {
		t.Errorf("the bulkhead was %v, is %v and should be %v", before, is, want)
	}
	if part.Arch.Verification != nil {
		t.Error("a repair says what it does not show")
	}
}
