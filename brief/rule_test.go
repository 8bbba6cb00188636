package brief_test

import "testing"

// The record that a deed leaves is created, whatever else the verb may mean.
func TestDeedsLeaveTheirRecords(t *testing.T) {
	r := read(t, "# Library\n\n## Entities\n- Copy: barcode\n- Loan: copy, due date\n\n## Stories\n- As a librarian, I want to check out a copy to a reader.\n- As a librarian, I want to check a loan.\n")
	holds(t, r, map[string]string{
		"use_cases.CheckOutCopy.creates": "Loan", "use_cases.CheckOutCopy.changes": "Copy", "use_cases.CheckLoan.reads": "Loan", "use_cases.CheckLoan.creates": "",
	})
}

const club = `# Boat club

## Team
- bookings: 4
- billing: 3

## Actors
- Member
- Steward: staff

## Entities
- Boat: name, class, seats (int); states: ready -> out -> ready, ready -> broken
- Booking: member, boat, starts at (instant)
  - states: requested -> confirmed -> closed, requested -> rejected, confirmed -> cancelled
- Member: member number, name, email, phone, allergies
- Invoice: number, member, amount, paid (flag)
- Account: member, balance (money)
- Payment: invoice, amount
- Harbour: name, steward

## External systems
- Weather office: forecasts of wind; p99 900 ms
- Mail relay: sends mail

## Stories
- As a member, I want to book a boat, so that I can sail.
- As a member, I want to cancel a booking.
- As a steward, I want to confirm a booking.
- As a steward, I want to reject a booking.
- As a member, I want to search boats by class and name.
- As a member, I want to see my invoices.
- As a member, I want to pay an invoice.
- As a steward, I want to register a member.

## Business rules
`

// A sentence may say what must hold, how old an answer may be, whose data it is and who is
// asked, without a number or with one that is no target.
func TestSentencesSayRules(t *testing.T) {
	for _, x := range []struct{ line, path, want string }{
		{"- A boat is never booked twice for the same time.", "rules.BoatNeverBookedTwice.over", "Boat, Booking"},
		{"- A boat is never booked twice for the same time.", "rules.BoatNeverBookedTwice.holds", "a boat is never booked twice for the same time"},
		{"- Two members cannot hold a booking of the same boat at the same time.", "rules.TwoMembersHoldBookingOf.over", "Booking, Boat"},
		{"- Boats must not be double-booked.", "rules.BoatsNotDoubleBooked.over", "Boat, Booking"},
		{"- An invoice may be paid only once.", "rules.InvoicePaidOnlyOnce.over", "Invoice, Payment"},
		{"- A member has at most one open booking.", "rules.MemberAtOneOpenBooking.over", "Booking"},
		{"- There are never more bookings than boats.", "rules.ThereNeverBookingsThanBoats.over", "Booking, Boat"},
		{"- Every payment is entered into the account exactly once, within an hour.", "rules.PaymentEnteredIntoAccountExactly.when", "eventual within 1h"},
		{"- Invoice and account must always agree.", "rules.InvoiceAndAccountAlwaysAgree.over", "Invoice, Account"},
		{"- A booking and its invoice are written together or not at all.", "rules.BookingAndItsInvoiceWritten.over", "Booking, Invoice"},
		{"- No two members may have the same member number.", "domain.Member.unique", "member_number"},
		{"- No two bookings have the same boat and starts at.", "domain.Booking.unique", "boat + starts_at"},
		{"- The number of an invoice is unique.", "domain.Invoice.unique", "number"},
		{"- Each invoice has a unique number.", "domain.Invoice.unique", "number"},
		{"- An account's balance can never go below zero.", "domain.Account.invariants", "balance.amount >= 0"},
		{"- The number of seats must not become negative.", "domain.Boat.invariants", "seats >= 0"},

		{"- The search may show what is up to a minute old.", "use_cases.SearchBoats.stale", "60s"},
		{"- What the search shows may lag behind by 30 seconds.", "use_cases.SearchBoats.stale", "30s"},
		{"- Boats shown in the search must not be older than 2 minutes.", "use_cases.SearchBoats.stale", "2min"},
		{"- Boats shown in the search must not be older than 2 minutes.", "use_cases.SearchBoats.latency", ""},
		{"- Bookings older than 30 days are deleted.", "use_cases.SearchBoats.stale", ""},

		{"- Members' data is personal data.", "domain.Member.fields.allergies", "personal text"},
		{"- Allergies of members are health data.", "domain.Member.fields.allergies", "health text"},
		{"- Allergies of members are health data.", "domain.Member.fields.member_number", "text"},
		{"- Every change to an invoice is recorded with who made it.", "domain.Invoice.history", "audit"},
		{"- Every change of a balance is recorded.", "domain.Account.history", "audit"},
		{"- Every change of a balance is recorded.", "domain.Boat.history", ""},
		{"- Any past state of an account can be shown to the auditors.", "domain.Account.history", "required"},
		{"- Each harbour sees only its own data.", "context.tenancy", "by Harbour"},
		{"- The data of harbours are kept apart.", "context.tenancy", "by Harbour"},
		{"- Members see only their own invoices.", "domain.Invoice.owned_by", "member"},

		{"- Seeing invoices can wait.", "use_cases.SeeInvoices.importance", "may-wait"},
		{"- Booking a boat is business-critical.", "use_cases.BookBoat.importance", "critical"},

		{"- Booking a boat asks the weather office for the wind.", "use_cases.BookBoat.calls", "weather_office"},
		{"- Booking a boat asks the weather office for the wind.", "use_cases.SearchBoats.calls", ""},
		{"- When a booking is confirmed a mail goes out through the mail relay.", "use_cases.ConfirmBooking.calls", "mail_relay"},
		{"- When a booking is confirmed a mail goes out later through the mail relay.", "use_cases.ConfirmBooking.calls.mail_relay.later", "yes"},
		{"- Invoices are paid through Stripe.", "use_cases.PayInvoice.calls", "stripe"},
		{"- Paying an invoice goes through a card processor called Worldline.", "use_cases.PayInvoice.calls", "worldline"},
		{"- Paying an invoice goes through the bank.", "use_cases.PayInvoice.calls", "bank"},
		{"- Booking a boat asks the weather office.\n- If the weather office is down, the forecast of yesterday is shown.", "use_cases.BookBoat.calls.weather_office.fallback", "the forecast of yesterday is shown"},
	} {
		if got := at(read(t, club+x.line+"\n"), x.path); got != x.want {
			t.Errorf("%s\n  %s is %q, want %q", x.line, x.path, got, x.want)
		}
	}
	r := read(t, club)
	holds(t, r, map[string]string{
		"use_cases.ConfirmBooking.moves": "Booking requested -> confirmed",
		"use_cases.CancelBooking.moves":  "Booking confirmed -> cancelled",
		"use_cases.SearchBoats.filter":   "class, name",
		"use_cases.PayInvoice.creates":   "Payment",
		"use_cases.PayInvoice.changes":   "Invoice",
		"domain.Member.fields.name":      "personal text",
		"domain.Boat.fields.name":        "text",
		"domain.Harbour.fields.steward":  "-> steward",
	})
}

