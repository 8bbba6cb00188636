package model_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/model"
)

// Each check is tried on a small system on both sides of its threshold: the text
// between the bars is replaced.
var mismatches = []struct {
	check, about, text, clashes, fits string
}{
	{"rate-against-volume", "use_cases.Book", `
domain: {Visit: {volume: 1000/day}}
use_cases: {Book: {by: owner, creates: Visit, peak: |}}`, "1/s for 20min", "1/s for 15min"},
	{"rate-against-volume", "use_cases.Book", `
domain: {Visit: {volume: 1000/day}}
use_cases: {Book: {by: owner, creates: Visit, peak: |}}`, "10/h", "50/h"},
	{"rate-against-volume", "use_cases.End", `
domain: {Visit: {volume: 1000/day, states: open -> ended}}
use_cases: {Book: {by: owner, creates: Visit}, End: {by: vet, moves: Visit open -> ended, average: |}}`, "100/h", "50/h"},
	{"rate-against-volume", "use_cases.Import", `
domain: {Visit: {volume: 1000/day}}
use_cases: {Import: {by: owner, creates: Visit, result: long-running, items: |, peak: 2/h for 2h}}`, "300", "200"},
	{"rate-against-volume", "use_cases.Note", `
domain: {Visit: {volume: 1000/day}, Line: {volume: |}}
use_cases: {Book: {by: owner, creates: Visit, emits: Booked}, Note: {on: Booked, creates: Line}}`, "100/day", "900/day"},
	{"requests-per-event", "use_cases.Look", `
actors: {owner: {accounts: 1M}}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, average: 1/min}, Look: {by: owner, reads: [Visit], average: |}}`, "10/s", "4/s"},
	{"requests-per-event", "use_cases.Look", `
actors: {owner: {accounts: 1M}}
domain: {Visit: {volume: 100/day}}
use_cases: {Book: {by: owner, creates: Visit, peak: |}, Look: {by: owner, reads: [Visit], peak: 10/s for 3h}}`, "1/min for 1h", "1/s for 1min"},
	{"accounts-against-load", "use_cases.Book", `
actors: {clerk: {channels: [staff], accounts: |}}
domain: {Visit: {}}
use_cases: {Book: {by: clerk, creates: Visit, peak: 10/s}}`, "20", "40"},
	{"latency-against-target", "use_cases.Pay", `
externals: {bank: {latency: p50 100ms p99 |}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, calls: [bank], latency: p99 800ms}}`, "900ms", "700ms"},
	{"latency-against-target", "use_cases.Pay", `
externals: {bank: {latency: p50 100ms p99 900ms}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, calls: {bank: {|}}, latency: p99 800ms}}`, "parallel: yes", "fallback: pay at the desk"},
	{"latency-against-target", "use_cases.Pay", `
externals: {bank: {latency: p50 100ms p99 500ms}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, then: {Charge: {times: |}}, latency: p99 800ms}, Charge: {changes: Bill, calls: [bank]}}`, "3", "1"},
	{"latency-against-target", "use_cases.Pay", `
externals: {bank: {latency: p50 300ms p99 500ms}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, calls: [bank], latency: p50 |}}`, "250ms", "350ms"},
	{"availability-against-target", "use_cases.Pay", `
externals: {bank: {availability: 99.9%}, till: {availability: 99.9%}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, then: [Charge], available: |}, Charge: {changes: Bill, calls: [bank, till]}}`, "99.85%", "99.75%"},
	{"limit-against-load", "externals.bank", `
externals: {bank: {limit: |}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, peak: 20/s, then: {Charge: {times: 2}}}, Charge: {changes: Bill, calls: [bank]}}`, "30/s", "50/s"},
	{"limit-against-load", "externals.bank", `
externals: {bank: {concurrent: |, latency: p50 1s p99 2s}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, peak: 20/s, calls: [bank]}}`, "10", "30"},
	{"window-against-load", "use_cases.Pay", `
externals: {bank: {maintenance: [|]}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, calls: [bank], available: 99%}}`, "daily 03:00-04:00", "sun 03:00-04:00"},
	{"window-against-load", "use_cases.Pay", `
externals: {bank: {maintenance: [fri 18:00-18:30]}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, calls: [bank], available: 99%, average: 1/min, peak: 1/s for 30min |}}`, "fri 18:00-18:30", "fri 19:00-19:30"},
	{"items-against-calls", "use_cases.Settle", `
externals: {bank: {limit: 300/s}}
domain: {Bill: {states: open -> settled}}
use_cases: {Write: {by: owner, creates: Bill}, Settle: {every: daily 23:00, moves: Bill open -> settled, calls: {bank: {|}}, items: 900k}}`, "optional: no", "times: 1"},
	{"items-against-calls", "use_cases.Settle", `
externals: {bank: {protocol: |}}
domain: {Bill: {states: open -> settled}}
use_cases: {Write: {by: owner, creates: Bill}, Settle: {every: daily 23:00, moves: Bill open -> settled, calls: [bank], items: 900k}}`, "rest", "file"},
	{"maintenance-against-target", "context.maintenance", `
context: {maintenance: [fri 18:00-18:05]}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, available: 99.9%, average: 1/min, peak: 5/s for 5min |}}`, "fri 18:00-18:05", "fri 19:00-19:05"},
	{"window-against-load", "externals.bank", `
externals: {bank: {maintenance: [sun 00:00-12:00], limit: |}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, calls: {bank: {later: yes}}, average: 1/s, peak: 2/s}}`, "2/s", "10/s"},
	{"window-against-load", "externals.bank", `
externals: {bank: {open: [weekdays 06:00-18:00]}}
domain: {Bill: {}}
use_cases: {Pay: {by: owner, creates: Bill, calls: {bank: {later: yes, within: |}}}}`, "1d", "3d"},
	{"schedule-against-window", "use_cases.Sweep", `
externals: {bank: {open: [weekdays 06:00-18:00]}}
domain: {Bill: {volume: 10}}
use_cases: {Sweep: {every: |, changes: Bill, calls: [bank]}}`, "daily 07:00", "weekdays 07:00"},
	{"retention-against-budget", "domain.Trace", `
context: {budget: 1000 USD/month, horizon: 5y at 0%/y}
domain: {Trace: {volume: 50M/day, size: 100 B, retained: |}}
use_cases: {Report: {by: courier, creates: Trace}}`, "3y", "30d"},
	{"retention-against-duty", "domain.Treatment", `
context: {compliance: [hipaa]}
domain: {Treatment: {fields: {diagnosis: health text}, retained: |}}
use_cases: {Treat: {by: vet, creates: Treatment}}`, "5y", "7y"},
	{"retention-against-duty", "domain.Owner", `
context: {compliance: [|]}
domain: {Owner: {fields: {email: email}}}
use_cases: {Join: {by: owner, creates: Owner}}`, "gdpr", "soc2"},
	{"prices-against-budget", "context.budget", `
context: {budget: 1000 USD/month}
externals: {sms: {price: |}}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, average: 1/min, peak: 2/min, calls: {sms: {later: yes}}}}`, "0.05 USD", "0.005 USD"},
	{"peak-against-patience", "externals.sms", `
externals: {sms: {limit: 20/s}}
domain: {Visit: {}}
use_cases: {Ask: {by: owner, creates: Visit, peak: |/s for 10min daily 10:00-11:00, then: {Tell: {later: yes}}}, Tell: {reads: [Visit], calls: {sms: {later: yes, within: 5min}}}}`, "50", "25"},
	{"traffic-against-budget", "use_cases.Look", `
context: {budget: 100 USD/month}
domain: {Visit: {}}
use_cases: {Add: {by: owner, creates: Visit}, Look: {by: owner, reads: [Visit], average: 1/s, payload: "1 kB in, | out"}}`, "500 kB", "50 kB"},
	{"timer-against-steps", "use_cases.Tell", `
externals: {sms: {}}
domain: {Visit: {states: asked -> booked, timers: {asked: {after: 10min, to: booked}}}}
use_cases: {Ask: {by: owner, creates: Visit, emits: VisitAsked}, Tell: {on: VisitAsked, reads: [Visit], calls: {sms: {later: yes, within: |}}}}`, "15min", "5min"},
	{"timer-against-steps", "use_cases.Confirm", `
externals: {lab: {latency: p50 1s p99 20s}}
domain: {Visit: {states: "asked -> booked, asked -> lost", timers: {asked: {after: |, to: lost}}}}
use_cases: {Ask: {by: owner, creates: Visit}, Confirm: {by: vet, moves: Visit asked -> booked, calls: [lab]}}`, "15s", "1min"},
	{"timer-against-timer", "domain.Ticket", `
domain:
  Order: {states: pending -> cancelled, timers: {pending: {after: |, to: cancelled}}}
  Ticket: {fields: {order: -> Order}, states: waiting -> refused, timers: {waiting: {after: 4min, to: refused}}}
use_cases: {Place: {by: owner, creates: [Order, Ticket]}}`, "3min", "5min"},
	{"hold-against-state", "domain.Payment", `
externals: {card: {holds_for: 7d}}
domain: {Payment: {states: "open -> held -> paid, held -> freed", timers: {held: {after: |, to: freed}}}}
use_cases: {Hold: {by: owner, creates: Payment, moves: Payment open -> held, calls: [card]}, Pay: {by: vet, moves: Payment held -> paid, calls: [card]}}`, "8d", "6d"},
	{"two-owners", "domain.Stock", `
externals: {till: {also_changes: [Stock]}}
domain: {Stock: {fields: {left: int}, |volume: 100}}
use_cases: {Take: {by: owner, changes: Stock}}`, "contended: left, ", ""},
	{"recovery-against-target", "context.recovery", `
context: {recovery: {time: |}}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, available: 99.95%}}`, "30min", "20min"},
	{"maintenance-against-target", "context.maintenance", `
context: {maintenance: [|]}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, available: 99.9%}}`, "sun 02:00-04:00", "sun 02:00-02:05"},
	{"zones-against-target", "context.zones", `
context: {zones: |}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, available: 99.9%}}`, "1", "2"},
	{"distance-against-target", "use_cases.Book", `
context: {regions: {north: {}, south: {distance: |}}}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, latency: p99 200ms}}`, "180ms", "100ms"},
	{"rule-against-readers", "rules.Limit", `
domain: {Policy: {fields: {limit: money}}, Payment: {fields: {amount: money}}}
rules: {Limit: {over: [Payment, Policy], holds: payments stay below the limit, when: eventual within 1h}}
use_cases: {Insure: {by: clerk, creates: Policy}, Pay: {by: clerk, creates: Payment, reads: [|]}}`, "", "Policy"},
	{"rule-against-owners", "rules.Limit", `
context: {teams: {sales: 3, stock: 4}}
domain: {Order: {owner: sales}, Stock: {owner: stock}}
rules: {Limit: {over: [Order, Stock], holds: never more orders than stock, when: |}}
use_cases: {Buy: {by: clerk, creates: Order, changes: Stock}}`, "atomic", "eventual within 1min"},
	{"owner-against-audience", "use_cases.Board", `
actors: {player: {accounts: 4k}}
domain: {Score: {fields: {player: -> player, points: int}}}
use_cases: {Play: {by: player, creates: Score}, Board: {by: player, reads: Score, result: list, sort: [points], |}}`, "stale: 1min", "stale: 1min, only: any"},
	{"owner-against-audience", "use_cases.Away", `
actors: {worker: {accounts: 40}, chief: {accounts: 4}}
domain: {Leave: {fields: {day: date}, owned_by: worker}}
use_cases: {Ask: {by: worker, creates: Leave}, Away: {by: [|], reads: Leave, result: list}}`, "worker, chief", "worker"},
	{"team-against-parts", "use_cases.Book", `
context: {teams: {clinic: |}}
domain: {Visit: {}}
use_cases: {Book: {by: owner, creates: Visit, available: 99.9%}}`, "3", "4"},
	{"team-against-parts", "context.teams.clinic", `
context: {teams: {clinic: |}}
domain: {A: {}, B: {}, C: {}, D: {}}
use_cases: {Make: {by: owner, creates: [A, B, C, D]}}`, "1", "2"},
}

