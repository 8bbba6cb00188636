package boundary

// Dimension names one measure of a cut.
type Dimension string

// The measures, all better when smaller.
const (
	StrongWrites    Dimension = "strong-writes"
	SagaComplexity  Dimension = "saga-complexity"
	SyncHops        Dimension = "sync-hops"
	SyncRate        Dimension = "sync-rate"
	CrossReads      Dimension = "cross-reads"
	Cycles          Dimension = "cycles"
	CrossTeam       Dimension = "cross-team"
	Unrelated       Dimension = "unrelated"
	Pairs           Dimension = "pairs"
	Largest         Dimension = "largest"
	Busiest         Dimension = "busiest"
	Contexts        Dimension = "contexts"
	Copies          Dimension = "copies"
	Distributed     Dimension = "distributed"
	RemoteRate      Dimension = "remote-rate"
	LongestChain    Dimension = "longest-chain"
	Deployables     Dimension = "deployables"
	DriversDeclined Dimension = "drivers-declined"
	RunHours        Dimension = "run-hours"
)

// Measure is one count with its unit.
type Measure struct {
	Dimension Dimension
	Value     float64
	Unit      string
	// Compared is set when the measure takes part in the Pareto comparison.
	// The others follow from those or are prices of them.
	Compared bool
}

// Cost is the vector by which cuts are compared, in the order of the table of
// measures.
type Cost []Measure

// Value returns the value of one measure, 0 for one that is not there.
func (c Cost) Value(d Dimension) float64 {
	for _, m := range c {
		if m.Dimension == d {
			return m.Value
		}
	}
	return 0
}

// measures is the table: what is counted, in which unit, whether cuts are
// compared by it, and how it comes from the tally.
var measures = [...]struct {
	dimension Dimension
	unit      string
	compared  bool
	of        func(*tally) float64
}{
	// Between contexts.
	{StrongWrites, "use cases that write in several contexts at once", true, func(t *tally) float64 { return float64(t.strong) }},
	{SagaComplexity, "intermediate states that other use cases may see", false, func(t *tally) float64 { return float64(t.complexity) }},
	{SyncHops, "synchronous hops, summed over use cases", true, func(t *tally) float64 { return float64(t.hops) }},
	{SyncRate, "synchronous hops per second at peak", true, func(t *tally) float64 { return t.hopRate }},
	{CrossReads, "aggregates read in another context, summed over use cases", true, func(t *tally) float64 { return float64(t.reads) }},
	{Cycles, "pairs of contexts that wait for each other", true, func(t *tally) float64 { return float64(t.cycles) }},
	{CrossTeam, "use cases that need more than one team", true, func(t *tally) float64 { return float64(t.teams) }},
	{Copies, "copies of reference data to keep", false, func(t *tally) float64 { return float64(t.copies) }},

	// Within contexts.
	{Unrelated, "pairs in one context that no use case changes together", true, func(t *tally) float64 { return float64(t.unrelated) }},
	{Pairs, "pairs of aggregates that share a model", true, func(t *tally) float64 { return float64(t.pairs) }},
	{Largest, "aggregates in the largest context", false, func(t *tally) float64 { return float64(t.largest) }},
	{Busiest, "use cases at home in the context with most", false, func(t *tally) float64 { return float64(t.busiest) }},
	{Contexts, "contexts", true, func(t *tally) float64 { return float64(t.layout.k) }},

	// Between deployables.
	{Distributed, "strong writes across deployables", true, func(t *tally) float64 { return float64(t.distributed) }},
	{RemoteRate, "synchronous calls between deployables per second at peak", true, func(t *tally) float64 { return t.remoteRate }},
	{LongestChain, "deployables that one use case waits for", false, func(t *tally) float64 { return float64(t.chain) }},
	{Deployables, "deployables", true, func(t *tally) float64 { return float64(t.layout.units) }},
	{DriversDeclined, "reasons to run apart that are not followed", true, func(t *tally) float64 { return float64(len(t.layout.declined)) }},
	{RunHours, "hours per month for deployables, sagas and contracts", false, func(t *tally) float64 { return float64(t.hours()) }},
}

// Compared reports whether cuts are compared by the measure.
func (d Dimension) Compared() bool {
	for _, m := range measures {
		if m.dimension == d {
			return m.compared
		}
	}
	return false
}

// tally is what one pass over the use cases counts.
type tally struct {
	layout *layout

	strong, complexity, hops, reads, cycles, teams, copies int
	unrelated, pairs, largest, busiest                     int
	distributed, chain, contracts                          int
	hopRate, remoteRate                                    float64
}

// cost counts what a layout costs.
func (p *problem) cost(l *layout) Cost {
	t := p.tally(l)
	out := make(Cost, len(measures))
	for i, m := range measures {
		out[i] = Measure{m.dimension, m.of(t), m.unit, m.compared}
	}
	return out
}

