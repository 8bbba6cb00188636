package brief_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/brief"
)

const resale = `# SeatBack

SeatBack is a fair resale marketplace for concert tickets.

## Who uses it

Fans (1.2 million registered, about 15,000 online on a Friday morning), venue staff scanning at the door (400 scanners), and our back office of 8.

## What it does

Fans list a ticket for resale. The ticket is verified before it is shown. Fans search listings by artist and city. A fan buys a listing; the money is held in escrow with the payment provider (Stripe, p99 2.5 s, 99.95 % available) until the ticket is re-issued. Venue staff check tickets at the door. The back office can block a fan and refund a purchase. Sellers are paid out two days later.

## Domain

- Fan: name, email
- Ticket: event, barcode, face value
- Event: artist, city, date
- Listing: ticket, price, seller
  - states: draft -> verified -> reserved -> sold, reserved -> verified
- Purchase: listing, amount
  - states: started -> paid -> settled, paid -> refunded

## Must always hold

- A ticket must never be sold twice.
- The price of a listing is never above the face value of its ticket.
- A reserved listing is released after 10 minutes.

## Numbers

| what | how much |
|---|---|
| searches | 900 per second at the peak, p95 below 300 ms |
| purchases | 60 per second at the peak, 3 s at the 99th percentile |
| door checks | 250 per second, 150 ms |
| availability of buying | 99.9 % |
| availability of door checks | 99.99 % on concert evenings |

## Team and money

Two teams: Market (6 engineers) owns listings and purchases, Door (3 engineers) owns tickets. We spend at most 8,000 EUR a month. Everything runs on AWS.
`

// A brief in whole sentences and tables says as much as one in lists.
func TestABriefInSentencesIsReadAsOneInLists(t *testing.T) {
	r := read(t, resale)
	holds(t, r, map[string]string{
		"actors.fan.accounts": "1200000", "actors.fan.online": "15000", "actors.venue_staff.accounts": "400", "actors.venue_staff.channels": "staff",
		"actors.back_office.accounts": "8", "actors.back_office.channels": "staff", "actors.seller": "",
		"externals.stripe.latency": "p99 2.5s", "externals.stripe.availability": "99.95%", "externals.stripe.about": "the money is held in escrow with the payment provider",
		"domain.Ticket.fields.face_value": "money", "domain.Ticket.owner": "door", "domain.Listing.owner": "market", "domain.Purchase.owner": "market",
		"domain.Listing.timers.reserved.after": "10min", "domain.Listing.timers.reserved.to": "verified",
		"rules.TicketNeverSoldTwice.over": "Ticket", "rules.PriceOfListingNeverAbove.over": "Listing, Ticket",
		"use_cases.ListTicket.creates": "Listing", "use_cases.ListTicket.reads": "Ticket", "use_cases.ListTicket.result": "", "use_cases.ListTicket.latency": "",
		"use_cases.SearchListings.peak": "900/s", "use_cases.SearchListings.latency": "p95 300ms", "use_cases.SearchListings.available": "",
		"use_cases.SearchListings.filter": "artist, city", "use_cases.SearchListings.reads": "Listing, Event",
		"use_cases.BuyListing.creates": "Purchase", "use_cases.BuyListing.changes": "Listing", "use_cases.BuyListing.calls": "stripe",
		"use_cases.BuyListing.peak": "60/s", "use_cases.BuyListing.latency": "p99 3s", "use_cases.BuyListing.available": "99.9%",
		"use_cases.CheckTicket.peak": "250/s", "use_cases.CheckTicket.latency": "150ms", "use_cases.CheckTicket.available": "99.99%", "use_cases.CheckTicket.result": "",
		"use_cases.BlockFan.by": "back_office", "use_cases.RefundPurchase.moves": "Purchase paid -> refunded",
		"context.teams.market": "6", "context.teams.door": "3", "context.budget": "8000 EUR/month", "context.platform": "containers on aws",
	})
}

