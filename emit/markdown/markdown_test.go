package markdown_test

import (
	"testing"

	"plumb.dev/plumb/emit/markdown"
)

func TestTextStaysOneLineOfPlainWords(t *testing.T) {
	for in, want := range map[string]string{
		"a | b":             `a \| b`,
		"two\n\nlines":      "two lines",
		"# no heading":      `\# no heading`,
		"- no item":         `\- no item`,
		"<b>bold</b> & co":  "&lt;b>bold&lt;/b> &amp; co",
		"**loud** `x` [y]":  "\\*\\*loud\\*\\* \\`x\\` \\[y\\]",
		"snake_case stays":  "snake_case stays",
		"_not_ in italics":  `\_not\_ in italics`,
		`back\slash`:        `back\\slash`,
		"bell\a and rest":   "bell and rest",
		"":                  "",
		"p99 800ms, 99.95%": "p99 800ms, 99.95%",
	} {
		if got := markdown.Text(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestCodeHoldsAnyName(t *testing.T) {
	for in, want := range map[string]string{"orders:read": "`orders:read`", "a|b": "`a\\|b`", "a`b": "`a'b`", "": ""} {
		if got := markdown.Code(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestLinkLeadsOnlyIntoTheDesign(t *testing.T) {
	for in, want := range map[string]string{
		"contracts/a b.yaml": `[x](contracts/a%20b.yaml)`,
		"javascript:go(1)":   `[x](javascript%3Ago%281%29)`,
		"":                   "",
	} {
		if got := markdown.Link("x", in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestTidyTakesAwayWhatIsEmpty(t *testing.T) {
	in := `# Title


## Part

### Empty

| A | B |
|---|---|

### Full

| A | B | C |
|---|---|---|
| 1 |  | x \| y |
| 2 |  |  |
### Nothing

## Next

` + "```mermaid\n### not a heading\n\n| not | a table |\n```\n"
	want := `# Title

## Part

### Full

| A | C |
|---|---|
| 1 | x \| y |
| 2 |  |

## Next

` + "```mermaid\n### not a heading\n\n| not | a table |\n```\n"
	got := markdown.Tidy(in)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if again := markdown.Tidy(got); again != got {
		t.Errorf("tidying twice gives\n%s", again)
	}
}

func TestTidySaysOnceWhatIsTheSameInEveryRow(t *testing.T) {
	in := "| Consumer | Of | Tries |\n|---|---|---|\n| a | x | 8 |\n| b | y | 8 |\n| c | x | 8 |\n| d | y | 8 |\n"
	want := "| Consumer (all: Tries 8) | Of |\n|---|---|\n| a | x |\n| b | y |\n| c | x |\n| d | y |\n"
	if got := markdown.Tidy(in); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	few := "| Consumer | Of | Tries |\n|---|---|---|\n| a | x | 8 |\n| b | y | 8 |\n"
	if got := markdown.Tidy(few); got != few {
		t.Errorf("a small table became\n%s", got)
	}
}
