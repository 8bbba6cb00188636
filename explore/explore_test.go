package explore_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/explore"
	"plumb.dev/plumb/explore/state"
	"plumb.dev/plumb/internal/corpus"
)

var examples = []string{"petclinic", "cargo", "harbour"}

func design(t testing.TB, name string) *arch.Arch {
	t.Helper()
	text, err := os.ReadFile("../examples/" + name + "/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return mended(t, text)
}

// mended is the design of an input with its protocols explored, and without tipping
// points.
func mended(t testing.TB, text []byte) *arch.Arch {
	t.Helper()
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: text, Date: "2026-01-01", Quick: true})
	if d.Arch == nil {
		t.Fatalf("no design: %+v\n%s", d.Problems, text)
	}
	d.Arch.Protocols = explore.Mend(d.Arch, explore.Default)
	return d.Arch
}

// A design has its protocols as they were explored, and what is wrong with them among
// its problems.
func TestADesignIsExplored(t *testing.T) {
	text, err := os.ReadFile("../examples/cargo/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: text, Date: "2026-01-01"})
	got := arch.Copy(d.Arch, nil).Protocols
	decided := 0
	for i := range got {
		p := &got[i]
		added := slices.ContainsFunc(p.Mechanisms, func(m arch.Mechanism) bool { return m.Added })
		dec := d.Arch.Decision(arch.DecisionID(strings.ReplaceAll(p.ID, "/", "-") + ".safeguards"))
		if added != (dec != nil) || added && (p.By[len(p.By)-1] != dec.ID || len(dec.Options) < 2 || dec.Options[0].Feasible()) {
			t.Errorf("%s was given something %v, decided %+v", p.ID, added, dec)
		}
		if added {
			p.By = p.By[:len(p.By)-1]
			decided++
		}
		if len(p.By) == 0 {
			p.By = nil
		}
	}
	if want := mended(t, text).Protocols; len(want) < 10 || decided < 3 || !reflect.DeepEqual(got, want) {
		t.Errorf("the design has %d protocols, %d decided, want %d", len(got), decided, len(want))
	}
}

// A person can leave a protocol as it is: the pin is taken, and the design says what
// can happen.
func TestAPinOnASafeguardIsTakenAndItsPriceTold(t *testing.T) {
	text, err := os.ReadFile("../examples/cargo/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	pinned := append(slices.Clone(text), []byte("\npins:\n  race-invoice.safeguards: {choose: as-is, because: one clerk writes invoices}\n")...)
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: pinned, Date: "2026-01-01"})
	at := slices.IndexFunc(d.Problems, func(p diag.Problem) bool { return p.Code == "explore.protocol-broken" })
	if at < 0 || d.Problems[at].Path != "domain.Invoice" || !strings.Contains(d.Problems[at].Message, "it lacks conditional confirm") || d.Problems.HasErrors() {
		t.Errorf("problems %+v", d.Problems)
	}
	if dec := d.Arch.Decision("race-invoice.safeguards"); dec == nil || dec.Choice != "as-is" || dec.Pinned == nil {
		t.Errorf("decided %+v", dec)
	}
	wrong := append(slices.Clone(text), []byte("\npins:\n  race-invoices.safeguards: {choose: as-is, because: one clerk writes invoices}\n")...)
	d = plumb.Run(plumb.Input{File: "plumb.yaml", Text: wrong, Date: "2026-01-01"})
	if !slices.ContainsFunc(d.Problems, func(p diag.Problem) bool {
		return p.Code == "decide.unknown-pin" && p.Hint == "did you mean race-invoice.safeguards?"
	}) {
		t.Errorf("a pin on nothing is not told: %+v", d.Problems)
	}
}

