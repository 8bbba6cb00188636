package decide_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
)

const paid = `system: Till
context: {teams: {shop: 5, books: 4}, platform: kubernetes on aws}
actors:
  buyer: {channels: [mobile], accounts: 4M}
domain:
  Account: {owner: shop, fields: {holder: text}, volume: 100k}
  Entry: {owner: books, fields: {account: -> Account, amount: money}, volume: 9M/day}
use_cases:
  Pay: {by: buyer, changes: Account, emits: Paid, peak: 900/s, average: 100/s, latency: p99 500ms}
  Book: {on: [Paid], creates: Entry}
`

// Where some keys are asked for more than others, the fullest partition decides how many
// there are; where one key alone is too much, no number does, and that is said.
func TestASkewOfKeysDecidesHowManyPartitionsThereAre(t *testing.T) {
	partitions := func(skew string) (n float64, against string) {
		text := strings.Replace(paid, "volume: 100k", "volume: 100k"+skew, 1)
		p, problems := decide.Run(decide.Input{Model: understand(t, "till.yaml", []byte(text)), Catalog: catalog.Builtin()})
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		d := p.Decision("till.shop.account.v1.channel")
		if d == nil || d.Choice != "keyed" {
			t.Fatalf("decided %+v", d)
		}
		for _, c := range d.Bad {
			against += c.String() + "\n"
		}
		return p.Parameter(d.ID, "partitions").N, against
	}
	even, said := partitions("")
	if said != "" && strings.Contains(said, "fullest") {
		t.Errorf("even: %s", said)
	}
	mild, said := partitions(", skew: 30% on 1%")
	if mild <= even || strings.Contains(said, "fullest") {
		t.Errorf("%g partitions for keys asked for alike, %g for a mild skew: %s", even, mild, said)
	}
	harsh, said := partitions(", skew: 90% on 0.01%")
	if harsh != even || !strings.Contains(said, "the fullest, with the busiest Account, has") {
		t.Errorf("%g partitions, and said is %q", harsh, said)
	}
}