func asks(m *model.Model, check, about string) bool {
	return slices.ContainsFunc(m.Questions, func(q model.Question) bool {
		return q.Check == check && string(q.About) == about
	})
}

func TestEachMismatchIsAskedOnOneSideOfItsThresholdOnly(t *testing.T) {
	for _, c := range mismatches {
		with := func(value string) *model.Model {
			return meant(t, "system: Clinic"+strings.Replace(c.text, "|", value, 1)+"\n")
		}
		if !asks(with(c.clashes), c.check, c.about) {
			t.Errorf("%s of %s is not asked at %q", c.check, c.about, c.clashes)
		}
		if asks(with(c.fits), c.check, c.about) {
			t.Errorf("%s of %s is asked at %q", c.check, c.about, c.fits)
		}
	}
}

func TestTheArithmeticStandsInTheFinding(t *testing.T) {
	m := meant(t, `
system: Shop
externals: {bank: {latency: p50 180ms p99 900ms, availability: 99.9%}}
domain: {Order: {volume: 300k/day}}
use_cases:
  Place: {by: buyer, creates: Order, calls: [bank], peak: 350/s for 20min, latency: p99 800ms, available: 99.95%}
`)
	for check, part := range map[string]string{
		"rate-against-volume":         "350/s for 20min creates 420k Order; a day is said to bring 300k",
		"latency-against-target":      "longer than 800ms in 1.55% of the answers",
		"availability-against-target": "away 43.8 min a month, where 21.9 min a month are allowed",
	} {
		i := slices.IndexFunc(m.Questions, func(q model.Question) bool { return q.Check == check })
		if i < 0 {
			t.Errorf("%s is not asked", check)
		} else if !strings.Contains(m.Questions[i].Finding, part) {
			t.Errorf("%s finds %q, without %q", check, m.Questions[i].Finding, part)
		}
	}
}

