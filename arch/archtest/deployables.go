package archtest

import "plumb.dev/plumb/arch"

// sized is the arithmetic of one process: what it needs at its peak.
type sized struct {
	name, about                      string
	flows                            []arch.FlowID
	replicas, least, workers, queued float64
	utilised                         float64
	keeps                            bool // copies up to date
}

func (b *book) process(at arch.DeployableID, s sized) arch.Process {
	id := func(what string) arch.Path {
		return arch.Path("deployables." + string(at) + "." + s.name + "." + what)
	}
	peak := id("replicas")
	return arch.Process{
		Name: s.name, About: s.about, Flows: s.flows,
		Replicas: b.derived(peak, count(s.replicas), "offered load / (workers x 70%), one zone of three lost", "context.zones"),
		Min:      b.derived(id("min"), count(s.least), "two per process, in two zones"),
		AtWork:   b.derived(id("at-work"), count(s.utilised*s.replicas*s.workers), "offered load"),
		Consumes: s.keeps,
		Workers:  b.derived(id("workers"), count(s.workers), "memory of a replica / memory of a request"),
		Queue:    b.derived(id("queue"), count(s.queued), "what is answered within the deadline"),
		CPU:      b.assumed(id("cpu"), count(2), 1, 4, "two cores keep the garbage collector off the request path"),
		Memory:   b.assumed(id("memory"), size(2e9), 1e9, 4e9, "two gigabytes for each two cores"),
		Utilised: b.derived(id("utilised"), share(s.utilised), "offered load / (replicas x workers)", peak),
		Scale: &arch.Autoscale{
			Signal: "busy workers", Target: b.derived(id("target"), share(0.7), "below the knee of the waiting time"),
			Min: b.derived(id("min"), count(s.least), "two per process, in two zones"), Max: b.derived(id("max"), count(2*s.replicas), "twice the peak"),
			Scheduled: "Fridays from 18:40 at the peak's size",
		},
		Probes: []arch.Probe{
			{Kind: "startup", Path: "/healthz/started", Checks: "caches are warm", Period: b.derived("probes.startup", seconds(2), "ten tries in twenty seconds"), Fail: 10},
			{Kind: "readiness", Path: "/healthz/ready", Checks: "own listener and own pool; no shared dependency", Period: b.derived("probes.readiness", seconds(5), "out of rotation within ten seconds"), Fail: 2},
			{Kind: "liveness", Path: "/healthz/live", Checks: "the event loop answers", Period: b.derived("probes.liveness", seconds(10), "restarted within half a minute"), Fail: 3},
		},
		Shed: []string{"may-wait", "normal", "critical"}, Turn: "in-time", Adaptive: s.name == "stream",
	}
}

func deployables(b *book) []arch.Deployable {
	return []arch.Deployable{
		{
			ID: "harbour", About: "Orders and kitchens: what consumers and restaurants see.", Contexts: []arch.ContextID{"ordering", "kitchen"},
			Team: "ordering", Zone: "public", Trace: decided("system.deployables", "use_cases.PlaceOrder"),
			Roles: []arch.Process{
				b.process("harbour", sized{"serve", "Answers consumers, kitchens and the back office.", []arch.FlowID{"PlaceOrder", "SearchRestaurants", "AcceptTicket"}, 9, 3, 64, 32, 0.58, false}),
				b.process("harbour", sized{"worker", "Works off events.", []arch.FlowID{"CreateTicket"}, 4, 2, 16, 0, 0.41, true}),
				b.process("harbour", sized{"stream", "Holds the open streams of followed orders.", []arch.FlowID{"FollowOrder"}, 6, 2, 10000, 0, 0.75, false}),
			},
		},
		{
			ID: "dispatch", About: "Couriers on the road.", Contexts: []arch.ContextID{"delivery"},
			Team: "delivery", Driver: "scale", Zone: "public", Trace: decided("system.deployables", "use_cases.ReportPosition"),
			Roles: []arch.Process{
				b.process("dispatch", sized{"stream", "Takes positions in and holds the dispatch conversations.", []arch.FlowID{"ReportPosition"}, 5, 2, 4000, 0, 0.53, false}),
				b.process("dispatch", sized{"worker", "Finds couriers.", []arch.FlowID{"OfferDelivery"}, 3, 2, 32, 0, 0.44, false}),
			},
		},
		{
			ID: "ledger", About: "Cards, accounts and payouts; the only part that card data reaches.", Contexts: []arch.ContextID{"accounting"},
			Team: "accounting", Driver: "zone", Zone: "money", Trace: decided("system.deployables", "use_cases.AuthoriseCard"),
			Roles: []arch.Process{
				b.process("ledger", sized{"serve", "Authorises cards.", []arch.FlowID{"ShowBalanceAt"}, 6, 3, 48, 24, 0.62, false}),
				b.process("ledger", sized{"worker", "Captures and books payments, pays out.", []arch.FlowID{"CapturePayment"}, 2, 2, 16, 0, 0.37, false}),
			},
		},
	}
}

