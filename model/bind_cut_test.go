package model_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/model"
)

const ownCut = `
system: Tool shed
context: {teams: {desk: 3, yard: 4}}
domain:
  Member: {}
  Tool: {owner: yard}
  Loan: {}
use_cases:
  Join: {by: member, creates: Member}
  Buy: {by: clerk, creates: Tool}
  Lend: {by: clerk, creates: Loan, changes: Tool, reads: Member}
contexts:
  Things: {aggregates: [Tool, Loan], about: what is out, owner: desk}
  People: Member
`

func TestOwnCutKeepsWhereEachAggregateIsNamed(t *testing.T) {
	m := meant(t, ownCut)
	if len(m.Contexts) != 2 || m.Contexts[0].Name != "People" || m.Contexts[1].Name != "Things" {
		t.Fatalf("contexts %+v", m.Contexts)
	}
	things := m.Contexts[1]
	if things.About != "what is out" || len(things.Aggregates) != 2 || things.Aggregates[0].Name != "Loan" {
		t.Errorf("Things is %+v", things)
	}
	if at := things.Named["Tool"].Start; at.Line != 13 || at.Column != 25 {
		t.Errorf("Tool is named at %v", at)
	}
	for _, a := range m.Aggregates {
		for _, in := range things.Aggregates {
			if in.Name == a.Name && in != a {
				t.Errorf("%s of the cut is another than that of the model", a.Name)
			}
		}
	}
	if !strings.Contains(model.Dump(m), "People") {
		t.Error("a dump of the model does not show the cut")
	}
}

// The owner of a context is a fact about its aggregates, unless they say another.
func TestOwnCutGivesOwners(t *testing.T) {
	m := meant(t, ownCut)
	owners := map[string]string{}
	for _, a := range m.Aggregates {
		owners[a.Name] = a.Owner.Name
		if a.Name == "Loan" && !a.OwnerStated {
			t.Error("the owner of Loan counts as derived")
		}
	}
	if owners["Loan"] != "desk" || owners["Tool"] != "yard" {
		t.Errorf("owners %v", owners)
	}
	f, ok := m.Facts.Get("domain.Loan.owner")
	if !ok || f.Span.Start.Line != 13 {
		t.Errorf("the owner of Loan comes from %v", f.Span)
	}
}
