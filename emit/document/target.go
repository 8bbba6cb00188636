package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

// shownObjectives is how many stand in the summary: those that are missed, then those
// with least left. All stand among the budgets.
const shownObjectives = 10

// Tightest lists the objectives with least room.
func (v *view) Tightest() []arch.Objective {
	out := slices.Clone(v.Objectives)
	slices.SortStableFunc(out, func(a, b arch.Objective) int {
		x, left := a.Overall()
		y, right := b.Overall()
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(left, right))
	})
	return out[:min(len(out), shownObjectives)]
}

func rank(verdict string) int {
	return max(0, slices.Index([]string{"missed", "close", "unknown", "met"}, verdict))
}

// MoreObjectives is how many are not shown.
func (v *view) MoreObjectives() int { return max(0, len(v.Objectives)-shownObjectives) }

// objective names an objective with its measure.
func objective(o arch.Objective) string {
	return some(" ", markdown.Code(o.ID), markdown.Text(o.Measure))
}

// At is the load under which an objective is to hold.
func (v *view) At(o arch.Objective) string {
	for _, f := range v.Flows {
		if f.UseCase == o.UseCase && o.UseCase != "" {
			return v.value(f.Workload.Peak)
		}
	}
	return ""
}

// While is the state of the world in which an objective is to hold.
func (v *view) While(o arch.Objective) string {
	switch o.Kind {
	case "latency", "throughput":
		if n := v.Placement.Zones; n.Known() && n.N > 1 {
			return fmt.Sprintf("1 of %s zones lost", n)
		}
	case "availability":
		return "releases, failovers, outages"
	case "staleness":
		return "nothing down"
	case "recovery-point", "recovery-time":
		return "a store lost"
	}
	return ""
}

// share is a column of the budgets.
type share struct {
	label string
	is    func(v *view, part string) bool
}

// shares are the columns of the budgets: where the parts of an objective go. What
// none of them names is named by its column "other".
var shares = []share{
	{"own work", begins("own work")},
	{"stores", func(v *view, part string) bool {
		return slices.ContainsFunc(v.Stores, func(s arch.Store) bool { return string(s.ID) == part })
	}},
	{"others", func(v *view, part string) bool {
		return slices.ContainsFunc(v.Externals, func(x arch.External) bool { return string(x.ID) == part })
	}},
	{"hops", begins("hops")},
	{"gateway", func(v *view, part string) bool { return v.Gateway != nil && v.Gateway.Technology == part }},
	{"waiting", begins("wait")},
	{"releases", begins("releases")},
	{"zone lost", begins(arch.ZoneLoss)},
	{"outbox", begins("outbox")},
	{"broker", func(v *view, part string) bool {
		return len(v.Broker) > 0 && !strings.Contains(part, " of ") && strings.Contains(strings.ToLower(part), v.Broker[0].Technology)
	}},
	{"handler", begins("handler")},
	{"cache", func(v *view, part string) bool {
		return strings.HasPrefix(part, "cache") || slices.ContainsFunc(v.Caches, func(c arch.Cache) bool { return c.ID == part })
	}},
	{"copies", begins("copies")},
	{"read model", begins("read model")},
	{"processes", func(v *view, part string) bool {
		return slices.ContainsFunc(v.Deployables, func(d arch.Deployable) bool { return strings.HasPrefix(part, string(d.ID)+" ") })
	}},
}

func begins(with string) func(*view, string) bool {
	return func(_ *view, part string) bool { return strings.HasPrefix(part, with) }
}

// Budgets are the tables of objectives broken into their parts, one for each kind;
// cost has its own.
func (v *view) Budgets() []string {
	var kinds []string
	for _, o := range v.Objectives {
		told := len(o.Budget) > 0 || v.MoreObjectives() > 0 // what has no parts is told once
		if o.Kind != "cost" && told && !slices.Contains(kinds, o.Kind) {
			kinds = append(kinds, o.Kind)
		}
	}
	var out []string
	for _, kind := range kinds {
		out = append(out, v.budget(kind))
	}
	return out
}

// budget is the table of one kind. Objectives with the same numbers share a row.
func (v *view) budget(kind string) string {
	var rows [][]string
	var names [][]string
	for _, o := range v.Objectives {
		if o.Kind != kind {
			continue
		}
		name := strings.TrimSuffix(string(o.ID), "."+kind)
		cells := v.cellsOf(o)
		i := slices.IndexFunc(rows, func(r []string) bool { return slices.Equal(r, cells) })
		if i < 0 {
			i = len(rows)
			rows, names = append(rows, cells), append(names, nil)
		}
		names[i] = append(names[i], name)
	}
	heads := []string{markdown.Text(strings.ReplaceAll(kind, "-", " "))}
	for _, s := range shares {
		heads = append(heads, s.label)
	}
	heads = append(heads, "other", "all", "simulated", "target", "left")
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(heads, " | "), strings.Repeat("---|", len(heads)))
	for i, r := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", codes(names[i]), strings.Join(r, " | "))
	}
	return b.String()
}

