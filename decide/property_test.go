package decide_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
)

// shuffled declares the same system in another order. The order of steps, fields and
// states means something and stays.
func shuffled(t *testing.T, text []byte, seed uint64) []byte {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 7))
	mix := func(n *yaml.Node) {
		r.Shuffle(len(n.Content)/2, func(i, j int) {
			n.Content[2*i], n.Content[2*j] = n.Content[2*j], n.Content[2*i]
			n.Content[2*i+1], n.Content[2*j+1] = n.Content[2*j+1], n.Content[2*i+1]
		})
	}
	root := doc.Content[0]
	for i := 1; i < len(root.Content); i += 2 {
		switch section := root.Content[i-1].Value; section {
		case "actors", "externals", "types", "domain", "rules", "events", "use_cases", "pins":
			mix(root.Content[i])
			if section == "use_cases" || section == "domain" {
				for j := 1; j < len(root.Content[i].Content); j += 2 {
					if body := root.Content[i].Content[j]; body.Kind == yaml.MappingNode {
						mix(body)
					}
				}
			}
		}
	}
	mix(root)
	out, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// outline is all of a plan that its readers act on.
func outline(p *decide.Plan) []string {
	var out []string
	for _, d := range p.Decisions {
		line := fmt.Sprintf("%s = %s by %.9f significant %v: %s", d.ID, d.Choice, d.Margin, d.Significant, d.Because)
		for _, o := range d.Options {
			line += fmt.Sprintf("\n  %s %.9f %v %v", o.ID, o.Utility, o.Eliminated, o.Parameters)
		}
		out = append(out, line)
	}
	return out
}

func TestOrderOfDeclarationChangesNothing(t *testing.T) {
	for _, name := range []string{"petclinic", "cargo", "harbour"} {
		text := read(t, "../examples/"+name+"/plumb.yaml")
		want := outline(plans(t)["examples/"+name+"/plumb"])
		for seed := range uint64(3) {
			got := outline(plan(t, "plumb.yaml", shuffled(t, text, seed)))
			if len(got) != len(want) {
				t.Fatalf("%s: %d decisions, want %d", name, len(got), len(want))
			}
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("%s, order %d:\n%s\nwant\n%s", name, seed, got[i], want[i])
				}
			}
		}
	}
}

func TestPlanningTwiceGivesTheSame(t *testing.T) {
	text := read(t, "../examples/harbour/plumb.yaml")
	if a, b := outline(plan(t, "a", text)), outline(plans(t)["examples/harbour/plumb"]); strings.Join(a, "\n") != strings.Join(b, "\n") {
		t.Error("two runs differ")
	}
}

// Tightening a requirement never buys a weaker guarantee on it.
func TestTighteningNeverWeakens(t *testing.T) {
	const system = `system: Shop
context:
  platform: kubernetes on aws
  teams: {sales: {people: 5, releases: 1/day}, depot: {people: 5, releases: 1/month}}
  recovery: {point: POINT, time: TIME}
externals: {bank: {latency: p50 300ms p99 3s, availability: 99.9%, lookup: yes}}
domain:
  Product: {owner: depot, volume: 20k}
  Order: {owner: sales, volume: 9k/day, states: asked -> paid}
use_cases:
  Stock: {by: clerk, creates: Product}
  Pay: {by: buyer, creates: Order, moves: Order asked -> paid, calls: [bank], latency: p99 LATENCY, available: SHARE, peak: 20/s}
  Show: {by: buyer, reads: [Order, Product: {stale: STALE}], result: one, peak: 200/s}
`
	usual := map[string]string{"POINT": "5min", "TIME": "4h", "LATENCY": "1s", "SHARE": "99.9%", "STALE": "1min"}
	rank := func(options ...arch.OptionID) func(*testing.T, *decide.Plan, arch.DecisionID) float64 {
		return func(t *testing.T, p *decide.Plan, id arch.DecisionID) float64 {
			for i, o := range options {
				if p.Choice(id) == o {
					return float64(i)
				}
			}
			t.Fatalf("%s is %q", id, p.Choice(id))
			return 0
		}
	}
	number := func(name string) func(*testing.T, *decide.Plan, arch.DecisionID) float64 {
		return func(t *testing.T, p *decide.Plan, id arch.DecisionID) float64 {
			v := p.Parameter(id, name)
			if !v.Known() {
				t.Fatalf("%s has no %s", id, name)
			}
			return -v.N // less is stronger
		}
	}
	for _, c := range []struct {
		what   string
		values []string // ever tighter
		id     arch.DecisionID
		how    func(*testing.T, *decide.Plan, arch.DecisionID) float64
	}{
		{"LATENCY", []string{"60s", "10s", "4s", "2s", "1s", "500ms", "100ms"}, "Pay.answer", rank("complete", "bounded", "accepted")},
		{"SHARE", []string{"99%", "99.5%", "99.9%", "99.95%", "99.99%"}, "zones", rank("machine", "one", "two", "three")},
		{"SHARE", []string{"99%", "99.9%", "99.98%", "99.995%", "99.999%"}, "regions", rank("single", "standby", "active")},
		{"SHARE", []string{"99%", "99.9%", "99.95%", "99.99%"}, "Pay.answer", rank("complete", "bounded", "accepted")},
		{"POINT", []string{"2d", "1d", "1h", "5min", "1min"}, "backup", number("point")},
		{"TIME", []string{"7d", "1d", "4h", "1h", "20min"}, "backup", number("time")},
	} {
		last := -1e300
		for _, v := range c.values {
			text := strings.Replace(system, c.what, v, 1)
			for key, v := range usual {
				text = strings.Replace(text, key, v, 1)
			}
			p := plan(t, "plumb.yaml", []byte(text))
			is := c.how(t, p, c.id)
			if is < last {
				t.Errorf("%s: at %s = %s it is %s, weaker than before (%v after %v)", c.id, c.what, v, p.Choice(c.id), is, last)
			}
			last = is
		}
	}
}

