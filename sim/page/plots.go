package page

import (
	"fmt"
	"math"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// timelineView is what was offered, answered and failed over time, and below it what
// else happened.
type timelineView struct {
	Height               string
	Good, Failed         string // areas
	Offered              string // a line
	X, Y                 []mark
	Top, Bottom          string
	WarmUp               string // its width, "" for none
	Faults               []band
	Strips               []strip
	Label                string
	PlotLeft, PlotRight  string
	FaultTop, FaultSpace string
}

// band is a time under a fault.
type band struct{ X, Width, Y, Label string }

// strip is a small plot of one measure.
type strip struct {
	Name, Most  string
	Top, Bottom string
	Area        string
	Text        string // height of the name
	Class       string
}

func timelineOf(r *sim.Result) *timelineView {
	line := r.Timeline
	if len(line) < 2 {
		return nil
	}
	step := (line[1].At - line[0].At).Seconds()
	end := (r.Scenario.WarmUp + r.Scenario.For).Seconds()
	most := 0.0
	for _, s := range line {
		most = max(most, s.Offered, s.Good+s.Failed)
	}
	if most == 0 || end == 0 {
		return nil
	}
	faults := float64(min(len(r.Scenario.Faults), 6))
	top := 10 + 16*faults
	const height = 220.0
	x := scale{low: 0, high: end, from: leftSpace, to: plotWidth - rightSpace}
	y := scale{low: 0, high: most * 1.05, from: top + height, to: top}
	v := &timelineView{
		Top: num(top), Bottom: num(top + height), X: x.timeTicks(8), Y: y.ticks(4, fact.FormatRate), PlotLeft: num(leftSpace), PlotRight: num(plotWidth - rightSpace),
		Label: fmt.Sprintf("%s of %s simulated, in pieces of %s", clock(end), r.Scenario.Name, fact.FormatSeconds(step)), FaultTop: "4",
	}
	if w := x.at(r.Scenario.WarmUp.Seconds()) - leftSpace; w >= 1 {
		v.WarmUp = num(w)
	}
	for i, f := range r.Scenario.Faults {
		if i >= int(faults) {
			break
		}
		from, to := x.at(f.At.Seconds()), x.at(end)
		if f.For > 0 {
			to = x.at((f.At + f.For).Seconds())
		}
		v.Faults = append(v.Faults, band{num(from), num(max(to-from, 1)), num(4 + 16*float64(i)), f.What()})
	}
	v.areas(line, x, y, step, end)
	at := v.strips(line, x, step, end, top+height+34)
	v.Height = num(at)
	return v
}

func (v *timelineView) areas(line []sim.Slice, x, y scale, step, end float64) {
	var good, failed, offered path
	good.to(x.at(0), y.at(0))
	each := func(f func(from, to float64, s *sim.Slice)) {
		for i := range line {
			from := line[i].At.Seconds()
			f(from, math.Min(from+step, end), &line[i])
		}
	}
	each(func(from, to float64, s *sim.Slice) {
		good.to(x.at(from), y.at(s.Good))
		good.to(x.at(to), y.at(s.Good))
		failed.to(x.at(from), y.at(s.Good+s.Failed))
		failed.to(x.at(to), y.at(s.Good+s.Failed))
		offered.to(x.at(from), y.at(s.Offered))
		offered.to(x.at(to), y.at(s.Offered))
	})
	good.to(x.at(end), y.at(0))
	for i := len(line) - 1; i >= 0; i-- { // back along what was answered
		from := line[i].At.Seconds()
		failed.to(x.at(math.Min(from+step, end)), y.at(line[i].Good))
		failed.to(x.at(from), y.at(line[i].Good))
	}
	v.Good, v.Failed, v.Offered = good.close(), failed.close(), offered.String()
}

// strips draws latency, what waits, retries and open breakers where there are any, and
// answers where the plot ends.
func (v *timelineView) strips(line []sim.Slice, x scale, step, end, at float64) float64 {
	const height, gap = 44.0, 26.0
	for _, m := range []struct {
		name, class string
		of          func(*sim.Slice) float64
		show        func(float64) string
		least       float64
	}{
		{"mean latency of what was answered", "latency", func(s *sim.Slice) float64 { return s.Latency }, fact.FormatSeconds, 0},
		{"requests and messages waiting", "waiting", func(s *sim.Slice) float64 { return s.Waiting }, digits, 0.5},
		{"retries", "retries", func(s *sim.Slice) float64 { return s.Retries }, fact.FormatRate, 0},
		{"circuit breakers open", "open", func(s *sim.Slice) float64 { return s.Open }, digits, 0},
	} {
		most := 0.0
		for i := range line {
			most = math.Max(most, m.of(&line[i]))
		}
		if most <= m.least {
			continue
		}
		y := scale{low: 0, high: most, from: at + gap + height, to: at + gap}
		var area path
		area.to(x.at(0), y.at(0))
		for i := range line {
			from := line[i].At.Seconds()
			area.to(x.at(from), y.at(m.of(&line[i])))
			area.to(x.at(math.Min(from+step, end)), y.at(m.of(&line[i])))
		}
		area.to(x.at(end), y.at(0))
		v.Strips = append(v.Strips, strip{
			Name: m.name, Class: m.class, Most: "most " + m.show(most), Top: num(at + gap), Bottom: num(at + gap + height), Area: area.close(), Text: num(at + gap - 8),
		})
		at += gap + height
	}
	return at + 8
}

// latencyView are the percentiles of each use case on a logarithmic scale.
type latencyView struct {
	Height, Bottom string
	Marks          []mark
	Rows           []latencyRow
	Left           int // rows that are not shown
}

type latencyRow struct {
	Name, Y, Text   string
	Above, Below    string
	P50, P90, P999  string // places; "" for none
	P99, Low, High  string
	Target, Verdict string
	Title           string
	From, To        string // the line through them
}

func latencyOf(r *sim.Result) *latencyView {
	targets := map[string]*sim.Verdict{}
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Kind == "latency" && v.Measure == "p99" {
			targets[string(v.UseCase)] = v
		}
	}
	low, high := math.Inf(1), 0.0
	var rows []*sim.UseCase
	left := 0
	for i := range r.UseCases {
		u := &r.UseCases[i]
		if u.P50 == nil {
			continue
		}
		if len(rows) == mostRows {
			left++
			continue
		}
		rows = append(rows, u)
		for _, p := range []*sim.Interval{u.P50, u.P90, u.P99, u.P999} {
			if p != nil && p.Estimate > 0 {
				low, high = math.Min(low, p.Estimate), math.Max(high, p.High)
			}
		}
		if t := targets[string(u.UseCase)]; t != nil {
			high = math.Max(high, t.Target)
		}
	}
	if len(rows) == 0 || high <= 0 {
		return nil
	}
	const row, name = 22.0, 230.0
	s := scale{low: low / 1.3, high: high * 1.3, from: name, to: plotWidth - rightSpace, log: true}
	v := &latencyView{Height: num(row*float64(len(rows)) + 28), Bottom: num(row * float64(len(rows))), Marks: s.decades(fact.FormatSeconds), Left: left}
	for i, u := range rows {
		v.Rows = append(v.Rows, latencyRowOf(u, targets[string(u.UseCase)], s, row*float64(i)))
	}
	return v
}

