package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// telemetry is what is recorded, and where it goes as decided.
func (b *builder) telemetry() {
	t := &b.a.Telemetry
	t.By = b.by("telemetry", "sampling", "alerts")
	t.Backend = splitWords(b.p.Word("telemetry", "technologies"))
	t.Sampling, t.Always = b.p.Parameter("sampling", "share"), b.p.Word("sampling", "always")
	t.Metrics = b.metrics()
	t.LogFields = b.logFields()
	t.Redacted = b.redacted()
	t.Correlation = b.correlation()
	t.Dashboards = b.dashboards()
	for _, u := range b.m.UseCases {
		if u.Asked() && u.Importance == "critical" {
			t.Serves = append(t.Serves, u.Path)
		}
	}
}

// metrics are rate, errors and duration of everything that is asked for, what is on
// its way, and what the business counts.
func (b *builder) metrics() []arch.Metric {
	out := []arch.Metric{{
		Name: "http_server_request_duration_seconds", Kind: "histogram", Unit: "seconds", Labels: []string{"operation", "status", "actor"},
		About: fmt.Sprintf("Rate, errors and duration of %s.", b.counted(len(b.a.Operations), "operation")),
	}}
	if rpc := b.rpcCount(); rpc > 0 {
		out = append(out, arch.Metric{Name: "rpc_server_duration_seconds", Kind: "histogram", Unit: "seconds", Labels: []string{"operation", "code", "caller"},
			About: fmt.Sprintf("The same of %s over gRPC.", b.counted(rpc, "operation"))})
	}
	if len(b.m.Externals) > 0 {
		names := make([]string, len(b.m.Externals))
		for i, e := range b.m.Externals {
			names[i] = fact.Phrase(e.Name)
		}
		out = append(out, arch.Metric{Name: "http_client_request_duration_seconds", Kind: "histogram", Unit: "seconds", Labels: []string{"external", "outcome"},
			About: fmt.Sprintf("What %s take and answer.", and(names))},
			arch.Metric{Name: "circuit_breaker_open", Kind: "gauge", Unit: "1", Labels: []string{"external"}, About: "Whether calls of an external are not tried."})
	}
	if len(b.a.Channels) > 0 {
		out = append(out, arch.Metric{Name: "outbox_oldest_seconds", Kind: "gauge", Unit: "seconds", Labels: []string{"deployable"}, About: "How long the oldest event has waited to be told."},
			arch.Metric{Name: "messages_waiting", Kind: "gauge", Unit: "messages", Labels: []string{"channel", "group"}, About: fmt.Sprintf("What the consumers of %s have not handled.", b.counted(len(b.a.Channels), "channel"))})
	}
	if len(b.a.Sagas) > 0 {
		out = append(out, arch.Metric{Name: "saga_open_oldest_seconds", Kind: "gauge", Unit: "seconds", Labels: []string{"saga"}, About: fmt.Sprintf("How long the oldest open one of %s has been open.", b.counted(len(b.a.Sagas), "saga"))})
	}
	for _, a := range b.m.Aggregates {
		if a.Amount() != nil {
			out = append(out, arch.Metric{Name: fact.Snake(b.plural(a.Name)) + "_below_zero", Kind: "gauge", Unit: "rows", About: fmt.Sprintf("Rows of %s whose %s is below zero: never any.", fact.Phrase(b.plural(a.Name)), fact.Phrase(a.Contended))})
		}
	}
	for _, e := range b.m.Externals {
		for _, a := range e.AlsoChanges {
			out = append(out, arch.Metric{Name: fact.Snake(a.Name) + "_drift", Kind: "gauge", Unit: "1", Labels: []string{"external"}, About: fmt.Sprintf("Difference between our %s and those of %s.", fact.Phrase(b.plural(a.Name)), fact.Phrase(e.Name))})
		}
	}
	out = append(out, b.newsMetrics()...)
	if len(b.a.Stores) > 0 {
		out = append(out, arch.Metric{Name: "backup_newest_age_seconds", Kind: "gauge", Unit: "seconds", Labels: []string{"store"}, About: "Age of the newest copy that is safe elsewhere."})
	}
	return append(out, b.businessMetrics()...)
}

func (b *builder) rpcCount() int {
	n := 0
	for i := range b.a.Operations {
		if b.a.Operations[i].RPC != nil {
			n++
		}
	}
	return n
}

// counterOf is the metric that counts an aggregate's new instances.
func counterOf(b *builder, a *model.Aggregate) string {
	return fact.Snake(b.plural(a.Name)) + "_created_total"
}

