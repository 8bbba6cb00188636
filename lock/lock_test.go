package lock_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/internal/corpus"
	"plumb.dev/plumb/lock"
)

const (
	day1 = "2026-10-20"
	day2 = "2026-11-22"
)

// shop is a system with one of each thing the lock keeps.
func shop() *arch.Arch {
	return &arch.Arch{
		Schemas: []arch.Schema{
			{ID: "Order", Kind: "object", Of: "domain.Order", Fields: fields("id", "buyer", "total")},
			{ID: "OrderStatus", Kind: "enum", Of: "domain.Order", Words: []string{"open", "paid"}},
		},
		Operations: []arch.Operation{
			{ID: "placeOrder", UseCase: "use_cases.PlaceOrder", Verb: "create", RPC: &arch.RPCBinding{}, Input: fields("key")},
			{ID: "getOrder", UseCase: "use_cases.ShowOrder", Verb: "get"},
		},
		Channels: []arch.Channel{{ID: "orders.order.v1", Events: []arch.EventID{"OrderPlaced"}, DeadLetter: "orders.order.v1.dead"}, {ID: "orders.order.v1.dead", Kind: "dead-letter"}},
		Events:   []arch.Event{{ID: "OrderPlaced", Channel: "orders.order.v1", Type: "example.shop.orders.order-placed.v1"}},
		Decisions: []arch.Decision{
			{ID: "Order.paging", Choice: "keyset"},
			{ID: "Order.store", Title: "Store of Order", Choice: "postgres", Significant: true, Options: []arch.Option{{ID: "postgres", Name: "PostgreSQL"}, {ID: "mysql", Name: "MySQL"}}},
		},
	}
}

func fields(names ...string) []arch.Field {
	var out []arch.Field
	for _, n := range names {
		out = append(out, arch.Field{Name: n})
	}
	return out
}

func numbersOf(a *arch.Arch, id arch.SchemaID) map[string]int {
	for _, s := range a.Schemas {
		if s.ID != id {
			continue
		}
		out := map[string]int{}
		for _, f := range s.Fields {
			out[f.Name] = f.Number
		}
		for i, w := range s.Words {
			out[w] = s.Numbers[i]
		}
		return out
	}
	return nil
}

func apply(t *testing.T, a *arch.Arch, l *lock.Lock, date string) (*arch.Arch, *lock.Lock) {
	t.Helper()
	out, next, problems := lock.Apply(a, l, date)
	for _, p := range problems {
		t.Errorf("%s: %s", p.Code, p.Message)
	}
	return out, next
}

func reread(t *testing.T, l *lock.Lock) *lock.Lock {
	t.Helper()
	back, problems := lock.Read(l.Text())
	for _, p := range problems {
		t.Errorf("%s %s: %s\n%s", p.Span, p.Code, p.Message, l.Text())
	}
	return back
}

func TestANewSystemIsNumberedInReadingOrder(t *testing.T) {
	a, l := apply(t, shop(), nil, day1)
	if got := numbersOf(a, "Order"); !reflect.DeepEqual(got, map[string]int{"id": 1, "buyer": 2, "total": 3}) {
		t.Errorf("fields %v", got)
	}
	if got := numbersOf(a, "OrderStatus"); !reflect.DeepEqual(got, map[string]int{"open": 1, "paid": 2}) {
		t.Errorf("words %v", got)
	}
	if a.Operations[0].Input[0].Number != 1 {
		t.Error("the input of an operation with a binary form has no number")
	}
	if store, paging := a.Decisions[1], a.Decisions[0]; store.Number != 1 || paging.Number != 2 || store.Status != "proposed" || store.Date != day1 || paging.Status != "" {
		t.Errorf("decisions %+v", a.Decisions)
	}
	want := `format: plumb.lock/1
next_record: 3

decisions:
  Order.paging: {number: 2, choice: keyset}
  Order.store:
    number: 1
    title: Store of Order
    choice: postgres
    name: PostgreSQL
    status: proposed
    date: 2026-10-20

schemas:
  Order:
    numbers:
      id: 1
      buyer: 2
      total: 3
  OrderStatus:
    numbers:
      open: 1
      paid: 2

operations:
  getOrder: {use_case: use_cases.ShowOrder, verb: get}
  placeOrder:
    use_case: use_cases.PlaceOrder
    verb: create
    numbers:
      key: 1

channels:
  - orders.order.v1
  - orders.order.v1.dead

events:
  OrderPlaced: {type: example.shop.orders.order-placed.v1, channel: orders.order.v1}
`
	if got := string(l.Text()); !strings.HasSuffix(got, want) {
		t.Errorf("the lock is\n%s", got)
	}
}