func latencyRowOf(u *sim.UseCase, target *sim.Verdict, s scale, y float64) latencyRow {
	l := latencyRow{Name: string(u.Flow), Y: num(y + 11), Text: num(y + 15), Above: num(y + 3), Below: num(y + 19), Verdict: "none"}
	place := func(i *sim.Interval) string {
		if i == nil {
			return ""
		}
		return num(s.at(i.Estimate))
	}
	l.P50, l.P90, l.P99, l.P999 = place(u.P50), place(u.P90), place(u.P99), place(u.P999)
	var title []string
	l.From, l.To = l.P50, l.P50
	for _, p := range []struct {
		name, at string
		i        *sim.Interval
	}{{"p50", l.P50, u.P50}, {"p90", l.P90, u.P90}, {"p99", l.P99, u.P99}, {"p99.9", l.P999, u.P999}} {
		if p.i != nil {
			title = append(title, fmt.Sprintf("%s %s (%s)", p.name, at(p.i), within(p.i)))
			l.To = p.at
		}
	}
	if u.P99 != nil {
		l.Low, l.High = num(s.at(u.P99.Low)), num(s.at(u.P99.High))
	}
	if target != nil {
		l.Target, l.Verdict = num(s.at(target.Target)), target.Verdict
		title = append(title, "p99 asked "+fact.FormatSeconds(target.Target)+": "+target.Verdict)
	}
	l.Title = strings.Join(title, ", ")
	return l
}

