package plumb_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
)

// A twin is a small system in which an expert makes a move, and the same system a
// little below what triggers it, in which he does not:
//
//	# MOVE the amount is split over several rows
//	# BUT peak: 900/s => peak: 200/s
//	# DECIDES Concert.guard = split | guarded-update
//	# SAYS Concert.guard ~ 900/s on the busiest instance | 200/s at peak
//	# WRITES DESIGN.md ~ left split over 6 rows | -
//
// Before the bar stands what is claimed of the system as it is written, behind it what
// is claimed with every BUT replaced. DECIDES is a choice, SAYS words of a decision
// (its reasons, what ruled options out, parameters), WRITES words of a file (of any of
// those that match). A dash behind the bar: no such decision, or not those words.
// Claims are written by hand and never updated by a test.
//
// What requirements say of each other has its twins in package model
// (TestEachMismatchIsAskedOnOneSideOfItsThresholdOnly).
var (
	twinMove  = regexp.MustCompile(`(?m)^# MOVE (.+)$`)
	twinBut   = regexp.MustCompile(`(?m)^# BUT (.+?) => (.*)$`)
	twinClaim = regexp.MustCompile(`(?m)^# (DECIDES|SAYS|WRITES) (\S+) [=~] (.+?) \| (.+)$`)
)

func TestEachMoveIsMadeWhereItIsTriggeredAndNotBelow(t *testing.T) {
	files, err := filepath.Glob("testdata/twins/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d twins, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			claims := twinClaim.FindAllStringSubmatch(string(text), -1)
			if len(twinMove.FindAll(text, -1)) != 1 || len(claims) == 0 {
				t.Fatal("names no move, or claims nothing")
			}
			if n := len(claims) + len(twinBut.FindAll(text, -1)) + 1; n != strings.Count("\n"+string(text), "\n# ") {
				t.Errorf("%d of %d comments are well written", n, strings.Count("\n"+string(text), "\n# "))
			}
			below := text
			for _, but := range twinBut.FindAllStringSubmatch(string(text), -1) {
				head, body, _ := bytes.Cut(below, []byte("\nsystem:"))
				if !bytes.Contains(body, []byte(but[1])) {
					t.Fatalf("nothing says %q", but[1])
				}
				below = slices.Concat(head, []byte("\nsystem:"), bytes.ReplaceAll(body, []byte(but[1]), []byte(but[2])))
			}
			if bytes.Equal(below, text) {
				t.Fatal("the twins are one")
			}
			made, not := twinOf(t, file, text), twinOf(t, file, below)
			for _, c := range claims {
				kind, about, with, without := c[1], c[2], c[3], c[4]
				made.claim(t, kind, about, with, true)
				switch {
				case without != "-":
					not.claim(t, kind, about, without, true)
				case kind == "DECIDES":
					not.claim(t, kind, about, "", true)
				default:
					not.claim(t, kind, about, with, false)
				}
			}
		})
	}
}

// twin is one of two designs.
type twin struct {
	*plumb.Design
	name  string
	files map[string][]byte
}

func twinOf(t *testing.T, file string, text []byte) *twin {
	t.Helper()
	d := plumb.Run(plumb.Input{File: file, Text: text, Date: "2026-01-01"})
	if d.Arch == nil {
		t.Fatalf("no design: %v", d.Problems)
	}
	return &twin{d, "as written", written(t, d)}
}

func (w *twin) claim(t *testing.T, kind, about, words string, there bool) {
	t.Helper()
	switch kind {
	case "DECIDES":
		choice := ""
		if d := w.Plan.Decision(arch.DecisionID(about)); d != nil {
			choice = string(d.Choice)
		}
		if choice != words {
			t.Errorf("%s = %q, want %q\n%s", about, choice, words, w.reasons(about))
		}
	case "SAYS":
		if text := w.reasons(about); strings.Contains(text, words) != there {
			t.Errorf("%s says %q: %t, want %t\n%s", about, words, !there, there, text)
		}
	case "WRITES":
		var near []string
		found := false
		for path, data := range w.files {
			if ok, _ := filepath.Match(about, filepath.Base(path)); ok {
				flat := strings.Join(strings.Fields(string(data)), " ")
				found = found || strings.Contains(flat, words)
				near = append(near, path)
			}
		}
		if len(near) == 0 && there {
			t.Errorf("no file is %s", about)
		} else if found != there {
			t.Errorf("%v say %q: %t, want %t", near, words, found, there)
		}
	}
}

// reasons are all sentences of a decision, a line each.
func (w *twin) reasons(id string) string {
	d := w.Plan.Decision(arch.DecisionID(id))
	if d == nil {
		return "not decided"
	}
	var out []string
	out = append(out, d.Because.String(), d.Until.String())
	for _, s := range slices.Concat(d.Good, d.Bad) {
		out = append(out, s.String())
	}
	for _, o := range d.Options {
		for _, e := range o.Eliminated {
			out = append(out, string(o.ID)+" is out: "+e.Reason.String())
		}
		for _, s := range o.Scores {
			out = append(out, string(o.ID)+" "+s.Criterion+" "+s.Value.String()+": "+s.How.String())
		}
		for _, p := range o.Parameters {
			if o.ID == d.Choice {
				out = append(out, p.Name+" "+p.Text+p.Value.String())
			}
		}
	}
	return strings.Join(out, "\n")
}
