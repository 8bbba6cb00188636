package catalog

import "testing"

func TestShippedDataHasNoProblems(t *testing.T) {
	_, problems := readBuiltin()
	for _, p := range problems {
		t.Errorf("%s: %s: %s (%s)", p.Span, p.Path, p.Message, p.Hint)
	}
}