func TestTheSameSystemLeavesTheLockAsItIs(t *testing.T) {
	for name, a := range map[string]*arch.Arch{"shop": shop(), "harbour": archtest.Harbour()} {
		_, l := apply(t, a, nil, day1)
		again, next := apply(t, a, reread(t, l), day2)
		if !bytes.Equal(next.Text(), l.Text()) {
			t.Errorf("%s: the lock moved:\n%s", name, next.Text())
		}
		if d := again.Decisions[0]; d.Date == day2 {
			t.Errorf("%s: a decision that did not change has a new date", name)
		}
	}
}

func TestApplyChangesNeitherArgument(t *testing.T) {
	a := archtest.Harbour()
	_, l := apply(t, shop(), nil, day1)
	before, text := mustJSON(t, a), l.Text()
	lock.Apply(a, l, day2)
	if !bytes.Equal(before, mustJSON(t, a)) || !bytes.Equal(text, l.Text()) {
		t.Error("an argument was changed")
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestNumbersOfWhatIsGoneAreRetired(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	a := shop()
	a.Schemas[0].Fields = fields("id", "total", "note")
	a.Schemas[1].Words = []string{"paid", "lost"}
	out, l := apply(t, a, reread(t, l), day2)
	if got := numbersOf(out, "Order"); !reflect.DeepEqual(got, map[string]int{"id": 1, "total": 3, "note": 4}) {
		t.Errorf("fields %v", got)
	}
	if got := out.Schemas[0].Retired; !slices.Equal(got, []arch.Retired{{Name: "buyer", Number: 2}}) {
		t.Errorf("retired %v", got)
	}
	if got := out.Schemas[1]; !slices.Equal(got.Numbers, []int{2, 3}) || !slices.Equal(got.Retired, []arch.Retired{{Name: "open", Number: 1}}) {
		t.Errorf("words %v, retired %v", got.Numbers, got.Retired)
	}
	a.Schemas[0].Fields = fields("id", "total", "note", "buyer")
	out, _ = apply(t, a, reread(t, l), day2)
	if got := numbersOf(out, "Order")["buyer"]; got != 5 {
		t.Errorf("a name that came back has the number %d", got)
	}
	if got := out.Schemas[0].Retired; !slices.Equal(got, []arch.Retired{{Name: "", Number: 2}}) {
		t.Errorf("a name in use is retired: %v", got)
	}
}

func TestASchemaThatComesBackHasItsNumbers(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	_, l = apply(t, &arch.Arch{}, reread(t, l), day1)
	a := shop()
	slices.Reverse(a.Schemas[0].Fields)
	out, _ := apply(t, a, reread(t, l), day2)
	if got := numbersOf(out, "Order"); !reflect.DeepEqual(got, map[string]int{"id": 1, "buyer": 2, "total": 3}) {
		t.Errorf("fields %v", got)
	}
}

func TestARenamedElementKeepsItsNumbersAndIDs(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	a := shop()
	a.Renamed = []arch.Rename{{From: "domain.Order", To: "domain.Purchase"}, {From: "use_cases.PlaceOrder", To: "use_cases.Buy"}}
	a.Schemas[0] = arch.Schema{ID: "Purchase", Was: "Order", Kind: "object", Of: "domain.Purchase", Fields: []arch.Field{{Name: "total"}, {Name: "consumer", Was: "buyer"}, {Name: "id"}}}
	a.Schemas[1].ID, a.Schemas[1].Of = "PurchaseStatus", "domain.Purchase"
	a.Operations[0].ID, a.Operations[0].UseCase = "buy", "use_cases.Buy"
	a.APIs = []arch.API{{ID: "rest", Operations: []arch.OperationID{"buy", "getOrder"}}}
	a.Channels[0].ID, a.Channels[0].Was, a.Channels[0].Events[0] = "orders.purchase.v1", "orders.order.v1", "Purchased"
	a.Channels[0].DeadLetter, a.Channels[1].ID = "orders.purchase.v1.dead", "orders.purchase.v1.dead"
	a.Events[0] = arch.Event{ID: "Purchased", Was: "OrderPlaced", Channel: "orders.purchase.v1", Type: "example.shop.orders.purchased.v1"}
	a.Decisions[0].ID, a.Decisions[1].ID = "Purchase.paging", "Purchase.store"

	out, l2 := apply(t, a, reread(t, l), day2)
	if got := numbersOf(out, "Purchase"); !reflect.DeepEqual(got, map[string]int{"id": 1, "consumer": 2, "total": 3}) {
		t.Errorf("fields %v", got)
	}
	if got := numbersOf(out, "PurchaseStatus"); !reflect.DeepEqual(got, map[string]int{"open": 1, "paid": 2}) {
		t.Errorf("words %v", got)
	}
	if out.Operations[0].ID != "placeOrder" || out.APIs[0].Operations[0] != "placeOrder" {
		t.Errorf("operation %s, in the API %s", out.Operations[0].ID, out.APIs[0].Operations[0])
	}
	if out.Channels[0].ID != "orders.order.v1" || out.Events[0].Channel != "orders.order.v1" || out.Channels[1].ID != "orders.order.v1.dead" {
		t.Errorf("channels %+v", out.Channels)
	}
	if out.Events[0].Type != "example.shop.orders.order-placed.v1" {
		t.Errorf("type %s", out.Events[0].Type)
	}
	if out.Decisions[0].Number != 2 || out.Decisions[1].Number != 1 || out.Decisions[1].Date != day1 {
		t.Errorf("decisions %+v", out.Decisions)
	}
	if again, _ := apply(t, a, reread(t, l2), day2); !bytes.Equal(mustJSON(t, again), mustJSON(t, out)) {
		t.Error("the rename holds for one run only")
	}
	a.Renamed, a.Schemas[0].Was, a.Schemas[0].Fields[1].Was, a.Events[0].Was, a.Channels[0].Was = nil, "", "", "", ""
	if again, _ := apply(t, a, reread(t, l2), day2); numbersOf(again, "Purchase")["consumer"] != 2 || again.Channels[0].ID != "orders.order.v1" || again.Operations[0].ID != "placeOrder" {
		t.Error("the numbers are lost when the former name is taken out of the input")
	}
}

func TestEventsThatMoveToAnotherContextStayOnTheirChannel(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	a := shop()
	a.Channels[0].ID, a.Channels[0].DeadLetter, a.Channels[1].ID = "sales.order.v1", "sales.order.v1.dead", "sales.order.v1.dead"
	a.Events[0].Channel, a.Events[0].Type = "sales.order.v1", "example.shop.sales.order-placed.v1"
	out, _ := apply(t, a, reread(t, l), day2)
	if out.Channels[0].ID != "orders.order.v1" || out.Events[0].Type != "example.shop.orders.order-placed.v1" {
		t.Errorf("%+v %+v", out.Channels, out.Events)
	}
	a.Channels[0].ID, a.Events[0].Channel, a.Events[0].Type = "sales.order.v2", "sales.order.v2", "example.shop.sales.order-placed.v2"
	out, _ = apply(t, a, reread(t, l), day2)
	if out.Channels[0].ID != "sales.order.v2" || out.Events[0].Type != "example.shop.sales.order-placed.v2" {
		t.Errorf("a new major version is held back: %+v %+v", out.Channels, out.Events)
	}
}

// Wherever the vocabulary holds an id, it is replaced.
func TestAReplacedIDStandsNowhereAnyMore(t *testing.T) {
	a := archtest.Harbour()
	_, l := apply(t, a, nil, day1)
	text := string(mustJSON(t, a))
	text = strings.NewReplacer(`"placeOrder"`, `"renamedOperation"`, `"ordering.order.v1"`, `"renamed.channel.v1"`,
		`"use_cases.PlaceOrder"`, `"use_cases.Renamed"`).Replace(text)
	var b arch.Arch
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	b.Renamed = []arch.Rename{{From: "use_cases.PlaceOrder", To: "use_cases.Renamed"}}
	out, _, _ := lock.Apply(&b, l, day2)
	got := string(mustJSON(t, out))
	for _, gone := range []string{`"renamedOperation"`, `"renamed.channel.v1"`} {
		if i := strings.Index(got, gone); i >= 0 {
			t.Errorf("%s still stands in %s", gone, got[max(0, i-80):i+60])
		}
	}
}

func TestAnAcceptedDecisionIsSupersededNotRewritten(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	text := strings.Replace(string(l.Text()), "status: proposed", "status: accepted", 1)
	l, problems := lock.Read([]byte(text))
	if problems != nil {
		t.Fatal(problems)
	}
	a := shop()
	a.Decisions[1].Choice = "mysql"
	out, next, problems := lock.Apply(a, l, day2)
	if len(problems) != 1 || problems[0].Code != "lock.accepted-changed" || problems[0].Severity != diag.Warning || problems[0].Span.Start.Line == 0 {
		t.Errorf("problems %+v", problems)
	}
	if d := out.Decisions[1]; d.Number != 3 || d.Status != "proposed" || d.Date != day2 {
		t.Errorf("the new record %+v", d)
	}
	want := arch.Former{ID: "Order.store", Number: 1, Title: "Store of Order", Choice: "PostgreSQL", Date: day1, By: 3}
	if len(out.Former) != 1 || !reflect.DeepEqual(out.Former[0], want) {
		t.Errorf("former %+v", out.Former)
	}
	out, _ = apply(t, a, reread(t, next), day2)
	if len(out.Former) != 1 || !reflect.DeepEqual(out.Former[0], want) {
		t.Errorf("forgotten in the next run: %+v", out.Former)
	}
}

func TestTheRecordThatSupersedesNamesTheFactThatChanged(t *testing.T) {
	with := func(peak float64, choice arch.OptionID) *arch.Arch {
		a := shop()
		rate := func(n float64) fact.Quantity { return fact.Quantity{Kind: fact.Rate, N: n} }
		a.Facts = []fact.Fact{
			{ID: "load.PlaceOrder", Value: rate(peak / 10), Origin: fact.Derived, Inputs: []fact.ID{"use_cases.PlaceOrder.peak"}},
			{ID: "use_cases.PlaceOrder.average", Value: rate(3), Origin: fact.Stated},
			{ID: "use_cases.PlaceOrder.peak", Value: rate(peak), Origin: fact.Stated},
		}
		a.Decisions[1].Facts, a.Decisions[1].Choice = []arch.Path{"load.PlaceOrder", "use_cases.PlaceOrder.average"}, choice
		return a
	}
	_, l := apply(t, with(350, "postgres"), nil, day1)
	l, _ = lock.Read([]byte(strings.Replace(string(l.Text()), "status: proposed", "status: accepted", 1)))
	out, next, problems := lock.Apply(with(3500, "mysql"), l, day2)
	want := []arch.FactChange{{Fact: "use_cases.PlaceOrder.peak", From: "350/s", To: "3500/s"}}
	if len(out.Former) != 1 || !reflect.DeepEqual(out.Former[0].Since, want) {
		t.Errorf("former %+v", out.Former)
	}
	if said := "MySQL comes out, since use_cases.PlaceOrder.peak went from 350/s to 3500/s: D3"; len(problems) != 1 || !strings.Contains(problems[0].Message, said) {
		t.Errorf("%+v does not say %q", problems, said)
	}
	if out, _ = apply(t, with(3500, "mysql"), reread(t, next), day2); len(out.Former) != 1 || !reflect.DeepEqual(out.Former[0].Since, want) {
		t.Errorf("forgotten in the next run: %+v", out.Former)
	}
}

func TestAProposedDecisionMayChangeUnderItsNumber(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	a := shop()
	a.Decisions[1].Choice = "mysql"
	out, _ := apply(t, a, reread(t, l), day2)
	if d := out.Decisions[1]; d.Number != 1 || d.Date != day2 || out.Former != nil {
		t.Errorf("%+v, former %+v", d, out.Former)
	}
}

func TestAnAcceptedRecordDoesNotGoAwaySilently(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	l, _ = lock.Read([]byte(strings.Replace(string(l.Text()), "status: proposed", "status: accepted", 1)))
	a := shop()
	a.Decisions[1].Significant = false
	if out, _ := apply(t, a, l, day2); !out.Decisions[1].Significant || out.Decisions[1].Status != "accepted" {
		t.Errorf("no record any more: %+v", out.Decisions[1])
	}
	a.Decisions = a.Decisions[:1]
	out, _ := apply(t, a, l, day2)
	if len(out.Former) != 1 || out.Former[0].By != 0 || out.Former[0].Number != 1 {
		t.Errorf("former %+v", out.Former)
	}
}

func TestRecordNumbersAreNeverGivenTwice(t *testing.T) {
	_, l := apply(t, shop(), nil, day1)
	a := shop()
	a.Decisions = a.Decisions[1:]
	_, l = apply(t, a, reread(t, l), day1)
	a.Decisions = append(a.Decisions, arch.Decision{ID: "Order.cache", Choice: "none"})
	out, _ := apply(t, a, reread(t, l), day2)
	if n := out.Decisions[1].Number; n != 3 {
		t.Errorf("the new decision has the number %d, which was another's or is far off", n)
	}
}

func TestOrderOfElementsChangesNoNumber(t *testing.T) {
	_, first := apply(t, archtest.Harbour(), nil, day1)
	a := archtest.Harbour()
	slices.Reverse(a.Schemas)
	slices.Reverse(a.Operations)
	slices.Reverse(a.Events)
	slices.Reverse(a.Channels)
	if _, l := apply(t, a, nil, day1); !bytes.Equal(l.Text(), first.Text()) {
		t.Error("a new lock depends on the order of elements")
	}
	for i := range a.Schemas {
		slices.Reverse(a.Schemas[i].Fields)
		slices.Reverse(a.Schemas[i].Words)
	}
	slices.Reverse(a.Decisions)
	if _, l := apply(t, a, reread(t, first), day1); !bytes.Equal(l.Text(), first.Text()) {
		t.Error("a lock that is there depends on the order of fields or decisions")
	}
}

func TestEachCodesPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "lock.", func(_ string, text []byte) diag.List {
		l, problems := lock.Read(text)
		if l == nil {
			return problems
		}
		_, _, more := lock.Apply(shop(), l, day2)
		return append(problems, more...)
	})
}
