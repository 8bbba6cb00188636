package decide_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// understand takes an input through the stages before this one.
func understand(tb testing.TB, file string, text []byte) *model.Model {
	tb.Helper()
	doc, problems := spec.Parse(file, text)
	if !problems.HasErrors() {
		m, more := model.Check(doc, nil)
		if problems = append(problems, more...); !more.HasErrors() {
			return m
		}
	}
	for _, p := range problems {
		tb.Errorf("%s: %s %s", p.Span, p.Code, p.Message)
	}
	tb.FailNow()
	return nil
}

// plan takes an input through all decisions.
func plan(tb testing.TB, file string, text []byte) *decide.Plan {
	tb.Helper()
	p, problems := decide.Run(decide.Input{Model: understand(tb, file, text), Catalog: catalog.Builtin()})
	for _, q := range problems {
		if q.Severity == diag.Error {
			tb.Errorf("%s: %s %s", q.Span, q.Code, q.Message)
		}
	}
	return p
}

// plans are those of all inputs, made once: nothing may change them.
func plans(tb testing.TB) map[string]*decide.Plan {
	tb.Helper()
	made.Do(func() {
		made.plans = map[string]*decide.Plan{}
		for name, text := range inputs(tb) {
			made.plans[name] = plan(tb, name+".yaml", text)
		}
	})
	return made.plans
}

var made struct {
	sync.Once
	plans map[string]*decide.Plan
}

// inputs are the shipped examples and the cases of this package.
func inputs(tb testing.TB) map[string][]byte {
	tb.Helper()
	out := map[string][]byte{}
	for name, at := range map[string]string{"examples": "../examples", "cases": "testdata/cases"} {
		err := filepath.WalkDir(at, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") {
				return err
			}
			text, err := os.ReadFile(path)
			out[strings.TrimSuffix(strings.TrimPrefix(path, "../"), ".yaml")] = text
			return err
		})
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
	}
	return out
}

func read(tb testing.TB, file string) []byte {
	tb.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// What is accepted before an external has answered waits in the state it was in: the
// state it moves to is reached with the answer.
func TestWhatIsAcceptedIsNotYetWhatItWillBe(t *testing.T) {
	const system = `system: Tickets
externals: {bank: {latency: p50 300ms p99 2s, availability: 99.9%, lookup: yes}}
domain: {Order: {states: "open -> paid -> refunded", volume: 9k/day}}
use_cases:
  Place: {by: fan, creates: Order}
  Pay: {by: fan, moves: Order open -> paid, calls: [bank], latency: p99 4s, available: 99.95%}
  Refund: {by: clerk, moves: Order paid -> refunded}
pins: {Pay.answer: accepted}
`
	p := plan(t, "plumb.yaml", []byte(system))
	if got := p.Word("Pay.answer", "pending"); got != "Order open" {
		t.Errorf("Pay is answered as %q", got)
	}
}

// Where the computed cut puts nothing together, its affinity is nothing, and the
// others are behind it all the same.
func TestCutsAreToldApartWhereNothingBelongsTogether(t *testing.T) {
	text := `
system: Desks
actors: {clerk: {}}
domain:
  Desk: {fields: {label: text}}
  Pass: {fields: {desk: -> Desk}}
  Bill: {fields: {amount: money}}
use_cases:
  AddDesk: {by: clerk, creates: Desk}
  EditDesk: {by: clerk, changes: Desk}
  IssuePass: {by: clerk, creates: Pass}
  EndPass: {by: clerk, changes: Pass}
  WriteBill: {by: clerk, reads: [Pass], creates: Bill}
  SendBill: {by: clerk, changes: Bill}
  SettleBill: {by: clerk, changes: Bill}
`
	p := plan(t, "plumb.yaml", []byte(text))
	if worth := p.Cut.Candidates[p.Cut.Computed].Affinity; worth != 0 {
		t.Fatalf("the computed cut is worth %v", worth)
	}
	for _, d := range p.Decisions {
		if d.Question != "contexts" {
			continue
		}
		seen := map[float64]bool{}
		for _, o := range d.Options {
			if seen[o.Utility] {
				t.Errorf("%s is worth %v, as another is", o.ID, o.Utility)
			}
			seen[o.Utility] = true
		}
		if d.Margin <= 0 || !seen[1] || len(seen) < 2 {
			t.Errorf("margin %v among %v", d.Margin, seen)
		}
	}
}
