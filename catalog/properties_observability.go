package catalog

var observing = []Kind{Observability}

// observabilityProperties describe where metrics, logs and traces go.
var observabilityProperties = []Property{
	flag("metrics", observing, "keeps and queries metrics"),
	flag("logs", observing, "keeps and queries logs"),
	flag("traces", observing, "keeps and queries traces"),
	flag("profiles", observing, "keeps and queries profiles"),
	flag("otlp", observing, "takes OpenTelemetry's protocol directly"),
	flag("dashboards", observing, "shows dashboards"),
	flag("alerts", observing, "sends alerts by rule"),
	flag("burn-rate-alerts", observing, "alerts on error budget burn over several windows without hand-written queries"),
	flag("anomaly-detection", observing, "alerts on unusual values without a threshold of ours"),
	flag("tail-sampling", observing, "chooses traces after they ended (errors, slow ones)"),
	flag("trace-to-log", observing, "jumps from a trace to its logs"),
	flag("exemplars", observing, "links a metric to an example trace"),
	number("samples-vcpu", "1/s", observing, "metric samples a second one processor ingests"),
	number("spans-vcpu", "1/s", observing, "spans a second one processor takes in"),
	number("bytes-sample", "B", observing, "bytes on disk per metric sample"),
	number("memory-series", "B", observing, "memory per active time series"),
	number("bytes-span", "B", observing, "bytes stored per span"),
	number("series-node", "count", observing, "active time series one node of 16 GiB carries"),
	number("kept-for", "s", observing, "how long data stays when nothing is set"),
	number("scrape-interval", "s", observing, "time between two samples when nothing is set"),
	number("price-host-month", "USD/month", observing, "list price per monitored host and month, infrastructure, billed annually"),
	number("price-apm-host-month", "USD/month", observing, "list price per host and month with tracing, billed annually"),
	number("price-gb-ingest", "USD/GB", observing, "list price per GB of telemetry ingested"),
	number("price-million-events", "USD/million", observing, "list price per million indexed log events or spans kept for 15 days"),
	number("price-custom-metric", "USD/month", observing, "list price per 100 custom metrics and month"),
	number("free-gb-month", "B", observing, "telemetry per month that costs nothing"),
	number("free-seats", "count", observing, "people who may search it at no charge"),
}
