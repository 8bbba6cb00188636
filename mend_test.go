package plumb_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/plan"
)

// repaired designs one of the inputs that fail in one way.
func repaired(t *testing.T, text []byte, workers int) *arch.Arch {
	t.Helper()
	d := design(t, plumb.Input{File: "plumb.yaml", Text: text, Quick: true})
	if err := d.Verify(context.Background(), plumb.Effort{Workers: workers}); err != nil {
		t.Fatal(err)
	}
	return d.Arch
}

var mends = regexp.MustCompile(`(?m)^# MENDS (.+: \S+ \S+)$`)

// Each input fails in one way for one reason, and is mended by the mechanism that
// answers it and by nothing else. What was changed is a fact of the decision's record.
func TestEachFailureIsMendedByTheMechanismThatAnswersIt(t *testing.T) {
	files, err := filepath.Glob("testdata/repair/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d inputs, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, m := range mends.FindAllSubmatch(text, -1) {
			want = append(want, string(m[1]))
		}
		if len(want) == 0 {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			a := repaired(t, text, 2)
			var got []string
			for _, r := range a.Verification.Kept() {
				got = append(got, r.Mechanism+": "+string(r.Decision)+" "+r.Changed)
				if !r.Helped || r.Now == "" || r.Showed == "" || r.Price == "" {
					t.Errorf("%+v", r)
				}
				recorded(t, a, &r)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("mended by %v, want %v; in vain: %v", got, want, a.Verification.Vain())
			}
			for _, c := range a.Asserted() {
				if c.Verdict != "met" {
					t.Errorf("%s is %s: %s", c.Claim, c.Verdict, c.Says())
				}
			}
			for _, trial := range a.Verification.Trials {
				if trial.Outcome == "stuck" {
					t.Errorf("%s: stuck, %s", trial.ID, trial.Why)
				}
			}
		})
	}
}

// recorded sees that a repair can be explained: its decision says what the simulation
// moved, by a fact.
func recorded(t *testing.T, a *arch.Arch, r *arch.Repair) {
	t.Helper()
	d := a.Decision(r.Decision)
	at := slices.IndexFunc(d.Forced, func(f arch.Forced) bool {
		return f.Parameter == r.Changed && f.Scenario == r.Scenario && f.Showed == r.Showed && f.To.Quantity == r.To.Quantity
	})
	if at < 0 {
		t.Errorf("%s does not say that %s is %v: %+v", d.ID, r.Changed, r.To, d.Forced)
		return
	}
	if f, known := a.FactOf(d.Forced[at].To.Fact); !known || !strings.Contains(f.Rule, r.Showed) {
		t.Errorf("%s of %s rests on %q: %q", r.Changed, d.ID, d.Forced[at].To.Fact, f.Rule)
	}
}

// Where nothing mends a claim, that is said with the nearest bound that holds: with it in
// the input, the design keeps it.
func TestAClaimThatNothingMendsNamesTheNearestThatHolds(t *testing.T) {
	text, err := os.ReadFile("testdata/repair/never.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := repaired(t, text, 2)
	c := a.Asserted()[0]
	if c.Verdict != "missed" || !c.Nearest.Known() || len(a.Verification.Kept()) > 0 || len(a.Verification.Vain()) == 0 {
		t.Fatalf("%+v, with %+v", c, a.Verification.Repairs)
	}
	again := bytes.Replace(text, []byte("goodput >= 99%"), []byte("goodput >= "+c.Nearest.String()), 2)
	if c = repaired(t, again, 2).Asserted()[0]; c.Verdict != "met" {
		t.Errorf("the nearest is not kept: %s is %s, %s", c.Claim, c.Verdict, c.Says())
	}
}

// What is tried, in which order and with what outcome depends on the seed alone.
func TestRepairsDoNotDependOnTheMachine(t *testing.T) {
	for _, name := range []string{"limit", "later", "never"} {
		text, err := os.ReadFile("testdata/repair/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		one, err := plan.JSON(repaired(t, text, 1))
		if err != nil {
			t.Fatal(err)
		}
		if many, err := plan.JSON(repaired(t, text, 7)); err != nil || !bytes.Equal(one, many) {
			t.Errorf("%s: another number of workers gives another design (%v)", name, err)
		}
	}
}
