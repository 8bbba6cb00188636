package cli

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// tables show simulations on a terminal.
type tables struct {
	out   io.Writer
	width int
	all   bool
	buf   strings.Builder
}

func newTables(env *Env, all bool) *tables {
	return &tables{out: env.Stdout, width: env.Width, all: all}
}

func (t *tables) flush() error {
	_, err := io.WriteString(t.out, t.buf.String())
	t.buf.Reset()
	return err
}

func (t *tables) line(format string, args ...any) {
	t.buf.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

// table prints rows in columns.
func (t *tables) table(rows [][]string) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	w.Flush()
	for row := range strings.Lines(b.String()) {
		t.line("  %s", strings.TrimRight(row, "\n"))
	}
	t.line("")
}

func (t *tables) findings(list diag.List) {
	if len(list) == 0 {
		return
	}
	t.line("before any simulation")
	for _, p := range list {
		t.line("  %s: %s [%s]", p.Path, p.Message, p.Code)
		t.line("    %s", p.Hint)
	}
	t.line("")
}

func (t *tables) head(r *plumb.Simulation) {
	t.line("%s: %s", r.Scenario.Name, r.Scenario.Describe())
	t.line("  %s of %s after %s, seed %d, %s events%s", plural(r.Replications, "replication"), r.Scenario.For, r.Scenario.WarmUp,
		r.Scenario.Seed, fact.FormatCount(float64(r.Events)), caveat(r))
}

func caveat(r *plumb.Simulation) string {
	out := ""
	if r.Interrupted {
		out += "; interrupted"
	}
	if r.Cut {
		out += "; cut short by the bound of events"
	}
	if r.WarmUpShort {
		out += "; not settled after the warm-up"
	}
	return out
}

// summary is a scenario in a few lines.
func (t *tables) summary(r *plumb.Simulation) {
	met, missed, other := 0, []string(nil), 0
	for _, v := range r.Verdicts {
		switch v.Verdict {
		case "met":
			met++
		case "missed":
			missed = append(missed, verdict(&v))
		default:
			other++
		}
	}
	t.head(r)
	t.line("  %s met, %d missed, %d open", fact.AgreeInNumber(fmt.Sprintf("%d objectives", met)), len(missed), other)
	for _, m := range missed {
		t.line("    %s", m)
	}
	t.claims(r)
	t.line("  goodput %s", sparkline(r.Timeline, 40))
	t.line("")
}

func verdict(v *plumb.Verdict) string {
	show := func(x float64) string {
		switch v.Kind {
		case "latency", "staleness":
			return fact.FormatSeconds(x)
		case "availability":
			return fact.FormatShare(x)
		}
		return fact.FormatRate(x)
	}
	if v.Verdict == "unknown" && v.Kind == "staleness" {
		return fmt.Sprintf("%s: what it reads is told of too rarely or falls behind, %s %s asked: unknown", v.Objective, v.Measure, show(v.Target))
	}
	if v.Verdict == "unknown" {
		return fmt.Sprintf("%s: too few requests to tell, %s %s asked", v.Objective, v.Measure, show(v.Target))
	}
	return fmt.Sprintf("%s: %s %s (%s to %s), %s asked: %s", v.Objective, v.Measure, show(v.Predicted.Estimate), show(v.Predicted.Low), show(v.Predicted.High), show(v.Target), v.Verdict)
}

// sparkline is the share of what was offered that came through, over time.
func sparkline(line []plumb.Slice, width int) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for i := range min(width, len(line)) {
		from, to := i*len(line)/min(width, len(line)), (i+1)*len(line)/min(width, len(line))
		good, offered := 0.0, 0.0
		for _, s := range line[from:to] {
			good += s.Good
			offered += s.Offered
		}
		if offered == 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(levels[min(int(good/offered*7+0.5), 7)])
	}
	return b.String()
}

