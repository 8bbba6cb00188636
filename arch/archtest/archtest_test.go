package archtest_test

import (
	"encoding/json"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
)

// An Arch is plan.json: what is written must be what is read back.
func TestHarbourSurvivesJSON(t *testing.T) {
	first, err := json.Marshal(archtest.Harbour())
	if err != nil {
		t.Fatal(err)
	}
	var back arch.Arch
	if err := json.Unmarshal(first, &back); err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) {
		t.Errorf("the fixture changes when it is written and read back:\n%s\n%s", first, second)
	}
}

func TestHarbourIsNewEachTime(t *testing.T) {
	archtest.Harbour().Operations[0].About = "changed"
	if archtest.Harbour().Operations[0].About == "changed" {
		t.Error("two callers share one fixture")
	}
}