// Deadlines nest: what a caller waits for ends before the caller's own target, when
// everything else takes its median.
func TestCallsEndWithinWhatTheirCallersHaveLeft(t *testing.T) {
	checked := 0
	for name, p := range plans(t) {
		for _, l := range p.Links {
			id := arch.DecisionID(l.Name + ".call")
			if p.Decision(id) == nil {
				continue
			}
			timeout, deadline, attempts := p.Parameter(id, "timeout").N, p.Parameter(id, "deadline").N, p.Parameter(id, "attempts").N
			if timeout <= 0 || deadline < timeout*attempts || attempts < 1 {
				t.Errorf("%s, %s: %v tries of %vs in %vs", name, id, attempts, timeout, deadline)
			}
			if target := l.UseCase.Latency.P99; p.Word(id, "hard") == "yes" && l.UseCase.Asked() && target.Known() {
				checked++
				if deadline > target.N*1.05 {
					t.Errorf("%s, %s: its deadline of %vs is beyond the target of %vs", name, id, deadline, target.N)
				}
			}
			if limit := l.Call; limit != nil && limit.External.Limit.Known() && p.Parameter(id, "throttle").N > limit.External.Limit.N {
				t.Errorf("%s, %s: %v/s leave, %v/s are taken", name, id, p.Parameter(id, "throttle").N, limit.External.Limit.N)
			}
		}
	}
	if checked == 0 {
		t.Error("no hard call with a target was met")
	}
}

// The callers of one external together stay under its limit.
func TestThrottlesOfOneExternalFitItsLimit(t *testing.T) {
	for name, p := range plans(t) {
		sums := map[string]float64{}
		for _, l := range p.Links {
			if l.Call != nil {
				sums[l.Call.External.Name] += p.Parameter(arch.DecisionID(l.Name+".call"), "throttle").N
			}
		}
		for _, x := range p.Model.Externals {
			if x.Limit.Known() && sums[x.Name] > x.Limit.N {
				t.Errorf("%s: callers of %s may send %v/s together, and it takes %v/s", name, x.Name, sums[x.Name], x.Limit.N)
			}
		}
	}
}

// With one zone lost the processors that are left carry the peak.
func TestProcessesCarryTheirPeakWithAZoneLost(t *testing.T) {
	sized := 0
	for name, p := range plans(t) {
		for i := range p.Decisions {
			d := &p.Decisions[i]
			if d.Question != "scaling" {
				continue
			}
			sized++
			n := func(param string) float64 { return p.Parameter(d.ID, param).N }
			if n("utilisation") <= 0 || n("utilisation") > 0.9 {
				t.Errorf("%s, %s: %.0f%% of the processors are busy with a zone lost", name, d.ID, 100*n("utilisation"))
			}
			if n("min") > n("replicas") || n("replicas") > n("max") || n("min") < 1 || n("workers") < 1 || n("cpu") <= 0 || n("memory") <= 0 {
				t.Errorf("%s, %s: %v", name, d.ID, d.Options)
			}
		}
	}
	if sized < 20 {
		t.Errorf("only %d processes were met", sized)
	}
}

// The work of a plan stays in proportion to the system however entangled it is.
func TestAnEntangledSystemIsPlanned(t *testing.T) {
	const n = 120
	var b strings.Builder
	b.WriteString("system: Web\ncontext:\n  platform: kubernetes on aws\n  teams: {")
	for i := range 30 {
		fmt.Fprintf(&b, "t%d: {people: 6, releases: %d/week}, ", i, 1+i%5)
	}
	b.WriteString("}\ndomain:\n")
	for i := range n {
		fmt.Fprintf(&b, "  A%d: {owner: t%d, volume: %dk}\n", i, i*30/n, 1+i%90)
	}
	b.WriteString("use_cases:\n")
	for i := range n {
		fmt.Fprintf(&b, "  Make%d: {by: user, creates: A%d, emits: Made%d}\n  Show%d: {by: user, reads: [A%d, A%d, A%d], result: one}\n", i, i, i, i, i, (i+7)%n, (i+31)%n)
		fmt.Fprintf(&b, "  Hear%d: {on: Made%d, changes: A%d, reads: [A%d]}\n", i, i, (i+11)%n, (i+5)%n)
	}
	if p := plan(t, "web.yaml", []byte(b.String())); len(p.Deployables) < 10 || len(p.Decisions) < 5*n {
		t.Errorf("%d deployables, %d decisions", len(p.Deployables), len(p.Decisions))
	}
}
