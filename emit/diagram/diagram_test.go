package diagram_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/diagram"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/internal/judge"
)

func seconds(n float64) arch.Value {
	return arch.Value{Quantity: fact.Quantity{Kind: fact.Duration, N: n}, Fact: "f"}
}

func rate(n float64) arch.Value {
	return arch.Value{Quantity: fact.Quantity{Kind: fact.Rate, N: n}, Fact: "f"}
}

// shop is a system with one of each thing that is drawn, small enough to read.
func shop() *arch.Arch {
	return &arch.Arch{
		System:    arch.System{Name: "Shop", Platform: "kubernetes", Cloud: "aws"},
		Actors:    []arch.Actor{{ID: "buyer", Channels: []string{"web"}, APIs: []arch.APIID{"orders-rest"}}},
		APIs:      []arch.API{{ID: "orders-rest", Style: "rest", Deployable: "shop"}},
		Externals: []arch.External{{ID: "card_processor", Protocol: "http", Demand: rate(12)}},
		Contexts:  []arch.Context{{ID: "orders", Deployable: "shop"}, {ID: "stock", Deployable: "stock"}},
		Relations: []arch.Relation{
			{From: "orders", To: "stock", Pattern: "customer-supplier", Style: "sync", Rate: rate(12)},
			{From: "orders", To: "card_processor", Pattern: "anticorruption-layer", Style: "sync"},
		},
		Deployables: []arch.Deployable{
			{ID: "shop", Contexts: []arch.ContextID{"orders"}, Roles: []arch.Process{{Name: "serve"}}},
			{ID: "stock", Contexts: []arch.ContextID{"stock"}, Roles: []arch.Process{{Name: "serve"}, {Name: "worker"}}},
		},
		Stores:   []arch.Store{{ID: "shop-db", Technology: "postgres", Deployable: "shop"}},
		Gateway:  &arch.Gateway{Technology: "kong", Routes: []arch.Route{{API: "orders-rest", Prefix: "/v1", To: "shop"}}},
		Broker:   []arch.Broker{{Technology: "kafka", Kind: "stream"}},
		Channels: []arch.Channel{{ID: "orders.v1", Broker: "kafka", Deployable: "shop", Subscribers: []arch.Subscription{{Deployable: "stock"}}}},
		Edges: []arch.Edge{
			{ID: "e1", From: "shop", To: "stock", ToKind: "deployable", Style: "sync", Protocol: "grpc", Peak: rate(12), Timeout: seconds(0.3)},
			{ID: "e2", From: "shop", To: "card_processor", ToKind: "external", Style: "sync", Protocol: "http", Timeout: seconds(1)},
		},
		Flows: []arch.Flow{
			{ID: "PlaceOrder", UseCase: "use_cases.PlaceOrder", Entry: "shop", Starts: "request", Importance: "critical", Actors: []arch.ActorID{"buyer"}},
			{ID: "Quote", UseCase: "use_cases.Quote", Entry: "shop", Starts: "request", Importance: "critical", Actors: []arch.ActorID{"buyer"}, Workload: arch.Workload{Peak: rate(40)}, Steps: []arch.Step{
				{Kind: "store", Name: "Basket", Target: "shop-db", Mode: "read", Chance: 1, Times: 1},
				{Kind: "invoke", Name: "Reserve", Target: "stock", Edge: "e1", Chance: 1, Times: 3},
				{Kind: "call", Name: "CheckCard", Target: "card_processor", Edge: "e2", Chance: 0.1, Times: 1, Parallel: true},
				{Kind: "cache", Name: "prices", Target: "prices", Chance: 1, Times: 1, Parallel: true},
				{Kind: "respond", Name: "the quote", Chance: 1, Times: 1},
				{Kind: "publish", Name: "Quoted", Target: "orders.v1", Chance: 1, Times: 1},
			}},
		},
		Sagas: []arch.Saga{{ID: "PlaceOrder", UseCase: "use_cases.PlaceOrder", Style: "orchestration", Owner: "orders", Pivot: 1, Timeout: seconds(300), WorkItem: "support", Pending: "pending", Steps: []arch.SagaStep{
			{Name: "Reserve", Context: "stock", Kind: "compensatable", Compensation: "use_cases.Release", Timeout: seconds(1)},
			{Name: "Charge", Context: "orders", Kind: "pivot", External: "card_processor", OnUnknown: "ask by reference"},
			{Name: "Ship", Context: "stock", Kind: "retriable"},
		}}},
		Machines: []arch.StateMachine{{Of: "domain.Order", Initial: "pending", States: []string{"pending", "paid", "end"}, Final: []string{"end"}, Moves: []arch.Transition{
			{From: "pending", To: "paid", By: []arch.Path{"use_cases.PlaceOrder"}},
			{From: "pending", To: "end", After: seconds(900)},
			{From: "paid", To: "end", By: []arch.Path{"use_cases.Ship"}},
		}}},
		Placement: arch.Placement{Strategy: "warm-standby", Regions: []arch.PlacedRegion{{Name: "eu-west-1", Part: "home"}, {Name: "eu-central-1", Part: "standby"}}},
	}
}

