package diff_test

import (
	"encoding/json"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/diff"
)

func TestEqualDesignsHaveNoDifference(t *testing.T) {
	if c := diff.Between(archtest.Harbour(), archtest.Harbour()); len(c) > 0 {
		t.Errorf("%+v", c)
	}
}

// one changes a design and finds the one difference of a kind and operation.
func one(t *testing.T, kind string, op diff.Op, change func(*arch.Arch)) diff.Change {
	t.Helper()
	to := archtest.Harbour()
	change(to)
	var found []diff.Change
	for _, c := range diff.Between(archtest.Harbour(), to) {
		if c.Kind == kind && c.Op == op {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d changes %s %s: %+v", len(found), kind, op, found)
	}
	return found[0]
}

func TestAFlippedDecisionSaysWhy(t *testing.T) {
	c := one(t, "decision", diff.Flipped, func(a *arch.Arch) {
		d := &a.Decisions[0]
		for _, o := range d.Options {
			if o.ID != d.Choice {
				d.Choice = o.ID
				break
			}
		}
		d.Because = arch.Say("%d teams", 2)
	})
	if c.Why != "2 teams" || c.From == c.To || c.To == "" {
		t.Errorf("%+v", c)
	}
}

func TestElementsNameTheChangedDecisionsThatMadeThem(t *testing.T) {
	var id arch.DecisionID
	c := one(t, "store", diff.Altered, func(a *arch.Arch) {
		for i := range a.Stores {
			for _, by := range a.Stores[i].By {
				for j := range a.Decisions {
					if d := &a.Decisions[j]; d.ID == by && id == "" {
						id, d.Choice = by, "another"
						a.Stores[i].Technology = "another"
					}
				}
			}
		}
	})
	if id == "" || len(c.By) == 0 || c.By[0] != id || c.What != "technology" || c.To != "another" {
		t.Errorf("%+v, made by %s", c, id)
	}
}

func TestElementsComeGoAndGrow(t *testing.T) {
	gone := one(t, "store", diff.Removed, func(a *arch.Arch) { a.Stores = a.Stores[1:] })
	if gone.ID == "" || gone.From == "" {
		t.Errorf("%+v", gone)
	}
	grown := one(t, "process", diff.Resized, func(a *arch.Arch) { a.Deployables[0].Roles[0].Replicas.N *= 2 })
	if grown.What != "replicas" || grown.Ratio != 2 {
		t.Errorf("%+v", grown)
	}
	come := one(t, "cache", diff.Added, func(a *arch.Arch) { a.Caches = append(a.Caches, arch.Cache{ID: "new", Where: "process"}) })
	if come.ID != "new" || come.To != "process" {
		t.Errorf("%+v", come)
	}
}

func TestObjectivesAreWonAndLost(t *testing.T) {
	at := -1
	lost := one(t, "objective", diff.Lost, func(a *arch.Arch) {
		for i := range a.Objectives {
			if a.Objectives[i].Verdict == "met" {
				at = i
				a.Objectives[i].Verdict = "missed"
				break
			}
		}
	})
	if lost.ID != string(archtest.Harbour().Objectives[at].ID) {
		t.Errorf("%+v", lost)
	}
	dearer := one(t, "cost", diff.Resized, func(a *arch.Arch) { a.Cost.Total.N *= 1.5 })
	if dearer.Ratio != 1.5 {
		t.Errorf("%+v", dearer)
	}
}

func TestReadingADesignBackFromJSONIsNoDifference(t *testing.T) {
	a := archtest.Harbour()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back arch.Arch
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if c := diff.Between(a, &back); len(c) > 0 {
		t.Errorf("%+v", c)
	}
}
