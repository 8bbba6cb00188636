package document_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/document"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/internal/judge"
)

func files(t *testing.T, a *arch.Arch) []emit.File {
	t.Helper()
	out, err := document.Files(a)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func design(t *testing.T, a *arch.Arch) string { t.Helper(); return file(t, a, "DESIGN.md") }
func proof(t *testing.T, a *arch.Arch) string  { t.Helper(); return file(t, a, "PROOF.md") }

func file(t *testing.T, a *arch.Arch, name string) string {
	t.Helper()
	for _, f := range files(t, a) {
		if f.Path == name {
			return string(f.Data)
		}
	}
	t.Fatal("no " + name)
	return ""
}

// clinic is about the smallest system there is.
func clinic() *arch.Arch {
	text := func(s string) arch.Sentence { return arch.Say("%s", s) }
	return &arch.Arch{
		System:      arch.System{Name: "Clinic", Summary: "One deployable and one database for 2 visits a minute.", Platform: "containers"},
		Actors:      []arch.Actor{{ID: "vet", APIs: []arch.APIID{"clinic-rest"}, SignIn: arch.SignIn{Flow: "authorization-code-pkce", Why: "Vets share the room's computer."}}},
		Contexts:    []arch.Context{{ID: "clinic", Responsibility: "Keeps visits and pets.", Aggregates: []arch.Path{"domain.Visit"}, Deployable: "clinic", Store: "clinic-db"}},
		Deployables: []arch.Deployable{{ID: "clinic", About: "All of it.", Contexts: []arch.ContextID{"clinic"}, Roles: []arch.Process{{Name: "serve", Replicas: count(2)}}}},
		Stores:      []arch.Store{{ID: "clinic-db", Technology: "postgres", Deployable: "clinic"}},
		APIs:        []arch.API{{ID: "clinic-rest", Style: "rest", Deployable: "clinic", Audience: []arch.ActorID{"vet"}, File: "contracts/clinic/openapi.yaml"}},
		Operations: []arch.Operation{{ID: "bookVisit", UseCase: "use_cases.BookVisit", Auth: arch.Authorisation{Actors: []arch.ActorID{"vet"}, Object: "any"},
			REST: &arch.RESTBinding{Method: "POST", Path: "/visits", Success: 201}}},
		Decisions: []arch.Decision{
			{ID: "deployables", Number: 1, Question: "deployables", Title: "One deployable", Choice: "one", RunnerUp: "two", Significant: true, Margin: 0.4,
				Options: []arch.Option{{ID: "one", Name: "one deployable"}, {ID: "two", Name: "two deployables"}}, Because: text("three people keep one thing running"), Confirmation: text("the import rules hold")},
			{ID: "broker", Number: 2, Question: "broker", Choice: "none", NotNeeded: true, Because: text("nobody waits for the two effects outside a transaction"), Until: text("20 effects/s")},
		},
	}
}

func count(n float64) arch.Value {
	return arch.Value{Quantity: fact.Quantity{Kind: fact.Count, N: n}, Fact: "f"}
}

func headings(markdown, level string) []string {
	var out []string
	for line := range strings.Lines(outsideFences(markdown)) {
		if after, ok := strings.CutPrefix(line, level+" "); ok {
			out = append(out, strings.TrimSpace(after))
		}
	}
	return out
}

func outsideCode(markdown string) string {
	return regexp.MustCompile("`[^`\n]*`").ReplaceAllString(outsideFences(markdown), "")
}

var fence = regexp.MustCompile("(?s)```.*?```")

func outsideFences(markdown string) string { return fence.ReplaceAllString(markdown, "") }

var parts = []string{"Summary", "Service Boundaries", "API Design", "Resilience & Observability", "Recommendations", "Follow-up"}

func TestTheDocumentHasExactlyItsParts(t *testing.T) {
	for name, a := range map[string]*arch.Arch{"harbour": archtest.Harbour(), "clinic": clinic(), "nothing": {}} {
		if got := headings(design(t, a), "##"); !slices.Equal(got, parts) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestEveryElementIsNamed(t *testing.T) {
	a := archtest.Harbour()
	text := design(t, a)
	name := func(kind string, id any) {
		if !strings.Contains(text, fmt.Sprint(id)) {
			t.Errorf("the document does not name the %s %s", kind, id)
		}
	}
	for _, x := range a.Actors {
		name("actor", x.ID)
	}
	for _, x := range a.Externals {
		name("external", x.ID)
	}
	for _, x := range a.Contexts {
		name("context", x.ID)
		for _, p := range x.Aggregates {
			name("aggregate", arch.Short(p))
		}
	}
	for _, x := range a.Stores {
		name("store", x.ID)
	}
	for _, x := range a.Channels {
		if x.Kind != "dead-letter" { // named after the channel they are of
			name("channel", x.ID)
		}
	}
	for _, x := range a.Events {
		name("event", x.ID)
	}
	for _, x := range a.Operations {
		name("use case", arch.Short(x.UseCase))
		if fact.Camel(arch.Short(x.UseCase)) != string(x.ID) {
			name("operation", x.ID)
		}
	}
	for _, x := range a.Flows {
		name("use case", arch.Short(x.UseCase))
	}
	for _, x := range a.Alerts {
		name("objective with an alert", x.Objective)
	}
	for _, x := range a.Decisions {
		if !slices.ContainsFunc(a.NotBuilt, func(n arch.NotBuilt) bool { return n.Decision == x.ID }) {
			name("question", x.Question)
		}
	}
	for _, x := range a.Security.Roles {
		name("role", x.ID)
	}
}

func TestEveryTableIsWhole(t *testing.T) {
	for name, a := range map[string]*arch.Arch{"harbour": archtest.Harbour(), "clinic": clinic()} {
		wholeTables(t, name, design(t, a))
		wholeTables(t, name, proof(t, a))
	}
}

// What the design names in a word the proof says in full.
func TestTheProofSaysHowEachPromiseIsKept(t *testing.T) {
	a := archtest.Harbour()
	text := proof(t, a)
	for _, g := range a.Guarantees {
		for _, part := range []string{g.Promise, g.Mechanism, g.Test, g.Alert, g.WorkItem} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: the proof does not say %q", g.Of, part)
			}
		}
	}
	for _, f := range a.Failures {
		if !strings.Contains(text, f.Does) {
			t.Errorf("the proof does not say what is done when %s", f.What)
		}
	}
	for _, x := range a.Alerts {
		if !strings.Contains(text, x.When) {
			t.Errorf("the proof does not say when %s fires", x.ID)
		}
	}
	for _, c := range a.Capacity {
		if !strings.Contains(text, c.Sum) {
			t.Errorf("the proof does not show the sum of %s", c.Name)
		}
	}
}

// What was explored stands in a line for each saga, what was added with what happens
// without it, and each run that was found is linked.
func TestTheDocumentSaysWhatWasExplored(t *testing.T) {
	a := archtest.Harbour()
	text := design(t, a)
	for _, part := range []string{
		"holds in all 5120 states", "| late undo | A hold that comes too late is released. | the amount is held for an order that is cancelled | saga/PlaceOrder |",
		"broken: 2 are given away of 1", "(diagrams/without-late-undo.md)", "(diagrams/broken-contention-dish-stock.md)",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the document does not say %q", part)
		}
	}
	run := file(t, a, "diagrams/without-late-undo.md")
	for _, part := range []string{"ordering->>card_processor: hold the amount", "Note over ordering: ✗ time is over", "card_processor->>ordering: held"} {
		if !strings.Contains(run, part) {
			t.Errorf("the run does not show %q in\n%s", part, run)
		}
	}
	if !strings.Contains(proof(t, a), "late undo: A hold that comes too late is released.") {
		t.Error("the proof does not say how late undo is done")
	}
}

