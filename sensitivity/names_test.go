package sensitivity

import (
	"strings"
	"testing"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

func TestWishesAreReadAsAnInputIs(t *testing.T) {
	p := example(t, "harbour")
	for _, c := range []struct {
		word string
		id   fact.ID
		want float64
	}{
		{"use_cases.PlaceOrder.peak=700/s", "use_cases.PlaceOrder.peak", 700},
		{"placeorder.peak=2x", "use_cases.PlaceOrder.peak", 700},
		{"PlaceOrder.peak=-50%", "use_cases.PlaceOrder.peak", 175},
		{"PlaceOrder.latency=p99:200ms", "use_cases.PlaceOrder.latency.p99", 0.2},
		{"PlaceOrder.latency=200ms", "use_cases.PlaceOrder.latency.p99", 0.2},
		{"PlaceOrder.latency=0.5x", "use_cases.PlaceOrder.latency.p99", 0.4},
		{"budget=40k USD/month", "context.budget", 40e3},
		{"Order.volume=600k/day", "domain.Order.volume", 600e3 / 86400},
		{"card_processor.idempotent=no", "externals.card_processor.idempotent", 0},
		{"kafka.failover-time=1min", "catalog.kafka.failover-time", 60},
		{"ordering.people=3", "context.teams.ordering.people", 3},
	} {
		w, err := p.Wish([]string{c.word})
		if err != nil {
			t.Errorf("%s: %v", c.word, err)
			continue
		}
		if q, ok := w.Facts[c.id]; !ok || q.N < c.want*0.999 || q.N > c.want*1.001 {
			t.Errorf("%s: %v", c.word, w.Facts)
		}
	}
}

func TestAMultipleReachesEveryStatedFactOfTheName(t *testing.T) {
	p := example(t, "harbour")
	w, err := p.Wish([]string{"peak=3x"})
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Facts) < 5 {
		t.Errorf("only %d peaks", len(w.Facts))
	}
	for id, q := range w.Facts {
		if f, _ := p.fact(id); f.Origin != fact.Stated || q.N != 3*f.Value.N {
			t.Errorf("%s: %v from %v (%v)", id, q, f.Value, f.Origin)
		}
	}
}

func TestWishesThatMeanNothingSayWhatIsNear(t *testing.T) {
	p := example(t, "harbour")
	for word, want := range map[string]string{
		"PlaceOrdr.peak=3x":            "PlaceOrder.peak",
		"brokr=rabbitmq":               "broker",
		"broker=rabitmq":               "rabbitmq",
		"peak=3":                       "facts",
		"PlaceOrder.peak=fast":         "no rate",
		"PlaceOrder.available=120%":    "outside",
		"ordering.people=0":            "cannot be",
		"PlaceOrder.consistency=maybe": "none of",
		"peak":                         "NAME=VALUE",
		"budget=40k EUR/month":         "not in USD",
		"PlaceOrder.latency=soon":      "percentile",
		"consistency=3x":               "multiply",
	} {
		if _, err := p.Wish([]string{word}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", word, err, want)
		}
	}
}

func TestSeveralWishesAreOneChange(t *testing.T) {
	p := example(t, "harbour")
	w, err := p.Wish([]string{"peak=1.5x", "PlaceOrder.latency=p99:500ms", "broker=rabbitmq", "delivery=none"})
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Pins) != 1 || w.Pins[0].Choose != "rabbitmq" || len(w.Without) != 1 || w.Without[0] != "delivery" {
		t.Errorf("%+v", w)
	}
	plan, problems := p.Full(w.Change)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	if plan.Choice("broker") != "rabbitmq" || plan.Decision("broker").Pinned == nil {
		t.Errorf("the broker is %s", plan.Choice("broker"))
	}
}

func TestATeamTakenAwayLeavesItsWorkToOthers(t *testing.T) {
	p := example(t, "harbour")
	for _, team := range p.base.Model.Context.Teams {
		doc := Without(document(t, "harbour"), team.Name)
		m, problems := model.Check(doc, nil)
		if problems.HasErrors() {
			t.Fatalf("without %s: %v", team.Name, problems)
		}
		if len(m.Context.Teams) != len(p.base.Model.Context.Teams)-1 {
			t.Errorf("%d teams without %s", len(m.Context.Teams), team.Name)
		}
		for _, a := range m.Aggregates {
			if a.Owner == nil || a.Owner.Name == team.Name {
				t.Errorf("%s is owned by %v", a.Name, a.Owner)
			}
		}
	}
}

func document(t *testing.T, name string) *spec.Doc {
	t.Helper()
	doc, _ := spec.Parse("plumb.yaml", text(t, name))
	return doc
}
