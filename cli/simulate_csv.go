package cli

import (
	"encoding/csv"
	"strconv"

	"plumb.dev/plumb"
)

// csvTables are the tables of a simulation, each with its head and its rows. Rates are
// per second, times in seconds; an empty cell is what the sample does not carry.
var csvTables = map[string]*csvTable{
	"use-cases": {
		head: []string{"scenario", "flow", "offered_per_s", "goodput_per_s", "success", "p50_s", "p90_s", "p99_s", "p99_low_s", "p99_high_s", "p999_s", "degraded", "unfinished",
			"goodput_low_per_s", "goodput_high_per_s", "success_low", "success_high", "p50_low_s", "p50_high_s", "p90_low_s", "p90_high_s", "p999_low_s", "p999_high_s"},
		rows: useCaseRows,
	},
	"elements": {
		head: []string{"scenario", "element", "kind", "replicas", "workers", "arrived_per_s", "busy", "utilisation", "queue", "most_queued", "wait_s", "lag_p99_s", "dead_letters_per_s"},
		rows: elementRows,
	},
	"timeline": {
		head: []string{"scenario", "at_s", "offered_per_s", "good_per_s", "failed_per_s", "retries_per_s", "waiting", "latency_s", "breakers_open"},
		rows: timelineRows,
	},
}

type csvTable struct {
	head []string
	rows func(*plumb.Simulation) [][]string
}

// csv prints one of the tables.
func (t *tables) csv(table string, r *plumb.Simulation, head bool) {
	w := csv.NewWriter(&t.buf)
	if head {
		w.Write(csvTables[table].head)
	}
	w.WriteAll(csvTables[table].rows(r))
}

func exact(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// cell is a part of an interval, empty where there is none.
func cell(i *plumb.Interval, of func(*plumb.Interval) float64) string {
	if i == nil {
		return ""
	}
	return exact(of(i))
}

func middle(i *plumb.Interval) float64 { return i.Estimate }
func lower(i *plumb.Interval) float64  { return i.Low }
func upper(i *plumb.Interval) float64  { return i.High }

func useCaseRows(r *plumb.Simulation) (out [][]string) {
	for i := range r.UseCases {
		u := &r.UseCases[i]
		out = append(out, []string{
			r.Scenario.Name, string(u.Flow), exact(u.Offered), exact(u.Goodput.Estimate), cell(u.Success, middle), cell(u.P50, middle), cell(u.P90, middle),
			cell(u.P99, middle), cell(u.P99, lower), cell(u.P99, upper), cell(u.P999, middle), exact(u.Degraded), exact(u.Unfinished),
			exact(u.Goodput.Low), exact(u.Goodput.High), cell(u.Success, lower), cell(u.Success, upper), cell(u.P50, lower), cell(u.P50, upper),
			cell(u.P90, lower), cell(u.P90, upper), cell(u.P999, lower), cell(u.P999, upper),
		})
	}
	return out
}

func elementRows(r *plumb.Simulation) (out [][]string) {
	for i := range r.Elements {
		e := &r.Elements[i]
		out = append(out, []string{
			r.Scenario.Name, e.Name, e.Kind, strconv.Itoa(e.Replicas), strconv.Itoa(e.Workers), exact(e.Arrived), exact(e.Busy), exact(e.Utilisation),
			exact(e.Queue), strconv.FormatInt(e.Most, 10), exact(e.Wait), cell(e.Lag, middle), exact(e.Dead),
		})
	}
	return out
}

func timelineRows(r *plumb.Simulation) (out [][]string) {
	for i := range r.Timeline {
		s := &r.Timeline[i]
		out = append(out, []string{
			r.Scenario.Name, exact(s.At.Seconds()), exact(s.Offered), exact(s.Good), exact(s.Failed), exact(s.Retries), exact(s.Waiting), exact(s.Latency), exact(s.Open),
		})
	}
	return out
}
