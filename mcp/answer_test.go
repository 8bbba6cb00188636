package mcp_test

import (
	"context"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

const clinicBrief = `# A clinic

Receptionists look up owners about 20 times a minute at the busiest time,
and half of the
visits are booked at 3 per minute. An answer must come within 300 ms, 95 % of the time.
`

func clinic(t *testing.T, o *sdk.ClientOptions) (string, *sdk.ClientSession) {
	t.Helper()
	dir := workspace(t, "petclinic")
	put(t, dir, "brief.md", clinicBrief)
	return dir, connect(t, dir, o)
}

func TestAQuotedFactEntersTheInputWithItsQuote(t *testing.T) {
	dir, c := clinic(t, nil)
	before := get(t, dir, "plumb.yaml")
	r := must(t, c, "answer", map[string]any{"path": "use_cases.BookVisit.peak", "value": "3/min", "quote": "half of the visits are booked at 3 per minute"})
	after := get(t, dir, "plumb.yaml")
	if !strings.Contains(after, `# peak: "half of the visits are booked at 3 per minute" (brief.md:4)`) {
		t.Errorf("the quote is not in the input:\n%s", after)
	}
	if strings.Count(after, "\n") != strings.Count(before, "\n") || !strings.Contains(after, "peak: 3/min") {
		t.Errorf("more than the line changed:\n%s", after)
	}
	if r.data["source"] != "quoted from brief.md:4" {
		t.Errorf("the source is %v", r.data["source"])
	}
	must(t, c, "design", nil)
}

func TestAnInventedQuoteIsRefusedWithTheReason(t *testing.T) {
	dir, c := clinic(t, nil)
	before := get(t, dir, "plumb.yaml")
	for _, refused := range []struct {
		why  string
		with map[string]any
	}{
		{"word for word", map[string]any{"value": "3/min", "quote": "visits are booked 3 per minute"}},
		{"word for word", map[string]any{"value": "30/min", "quote": "visits are booked at 30 per minute"}},
		{"does not say 30/min", map[string]any{"value": "30/min", "quote": "visits are booked at 3 per minute"}},
		{"does not say", map[string]any{"value": "3/s", "quote": "visits are booked at 3 per minute"}},
		{"does not say", map[string]any{"value": "3/min", "quote": "Receptionists look up owners"}},
		{"where the value comes from", map[string]any{"value": "3/min"}},
		{"not both", map[string]any{"value": "3/min", "quote": "3 per minute", "assumption": true, "because": "it is so"}},
		{"what the assumption rests on", map[string]any{"value": "3/min", "assumption": true}},
		{"is a text, and no path", map[string]any{"value": "3/min", "quote": "3 per minute", "brief": "# Clinic\n\n3 per minute\n"}},
		{"there is no other.md", map[string]any{"value": "3/min", "quote": "3 per minute", "brief": "other.md"}},
		{"not valid", map[string]any{"path": "BookVisit.available", "value": "300", "assumption": true, "because": "just a guess"}},
		{"stated as", map[string]any{"path": "FindOwners.peak", "value": "3/min", "quote": "3 per minute"}},
		{"nothing is called", map[string]any{"path": "Nothing.peak", "value": "3/min", "quote": "3 per minute"}},
	} {
		with := map[string]any{"path": "BookVisit.peak"}
		for k, v := range refused.with {
			with[k] = v
		}
		r := call(t, c, "answer", with)
		if !r.refused || !strings.Contains(r.text, refused.why) && refused.why != "not valid" {
			t.Errorf("%v: refused %t with %q, expected %q", with, r.refused, r.text, refused.why)
		}
	}
	if get(t, dir, "plumb.yaml") != before {
		t.Error("a refused answer was written")
	}
}

func TestAnAssumptionIsMarkedAndListedUntilItIsReplaced(t *testing.T) {
	dir, c := clinic(t, nil)
	must(t, c, "answer", map[string]any{"path": "BookVisit.peak", "value": "5/min", "assumption": true, "because": "two desks # at most"})
	if text := get(t, dir, "plumb.yaml"); !strings.Contains(text, "# peak: assumed, two desks at most") {
		t.Errorf("the assumption is not marked:\n%s", text)
	}
	d := must(t, c, "design", nil)
	first := d.data["assumptions"].([]any)[0].(map[string]any)
	if first["fact"] != "use_cases.BookVisit.peak" || first["by"] != "input" || first["why"] != "two desks at most" {
		t.Errorf("the first assumption is %v", first)
	}
	must(t, c, "answer", map[string]any{"path": "BookVisit.peak", "value": "3/min", "quote": "booked at 3 per minute"})
	text := get(t, dir, "plumb.yaml")
	if strings.Contains(text, "assumed") || strings.Count(text, "# peak:") != 1 {
		t.Errorf("the assumption is still there:\n%s", text)
	}
}

func TestAFactOnALineWithOthersKeepsTheirSources(t *testing.T) {
	dir, c := clinic(t, nil)
	must(t, c, "answer", map[string]any{"path": "BookVisit.peak", "value": "3/min", "quote": "booked at 3 per minute"})
	must(t, c, "answer", map[string]any{"path": "BookVisit.latency", "value": "p95 300ms", "quote": "within 300 ms, 95 % of the time"})
	text := get(t, dir, "plumb.yaml")
	for _, want := range []string{`# peak: "booked at 3 per minute" (brief.md:5)`, `# latency: "within 300 ms, 95 % of the time" (brief.md:5)`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing:\n%s", want, text)
		}
	}
}

