package model_test

import (
	"math"
	"slices"
	"testing"

	"plumb.dev/plumb/fact"
)

const perDay = 1 / 86400.0

func TestAnEventStartsAsOftenAsItIsTold(t *testing.T) {
	m := meant(t, `
system: Shop
domain: {Order: {}, Bill: {}}
use_cases:
  Place: {by: buyer, creates: Order, emits: OrderPlaced, peak: 10/s for 2h, average: 2/s}
  Take: {by: clerk, creates: Order, emits: OrderPlaced, peak: 3/s, average: 1/s}
  WriteBill: {on: OrderPlaced, creates: Bill}
`)
	l := useCase(t, m, "WriteBill").Load
	if l.Peak.N != 13 || l.Average.N != 3 || l.Lasts.N != 7200 || l.PerDay.N != 3*86400 {
		t.Errorf("peak %g, average %g, lasts %g, per day %g", l.Peak.N, l.Average.N, l.Lasts.N, l.PerDay.N)
	}
	if f := factOf(t, m, l.Peak.Fact); f.Origin != fact.Derived || !slices.Contains(f.Inputs, "use_cases.Place.peak") && !slices.Contains(f.Inputs, "events.OrderPlaced.rate") {
		t.Errorf("the peak does not say from what it follows: %+v", f)
	}
	if b := aggregate(t, m, "Bill"); b.Inflow.N != 3 {
		t.Errorf("%g bills a second", b.Inflow.N)
	}
}

func TestStepsUndosTimersAndSchedulesCauseLoad(t *testing.T) {
	b := bound(t, parsed(t, `
system: Shop
domain:
  Order: {states: open -> lost, timers: {open: {after: 1h, to: lost, does: Clean}}, volume: 86400/day}
  Bill: {volume: 1}
use_cases:
  Place: {by: buyer, creates: Order, then: {Charge: {chance: 50%, times: 2}}, peak: 10/s, average: 4/s}
  Charge: {changes: Bill, undo: Refund}
  Refund: {changes: Bill}
  Clean: {reads: [Order]}
  Sweep: {every: 15min, reads: [Order]}
`))
	m := b.Complete(fact.Overrides{"assumed.undone": {Kind: fact.Share, N: 0.1}, "domain.Order.timers.open.share": {Kind: fact.Share, N: 0.25}})
	for name, want := range map[string]float64{"Charge": 4, "Refund": 0.4, "Clean": 0.25, "Sweep": 1 / 900.0} {
		if got := useCase(t, m, name).Load.Average.N; !near(got, want) {
			t.Errorf("%s runs %g times a second, want %g", name, got, want)
		}
	}
}

func TestAVolumeSaysHowOftenItsCreatorAndItsStepsRun(t *testing.T) {
	m := meant(t, `
system: Shop
domain:
  Order: {volume: 8640/day, states: "open -> sent -> done, open -> cancelled"}
use_cases:
  Place: {by: buyer, creates: Order, peak: 5/s}
  Send: {by: clerk, moves: Order open -> sent}
  Cancel: {by: buyer, moves: Order open -> cancelled}
  Look: {by: buyer, reads: [Order], per: 12 per Order}
`)
	for name, want := range map[string]float64{"Place": 0.1, "Send": 0.1, "Cancel": 0.005, "Look": 1.2} {
		if got := useCase(t, m, name).Load.Average.N; !near(got, want) {
			t.Errorf("%s: %g/s, want %g/s", name, got, want)
		}
	}
	if l := useCase(t, m, "Place").Load; l.Peak.N != 5 {
		t.Errorf("the stated peak became %g", l.Peak.N)
	}
}

func TestLoadsWithoutAnyNumberComeFromTheAccounts(t *testing.T) {
	m := meant(t, `
system: Desk
actors: {clerk: {channels: [staff], accounts: 100}}
domain: {Case: {}}
use_cases: {Open: {by: clerk, creates: Case}, Look: {by: clerk, reads: [Case]}}
`)
	if got := useCase(t, m, "Look").Load.Average.N; !near(got, 100*20*perDay) {
		t.Errorf("100 clerks look %g times a second", got)
	}
	l := useCase(t, m, "Open").Load
	if !near(l.Average.N, 100*5*perDay) || !near(l.Peak.N, 5*l.Average.N) {
		t.Errorf("100 clerks open %g a second, %g at the peak", l.Average.N, l.Peak.N)
	}
	f := factOf(t, m, "assumed.requests.staff.write")
	if f.Origin != fact.Assumed || f.Low >= f.High || f.Reason == "" {
		t.Errorf("the assumption is not open: %+v", f)
	}
}

