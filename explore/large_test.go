package explore_test

import (
	"fmt"
	"slices"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore"
)

// A thousand protocols, each of another shape, and use cases that all meet on one thing:
// what is visited stays within the bounds, and what was not seen whole is said not to be.
func TestAThousandProtocolsStayWithinTheBounds(t *testing.T) {
	a := unexplored(arch.Copy(design(t, "harbour"), nil))
	saga := a.Sagas[slices.IndexFunc(a.Sagas, func(s arch.Saga) bool { return s.ID == "place-order" })]
	for i := range 1000 {
		s := saga
		s.ID, s.Steps = fmt.Sprintf("more-%d", i), nil
		for k := range 2 + i%12 { // which steps can be undone is another in each
			st := saga.Steps[1+k%3]
			if i>>k&1 == 1 {
				st.Compensation = ""
			}
			s.Steps = append(s.Steps, st)
		}
		s.Pivot = len(s.Steps) - 1
		a.Sagas = append(a.Sagas, s)
	}
	b := explore.Default
	b.States, b.All = 5_000, 15_000
	r := explore.Run(a, b)
	verdicts := map[string]int{}
	for _, p := range r.Protocols {
		verdicts[p.Explored.Verdict]++
		if p.Explored.Verdict == "holds" && !p.Explored.Complete {
			t.Errorf("%s is said to hold after %d states", p.ID, p.Explored.States)
		}
	}
	if r.States > b.All || len(r.Protocols) < 1000 || verdicts["unknown"] < 100 {
		t.Errorf("%d states of %d, verdicts %v", r.States, b.All, verdicts)
	}
}

// Use cases that do the same to one thing are followed once, however many there are; a
// race over more than there is room for is not explored, and says so.
func TestARaceOfManyStaysSmall(t *testing.T) {
	a := unexplored(arch.Copy(design(t, "harbour"), nil))
	before := one(t, explore.Run(a, explore.Default).Protocols, "race/shift").Explored.States
	for i := range a.Stores {
		for j := range a.Stores[i].Aggregates {
			if g := &a.Stores[i].Aggregates[j]; g.Of == "domain.Shift" {
				for k := range 400 {
					u := arch.Path(fmt.Sprintf("use_cases.Change%03d", k))
					g.Writers = append(g.Writers, arch.Writer{UseCase: u, Does: []string{"changes"}})
					a.Flows = append(a.Flows, arch.Flow{UseCase: u, Starts: "request"})
				}
			}
		}
	}
	if p := one(t, explore.Run(a, explore.Default).Protocols, "race/shift"); p.Explored.States > 20*before || p.Explored.States <= before {
		t.Errorf("%d states with 400 more that change it, %d without", p.Explored.States, before)
	}
}
