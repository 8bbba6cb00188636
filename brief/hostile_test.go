package brief

import (
	"strings"
	"testing"
)

// Texts that repeat one thing without end are read to their end, line by line.
func TestRepetitionIsReadToItsEnd(t *testing.T) {
	for _, s := range []string{
		"1 ", "1 s ", "a, ", "As a ", "As a b, I want to ", "| a ", "# a\n", "a -> ", "A -> B\n", "[", "[a", "*", "- a\n",
		"As a b, I want to place an order.\n", "p99 1 s, 99 % ", "when a user signs ", "a-", "a. ", "downtime 1 s ", "2 users ", "place an order 1s\n",
		"p95 p99 1 s ", "24/7/365 ", "four (4) ", "a half of a third ", "one hundred and ", "- A: B, C; owned by d\n", "## Contexts\n- A: B\n", "- a: 5 %, 3 ms\n",
	} {
		text := "# X\n\n## Stories\n\n" + strings.Repeat(s, (1<<15)/len(s))
		r, _ := Read("brief.md", []byte(text))
		if want := strings.Count(strings.TrimSuffix(text, "\n"), "\n") + 1; len(r.Lines) != want {
			t.Errorf("%q: %d lines of %d", s, len(r.Lines), want)
		}
	}
}
