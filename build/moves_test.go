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