// wholeTables demands that each row has the cells of its heading, and that no row
// or column is empty.
func wholeTables(t *testing.T, name, markdown string) {
	t.Helper()
	width, row := 0, 0
	for line := range strings.Lines(outsideFences(markdown)) {
		if !strings.HasPrefix(line, "|") {
			width, row = 0, 0
			continue
		}
		bars := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(strings.ReplaceAll(line, `\\`, ""), -1))
		if row++; row == 1 {
			width = bars
		}
		if bars != width {
			t.Errorf("%s: %d bars instead of %d: %s", name, bars, width, line)
		}
		if row > 2 && strings.Trim(line, "| \n") == "" {
			t.Errorf("%s: an empty row", name)
		}
	}
}

func TestTextsOfTheInputCannotBreakTheDocument(t *testing.T) {
	for _, hostile := range []string{
		"a | b", "two\nlines", "\n## Evil\n", "# Evil", "```mermaid", "`", "<script>alert(1)</script>", "**x", "[x](javascript:alert(1))", `\`, `\|`, "%s %d", "1. one", "- x", "<!--", "---", "|---|",
	} {
		a := archtest.Harbour()
		n := 0
		replaceStrings(reflect.ValueOf(a).Elem(), func(old string) string {
			n++
			return hostile + fmt.Sprint(n%97)
		})
		text := design(t, a)
		if got := headings(text, "##"); !slices.Equal(got, parts) {
			t.Errorf("%q: parts %q", hostile, got)
		}
		wholeTables(t, hostile, text)
		if bad := regexp.MustCompile(`<script|<!--|[^\\]\]\(javascript:`).FindString(outsideCode(text)); bad != "" {
			t.Errorf("%q: %s gets through", hostile, bad)
		}
		if strings.Count(text, "```")%2 != 0 {
			t.Errorf("%q: a fence is left open", hostile)
		}
	}
}