func question(t *testing.T, m *model.Model, check, about string) model.Question {
	t.Helper()
	i := slices.IndexFunc(m.Questions, func(q model.Question) bool { return q.Check == check && string(q.About) == about })
	if i < 0 {
		t.Fatalf("%s of %s is not asked", check, about)
	}
	return m.Questions[i]
}

// A window is weighed by the load that falls into it, and its backlog drains at the
// external's own limit.
func TestClosedHoursAreWeighedByTheLoadInThem(t *testing.T) {
	m := meant(t, `
system: Ferry
externals: {purse: {maintenance: [fri 18:00-20:00], limit: 5/s}}
domain: {Booking: {}}
use_cases: {Hold: {by: traveller, creates: Booking, calls: [purse], average: 5/min, peak: 20/s for 30min fri 18:00-18:30}}
`)
	q := question(t, m, "window-against-load", "use_cases.Hold")
	// 36k of the 50.4k of a week: 20/s for half an hour, and what is left of the average
	// of 5/min, over the other hour and a half.
	for _, part := range []string{"1.19% of the time", "71.7% of all Hold comes then"} {
		if !strings.Contains(q.Finding, part) {
			t.Errorf("the finding %q does not say %q", q.Finding, part)
		}
	}
	if want := "36.1k requests wait at the end of the stretch that brings most, and purse at its 5/s brings them through in 2.04h"; !strings.Contains(q.Answers[0].Follows, want) {
		t.Errorf("to let them wait means %q, not %q", q.Answers[0].Follows, want)
	}
}

