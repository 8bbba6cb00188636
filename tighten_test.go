package plumb_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// requirement is one line of a random system that a person can tighten.
type requirement struct {
	objective string   // the id of what holds it against the design
	values    []string // ever tighter
}

// randomSystem writes a system whose requirements stand as %[n]s, and lists them.
func randomSystem(random *rand.Rand) (string, []requirement) {
	var b strings.Builder
	var reqs []requirement
	ask := func(objective string, values ...string) string {
		reqs = append(reqs, requirement{objective, values})
		return fmt.Sprintf("%%[%d]s", len(reqs))
	}
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	fmt.Fprintf(&b, "system: Random\ncontext:\n  platform: %s\n", pick("kubernetes on aws", "containers", "kubernetes on gcp"))
	fmt.Fprintf(&b, "  recovery: {point: %s, time: %s}\n", ask("system.recovery-point", "1d", "1h", "5min", "1min"), ask("system.recovery-time", "1d", "4h", "1h", "20min"))
	b.WriteString("  teams: {one: 5, two: 4}\nactors: {caller: {accounts: 20k}}\nexternals:\n  bank: {latency: p50 80ms p99 900ms, availability: 99.9%%, idempotent: yes, lookup: yes}\ndomain:\n")
	n := 2 + random.IntN(4)
	for i := range n {
		fmt.Fprintf(&b, "  A%d: {owner: %s, fields: {name: text, amount: money}, volume: %dk}\n", i, pick("one", "two"), 1+random.IntN(900))
	}
	b.WriteString("use_cases:\n")
	for i := range n {
		peak := 1 + random.IntN(300)
		calls := pick("", ", calls: [bank]")
		fmt.Fprintf(&b, "  Make%d: {by: caller, creates: A%d%s, peak: %d/s, latency: p99 %s, available: %s}\n", i, i, calls, peak,
			ask(fmt.Sprintf("Make%d.latency", i), "30s", "5s", "2s", "800ms", "300ms", "100ms"),
			ask(fmt.Sprintf("Make%d.availability", i), "99%", "99.5%", "99.9%", "99.95%", "99.99%"))
		fmt.Fprintf(&b, "  Show%d: {by: caller, reads: [A%d, A%d: {stale: %s}], peak: %d/s, latency: p99 %s}\n", i, i, (i+1)%n,
			ask("", "10min", "1min", "5s"), 10*peak, ask(fmt.Sprintf("Show%d.latency", i), "10s", "1s", "400ms", "150ms", "60ms"))
	}
	return b.String(), reqs
}

// Tightening a requirement never buys a weaker guarantee on it: what the design
// achieves is never worse than at the looser value before.
func TestTighteningNeverWeakensAGuarantee(t *testing.T) {
	asked, stronger := 0, 0
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 7))
		text, reqs := randomSystem(random)
		for i, r := range reqs {
			if r.objective == "" {
				continue
			}
			last, before := 0.0, ""
			for k, value := range r.values {
				is, verdict, ok := guarantee(t, text, reqs, i, value)
				if !ok {
					break // nothing serves it from here on
				}
				asked++
				if k > 0 && is < last {
					stronger++
				}
				if k > 0 && is > last*(1+1e-9) {
					t.Errorf("system %d: %s is worse at %s than at %s: %g, was %g (%s)", seed, r.objective, value, before, is, last, verdict)
				}
				last, before = is, value
			}
		}
	}
	if asked < 500 || stronger < 10 {
		t.Errorf("only %d designs, %d of them stronger than the one before", asked, stronger)
	}
}

// guarantee designs a system with one requirement at a value, the others at their
// middle, and gives what the design achieves, so that less is stronger.
func guarantee(t *testing.T, text string, reqs []requirement, at int, value string) (float64, string, bool) {
	t.Helper()
	values := make([]any, len(reqs))
	for i, r := range reqs {
		values[i] = r.values[len(r.values)/2-1]
	}
	values[at] = value
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: fmt.Appendf(nil, text, values...), Quick: true})
	if d.Arch == nil {
		for _, p := range d.Problems {
			if !strings.HasPrefix(string(p.Code), "decide.") && p.Severity == diag.Error {
				t.Fatal(p)
			}
		}
		return 0, "", false
	}
	for i := range d.Arch.Objectives {
		if o := &d.Arch.Objectives[i]; o.ID == arch.ObjectiveID(reqs[at].objective) {
			if o.Kind == "availability" {
				return 1 - o.Achieved.N, o.Verdict, o.Achieved.Known()
			}
			return o.Achieved.N, o.Verdict, o.Achieved.Known()
		}
	}
	t.Fatalf("no objective %s", reqs[at].objective)
	return 0, "", false
}
