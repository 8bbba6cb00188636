package decide_test

import (
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// What Stands finds without planning must be what planning finds, for every constant
// and entry of the catalogue that an example reads.
func TestStandsIsWhatPlanningAgainFinds(t *testing.T) {
	for _, name := range []string{"petclinic", "cargo", "harbour"} {
		file := "../examples/" + name + "/plumb.yaml"
		m := understand(t, file, read(t, file))
		p, _ := decide.Run(decide.Input{Model: m, Catalog: catalog.Builtin()})
		told, moved := 0, 0
		for _, f := range p.Facts.All() {
			if f.Origin == fact.Derived || f.Value.Kind == fact.Truth || f.Value.Kind == fact.Text {
				continue
			}
			for _, factor := range []float64{0.02, 30} {
				q := f.Value
				if q.N *= factor; q.Kind == fact.Share {
					q.N = min(q.N, 1)
				}
				over := fact.Overrides{f.ID: q}
				stands := p.Stands(over, nil)
				again, problems := decide.Run(decide.Input{Model: m, Catalog: catalog.Builtin(), Cut: &p.Cut, Facts: over, Plain: true})
				same := !problems.HasErrors() && len(again.Decisions) == len(p.Decisions)
				for i := range again.Decisions {
					d := p.Decision(again.Decisions[i].ID)
					same = same && d != nil && d.Choice == again.Decisions[i].Choice
				}
				if stands && !same {
					t.Errorf("%s: choices change at %s of %s, and stand without planning", name, q, f.ID)
				}
				if same && stands {
					told++
				} else if !same {
					moved++
				}
			}
		}
		if told == 0 || moved == 0 {
			t.Errorf("%s: %d changes told to leave the plan, %d that move it", name, told, moved)
		}
		t.Logf("%s: %d stand, %d move", name, told, moved)
	}
}
