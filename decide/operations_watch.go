package decide

import (
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// What is recorded, where it goes, and who is woken.

var telemetryQuestion = question{"telemetry", "operations", "Where telemetry goes",
	system, fillTelemetry,
	"Asked once. Volume follows from average rates: two log lines and a span per part of a request. Each backend is priced at list by what it bills (hosts, gigabytes, events) or by the processors and disks it needs, with its hours and learning; what it cannot do (anomaly alerts, the way from a trace to its logs) leaves failures unseen. Options: the catalogue's backends by id, prometheus-grafana with jaeger and loki beside it. Parameters spans (1/s), log-volume (B a month), logs-kept (s); word technologies, separated by commas."}

var (
	logLines   = &assumption{"decide.log-lines", fact.Count, 2, 1, 10, "log lines of one request"}
	unseenEach = &assumption{"decide.unseen-per-lack", fact.Share, 0.02, 0.005, 0.1, "share of failures that stay unseen for each thing a backend cannot do; burn rates are rules that are written anyway"}
	logKept    = &assumption{"decide.logs-kept", fact.Duration, 30 * 86400, 7 * 86400, 365 * 86400, "how long logs are kept to be searched"}
	objectGB   = &assumption{"decide.object-gb", fact.Money, 0.03, 0.01, 0.06, "price of a GB of object storage for a month, with its requests, USD"}
	watchHost  = &assumption{"decide.cores-per-host", fact.Count, 4, 2, 16, "processors of one machine that is watched"}
	seatPrice  = &assumption{"decide.watch-seat", fact.Money, 99, 10, 350, "price of a person who may search a hosted backend that bills by volume and by person, USD a month"}
)

// volume of telemetry.
type volume struct {
	spans, lines  float64 // a second, everything recorded
	spanGB, logGB float64 // a month
	hosts         float64
}

func (s *sheet) volume() volume {
	var v volume
	for _, u := range s.model.UseCases {
		mean := s.n(u.Load.Average)
		parts := 2 + float64(len(u.Reads)+len(u.Calls)+len(u.Writes()))
		v.spans += mean * parts
		v.lines += mean * s.k(logLines)
	}
	v.spanGB = v.spans * monthSeconds * s.reference("host.span-bytes") / 1e9
	v.logGB = v.lines * monthSeconds * s.reference("host.log-line-bytes") / 1e9
	v.hosts = math.Max(2, math.Ceil(s.allCores()*2/s.k(watchHost)))
	return v
}

// kept is the share of traces worth keeping at the start, per deployable.
func (s *sheet) keptShare(v volume) float64 {
	perTrace := 4.0
	return math.Min(1, s.reference("slo.trace-budget")*float64(len(s.plan.Deployables))*perTrace/math.Max(v.spans, 1e-9))
}

func fillTelemetry(s *sheet) {
	v := s.volume()
	share := s.keptShare(v)
	gb := v.logGB + v.spanGB*share
	for _, t := range s.catalog.Of(catalog.Observability) {
		if lacks(t, "dashboards") || lacks(t, "metrics") {
			continue // part of another
		}
		set := s.backend(t)
		o := s.option(arch.OptionID(t.ID), backendName(set))
		if !overInternet(t) {
			s.onlyAtProvider(o, t)
		}
		hours, learn := 0.0, 0.0
		for _, x := range set {
			hours += s.watchHours(x)
			learn += s.learning(x)
		}
		o.score(critMoney, s.watchMoney(set, v, gb), "%s hosts, %s a month", num(v.hosts), size(gb*1e9)).
			score(critOperations, hours, "to run it").score(critBuild, learn+1, "learning it, dashboards of %d use cases", len(s.model.UseCases)).
			score(critUnseen, s.k(unseenEach)*float64(lackCount(set)), "%d things it cannot do", lackCount(set))
	}
	s.concrete(func(o option) {
		t, _ := s.technology(string(s.options[o.i].ID))
		var ids []string
		for _, x := range s.backend(t) {
			ids = append(ids, x.ID)
		}
		o.word("technologies", join(ids))
		s.volume()
		o.param("spans", fact.Rate, v.spans, "average rates x parts of a request")
		s.k(logLines)
		o.param("log-volume", fact.Bytes, v.logGB*1e9, "a month: average rates x lines x size of a line")
		o.param("logs-kept", fact.Duration, s.k(logKept), "as assumed")
	})
	s.undo(6)
	s.say("%s spans and %s log lines on average, %s of them a month with %s of the traces kept", ps(v.spans), ps(v.lines), size(gb*1e9), pct(share))
	s.con("the instruments take %s of the processors at full sampling", pct(s.reference("host.telemetry-cost")))
	s.test("a request of %s that fails in its last part is found by its correlation id in logs and traces within a minute, and no personal field is in either", s.busiestAsked())
}

// busiestAsked names the use case that is asked for most.
func (s *sheet) busiestAsked() string {
	var most *model.UseCase
	for _, u := range s.model.UseCases {
		if u.Asked() && (most == nil || u.Load.Peak.N > most.Load.Peak.N) {
			most = u
		}
	}
	if most == nil {
		return s.model.Name
	}
	return most.Name
}

// backend is the technology with what must stand beside it so that metrics, logs and
// traces all have a place.
func (s *sheet) backend(t catalog.Technology) []catalog.Technology {
	set := []catalog.Technology{t}
	for _, need := range []string{"traces", "logs"} {
		if !lacks(t, need) {
			continue
		}
		for _, x := range s.catalog.Of(catalog.Observability) {
			if x.Has(need) && lacks(x, "metrics") {
				set = append(set, x)
				break
			}
		}
	}
	return set
}

func backendName(set []catalog.Technology) string {
	names := make([]string, len(set))
	for i, t := range set {
		names[i] = t.Name
	}
	return strings.Join(names, ", ")
}

// lackCount counts what none of the set can do.
func lackCount(set []catalog.Technology) int {
	n := 0
	for _, f := range []string{"metrics", "logs", "traces", "alerts", "anomaly-detection", "tail-sampling", "trace-to-log"} {
		if !slices.ContainsFunc(set, func(t catalog.Technology) bool { return t.Has(f) }) {
			n++
		}
	}
	return n
}

func (s *sheet) watchHours(t catalog.Technology) float64 {
	if overInternet(t) {
		return s.techOr(t, "hours-managed", unknownHours)
	}
	return s.hours(t)
}

// watchMoney is the list price a month by what the backend bills: hosts, events,
// gigabytes and people, or the nodes and the object storage of one run by oneself.
func (s *sheet) watchMoney(set []catalog.Technology, v volume, gb float64) float64 {
	sum, kept := 0.0, true
	for _, t := range set {
		if per, ok := s.tech(t, "price-host-month"); ok {
			apm, _ := s.tech(t, "price-apm-host-month")
			sum += v.hosts * (per + apm)
			kept = false
		}
		if per, ok := s.tech(t, "price-million-events"); ok {
			sum += v.lines * monthSeconds / 1e6 * per
		}
		if per, ok := s.tech(t, "price-gb-ingest"); ok {
			free, _ := s.tech(t, "free-gb-month")
			sum += math.Max(0, gb-free/1e9) * per
			if overInternet(t) && kept {
				free, _ := s.tech(t, "free-seats")
				sum += math.Max(0, s.seats()-free) * s.k(seatPrice)
			}
			kept = false
		}
		if nodes, ok := s.tech(t, "nodes-min-ha"); ok && !s.runs(t.ID) {
			cores, known := s.tech(t, "cpu-node")
			if !known {
				cores = 0.5
			}
			sum += nodes * cores * s.vcpuPrice()
		}
	}
	if kept {
		sum += gb * s.k(logKept) / monthSeconds * s.k(objectGB)
	}
	return sum
}

// seats are the people who must be able to search: one in three.
func (s *sheet) seats() float64 {
	n := 0.0
	for _, t := range s.model.Context.Teams {
		n += s.n(t.People)
	}
	return math.Ceil(n / 3)
}

var samplingQuestion = question{"sampling", "operations", "Which traces are kept",
	system, fillSampling,
	"Asked once. Keeping all traces costs their bytes; keeping a share chosen at the start loses most of the failed and slow ones; choosing after the end keeps these, for a collector that waits. Options: all, head, tail. Parameter share: of the ordinary traces; word always: what is kept in any case."}

var spanPrice = &assumption{"decide.span-gb", fact.Money, 0.3, 0.1, 2, "price of a GB of spans taken in and kept for some days, USD"}

func fillSampling(s *sheet) {
	v := s.volume()
	share := s.keptShare(v)
	backend, _ := s.technology(string(s.chosen("telemetry")))
	collector := 0.0
	if lacks(backend, "tail-sampling") {
		if t, ok := s.technology("otel-collector"); ok {
			collector = s.hours(t)
		}
	}
	per := s.k(spanPrice)
	all := s.option("all", "every trace")
	head := s.option("head", "a share chosen when a request comes in")
	tail := s.option("tail", "failed and slow ones, and a share of the rest, chosen when they end")
	for _, x := range []struct {
		option
		kept, unseen, hours, build float64
	}{
		{all, 1, 0, 0, 0},
		{head, share, 1 - share, 0, 0.2},
		{tail, math.Min(1, share+0.01), 0, collector, 1.5},
	} {
		x.score(critMoney, v.spanGB*x.kept*per, "%s of %s a month", pct(x.kept), size(v.spanGB*1e9)).
			score(critUnseen, x.unseen, "failed and slow requests without a trace").
			score(critOperations, x.hours, "a collector that waits for the end of a trace").score(critBuild, x.build, "rules and their test")
	}
	s.concrete(func(o option) {
		s.keptShare(s.volume())
		switch s.options[o.i].ID {
		case "all":
			o.param("share", fact.Share, 1, "all of them: there are hardly more than are worth keeping")
			return
		case "tail":
			o.word("always", "failed requests, those above their p99 target, and those with a debug header")
		}
		o.param("share", fact.Share, share, "traces worth keeping a second and deployable / all traces")
	})
	s.undo(1)
	s.needs = append(s.needs, "telemetry")
	s.say("%s a month if all are kept; %s of the traces show every route within a minute", size(v.spanGB*1e9), pct(share))
	s.test("of a thousand requests of %s made to fail under full load, each has a trace", s.busiestAsked())
}

var alertsQuestion = question{"alerts", "operations", "What wakes somebody",
	system, fillAlerts,
	"Asked once, for the objectives of all use cases somebody waits for. A fixed threshold over five minutes fires on a single failure where few requests come, and never on a slow burn; burn rates over a long and a short window (The Site Reliability Workbook, chapter 5) need enough requests in the short window; what comes too rarely for either is asked for by a probe of our own. Options: burn-rate, threshold, anomaly. Parameters window (s), min-events; words synthetic (use cases probed), anomaly (what is watched for unusual values)."}

var (
	pageHours   = &assumption{"decide.page-hours", fact.Hours, 1, 0.3, 3, "engineer hours of one call that was for nothing"}
	anomalyRate = &assumption{"decide.false-anomalies", fact.Count, 0.1, 0.01, 1, "unusual values a month and series that mean nothing"}
	burnDays    = &assumption{"decide.burn-rate-days", fact.Days, 2, 0.5, 5, "writing objectives and burn-rate rules for all use cases, person-days"}
)

// watched are the use cases with an objective, and those too quiet to be judged by
// what comes in.
func (s *sheet) watched() (all, quiet []*model.UseCase, noise float64) {
	fast := queueing.BurnAlerts()[0]
	for _, u := range s.model.UseCases {
		if !u.Asked() || !u.Available.Known() {
			continue
		}
		all = append(all, u)
		target := s.n(u.Available)
		rate := s.n(u.Load.Quiet)
		fails := fast.Burn(30*86400) * (1 - target)
		if rate*fast.Short*math.Min(1, fails) < 1 {
			quiet = append(quiet, u)
			noise += rate * monthSeconds / 3 * (1 - target) / 2 // a third of the month is quiet, half of the budget is used
		}
	}
	return all, quiet, noise
}

func fillAlerts(s *sheet) {
	all, quiet, noise := s.watched()
	missed := 0.2 // slow burns: a twelfth of the budget a day for three days stays below any five-minute threshold
	anomalies := s.k(anomalyRate) * float64(len(all))
	burn := s.option("burn-rate", "burn of the error budget over two windows")
	fixed := s.option("threshold", "a share of failures over five minutes")
	odd := s.option("anomaly", "values that are unusual for the hour")
	for _, x := range []struct {
		option
		vain, unseen, build float64
	}{
		{burn, 0, 0, s.k(burnDays)},
		{fixed, noise, missed, 0.5},
		{odd, anomalies, 0.1, 1},
	} {
		x.score(critOperations, x.vain*s.k(pageHours), "%s calls for nothing a month", num(x.vain)).
			score(critUnseen, x.unseen, "failures that stay below it").score(critBuild, x.build, "rules for %d use cases", len(all))
	}
	s.concrete(func(o option) { s.alertNumbers(o, quiet) })
	s.undo(1)
	s.say("%d use cases with an objective, %d of them so quiet that one failure in five minutes is above any threshold: %s calls for nothing a month", len(all), len(quiet), num(noise))
	s.test("errors of %s that use a tenth of a day's budget in an hour page within the hour; a single failure in the quietest hour does not", s.busiestAsked())
}

func (s *sheet) alertNumbers(o option, quiet []*model.UseCase) {
	window := s.reference("slo.slo-window")
	o.param("window", fact.Duration, window, "as the workbook has it")
	s.from("window")
	fast := queueing.BurnAlerts()[0]
	strict := 0.0
	for _, u := range s.model.UseCases {
		if u.Asked() && u.Available.Known() {
			strict = math.Max(strict, s.n(u.Available))
		}
	}
	if strict > 0 && strict < 1 {
		o.param("min-events", fact.Count, math.Ceil(1/math.Min(1, fast.Burn(window)*(1-strict))), "requests in the short window at which one failure is no more than the threshold of the strictest target")
	}
	names := make([]string, len(quiet))
	for i, u := range quiet {
		names[i] = u.Name
	}
	o.word("synthetic", join(names)).word("anomaly", unusual(s.model))
}

// unusual names the rate that has no target of its own and a daily shape: that of
// what is created most.
func unusual(m *model.Model) string {
	var most *model.UseCase
	for _, u := range m.UseCases {
		if len(u.Creates) > 0 && u.Asked() && (most == nil || u.Load.Average.N > most.Load.Average.N) {
			most = u
		}
	}
	if most == nil {
		return ""
	}
	return "requests of " + most.Name + " against the same hour of the weeks before"
}