// cellsOf are the parts of an objective by column, and what they come to.
func (v *view) cellsOf(o arch.Objective) []string {
	cells := make([]string, len(shares)+1)
	for _, p := range o.Budget {
		at := slices.IndexFunc(shares, func(s share) bool { return s.is(v, p.Name) })
		value := v.number(p.Value)
		if at < 0 {
			at, value = len(shares), markdown.Text(p.Name)+" "+value
		}
		cells[at] = some(" + ", cells[at], value)
	}
	return append(cells, v.number(o.Achieved), predicted(o.Simulated), v.number(o.Target), v.verdict(o))
}

// indicator is how objectives of one kind are measured.
type indicator struct{ What, Of, Metric, Window string }

// measured says of each kind of objective what is counted, and from which series.
var measured = []struct{ kind, what, metric string }{
	{"latency", "share answered in time", "http_server_request_duration_seconds"},
	{"availability", "share without 5xx or timeout", "http_server_request_duration_seconds"},
	{"throughput", "refused with 429 or 503", "http_server_request_duration_seconds"},
	{"staleness", "age when shown, p99", "outbox_oldest_seconds"},
	{"recovery-point", "age of the newest copy", "backup_newest_age_seconds"},
	{"recovery-time", "time of the monthly restore", ""},
}

// Indicators are the kinds of objectives this system has, with what they are about.
func (v *view) Indicators() []indicator {
	var out []indicator
	for _, m := range measured {
		var of []string
		window := ""
		for _, o := range v.Objectives {
			if o.Kind == m.kind {
				of = append(of, strings.TrimSuffix(string(o.ID), "."+m.kind))
				window = o.Window.String()
			}
		}
		if len(of) > 0 {
			out = append(out, indicator{m.what, shortened(of, shownSubjects), m.metric, window})
		}
	}
	return out
}

// tight is how much of a ceiling must be used for a line of the capacity to be shown.
const tight = 0.9

// Tight lists the capacity that is needed, without what has ample room.
func (v *view) Tight() []arch.Capacity {
	return slices.DeleteFunc(slices.Clone(v.Capacity), ample)
}

// Ample is how many have more room than that.
func (v *view) Ample() int {
	n := 0
	for _, c := range v.Capacity {
		if ample(c) {
			n++
		}
	}
	return n
}

func ample(c arch.Capacity) bool { return c.Ceiling.Known() && c.Headroom > tight && !c.Bottleneck }

// alertRow is one kind of alert with all it watches.
type alertRow struct{ Kind, On, Above, Severity, To string }

// AlertRows puts alerts of one kind, threshold and severity together.
func (v *view) AlertRows() []alertRow {
	var out []alertRow
	on, to := map[int][]string{}, map[int][]string{}
	for _, a := range v.Alerts {
		r := alertRow{Kind: a.Kind, Above: v.burn(a), Severity: a.Severity}
		what, _, _ := strings.Cut(strings.TrimSuffix(string(a.Objective), "."), "/")
		if a.Kind != "burn-rate" {
			family, labels, _ := strings.Cut(a.Metric, "{")
			r.Kind = strings.TrimSpace(a.Kind + " " + family)
			what = cmp.Or(strings.Trim(labels[strings.Index(labels, "=")+1:], `"}`), a.ID)
		}
		i := slices.Index(out, r)
		if i < 0 {
			i = len(out)
			out = append(out, r)
		}
		on[i] = appendNew(on[i], what)
		to[i] = appendNew(to[i], string(a.To))
	}
	for i := range out {
		out[i].On, out[i].To = shortened(on[i], 2*shownSubjects), strings.Join(to[i], ", ")
	}
	return out
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// metrics are those of one kind with the same labels.
type metrics struct {
	Kind          string
	Labels, Names []string
}

// BusinessMetrics are those the owners of the system count.
func (v *view) BusinessMetrics() []metrics {
	var out []metrics
	for _, m := range v.Telemetry.Metrics {
		if !m.Business {
			continue
		}
		i := slices.IndexFunc(out, func(o metrics) bool { return o.Kind == m.Kind && slices.Equal(o.Labels, m.Labels) })
		if i < 0 {
			i = len(out)
			out = append(out, metrics{m.Kind, m.Labels, nil})
		}
		out[i].Names = append(out[i].Names, m.Name)
	}
	return out
}

// verdict says how much of the target is left, by the worse of calculation and
// simulation.
func (v *view) verdict(o arch.Objective) string {
	verdict, margin := o.Overall()
	switch verdict {
	case "met":
		return left(max(0, margin))
	case "close":
		return "**close**"
	case "missed":
		near := v.value(o.Nearest)
		if o.NearestMet {
			near += ", simulated"
		}
		return some("; met at ", "**missed** by "+left(-margin), near)
	}
	return markdown.Text(verdict)
}

// left is a part of a target, as a share up to ten times the target: 36.2%, 1070 times.
func left(margin float64) string {
	if margin < 10 {
		return percent(margin)
	}
	return fact.FormatNumber(margin, 3) + " times"
}

func (v *view) burn(a arch.Alert) string {
	rate := ""
	if a.Burn > 0 {
		rate = fact.FormatNumber(a.Burn, 3) + "×"
	}
	return some(", ", rate, v.value(a.Long), v.value(a.Short))
}
