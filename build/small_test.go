package build_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
)

// small are inputs with one idea each.
var small = map[string]string{
	"least": `
system: Least
domain:
  Thing: {fields: {name: text}}
use_cases:
  AddThing: {creates: Thing}
`,
	"tickets": `
system: Tickets
context: {teams: {box: 4}, platform: kubernetes on aws, compliance: [gdpr], recovery: {point: 5min, time: 1h}}
actors:
  fan: {channels: [web, mobile], accounts: 200k}
  visitor: {channels: [web], guest: yes}
  clerk: {channels: [staff], accounts: 20}
externals:
  payments: {latency: p50 200ms p99 1500ms, availability: 99.9%, limit: 100/s, lookup: yes, calls_back: yes, data: [card]}
domain:
  Fan: {fields: {name: personal text, email: personal email unique}, volume: 200k}
  Concert: {fields: {title: text, on: date, seats_left: int 0..50000}, contended: seats_left, invariants: [seats_left >= 0], volume: 500}
  Booking:
    fields: {fan: -> Fan fixed, concert: -> Concert fixed, seats: int 1..8, total: money, booked_at: instant}
    states: held -> paid -> used, held -> released
    timers: {held: {after: 10min, to: released}}
    owned_by: fan
    retained: 3y
    volume: 20k/day
use_cases:
  FindConcerts: {by: [fan, visitor], reads: [Concert], result: list, filter: [on, title], sort: [on], stale: 5min, peak: 200/s, latency: p99 300ms, available: 99.9%}
  QuoteBooking: {by: fan, reads: [Concert], gives: {total: money}, peak: 30/s}
  Book:
    by: fan
    reads: [Concert]
    creates: Booking
    changes: [Concert]
    calls: {payments: {}}
    moves: [Booking held -> paid]
    emits: Booked
    undo: ReleaseBooking
    peak: 20/s for 10min fri 10:00-10:10
    latency: p99 1s
    available: 99.5%
    importance: critical
  ReleaseBooking: {by: clerk, moves: [Booking held -> released]}
  ListMyBookings: {by: fan, reads: [Booking], result: list, sort: [booked_at], only: own}
  ListBookings: {by: clerk, reads: [Booking], result: list, filter: [concert]}
  ChangeFan: {by: fan, changes: Fan}
  VerifyFan: {by: clerk, changes: Fan}
  EraseFan: {by: clerk, changes: [Fan, Booking]}
  TellFan: {on: Booked, reads: [Fan], within: 10s}
  RevenueReport: {by: clerk, reads: [Booking, Concert], result: report}
`,
}

func operation(t *testing.T, a *arch.Arch, id arch.OperationID) *arch.Operation {
	t.Helper()
	op := find(a.Operations, func(o arch.Operation) bool { return o.ID == id })
	if op == nil {
		t.Fatalf("there is no operation %s", id)
	}
	return op
}

func TestResourcesAreNamedAfterWhatTheyAre(t *testing.T) {
	a := built(t, small["tickets"])
	for id, want := range map[arch.OperationID]string{
		"findConcerts":   "GET /concerts",
		"book":           "POST /bookings",
		"getBooking":     "GET /bookings/{bookingId}",
		"listBookings":   "GET /bookings",
		"listMyBookings": "GET /my/bookings",
		"quoteBooking":   "POST /bookings:quote",
		"changeFan":      "PATCH /fans/{fanId}",
		"verifyFan":      "POST /fans/{fanId}:verify",
		"releaseBooking": "POST /bookings/{bookingId}:release",
		"revenueReport":  "GET /bookings:revenue-report",
	} {
		r := operation(t, a, id).REST
		if r == nil || r.Method+" "+r.Path != want {
			t.Errorf("%s is %+v, want %s", id, r, want)
		}
	}
}

