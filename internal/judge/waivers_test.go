package judge

import (
	"slices"
	"strings"
	"testing"
)

func TestAWaiverExcusesItsRuleInItsScopeAndNowhereElse(t *testing.T) {
	a := Job{Kind: OpenAPI, Name: "contracts/a/openapi.yaml"}
	ab := Job{Kind: OpenAPI, Name: "contracts/ab/openapi.yaml"}
	waivers, err := parseWaivers([]byte(`
waivers:
  - {tool: redocly, rule: info-license, scope: openapi/contracts/a, reason: it is in-house}
`))
	if err != nil {
		t.Fatal(err)
	}
	left := apply(waivers, heard{
		findings: []Finding{
			{Job: a, Tool: "redocly", Rule: "info-license"},
			{Job: a, Tool: "redocly", Rule: "operation-summary"},
			{Job: a, Tool: "spectral", Rule: "info-license"},
			{Job: ab, Tool: "redocly", Rule: "info-license"},
		},
		judged: []hearing{{"redocly", a}, {"redocly", ab}, {"spectral", a}},
	})
	var got []string
	for _, f := range left {
		got = append(got, f.Job.Name+" "+f.Tool+"/"+f.Rule)
	}
	want := []string{
		"contracts/a/openapi.yaml redocly/operation-summary",
		"contracts/a/openapi.yaml spectral/info-license",
		"contracts/ab/openapi.yaml redocly/info-license",
	}
	if !slices.Equal(got, want) {
		t.Errorf("left\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestAWaiverThatExcusesNothingIsAFindingWhereItWasInReach(t *testing.T) {
	job := Job{Kind: AsyncAPI, Name: "events.yaml"}
	waivers := []waiver{{Tool: "spectral", Rule: "gone", Scope: "asyncapi", Reason: "once"}}
	left := apply(waivers, heard{judged: []hearing{{"spectral", job}, {"redocly", job}}})
	if len(left) != 1 || left[0].Tool != "waivers" || left[0].Rule != "unused" {
		t.Errorf("in reach: got %v, want one finding waivers/unused", left)
	}
	if left := apply(waivers, heard{judged: []hearing{{"redocly", job}}}); len(left) != 0 {
		t.Errorf("its judge was not asked: got %v, want nothing", left)
	}
}

func TestAWaiverMustBeComplete(t *testing.T) {
	for name, text := range map[string]string{
		"no reason":    "waivers: [{tool: a, rule: b, scope: openapi}]",
		"blank reason": "waivers: [{tool: a, rule: b, scope: openapi, reason: ' '}]",
		"no scope":     "waivers: [{tool: a, rule: b, reason: c}]",
		"unknown key":  "waivers: [{tool: a, rule: b, scope: openapi, reason: c, until: d}]",
	} {
		if _, err := parseWaivers([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
