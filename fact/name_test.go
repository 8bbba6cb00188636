package fact_test

import (
	"testing"

	"plumb.dev/plumb/fact"
)

func TestNamesAreSpelledInEveryHabit(t *testing.T) {
	for _, name := range []string{"PlaceOrder", "place_order", "place-order", "place order", "placeOrder"} {
		for want, got := range map[string]string{
			"placeOrder": fact.Camel(name), "PlaceOrder": fact.Pascal(name), "place-order": fact.Kebab(name),
			"place_order": fact.Snake(name), "place order": fact.Phrase(name),
		} {
			if got != want {
				t.Errorf("%s is spelled %s, want %s", name, got, want)
			}
		}
	}
	if got := fact.Kebab("HTTPServer2Go"); got != "http-server2-go" {
		t.Errorf("capitals in a row: %s", got)
	}
}

func TestPluralsKeepTheHabitOfTheName(t *testing.T) {
	for name, want := range map[string]string{"Order": "Orders", "HandlingActivity": "HandlingActivities", "order_line": "order_lines", "Dish": "Dishes"} {
		if got := fact.Plural(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestWordsAgreeWithTheNumberOne(t *testing.T) {
	for text, want := range map[string]string{
		"shared by 1 contexts": "shared by 1 context", "1 queries and 21 views": "1 query and 21 views",
		"0.1 views": "0.1 views", "11 views": "11 views", "1 ms": "1 ms", "1 process": "1 process", "1 synchronous call": "1 synchronous call", "1 synchronous interactions": "1 synchronous interaction",
	} {
		if got := fact.AgreeInNumber(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