// Where what is made has a state to stand in, calls above a limit wait, for as long as
// its timer lets them; where it has none they are refused.
func TestCallsAboveALimitWaitOnlyWhereSomethingCanStand(t *testing.T) {
	text := `
system: Ferry
externals: {purse: {limit: 5/s}}
domain: {Booking: {|}}
use_cases:
  Hold: {by: traveller, creates: Booking, peak: 20/s for 30min, then: [Pay]}
  Pay: {calls: [purse], ^: Booking}
`
	states := strings.NewReplacer("|", `states: "held -> paid, held -> lapsed", timers: {held: {after: 10min, to: lapsed}}`, "^: Booking", "moves: [Booking held -> paid]")
	q := question(t, meant(t, states.Replace(text)), "limit-against-load", "externals.purse")
	if want := "after a peak of 30min 27k wait, the last of them 1.5h; Booking leaves held after 10min, so what waits longer becomes lapsed"; !strings.Contains(q.Answers[0].Follows, want) {
		t.Errorf("the default means %q, not %q", q.Answers[0].Follows, want)
	}
	q = question(t, meant(t, strings.NewReplacer("|", "", "^", "changes").Replace(text)), "limit-against-load", "externals.purse")
	if !strings.Contains(q.Default, "refused") {
		t.Errorf("without a state to stand in the default is %q", q.Default)
	}
}

// A peak that is rarer than its hours leaves ordinary nights as busy as the average.
func TestARarePeakLeavesOrdinaryNightsTheirLoad(t *testing.T) {
	m := meant(t, `
system: Claims
externals: {host: {open: [daily 05:00-23:00], limit: 40/s}}
domain: {Claim: {volume: 2600/day}}
use_cases: {Report: {by: holder, creates: Claim, calls: {host: {later: yes, within: 10min}}, peak: 3/s for 3h mon 08:00-11:00}}
`)
	i := slices.IndexFunc(m.Questions, func(q model.Question) bool { return q.Check == "window-against-load" })
	if i < 0 || !strings.Contains(m.Questions[i].Finding, "25% of them come in these hours: in 6h without it 650 pile up") {
		t.Errorf("the questions are %+v", m.Questions)
	}
}