func TestCirclesOfEventsAreGoneRoundOnce(t *testing.T) {
	m := meant(t, `
system: Ring
domain: {A: {}}
use_cases:
  Start: {by: user, creates: A, emits: Began, average: 2/s}
  Left: {on: [Began, RightDone], changes: A, emits: LeftDone}
  Right: {on: LeftDone, changes: A, emits: RightDone}
quiet: {model.event-cycle: it ends when nothing is left}
`)
	for _, name := range []string{"Left", "Right"} {
		if got := useCase(t, m, name).Load.Average.N; math.IsInf(got, 0) || got > 2+1e-9 {
			t.Errorf("%s: %g/s", name, got)
		}
	}
	if got := useCase(t, m, "Left").Load.Average.N; got != 2 {
		t.Errorf("Left runs %g times a second, from outside 2", got)
	}
}

func TestInstancesAtTheHorizonFollowRetentionAndGrowth(t *testing.T) {
	m := meant(t, `
system: Shop
context: {horizon: 3y at 50%/y}
domain:
  Short: {volume: 100/day, retained: 30d}
  Kept: {volume: 100/day}
  Set: {volume: 200}
use_cases: {Make: {by: user, creates: [Short, Kept, Set]}}
`)
	growth := math.Pow(1.5, 3)
	year := 365.2425
	for name, want := range map[string]float64{
		// 30 days' worth of the rate at the horizon, a little less as it was lower then.
		"Short": 100 * year * (growth - math.Pow(1.5, 3-30/year)) / math.Log(1.5),
		"Kept":  100 * year * (growth - 1) / math.Log(1.5),
		"Set":   200 * growth,
	} {
		if got := aggregate(t, m, name).Instances.N; math.Abs(got-want) > 1e-3*want {
			t.Errorf("%s: %g instances, want %g", name, got, want)
		}
	}
}

// All creators together make what is said to come, the small ones what they are asked
// for: a rare peak is no average, and what follows from what they create is no more.
func TestCreatorsShareWhatIsSaidToCome(t *testing.T) {
	m := meant(t, `
system: Claims
domain: {Claim: {volume: 2600/day}, Note: {}}
use_cases:
  Report: {by: holder, creates: Claim, emits: Reported, peak: 3/s for 3h}
  ReportHail: {by: holder, creates: Claim, emits: Reported, peak: 45/s for 4h}
  ReportLoss: {by: holder, creates: Claim, emits: Reported, peak: 10/day}
  Open: {on: Felt, creates: Claim}
  Score: {on: Reported, creates: Note}
events: {Felt: {from: car, of: Claim, rate: 1/day}}
externals: {car: {}}
`)
	for name, want := range map[string]float64{"ReportLoss": 10. / 6, "Report": 1300, "ReportHail": 1300, "Score": 2600} {
		got := useCase(t, m, name).Load.Average.N * 86400
		if math.Abs(got-want) > 0.01*want {
			t.Errorf("%s runs %g times a day, want %g", name, got, want)
		}
	}
}

func TestABatchCreatesItsItems(t *testing.T) {
	m := meant(t, `
system: Shop
domain: {Slot: {}}
use_cases: {Lay: {every: daily 02:00, creates: Slot, items: 500}}
`)
	if got := aggregate(t, m, "Slot").Inflow.N; !near(got, 500*perDay) {
		t.Errorf("%g slots a second", got)
	}
	work := useCase(t, m, "Lay").Work
	if work.P50.N < 0.5 {
		t.Errorf("500 items take %gs", work.P50.N)
	}
}

func TestExternalsAreAssumedInTheOpen(t *testing.T) {
	m := meant(t, `
system: Shop
externals: {silent: {}, median: {latency: 40ms}, tail: {latency: p99 2s}}
domain: {Order: {}}
use_cases: {Place: {by: user, creates: Order, calls: {silent: {}, median: {latency: p50 10ms p99 20ms}, tail: {}}}}
`)
	for i, want := range [][2]float64{{0.04, 0.32}, {0.1, 0.8}, {0.25, 2}} {
		l := m.Externals[i].Latency
		if !near(l.P50.N, want[0]) || !near(l.P99.N, want[1]) {
			t.Errorf("%s: p50 %g p99 %g, want %v", m.Externals[i].Name, l.P50.N, l.P99.N, want)
		}
	}
	if x := m.Externals[1]; x.Availability.N != 0.999 || x.Idempotent || x.Protocol != "rest" {
		t.Errorf("silent is %+v", x)
	}
	if l := useCase(t, m, "Place").Calls[1].Latency; l.P99.N != 0.02 {
		t.Errorf("the call's own latency is lost: %+v", l)
	}
}