func TestThePersonIsAskedWhereTheClientCan(t *testing.T) {
	asked := ""
	say := &sdk.ElicitResult{Action: "accept", Content: map[string]any{"value": "4/min"}}
	dir, c := clinic(t, &sdk.ClientOptions{ElicitationHandler: func(_ context.Context, req *sdk.ElicitRequest) (*sdk.ElicitResult, error) {
		asked = req.Params.Message
		return say, nil
	}})
	r := must(t, c, "answer", map[string]any{"path": "use_cases.BookVisit.peak"})
	if !strings.Contains(asked, "use_cases.BookVisit.peak") {
		t.Errorf("the person was asked %q", asked)
	}
	if text := get(t, dir, "plumb.yaml"); !strings.Contains(text, `# peak: "4/min" (said when asked)`) || r.data["source"] != "said by the person" {
		t.Errorf("what the person said is not marked: %s", r.text)
	}
	say = &sdk.ElicitResult{Action: "decline"}
	mustRefuse(t, c, "no answer", "answer", map[string]any{"path": "AddPet.peak"})
	_, mute := clinic(t, nil)
	mustRefuse(t, mute, "cannot ask the person", "answer", map[string]any{"path": "AddPet.peak"})
}

func TestIntakeHoldsAnInputAgainstItsBrief(t *testing.T) {
	dir := workspace(t, "")
	put(t, dir, "brief.md", "A library lends books. Readers borrow 30 books per minute at noon, and a loan is kept for 2 years.\n")
	c := connect(t, dir, nil)
	good := `system: Library
actors:
  reader: {channels: [web]}
domain:
  Loan:
    retained: 2y  # "a loan is kept for 2 years"
    volume: 500/day  # assumed: thirty a minute for a quarter of an hour
use_cases:
  Borrow:
    by: reader
    creates: Loan
    peak: 30/min  # "borrow 30 books per minute at noon"
`
	for _, bad := range []struct{ why, from, to string }{
		{"is not in brief.md", "30 books per minute", "30 loans per minute"},
		{"says 40/min", "peak: 30/min", "peak: 40/min"},
		{"says 3y", "2y  #", "3y  #"},
		{"says 500/day", "  # assumed: thirty a minute for a quarter of an hour", ""},
	} {
		text := strings.Replace(good, bad.from, bad.to, 1)
		r := must(t, c, "intake", map[string]any{"text": text, "brief": "brief.md", "save_as": "plumb.yaml"})
		if !strings.Contains(r.text, bad.why) || len(r.data["wrote"].([]any)) > 0 || r.data["not_understood"] != 1.0 {
			t.Errorf("%s -> %s: %s", bad.from, bad.to, r.text)
		}
	}
	r := must(t, c, "intake", map[string]any{"text": good, "brief": "brief.md", "save_as": "plumb.yaml"})
	if get(t, dir, "plumb.yaml") != good {
		t.Error("what was kept is another text")
	}
	if n := len(r.data["lines"].([]any)); n != strings.Count(good, "\n") {
		t.Errorf("%d lines are accounted for, of %d", n, strings.Count(good, "\n"))
	}
}

func TestAnInputIsNotKeptWithoutSourcesWhereNoBriefIsNamed(t *testing.T) {
	dir := workspace(t, "")
	c := connect(t, dir, nil)
	text := "system: Library\ndomain:\n  Loan:\n    volume: 500/day\nuse_cases:\n  Borrow: {by: librarian, creates: Loan}\n"
	r := must(t, c, "intake", map[string]any{"text": text, "save_as": "plumb.yaml"})
	if !strings.Contains(r.text, "nothing quoted from brief.md says 500/day") || len(r.data["wrote"].([]any)) > 0 {
		t.Errorf("it was kept: %s", r.text)
	}
	text = strings.Replace(text, "500/day", "500/day  # assumed: as many as in the next town", 1)
	must(t, c, "intake", map[string]any{"text": text, "save_as": "plumb.yaml"})
	if get(t, dir, "plumb.yaml") != text {
		t.Error("an input with its assumption marked was not kept")
	}
}

