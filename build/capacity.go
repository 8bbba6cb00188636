package build

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// capacity is the arithmetic of load: what comes, what it keeps busy, what is kept,
// what leaves, each against its ceiling. The bottleneck is what has least left.
func (b *builder) capacity() {
	b.arriving()
	b.processors()
	b.statements()
	b.othersLimits()
	b.messages()
	b.kept()
	b.bandwidth()
	b.dropRoomy()
	at := -1
	for i := range b.a.Capacity {
		c := &b.a.Capacity[i]
		if c.Ceiling.Known() && (at < 0 || c.Headroom < b.a.Capacity[at].Headroom) {
			at = i
		}
	}
	if at >= 0 {
		b.a.Capacity[at].Bottleneck = true
	}
}

// dropRoomy leaves out what has most of its ceiling left, but for the fullest of each
// kind: a table of what is nowhere near a limit says nothing.
func (b *builder) dropRoomy() {
	const roomy = 0.6
	fullest := map[string]float64{}
	kind := func(c *arch.Capacity) string { return strings.SplitN(c.Name, " ", 2)[0] }
	for i := range b.a.Capacity {
		c := &b.a.Capacity[i]
		if least, known := fullest[kind(c)]; c.Ceiling.Known() && (!known || c.Headroom < least) {
			fullest[kind(c)] = c.Headroom
		}
	}
	b.a.Capacity = slices.DeleteFunc(b.a.Capacity, func(c arch.Capacity) bool {
		return c.Ceiling.Known() && c.Headroom > roomy && c.Headroom > fullest[kind(&c)] && !strings.HasPrefix(c.Name, "data")
	})
}

// line adds a line; the headroom is the share of the ceiling that is left.
func (b *builder) line(c arch.Capacity) {
	if c.Ceiling.Known() && c.Ceiling.N > 0 {
		c.Headroom = 1 - c.Value.N/c.Ceiling.N
	}
	b.a.Capacity = append(b.a.Capacity, c)
}

// arriving are the requests, and their growth.
func (b *builder) arriving() {
	peak, average := 0.0, 0.0
	var peaks, averages []fact.ID
	for _, u := range b.m.UseCases {
		if u.Asked() {
			peak += u.Load.Peak.N
			average += u.Load.Average.N
			peaks, averages = append(peaks, u.Load.Peak.Fact), append(averages, u.Load.Average.Fact)
		}
	}
	growth := b.growth()
	p := b.derive("capacity.requests.peak", fact.Rate, peak, "sum of the peaks of all that somebody asks for, as if they fell together", peaks...)
	a := b.derive("capacity.requests.average", fact.Rate, average, "sum of the averages", averages...)
	b.line(arch.Capacity{Name: "requests at peak", Value: p, Sum: fmt.Sprintf("%s, all peaks together; %s on average", b.counted(len(peaks), "use case"), a)})
	b.line(arch.Capacity{Name: "requests at the horizon", Value: b.derive("capacity.requests.horizon", fact.Rate, peak*growth.N, "peak x growth", p.Fact, growth.Fact),
		Sum: fmt.Sprintf("%s x %s in %s", p, fact.FormatNumber(growth.N, 3), fact.FormatSeconds(b.m.Context.Horizon.N))})
}

// processors are those of each process at peak with one zone lost.
func (b *builder) processors() {
	for i := range b.a.Deployables {
		d := &b.a.Deployables[i]
		for j := range d.Roles {
			pr := &d.Roles[j]
			if !pr.Utilised.Known() || !pr.CPU.Known() {
				continue
			}
			name := "processors of " + string(d.ID) + " " + pr.Name
			zones := math.Max(1, b.a.Placement.Zones.N)
			left, spare, rule := pr.Replicas.N, "", "replicas x processors of each"
			if zones > 1 {
				left = math.Max(1, left-math.Ceil(left/zones))
				spare = fmt.Sprintf(", %s left with a zone lost", fact.FormatCount(left))
				rule = "replicas left with one zone lost x processors of each"
			}
			id := fact.ID("capacity." + string(d.ID) + "." + pr.Name)
			ceiling := b.derive(id+".left", fact.Count, left*pr.CPU.N, rule, pr.Replicas.Fact, pr.CPU.Fact)
			b.line(arch.Capacity{
				Name: name, Of: b.servedBy(d, pr), Ceiling: ceiling,
				Value: b.derive(id+".busy", fact.Count, left*pr.CPU.N*pr.Utilised.N, "processors left x the share of them that is busy at peak", ceiling.Fact, pr.Utilised.Fact),
				Sum:   fmt.Sprintf("%s replicas of %s%s, busy for %s", pr.Replicas, pr.CPU, spare, pr.Utilised),
			})
		}
	}
}

