package spec_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/spec"
)

const clinic = `# Our clinic.
system: Clinic   # the one in town
context:
  teams: {care: 4, "desk": 2}
  budget: 900 EUR/month
domain:
  Pet:   # an animal
    fields: {name: text, kind: one of cat | dog}
    about: >-
      An animal
      with a name.
    retained: 7y  # by law
  Owner:
  Visit: {}

use_cases:
  AddPet:
    by: owner
    reads: Owner
    creates: Pet
    takes:
      chip: text <= 20
      note: text
    latency: p99 800ms # felt
  Look:
    reads: [Pet, Owner]
    then:
      - AddPet
`

// Each edit claims the lines it removes and adds; all others stay.
func TestEditChangesOnlyTheLinesOfTheValue(t *testing.T) {
	for _, c := range []struct {
		path, value string
		minus, plus string
	}{
		{"system", "Surgery", "system: Clinic   # the one in town", "system: Surgery   # the one in town"},
		{"use_cases.AddPet.latency", "p50 100ms p99 1s", "    latency: p99 800ms # felt", "    latency: p50 100ms p99 1s # felt"},
		{"context.teams.care", "6", `  teams: {care: 4, "desk": 2}`, `  teams: {care: 6, "desk": 2}`},
		{"context.teams.desk", "{people: 3}", `  teams: {care: 4, "desk": 2}`, `  teams: {care: 4, "desk": {people: 3}}`},
		{"context.teams.lab", "3", `  teams: {care: 4, "desk": 2}`, `  teams: {care: 4, "desk": 2, lab: 3}`},
		{"context.horizon", "3y at 40%/y", "", "  horizon: 3y at 40%/y"},
		{"domain.Pet.about", "An animal", "    about: >-|      An animal|      with a name.", "    about: An animal"},
		{"domain.Pet.volume", "300/day", "", "    volume: 300/day"},
		{"domain.Owner.volume", "2k", "  Owner:", "  Owner: {volume: 2k}"},
		{"domain.Visit.states", "open -> paid, open -> gone", "  Visit: {}", `  Visit: {states: "open -> paid, open -> gone"}`},
		{"use_cases.AddPet.payload", "2 kB in, 30 kB out", "", "    payload: 2 kB in, 30 kB out"},
		{"use_cases.AddPet.takes", "{chip: text}", "    takes:|      chip: text <= 20|      note: text", "    takes: {chip: text}"},
		{"use_cases.AddPet.takes.note", "text optional", "      note: text", "      note: text optional"},
		{"use_cases.AddPet.reads.Owner.stale", "30s", "    reads: Owner", "    reads: {Owner: {stale: 30s}}"},
		{"use_cases.AddPet.reads.Pet.stale", "30s", "    reads: Owner", "    reads: [Owner, Pet: {stale: 30s}]"},
		{"use_cases.Look.reads.Pet.stale", "30s", "    reads: [Pet, Owner]", "    reads: [Pet: {stale: 30s}, Owner]"},
		{"use_cases.Look.reads.1", "Visit", "    reads: [Pet, Owner]", "    reads: [Pet, Visit]"},
		{"use_cases.Look.then.AddPet.chance", "5%", "      - AddPet", "      - AddPet: {chance: 5%}"},
		{"use_cases.Look.then.Other.chance", "5%", "", "      - Other: {chance: 5%}"},
		{"use_cases.Look.peak", "3/s", "", "    peak: 3/s"},
		{"about", "A clinic: small", "", `about: "A clinic: small"`},
		{"pins.Order.store", "postgres", "", "pins:|  Order.store: postgres"},
		{"actors.owner.accounts", "2k", "", "actors:|  owner:|    accounts: 2k"},
	} {
		t.Run(c.path, func(t *testing.T) {
			got, err := spec.Edit([]byte(clinic), c.path, c.value)
			if err != nil {
				t.Fatal(err)
			}
			minus, plus := difference(clinic, string(got))
			if minus != c.minus || plus != c.plus {
				t.Errorf("removed:\n%s\nadded:\n%s\nwant removed:\n%s\nadded:\n%s", minus, plus, c.minus, c.plus)
			}
			doc, _ := spec.Parse("plumb.yaml", got)
			if n, _ := doc.At(c.path); n == nil {
				t.Errorf("nothing is at %s afterwards", c.path)
			}
		})
	}
}

// difference returns the lines between what two texts share at both ends, joined
// by bars.
func difference(a, b string) (minus, plus string) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return strings.Join(x, "|"), strings.Join(y, "|")
}

func TestEditRefusesWhatItCannotDoCleanly(t *testing.T) {
	for _, c := range []struct{ text, path, value, says string }{
		{"system: [x", "system", "y", "never closed"},
		{"system: x", "", "y", "path is empty"},
		{"", "]", "y", "path is empty"},
		{"system: x", "a..b", "y", "empty step"},
		{"system: x", "system", "", "value is empty"},
		{"system: x", "catalog.a", "b: c: d", "no value"},
		{"system: x", "system.name", "y", "single value"},
		{"a: &x {b: c}\nd: *x", "d.b", "y", "shared"},
		{"a: &x {b: c}\nd: *x", "a", "y", "shared"},
		{"a: &x {b: c}\nd: {<<: *x, e: f}", "d.b", "y", "shared"},
	} {
		got, err := spec.Edit([]byte(c.text), c.path, c.value)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q at %q: got %q, %v; want an error that says %q", c.text, c.path, got, err, c.says)
		}
	}
}

func TestEditKeepsTheKindOfLineEndAndTheByteOrderMark(t *testing.T) {
	got, err := spec.Edit([]byte("\uFEFFsystem: A\r\ndomain:\r\n  Pet:\r\n    size: 1 kB\r\n"), "domain.Pet.retained", "7y")
	if want := "\uFEFFsystem: A\r\ndomain:\r\n  Pet:\r\n    size: 1 kB\r\n    retained: 7y\r\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	got, err = spec.Edit([]byte("system: A"), "about", "b")
	if want := "system: A\nabout: b\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	got, err = spec.Edit(nil, "context.zones", "3")
	if want := "context:\n  zones: 3\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
}