func TestLeastSystemHasNothingItDoesNotNeed(t *testing.T) {
	a := built(t, small["least"])
	if a.Gateway != nil || a.Mesh != nil {
		t.Error("something stands before or between one deployable")
	}
	if n := len(a.Broker) + len(a.Channels) + len(a.Caches) + len(a.Sagas) + len(a.Projections) + len(a.Webhooks) + len(a.Toggles); n > 0 {
		t.Errorf("%d parts that nothing asks for", n)
	}
	if len(a.Stores) != 1 || len(a.Deployables) != 1 {
		t.Errorf("%d stores in %d deployables", len(a.Stores), len(a.Deployables))
	}
	if len(a.NotBuilt) == 0 {
		t.Error("it does not say what was left out")
	}
}

func TestContendedAmountIsGuardedWhereItIsKept(t *testing.T) {
	a := built(t, small["tickets"])
	guard := ""
	for _, s := range a.Stores {
		if kept := find(s.Aggregates, func(k arch.StoredAggregate) bool { return k.Of == "domain.Concert" }); kept != nil {
			guard = kept.Guard
		}
	}
	if !strings.Contains(guard, "seats_left >= :n") && !strings.Contains(guard, "version") {
		t.Errorf("the seats are guarded by %q", guard)
	}
	promise := find(a.Guarantees, func(g arch.Guarantee) bool { return g.Of == "domain.Concert" })
	if promise == nil || promise.Test == "" || promise.Alert != "concert-below-zero" {
		t.Errorf("nothing promises that no seat is sold twice: %+v", promise)
	}
	if !strings.Contains(strings.Join(operation(t, a, "book").Errors, " "), "concert-exhausted") {
		t.Error("whoever comes too late is not told so")
	}
}

func TestQueriesHaveTheIndexThatServesThem(t *testing.T) {
	a := built(t, small["tickets"])
	indexes := map[string]string{}
	for _, s := range a.Stores {
		for _, kept := range s.Aggregates {
			for _, q := range kept.Queries {
				indexes[q.Name] = q.Index
			}
		}
	}
	for name, want := range map[string]string{
		"list-my-bookings": "bookings (fan, booked_at, id)",
		"list-bookings":    "bookings (concert, id)",
		"find-concerts":    "concerts (on, id)",
		"concerts-by-id":   "concerts primary key (id)",
	} {
		if !strings.HasPrefix(indexes[name], want) && !(name == "find-concerts" && strings.Contains(indexes[name], "on, id")) {
			t.Errorf("%s is served by %q, want %q", name, indexes[name], want)
		}
	}
}

func TestPersonalDataHasAWayOut(t *testing.T) {
	a := built(t, small["tickets"])
	entry := find(a.Security.Inventory, func(e arch.DataEntry) bool { return e.Aggregate == "domain.Fan" })
	if entry == nil {
		t.Fatal("the names of fans are in no inventory")
	}
	if !strings.Contains(entry.Erasure, "Erase fan") || len(entry.Stores) != 1 || len(entry.Fields) != 2 {
		t.Errorf("%+v", entry)
	}
	redacted := strings.Join(a.Telemetry.Redacted, " ")
	for _, f := range entry.Fields {
		if !strings.Contains(redacted, "fan."+f) {
			t.Errorf("fan.%s may be logged", f)
		}
	}
	for _, e := range a.Events {
		for _, s := range a.Schemas {
			if s.ID != e.Payload {
				continue
			}
			for _, f := range s.Fields {
				if f.Class != "" {
					t.Errorf("%s carries %s, which is %s", e.ID, f.Name, f.Class)
				}
			}
		}
	}
}

func TestCallBackIsAHint(t *testing.T) {
	op := operation(t, built(t, small["tickets"]), "hearPayments")
	if op.REST == nil || op.REST.Path != "/callbacks/payments" || !op.Auth.Anonymous || op.Idempotency == nil || op.Idempotency.Key != "reportId" {
		t.Errorf("%+v", op)
	}
}

