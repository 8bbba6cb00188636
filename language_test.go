package plumb_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// What the reference says is assumed for a key that is left out is what is assumed.
func TestTheReferenceTellsWhatIsAssumed(t *testing.T) {
	d := design(t, plumb.Input{File: "plumb.yaml", Date: "2026-01-01", Quick: true, Text: []byte(`
system: Min
context: {teams: {a: {people: 5}}, regions: [eu, us]}
actors: {user: {channels: [web]}, clerk: {channels: [staff]}, sensor: {channels: [device]}}
externals: {ext: {about: somebody}}
domain:
  Thing: {fields: {name: text}, states: free -> taken -> free}
  Kind: {kind: reference, fields: {name: text}}
events: {Happened: {about: it happens, from: ext, fields: {name: text}}}
use_cases:
  AddThing: {by: [user, clerk, sensor], creates: Thing, calls: [ext]}
  ListThings: {by: user, reads: [Thing, Kind], result: list}
  WatchThings: {by: user, reads: Thing, result: stream}
  TakeThing: {on: Happened, moves: [Thing free -> taken]}
`)})
	for _, c := range []struct{ section, key, fact string }{
		{"context", "horizon", "context.horizon"}, {"context", "horizon", "context.growth"},
		{"context", "recovery", "context.recovery.point"}, {"context", "recovery", "context.recovery.time"},
		{"recovery", "point", "context.recovery.point"}, {"recovery", "time", "context.recovery.time"},
		{"Team", "releases", "context.teams.a.releases"}, {"Region", "distance", "context.regions.us.distance"},
		{"Actor", "accounts", "actors.user.accounts"}, {"Actor", "accounts", "actors.clerk.accounts"}, {"Actor", "accounts", "actors.sensor.accounts"},
		{"Actor", "online", "assumed.online.people"},
		{"External", "availability", "externals.ext.availability"}, {"External", "latency", "externals.ext.latency.p50"}, {"External", "latency", "externals.ext.latency.p99"},
		{"Aggregate", "volume", "domain.Kind.instances"}, {"Event", "rate", "events.Happened.rate"},
		{"Use case", "available", "use_cases.AddThing.available"}, {"Use case", "items", "assumed.items"},
		{"Use case", "fan_out", "use_cases.WatchThings.fan_out"}, {"Use case", "latency", "assumed.patience"}, {"Use case", "online", "assumed.session"},
	} {
		f, ok := d.Arch.FactOf(fact.ID(c.fact))
		if !ok {
			t.Errorf("there is no fact %s", c.fact)
			continue
		}
		if says := meaning(c.section, c.key); !strings.Contains(says, f.Value.String()) {
			t.Errorf("%s of %s is taken as %s; the reference says: %s", c.key, c.section, f.Value, says)
		}
	}
}

// meaning is what the reference says of a key.
func meaning(section, key string) string {
	_, rest, _ := strings.Cut(string(spec.Reference()), "\n### "+section+"\n")
	rest, _, _ = strings.Cut(rest, "\n### ")
	for line := range strings.SplitSeq(rest, "\n") {
		if cell := strings.Split(line, " | "); strings.HasPrefix(line, "| `"+key+"`") && len(cell) > 2 {
			return cell[2]
		}
	}
	return ""
}