// replaceStrings sets every text in a value, however deep.
func replaceStrings(v reflect.Value, by func(string) string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && v.String() != "" {
			v.SetString(by(v.String()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			replaceStrings(v.Field(i), by)
		}
	case reflect.Slice:
		for i := range v.Len() {
			replaceStrings(v.Index(i), by)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			replaceStrings(v.Elem(), by)
		}
	}
}

func TestLinksLeadToFilesOfTheDesign(t *testing.T) {
	a := archtest.Harbour()
	there := map[string]bool{"plan.json": true}
	for _, d := range a.Decisions {
		if d.Significant {
			there[d.Record()] = true
		}
	}
	for _, api := range a.APIs {
		there[api.File] = true
	}
	for _, f := range files(t, a) {
		there[f.Path] = true
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(design(t, a), -1) {
		used[m[1]] = true
		if !there[m[1]] {
			t.Errorf("a link to %s, which is not there", m[1])
		}
	}
	for _, f := range files(t, a) {
		if f.Path != "DESIGN.md" && !used[f.Path] {
			t.Errorf("nothing links %s", f.Path)
		}
	}
}

func TestMermaidReadsTheDocument(t *testing.T) {
	out := map[string][]byte{}
	for _, f := range files(t, archtest.Harbour()) {
		out[f.Path] = f.Data
	}
	judge.Clean(t, judge.Files(t, out)...)
}

func TestTheSameSystemGivesTheSameBytes(t *testing.T) {
	first := files(t, archtest.Harbour())
	for range 3 {
		for i, f := range files(t, archtest.Harbour()) {
			if f.Path != first[i].Path || !bytes.Equal(f.Data, first[i].Data) {
				t.Errorf("%s differs", f.Path)
			}
		}
	}
}

func TestWhatASystemHasNotLeavesNoTrace(t *testing.T) {
	text := design(t, clinic())
	if n := strings.Count(text, "\n"); n > 110 {
		t.Errorf("%d lines for a system of one operation", n)
	}
	for _, absent := range []string{"Sagas", "Events", "Externals", "Webhooks", "Lifecycles", "Caches", "Risks", "Protected data"} {
		if slices.Contains(headings(text, "###"), absent) {
			t.Errorf("a heading %q without content", absent)
		}
	}
	if !strings.Contains(text, "* broker not needed: nobody waits for the two effects outside a transaction; until 20 effects/s") {
		t.Errorf("not told why there is no broker:\n%s", text)
	}
}

func TestTheDocumentSaysWhereFlipsWereNotLookedFor(t *testing.T) {
	a := clinic()
	if text := design(t, a); strings.Contains(text, "Flips were looked for") {
		t.Error("facts are said not to be tried, and all were")
	}
	a.Untried = 12
	if text := design(t, a); !strings.Contains(text, "and not at 12 others.") {
		t.Error("12 facts were not tried, and the document says nothing of them")
	}
}

func TestAnUnknownNumberIsCalledUnknown(t *testing.T) {
	a := archtest.Harbour()
	a.Objectives[0].Achieved = arch.Value{}
	a.Externals[0].Availability = arch.Value{}
	text := design(t, a)
	if !strings.Contains(text, "| 800ms | unknown |") || !strings.Contains(text, "| 180ms, 900ms | unknown |") {
		t.Error("an unknown number is not called so")
	}
}

func TestAnAssumedNumberStandsInItalics(t *testing.T) {
	a := archtest.Harbour()
	text := design(t, a)
	for i, f := range a.Facts {
		if f.ID == "externals.card_processor.limit" {
			a.Facts[i].Origin = fact.Assumed
		}
	}
	if strings.Contains(text, "*400/s*") {
		t.Error("a stated number stands in italics")
	}
	if !strings.Contains(design(t, a), "*400/s*") {
		t.Error("an assumed number does not stand in italics")
	}
}

func TestOnlyWhatWasAssumedOfThisSystemIsListed(t *testing.T) {
	a := clinic()
	assumed := func(id arch.Path, reason string) fact.Fact {
		return fact.Fact{ID: id, Origin: fact.Assumed, Value: fact.Quantity{Kind: fact.Rate, N: 2}, Low: 1, High: 5, Reason: reason}
	}
	a.Facts = []fact.Fact{assumed("decide.constant", "a constant of plumb's"), assumed("use_cases.BookVisit.peak", "a visit takes twenty minutes"), assumed("use_cases.Other.peak", "nobody reads it")}
	a.Decisions[0].Facts = []arch.Path{"decide.constant", "use_cases.BookVisit.peak"}
	text := design(t, a)
	if !strings.Contains(text, "| `use_cases.BookVisit.peak` | *2/s* | 1/s to 5/s |") {
		t.Errorf("the assumption is missing:\n%s", text)
	}
	if strings.Contains(text, "decide.constant") || strings.Contains(text, "Other.peak") || !strings.Contains(text, "| 2 more in [plan.json](plan.json) |") {
		t.Errorf("assumptions on which nothing here depends are listed:\n%s", text)
	}
}

// The templates hold headings, labels and cells, so that a sentence of a design is
// always about its system.
func TestTemplatesHoldNoSentence(t *testing.T) {
	names, err := filepath.Glob("part/*.tmpl")
	if err != nil || len(names) != 8 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile(`(?s)\{\{.*?\}\}`).ReplaceAllString(string(data), "")
		text = strings.NewReplacer("[plan.json](plan.json)", "", "[DESIGN.md](DESIGN.md)", "").Replace(text)
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "|") && strings.Count(line, "|") > 2 && !strings.Contains(line, ".") {
				continue
			}
			if words := regexp.MustCompile(`[A-Za-z]{2,}`).FindAllString(line, -1); len(words) > 2 {
				t.Errorf("%s holds a text of its own: %s", name, line)
			}
		}
	}
}