// servedBy is a requirement that a process serves, or its deployable where it only keeps
// copies.
func (b *builder) servedBy(d *arch.Deployable, pr *arch.Process) arch.Path {
	for _, flows := range [][]arch.FlowID{pr.Flows, d.Roles[0].Flows} {
		if len(flows) > 0 {
			return arch.Path("use_cases." + string(flows[0]))
		}
	}
	return ""
}

// statements are the writes and reads of each store against one node.
func (b *builder) statements() {
	for i := range b.a.Stores {
		st := &b.a.Stores[i]
		for _, x := range []struct {
			what, key string
			rate      arch.Value
		}{{"writes", "writes-node", st.Writes}, {"reads", "reads-node", st.Reads}} {
			ceiling := b.catalogued(st.Technology, x.key)
			if !ceiling.Known() || x.rate.N <= 0 {
				continue
			}
			sum := fmt.Sprintf("%s at peak; one node of %s sustains %s", x.rate, b.productName(st.Technology), ceiling)
			if st.Shards.Known() {
				sum += fmt.Sprintf(", and there are %s shards", st.Shards)
			} else if st.Machine.Known() {
				sum += fmt.Sprintf(", and each is %s times as large", st.Machine)
			}
			ceiling = b.spread(fact.ID("capacity."+string(st.ID)+"."+x.what), ceiling, st.Shards, st.Machine)
			b.line(arch.Capacity{Name: x.what + " of " + string(st.ID), Of: st.Aggregates[0].Of, Value: x.rate, Ceiling: ceiling, Sum: sum})
		}
	}
}

// mustPass is what an external has to take at peak: the peaks of the callers somebody
// waits for, and the means of the others, whose peaks stand in a queue until it comes to
// them. queued is the peak of these, absent where none is.
func (b *builder) mustPass(x *arch.External, e *model.External) (must, queued arch.Value) {
	known := func(name string) arch.Value {
		f, ok := b.p.Facts.Get(e.Path + fact.ID(name))
		if !ok {
			return arch.Value{}
		}
		return arch.Value{Quantity: f.Value, Fact: f.ID}
	}
	queued, mean := known(".asked.background"), known(".asked.background-mean")
	if !queued.Known() || mean.N >= queued.N {
		return x.Demand, arch.Value{}
	}
	inputs := []fact.ID{mean.Fact}
	waiting := known(".asked.waiting")
	if waiting.Known() {
		inputs = append(inputs, waiting.Fact)
	}
	return b.derive("capacity."+e.Path, fact.Rate, waiting.N+mean.N, "peaks of the calls that somebody waits for + means of those that queue", inputs...), queued
}

// othersLimits are the calls of externals against what they take.
func (b *builder) othersLimits() {
	for i := range b.a.Externals {
		x := &b.a.Externals[i]
		if !x.Limit.Known() || !x.Demand.Known() {
			continue
		}
		growth := b.growth()
		must, queued := b.mustPass(x, b.m.Externals[i])
		sum := "peaks of " + b.counted(len(b.calls[b.m.Externals[i]]), "caller") + " together"
		if queued.Known() {
			sum = fmt.Sprintf("peaks of the callers somebody waits for, and the mean of the rest, which queues: %s at its peak", queued)
		}
		b.line(arch.Capacity{Name: "calls of " + fact.Phrase(string(x.ID)), Of: b.m.Externals[i].Path, Value: must, Ceiling: x.Limit,
			Sum: fmt.Sprintf("%s; %s at the horizon", sum, fact.FormatRate(must.N*growth.N))})
	}
}

