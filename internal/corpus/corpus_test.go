package corpus_test

import (
	"testing"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/internal/corpus"
)

func TestClaimsAreExactBothWays(t *testing.T) {
	claims, err := corpus.Expectations("a: b # ERROR x.y \"has \\\"b\\\"\"\n# WARNING-AT 3:4 x.z \"c\"\n")
	if err != nil || len(claims) != 2 {
		t.Fatalf("%v, %v", claims, err)
	}
	at := func(line, column int) diag.Span {
		return diag.Span{File: "f", Start: diag.Pos{Line: line, Column: column}}
	}
	met := diag.List{
		{Code: "x.y", Message: `it has "b" in it`, Span: at(1, 9)},
		{Code: "x.z", Severity: diag.Warning, Message: "abc", Span: at(3, 4)},
	}
	if d := corpus.Differences(claims, met); d != nil {
		t.Errorf("all claims are met, yet: %v", d)
	}
	met[0].Severity, met[1].Span = diag.Note, at(3, 5)
	if d := corpus.Differences(claims, met); len(d) != 4 {
		t.Errorf("no claim is met and no problem claimed, yet: %v", d)
	}
	if _, err := corpus.Expectations("a: b # ERROR x.y"); err == nil {
		t.Error("a claim without a message was accepted")
	}
}
