package mcp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// A scenario is run, varied or run beside another design, and each answer is short and
// says what it is about.
func TestASimulationIsVariedAndCompared(t *testing.T) {
	dir := workspace(t, "petclinic")
	put(t, dir, "other/plumb.yaml", strings.Replace(get(t, dir, "plumb.yaml"), "p99 1s", "p99 2s", 1))
	c := connect(t, dir, nil)
	for _, x := range []struct {
		with map[string]any
		part string // of the structured content
		says string
	}{
		{map[string]any{"load": "2x", "shape": []string{"burst 3x at 1min for 30s"}}, "use_cases", "by simulation"},
		{map[string]any{"find": "sweep"}, "sweep", "the knee"},
		{map[string]any{"find": "load"}, "breaks", "times the load"},
		{map[string]any{"find": "outage", "faults": []string{"down pet-clinic-db for 20s"}}, "breaks", "an outage of"},
		{map[string]any{"find": "capacity"}, "breaks", "of the capacity of pet-clinic"},
		{map[string]any{"find": "metastable"}, "elements", "hidden capacity"},
		{map[string]any{"compare_whatif": []string{"peak=3x"}}, "compared", "second if peak=3x"},
		{map[string]any{"compare_as_if": []string{"timeout all 10ms"}}, "compared", "as if timeout all 10ms"},
		{map[string]any{"compare": "other"}, "compared", "second other"},
		{map[string]any{"compare": "other", "scenario": "peak"}, "compared", "second other"},
	} {
		r := must(t, c, "simulate", x.with)
		if r.data[x.part] == nil || !strings.Contains(r.text, x.says) || !strings.Contains(r.text, "\nNext\n") {
			t.Errorf("%v lacks %s, %q or what is next: %s", x.with, x.part, x.says, r.text)
		}
		if n := estimate(r.text); n > 2000 {
			t.Errorf("%v has about %d tokens", x.with, n)
		}
	}
	for why, with := range map[string]map[string]any{
		"find is sweep, load, outage, capacity, metastable": {"find": "knee"},
		"lengthens a fault: give one in faults":             {"find": "outage"},
		"a load is normal, peak, horizon":                   {"load": "huge"},
		"a multiple is above 0":                             {"load": "0x"},
		"shape: ":                                           {"shape": []string{"wobble"}},
		"leave find out":                                    {"find": "sweep", "compare": "other"},
		"give one of compare":                               {"compare": "other", "compare_whatif": []string{"peak=3x"}},
		"neither an input of the workspace":                 {"compare": "nowhere"},
		"give a scenario, or a load":                        {"scenario": "peak", "load": "2x"},
		"leads out of the workspace":                        {"compare": "../elsewhere"},
	} {
		mustRefuse(t, c, why, "simulate", with)
	}
}

// blank is what the one who calls fills in.
const blank = "..."

// Whatever an answer says to call next can be called as it says.
func TestWhatIsNextCanBeCalled(t *testing.T) {
	c := connect(t, workspace(t, "petclinic"), nil)
	asked := map[string]bool{}
	var follow func(tool string, with map[string]any, depth int)
	follow = func(tool string, with map[string]any, depth int) {
		key, err := json.Marshal(with)
		if err != nil {
			t.Fatal(err)
		}
		if asked[tool+string(key)] || depth > 3 {
			return
		}
		asked[tool+string(key)] = true
		if with["quote"] == blank || with["because"] == blank { // for the model to fill in, and nothing before
			mustRefuse(t, c, map[string]string{"answer": "quote", "decide": "needs its reason"}[tool], tool, with)
			return
		}
		r := call(t, c, tool, with)
		if tool == "answer" { // the person is asked, whom this client cannot reach
			if !strings.Contains(r.text, "this client cannot ask the person. Ask: ") {
				t.Errorf("answer %v: %s", with, r.text)
			}
			return
		}
		if r.refused {
			t.Errorf("%s %v was refused: %s", tool, with, r.text)
			return
		}
		next, _ := r.data["next"].([]any)
		if len(next) == 0 {
			t.Errorf("%s %v names no next call", tool, with)
		}
		for _, n := range next {
			m := n.(map[string]any)
			args, _ := m["with"].(map[string]any)
			if !strings.Contains(r.text, fmt.Sprint("- ", m["tool"])) {
				t.Errorf("%s %v does not say %v in its text", tool, with, m)
			}
			follow(m["tool"].(string), args, depth+1)
		}
	}
	for _, r := range reading("FindOwners") {
		follow(r.tool, r.with, 0)
	}
	if len(asked) < 15 {
		t.Errorf("only %d calls were followed", len(asked))
	}
}
