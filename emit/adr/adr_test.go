package adr_test

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/emit/adr"
)

func files(t *testing.T, a *arch.Arch) map[string]string {
	t.Helper()
	list, err := adr.Files(a)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range list {
		out[f.Path] = string(f.Data)
	}
	return out
}

const store = "adr/0004-order-store.md"

func TestEachSignificantDecisionHasARecordAndOnlyThose(t *testing.T) {
	a := archtest.Harbour()
	a.Decisions[1].Significant = true
	got := files(t, a)
	for _, want := range []string{"adr/README.md", store, "adr/0009-system-tracing.md", "adr/0028-order-store.md"} {
		if got[want] == "" {
			t.Errorf("%s is missing", want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d files", len(got))
	}
	if got := files(t, &arch.Arch{Decisions: []arch.Decision{{ID: "x", Number: 1}}}); len(got) != 0 {
		t.Errorf("records without a significant decision: %v", got)
	}
}

// The headings of MADR 4.0's full template, of which the optional ones may lack.
var sections = []string{
	"## Context and Problem Statement", "## Decision Drivers", "## Considered Options", "## Decision Outcome",
	"### Consequences", "### Confirmation", "## Pros and Cons of the Options", "## More Information",
}

func TestARecordHasTheFormOfMADR(t *testing.T) {
	text := files(t, archtest.Harbour())[store]
	head, body, found := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !found {
		t.Fatalf("no front matter:\n%s", text)
	}
	var meta map[string]string
	if err := yaml.Unmarshal([]byte(head), &meta); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"status": "accepted", "date": "2026-10-20", "decision-makers": "ordering"}
	if !reflect.DeepEqual(meta, want) {
		t.Errorf("front matter %v", meta)
	}
	at := 0
	for _, s := range sections {
		i := strings.Index(body[at:], "\n"+s+"\n")
		if i < 0 {
			t.Fatalf("%s is missing or out of place:\n%s", s, body)
		}
		at += i + 1
	}
	if !strings.Contains(body, `Chosen option: "PostgreSQL", because it runs already`) {
		t.Error("the outcome is not told in MADR's words")
	}
}

func TestARecordShowsWhatArgued(t *testing.T) {
	text := files(t, archtest.Harbour())[store]
	for what, want := range map[string]string{
		"the comparison in units":     "| cost | 30% | 1,900 USD (0.8) | 3,100 USD (0.6) |",
		"the margin":                  "ahead of DynamoDB by 0.18",
		"who was ruled out and where": "* Bad, because nobody of 22 people knows it (`context.budget`, plumb.yaml:23:5)",
		"a requirement, quoted":       "latency.p99 800ms (plumb.yaml:294:5)",
		"a fact with its rule":        "| `domain.Order.rows` | 1.2G | derived: 300k a day for seven years, growing |",
		"a good consequence":          "* Good, because one technology on call",
		"a bad consequence":           "* Bad, because 1.2G rows need partitions by month",
		"the price of going back":     "60 person-days",
		"when to revisit, upwards":    "`use_cases.PlaceOrder.peak` rises to 9000/s (now 350/s): DynamoDB; then Order.concurrency becomes conditional-write (from this comparison alone)",
		"when to revisit, downwards":  "`domain.Order.rows` falls to 1M (now 1.2G): DynamoDB\n",
		"the confirmation":            "the load gate at 350/s",
		"what it supersedes":          "Supersedes [D28](0028-order-store.md) (MySQL, 2026-03-02)",
		"a parameter":                 "| pool | 60 |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing: %q", what, want)
		}
	}
}

func TestAPinnedDecisionShowsItsRegret(t *testing.T) {
	a := archtest.Harbour()
	a.Decisions[1].Significant = true
	text := files(t, a)["adr/0009-system-tracing.md"]
	want := "Pinned in plumb.yaml:460:5, because the operations team runs it. Computed: Datadog, better by 0.1."
	if !strings.Contains(text, want) {
		t.Errorf("%s\nlacks %q", text, want)
	}
	a.Decisions[1].Pinned = &arch.Pinned{Span: diag.Span{}, Computed: "jaeger"}
	if text := files(t, a)["adr/0009-system-tracing.md"]; !strings.Contains(text, "Computed: the same.") {
		t.Error(text)
	}
}

func TestAFormerDecisionKeepsItsRecord(t *testing.T) {
	a := archtest.Harbour()
	if text := files(t, a)["adr/0028-order-store.md"]; !strings.Contains(text, `status: "superseded by ADR-0004"`) || !strings.Contains(text, "[D4](0004-order-store.md): PostgreSQL") {
		t.Error(text)
	}
	a.Former[0].By = 0
	if text := files(t, a)["adr/0028-order-store.md"]; !strings.Contains(text, `status: "deprecated"`) || !strings.Contains(text, "no longer arises") {
		t.Error(text)
	}
}

func TestLinksBetweenRecordsHold(t *testing.T) {
	got := files(t, archtest.Harbour())
	for path, text := range got {
		for _, m := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(text, -1) {
			if got["adr/"+m[1]] == "" {
				t.Errorf("%s links %s, which is not there", path, m[1])
			}
		}
	}
}

func TestNoDateComesFromAClock(t *testing.T) {
	a := archtest.Harbour()
	a.Decisions[0].Date, a.Former = "", nil
	for path, text := range files(t, a) {
		if d := regexp.MustCompile(`20[0-9]{2}-[0-9]{2}`).FindString(text); d != "" {
			t.Errorf("%s holds the date %s, which nobody gave it", path, d)
		}
	}
}

func TestTextsCannotBreakARecord(t *testing.T) {
	for _, hostile := range []string{"---\nx", "## Evil", "\n## Evil\n", "a | b", `"quoted"`, "```", "<script>", ": x", "{{.}}", "%d"} {
		a := archtest.Harbour()
		d := &a.Decisions[0]
		d.Title, d.Question = hostile, hostile
		d.Because, d.Confirmation, d.Good = arch.Sentence{Format: hostile}, arch.Sentence{Format: hostile}, []arch.Sentence{{Format: hostile}}
		for i := range d.Options {
			d.Options[i].Name = hostile
		}
		a.Teams[0].ID = arch.TeamID(hostile)
		a.Contexts[0].Team = a.Teams[0].ID
		text := files(t, a)[store]
		head, body, _ := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
		var meta map[string]string
		if err := yaml.Unmarshal([]byte(head), &meta); err != nil {
			t.Errorf("%q: %v in\n%s", hostile, err, head)
		}
		var got []string
		for line := range strings.Lines(body) {
			if strings.HasPrefix(line, "## ") {
				got = append(got, strings.TrimSpace(line))
			}
		}
		want := slices.DeleteFunc(slices.Clone(sections), func(s string) bool { return strings.HasPrefix(s, "### ") })
		if !slices.Equal(got, want) {
			t.Errorf("%q: sections %q", hostile, got)
		}
		if strings.Contains(body, "<script>") {
			t.Errorf("%q gets through", hostile)
		}
	}
}

func TestTheSameDecisionsGiveTheSameBytes(t *testing.T) {
	list := func() []emit.File {
		out, err := adr.Files(archtest.Harbour())
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := list()
	for i, f := range list() {
		if f.Path != first[i].Path || !bytes.Equal(f.Data, first[i].Data) {
			t.Errorf("%s differs", f.Path)
		}
	}
}