func files(b *book) []arch.FileStore {
	return []arch.FileStore{{
		ID: "dish-files", Of: "domain.Dish", Fields: []string{"photo"}, Deployable: "harbour", Where: "object-store", Technology: "object-store", Product: "Amazon S3", Through: "address",
		Size:     b.derived("decisions.Dish.files.size", size(2e6), "of one file", "domain.Restaurant.volume"),
		Bytes:    b.derived("decisions.Dish.files.bytes", size(900e9), "9k restaurants, 50 dishes each, 2 MB", "domain.Restaurant.volume"),
		Retained: b.derived("files.dish.retained", seconds(365*24*3600), "as its dish", "domain.Restaurant.volume"),
		Address:  b.derived("decisions.Dish.files.address", seconds(300), "the slowest line", "domain.Restaurant.volume"), Abandoned: b.derived("decisions.Dish.files.abandoned", seconds(24*3600), "a day", "domain.Restaurant.volume"),
		Cool: b.derived("decisions.Dish.files.cool", seconds(90*24*3600), "seldom read", "domain.Restaurant.volume"), Saved: b.derived("decisions.Dish.files.saved", money(9), "9.5 USD a TB", "domain.Restaurant.volume"),
		Send: "placeOrder", Fetch: "searchRestaurants",
		Trace: decided("SearchRestaurants.cache", "domain.Dish"),
	}}
}

func caches(b *book) []arch.Cache {
	return []arch.Cache{{
		ID: "restaurants", Of: "domain.Restaurant", Where: "shared", Technology: "redis", Deployable: "harbour",
		Serves:   []arch.Path{"use_cases.SearchRestaurants"},
		Nodes:    b.catalogued("catalog.redis.nodes-min-ha", count(2), "Redis documentation, Sentinel", "2026-11-22"),
		Failover: b.catalogued("catalog.redis.failover-time", seconds(20), "Redis documentation, Sentinel", "2026-11-22"),
		TTL:      b.stated("use_cases.SearchRestaurants.stale", 260, seconds(minute)),
		HitRatio: b.derived("caches.restaurants.hit", share(0.93), "9k keys, Zipf 0.9, reads per lifetime",
			"use_cases.SearchRestaurants.peak", "use_cases.SearchRestaurants.stale"),
		Answers:      b.stated("domain.Restaurant.volume", 160, count(9000)),
		Entries:      b.stated("domain.Restaurant.volume", 160, count(9000)),
		Bytes:        b.derived("caches.restaurants.bytes", size(18e6), "9k at 2 kB", "domain.Restaurant.volume"),
		Invalidation: "Expires; a paused restaurant is dropped at once.",
		Never:        "Prices at checkout and stock.",
		Trace:        decided("SearchRestaurants.cache", "use_cases.SearchRestaurants"),
	}}
}
