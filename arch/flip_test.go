package arch_test

import (
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// A number rises or falls to where a choice changes; a word, such as a platform, does
// neither.
func TestAWordNeitherRisesNorFalls(t *testing.T) {
	for want, f := range map[string]arch.Flip{
		"rises to": {At: arch.Value{Quantity: fact.Quantity{Kind: fact.Rate, N: 3}}},
		"falls to": {At: arch.Value{Quantity: fact.Quantity{Kind: fact.Rate, N: 3}}, Below: true},
		"becomes":  {At: arch.Value{Quantity: fact.Quantity{Kind: fact.Text, Text: "kubernetes"}}},
	} {
		if got := f.Way(); got != want {
			t.Errorf("%s: %s %s", f.At, got, want)
		}
	}
}