// result is a scenario in full.
func (t *tables) result(r *plumb.Simulation) {
	t.head(r)
	t.line("")
	show := at
	if t.all {
		show = within
	}
	rows := [][]string{{"use case", "offered/s", "goodput/s", "success", "p50", "p90", "p99 (95 %)", "p99.9", "errors"}}
	for i := range r.UseCases {
		u := &r.UseCases[i]
		if u.Offered == 0 && !t.all {
			continue
		}
		success := "-"
		if u.Success != nil {
			success = fact.FormatShare(u.Success.Estimate)
		}
		rows = append(rows, []string{string(u.Flow), digits(u.Offered), digits(u.Goodput.Estimate), success, show(u.P50), show(u.P90), within(u.P99), show(u.P999), errorsOf(u)})
	}
	t.table(rows)
	t.elements(r)
	t.edges(r)
	t.channels(r)
	t.sagas(r)
	t.caches(r)
	t.timeline(r)
	if len(r.Timeline) > 1 && (r.Recovery != nil || r.Stuck > 0) {
		t.line("%s", recovery(r))
		t.line("")
	}
	if len(r.Claims) > 0 {
		t.line("claims")
		t.claims(r)
		t.line("")
	}
	t.line("objectives")
	for i := range r.Verdicts {
		t.line("  %s", verdict(&r.Verdicts[i]))
	}
}

// recovery says how soon the design came back after the last fault.
func recovery(r *plumb.Simulation) string {
	if r.Stuck > 0 {
		return fmt.Sprintf("%d of %s did not come back after the last fault", r.Stuck, plural(r.Replications, "replication"))
	}
	piece := r.Timeline[1].At - r.Timeline[0].At
	return fmt.Sprintf("back %s (%s to %s) after the end of the last fault, told to %s", fact.FormatSeconds(r.Recovery.Estimate), fact.FormatSeconds(r.Recovery.Low), fact.FormatSeconds(r.Recovery.High), fact.FormatSeconds(piece.Seconds()))
}

func digits(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

func at(i *plumb.Interval) string {
	if i == nil {
		return "-"
	}
	return fact.FormatSeconds(i.Estimate)
}

func within(i *plumb.Interval) string {
	if i == nil {
		return "-"
	}
	return fmt.Sprintf("%s (%s to %s)", fact.FormatSeconds(i.Estimate), fact.FormatSeconds(i.Low), fact.FormatSeconds(i.High))
}

func causes(list []plumb.Cause) []string {
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s %.3g%%", c.Cause, 100*c.Share))
	}
	return out
}

func errorsOf(u *plumb.UseCaseLoad) string {
	out := causes(u.Errors)
	if u.Degraded > 0 {
		out = append(out, fmt.Sprintf("(degraded %.3g%%)", 100*u.Degraded))
	}
	if u.Later > 0 {
		out = append(out, fmt.Sprintf("(answered as pending %.3g%%)", 100*u.Later))
	}
	return strings.Join(out, ", ")
}

// busyFrom is the utilisation from which on an element is worth a line.
const busyFrom = 0.3

func (t *tables) elements(r *plumb.Simulation) {
	rows := [][]string{{"element", "size", "arrive/s", "busy", "queue", "most", "wait", "turned away"}}
	for i := range r.Elements {
		e := &r.Elements[i]
		if !t.all && e.Utilisation < busyFrom && e.Queue < 1 && len(e.Turned) == 0 {
			continue
		}
		size, busy := fmt.Sprintf("%d x any", e.Replicas), digits(e.Busy)
		if e.Workers > 0 {
			size, busy = fmt.Sprintf("%d x %d", e.Replicas, e.Workers), fmt.Sprintf("%.0f%%", 100*e.Utilisation)
		}
		wait := fact.FormatSeconds(e.Wait)
		if e.Lag != nil {
			wait = "lag p99 " + fact.FormatSeconds(e.Lag.Estimate)
		}
		rows = append(rows, []string{e.Name, size, digits(e.Arrived), busy, fmt.Sprintf("%.2f", e.Queue), strconv.FormatInt(e.Most, 10), wait, strings.Join(causes(e.Turned), ", ")})
	}
	if len(rows) > 1 {
		t.table(rows)
	}
}