// curveView is a sweep: what is offered and what comes through over the load, and below
// it the 99th percentile.
type curveView struct {
	Offered, Goodput, P99 string
	X, Y, YLatency        []mark
	Points, Latencies     []dot
	Knee                  string // place of the knee, "" for none
	KneeLabel             string
	Events                uint64
}

type dot struct {
	X, Y, Low, High string
	Title           string
	Missed          bool
}

// The plots of a sweep, one above the other.
const (
	curveTop, curveBottom     = 24.0, 224.0
	latencyTop, latencyBottom = 268.0, 408.0
)

func curveOf(points []sim.SweepPoint) *curveView {
	if len(points) < 2 {
		return nil
	}
	load, rates, times := extent{}, extent{}, extent{}
	for i := range points {
		p := &points[i]
		load.add(p.Load)
		rates.add(p.Offered)
		rates.add(p.Goodput)
		if p.All != nil {
			times.add(p.All.Low)
			times.add(p.All.High)
		}
	}
	x := load.scale(1.1, leftSpace, plotWidth-rightSpace)
	y := rates.scale(1.3, curveBottom, curveTop)
	latency := times.scale(1.3, latencyBottom, latencyTop)
	v := &curveView{Y: y.decades(fact.FormatRate)}
	if times.high > 0 {
		v.YLatency = latency.decades(fact.FormatSeconds)
	}
	const labelSpace = 36.0
	labelled := 0.0
	var offered, goodput, p99 path
	for i := range points {
		p := &points[i]
		v.Events += p.Events
		at := x.at(p.Load)
		offered.to(at, y.at(p.Offered))
		goodput.to(at, y.at(p.Goodput))
		v.Points = append(v.Points, dot{X: num(at), Y: num(y.at(p.Goodput)), Missed: len(p.Missed) > 0, Title: fmt.Sprintf("%gx: offered %s, came through %s, %s missed", p.Load, fact.FormatRate(p.Offered), fact.FormatRate(p.Goodput), plural(len(p.Missed), "objective"))})
		if at-labelled >= labelSpace {
			labelled = at
			v.X = append(v.X, mark{num(at), digits(p.Load) + "x"})
		}
		if p.All != nil {
			p99.to(at, latency.at(p.All.Estimate))
			v.Latencies = append(v.Latencies, dot{X: num(at), Y: num(latency.at(p.All.Estimate)), Low: num(latency.at(p.All.Low)), High: num(latency.at(p.All.High)), Title: fmt.Sprintf("%gx: p99 %s (%s)", p.Load, fact.FormatSeconds(p.All.Estimate), within(p.All))})
		}
		if p.Knee {
			v.Knee, v.KneeLabel = num(at), fmt.Sprintf("knee at %gx: %s", p.Load, fact.FormatRate(p.Offered))
		}
	}
	v.Offered, v.Goodput, v.P99 = offered.String(), goodput.String(), p99.String()
	return v
}

// extent is from where to where positive values reach.
type extent struct{ low, high float64 }

func (e *extent) add(x float64) {
	if !(x > 0) {
		return
	}
	if e.low == 0 || x < e.low {
		e.low = x
	}
	e.high = math.Max(e.high, x)
}

// scale is logarithmic, with some room at both ends.
func (e *extent) scale(room, from, to float64) scale {
	return scale{low: e.low / room, high: e.high * room, from: from, to: to, log: true}
}
