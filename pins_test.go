package plumb_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
)

// A pin on what keeps a protocol right says nothing where the protocol lacks nothing, or
// where there is none of that name; that is told, and which of the two.
func TestPinOnASafeguardThatNothingAsksIsReported(t *testing.T) {
	text, err := os.ReadFile("examples/petclinic/plumb.yaml")
	if err != nil {
		t.Fatal(err)
	}
	with := func(pin string) diag.List {
		added := append(slices.Clone(text), "pins:\n  "+pin+": {choose: unique-index, because: we know}\n"...)
		return plumb.Run(plumb.Input{File: "plumb.yaml", Text: added}).Problems
	}
	for pin, says := range map[string][2]string{
		"race-pet.safeguards":  {"race/pet holds in every state explored", "leave the pin out"},
		"race-pett.safeguards": {`no protocol of this system is called "race-pett"`, "did you mean race-pet.safeguards?"},
		"nobody.safeguards":    {`no protocol of this system is called "nobody"`, "check --explore lists"},
	} {
		list := with(pin)
		if len(list) != 1 || list[0].Code != "decide.unknown-pin" || list[0].Span.Start.Line == 0 || !strings.Contains(list[0].Message, says[0]) || !strings.Contains(list[0].Hint, says[1]) {
			t.Errorf("a pin on %s gives %v", pin, list)
		}
	}
}
