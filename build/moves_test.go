package build_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
)

// A twin is an input in which one fact decides between two designs: the text with and
// without it.
func twins(t *testing.T, text, with, without string) (yes, no *arch.Arch) {
	t.Helper()
	return built(t, strings.ReplaceAll(text, "|", with)), built(t, strings.ReplaceAll(text, "|", without))
}

const ferry = `
system: Ferry
actors: {traveller: {channels: [web], accounts: 50k}}
externals: {purse: {latency: p50 300ms p99 |, availability: 99.99%, lookup: yes}}
domain:
  Booking: {fields: {traveller: -> traveller, price: money}, owned_by: traveller, states: "held -> paid, paid -> cancelled", volume: 5k/day}
use_cases:
  Hold: {by: traveller, creates: Booking, moves: [Booking held -> paid], calls: [purse], latency: p99 800ms}
  Cancel: {by: traveller, moves: [Booking paid -> cancelled], calls: [purse], latency: p99 800ms}
`

// What is answered before its outcome is known says so in the contract, waits for
// nothing that it does not need, and fails with nothing that it does not wait for.
func TestLateOutcomesAreInTheContract(t *testing.T) {
	late, soon := twins(t, ferry, "3s", "400ms")

	hold, cancel := operation(t, late, "hold"), operation(t, late, "cancel")
	if !hold.Async || hold.REST.Success != 201 || hold.Follow != "getBooking" {
		t.Errorf("hold waits for a bounded time and has a state to stand in: async %t, %d, followed by %q", hold.Async, hold.REST.Success, hold.Follow)
	}
	if !cancel.Async || cancel.REST.Success != 202 || cancel.Follow != "getBooking" {
		t.Errorf("cancel has no state to stand in and is accepted: async %t, %d, followed by %q", cancel.Async, cancel.REST.Success, cancel.Follow)
	}
	for _, op := range []*arch.Operation{hold, cancel} {
		if slices.Contains(op.Errors, "purse-unavailable") {
			t.Errorf("%s needs nothing of purse before it answers, and answers that purse is away", op.ID)
		}
	}
	flow := find(late.Flows, func(f arch.Flow) bool { return f.ID == "Cancel" })
	answered := slices.IndexFunc(flow.Steps, func(s arch.Step) bool { return s.Kind == "respond" })
	asked := slices.IndexFunc(flow.Steps, func(s arch.Step) bool { return s.Kind == "call" && s.After })
	noted := slices.IndexFunc(flow.Steps, func(s arch.Step) bool { return strings.HasPrefix(s.Name, "note what cancel") })
	if noted < 0 || answered < noted || asked < answered {
		t.Errorf("cancel is to be noted (step %d), answered (%d) and then asked of purse (%d)", noted, answered, asked)
	}

	for _, id := range []arch.OperationID{"hold", "cancel"} {
		if op := operation(t, soon, id); op.Async || op.REST.Success == 202 || !slices.Contains(op.Errors, "purse-unavailable") {
			t.Errorf("%s waits for purse to the end: async %t, %d, %v", id, op.Async, op.REST.Success, op.Errors)
		}
	}
}

const library = `
system: Library
actors: {clerk: {channels: [staff], accounts: 9}}
externals: {registry: {latency: p50 50ms p99 200ms}}
domain: {Member: {fields: {card: text, email: "| text"}, volume: 10k}}
use_cases:
  FindMembers: {by: clerk, reads: [Member], result: list, filter: [email, card]}
  AskStatus: {by: clerk, calls: [registry], takes: {address: "| text"}, gives: {valid: flag}}
  SendReminder: {by: clerk, calls: [registry]}
`

// Nothing personal stands in a URL: what a query is asked with goes into a body as soon
// as part of it is personal data.
func TestNothingPersonalStandsInAURL(t *testing.T) {
	private, plain := twins(t, library, "personal", "")
	for id, want := range map[arch.OperationID][2]string{
		"findMembers": {"POST /members:find", "GET /members"},
		"askStatus":   {"POST /status", "GET /status"},
	} {
		for i, a := range []*arch.Arch{private, plain} {
			if r := operation(t, a, id).REST; r.Method+" "+r.Path != want[i] {
				t.Errorf("%s is %s %s, not %s", id, r.Method, r.Path, want[i])
			}
		}
	}
	if op := operation(t, private, "askStatus"); op.Body == "" || len(op.REST.Query) > 0 {
		t.Errorf("the address is asked with %v and the body %q", op.REST.Query, op.Body)
	}
}

