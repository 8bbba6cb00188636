package decide_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
)

const crossing = `system: Toll
context: {teams: {road: 4, money: 4}, platform: kubernetes on aws}
actors:
  gate: {channels: [device], accounts: 900}
domain:
  Passage: {owner: road, fields: {plate: text}, volume: 900k/day}
  Account: {owner: money, fields: {plate: text unique, left: money}, contended: left, volume: 2M}
use_cases:
  Pass: {by: gate, creates: Passage, then: [Charge], peak: 3000/s, latency: p99 900ms, consistency: atomic}
  Charge: {changes: Account, work: p50 20ms p99 60ms, latency: p99 500ms}
  ShowAccount: {by: gate, reads: Account, peak: 20/s, latency: p99 200ms}
pins:
  deployables: {choose: per-context, because: the money team releases on its own}
`

// How long a queue is and what comes again decide whose turn it is: as sized, nothing
// waits longer than its caller; with a queue far beyond it and retries beyond what is
// served, who has just asked goes first.
func TestWhoseTurnItIsFollowsFromTheLengthOfTheQueueAndWhatComesAgain(t *testing.T) {
	m := understand(t, "toll.yaml", []byte(crossing))
	choose := func(evidence ...decide.Evidence) (*decide.Plan, *arch.Decision) {
		p, problems := decide.Run(decide.Input{Model: m, Catalog: catalog.Builtin(), Evidence: evidence})
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		d := p.Decision("money.serve.queue")
		if d == nil {
			t.Fatal("whose turn it is at money.serve is not asked")
		}
		return p, d
	}
	long := decide.Evidence{Decision: "money.serve.scaling", Parameter: "queue", Bound: 200, Scenario: "rush", Showed: "many were turned away"}
	budget := decide.Evidence{Decision: "Pass>Charge.call", Parameter: "retry-budget", Bound: 4, Scenario: "rush", Showed: "retries were denied"}
	p, d := choose()
	if d.Choice != "in-time" || d.Option("in-turn").Feasible() || !strings.Contains(d.Option("in-turn").Eliminated[0].Reason.String(), "Pass>Charge hands its deadline on") {
		t.Fatalf("as sized: %s, %+v", d.Choice, d.Options)
	}
	if n := p.Parameter("Pass>Charge.call", "attempts").N; n < 2 {
		t.Fatalf("%g attempts: the system does not ask what it is for", n)
	}
	if _, d = choose(long); d.Choice != "in-time" {
		t.Errorf("with a long queue and a small budget: %s", d.Choice)
	}
	if _, d = choose(long, budget); d.Choice != "newest-first" || len(d.Good) == 0 || !strings.Contains(d.Good[0].String(), "comes back by itself") {
		t.Errorf("with a long queue and retries beyond what is served: %s because %s; %v", d.Choice, d.Because, d.Good)
	}
	out := decide.Evidence{Decision: "money.serve.queue", Without: "in-time", Serves: "use_cases.Pass", Scenario: "hung", Showed: "9% came through"}
	if _, d = choose(out); d.Choice != "newest-first" || len(d.Forced) != 1 || d.Forced[0].Scenario != "hung" {
		t.Errorf("where a simulation showed that it does not do: %s, %+v", d.Choice, d.Forced)
	}
}