// Every protocol of every example holds in all its states, with what the design gave
// it and nothing else.
func TestEveryProtocolOfTheExamplesHolds(t *testing.T) {
	kinds := map[string]int{}
	for _, name := range examples {
		a := design(t, name)
		for _, p := range explore.Run(a, explore.Default).Protocols {
			kinds[p.Kind]++
			if p.Explored.Verdict != "holds" || !p.Explored.Complete || p.Explored.States < 3 {
				t.Errorf("%s, %s: %s", name, p.ID, p.Explored)
			}
		}
		for _, s := range a.Sagas {
			if !slices.ContainsFunc(a.Protocols, func(p arch.Protocol) bool { return p.Of == s.UseCase && p.Kind == "saga" }) {
				t.Errorf("%s: the saga %s is not explored", name, s.ID)
			}
		}
		for _, ch := range a.Channels {
			for _, sub := range ch.Subscribers {
				if !slices.ContainsFunc(a.Protocols, func(p arch.Protocol) bool { return strings.HasPrefix(p.ID, "exchange/"+sub.Group) }) {
					t.Errorf("%s: %s is not explored", name, sub.Group)
				}
			}
		}
	}
	if kinds["saga"] < 10 || kinds["call"] < 5 || kinds["hold"] < 5 || kinds["contention"] < 4 || kinds["exchange"] < 15 {
		t.Errorf("explored were only %v", kinds)
	}
}

// spare is a mechanism that some protocols hold without.
type spare struct {
	kinds, mechanism string
	when             func(a *arch.Arch, p *arch.Protocol) bool
	reason           string
	// until are those with which gone as well it is needed; nil: the shape alone makes
	// it spare.
	until []string
}

// redundant are the mechanisms that some protocols hold without, each with the
// reason, and with what makes it needed again when it is missing, too.
var redundant = []spare{
	{"saga", "outbox", pivotFirst,
		"nothing is asked before the pivot, so the saga never turns back: what it forgot to have asked it asks again, and the duplicate check knows it", nil},
	{"saga call hold", "query by reference", settledTwice,
		"the external acts once for a key, so asking again settles it as well", []string{"idempotency key"}},
	{"saga call hold", "idempotency key", settledTwice,
		"the external tells the outcome by reference", []string{"query by reference"}},
	{"exchange", "duplicate check", copies,
		"a copy set twice to one value is the same copy", []string{"version check", "order per key"}},
	{"exchange", "order per key", copies,
		"a copy takes only what is newer, in whatever order it comes", []string{"version check"}},
}

func copies(_ *arch.Arch, p *arch.Protocol) bool { return strings.HasSuffix(p.ID, "/copy") }

func sagaOf(a *arch.Arch, p *arch.Protocol) *arch.Saga {
	return &a.Sagas[slices.IndexFunc(a.Sagas, func(s arch.Saga) bool { return "saga/"+s.ID == p.ID })]
}

func pivotFirst(a *arch.Arch, p *arch.Protocol) bool { return sagaOf(a, p).Pivot == 0 }

// settledTwice has both ways to settle an outcome that was not heard.
func settledTwice(_ *arch.Arch, p *arch.Protocol) bool {
	n := 0
	for _, m := range p.Mechanisms {
		if m.Name == "query by reference" || m.Name == "idempotency key" {
			n++
		}
	}
	return n == 2
}

// Each mechanism of each protocol of each example is taken away: a violation must be
// found. Where none is, the reason stands above, and is held to what it claims.
func TestEachMechanismIsMissedWhenItIsGone(t *testing.T) {
	used := make([]int, len(redundant))
	found, missed := 0, map[string]bool{}
	for _, name := range examples {
		a := design(t, name)
		probe := explore.Probe(a)
		for i := range a.Protocols {
			p := &a.Protocols[i]
			for _, m := range p.Mechanisms {
				if e := probe.Without(p.ID, m.Name); e.Verdict == "broken" {
					found++
					missed[m.Name] = true
					if len(e.Violation.Lines) == 0 || e.Violation.What == "" {
						t.Errorf("%s, %s without %s: no run is shown", name, p.ID, m.Name)
					}
					continue
				}
				k := slices.IndexFunc(redundant, func(r spare) bool {
					return slices.Contains(strings.Fields(r.kinds), p.Kind) && r.mechanism == m.Name && r.when(a, p)
				})
				if k < 0 {
					t.Errorf("%s, %s holds without %s", name, p.ID, m.Name)
					continue
				}
				used[k]++
				if r := redundant[k]; r.until != nil && probe.Without(p.ID, append([]string{m.Name}, r.until...)...).Verdict != "broken" {
					t.Errorf("%s, %s: it holds without %s, and also without %v: %s", name, p.ID, m.Name, r.until, r.reason)
				}
			}
		}
	}
	for k, n := range used {
		if n == 0 {
			t.Errorf("no protocol holds without %s: %s", redundant[k].mechanism, redundant[k].reason)
		}
	}
	for _, m := range explore.Mechanisms() {
		if !missed[m[0]] {
			t.Errorf("%s is missed nowhere", m[0])
		}
	}
	t.Logf("%d of %d removals were found, %v argued as redundant", found, found+sum(used), used)
}

