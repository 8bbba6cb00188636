package catalog

// The sets of kinds that properties share.
var (
	messaging = []Kind{Queue, Stream}
	keeping   = []Kind{Store, Cache}
	edge      = []Kind{Gateway, Mesh}
	gateway   = []Kind{Gateway}
	mesh      = []Kind{Mesh}
	running   = []Kind{Compute}
	ground    = []Kind{Cloud}
	products  = []Kind{Queue, Stream, Store, Cache, Gateway, Mesh, Identity, Observability, Compute}
)

// commonProperties hold for products of any kind: who runs them, what that costs in work, and what is promised.
var commonProperties = []Property{
	text("licence", products, "SPDX name of the licence, or \"proprietary\" for a service that cannot be run elsewhere"),
	perCloud(text("managed", products, "name of the product in which that cloud runs it")),
	perCloud(number("sla", "share", products, "monthly availability that the cloud's service level agreement commits to, in its highly available form")),
	number("nodes-min-ha", "count", products, "nodes of the smallest set-up that survives the loss of one zone without losing acknowledged data"),
	number("hours-self", "h/month", products, "an engineer's hours per month to run a small production set-up oneself: upgrades, backups, alerts, capacity"),
	number("hours-managed", "h/month", products, "the same hours when a cloud runs it"),
	number("learning", "person-days", products, "work before a team that never ran it runs it safely"),
	number("memory-node", "B", products, "memory of one node of a small production set-up"),
	number("cpu-node", "vCPU", products, "processors of one node of a small production set-up"),
	perCloud(number("price-node-hour", "USD/h", products, "list price of the smallest node (or unit) of the managed product fit for production")),
	perCloud(number("price-vcpu-hour", "USD/h", []Kind{Store, Compute, Cloud}, "list price of one vCPU for an hour, on demand, Linux, with the memory that comes with it unless price-memory-hour is stated too")),
	perCloud(number("price-memory-hour", "USD/h", []Kind{Store, Cache, Compute, Cloud}, "list price of one GB of memory for an hour, on demand, where memory is priced apart")),
	perCloud(number("price-storage", "USD/GB-month", products, "list price of a GB kept for a month")),
	perCloud(number("price-million", "USD/million", products, "list price of a million requests (messages, reads; for a store that prices both, the reads)")),
	perCloud(number("price-million-writes", "USD/million", keeping, "list price of a million writes of the smallest billed size")),
	perCloud(number("price-gb-in", "USD/GB", products, "list price of a GB written or ingested")),
	perCloud(number("price-gb-out", "USD/GB", products, "list price of a GB read or delivered")),
}
