package build_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
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
	"ward": `
system: Ward
context: {teams: {ward: 4}, platform: vms on own hardware}
actors:
  nurse: {channels: [staff], accounts: 900}
  pharmacist: {channels: [staff], accounts: 30, roles: [pharmacist, chief]}
externals:
  pager: {latency: p50 60ms p99 500ms, availability: 99.9%}
  register: {latency: p50 700ms p99 6s, availability: 98.5%, lookup: yes, limit: 5/s}
domain:
  Drug: {kind: reference, fields: {code: text unique, name: text}, volume: 4k}
  Prescription: {fields: {patient: health text, drug: -> Drug, starts: instant}, volume: 3200/day}
  Stock: {fields: {drug: -> Drug, place: text, on_hand: int 0..1000}, invariants: [on_hand >= 0], contended: on_hand, volume: 4k}
  Removal: {fields: {drug: -> Drug, quantity: int 1..50}, states: "taken -> given, taken -> wasted, taken -> asked", volume: 14k/day}
  Entry: {fields: {drug: -> Drug, change: int, reason: text}, volume: 14k/day}
  Ask: {fields: {removal: -> Removal, text: text}, volume: 20/day}
  Gap: {fields: {counted: int}, states: open -> closed, volume: 9/day}
rules:
  BalanceIsKept: {over: [Stock, Removal], holds: what is removed was there}
  AskedOnce: {over: [Removal, Ask], holds: a removal is asked about once}
  TalliedLater: {over: [Stock, Gap], holds: what was counted is explained, when: eventual within 1d}
use_cases:
  PatientDrugs: {by: nurse, reads: [Prescription, Drug], result: list, filter: [patient], sort: [starts], peak: 10/s}
  Take: {by: nurse, creates: Removal, changes: Stock, consistency: atomic, emits: Taken, peak: 6/s for 1h daily 08:00-09:00}
  Give: {by: nurse, moves: Removal taken -> given}
  WasteDrug: {by: nurse, moves: Removal taken -> wasted, creates: Entry}
  QueryRemoval: {by: pharmacist, moves: Removal taken -> asked, creates: Ask}
  PageDoctor: {by: nurse, reads: Prescription, calls: {pager: {later: yes}}}
  Note: {on: Taken, creates: Entry, calls: {register: {later: yes, within: 1d}}}
  OpenGap: {by: nurse, creates: Gap}
  CloseGap: {by: pharmacist, moves: Gap open -> closed, roles: [chief]}
`,
	"rooms": `
system: Rooms
context: {platform: vms on own hardware, runs_already: [STORE]}
domain:
  Meeting: {fields: {room: text, starts: instant, plan: file, people: int}, file_size: 5 MB, invariants: [people > 0, a room is never booked twice at the same time]}
use_cases:
  PlanMeeting: {by: staff, creates: Meeting, peak: 20/s}
  ShowMeeting: {by: staff, reads: Meeting}
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

// What a use case moves must be named by somebody: by what it creates, else by the path.
// A list shows what its filters are fields of, and what makes others act is no read.
func TestPathsNameWhatIsMeant(t *testing.T) {
	a := built(t, small["ward"])
	for id, want := range map[arch.OperationID]string{
		"patientDrugs": "/prescriptions:search", // by health data, which belongs in no URL
		"wasteDrug":    "/removals/{removalId}:waste-drug",
		"queryRemoval": "/asks",
		"pageDoctor":   "/prescriptions/{prescriptionId}:page-doctor",
	} {
		op := operation(t, a, id)
		if op.REST.Path != want {
			t.Errorf("%s is %s %s, want %s", id, op.REST.Method, op.REST.Path, want)
		}
		if id == "pageDoctor" && op.REST.Method != "POST" {
			t.Errorf("%s has an effect and is a %s", id, op.REST.Method)
		}
	}
}

// A role named like its actor is one role among others: what is for chiefs is for chiefs.
func TestRolesOfAnOperationAreThoseStated(t *testing.T) {
	op := operation(t, built(t, small["ward"]), "closeGap")
	if len(op.Auth.Roles) != 1 || op.Auth.Roles[0] != "pharmacist-chief" {
		t.Errorf("closeGap is for %v, want pharmacist-chief alone", op.Auth.Roles)
	}
}

// Calls that may wait a day need their mean of what an external takes, not their peak.
func TestCallsThatQueueNeedTheirMean(t *testing.T) {
	a := built(t, small["ward"])
	c := find(a.Capacity, func(c arch.Capacity) bool { return c.Name == "calls of register" })
	if c == nil || c.Value.N >= 5 || c.Headroom <= 0.5 || !strings.Contains(c.Sum, "6/s at its peak") {
		t.Errorf("the calls of register take %+v", c)
	}
	if s := find(a.NextSteps, func(s arch.NextStep) bool { return strings.Contains(s.Do, "Agree with register") }); s != nil {
		t.Errorf("a higher limit is asked for: %s", s.Do)
	}
}

// Two changes that a rule allows one by one and not both meet at the row that all parts
// of the rule refer to, or at a serializable store; the loser is told which rule it was.
func TestRulesAcrossAggregatesHoldForTwoAtOnce(t *testing.T) {
	a := built(t, small["ward"])
	for rule, want := range map[arch.Path]string{
		"rules.AskedOnce":     "taken the row of the removal",
		"rules.BalanceIsKept": "serializable",
		"rules.TalliedLater":  "",
	} {
		g := find(a.Guarantees, func(g arch.Guarantee) bool { return g.Of == rule })
		code := "breaks-" + fact.Kebab(arch.Short(rule))
		told := find(a.Errors, func(e arch.ErrorType) bool { return e.Code == code }) != nil
		if g == nil || !strings.Contains(g.Mechanism, want) || told != (want != "") || told != strings.Contains(g.Test, code) {
			t.Errorf("%s is kept by %+v; the caller is told: %v", rule, g, told)
		}
	}
	if op := operation(t, a, "queryRemoval"); !slices.Contains(op.Errors, "breaks-asked-once") {
		t.Errorf("queryRemoval is refused with %v", op.Errors)
	}
}

// A rule that holds one instance against others is not kept by looking before writing:
// the store has to refuse the second of two at once, each store in its own way.
func TestRulesAmongInstancesAreKeptByTheStore(t *testing.T) {
	for store, want := range map[string]string{"postgres": "exclusion constraint", "mysql": "lock on the row", "mongodb": "lock on the row"} {
		a := built(t, strings.Replace(small["rooms"], "STORE", store, 1))
		g := find(a.Guarantees, func(g arch.Guarantee) bool { return strings.HasPrefix(g.Promise, "Among all meetings: a room") })
		if g == nil {
			t.Fatalf("with %s nothing is promised among meetings", store)
		}
		if a.Stores[0].Technology == store && !strings.Contains(g.Mechanism, want) {
			t.Errorf("%s keeps it by %q", store, g.Mechanism)
		}
		if own := find(a.Guarantees, func(g arch.Guarantee) bool { return strings.HasPrefix(g.Promise, "Of every meeting: ") }); own == nil || strings.Contains(own.Promise, "room") {
			t.Errorf("of each meeting it is promised: %+v", own)
		}
	}
}

// A file has an operation that takes it and one that gives it, open to whoever writes and
// reads what it belongs to; the request that names it does not carry it.
func TestFilesAreSentAndFetchedByOperationsOfTheirOwn(t *testing.T) {
	a := built(t, strings.Replace(small["rooms"], "STORE", "postgres", 1))
	if len(a.Files) != 1 || a.Files[0].Through != "address" || a.Files[0].Size.N != 5e6 {
		t.Fatalf("files: %+v", a.Files)
	}
	send, fetch := operation(t, a, a.Files[0].Send), operation(t, a, a.Files[0].Fetch)
	if send.REST.Method+" "+send.REST.Path != "POST /meeting-files" || fetch.REST.Path != "/meeting-files/{meetingFileId}" {
		t.Errorf("%+v, %+v", send.REST, fetch.REST)
	}
	if !slices.Equal(send.Auth.Actors, []arch.ActorID{"staff"}) || !strings.HasSuffix(send.Auth.Scope, ":write") || !strings.HasSuffix(fetch.Auth.Scope, ":read") {
		t.Errorf("%+v, %+v", send.Auth, fetch.Auth)
	}
	flow := find(a.Flows, func(f arch.Flow) bool { return f.ID == "PlanMeeting" })
	if n := flow.Workload.BytesIn.N; n > 10e3 {
		t.Errorf("the request that names a file takes %g bytes", n)
	}
	if part := find(a.Cost.Parts, func(p arch.Part) bool { return p.Name == "files" }); part == nil || part.Value.N <= 0 {
		t.Errorf("what keeping them costs: %+v", part)
	}
}

// A process is full when its workers are, however idle its processors: what would
// overload it is the smaller of the two, in times of the peak.
func TestOverloadIsWhatFillsAProcessFirst(t *testing.T) {
	a := built(t, small["tickets"])
	f := find(a.Failures, func(f arch.Failure) bool { return f.Kind == "more than is carried" })
	if f == nil {
		t.Fatal("nothing is said about too much")
	}
	var times float64
	if _, err := fmt.Sscanf(f.What, "More than %g times the peak of find concerts and the rest", &times); err != nil {
		t.Fatalf("%q: %v", f.What, err)
	}
	var least float64
	for _, d := range a.Deployables {
		for _, p := range d.Roles {
			if !slices.Contains(p.Flows, "FindConcerts") {
				continue
			}
			grown := 1.0
			if p.Scale != nil {
				grown = max(1, p.Scale.Max.N/p.Replicas.N)
			}
			least = min(1/p.Utilised.N, p.Workers.N*p.Replicas.N/p.AtWork.N) * grown
		}
	}
	if least < 1 || math.Abs(times-least) > 0.1*least {
		t.Errorf("%q, and the process that answers is full at %g times", f.What, least)
	}
}