// messages are the events of the busiest channel against its partitions.
func (b *builder) messages() {
	live := b.liveChannels()
	if len(live) == 0 {
		return
	}
	ch := live[0]
	handle := b.planFact("decide.handler-time", fact.Duration, 0.01)
	if !ch.Partitions.Known() || len(ch.Subscribers) == 0 {
		return
	}
	ceiling := b.derive(fact.ID("capacity."+string(ch.ID)), fact.Rate, ch.Partitions.N/math.Max(handle.N, 1e-6), "partitions / time to handle one event", ch.Partitions.Fact, handle.Fact)
	b.line(arch.Capacity{Name: "events of " + string(ch.ID), Of: ch.Serves[0], Value: ch.Rate, Ceiling: ceiling,
		Sum: fmt.Sprintf("%s at the horizon over %s, %s for each event", ch.Rate, b.counted(int(ch.Partitions.N), "partition"), handle)})
}

// kept is the storage at the horizon and what grows most.
func (b *builder) kept() {
	for i := range b.a.Stores {
		st := &b.a.Stores[i]
		if len(st.Aggregates) == 0 {
			continue
		}
		most := slices.MaxFunc(st.Aggregates, func(x, y arch.StoredAggregate) int { return compare(x.Bytes.N, y.Bytes.N) })
		a := b.aggregateAt(most.Of)
		sum := fmt.Sprintf("%s of it %s", most.Bytes, fact.Phrase(b.plural(arch.Short(most.Of))))
		if a != nil {
			sum += fmt.Sprintf(": %s of %s", most.Rows, fact.FormatBytes(a.Size.N))
			if year := fact.Year.Seconds(); !a.Retained.Known() || a.Retained.N > year {
				sum += fmt.Sprintf(", %s more a year", fact.FormatBytes(a.Inflow.N*year*a.Size.N))
			} else {
				sum += ", dropped after " + fact.FormatSeconds(a.Retained.N)
			}
		}
		b.line(arch.Capacity{Name: "data of " + string(st.ID), Of: most.Of, Value: st.Bytes, Sum: sum,
			Ceiling: b.spread(fact.ID("capacity."+string(st.ID)+".data"), b.catalogued(st.Technology, "size-node"), st.Shards)})
	}
}

func (b *builder) aggregateAt(p arch.Path) *model.Aggregate { return b.byPath[p] }

// bandwidth is what leaves the house at peak.
func (b *builder) bandwidth() {
	out := 0.0
	var inputs []fact.ID
	var most *model.UseCase
	for _, u := range b.m.UseCases {
		if !u.Asked() || !u.BytesOut.Known() {
			continue
		}
		n := u.Load.Peak.N * u.BytesSent()
		out += n
		inputs = append(inputs, u.Load.Peak.Fact, u.BytesOut.Fact)
		if u.FanOut.Known() {
			inputs = append(inputs, u.FanOut.Fact)
		}
		if most == nil || n > most.Load.Peak.N*most.BytesSent() {
			most = u
		}
	}
	if most == nil {
		return
	}
	sum := fmt.Sprintf("%s of it %s: %s x %s", fact.FormatBytes(most.Load.Peak.N*most.BytesSent()), fact.Phrase(most.Name), fact.FormatRate(most.Load.Peak.N), fact.FormatBytes(most.BytesOut.N))
	if most.FanOut.Known() {
		sum += fmt.Sprintf(" x %s receivers", fact.FormatCount(most.FanOut.N))
	}
	b.line(arch.Capacity{Name: "bytes out a second at peak", Of: most.Path, Value: b.derive("capacity.bandwidth", fact.Bytes, out, "sum of peak x size of the answer, to each that receives it", inputs...), Sum: sum})
}
