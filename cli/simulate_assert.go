package cli

import (
	"context"

	"plumb.dev/plumb"
	"plumb.dev/plumb/fact"
)

// asserted is the answer of simulate --assert as JSON.
type asserted struct {
	Met       bool           `json:"met"`
	Scenarios []claimsOf     `json:"scenarios"`
	Counts    map[string]int `json:"counts"`
	Stopped   bool           `json:"interrupted,omitempty"`
}

type claimsOf struct {
	Scenario     string       `json:"scenario"`
	Seed         uint64       `json:"seed"`
	Replications int          `json:"replications"`
	Claims       []plumb.Held `json:"claims"`
}

// assert holds scenarios against their claims.
func (a *app) assert(ctx context.Context, d *plumb.Design, list []plumb.Scenario, f *simulateFlags) error {
	out := asserted{Met: true, Scenarios: []claimsOf{}, Counts: map[string]int{}}
	claims := 0
	for _, s := range list {
		claims += len(s.Holds)
	}
	if claims == 0 {
		return exit(ExitUsage, "there is nothing to hold the design against: give a scenario of the input claims under 'holds', or --holds 'errors < 1%%'")
	}
	t := newTables(&a.Env, false)
	var results []plumb.Simulation
	for _, s := range list {
		s.Progress = a.replicated(s.Name)
		r, problems := d.Simulate(ctx, s)
		a.replicatedAll()
		if problems.HasErrors() {
			return a.badScenario(problems)
		}
		results = append(results, r)
		out.Scenarios = append(out.Scenarios, claimsOf{s.Name, s.Seed, r.Replications, r.Claims})
		for i := range r.Claims {
			out.Counts[r.Claims[i].Verdict]++
			out.Met = out.Met && r.Claims[i].Met()
		}
		if !a.json {
			t.head(&r)
			t.claims(&r)
			t.line("")
			if err := t.flush(); err != nil {
				return err
			}
		}
		if out.Stopped = r.Interrupted; out.Stopped {
			break
		}
	}
	if err := a.page(f, plumb.PageContent{System: d.Arch.System.Name, Results: results}); err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(out); err != nil {
			return err
		}
	} else {
		t.line("%s of %s met, %d missed, %d cannot be told", fact.FormatCount(float64(out.Counts["met"])), plural(claims, "claim"), out.Counts["missed"], out.Counts["close"]+out.Counts["unknown"])
		if err := t.flush(); err != nil {
			return err
		}
	}
	if err := interrupted(ctx); err != nil {
		return err
	}
	if !out.Met {
		return exitError{code: ExitFindings}
	}
	return nil
}

// claims are those of a scenario, a line each.
func (t *tables) claims(r *plumb.Simulation) {
	for i := range r.Claims {
		t.line("  %-7s %s", r.Claims[i].Verdict, r.Claims[i])
	}
}