func TestResultAndConsistencyFollowFromWhatIsDone(t *testing.T) {
	m := meant(t, `
system: Shop
domain: {Order: {fields: {sum: money}}, Stock: {}}
use_cases:
  Place: {by: user, creates: Order, changes: Stock}
  Rename: {by: user, changes: Order}
  Find: {by: user, reads: [Order], sort: [sum]}
  Show: {by: user, reads: [Order]}
  Count: {on: OrderCreated, changes: Stock}
  Move: {by: user, creates: [Order, Stock], consistency: atomic}
`)
	for name, want := range map[string][2]string{
		"Place": {"one", "eventual"}, "Rename": {"one", "atomic"}, "Find": {"list", "read-your-writes"},
		"Show": {"one", "read-your-writes"}, "Count": {"none", "atomic"}, "Move": {"one", "atomic"},
	} {
		u := useCase(t, m, name)
		if u.Result != want[0] || u.Consistency.Kind != want[1] {
			t.Errorf("%s: result %s, consistency %s, want %v", name, u.Result, u.Consistency.Kind, want)
		}
	}
	if u := useCase(t, m, "Place"); u.Consistency.Within.N != 5 || u.Consistency.Stated {
		t.Errorf("Place: %+v", u.Consistency)
	}
	if u := useCase(t, m, "Count"); len(u.On) != 1 || len(u.On[0].EmittedBy) != 2 {
		t.Errorf("OrderCreated is not told by what creates orders: %+v", u.On)
	}
}

func TestOwnersRolesAndObjectsAreFound(t *testing.T) {
	m := meant(t, `
system: Shop
context: {teams: {sales: 4, stock: 3}}
actors: {buyer: {}, clerk: {channels: [staff], roles: [packer, lead]}}
domain:
  Buyer: {owner: sales}
  Order: {owner: sales, fields: {buyer: -> Buyer}}
  Parcel: {}
  Shelf: {owner: stock, volume: 100}
  Receipt: {owner: sales, fields: {order: -> Order}}
  Swap: {owner: sales, fields: {given: -> Order, taken: -> Order}}
use_cases:
  Join: {by: buyer, creates: Buyer}
  SeeReceipt: {by: buyer, reads: Receipt}
  ListReceipts: {by: buyer, reads: Receipt, result: list}
  CheckReceipt: {by: clerk, reads: Receipt}
  SeeSwap: {by: buyer, reads: Swap}
  Print: {by: clerk, creates: [Receipt, Swap]}
  Place: {by: buyer, creates: Order}
  Pack: {by: clerk, creates: Parcel, changes: Order}
  Tidy: {by: clerk, changes: Shelf, roles: [lead]}
`)
	if got := aggregate(t, m, "Order"); got.OwnedBy == nil || got.OwnedBy.Name != "buyer" || got.OwnedByField != "buyer" || !got.OwnershipAssumed {
		t.Errorf("an order belongs to %+v", got.OwnedBy)
	}
	if got := aggregate(t, m, "Parcel").Owner.Name; got != "sales" {
		t.Errorf("parcels are looked after by %s", got)
	}
	for name, want := range map[string]string{
		"Place": "own", "Pack": "any", "Tidy": "any",
		"SeeReceipt": "own", "ListReceipts": "any", "CheckReceipt": "any", // a reference away
		"SeeSwap": "any", // of which of the two
	} {
		if got := useCase(t, m, name).Only; got != want {
			t.Errorf("%s may touch %s, want %s", name, got, want)
		}
	}
	if got := useCase(t, m, "Pack").Roles; !slices.Equal(got, []string{"lead", "packer"}) {
		t.Errorf("Pack is for %v", got)
	}
	if got := useCase(t, m, "Tidy").Owner.Name; got != "stock" {
		t.Errorf("Tidy is owned by %s", got)
	}
}

