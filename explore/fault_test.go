package explore_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore"
)

// A message that comes a second time after another run has moved the thing on, or whose
// answer is lost while another run is under way: each is found with the duplicate check
// taken away, with the message as a fault in the run that is shown.
func TestAMessageGoesWrongWhileTwoRunsMeet(t *testing.T) {
	a := design(t, "harbour")
	probe := explore.Probe(a)
	for _, c := range []struct{ protocol, what, fault string }{
		{"race/shift", "pause shift acts twice", "its message comes a second time"},
		{"race/delivery", "answer offer acts twice", "its message comes a second time"},
		{"race/ticket", "it is refused half way, and what it did cannot be taken back", "the answer is lost"},
	} {
		e := probe.Without(c.protocol, "duplicate check")
		if e.Verdict != "broken" || !strings.Contains(e.Violation.What, c.what) {
			t.Errorf("%s: %s, %+v", c.protocol, e, e.Violation)
			continue
		}
		if !slices.ContainsFunc(e.Violation.Lines, func(l arch.Line) bool { return l.Fault && strings.Contains(l.Text, c.fault) }) {
			t.Errorf("%s: no line says that %s: %+v", c.protocol, c.fault, e.Violation.Lines)
		}
	}
}

// A request that the design recognises by its key is carried out once: nothing is added
// for it.
func TestARecognisedRequestNeedsNoSecondCheck(t *testing.T) {
	a := unexplored(arch.Copy(design(t, "harbour"), nil))
	for i := range a.Operations {
		a.Operations[i].Idempotency = &arch.Idempotency{Key: "header", Required: true}
	}
	if p := one(t, explore.Mend(a, explore.Default), "race/shift"); slices.ContainsFunc(p.Mechanisms, func(m arch.Mechanism) bool { return m.Name == "duplicate check" }) {
		t.Errorf("%+v", p.Mechanisms)
	}
}