func (p *problem) tally(l *layout) *tally {
	t := &tally{layout: l}
	waits := map[[2]int]bool{} // context waits for context
	spread := make([]bool, len(p.uses))
	for i := range p.uses {
		spread[i] = t.use(i, waits)
	}
	contracts := map[[2]int]bool{}
	for w := range waits {
		if w[0] < w[1] && waits[[2]int{w[1], w[0]}] {
			t.cycles++
		}
		if a, b := l.unit[w[0]], l.unit[w[1]]; a != b {
			contracts[[2]int{a, b}] = true
		}
	}
	t.contracts = len(contracts)
	t.complexity = p.complexity(spread)
	t.inside()
	return t
}

// use counts one use case and reports whether it leaves its home.
func (t *tally) use(i int, waits map[[2]int]bool) bool {
	l, u := t.layout, &t.layout.p.uses[i]
	home := l.home[i]
	if home < 0 {
		return false
	}
	team := l.team[home]
	otherTeam, strong, distributed := false, false, false
	units := []int{l.unit[home]}
	wait := func(to int) {
		waits[[2]int{home, to}] = true
		t.hops++
		t.hopRate += float64(u.Rate)
		if unit := l.unit[to]; unit != l.unit[home] {
			t.remoteRate += float64(u.Rate)
			units = appendNew(units, unit)
		}
	}
	crossings := l.crossings[i]
	for j := range crossings {
		x := &crossings[j]
		t.reads += len(x.reads)
		if l.sync(x) {
			wait(x.to)
		}
		if len(x.writes) > 0 && u.Consistency != Eventual {
			strong = true
			distributed = distributed || l.unit[x.to] != l.unit[home]
		}
		otherTeam = otherTeam || l.team[x.to] != "" && l.team[x.to] != team
	}
	for _, f := range u.then {
		if to := l.home[f.use]; !f.byEvent && to >= 0 && to != home {
			wait(to)
		}
	}
	t.strong += boolInt(strong)
	t.distributed += boolInt(distributed)
	t.teams += boolInt(otherTeam && team != "")
	t.chain = max(t.chain, len(units))
	return len(crossings) > 0
}

func appendNew(xs []int, x int) []int {
	for _, y := range xs {
		if x == y {
			return xs
		}
	}
	return append(xs, x)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// complexity is mono2micro's measure of how much harder use cases become as
// sagas (Santos and Silva, "A Complexity Metric for Microservices Architecture
// Migration", 2020): for each use case that is spread over contexts and each
// aggregate it touches, the other spread use cases that touch the same one in
// the opposite mode, and so may see or disturb its intermediate states.
func (p *problem) complexity(spread []bool) int {
	reads, writes := make([]int, len(p.aggs)), make([]int, len(p.aggs))
	for i := range p.uses {
		if spread[i] {
			for _, a := range p.uses[i].reads {
				reads[a]++
			}
			for _, a := range p.uses[i].writes {
				writes[a]++
			}
		}
	}
	sum := 0
	for a := range reads {
		sum += 2 * reads[a] * writes[a]
	}
	return sum
}

// inside counts what is said about the contexts themselves.
func (t *tally) inside() {
	l, p := t.layout, t.layout.p
	size, nodes := make([]int, l.k), make([]int, l.k)
	for a := range p.aggs {
		size[l.of[a]]++
	}
	for v, c := range l.cut {
		nodes[c]++
		for _, w := range p.changed[v] {
			if l.cut[w] == c {
				t.unrelated--
			}
		}
	}
	for c := range size {
		t.largest, t.busiest = max(t.largest, size[c]), max(t.busiest, l.facts[c].work)
		t.pairs += size[c] * (size[c] - 1) / 2
		t.unrelated += nodes[c] * (nodes[c] - 1) / 2
	}
	for _, readers := range p.copies(l) {
		t.copies += len(readers)
	}
}

func (t *tally) hours() HoursPerMonth {
	p := t.layout.p.opt.Prices
	return HoursPerMonth(t.layout.units-1)*p.Deployable + HoursPerMonth(t.distributed)*p.Saga + HoursPerMonth(t.contracts)*p.Contract
}

// dominates reports whether cost a is at least as good as b in every measure
// that is compared, and better in one.
func (a Cost) dominates(b Cost) bool {
	better := false
	for i := range a {
		if !a[i].Compared {
			continue
		}
		if a[i].Value > b[i].Value {
			return false
		}
		better = better || a[i].Value < b[i].Value
	}
	return better
}

// Against lists the measures in which a cost differs from another: those in which it
// is better and those in which it is worse, From the other's value To its own.
func (a Cost) Against(other Cost) (better, worse []Change) {
	for _, c := range other.changes(a) {
		if c.To < c.From {
			better = append(better, c)
		} else {
			worse = append(worse, c)
		}
	}
	return better, worse
}

// changes lists the measures in which two costs differ.
func (a Cost) changes(to Cost) []Change {
	var out []Change
	for i := range a {
		if a[i].Value != to[i].Value {
			out = append(out, Change{a[i].Dimension, a[i].Value, to[i].Value})
		}
	}
	return out
}
