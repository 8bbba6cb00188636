package brief_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb/brief"
)

const energy = `# Voltaic

## Team
- Grid team: 5 engineers. On call around the clock.
- Customer team: 4 engineers, no on-call at night.

Budget: 6,000 EUR per month for running costs.

## Actors
- Household: 40,000 customers, growing 60 % a year
- Gateway: 45,000 devices, each reports every 30 seconds

## Entities
- Contract: household, start date, status (draft, active, cancelled)
- Device: household, capacity kW, firmware
- Reading: device, power, state of charge, measured at
- Settlement: household, amount

## Stories
- As a household, I want to see my current state of charge.
- As a household, I want to cancel my contract.
- As a gateway, I want to submit a reading.
- As a trader, I want to place a bid on the market.
- Every month settlements are computed for all households.

## Externals
- Market platform (REST API, 20 requests per second, 99.5 %, p99 2 s)
- Bank: takes a payment file once a day, weekdays from 6 to 18
- Card processor: authorises payments, calls us back, 0.02 EUR per call, authorisations are valid for 7 days
- Archive: we ask it from 8 to 18
- ERP: our old mainframe, SOAP over HTTP, maintenance on Sundays 01:00-05:00, at most 10 concurrent calls

## Qualities
- Submit reading: a loss of up to 1 minute of readings is acceptable.
- Readings are kept 3 years, settlements 10 years.
- Households' data must stay in the EU.
`

// What a careful brief lists is read to its last figure.
func TestListsAreReadToTheirLastFigure(t *testing.T) {
	r := read(t, energy)
	holds(t, r, map[string]string{
		"context.teams.grid.people": "5", "context.teams.grid.on_call": "yes", "context.teams.customer.on_call": "no", "context.teams.budget": "",
		"context.budget": "6000 EUR/month", "context.horizon": "2y at 60%/year", "context.residency": "eu", "context.recovery.point": "60s",
		"domain.Device.fields.capacity_kw": "decimal", "domain.Reading.fields.power": "decimal", "domain.Reading.fields.measured_at": "instant",
		"domain.Reading.retained": "3y", "domain.Settlement.retained": "10y",
		"externals.market_platform.latency": "p99 2s", "externals.market_platform.availability": "99.5%", "externals.market_platform.limit": "20/s", "externals.market_platform.protocol": "rest",
		"externals.market_platform.about": "",
		"externals.bank.protocol":         "file", "externals.bank.open": "weekdays 06:00-18:00",
		"externals.card_processor.calls_back": "yes", "externals.card_processor.price": "0.02 EUR", "externals.card_processor.holds_for": "7d", "externals.card_processor.about": "authorises payments, calls us back",
		"externals.erp.legacy": "yes", "externals.erp.protocol": "soap", "externals.erp.maintenance": "sun 01:00-05:00", "externals.erp.concurrent": "10", "externals.erp.open": "", "externals.archive.open": "",
		"use_cases.PlaceBid.calls": "market_platform", "use_cases.SeeStateOfCharge.reads": "Reading", "use_cases.ComputeSettlements.creates": "Settlement",
		"use_cases.SubmitReading.peak": "1500/s", "use_cases.SubmitReading.latency": "",
	})
	if !asks(r, "in which order does Contract pass draft, active, cancelled") {
		t.Error("nobody asks for the lifecycle of what is cancelled")
	}
	if asks(r, "2 times the load") {
		t.Error("twice is read as a load")
	}
}

func asks(r *brief.Result, part string) bool {
	for _, q := range r.Questions {
		if strings.Contains(q.Ask, part) {
			return true
		}
	}
	return false
}

// A figure that became nothing is told, and one that did is not.
func TestAFigureThatWasNotReadIsTold(t *testing.T) {
	for text, want := range map[string]string{
		"- Lab: blood tests, p99 2 s, an analyser wears out after 5 years": "5 years",
		"- Lab: blood tests, p99 2 s, 99.5 %, 20 calls per second":         "",
		"- Lab: blood tests, p99 2 s, weighs 40 parcels per hour":          "40 parcels per hour",
	} {
		_, list := brief.Read("b.md", []byte("# Clinic\n\n## Entities\n- Pet: name\n\n## Externals\n"+text+"\n\n## Stories\n- As a vet, I want to add a pet.\n"))
		got := ""
		for _, p := range list {
			if p.Code == "brief.partly-understood" {
				got += p.Message
			}
		}
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s\ntells %q, want %q", text, got, want)
		}
	}
}

// Of a region the first share and the first distance count, and the others are told.
func TestARegionHasOneShareAndOneDistance(t *testing.T) {
	text := "# X\n\n## Entities\n- Pet: name, age\n\n## Regions\n- eu-west: home, 60 %\n- us-east: 40 %, 30 %, 20 ms away, 50 ms\n\n## Stories\n- As a vet, I want to add a pet.\n"
	r, list := brief.Read("b.md", []byte(text))
	if share, distance := at(r, "context.regions.us-east.share"), at(r, "context.regions.us-east.distance"); share != "40%" || distance != "20ms" {
		t.Errorf("share %q and distance %q", share, distance)
	}
	told := 0
	for _, p := range list {
		if p.Code == "brief.partly-understood" {
			told++
		}
	}
	if told != 2 {
		t.Errorf("%d figures are told as not read, want 2", told)
	}
}
