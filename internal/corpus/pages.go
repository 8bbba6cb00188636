package corpus

import (
	"strconv"
	"strings"
	"testing"

	"plumb.dev/plumb/diag"
)

// Pages runs the two inputs of every code's page whose code starts with prefix: the
// one fenced as "yaml fails" must cause the code and nothing else, the one fenced
// as "yaml repaired" no error at all; briefs are fenced as markdown. A fence with the
// word "escaped" holds the escapes of a Go string, for what cannot stand in a page.
func Pages(t *testing.T, prefix string, stage Stage) {
	t.Helper()
	found := false
	for _, code := range diag.Codes() {
		if !strings.HasPrefix(string(code), prefix) {
			continue
		}
		found = true
		t.Run(string(code), func(t *testing.T) { page(t, code, stage) })
	}
	if !found {
		t.Errorf("no code starts with %q", prefix)
	}
}

func page(t *testing.T, code diag.Code, stage Stage) {
	text, _ := diag.Page(code)
	if !strings.HasPrefix(text, "# "+string(code)+"\n\n") {
		t.Errorf("the page does not start with its code as the heading")
	}
	fails, ok := fence(text, "fails")
	if !ok {
		t.Fatal("the page has no input fenced as: yaml fails")
	}
	found := false
	for _, p := range stage("plumb.yaml", []byte(fails)) {
		if p.Code == code {
			found = true
		} else if p.Severity == diag.Error {
			t.Errorf("the failing input also has %s: %s", p.Code, p.Message)
		}
	}
	if !found {
		t.Errorf("the failing input does not cause the code")
	}
	repaired, ok := fence(text, "repaired")
	if !ok {
		t.Fatal("the page has no input fenced as: yaml repaired")
	}
	for _, p := range stage("plumb.yaml", []byte(repaired)) {
		if p.Severity == diag.Error || p.Code == code {
			t.Errorf("the repaired input has %s: %s", p.Code, p.Message)
		}
	}
}

// fence returns the content of the first fence of the page with the word.
func fence(page, word string) (string, bool) {
	_, rest, ok := strings.Cut(page, "```yaml "+word)
	if !ok {
		_, rest, ok = strings.Cut(page, "```markdown "+word)
	}
	if !ok {
		return "", false
	}
	info, body, ok := strings.Cut(rest, "\n")
	if !ok {
		return "", false
	}
	body, _, ok = strings.Cut(body, "\n```")
	if strings.Contains(info, "escaped") {
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(body, "\n", `\n`) + `"`)
		return text, ok && err == nil
	}
	return body + "\n", ok
}
