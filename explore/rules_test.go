package explore_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore"
)

// Every rule of the model is told: held in all states, in part, or not explored and
// why; and one whose protocol breaks is said to be broken.
func TestEveryRuleIsToldExploredOrWhyNot(t *testing.T) {
	a := design(t, "harbour")
	told := explore.Run(a, explore.Default).Rules
	of := func(list []explore.Told, path arch.Path, words string) explore.Told {
		i := slices.IndexFunc(list, func(r explore.Told) bool { return r.Of == path && strings.Contains(r.Holds, words) })
		if i < 0 {
			t.Fatalf("nothing is told of %s: %s", path, words)
		}
		return list[i]
	}
	for _, c := range []struct {
		of                      arch.Path
		words, verdict, in, why string
	}{
		{"domain.DishStock", "left >= 0", "holds", "contention/dish-stock", ""},
		{"domain.DishStock", "what is left and what is given away", "holds", "contention/dish-stock", ""},
		{"domain.Order", "makes no move but", "holds", "race/order", ""},
		{"domain.Consumer", "same email", "holds", "race/consumer", ""},
		{"domain.Ticket", "same order", "not explored", "", "has created what the key names"},
		{"domain.Payout", "same account, week", "not explored", "", "one at a time"},
		{"domain.Order", "size(lines) > 0", "in part", "race/order", "up to the code"},
		{"domain.Payment", "amount.amount > 0", "not explored", "", "no two runs change one"},
		{"rules.SlotsAreNotOverbooked", "a slot never has", "in part", "contention/kitchen-slot", "it is a sentence"},
		{"rules.LedgerBalances", "booked exactly once", "in part", "saga/refund-payment", "it is a sentence"},
	} {
		r := of(told, c.of, c.words)
		if r.Verdict != c.verdict || c.in != "" && !slices.Contains(r.In, c.in) || c.in == "" && len(r.In) > 0 || !strings.Contains(r.Why, c.why) || (r.Why == "") != (c.verdict == "holds") {
			t.Errorf("told %+v, want %+v", r, c)
		}
	}
	for _, r := range a.Rules {
		of(told, r.Of, r.Holds)
	}
	broken := unexplored(arch.Copy(a, nil))
	for i := range broken.Stores {
		for j := range broken.Stores[i].Aggregates {
			if c := broken.Stores[i].Aggregates[j].Contention; c != nil {
				c.Guard = ""
			}
		}
	}
	if r := of(explore.Run(broken, explore.Default).Rules, "domain.DishStock", "left >= 0"); r.Verdict != "broken" {
		t.Errorf("without its guard it is told %+v", r)
	}
}