// What a caller of an operation waits for within is given up before the operation is.
func TestTimeLimitsNest(t *testing.T) {
	for _, text := range []string{small["tickets"], example(t, "cargo"), example(t, "harbour")} {
		a := built(t, text)
		limits := map[arch.Path]arch.Value{}
		for _, op := range a.Operations {
			if op.Timeout.Known() {
				limits[op.UseCase] = op.Timeout
			}
		}
		goesOn := map[arch.Path]bool{} // after its answer
		for _, f := range a.Flows {
			goesOn[f.UseCase] = f.Wait.Known()
		}
		for _, e := range a.Edges {
			if e.Style != "sync" || !e.Timeout.Known() {
				continue
			}
			for _, u := range e.Use {
				if limit, asked := limits[u]; asked && !goesOn[u] && e.Timeout.N > limit.N {
					t.Errorf("%s waits %s for %s, and is given up after %s", u, e.Timeout, e.To, limit)
				}
			}
		}
	}
}

func TestServicesMayDoWhatTheirFlowsNeedAndNoMore(t *testing.T) {
	a := built(t, example(t, "harbour"))
	keeps := map[string]arch.DeployableID{}
	for _, s := range a.Stores {
		keeps[string(s.ID)] = s.Deployable
	}
	callees := map[[2]string]bool{}
	for _, e := range a.Edges {
		callees[[2]string{string(e.From), e.To}] = true
	}
	for _, p := range a.Security.Services {
		for _, g := range p.May {
			if owner, store := keeps[g.To]; store && owner != p.Deployable {
				t.Errorf("%s may %s %s of %s", p.Deployable, g.Do, g.To, owner)
			}
			if g.Do == "call" && !callees[[2]string{string(p.Deployable), g.To}] {
				t.Errorf("%s may call %s and never does", p.Deployable, g.To)
			}
		}
	}
}

func TestProjectionsAndCopiesAreFed(t *testing.T) {
	a := built(t, example(t, "harbour"))
	for _, p := range a.Projections {
		if len(p.From) == 0 {
			t.Errorf("%s is fed by nothing", p.ID)
		}
	}
	for _, c := range a.Contexts {
		for _, r := range c.Replicates {
			if r.Via == "" {
				t.Errorf("nothing keeps the copy of %s in %s fresh", r.Of, c.ID)
			}
		}
	}
}

// A target that nothing can meet is said to be missed, with the nearest that can be.
func TestImpossibleTargetIsMissed(t *testing.T) {
	a := built(t, strings.Replace(small["tickets"], "latency: p99 300ms", "latency: p99 1ms", 1))
	o := find(a.Objectives, func(o arch.Objective) bool { return o.ID == "FindConcerts.latency" })
	if o == nil || o.Verdict != "missed" || o.Margin >= 0 || o.Nearest.N < o.Achieved.N {
		t.Fatalf("%+v", o)
	}
	risk := find(a.Risks, func(r arch.Risk) bool { return strings.Contains(r.Risk, "find concerts") })
	if risk == nil {
		t.Error("and no risk says so")
	}
}

func TestStepsOfASagaCanAlwaysBeFinished(t *testing.T) {
	for _, name := range examples {
		a := built(t, example(t, name))
		for _, s := range a.Sagas {
			if s.Pivot < 0 || s.Pivot >= len(s.Steps) {
				t.Fatalf("%s: the pivot is step %d of %d", s.ID, s.Pivot, len(s.Steps))
			}
			for i, step := range s.Steps {
				if i > s.Pivot && step.Kind == "check" {
					t.Errorf("%s checks after it can no longer go back", s.ID)
				}
				if i < s.Pivot && step.Kind == "retriable" {
					t.Errorf("%s: %s can only go forward and stands before the pivot", s.ID, step.Name)
				}
				if step.External != "" && step.OnUnknown == "" {
					t.Errorf("%s: nobody knows what no answer of %s means", s.ID, step.External)
				}
			}
			if s.WorkItem == "" {
				t.Errorf("nobody sees a stuck %s", s.ID)
			}
		}
	}
}
