package decide_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/internal/corpus"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

func problems(file string, text []byte) diag.List {
	doc, list := spec.Parse(file, text)
	if list.HasErrors() {
		return list
	}
	m, more := model.Check(doc, nil)
	if list = append(list, more...); more.HasErrors() {
		return list
	}
	_, more = decide.Run(decide.Input{Model: m, Catalog: catalog.Builtin()})
	return append(list, more...)
}

func TestEachCodesPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "decide.", problems)
}

const clinic = `system: Clinic
domain:
  Pet: {volume: 9k}
  Visit: {volume: 70/day}
use_cases:
  AddPet: {by: vet, creates: Pet}
  Book: {by: vet, creates: Visit}
`

func TestAPinKeepsTheComparisonAndShowsWhatItCosts(t *testing.T) {
	free := plan(t, "plumb.yaml", []byte(clinic))
	pinned := plan(t, "plumb.yaml", []byte(clinic+"pins:\n  Pet.store: {choose: MongoDB, because: we like it}\n"))
	id := storeOf(t, pinned, "Pet")
	was, is := free.Decision(id), pinned.Decision(id)
	if is.Choice != "mongodb" || is.Pinned == nil || is.Pinned.Computed != was.Choice || is.Pinned.Because != "we like it" {
		t.Fatalf("%s is %s, pinned %+v, was %s", id, is.Choice, is.Pinned, was.Choice)
	}
	if is.Pinned.Regret <= 0 || !is.Significant {
		t.Errorf("the pin costs %v of utility and is significant: %v", is.Pinned.Regret, is.Significant)
	}
	if len(is.Options) != len(was.Options) {
		t.Errorf("%d options are compared, %d without the pin", len(is.Options), len(was.Options))
	}
}

func TestMisspeltPinsNameWhatWasMeant(t *testing.T) {
	for pin, want := range map[string]string{
		"brokr: kafka":               "did you mean broker?",
		"AddPet.idempotence: none":   "did you mean AddPet.idempotency?",
		"Pet + Vist: apart":          "did you mean Visit?",
		"Pet + Visit: side by side":  "choose: together",
		"broker: carrier pigeon":     "its options are none, ",
		"AddPet.idempotency: never ": "its options are none, header",
	} {
		list := problems("plumb.yaml", []byte(clinic+"pins:\n  "+pin+"\n"))
		if len(list) != 1 || !strings.Contains(list[0].Hint, want) || !list[0].Span.Valid() {
			t.Errorf("%s: %+v, want one hint with %q", pin, list, want)
		}
	}
}

func TestARequirementThatRulesAPinOutIsQuoted(t *testing.T) {
	text := strings.Replace(clinic, "domain:", "context: {recovery: {point: 5min, time: 4h}}\ndomain:", 1) + "pins:\n  backup: nightly\n"
	list := problems("plumb.yaml", []byte(text))
	if len(list) != 1 || list[0].Code != "decide.pin-breaks-requirement" || list[0].Severity != diag.Warning || len(list[0].Related) == 0 {
		t.Fatalf("%+v", list)
	}
	if related := list[0].Related[0]; related.Span.Start.Line != 2 || !strings.Contains(related.Note, "5min") {
		t.Errorf("quotes %+v", related)
	}
}

// storeOf names the decision about the store of the context that owns an aggregate.
func storeOf(t *testing.T, p *decide.Plan, aggregate string) arch.DecisionID {
	t.Helper()
	for _, a := range p.Model.Aggregates {
		if a.Name == aggregate {
			return arch.DecisionID(string(p.OwnerOf(a).ID) + ".store")
		}
	}
	t.Fatalf("there is no %s", aggregate)
	return ""
}
