package fact

import (
	"slices"
	"testing"
)

func TestWordsOfEveryHabit(t *testing.T) {
	for name, want := range map[string][]string{
		"PlaceOrder": {"place", "order"}, "place_order": {"place", "order"}, "place-order": {"place", "order"}, "place order": {"place", "order"},
		"HTTPServer": {"http", "server"}, "ShowOwner2": {"show", "owner2"}, "Owner2Pets": {"owner2", "pets"}, "GPS": {"gps"}, "aB": {"a", "b"},
		"__x__y": {"x", "y"}, "": nil, "--": nil, "Übergabe": {"übergabe"}, "TürAuf": {"tür", "auf"},
	} {
		if got := Words(name); !slices.Equal(got, want) {
			t.Errorf("Words(%q) = %q, want %q", name, got, want)
		}
	}
}

// Names of ASCII take a shorter way, which must lead to the same place.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"PlaceOrder", "HTTPServer2Go", "a__B--c D", "X9y", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !plain(name) {
			return
		}
		if short, long := plainWords(nil, name), anyWords(name); !slices.Equal(short, long) {
			t.Errorf("%q: %q the short way, %q the long way", name, short, long)
		}
	})
}