// clean demands that Mermaid reads every diagram and that no limit of GitHub's is
// met.
func clean(t *testing.T, ds []diagram.Diagram) {
	t.Helper()
	files := map[string][]byte{}
	for _, d := range ds {
		name := d.ID + ".mmd"
		if files[name] != nil {
			t.Errorf("two diagrams are called %s", d.ID)
		}
		files[name] = []byte(d.Text)
		if len(d.Text) > 50_000 {
			t.Errorf("%s has %d characters", d.ID, len(d.Text))
		}
		if d.Arrows > 100 {
			t.Errorf("%s has %d arrows", d.ID, d.Arrows)
		}
		if d.Title == "" {
			t.Errorf("%s has no title", d.ID)
		}
	}
	judge.Clean(t, judge.Files(t, files)...)
}

func TestMermaidReadsEveryDiagram(t *testing.T) {
	for name, a := range map[string]*arch.Arch{"shop": shop(), "harbour": archtest.Harbour()} {
		t.Run(name, func(t *testing.T) { clean(t, diagram.All(a)) })
	}
}

// Names that mean something to Mermaid, to Markdown or to HTML. The input's grammar
// lets few of them through; texts may hold any.
var hostile = []string{
	"end", "state", "graph", "class", "note", "o", "x", "participant", "default", "[*]", "a b", "a-b", "a_b", "a.b",
	`say "no"`, "x; y", "#35;", "100%", "<script>alert(1)</script>", "a|b", "{{a}}", "`a`", "日本語", "a\nb", "--> x", ": :", "%% comment", "",
	strings.Repeat("long ", 200),
}

func TestHostileNamesAreDrawnAsTheyAre(t *testing.T) {
	for i := range hostile {
		name := func(k int) string { return hostile[(i+k)%len(hostile)] }
		a := shop()
		rename(a, name)
		var texts []string
		for _, d := range diagram.All(a) {
			texts = append(texts, d.Text)
		}
		if strings.Contains(strings.Join(texts, ""), "<script>") {
			t.Error("HTML of a name reaches the diagram")
		}
		files := map[string][]byte{}
		for k, text := range texts {
			files[fmt.Sprintf("%d.mmd", k)] = []byte(text)
		}
		judge.Clean(t, judge.Files(t, files)...)
	}
}

// rename puts other names and texts wherever a diagram shows one.
func rename(a *arch.Arch, name func(int) string) {
	a.System.Name, a.Actors[0].Channels = name(0), []string{name(1)}
	a.Actors[0].ID = arch.ActorID(name(2))
	a.Flows[0].Actors, a.Flows[1].Actors = []arch.ActorID{a.Actors[0].ID}, []arch.ActorID{a.Actors[0].ID}
	a.Externals[0].ID, a.Edges[1].To, a.Sagas[0].Steps[1].External = arch.ExternalID(name(3)), name(3), arch.ExternalID(name(3))
	a.Externals[0].Protocol = name(4)
	a.Deployables[1].ID, a.Edges[0].To = arch.DeployableID(name(5)), name(5)
	a.Contexts[1].ID, a.Relations[0].To = arch.ContextID(name(6)), name(6)
	a.Relations[0].Pattern = name(7)
	a.Stores[0].ID = arch.StoreID(name(8))
	a.Sagas[0].UseCase = arch.Path("use_cases." + name(9))
	a.Sagas[0].Pending, a.Sagas[0].WorkItem = name(10), name(11)
	a.Sagas[0].Steps[0].Name, a.Sagas[0].Steps[1].OnUnknown = name(12), name(13)
	m := &a.Machines[0]
	m.States = []string{name(14), name(15), name(16)}
	m.Initial, m.Final = name(14), []string{name(16)}
	m.Moves[0].From, m.Moves[0].To, m.Moves[0].By = name(14), name(15), []arch.Path{arch.Path("use_cases." + name(17))}
	m.Moves[1].From, m.Moves[1].To = name(14), name(16)
	a.Flows[1].Steps[0].Name, a.Flows[1].Steps[0].Target = name(18), name(19)
	a.Flows[1].Steps[2].Name, a.Flows[1].Steps[4].Name = name(20), name(21)
	a.Channels[0].Broker, a.Broker[0].Technology = name(22), name(22)
	a.Placement.Regions[0].Name = name(23)
}