// What sounds like a rule and is none makes none.
func TestNotEveryDenialIsARule(t *testing.T) {
	for _, line := range []string{
		"- The system must be usable by 200 members at the same time.",
		"- The same rules apply to all boats.",
		"- Stewards are not asked again.",
		"- 95 % of bookings are answered within 2 s, and not more than once a day later.",
		"- Only one second may pass.",
	} {
		if n := read(t, club+line+"\n").Doc.Root.Get("rules"); n != nil {
			t.Errorf("%s made the rule %s", line, n.Entries[0].Key)
		}
	}
}

// What happens by itself is a use case with its schedule; what people do is none.
func TestSchedulesAreRead(t *testing.T) {
	const head = "# Club\n\n## External systems\n- SAP: books\n\n## Entities\n- Invoice: number\n\n## What it does\n\nMembers pay an invoice. "
	for _, x := range []struct{ line, path, want string }{
		{"Every night the invoices of the day are sent to SAP.", "use_cases.SendInvoice.every", "daily 02:00"},
		{"Every night the invoices of the day are sent to SAP.", "use_cases.SendInvoice.calls", "sap"},
		{"Every night the invoices of the day are sent to SAP.", "use_cases.SendInvoice.reads", "Invoice"},
		{"The system archives invoices monthly.", "use_cases.ArchiveInvoice.every", "monthly"},
		{"Invoices are archived every Friday at 9 pm.", "use_cases.ArchiveInvoice.every", "fri 21:00"},
		{"Each hour we archive invoices.", "use_cases.ArchiveInvoice.every", "hourly"},
		{"At the end of each month invoices are archived.", "use_cases.ArchiveInvoice.every", "monthly"},
		{"Members read the invoices every morning.", "use_cases.ReadInvoices.every", ""},
	} {
		if got := at(read(t, head+x.line+"\n"), x.path); got != x.want {
			t.Errorf("%s\n  %s is %q, want %q", x.line, x.path, got, x.want)
		}
	}
}

// Teams own what the brief says they look after, and nobody is on call where it says so.
func TestTeamsAreReadWithWhatTheyOwn(t *testing.T) {
	r := read(t, "# Club\n\n## Team\n\nTwo teams: Harbour (4 people) looks after boats; Office (3 people) is in charge of invoices and members.\nThere is no on-call at night.\n\n## Entities\n- Boat: name\n- Invoice: number\n- Member: name\n\n## Stories\n- As a member, I want to book a boat.\n")
	holds(t, r, map[string]string{
		"context.teams.harbour.people": "4", "context.teams.office.people": "3", "context.teams.office.on_call": "no",
		"domain.Boat.owner": "harbour", "domain.Invoice.owner": "office", "domain.Member.owner": "office",
	})
}