// A use case that changes nothing of ours is a query where it tells something, and a
// command with a key where all it does is done by others.
func TestAQuestionToOthersIsSafeAndACommandHasAKey(t *testing.T) {
	a := built(t, strings.ReplaceAll(library, "|", ""))
	if op := operation(t, a, "askStatus"); op.Kind != "query" || op.Idempotency != nil || !slices.Contains(op.Errors, "registry-unavailable") {
		t.Errorf("askStatus is a %s with %+v and fails with %v", op.Kind, op.Idempotency, op.Errors)
	}
	if op := operation(t, a, "sendReminder"); op.Kind != "command" || op.Idempotency == nil {
		t.Errorf("sendReminder is a %s with %+v", op.Kind, op.Idempotency)
	}
	edge := func(name string) *arch.Edge {
		return find(a.Edges, func(e arch.Edge) bool { return strings.HasPrefix(string(e.ID), name) })
	}
	if e := edge("AskStatus"); e == nil || e.Unknown != "answer missing" {
		t.Errorf("a question whose answer is missing is %+v", e)
	}
	if e := edge("SendReminder"); e == nil || !strings.HasPrefix(e.Unknown, "work item") || e.Retry != nil {
		t.Errorf("what registry may have done is not repeated blindly: %+v", e)
	}
}

const stalls = `
system: Stalls
context: {teams: {market: 4, purse: 4}}
actors: {trader: {channels: [web], accounts: 5k}}
domain:
  Deposit: {owner: purse, fields: {trader: -> trader unique, balance: money, name: text}, |invariants: [balance.amount >= 0], owned_by: trader, volume: 5k}
  Rental: {owner: market, fields: {trader: -> trader, day: date}, owned_by: trader, volume: 800/day}
use_cases:
  RentStall: {by: trader, creates: Rental, changes: Deposit, peak: 3/s}
  TopUp: {by: trader, changes: Deposit}
  ChangeDeposit: {by: trader, changes: Deposit}
`

// What is guarded by comparing and changing in one step is changed by amounts: no caller
// states what it shall be.
func TestAContendedAmountIsChangedByHowMuch(t *testing.T) {
	contended, free := twins(t, stalls, "contended: balance, ", "")
	field := func(a *arch.Arch, id arch.OperationID, name string) bool {
		s := find(a.Schemas, func(s arch.Schema) bool { return s.ID == operation(t, a, id).Body })
		return s != nil && slices.ContainsFunc(s.Fields, func(f arch.Field) bool { return f.Name == name })
	}
	if op := operation(t, contended, "topUp"); op.REST.Method+" "+op.REST.Path != "POST /deposits/{depositId}:top-up" || !field(contended, "topUp", "balanceChange") || op.Idempotency == nil {
		t.Errorf("topUp is %s %s with %q and %+v", op.REST.Method, op.REST.Path, op.Body, op.Idempotency)
	}
	if op := operation(t, contended, "changeDeposit"); op.REST.Method != "PATCH" || field(contended, "changeDeposit", "balance") || !field(contended, "changeDeposit", "name") {
		t.Errorf("changeDeposit is %s %s and states the balance", op.REST.Method, op.REST.Path)
	}
	if !field(free, "changeDeposit", "balance") {
		t.Error("a balance that nobody contends for is stated like any field")
	}
}

// What lies in one transaction is not called eventual, but where that was said.
func TestOneTransactionIsAtomic(t *testing.T) {
	a := built(t, strings.ReplaceAll(stalls, "|", "contended: balance, "))
	if op := operation(t, a, "rentStall"); op.Consistency != "atomic" || op.Async {
		t.Errorf("rentStall is %s, async %t", op.Consistency, op.Async)
	}
	a = built(t, strings.ReplaceAll(strings.ReplaceAll(stalls, "|", ""), "peak: 3/s", "peak: 3/s, consistency: eventual within 5s"))
	if op := operation(t, a, "rentStall"); op.Consistency != "eventual" {
		t.Errorf("rentStall was said to be eventual and is %s", op.Consistency)
	}
}

