package diag_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/diag"
)

func at(line, column, endLine, endColumn int) diag.Span {
	return diag.Span{File: "plumb.yaml", Start: diag.Pos{Line: line, Column: column}, End: diag.Pos{Line: endLine, Column: endColumn}}
}

func TestSortedOrdersByPlaceAndDropsRepeats(t *testing.T) {
	var list diag.List
	list.Add(diag.Problem{Code: "b", Span: at(2, 1, 2, 2)})
	list.Add(diag.Problem{Code: "c", Span: at(1, 5, 1, 6), Severity: diag.Warning})
	list.Add(diag.Problem{Code: "a", Span: at(2, 1, 2, 2)})
	list.Add(diag.Problem{Code: "d", Span: at(1, 5, 1, 6)})
	list.Add(diag.Problem{Code: "a", Span: at(2, 1, 2, 2)})
	var got []string
	for _, p := range list.Sorted() {
		got = append(got, string(p.Code))
	}
	if want := []string{"d", "c", "a", "b"}; !slices.Equal(got, want) {
		t.Errorf("sorted as %v, want %v", got, want)
	}
	if list[0].Code != "b" {
		t.Error("Sorted changed the list it was called on")
	}
}

func TestOnlyErrorsStopThePipeline(t *testing.T) {
	list := diag.List{{Severity: diag.Warning}, {Severity: diag.Note}}
	if list.HasErrors() || list.Count(diag.Warning) != 1 {
		t.Error("warnings and notes count as errors")
	}
	list.Add(diag.Problem{})
	if !list.HasErrors() || diag.List(nil).HasErrors() {
		t.Error("an error does not count as one, or nothing does")
	}
}

func TestPlacesCompareAndPrint(t *testing.T) {
	a, b := diag.Pos{Line: 1, Column: 9}, diag.Pos{Line: 2, Column: 1}
	if !a.Before(b) || b.Before(a) || a.Before(a) {
		t.Error("positions are not ordered by line and column")
	}
	if s := at(3, 7, 3, 8).String(); s != "plumb.yaml:3:7" {
		t.Errorf("a span prints as %q", s)
	}
	if s := (diag.Span{}).String(); s != "" || (diag.Span{}).Valid() {
		t.Errorf("no place prints as %q", s)
	}
}

func TestProblemsShowTheirSeverityAsAWord(t *testing.T) {
	b, err := json.Marshal(diag.Problem{Code: "model.x", Severity: diag.Warning, Span: at(1, 2, 1, 3), Message: "m"})
	if err != nil || !strings.Contains(string(b), `"severity":"warning"`) {
		t.Errorf("%s, %v", b, err)
	}
}

func TestRenderQuotesTheLineAndBothPlaces(t *testing.T) {
	source := "system: A\nsystem: B # again\n"
	list := diag.List{{
		Code: "spec.duplicate-key", Span: at(2, 1, 2, 7), Path: "system",
		Message: `the key "system" is written twice`, Label: "here",
		Related: []diag.Related{{Span: at(1, 1, 1, 7), Note: "first written here"}},
		Hint:    "keep one of the two",
	}, {
		Code: "plan.note", Severity: diag.Note, Message: "no place at all",
	}}
	want := `error[spec.duplicate-key]: the key "system" is written twice
  ┌─ plumb.yaml:2:1  system
  │  system: B # again
  │  ^^^^^^ here
  ├─ plumb.yaml:1:1  first written here
  │  system: A
  │  ^^^^^^
  = hint: keep one of the two

note[plan.note]: no place at all
`
	if got := rendered(t, list, source, false); got != want {
		t.Errorf("rendered as\n%s\nwant\n%s", got, want)
	}
	if got := rendered(t, list, source, true); !strings.Contains(got, "\x1b[31;1merror[") || !strings.Contains(got, "\x1b[36mnote[") {
		t.Errorf("no colours in\n%q", got)
	}
}

func rendered(t *testing.T, list diag.List, source string, color bool) string {
	t.Helper()
	var b strings.Builder
	err := diag.Render(&b, list, diag.Style{Color: color, Source: func(string) (string, bool) { return source, true }})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Carets stand under what they mean: wide letters take two cells, combining marks
// none, tabs one.
func TestCaretsStandUnderWideLetters(t *testing.T) {
	got := rendered(t, diag.List{{Code: "x", Span: at(1, 4, 1, 6), Message: "m"}}, "\t注: 文字 a", false)
	if lines := strings.Split(got, "\n"); lines[2] != "  │   注: 文字 a" || lines[3] != "  │      ^^^" {
		t.Errorf("rendered as\n%s", got)
	}
}

// Whatever an input holds and wherever a span points: no panic, no line that
// floods, no control character that reaches the terminal.
func FuzzRender(f *testing.F) {
	f.Add("a: b\nc: d\n", 1, 1, 2, 9)
	f.Add("\x1b[31m\u202e\u2066", 1, 1, 1, 3)
	f.Add(strings.Repeat("x", 10_000), 1, 9_000, 1, 9_010)
	f.Fuzz(func(t *testing.T, source string, line, column, endLine, endColumn int) {
		p := diag.Problem{Code: "x", Span: at(line, column, endLine, endColumn), Message: "m", Label: "l", Related: []diag.Related{{Span: at(endLine, endColumn, line, column), Note: "n"}}}
		got := rendered(t, diag.List{p}, source, false)
		for _, r := range got {
			if r != '\n' && (r < 0x20 || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
				t.Fatalf("%U reaches the terminal", r)
			}
		}
		for l := range strings.SplitSeq(got, "\n") {
			if len([]rune(l)) > 300 {
				t.Errorf("a line of %d letters", len([]rune(l)))
			}
		}
	})
}

func TestNearestFindsWhatWasProbablyMeant(t *testing.T) {
	keys := []string{"latency", "about", "use_cases", "externals"}
	for name, want := range map[string]string{
		"letancy":                "latency",
		"abuot":                  "about",
		"useCases":               "use_cases",
		"use-case":               "use_cases",
		"Externals":              "externals",
		"zzz":                    "",
		"":                       "",
		"about":                  "",
		strings.Repeat("a", 101): "",
	} {
		if got := diag.Nearest(name, keys); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}

func TestEveryCodeHasAPage(t *testing.T) {
	codes := diag.Codes()
	if !slices.IsSorted(codes) || len(codes) == 0 {
		t.Fatalf("the codes are %v", codes)
	}
	for _, code := range codes {
		if page, ok := diag.Page(code); !ok || !strings.HasPrefix(page, "# "+string(code)+"\n") {
			t.Errorf("%s has no page, or one with another heading", code)
		}
	}
	if _, ok := diag.Page("no.such-code"); ok {
		t.Error("an unknown code has a page")
	}
}