func TestReferenceDataIsToldByItsUse(t *testing.T) {
	text := `
system: Cargo
domain:
  Place: {volume: 12k}
  Cargo: {fields: {to: -> Place}}
  Leg: {}
  Event: {}
use_cases:
  AddPlace: {by: clerk, creates: Place}
  Book: {by: clerk, reads: [Place], creates: Cargo, average: 1/s}
  Plan: {by: clerk, reads: [Place], creates: Leg, average: 1/s}
  Report: {by: clerk, reads: [Place], creates: Event, average: 1/s}
`
	b := bound(t, parsed(t, text))
	if got := aggregate(t, b.Complete(nil), "Place").Kind; got != "reference" {
		t.Errorf("places are %s", got)
	}
	often := fact.Overrides{"use_cases.AddPlace.average": {Kind: fact.Rate, N: 1}, "use_cases.AddPlace.peak": {Kind: fact.Rate, N: 2}}
	if got := aggregate(t, b.Complete(often), "Place").Kind; got != "core" {
		t.Errorf("places that change all the time are %s", got)
	}
}

func TestZonesFollowTheStrictestTarget(t *testing.T) {
	for target, want := range map[string]float64{"99%": 1, "99.9%": 2, "99.99%": 3} {
		m := meant(t, "system: S\ndomain: {A: {}}\nuse_cases: {Make: {by: user, creates: A, available: "+target+"}}\n")
		if m.Context.Zones.N != want {
			t.Errorf("%s: %g zones, want %g", target, m.Context.Zones.N, want)
		}
	}
}

func TestAnInputThatSaysNothingAboutUsersHasOne(t *testing.T) {
	m := meant(t, "system: S\ndomain: {Pet: {}}\nuse_cases: {Add: {creates: Pet}}\n")
	if len(m.Actors) != 1 || !m.Actors[0].Assumed || !useCase(t, m, "Add").Asked() {
		t.Errorf("actors %+v", m.Actors)
	}
	if m.Context.Platform.Kind != "containers" || len(m.Context.Teams) != 1 || m.Context.Teams[0].People.N != 5 {
		t.Errorf("the context is not complete: %+v", m.Context)
	}
}

func TestOverridesReachWordsNumbersAndAssumptions(t *testing.T) {
	b := bound(t, example(t, "harbour"))
	m := b.Complete(fact.Overrides{
		"context.platform":                    {Kind: fact.Text, Text: "serverless"},
		"use_cases.PlaceOrder.consistency":    {Kind: fact.Text, Text: "atomic"},
		"externals.card_processor.idempotent": {Kind: fact.Truth},
		"use_cases.PlaceOrder.peak":           {Kind: fact.Rate, N: 1000},
		"domain.Order.volume":                 {Kind: fact.Rate, N: 10},
		"assumed.step.times":                  {Kind: fact.Count, N: 2},
		"nobody.knows.this":                   {Kind: fact.Rate, N: 1},
	})
	u := useCase(t, m, "PlaceOrder")
	if m.Context.Platform.Kind != "serverless" || u.Consistency.Kind != "atomic" || m.Externals[1].Idempotent {
		t.Errorf("words: %s, %s, %v", m.Context.Platform.Kind, u.Consistency.Kind, m.Externals[1].Idempotent)
	}
	if u.Load.Peak.N != 1000 || aggregate(t, m, "Order").Inflow.N != 10 || u.Load.Average.N != 10 {
		t.Errorf("peak %g, inflow %g, average %g", u.Load.Peak.N, aggregate(t, m, "Order").Inflow.N, u.Load.Average.N)
	}
	if got := useCase(t, m, "TakeStock").Load.Peak.N; got != 2000 {
		t.Errorf("each order takes stock twice: %g/s", got)
	}
	if _, known := m.Facts.Get("nobody.knows.this"); known {
		t.Error("an override made a fact")
	}
}

func TestConditionsAreExpressionsOrSentences(t *testing.T) {
	m := meant(t, `
system: S
types: {Money: {fields: {cents: int}}}
domain:
  A:
    fields: {n: int, d: decimal, on: date optional, list: "[Money]", note: text optional}
    states: open -> closed
    invariants:
      - n >= 0 && d > 1
      - list.all(m, m.cents > 0)
      - note == null || size(note) < 80
      - state == 'open'
      - never more than there are places (in the hall)
use_cases: {Make: {creates: A}, Close: {moves: A open -> closed}}
`)
	for i, c := range aggregate(t, m, "A").Invariants {
		if want := i < 4; c.CEL != want {
			t.Errorf("%q: CEL %v, want %v", c.Text, c.CEL, want)
		}
	}
}