// Two systems share no sentence once names and numbers are masked.
func TestSentencesOfOneDesignDoNotStandInAnother(t *testing.T) {
	mine, other := sentences(design(t, archtest.Harbour())), sentences(design(t, clinic()))
	if len(mine) < 40 || len(other) < 3 {
		t.Fatalf("only %d and %d sentences found", len(mine), len(other))
	}
	for s := range other {
		if mine[s] {
			t.Errorf("in both: %s", s)
		}
	}
}

// sentences are the texts in cells and paragraphs that are more than a few words,
// with every capitalised word, name and number masked.
func sentences(markdown string) map[string]bool {
	out := map[string]bool{}
	mask := regexp.MustCompile("`[^`]*`|\\[[^]]*\\]\\([^)]*\\)|[0-9][^ ]*|\\b[A-Z][A-Za-z]+\\b")
	for line := range strings.Lines(outsideFences(markdown)) {
		for _, c := range strings.Split(strings.TrimSpace(line), "|") {
			for _, s := range strings.Split(c, ". ") {
				s = strings.TrimSpace(mask.ReplaceAllString(s, "_"))
				if len(strings.Fields(s)) >= 5 && !strings.HasPrefix(line, "#") {
					out[s] = true
				}
			}
		}
	}
	return out
}

func BenchmarkHarbour(b *testing.B) {
	a := archtest.Harbour()
	for b.Loop() {
		if _, err := document.Files(a); err != nil {
			b.Fatal(err)
		}
	}
}
