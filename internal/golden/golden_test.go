package golden

import "testing"

func TestFirstDifferenceIsTheLineToLookAt(t *testing.T) {
	for _, c := range []struct {
		want, got string
		line      int
	}{{"a\nb\n", "a\nb\n", 0}, {"a\nb\n", "a\nc\n", 2}, {"a\n", "a\nb\n", 2}, {"a\nb\n", "a\n", 2}, {"", "", 0}, {"a", "a\n", 2}} {
		if line, was, is := firstDifference([]byte(c.want), []byte(c.got)); line != c.line {
			t.Errorf("%q and %q differ at line %d (%q, %q), not %d", c.want, c.got, line, was, is, c.line)
		}
	}
}
