package brief_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/brief"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/internal/golden"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

// read reads a brief that has no errors.
func read(t *testing.T, text string) *brief.Result {
	t.Helper()
	r, list := brief.Read("brief.md", []byte(text))
	for _, p := range list {
		if p.Severity == diag.Error {
			t.Fatalf("%s: %s", p.Span, p.Message)
		}
	}
	return r
}

// at returns what is written at a path, in the inline form; "" for nothing.
func at(r *brief.Result, path string) string {
	n := r.Doc.Root
	for step := range strings.SplitSeq(path, ".") {
		n = n.Get(step)
	}
	if n == nil {
		return ""
	}
	var texts []string
	for _, v := range n.Values() {
		texts = append(texts, v.Text)
	}
	return strings.Join(texts, ", ")
}

// holds checks what stands at paths of what was read; "" stands for nothing.
func holds(t *testing.T, r *brief.Result, wants map[string]string) {
	t.Helper()
	for path, want := range wants {
		if got := at(r, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// The sample briefs: free Markdown, spec-kit's spec.md, Kiro's requirements.md.
func TestBriefsBecomeInputs(t *testing.T) {
	for _, name := range []string{"harbour", "speckit", "kiro", "tables", "bistro", "fetch", "reservations", "wards", "bloodbank", "parking", "tutors", "library", "vending"} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		r, list := brief.Read(name+".md", text)
		if list.HasErrors() {
			t.Errorf("%s: %v", name, list)
		}
		golden.Equal(t, name+".yaml", r.YAML())
		if _, problems := model.Check(r.Doc, nil); problems.HasErrors() {
			t.Errorf("%s: the model refuses the tree: %v", name, problems)
		}
		doc, problems := spec.Parse("plumb.yaml", r.YAML())
		if problems.HasErrors() {
			t.Errorf("%s: what is written cannot be read: %v", name, problems)
		}
		if string(spec.Print(doc)) != string(spec.Print(r.Doc)) {
			t.Errorf("%s: the YAML says something else than the tree", name)
		}
	}
}

// Every value of the tree stands in the brief: its span lies on a line that is a fact.
func TestEveryValueRestsOnALineOfTheBrief(t *testing.T) {
	for _, name := range []string{"harbour", "speckit", "kiro", "tables", "bistro", "fetch", "reservations", "wards", "bloodbank", "parking", "tutors", "library", "vending"} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		r, _ := brief.Read(name+".md", text)
		var walk func(path string, n *spec.Node)
		walk = func(path string, n *spec.Node) {
			if n.Kind == spec.Scalar && path != ".system" {
				if l := r.Lines[n.Span.Start.Line-1]; l.Status != brief.Fact && !slices.ContainsFunc(l.Became, func(p string) bool { return strings.HasPrefix(p, "use_cases.") }) {
					t.Errorf("%s: %s rests on line %d, which is %s: %s", name, path, l.Number, l.Status, l.Text)
				}
			}
			for _, e := range n.Entries {
				walk(path+"."+e.Key, e.Value)
			}
			for _, i := range n.Items {
				walk(path, i)
			}
		}
		walk("", r.Doc.Root)
	}
}

const shop = "# Shop\n\n## Entities\n- Order: number\n- Invoice: what is owed\n\n## Stories\n- As a buyer, I want to place an order.\n- As a clerk, I want to search invoices.\n\n## Qualities\n"

func TestStatementsFindTheirUseCases(t *testing.T) {
	for _, test := range []struct{ line, path, want string }{
		{"- Place order: p99 under 300 ms", "use_cases.PlaceOrder.latency", "p99 300ms"},
		{"- Placing an order takes no more than 6 s, 90 % of the time.", "use_cases.PlaceOrder.latency", "p90 6s"},
		{"- Placing an order takes no more than 6 s, 90 % of the time.", "use_cases.SearchInvoices.latency", ""},
		{"- The system responds within 2 seconds.", "use_cases.SearchInvoices.latency", "2s"},
		{"- p95 < 200 ms and p99 < 500 ms", "use_cases.PlaceOrder.latency", "p95 200ms p99 500ms"},
		{"- 98 % of all requests are answered within 1 s.", "use_cases.PlaceOrder.latency", "p99 1s"},
		{"- There is at most 1 hour of downtime per month.", "use_cases.PlaceOrder.available", "99.863105%"},
		{"- 20k orders per minute at peak, growing 40 % a year", "use_cases.PlaceOrder.peak", "20000/min"},
		{"- 20k orders per minute at peak, growing 40 % a year", "context.horizon", "2y at 40%/year"},
		{"- The number of orders may triple within 2 years.", "context.horizon", "2y at 73.2%/year"},
		{"- Invoice data shall be kept for 3 years.", "domain.Invoice.retained", "3y"},
		{"- Load: on a busy day 5,000 orders are placed.", "use_cases.PlaceOrder.average", "5000/day"},
		{"- The shop must support 500 concurrent buyers.", "actors.buyer.online", "500"},
		{"- It shall scale to 2 million buyers.", "actors.buyer.accounts", "2000000"},
		{"- Invoices must be kept for 10 years.", "domain.Invoice.retained", "10y"},
		{"- No more than 5 minutes of data may be lost.", "context.recovery.point", "5min"},
	} {
		if got := at(read(t, shop+test.line+"\n"), test.path); got != test.want {
			t.Errorf("%s\n  %s is %q, want %q", test.line, test.path, got, test.want)
		}
	}
}

// What looks like an objective and is none leaves the model as it is, and says so.
func TestTrapsAreNoObjectives(t *testing.T) {
	plain := string(spec.Print(read(t, shop).Doc))
	for line, as := range map[string]string{
		"- A buyer can place an order in under 5 minutes.": "task time",
		"- Prices are refreshed every 60 seconds.":         "period",
		"- We need 24 hour support.":                       "staffing",
	} {
		r := read(t, shop+line+"\n")
		if got := string(spec.Print(r.Doc)); got != plain {
			t.Errorf("%s changes the model:\n%s", line, got)
		}
		last := r.Lines[len(r.Lines)-1]
		if last.Status != brief.Narrative || !strings.Contains(last.Why, as) {
			t.Errorf("%s is %s (%s), want narrative, read as %s", line, last.Status, last.Why, as)
		}
	}
}

func TestVagueWordsBecomeQuestionsWithADefault(t *testing.T) {
	r := read(t, shop+"- The shop must be fast.\n- It must be scalable.\n- Many buyers use it.\n")
	if len(r.Questions) != 3 {
		t.Fatalf("%d questions: %v", len(r.Questions), r.Questions)
	}
	for _, q := range r.Questions {
		if q.Ask == "" || q.Default == "" || !q.Span.Valid() {
			t.Errorf("the question %+v lacks something", q)
		}
	}
}

func TestUndeclaredEntitiesAreProposedAndDeclaredOnesAreNot(t *testing.T) {
	r := read(t, shop+"\n## More stories\n- As a clerk, I want to write a letter.\n")
	if len(r.Proposed) != 1 || r.Proposed[0].Name != "Letter" {
		t.Errorf("proposed are %v, want Letter alone", r.Proposed)
	}
}

func TestStoriesAreFoundHoweverTheyAreSet(t *testing.T) {
	for _, text := range []string{
		"As a buyer, I want to place an order, so that I can eat.",
		"As a buyer\nI want to place an order\nSo that I can eat",
		"- **As a** buyer\n- **I want** to place an order\n- **so that** I can eat",
		"**User Story:** As a buyer, I want to place an order.",
		"In order to eat, as a buyer, I want to place an order.",
		"As a buyer I can place an order",
		"As a buyer, I'd like to be able to place an order because I am hungry.",
		"1. [ ] As a buyer, I need to place an order.",
		"| As a | I want to | so that |\n|---|---|---|\n| buyer | place an order | I can eat |",
		"| ID | Role | Want |\n|---|---|---|\n| 1 | buyer | I want to place an order |",
		"US-1, As a buyer, I want to place an order",
		"The system shall allow a buyer to place an order.",
		"- **FR-001**: Buyers MUST be able to place an order",
		"WHEN a buyer places an order THE SYSTEM SHALL confirm it",
	} {
		r, _ := brief.Read("brief.md", []byte("# Shop\n\n## Requirements\n\n"+text+"\n"))
		if by, creates := at(r, "use_cases.PlaceOrder.by"), at(r, "use_cases.PlaceOrder.creates"); by != "buyer" || creates != "Order" {
			t.Errorf("%s\n  is by %q and creates %q", text, by, creates)
		}
	}
}

func TestFlowLinesAreCommandsEventsAndPolicies(t *testing.T) {
	r := read(t, "# Shop\n\n## Flow\nBuyer: PlaceOrder -> OrderPlaced | ReserveStock | OrderList\n")
	for path, want := range map[string]string{
		"use_cases.PlaceOrder.by": "buyer", "use_cases.PlaceOrder.emits": "OrderPlaced", "use_cases.PlaceOrder.creates": "Order",
		"use_cases.ReserveStock.on": "OrderPlaced", "use_cases.ShowOrderList.reads": "Order",
	} {
		if got := at(r, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// A label says what all numbers behind it are about, by the verb alone; what is
// counted may be the verb of a use case; what something goes through is an external
// with its promises, and nobody else's; a list in parentheses is what a field may
// hold; a field called like an entity refers to it.
func TestWhatPeopleLeaveOutIsUnderstood(t *testing.T) {
	r := read(t, `# Bike share

We are a team of 4. It must follow the GDPR.

## Entities
- Bike: has a frame number, a state (available, rented, broken)
- Rental: rider, bike, price

## Stories
- As a rider, I want to see stations with free bikes so that I can plan my trip.
- As a rider, I want to unlock a bike, so that I can ride.
- As a rider, I want to return a bike, so that my rental ends.

## Quality
- Unlock: p99 under 800 ms at peak, 99.95 % available per month.
- 40 unlocks per minute at peak, growing 25 % a year.
- Payment goes through Stripe (p50 250 ms, p99 1.2 s, 99.9 % availability).
`)
	for path, want := range map[string]string{
		"context.teams.main":             "4",
		"use_cases.UnlockBike.latency":   "p99 800ms",
		"use_cases.UnlockBike.available": "99.95%",
		"use_cases.UnlockBike.peak":      "40/min",
		"use_cases.ReturnBike.latency":   "",
		"use_cases.ReturnBike.available": "",
		"externals.stripe.latency":       "p50 250ms p99 1.2s",
		"externals.stripe.availability":  "99.9%",
		"domain.Bike.fields.state":       "one of available | rented | broken",
		"domain.Rental.fields.bike":      "-> Bike",
		"domain.Rental.fields.rider":     "-> rider",
	} {
		if got := at(r, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// A name that is declared otherwise, or that nothing is said of, is no external.
func TestNotEveryNameInASentenceIsAnExternal(t *testing.T) {
	r := read(t, `# Shop

## Actors
- Clerk: staff

## Stories
- As a clerk, I want to place an order.

## Quality
- Orders are placed by Clerk (p99 2 s).
- It is opened with Chrome (any version).
`)
	if got := at(r, "externals"); got != "" || r.Doc.Root.Get("externals") != nil {
		t.Errorf("externals: %s", got)
	}
}