func sum(list []int) int {
	n := 0
	for _, x := range list {
		n += x
	}
	return n
}

// The document tells every mechanism as the code has it, and every reason.
func TestTheDocumentTellsEveryMechanism(t *testing.T) {
	text, err := os.ReadFile("../docs/exploration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range explore.Mechanisms() {
		if row := "| " + m[0] + " | " + m[1] + " |\n"; !strings.Contains(string(text), row) {
			t.Errorf("docs/exploration.md has no row %s", row)
		}
	}
	for _, r := range redundant {
		if !strings.Contains(string(text), "| "+r.mechanism+" | ") || !strings.Contains(string(text), " | "+r.reason+" |\n") {
			t.Errorf("docs/exploration.md does not say why %s: %s", r.mechanism, r.reason)
		}
	}
}

func TestEachCodesPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "explore.", func(file string, text []byte) diag.List {
		return plumb.Run(plumb.Input{File: file, Text: text, Date: "2026-01-01"}).Problems
	})
}

// Every code this package can report has a page, so that a person can ask for it.
func TestEveryReportedCodeHasAPage(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	literal, reported := regexp.MustCompile(`"(explore\.[a-z-]+)"`), map[string]bool{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			reported[m[1]] = true
			if _, ok := diag.Page(diag.Code(m[1])); !ok {
				t.Errorf("%s has no page", m[1])
			}
		}
	}
	if len(reported) != 3 {
		t.Errorf("the codes found are %v", reported)
	}
}

// A saga put together at random, with mechanisms taken at random: leaving out what
// can have no effect any more, and following one of the steps that are undone from
// elsewhere at a time, changes no verdict.
func TestForgettingChangesNoVerdict(t *testing.T) {
	bounds := state.Bounds{States: 1 << 20, Bytes: 1 << 30}
	verdicts, smaller := map[string]int{}, 0
	for seed := range uint64(120) {
		g := randomSaga(rand.New(rand.NewPCG(seed, 3)))
		// Nearly all mechanisms, so that many of them hold.
		has := ^uint32(0) &^ (1 << (seed % 15))
		if seed%3 == 0 {
			has = ^uint32(0)
		}
		reduced, full := explore.Both(g, has, bounds)
		if !full.Complete && full.Violation == nil {
			continue
		}
		a, b := said(reduced), said(full)
		if a != b {
			t.Fatalf("saga %d %+v: reduced %s, in full %s", seed, *g, a, b)
		}
		verdicts[a]++
		if reduced.States < full.States {
			smaller++
		}
	}
	if len(verdicts) < 4 || smaller < 60 {
		t.Errorf("only %v was found, and %d were smaller", verdicts, smaller)
	}
}

// said is a verdict.
func said(r state.Result) string {
	if r.Violation == nil {
		return "holds"
	}
	return fmt.Sprintf("%s: %s", r.Violation.Kind, r.Violation.What)
}

func randomSaga(r *rand.Rand) *explore.Shape {
	n := 2 + r.IntN(2)
	pivot := r.IntN(n)
	steps := make([]explore.Stage, n)
	for i := range steps {
		external := r.IntN(4) == 0
		steps[i] = explore.Place(r.IntN(3) > 0, external, false, i <= pivot, i < pivot, external && r.IntN(2) == 0, external && r.IntN(2) == 0)
	}
	undone := func() uint { return uint(r.IntN(1 << pivot)) } // steps that can be
	return explore.NewShape(steps, pivot, !explore.Remote(steps[pivot]) && r.IntN(2) == 0, undone(), undone())
}
