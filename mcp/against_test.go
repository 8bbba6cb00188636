package mcp_test

import (
	"strings"
	"testing"
)

func TestCheckSaysWhatBreaksWhomAgainstAnotherDesign(t *testing.T) {
	dir := workspace(t, "petclinic")
	put(t, dir, "before/plumb.yaml", get(t, dir, "plumb.yaml"))
	c := connect(t, dir, nil)
	if r := must(t, c, "check", map[string]any{"against": "before"}); !strings.Contains(r.text, "Nothing is different from before") || r.data["fine"] != true {
		t.Errorf("against itself: %s", r.text)
	}
	must(t, c, "emit", map[string]any{"out": "written", "write": true})
	text := get(t, dir, "plumb.yaml")
	gone := strings.Replace(text, "  ListVets: {by: [visitor, receptionist], reads: [Vet], result: list, stale: 1h}\n", "", 1)
	if gone == text {
		t.Fatal("the example has no ListVets")
	}
	put(t, dir, "plumb.yaml", gone)
	for _, against := range []string{"before", "before/plumb.yaml", "written", "written/plan.json"} {
		r := must(t, c, "check", map[string]any{"against": against})
		if r.data["fine"] != false || !strings.Contains(r.text, "breaking") || !strings.Contains(r.text, "visitor") || estimate(r.text) > 2000 {
			t.Errorf("against %s, about %d tokens: %s", against, estimate(r.text), r.text)
		}
	}
	for _, against := range []string{"../elsewhere", "/etc", "nowhere", "before/other.yaml"} {
		if r := call(t, c, "check", map[string]any{"against": against}); !r.refused {
			t.Errorf("against %s: %s", against, r.text)
		}
	}
}

func TestCheckVisitsEveryStateOfTheProtocols(t *testing.T) {
	c := connect(t, workspace(t, "harbour"), nil)
	r := must(t, c, "check", map[string]any{"explore": true})
	rows, ok := r.data["protocols"].([]any)
	if !ok || len(rows) == 0 || !strings.Contains(r.text, "Protocols, explored state by state") || estimate(r.text) > 2000 {
		t.Fatalf("about %d tokens: %s", estimate(r.text), r.text)
	}
	for _, row := range rows {
		if p := row.(map[string]any); p["verdict"] != "holds" || p["states"].(float64) < 2 {
			t.Errorf("%v", p)
		}
	}
	if r.data["fine"] != true {
		t.Errorf("it is not fine: %s", r.text)
	}
}

func TestADesignIsSimulatedAsIfAPolicyWereOtherwise(t *testing.T) {
	c := connect(t, workspace(t, "harbour"), nil)
	mustRefuse(t, c, "nonsense", "simulate", map[string]any{"load": "peak", "as_if": []string{"nonsense maps 3"}})
	plain := must(t, c, "simulate", map[string]any{"load": "3x"})
	other := must(t, c, "simulate", map[string]any{"load": "3x", "as_if": []string{"attempts all 1", "timeout all 20ms"}})
	if plain.raw == other.raw {
		t.Error("without retries nothing is different")
	}
}
