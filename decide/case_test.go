package decide_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
)

// A case is a small system with what it must decide, in comments:
//
//	# DECIDES PlaceOrder.answer = bounded
//	# PARAMETER PlaceOrder.answer wait = 640ms
//	# WORD PlaceOrder.answer pending ~ Order pending
//
// Claims are written by hand and never updated by a test.
var (
	decides    = regexp.MustCompile(`(?m)^# DECIDES (\S+) = (\S+)$`)
	parameters = regexp.MustCompile(`(?m)^# PARAMETER (\S+) (\S+) = (.+)$`)
	texts      = regexp.MustCompile(`(?m)^# WORD (\S+) (\S+) ~ (.+)$`)
)

func TestCasesDecideAsTheyClaim(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := plans(t)[strings.TrimSuffix(file, ".yaml")]
			if n := strings.Count(string(text), "\n# DECIDES") + strings.Count(string(text), "\n# PARAMETER") + strings.Count(string(text), "\n# WORD"); n == 0 ||
				n != len(decides.FindAll(text, -1))+len(parameters.FindAll(text, -1))+len(texts.FindAll(text, -1)) {
				t.Errorf("claims nothing, or a claim is not well written")
			}
			for _, m := range decides.FindAllStringSubmatch(string(text), -1) {
				claimed(t, p, arch.DecisionID(m[1]), arch.OptionID(m[2]))
			}
			for _, m := range parameters.FindAllStringSubmatch(string(text), -1) {
				if got := p.Parameter(arch.DecisionID(m[1]), m[2]).String(); got != m[3] {
					t.Errorf("%s: %s is %s, want %s", m[1], m[2], got, m[3])
				}
			}
			for _, m := range texts.FindAllStringSubmatch(string(text), -1) {
				if got := p.Word(arch.DecisionID(m[1]), m[2]); !strings.Contains(got, m[3]) {
					t.Errorf("%s: %s is %q, want %q in it", m[1], m[2], got, m[3])
				}
			}
		})
	}
}

func claimed(t *testing.T, p *decide.Plan, id arch.DecisionID, want arch.OptionID) {
	t.Helper()
	d := p.Decision(id)
	if d == nil {
		t.Errorf("%s is not decided", id)
		return
	}
	if d.Choice == want {
		return
	}
	t.Errorf("%s = %s, want %s: %s", id, d.Choice, want, d.Because)
	for _, o := range d.Options {
		t.Logf("  %-24s %.3f %v", o.ID, o.Utility, o.Eliminated)
		for _, s := range o.Scores {
			t.Logf("      %-12s %-10s worth %.2f x %.2f  %s", s.Criterion, s.Value, s.Worth, s.Weight, s.How)
		}
	}
}

// oneWay are the questions whose other options no input can make the better ones
// yet; their comparison is shown all the same, and a pin can choose otherwise.
var oneWay = map[string]string{
	"probes":     "a readiness probe of shared parts is worse in every system with a second replica",
	"alerts":     "thresholds and anomalies miss slow burns whatever the rates are",
	"safeguards": "no input asks it: the exploration of a design does, see TestWhatAProtocolLacksIsDecided",
	"toggle":     "what must be switched off at once is worth half a day",
}

// A question that always comes out the same way is none, or its other side is not
// tested.
func TestEveryQuestionComesOutMoreThanOneWay(t *testing.T) {
	outcomes := map[string]map[arch.OptionID]bool{}
	for _, d := range decide.Reference() {
		outcomes[d.ID] = map[arch.OptionID]bool{}
	}
	for _, p := range plans(t) {
		for i := range p.Decisions {
			outcomes[p.Decisions[i].Question][p.Decisions[i].Choice] = true
		}
	}
	for _, q := range slices.Sorted(maps.Keys(outcomes)) {
		if _, known := oneWay[q]; len(outcomes[q]) < 2 && !known {
			t.Errorf("%s comes out one way only: %v", q, slices.Sorted(maps.Keys(outcomes[q])))
		}
	}
}