// businessMetrics count what the owners of the system count: what comes to be, and
// where it ends.
func (b *builder) businessMetrics() []arch.Metric {
	var out []arch.Metric
	for _, a := range b.m.Aggregates {
		if a.Kind == "reference" || len(a.CreatedBy) == 0 || a.Inflow.N <= 0 {
			continue
		}
		things := fact.Phrase(b.plural(a.Name))
		m := arch.Metric{Name: counterOf(b, a), Kind: "counter", Unit: fact.Snake(b.plural(a.Name)), Business: true,
			About: fmt.Sprintf("New %s; %s on average.", things, fact.FormatRate(a.Inflow.N))}
		if len(a.CreatedBy) > 1 {
			m.Labels = []string{"operation"}
		}
		out = append(out, m)
		if a.States != nil && len(a.States.Final) > 0 {
			out = append(out, arch.Metric{Name: fact.Snake(b.plural(a.Name)) + "_ended_total", Kind: "counter", Unit: fact.Snake(b.plural(a.Name)), Labels: []string{"status"}, Business: true,
				About: fmt.Sprintf("%s that ended %s.", sentenceCase(things), or(phrases(a.States.Final)))})
		}
	}
	return out
}

func phrases(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fact.Phrase(n)
	}
	return out
}

// logFields are in every line: the request, who asks in what capacity, and the ids
// of what it is mostly about.
func (b *builder) logFields() []string {
	out := []string{"timestamp", "severity", "deployable", "operation", "trace_id", "span_id", "actor_kind", "status", "error_code", "duration_ms"}
	if b.m.Context.Tenant != nil {
		out = append(out, fact.Snake(b.m.Context.Tenant.Name)+"_"+fact.Snake(b.m.Context.Tenant.ID.Name))
	}
	counts := map[string]int{}
	for _, u := range b.m.UseCases {
		if a := b.primary(u); a != nil && a.Kind != "reference" {
			counts[fact.Snake(a.Name+"_"+a.ID.Name)]++
		}
	}
	ids := keysOf(counts)
	slices.SortStableFunc(ids, func(x, y string) int { return counts[y] - counts[x] })
	return append(out, ids[:min(3, len(ids))]...)
}

// redacted are the fields that no log line may hold.
func (b *builder) redacted() []string {
	var out []string
	for _, e := range b.a.Security.Inventory {
		for _, f := range e.Fields {
			out = append(out, fact.Camel(arch.Short(e.Aggregate))+"."+f)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// correlation says how one request is followed through the parts of this system.
func (b *builder) correlation() string {
	ways := []string{"the answer of every operation (header traceparent)"}
	if len(b.a.Channels) > 0 {
		ways = append(ways, "every event")
	}
	if len(b.m.Externals) > 0 {
		ways = append(ways, "every call of "+b.externalNames())
	}
	return fmt.Sprintf("The W3C trace context that comes with a request, or a new one, goes with %s; support finds all log lines of %s by it.", and(ways), b.storyOf())
}

func (b *builder) externalNames() string {
	names := make([]string, len(b.m.Externals))
	for i, e := range b.m.Externals {
		names[i] = fact.Phrase(e.Name)
	}
	return or(some(names, 3))
}

// storyOf is the use case with the most parts, as an example.
func (b *builder) storyOf() string {
	best, most := "a request", 0
	for i := range b.a.Sagas {
		if n := len(b.a.Sagas[i].Steps); n > most {
			best, most = "one "+fact.Phrase(arch.Short(b.a.Sagas[i].UseCase)), n
		}
	}
	return best
}

// dashboards are one for what is promised, one per context, one for what leaves the
// house.
func (b *builder) dashboards() []string {
	var critical []string
	for _, u := range b.m.UseCases {
		if u.Asked() && u.Importance == "critical" && (u.Available.Known() && b.stated(u.Available) || u.Latency.P99.Known()) {
			critical = append(critical, fact.Phrase(u.Name))
		}
	}
	var out []string
	if len(critical) > 0 {
		out = append(out, "Promises: "+strings.Join(some(critical, 4), ", "))
	}
	for _, c := range b.p.Contexts {
		if len(b.p.Contexts) > 1 {
			out = append(out, c.Name+": rates, errors, durations, its store")
		}
	}
	if len(b.m.Externals) > 0 {
		out = append(out, "Others: "+b.externalNames())
	}
	return out
}