func (t *tables) edges(r *plumb.Simulation) {
	rows := [][]string{{"edge", "calls/s", "retries", "denied", "breaker", "errors"}}
	for i := range r.Edges {
		e := &r.Edges[i]
		if !t.all && len(e.Errors) == 0 && e.Opened == 0 {
			continue
		}
		breaker := e.State
		if e.Opened > 0 {
			breaker += fmt.Sprintf(", opened %.3g times, open %.0f%%", e.Opened, 100*e.Open)
		}
		rows = append(rows, []string{e.Name, digits(e.Calls), fmt.Sprintf("%.2g%%", 100*e.Retries), fmt.Sprintf("%.2g%%", 100*e.Denied), breaker, strings.Join(causes(e.Errors), ", ")})
	}
	if len(rows) > 1 {
		t.table(rows)
	}
}

// timeline draws what was offered, what came through and what waited.
func (t *tables) timeline(r *plumb.Simulation) {
	if len(r.Timeline) == 0 {
		return
	}
	most := 0.0
	for _, s := range r.Timeline {
		most = max(most, s.Offered, s.Good+s.Failed)
	}
	if most == 0 {
		return
	}
	t.line("timeline: = came through, x failed, . offered beside that; requests and messages waiting")
	width := max(t.width-40, 20)
	step := (len(r.Timeline) + 29) / 30
	for i := 0; i < len(r.Timeline); i += step {
		s := r.Timeline[i]
		good, bad, offered := int(s.Good/most*float64(width)), int(s.Failed/most*float64(width)), int(s.Offered/most*float64(width))
		bar := strings.Repeat("=", good) + strings.Repeat("x", bad) + strings.Repeat(".", max(offered-good-bad, 0))
		t.line("  %8s %-*s %s", fact.FormatSeconds(s.At.Seconds()), width, bar, fact.FormatCount(s.Waiting))
	}
	t.line("")
}

// sweep draws what came through of what was offered at each load.
func (t *tables) sweep(points []plumb.SweepPoint) {
	const width = 24
	most := 0.0
	for i := range points {
		most = max(most, points[i].Offered)
	}
	rows := [][]string{{"load", "offered/s", "goodput/s", "", "p99 of all", "p99 nearest to its objective", "missed"}}
	for i := range points {
		p := &points[i]
		load := fmt.Sprintf("%gx", p.Load)
		if p.Knee {
			load += " knee"
		}
		missed := strconv.Itoa(len(p.Missed))
		if len(p.Missed) > 0 {
			missed += ", first " + string(p.Missed[0])
		}
		nearest := "-"
		if p.P99 != nil {
			nearest = fmt.Sprintf("%s %s", p.Flow, within(p.P99))
		}
		good, offered := int(math.Round(p.Goodput/most*width)), int(math.Round(p.Offered/most*width))
		bar := strings.Repeat("=", min(good, width)) + strings.Repeat(".", max(offered-good, 0))
		rows = append(rows, []string{load, digits(p.Offered), digits(p.Goodput), bar, at(p.All), nearest, missed})
	}
	t.table(rows)
}

// breaks says up to where the design holds.
func (t *tables) breaks(b *plumb.Break) {
	show := func(x float64) string {
		switch b.Of {
		case "outage":
			return fact.FormatSeconds(x)
		case "capacity":
			return fact.FormatShare(x) + " lost"
		}
		return digits(x) + "x the load"
	}
	it := "it"
	if b.Element != "" {
		it = b.Element + ": it"
	}
	switch {
	case b.Breaks == 0 && b.Holds == 0:
		t.line("%s was not tried to the end", it)
	case b.Breaks == 0:
		t.line("%s holds up to %s, the most that was tried", it, show(b.Holds))
	case b.Holds == 0:
		t.line("%s does not hold at %s", it, show(b.Breaks))
	case b.Of == "outage":
		t.line("%s recovers by itself from %s and no longer from %s", it, show(b.Holds), show(b.Breaks))
	default:
		t.line("%s holds at %s and no longer at %s", it, show(b.Holds), show(b.Breaks))
	}
	for _, id := range b.First {
		t.line("  missed: %s", id)
	}
}