// A sentence that became nothing is told where others of its line became something.
func TestASentenceThatWasNotReadIsTold(t *testing.T) {
	_, list := brief.Read("b.md", []byte(resale))
	var told []string
	for _, p := range list {
		if p.Code == "brief.partly-understood" {
			line := []rune(strings.Split(resale, "\n")[p.Span.Start.Line-1])
			told = append(told, string(line[p.Span.Start.Column-1:p.Span.End.Column-1]))
		}
	}
	want := "The ticket is verified before it is shown.|Sellers are paid out two days later."
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("told are %q, want %q", got, want)
	}
}

const lockers = `# Parcel lockers

A network of parcel lockers for three carriers.

## Context
- 7 engineers in one team, on call during office hours only
- Azure; the existing customer portal uses MySQL

## Roles
- Recipient (app), ~300k
- Locker (device): 800

## Use cases
1. Carrier announces a parcel (REST, 80k a day)
2. Courier drops a parcel into a compartment: p95 1 s
3. Recipient opens the compartment with the code: p99 800 ms
4. Search parcels by barcode
5. Open an account

## Data
- Parcel: barcode, status (announced, stored, collected)
- Locker: address
- Compartment: locker, size
- Account: name

## Integrations
- Carrier APIs: webhooks to tell them about drops

## SLOs
- opening 99.95 % per month
- everything else 99.5 %
- test coverage 98 %
`

// Use cases may be listed by who does what, or by the deed alone, with their figures.
func TestUseCasesAreReadFromListsOfDeeds(t *testing.T) {
	r := read(t, lockers)
	holds(t, r, map[string]string{
		"context.teams.main.people": "7", "context.teams.main.on_call": "no", "context.platform": "containers on azure", "context.runs_already": "mysql",
		"actors.recipient.accounts": "300000", "domain.Locker.fields.address": "text", "domain.Account.fields.name": "text",
		"use_cases.AnnounceParcel.by": "carrier", "use_cases.AnnounceParcel.creates": "Parcel", "use_cases.AnnounceParcel.average": "80000/day",
		"use_cases.DropParcel.changes": "Parcel", "use_cases.DropParcel.deletes": "", "use_cases.DropParcel.latency": "p95 1s", "use_cases.DropParcel.available": "99.5%",
		"use_cases.OpenCompartment.changes": "Compartment", "use_cases.OpenCompartment.latency": "p99 800ms", "use_cases.OpenCompartment.available": "99.95%",
		"use_cases.SearchParcels.filter": "barcode", "use_cases.SearchParcels.by": "", "use_cases.OpenAccount.creates": "Account",
		"externals.carrier_api.protocol": "webhook", "externals.carrier_api.calls_back": "",
	})
}

// A letter without a heading is read as one under Requirements.
func TestALetterWithoutHeadingsIsRead(t *testing.T) {
	r := read(t, `We run a diagnostics lab.

We're two teams: intake (5 devs) and results (4 devs). We have roughly 6k USD per month for hosting on Azure.

Doctors (about 900 of them) look up the findings of a patient. Five clerks enter samples. An analyser uploads a measurement, 20 per second when the morning run is on. We ask LabConnect (p99 2 s, at most 10 requests/s) for the insurance. Patient data must not leave Germany.
`)
	holds(t, r, map[string]string{
		"context.teams.intake": "5", "context.teams.results": "4", "context.teams.main": "", "context.budget": "6000 USD/month", "context.platform": "containers on azure", "context.residency": "germany",
		"actors.doctor.accounts": "900", "actors.clerk.accounts": "5", "externals.lab_connect.limit": "10/s", "externals.lab_connect.latency": "p99 2s",
		"use_cases.LookUpFindings.by": "doctor", "use_cases.EnterSample.creates": "Sample", "use_cases.UploadMeasurement.peak": "20/s", "use_cases.EnterSample.latency": "",
	})
}