// What may not suffice elsewhere is taken before anything is promised here, and the other
// deployable is told by how much.
func TestWhatMayBeRefusedElsewhereIsTakenFirst(t *testing.T) {
	apart, free := twins(t, stalls+"pins: {deployables: {choose: per-context}}\n", "contended: balance, ", "")
	saga := func(a *arch.Arch) (names []string) {
		s := find(a.Sagas, func(s arch.Saga) bool { return s.ID == "rent-stall" })
		if s == nil {
			t.Fatal("renting a stall is no saga")
		}
		for _, step := range s.Steps {
			names = append(names, step.Kind+": "+step.Name)
		}
		return names
	}
	if got, want := saga(apart), []string{"compensatable: note that deposit will be changed", "pivot: change deposit", "retriable: confirm rental"}; !slices.Equal(got, want) {
		t.Errorf("the saga is %q, not %q", got, want)
	}
	if got, want := saga(free), []string{"pivot: rent stall", "retriable: change deposit"}; !slices.Equal(got, want) {
		t.Errorf("where nothing is refused the saga is %q, not %q", got, want)
	}
	flow := find(apart.Flows, func(f arch.Flow) bool { return f.ID == "RentStall" })
	at := func(kind, part string) int {
		return slices.IndexFunc(flow.Steps, func(s arch.Step) bool { return s.Kind == kind && strings.Contains(s.Name, part) })
	}
	if note, take, keep, answer := at("store", "note"), at("invoke", "deposit"), at("store", "change rental"), at("respond", ""); note < 0 || take < note || keep < take || answer < keep {
		t.Errorf("noted in step %d, taken in %d, kept in %d, answered in %d", note, take, keep, answer)
	}
	if op := operation(t, apart, "rentStallInPurse"); op.REST.Method != "POST" {
		t.Errorf("market states the balance of a deposit: %s %s", op.REST.Method, op.REST.Path)
	}
}

const yard = `
system: Yard
context: {teams: {alpha: 4, beta: 4}}
actors: {driver: {channels: [web], accounts: 5k}}
domain:
  Gate: {owner: alpha, fields: {driver: -> driver, open: flag}, owned_by: driver, volume: 5k}
  Lane: {owner: alpha, fields: {gate: -> Gate, free: flag}, volume: 5k}
  Visit: {owner: beta, fields: {driver: -> driver, day: date}, owned_by: driver, volume: 800/day}
use_cases:
  Enter: {by: driver, creates: Visit, changes: [Gate, Lane], peak: 3/s}
  OpenGate: {by: driver, changes: [Gate, Lane]}
pins: {deployables: {choose: per-context}, Enter>Visit.style: {choose: |}}
`

// What another deployable makes after the answer is accepted, not created.
func TestWhatIsMadeElsewhereLaterIsAccepted(t *testing.T) {
	later, now := twins(t, yard, "event", "sync")
	op := operation(t, later, "enter")
	if op.Deployable != "alpha" {
		t.Fatalf("enter runs in %s", op.Deployable)
	}
	if !op.Async || op.REST.Success != 202 || op.Follow != "getVisit" || op.Consistency != "eventual" {
		t.Errorf("enter is async %t, %d, followed by %q and %s", op.Async, op.REST.Success, op.Follow, op.Consistency)
	}
	if op = operation(t, now, "enter"); op.Async || op.REST.Success != 201 {
		t.Errorf("enter waits for the visit: async %t, %d", op.Async, op.REST.Success)
	}
}

// What guests may call is limited by what they have: no account, but an address.
func TestWhatGuestsCallIsLimitedByAddress(t *testing.T) {
	a := built(t, small["tickets"])
	if l := operation(t, a, "findConcerts").RateLimit; l == nil || l.Per != "address" {
		t.Errorf("what fans and visitors call is limited by %+v", l)
	}
	if l := operation(t, a, "listMyBookings").RateLimit; l == nil || l.Per != "account" {
		t.Errorf("what only fans call is limited by %+v", l)
	}
}
