package build_test

import (
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