func TestDecideShowsTheRegretAndKeepsTheReason(t *testing.T) {
	dir, c := clinic(t, nil)
	d := must(t, c, "design", nil)
	var id, over string
	for _, row := range d.data["decisions"].([]any) {
		if r := row.(map[string]any); r["significant"] == true && r["over"] != nil {
			id, over = r["id"].(string), r["over"].(string)
			break
		}
	}
	if id == "" {
		t.Fatal("no significant decision has another option")
	}
	mustRefuse(t, c, "reason", "decide", map[string]any{"decision": id, "choose": over})
	mustRefuse(t, c, "has no option", "decide", map[string]any{"decision": id, "choose": "nothing", "because": "we like it"})
	mustRefuse(t, c, "nothing here is called", "decide", map[string]any{"decision": "D999", "choose": "x", "because": "we like it"})
	before := get(t, dir, "plumb.yaml")
	tried := must(t, c, "decide", map[string]any{"decision": id, "choose": over, "because": `the team's "own" choice: yes`, "try": true})
	if get(t, dir, "plumb.yaml") != before || tried.data["regret"].(float64) <= 0 {
		t.Errorf("a try wrote, or has no regret: %s", tried.text)
	}
	done := must(t, c, "decide", map[string]any{"decision": id, "choose": over, "because": `the team's "own" choice: yes`, "accept": true})
	if done.data["regret"] != tried.data["regret"] || done.data["status"] != "accepted" {
		t.Errorf("decided: %s", done.text)
	}
	if text := get(t, dir, "plumb.yaml"); !strings.Contains(text, `the team's`) || !strings.Contains(text, "pins:") {
		t.Errorf("the pin is not in the input:\n%s", text)
	}
	if !strings.Contains(get(t, dir, "plumb.lock"), "status: accepted") {
		t.Error("the lock does not hold the acceptance")
	}
	if r := must(t, c, "explain", map[string]any{"name": id}); !strings.Contains(r.text, "ccepted") && !strings.Contains(r.text, "Pinned") {
		t.Errorf("the record does not tell of the pin: %s", r.text)
	}
}

const shopBrief = `# Toy shop

Sells toys on the web.

## User stories

- As a customer, I want to place an order, so that I get toys.
- As a customer, I want to list toys.
- As a clerk, I want to ship an order.

## Qualities

- Place order: p99 under 300 ms at peak
- Place order: 350 orders per second at peak
- It must be fast.
`

func TestABriefIsReadLineByLineAndKeptBesideItsInput(t *testing.T) {
	dir := workspace(t, "")
	c := connect(t, dir, nil)
	r := must(t, c, "intake", map[string]any{"text": shopBrief})
	if n := len(r.data["lines"].([]any)); n != strings.Count(shopBrief, "\n") {
		t.Errorf("%d lines are accounted for, of %d", n, strings.Count(shopBrief, "\n"))
	}
	if !strings.Contains(r.text, "Read as") || !strings.Contains(r.text, "350/s") {
		t.Errorf("what it was read as is not shown: %s", r.text)
	}
	if vague := must(t, c, "intake", map[string]any{"text": shopBrief + "- The shop must be fast.\n"}); !strings.Contains(vague.text, "at which percentile? see brief.md:") || !strings.Contains(vague.text, ". Taken: no target is set") {
		t.Errorf("what is vague is not asked with its place: %s", vague.text)
	}
	r = must(t, c, "intake", map[string]any{"text": shopBrief, "save_as": "plumb.yaml"})
	if get(t, dir, "brief.md") != shopBrief || len(r.data["wrote"].([]any)) != 2 {
		t.Fatalf("the brief is not kept: %s", r.text)
	}
	held := must(t, c, "intake", map[string]any{"file": "plumb.yaml", "brief": "brief.md"})
	if held.data["not_understood"] != 0.0 {
		t.Errorf("plumb's own reading does not hold against the brief: %s", held.text)
	}
	must(t, c, "design", nil)
	must(t, c, "answer", map[string]any{"path": "PlaceOrder.latency", "value": "p99 300ms", "quote": "p99 under 300 ms at peak", "replace": true})
	mustRefuse(t, c, "stays as the person wrote it", "answer", map[string]any{"file": "brief.md", "path": "PlaceOrder.peak", "value": "350/s", "quote": "350 orders per second"})
	mustRefuse(t, c, "is there already", "intake", map[string]any{"text": shopBrief + "More.\n", "save_as": "plumb.yaml"})
}