func TestALargeSystemIsDrawnInParts(t *testing.T) {
	a := shop()
	for i := range 300 {
		ctx := arch.ContextID(fmt.Sprintf("context-%d", i))
		a.Contexts = append(a.Contexts, arch.Context{ID: ctx, Deployable: "shop"})
		for k := range 3 {
			a.Relations = append(a.Relations, arch.Relation{From: ctx, To: fmt.Sprintf("context-%d", (i+k+1)%300), Pattern: "conformist", Style: "event"})
		}
	}
	ds := diagram.All(a)
	clean(t, ds)
	var arrows, parts int
	for _, d := range ds {
		if d.Kind == diagram.ContextMap {
			parts++
			arrows += strings.Count(d.Text, "-.->")
			if !strings.Contains(d.Title, "part") {
				t.Errorf("%s does not say that it is a part: %s", d.ID, d.Title)
			}
		}
	}
	if parts < 2 || arrows != 900 {
		t.Errorf("%d parts with %d of 900 arrows", parts, arrows)
	}
}

func find(t *testing.T, ds []diagram.Diagram, id string) diagram.Diagram {
	t.Helper()
	for _, d := range ds {
		if d.ID == id {
			return d
		}
	}
	t.Fatalf("no diagram %s", id)
	return diagram.Diagram{}
}

func TestTheUnhappyPathUndoesWhatStoodBeforeThePivot(t *testing.T) {
	ds := diagram.All(shop())
	text := find(t, ds, "saga-unhappy-place-order").Text
	charge, release := strings.Index(text, "failed"), strings.Index(text, "Release")
	if charge < 0 || release < charge {
		t.Errorf("no compensation after the failure:\n%s", text)
	}
	if strings.Contains(text, "Ship") {
		t.Errorf("a step after the failed one is drawn:\n%s", text)
	}
	if happy := find(t, ds, "saga-place-order").Text; strings.Contains(happy, "Release") || !strings.Contains(happy, "Ship") {
		t.Errorf("the happy path:\n%s", happy)
	}
}

func TestASagaIsNotDrawnAgainAsAFlow(t *testing.T) {
	for _, d := range diagram.All(shop()) {
		if d.Kind == diagram.Sequence && d.Of == "use_cases.PlaceOrder" {
			t.Error("drawn twice")
		}
	}
}

func TestASmallSystemHasFewDiagrams(t *testing.T) {
	a := &arch.Arch{
		System:      arch.System{Name: "Clinic", Platform: "containers"},
		Actors:      []arch.Actor{{ID: "vet", APIs: []arch.APIID{"rest"}}},
		APIs:        []arch.API{{ID: "rest", Style: "rest", Deployable: "clinic"}},
		Contexts:    []arch.Context{{ID: "clinic", Deployable: "clinic"}},
		Deployables: []arch.Deployable{{ID: "clinic", Contexts: []arch.ContextID{"clinic"}, Roles: []arch.Process{{Name: "serve"}}}},
		Stores:      []arch.Store{{ID: "clinic-db", Technology: "postgres", Deployable: "clinic"}},
	}
	var kinds []diagram.Kind
	for _, d := range diagram.All(a) {
		kinds = append(kinds, d.Kind)
	}
	if !slices.Equal(kinds, []diagram.Kind{diagram.Containers, diagram.Deployment}) {
		t.Errorf("drawn: %v", kinds)
	}
}

// Every label of a diagram is a name of the system, a value of it, or one of the
// few words of the drawing itself.
func TestDiagramsUseOnlyNamesOfTheSystem(t *testing.T) {
	a := archtest.Harbour()
	ids := map[string]bool{}
	for _, x := range a.Actors {
		ids[string(x.ID)] = true
	}
	for _, x := range a.Externals {
		ids[string(x.ID)] = true
	}
	for _, x := range a.Contexts {
		ids[string(x.ID)] = true
	}
	for _, x := range a.Deployables {
		ids[string(x.ID)] = true
	}
	for _, x := range a.Stores {
		ids[string(x.ID)] = true
	}
	for _, x := range a.Channels {
		ids[string(x.ID)] = true
	}
	for _, x := range a.Caches {
		ids[string(x.ID)] = true
	}
	for _, p := range a.Protocols { // a run brings on instances and amounts: "place order 1", "left"
		if v := p.Explored.Violation; v != nil {
			for _, l := range v.Lines {
				ids[l.From], ids[l.To] = true, true
			}
		}
	}
	cast := regexp.MustCompile(`(?m)^  (?:participant|actor) \S+ as (.*)$`)
	for _, d := range diagram.All(a) {
		for _, m := range cast.FindAllStringSubmatch(d.Text, -1) {
			if !ids[m[1]] {
				t.Errorf("%s brings on %q, which nothing is called", d.ID, m[1])
			}
		}
	}
}
