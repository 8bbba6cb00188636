package explore_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/explore"
	"plumb.dev/plumb/explore/state"
)

// The last one is wanted by three: with a change that looks first two or all of them get
// it, without a memory one of them takes or gives back twice, and with both exactly one has
// it, whoever asks again and whatever is given back meanwhile.
func TestTheLastOneIsWantedByThree(t *testing.T) {
	bounds := state.Bounds{States: 100_000, Bytes: 16 << 20}
	for _, c := range []struct {
		has   []string
		wrong string
	}{
		{[]string{"duplicate check"}, "2 are given away of 1"},
		{[]string{"guarded update"}, "more is given back than was taken"},
		{[]string{"guarded update", "duplicate check"}, ""},
	} {
		r := state.Search(explore.LastOnes(c.has...), bounds)
		switch {
		case !r.Complete && c.wrong == "":
			t.Errorf("with %s not all states are visited: %d", strings.Join(c.has, ", "), r.States)
		case c.wrong == "" && r.Violation != nil:
			t.Errorf("with %s: %s", strings.Join(c.has, ", "), r.Violation.What)
		case c.wrong != "" && (r.Violation == nil || r.Violation.What != c.wrong):
			t.Errorf("with %s alone %+v is found, and not %q", strings.Join(c.has, ", "), r.Violation, c.wrong)
		}
	}
}
