package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// pageView is what the template prints.
type pageView struct {
	Content
	Scenarios []scenarioView
	Curve     *curveView
	Seeds     string
	Events    uint64
}

type scenarioView struct {
	*sim.Result
	Anchor   string
	About    string
	Caveats  []string
	Tally    tally
	Spark    string
	Verdicts []verdictView
	Claims   []verdictView
	Timeline *timelineView
	Latency  *latencyView
	Busy     *busyView
	Elements []sim.Element
	Edges    []sim.Edge
}

// tally counts verdicts.
type tally struct{ Met, Missed, Open int }

func (t *tally) add(verdict string) {
	switch verdict {
	case "met":
		t.Met++
	case "missed":
		t.Missed++
	default:
		t.Open++
	}
}

// verdictView is an objective or a claim with how much of what is allowed it uses, drawn
// against a line at all of it.
type verdictView struct {
	Name, Verdict     string
	Measured, Bound   string
	Interval          string
	Note              string
	Bar               bool
	Low, Middle, High string
}

func view(c Content) *pageView {
	v := &pageView{Content: c}
	seeds := map[uint64]bool{}
	for i := range c.Results {
		r := &c.Results[i]
		v.Events += r.Events
		if !seeds[r.Scenario.Seed] {
			seeds[r.Scenario.Seed] = true
			v.Seeds = strings.TrimPrefix(fmt.Sprintf("%s, %d", v.Seeds, r.Scenario.Seed), ", ")
		}
		v.Scenarios = append(v.Scenarios, scenarioOf(r, i))
	}
	v.Curve = curveOf(c.Sweep)
	return v
}

func scenarioOf(r *sim.Result, n int) scenarioView {
	s := scenarioView{Result: r, Anchor: fmt.Sprintf("s%d", n+1), About: r.Scenario.About, Spark: spark(r.Timeline)}
	if r.Interrupted {
		s.Caveats = append(s.Caveats, "interrupted")
	}
	if r.Cut {
		s.Caveats = append(s.Caveats, "cut short by the bound of events")
	}
	if r.WarmUpShort {
		s.Caveats = append(s.Caveats, "not settled after the warm-up")
	}
	for i := range r.Verdicts {
		o := &r.Verdicts[i]
		s.Tally.add(o.Verdict)
		s.Verdicts = append(s.Verdicts, objectiveView(o))
	}
	for i := range r.Claims {
		s.Tally.add(r.Claims[i].Verdict)
		s.Claims = append(s.Claims, claimView(&r.Claims[i]))
	}
	rank := map[string]int{"missed": 0, "close": 1, "unknown": 2, "met": 3}
	slices.SortStableFunc(s.Verdicts, func(a, b verdictView) int { return cmp.Compare(rank[a.Verdict], rank[b.Verdict]) })
	s.Timeline = timelineOf(r)
	s.Latency = latencyOf(r)
	s.Busy = busyOf(r)
	s.Elements = slices.Clone(r.Elements)
	slices.SortStableFunc(s.Elements, func(a, b sim.Element) int { return cmp.Compare(b.Utilisation, a.Utilisation) })
	s.Edges = r.Edges
	return s
}

// The bars of verdicts, in the units of their own plot.
const barWidth, barLine, barMost = 180.0, 120.0, 1.5

func objectiveView(o *sim.Verdict) verdictView {
	v := verdictView{Name: string(o.Objective), Verdict: o.Verdict, Bound: o.Measure + " " + measured(o.Kind, o.Target)}
	if o.Verdict == "unknown" {
		v.Note = "too few requests to tell"
		if o.Kind == "staleness" {
			v.Note = "what it reads is told of too rarely or falls behind"
		}
		return v
	}
	v.measured(o.Kind, o.Predicted)
	uses := map[string]func(float64) float64{
		"latency":      func(x float64) float64 { return x / o.Target },
		"staleness":    func(x float64) float64 { return x / o.Target },
		"availability": func(x float64) float64 { return (1 - x) / (1 - o.Target) },
		"throughput":   func(x float64) float64 { return o.Target / x },
	}[o.Kind]
	if uses != nil && o.Target > 0 && !(o.Kind == "availability" && o.Target >= 1) {
		v.bar(uses, o.Predicted)
	}
	return v
}

func claimView(h *sim.Held) verdictView {
	v := verdictView{Name: h.Claim, Verdict: h.Verdict, Note: h.Why}
	if h.Measured != nil {
		v.measured(h.Unit, *h.Measured)
	}
	return v
}

func (v *verdictView) measured(kind string, i sim.Interval) {
	v.Measured = measured(kind, i.Estimate)
	v.Interval = measured(kind, i.Low) + " to " + measured(kind, i.High)
}

// bar draws an interval on a scale where 1 is all that is allowed.
func (v *verdictView) bar(uses func(float64) float64, i sim.Interval) {
	s := scale{low: 0, high: barMost, from: 0, to: barWidth}
	low, high := uses(i.Low), uses(i.High)
	if low > high {
		low, high = high, low
	}
	v.Bar, v.Low, v.Middle, v.High = true, num(s.at(low)), num(s.at(uses(i.Estimate))), num(s.at(high))
}

// spark is the share of what was offered that came through over time, as a line.
func spark(line []sim.Slice) string {
	const width, height = 120.0, 20.0
	var p path
	for i, s := range line {
		share := 1.0
		if s.Offered > 0 {
			share = min(s.Good/s.Offered, 1)
		}
		p.to(width*float64(i)/float64(max(len(line)-1, 1)), height-1-(height-2)*share)
	}
	return p.String()
}

// busyView are the elements by how busy they are.
type busyView struct {
	Height string
	Marks  []mark
	Bars   []busyBar
	Bottom string
}

type busyBar struct {
	Name, Label       string
	Y, Text           string
	X, Width          string
	Level             string // high, middle, low
	Queue             string
	Replicas, Workers int
}

// mostRows bounds the rows of a plot; tables show the rest.
const mostRows = 40

func busyOf(r *sim.Result) *busyView {
	var list []sim.Element
	for _, e := range r.Elements {
		if e.Workers > 0 {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b sim.Element) int { return cmp.Compare(b.Utilisation, a.Utilisation) })
	if list = list[:min(len(list), mostRows)]; len(list) == 0 {
		return nil
	}
	const row, name = 22.0, 230.0
	v := &busyView{Height: num(row*float64(len(list)) + 28), Bottom: num(row * float64(len(list)))}
	s := scale{low: 0, high: 1, from: name, to: plotWidth - 130}
	v.Marks = s.ticks(5, fact.FormatShare)
	for i, e := range list {
		y := row * float64(i)
		b := busyBar{
			Name: e.Name, Y: num(y + 4), Text: num(y + 16), X: num(name), Width: num(max(s.at(e.Utilisation)-name, 0.5)), Level: "low",
			Label: fmt.Sprintf("%.0f%%", 100*e.Utilisation), Replicas: e.Replicas, Workers: e.Workers,
		}
		if e.Utilisation >= 0.8 {
			b.Level = "high"
		} else if e.Utilisation >= 0.6 {
			b.Level = "middle"
		}
		if e.Queue >= 0.05 {
			b.Queue = fmt.Sprintf("%.3g waiting", e.Queue)
		}
		v.Bars = append(v.Bars, b)
	}
	return v
}
